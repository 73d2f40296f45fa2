//! Orders, lines and corrections by ordered scans, row by row.

use std::collections::{HashMap, HashSet};

use diesel::sql_query;
use diesel::sql_types::BigInt;

use crate::check::day::{Day, Ledger, Line, NONE, Order, Stray};
use crate::check::load::staging_imports;
use crate::check::rows::{CorrectionRow, LineRow, OrderRow, rows};
use crate::domain::states::OrderState;
use crate::domain::texts::Texts;
use crate::store::backend::{Db, StoreError, each_row};

/// Fills orders, lines and corrections.
pub fn load(db: &mut Db, day: &mut Day) -> Result<(), StoreError> {
    let unseen = load_orders(db, day)?;
    load_lines(db, day, &unseen)?;
    load_corrections(db, day, &unseen)?;
    sum_demand(day);
    load_people(db, day)
}

/// Fills the orders that can be seen and returns the ids of those that cannot.
fn load_orders(db: &mut Db, day: &mut Day) -> Result<HashSet<i64>, StoreError> {
    let staging = staging_imports(db)?;
    let point_of: HashMap<i64, u32> = day.points.iter().zip(0..).map(|(point, ix)| (point.id, ix)).collect();
    let unpaid_counts = day.cycle().payment == "at_pickup";
    let (mut unseen, mut seen, mut order_nos) = (HashSet::new(), Vec::new(), Texts::default());
    let query = "SELECT id, order_no, point_id, state, placed_at, paid_at, import_id
                 FROM orders WHERE cycle_id = $1 ORDER BY id";
    each_row!(db, OrderRow, sql_query(query).bind::<BigInt, _>(day.cycle().id), |row: OrderRow| {
        if row.import_id.is_some_and(|id| staging.binary_search(&id).is_ok()) {
            unseen.insert(row.id);
            return;
        }
        let state = OrderState::parse(&row.state).unwrap_or(OrderState::Cancelled);
        let takes_part = state == OrderState::Paid || state == OrderState::Unpaid && unpaid_counts;
        let point = point_of.get(&row.point_id).copied().unwrap_or(NONE);
        let (placed_at, paid_at) = (row.placed_at, row.paid_at);
        order_nos.push(&row.order_no);
        seen.push(Order { id: row.id, state, takes_part, point, placed_at, paid_at, first_line: 0 });
    });
    (day.orders, day.order_nos) = (seen, order_nos);
    Ok(unseen)
}

fn load_lines(db: &mut Db, day: &mut Day, unseen: &HashSet<i64>) -> Result<(), StoreError> {
    let mut order = 0;
    let query = "SELECT order_id, offer_no, line_no, ordered_qty, tolerance
                 FROM order_lines WHERE cycle_id = $1 ORDER BY order_id, offer_no";
    each_row!(db, LineRow, sql_query(query).bind::<BigInt, _>(day.cycle().id), |row: LineRow| {
        while day.orders.get(order).is_some_and(|known| known.id < row.order_id) {
            order += 1;
        }
        let has_order = day.orders.get(order).is_some_and(|known| known.id == row.order_id);
        match day.offer_of(row.offer_no) {
            Some(offer) if has_order => day.lines.push(frozen_line(order as u32, offer, &row)),
            _ if unseen.contains(&row.order_id) => {}
            _ => stray(day, "order_lines", row.order_id, row.offer_no),
        }
    });
    Ok(())
}

fn frozen_line(order: u32, offer: u32, row: &LineRow) -> Line {
    Line {
        order,
        offer,
        line_no: row.line_no,
        is_added: false,
        frozen_ordered: row.ordered_qty,
        frozen_tolerance: row.tolerance,
        ordered: row.ordered_qty,
        tolerance: row.tolerance,
        charged: i64::from(row.ordered_qty) + i64::from(row.tolerance),
        allocated: 0,
    }
}

/// Notes a row whose (order, offer) has no line.
pub fn stray(day: &mut Day, table: &'static str, order_id: i64, offer_no: i32) {
    let order = day.order_of(order_id).map_or(format!("order_id={order_id}"), |order| day.name_of_order(order));
    let offer = day.offer_of(offer_no).map(|offer| &day.offers[offer as usize].sku_code);
    let offer = offer.map_or(format!("offer_no={offer_no}"), |sku_code| format!("sku_code={sku_code}"));
    day.strays.push(Stray { table, row: format!("{order} {offer}"), lacks: "order_lines" });
}

fn load_corrections(db: &mut Db, day: &mut Day, unseen: &HashSet<i64>) -> Result<(), StoreError> {
    let found: Vec<CorrectionRow> = rows!(
        db,
        "SELECT order_id, offer_no, version, action, line_no, ordered_qty, tolerance, corrected_at
         FROM order_corrections WHERE cycle_id = $1 ORDER BY order_id, offer_no, version",
        day.cycle().id
    )?;
    day.row_count += found.len() as u64;
    index_lines(day);
    add_lines(day, &found);
    index_lines(day);
    let mut keyed = Vec::with_capacity(found.len());
    for row in found {
        match day.line_of(row.order_id, row.offer_no) {
            Some(line) => {
                let target = &mut day.lines[line as usize];
                (target.ordered, target.tolerance) = (row.ordered_qty, row.tolerance);
                target.charged = target.charged.max(i64::from(row.ordered_qty) + i64::from(row.tolerance));
                keyed.push((line, row.version, row));
            }
            None if unseen.contains(&row.order_id) => {}
            None => stray(day, "order_corrections", row.order_id, row.offer_no),
        }
    }
    day.corrections = Ledger::new(keyed);
    Ok(())
}

/// Gives a line to each corrected (order, offer) that has none.
fn add_lines(day: &mut Day, corrections: &[CorrectionRow]) {
    let mut added = Vec::new();
    for row in corrections.iter().filter(|row| day.line_of(row.order_id, row.offer_no).is_none()) {
        let (Some(order), Some(offer)) = (day.order_of(row.order_id), day.offer_of(row.offer_no)) else { continue };
        let is_new = added.last().is_none_or(|last: &Line| (last.order, last.offer) != (order, offer));
        if is_new && row.action == "add" {
            added.push(Line { order, offer, line_no: row.line_no, is_added: true, ..Line::default() });
        }
    }
    if !added.is_empty() {
        day.lines.append(&mut added);
        day.lines.sort_by_key(|line| (line.order, line.offer));
    }
}

/// Tells each order where its lines begin.
fn index_lines(day: &mut Day) {
    let mut next = 0;
    for (order, ix) in day.orders.iter_mut().zip(0u32..) {
        while day.lines.get(next).is_some_and(|line| line.order < ix) {
            next += 1;
        }
        order.first_line = next as u32;
    }
}

/// Adds up the frozen lines by group, and by version what corrections changed of them.
fn sum_demand(day: &mut Day) {
    let mut frozen = vec![(0, 0); day.offers.len() * day.warehouses.len()];
    for (_, line) in day.taking_part() {
        if let Some(group) = day.group_of(line) {
            let sum: &mut (i64, i64) = &mut frozen[group as usize];
            sum.0 += i64::from(line.frozen_ordered);
            sum.1 += i64::from(line.frozen_tolerance);
        }
    }
    let mut changes = Vec::new();
    for rows in day.corrections.all().chunk_by(|a, b| a.0 == b.0) {
        let line = &day.lines[rows[0].0 as usize];
        let (Some(group), true) = (day.group_of(line), day.orders[line.order as usize].takes_part) else { continue };
        let mut before = (i64::from(line.frozen_ordered), i64::from(line.frozen_tolerance));
        for (_, version, row) in rows {
            let after = (i64::from(row.ordered_qty), i64::from(row.tolerance));
            changes.push((group, *version, (after.0 - before.0, after.1 - before.1)));
            before = after;
        }
    }
    day.frozen_demand = frozen;
    day.demand_changes = Ledger::new(changes);
}

/// Orders whose resident is not edition 0 of a person of their leader, or whose details are another person's.
fn load_people(db: &mut Db, day: &mut Day) -> Result<(), StoreError> {
    day.people = rows!(
        db,
        "SELECT o.order_no, 'edition 0, one leader, one identity' AS expected,
                'edition ' || CAST(r.edition AS TEXT) || ', ' || r.identity || ' / ' || d.identity AS found
         FROM orders o
         JOIN residents r ON r.id = o.resident_id
         JOIN residents d ON d.id = o.details_id
         WHERE o.cycle_id = $1
           AND (r.edition <> 0 OR r.leader_id <> o.leader_id OR d.leader_id <> o.leader_id
                OR r.identity <> d.identity AND r.identity NOT LIKE 'erased:%' AND d.identity NOT LIKE 'erased:%')
           AND NOT EXISTS (SELECT 1 FROM imports i WHERE i.id = o.import_id AND i.state = 'staging')
         ORDER BY o.order_no",
        day.cycle().id
    )?;
    Ok(())
}
