//! Money received for orders, and the holds of orders that wait for it.

use std::collections::HashSet;

use chrono::Duration;
use diesel::sql_types::BigInt;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl,
};

use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{orders, payment_holds, payments};

#[derive(Clone, Debug, PartialEq, Insertable, Queryable)]
#[diesel(table_name = payments, treat_none_as_default_value = false)]
pub struct PaymentRow {
    pub id: i64,
    pub cycle_id: i64,
    pub order_id: i64,
    pub kind: String,
    pub amount_fen: i64,
    pub paid_after_cutoff: bool,
    pub received_by: String,
    pub received_at: i64,
}

pub fn insert(db: &mut Db, rows: &[PaymentRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, payments::table, rows)?)
}

/// The payment of an order, if money came.
pub fn of_order(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Option<PaymentRow>, StoreError> {
    Ok(on_either!(db, conn => payments::table
        .filter(payments::cycle_id.eq(cycle_id))
        .filter(payments::order_id.eq(order_id))
        .first(conn)
        .optional())?)
}

/// The orders of a point for which money came, by id.
pub fn paid_at_point(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<HashSet<i64>, StoreError> {
    use orders as o;
    let ids: Vec<i64> = on_either!(db, conn => o::table
        .inner_join(payments::table.on(payments::cycle_id.eq(o::cycle_id).and(payments::order_id.eq(o::id))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq(point_id))
        .select(o::id)
        .load(conn))?;
    Ok(ids.into_iter().collect())
}

/// The orders of leaders in a cycle for which money came, by id.
pub fn paid_of_leaders(db: &mut Db, cycle_id: i64, leader_ids: &[i64]) -> Result<HashSet<i64>, StoreError> {
    use orders as o;
    let ids: Vec<i64> = on_either!(db, conn => o::table
        .inner_join(payments::table.on(payments::cycle_id.eq(o::cycle_id).and(payments::order_id.eq(o::id))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::leader_id.eq_any(leader_ids))
        .select(o::id)
        .load(conn))?;
    Ok(ids.into_iter().collect())
}

/// How many orders of points have had money.
pub fn count_at(db: &mut Db, cycle_id: i64, point_ids: &[i64]) -> Result<i64, StoreError> {
    use orders as o;
    Ok(on_either!(db, conn => o::table
        .inner_join(payments::table.on(payments::cycle_id.eq(o::cycle_id).and(payments::order_id.eq(o::id))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq_any(point_ids))
        .count()
        .get_result(conn))?)
}

/// An unpaid order of an online cycle, and when it gives back what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = payment_holds, treat_none_as_default_value = false)]
pub struct HoldRow {
    pub cycle_id: i64,
    pub order_id: i64,
    pub expires_at: i64,
}

pub fn hold(db: &mut Db, rows: &[HoldRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, payment_holds::table, rows)?)
}

/// Lets the unpaid orders of an import hold what they ordered for a while, as those that came one by one do.
pub fn hold_imported(db: &mut Db, cycle_id: i64, import_id: i64, within: Duration) -> Result<(), StoreError> {
    let sql = "INSERT INTO payment_holds (cycle_id, order_id, expires_at) \
               SELECT cycle_id, id, placed_at + $3 FROM orders WHERE cycle_id = $1 AND import_id = $2 AND state = 'unpaid'";
    on_either!(db, conn => diesel::sql_query(sql)
        .bind::<BigInt, _>(cycle_id)
        .bind::<BigInt, _>(import_id)
        .bind::<BigInt, _>(within.num_microseconds().unwrap_or(0))
        .execute(conn))?;
    Ok(())
}

/// Up to 512 holds that have run out, the oldest first.
pub fn run_out(db: &mut Db, now: Moment) -> Result<Vec<HoldRow>, StoreError> {
    Ok(on_either!(db, conn => payment_holds::table
        .filter(payment_holds::expires_at.le(now.0))
        .order((payment_holds::expires_at, payment_holds::order_id))
        .limit(512)
        .load(conn))?)
}

/// Ends the hold of an order that was paid, cancelled or has expired; `false` if it had none.
pub fn release(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<bool, StoreError> {
    let row = payment_holds::table.find((cycle_id, order_id));
    Ok(on_either!(db, conn => diesel::delete(row).execute(conn))? == 1)
}

/// Ends all holds of a cycle.
pub fn release_all(db: &mut Db, cycle_id: i64) -> Result<(), StoreError> {
    let rows = payment_holds::table.filter(payment_holds::cycle_id.eq(cycle_id));
    on_either!(db, conn => diesel::delete(rows).execute(conn))?;
    Ok(())
}
