//! Rules on money that goes back (DOMAIN 3.5): target of a line = price × (charged − allocated).

use std::collections::HashMap;

use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::weights::sent_beyond;
use crate::domain::states::{CycleState, OrderState};

fn name(day: &Day, order_id: i64, run: i32) -> String {
    let order = day.order_of(order_id).map_or(format!("order_id={order_id}"), |order| day.name_of_order(order));
    format!("{order} run={run}")
}

/// Money goes back for paid orders alone.
pub fn orders(day: &Day, report: &mut Report) {
    for refund in &day.refunds {
        let order = day.order_of(refund.order_id).map(|order| &day.orders[order as usize]);
        let is_paid = order.is_some_and(|order| order.state == OrderState::Paid);
        let found = order.map_or("none", |order| order.state.code());
        report.demand("refunds", is_paid, || (name(day, refund.order_id, refund.run), "a paid order", found));
    }
}

/// A refund is the sum of its lines, all above zero.
pub fn sums(day: &Day, report: &mut Report) {
    let mut lines: HashMap<i64, i128> = HashMap::new();
    for line in &day.refund_lines {
        *lines.entry(line.refund_id).or_default() += i128::from(line.amount_fen);
    }
    for refund in &day.refunds {
        let expected = lines.get(&refund.id).copied().unwrap_or(0);
        report.equal("refunds", || name(day, refund.order_id, refund.run), expected, i128::from(refund.amount_fen));
    }
}

/// A refund line is of a line of the refund's order. For pieces it is worth them, or less where the line weighs more; by
/// weight it is for no pieces, and only of goods that are weighed.
pub fn lines(day: &Day, report: &mut Report) {
    let refund_of: HashMap<i64, usize> = day.refunds.iter().enumerate().map(|(ix, row)| (row.id, ix)).collect();
    for line in &day.refund_lines {
        let refund = &day.refunds[refund_of[&line.refund_id]];
        let found = day.line_of(refund.order_id, line.offer_no);
        let row = || format!("{} offer_no={}", name(day, refund.order_id, refund.run), line.offer_no);
        report.demand("refund_lines", found.is_some(), || (row(), "an order line", "none"));
        if let Some(found) = found {
            let offer = &day.offers[day.lines[found as usize].offer as usize];
            let is_weighed = day.weights.newest(found).is_some();
            let worth = i128::from(offer.sale_price_fen) * i128::from(line.pieces);
            let amount = i128::from(line.amount_fen);
            match line.cause.as_str() {
                "weight" => {
                    let holds = is_weighed && line.pieces == 0;
                    report.demand("refund_lines", holds, || (row(), "a settled weight and no pieces", line.pieces));
                }
                _ if is_weighed => {
                    report.demand("refund_lines", amount <= worth, || (row(), format!("at most {worth}"), amount));
                }
                _ => report.equal("refund_lines", row, worth, amount),
            }
        }
    }
}

/// What was posted for each order, by order index, without the failed.
fn posted(day: &Day) -> Vec<i128> {
    let mut posted = vec![0; day.orders.len()];
    for refund in day.refunds.iter().filter(|refund| refund.state != "failed") {
        if let Some(order) = day.order_of(refund.order_id) {
            posted[order as usize] += i128::from(refund.amount_fen);
        }
    }
    posted
}

/// All refunds of an order together are what its lines must give back, once goods are shared out.
pub fn targets(day: &Day, report: &mut Report) {
    let is_shared = !day.shares.all().is_empty() && day.state != CycleState::Cancelled;
    let beyond = sent_beyond(day);
    for (posted, order) in posted(day).into_iter().zip(0..) {
        let target = day.refund_target(order).0 + beyond.get(&order).copied().unwrap_or(0);
        let row = || day.name_of_order(order);
        if is_shared {
            report.equal("refunds", row, target, posted);
        } else if day.state != CycleState::Cancelled {
            report.demand("refunds", posted <= target, || (row(), format!("at most {target}"), posted));
        }
    }
}

/// No order gets back more than was paid for it.
pub fn paid(day: &Day, report: &mut Report) {
    for (posted, order) in posted(day).into_iter().zip(0..).filter(|(posted, _)| *posted != 0) {
        let (_, paid) = day.refund_target(order);
        report.demand("refunds", posted <= paid, || (day.name_of_order(order), format!("at most {paid}"), posted));
    }
}
