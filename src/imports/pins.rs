//! Pin files: lines held at a quantity by hand.

use super::Kind;
use super::cell::NOTE;
use super::cells::Cells;
use super::heads::ColumnSpec;
use super::number::whole;
use crate::domain::quantity::Pieces;

/// A row per pinned line.
pub struct Pins;

/// A pin as a row gives it; that it is within ordered + tolerance is decided against the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinDraft {
    pub row: u64,
    pub order_no: String,
    pub sku_code: String,
    pub qty: Pieces,
    pub reason: String,
}

impl Kind for Pins {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("order_no", "订单号"),
        ColumnSpec::required("sku_code", "商品编码"),
        ColumnSpec::required("qty", "件数").also(&["数量"]),
        ColumnSpec::required("reason", "原因").also(&["备注"]),
    ];
    const KEY: &'static str = "order_no";
    type Draft<'r> = PinDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<PinDraft> {
        Some(PinDraft {
            row: cells.row(),
            order_no: cells.code("order_no"),
            sku_code: cells.code("sku_code"),
            qty: Pieces(cells.required("qty", whole(0, 2 * Pieces::LINE_MAX.0))),
            reason: cells.text("reason", NOTE),
        })
    }
}
