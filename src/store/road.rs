//! Trips and stops on the road: what was told of them, in the order in which it happened.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl,
};

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{cycle_points, pickup_points, stop_events, stop_moves, stop_photos, trip_events};

/// A row of `trip_events`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = trip_events, treat_none_as_default_value = false)]
pub struct TripEventRow {
    pub cycle_id: i64,
    pub event_id: String,
    pub trip_no: String,
    pub version: i32,
    pub act: String,
    pub remark: Option<String>,
    pub told_by: String,
    pub recorded_by: String,
    pub device_at: i64,
    pub recorded_at: i64,
}

/// A row of `stop_events`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = stop_events, treat_none_as_default_value = false)]
pub struct StopEventRow {
    pub cycle_id: i64,
    pub event_id: String,
    pub point_id: i64,
    pub trip_no: String,
    pub version: i32,
    pub act: String,
    pub handed_by: String,
    pub received_by: Option<String>,
    pub remark: Option<String>,
    pub recorded_by: String,
    pub device_at: i64,
    pub recorded_at: i64,
}

/// A row of `stop_moves`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = stop_moves, treat_none_as_default_value = false)]
pub struct StopMoveRow {
    pub cycle_id: i64,
    pub point_id: i64,
    /// The newest of a point is in force.
    pub move_no: i32,
    pub event_id: String,
    pub version: i32,
    pub trip_no: String,
    pub reason: String,
    pub recorded_by: String,
    pub recorded_at: i64,
}

/// A row of `stop_photos`.
#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = stop_photos, treat_none_as_default_value = false)]
pub struct StopPhotoRow {
    pub id: i64,
    pub cycle_id: i64,
    pub event_id: String,
    pub point_id: i64,
    /// A JPEG.
    pub image: Vec<u8>,
    pub recorded_by: String,
    pub device_at: i64,
    pub recorded_at: i64,
}

/// What was told of a cycle's trips.
pub fn trip_events_of(db: &mut Db, cycle_id: i64) -> Result<Vec<TripEventRow>, StoreError> {
    use trip_events as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).order((t::device_at, t::event_id));
    Ok(on_either!(db, conn => own.load(conn))?)
}

/// What was told of a cycle's stops.
pub fn stop_events_of(db: &mut Db, cycle_id: i64) -> Result<Vec<StopEventRow>, StoreError> {
    use stop_events as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).order((t::device_at, t::event_id));
    Ok(on_either!(db, conn => own.load(conn))?)
}

/// What was told of one stop.
pub fn stop_events_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<Vec<StopEventRow>, StoreError> {
    use stop_events as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::point_id.eq(point_id));
    Ok(on_either!(db, conn => own.order((t::device_at, t::event_id)).load(conn))?)
}

/// The act of a trip that was told under this name.
pub fn trip_event(db: &mut Db, cycle_id: i64, event_id: &str) -> Result<Option<TripEventRow>, StoreError> {
    use trip_events as t;
    Ok(on_either!(db, conn => t::table.find((cycle_id, event_id)).first(conn).optional())?)
}

/// The act of a stop that was told under this name.
pub fn stop_event(db: &mut Db, cycle_id: i64, event_id: &str) -> Result<Option<StopEventRow>, StoreError> {
    use stop_events as t;
    Ok(on_either!(db, conn => t::table.find((cycle_id, event_id)).first(conn).optional())?)
}

/// The trip that each moved stop goes on with, by point id.
pub fn moves_of(db: &mut Db, cycle_id: i64) -> Result<HashMap<i64, StopMoveRow>, StoreError> {
    use stop_moves as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).order((t::point_id, t::move_no));
    let rows: Vec<StopMoveRow> = on_either!(db, conn => own.load(conn))?;
    Ok(rows.into_iter().map(|row| (row.point_id, row)).collect())
}

/// The moves that were told under this name.
pub fn moves_told(db: &mut Db, cycle_id: i64, event_id: &str) -> Result<Vec<StopMoveRow>, StoreError> {
    use stop_moves as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::event_id.eq(event_id));
    Ok(on_either!(db, conn => own.order(t::point_id).load(conn))?)
}

pub fn tell_trip(db: &mut Db, row: &TripEventRow) -> Result<(), StoreError> {
    Ok(insert_rows!(db, trip_events::table, std::slice::from_ref(row))?)
}

pub fn tell_stop(db: &mut Db, row: &StopEventRow) -> Result<(), StoreError> {
    Ok(insert_rows!(db, stop_events::table, std::slice::from_ref(row))?)
}

pub fn move_stops(db: &mut Db, rows: &[StopMoveRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, stop_moves::table, rows)?)
}

pub fn keep_photo(db: &mut Db, row: &StopPhotoRow) -> Result<(), StoreError> {
    Ok(insert_rows!(db, stop_photos::table, std::slice::from_ref(row))?)
}

/// Photos of a cycle's stops by the act that they belong to, the earliest first.
pub fn photos_of(db: &mut Db, cycle_id: i64) -> Result<HashMap<String, Vec<i64>>, StoreError> {
    use stop_photos as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).order(t::id).select((t::event_id, t::id));
    let rows: Vec<(String, i64)> = on_either!(db, conn => own.load(conn))?;
    let mut photos: HashMap<String, Vec<i64>> = HashMap::new();
    rows.into_iter().for_each(|(event_id, id)| photos.entry(event_id).or_default().push(id));
    Ok(photos)
}

/// A photo's image; its cycle, the point where it was taken, and that point's leader.
type StopPhoto = (Vec<u8>, i64, i64, i64);

/// A photo with where it was taken.
pub fn photo(db: &mut Db, id: i64) -> Result<Option<StopPhoto>, StoreError> {
    use {cycle_points as p, stop_photos as t};
    Ok(on_either!(db, conn => t::table
        .inner_join(p::table.on(p::cycle_id.eq(t::cycle_id).and(p::point_id.eq(t::point_id))))
        .filter(t::id.eq(id))
        .select((t::image, t::cycle_id, t::point_id, p::leader_id))
        .first(conn)
        .optional())?)
}

/// Where points lie, on WGS-84 in ten-millionths of a degree, by id; only those of which it is known.
pub fn places_of(db: &mut Db, cycle_id: i64) -> Result<HashMap<i64, (i64, i64)>, StoreError> {
    use {cycle_points as p, pickup_points as t};
    let own = t::table.inner_join(p::table.on(p::point_id.eq(t::id))).filter(p::cycle_id.eq(cycle_id));
    let places = own.select((t::id, t::longitude_e7, t::latitude_e7));
    let rows: Vec<(i64, Option<i64>, Option<i64>)> = on_either!(db, conn => places.load(conn))?;
    Ok(rows.into_iter().filter_map(|(id, longitude, latitude)| Some((id, (longitude?, latitude?)))).collect())
}

/// How many facts of the road there are of a cycle. None is ever taken away, so another number is another state.
pub fn count_of(db: &mut Db, cycle_id: i64) -> Result<i64, StoreError> {
    use {stop_events as s, stop_moves as m, stop_photos as p, trip_events as t};
    let trips: i64 = on_either!(db, conn => t::table.filter(t::cycle_id.eq(cycle_id)).count().get_result(conn))?;
    let stops: i64 = on_either!(db, conn => s::table.filter(s::cycle_id.eq(cycle_id)).count().get_result(conn))?;
    let moves: i64 = on_either!(db, conn => m::table.filter(m::cycle_id.eq(cycle_id)).count().get_result(conn))?;
    let photos: i64 = on_either!(db, conn => p::table.filter(p::cycle_id.eq(cycle_id)).count().get_result(conn))?;
    Ok(trips + stops + moves + photos)
}
