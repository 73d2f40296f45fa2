//! Cycles: new ones begin as drafts; terms may change until the freeze.

use std::collections::HashMap;
use std::path::Path;

use crate::domain::states::CycleState;
use crate::flow::import_file::{Imported, Reading, read_file, sort_out};
use crate::flow::{Desk, FlowError};
use crate::imports::cycles::{CycleDraft, Cycles};
use crate::imports::fault::FaultKind;
use crate::store::backend::Db;
use crate::store::cycles::{self, CycleRow};
use crate::store::ids::IdMaker;

/// Imports cycles.
///
/// # Errors
/// All faults of the file, changes of frozen cycles among them; nothing is then imported.
pub fn import_cycles(db: &mut Db, desk: &Desk, path: &Path, is_dry_run: bool) -> Result<Imported, FlowError> {
    let mut reading = read_file::<Cycles, _>(desk, path, None)?;
    let keys: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.cycle_code.clone())).collect();
    reading.refuse_repeats("cycle_code", &keys);
    let mut ids = IdMaker::lease(db, desk.now)?;
    // A cycle may open or close at any moment: its state is read where it is written.
    let imported = db.write(|db| -> Result<Imported, FlowError> {
        let known: HashMap<String, CycleRow> =
            cycles::all(db)?.into_iter().map(|row| (row.cycle_code.clone(), row)).collect();
        refuse_frozen(&mut reading, &known);
        reading.sound()?;
        let wanted = reading
            .drafts
            .iter()
            .map(|draft| {
                let old = known.get(&draft.cycle_code);
                cycle_row(draft, old, old.map_or_else(|| ids.next_id(), |row| row.id))
            })
            .collect();
        let sorted = sort_out(wanted, keys.len() as u64, |row| known.get(&row.cycle_code).map(|old| old == row));
        if !is_dry_run {
            sorted.new.iter().try_for_each(|row| cycles::insert(db, row))?;
            sorted.changed.iter().try_for_each(|row| cycles::update(db, row))?;
        }
        Ok(sorted.imported)
    });
    ids.release(db)?;
    imported
}

fn refuse_frozen(reading: &mut Reading<CycleDraft>, known: &HashMap<String, CycleRow>) {
    let frozen: Vec<_> = reading
        .drafts
        .iter()
        .filter_map(|draft| {
            let old = known.get(&draft.cycle_code)?;
            let is_free = matches!(old.card().state, CycleState::Draft | CycleState::Open);
            (!is_free && cycle_row(draft, Some(old), 0) != *old).then(|| (draft.row, old.clone()))
        })
        .collect();
    for (row, old) in frozen {
        reading.fault(row, FaultKind::WrongState, "cycle_code", &old.cycle_code, &old.state);
    }
}

/// The row a draft asks for. State and version are the cycle's own, and so is the opening time once it has opened.
pub(in crate::flow) fn cycle_row(draft: &CycleDraft, old: Option<&CycleRow>, id: i64) -> CycleRow {
    let opened = old.filter(|row| row.state != CycleState::Draft.code());
    CycleRow {
        id: old.map_or(id, |row| row.id),
        cycle_code: draft.cycle_code.clone(),
        name: draft.name.clone(),
        state: old.map_or(CycleState::Draft.code().to_owned(), |row| row.state.clone()),
        version: old.map_or(0, |row| row.version),
        opens_at: opened.map_or(draft.opens_at.0, |row| row.opens_at),
        cutoff_at: draft.cutoff_at.0,
        pickup_date: draft.pickup_date.to_string(),
        payment: draft.payment.code().to_owned(),
        rounding: draft.rounding.code().to_owned(),
        shortage_rule: draft.shortage_rule.code().to_owned(),
        pay_grace_min: draft.pay_grace_min as i32,
        pay_within_min: draft.pay_within_min as i32,
        after_sales_days: draft.after_sales_days.map(|days| days as i32),
        auto_send: draft.auto_send,
        frozen_at: old.and_then(|row| row.frozen_at),
    }
}
