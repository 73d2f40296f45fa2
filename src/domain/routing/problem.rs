//! What is to be driven: stops, vehicles and prices. Times are seconds of the pickup day in the business zone; a shift
//! that ends after midnight goes on past 86,400.

use thiserror::Error;

/// What a stop takes up or a vehicle holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Grams.
    pub weight_g: u64,
    /// Millilitres.
    pub volume_ml: u64,
    /// Totes (筐).
    pub totes: u64,
}

impl Load {
    /// A vehicle whose limits nobody told.
    pub const ENDLESS: Load = Load { weight_g: LOAD_MAX, volume_ml: LOAD_MAX, totes: LOAD_MAX };

    pub(super) fn parts(self) -> [i64; 3] {
        [self.weight_g, self.volume_ml, self.totes].map(|part| part.min(LOAD_MAX) as i64)
    }
}

/// No vehicle holds more; so many that sums of stops stay far from the end of the numbers.
const LOAD_MAX: u64 = 1 << 50;

/// From when to when, in seconds of the day, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from_s: i32,
    pub until_s: i32,
}

impl Span {
    /// Any time of the day.
    pub const ALWAYS: Span = Span { from_s: 0, until_s: 2 * 86_400 };
}

/// A pickup point to be served.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    pub load: Load,
    /// When unloading may begin. Who comes early waits.
    pub window: Span,
    /// Seconds this stop takes besides what every stop takes ([`Service`]).
    pub extra_service_s: u32,
    /// The vehicle (by index) whose driver served it yesterday.
    pub usual_vehicle: Option<u32>,
    /// The only vehicle (by index) that may serve it.
    pub pinned_to: Option<u32>,
}

impl Stop {
    /// A stop at any time of the day by any vehicle.
    pub fn new(load: Load) -> Stop {
        Stop { load, window: Span::ALWAYS, extra_service_s: 0, usual_vehicle: None, pinned_to: None }
    }
}

/// A vehicle with its driver: at most one route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vehicle {
    /// The depot (by index) it leaves from and returns to.
    pub depot: u32,
    pub capacity: Load,
    /// From when it may leave, and when it is to be back.
    pub shift: Span,
    /// Seconds it may be back later, at the price of overtime.
    pub overtime_max_s: u32,
    pub stops_max: Option<u32>,
    /// Minutes from leaving to being back, however they lie in the shift.
    pub minutes_max: Option<u32>,
    /// What it costs to use it at all.
    pub use_price_fen: u32,
}

impl Vehicle {
    /// A vehicle of the first depot for the whole day.
    pub fn new(capacity: Load) -> Vehicle {
        Vehicle {
            depot: 0,
            capacity,
            shift: Span::ALWAYS,
            overtime_max_s: 0,
            stops_max: None,
            minutes_max: None,
            use_price_fen: 0,
        }
    }
}

/// How long unloading takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Service {
    pub per_stop_s: u32,
    pub per_tote_s: u32,
}

/// What driving costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    pub fen_per_km: u32,
    pub overtime_fen_per_hour: u32,
    /// What it is worth that a leader keeps the driver of yesterday.
    pub other_driver_fen: u32,
}

/// Everything a plan is made from, but for the roads.
#[derive(Clone, Debug)]
pub struct Problem {
    pub depot_count: u32,
    pub stops: Vec<Stop>,
    pub vehicles: Vec<Vehicle>,
    pub service: Service,
    pub prices: Prices,
}

/// Why a problem cannot be planned at all. A stop that cannot be served is none: the plan names it with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProblemFault {
    #[error("vehicle {0} belongs to a depot that is not there")]
    UnknownDepot(usize),
    #[error("vehicle {0} ends its shift before it begins")]
    ShiftBackwards(usize),
    #[error("stop {0} closes before it opens")]
    WindowBackwards(usize),
    #[error("stop {0} names a vehicle that is not there")]
    UnknownVehicle(usize),
    #[error("a time lies before the day or more than a week after it")]
    TimeOutOfRange,
    #[error("{0} stops are more than can be planned at once ({STOPS_MAX})")]
    TooManyStops(usize),
    #[error("the leg from place {0} to place {1} is too long or too dear to reckon with")]
    LegOutOfRange(usize, usize),
    #[error("a start or a locked route names stop or vehicle {0}, which is not there or is there twice")]
    StartMismatch(usize),
}

/// The matrix of so many stops is 2 × 400 MB.
const STOPS_MAX: usize = 10_000;
const TIME_MAX_S: i32 = 7 * 86_400;

impl Problem {
    /// Seconds of unloading at a stop.
    pub fn service_s(&self, stop: usize) -> i64 {
        let it = &self.stops[stop];
        let totes = it.load.totes.min(LOAD_MAX / 4);
        i64::from(it.extra_service_s)
            + i64::from(self.service.per_stop_s)
            + (totes as i64).saturating_mul(i64::from(self.service.per_tote_s)).min(i64::from(TIME_MAX_S))
    }

    /// All that is wrong with the numbers.
    pub fn faults(&self) -> Vec<ProblemFault> {
        let mut found = Vec::new();
        if self.stops.len() > STOPS_MAX {
            found.push(ProblemFault::TooManyStops(self.stops.len()));
        }
        let in_range = |span: Span| (0..=TIME_MAX_S).contains(&span.from_s) && (0..=TIME_MAX_S).contains(&span.until_s);
        for (index, vehicle) in self.vehicles.iter().enumerate() {
            if vehicle.depot >= self.depot_count {
                found.push(ProblemFault::UnknownDepot(index));
            }
            if vehicle.shift.until_s < vehicle.shift.from_s {
                found.push(ProblemFault::ShiftBackwards(index));
            }
            if !in_range(vehicle.shift) || vehicle.overtime_max_s > TIME_MAX_S as u32 {
                found.push(ProblemFault::TimeOutOfRange);
            }
        }
        for (index, stop) in self.stops.iter().enumerate() {
            if stop.window.until_s < stop.window.from_s {
                found.push(ProblemFault::WindowBackwards(index));
            }
            if !in_range(stop.window) || self.service_s(index) > i64::from(TIME_MAX_S) {
                found.push(ProblemFault::TimeOutOfRange);
            }
            if [stop.usual_vehicle, stop.pinned_to].iter().flatten().any(|&v| v as usize >= self.vehicles.len()) {
                found.push(ProblemFault::UnknownVehicle(index));
            }
        }
        found
    }
}
