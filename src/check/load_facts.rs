//! What the freeze wrote and the facts after it, each with the line, group or purchase line it belongs to.

use crate::check::day::{Day, Ledger, Stray};
use crate::check::load_orders::stray;
use crate::check::rows::{
    AllocationRow, AnswerRow, ClosingRow, PinRow, ProcurementRow, PurchaseLineRow, ReceiptRow, ShareRow, rows,
};
use crate::store::backend::{Db, StoreError};

/// Fills the facts; orders and lines are there already.
pub fn load(db: &mut Db, day: &mut Day) -> Result<(), StoreError> {
    let id = day.cycle().id;
    load_closing(db, day, id)?;
    load_groups(db, day, id)?;
    load_purchases(db, day, id)?;
    load_allocations(db, day, id)?;
    load_money_and_stock(db, day, id)?;
    load_papers(db, day, id)?;
    settle_allocated(day);
    Ok(())
}

fn load_closing(db: &mut Db, day: &mut Day, id: i64) -> Result<(), StoreError> {
    let closing: Vec<ClosingRow> = rows!(
        db,
        "SELECT order_count, line_count, pieces, amount_fen, checksum FROM closing_figures WHERE cycle_id = $1",
        id
    )?;
    day.closing = closing.into_iter().next();
    day.hours = rows!(
        db,
        "SELECT hour_at, order_count, pieces, sales_fen FROM cycle_hours WHERE cycle_id = $1 ORDER BY hour_at",
        id
    )?;
    day.row_count += day.hours.len() as u64;
    Ok(())
}

fn load_groups(db: &mut Db, day: &mut Day, id: i64) -> Result<(), StoreError> {
    let procurement: Vec<ProcurementRow> = rows!(
        db,
        "SELECT offer_no, warehouse_id, version, ordered_qty, tolerance_qty, on_hand, reserved_qty, net_need,
                threshold_met, cases_suggested, reason
         FROM procurement_lines WHERE cycle_id = $1",
        id
    )?;
    let shares: Vec<ShareRow> = rows!(
        db,
        "SELECT offer_no, warehouse_id, version, ordered_qty, tolerance_qty, supply_qty, allocated_qty,
                leftover_qty, rule
         FROM offer_allocations WHERE cycle_id = $1",
        id
    )?;
    day.procurement =
        by_group(day, "procurement_lines", procurement, |row| (row.offer_no, row.warehouse_id, row.version));
    day.shares = by_group(day, "offer_allocations", shares, |row| (row.offer_no, row.warehouse_id, row.version));
    Ok(())
}

fn by_group<T>(day: &mut Day, table: &'static str, found: Vec<T>, key: impl Fn(&T) -> (i32, i64, i32)) -> Ledger<T> {
    day.row_count += found.len() as u64;
    let mut keyed = Vec::with_capacity(found.len());
    for row in found {
        let (offer_no, warehouse_id, version) = key(&row);
        match day.group_of_row(offer_no, warehouse_id) {
            Some(group) => keyed.push((group, version, row)),
            None => {
                let row = format!("offer_no={offer_no} warehouse_id={warehouse_id} version={version}");
                day.strays.push(Stray { table, row, lacks: "offers, cycle_warehouses" });
            }
        }
    }
    Ledger::new(keyed)
}

fn load_purchases(db: &mut Db, day: &mut Day, id: i64) -> Result<(), StoreError> {
    day.purchase_orders = rows!(
        db,
        "SELECT id, po_no, warehouse_id, supplier_id, state, sent_at
         FROM purchase_orders WHERE cycle_id = $1 ORDER BY id",
        id
    )?;
    let lines: Vec<PurchaseLineRow> = rows!(
        db,
        "SELECT po_id, line_no, version, offer_no, cases, planned_qty, is_edited
         FROM purchase_order_lines WHERE cycle_id = $1 ORDER BY po_id, line_no, version",
        id
    )?;
    let receipts: Vec<ReceiptRow> = rows!(
        db,
        "SELECT po_id, line_no, receipt_no, count_no, version, arrived_qty, rejected_qty, broken_qty, closes
         FROM receipt_lines WHERE cycle_id = $1 ORDER BY po_id, line_no, receipt_no, count_no",
        id
    )?;
    day.row_count += (day.purchase_orders.len() + lines.len() + receipts.len()) as u64;
    let mut keyed = Vec::with_capacity(lines.len());
    for row in lines {
        let po = day.purchase_orders.binary_search_by_key(&row.po_id, |po| po.id);
        let (Ok(po), true) = (po, day.offer_of(row.offer_no).is_some()) else {
            let name = format!("po_id={} line_no={} offer_no={}", row.po_id, row.line_no, row.offer_no);
            let lacks = "purchase_orders, offers";
            day.strays.push(Stray { table: "purchase_order_lines", row: name, lacks });
            continue;
        };
        let place = (po as u32, row.line_no);
        if day.purchase_lines.last() != Some(&place) {
            day.purchase_lines.push(place);
        }
        keyed.push((day.purchase_lines.len() as u32 - 1, row.version, row));
    }
    day.purchases = Ledger::new(keyed);
    key_receipts(day, receipts);
    load_answers(db, day, id)
}

fn load_answers(db: &mut Db, day: &mut Day, id: i64) -> Result<(), StoreError> {
    let answers: Vec<AnswerRow> = rows!(
        db,
        "SELECT po_id, line_no, answer_no, version, asked_cases, cases
         FROM purchase_answers WHERE cycle_id = $1 ORDER BY po_id, line_no, answer_no",
        id
    )?;
    day.row_count += answers.len() as u64;
    let mut keyed = Vec::with_capacity(answers.len());
    for row in answers {
        match day.purchase_line_of(row.po_id, row.line_no) {
            Some(line) => keyed.push((line, row.version, row)),
            None => {
                let name = format!("po_id={} line_no={}", row.po_id, row.line_no);
                day.strays.push(Stray { table: "purchase_answers", row: name, lacks: "purchase_order_lines" });
            }
        }
    }
    day.answers = Ledger::new(keyed);
    Ok(())
}

fn key_receipts(day: &mut Day, receipts: Vec<ReceiptRow>) {
    let mut keyed = Vec::with_capacity(receipts.len());
    for row in receipts {
        match day.purchase_line_of(row.po_id, row.line_no) {
            Some(line) => keyed.push((line, row.version, row)),
            None => {
                let name = format!("po_id={} receipt_no={} line_no={}", row.po_id, row.receipt_no, row.line_no);
                day.strays.push(Stray { table: "receipt_lines", row: name, lacks: "purchase_order_lines" });
            }
        }
    }
    day.receipts = Ledger::new(keyed);
}

fn load_allocations(db: &mut Db, day: &mut Day, id: i64) -> Result<(), StoreError> {
    let allocations: Vec<AllocationRow> = rows!(
        db,
        "SELECT order_id, offer_no, version, allocated_qty, reason FROM allocations WHERE cycle_id = $1",
        id
    )?;
    let pins: Vec<PinRow> = rows!(db, "SELECT order_id, offer_no, version FROM pins WHERE cycle_id = $1", id)?;
    day.allocations = by_line(day, "allocations", allocations, |row| (row.order_id, row.offer_no, row.version));
    day.pins = by_line(day, "pins", pins, |row| (row.order_id, row.offer_no, row.version));
    Ok(())
}

fn by_line<T>(day: &mut Day, table: &'static str, found: Vec<T>, key: impl Fn(&T) -> (i64, i32, i32)) -> Ledger<T> {
    day.row_count += found.len() as u64;
    let mut keyed = Vec::with_capacity(found.len());
    for row in found {
        let (order_id, offer_no, version) = key(&row);
        match day.line_of(order_id, offer_no) {
            Some(line) => keyed.push((line, version, row)),
            None => stray(day, table, order_id, offer_no),
        }
    }
    Ledger::new(keyed)
}

fn load_money_and_stock(db: &mut Db, day: &mut Day, id: i64) -> Result<(), StoreError> {
    day.refunds = rows!(
        db,
        "SELECT id, order_id, run, state, amount_fen FROM refunds WHERE cycle_id = $1 ORDER BY order_id, run",
        id
    )?;
    day.refund_lines = rows!(
        db,
        "SELECT l.refund_id, l.offer_no, l.cause, l.pieces, l.amount_fen
         FROM refund_lines l JOIN refunds r ON r.id = l.refund_id
         WHERE r.cycle_id = $1 ORDER BY l.refund_id, l.offer_no, l.cause",
        id
    )?;
    day.moves = rows!(
        db,
        "SELECT m.warehouse_id, w.warehouse_code, m.sku_id, s.sku_code, m.kind, m.version, m.qty
         FROM stock_moves m JOIN warehouses w ON w.id = m.warehouse_id JOIN skus s ON s.id = m.sku_id
         WHERE m.cycle_id = $1 ORDER BY w.warehouse_code, s.sku_code, m.version, m.id",
        id
    )?;
    day.row_count += (day.refunds.len() + day.refund_lines.len() + day.moves.len()) as u64;
    Ok(())
}

fn load_papers(db: &mut Db, day: &mut Day, id: i64) -> Result<(), StoreError> {
    day.trips = rows!(
        db,
        "SELECT trip_no, version, warehouse_id, route_code, plate, capacity_g, capacity_ml, capacity_totes
         FROM trips WHERE cycle_id = $1 ORDER BY trip_no, version",
        id
    )?;
    day.documents = rows!(db, "SELECT kind, key, version, doc_no, total_qty FROM documents WHERE cycle_id = $1", id)?;
    day.documents.sort_by(|a, b| (&a.kind, &a.key, a.version).cmp(&(&b.kind, &b.key, b.version)));
    day.changes = rows!(
        db,
        "SELECT kind, key, version, CAST(SUM(ABS(after_qty - before_qty)) AS BIGINT) AS moved_qty
         FROM document_changes WHERE cycle_id = $1 GROUP BY kind, key, version",
        id
    )?;
    day.changes.sort_by(|a, b| (&a.kind, &a.key, a.version).cmp(&(&b.kind, &b.key, b.version)));
    day.changed_figures = rows!(
        db,
        "SELECT kind, key, version, seq, point_id, offer_no, order_id, field, before_qty, after_qty
         FROM document_changes WHERE cycle_id = $1",
        id
    )?;
    day.row_count += (day.trips.len() + day.documents.len() + day.changed_figures.len()) as u64;
    Ok(())
}

/// What each line has been given: its newest row, else all it ordered once its group has been shared.
fn settle_allocated(day: &mut Day) {
    let mut shared = vec![false; day.frozen_demand.len()];
    for (group, ..) in day.shares.all() {
        shared[*group as usize] = true;
    }
    let given: Vec<i64> = day
        .lines
        .iter()
        .map(|line| match day.group_of(line) {
            Some(group) if shared[group as usize] => i64::from(line.ordered),
            _ => 0,
        })
        .collect();
    for (line, given) in day.lines.iter_mut().zip(given) {
        line.allocated = given;
    }
    let mut touched = Vec::new();
    for (line, version, row) in day.allocations.all_newest() {
        day.lines[line as usize].allocated = i64::from(row.allocated_qty);
        if let Some(group) = day.group_of(&day.lines[line as usize]) {
            touched.push((group, version, line));
        }
    }
    day.touched_lines = Ledger::new(touched);
}
