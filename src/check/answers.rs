//! Rules on what suppliers answered.

use crate::check::day::Day;
use crate::check::report::Report;

const TABLE: &str = "purchase_answers";

/// Answers are numbered without gaps, are given to orders that were sent, at a version that the cycle has, and never
/// promise more than was asked for.
pub fn given(day: &Day, report: &mut Report) {
    let mut before = (u32::MAX, 0);
    for (line, version, row) in day.answers.all() {
        let po = &day.purchase_orders[day.purchase_lines[*line as usize].0 as usize];
        let expected = if before.0 == *line { before.1 + 1 } else { 1 };
        before = (*line, row.answer_no);
        let is_numbered = row.answer_no == expected && (2..=day.cycle().version).contains(version);
        let holds = is_numbered && po.sent_at.is_some() && (0..=row.asked_cases).contains(&row.cases);
        report.demand(TABLE, holds, || {
            let name = format!("{} answer_no={}", day.name_of_purchase_line(*line), row.answer_no);
            let found = format!("version={version} {} of {} cases", row.cases, row.asked_cases);
            (name, format!("answer_no={expected} of an order that was sent"), found)
        });
    }
}

/// The answer in force is what is planned, unless the buyer has changed the line since.
pub fn planned(day: &Day, report: &mut Report) {
    for (line, version, row) in day.answers.all_newest() {
        let newest = day.purchases.of(line).last();
        let Some((_, _, bought)) = newest.filter(|(_, changed, _)| *changed <= version) else { continue };
        report.equal(TABLE, || day.name_of_purchase_line(line), bought.cases, row.cases);
    }
}
