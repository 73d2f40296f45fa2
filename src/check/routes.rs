//! Which route each point is on, as the raw rows say: the filed one, or that of the plan in force at a version.
//!
//! Filed routes are numbered through in bytes of warehouse and route; numbers that a plan adds come behind them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::check::day::{Day, Ledger, Stray};
use crate::check::rows::{PlanRow, PlannedStopRow, PlannedTripRow, RouteEditRow, rows};
use crate::store::backend::{Db, StoreError};

/// The planned routes of a cycle.
#[derive(Debug, Default)]
pub struct Routes {
    /// Key: warehouse.
    pub plans: Ledger<PlanRow>,
    /// By (warehouse_id, version, trip_no).
    pub trips: Vec<PlannedTripRow>,
    /// By (warehouse_id, version, trip_no, stop_seq).
    pub stops: Vec<PlannedStopRow>,
    /// By (version, seq).
    pub edits: Vec<RouteEditRow>,
}

/// Reads them; warehouses and points are there already.
pub fn load(db: &mut Db, day: &mut Day, id: i64) -> Result<(), StoreError> {
    let plans: Vec<PlanRow> =
        rows!(db, "SELECT warehouse_id, version, method FROM route_plans WHERE cycle_id = $1", id)?;
    let mut trips: Vec<PlannedTripRow> = rows!(
        db,
        "SELECT warehouse_id, version, trip_no, route_code, plate, shift_from_s, shift_until_s, departs_s, returns_s,
                back_s, back_m, drive_s, distance_m, weight_g, volume_ml, totes
         FROM planned_trips WHERE cycle_id = $1",
        id
    )?;
    let mut stops: Vec<PlannedStopRow> = rows!(
        db,
        "SELECT warehouse_id, version, point_id, trip_no, stop_seq, opens_s, closes_s, arrives_s, begins_s, leaves_s,
                drive_s, distance_m, weight_g, volume_ml, totes
         FROM planned_stops WHERE cycle_id = $1",
        id
    )?;
    let edits: Vec<RouteEditRow> = rows!(
        db,
        "SELECT version, seq, act, point_id, plate FROM route_edits WHERE cycle_id = $1 ORDER BY version, seq",
        id
    )?;
    day.row_count += edits.len() as u64;
    day.row_count += (plans.len() + trips.len() + stops.len()) as u64;
    trips.sort_by(|a, b| (a.warehouse_id, a.version, &a.trip_no).cmp(&(b.warehouse_id, b.version, &b.trip_no)));
    stops.sort_by(|a, b| {
        (a.warehouse_id, a.version, &a.trip_no, a.stop_seq).cmp(&(b.warehouse_id, b.version, &b.trip_no, b.stop_seq))
    });
    let mut keyed = Vec::with_capacity(plans.len());
    for plan in plans {
        match day.warehouse_of(plan.warehouse_id) {
            Some(warehouse) => keyed.push((warehouse, plan.version, plan)),
            None => day.strays.push(Stray {
                table: "route_plans",
                row: format!("warehouse_id={} version={}", plan.warehouse_id, plan.version),
                lacks: "cycle_warehouses",
            }),
        }
    }
    day.routes = Routes { plans: Ledger::new(keyed), trips, stops, edits };
    Ok(())
}

/// A route of a warehouse: its trip's number, and its points.
pub struct Route {
    pub trip_no: String,
    pub warehouse: u32,
    pub route_code: String,
    pub points: Vec<u32>,
    /// Whether any of its points has a line.
    pub has_lines: bool,
}

/// The routes as they stand now.
pub fn routes(day: &Day) -> Vec<Route> {
    routes_at(day, day.cycle().version)
}

/// Every (warehouse, route) that leaders were filed with or that a plan made, with the points that are on it at a version.
pub fn routes_at(day: &Day, version: i32) -> Vec<Route> {
    let with_lines = points_with_lines(day);
    let planned = planned_at(day, version);
    let mut numbers: BTreeMap<(u32, &[u8]), (String, &str)> = BTreeMap::new();
    for point in &day.points {
        numbers.entry((point.warehouse, point.route_code.as_bytes())).or_insert((String::new(), &point.route_code));
    }
    for ((number, _), ordinal) in numbers.values_mut().zip(1..) {
        *number = format!("TR-{}-{ordinal:03}", day.cycle().cycle_code);
    }
    for trip in &day.routes.trips {
        if let Some(warehouse) = day.warehouse_of(trip.warehouse_id) {
            let own = numbers.entry((warehouse, trip.route_code.as_bytes()));
            own.or_insert((trip.trip_no.clone(), &trip.route_code));
        }
    }
    let mut points: HashMap<(u32, &[u8]), Vec<u32>> = HashMap::new();
    for (point, ix) in day.points.iter().zip(0..) {
        let code = planned.get(&point.id).copied().unwrap_or(&point.route_code);
        points.entry((point.warehouse, code.as_bytes())).or_default().push(ix);
    }
    let mut routes = Vec::with_capacity(numbers.len());
    for ((warehouse, code), (trip_no, route_code)) in numbers {
        let points = points.remove(&(warehouse, code)).unwrap_or_default();
        let has_lines = points.iter().any(|point| with_lines.contains(point));
        routes.push(Route { trip_no, warehouse, route_code: route_code.to_owned(), points, has_lines });
    }
    routes
}

/// The route code of each planned point (by id) at a version.
fn planned_at(day: &Day, version: i32) -> HashMap<i64, &str> {
    let mut planned = HashMap::new();
    for warehouse in 0..day.warehouses.len() as u32 {
        let Some(plan) = day.routes.plans.at(warehouse, version) else { continue };
        let codes: HashMap<&str, &str> =
            trips_of(day, plan).map(|trip| (trip.trip_no.as_str(), trip.route_code.as_str())).collect();
        for stop in stops_of(day, plan) {
            if let Some(code) = codes.get(stop.trip_no.as_str()) {
                planned.insert(stop.point_id, *code);
            }
        }
    }
    planned
}

/// The trips of a plan, by number.
pub fn trips_of<'d>(day: &'d Day, plan: &PlanRow) -> impl Iterator<Item = &'d PlannedTripRow> {
    let key = (plan.warehouse_id, plan.version);
    let start = day.routes.trips.partition_point(|row| (row.warehouse_id, row.version) < key);
    day.routes.trips[start..].iter().take_while(move |row| (row.warehouse_id, row.version) == key)
}

/// The stops of a plan, trip by trip in stop order.
pub fn stops_of<'d>(day: &'d Day, plan: &PlanRow) -> impl Iterator<Item = &'d PlannedStopRow> {
    let key = (plan.warehouse_id, plan.version);
    let start = day.routes.stops.partition_point(|row| (row.warehouse_id, row.version) < key);
    day.routes.stops[start..].iter().take_while(move |row| (row.warehouse_id, row.version) == key)
}

/// The points with at least one line of an order that takes part, cancelled or not.
pub fn points_with_lines(day: &Day) -> HashSet<u32> {
    let mut points = HashSet::new();
    let mut last = u32::MAX;
    for (_, line) in day.taking_part() {
        let point = day.orders[line.order as usize].point;
        if point != last && (point as usize) < day.points.len() {
            points.insert(point);
        }
        last = point;
    }
    points
}
