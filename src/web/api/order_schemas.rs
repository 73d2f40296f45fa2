//! The shapes of answers about orders, payments and pickups, for the API's description.
#![expect(dead_code, reason = "only their descriptions are read")]

use utoipa::ToSchema;

/// An order 订单, without personal data.
#[derive(ToSchema)]
pub struct Order {
    order_no: String,
    cycle_code: String,
    leader_code: String,
    point_code: String,
    /// `unpaid`, `paid`, `cancelled` or `expired`.
    state: String,
    #[schema(format = "date-time")]
    placed_at: String,
    #[schema(required, format = "date-time")]
    paid_at: Option<String>,
    /// As it was placed: price × (qty + tolerance).
    total_fen: i64,
    lines: Vec<OrderLine>,
    #[schema(required)]
    payment: Option<OrderPayment>,
    /// The order's page for whoever holds this address; what leaders are told, and machines without `orders:code`, shows no
    /// pickup code and cannot be used to cancel.
    link: String,
    /// For the resident's device and machines with `orders:code`; null once everything was handed out.
    pickup_code: Option<String>,
    /// What the resident's QR code says, for the same.
    pickup_token: Option<String>,
}

/// A line of an order.
#[derive(ToSchema)]
pub struct OrderLine {
    sku_code: String,
    /// After all corrections.
    ordered_qty: i32,
    tolerance: i32,
    price_fen: i64,
    /// Null before the goods were shared out.
    #[schema(required)]
    allocated_qty: Option<i32>,
    handed_qty: i64,
}

/// Money that came for an order.
#[derive(ToSchema)]
pub struct OrderPayment {
    kind: String,
    amount_fen: i64,
    /// It came too late and goes back in full.
    paid_after_cutoff: bool,
}

/// An order that was cancelled.
#[derive(ToSchema)]
pub struct Cancelled {
    order_no: String,
    /// `cancelled`.
    state: String,
    /// False: it was cancelled before.
    is_new: bool,
    /// What was paid and is due back.
    refund_due_fen: i64,
}

/// What became of the money of an order.
#[derive(ToSchema)]
pub struct Marked {
    order_no: String,
    /// `paid`, `already`, or `paid_after_cutoff`, which goes back in full.
    status: String,
    amount_fen: i64,
}

/// What became of the money of several orders.
#[derive(ToSchema)]
pub struct MarkedAll {
    orders: Vec<Marked>,
    paid: u64,
    already: u64,
    paid_after_cutoff: u64,
}

/// What became of a pickup.
#[derive(ToSchema)]
pub struct PickupResult {
    event_id: String,
    /// `confirmed`, `already`, `conflict` or `refused`.
    status: String,
    /// Who handed out first.
    #[schema(required)]
    by: Option<String>,
    #[schema(required, format = "date-time")]
    at: Option<String>,
    /// Why it was refused: a stable code, and words.
    code: Option<String>,
    zh: Option<String>,
    en: Option<String>,
}

/// A result for each event, in the order in which they were sent.
#[derive(ToSchema)]
pub struct PickupResults {
    results: Vec<PickupResult>,
}
