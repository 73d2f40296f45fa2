//! Stock files: what lies in a warehouse.

use chrono::NaiveDate;

use super::Kind;
use super::cell::SHORT;
use super::cells::Cells;
use super::dates::date;
use super::heads::ColumnSpec;
use super::number::whole;

/// A row per warehouse, SKU and lot.
pub struct Stock;

/// A counted stock as a row gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockDraft {
    pub row: u64,
    pub warehouse_code: String,
    pub sku_code: String,
    pub qty: u32,
    pub lot: Option<String>,
    pub best_before: Option<NaiveDate>,
}

impl Kind for Stock {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("warehouse_code", "仓库编码"),
        ColumnSpec::required("sku_code", "商品编码"),
        ColumnSpec::required("qty", "数量").also(&["件数", "库存"]),
        ColumnSpec::optional("lot", "批次"),
        ColumnSpec::optional("best_before", "效期"),
    ];
    const IGNORED: &'static [ColumnSpec] = &[ColumnSpec::optional("sku_name", "商品名称")];
    const KEY: &'static str = "sku_code";
    type Draft<'r> = StockDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<StockDraft> {
        Some(StockDraft {
            row: cells.row(),
            warehouse_code: cells.code("warehouse_code"),
            sku_code: cells.code("sku_code"),
            qty: cells.required("qty", whole(0, 100_000_000)),
            lot: cells.optional_text("lot", SHORT),
            best_before: cells.optional("best_before", date),
        })
    }
}
