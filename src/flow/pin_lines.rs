//! 手工指定: lines held at a quantity by hand, each with a reason. They act at the next allocation.

use std::path::Path;

use crate::domain::errors::Step;
use crate::domain::states::CycleState;
use crate::flow::find::Finder;
use crate::flow::import_file::{Imported, read_file};
use crate::flow::load_cycle::{frozen_book, refused};
use crate::flow::{Desk, FlowError, until_saved};
use crate::imports::fault::FaultKind;
use crate::imports::pins::Pins;
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::cycles;
use crate::store::supply::{PinRow, add_pins};

/// Takes pins from a file.
///
/// # Errors
/// `wrong_state` before the freeze and once settled; all faults of the file. Nothing was then pinned.
pub fn pin_lines(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    path: &Path,
    is_dry_run: bool,
) -> Result<Imported, FlowError> {
    until_saved(|| {
        let book = frozen_book(db, desk, cycle_code, None, Want::Queue, Step::Pin)?;
        if book.cycle.state == CycleState::Settled {
            return Err(refused(&book.cycle, Step::Pin).into());
        }
        let mut reading = read_file::<Pins, _>(desk, path, None)?;
        let drafts = std::mem::take(&mut reading.drafts);
        let keys: Vec<_> = drafts.iter().map(|d| (d.row, format!("{} {}", d.order_no, d.sku_code))).collect();
        reading.refuse_repeats("sku_code", &keys);
        let finder = Finder::of(&book, drafts.iter().map(|draft| draft.order_no.as_str()));
        let mut imported = Imported { rows: drafts.len() as u64, ..Imported::default() };
        let mut rows = Vec::new();
        for draft in drafts {
            let order = finder.order(&draft.order_no);
            if order.is_none() {
                reading.fault(draft.row, FaultKind::UnknownCode, "order_no", &draft.order_no, "");
            }
            let line =
                order.zip(finder.offer(&draft.sku_code)).and_then(|(order, offer)| Finder::line(&book, order, offer));
            let Some(line) = line else {
                if order.is_some() {
                    reading.fault(draft.row, FaultKind::UnknownCode, "sku_code", &draft.sku_code, "");
                }
                continue;
            };
            let at = line as usize;
            let most = book.lines.ordered[at] + book.lines.tolerance[at];
            if draft.qty.0 > most {
                reading.fault(draft.row, FaultKind::TooLarge, "qty", &draft.qty.to_string(), &most.to_string());
                continue;
            }
            match book.lines.pins.get(&line) {
                Some(&qty) if qty == draft.qty.0 => {
                    imported.same += 1;
                    continue;
                }
                Some(_) => imported.changed += 1,
                None => imported.new += 1,
            }
            rows.push(PinRow {
                cycle_id: book.cycle.id,
                order_id: book.orders.id[book.lines.order_ix[at] as usize],
                offer_no: book.offers[book.lines.offer_ix[at] as usize].offer_no as i32,
                version: 0,
                qty: draft.qty.0 as i32,
                reason: draft.reason,
            });
        }
        reading.sound()?;
        if is_dry_run || rows.is_empty() {
            return Ok(Some(imported));
        }
        let cycle = &book.cycle;
        let saved = db.write(|db| -> Result<bool, FlowError> {
            let claimed = cycles::next_version(db, cycle.id, cycle.version, cycle.state, "pin", desk.now)?;
            let Some(version) = claimed else { return Ok(false) };
            rows.iter_mut().for_each(|row| row.version = version as i32);
            add_pins(db, &rows)?;
            Ok(true)
        })?;
        Ok(saved.then_some(imported))
    })
}
