//! The plans in force: they give the points of their warehouses another route and stop.

use std::collections::HashMap;

use crate::domain::book::Book;
use crate::domain::facts::Point;
use crate::domain::route_plan::{Call, Method, PlannedStop, PlannedTrip, Round, RoutePlan, WhyFiled};
use crate::domain::routing::{Cost, Load, Span};
use crate::store::backend::{Db, StoreError};
use crate::store::route_plans::{self, PlannedStopRow, PlannedTripRow, WholePlan};

/// Lays the plans over the filed routes. Orders name points by their place, so this comes before them.
pub fn load(db: &mut Db, book: &mut Book) -> Result<(), StoreError> {
    let found = route_plans::in_force(db, book.cycle.id, book.version)?;
    if found.is_empty() {
        return Ok(());
    }
    let point_ix: HashMap<i64, usize> = book.points.iter().enumerate().map(|(ix, point)| (point.id, ix)).collect();
    for whole in &found {
        for stop in &whole.stops {
            let route = whole.trips.iter().find(|trip| trip.trip_no == stop.trip_no);
            let point = &mut book.points[point_ix[&stop.point_id]];
            point.route_code = route.ok_or(StoreError::DamagedRow("planned_stops"))?.route_code.clone();
            point.stop_seq = stop.stop_seq as u32;
        }
    }
    let place = |point: &Point| (point.warehouse_ix, point.route_code.clone(), point.stop_seq, point.slot_no);
    book.points.sort_by_cached_key(place);
    let point_ix: HashMap<i64, u32> = book.points.iter().zip(0..).map(|(point, ix)| (point.id, ix)).collect();
    let warehouse_ix: HashMap<i64, u32> =
        book.warehouses.iter().zip(0..).map(|(warehouse, ix)| (warehouse.id, ix)).collect();
    let plans = found.into_iter().map(|whole| plan(whole, &warehouse_ix, &point_ix));
    book.plans = plans.collect::<Result<_, StoreError>>()?;
    book.plans.sort_by_key(|plan| plan.warehouse_ix);
    Ok(())
}

fn plan(
    whole: WholePlan,
    warehouse_ix: &HashMap<i64, u32>,
    point_ix: &HashMap<i64, u32>,
) -> Result<RoutePlan, StoreError> {
    let WholePlan { plan, trips, stops } = whole;
    let damaged = || StoreError::DamagedRow("route_plans");
    let mut stops: Vec<PlannedStop> = stops.into_iter().map(|row| planned_stop(row, point_ix)).collect();
    stops.sort_by_key(|stop| stop.point_ix);
    Ok(RoutePlan {
        warehouse_ix: warehouse_ix[&plan.warehouse_id],
        version: plan.version as u32,
        method: Method::parse(&plan.method).ok_or_else(damaged)?,
        why_filed: plan.reason.map(|code| WhyFiled::parse(&code).ok_or_else(damaged)).transpose()?,
        seed: plan.seed as u64,
        iterations: plan.iterations as u64,
        input: plan.input,
        depot_e7: plan.depot_longitude_e7.zip(plan.depot_latitude_e7),
        cost: Cost {
            driving: plan.driving_mfen,
            vehicles: plan.vehicles_mfen,
            overtime: plan.overtime_mfen,
            other_drivers: plan.other_drivers_mfen,
        },
        usual_stops: plan.usual_stops as u32,
        moved_stops: plan.moved_stops as u32,
        trips: trips.into_iter().map(planned_trip).collect(),
        stops,
    })
}

fn planned_trip(row: PlannedTripRow) -> PlannedTrip {
    let round = row.plate.map(|plate| Round {
        plate,
        shift: Span { from_s: row.shift_from_s.unwrap_or(0), until_s: row.shift_until_s.unwrap_or(0) },
        departs_s: row.departs_s.unwrap_or(0),
        returns_s: row.returns_s.unwrap_or(0),
        back_s: row.back_s.unwrap_or(0) as u32,
        back_m: row.back_m.unwrap_or(0) as u32,
    });
    PlannedTrip {
        trip_no: row.trip_no,
        route_code: row.route_code,
        round,
        drive_s: row.drive_s as u64,
        distance_m: row.distance_m as u64,
        load: load_of(row.weight_g, row.volume_ml, row.totes),
    }
}

fn planned_stop(row: PlannedStopRow, point_ix: &HashMap<i64, u32>) -> PlannedStop {
    let call = row.arrives_s.map(|arrives_s| Call {
        arrives_s,
        begins_s: row.begins_s.unwrap_or(arrives_s),
        leaves_s: row.leaves_s.unwrap_or(arrives_s),
        drive_s: row.drive_s.unwrap_or(0) as u32,
        distance_m: row.distance_m.unwrap_or(0) as u32,
    });
    PlannedStop {
        point_ix: point_ix[&row.point_id],
        trip_no: row.trip_no,
        stop_seq: row.stop_seq as u32,
        window: Span { from_s: row.opens_s, until_s: row.closes_s },
        load: load_of(row.weight_g, row.volume_ml, row.totes),
        usual_driver: row.usual_driver,
        served: call.ok_or_else(|| row.fault.unwrap_or_default()),
    }
}

fn load_of(weight_g: i64, volume_ml: i64, totes: i32) -> Load {
    Load { weight_g: weight_g as u64, volume_ml: volume_ml as u64, totes: totes as u64 }
}
