//! Rules on weighing (DOMAIN 3.6): labels, whose they are, and what was settled by them, worked out anew from the labels.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::check::arithmetic::weight_adjustment;
use crate::check::day::{Day, Ledger, Stray};
use crate::check::handover::given_at;
use crate::check::load_orders::stray;
use crate::check::report::Report;
use crate::check::rows::{AdjustmentRow, BindingRow, LabelRow, LabelVoidRow, rows};
use crate::store::backend::{Db, StoreError};

/// What was weighed.
#[derive(Debug, Default)]
pub struct Scale {
    pub labels: BTreeMap<String, LabelRow>,
    /// The version at which a label was voided.
    voids: HashMap<String, i32>,
    /// By label, the newest last.
    bindings: BTreeMap<String, Vec<BindingRow>>,
    /// Versions at which weights were settled.
    pub settled_at: Vec<i32>,
}

/// Reads it; the lines are there already.
pub fn load(db: &mut Db, day: &mut Day, cycle_id: i64) -> Result<(), StoreError> {
    let labels: Vec<LabelRow> = rows!(
        db,
        "SELECT weigh_no, number, offer_no, point_id, actual_weight_g, version FROM weighed_labels WHERE cycle_id = $1",
        cycle_id
    )?;
    let voids: Vec<LabelVoidRow> =
        rows!(db, "SELECT weigh_no, version FROM weight_voids WHERE cycle_id = $1", cycle_id)?;
    let bindings: Vec<BindingRow> = rows!(
        db,
        "SELECT weigh_no, bind_no, order_id, version FROM weight_bindings WHERE cycle_id = $1 ORDER BY weigh_no, bind_no",
        cycle_id
    )?;
    let adjustments: Vec<AdjustmentRow> = rows!(
        db,
        "SELECT order_id, offer_no, version, pieces, weighed_pieces, actual_weight_g, adjustment_fen, given_away_fen
         FROM weight_adjustments WHERE cycle_id = $1",
        cycle_id
    )?;
    day.row_count += (labels.len() + voids.len() + bindings.len() + adjustments.len()) as u64;
    let mut keyed = Vec::with_capacity(adjustments.len());
    for row in adjustments {
        match day.line_of(row.order_id, row.offer_no) {
            Some(line) => keyed.push((line, row.version, row)),
            None => stray(day, "weight_adjustments", row.order_id, row.offer_no),
        }
    }
    day.weights = Ledger::new(keyed);
    day.scale.labels = labels.into_iter().map(|row| (row.weigh_no.clone(), row)).collect();
    for row in voids {
        stray_label(day, "weight_voids", &row.weigh_no);
        day.scale.voids.insert(row.weigh_no, row.version);
    }
    for row in bindings {
        stray_label(day, "weight_bindings", &row.weigh_no);
        day.scale.bindings.entry(row.weigh_no.clone()).or_default().push(row);
    }
    Ok(())
}

fn stray_label(day: &mut Day, table: &'static str, weigh_no: &str) {
    if !day.scale.labels.contains_key(weigh_no) {
        day.strays.push(Stray { table, row: format!("weigh_no={weigh_no}"), lacks: "weighed_labels" });
    }
}

/// Every (table, version, name) that weighing noted.
pub fn versions(day: &Day) -> Vec<(&'static str, i32, String)> {
    let named = |no: &String| format!("weigh_no={no}");
    let mut found: Vec<(&'static str, i32, String)> =
        day.scale.labels.iter().map(|(no, row)| ("weighed_labels", row.version, named(no))).collect();
    found.extend(day.scale.voids.iter().map(|(no, version)| ("weight_voids", *version, named(no))));
    let bindings = day.scale.bindings.iter().flat_map(|(no, all)| all.iter().map(move |row| (no, row)));
    found.extend(bindings.map(|(no, row)| ("weight_bindings", row.version, named(no))));
    found
}

/// A label is of goods that are weighed, lies at a point of the cycle, and has the number that it says.
pub fn labels(day: &Day, report: &mut Report) {
    for (no, row) in &day.scale.labels {
        let name = || format!("weigh_no={no}");
        let is_weighed = day.offer_of(row.offer_no).is_some_and(|offer| day.offers[offer as usize].is_variable_weight);
        report.demand("weighed_labels", is_weighed, || (name(), "goods sold by weight", row.offer_no));
        let is_here = row.point_id.is_none_or(|id| day.points.iter().any(|point| point.id == id));
        report.demand("weighed_labels", is_here, || (name(), "a point of the cycle", row.point_id.unwrap_or(0)));
        let digits = no.len() <= 9 && !no.is_empty() && no.chars().all(|c| c.is_ascii_digit());
        let expected = if digits { no.parse().unwrap_or(-1) } else { -1 };
        report.equal("weighed_labels", name, expected, row.number.unwrap_or(-1));
    }
}

/// The grams of the labels that counted before a version (None: that count now), by line, and their newest version.
fn by_line(day: &Day, before: Option<i32>) -> BTreeMap<u32, (Vec<i64>, i32)> {
    let counts = |version: i32| before.is_none_or(|before| version < before);
    let mut found: BTreeMap<u32, (Vec<i64>, i32)> = BTreeMap::new();
    for (no, all) in &day.scale.bindings {
        let Some(row) = all.iter().rev().find(|row| counts(row.version)) else { continue };
        let is_void = day.scale.voids.get(no).is_some_and(|version| counts(*version));
        let (Some(label), Some(order_id), false) = (day.scale.labels.get(no), row.order_id, is_void) else { continue };
        if let Some(line) = day.line_of(order_id, label.offer_no) {
            let own = found.entry(line).or_default();
            own.0.push(i64::from(label.actual_weight_g));
            own.1 = own.1.max(row.version);
        }
    }
    found
}

/// A label is bound to a line of its goods at its point, and no line has more labels than it was given pieces when the
/// last of them was bound. Bindings of a label are numbered through.
pub fn bindings(day: &Day, report: &mut Report) {
    for (no, all) in &day.scale.bindings {
        let name = || format!("weigh_no={no}");
        for (row, expected) in all.iter().zip(1..) {
            report.equal("weight_bindings", name, expected, row.bind_no);
            let (Some(label), Some(order_id)) = (day.scale.labels.get(no), row.order_id) else { continue };
            let line = day.line_of(order_id, label.offer_no);
            report.demand("weight_bindings", line.is_some(), || (name(), "a line of its goods", order_id));
            let point = day
                .order_of(order_id)
                .and_then(|order| day.points.get(day.orders[order as usize].point as usize).map(|point| point.id));
            let is_here = label.point_id.is_none() || label.point_id == point;
            report.demand("weight_bindings", is_here, || (name(), "an order of its point", order_id));
        }
    }
    for (line, (labels, version)) in by_line(day, None) {
        let given = given_at(day, line, version);
        let holds = labels.len() as i64 <= given;
        report.demand("weight_bindings", holds, || (day.name_of_line(line), format!("at most {given}"), labels.len()));
    }
}

/// Each time weights were settled, every line with labels was settled by them, and nothing else was.
pub fn adjustments(day: &Day, report: &mut Report) {
    let settled: HashSet<i32> = day.scale.settled_at.iter().copied().collect();
    for (line, version, _) in day.weights.all() {
        let holds = settled.contains(version);
        report.demand("weight_adjustments", holds, || {
            (day.name_of_line(*line), "a version at which weights were settled", *version)
        });
    }
    for &version in &day.scale.settled_at {
        let weighed = by_line(day, Some(version));
        let before = day.weights.all().iter().filter(|(_, at, _)| *at <= version).map(|(line, ..)| *line);
        let lines: BTreeSet<u32> = weighed.keys().copied().chain(before).collect();
        for line in lines {
            let labels = weighed.get(&line).map_or(&[][..], |(labels, _)| labels.as_slice());
            let found = day.weights.at(line, version).map_or_else(|| "no row".to_owned(), shown);
            let name = || format!("{} version={version}", day.name_of_line(line));
            report.equal("weight_adjustments", name, expected(day, line, version, labels), found);
        }
    }
}

fn shown(row: &AdjustmentRow) -> String {
    let AdjustmentRow { pieces, weighed_pieces, actual_weight_g, adjustment_fen, given_away_fen, .. } = row;
    format!("{pieces} {weighed_pieces} {actual_weight_g} g {adjustment_fen} {given_away_fen}")
}

/// What a line's row must say: pieces, those with labels, grams, fen to pay more, fen given away.
fn expected(day: &Day, line: u32, version: i32, labels: &[i64]) -> String {
    let offer = &day.offers[day.lines[line as usize].offer as usize];
    let pieces = given_at(day, line, version);
    let nominal = i64::from(offer.nominal_weight_g.unwrap_or(0));
    let grams = labels.iter().sum::<i64>() + (pieces - labels.len() as i64) * nominal;
    let (amount, given_away) = weight_adjustment(offer, pieces, grams);
    format!("{pieces} {} {grams} g {amount} {given_away}", labels.len())
}

/// By how much more was sent back for lines with another weight than they now must give back, by order: what a label
/// that came later takes away again was not asked back from anybody.
pub fn sent_beyond(day: &Day) -> HashMap<u32, i128> {
    let orders: HashMap<i64, i64> = day
        .refunds
        .iter()
        .filter(|refund| refund.state == "sent" || refund.state == "done")
        .map(|refund| (refund.id, refund.order_id))
        .collect();
    let mut sent: HashMap<u32, i128> = HashMap::new();
    for row in &day.refund_lines {
        let line = orders.get(&row.refund_id).and_then(|order_id| day.line_of(*order_id, row.offer_no));
        if let Some(line) = line.filter(|line| day.weights.newest(*line).is_some()) {
            *sent.entry(line).or_default() += i128::from(row.amount_fen);
        }
    }
    let mut beyond: HashMap<u32, i128> = HashMap::new();
    for (line, amount) in sent {
        let over = (amount - day.line_target(line)).max(0);
        *beyond.entry(day.lines[line as usize].order).or_default() += over;
    }
    beyond
}
