//! What goes to one point of a frozen cycle, read by the index of its orders: a few hundred rows of a day of any size.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
};
use rustc_hash::FxHashMap;

use crate::domain::facts::{Cycle, Payment};
use crate::domain::states::OrderState;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::pickups::{LineInForce, lines_in_force};
use crate::store::schema::{cycle_points, cycle_skus, offers, orders};
use crate::store::shared_out::SharedOut;

/// A point as the freeze copied it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct FrozenPoint {
    pub point_id: i64,
    pub point_code: String,
    pub leader_id: i64,
    /// Until when differences are to be reported, `HH:MM` of the pickup date.
    pub report_by: Option<String>,
}

/// The point of a cycle with this code.
pub fn find(db: &mut Db, cycle_id: i64, point_code: &str) -> Result<Option<FrozenPoint>, StoreError> {
    use cycle_points as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::point_code.eq(point_code))
        .select((t::point_id, t::point_code, t::leader_id, t::report_by))
        .first(conn)
        .optional())?)
}

/// The cycles that bring goods to points of these leaders.
pub fn cycles_of(db: &mut Db, leader_ids: &[i64]) -> Result<BTreeSet<i64>, StoreError> {
    use cycle_points as t;
    let ids: Vec<i64> = on_either!(db, conn => t::table
        .filter(t::leader_id.eq_any(leader_ids))
        .select(t::cycle_id)
        .distinct()
        .load(conn))?;
    Ok(ids.into_iter().collect())
}

/// The number of an offer of a frozen cycle, by the SKU's code.
pub fn offer_no(db: &mut Db, cycle_id: i64, sku_code: &str) -> Result<Option<i32>, StoreError> {
    use cycle_skus as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::sku_code.eq(sku_code))
        .select(t::offer_no)
        .first(conn)
        .optional())?)
}

/// An order that takes part, and its place in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct QueuedOrder {
    pub id: i64,
    pub order_no: String,
    pub paid_at: Option<i64>,
}

/// Lines in force by order.
pub type Lines = FxHashMap<i64, Vec<LineInForce>>;

/// The orders of a point that take part, in queue order, with their lines in force.
pub fn of_point(db: &mut Db, cycle: &Cycle, point_id: i64) -> Result<(Vec<QueuedOrder>, Lines), StoreError> {
    use orders as t;
    let mut states = vec![OrderState::Paid.code()];
    if cycle.payment == Payment::AtPickup {
        states.push(OrderState::Unpaid.code());
    }
    let mut queued: Vec<QueuedOrder> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle.id))
        .filter(t::point_id.eq(point_id))
        .filter(t::state.eq_any(&states))
        .select((t::id, t::order_no, t::paid_at))
        .load(conn))?;
    queued.sort_by(|a, b| (a.paid_at, &a.order_no).cmp(&(b.paid_at, &b.order_no)));
    let ids: Vec<i64> = queued.iter().map(|order| order.id).collect();
    let shared = SharedOut::read(db, cycle.id)?;
    let lines = lines_in_force(db, cycle.id, &ids, |_, offer_no| shared.covers(point_id, offer_no))?;
    Ok((queued, lines))
}

/// Pieces that are due at the point, by offer: what was shared out to its lines.
pub fn due(lines: &Lines) -> BTreeMap<i32, u64> {
    let mut due = BTreeMap::new();
    for line in lines.values().flatten() {
        let allocated = line.allocated_qty.unwrap_or(0).unsigned_abs();
        if allocated > 0 {
            *due.entry(line.offer_no).or_default() += u64::from(allocated);
        }
    }
    due
}

/// A SKU as it was sold in a frozen cycle.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct SoldSku {
    pub sale_price_fen: i64,
    pub sub_units: Option<i32>,
    pub temp_zone: String,
}

/// What an offer of a frozen cycle was sold as.
pub fn sold(db: &mut Db, cycle_id: i64, offer_no: i32) -> Result<Option<SoldSku>, StoreError> {
    use {cycle_skus as s, offers as o};
    Ok(on_either!(db, conn => o::table
        .inner_join(s::table.on(s::cycle_id.eq(o::cycle_id).and(s::offer_no.eq(o::offer_no))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::offer_no.eq(offer_no))
        .select((o::sale_price_fen, s::sub_units, s::temp_zone))
        .first(conn)
        .optional())?)
}
