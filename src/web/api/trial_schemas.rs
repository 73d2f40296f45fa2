//! What a trial answers, as the API description tells it.

use serde::Serialize;
use utoipa::ToSchema;

/// The plan as it is and as it would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedPlan {
    pub cycle_code: String,
    pub version: u32,
    /// Lines that differ.
    pub lines: Vec<TriedLine>,
    /// Orders that differ, as they would be.
    pub orders: Vec<TriedOrder>,
    pub real: PlanSum,
    pub trial: PlanSum,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TriedLine {
    pub supplier_code: String,
    pub supplier: String,
    pub warehouse_code: String,
    pub sku_code: String,
    pub sku_name: String,
    pub real: LineSum,
    pub trial: LineSum,
}

/// A line's figures; a cost that nobody knows is null.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineSum {
    pub cases: u64,
    pub planned_qty: u64,
    pub cost_fen: Option<i64>,
    pub surplus_qty: u64,
    pub surplus_fen: Option<i64>,
    pub short_qty: u64,
    pub refund_fen: i64,
    pub margin_bp: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TriedOrder {
    pub supplier_code: String,
    pub warehouse_code: String,
    pub cases: u64,
    pub cost_fen: i64,
    pub has_unknown: bool,
    pub short_of_min_fen: i64,
}

/// All orders in sum.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanSum {
    pub orders: u64,
    pub cases: u64,
    pub planned_qty: u64,
    pub cost_fen: i64,
    pub has_unknown: bool,
    pub surplus_qty: u64,
    pub surplus_fen: i64,
    pub short_qty: u64,
    pub refund_fen: i64,
}

/// A supplier's link; `path` stands behind the server's own address.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseLink {
    pub po_no: String,
    pub path: Option<String>,
}
