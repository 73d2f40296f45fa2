//! The rule that what a sheet's newest issue adds up to is what its rows add up to now.

use std::collections::HashMap;

use crate::check::day::Day;
use crate::check::documents::differences;
use crate::check::report::Report;
use crate::check::routes::routes;

/// Live sums, each by the key of its sheets.
#[derive(Default)]
struct Totals<'a> {
    ordered_by_receiving: HashMap<&'a str, i64>,
    planned_by_po: HashMap<&'a str, i64>,
    short_by_sku: HashMap<&'a str, i64>,
    short_by_point: HashMap<&'a str, i64>,
    given_by_point: HashMap<&'a str, i64>,
    given_by_warehouse: HashMap<&'a str, i64>,
    given_by_trip: HashMap<String, i64>,
    moved_by_difference: HashMap<String, i64>,
}

impl<'a> Totals<'a> {
    fn new(day: &'a Day) -> Totals<'a> {
        let mut totals = Totals { moved_by_difference: differences(day), ..Totals::default() };
        let mut given = vec![0; day.points.len()];
        let mut short = vec![0; day.points.len()];
        for (ix, line) in day.taking_part() {
            let point = day.orders[line.order as usize].point as usize;
            let lacks = if line.allocated < i64::from(line.ordered) { day.short_now(ix) } else { 0 };
            if lacks > 0 {
                *totals.short_by_sku.entry(&day.offers[line.offer as usize].sku_code).or_default() += lacks;
            }
            if let Some(given) = given.get_mut(point) {
                *given += line.allocated;
                short[point] += lacks;
            }
        }
        for (ix, point) in day.points.iter().enumerate() {
            totals.given_by_point.insert(&point.point_code, given[ix]);
            totals.short_by_point.insert(&point.point_code, short[ix]);
            if let Some(warehouse) = day.warehouses.get(point.warehouse as usize) {
                *totals.given_by_warehouse.entry(&warehouse.warehouse_code).or_default() += given[ix];
            }
        }
        for route in routes(day) {
            let sum = route.points.iter().map(|point| given[*point as usize]).sum();
            totals.given_by_trip.insert(route.trip_no, sum);
        }
        totals.sum_purchase(day);
        totals
    }

    fn sum_purchase(&mut self, day: &'a Day) {
        let now = day.cycle().version;
        for group in 0..day.frozen_demand.len() as u32 {
            let warehouse_code = &day.warehouse_of_group(group).warehouse_code;
            *self.ordered_by_receiving.entry(warehouse_code).or_default() += day.demand_at(group, now).0;
        }
        for (line, _, row) in day.purchases.all_newest() {
            let po = &day.purchase_orders[day.purchase_lines[line as usize].0 as usize];
            let sum = self.planned_by_po.entry(&po.po_no).or_default();
            *sum = sum.saturating_add(row.planned_qty);
        }
    }

    fn of(&self, kind: &str, key: &str) -> i64 {
        let sums = match kind {
            "procurement_summary" => &self.ordered_by_receiving,
            "purchase_order" | "receiving_sheet" => &self.planned_by_po,
            "shortage_notice" => &self.short_by_sku,
            "shortage_notice_point" => &self.short_by_point,
            "pick_list" | "sowing_sort" => &self.given_by_warehouse,
            "pick_list_point" | "handover_slip" | "pickup_list" | "label" => &self.given_by_point,
            "difference_sheet" => return self.moved_by_difference.get(key).copied().unwrap_or(0),
            _ => return self.given_by_trip.get(key).copied().unwrap_or(0),
        };
        sums.get(key).copied().unwrap_or(0)
    }
}

/// The newest issue of every sheet adds up to what its rows do.
pub fn totals(day: &Day, report: &mut Report) {
    if day.documents.is_empty() {
        return;
    }
    let totals = Totals::new(day);
    for issues in day.documents.chunk_by(|a, b| (&a.kind, &a.key) == (&b.kind, &b.key)) {
        let newest = issues.last().expect("chunk_by gives no empty chunk");
        let name = || format!("kind={} key={} version={}", newest.kind, newest.key, newest.version);
        report.equal("documents", name, totals.of(&newest.kind, &newest.key), newest.total_qty);
    }
}
