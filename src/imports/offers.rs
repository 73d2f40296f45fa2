//! Offer files: what is on sale in a cycle and on which terms.

use super::Kind;
use super::cells::{Cells, choice};
use super::fault_kind::FaultKind;
use super::heads::ColumnSpec;
use super::number::{basis_points, money, whole};
use super::prices::{PriceDraft, price};
use super::skus::{GRAMS_MAX, PIECES_MAX};
use crate::domain::facts::{BelowMoq, Rounding, ShortageRule};
use crate::domain::money::Fen;
use crate::domain::weighing::WeightPolicy;

/// The most pieces a limit, threshold or cap can name.
const LIMIT_MAX: u32 = 100_000_000;

/// A row per cycle and SKU.
pub struct Offers;

/// An offer as a row gives it. None means: as the cycle (rounding, shortage rule) or the SKU says.
///
/// Defaults: no threshold, up from 50 %, raise below the MOQ, refund only, 2 % weight tolerance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferDraft {
    pub row: u64,
    pub cycle_code: String,
    pub sku_code: String,
    pub sale_price: Fen,
    pub limit_per_resident: Option<u32>,
    pub threshold_qty: u32,
    pub stock_cap: Option<u32>,
    pub rounding: Option<Rounding>,
    pub round_up_at_pct: u32,
    pub below_moq: BelowMoq,
    pub shortage_rule: Option<ShortageRule>,
    pub supplier_code: Option<String>,
    pub price: PriceDraft,
    pub case_size: Option<u32>,
    pub moq: Option<u32>,
    pub order_multiple: Option<u32>,
    pub weight_policy: WeightPolicy,
    pub weight_cap_bp: Option<u32>,
    pub weight_min_g: Option<u32>,
    /// Not below `weight_min_g`.
    pub weight_max_g: Option<u32>,
    pub weight_tolerance_bp: u32,
}

impl Kind for Offers {
    const COLUMNS: &'static [ColumnSpec] = &[
        ColumnSpec::required("cycle_code", "团期编码").also(&["团期", "cycle"]),
        ColumnSpec::required("sku_code", "商品编码"),
        ColumnSpec::required("sale_price", "团购价").also(&["售价"]),
        ColumnSpec::optional("limit_per_resident", "限购"),
        ColumnSpec::optional("threshold_qty", "成团数"),
        ColumnSpec::optional("stock_cap", "库存上限"),
        ColumnSpec::optional("rounding", "取整方式"),
        ColumnSpec::optional("round_up_at_pct", "进位比例"),
        ColumnSpec::optional("below_moq", "低于起订量"),
        ColumnSpec::optional("shortage_rule", "分配规则"),
        ColumnSpec::optional("supplier_code", "供应商编码"),
        ColumnSpec::optional("cost_price", "供货价"),
        ColumnSpec::optional("price_unit", "计价单位"),
        ColumnSpec::optional("unit_price", "计价单价").also(&["单价"]),
        ColumnSpec::optional("case_size", "箱规"),
        ColumnSpec::optional("moq", "起订量"),
        ColumnSpec::optional("order_multiple", "订货倍数"),
        ColumnSpec::optional("weight_policy", "称重规则"),
        ColumnSpec::optional("weight_cap_pct", "补款上限"),
        ColumnSpec::optional("weight_min_g", "最小重量"),
        ColumnSpec::optional("weight_max_g", "最大重量"),
        ColumnSpec::optional("weight_tolerance_pct", "称重容差"),
    ];
    const IGNORED: &'static [ColumnSpec] = &[ColumnSpec::optional("sku_name", "商品名称")];
    const KEY: &'static str = "sku_code";
    type Draft<'r> = OfferDraft;

    fn draft<'r>(cells: &mut Cells<'r>) -> Option<OfferDraft> {
        let draft = OfferDraft {
            row: cells.row(),
            cycle_code: cells.code("cycle_code"),
            sku_code: cells.code("sku_code"),
            sale_price: cells.required("sale_price", money),
            limit_per_resident: cells.optional("limit_per_resident", whole(1, LIMIT_MAX)),
            threshold_qty: cells.optional("threshold_qty", whole(0, LIMIT_MAX)).unwrap_or(0),
            stock_cap: cells.optional("stock_cap", whole(0, LIMIT_MAX)),
            rounding: cells.optional("rounding", choice!(Rounding)),
            round_up_at_pct: cells.optional("round_up_at_pct", whole(1, 100)).unwrap_or(50),
            below_moq: cells.optional("below_moq", choice!(BelowMoq)).unwrap_or(BelowMoq::Raise),
            shortage_rule: cells.optional("shortage_rule", choice!(ShortageRule)),
            supplier_code: cells.optional_code("supplier_code"),
            price: price(cells),
            case_size: cells.optional("case_size", whole(1, PIECES_MAX)),
            moq: cells.optional("moq", whole(0, PIECES_MAX)),
            order_multiple: cells.optional("order_multiple", whole(1, PIECES_MAX)),
            weight_policy: cells.optional("weight_policy", choice!(WeightPolicy)).unwrap_or(WeightPolicy::RefundOnly),
            weight_cap_bp: cells.optional("weight_cap_pct", basis_points(1000)),
            weight_min_g: cells.optional("weight_min_g", whole(1, GRAMS_MAX)),
            weight_max_g: cells.optional("weight_max_g", whole(1, GRAMS_MAX)),
            weight_tolerance_bp: cells.optional("weight_tolerance_pct", basis_points(100)).unwrap_or(200),
        };
        if let (Some(min), Some(max)) = (draft.weight_min_g, draft.weight_max_g)
            && min > max
        {
            cells.refuse("weight_min_g", FaultKind::RangeReversed);
        }
        Some(draft)
    }
}
