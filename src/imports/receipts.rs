//! Receipt files: what arrived, counted line by line. A receiving sheet filled in by the warehouse is one as it is.

use chrono::NaiveDate;

use super::Kind;
use super::cell::SHORT;
use super::cells::Cells;
use super::dates::date;
use super::fault_kind::FaultKind;
use super::heads::ColumnSpec;
use super::number::{boolean, grams, money, whole};
use crate::domain::money::Fen;

/// The most pieces or cases of one count.
const COUNT_MAX: u32 = 100_000_000;
/// The most grams of one count: two thousand tonnes.
const WEIGHT_MAX_G: u32 = 2_000_000_000;

/// A row per purchase order line and delivery.
pub struct Receipts;

/// The count of one line as a row gives it; a row with nothing counted is skipped.
///
/// At least one of `arrived_qty`, `arrived_cases` and `loose_pieces` is given. Defaults: nothing rejected or broken,
/// not closed, not a recount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptDraft {
    pub row: u64,
    pub receipt_no: String,
    pub po_no: String,
    pub sku_code: String,
    /// Accepted pieces; where cases are given too they must agree, which the case size of the offer decides.
    pub arrived_qty: Option<u32>,
    pub arrived_cases: Option<u32>,
    pub loose_pieces: Option<u32>,
    pub rejected_qty: u32,
    /// Part of the rejected.
    pub broken_qty: u32,
    pub gross_g: Option<u32>,
    pub tare_g: Option<u32>,
    pub net_g: Option<u32>,
    pub reason_code: Option<String>,
    pub lot: Option<String>,
    pub best_before: Option<NaiveDate>,
    pub qc: Option<String>,
    pub unit_price: Option<Fen>,
    /// Nothing more comes for this line.
    pub closes: bool,
    /// Replaces an earlier count of the same receipt number.
    pub recount: bool,
}

impl Kind for Receipts {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("receipt_no", "收货次号"),
        ColumnSpec::required("po_no", "采购单号"),
        ColumnSpec::required("sku_code", "商品编码"),
        ColumnSpec::optional("arrived_qty", "实到件数"),
        ColumnSpec::optional("arrived_cases", "实到箱数"),
        ColumnSpec::optional("loose_pieces", "散件"),
        ColumnSpec::optional("rejected_qty", "拒收"),
        ColumnSpec::optional("broken_qty", "破损"),
        ColumnSpec::optional("gross_g", "毛重"),
        ColumnSpec::optional("tare_g", "皮重"),
        ColumnSpec::optional("net_g", "净重"),
        ColumnSpec::optional("reason_code", "差异原因"),
        ColumnSpec::optional("lot", "批次"),
        ColumnSpec::optional("best_before", "效期"),
        ColumnSpec::optional("qc", "抽检"),
        ColumnSpec::optional("unit_price", "单价").also(&["计价单价"]),
        ColumnSpec::optional("closes", "到齐"),
        ColumnSpec::optional("recount", "重新清点"),
    ];
    const IGNORED: &'static [ColumnSpec] = &[
        ColumnSpec::optional("line_no", "行号"),
        ColumnSpec::optional("sku_name", "商品名称"),
        ColumnSpec::optional("case_size", "箱规"),
        ColumnSpec::optional("unit", "单位"),
        ColumnSpec::optional("expected_cases", "应到箱数"),
        ColumnSpec::optional("expected_qty", "应到件数"),
        ColumnSpec::optional("diff", "差异"),
    ];
    const ONE_OF: &'static [&'static str] = &["arrived_qty", "arrived_cases", "loose_pieces"];
    const KEY: &'static str = "receipt_no";
    type Draft<'r> = ReceiptDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<ReceiptDraft> {
        if cells.are_empty(&["arrived_qty", "arrived_cases", "loose_pieces"]) {
            return uncounted(cells);
        }
        let count = || whole(0, COUNT_MAX);
        let draft = ReceiptDraft {
            row: cells.row(),
            receipt_no: cells.code("receipt_no"),
            po_no: cells.code("po_no"),
            sku_code: cells.code("sku_code"),
            arrived_qty: cells.optional("arrived_qty", count()),
            arrived_cases: cells.optional("arrived_cases", count()),
            loose_pieces: cells.optional("loose_pieces", count()),
            rejected_qty: cells.optional("rejected_qty", count()).unwrap_or(0),
            broken_qty: cells.optional("broken_qty", count()).unwrap_or(0),
            gross_g: cells.optional("gross_g", grams(WEIGHT_MAX_G)),
            tare_g: cells.optional("tare_g", grams(WEIGHT_MAX_G)),
            net_g: cells.optional("net_g", grams(WEIGHT_MAX_G)),
            reason_code: cells.optional_text("reason_code", SHORT),
            lot: cells.optional_text("lot", SHORT),
            best_before: cells.optional("best_before", date),
            qc: cells.optional_text("qc", SHORT),
            unit_price: cells.optional("unit_price", money),
            closes: cells.optional("closes", boolean).unwrap_or(false),
            recount: cells.optional("recount", boolean).unwrap_or(false),
        };
        if draft.broken_qty > draft.rejected_qty {
            cells.refuse("broken_qty", FaultKind::BrokenOverRejected);
        }
        let gross_g = draft.gross_g.unwrap_or(u32::MAX);
        if draft.net_g.max(draft.tare_g).is_some_and(|part_g| part_g > gross_g) {
            cells.refuse("gross_g", FaultKind::NetOverGross);
        }
        Some(draft)
    }
}

/// A line that was not counted says nothing, unless something else was entered beside the blank.
fn uncounted(cells: &mut Cells<'_>) -> Option<ReceiptDraft> {
    if !cells.are_empty(&["rejected_qty", "broken_qty", "net_g", "closes", "recount"]) {
        cells.refuse("arrived_qty", FaultKind::CellMissing);
    }
    None
}
