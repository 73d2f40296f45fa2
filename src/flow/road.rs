//! Which trip brings goods where, for the steps of the road: routes and trips as dispatched, and the stops that another
//! truck took over since.

use std::collections::{BTreeSet, HashMap};

use crate::domain::book::{Book, Trip};
use crate::domain::errors::{RuleError, Step};
use crate::domain::facts::{Cycle, Point};
use crate::domain::states::CycleState;
use crate::flow::load_cycle::{card, refused};
use crate::flow::people::missing;
use crate::flow::{Desk, FlowError};
use crate::store::backend::{Db, StoreError};
use crate::store::cycles::{self, Hold};
use crate::store::{book, master, road, users};

/// Whose trips an act reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drives {
    /// Those of everybody: the desk.
    All,
    /// Those driven with this user's vehicle.
    Own(i64),
    /// None: a machine that is bounded to leaders drives nothing.
    Nobodys,
}

impl Drives {
    /// The plate of the only vehicle within reach; None: of all. Who drives none has an empty one, which no trip has.
    ///
    /// # Errors
    /// What the database says.
    pub fn plate(&self, db: &mut Db) -> Result<Option<String>, StoreError> {
        let user_id = match self {
            Drives::All => return Ok(None),
            Drives::Nobodys => return Ok(Some(String::new())),
            Drives::Own(user_id) => user_id,
        };
        let vehicle_id = users::find(db, *user_id)?.and_then(|user| user.vehicle_id);
        let vehicle = match vehicle_id {
            Some(id) => master::vehicle::by_id(db, id)?,
            None => None,
        };
        Ok(Some(vehicle.map_or_else(String::new, |vehicle| vehicle.plate)))
    }
}

/// The trips of a cycle and the stops of each.
#[derive(Clone, Debug)]
pub struct Road {
    /// Points and trips alone.
    pub book: Book,
    /// For each point the place of its trip as dispatched, and of the one that drives there now.
    dispatched: Vec<Option<u32>>,
    driven: Vec<Option<u32>>,
}

impl Road {
    /// Reads it. Call it inside the transaction that rests on it.
    ///
    /// # Errors
    /// What the database says.
    pub fn read(db: &mut Db, desk: &Desk, cycle: &Cycle) -> Result<Road, StoreError> {
        let book = book::road(db, cycle, desk.zone)?;
        let moves: HashMap<i64, String> =
            road::moves_of(db, cycle.id)?.into_iter().map(|(point, row)| (point, row.trip_no)).collect();
        Ok(Road::of(book, &moves))
    }

    /// The road of a book with the stops that were moved, by point id.
    pub fn of(book: Book, moves: &HashMap<i64, String>) -> Road {
        let dispatched = book.trips_of_points();
        let place = |trip_no: &String| book.trips.iter().position(|trip| trip.trip_no == *trip_no);
        let now = |(point, own): (&Point, &Option<u32>)| {
            let moved = moves.get(&point.id).and_then(place).map(|place| place as u32);
            moved.or(*own)
        };
        let driven = book.points.iter().zip(&dispatched).map(now).collect();
        Road { book, dispatched, driven }
    }

    /// The trip with this number, if it is within reach of the plate (None: of all).
    ///
    /// # Errors
    /// `not_found`.
    pub fn trip(&self, trip_no: &str, plate: Option<&str>) -> Result<&Trip, RuleError> {
        let is_reached = |trip: &&Trip| match plate {
            None => true,
            Some(own) => trip.vehicle.as_ref().is_some_and(|vehicle| vehicle.plate == own),
        };
        let found = self.book.trips.iter().find(|trip| trip.trip_no == trip_no).filter(is_reached);
        found.ok_or_else(|| missing("车次", "trip", trip_no))
    }

    /// The place of the point with this code, if this trip goes there or was to go there when it was dispatched.
    ///
    /// # Errors
    /// `not_found`.
    pub fn stop(&self, trip: &Trip, point_code: &str) -> Result<usize, RuleError> {
        let is_it = |ix: &usize| {
            let of = |place: &Option<u32>| place.is_some_and(|at| self.book.trips[at as usize].trip_no == trip.trip_no);
            self.book.points[*ix].point_code == point_code && (of(&self.driven[*ix]) || of(&self.dispatched[*ix]))
        };
        (0..self.book.points.len()).find(is_it).ok_or_else(|| missing("站点", "stop", point_code))
    }

    /// The trip that drives to a point now.
    pub fn trip_to(&self, point_ix: usize) -> Option<&Trip> {
        self.driven[point_ix].map(|place| &self.book.trips[place as usize])
    }

    /// The trip that was dispatched to a point, where another drives there now.
    pub fn moved_from(&self, point_ix: usize) -> Option<&Trip> {
        let place = self.dispatched[point_ix].filter(|_| self.is_moved(point_ix))?;
        Some(&self.book.trips[place as usize])
    }

    /// Whether another trip drives to a point than was dispatched.
    pub fn is_moved(&self, point_ix: usize) -> bool {
        self.driven[point_ix] != self.dispatched[point_ix]
    }

    /// The points to which a trip drives now, in stop order; those that it took over come last.
    pub fn stops_of(&self, trip_no: &str) -> Vec<usize> {
        let drives = |ix: &usize| self.trip_to(*ix).is_some_and(|trip| trip.trip_no == trip_no);
        let mut stops: Vec<usize> = (0..self.book.points.len()).filter(drives).collect();
        stops.sort_by_key(|&ix| self.is_moved(ix));
        stops
    }
}

/// The cycle, held alone until the transaction ends, and its road.
///
/// # Errors
/// `not_found`; `wrong_state` unless it was dispatched.
pub(super) fn dispatched(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<(Cycle, Road), FlowError> {
    let found = card(db, cycle_code)?;
    cycles::hold(db, &[found.id], Hold::Alone)?;
    let cycle = card(db, cycle_code)?;
    if cycle.state != CycleState::Dispatched {
        return Err(refused(&cycle, Step::Drive).into());
    }
    let road = Road::read(db, desk, &cycle)?;
    Ok((cycle, road))
}

/// The points, by id, whose goods are on a truck: their slots are locked.
///
/// # Errors
/// What the database says.
pub fn loaded_points(db: &mut Db, book: &Book) -> Result<BTreeSet<i64>, StoreError> {
    let told: BTreeSet<String> =
        road::trip_events_of(db, book.cycle.id)?.into_iter().map(|event| event.trip_no).collect();
    if told.is_empty() {
        return Ok(BTreeSet::new());
    }
    // Loaded is what the trip that was dispatched took along, whoever drives it on.
    let trips = book.trips_of_points();
    let is_told = |place: &Option<u32>| place.is_some_and(|at| told.contains(&book.trips[at as usize].trip_no));
    Ok(book.points.iter().zip(&trips).filter(|(_, trip)| is_told(trip)).map(|(point, _)| point.id).collect())
}
