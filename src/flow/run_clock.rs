//! 定时: the clock opens and freezes cycles, and reminds leaders. Only servers run it; it moves cycles forward alone.

use crate::domain::letters::address_fault;
use crate::domain::states::CycleState;
use crate::domain::window::{clock_moves_to, reminds_at};
use crate::flow::cutoff::{Closed, cutoff_when_due};
use crate::flow::queue_letters::remind_leaders;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::cycles::CycleRow;
use crate::store::ids::IdMaker;
use crate::store::reminders::standing_by_leader;
use crate::store::{clocks, cycles, master};

/// What one turn of the clock did.
#[derive(Debug, Default)]
pub struct Turn {
    pub opened: Vec<String>,
    pub frozen: Vec<Closed>,
    /// Cycles whose leaders are reminded now, and how many of them.
    pub reminded: Vec<(String, usize)>,
    /// Cycles that could not be moved: the next turn tries again.
    pub failed: Vec<(String, FlowError)>,
}

/// Moves every cycle whose time has come. Each move is a change under its condition, so any number of clocks and
/// commands may try at once: one of them does it. One cycle's failure keeps no other waiting.
///
/// # Errors
/// Where the cycles cannot be read.
pub fn run_clock(db: &mut Db, desk: &Desk) -> Result<Turn, FlowError> {
    let mut turn = Turn::default();
    for row in clocks::moving(db)? {
        if let Err(error) = move_cycle(db, desk, &row, &mut turn) {
            turn.failed.push((row.cycle_code.clone(), error));
        }
    }
    Ok(turn)
}

fn move_cycle(db: &mut Db, desk: &Desk, row: &CycleRow, turn: &mut Turn) -> Result<(), FlowError> {
    let cycle = row.card();
    match clock_moves_to(&cycle, row.pay_grace_min.unsigned_abs(), desk.now) {
        Some(CycleState::Open) => {
            let is_new = db.write(|db| cycles::open(db, cycle.id, cycle.opens_at))?;
            turn.opened.extend(is_new.then(|| cycle.cycle_code.clone()));
        }
        Some(_) => turn.frozen.extend(cutoff_when_due(db, desk, &cycle.cycle_code)?),
        None if reminds_at(&cycle, desk.now) && !clocks::is_reminded(db, cycle.id)? => {
            let told = remind(db, desk, cycle.id, &cycle.cycle_code)?;
            turn.reminded.extend(told.map(|count| (cycle.cycle_code.clone(), count)));
        }
        None => (),
    }
    Ok(())
}

/// Queues a letter to every leader with orders and an address; None if somebody else has done so.
fn remind(db: &mut Db, desk: &Desk, cycle_id: i64, cycle_code: &str) -> Result<Option<usize>, FlowError> {
    let standing = db.read(|db| standing_by_leader(db, cycle_id))?;
    let leaders: Vec<(i64, String)> = master::leader::all(db)?
        .into_iter()
        .filter(|leader| standing.contains_key(&leader.id) && address_fault(leader.email.as_deref()).is_none())
        .map(|leader| (leader.id, leader.leader_code))
        .collect();
    let mut ids = IdMaker::lease(db, desk.now)?;
    let told = db.write(|db| -> Result<Option<usize>, FlowError> {
        if clocks::is_reminded(db, cycle_id)? {
            return Ok(None);
        }
        clocks::set_reminded(db, cycle_id, desk.now)?;
        Ok(Some(remind_leaders(db, &mut ids, desk.now, (cycle_id, cycle_code), &leaders)?))
    })?;
    ids.release(db)?;
    Ok(told)
}
