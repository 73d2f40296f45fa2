//! Plan files: cases overwritten by the buyer.

use super::Kind;
use super::cell::NOTE;
use super::cells::Cells;
use super::heads::ColumnSpec;
use super::number::whole;

/// A row per purchase order line that is overwritten.
pub struct Plan;

/// A buyer's edit as a row gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDraft {
    pub row: u64,
    pub supplier_code: String,
    pub warehouse_code: String,
    pub sku_code: String,
    /// Cases to buy in place of the suggested ones; 0 = none.
    pub cases: u32,
    pub reason: String,
}

impl Kind for Plan {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("supplier_code", "供应商编码"),
        ColumnSpec::required("warehouse_code", "仓库编码"),
        ColumnSpec::required("sku_code", "商品编码"),
        ColumnSpec::required("cases", "箱数").also(&["采购箱数"]),
        ColumnSpec::required("reason", "原因").also(&["备注"]),
    ];
    const KEY: &'static str = "sku_code";
    type Draft<'r> = PlanDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<PlanDraft> {
        Some(PlanDraft {
            row: cells.row(),
            supplier_code: cells.code("supplier_code"),
            warehouse_code: cells.code("warehouse_code"),
            sku_code: cells.code("sku_code"),
            cases: cells.required("cases", whole(0, 10_000_000)),
            reason: cells.text("reason", NOTE),
        })
    }
}
