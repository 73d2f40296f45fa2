//! The procurement summary against a recount of the order file itself.

use std::collections::{BTreeMap, BTreeSet};

use super::fixture::{fen, lines, read};
use super::printed::pilot;

/// What the order file says of one SKU.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    ordered: i64,
    tolerance: i64,
    lines: i64,
    leaders: i64,
    sales_fen: i64,
}

fn recount() -> BTreeMap<String, Count> {
    let prices: BTreeMap<String, i64> =
        read("offers").into_iter().map(|row| (row["sku_code"].clone(), fen(&row["sale_price"]))).collect();
    let mut leaders: BTreeSet<(String, String)> = BTreeSet::new();
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for line in lines() {
        let count = counts.entry(line.sku_code.clone()).or_default();
        count.ordered += line.ordered;
        count.tolerance += line.tolerance;
        count.lines += 1;
        count.sales_fen += line.ordered * prices[&line.sku_code];
        count.leaders += i64::from(leaders.insert((line.sku_code, line.leader_code)));
    }
    counts
}

#[test]
fn the_procurement_summary_equals_a_recount_of_the_order_file() {
    let mut printed: BTreeMap<String, Count> = BTreeMap::new();
    for row in pilot().rows_of("01_procurement_summary") {
        let count = Count {
            ordered: row.number("ordered_qty"),
            tolerance: row.number("tolerance_qty"),
            lines: row.number("line_count"),
            leaders: row.number("leader_count"),
            sales_fen: row.fen("sales_amount"),
        };
        assert!(printed.insert(row.text("sku_code").to_owned(), count).is_none(), "a SKU stands once");
    }
    printed.retain(|_, count| *count != Count::default());
    assert_eq!(printed, recount());
}

#[test]
fn the_recount_is_not_empty() {
    let counts = recount();
    let sum = |figure: fn(&Count) -> i64| counts.values().map(figure).sum::<i64>();
    // 10,577 pieces were frozen; one was cancelled and two were added in the night.
    assert_eq!(
        (sum(|count| count.ordered), sum(|count| count.tolerance), sum(|count| count.lines)),
        (10578, 735, 7181)
    );
}
