//! From supply to lines: the worked examples and the six rules, read back from the pickup lists.

use super::tiny_day::{CYCLE, Offer, TinyDay, order_no};

/// One offer: what its lines ask in queue order, what comes, and what each line must get.
struct Example {
    sku: &'static str,
    terms: &'static [(&'static str, &'static str)],
    /// (point, ordered, tolerance)
    lines: &'static [(u32, u32, u32)],
    cases: i64,
    /// None: what was planned.
    arrives: Option<u64>,
    /// (place in the queue, pieces)
    pins: &'static [(usize, u32)],
    given: &'static [u32],
    /// What nobody asked for.
    left: u64,
}

/// A row of the tables below. An offer in single pieces unless its terms say otherwise.
const fn row(sku: &'static str, lines: &'static [(u32, u32, u32)], arrives: Option<u64>) -> Example {
    Example { sku, terms: &[], lines, cases: 0, arrives, pins: &[], given: &[], left: 0 }
}

const FILL_3: &[(&str, &str)] = &[("rounding", "fill"), ("case_size", "3")];
const TOLERANT: &[(u32, u32, u32)] = &[(1, 3, 2), (1, 1, 3), (1, 1, 0)];
const LESS_TOLERANT: &[(u32, u32, u32)] = &[(1, 3, 2), (1, 1, 1), (1, 1, 0)];

#[rustfmt::skip]
const WORKED: &[Example] = &[
    Example { terms: FILL_3, cases: 2, given: &[4, 1, 1], ..row("AS-PLANNED", TOLERANT, None) },
    Example { terms: FILL_3, cases: 2, given: &[3, 1, 0], ..row("FOUR-CAME", TOLERANT, Some(4)) },
    Example { terms: FILL_3, cases: 2, given: &[1, 0, 0], ..row("ONE-CAME", TOLERANT, Some(1)) },
    Example { terms: FILL_3, cases: 2, given: &[5, 2, 1], left: 2, ..row("TEN-CAME", LESS_TOLERANT, Some(10)) },
    Example { terms: FILL_3, cases: 2, given: &[0, 0, 0], ..row("NONE-CAME", TOLERANT, Some(0)) },
];

const SHORT: &[(u32, u32, u32)] = &[(1, 3, 0), (2, 2, 0), (2, 1, 0)];

#[rustfmt::skip]
const RULES: &[Example] = &[
    Example { terms: &[("shortage_rule", "first_paid")], cases: 6, given: &[3, 1, 0], ..row("FIRST", SHORT, Some(4)) },
    Example { terms: &[("shortage_rule", "proportional")], cases: 6, given: &[2, 1, 1], ..row("PROP", SHORT, Some(4)) },
    Example { terms: &[("shortage_rule", "equal_share")], cases: 6, given: &[2, 1, 1], ..row("EQUAL", SHORT, Some(4)) },
    Example { terms: &[("shortage_rule", "leader_balanced")], cases: 6, given: &[2, 2, 0], ..row("LEADER", SHORT, Some(4)) },
    Example { terms: &[("shortage_rule", "most_households")], cases: 6, given: &[1, 2, 1], ..row("MOST", SHORT, Some(4)) },
    Example { terms: &[("shortage_rule", "pinned")], cases: 6, pins: &[(3, 1)], given: &[3, 0, 1], ..row("PINNED", SHORT, Some(4)) },
    // Pins act under every rule, also to hold a line down where there is enough.
    Example { terms: &[("shortage_rule", "equal_share")], cases: 6, pins: &[(2, 2)], given: &[1, 2, 1], ..row("PIN-EQUAL", SHORT, Some(4)) },
    Example { terms: &[("shortage_rule", "first_paid")], cases: 6, pins: &[(1, 0)], given: &[0, 2, 1], left: 3, ..row("PIN-DOWN", SHORT, None) },
    // Too little for the pins themselves: in queue order.
    Example { terms: &[("shortage_rule", "pinned")], cases: 6, pins: &[(1, 3), (2, 2)], given: &[3, 1, 0], ..row("PIN-SHORT", SHORT, Some(4)) },
];

#[test]
fn the_worked_examples_of_first_paid_hold() {
    check(WORKED);
}

#[test]
fn each_of_the_six_rules_shares_a_shortage_its_own_way() {
    check(RULES);
}

/// Runs all examples as offers of one day.
#[track_caller]
fn check(examples: &[Example]) {
    let offer = |one: &Example| Offer { sku: one.sku, terms: one.terms, lines: one.lines };
    let day = TinyDay::procured(&examples.iter().map(offer).collect::<Vec<_>>());
    let counts: Vec<(&str, u64, bool)> =
        examples.iter().filter_map(|one| one.arrives.map(|arrived| (one.sku, arrived, true))).collect();
    day.receive("D1", &counts);
    day.run(&["receive", CYCLE, "--all-as-planned"]);
    let pins = examples.iter().flat_map(|one| one.pins.iter().map(move |(place, qty)| (one.sku, *place, *qty)));
    let pins: String =
        pins.map(|(sku, place, qty)| format!("{},{sku},{qty},团长要求\n", order_no(sku, place))).collect();
    if !pins.is_empty() {
        day.import("pins", &format!("order_no,sku_code,qty,reason\n{pins}"));
    }
    day.run(&["allocate", CYCLE]);
    let printed = day.print();
    let summary = printed.rows("01_procurement_summary/W1.csv");
    for one in examples {
        let row = summary.iter().find(|row| row.text("sku_code") == one.sku).expect("every offer is on the summary");
        assert_eq!(row.number("cases_planned"), one.cases, "{}", one.sku);
        assert_eq!(day.given(&printed, one.sku), one.given, "{}", one.sku);
        assert_eq!(left(&day, one.sku), one.left, "{}", one.sku);
    }
    day.run(&["check"]);
}

/// What `explain` says is left of a SKU: it has no such step where nothing is.
fn left(day: &TinyDay, sku: &str) -> u64 {
    let told = day.run(&["explain", CYCLE, "--sku", sku, "--json"]).stdout;
    let steps: Vec<serde_json::Value> =
        told.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect();
    steps.iter().find_map(|step| step["figures"]["leftover_qty"].as_u64()).unwrap_or(0)
}
