//! Planned routes as objects: the same on the command line and over HTTP.

use serde_json::{Value, json};

use crate::domain::book::{Book, Trip};
use crate::domain::route_plan::{Method, PlannedStop, PlannedTrip, RoutePlan, clock};
use crate::domain::routing::Reason;

/// How many points a trip serves.
pub fn stops_of(book: &Book, trip: &Trip) -> usize {
    let plan = book.plan_of(trip.warehouse_ix).filter(|plan| plan.method == Method::Solver);
    match plan {
        Some(plan) => plan.stops.iter().filter(|stop| stop.trip_no == trip.trip_no).count(),
        None => {
            let place = (trip.warehouse_ix, &trip.route_code);
            book.points.iter().filter(|point| (point.warehouse_ix, &point.route_code) == place).count()
        }
    }
}

/// Trips that go somewhere.
pub fn trips_in_use(book: &Book) -> impl Iterator<Item = &Trip> {
    book.trips.iter().filter(|trip| trip.vehicle.is_some() || stops_of(book, trip) > 0)
}

/// How the routes of a warehouse came about, without trips and stops.
pub fn plan_json(book: &Book, plan: &RoutePlan) -> Value {
    let warehouse = &book.warehouses[plan.warehouse_ix as usize];
    json!({
        "cycle_code": book.cycle.cycle_code, "warehouse_code": warehouse.warehouse_code,
        "method": plan.method.code(), "why_filed": plan.why_filed.map(|why| why.code()),
        "remedy": plan.why_filed.map(|why| why.remedy()), "version": plan.version, "seed": plan.seed,
        "iterations": plan.iterations, "vehicles": plan.trips.iter().filter(|trip| trip.round.is_some()).count(),
        "distance_m": plan.trips.iter().map(|trip| trip.distance_m).sum::<u64>(),
        "driving_fen": plan.cost.driving / 1_000, "vehicles_fen": plan.cost.vehicles / 1_000,
        "overtime_fen": plan.cost.overtime / 1_000, "usual_stops": plan.usual_stops, "moved_stops": plan.moved_stops,
        "unserved": unserved(plan).map(|(stop, fault)| unserved_json(book, stop, fault)).collect::<Vec<_>>(),
    })
}

/// Stops that no vehicle serves, each with the code of why.
pub fn unserved(plan: &RoutePlan) -> impl Iterator<Item = (&PlannedStop, &str)> {
    plan.stops.iter().filter_map(|stop| Some((stop, stop.served.as_ref().err()?.as_str())))
}

/// Why no vehicle serves a stop, in both languages.
pub fn fault_words(code: &str) -> String {
    Reason::parse(code).map_or_else(|| code.to_owned(), |reason| reason.to_string())
}

fn unserved_json(book: &Book, stop: &PlannedStop, fault: &str) -> Value {
    let point = &book.points[stop.point_ix as usize];
    json!({
        "point_code": point.point_code, "point": point.name, "reason": fault, "words": fault_words(fault),
        "trip_no": stop.trip_no,
    })
}

/// The plan of a warehouse with its trips and stops; `is_locked` tells of a plate whether its trip is held.
pub fn whole_plan_json(book: &Book, plan: &RoutePlan, is_locked: &dyn Fn(&str) -> bool) -> Value {
    let mut whole = plan_json(book, plan);
    whole["trips"] = plan.trips.iter().map(|trip| trip_json(book, plan, trip, is_locked)).collect();
    whole
}

fn trip_json(book: &Book, plan: &RoutePlan, trip: &PlannedTrip, is_locked: &dyn Fn(&str) -> bool) -> Value {
    let vehicle =
        book.trips.iter().find(|known| known.trip_no == trip.trip_no).and_then(|known| known.vehicle.as_ref());
    let round = trip.round.as_ref();
    json!({
        "trip_no": trip.trip_no, "route_code": trip.route_code, "plate": trip.plate(),
        "driver": vehicle.map(|vehicle| &vehicle.driver), "departs": round.map(|round| clock(round.departs_s)),
        "returns": round.map(|round| clock(round.returns_s)), "distance_m": trip.distance_m, "drive_s": trip.drive_s,
        "weight_g": trip.load.weight_g, "volume_ml": trip.load.volume_ml, "totes": trip.load.totes,
        "is_locked": trip.plate().is_some_and(is_locked),
        "stops": plan.stops_of(&trip.trip_no).into_iter().map(|stop| stop_json(book, stop)).collect::<Vec<_>>(),
    })
}

fn stop_json(book: &Book, stop: &PlannedStop) -> Value {
    let point = &book.points[stop.point_ix as usize];
    let call = stop.served.as_ref().ok();
    json!({
        "stop_seq": stop.stop_seq, "point_code": point.point_code, "point": point.name,
        "leader_code": point.leader_code, "eta": call.map(|call| clock(call.arrives_s)),
        "leaves": call.map(|call| clock(call.leaves_s)), "drive_s": call.map(|call| call.drive_s),
        "distance_m": call.map(|call| call.distance_m), "weight_g": stop.load.weight_g,
        "volume_ml": stop.load.volume_ml, "totes": stop.load.totes, "usual_driver": stop.usual_driver,
        "reason": stop.served.as_ref().err(),
    })
}
