//! Lines that get fewer pieces than before, where goods are at the points already: what was handed out stays, and nobody
//! goes without pieces that they do not get any more.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::domain::book::Book;
use crate::domain::register::StepChanges;
use crate::flow::Desk;
use crate::store::backend::{Db, StoreError};
use crate::store::leader_receipts::{self, ChoiceRow, LossRow};
use crate::store::pickups;

/// Who is told to have made the choices that follow from a step.
const BY: &str = "tuan";

/// A line that gets fewer pieces than before.
#[derive(Clone, Copy, Debug)]
struct Lowered {
    order_id: i64,
    point_id: i64,
    offer_no: i32,
    allocated: i64,
    /// What it asks for.
    most: i64,
}

/// The lines that a step lowers, with what was handed out of them. Read it while the cycle is held alone.
#[derive(Debug)]
pub struct LoweredLines {
    cycle_id: i64,
    lines: Vec<Lowered>,
    order_ids: Vec<i64>,
    handed: FxHashMap<i64, FxHashMap<i32, i64>>,
}

impl LoweredLines {
    /// Reads it; `changes` are the step's.
    ///
    /// # Errors
    /// What the database says.
    pub fn read(db: &mut Db, book: &Book, changes: &StepChanges) -> Result<LoweredLines, StoreError> {
        let lowered = changes.lines.iter().filter(|line| line.allocated.1 < line.allocated.0);
        let lines: Vec<Lowered> = lowered
            .map(|change| {
                let line = change.line as usize;
                let order = book.lines.order_ix[line] as usize;
                Lowered {
                    order_id: book.orders.id[order],
                    point_id: book.points[book.orders.point_ix[order] as usize].id,
                    offer_no: book.offers[book.lines.offer_ix[line] as usize].offer_no as i32,
                    allocated: i64::from(change.allocated.1),
                    most: i64::from(change.ordered.1 + change.tolerance.1),
                }
            })
            .collect();
        let order_ids: BTreeSet<i64> = lines.iter().map(|line| line.order_id).collect();
        let order_ids: Vec<i64> = order_ids.into_iter().collect();
        let handed = pickups::handed(db, book.cycle.id, &order_ids)?;
        Ok(LoweredLines { cycle_id: book.cycle.id, lines, order_ids, handed })
    }

    fn handed(&self, line: &Lowered) -> i64 {
        self.handed.get(&line.order_id).and_then(|lines| lines.get(&line.offer_no)).copied().unwrap_or(0)
    }

    /// Whether each keeps what was handed out of it, as far as it is still asked for.
    pub fn keep_what_was_handed(&self) -> bool {
        self.lines.iter().all(|line| line.allocated >= self.handed(line).min(line.most))
    }

    /// Chooses anew where a line goes without more than it has still to get.
    ///
    /// # Errors
    /// What the database says.
    pub fn lower_losses(&self, db: &mut Db, desk: &Desk) -> Result<(), StoreError> {
        let losses = leader_receipts::losses_of(db, self.cycle_id, &self.order_ids)?;
        let mut lowered: BTreeMap<i64, BTreeMap<(i64, i32), i64>> = BTreeMap::new();
        for line in &self.lines {
            let lost = losses.get(&line.order_id).and_then(|lines| lines.get(&line.offer_no)).copied().unwrap_or(0);
            let most = (line.allocated - self.handed(line)).max(0);
            if lost > most {
                lowered.entry(line.point_id).or_default().insert((line.order_id, line.offer_no), most);
            }
        }
        lowered.iter().try_for_each(|(point_id, losses)| self.choose_again(db, desk, *point_id, losses))
    }

    fn choose_again(
        &self,
        db: &mut Db,
        desk: &Desk,
        point_id: i64,
        lowered: &BTreeMap<(i64, i32), i64>,
    ) -> Result<(), StoreError> {
        let choices = leader_receipts::choices_at(db, self.cycle_id, point_id)?;
        let mut losses: BTreeMap<(i64, i32), i64> =
            leader_receipts::losses_at(db, self.cycle_id, point_id)?.into_iter().collect();
        losses.extend(lowered);
        let offers: BTreeSet<i32> = lowered.keys().map(|(_, offer_no)| *offer_no).collect();
        for offer_no in offers {
            let choice = ChoiceRow {
                cycle_id: self.cycle_id,
                point_id,
                offer_no,
                choice_no: choices[&offer_no] + 1,
                chosen_by: BY.to_owned(),
                recorded_by: BY.to_owned(),
                recorded_at: desk.now.0,
            };
            let own = losses.iter().filter(|((_, no), qty)| *no == offer_no && **qty > 0);
            let row = |((order_id, _), qty): (&(i64, i32), &i64)| LossRow {
                cycle_id: self.cycle_id,
                point_id,
                offer_no,
                choice_no: choice.choice_no,
                order_id: *order_id,
                lost_qty: *qty as i32,
            };
            let rows: Vec<LossRow> = own.map(row).collect();
            leader_receipts::choose(db, &choice, &rows)?;
        }
        Ok(())
    }
}
