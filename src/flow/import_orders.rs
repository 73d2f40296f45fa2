//! Orders from a file: all or nothing, repeatable, streamed.
//!
//! The file is read twice. The first pass checks every row and finds which orders are new, known or faulty, without
//! writing. The second stages the new ones in chunks of 20,000 to 60,000 rows under an import id; they stay invisible
//! until one last short transaction turns the import to done. Killed before that, the next import takes the leavings
//! away.

mod catalog;
mod inspect;
mod keys;
mod owner;
mod people;
mod stage;

use std::path::Path;

use crate::domain::errors::Step;
use crate::domain::facts::Cycle;
use crate::domain::states::CycleState;
use crate::flow::import_file::open_table;
use crate::flow::load_cycle::{card, refused};
use crate::flow::{Desk, FlowError};
use crate::imports::{Faults, Settings};
use crate::store::backend::Db;
use crate::store::orders;

use catalog::Catalog;
use inspect::Inspected;

/// How an order file is to be taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner<'a> {
    /// Check only, write nothing.
    pub is_dry_run: bool,
    /// Take the sound orders and write the rows of the others to this file.
    pub faulty_to: Option<&'a Path>,
}

/// What an import of orders did.
#[derive(Clone, Debug, Default)]
pub struct ImportedOrders {
    pub rows: u64,
    /// Orders and lines that are new.
    pub orders: u64,
    pub lines: u64,
    /// Orders that were there already, the same.
    pub known_orders: u64,
    /// Orders left out as faulty (only when faulty ones are skipped), and why.
    pub skipped_orders: u64,
    pub faults: Faults,
}

/// How far an import is: rows checked so far, rows staged so far.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Imports the order lines of a file into an open cycle.
///
/// # Errors
/// `wrong_state` for a cycle that is not open; all faults of the file; an unreadable file. Nothing was then imported.
pub fn import_orders(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    path: &Path,
    manner: Manner<'_>,
    progress: Progress<'_>,
) -> Result<ImportedOrders, FlowError> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let settings = Settings::new(&name, desk.zone);
    let cycle = open_cycle(db, cycle_code)?;
    if !manner.is_dry_run {
        discard_leavings(db, desk, cycle.id)?;
    }
    let catalog = Catalog::load(db, &cycle)?;
    let mut source = open_table(path, &settings.file)?;
    let mut inspected = inspect::inspect(db, &cycle, &catalog, &mut source.file, &settings, progress)?;
    let faults = std::mem::take(&mut inspected.faults);
    if faults.count() > 0 && (manner.faulty_to.is_none() || inspected.is_beyond_skipping) {
        return Err(FlowError::Faults(faults));
    }
    let mut done = summary(&inspected, faults);
    if manner.is_dry_run {
        return Ok(done);
    }
    if done.orders > 0 || done.skipped_orders > 0 || done.faults.count() > 0 {
        if !source.is_converted {
            source = open_table(path, &settings.file)?;
        }
        let file = &mut source.file;
        done.lines = stage::stage(db, desk, &cycle, &catalog, &inspected, file, &settings, manner.faulty_to, progress)?;
    }
    Ok(done)
}

fn summary(inspected: &Inspected, faults: Faults) -> ImportedOrders {
    ImportedOrders {
        rows: inspected.rows,
        orders: inspected.count(inspect::Fate::New),
        lines: inspected.new_lines(),
        known_orders: inspected.count(inspect::Fate::Known),
        skipped_orders: inspected.count(inspect::Fate::Faulty),
        faults,
    }
}

/// The cycle, which must take orders from imports.
fn open_cycle(db: &mut Db, cycle_code: &str) -> Result<Cycle, FlowError> {
    let cycle = card(db, cycle_code)?;
    if cycle.state != CycleState::Open {
        return Err(refused(&cycle, Step::ImportOrders).into());
    }
    Ok(cycle)
}

/// Takes away what imports that died left staged in this cycle.
///
/// # Errors
/// A refusal while another import into the cycle is alive.
fn discard_leavings(db: &mut Db, desk: &Desk, cycle_id: i64) -> Result<(), FlowError> {
    for (import_id, owner, touched_at) in orders::staging(db, cycle_id)? {
        if owner::is_alive(&owner, touched_at, desk.now) {
            return Err(owner::still_running(&owner).into());
        }
        while !db.write(|db| orders::discard_some(db, cycle_id, import_id))? {}
    }
    Ok(())
}
