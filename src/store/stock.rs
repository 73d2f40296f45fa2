//! The stock ledger: what is on hand, and what other cycles have reserved of it.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};

use crate::domain::states::CycleState;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{cycles, offer_allocations, offers, procurement_lines, stock_moves};

/// Pieces by (warehouse id, SKU id).
pub type Stock = HashMap<(i64, i64), i64>;

/// The book figure per (warehouse, SKU), over all lots, without the moves of `except_cycle`.
pub fn on_hand(db: &mut Db, except_cycle: Option<i64>) -> Result<Stock, StoreError> {
    use stock_moves as t;
    let except = except_cycle.unwrap_or(0);
    let rows: Vec<(i64, i64, i64)> = on_either!(db, conn => t::table
        .filter(sql::<diesel::sql_types::Bool>("(cycle_id IS NULL OR cycle_id <> ")
            .bind::<BigInt, _>(except)
            .sql(")"))
        .group_by((t::warehouse_id, t::sku_id))
        .select((t::warehouse_id, t::sku_id, sql::<BigInt>("CAST(SUM(qty) AS BIGINT)")))
        .load(conn))?;
    Ok(rows.into_iter().map(|(warehouse, sku, qty)| ((warehouse, sku), qty)).collect())
}

/// Pieces by (warehouse id, SKU id, lot, best-before date).
pub type Lots = HashMap<(i64, i64, String, String), i64>;

/// The book figure of each lot.
pub fn lots(db: &mut Db) -> Result<Lots, StoreError> {
    use stock_moves as t;
    let rows: Vec<(i64, i64, String, String, i64)> = on_either!(db, conn => t::table
        .group_by((t::warehouse_id, t::sku_id, t::lot, t::best_before))
        .select((t::warehouse_id, t::sku_id, t::lot, t::best_before, sql::<BigInt>("CAST(SUM(qty) AS BIGINT)")))
        .load(conn))?;
    Ok(rows
        .into_iter()
        .map(|(warehouse, sku, lot, best_before, qty)| ((warehouse, sku, lot, best_before), qty))
        .collect())
}

/// What one cycle has moved so far per (warehouse, SKU).
pub fn moved_by(db: &mut Db, cycle_id: i64) -> Result<Stock, StoreError> {
    use stock_moves as t;
    let rows: Vec<(i64, i64, i64)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .group_by((t::warehouse_id, t::sku_id))
        .select((t::warehouse_id, t::sku_id, sql::<BigInt>("CAST(SUM(qty) AS BIGINT)")))
        .load(conn))?;
    Ok(rows.into_iter().map(|(warehouse, sku, qty)| ((warehouse, sku), qty)).collect())
}

/// What other cycles have reserved and not yet shared out, per (warehouse, SKU).
///
/// Once a cycle has allocated, its use of stock stands in the ledger and its reservation is spent.
pub fn reserved_by_others(db: &mut Db, cycle_id: i64) -> Result<Stock, StoreError> {
    use {offers as o, procurement_lines as t};
    let live = [CycleState::Procured.code(), CycleState::Receiving.code(), CycleState::Allocated.code()];
    let rows: Vec<(i64, i32, i64, i64, i64)> = on_either!(db, conn => t::table
        .inner_join(o::table.on(o::cycle_id.eq(t::cycle_id).and(o::offer_no.eq(t::offer_no))))
        .filter(t::cycle_id.ne(cycle_id))
        .filter(t::cycle_id.eq_any(cycles::table.filter(cycles::state.eq_any(live)).select(cycles::id)))
        .order((t::cycle_id, t::offer_no, t::warehouse_id, t::version))
        .select((t::cycle_id, t::offer_no, t::warehouse_id, o::sku_id, t::reserved_qty))
        .load(conn))?;
    let shared: Vec<(i64, i32, i64)> = on_either!(db, conn => offer_allocations::table
        .filter(offer_allocations::cycle_id.eq_any(
            cycles::table.filter(cycles::state.eq_any(live)).select(cycles::id)))
        .select((offer_allocations::cycle_id, offer_allocations::offer_no, offer_allocations::warehouse_id))
        .distinct()
        .load(conn))?;
    // The newest version of a line comes last and replaces the earlier ones.
    let mut newest = HashMap::new();
    for (cycle, offer_no, warehouse, sku, qty) in rows {
        newest.insert((cycle, offer_no, warehouse), (sku, qty));
    }
    for key in shared {
        newest.remove(&key);
    }
    let mut reserved = Stock::new();
    for ((_, _, warehouse), (sku, qty)) in newest {
        *reserved.entry((warehouse, sku)).or_default() += qty;
    }
    Ok(reserved)
}
