//! The cards a cycle works with: what was on sale, from whom, through whom, where to. Copied into the cycle at the
//! freeze, so that what a sheet prints never changes with the catalogue.

use chrono::NaiveDate;

use crate::domain::money::Fen;
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::domain::weighing::WeightRule;

#[derive(Clone, Debug, Default)]
pub struct Cycle {
    pub id: i64,
    pub cycle_code: String,
    pub name: String,
    pub state: CycleState,
    pub version: u32,
    pub opens_at: Moment,
    pub cutoff_at: Moment,
    pub pickup_date: NaiveDate,
    pub payment: Payment,
    pub rounding: Rounding,
    pub shortage_rule: ShortageRule,
    /// How long after the cutoff payments of an online cycle that are under way may finish.
    pub pay_grace_min: u32,
    /// How long an unpaid order of an online cycle holds what it ordered.
    pub pay_within_min: u32,
    pub frozen_at: Option<Moment>,
}

#[derive(Clone, Debug)]
pub struct Supplier {
    pub id: i64,
    pub supplier_code: String,
    pub name: String,
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub min_order_value: Fen,
    pub below_min_value: BelowMinValue,
    /// Latest arrival as a time of day, `HH:MM`, on the morning of the pickup date.
    pub due_at: Option<String>,
}

/// A SKU on sale in the cycle: the offer's terms and the SKU's printed facts.
#[derive(Clone, Debug)]
pub struct Offer {
    pub offer_no: u32,
    pub sku_id: i64,
    pub sku_code: String,
    pub name: String,
    pub spec: String,
    /// What one piece is called: 袋, 盒, 份.
    pub unit: String,
    pub category: Option<String>,
    pub temp_zone: TempZone,
    pub barcode: Option<String>,
    pub supplier_sku: Option<String>,
    pub supplier_ix: u32,
    pub sale_price: Fen,
    pub limit_per_resident: Option<u32>,
    pub threshold_qty: u32,
    pub stock_cap: Option<u32>,
    pub rounding: Rounding,
    pub round_up_at_pct: u32,
    pub below_moq: BelowMoq,
    pub shortage_rule: ShortageRule,
    pub price_unit: PriceUnit,
    /// What the supplier charges per `price_unit`; None where nobody said.
    pub unit_price: Option<Fen>,
    /// Pieces in a case.
    pub case_size: u32,
    /// Smallest purchase, in pieces; 0 = none.
    pub moq: u32,
    /// A purchase must be a multiple of this many pieces; 1 = any.
    pub order_multiple: u32,
    pub nominal_weight_g: Option<u32>,
    pub is_variable_weight: bool,
    pub weight: WeightRule,
    pub sub_units: Option<u32>,
    pub volume_ml: Option<u32>,
    /// Shelf or bay in the warehouse.
    pub zone: Option<String>,
    pub keeps_stock: bool,
}

#[derive(Clone, Debug)]
pub struct Warehouse {
    pub id: i64,
    pub warehouse_code: String,
    pub name: String,
    pub is_grid: bool,
    /// The warehouse that buys for this one (itself, unless it is a grid below a central).
    pub receiving_ix: u32,
}

#[derive(Clone, Debug)]
pub struct Point {
    pub id: i64,
    pub point_code: String,
    pub name: String,
    pub warehouse_ix: u32,
    pub leader_id: i64,
    pub leader_code: String,
    pub leader_name: String,
    pub leader_phone: String,
    pub compound: Option<String>,
    pub address: Option<String>,
    /// Pickup window as times of day, `HH:MM`.
    pub window_start: Option<String>,
    pub window_end: Option<String>,
    /// Differences are to be reported before this time of day.
    pub report_by: Option<String>,
    /// The route and stop in force: the plan's, else those it was filed with.
    pub route_code: String,
    pub stop_seq: u32,
    /// The place in the sorting line, given at the freeze for good.
    pub slot_no: u32,
    /// The route and stop at the freeze.
    pub filed_route: String,
    pub filed_stop: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vehicle {
    pub plate: String,
    pub driver: String,
    pub phone: Option<String>,
    pub capacity_g: Option<u64>,
    pub capacity_ml: Option<u64>,
    pub capacity_totes: Option<u32>,
}

/// Declares an enum whose values are stored and written as fixed code names.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal, $zh:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The code name, as in the database, CSV and JSON.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            /// The Chinese word, as on screen and paper.
            pub fn zh(self) -> &'static str {
                match self { $($name::$variant => $zh,)+ }
            }

            /// Reads the code name or the Chinese word.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == text || value.zh() == text)
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// How a cycle's money comes in.
    #[derive(Default)]
    Payment { #[default] AtPickup = "at_pickup", "提货时付"; InPerson = "in_person", "当面付"; Online = "online", "在线支付"; }
}
coded! {
    /// How demand becomes whole cases (DOMAIN 3.3).
    #[derive(Default)]
    Rounding { #[default] Up = "up", "向上取整"; Fill = "fill", "凑整箱"; Down = "down", "向下取整"; Nearest = "nearest", "就近取整"; }
}
coded! {
    /// What happens below the minimum order quantity.
    BelowMoq { Raise = "raise", "补足"; Cancel = "cancel", "取消"; }
}
coded! {
    /// What happens below a supplier's minimum order value.
    BelowMinValue { Flag = "flag", "提示"; Cancel = "cancel", "取消"; Ignore = "ignore", "忽略"; }
}
coded! {
    /// Who goes without when too little came (DOMAIN 3.4).
    #[derive(Default)]
    ShortageRule {
        #[default]
        FirstPaid = "first_paid", "先付先得";
        Proportional = "proportional", "按比例";
        EqualShare = "equal_share", "轮流一件";
        LeaderBalanced = "leader_balanced", "按团均衡";
        MostHouseholds = "most_households", "户数优先";
        Pinned = "pinned", "手工指定";
    }
}
coded! {
    /// The unit a supplier's price is for.
    PriceUnit { Piece = "piece", "件"; Case = "case", "箱"; Kg = "kg", "公斤"; Jin = "jin", "斤"; }
}
coded! {
    TempZone { Ambient = "ambient", "常温"; Chilled = "chilled", "冷藏"; Frozen = "frozen", "冷冻"; }
}
