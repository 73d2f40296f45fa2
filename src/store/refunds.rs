//! Single refunds: what is planned to go back for an order, and that it went.

use std::collections::HashMap;

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::states::RefundState;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::losses;
use crate::store::schema::{orders, refund_lines, refunds};

/// The ids of the orders at points. Joined instead, SQLite would look at every refund of the cycle.
macro_rules! orders_at {
    ($cycle_id:expr, $point_ids:expr) => {
        orders::table
            .filter(orders::cycle_id.eq($cycle_id))
            .filter(orders::point_id.eq_any($point_ids))
            .select(orders::id)
    };
}

/// A refund that is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct PlannedRefund {
    pub id: i64,
    pub amount_fen: i64,
}

/// The planned refunds of an order.
pub fn planned_of(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Vec<PlannedRefund>, StoreError> {
    use refunds as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq(order_id))
        .filter(t::state.eq(RefundState::Planned.code()))
        .order(t::id)
        .select((t::id, t::amount_fen))
        .load(conn))?)
}

/// What is planned to go back at a point, by order id, in fen.
pub fn planned_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<HashMap<i64, i64>, StoreError> {
    use refunds as t;
    let rows: Vec<(i64, i64)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq_any(orders_at!(cycle_id, &[point_id])))
        .filter(t::state.eq(RefundState::Planned.code()))
        .select((t::order_id, t::amount_fen))
        .load(conn))?;
    let mut sums = HashMap::new();
    rows.into_iter().for_each(|(order_id, amount)| *sums.entry(order_id).or_default() += amount);
    Ok(sums)
}

/// How many refunds are planned at points.
pub fn count_planned_at(db: &mut Db, cycle_id: i64, point_ids: &[i64]) -> Result<i64, StoreError> {
    use refunds as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq_any(orders_at!(cycle_id, point_ids)))
        .filter(t::state.eq(RefundState::Planned.code()))
        .count()
        .get_result(conn))?)
}

/// Whether all of these refunds are still planned. Ask while the cycle is held alone.
pub fn are_planned(db: &mut Db, refund_ids: &[i64]) -> Result<bool, StoreError> {
    use refunds as t;
    for chunk in refund_ids.chunks(1_000) {
        let planned: i64 = on_either!(db, conn => t::table
            .filter(t::id.eq_any(chunk))
            .filter(t::state.eq(RefundState::Planned.code()))
            .count()
            .get_result(conn))?;
        if planned != chunk.len() as i64 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Pieces of a cycle that were not given and whose refund has left the house, by (order id, offer_no).
pub fn sent_pieces(db: &mut Db, cycle_id: i64) -> Result<HashMap<(i64, i32), i64>, StoreError> {
    use {refund_lines as l, refunds as t};
    let rows: Vec<(i64, i32, i32)> = on_either!(db, conn => l::table
        .inner_join(t::table)
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::state.eq_any([RefundState::Sent.code(), RefundState::Done.code()]))
        .filter(l::cause.ne(losses::CAUSE))
        .select((t::order_id, l::offer_no, l::pieces))
        .load(conn))?;
    let mut sums = HashMap::new();
    for (order_id, offer_no, pieces) in rows {
        *sums.entry((order_id, offer_no)).or_default() += i64::from(pieces);
    }
    Ok(sums)
}

/// Moves a refund to a state.
pub fn set_state(db: &mut Db, refund_id: i64, state: RefundState, now: Moment) -> Result<(), StoreError> {
    let row = refunds::table.find(refund_id);
    let change = (refunds::state.eq(state.code()), refunds::changed_at.eq(now.0));
    on_either!(db, conn => diesel::update(row).set(change).execute(conn))?;
    Ok(())
}
