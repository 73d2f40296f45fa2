//! Rules on the stock ledger.

use std::collections::BTreeMap;

use crate::check::arithmetic::stock_change;
use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::rows::BalanceRow;

/// A move of a cycle is of kind `cycle` and says at which version.
pub fn shapes(day: &Day, report: &mut Report) {
    for row in &day.moves {
        let holds = row.kind == "cycle" && row.version.is_some();
        report.demand("stock_moves", holds, || {
            let name = format!("warehouse_code={} sku_code={}", row.warehouse_code, row.sku_code);
            (name, "kind=cycle with a version", format!("kind={} version={:?}", row.kind, row.version))
        });
    }
}

/// The moves of a cycle add up to what it left in, or took from, the stock of each SKU that keeps stock.
pub fn cycle_moves(day: &Day, report: &mut Report) {
    let mut moved: BTreeMap<(i64, i64), i128> = BTreeMap::new();
    for row in &day.moves {
        *moved.entry((row.warehouse_id, row.sku_id)).or_default() += i128::from(row.qty);
    }
    let bought = day.bought();
    for (group, version, _) in day.shares.all_newest() {
        let (offer, warehouse) = (day.offer_of_group(group), day.warehouse_of_group(group));
        let purchase_lines = bought.get(&group).map_or(&[][..], Vec::as_slice);
        let change = |arrived_at| {
            let supply = day.supply_at(group, purchase_lines, arrived_at);
            stays(offer.keeps_stock, &offer.temp_zone, supply, day.group_allocated_at(group, version))
        };
        // Counts may move on after the sharing: the ledger follows with the next allocation, of whatever offer.
        let found = moved.remove(&(warehouse.id, offer.sku_id)).unwrap_or(0);
        let holds = (version..=day.cycle().version).any(|arrived_at| i128::from(change(arrived_at)) == found);
        report.demand("stock_moves", holds, || (day.name_of_group(group), change(version), found));
    }
    for ((warehouse_id, sku_id), found) in moved {
        let of_row = |row: &&crate::check::rows::MoveRow| (row.warehouse_id, row.sku_id) == (warehouse_id, sku_id);
        let Some(row) = day.moves.iter().find(of_row) else { continue };
        let name = || format!("sku_code={} warehouse_code={}", row.sku_code, row.warehouse_code);
        report.equal("stock_moves", name, 0, found);
    }
}

/// What of a group enters its stock (positive) or leaves it. Chilled goods that nobody got are nothing next day.
fn stays(keeps_stock: bool, temp_zone: &str, supply: crate::check::figures::Supply, allocated: i64) -> i64 {
    let change = stock_change(supply.arrived, allocated, supply.reserved);
    let is_kept = keeps_stock && (change < 0 || temp_zone != "chilled");
    if is_kept { change } else { 0 }
}

/// No (warehouse, SKU) has less than nothing.
pub fn balances(rows: &[BalanceRow], report: &mut Report) {
    for row in rows {
        report.demand("stock_moves", row.book_qty >= 0, || {
            (format!("warehouse_code={} sku_code={}", row.warehouse_code, row.sku_code), "at least 0", row.book_qty)
        });
    }
}
