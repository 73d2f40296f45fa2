//! Rules on what leaders counted at their points, who went without, and what went back for goods that were bad.

use std::collections::HashMap;

use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::rows::{CaseSumRow, CountRow, CountTotalRow, LossRow, LossSumRow, rows};
use crate::store::backend::{Db, StoreError};

/// What was told of goods at points.
#[derive(Debug, Default)]
pub struct Handover {
    pub totals: Vec<CountTotalRow>,
    pub counts: Vec<CountRow>,
    pub losses: Vec<LossRow>,
    pub sums: Vec<LossSumRow>,
    pub cases: Vec<CaseSumRow>,
}

/// Reads it. Of choices and counts that were replaced only the due is looked at.
pub fn load(db: &mut Db, cycle_id: i64) -> Result<Handover, StoreError> {
    Ok(Handover {
        totals: rows!(
            db,
            "SELECT point_id, count_no, version, due_qty FROM leader_receipts WHERE cycle_id = $1
             ORDER BY point_id, count_no",
            cycle_id
        )?,
        counts: rows!(
            db,
            "SELECT l.point_id, l.count_no, l.offer_no, r.version, l.due_qty
             FROM leader_receipt_lines l
             JOIN leader_receipts r ON r.cycle_id = l.cycle_id AND r.point_id = l.point_id AND r.count_no = l.count_no
             WHERE l.cycle_id = $1 ORDER BY l.point_id, l.count_no, l.offer_no",
            cycle_id
        )?,
        losses: rows!(
            db,
            "SELECT h.order_id, h.offer_no, CAST(SUM(h.lost_qty) AS BIGINT) AS lost_qty,
                    CAST(COALESCE((SELECT SUM(l.handed_qty) FROM pickup_events e
                        JOIN pickup_lines l ON l.event_id = e.event_id AND l.offer_no = h.offer_no
                        WHERE e.cycle_id = $1 AND e.order_id = h.order_id), 0) AS BIGINT) AS handed_qty
             FROM handover_losses h
             WHERE h.cycle_id = $1 AND h.choice_no = (SELECT MAX(c.choice_no) FROM loss_choices c
                 WHERE c.cycle_id = h.cycle_id AND c.point_id = h.point_id AND c.offer_no = h.offer_no)
             GROUP BY h.order_id, h.offer_no ORDER BY h.order_id, h.offer_no",
            cycle_id
        )?,
        sums: rows!(
            db,
            "SELECT h.point_id, h.offer_no, CAST(SUM(h.lost_qty) AS BIGINT) AS lost_qty,
                    CAST(COALESCE((SELECT SUM(l.short_qty + l.broken_qty + l.wrong_qty) FROM leader_receipt_lines l
                        WHERE l.cycle_id = $1 AND l.point_id = h.point_id AND l.offer_no = h.offer_no
                          AND l.count_no = (SELECT MAX(r.count_no) FROM leader_receipts r
                              WHERE r.cycle_id = $1 AND r.point_id = h.point_id)), 0) AS BIGINT) AS missing_qty
             FROM handover_losses h
             WHERE h.cycle_id = $1 AND h.choice_no = (SELECT MAX(c.choice_no) FROM loss_choices c
                 WHERE c.cycle_id = h.cycle_id AND c.point_id = h.point_id AND c.offer_no = h.offer_no)
             GROUP BY h.point_id, h.offer_no ORDER BY h.point_id, h.offer_no",
            cycle_id
        )?,
        cases: rows!(
            db,
            "SELECT order_id, offer_no, CAST(SUM(amount_fen) AS BIGINT) AS amount_fen
             FROM after_sales_cases WHERE cycle_id = $1 GROUP BY order_id, offer_no ORDER BY order_id, offer_no",
            cycle_id
        )?,
    })
}

/// What a count says was due is what the lines of the point had been given at its version.
pub fn due(day: &Day, report: &mut Report) {
    let mut lines_at: HashMap<i64, Vec<u32>> = HashMap::new();
    for row in &day.handover.totals {
        lines_at.entry(row.point_id).or_insert_with(|| lines_of(day, row.point_id));
    }
    let given = |lines: &[u32], offer: Option<u32>, version: i32| -> i64 {
        let wanted = lines.iter().filter(|&&line| offer.is_none_or(|offer| day.lines[line as usize].offer == offer));
        wanted.map(|&line| given_at(day, line, version)).sum()
    };
    for row in &day.handover.totals {
        let name = || format!("point_id={} count_no={}", row.point_id, row.count_no);
        report.equal("leader_receipts", name, given(&lines_at[&row.point_id], None, row.version), row.due_qty);
    }
    for row in &day.handover.counts {
        let name = || format!("point_id={} count_no={} offer_no={}", row.point_id, row.count_no, row.offer_no);
        let lines = lines_at.get(&row.point_id).map_or(&[][..], Vec::as_slice);
        let expected = day.offer_of(row.offer_no).map_or(-1, |offer| given(lines, Some(offer), row.version));
        report.equal("leader_receipt_lines", name, expected, row.due_qty);
    }
}

/// The lines of the orders of a point that take part.
fn lines_of(day: &Day, point_id: i64) -> Vec<u32> {
    let Some(point) = day.points.iter().position(|point| point.id == point_id) else { return Vec::new() };
    let own = day.taking_part().filter(|(_, line)| day.orders[line.order as usize].point == point as u32);
    own.map(|(ix, _)| ix).collect()
}

/// What a line had been given at a version: nothing before its group was shared.
pub fn given_at(day: &Day, line: u32, version: i32) -> i64 {
    let is_shared = |group: u32| day.shares.at(group, version).is_some();
    match day.group_of(&day.lines[line as usize]) {
        Some(group) if is_shared(group) => day.allocated_at(line, version),
        _ => 0,
    }
}

/// No line goes without more than it has still to get, and those of a point bear no more than is missing there.
pub fn losses(day: &Day, report: &mut Report) {
    for row in &day.handover.losses {
        let line = day.line_of(row.order_id, row.offer_no);
        let most = line.map_or(0, |line| day.lines[line as usize].allocated) - row.handed_qty;
        let name = || match line {
            Some(line) => day.name_of_line(line),
            None => format!("order_id={} offer_no={}", row.order_id, row.offer_no),
        };
        report.demand("handover_losses", row.lost_qty <= most, || (name(), format!("at most {most}"), row.lost_qty));
    }
    for row in &day.handover.sums {
        let name = || format!("point_id={} offer_no={}", row.point_id, row.offer_no);
        let holds = row.lost_qty <= row.missing_qty;
        report.demand("handover_losses", holds, || (name(), format!("at most {}", row.missing_qty), row.lost_qty));
    }
}

/// No line gives back more for what was bad than its price.
pub fn cases(day: &Day, report: &mut Report) {
    for row in &day.handover.cases {
        let line = day.line_of(row.order_id, row.offer_no);
        let price = |line: u32| {
            let line = &day.lines[line as usize];
            line.charged.max(line.allocated) * day.offers[line.offer as usize].sale_price_fen
        };
        let most = line.map_or(0, price);
        let name = || match line {
            Some(line) => day.name_of_line(line),
            None => format!("order_id={} offer_no={}", row.order_id, row.offer_no),
        };
        let holds = (0..=most).contains(&row.amount_fen);
        report.demand("after_sales_cases", holds, || (name(), format!("0 to {most}"), row.amount_fen));
    }
}
