//! What of an order is there to be handed out, what was handed out, and by which event.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl,
};
use rustc_hash::FxHashMap;

use crate::store::backend::{Db, StoreError, in_columns, insert_many, on_either};
use crate::store::schema::{allocations, order_corrections, order_lines, orders, pickup_events, pickup_lines};

/// A line as it stands after all corrections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineInForce {
    pub offer_no: i32,
    pub ordered_qty: i32,
    pub tolerance: i32,
    /// What it has been given; None before its offer was shared out.
    pub allocated_qty: Option<i32>,
}

/// How many are asked for at a time: a statement has only so many places.
const AT_ONCE: usize = 500;

/// The lines in force of each of these orders, by offer.
pub fn lines_in_force(
    db: &mut Db,
    cycle_id: i64,
    order_ids: &[i64],
    shared: impl Fn(i64, i32) -> bool,
) -> Result<FxHashMap<i64, Vec<LineInForce>>, StoreError> {
    let mut lines: BTreeMap<(i64, i32), LineInForce> = BTreeMap::new();
    for order_ids in order_ids.chunks(AT_ONCE) {
        let corrected = corrected(db, cycle_id, order_ids)?;
        for (order_id, offer_no, ordered_qty, tolerance) in
            placed(db, cycle_id, order_ids)?.into_iter().chain(corrected)
        {
            let allocated_qty = shared(order_id, offer_no).then_some(ordered_qty);
            lines.insert((order_id, offer_no), LineInForce { offer_no, ordered_qty, tolerance, allocated_qty });
        }
        for (order_id, offer_no, qty) in exceptions(db, cycle_id, order_ids)? {
            lines.entry((order_id, offer_no)).and_modify(|line| line.allocated_qty = Some(qty));
        }
    }
    let mut of_orders: FxHashMap<i64, Vec<LineInForce>> = FxHashMap::default();
    for ((order_id, _), line) in lines {
        of_orders.entry(order_id).or_default().push(line);
    }
    Ok(of_orders)
}

type OrderedLine = (i64, i32, i32, i32);

fn placed(db: &mut Db, cycle_id: i64, order_ids: &[i64]) -> Result<Vec<OrderedLine>, StoreError> {
    use order_lines as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq_any(order_ids))
        .select((t::order_id, t::offer_no, t::ordered_qty, t::tolerance))
        .load(conn))?)
}

/// Corrections, the newest of a line last.
fn corrected(db: &mut Db, cycle_id: i64, order_ids: &[i64]) -> Result<Vec<OrderedLine>, StoreError> {
    use order_corrections as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq_any(order_ids))
        .order((t::order_id, t::offer_no, t::version))
        .select((t::order_id, t::offer_no, t::ordered_qty, t::tolerance))
        .load(conn))?)
}

/// Lines that got something else than their ordered_qty, the newest of a line last.
fn exceptions(db: &mut Db, cycle_id: i64, order_ids: &[i64]) -> Result<Vec<(i64, i32, i32)>, StoreError> {
    use allocations as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq_any(order_ids))
        .order((t::order_id, t::offer_no, t::version))
        .select((t::order_id, t::offer_no, t::allocated_qty))
        .load(conn))?)
}

/// Pieces handed out so far of each of these orders, by offer.
pub fn handed(
    db: &mut Db,
    cycle_id: i64,
    order_ids: &[i64],
) -> Result<FxHashMap<i64, FxHashMap<i32, i64>>, StoreError> {
    use {pickup_events as e, pickup_lines as l};
    let mut sums: FxHashMap<i64, FxHashMap<i32, i64>> = FxHashMap::default();
    for order_ids in order_ids.chunks(AT_ONCE) {
        let rows: Vec<(i64, i32, i32)> = on_either!(db, conn => e::table
            .inner_join(l::table.on(l::event_id.eq(e::event_id)))
            .filter(e::cycle_id.eq(cycle_id))
            .filter(e::order_id.eq_any(order_ids))
            .select((e::order_id, l::offer_no, l::handed_qty))
            .load(conn))?;
        for (order_id, offer_no, qty) in rows {
            *sums.entry(order_id).or_default().entry(offer_no).or_default() += i64::from(qty);
        }
    }
    Ok(sums)
}

/// Pieces handed out in a cycle so far, by (order id, offer_no).
pub fn handed_in(db: &mut Db, cycle_id: i64) -> Result<HashMap<(i64, i32), i64>, StoreError> {
    use {pickup_events as e, pickup_lines as l};
    let rows: Vec<(i64, i32, i32)> = on_either!(db, conn => e::table
        .inner_join(l::table.on(l::event_id.eq(e::event_id)))
        .filter(e::cycle_id.eq(cycle_id))
        .select((e::order_id, l::offer_no, l::handed_qty))
        .load(conn))?;
    let mut sums = HashMap::new();
    for (order_id, offer_no, qty) in rows {
        *sums.entry((order_id, offer_no)).or_default() += i64::from(qty);
    }
    Ok(sums)
}

/// Pieces handed out at a point so far, by (order id, offer_no).
pub fn handed_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<HashMap<(i64, i32), i64>, StoreError> {
    use {orders as o, pickup_events as e, pickup_lines as l};
    let rows: Vec<(i64, i32, i32)> = on_either!(db, conn => o::table
        .inner_join(e::table.on(e::cycle_id.eq(o::cycle_id).and(e::order_id.eq(o::id))))
        .inner_join(l::table.on(l::event_id.eq(e::event_id)))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq(point_id))
        .select((o::id, l::offer_no, l::handed_qty))
        .load(conn))?;
    let mut sums = HashMap::new();
    for (order_id, offer_no, qty) in rows {
        *sums.entry((order_id, offer_no)).or_default() += i64::from(qty);
    }
    Ok(sums)
}

/// A pickup that stands: it was not taken back.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StandingEvent {
    pub order_id: i64,
    pub event_id: String,
    pub method: String,
    pub handed_by: String,
    pub recorded_at: i64,
    pub is_proxy: bool,
}

/// The pickups at a point that stand, in the order they were recorded.
pub fn standing_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<Vec<StandingEvent>, StoreError> {
    use {orders as o, pickup_events as e};
    let rows: Vec<(StandingEvent, Option<String>)> = on_either!(db, conn => o::table
        .inner_join(e::table.on(e::cycle_id.eq(o::cycle_id).and(e::order_id.eq(o::id))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq(point_id))
        .order((e::recorded_at, e::event_id))
        .select(((o::id, e::event_id, e::method, e::handed_by, e::recorded_at, e::is_proxy), e::reverses))
        .load(conn))?;
    let reversed: HashSet<String> = rows.iter().filter_map(|(_, reverses)| reverses.clone()).collect();
    let stands =
        |(event, reverses): &(StandingEvent, Option<String>)| reverses.is_none() && !reversed.contains(&event.event_id);
    Ok(rows.into_iter().filter(stands).map(|(event, _)| event).collect())
}

/// A handing-out, or its reversal.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = pickup_events, treat_none_as_default_value = false)]
pub struct EventRow {
    pub event_id: String,
    pub cycle_id: i64,
    pub order_id: i64,
    pub reverses: Option<String>,
    pub method: String,
    pub source: String,
    pub code_failed: bool,
    pub reason: Option<String>,
    pub handed_by: String,
    pub recorded_by: String,
    pub device_at: i64,
    pub recorded_at: i64,
    /// Whether somebody took the goods for the household.
    pub is_proxy: bool,
}

/// Pieces of a line that an event handed out; below zero where it took them back.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = pickup_lines, treat_none_as_default_value = false)]
pub struct EventLineRow {
    pub event_id: String,
    pub offer_no: i32,
    pub handed_qty: i32,
}

in_columns!(EventRow => pickup_events {
    event_id: Text, cycle_id: BigInt, order_id: BigInt, reverses: Nullable<Text>, method: Text, source: Text,
    code_failed: Bool, reason: Nullable<Text>, handed_by: Text, recorded_by: Text, device_at: BigInt,
    recorded_at: BigInt, is_proxy: Bool,
});
in_columns!(EventLineRow => pickup_lines { event_id: Text, offer_no: Integer, handed_qty: Integer });

/// Those of these events that were recorded.
pub fn events(db: &mut Db, event_ids: &[&str]) -> Result<Vec<EventRow>, StoreError> {
    let mut rows = Vec::new();
    for event_ids in event_ids.chunks(AT_ONCE) {
        let some = pickup_events::table.filter(pickup_events::event_id.eq_any(event_ids));
        let some: Vec<EventRow> = on_either!(db, conn => some.load(conn))?;
        rows.extend(some);
    }
    Ok(rows)
}

/// The event with this id, if it was recorded.
pub fn event(db: &mut Db, event_id: &str) -> Result<Option<EventRow>, StoreError> {
    Ok(on_either!(db, conn => pickup_events::table.find(event_id).first(conn).optional())?)
}

/// The event that took another one back.
pub fn reversal_of(db: &mut Db, event_id: &str) -> Result<Option<EventRow>, StoreError> {
    Ok(on_either!(db, conn =>
        pickup_events::table.filter(pickup_events::reverses.eq(event_id)).first(conn).optional())?)
}

/// The events of an order, in the order in which they were recorded.
pub fn events_of(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(on_either!(db, conn => pickup_events::table
        .filter(pickup_events::cycle_id.eq(cycle_id))
        .filter(pickup_events::order_id.eq(order_id))
        .order((pickup_events::recorded_at, pickup_events::event_id))
        .load(conn))?)
}

/// What an event handed out.
pub fn lines_of_event(db: &mut Db, event_id: &str) -> Result<Vec<EventLineRow>, StoreError> {
    Ok(on_either!(db, conn => pickup_lines::table
        .filter(pickup_lines::event_id.eq(event_id))
        .order(pickup_lines::offer_no)
        .load(conn))?)
}

/// Records events with their lines.
pub fn record(db: &mut Db, events: &[EventRow], lines: &[EventLineRow]) -> Result<(), StoreError> {
    insert_many!(db, pickup_events::table, events)?;
    Ok(insert_many!(db, pickup_lines::table, lines)?)
}

/// How many events there are of the orders of points. None is ever taken away, so another number is another state.
pub fn count_at(db: &mut Db, cycle_id: i64, point_ids: &[i64]) -> Result<i64, StoreError> {
    use {orders as o, pickup_events as e};
    Ok(on_either!(db, conn => o::table
        .inner_join(e::table.on(e::cycle_id.eq(o::cycle_id).and(e::order_id.eq(o::id))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq_any(point_ids))
        .count()
        .get_result(conn))?)
}
