//! The audit is silent on a day that ran as it should, and finds each figure that somebody changed behind its back.
//!
//! The corruptions of `check/corruptions.sql` are planted straight into the tables, one after the other, each undone
//! before the next, on a whole pilot day.

mod corruptions;
mod planting;

use tuan::check::{self, Summary, Violation};
use tuan::store::backend::Db;

use crate::app::TestApp;
use corruptions::Corruption;
use planting::Plant;

/// Audits everything and returns what was found.
fn audit(db: &mut Db) -> (Summary, Vec<Violation>) {
    let mut found = Vec::new();
    let summary = check::run(db, None, &mut |violation| found.push(violation)).expect("the audit can read");
    assert_eq!(summary.violations, found.len() as u64);
    (summary, found)
}

/// What stands in the way of silence, a line each.
fn told(found: &[Violation]) -> String {
    let told = |Violation { rule, table, row, expected, found, en, .. }: &Violation| {
        format!("{rule}: {en}: {table} {row} should be {expected} but is {found}\n")
    };
    found.iter().map(told).collect()
}

#[test]
fn a_day_that_ran_as_it_should_is_silent_at_every_stage() {
    for stage in ["open", "frozen", "procured", "receiving", "allocated", "dispatched"] {
        let mut day = TestApp::pilot_day(stage);
        let (summary, found) = audit(&mut day.db);
        assert!(found.is_empty(), "{stage}:\n{}", told(&found));
        assert!(summary.rows > 0 && summary.figures > summary.rows / 2, "{stage}: {summary:?}");
        assert_eq!(summary.rules, check::all_rules().count() as u64);
    }
}

#[test]
fn one_cycle_is_audited_by_its_code_alone() {
    let mut day = TestApp::pilot_day("allocated");
    let of = |db: &mut Db, code: &str| check::run(db, Some(code), &mut |_| ()).expect("the audit can read").cycles;
    assert_eq!(of(&mut day.db, &day.cycle), 1);
    assert_eq!(of(&mut day.db, "no-such-cycle"), 0);
}

#[test]
fn every_planted_corruption_is_found_where_it_was_planted() {
    let mut day = TestApp::pilot_day("dispatched");
    let mut plant = Plant::new(&mut day.db, &day.cycle);
    let mut missed = String::new();
    for Corruption { name, touches, sql, rule, table } in corruptions::all() {
        plant.corrupt(&touches, sql);
        let (_, found) = audit(plant.db());
        if !found.iter().any(|violation| (violation.rule, violation.table) == (rule, table)) {
            missed += &format!("{name}: {rule} in {table} not among\n{}", told(&found));
        }
        plant.undo();
    }
    assert!(missed.is_empty(), "{missed}");
    let (_, found) = audit(plant.db());
    assert!(found.is_empty(), "undoing left behind:\n{}", told(&found));
}

#[test]
fn the_corruptions_are_of_many_kinds() {
    let mut rules: Vec<&str> = corruptions::all().iter().map(|corruption| corruption.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    assert!(rules.len() >= 20, "{rules:?}");
    let known: Vec<&str> = check::all_rules().map(|rule| rule.code).collect();
    assert!(rules.iter().all(|rule| known.contains(rule)), "{rules:?}");
}
