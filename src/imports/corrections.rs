//! Correction files: changes of orders after the freeze.

use super::Kind;
use super::cell::NOTE;
use super::cells::{Cells, choice};
use super::fault_kind::FaultKind;
use super::heads::ColumnSpec;
use super::number::whole;
use crate::domain::facts::coded;
use crate::domain::quantity::Pieces;

coded! {
    /// What a correction does to an order.
    CorrectionAction {
        /// A new line of an order that is there.
        Add = "add", "加单";
        /// Another quantity for a line.
        Change = "change", "改单";
        /// No more of a line, or of the whole order.
        Cancel = "cancel", "取消";
    }
}

/// A row per correction.
pub struct Corrections;

/// A correction as a row gives it: the shape is sound, whether the order and line exist is decided later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionDraft {
    pub row: u64,
    pub order_no: String,
    pub change: Correction,
    pub reason: String,
}

/// The three things a correction can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// A new line of this quantity.
    Add { sku_code: String, ordered_qty: Pieces },
    /// The line's new quantity, at least 1.
    Change { sku_code: String, ordered_qty: Pieces },
    /// The line is cancelled; without a SKU the whole order.
    Cancel { sku_code: Option<String> },
}

impl Kind for Corrections {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("order_no", "订单号"),
        ColumnSpec::required("action", "处理方式").also(&["动作", "操作"]),
        ColumnSpec::required("sku_code", "商品编码"),
        ColumnSpec::required("ordered_qty", "订购件数").also(&["订购", "数量", "现数"]),
        ColumnSpec::required("reason", "原因").also(&["备注"]),
    ];
    const IGNORED: &'static [ColumnSpec] = &[ColumnSpec::optional("sku_name", "商品名称")];
    const KEY: &'static str = "order_no";
    type Draft<'r> = CorrectionDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<CorrectionDraft> {
        let (row, order_no) = (cells.row(), cells.code("order_no"));
        let action = cells.required("action", |raw| choice!(CorrectionAction)(raw).map(Some));
        let change = match action {
            Some(CorrectionAction::Cancel) => {
                let sku_code = cells.optional_code("sku_code");
                if !cells.are_empty(&["ordered_qty"]) {
                    cells.refuse("ordered_qty", super::cell::Problem(FaultKind::CellUnexpected, "cancel".to_owned()));
                }
                Correction::Cancel { sku_code }
            }
            Some(CorrectionAction::Add) => {
                Correction::Add { sku_code: cells.code("sku_code"), ordered_qty: quantity(cells) }
            }
            Some(CorrectionAction::Change) => {
                Correction::Change { sku_code: cells.code("sku_code"), ordered_qty: quantity(cells) }
            }
            // The fault is named; what the other cells should hold is anyone's guess.
            None => return None,
        };
        Some(CorrectionDraft { row, order_no, change, reason: cells.text("reason", NOTE) })
    }
}

fn quantity(cells: &mut Cells<'_>) -> Pieces {
    Pieces(cells.required("ordered_qty", whole(1, Pieces::LINE_MAX.0)))
}
