//! What a step did as objects with DOMAIN's keys: the same on the command line and over HTTP.

use serde_json::{Value, json};

use crate::domain::book::{Book, PurchaseOrder, PurchaseOrderLine, Trip};
use crate::domain::money::Fen;
use crate::domain::procurement::{order_value, short_of_min_value};
use crate::domain::route_plan::clock;
use crate::domain::shortages::{Shortage, shortages};
use crate::domain::time::Moment;
use crate::flow::FlowError;
use crate::flow::allocate_goods::Allocated;
use crate::flow::cutoff::Closed;
use crate::flow::dispatch_trips::Dispatched;
use crate::flow::procure::Procured;
use crate::flow::settle_weights::SettledWeights;
use crate::web::api::route_outcomes::{plan_json, stops_of, trips_in_use};

/// What the books of a cycle are when they are closed; `time` says how times are written.
pub fn closed_json(closed: &Closed, time: impl Fn(Moment) -> String) -> Value {
    let (figures, cycle) = (&closed.figures, &closed.cycle);
    json!({
        "cycle_code": cycle.cycle_code, "state": cycle.state.code(), "version": cycle.version,
        "frozen_at": cycle.frozen_at.map(time), "orders": figures.order_count, "lines": figures.line_count,
        "ordered_qty": figures.pieces, "total_fen": figures.amount_fen, "checksum": figures.checksum,
        "is_new": closed.is_new,
    })
}

/// A purchase order's sums.
#[derive(Clone, Debug)]
pub struct PurchaseSum<'b> {
    pub po: &'b PurchaseOrder,
    pub supplier_name: &'b str,
    pub cases: u64,
    pub pieces: u64,
    /// At cost, of what has a price.
    pub cost: Fen,
    /// What is missing to the supplier's smallest order; zero where nothing is.
    pub short: Fen,
}

/// The sums of all purchase orders of a book.
///
/// # Errors
/// A sum beyond the range of the books.
pub fn purchase_sums(book: &Book) -> Result<Vec<PurchaseSum<'_>>, FlowError> {
    book.purchase_orders.iter().map(|po| purchase_sum(book, po)).collect()
}

fn purchase_sum<'b>(book: &'b Book, po: &'b PurchaseOrder) -> Result<PurchaseSum<'b>, FlowError> {
    let figures = |of: fn(&PurchaseOrderLine) -> u64| po.lines.iter().map(of).sum();
    let supplier = &book.suppliers[po.supplier_ix as usize];
    let lines = po.lines.iter().map(|line| (line.offer_ix, line.planned_qty));
    let cost = order_value(&book.offers, lines)?.known;
    Ok(PurchaseSum {
        po,
        supplier_name: &supplier.name,
        cases: figures(|line| line.cases),
        pieces: figures(|line| line.planned_qty),
        cost,
        short: short_of_min_value(supplier, cost),
    })
}

/// One purchase order.
pub fn purchase_json(book: &Book, sum: &PurchaseSum<'_>) -> Value {
    json!({
        "cycle_code": book.cycle.cycle_code, "po_no": sum.po.po_no,
        "supplier_code": book.suppliers[sum.po.supplier_ix as usize].supplier_code,
        "warehouse_code": book.warehouses[sum.po.warehouse_ix as usize].warehouse_code, "state": sum.po.state.code(),
        "lines": sum.po.lines.len(), "cases_planned": sum.cases, "planned_qty": sum.pieces, "cost_fen": sum.cost.0,
        "short_of_min_value_fen": sum.short.0,
    })
}

/// All that is bought.
pub fn procured_json(procured: &Procured, sums: &[PurchaseSum<'_>], is_dry_run: bool) -> Value {
    let cycle = &procured.book.cycle;
    json!({
        "cycle_code": cycle.cycle_code, "state": cycle.state.code(), "version": cycle.version,
        "purchase_orders": sums.len(), "cases_planned": sums.iter().map(|sum| sum.cases).sum::<u64>(),
        "planned_qty": sums.iter().map(|sum| sum.pieces).sum::<u64>(),
        "cost_fen": sums.iter().map(|sum| sum.cost.0).sum::<i64>(),
        "is_changed": procured.is_changed, "dry_run": is_dry_run,
    })
}

/// A short SKU.
pub fn shortage_json(book: &Book, shortage: &Shortage) -> Value {
    let offer = &book.offers[shortage.offer_ix as usize];
    json!({
        "cycle_code": book.cycle.cycle_code, "sku_code": offer.sku_code, "ordered_qty": shortage.ordered,
        "supply_qty": shortage.supply, "short_qty": shortage.short, "rule": offer.shortage_rule.code(),
        "points": shortage.points, "residents": shortage.residents,
    })
}

/// What an allocation did.
pub fn allocated_json(done: &Allocated) -> Value {
    let cycle = &done.book.cycle;
    json!({
        "cycle_code": cycle.cycle_code, "state": cycle.state.code(), "version": cycle.version,
        "short_skus": shortages(&done.book).len(), "lines_changed": done.lines_changed,
        "refunds_fen": done.refunds.0, "is_changed": done.is_changed,
    })
}

/// The trips, one object each.
pub fn trips_json(done: &Dispatched) -> Vec<Value> {
    let book = &done.book;
    let trip = |trip: &Trip| {
        let (plate, driver) =
            trip.vehicle.as_ref().map_or(("", ""), |vehicle| (vehicle.plate.as_str(), vehicle.driver.as_str()));
        let planned = book.planned_trip(&trip.trip_no);
        let round = planned.and_then(|planned| planned.round.as_ref());
        json!({
            "cycle_code": book.cycle.cycle_code, "trip_no": trip.trip_no, "route_code": trip.route_code,
            "plate": plate, "driver": driver, "stops": stops_of(book, trip),
            "departs": round.map(|round| clock(round.departs_s)), "returns": round.map(|round| clock(round.returns_s)),
            "distance_m": planned.map(|planned| planned.distance_m),
        })
    };
    trips_in_use(book).map(trip).collect()
}

/// What dispatching, or a change of routes, did.
pub fn dispatched_json(done: &Dispatched) -> Value {
    let cycle = &done.book.cycle;
    json!({
        "cycle_code": cycle.cycle_code, "state": cycle.state.code(), "version": cycle.version,
        "trips": trips_json(done), "warehouses": plans_json(&done.book), "is_changed": done.is_changed,
    })
}

/// How the routes of each warehouse came about.
pub fn plans_json(book: &Book) -> Vec<Value> {
    book.plans.iter().map(|plan| plan_json(book, plan)).collect()
}

/// What settling weights comes to.
pub fn weights_json(done: &SettledWeights) -> Value {
    let (cycle, figures) = (&done.book.cycle, &done.figures);
    json!({
        "cycle_code": cycle.cycle_code, "state": cycle.state.code(), "version": cycle.version,
        "labels": figures.labels, "bound_labels": figures.bound, "pieces": figures.pieces, "lines": figures.lines,
        "weighed_lines": figures.weighed_lines, "nominal_lines": figures.nominal_lines(),
        "adjusted_lines": figures.adjusted_lines, "refund_fen": figures.back.0, "due_fen": figures.due.0,
        "given_away_fen": figures.given_away.0, "lines_changed": done.lines_changed, "is_changed": done.is_changed,
    })
}
