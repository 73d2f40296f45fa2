//! What a cycle has shared out so far: whether a line without an allocation of its own got what it ordered.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::store::backend::{Db, StoreError, on_either};
use crate::store::pickups::{LineInForce, lines_in_force};
use crate::store::schema::{cycle_points, cycle_warehouses, offer_allocations};

/// The offers that were shared out, by receiving warehouse, with the points that it serves. Changes only with the
/// version of the cycle.
#[derive(Clone, Debug, Default)]
pub struct SharedOut {
    receiving_of: FxHashMap<i64, i64>,
    offers: FxHashSet<(i64, i32)>,
}

impl SharedOut {
    /// Of a whole cycle.
    ///
    /// # Errors
    /// What the database says.
    pub fn read(db: &mut Db, cycle_id: i64) -> Result<SharedOut, StoreError> {
        use {cycle_points as p, cycle_warehouses as w, offer_allocations as t};
        let points: Vec<(i64, i64)> = on_either!(db, conn => p::table
            .inner_join(w::table.on(w::cycle_id.eq(p::cycle_id).and(w::warehouse_id.eq(p::warehouse_id))))
            .filter(p::cycle_id.eq(cycle_id))
            .select((p::point_id, w::receiving_warehouse_id))
            .load(conn))?;
        let offers: Vec<(i64, i32)> = on_either!(db, conn => t::table
            .filter(t::cycle_id.eq(cycle_id))
            .select((t::warehouse_id, t::offer_no))
            .distinct()
            .load(conn))?;
        Ok(SharedOut { receiving_of: points.into_iter().collect(), offers: offers.into_iter().collect() })
    }

    /// Whether an offer was shared out to a point.
    pub fn covers(&self, point_id: i64, offer_no: i32) -> bool {
        self.receiving_of.get(&point_id).is_some_and(|&warehouse| self.offers.contains(&(warehouse, offer_no)))
    }
}

/// The lines in force of one order, by offer. It reads what the order needs, not the whole day.
///
/// # Errors
/// What the database says.
pub fn lines_of_order(
    db: &mut Db,
    cycle_id: i64,
    point_id: i64,
    order_id: i64,
) -> Result<Vec<LineInForce>, StoreError> {
    let mut lines = lines_in_force(db, cycle_id, &[order_id], |_, _| false)?.remove(&order_id).unwrap_or_default();
    let as_ordered = lines.iter_mut().filter(|line| line.allocated_qty.is_none());
    let mut as_ordered: Vec<&mut LineInForce> = as_ordered.collect();
    let offer_nos: Vec<i32> = as_ordered.iter().map(|line| line.offer_no).collect();
    let shared = shared_to(db, cycle_id, point_id, &offer_nos)?;
    for line in &mut as_ordered {
        line.allocated_qty = shared.contains(&line.offer_no).then_some(line.ordered_qty);
    }
    Ok(lines)
}

/// Those of these offers that were shared out to a point.
fn shared_to(db: &mut Db, cycle_id: i64, point_id: i64, offer_nos: &[i32]) -> Result<FxHashSet<i32>, StoreError> {
    use {cycle_points as p, cycle_warehouses as w, offer_allocations as t};
    let receiving: Option<i64> = on_either!(db, conn => p::table
        .inner_join(w::table.on(w::cycle_id.eq(p::cycle_id).and(w::warehouse_id.eq(p::warehouse_id))))
        .filter(p::cycle_id.eq(cycle_id))
        .filter(p::point_id.eq(point_id))
        .select(w::receiving_warehouse_id)
        .first(conn)
        .optional())?;
    let Some(warehouse_id) = receiving else { return Ok(FxHashSet::default()) };
    let shared: Vec<i32> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::warehouse_id.eq(warehouse_id))
        .filter(t::offer_no.eq_any(offer_nos))
        .select(t::offer_no)
        .distinct()
        .load(conn))?;
    Ok(shared.into_iter().collect())
}
