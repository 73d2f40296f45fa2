//! Planned routes: written whole under a version, read as they stand at one.

use std::collections::HashMap;

use diesel::{ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{
    cycle_points, cycles, planned_stops as s, planned_trips as t, route_edits as e, route_plans as p, trips,
};

/// A row of `route_plans`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = p, treat_none_as_default_value = false)]
pub struct PlanRow {
    pub cycle_id: i64,
    pub warehouse_id: i64,
    pub version: i32,
    pub method: String,
    pub reason: Option<String>,
    pub seed: i64,
    pub iterations: i64,
    pub input: String,
    pub depot_longitude_e7: Option<i64>,
    pub depot_latitude_e7: Option<i64>,
    pub driving_mfen: i64,
    pub vehicles_mfen: i64,
    pub overtime_mfen: i64,
    pub other_drivers_mfen: i64,
    pub usual_stops: i32,
    pub moved_stops: i32,
}

/// A row of `planned_trips`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = t, treat_none_as_default_value = false)]
pub struct PlannedTripRow {
    pub cycle_id: i64,
    pub warehouse_id: i64,
    pub version: i32,
    pub trip_no: String,
    pub route_code: String,
    pub plate: Option<String>,
    pub shift_from_s: Option<i32>,
    pub shift_until_s: Option<i32>,
    pub departs_s: Option<i32>,
    pub returns_s: Option<i32>,
    pub back_s: Option<i32>,
    pub back_m: Option<i32>,
    pub drive_s: i64,
    pub distance_m: i64,
    pub weight_g: i64,
    pub volume_ml: i64,
    pub totes: i32,
}

/// A row of `planned_stops`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = s, treat_none_as_default_value = false)]
pub struct PlannedStopRow {
    pub cycle_id: i64,
    pub warehouse_id: i64,
    pub version: i32,
    pub point_id: i64,
    pub trip_no: String,
    pub stop_seq: i32,
    pub opens_s: i32,
    pub closes_s: i32,
    pub arrives_s: Option<i32>,
    pub begins_s: Option<i32>,
    pub leaves_s: Option<i32>,
    pub drive_s: Option<i32>,
    pub distance_m: Option<i32>,
    pub weight_g: i64,
    pub volume_ml: i64,
    pub totes: i32,
    pub usual_driver: Option<String>,
    pub fault: Option<String>,
}

/// A row of `route_edits`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = e, treat_none_as_default_value = false)]
pub struct EditRow {
    pub cycle_id: i64,
    pub version: i32,
    pub seq: i32,
    pub act: String,
    pub point_id: Option<i64>,
    pub plate: Option<String>,
    pub edited_by: String,
}

/// A plan with its trips and stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholePlan {
    pub plan: PlanRow,
    /// By number.
    pub trips: Vec<PlannedTripRow>,
    /// By point id.
    pub stops: Vec<PlannedStopRow>,
}

/// Writes a plan.
pub fn add(db: &mut Db, whole: &WholePlan) -> Result<(), StoreError> {
    insert_rows!(db, p::table, std::slice::from_ref(&whole.plan))?;
    insert_rows!(db, t::table, whole.trips)?;
    Ok(insert_rows!(db, s::table, whole.stops)?)
}

pub fn add_edits(db: &mut Db, rows: &[EditRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, e::table, rows)?)
}

/// The plans in force at a version, by warehouse id.
pub fn in_force(db: &mut Db, cycle_id: i64, version: u32) -> Result<Vec<WholePlan>, StoreError> {
    let plans: Vec<PlanRow> = on_either!(db, conn => p::table
        .filter(p::cycle_id.eq(cycle_id))
        .filter(p::version.le(version as i32))
        .order((p::warehouse_id, p::version))
        .load(conn))?;
    let mut newest: Vec<WholePlan> = Vec::new();
    for plan in plans {
        let whole = WholePlan { plan, trips: Vec::new(), stops: Vec::new() };
        match newest.last_mut() {
            Some(last) if last.plan.warehouse_id == whole.plan.warehouse_id => *last = whole,
            _ => newest.push(whole),
        }
    }
    if newest.is_empty() {
        return Ok(newest);
    }
    let mut versions: Vec<i32> = newest.iter().map(|whole| whole.plan.version).collect();
    versions.sort_unstable();
    versions.dedup();
    let trips: Vec<PlannedTripRow> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::version.eq_any(&versions))
        .order((t::warehouse_id, t::trip_no))
        .load(conn))?;
    let stops: Vec<PlannedStopRow> = on_either!(db, conn => s::table
        .filter(s::cycle_id.eq(cycle_id))
        .filter(s::version.eq_any(&versions))
        .order((s::warehouse_id, s::point_id))
        .load(conn))?;
    let at: HashMap<(i64, i32), usize> =
        newest.iter().enumerate().map(|(at, whole)| ((whole.plan.warehouse_id, whole.plan.version), at)).collect();
    for trip in trips {
        if let Some(&at) = at.get(&(trip.warehouse_id, trip.version)) {
            newest[at].trips.push(trip);
        }
    }
    for stop in stops {
        if let Some(&at) = at.get(&(stop.warehouse_id, stop.version)) {
            newest[at].stops.push(stop);
        }
    }
    Ok(newest)
}

/// The edits of a cycle, oldest first.
pub fn edits(db: &mut Db, cycle_id: i64) -> Result<Vec<EditRow>, StoreError> {
    let own = e::table.filter(e::cycle_id.eq(cycle_id)).order((e::version, e::seq));
    Ok(on_either!(db, conn => own.load(conn))?)
}

/// The cycle before this one, by pickup date and code, of which anything was dispatched: its id and version.
pub fn cycle_before(db: &mut Db, pickup_date: &str, cycle_code: &str) -> Result<Option<(i64, u32)>, StoreError> {
    use diesel::BoolExpressionMethods;
    let dispatched = trips::table.select(trips::cycle_id);
    let before = cycles::table
        .filter(cycles::id.eq_any(dispatched))
        .filter(
            cycles::pickup_date
                .lt(pickup_date)
                .or(cycles::pickup_date.eq(pickup_date).and(cycles::cycle_code.lt(cycle_code))),
        )
        .order((cycles::pickup_date.desc(), cycles::cycle_code.desc()))
        .select((cycles::id, cycles::version));
    let found: Option<(i64, i32)> = on_either!(db, conn => before.first(conn).optional())?;
    Ok(found.map(|(id, version)| (id, version as u32)))
}

/// Where the points of a cycle are: (point id, longitude, latitude), for those whose place is known.
pub fn places(db: &mut Db, cycle_id: i64) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    use cycle_points as c;
    let rows: Vec<(i64, Option<i64>, Option<i64>)> = on_either!(db, conn => c::table
        .filter(c::cycle_id.eq(cycle_id))
        .order(c::point_id)
        .select((c::point_id, c::longitude_e7, c::latitude_e7))
        .load(conn))?;
    Ok(rows.into_iter().filter_map(|(id, longitude, latitude)| Some((id, longitude?, latitude?))).collect())
}

/// When a point is to be served, as planned: seconds of the pickup date. None where its route is not planned, or no vehicle
/// serves it.
pub fn arrival(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<Option<i32>, StoreError> {
    use cycle_points as c;
    let of_point = p::table
        .inner_join(c::table.on(c::cycle_id.eq(p::cycle_id)))
        .filter(p::cycle_id.eq(cycle_id))
        .filter(c::point_id.eq(point_id))
        .filter(c::warehouse_id.eq(p::warehouse_id))
        .order(p::version.desc())
        .select((p::warehouse_id, p::version));
    let newest: Option<(i64, i32)> = on_either!(db, conn => of_point.first(conn).optional())?;
    let Some((warehouse_id, version)) = newest else { return Ok(None) };
    let stop = s::table.find((cycle_id, warehouse_id, version, point_id)).select(s::arrives_s);
    let found: Option<Option<i32>> = on_either!(db, conn => stop.first(conn).optional())?;
    Ok(found.flatten())
}
