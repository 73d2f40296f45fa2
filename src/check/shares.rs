//! Rules on how the supply of each group was shared out (DOMAIN 3.4, 3.9).

use std::collections::HashSet;

use crate::check::day::Day;
use crate::check::report::Report;

const TABLE: &str = "offer_allocations";

fn name(day: &Day, group: u32, version: i32) -> String {
    format!("{} version={version}", day.name_of_group(group))
}

/// The demand it decided on is that of the lines at its version.
pub fn demand(day: &Day, report: &mut Report) {
    for (group, version, row) in day.shares.all() {
        let (ordered, tolerance) = day.demand_at(*group, *version);
        let shown = |ordered, tolerance| format!("ordered_qty={ordered} tolerance_qty={tolerance}");
        let found = shown(row.ordered_qty, row.tolerance_qty);
        report.equal(TABLE, || name(day, *group, *version), shown(ordered, tolerance), found);
    }
}

/// Supply is what was reserved, what arrived, and what may still come.
pub fn supply(day: &Day, report: &mut Report) {
    let bought = day.bought();
    for (group, version, row) in day.shares.all() {
        let purchase_lines = bought.get(group).map_or(&[][..], Vec::as_slice);
        let supply = day.supply_at(*group, purchase_lines, *version);
        report.demand(TABLE, supply.total() == row.supply_qty, || {
            let expected = format!(
                "{} (reserved {}, arrived {}, expected {})",
                supply.total(),
                supply.reserved,
                supply.arrived,
                supply.expected
            );
            (name(day, *group, *version), expected, row.supply_qty)
        });
    }
}

/// What was shared out is what the lines got.
pub fn sums(day: &Day, report: &mut Report) {
    for (group, version, row) in day.shares.all() {
        let expected = day.group_allocated_at(*group, *version);
        report.equal(TABLE, || name(day, *group, *version), expected, row.allocated_qty);
    }
}

/// What nobody got is left over.
pub fn leftover(day: &Day, report: &mut Report) {
    for (group, version, row) in day.shares.all() {
        let expected = row.supply_qty.saturating_sub(row.allocated_qty);
        report.equal(TABLE, || name(day, *group, *version), expected, row.leftover_qty);
        let tell = || (name(day, *group, *version), "nothing below 0", row.leftover_qty);
        report.demand(TABLE, row.leftover_qty >= 0, tell);
    }
}

/// Corrections after the sharing only take away: the lines never hold more than was shared out.
pub fn over_supply(day: &Day, report: &mut Report) {
    for (group, version, row) in day.shares.all_newest() {
        let now = day.group_allocated_at(group, day.cycle().version);
        report.demand("allocations", now <= row.allocated_qty, || {
            (name(day, group, version), format!("at most {}", row.allocated_qty), now)
        });
    }
}

/// The rule in force is one of the six.
pub fn rule_names(day: &Day, report: &mut Report) {
    let known = ["first_paid", "proportional", "equal_share", "leader_balanced", "most_households", "pinned"];
    let known: HashSet<&str> = known.into_iter().collect();
    for (group, version, row) in day.shares.all() {
        let tell = || (name(day, *group, *version), "one of the six rules", row.rule.clone());
        report.demand(TABLE, known.contains(row.rule.as_str()), tell);
    }
}
