//! Rules on counts of what arrived.

use std::collections::BTreeMap;

use crate::check::day::Day;
use crate::check::report::Report;

/// Counts of a delivery are numbered 1 to n, hold no negative pieces, and no more broken than rejected.
pub fn counts(day: &Day, report: &mut Report) {
    let mut deliveries: BTreeMap<(u32, &str), Vec<(i32, i32)>> = BTreeMap::new();
    for (line, version, row) in day.receipts.all() {
        let name =
            || format!("{} receipt_no={} count_no={}", day.name_of_purchase_line(*line), row.receipt_no, row.count_no);
        let holds = row.arrived_qty >= 0 && row.broken_qty >= 0 && row.broken_qty <= row.rejected_qty;
        report.demand("receipt_lines", holds, || {
            let found = format!("arrived={} rejected={} broken={}", row.arrived_qty, row.rejected_qty, row.broken_qty);
            (name(), "arrived ≥ 0, 0 ≤ broken ≤ rejected", found)
        });
        deliveries.entry((*line, row.receipt_no.as_str())).or_default().push((row.count_no, *version));
    }
    for ((line, receipt_no), mut counts) in deliveries {
        counts.sort_unstable();
        let is_whole = counts.iter().map(|count| count.0).eq(1..=counts.len() as i32);
        let is_in_order = counts.windows(2).all(|pair| pair[0].1 <= pair[1].1);
        report.demand("receipt_lines", is_whole && is_in_order, || {
            let name = format!("{} receipt_no={receipt_no}", day.name_of_purchase_line(line));
            (name, format!("counts 1 to {}, later ones at later versions", counts.len()), format!("{counts:?}"))
        });
    }
}
