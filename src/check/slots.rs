//! Rules on what the freeze copied: cards, receiving warehouses, and the points' places in the sorting line.

use std::collections::BTreeMap;

use crate::check::day::{Day, NONE, Point};
use crate::check::report::Report;

/// Every offer, its supplier and every point's warehouse was copied into the frozen cycle.
pub fn copies(day: &Day, report: &mut Report) {
    if !day.is_frozen() {
        return;
    }
    for offer in &day.offers {
        let row = || (format!("sku_code={}", offer.sku_code), "a copy", "none");
        report.demand("cycle_skus", offer.is_copied, row);
        let has_supplier = day.suppliers.iter().any(|supplier| supplier.id == offer.supplier_id);
        report.demand("cycle_suppliers", has_supplier, || (format!("sku_code={}", offer.sku_code), "a copy", "none"));
    }
    for point in &day.points {
        let row = || (format!("point_code={}", point.point_code), "a copy of its warehouse", "none");
        report.demand("cycle_warehouses", point.warehouse != NONE, row);
    }
}

/// The warehouse that buys for another buys for itself.
pub fn receiving(day: &Day, report: &mut Report) {
    for warehouse in &day.warehouses {
        let top = day.warehouses.get(warehouse.receiving as usize);
        let buys_for_itself = top.is_some_and(|top| top.receiving_id == top.id);
        report.demand("cycle_warehouses", buys_for_itself, || {
            let found = top.map_or("none", |top| &top.warehouse_code);
            let row = format!("warehouse_code={}", warehouse.warehouse_code);
            (row, "a topmost warehouse", format!("receiving={found}"))
        });
    }
}

/// In each warehouse slots are 1 to n, and routes and stops never go back along them.
pub fn numbers(day: &Day, report: &mut Report) {
    let mut by_warehouse: BTreeMap<u32, Vec<&Point>> = BTreeMap::new();
    for point in &day.points {
        by_warehouse.entry(point.warehouse).or_default().push(point);
    }
    for points in by_warehouse.values_mut() {
        points.sort_by_key(|point| point.slot_no);
        for (point, expected) in points.iter().zip(1..) {
            report.equal("cycle_points", || format!("point_code={}", point.point_code), expected, point.slot_no);
        }
        for pair in points.windows(2) {
            let place = |point: &Point| format!("{} / {}", point.route_code, point.stop_seq);
            let holds =
                (pair[0].route_code.as_bytes(), pair[0].stop_seq) <= (pair[1].route_code.as_bytes(), pair[1].stop_seq);
            let row = || format!("point_code={} slot_no={}", pair[1].point_code, pair[1].slot_no);
            report.demand("cycle_points", holds, || (row(), format!("after {}", place(pair[0])), place(pair[1])));
        }
    }
}
