//! Rules on what each line was given (DOMAIN 3.4, 3.9).

use std::collections::{HashMap, HashSet};

use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::road::locked_from;
use crate::domain::reason::Reason;

const TABLE: &str = "allocations";

/// No line holds less than nothing or more than ordered + tolerance, so that
/// ordered + tolerance = allocated + short + unused tolerance.
pub fn bounds(day: &Day, report: &mut Report) {
    for (ix, line) in day.taking_part() {
        let most = i64::from(line.ordered) + i64::from(line.tolerance);
        let holds = (0..=most).contains(&line.allocated);
        report.demand(TABLE, holds, || (day.name_of_line(ix), format!("0 to {most}"), line.allocated));
    }
    for (line, version, row) in day.allocations.all() {
        let (ordered, tolerance) = day.line_at(*line, *version);
        let holds = (0..=ordered + tolerance).contains(&i64::from(row.allocated_qty));
        report.demand(TABLE, holds, || {
            let name = format!("{} version={version}", day.name_of_line(*line));
            (name, format!("0 to {}", ordered + tolerance), row.allocated_qty)
        });
    }
}

/// Every reduced line says why, in a known word.
pub fn reasons(day: &Day, report: &mut Report) {
    for (line, version, row) in day.allocations.all() {
        let (ordered, _) = day.line_at(*line, *version);
        let is_known = Reason::ALL.iter().any(|reason| reason.code() == row.reason);
        let is_whole = i64::from(row.allocated_qty) >= ordered;
        report.demand(TABLE, is_known || is_whole && row.reason.is_empty(), || {
            let name = format!("{} version={version}", day.name_of_line(*line));
            (name, "a known reason", format!("reason={}", row.reason))
        });
    }
}

/// Whether the group's offer went ahead, as procure decided.
pub fn went_ahead(day: &Day, group: u32) -> bool {
    day.procurement.newest(group).is_none_or(|row| row.threshold_met)
}

/// Of an offer below its threshold nobody gets anything.
pub fn threshold(day: &Day, report: &mut Report) {
    for (group, version, row) in day.shares.all_newest().filter(|(group, ..)| !went_ahead(day, *group)) {
        let name = || format!("{} version={version}", day.name_of_group(group));
        report.equal("offer_allocations", name, 0, row.allocated_qty);
    }
    for (ix, line) in day.taking_part() {
        if day.group_of(line).is_some_and(|group| !went_ahead(day, group)) {
            report.equal(TABLE, || day.name_of_line(ix), 0, line.allocated);
        }
    }
}

/// The groups with pins, and the version of the first.
pub fn pinned_groups(day: &Day) -> HashMap<u32, i32> {
    let mut pinned = HashMap::new();
    for (line, version, _) in day.pins.all() {
        if let Some(group) = day.group_of(&day.lines[*line as usize]) {
            let first = pinned.entry(group).or_insert(*version);
            *first = (*first).min(*version);
        }
    }
    pinned
}

/// The lines with pieces whose refund was sent: they cannot be given again.
fn closed_lines(day: &Day) -> HashSet<u32> {
    let sent = day.refunds.iter().filter(|refund| refund.state == "sent" || refund.state == "done");
    let order_of: HashMap<i64, i64> = sent.map(|refund| (refund.id, refund.order_id)).collect();
    let lines = day.refund_lines.iter().filter_map(|row| day.line_of(*order_of.get(&row.refund_id)?, row.offer_no));
    lines.collect()
}

/// Where supply covered what was ordered, every line got it, but for pinned and closed ones, those whose slot was on a
/// truck already, and offers that did not go ahead.
pub fn full_supply(day: &Day, report: &mut Report) {
    let (pinned, closed, locked) = (pinned_groups(day), closed_lines(day), locked_from(day));
    for (group, version, row) in day.shares.all() {
        let is_pinned = pinned.get(group).is_some_and(|first| first <= version);
        if row.supply_qty < row.ordered_qty || is_pinned || !went_ahead(day, *group) {
            continue;
        }
        for (_, _, line) in day.touched_lines.of(*group).iter().filter(|(_, _, line)| !closed.contains(line)) {
            let (given, (ordered, _)) = (day.allocated_at(*line, *version), day.line_at(*line, *version));
            let point = day.orders[day.lines[*line as usize].order as usize].point;
            let is_locked = locked.get(&point).is_some_and(|from| from < version);
            let name = || format!("{} version={version}", day.name_of_line(*line));
            report.demand(TABLE, given >= ordered || is_locked, || (name(), format!("at least {ordered}"), given));
        }
    }
}

/// Only what was shared out is held: a line added later waits with nothing.
pub fn unshared(day: &Day, report: &mut Report) {
    for (line, version, row) in day.allocations.all() {
        let group = day.group_of(&day.lines[*line as usize]);
        let is_shared = group.is_some_and(|group| day.shares.at(group, *version).is_some());
        report.demand(TABLE, is_shared || row.allocated_qty == 0, || {
            let name = format!("{} version={version}", day.name_of_line(*line));
            (name, "0 before its offer is shared", row.allocated_qty)
        });
    }
}
