//! What is answered of routes, as the API description tells it.
#![expect(dead_code, reason = "only their descriptions are read")]

use utoipa::ToSchema;

/// How the routes of a warehouse came about, what they cost, and who gets another driver.
#[derive(ToSchema)]
pub struct RoutesOf {
    cycle_code: String,
    warehouse_code: String,
    /// `solver`, or `filed`: the routes that leaders were filed with.
    method: String,
    why_filed: Option<String>,
    remedy: Option<String>,
    version: u32,
    seed: u64,
    iterations: u64,
    vehicles: u64,
    distance_m: u64,
    driving_fen: i64,
    vehicles_fen: i64,
    overtime_fen: i64,
    /// Stops that had a driver at the pickup date before, and those of them that get another.
    usual_stops: u32,
    moved_stops: u32,
    unserved: Vec<Unserved>,
}

/// A point that no vehicle can serve.
#[derive(ToSchema)]
pub struct Unserved {
    point_code: String,
    point: String,
    reason: String,
    words: String,
    trip_no: String,
}

/// The routes in force.
#[derive(ToSchema)]
pub struct Routes {
    cycle_code: String,
    version: u32,
    /// One of each warehouse that was dispatched: how its routes came about, and its trips with their stops and times.
    warehouses: Vec<PlannedRoutes>,
}

/// The routes of a warehouse with their trips.
#[derive(ToSchema)]
pub struct PlannedRoutes {
    cycle_code: String,
    warehouse_code: String,
    /// `solver`, or `filed`: the routes that leaders were filed with; then there are no trips here.
    method: String,
    why_filed: Option<String>,
    remedy: Option<String>,
    version: u32,
    seed: u64,
    iterations: u64,
    vehicles: u64,
    distance_m: u64,
    driving_fen: i64,
    vehicles_fen: i64,
    overtime_fen: i64,
    usual_stops: u32,
    moved_stops: u32,
    unserved: Vec<Unserved>,
    trips: Vec<PlannedTrip>,
}

/// A vehicle's round; without a plate: the stops that nobody can serve.
#[derive(ToSchema)]
pub struct PlannedTrip {
    trip_no: String,
    route_code: String,
    plate: Option<String>,
    driver: Option<String>,
    /// Times of day of the pickup date.
    departs: Option<String>,
    returns: Option<String>,
    distance_m: u64,
    drive_s: u64,
    weight_g: u64,
    volume_ml: u64,
    totes: u64,
    is_locked: bool,
    /// In order.
    stops: Vec<PlannedStop>,
}

/// A point on a round, with its way from the place before.
#[derive(ToSchema)]
pub struct PlannedStop {
    stop_seq: u32,
    point_code: String,
    point: String,
    leader_code: String,
    eta: Option<String>,
    leaves: Option<String>,
    drive_s: Option<u32>,
    distance_m: Option<u32>,
    weight_g: u64,
    volume_ml: u64,
    totes: u64,
    usual_driver: Option<String>,
    /// Why no vehicle serves it.
    reason: Option<String>,
}
