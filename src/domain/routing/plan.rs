//! A plan: who drives where and when, what it costs, and which stops nobody can serve and why.

use super::ground::Ground;
use super::problem::{Load, Problem};
use super::reasons::{Reason, reason};
use super::tours::Tours;

/// One stop of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    pub stop: u32,
    /// Seconds of the day.
    pub arrives_s: i32,
    /// After waiting for the window.
    pub begins_s: i32,
    pub leaves_s: i32,
}

/// What one vehicle drives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub vehicle: u32,
    /// As late as arriving nowhere later allows.
    pub departs_s: i32,
    pub visits: Vec<Visit>,
    pub returns_s: i32,
    pub load: Load,
}

/// A stop that no vehicle serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unserved {
    pub stop: u32,
    pub reason: Reason,
}

/// What a plan costs, in thousandths of a fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    pub driving: i64,
    pub vehicles: i64,
    pub overtime: i64,
    /// What leaders that change their driver are reckoned at; nobody pays it.
    pub other_drivers: i64,
}

impl Cost {
    /// All of it.
    pub fn total(&self) -> i64 {
        self.driving + self.vehicles + self.overtime + self.other_drivers
    }

    /// What is really paid.
    pub fn paid(&self) -> i64 {
        self.total() - self.other_drivers
    }
}

/// The routes of a depot's morning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// By vehicle; vehicles that stay at home have none.
    pub routes: Vec<Route>,
    /// By stop.
    pub unserved: Vec<Unserved>,
    pub cost: Cost,
    pub iterations: u64,
}

impl Plan {
    /// The stops of every vehicle in order, to begin the next plan with.
    pub fn stops_by_vehicle(&self, vehicles: usize) -> Vec<Vec<u32>> {
        let mut stops = vec![Vec::new(); vehicles];
        for route in &self.routes {
            stops[route.vehicle as usize] = route.visits.iter().map(|visit| visit.stop).collect();
        }
        stops
    }

    /// Which vehicle serves each stop.
    pub fn vehicle_by_stop(&self, stops: usize) -> Vec<Option<u32>> {
        let mut vehicles = vec![None; stops];
        for route in &self.routes {
            route.visits.iter().for_each(|visit| vehicles[visit.stop as usize] = Some(route.vehicle));
        }
        vehicles
    }
}

pub(super) fn write_down(problem: &Problem, ground: &Ground, tours: &Tours, iterations: u64) -> Plan {
    let mut cost = Cost::default();
    let mut routes = Vec::new();
    for van in 0..ground.vans.len() as u32 {
        let stops = tours.stops_of(ground, van);
        if !stops.is_empty() {
            routes.push(write_route(problem, ground, van, &stops, &mut cost));
        }
    }
    let mut absent = tours.absent.clone();
    absent.sort_unstable();
    let unserved = absent.iter().map(|&stop| Unserved { stop, reason: reason(ground, tours, stop) }).collect();
    Plan { routes, unserved, cost, iterations }
}

fn write_route(problem: &Problem, ground: &Ground, vehicle: u32, stops: &[u32], cost: &mut Cost) -> Route {
    let van = &ground.vans[vehicle as usize];
    let mut visits = Vec::with_capacity(stops.len());
    let mut load = Load::default();
    let (mut place, mut leave, mut spare) = (van.place, van.from_s, i32::MAX);
    let mut waited = 0;
    for &stop in stops {
        let at = stop as usize;
        let arrives_s = leave + ground.time(place, stop);
        let begins_s = arrives_s.max(ground.ready[at]);
        waited += begins_s - arrives_s;
        spare = spare.min(waited + (ground.due[at] - begins_s).max(0));
        leave = begins_s + ground.service[at];
        visits.push(Visit { stop, arrives_s, begins_s, leaves_s: leave });
        cost.driving += ground.leg(place, stop);
        cost.other_drivers += ground.driver_price(stop, vehicle);
        let it = problem.stops[at].load;
        load.weight_g += it.weight_g;
        load.volume_ml += it.volume_ml;
        load.totes += it.totes;
        place = stop;
    }
    let returns_s = leave + ground.time(place, van.place);
    cost.driving += ground.leg(place, van.place);
    cost.vehicles += van.use_price;
    cost.overtime += ground.overtime(van, returns_s);
    // Whoever would wait leaves later instead, as far as no arrival after the waiting moves.
    let departs_s = van.from_s + spare.min(waited);
    let mut leave = departs_s;
    let mut place = van.place;
    for visit in &mut visits {
        visit.arrives_s = leave + ground.time(place, visit.stop);
        visit.begins_s = visit.arrives_s.max(ground.ready[visit.stop as usize]);
        visit.leaves_s = visit.begins_s + ground.service[visit.stop as usize];
        (leave, place) = (visit.leaves_s, visit.stop);
    }
    Route { vehicle, departs_s, visits, returns_s: leave + ground.time(place, van.place), load }
}
