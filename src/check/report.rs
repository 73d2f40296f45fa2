//! Takes what the rules compare, counts it, and passes on what differs.

use std::fmt::Display;

use crate::check::rules::Described;
use crate::check::{Summary, Violation};

/// Collects the outcome of the rules, in the order in which they run.
pub struct Report<'a> {
    found: &'a mut dyn FnMut(Violation),
    cycle_code: String,
    rule: Described,
    summary: Summary,
}

impl<'a> Report<'a> {
    pub fn new(found: &'a mut dyn FnMut(Violation)) -> Report<'a> {
        Report { found, cycle_code: String::new(), rule: Described::default(), summary: Summary::default() }
    }

    /// From here on violations belong to this cycle; an empty code stands for all of them together.
    pub fn begin_cycle(&mut self, cycle_code: &str) {
        cycle_code.clone_into(&mut self.cycle_code);
        self.summary.cycles += u64::from(!cycle_code.is_empty());
    }

    /// From here on violations are of this rule.
    pub fn begin_rule(&mut self, rule: &impl AsRef<Described>) {
        self.rule = *rule.as_ref();
    }

    pub fn count_rows(&mut self, rows: u64) {
        self.summary.rows += rows;
    }

    /// Compares a figure; `row` is asked for its keys only where the two differ.
    pub fn equal<T: PartialEq + Display>(
        &mut self,
        table: &'static str,
        row: impl FnOnce() -> String,
        expected: T,
        found: T,
    ) {
        self.summary.figures += 1;
        if expected != found {
            self.pass_on(table, row(), expected.to_string(), found.to_string());
        }
    }

    /// Demands that `holds`; `tell` gives (row, expected, found) where it does not.
    pub fn demand<E: Display, F: Display>(
        &mut self,
        table: &'static str,
        holds: bool,
        tell: impl FnOnce() -> (String, E, F),
    ) {
        self.summary.figures += 1;
        if !holds {
            let (row, expected, found) = tell();
            self.pass_on(table, row, expected.to_string(), found.to_string());
        }
    }

    pub fn summary(&self, rules: u64) -> Summary {
        Summary { rules, ..self.summary }
    }

    fn pass_on(&mut self, table: &'static str, row: String, expected: String, found: String) {
        self.summary.violations += 1;
        let Described { code, zh, en } = self.rule;
        (self.found)(Violation {
            zh,
            en,
            cycle_code: self.cycle_code.clone(),
            rule: code,
            table,
            row,
            expected,
            found,
        });
    }
}
