//! Totals of open cycles, always what a recount would give, without one.
//!
//! On SQLite the one server keeps them in memory: the queue's writer adds what it has committed, and orders that came by
//! another door show by a stamp, so that the next question counts anew. On PostgreSQL each server adds to rows of its
//! own within the orders' transaction, and the sum of the rows is the total.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use crate::domain::facts::Cycle;
use crate::domain::states::CycleState;
use crate::domain::tally::{Sums, Tally};
use crate::flow::FlowError;
use crate::flow::count_totals::{Totals, count, count_totals, name};
use crate::flow::load_cycle::card;
use crate::store::backend::{Db, StoreError};
use crate::store::live_totals::{self, TotalRow};
use crate::store::stamps;

/// The totals that a server keeps in memory.
#[derive(Debug, Default)]
pub struct LiveTotals {
    kept: Mutex<Kept>,
    /// Held by whoever counts anew, so that many who ask at once count once.
    counting: Mutex<()>,
}

#[derive(Debug, Default)]
struct Kept {
    cycles: FxHashMap<i64, Known>,
    /// What was committed since a count that is under way began.
    since: FxHashMap<i64, Tally>,
}

#[derive(Debug)]
struct Known {
    /// For which count of foreign orders, and whether of the frozen cycle.
    stamp: (i64, bool),
    tally: Tally,
}

/// The totals while a transaction commits: nobody reads them until what it did is in them too.
pub struct Committing<'l>(MutexGuard<'l, Kept>);

impl Committing<'_> {
    /// Adds what was committed.
    pub fn add(mut self, changes: &FxHashMap<i64, Tally>) {
        for (cycle_id, change) in changes {
            if let Some(known) = self.0.cycles.get_mut(cycle_id) {
                known.tally.merge(change);
            }
            if let Some(since) = self.0.since.get_mut(cycle_id) {
                since.merge(change);
            }
        }
    }
}

impl LiveTotals {
    /// To be held from before a transaction's COMMIT until what it did is added.
    pub fn committing(&self) -> Committing<'_> {
        Committing(self.kept())
    }

    /// The totals of a cycle as they stand.
    ///
    /// # Errors
    /// `not_found`.
    pub fn read(&self, db: &mut Db, cycle_code: &str) -> Result<Totals, FlowError> {
        if live_totals::are_kept(db) {
            return read_rows(db, cycle_code);
        }
        let (cycle, stamp) = db.read(|db| stamped(db, cycle_code))?;
        if let Some(tally) = self.known(cycle.id, stamp) {
            return name(db, cycle.id, &tally);
        }
        let turn = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = match self.known(cycle.id, stamp) {
            Some(tally) => tally,
            None => self.count(db, cycle_code)?,
        };
        drop(turn);
        name(db, cycle.id, &tally)
    }

    fn known(&self, cycle_id: i64, stamp: (i64, bool)) -> Option<Tally> {
        self.kept().cycles.get(&cycle_id).filter(|known| known.stamp == stamp).map(|known| known.tally.clone())
    }

    /// Counts a cycle's orders in a snapshot that begins between two commits of the writer.
    fn count(&self, db: &mut Db, cycle_code: &str) -> Result<Tally, FlowError> {
        let mut between = Some(self.kept());
        let mut begun = None;
        let counted = db.read(|db| -> Result<_, FlowError> {
            let (cycle, stamp) = stamped(db, cycle_code)?;
            if let Some(mut kept) = between.take() {
                kept.since.insert(cycle.id, Tally::default());
                begun = Some(cycle.id);
            }
            Ok((cycle.id, stamp, count(db, &cycle)?))
        });
        drop(between);
        let mut kept = self.kept();
        let since = begun.and_then(|cycle_id| kept.since.remove(&cycle_id)).unwrap_or_default();
        let (cycle_id, stamp, mut tally) = counted?;
        tally.merge(&since);
        kept.cycles.insert(cycle_id, Known { stamp, tally: tally.clone() });
        Ok(tally)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Each change is whole before the lock is given back, so a panic elsewhere does no harm to it.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stamped(db: &mut Db, cycle_code: &str) -> Result<(Cycle, (i64, bool)), FlowError> {
    let cycle = card(db, cycle_code)?;
    let stamp = (stamps::read(db)?.orders, cycle.state != CycleState::Open);
    Ok((cycle, stamp))
}

fn read_rows(db: &mut Db, cycle_code: &str) -> Result<Totals, FlowError> {
    let tally = db.read(|db| -> Result<_, FlowError> {
        let cycle = card(db, cycle_code)?;
        if cycle.state != CycleState::Open || !live_totals::are_counted(db, cycle.id)? {
            return Ok(None);
        }
        let tally = tally_of(live_totals::read(db, cycle.id)?);
        Ok(Some(name(db, cycle.id, &tally)?))
    })?;
    match tally {
        Some(totals) => Ok(totals),
        None => count_totals(db, cycle_code),
    }
}

/// Adds what a transaction did to a server's own rows, within that transaction.
///
/// # Errors
/// What the database says.
pub fn add_rows(db: &mut Db, writer_no: i32, changes: &FxHashMap<i64, Tally>) -> Result<(), StoreError> {
    let mut cycles: Vec<_> = changes.iter().filter(|(_, change)| !change.is_empty()).collect();
    cycles.sort_unstable_by_key(|(cycle_id, _)| **cycle_id);
    for (cycle_id, change) in cycles {
        live_totals::add(db, *cycle_id, writer_no, &rows_of(change))?;
    }
    Ok(())
}

/// The sums as rows, by kind and key.
pub fn rows_of(tally: &Tally) -> Vec<TotalRow> {
    let row = |kind: &str, key: i64, sums: &Sums| TotalRow {
        kind: kind.to_owned(),
        key,
        orders: sums.orders,
        lines: sums.lines,
        ordered_qty: sums.ordered_qty,
        tolerance_qty: sums.tolerance_qty,
        unpaid_qty: sums.unpaid_qty,
        sales_fen: sums.sales_fen,
    };
    let mut rows = vec![row("cycle", 0, &tally.cycle)];
    rows.extend(tally.offers.iter().map(|(offer_no, sums)| row("offer", i64::from(*offer_no), sums)));
    rows.extend(tally.leaders.iter().map(|(leader_id, sums)| row("leader", *leader_id, sums)));
    rows.sort_unstable_by(|a, b| (&a.kind, a.key).cmp(&(&b.kind, b.key)));
    rows
}

fn tally_of(rows: Vec<TotalRow>) -> Tally {
    let mut tally = Tally::default();
    for row in rows {
        let sums = Sums {
            orders: row.orders,
            lines: row.lines,
            ordered_qty: row.ordered_qty,
            tolerance_qty: row.tolerance_qty,
            unpaid_qty: row.unpaid_qty,
            sales_fen: row.sales_fen,
        };
        match row.kind.as_str() {
            "offer" if sums != Sums::default() => drop(tally.offers.insert(row.key as i32, sums)),
            "leader" if sums != Sums::default() => drop(tally.leaders.insert(row.key, sums)),
            "cycle" => tally.cycle = sums,
            _ => {}
        }
    }
    tally
}
