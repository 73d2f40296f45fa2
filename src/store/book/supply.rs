//! What was bought, what came, and who got it: the facts after the freeze, each at its newest version.

use std::collections::HashMap;

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::book::{Book, OfferAllocation, ProcurementLine, PurchaseOrder, PurchaseOrderLine, Trip};
use crate::domain::facts::Vehicle;
use crate::domain::money::Fen;
use crate::domain::reason::Reason;
use crate::domain::states::PurchaseOrderState;
use crate::store::backend::{Db, StoreError, each_row, on_either};
use crate::store::schema::{
    allocations, offer_allocations, pins, procurement_lines, purchase_order_lines, purchase_orders, receipt_lines,
    trips,
};
use crate::store::{losses, totes, weights};

pub fn load(db: &mut Db, book: &mut Book) -> Result<(), StoreError> {
    let ix = Indexes::of(book);
    procurement(db, book, &ix)?;
    purchase(db, book, &ix)?;
    receipts(db, book)?;
    shares(db, book, &ix)?;
    line_shares(db, book, &ix)?;
    held(db, book, &ix)?;
    weights::load_into(db, book, |book, order_id, offer_no| find_line(book, order_id, ix.offer[&offer_no]))?;
    losses::load_into(db, book, |book, order_id, offer_no| find_line(book, order_id, ix.offer[&offer_no]))?;
    round_trips(db, book, &ix)?;
    owed_totes(db, book)
}

/// The trips alone, of a book that has its warehouses.
pub fn trips(db: &mut Db, book: &mut Book) -> Result<(), StoreError> {
    let ix = Indexes::of(book);
    round_trips(db, book, &ix)
}

/// What points still had when goods were dispatched to them.
fn owed_totes(db: &mut Db, book: &mut Book) -> Result<(), StoreError> {
    let mut carried = totes::carried(db, book.cycle.id, book.version)?;
    if carried.is_empty() {
        return Ok(());
    }
    let owed = book.points.iter().zip(0..).filter_map(|(point, ix)| Some((ix, carried.remove(&point.id)?)));
    book.owed_totes = owed.collect();
    Ok(())
}

/// Database ids to dense indexes.
struct Indexes {
    offer: HashMap<i32, u32>,
    warehouse: HashMap<i64, u32>,
    supplier: HashMap<i64, u32>,
}

impl Indexes {
    fn of(book: &Book) -> Indexes {
        Indexes {
            offer: book.offers.iter().zip(0..).map(|(offer, ix)| (offer.offer_no as i32, ix)).collect(),
            warehouse: book.warehouses.iter().zip(0..).map(|(warehouse, ix)| (warehouse.id, ix)).collect(),
            supplier: book.suppliers.iter().zip(0..).map(|(supplier, ix)| (supplier.id, ix)).collect(),
        }
    }
}

/// The line of (order id, offer), if it is in the book. Only the last lines of an order may be out of offer order.
/// The line of an order with this offer.
pub fn find_line(book: &Book, order_id: i64, offer_ix: u32) -> Option<u32> {
    let order = book.orders.id.binary_search(&order_id).ok()?;
    book.lines_of(order as u32).find(|&line| book.lines.offer_ix[line] == offer_ix).map(|line| line as u32)
}

#[derive(Queryable)]
struct ProcurementRow {
    offer_no: i32,
    warehouse_id: i64,
    ordered_qty: i64,
    tolerance_qty: i64,
    on_hand: i64,
    reserved_qty: i64,
    net_need: i64,
    threshold_met: bool,
    cases_suggested: i64,
    reason: String,
}

fn procurement(db: &mut Db, book: &mut Book, ix: &Indexes) -> Result<(), StoreError> {
    use procurement_lines as t;
    let rows: Vec<ProcurementRow> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .filter(t::version.le(book.version as i32))
        .order((t::offer_no, t::warehouse_id, t::version))
        .select((
            t::offer_no, t::warehouse_id, t::ordered_qty, t::tolerance_qty, t::on_hand, t::reserved_qty,
            t::net_need, t::threshold_met, t::cases_suggested, t::reason,
        ))
        .load(conn))?;
    let mut newest = HashMap::new();
    for row in rows {
        let line = ProcurementLine {
            offer_ix: ix.offer[&row.offer_no],
            warehouse_ix: ix.warehouse[&row.warehouse_id],
            ordered_qty: row.ordered_qty as u64,
            tolerance_qty: row.tolerance_qty as u64,
            on_hand: row.on_hand as u64,
            reserved_qty: row.reserved_qty as u64,
            net_need: row.net_need as u64,
            threshold_met: row.threshold_met,
            cases_suggested: row.cases_suggested as u64,
            reason: Reason::parse(&row.reason),
        };
        newest.insert((line.warehouse_ix, line.offer_ix), line);
    }
    book.procurement = newest.into_values().collect();
    book.procurement.sort_by_key(|line| (line.warehouse_ix, line.offer_ix));
    Ok(())
}

fn purchase(db: &mut Db, book: &mut Book, ix: &Indexes) -> Result<(), StoreError> {
    use {purchase_order_lines as l, purchase_orders as t};
    let heads: Vec<(i64, String, i64, i64, String)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .order(t::po_no)
        .select((t::id, t::po_no, t::warehouse_id, t::supplier_id, t::state))
        .load(conn))?;
    let rows: Vec<(i64, i32, i32, i64, i64, bool, String)> = on_either!(db, conn => l::table
        .filter(l::cycle_id.eq(book.cycle.id))
        .filter(l::version.le(book.version as i32))
        .order((l::po_id, l::line_no, l::version))
        .select((l::po_id, l::line_no, l::offer_no, l::cases, l::planned_qty, l::is_edited, l::reason))
        .load(conn))?;
    let mut lines: HashMap<i64, Vec<PurchaseOrderLine>> = HashMap::new();
    for (po_id, line_no, offer_no, cases, planned_qty, is_edited, reason) in rows {
        let offer_ix = ix.offer[&offer_no];
        let line = PurchaseOrderLine {
            line_no: line_no as u32,
            offer_ix,
            cases: cases as u64,
            planned_qty: planned_qty as u64,
            is_edited,
            reason,
            arrived_qty: 0,
            rejected_qty: 0,
            is_closed: false,
            unit_price: book.offers[offer_ix as usize].unit_price,
        };
        let of_order = lines.entry(po_id).or_default();
        match of_order.last_mut() {
            Some(last) if last.line_no == line.line_no => *last = line,
            _ => of_order.push(line),
        }
    }
    // A purchase order made after the book's version has no lines yet and is not part of it.
    for (id, po_no, warehouse_id, supplier_id, state) in heads {
        if let Some(lines) = lines.remove(&id) {
            book.purchase_orders.push(PurchaseOrder {
                id,
                po_no,
                warehouse_ix: ix.warehouse[&warehouse_id],
                supplier_ix: ix.supplier[&supplier_id],
                state: PurchaseOrderState::parse(&state).expect("the schema's CHECKs let only known code names in"),
                lines,
            });
        }
    }
    Ok(())
}

fn receipts(db: &mut Db, book: &mut Book) -> Result<(), StoreError> {
    use receipt_lines as t;
    #[expect(clippy::type_complexity, reason = "the columns of one row")]
    let rows: Vec<(i64, String, i32, i64, i64, Option<i64>, bool)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .filter(t::version.le(book.version as i32))
        .order((t::po_id, t::receipt_no, t::line_no, t::count_no))
        .select((t::po_id, t::receipt_no, t::line_no, t::arrived_qty, t::rejected_qty, t::unit_price_fen, t::closes))
        .load(conn))?;
    let place: HashMap<i64, usize> = book.purchase_orders.iter().enumerate().map(|(at, po)| (po.id, at)).collect();
    for (at, row) in rows.iter().enumerate() {
        // The newest count of a line of a delivery comes last and is the one in force.
        let same = |other: &&(i64, String, i32, i64, i64, Option<i64>, bool)| {
            (other.0, &other.1, other.2) == (row.0, &row.1, row.2)
        };
        if rows.get(at + 1).filter(same).is_some() {
            continue;
        }
        let (po_id, _, line_no, arrived, rejected, unit_price, closes) = row;
        let Some(po) = place.get(po_id).map(|&at| &mut book.purchase_orders[at]) else { continue };
        if let Some(line) = po.lines.iter_mut().find(|line| line.line_no == *line_no as u32) {
            line.arrived_qty += *arrived as u64;
            line.rejected_qty += *rejected as u64;
            line.is_closed |= *closes;
            line.unit_price = unit_price.map(Fen).or(line.unit_price);
        }
    }
    Ok(())
}

fn shares(db: &mut Db, book: &mut Book, ix: &Indexes) -> Result<(), StoreError> {
    use offer_allocations as t;
    #[expect(clippy::type_complexity, reason = "the columns of one row")]
    let rows: Vec<(i32, i64, i32, i64, i64, i64, i64, i64, String)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .filter(t::version.le(book.version as i32))
        .order((t::offer_no, t::warehouse_id, t::version))
        .select((
            t::offer_no, t::warehouse_id, t::version, t::ordered_qty, t::tolerance_qty, t::supply_qty,
            t::allocated_qty, t::leftover_qty, t::rule,
        ))
        .load(conn))?;
    for (offer_no, warehouse_id, version, ordered, tolerance, supply, allocated, leftover, rule) in rows {
        let share = OfferAllocation {
            ordered_qty: ordered as u64,
            tolerance_qty: tolerance as u64,
            supply_qty: supply as u64,
            allocated_qty: allocated as u64,
            leftover_qty: leftover as u64,
            rule,
            version: version as u32,
        };
        book.allocations.insert((ix.offer[&offer_no], ix.warehouse[&warehouse_id]), share);
    }
    Ok(())
}

fn line_shares(db: &mut Db, book: &mut Book, ix: &Indexes) -> Result<(), StoreError> {
    use allocations as t;
    let (cycle_id, version) = (book.cycle.id, book.version as i32);
    let query = t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::version.le(version))
        .order((t::order_id, t::offer_no, t::version))
        .select((t::order_id, t::offer_no, t::allocated_qty, t::reason));
    let mut visit = |(order_id, offer_no, allocated, reason): (i64, i32, i32, String)| {
        if let Some(line) = find_line(book, order_id, ix.offer[&offer_no]) {
            book.lines.allocated[line as usize] = allocated as u32;
            match Reason::parse(&reason) {
                Some(reason) => book.lines.reasons.insert(line, reason),
                None => book.lines.reasons.remove(&line),
            };
        }
    };
    each_row!(db, (i64, i32, i32, String), query, visit);
    let lines = &mut book.lines;
    for (&line, waiting) in &mut lines.waiting {
        // What a line has already been given, for a tolerance of its own, does not wait.
        let missing = lines.ordered[line as usize].saturating_sub(lines.allocated[line as usize]);
        *waiting = missing.min(*waiting);
    }
    Ok(())
}

fn held(db: &mut Db, book: &mut Book, ix: &Indexes) -> Result<(), StoreError> {
    use pins as t;
    let rows: Vec<(i64, i32, i32)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .filter(t::version.le(book.version as i32))
        .order((t::order_id, t::offer_no, t::version))
        .select((t::order_id, t::offer_no, t::qty))
        .load(conn))?;
    for (order_id, offer_no, qty) in rows {
        if let Some(line) = find_line(book, order_id, ix.offer[&offer_no]) {
            book.lines.pins.insert(line, qty as u32);
        }
    }
    Ok(())
}

#[derive(Queryable)]
struct TripRow {
    trip_no: String,
    warehouse_id: i64,
    route_code: String,
    plate: Option<String>,
    driver: Option<String>,
    phone: Option<String>,
    capacity_g: Option<i64>,
    capacity_ml: Option<i64>,
    capacity_totes: Option<i32>,
}

fn round_trips(db: &mut Db, book: &mut Book, ix: &Indexes) -> Result<(), StoreError> {
    use trips as t;
    let rows: Vec<TripRow> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .filter(t::version.le(book.version as i32))
        .order((t::trip_no, t::version))
        .select((
            t::trip_no, t::warehouse_id, t::route_code, t::plate, t::driver, t::phone, t::capacity_g,
            t::capacity_ml, t::capacity_totes,
        ))
        .load(conn))?;
    for row in rows {
        let vehicle = row.plate.map(|plate| Vehicle {
            plate,
            driver: row.driver.unwrap_or_default(),
            phone: row.phone,
            capacity_g: row.capacity_g.map(|g| g as u64),
            capacity_ml: row.capacity_ml.map(|ml| ml as u64),
            capacity_totes: row.capacity_totes.map(|n| n as u32),
        });
        let trip = Trip {
            trip_no: row.trip_no,
            warehouse_ix: ix.warehouse[&row.warehouse_id],
            route_code: row.route_code,
            vehicle,
        };
        match book.trips.last_mut() {
            Some(last) if last.trip_no == trip.trip_no => *last = trip,
            _ => book.trips.push(trip),
        }
    }
    Ok(())
}
