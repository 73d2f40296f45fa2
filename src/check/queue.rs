//! The rule that a shortage is shared as its rule says, and a surplus in queue order (DOMAIN 3.4).
//!
//! Only the first sharing of a group without pins is replayed: later ones move within bounds that depend on what was
//! sown, loaded and refunded meanwhile.

use std::collections::BTreeMap;

use crate::check::allocation::{pinned_groups, went_ahead};
use crate::check::day::Day;
use crate::check::report::Report;

/// A line in its group's queue, at the version of the sharing.
struct Queued {
    line: u32,
    point: u32,
    ordered: i64,
    tolerance: i64,
    given: i64,
}

/// The lines of every group that take part, group after group.
struct GroupLines {
    starts: Vec<u32>,
    lines: Vec<u32>,
}

impl GroupLines {
    fn new(day: &Day) -> GroupLines {
        let mut starts = vec![0u32; day.frozen_demand.len() + 1];
        for (_, line) in day.taking_part() {
            if let Some(group) = day.group_of(line) {
                starts[group as usize + 1] += 1;
            }
        }
        for group in 1..starts.len() {
            starts[group] += starts[group - 1];
        }
        let mut next = starts.clone();
        let mut lines = vec![0; starts[starts.len() - 1] as usize];
        for (ix, line) in day.taking_part() {
            if let Some(group) = day.group_of(line) {
                lines[next[group as usize] as usize] = ix;
                next[group as usize] += 1;
            }
        }
        GroupLines { starts, lines }
    }

    fn of(&self, group: u32) -> &[u32] {
        &self.lines[self.starts[group as usize] as usize..self.starts[group as usize + 1] as usize]
    }
}

/// Replays the first sharing of each group.
pub fn order(day: &Day, report: &mut Report) {
    if day.shares.all().is_empty() {
        return;
    }
    let (pinned, of_group) = (pinned_groups(day), GroupLines::new(day));
    for rows in day.shares.all().chunk_by(|a, b| a.0 == b.0) {
        let (group, version, row) = &rows[0];
        let is_pinned = pinned.get(group).is_some_and(|first| first <= version);
        if is_pinned || !went_ahead(day, *group) || row.supply_qty == row.ordered_qty {
            continue;
        }
        let queue = queue_at(day, of_group.of(*group), *version);
        if row.supply_qty > row.ordered_qty {
            in_order(day, report, surplus(&queue, row.supply_qty - row.ordered_qty));
            continue;
        }
        match row.rule.as_str() {
            "proportional" => by_quota(day, report, row.supply_qty, one_by_one(&queue)),
            "leader_balanced" => balanced(day, report, row.supply_qty, &queue),
            "equal_share" => in_order(day, report, in_rounds(&queue, row.supply_qty)),
            "most_households" => in_order(day, report, smallest_first(&queue, row.supply_qty)),
            _ => in_order(day, report, one_after_other(queue.iter(), row.supply_qty)),
        }
    }
}

/// Lines by (paid_at, order number in bytes, line number); a line that was added joined when it was added.
fn queue_at(day: &Day, lines: &[u32], version: i32) -> Vec<Queued> {
    let joined_at = |ix: u32| {
        let (line, added) = (&day.lines[ix as usize], day.corrections.of(ix).first());
        let order = &day.orders[line.order as usize];
        let added_at = added.filter(|_| line.is_added).map(|row| row.2.corrected_at);
        added_at.or(order.paid_at).unwrap_or(order.placed_at)
    };
    let place = |ix: u32| {
        let line = &day.lines[ix as usize];
        (joined_at(ix), day.order_nos.get(line.order as usize).as_bytes(), line.line_no)
    };
    let mut queue = lines.to_vec();
    queue.sort_by_cached_key(|&ix| place(ix));
    let queued = |line: u32| {
        let point = day.orders[day.lines[line as usize].order as usize].point;
        let (ordered, tolerance) = day.line_at(line, version);
        Queued { line, point, ordered, tolerance, given: day.allocated_at(line, version) }
    };
    queue.into_iter().map(queued).collect()
}

/// What each line should have been given.
type Expected<'a> = Vec<(&'a Queued, i64)>;

fn in_order(day: &Day, report: &mut Report, expected: Expected) {
    for (queued, expected) in expected {
        report.equal("allocations", || day.name_of_line(queued.line), expected, queued.given);
    }
}

/// Everyone gets what they ordered; the rest fills tolerances in queue order, each up to its own before the next.
fn surplus(queue: &[Queued], mut rest: i64) -> Expected<'_> {
    let mut fill = |queued: &Queued| {
        let extra = rest.min(queued.tolerance);
        rest -= extra;
        queued.ordered + extra
    };
    queue.iter().map(|queued| (queued, fill(queued))).collect()
}

fn one_after_other<'a>(queue: impl Iterator<Item = &'a Queued>, mut left: i64) -> Expected<'a> {
    let give = |queued: &'a Queued| {
        let given = left.min(queued.ordered);
        left -= given;
        (queued, given)
    };
    queue.map(give).collect()
}

fn smallest_first(queue: &[Queued], supply: i64) -> Expected<'_> {
    let mut by_size: Vec<&Queued> = queue.iter().collect();
    by_size.sort_by_key(|queued| queued.ordered);
    one_after_other(by_size.into_iter(), supply)
}

/// One piece a round in queue order: as many full rounds as supply allows, then one more from the front.
fn in_rounds(queue: &[Queued], supply: i64) -> Expected<'_> {
    let spent = |rounds: i64| queue.iter().map(|queued| queued.ordered.min(rounds)).sum::<i64>();
    let rounds = (0..=queue.iter().map(|queued| queued.ordered).max().unwrap_or(0))
        .collect::<Vec<_>>()
        .partition_point(|&rounds| spent(rounds) <= supply) as i64
        - 1;
    let mut left = supply - spent(rounds);
    let give = |queued: &'_ Queued| {
        let one_more = i64::from(left > 0 && queued.ordered > rounds);
        left -= one_more;
        queued.ordered.min(rounds) + one_more
    };
    let given: Vec<i64> = queue.iter().map(give).collect();
    queue.iter().zip(given).collect()
}

/// (a line to name, ordered, given) of each part of a supply.
type Part = (u32, i64, i64);

fn one_by_one(queue: &[Queued]) -> Vec<Part> {
    queue.iter().map(|queued| (queued.line, queued.ordered, queued.given)).collect()
}

/// Largest remainder: each part is its exact share rounded down, or one more where its remainder is among the largest;
/// which of equal remainders gets the piece is not judged.
fn by_quota(day: &Day, report: &mut Report, supply: i64, parts: Vec<Part>) {
    let whole = parts.iter().map(|part| i128::from(part.1)).sum::<i128>().max(1);
    let exact = |part: &Part| {
        let product = i128::from(part.1) * i128::from(supply);
        (product / whole, product % whole)
    };
    let rounded_down = parts.iter().filter(|part| i128::from(part.2) == exact(part).0);
    let most_left = rounded_down.map(|part| exact(part).1).max().unwrap_or(0);
    for part in &parts {
        let (down, remainder) = exact(part);
        let given = i128::from(part.2);
        let holds = given == down || given == down + 1 && remainder > 0 && remainder >= most_left;
        let tell = || (day.name_of_line(part.0), format!("{down} and {remainder} / {whole} of a piece"), given);
        report.demand("allocations", holds, tell);
    }
}

/// Points by largest remainder on what they ordered, and inside a point in queue order.
fn balanced(day: &Day, report: &mut Report, supply: i64, queue: &[Queued]) {
    let mut points: BTreeMap<u32, Vec<&Queued>> = BTreeMap::new();
    for queued in queue {
        points.entry(queued.point).or_default().push(queued);
    }
    let part = |lines: &Vec<&Queued>| {
        let ordered = lines.iter().map(|queued| queued.ordered).sum();
        (lines[0].line, ordered, lines.iter().map(|queued| queued.given).sum())
    };
    by_quota(day, report, supply, points.values().map(part).collect());
    for lines in points.values() {
        let given = lines.iter().map(|queued| queued.given).sum();
        in_order(day, report, one_after_other(lines.iter().copied(), given));
    }
}
