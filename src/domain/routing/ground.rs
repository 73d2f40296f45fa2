//! The problem as the search sees it: flat arrays by stop and by place, whole numbers, nothing to look up twice.
//!
//! Costs are thousandths of a fen: metres times fen per kilometre needs no rounding. A leg takes as long as in the
//! slowest hour in which it can be driven between the windows of its ends, so a window that the plan keeps is kept at
//! any hour the driver comes through.

use super::matrix::Matrix;
use super::problem::{Problem, ProblemFault, Vehicle};

/// No stop, vehicle or route.
pub(super) const NONE: u32 = u32::MAX;

/// How many neighbours a stop knows: enough for the strings of a ruin and for the places of a recreation.
const NEAR_MAX: usize = 100;

/// Legs longer or dearer than this would let sums of a route leave 32 bits.
const LEG_MAX: i64 = 1 << 28;

/// A neighbour and the legs from it and to it.
#[derive(Clone, Copy)]
pub(super) struct Near {
    pub stop: u32,
    pub from_it: i32,
    pub to_it: i32,
}

/// A vehicle in the numbers of the search.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Van {
    pub place: u32,
    pub capacity: [i64; 3],
    pub stops_max: i32,
    pub from_s: i32,
    pub until_s: i32,
    pub back_by_s: i32,
    pub duration_max_s: i32,
    pub use_price: i64,
    pub is_locked: bool,
}

pub(super) struct Ground {
    pub stops: usize,
    places: usize,
    legs: Vec<i32>,
    /// Empty where no time can be missed.
    times: Vec<i32>,
    pub is_symmetric: bool,
    pub demand: Vec<[i64; 3]>,
    pub service: Vec<i32>,
    pub ready: Vec<i32>,
    pub due: Vec<i32>,
    pub vans: Vec<Van>,
    /// Vehicles of which any is as good as another, as long as it is empty.
    pub classes: Vec<Vec<u32>>,
    pub class_of: Vec<u32>,
    near: Vec<Near>,
    pub near_count: usize,
    pub usual: Vec<u32>,
    pub other_driver: i64,
    pub pinned: Vec<u32>,
    /// Thousandths of a fen an hour of overtime.
    pub overtime_per_hour: i64,
    pub is_timed: bool,
    /// Whether coming back later costs or is bounded by more than windows.
    pub counts_duration: bool,
    /// More than serving any stop can cost.
    pub unserved: i64,
}

impl Ground {
    pub(super) fn new(problem: &Problem, matrix: &impl Matrix, locked: &[u32]) -> Result<Ground, ProblemFault> {
        if let Some(&fault) = problem.faults().first() {
            return Err(fault);
        }
        let (stops, places) = (problem.stops.len(), problem.stops.len() + problem.depot_count as usize);
        let vans: Vec<Van> =
            (0u32..).zip(&problem.vehicles).map(|(v, it)| van(stops, it, locked.contains(&v))).collect();
        let (class_of, classes) = classes(problem, &vans);
        let or_none = |v: Option<u32>| v.unwrap_or(NONE);
        let mut ground = Ground {
            stops,
            places,
            legs: legs(problem, matrix, places)?,
            times: times(problem, matrix, places)?,
            is_symmetric: false,
            demand: problem.stops.iter().map(|stop| stop.load.parts()).collect(),
            service: (0..stops).map(|stop| problem.service_s(stop) as i32).collect(),
            ready: problem.stops.iter().map(|stop| stop.window.from_s).collect(),
            due: problem.stops.iter().map(|stop| stop.window.until_s).collect(),
            vans,
            classes,
            class_of,
            near: Vec::new(),
            near_count: 0,
            usual: problem.stops.iter().map(|stop| or_none(stop.usual_vehicle)).collect(),
            other_driver: i64::from(problem.prices.other_driver_fen) * 1000,
            pinned: problem.stops.iter().map(|stop| or_none(stop.pinned_to)).collect(),
            overtime_per_hour: i64::from(problem.prices.overtime_fen_per_hour) * 1000,
            is_timed: true,
            counts_duration: false,
            unserved: 0,
        };
        ground.finish();
        Ok(ground)
    }

    fn finish(&mut self) {
        let (n, at) = (self.places, |i: usize, j: usize| i * self.places + j);
        let mirrored = |values: &[i32]| (0..n).all(|i| (0..i).all(|j| values[at(i, j)] == values[at(j, i)]));
        self.is_symmetric = mirrored(&self.legs) && mirrored(&self.times);
        let longest = self.times.iter().copied().max().map_or(0, i64::from);
        let work: i64 = longest * (self.stops as i64 + 1) + self.service.iter().copied().map(i64::from).sum::<i64>();
        let is_free = |from_s: i32, until_s: i32| from_s == 0 && work <= i64::from(until_s);
        self.is_timed =
            !(self.vans.iter().all(|v| is_free(v.from_s, v.until_s) && work <= i64::from(v.duration_max_s))
                && (0..self.stops).all(|stop| is_free(self.ready[stop], self.due[stop])));
        self.counts_duration = self.vans.iter().any(|v| v.back_by_s > v.until_s || v.duration_max_s < i32::MAX);
        let dearest = self.legs.iter().copied().max().map_or(0, i64::from);
        let use_price = self.vans.iter().map(|v| v.use_price).max().unwrap_or(0);
        let overtime = self.vans.iter().map(|v| self.overtime(v, v.back_by_s)).max().unwrap_or(0);
        self.unserved = 10 * (2 * dearest + use_price + overtime + self.other_driver + 1);
        self.find_near();
    }

    fn find_near(&mut self) {
        let count = NEAR_MAX.min(self.stops.saturating_sub(1));
        self.near_count = count;
        let mut near = Vec::with_capacity(count * self.stops);
        let mut order: Vec<u32> = Vec::with_capacity(self.stops);
        for stop in 0..self.stops as u32 {
            let distance = |other: &u32| (self.leg(stop, *other) + self.leg(*other, stop), *other);
            order.clear();
            order.extend((0..self.stops as u32).filter(|&other| other != stop));
            if count < order.len() {
                order.select_nth_unstable_by_key(count, distance);
                order.truncate(count);
            }
            order.sort_unstable_by_key(distance);
            let legs =
                |&it: &u32| Near { stop: it, from_it: self.leg(it, stop) as i32, to_it: self.leg(stop, it) as i32 };
            near.extend(order.iter().map(legs));
        }
        self.near = near;
    }

    /// The leg between two places, in thousandths of a fen.
    pub(super) fn leg(&self, from: u32, to: u32) -> i64 {
        i64::from(self.legs[from as usize * self.places + to as usize])
    }

    /// The legs from a place to every place.
    pub(super) fn row(&self, from: u32) -> &[i32] {
        &self.legs[from as usize * self.places..][..self.places]
    }

    /// Seconds between two places; 0 where the problem has no times to miss.
    pub(super) fn time(&self, from: u32, to: u32) -> i32 {
        self.times[from as usize * self.places + to as usize]
    }

    /// A stop's neighbours, the nearest first.
    pub(super) fn near(&self, stop: u32) -> &[Near] {
        &self.near[stop as usize * self.near_count..][..self.near_count]
    }

    /// What it costs that this vehicle's driver is not the stop's usual one.
    pub(super) fn driver_price(&self, stop: u32, van: u32) -> i64 {
        let usual = self.usual[stop as usize];
        if usual == NONE || usual == van { 0 } else { self.other_driver }
    }

    /// What it costs that a vehicle is back at this time.
    pub(super) fn overtime(&self, van: &Van, back_s: i32) -> i64 {
        i64::from((back_s - van.until_s).max(0)) * self.overtime_per_hour / 3600
    }
}

fn van(stops: usize, vehicle: &Vehicle, is_locked: bool) -> Van {
    Van {
        place: stops as u32 + vehicle.depot,
        capacity: vehicle.capacity.parts(),
        stops_max: vehicle.stops_max.map_or(i32::MAX / 2, |max| max.min(1 << 20) as i32),
        from_s: vehicle.shift.from_s,
        until_s: vehicle.shift.until_s,
        back_by_s: vehicle.shift.until_s + vehicle.overtime_max_s as i32,
        duration_max_s: vehicle.minutes_max.map_or(i32::MAX, |minutes| minutes.min(1 << 20) as i32 * 60),
        use_price: i64::from(vehicle.use_price_fen) * 1000,
        is_locked,
    }
}

/// Vehicles that are the same in all, and that no stop names.
fn classes(problem: &Problem, vans: &[Van]) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut is_named = vec![false; vans.len()];
    let names = problem.stops.iter().flat_map(|stop| [stop.usual_vehicle, stop.pinned_to]).flatten();
    names.for_each(|vehicle| is_named[vehicle as usize] = true);
    let mut classes: Vec<Vec<u32>> = Vec::new();
    let mut class_of = Vec::with_capacity(vans.len());
    for (index, van) in vans.iter().enumerate() {
        let is_alike = |class: &Vec<u32>| !is_named[class[0] as usize] && vans[class[0] as usize] == *van;
        let known = if is_named[index] { None } else { classes.iter().position(is_alike) };
        let class = known.unwrap_or_else(|| {
            classes.push(Vec::new());
            classes.len() - 1
        });
        classes[class].push(index as u32);
        class_of.push(class as u32);
    }
    (class_of, classes)
}

fn legs(problem: &Problem, matrix: &impl Matrix, places: usize) -> Result<Vec<i32>, ProblemFault> {
    let per_km = i64::from(problem.prices.fen_per_km);
    let mut legs = Vec::with_capacity(places * places);
    for from in 0..places {
        for to in 0..places {
            let cost = if from == to { 0 } else { i64::from(matrix.metres(from, to)).saturating_mul(per_km) };
            if cost > LEG_MAX {
                return Err(ProblemFault::LegOutOfRange(from, to));
            }
            legs.push(cost as i32);
        }
    }
    Ok(legs)
}

fn times(problem: &Problem, matrix: &impl Matrix, places: usize) -> Result<Vec<i32>, ProblemFault> {
    let open = HoursOpen::of(problem);
    let mut times = Vec::with_capacity(places * places);
    for from in 0..places {
        for to in 0..places {
            let slowest = if from == to { 0 } else { matrix.slowest_s(from, to, open.leg(from, to)) };
            if i64::from(slowest) > LEG_MAX {
                return Err(ProblemFault::LegOutOfRange(from, to));
            }
            times.push(slowest as i32);
        }
    }
    Ok(times)
}

/// Between which hours each place can be left and reached.
struct HoursOpen(Vec<(i32, i32)>);

impl HoursOpen {
    fn of(problem: &Problem) -> HoursOpen {
        let first = problem.vehicles.iter().map(|v| v.shift.from_s).min().unwrap_or(0);
        let last = problem.vehicles.iter().map(|v| v.shift.until_s + v.overtime_max_s as i32).max().unwrap_or(0);
        let stops = problem.stops.iter().map(|stop| (stop.window.from_s.max(first), stop.window.until_s.min(last)));
        HoursOpen(stops.chain((0..problem.depot_count).map(|_| (first, last))).collect())
    }

    /// The hours in which the leg can be driven: after the one end opens, before the other closes.
    fn leg(&self, from: usize, to: usize) -> std::ops::RangeInclusive<u8> {
        let (left, reached) = (self.0[from].0, self.0[to].1);
        let hour = |s: i32| (s / 3600).clamp(0, 200) as u8;
        let (first, last) = (hour(left), hour(reached.max(left)));
        first..=last.min(first + 23)
    }
}
