//! What a cycle has shared out so far: whether a line without an allocation of its own got what it ordered.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::store::backend::{Db, StoreError, on_either};
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
