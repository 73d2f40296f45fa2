//! Rules on orders, their lines and their corrections.

use std::collections::HashMap;

use crate::check::day::{Day, NONE};
use crate::check::report::Report;
use crate::domain::states::OrderState;

/// Only orders that are paid, or of a cycle paid at pickup, wait past the freeze; who takes part has a place in the queue.
pub fn states(day: &Day, report: &mut Report) {
    for (order, ix) in day.orders.iter().zip(0..) {
        let (state, payment) = (order.state, day.cycle().payment.as_str());
        let name = || day.name_of_order(ix);
        let found = || format!("state={} paid_at={:?} payment={payment}", state.code(), order.paid_at);
        let has_queue_time = order.paid_at.is_some();
        let agrees = match state {
            OrderState::Paid => has_queue_time,
            OrderState::Unpaid => order.takes_part == has_queue_time,
            OrderState::Expired => !has_queue_time,
            OrderState::Cancelled => true,
        };
        report.demand("orders", agrees, || (name(), "paid_at where the order counts", found()));
        let is_final = state != OrderState::Unpaid || order.takes_part;
        report.demand("orders", !day.is_frozen() || is_final, || (name(), "paid or expired", found()));
    }
}

/// An order has at least one line, or one that came by a correction.
pub fn empty(day: &Day, report: &mut Report) {
    for ix in 0..day.orders.len() as u32 {
        report.demand("orders", !day.lines_of(ix).is_empty(), || (day.name_of_order(ix), "a line", "none"));
    }
}

/// The point of an order that takes part stands in the frozen cycle.
pub fn points(day: &Day, report: &mut Report) {
    if !day.is_frozen() {
        return;
    }
    for (order, ix) in day.orders.iter().zip(0..).filter(|(order, _)| order.takes_part) {
        report.demand("orders", order.point != NONE, || (day.name_of_order(ix), "a row in cycle_points", "none"));
    }
}

/// An order's person is edition 0, of its leader, and its details are the same person's.
pub fn people(day: &Day, report: &mut Report) {
    for row in &day.people {
        let tell = || (format!("order_no={}", row.order_no), row.expected.clone(), row.found.clone());
        report.demand("orders", false, tell);
    }
}

/// No two lines of an order share a line number.
pub fn line_numbers(day: &Day, report: &mut Report) {
    let mut seen = Vec::new();
    for order in 0..day.orders.len() as u32 {
        seen.clear();
        for (line, ix) in day.lines[day.lines_of(order)].iter().zip(day.lines_of(order)) {
            let is_new = !seen.contains(&line.line_no);
            let table = if line.is_added { "order_corrections" } else { "order_lines" };
            let tell = || (day.name_of_line(ix as u32), "a number of its own", format!("line_no={}", line.line_no));
            report.demand(table, is_new, tell);
            seen.push(line.line_no);
        }
    }
}

/// A line asks for 1 to 9,999 pieces and tolerates up to 9,999 more.
pub fn quantities(day: &Day, report: &mut Report) {
    for (line, ix) in day.lines.iter().zip(0..).filter(|(line, _)| !line.is_added) {
        let (ordered, tolerance) = (line.frozen_ordered, line.frozen_tolerance);
        let holds = (1..=9_999).contains(&ordered) && (0..=9_999).contains(&tolerance);
        let tell = || (day.name_of_line(ix), "1 to 9999 + 0 to 9999", format!("{ordered} + {tolerance}"));
        report.demand("order_lines", holds, tell);
    }
}

/// A correction is of an order that takes part, keeps its line's number, adds only what was not there, and leaves
/// nothing of what it cancels.
pub fn corrections(day: &Day, report: &mut Report) {
    let mut first_of: HashMap<u32, i32> = HashMap::new();
    for (ix, version, row) in day.corrections.all() {
        let line = &day.lines[*ix as usize];
        let is_first = *first_of.entry(*ix).or_insert(*version) == *version;
        let takes_part = day.orders[line.order as usize].takes_part;
        let right_quantity = match row.action.as_str() {
            "cancel" => (row.ordered_qty, row.tolerance) == (0, 0),
            _ => (1..=9_999).contains(&row.ordered_qty) && (0..=9_999).contains(&row.tolerance),
        };
        let right_action = !is_first || (row.action == "add") == line.is_added;
        let holds = takes_part && right_quantity && right_action && row.line_no == line.line_no;
        report.demand("order_corrections", holds, || {
            let found = format!("{} {} + {} line_no={}", row.action, row.ordered_qty, row.tolerance, row.line_no);
            let origin = if line.is_added { "an added line" } else { "a frozen line" };
            let name = format!("{} version={version}", day.name_of_line(*ix));
            (name, format!("a step of {origin} with line_no={} of an order taking part", line.line_no), found)
        });
    }
}
