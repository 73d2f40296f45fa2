//! Rules on purchase orders and their lines.

use crate::check::day::Day;
use crate::check::report::Report;

const LINES: &str = "purchase_order_lines";

/// A purchase order is numbered `PO-<cycle>-<nnn>`.
pub fn numbers(day: &Day, report: &mut Report) {
    let prefix = format!("PO-{}-", day.cycle().cycle_code);
    for po in &day.purchase_orders {
        let holds = po.po_no.strip_prefix(&prefix).is_some_and(is_ordinal);
        report.demand("purchase_orders", holds, || ("po_no".into(), format!("{prefix}nnn"), po.po_no.clone()));
    }
}

/// Whether a text is a number from 1 in at least three digits.
pub fn is_ordinal(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u32>().is_ok_and(|no| no > 0)
}

/// A draft was not sent, a sent order says when, and what was counted is `received` or `closed`.
pub fn states(day: &Day, report: &mut Report) {
    let mut counted = vec![false; day.purchase_orders.len()];
    let mut planned = vec![false; day.purchase_orders.len()];
    for (line, _, row) in day.purchases.all_newest() {
        let (po, _) = day.purchase_lines[line as usize];
        planned[po as usize] |= row.planned_qty > 0;
    }
    for (line, ..) in day.receipts.all() {
        let (po, _) = day.purchase_lines[*line as usize];
        counted[po as usize] = true;
    }
    for (ix, po) in day.purchase_orders.iter().enumerate() {
        let (was_sent, was_counted) = (po.sent_at.is_some(), counted[ix]);
        let holds = match po.state.as_str() {
            "draft" => !was_sent && !was_counted,
            "sent" | "accepted" => was_sent && !was_counted,
            _ => was_counted || !planned[ix],
        };
        let tell = || {
            let found = format!("state={} sent={was_sent} counted={was_counted}", po.state);
            (format!("po_no={}", po.po_no), "a state that its facts allow", found)
        };
        report.demand("purchase_orders", holds, tell);
    }
}

/// Planned pieces are whole cases.
pub fn pieces(day: &Day, report: &mut Report) {
    for (line, version, row) in day.purchases.all() {
        let Some(offer) = day.offer_of(row.offer_no) else { continue };
        let expected = i128::from(row.cases) * i128::from(day.offers[offer as usize].case_size);
        let name = || format!("{} version={version}", day.name_of_purchase_line(*line));
        report.equal(LINES, name, expected, i128::from(row.planned_qty));
    }
}

/// What the buyer left alone is bought as suggested, from the offer's supplier; and what is suggested is bought.
pub fn cases(day: &Day, report: &mut Report) {
    for (line, _, row) in day.purchases.all_newest().filter(|(_, _, row)| !row.is_edited) {
        let po = &day.purchase_orders[day.purchase_lines[line as usize].0 as usize];
        let Some(group) = day.group_of_row(row.offer_no, po.warehouse_id) else { continue };
        let suggested = day.procurement.newest(group).map_or(0, |decided| decided.cases_suggested);
        let name = || format!("{} {}", day.name_of_purchase_line(line), day.name_of_group(group));
        report.equal(LINES, name, suggested, row.cases);
        let own_supplier = po.supplier_id == day.offer_of_group(group).supplier_id;
        report.demand(LINES, own_supplier, || (name(), "the offer's supplier", "another"));
    }
    let bought = day.bought();
    for (group, _, row) in day.procurement.all_newest().filter(|(_, _, row)| row.cases_suggested > 0) {
        let supplier_id = day.offer_of_group(group).supplier_id;
        let is_bought = bought.get(&group).is_some_and(|lines| {
            let suppliers = lines.iter().map(|line| day.purchase_lines[*line as usize].0 as usize);
            suppliers.into_iter().any(|po| day.purchase_orders[po].supplier_id == supplier_id)
        });
        let tell = || (day.name_of_group(group), format!("a line of {} cases", row.cases_suggested), "none");
        report.demand(LINES, is_bought, tell);
    }
}
