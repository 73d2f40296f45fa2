//! 派车: a trip for each route, with the vehicles of its warehouse.

use std::collections::HashMap;

use crate::domain::book::{Book, Trip};
use crate::domain::errors::Step;
use crate::domain::facts::Vehicle;
use crate::domain::register::StepChanges;
use crate::domain::states::CycleState;
use crate::flow::issue_sheets::issue_sheets;
use crate::flow::load_cycle::{frozen_book, refused};
use crate::flow::queue_letters::sheets_ready;
use crate::flow::{Desk, FlowError, until_saved};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::cycles;
use crate::store::ids::IdMaker;
use crate::store::master::{self, VehicleRow};
use crate::store::supply::{TripRow, add_trips};

/// What dispatching did.
#[derive(Clone, Debug)]
pub struct Dispatched {
    pub is_changed: bool,
    pub book: Book,
}

/// Writes the trips: the routes of a warehouse in order take its vehicles in order of their plates. Routes beyond the
/// vehicles stay without one, to be filled in by hand. Repeated, it changes only what the vehicles have changed.
///
/// # Errors
/// `not_found`; `wrong_state` before goods were allocated and once settled.
pub fn dispatch_trips(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<Dispatched, FlowError> {
    until_saved(|| {
        let mut book = frozen_book(db, desk, cycle_code, None, Want::Demand, Step::Dispatch)?;
        if !book.cycle.state.may_become(CycleState::Dispatched) {
            return Err(refused(&book.cycle, Step::Dispatch).into());
        }
        let trips = plan_trips(&book, &master::vehicle::all(db)?);
        let changed: Vec<usize> = (0..trips.len()).filter(|&at| is_changed(&book, &trips[at])).collect();
        if changed.is_empty() && book.cycle.state == CycleState::Dispatched {
            return Ok(Some(Dispatched { is_changed: false, book }));
        }
        let known: Vec<String> = book.trips.iter().map(|trip| trip.trip_no.clone()).collect();
        let touched = changed.iter().map(|&at| trips[at].trip_no.clone()).filter(|no| known.contains(no));
        let changes = StepChanges { trips: touched.collect(), ..StepChanges::default() };
        book.trips = trips;
        let mut ids = IdMaker::lease(db, desk.now)?;
        let saved = db.write(|db| -> Result<bool, FlowError> {
            let cycle = &book.cycle;
            let state = CycleState::Dispatched;
            let Some(version) = cycles::next_version(db, cycle.id, cycle.version, state, "dispatch", desk.now)? else {
                return Ok(false);
            };
            let rows: Vec<TripRow> = changed.iter().map(|&at| trip_row(&book, &book.trips[at], version)).collect();
            add_trips(db, &rows)?;
            issue_sheets(db, &book, &changes, version)?;
            sheets_ready(db, &mut ids, desk.now, (&book, version))?;
            Ok(true)
        })?;
        ids.release(db)?;
        book.cycle.state = CycleState::Dispatched;
        Ok(saved.then_some(Dispatched { is_changed: true, book }))
    })
}

fn plan_trips(book: &Book, vehicles: &[VehicleRow]) -> Vec<Trip> {
    let mut free: HashMap<i64, std::vec::IntoIter<&VehicleRow>> = HashMap::new();
    for warehouse in &book.warehouses {
        let own: Vec<&VehicleRow> = vehicles.iter().filter(|row| row.warehouse_id == warehouse.id).collect();
        free.insert(warehouse.id, own.into_iter());
    }
    let (routes, route_of_point) = book.routes();
    let mut is_served = vec![false; routes.len()];
    book.orders.point_ix.iter().for_each(|&point| is_served[route_of_point[point as usize] as usize] = true);
    let served = routes.into_iter().zip(is_served).filter(|(_, is_served)| *is_served);
    served
        .map(|(route, _)| {
            let warehouse = &book.warehouses[route.warehouse_ix as usize];
            let vehicle = free.get_mut(&warehouse.id).and_then(Iterator::next).map(vehicle);
            Trip { trip_no: route.trip_no, warehouse_ix: route.warehouse_ix, route_code: route.route_code, vehicle }
        })
        .collect()
}

fn vehicle(row: &VehicleRow) -> Vehicle {
    Vehicle {
        plate: row.plate.clone(),
        driver: row.driver.clone(),
        phone: row.phone.clone(),
        capacity_g: row.capacity_g.map(|g| g as u64),
        capacity_ml: row.capacity_ml.map(|ml| ml as u64),
        capacity_totes: row.capacity_totes.map(|n| n as u32),
    }
}

fn is_changed(book: &Book, trip: &Trip) -> bool {
    book.trips.iter().find(|old| old.trip_no == trip.trip_no).is_none_or(|old| old.vehicle != trip.vehicle)
}

fn trip_row(book: &Book, trip: &Trip, version: u32) -> TripRow {
    let vehicle = trip.vehicle.as_ref();
    TripRow {
        cycle_id: book.cycle.id,
        trip_no: trip.trip_no.clone(),
        version: version as i32,
        warehouse_id: book.warehouses[trip.warehouse_ix as usize].id,
        route_code: trip.route_code.clone(),
        plate: vehicle.map(|v| v.plate.clone()),
        driver: vehicle.map(|v| v.driver.clone()),
        phone: vehicle.and_then(|v| v.phone.clone()),
        capacity_g: vehicle.and_then(|v| v.capacity_g).map(|g| g as i64),
        capacity_ml: vehicle.and_then(|v| v.capacity_ml).map(|ml| ml as i64),
        capacity_totes: vehicle.and_then(|v| v.capacity_totes).map(|n| n as i32),
    }
}
