//! Saves plans and trips under the cycle's next version.

use crate::domain::book::{Book, Trip};
use crate::domain::register::StepChanges;
use crate::domain::route_plan::{PlannedStop, PlannedTrip, RoutePlan};
use crate::domain::states::CycleState;
use crate::flow::carry_totes::carry_totes;
use crate::flow::issue_sheets::issue_sheets;
use crate::flow::queue_letters::sheets_ready;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::cycles;
use crate::store::ids::IdMaker;
use crate::store::route_plans::{self, EditRow, PlanRow, PlannedStopRow, PlannedTripRow, WholePlan};
use crate::store::supply::{TripRow, add_trips};

/// What a person holds fast from now on.
#[derive(Clone, Debug, Default)]
pub struct NewEdits {
    pub rows: Vec<NewEdit>,
    /// Who did it.
    pub by: String,
}

/// A row of `route_edits` to be.
#[derive(Clone, Debug)]
pub struct NewEdit {
    pub act: &'static str,
    pub point_id: Option<i64>,
    pub plate: Option<String>,
}

/// Writes what changed; `false` if another step came first.
pub fn save(
    db: &mut Db,
    ids: &mut IdMaker,
    desk: &Desk,
    (before, after): (&Book, &Book),
    changes: &StepChanges,
    edits: &NewEdits,
) -> Result<bool, FlowError> {
    let cycle = &before.cycle;
    let state = CycleState::Dispatched;
    let Some(version) = cycles::next_version(db, cycle.id, cycle.version, state, "dispatch", desk.now)? else {
        return Ok(false);
    };
    for plan in after.plans.iter().filter(|plan| !before.plans.contains(plan)) {
        route_plans::add(db, &whole(after, plan))?;
    }
    let is_new = |trip: &&Trip| !before.trips.contains(trip);
    let rows: Vec<TripRow> = after.trips.iter().filter(is_new).map(|trip| trip_row(after, trip, version)).collect();
    add_trips(db, &rows)?;
    route_plans::add_edits(db, &edit_rows(cycle.id, version, edits))?;
    carry_totes(db, before, version)?;
    issue_sheets(db, after, changes, version)?;
    sheets_ready(db, ids, desk.now, (after, version))?;
    Ok(true)
}

fn edit_rows(cycle_id: i64, version: u32, edits: &NewEdits) -> Vec<EditRow> {
    let row = |(edit, seq): (&NewEdit, i32)| EditRow {
        cycle_id,
        version: version as i32,
        seq,
        act: edit.act.to_owned(),
        point_id: edit.point_id,
        plate: edit.plate.clone(),
        edited_by: edits.by.clone(),
    };
    edits.rows.iter().zip(1..).map(row).collect()
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

fn whole(book: &Book, plan: &RoutePlan) -> WholePlan {
    let row = PlanRow {
        cycle_id: book.cycle.id,
        warehouse_id: book.warehouses[plan.warehouse_ix as usize].id,
        version: plan.version as i32,
        method: plan.method.code().to_owned(),
        reason: plan.why_filed.map(|why| why.code().to_owned()),
        seed: plan.seed as i64,
        iterations: plan.iterations as i64,
        input: plan.input.clone(),
        depot_longitude_e7: plan.depot_e7.map(|place| place.0),
        depot_latitude_e7: plan.depot_e7.map(|place| place.1),
        driving_mfen: plan.cost.driving,
        vehicles_mfen: plan.cost.vehicles,
        overtime_mfen: plan.cost.overtime,
        other_drivers_mfen: plan.cost.other_drivers,
        usual_stops: plan.usual_stops as i32,
        moved_stops: plan.moved_stops as i32,
    };
    let trips = plan.trips.iter().map(|trip| planned_trip_row(&row, trip)).collect();
    let stop = |stop: &PlannedStop| planned_stop_row(&row, book.points[stop.point_ix as usize].id, stop);
    let stops = plan.stops.iter().map(stop).collect();
    WholePlan { plan: row, trips, stops }
}

fn planned_trip_row(plan: &PlanRow, trip: &PlannedTrip) -> PlannedTripRow {
    let round = trip.round.as_ref();
    PlannedTripRow {
        cycle_id: plan.cycle_id,
        warehouse_id: plan.warehouse_id,
        version: plan.version,
        trip_no: trip.trip_no.clone(),
        route_code: trip.route_code.clone(),
        plate: round.map(|round| round.plate.clone()),
        shift_from_s: round.map(|round| round.shift.from_s),
        shift_until_s: round.map(|round| round.shift.until_s),
        departs_s: round.map(|round| round.departs_s),
        returns_s: round.map(|round| round.returns_s),
        back_s: round.map(|round| round.back_s as i32),
        back_m: round.map(|round| round.back_m as i32),
        drive_s: trip.drive_s as i64,
        distance_m: trip.distance_m as i64,
        weight_g: trip.load.weight_g as i64,
        volume_ml: trip.load.volume_ml as i64,
        totes: trip.load.totes as i32,
    }
}

fn planned_stop_row(plan: &PlanRow, point_id: i64, stop: &PlannedStop) -> PlannedStopRow {
    let call = stop.served.as_ref().ok();
    PlannedStopRow {
        cycle_id: plan.cycle_id,
        warehouse_id: plan.warehouse_id,
        version: plan.version,
        point_id,
        trip_no: stop.trip_no.clone(),
        stop_seq: stop.stop_seq as i32,
        opens_s: stop.window.from_s,
        closes_s: stop.window.until_s,
        arrives_s: call.map(|call| call.arrives_s),
        begins_s: call.map(|call| call.begins_s),
        leaves_s: call.map(|call| call.leaves_s),
        drive_s: call.map(|call| call.drive_s as i32),
        distance_m: call.map(|call| call.distance_m as i32),
        weight_g: stop.load.weight_g as i64,
        volume_ml: stop.load.volume_ml as i64,
        totes: stop.load.totes as i32,
        usual_driver: stop.usual_driver.clone(),
        fault: stop.served.as_ref().err().cloned(),
    }
}
