//! From a plan to routes with codes, and trips with numbers.
//!
//! A vehicle that has a trip already keeps its route. The others take, of the routes that leaders were filed with, the one
//! most of whose points they serve, so that a route keeps the name by which people know it; then numbers that are free.

use std::collections::BTreeMap;

use crate::domain::book::Book;
use crate::domain::dispatching::morning::Morning;
use crate::domain::documents::{trip_no, trip_ordinal};
use crate::domain::route_plan::{Call, PlannedStop, PlannedTrip, Round};
use crate::domain::routing::{Load, Matrix, Plan, Route, Span};

/// The route of the stops that nobody can serve.
const UNSERVED: &str = "待派";

/// The next number of a trip that no route has: numbers are never given twice in a cycle.
pub struct Numbers<'a> {
    book: &'a Book,
    next: usize,
}

impl<'a> Numbers<'a> {
    pub fn new(book: &'a Book) -> Numbers<'a> {
        let (routes, _) = book.routes();
        let known = routes.iter().map(|route| &route.trip_no).chain(book.trips.iter().map(|trip| &trip.trip_no));
        let next = known.filter_map(|number| trip_ordinal(number)).max().unwrap_or(0) + 1;
        Numbers { book, next }
    }

    /// The number of a route's trip: its own, or a new one.
    fn of(&mut self, warehouse_ix: u32, route_code: &str) -> String {
        let (routes, _) = self.book.routes();
        let known = routes
            .into_iter()
            .find(|route| (route.warehouse_ix, route.route_code.as_str()) == (warehouse_ix, route_code));
        known.map(|route| route.trip_no).filter(|number| !number.is_empty()).unwrap_or_else(|| {
            self.next += 1;
            trip_no(&self.book.cycle.cycle_code, self.next - 1)
        })
    }
}

/// The trips (by number) and stops (by point) of a plan.
pub fn draw(
    book: &Book,
    numbers: &mut Numbers<'_>,
    morning: &Morning,
    plan: &Plan,
    roads: &impl Matrix,
) -> (Vec<PlannedTrip>, Vec<PlannedStop>) {
    let codes = route_codes(book, morning, plan);
    let (mut trips, mut stops) = (Vec::new(), Vec::new());
    for (route, route_code) in plan.routes.iter().zip(codes) {
        let number = numbers.of(morning.warehouse_ix, &route_code);
        trips.push(draw_route(morning, route, (number, route_code), roads, &mut stops));
    }
    if !plan.unserved.is_empty() {
        let number = numbers.of(morning.warehouse_ix, UNSERVED);
        trips.push(draw_unserved(morning, plan, number, &mut stops));
    }
    trips.sort_by(|a, b| a.trip_no.cmp(&b.trip_no));
    stops.sort_by_key(|stop| stop.point_ix);
    (trips, stops)
}

fn draw_route(
    morning: &Morning,
    route: &Route,
    (trip_no, route_code): (String, String),
    roads: &impl Matrix,
    stops: &mut Vec<PlannedStop>,
) -> PlannedTrip {
    let depot = morning.points.len();
    let van = &morning.problem.vehicles[route.vehicle as usize];
    let (mut place, mut left_s) = (depot, route.departs_s);
    let (mut drive_s, mut distance_m) = (0, 0);
    for (visit, stop_seq) in route.visits.iter().zip(1..) {
        let at = visit.stop as usize;
        // Who may leave later drives no longer for it: what the plan allows for the way is the way.
        let leg_s = (visit.arrives_s - left_s).unsigned_abs();
        let leg_m = roads.metres(place, at);
        drive_s += u64::from(leg_s);
        distance_m += u64::from(leg_m);
        let call = Call {
            arrives_s: visit.arrives_s,
            begins_s: visit.begins_s,
            leaves_s: visit.leaves_s,
            drive_s: leg_s,
            distance_m: leg_m,
        };
        stops.push(stop_of(morning, visit.stop, (trip_no.clone(), stop_seq), Ok(call)));
        (place, left_s) = (at, visit.leaves_s);
    }
    let back_s = (route.returns_s - left_s).unsigned_abs();
    let back_m = roads.metres(place, depot);
    let round = Round {
        plate: morning.vans[route.vehicle as usize].card.plate.clone(),
        shift: Span { from_s: van.shift.from_s, until_s: van.shift.until_s + van.overtime_max_s as i32 },
        departs_s: route.departs_s,
        returns_s: route.returns_s,
        back_s,
        back_m,
    };
    PlannedTrip {
        trip_no,
        route_code,
        round: Some(round),
        drive_s: drive_s + u64::from(back_s),
        distance_m: distance_m + u64::from(back_m),
        load: route.load,
    }
}

fn draw_unserved(morning: &Morning, plan: &Plan, trip_no: String, stops: &mut Vec<PlannedStop>) -> PlannedTrip {
    let mut load = Load::default();
    for (unserved, stop_seq) in plan.unserved.iter().zip(1..) {
        let own = morning.problem.stops[unserved.stop as usize].load;
        load.weight_g += own.weight_g;
        load.volume_ml += own.volume_ml;
        load.totes += own.totes;
        let fault = unserved.reason.code().to_owned();
        stops.push(stop_of(morning, unserved.stop, (trip_no.clone(), stop_seq), Err(fault)));
    }
    PlannedTrip { trip_no, route_code: UNSERVED.to_owned(), round: None, drive_s: 0, distance_m: 0, load }
}

fn stop_of(
    morning: &Morning,
    stop: u32,
    (trip_no, stop_seq): (String, u32),
    served: Result<Call, String>,
) -> PlannedStop {
    let at = stop as usize;
    PlannedStop {
        point_ix: morning.points[at],
        trip_no,
        stop_seq,
        window: morning.problem.stops[at].window,
        load: morning.problem.stops[at].load,
        usual_driver: morning.usual[at].as_ref().map(|usual| usual.driver.clone()),
        served,
    }
}

/// The code of each route of a plan.
fn route_codes(book: &Book, morning: &Morning, plan: &Plan) -> Vec<String> {
    let warehouse_ix = morning.warehouse_ix;
    let mut codes: Vec<Option<String>> = plan.routes.iter().map(|route| kept_code(book, morning, route)).collect();
    let mut taken: Vec<String> = codes.iter().flatten().cloned().collect();
    let mut shared: BTreeMap<(usize, &str), u32> = BTreeMap::new();
    for (at, route) in plan.routes.iter().enumerate().filter(|(at, _)| codes[*at].is_none()) {
        for visit in &route.visits {
            let point = &book.points[morning.points[visit.stop as usize] as usize];
            *shared.entry((at, point.filed_route.as_str())).or_default() += 1;
        }
    }
    let mut shared: Vec<(u32, usize, &str)> = shared.into_iter().map(|((at, code), count)| (count, at, code)).collect();
    // Most points first; of equals the earlier vehicle, then the earlier code.
    shared.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(b.2)));
    for (_, at, code) in shared {
        if codes[at].is_none() && code != UNSERVED && !taken.iter().any(|known| known == code) {
            codes[at] = Some(code.to_owned());
            taken.push(code.to_owned());
        }
    }
    let known = book.points.iter().filter(|point| point.warehouse_ix == warehouse_ix);
    taken.extend(known.map(|point| point.filed_route.clone()));
    let mut free = (1u32..).map(|number| format!("R{number}")).filter(|code| !taken.contains(code));
    let code = |code: Option<String>| code.or_else(|| free.next()).unwrap_or_default();
    codes.into_iter().map(code).collect()
}

/// The route that the vehicle has already.
fn kept_code(book: &Book, morning: &Morning, route: &Route) -> Option<String> {
    let plate = &morning.vans[route.vehicle as usize].card.plate;
    let plan = book.plan_of(morning.warehouse_ix)?;
    let trip = plan.trips.iter().find(|trip| trip.plate() == Some(plate.as_str()))?;
    Some(trip.route_code.clone())
}
