//! Reads all rows of a cycle: what it is, what was on sale and where to here, orders and facts in their own files.

use std::collections::HashMap;

use crate::check::day::{Day, NONE, Point, Warehouse};
use crate::check::rows::{
    BalanceRow, CoordinateRow, CycleRow, LogRow, NumberRow, PointRow, VersionRow, WarehouseRow, rows,
};
use crate::check::{counters, handover, load_facts, load_orders, losses, road, routes, weights};
use crate::domain::states::CycleState;
use crate::store::backend::{Db, StoreError};

/// Every cycle, by code.
pub fn cycles(db: &mut Db) -> Result<Vec<CycleRow>, StoreError> {
    rows!(
        db,
        "SELECT id, cycle_code, state, version, payment, rounding, frozen_at
         FROM cycles ORDER BY cycle_code"
    )
}

/// The book figure of every (warehouse, SKU) with stock moves.
pub fn stock_balances(db: &mut Db) -> Result<Vec<BalanceRow>, StoreError> {
    rows!(
        db,
        "SELECT w.warehouse_code, s.sku_code, b.book_qty
         FROM (SELECT warehouse_id, sku_id, CAST(SUM(qty) AS BIGINT) AS book_qty
               FROM stock_moves GROUP BY warehouse_id, sku_id) b
         JOIN warehouses w ON w.id = b.warehouse_id
         JOIN skus s ON s.id = b.sku_id
         ORDER BY w.warehouse_code, s.sku_code"
    )
}

/// The security log, chain by chain.
pub fn security_log(db: &mut Db) -> Result<Vec<LogRow>, StoreError> {
    rows!(
        db,
        "SELECT chain, seq, at, act, actor, subject, detail, request_id, hash
         FROM security_log ORDER BY chain, seq"
    )
}

/// Every place that has coordinates, points first.
pub fn coordinates(db: &mut Db) -> Result<Vec<CoordinateRow>, StoreError> {
    rows!(
        db,
        "SELECT 'points' AS kind, point_code AS key, longitude_e7, latitude_e7, given_longitude_e7, given_latitude_e7,
                given_datum
         FROM pickup_points WHERE given_datum IS NOT NULL
         UNION ALL
         SELECT 'warehouses', warehouse_code, longitude_e7, latitude_e7, given_longitude_e7, given_latitude_e7, given_datum
         FROM warehouses WHERE given_datum IS NOT NULL
         UNION ALL
         SELECT 'places', district || ' ' || name, longitude_e7, latitude_e7, given_longitude_e7, given_latitude_e7,
                given_datum
         FROM places
         ORDER BY 1, 2"
    )
}

/// All rows of a cycle.
pub fn day(db: &mut Db, cycle: CycleRow) -> Result<Day, StoreError> {
    let id = cycle.id;
    let state = CycleState::parse(&cycle.state).unwrap_or_default();
    let mut day = Day { cycle: Some(cycle), state, ..Day::default() };
    let versions: Vec<VersionRow> =
        rows!(db, "SELECT version, step FROM cycle_versions WHERE cycle_id = $1 ORDER BY version", id)?;
    day.versions = versions.iter().map(|row| row.version).collect();
    day.scale.settled_at = versions.iter().filter(|row| row.step == "weigh").map(|row| row.version).collect();
    day.losses.posted_at = versions.iter().filter(|row| row.step == "post_losses").map(|row| row.version).collect();
    day.shared_at = versions.iter().filter(|row| row.step == "allocate").map(|row| row.version).collect();
    copied_cards(db, &mut day, id)?;
    day.offers = rows!(
        db,
        "SELECT o.offer_no, o.sku_id, o.supplier_id, COALESCE(c.sku_code, s.sku_code) AS sku_code,
                (c.sku_code IS NOT NULL) AS is_copied,
                CASE WHEN c.sku_code IS NULL THEN s.keeps_stock ELSE c.keeps_stock END AS keeps_stock,
                COALESCE(c.temp_zone, s.temp_zone) AS temp_zone, c.nominal_weight_g, c.volume_ml, o.sale_price_fen,
                o.threshold_qty, o.rounding, o.round_up_at_pct, o.below_moq, o.price_unit,
                o.unit_price_fen, o.case_size, o.moq, o.order_multiple,
                CASE WHEN c.sku_code IS NULL THEN s.is_variable_weight ELSE c.is_variable_weight END AS is_variable_weight,
                o.weight_policy, o.weight_cap_bp, o.weight_tolerance_bp
         FROM offers o
         JOIN skus s ON s.id = o.sku_id
         LEFT JOIN cycle_skus c ON c.cycle_id = o.cycle_id AND c.offer_no = o.offer_no
         WHERE o.cycle_id = $1 ORDER BY o.offer_no",
        id
    )?;
    load_orders::load(db, &mut day)?;
    load_facts::load(db, &mut day)?;
    routes::load(db, &mut day, id)?;
    weights::load(db, &mut day, id)?;
    losses::load(db, &mut day, id)?;
    day.counters = counters::load(db, id, state == CycleState::Open)?;
    day.handover = handover::load(db, id)?;
    day.road = road::load(db, id)?;
    day.row_count += day.road.row_count();
    day.row_count += (day.handover.totals.len() + day.handover.counts.len()) as u64;
    day.row_count += (1 + day.versions.len() + day.warehouses.len() + day.points.len()) as u64;
    day.row_count += (day.suppliers.len() + day.offers.len() + day.orders.len() + day.lines.len()) as u64;
    Ok(day)
}

/// Warehouses, points and suppliers as copied at the freeze.
fn copied_cards(db: &mut Db, day: &mut Day, id: i64) -> Result<(), StoreError> {
    let warehouses: Vec<WarehouseRow> = rows!(
        db,
        "SELECT warehouse_id AS id, warehouse_code, receiving_warehouse_id AS receiving_id
         FROM cycle_warehouses WHERE cycle_id = $1 ORDER BY warehouse_code",
        id
    )?;
    let warehouse_of: HashMap<i64, u32> = warehouses.iter().zip(0..).map(|(row, ix)| (row.id, ix)).collect();
    let index_of = |id: i64| warehouse_of.get(&id).copied().unwrap_or(NONE);
    day.warehouses = warehouses
        .into_iter()
        .map(|row| Warehouse {
            id: row.id,
            receiving_id: row.receiving_id,
            receiving: index_of(row.receiving_id),
            warehouse_code: row.warehouse_code,
        })
        .collect();
    let points: Vec<PointRow> = rows!(
        db,
        "SELECT point_id AS id, point_code, warehouse_id, route_code, stop_seq, slot_no
         FROM cycle_points WHERE cycle_id = $1 ORDER BY point_code",
        id
    )?;
    let receiving_of = |warehouse: u32| day.warehouses.get(warehouse as usize).map_or(NONE, |own| own.receiving);
    day.points = points
        .into_iter()
        .map(|row| Point {
            id: row.id,
            point_code: row.point_code,
            warehouse: index_of(row.warehouse_id),
            receiving: receiving_of(index_of(row.warehouse_id)),
            route_code: row.route_code,
            stop_seq: row.stop_seq,
            slot_no: row.slot_no,
        })
        .collect();
    day.suppliers = rows!(
        db,
        "SELECT supplier_id AS id, min_order_value_fen, below_min_value
         FROM cycle_suppliers WHERE cycle_id = $1 ORDER BY supplier_code",
        id
    )?;
    Ok(())
}

/// Imports of this cycle that are still on their way: their orders cannot be seen.
pub fn staging_imports(db: &mut Db) -> Result<Vec<i64>, StoreError> {
    let found: Vec<NumberRow> = rows!(db, "SELECT id AS number FROM imports WHERE state = 'staging' ORDER BY id")?;
    Ok(found.into_iter().map(|row| row.number).collect())
}
