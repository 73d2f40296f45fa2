//! Which sheets a new plan supersedes.

use std::collections::BTreeMap;

use crate::domain::book::Book;
use crate::domain::facts::Vehicle;
use crate::domain::register::StepChanges;
use crate::domain::route_plan::{PlannedTrip, Round};

/// What the sheets of a trip tell of its way.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    /// Its points, in the order of the book.
    points: Vec<u32>,
    /// The stop and the time of each.
    places: Vec<(u32, Option<i32>)>,
    vehicle: Option<Vehicle>,
    round: Option<Round>,
    distance_m: u64,
}

/// By trip number.
fn told(book: &Book) -> BTreeMap<String, Told> {
    let (routes, route_of_point) = book.routes();
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for (ix, point) in book.points.iter().enumerate() {
        let own = told.entry(routes[route_of_point[ix] as usize].trip_no.clone()).or_default();
        let call = book.planned_stop(ix as u32).and_then(|stop| stop.served.as_ref().ok());
        own.points.push(ix as u32);
        own.places.push((point.stop_seq, call.map(|call| call.arrives_s)));
    }
    for trip in &book.trips {
        told.entry(trip.trip_no.clone()).or_default().vehicle.clone_from(&trip.vehicle);
    }
    for PlannedTrip { trip_no, round, distance_m, .. } in book.plans.iter().flat_map(|plan| &plan.trips) {
        let own = told.entry(trip_no.clone()).or_default();
        own.round.clone_from(round);
        own.distance_m = *distance_m;
    }
    told
}

/// What changed: points that have another route or stop, and trips with other points, times or vehicles.
pub fn step_changes(before: &Book, after: &Book) -> StepChanges {
    let (old, new) = (told(before), told(after));
    let mut changes = StepChanges::default();
    let mut numbers: Vec<&String> = old.keys().chain(new.keys()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let (was, is) = (old.get(number), new.get(number));
        if was != is {
            changes.trips.push(number.clone());
        }
        if was.map(|told| &told.points) != is.map(|told| &told.points) {
            changes.trip_lists.push(number.clone());
        }
    }
    for (ix, (was, is)) in (0u32..).zip(before.points.iter().zip(&after.points)) {
        if (&was.route_code, was.stop_seq) != (&is.route_code, is.stop_seq) {
            changes.placed.push(ix);
        }
    }
    changes
}
