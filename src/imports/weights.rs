//! Weight files: what a scale wrote, a row for each weighed label.

use super::Kind;
use super::cell::Problem;
use super::cells::Cells;
use super::fault_kind::FaultKind;
use super::heads::ColumnSpec;
use super::number::grams;
use crate::domain::weighing::PIECE_MAX_G;

/// A row per weighed label.
pub struct Weights;

/// A label as a row gives it; whether its weight is usual is decided against the offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightDraft {
    pub row: u64,
    pub weigh_no: String,
    pub sku_code: String,
    pub actual_weight_g: u32,
    /// The point in whose slot it lies.
    pub point_code: Option<String>,
    /// Whose it is.
    pub order_no: Option<String>,
}

impl Kind for Weights {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("weigh_no", "称签号"),
        ColumnSpec::required("sku_code", "商品编码"),
        ColumnSpec::required("actual_weight_g", "实称").also(&["实重", "净重"]),
        ColumnSpec::optional("point_code", "自提点编码"),
        ColumnSpec::optional("order_no", "订单号"),
    ];
    const IGNORED: &'static [ColumnSpec] = &[ColumnSpec::optional("sku_name", "商品名称")];
    const KEY: &'static str = "weigh_no";
    type Draft<'r> = WeightDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<WeightDraft> {
        Some(WeightDraft {
            row: cells.row(),
            weigh_no: cells.code("weigh_no"),
            sku_code: cells.code("sku_code"),
            actual_weight_g: cells.required("actual_weight_g", at_least_one),
            point_code: cells.optional_code("point_code"),
            order_no: cells.optional_code("order_no"),
        })
    }
}

/// A weight above nothing: a scale that says 0 had nothing on it.
fn at_least_one(raw: &str) -> Result<u32, Problem> {
    match grams(PIECE_MAX_G)(raw)? {
        0 => Err(Problem(FaultKind::TooSmall, "1".to_owned())),
        grams => Ok(grams),
    }
}
