//! What a leader's day says, as it is sent.

use serde::Serialize;
use utoipa::ToSchema;

use crate::web::api::pickup_list::ListedPickup;

/// What a leader's phone needs for a day.
#[derive(Serialize, ToSchema)]
pub struct LeaderDay {
    pub(super) user: DayUser,
    /// The server's public key, an uncompressed P-256 point in URL-safe base64: residents' QR codes are signed with it.
    pub(super) public_key: String,
    /// The latest pickup first.
    pub(super) cycles: Vec<DayCycle>,
    pub(super) points: Vec<DayPoint>,
    pub(super) goods: Vec<DayGoods>,
    /// One for each cycle at each point.
    pub(super) arrivals: Vec<DayArrival>,
    /// By point, then by building, unit and room in natural order.
    pub(super) households: Vec<DayHousehold>,
}

/// Whose day it is.
#[derive(Serialize, ToSchema)]
pub struct DayUser {
    pub(super) id: String,
    pub(super) name: String,
    /// Whether they may say that money came.
    pub(super) may_mark_paid: bool,
}

#[derive(Serialize, ToSchema)]
pub struct DayCycle {
    pub(super) cycle_code: String,
    pub(super) name: String,
    #[schema(format = "date")]
    pub(super) pickup_date: String,
    pub(super) version: u32,
}

#[derive(Serialize, ToSchema)]
pub struct DayPoint {
    pub(super) point_code: String,
    pub(super) name: String,
}

#[derive(Serialize, ToSchema)]
pub struct DayGoods {
    pub(super) sku_code: String,
    pub(super) sku_name: String,
    pub(super) spec: String,
    pub(super) unit: String,
    pub(super) price_fen: i64,
    /// What a piece holds: 30 eggs a tray.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sub_units: Option<u32>,
    /// ambient, chilled or frozen.
    pub(super) temp_zone: &'static str,
    /// What a piece should weigh, of goods that are weighed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nominal_weight_g: Option<u32>,
}

/// Who collects together: the same phone, else the same room, over all cycles.
#[derive(Serialize, ToSchema)]
pub struct DayHousehold {
    /// Its place among the points.
    pub(super) point: usize,
    /// The latest pickup first.
    pub(super) orders: Vec<DayOrder>,
}

#[derive(Serialize, ToSchema)]
pub struct DayOrder {
    pub(super) order_no: String,
    /// Its place among the cycles.
    pub(super) cycle: usize,
    /// What is left from then on is overdue.
    #[schema(format = "date-time")]
    pub(super) ends_at: String,
    /// Its place among the point's orders by when they were paid; the last goes without first.
    pub(super) queue: u32,
    /// What is to be given back for it in cash.
    #[serde(skip_serializing_if = "is_none")]
    pub(super) cash_back_fen: i64,
    /// Its number in the leader's chat; 0: none.
    pub(super) chain_no: u32,
    pub(super) building: String,
    pub(super) unit_no: String,
    pub(super) room: String,
    pub(super) resident: String,
    pub(super) nickname: String,
    pub(super) phone_tail4: String,
    /// How resident and nickname are typed: the letters of each character, apart by blanks.
    pub(super) initials: Vec<String>,
    pub(super) remark: String,
    /// Whether money is still to be collected for it.
    pub(super) is_due: bool,
    pub(super) lines: Vec<DayLine>,
    /// Pickups that were not taken back, the earliest first.
    pub(super) pickups: Vec<ListedPickup>,
}

#[derive(Serialize, ToSchema)]
pub struct DayLine {
    /// Its place among the goods.
    pub(super) goods: usize,
    pub(super) ordered_qty: u32,
    pub(super) allocated_qty: u32,
    pub(super) handed_qty: i64,
    /// What the household still pays for it.
    pub(super) due_amount_fen: i64,
    /// 称重差额 as it was settled; below zero where money goes back.
    #[serde(skip_serializing_if = "is_none")]
    pub(super) weight_adjustment_fen: i64,
    /// 待补款: what a household that has paid owes for more weight.
    #[serde(skip_serializing_if = "is_none")]
    pub(super) top_up_fen: i64,
    /// Pieces that never reached the point, or not as they should.
    #[serde(skip_serializing_if = "is_none")]
    pub(super) lost_qty: i64,
    /// What was wrong with it, the earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) cases: Vec<DayCase>,
}

/// Goods that were not as they should be.
#[derive(Clone, Serialize, ToSchema)]
pub struct DayCase {
    /// missing, broken, melted, wrong or unwanted.
    pub(super) problem: String,
    /// pieces, sub_units or percent.
    pub(super) measure: String,
    pub(super) part: i32,
    pub(super) whole: i32,
    pub(super) amount_fen: i64,
    pub(super) by: String,
    #[schema(format = "date-time")]
    pub(super) at: String,
    /// Addresses of photos, the earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) photos: Vec<String>,
}

/// What came to a point for a cycle, as the leader counted it.
#[derive(Serialize, ToSchema)]
pub struct DayArrival {
    /// Its place among the cycles.
    pub(super) cycle: usize,
    /// Its place among the points.
    pub(super) point: usize,
    /// When the vehicle is to be there, where its route is planned.
    #[schema(format = "date-time", required)]
    pub(super) eta: Option<String>,
    /// Until when differences are to be reported.
    #[schema(format = "date-time", required)]
    pub(super) report_by: Option<String>,
    /// The count in force.
    #[schema(required)]
    pub(super) receipt: Option<DayReceipt>,
    /// Weighed labels of the point that count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) labels: Vec<DayLabel>,
}

/// A weighed label: one piece of goods.
#[derive(Serialize, ToSchema)]
pub struct DayLabel {
    pub(super) weigh_no: String,
    pub(super) sku_code: String,
    pub(super) actual_weight_g: i32,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) order_no: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct DayReceipt {
    /// 1 for the first; above it a recount.
    pub(super) count_no: i32,
    /// Whether nobody signed.
    pub(super) is_unsigned: bool,
    pub(super) due_qty: i64,
    pub(super) by: String,
    #[schema(format = "date-time")]
    pub(super) at: String,
    /// Where it differs from what was due.
    pub(super) lines: Vec<DayDifference>,
    /// Addresses of photos, the earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) photos: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct DayDifference {
    pub(super) sku_code: String,
    pub(super) due_qty: i64,
    pub(super) short_qty: i32,
    pub(super) over_qty: i32,
    pub(super) broken_qty: i32,
    pub(super) wrong_qty: i32,
}

fn is_none(qty: &i64) -> bool {
    *qty == 0
}
