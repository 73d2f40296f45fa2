//! Rules on states and versions: what a cycle may hold, and must hold, in its state.

use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::{losses, weights};
use crate::domain::states::CycleState;

/// A draft or open cycle has version 0 and no `frozen_at`; from the freeze on it has both.
pub fn frozen(day: &Day, report: &mut Report) {
    let cycle = day.cycle();
    let row = || format!("cycle_code={}", cycle.cycle_code);
    let is_known = CycleState::ALL.iter().any(|state| state.code() == cycle.state);
    report.demand("cycles", is_known, || (row(), "state", cycle.state.clone()));
    let is_dated = cycle.frozen_at.is_some();
    let version = cycle.version;
    let agrees = (version > 0) == is_dated
        && match day.state {
            CycleState::Draft | CycleState::Open => version == 0,
            CycleState::Cancelled => true,
            _ => version > 0,
        };
    report.demand("cycles", agrees, || {
        let found = format!("state={} version={version} frozen_at={:?}", cycle.state, cycle.frozen_at);
        (row(), "version and frozen_at from the freeze on", found)
    });
}

/// `cycle_versions` are 1 to the cycle's version, without gaps.
pub fn versions(day: &Day, report: &mut Report) {
    let last = day.cycle().version;
    report.equal("cycle_versions", || "rows".into(), last as usize, day.versions.len());
    for (found, expected) in day.versions.iter().zip(1..) {
        report.equal("cycle_versions", || format!("version={found}"), expected, *found);
    }
}

/// Every fact after the freeze has a version the cycle has reached, and not the freeze's own.
pub fn fact_versions(day: &Day, report: &mut Report) {
    let last = day.cycle().version;
    let mut check = |table, least: i32, version: i32, row: &dyn Fn() -> String| {
        let holds = (least..=last).contains(&version);
        report.demand(table, holds, || (row(), format!("{least} to {last}"), format!("version={version}")));
    };
    for (line, version, _) in day.corrections.all() {
        check("order_corrections", 2, *version, &|| day.name_of_line(*line));
    }
    for (line, version, _) in day.allocations.all() {
        check("allocations", 2, *version, &|| day.name_of_line(*line));
    }
    for (line, version, _) in day.pins.all() {
        check("pins", 2, *version, &|| day.name_of_line(*line));
    }
    for (group, version, _) in day.procurement.all() {
        check("procurement_lines", 2, *version, &|| day.name_of_group(*group));
    }
    for (group, version, _) in day.shares.all() {
        check("offer_allocations", 2, *version, &|| day.name_of_group(*group));
    }
    for (line, version, _) in day.purchases.all() {
        check("purchase_order_lines", 2, *version, &|| day.name_of_purchase_line(*line));
    }
    for (line, version, row) in day.receipts.all() {
        let name = || format!("{} receipt_no={}", day.name_of_purchase_line(*line), row.receipt_no);
        check("receipt_lines", 2, *version, &name);
    }
    for row in &day.refunds {
        check("refunds", 2, row.run, &|| format!("order_id={} run={}", row.order_id, row.run));
    }
    for row in &day.trips {
        check("trips", 2, row.version, &|| format!("trip_no={}", row.trip_no));
    }
    for (warehouse, version, _) in day.routes.plans.all() {
        let name = || format!("warehouse_code={}", day.warehouses[*warehouse as usize].warehouse_code);
        check("route_plans", 2, *version, &name);
    }
    for row in &day.routes.edits {
        check("route_edits", 2, row.version, &|| format!("seq={} act={}", row.seq, row.act));
    }
    for row in &day.documents {
        check("documents", 1, row.version, &|| format!("kind={} key={}", row.kind, row.key));
    }
    for row in &day.changes {
        check("document_changes", 2, row.version, &|| format!("kind={} key={}", row.kind, row.key));
    }
    for (table, version, name) in weights::versions(day) {
        check(table, 1, version, &|| name.clone());
    }
    for (version, name) in losses::versions(day) {
        check("loss_postings", 2, version, &|| name.clone());
    }
    for (line, version, _) in day.weights.all() {
        check("weight_adjustments", 2, *version, &|| day.name_of_line(*line));
    }
    for row in &day.moves {
        let name = || format!("warehouse_code={} sku_code={}", row.warehouse_code, row.sku_code);
        check("stock_moves", 2, row.version.unwrap_or(0), &name);
    }
}

/// No fact stands before the step that makes it.
pub fn fact_states(day: &Day, report: &mut Report) {
    use CycleState::{Dispatched, Frozen, Open, Procured, Receiving};
    let of_kind = |kinds: &[&str]| day.documents.iter().filter(|row| kinds.contains(&row.kind.as_str())).count();
    let shared_sheets = [
        "shortage_notice",
        "shortage_notice_point",
        "pick_list",
        "pick_list_route",
        "pick_list_point",
        "sowing_sort",
        "pickup_list",
        "label",
    ];
    let facts = [
        ("orders", Open, day.orders.len()),
        ("cycle_warehouses", Frozen, day.warehouses.len()),
        ("cycle_points", Frozen, day.points.len()),
        ("cycle_suppliers", Frozen, day.suppliers.len()),
        ("cycle_skus", Frozen, day.offers.iter().filter(|offer| offer.is_copied).count()),
        ("cycle_versions", Frozen, day.versions.len()),
        ("closing_figures", Frozen, usize::from(day.closing.is_some())),
        ("cycle_hours", Frozen, day.hours.len()),
        ("order_corrections", Frozen, day.corrections.all().len()),
        ("pins", Frozen, day.pins.all().len()),
        ("refunds", Frozen, day.refunds.len()),
        ("weighed_labels", Frozen, day.scale.labels.len()),
        ("weight_adjustments", Receiving, day.weights.all().len()),
        ("documents", Frozen, day.documents.len()),
        ("document_changes", Frozen, day.changes.len()),
        ("procurement_lines", Procured, day.procurement.all().len()),
        ("purchase_orders", Procured, day.purchase_orders.len()),
        ("purchase_order_lines", Procured, day.purchases.all().len()),
        ("documents", Procured, of_kind(&["procurement_summary", "purchase_order", "receiving_sheet"])),
        ("receipt_lines", Receiving, day.receipts.all().len()),
        ("offer_allocations", Receiving, day.shares.all().len()),
        ("allocations", Receiving, day.allocations.all().len()),
        ("stock_moves", Receiving, day.moves.len()),
        ("documents", Receiving, of_kind(&shared_sheets)),
        ("trips", Dispatched, day.trips.len()),
        ("route_plans", Dispatched, day.routes.plans.all().len()),
        ("route_edits", Dispatched, day.routes.edits.len()),
        ("trip_events", Dispatched, day.road.trips.len()),
        ("stop_events", Dispatched, day.road.stops.len()),
        ("stop_moves", Dispatched, day.road.moves.len()),
        ("documents", Dispatched, of_kind(&["dispatch_sheet", "handover_slip"])),
    ];
    for (table, first, count) in facts {
        // A cycle called off keeps what it had, but orders alone if it was called off before its freeze.
        let may_have = match day.state {
            CycleState::Cancelled => first == Open || day.is_frozen(),
            state => state >= first,
        };
        let row = || (format!("state={}", day.state.code()), format!("no rows before {}", first.code()), count);
        report.demand(table, may_have || count == 0, row);
    }
}

/// What a step writes is there once the cycle is past it.
pub fn facts_missing(day: &Day, report: &mut Report) {
    let state = day.state.code();
    if day.state > CycleState::Frozen && day.has_reached(CycleState::Procured) {
        let row = || format!("state={state}");
        report.equal("closing_figures", row, 1, u32::from(day.closing.is_some()));
    }
    if day.has_reached(CycleState::Procured) {
        let decided_at = day.procurement.all().iter().map(|row| row.1).min().unwrap_or(day.cycle().version);
        each_demanded(day, decided_at, |group| {
            let row = || (day.name_of_group(group), "a row", "none");
            report.demand("procurement_lines", day.procurement.newest(group).is_some(), row);
        });
    }
    if day.has_reached(CycleState::Allocated) {
        let shared_at = day.shares.all().iter().map(|row| row.1).min().unwrap_or(day.cycle().version);
        each_demanded(day, shared_at, |group| {
            let row = || (day.name_of_group(group), "a row", "none");
            report.demand("offer_allocations", day.shares.newest(group).is_some(), row);
        });
    }
}

/// Every group of which anything was wanted at `version`.
fn each_demanded(day: &Day, version: i32, mut visit: impl FnMut(u32)) {
    for group in 0..day.frozen_demand.len() as u32 {
        if day.demand_at(group, version) != (0, 0) {
            visit(group);
        }
    }
}

/// Every row belongs to the rows it names.
pub fn strays(day: &Day, report: &mut Report) {
    for stray in &day.strays {
        report.demand(stray.table, false, || (stray.row.clone(), format!("a row in {}", stray.lacks), "none"));
    }
}
