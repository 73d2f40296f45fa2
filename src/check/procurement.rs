//! Rules on what procure decided, from demand over stock and threshold to cases (DOMAIN 3.2, 3.3).

use std::collections::{BTreeMap, HashSet};

use crate::check::arithmetic::{self, cost_fen};
use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::rows::ProcurementRow;
use crate::domain::reason::Reason;

const TABLE: &str = "procurement_lines";

fn name(day: &Day, group: u32, version: i32) -> String {
    format!("{} version={version}", day.name_of_group(group))
}

/// The demand it decided on is that of the lines at its version.
pub fn demand(day: &Day, report: &mut Report) {
    for (group, version, row) in day.procurement.all() {
        let (ordered, tolerance) = day.demand_at(*group, *version);
        let shown = |ordered, tolerance| format!("ordered_qty={ordered} tolerance_qty={tolerance}");
        let found = shown(row.ordered_qty, row.tolerance_qty);
        report.equal(TABLE, || name(day, *group, *version), shown(ordered, tolerance), found);
    }
}

/// Stock counts for SKUs that keep it, and no more is reserved than is there and wanted, and nothing below threshold.
pub fn stock(day: &Day, report: &mut Report) {
    for (group, version, row) in day.procurement.all() {
        let keeps_stock = day.offer_of_group(*group).keeps_stock;
        let most = if row.threshold_met { row.on_hand.min(row.ordered_qty) } else { 0 };
        let holds = (keeps_stock || row.on_hand == 0) && (0..=most).contains(&row.reserved_qty);
        report.demand(TABLE, holds, || {
            let found = format!("on_hand={} reserved_qty={}", row.on_hand, row.reserved_qty);
            (name(day, *group, *version), format!("keeps_stock={keeps_stock} reserved_qty 0 to {most}"), found)
        });
    }
}

/// Net need is what stock does not cover.
pub fn need(day: &Day, report: &mut Report) {
    for (group, version, row) in day.procurement.all() {
        let expected = row.ordered_qty.saturating_sub(row.on_hand).max(0);
        report.equal(TABLE, || name(day, *group, *version), expected, row.net_need);
    }
}

/// An offer goes ahead from its threshold on, counted over all warehouses.
pub fn threshold(day: &Day, report: &mut Report) {
    for (group, version, row) in day.procurement.all() {
        let offer = *group / day.warehouses.len() as u32;
        let met = day.offer_demand_at(offer, *version) >= i64::from(day.offers[offer as usize].threshold_qty);
        report.equal(TABLE, || name(day, *group, *version), met, row.threshold_met);
    }
}

/// Cases by the rounding rules alone; none below the threshold.
fn derived_cases(day: &Day, group: u32, row: &ProcurementRow) -> i64 {
    let need = row.ordered_qty.saturating_sub(row.on_hand).max(0);
    match row.threshold_met {
        true => arithmetic::cases(day.offer_of_group(group), &day.cycle().rounding, need, row.tolerance_qty),
        false => 0,
    }
}

/// Cases follow from need, tolerance and the offer's terms; 0 may also come from the supplier's minimum value.
pub fn cases(day: &Day, report: &mut Report) {
    for (group, version, row) in day.procurement.all() {
        let expected = derived_cases(day, *group, row);
        let cancelled = row.cases_suggested == 0 && ["below_min_value", "buyer_edit"].contains(&row.reason.as_str());
        let tell = || (name(day, *group, *version), expected, row.cases_suggested);
        report.demand(TABLE, cancelled || row.cases_suggested == expected, tell);
    }
}

/// What a supplier would be asked for at one warehouse, by the rounding rules alone.
#[derive(Default)]
struct SupplierOrder {
    value_fen: i128,
    /// Whether the cost of some line is unknown, or the buyer overwrote some.
    is_uncertain: bool,
    groups: Vec<u32>,
}

/// An order below its supplier's minimum is cancelled where the supplier says so, and no other is.
pub fn min_value(day: &Day, report: &mut Report) {
    let (edited_orders, edited_groups) = edited(day);
    let mut orders: BTreeMap<(i64, i64), SupplierOrder> = BTreeMap::new();
    for (group, _, row) in day.procurement.all_newest() {
        let offer = day.offer_of_group(group);
        let order = orders.entry((row.warehouse_id, offer.supplier_id)).or_default();
        let pieces = derived_cases(day, group, row).saturating_mul(i64::from(offer.case_size));
        match cost_fen(offer, pieces) {
            _ if pieces == 0 => {}
            _ if edited_groups.contains(&group) => order.is_uncertain = true,
            Some(cost) => order.value_fen += cost,
            None => order.is_uncertain = true,
        }
        order.groups.push(group);
    }
    for ((warehouse_id, supplier_id), order) in orders {
        let is_uncertain = order.is_uncertain || edited_orders.contains(&(warehouse_id, supplier_id));
        let Some(supplier) = day.suppliers.iter().find(|supplier| supplier.id == supplier_id) else { continue };
        let cancels = supplier.below_min_value == "cancel";
        let is_below = cancels && order.value_fen < i128::from(supplier.min_order_value_fen);
        for group in order.groups {
            let Some(row) = day.procurement.newest(group) else { continue };
            let was_cancelled = row.reason == "below_min_value";
            let must_be = is_below && !is_uncertain && derived_cases(day, group, row) > 0;
            let holds = if was_cancelled { is_below && row.cases_suggested == 0 } else { !must_be };
            report.demand(TABLE, holds, || {
                let minimum = format!("{} {}", supplier.below_min_value, supplier.min_order_value_fen);
                let expected = format!("value_fen={} against {minimum}", order.value_fen);
                (day.name_of_group(group), expected, format!("cases_suggested={} {}", row.cases_suggested, row.reason))
            });
        }
    }
}

/// The (warehouse, supplier) of purchase orders in which the buyer overwrote cases, and the groups of which he did.
fn edited(day: &Day) -> (HashSet<(i64, i64)>, HashSet<u32>) {
    let (mut orders, mut groups) = (HashSet::new(), HashSet::new());
    for (line, _, row) in day.purchases.all_newest().filter(|(_, _, row)| row.is_edited) {
        let po = &day.purchase_orders[day.purchase_lines[line as usize].0 as usize];
        orders.insert((po.warehouse_id, po.supplier_id));
        groups.extend(day.group_of_row(row.offer_no, po.warehouse_id));
    }
    (orders, groups)
}

/// Every reason is a known one, and cases below what is needed have one.
pub fn reasons(day: &Day, report: &mut Report) {
    for (group, version, row) in day.procurement.all() {
        let is_known = row.reason.is_empty() || Reason::ALL.iter().any(|reason| reason.code() == row.reason);
        let pieces = row.cases_suggested.saturating_mul(i64::from(day.offer_of_group(*group).case_size));
        let holds = is_known && (pieces >= row.net_need || !row.reason.is_empty());
        let tell = || (name(day, *group, *version), "a known reason", format!("reason={}", row.reason));
        report.demand(TABLE, holds, tell);
    }
}
