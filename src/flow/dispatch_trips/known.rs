//! What routes are planned from beside the book: places, vehicles, the last pickup date before, and what a person holds fast.

use std::collections::{BTreeSet, HashMap};

use crate::domain::book::Book;
use crate::domain::dispatching::morning::{Known, Morning, Usual, Van};
use crate::domain::facts::Vehicle;
use crate::domain::route_plan::Method;
use crate::domain::routing::Start;
use crate::domain::routing::edits::Draft;
use crate::flow::dispatch_trips::Drafted;
use crate::flow::{Desk, FlowError};
use crate::store::backend::{Db, StoreError};
use crate::store::book::{self, Want};
use crate::store::master::{self, VehicleRow};
use crate::store::{cycles, route_plans};

/// Reads what is known beside the book.
pub fn load_known(db: &mut Db, desk: &Desk, book: &Book) -> Result<Known, FlowError> {
    let places = route_plans::places(db, book.cycle.id)?;
    let mut known = Known {
        places: places.into_iter().map(|(id, longitude, latitude)| (id, (longitude, latitude))).collect(),
        usual: usual(db, desk, book)?,
        ..Known::default()
    };
    for row in master::warehouse::all(db)? {
        if let Some(place) = row.longitude_e7.zip(row.latitude_e7) {
            known.depots.insert(row.id, place);
        }
    }
    for row in master::vehicle::all(db)? {
        known.vans.entry(row.warehouse_id).or_default().push(van(row));
    }
    Ok(known)
}

fn van(row: VehicleRow) -> Van {
    let card = Vehicle {
        plate: row.plate,
        driver: row.driver,
        phone: row.phone,
        capacity_g: row.capacity_g.map(|g| g as u64),
        capacity_ml: row.capacity_ml.map(|ml| ml as u64),
        capacity_totes: row.capacity_totes.map(|n| n as u32),
    };
    Van { card, shift_start: row.shift_start, shift_end: row.shift_end }
}

/// Who served each point in the dispatched cycle before this one.
fn usual(db: &mut Db, desk: &Desk, book: &Book) -> Result<HashMap<i64, Usual>, FlowError> {
    let date = book.cycle.pickup_date.to_string();
    let Some((id, version)) = route_plans::cycle_before(db, &date, &book.cycle.cycle_code)? else {
        return Ok(HashMap::new());
    };
    let row = cycles::by_id(db, id)?.ok_or(StoreError::DamagedRow("cycles"))?;
    let before = book::load(db, &row.card(), Some(version), Want::Supply, desk.zone)?;
    let (routes, route_of_point) = before.routes();
    let mut usual = HashMap::new();
    for (ix, point) in before.points.iter().enumerate() {
        let trip_no = &routes[route_of_point[ix] as usize].trip_no;
        let trip = before.trips.iter().find(|trip| trip.trip_no == *trip_no);
        let is_planned = before.plan_of(point.warehouse_ix).is_some_and(|plan| plan.method == Method::Solver);
        let is_served = !is_planned || before.planned_stop(ix as u32).is_some();
        if let Some(vehicle) = trip.and_then(|trip| trip.vehicle.as_ref()).filter(|_| is_served) {
            let (driver, plate) = (vehicle.driver.clone(), vehicle.plate.clone());
            usual.insert(point.id, Usual { driver, plate, stop_seq: point.stop_seq });
        }
    }
    Ok(usual)
}

/// What a person holds fast in a cycle.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// The plate by point id.
    pub pins: HashMap<i64, String>,
    /// Plates whose trips stay as they are.
    pub locks: BTreeSet<String>,
}

impl Held {
    pub fn load(db: &mut Db, cycle_id: i64) -> Result<Held, StoreError> {
        let mut held = Held::default();
        for row in route_plans::edits(db, cycle_id)? {
            match (row.act.as_str(), row.point_id, row.plate) {
                ("pin", Some(point), Some(plate)) => drop(held.pins.insert(point, plate)),
                ("unpin", Some(point), _) => drop(held.pins.remove(&point)),
                ("lock", _, Some(plate)) => drop(held.locks.insert(plate)),
                ("unlock", _, Some(plate)) => drop(held.locks.remove(&plate)),
                _ => return Err(StoreError::DamagedRow("route_edits")),
            }
        }
        Ok(held)
    }
}

/// A warehouse's next plan begins with the one in force; the first of a cycle with the one of the pickup date before.
pub fn drafted(book: &Book, morning: Morning, held: &Held) -> Drafted {
    let mut problem = morning.problem.clone();
    let vehicle_of = |plate: &str| morning.vans.iter().position(|van| van.card.plate == plate);
    let mut by_vehicle: Vec<Vec<(u32, u32)>> = vec![Vec::new(); morning.vans.len()];
    let in_force = book.plan_of(morning.warehouse_ix).filter(|plan| plan.method == Method::Solver);
    for (stop, &point) in (0u32..).zip(&morning.points) {
        let pin = held.pins.get(&book.points[point as usize].id);
        problem.stops[stop as usize].pinned_to = pin.and_then(|plate| vehicle_of(plate)).map(|at| at as u32);
        let place = match in_force {
            Some(plan) => plan.stop(point).and_then(|known| {
                let trip = plan.trips.iter().find(|trip| trip.trip_no == known.trip_no)?;
                Some((vehicle_of(trip.plate()?)?, known.stop_seq))
            }),
            None => {
                let usual = morning.usual[stop as usize].as_ref().map(|usual| usual.stop_seq);
                problem.stops[stop as usize].usual_vehicle.map(|at| at as usize).zip(usual)
            }
        };
        if let Some((vehicle, stop_seq)) = place {
            by_vehicle[vehicle].push((stop_seq, stop));
        }
    }
    let in_order = |mut stops: Vec<(u32, u32)>| {
        stops.sort_unstable();
        stops.into_iter().map(|(_, stop)| stop).collect()
    };
    let locked = held.locks.iter().filter_map(|plate| vehicle_of(plate)).map(|at| at as u32).collect();
    let start = Start { stops_by_vehicle: by_vehicle.into_iter().map(in_order).collect(), locked };
    Drafted { draft: Draft { problem, start }, morning, edited: Vec::new(), still: Vec::new(), is_kept: false }
}
