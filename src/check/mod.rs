//! AUDITS: re-derives every figure of a cycle from the raw rows and names each one that is not as it should be.
//!
//! The audit has its own SQL and its own arithmetic and shares neither with the steps it checks, so both must be wrong
//! in the same way to be fooled. It only reads, in one snapshot, and holds a large day (720,000 lines) in dense rows.
//!
//! `rules` lists what is checked; each rule is one function over a `Day` (all rows of one cycle, which `load`
//! reads) in the file of its subject. `figures` answers what a figure was at a version.

mod allocation;
mod answers;
mod arithmetic;
mod closing;
mod counters;
mod day;
mod document_changes;
mod document_totals;
mod documents;
mod figures;
mod ground;
mod handover;
mod load;
mod load_facts;
mod load_orders;
mod losses;
mod orders;
mod planned;
mod procurement;
mod purchasing;
mod queue;
mod receiving;
mod refunds;
mod report;
mod road;
mod routes;
mod rows;
mod rules;
mod security;
mod shares;
mod slots;
mod states;
mod stock;
mod weights;

use serde::Serialize;

use crate::check::report::Report;
use crate::store::backend::{Db, StoreError};

pub use crate::check::rules::{Described, all_rules};

/// One figure that is not what the raw rows say, or a row that may not be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The cycle; empty where the books of all cycles together are wrong.
    pub cycle_code: String,
    /// Stable code of the rule that was broken, as in [`all_rules`].
    pub rule: &'static str,
    /// The table whose row is wrong (or missing).
    pub table: &'static str,
    /// Which row, by business keys: `order_no=A1 sku_code=EGG`.
    pub row: String,
    /// What the raw rows say.
    pub expected: String,
    /// What stands in the table.
    pub found: String,
    /// What is wrong, in Chinese; row and figures not repeated.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
}

/// What the audit did, so that its silence is visibly work done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Cycles audited; 0 where the named cycle does not exist.
    pub cycles: u64,
    /// Rules that were run, each counted once.
    pub rules: u64,
    /// Raw rows that were read.
    pub rows: u64,
    /// Figures that were compared with what the raw rows say.
    pub figures: u64,
    pub violations: u64,
}

impl Summary {
    /// One line in Chinese.
    pub fn zh(&self) -> String {
        let Summary { cycles, rules, rows, figures, violations } = self;
        format!("核对了 {cycles} 个团期：{rules} 条规则，{rows} 行原始数据，{figures} 个数字，{violations} 处不符")
    }

    /// One line in English.
    pub fn en(&self) -> String {
        let Summary { cycles, rules, rows, figures, violations } = self;
        format!("audited {cycles} cycles: {rules} rules, {rows} raw rows, {figures} figures, {violations} violations")
    }
}

/// Audits one cycle (by its code), or all of them, in one read snapshot, and hands each violation to `found`.
///
/// The books that span cycles (the stock ledger's balances, the security log, the map) are audited in either case.
///
/// # Errors
/// What the database says.
pub fn run(db: &mut Db, cycle: Option<&str>, found: &mut dyn FnMut(Violation)) -> Result<Summary, StoreError> {
    db.read(|db| {
        let mut report = Report::new(found);
        let cycles = load::cycles(db)?;
        for row in cycles.into_iter().filter(|row| cycle.is_none_or(|code| code == row.cycle_code)) {
            report.begin_cycle(&row.cycle_code);
            let day = load::day(db, row)?;
            report.count_rows(day.row_count);
            for rule in rules::CYCLE_RULES {
                report.begin_rule(rule);
                (rule.check)(&day, &mut report);
            }
        }
        report.begin_cycle("");
        let balances = load::stock_balances(db)?;
        report.count_rows(balances.len() as u64);
        report.begin_rule(&rules::STOCK_BALANCE);
        (rules::STOCK_BALANCE.check)(balances.as_slice(), &mut report);
        let log = load::security_log(db)?;
        report.count_rows(log.len() as u64);
        report.begin_rule(&rules::SECURITY_CHAIN);
        (rules::SECURITY_CHAIN.check)(log.as_slice(), &mut report);
        let places = load::coordinates(db)?;
        report.count_rows(places.len() as u64);
        report.begin_rule(&rules::COORDINATE);
        (rules::COORDINATE.check)(places.as_slice(), &mut report);
        Ok(report.summary(rules::RULE_COUNT))
    })
}
