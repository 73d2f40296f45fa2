//! 不是我: what residents say about pickups that they know nothing of. The newest word on a pickup is in force.

use std::collections::HashMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{orders, pickup_disputes, pickup_events};

/// One word on a pickup.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = pickup_disputes)]
pub struct DisputeRow {
    pub event_id: String,
    pub seq: i32,
    /// False: what was said before is taken back.
    pub is_disputed: bool,
    pub said_at: i64,
}

/// All words on these pickups, those of a pickup in the order in which they were said.
pub fn of_events(db: &mut Db, event_ids: &[&str]) -> Result<Vec<DisputeRow>, StoreError> {
    Ok(on_either!(db, conn => pickup_disputes::table
        .filter(pickup_disputes::event_id.eq_any(event_ids))
        .order((pickup_disputes::event_id, pickup_disputes::seq))
        .load(conn))?)
}

/// Since when pickups at a point are disputed, by event; what was taken back is not among them.
pub fn standing_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<HashMap<String, Moment>, StoreError> {
    use {orders as o, pickup_disputes as d, pickup_events as e};
    let rows: Vec<DisputeRow> = on_either!(db, conn => o::table
        .inner_join(e::table.on(e::cycle_id.eq(o::cycle_id).and(e::order_id.eq(o::id))))
        .inner_join(d::table.on(d::event_id.eq(e::event_id)))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq(point_id))
        .order((d::event_id, d::seq))
        .select((d::event_id, d::seq, d::is_disputed, d::said_at))
        .load(conn))?;
    Ok(in_force(rows))
}

/// The disputes that were not taken back, and since when, by event.
pub fn in_force(rows: Vec<DisputeRow>) -> HashMap<String, Moment> {
    let newest: HashMap<String, (bool, i64)> =
        rows.into_iter().map(|row| (row.event_id, (row.is_disputed, row.said_at))).collect();
    newest.into_iter().filter(|(_, (is_disputed, _))| *is_disputed).map(|(id, (_, at))| (id, Moment(at))).collect()
}

/// How many words there are on the pickups at points. None is ever taken away, so another number is another state.
pub fn count_at(db: &mut Db, cycle_id: i64, point_ids: &[i64]) -> Result<i64, StoreError> {
    use {orders as o, pickup_disputes as d, pickup_events as e};
    Ok(on_either!(db, conn => o::table
        .inner_join(e::table.on(e::cycle_id.eq(o::cycle_id).and(e::order_id.eq(o::id))))
        .inner_join(d::table.on(d::event_id.eq(e::event_id)))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq_any(point_ids))
        .count()
        .get_result(conn))?)
}

pub fn add(db: &mut Db, row: &DisputeRow) -> Result<(), StoreError> {
    Ok(insert_rows!(db, pickup_disputes::table, std::slice::from_ref(row))?)
}
