//! Rules on what the freeze wrote down: the closing figures and the orders by hour.

use std::collections::BTreeMap;

use crate::check::arithmetic::{fnv1a64, mix};
use crate::check::day::{Day, Line};
use crate::check::report::Report;

/// Microseconds in an hour; the business zone's hours are whole hours of UTC.
const HOUR_US: i64 = 3_600_000_000;

/// The lines as frozen: of orders that take part, and not those that came by a correction.
fn frozen_lines(day: &Day) -> impl Iterator<Item = &Line> {
    day.taking_part().map(|(_, line)| line).filter(|line| !line.is_added)
}

/// Orders, lines, pieces and money of the closing figures.
pub fn figures(day: &Day, report: &mut Report) {
    let Some(closing) = &day.closing else { return };
    let orders = day.orders.iter().filter(|order| order.takes_part).count();
    let (mut lines, mut pieces, mut amount) = (0, 0, 0);
    for line in frozen_lines(day) {
        let price = i128::from(day.offers[line.offer as usize].sale_price_fen);
        lines += 1;
        pieces += i128::from(line.frozen_ordered);
        amount += price * (i128::from(line.frozen_ordered) + i128::from(line.frozen_tolerance));
    }
    let mut equal = |column: &str, expected: i128, found: i64| {
        report.equal("closing_figures", || format!("column={column}"), expected, i128::from(found));
    };
    equal("order_count", orders as i128, closing.order_count);
    equal("line_count", lines, closing.line_count);
    equal("pieces", pieces, closing.pieces);
    equal("amount_fen", amount, closing.amount_fen);
}

/// The checksum over every frozen line, whatever their order.
pub fn checksum(day: &Day, report: &mut Report) {
    let Some(closing) = &day.closing else { return };
    let of_sku: Vec<u64> = day.offers.iter().map(|offer| fnv1a64(&offer.sku_code)).collect();
    let (mut order, mut of_order, mut sum) = (u32::MAX, 0, 0u64);
    for line in frozen_lines(day) {
        if line.order != order {
            order = line.order;
            of_order = fnv1a64(day.order_nos.get(order as usize));
        }
        let quantity = u64::from(line.frozen_ordered as u32) << 32 | u64::from(line.frozen_tolerance as u32);
        sum = sum.wrapping_add(mix(of_order ^ mix(of_sku[line.offer as usize] ^ mix(quantity))));
    }
    report.equal("closing_figures", || "column=checksum".into(), format!("{sum:016x}"), closing.checksum.clone());
}

/// Orders, pieces and sales by the hour in which the orders were placed.
pub fn hours(day: &Day, report: &mut Report) {
    if day.closing.is_none() {
        return;
    }
    let mut expected: BTreeMap<i64, [i128; 3]> = BTreeMap::new();
    for (order, ix) in day.orders.iter().zip(0..).filter(|(order, _)| order.takes_part) {
        let hour = expected.entry(order.placed_at.div_euclid(HOUR_US) * HOUR_US).or_default();
        hour[0] += 1;
        for line in day.lines[day.lines_of(ix)].iter().filter(|line| !line.is_added) {
            let price = i128::from(day.offers[line.offer as usize].sale_price_fen);
            hour[1] += i128::from(line.frozen_ordered);
            hour[2] += price * i128::from(line.frozen_ordered);
        }
    }
    let shown = |[orders, pieces, sales]: [i128; 3]| format!("orders={orders} pieces={pieces} sales_fen={sales}");
    for row in &day.hours {
        let found = [row.order_count, row.pieces, row.sales_fen].map(i128::from);
        let expected = expected.remove(&row.hour_at).unwrap_or_default();
        report.equal("cycle_hours", || format!("hour_at={}", row.hour_at), shown(expected), shown(found));
    }
    for (hour_at, missing) in expected {
        report.equal("cycle_hours", || format!("hour_at={hour_at}"), shown(missing), shown([0; 3]));
    }
}
