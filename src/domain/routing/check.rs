//! Proves a plan by arithmetic of its own: reads problem, roads and plan, and nothing that made the plan.
//!
//! The planner drives every leg at its slowest hour. Here the clock runs with the hour in which each leg really begins,
//! so a plan must hold on the roads and not only in the planner's own numbers.

use std::fmt;

use super::matrix::Matrix;
use super::plan::{Cost, Plan, Route};
use super::problem::{Load, Problem};

/// What is wrong with a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanFault {
    /// Neither in a route nor named as unserved.
    Forgotten {
        stop: u32,
    },
    /// In more than one place.
    Repeated {
        stop: u32,
    },
    /// A stop or a vehicle that the problem does not know.
    Unknown {
        number: u32,
    },
    /// Two routes of one vehicle.
    TwoRoutes {
        vehicle: u32,
    },
    /// More weight, volume or totes than the vehicle holds.
    TooMuch {
        vehicle: u32,
    },
    /// The load that the route tells is not that of its stops.
    WrongLoad {
        vehicle: u32,
    },
    TooManyStops {
        vehicle: u32,
    },
    /// Unloading would begin after the window.
    TooLate {
        vehicle: u32,
        stop: u32,
    },
    /// Unloading would begin before the window, or before the vehicle is there.
    TooEarly {
        vehicle: u32,
        stop: u32,
    },
    /// The next place is reached later than the plan says.
    Slower {
        vehicle: u32,
        stop: Option<u32>,
    },
    /// It leaves before its shift.
    LeavesBeforeShift {
        vehicle: u32,
    },
    /// It is back after shift and allowed overtime.
    BackTooLate {
        vehicle: u32,
    },
    TooLong {
        vehicle: u32,
    },
    /// A stop is pinned to another vehicle.
    NotPinned {
        vehicle: u32,
        stop: u32,
    },
    /// The costs told are not those of the routes.
    WrongCost {
        told: Cost,
        found: Cost,
    },
}

impl fmt::Display for PlanFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlanFault::Forgotten { stop } => write!(f, "stop {stop} is neither served nor named as unserved"),
            PlanFault::Repeated { stop } => write!(f, "stop {stop} is in the plan more than once"),
            PlanFault::Unknown { number } => write!(f, "the plan names {number}, which the problem does not know"),
            PlanFault::TwoRoutes { vehicle } => write!(f, "vehicle {vehicle} has two routes"),
            PlanFault::TooMuch { vehicle } => write!(f, "vehicle {vehicle} is loaded with more than it holds"),
            PlanFault::WrongLoad { vehicle } => write!(f, "the load of vehicle {vehicle} is not that of its stops"),
            PlanFault::TooManyStops { vehicle } => write!(f, "vehicle {vehicle} has more stops than it may"),
            PlanFault::TooLate { vehicle, stop } => write!(f, "vehicle {vehicle} serves stop {stop} after its window"),
            PlanFault::TooEarly { vehicle, stop } => {
                write!(f, "vehicle {vehicle} serves stop {stop} before it may or before it is there")
            }
            PlanFault::Slower { vehicle, stop: Some(stop) } => {
                write!(f, "vehicle {vehicle} reaches stop {stop} later than planned")
            }
            PlanFault::Slower { vehicle, stop: None } => write!(f, "vehicle {vehicle} is back later than planned"),
            PlanFault::LeavesBeforeShift { vehicle } => write!(f, "vehicle {vehicle} leaves before its shift"),
            PlanFault::BackTooLate { vehicle } => write!(f, "vehicle {vehicle} is back after shift and overtime"),
            PlanFault::TooLong { vehicle } => write!(f, "vehicle {vehicle} is on the road for too long"),
            PlanFault::NotPinned { vehicle, stop } => {
                write!(f, "vehicle {vehicle} serves stop {stop}, which is pinned to another")
            }
            PlanFault::WrongCost { told, found } => write!(f, "the plan tells {told:?}, its routes cost {found:?}"),
        }
    }
}

/// All that is wrong with a plan; nothing if it keeps every rule.
pub fn check(problem: &Problem, matrix: &impl Matrix, plan: &Plan) -> Vec<PlanFault> {
    let mut faults = count_stops(problem, plan);
    if !faults.is_empty() {
        return faults;
    }
    let mut found = Cost::default();
    for route in &plan.routes {
        check_load(problem, route, &mut faults);
        check_times(problem, matrix, route, &mut faults);
        add_cost(problem, matrix, route, &mut found);
    }
    if found != plan.cost {
        faults.push(PlanFault::WrongCost { told: plan.cost, found });
    }
    faults
}

fn count_stops(problem: &Problem, plan: &Plan) -> Vec<PlanFault> {
    let mut faults = Vec::new();
    let mut times_seen = vec![0u32; problem.stops.len()];
    let mut routes_of = vec![0u32; problem.vehicles.len()];
    for route in &plan.routes {
        match routes_of.get_mut(route.vehicle as usize) {
            Some(0) => routes_of[route.vehicle as usize] = 1,
            Some(_) => faults.push(PlanFault::TwoRoutes { vehicle: route.vehicle }),
            None => faults.push(PlanFault::Unknown { number: route.vehicle }),
        }
    }
    let served = plan.routes.iter().flat_map(|route| route.visits.iter().map(|visit| visit.stop));
    for stop in served.chain(plan.unserved.iter().map(|unserved| unserved.stop)) {
        match times_seen.get_mut(stop as usize) {
            Some(times) => *times += 1,
            None => faults.push(PlanFault::Unknown { number: stop }),
        }
    }
    for (stop, times) in (0u32..).zip(times_seen) {
        match times {
            0 => faults.push(PlanFault::Forgotten { stop }),
            1 => {}
            _ => faults.push(PlanFault::Repeated { stop }),
        }
    }
    faults
}

fn check_load(problem: &Problem, route: &Route, faults: &mut Vec<PlanFault>) {
    let vehicle = route.vehicle;
    let it = &problem.vehicles[vehicle as usize];
    let loads = || route.visits.iter().map(|visit| problem.stops[visit.stop as usize].load);
    let sum = Load {
        weight_g: loads().map(|load| load.weight_g).sum(),
        volume_ml: loads().map(|load| load.volume_ml).sum(),
        totes: loads().map(|load| load.totes).sum(),
    };
    if sum != route.load {
        faults.push(PlanFault::WrongLoad { vehicle });
    }
    let holds = it.capacity;
    if sum.weight_g > holds.weight_g || sum.volume_ml > holds.volume_ml || sum.totes > holds.totes {
        faults.push(PlanFault::TooMuch { vehicle });
    }
    if it.stops_max.is_some_and(|max| route.visits.len() > max as usize) {
        faults.push(PlanFault::TooManyStops { vehicle });
    }
    for visit in &route.visits {
        if problem.stops[visit.stop as usize].pinned_to.is_some_and(|pinned| pinned != vehicle) {
            faults.push(PlanFault::NotPinned { vehicle, stop: visit.stop });
        }
    }
}

fn check_times(problem: &Problem, matrix: &impl Matrix, route: &Route, faults: &mut Vec<PlanFault>) {
    let vehicle = route.vehicle;
    let it = &problem.vehicles[vehicle as usize];
    let depot = problem.stops.len() + it.depot as usize;
    let (mut place, mut leaves) = (depot, i64::from(route.departs_s));
    for visit in &route.visits {
        let stop = visit.stop;
        let window = problem.stops[stop as usize].window;
        if leaves + drive_s(matrix, place, stop as usize, leaves) > i64::from(visit.arrives_s) {
            faults.push(PlanFault::Slower { vehicle, stop: Some(stop) });
        }
        if visit.begins_s > window.until_s {
            faults.push(PlanFault::TooLate { vehicle, stop });
        }
        if visit.begins_s < window.from_s || visit.begins_s < visit.arrives_s {
            faults.push(PlanFault::TooEarly { vehicle, stop });
        }
        let unloads = i64::from(problem.service.per_stop_s)
            + i64::from(problem.service.per_tote_s) * problem.stops[stop as usize].load.totes as i64
            + i64::from(problem.stops[stop as usize].extra_service_s);
        if i64::from(visit.begins_s) + unloads > i64::from(visit.leaves_s) {
            faults.push(PlanFault::Slower { vehicle, stop: Some(stop) });
        }
        (place, leaves) = (stop as usize, i64::from(visit.leaves_s));
    }
    if leaves + drive_s(matrix, place, depot, leaves) > i64::from(route.returns_s) {
        faults.push(PlanFault::Slower { vehicle, stop: None });
    }
    if route.departs_s < it.shift.from_s {
        faults.push(PlanFault::LeavesBeforeShift { vehicle });
    }
    if i64::from(route.returns_s) > i64::from(it.shift.until_s) + i64::from(it.overtime_max_s) {
        faults.push(PlanFault::BackTooLate { vehicle });
    }
    let minutes_max = it.minutes_max.map(|minutes| i64::from(minutes) * 60);
    if minutes_max.is_some_and(|max_s| i64::from(route.returns_s) - i64::from(route.departs_s) > max_s) {
        faults.push(PlanFault::TooLong { vehicle });
    }
}

/// Seconds of a leg that begins at this second: the slower of the hours it touches.
fn drive_s(matrix: &impl Matrix, from: usize, to: usize, leaves_s: i64) -> i64 {
    if from == to {
        return 0;
    }
    let hour = |second: i64| (second / 3600).rem_euclid(24) as u8;
    let first = i64::from(matrix.seconds(from, to, hour(leaves_s)));
    if hour(leaves_s) == hour(leaves_s + first) {
        return first;
    }
    // Past the full hour some of the way is driven at the next hour's speed: what is left of it, in that proportion.
    let until_full_hour = 3600 - leaves_s.rem_euclid(3600);
    let next = i64::from(matrix.seconds(from, to, hour(leaves_s + 3600)));
    until_full_hour + (first - until_full_hour) * next / first.max(1)
}

fn add_cost(problem: &Problem, matrix: &impl Matrix, route: &Route, cost: &mut Cost) {
    let it = &problem.vehicles[route.vehicle as usize];
    let depot = problem.stops.len() + it.depot as usize;
    let mut place = depot;
    for visit in &route.visits {
        let stop = visit.stop as usize;
        cost.driving += i64::from(matrix.metres(place, stop)) * i64::from(problem.prices.fen_per_km);
        if problem.stops[stop].usual_vehicle.is_some_and(|usual| usual != route.vehicle) {
            cost.other_drivers += i64::from(problem.prices.other_driver_fen) * 1000;
        }
        place = stop;
    }
    cost.driving += i64::from(matrix.metres(place, depot)) * i64::from(problem.prices.fen_per_km);
    cost.vehicles += i64::from(it.use_price_fen) * 1000;
    let over_s = i64::from(route.returns_s - it.shift.until_s).max(0);
    cost.overtime += over_s * i64::from(problem.prices.overtime_fen_per_hour) * 1000 / 3600;
}
