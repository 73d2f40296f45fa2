//! The shapes of answers, for the API's description. The answers themselves are put together where the work is done;
//! the API's fuzzer compares the two.
#![expect(dead_code, reason = "only their descriptions are read")]

use utoipa::ToSchema;

use crate::web::api::route_schemas::RoutesOf;

/// A cycle 团期.
#[derive(ToSchema)]
pub struct Cycle {
    cycle_code: String,
    name: String,
    /// `draft`, `open`, `frozen`, `procured` and on to `settled`; or `cancelled`.
    state: String,
    /// Counts up with each committed step after the freeze.
    version: u32,
    opens_at: String,
    cutoff_at: String,
    pickup_date: String,
    payment: String,
    rounding: String,
    shortage_rule: String,
    #[schema(required)]
    frozen_at: Option<String>,
    links: CycleLinks,
}

/// Where more is told about a cycle.
#[derive(ToSchema)]
pub struct CycleLinks {
    #[schema(rename = "self")]
    own: String,
    totals: String,
    /// From the cutoff on.
    #[schema(required)]
    sheets: Option<String>,
}

/// Cycles, the latest cutoff first.
#[derive(ToSchema)]
pub struct CycleList {
    cycles: Vec<Cycle>,
    total: u64,
    /// The address of the next rows, if there are more.
    #[schema(required)]
    next: Option<String>,
}

/// A cycle once it takes orders.
#[derive(ToSchema)]
pub struct Opened {
    cycle_code: String,
    state: String,
    version: u32,
    opens_at: String,
    cutoff_at: String,
    /// False: it took orders already.
    is_new: bool,
}

/// What was ordered, as it stands at `as_of`.
#[derive(ToSchema)]
pub struct Totals {
    cycle_code: String,
    state: String,
    version: u32,
    as_of: String,
    orders: u64,
    lines: u64,
    ordered_qty: u64,
    unpaid_qty: u64,
    sales_fen: i64,
    skus: Vec<SkuTotal>,
    leaders: Vec<LeaderTotal>,
    suppliers: Vec<SupplierTotal>,
}

#[derive(ToSchema)]
pub struct SkuTotal {
    sku_code: String,
    ordered_qty: u64,
    tolerance_qty: u64,
    line_count: u64,
    /// Pieces that may be sold at most. Null without a bound, and for a leader's own totals.
    #[schema(required)]
    stock_cap: Option<u32>,
    /// Pieces that count towards the cap, paid for or not, without tolerance.
    #[schema(required)]
    sold_qty: Option<u64>,
    /// 80, 95 or 100: the share of the cap that is reached.
    #[schema(required)]
    cap_warning_pct: Option<u8>,
}

#[derive(ToSchema)]
pub struct LeaderTotal {
    leader_code: String,
    orders: u64,
    ordered_qty: u64,
}

#[derive(ToSchema)]
pub struct SupplierTotal {
    supplier_code: String,
    ordered_qty: u64,
    line_count: u64,
}

/// The sheets of a cycle at a version, in the order of the night.
#[derive(ToSchema)]
pub struct SheetList {
    cycle_code: String,
    version: u32,
    total: u64,
    sheets: Vec<Sheet>,
    #[schema(required)]
    next: Option<String>,
}

/// A sheet 单据.
#[derive(ToSchema)]
pub struct Sheet {
    kind: String,
    number: u32,
    title: String,
    title_en: String,
    key: String,
    about: String,
    doc_no: String,
    version: u32,
    #[schema(required)]
    total_qty: Option<i64>,
    generated_at: String,
    links: SheetLinks,
}

#[derive(ToSchema)]
pub struct SheetLinks {
    csv: String,
    xlsx: String,
    html: String,
}

/// The closing figures of a cycle.
#[derive(ToSchema)]
pub struct Closed {
    cycle_code: String,
    state: String,
    version: u32,
    #[schema(required)]
    frozen_at: Option<String>,
    orders: u64,
    lines: u64,
    ordered_qty: u64,
    total_fen: i64,
    checksum: String,
    is_new: bool,
}

/// What is bought.
#[derive(ToSchema)]
pub struct Procured {
    cycle_code: String,
    state: String,
    version: u32,
    purchase_orders: Vec<Purchase>,
    cases_planned: u64,
    planned_qty: u64,
    cost_fen: i64,
    is_changed: bool,
    dry_run: bool,
}

/// A purchase order 采购单.
#[derive(ToSchema)]
pub struct Purchase {
    cycle_code: String,
    po_no: String,
    supplier_code: String,
    /// The warehouse that receives.
    warehouse_code: String,
    /// `draft`, `sent` or `received`.
    state: String,
    lines: u64,
    cases_planned: u64,
    planned_qty: u64,
    /// Of what has a price.
    cost_fen: i64,
    /// What is missing to the supplier's smallest order.
    short_of_min_value_fen: i64,
}

/// How many purchase orders turned from draft to sent.
#[derive(ToSchema)]
pub struct Sent {
    cycle_code: String,
    /// Their numbers.
    sent: Vec<String>,
    /// Those of them that no mail can bring to their supplier: somebody has to call.
    without_mail: Vec<WithoutMail>,
}

/// A purchase order that no mail can bring to its supplier.
#[derive(ToSchema)]
pub struct WithoutMail {
    po_no: String,
    supplier_code: String,
    supplier: String,
    /// `no_address` or `bad_address`.
    fault: String,
}

/// What an allocation did.
#[derive(ToSchema)]
pub struct Allocated {
    cycle_code: String,
    state: String,
    version: u32,
    short_skus: u64,
    lines_changed: u64,
    refunds_fen: i64,
    is_changed: bool,
    shortages: Vec<Short>,
}

/// A short SKU 缺货.
#[derive(ToSchema)]
pub struct Short {
    cycle_code: String,
    sku_code: String,
    ordered_qty: u64,
    supply_qty: u64,
    short_qty: u64,
    rule: String,
    points: u64,
    residents: u64,
}

/// A trip 车次.
#[derive(ToSchema)]
pub struct Trip {
    cycle_code: String,
    trip_no: String,
    route_code: String,
    plate: String,
    driver: String,
    stops: u64,
    /// Times of day of the pickup date, where the route was planned.
    departs: Option<String>,
    returns: Option<String>,
    distance_m: Option<u64>,
}

/// Routes and trips.
#[derive(ToSchema)]
pub struct Dispatched {
    cycle_code: String,
    state: String,
    version: u32,
    trips: Vec<Trip>,
    /// How the routes of each warehouse came about.
    warehouses: Vec<RoutesOf>,
    is_changed: bool,
}

/// What settling weights comes to: a piece without a label is settled at its nominal weight.
#[derive(ToSchema)]
pub struct SettledWeights {
    cycle_code: String,
    state: String,
    version: u32,
    /// Labels that count, and those of them that a household has.
    labels: u64,
    bound_labels: u64,
    /// Pieces and lines of weighed goods that were given out.
    pieces: u64,
    lines: u64,
    /// Lines with labels for all their pieces, and the others.
    weighed_lines: u64,
    nominal_lines: u64,
    /// Lines that cost another amount than at their nominal weight.
    adjusted_lines: u64,
    refund_fen: i64,
    due_fen: i64,
    given_away_fen: i64,
    /// Lines that cost another amount than before.
    lines_changed: u64,
    is_changed: bool,
}

/// What came of rows.
#[derive(ToSchema)]
pub struct Taken {
    cycle_code: String,
    state: String,
    version: u32,
    rows: u64,
    new: u64,
    changed: u64,
    same: u64,
    dry_run: bool,
}

/// Whether an act was new, or had been noted before.
#[derive(ToSchema)]
pub struct Noted {
    is_new: bool,
}

/// What came of a file's rows.
#[derive(ToSchema)]
pub struct FileTaken {
    kind: String,
    rows: u64,
    new: u64,
    changed: u64,
    same: u64,
    dry_run: bool,
    /// For a file with coordinates: whether its datum was checked, and how many places lie in the district they name.
    datum_check: Option<serde_json::Value>,
    /// Rows that were taken and should be looked at, as faults are told.
    warnings: Option<Vec<serde_json::Value>>,
    warnings_left_out: Option<u64>,
}

/// A cycle that was made.
#[derive(ToSchema)]
pub struct CycleMade {
    cycle_code: String,
    /// Offers that were copied into it.
    offers: u64,
}
