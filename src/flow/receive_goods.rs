//! 收货: what arrived, in several deliveries; recounts keep both counts.

mod counts;
mod once;

use std::path::Path;

use crate::domain::book::Book;
use crate::domain::documents::{receipt_no, receiving_sheet_no};
use crate::domain::errors::{RuleError, Step};
use crate::domain::states::{CycleState, PurchaseOrderState};
use crate::flow::answered::Sender;
use crate::flow::import_file::{Imported, read_file};
use crate::flow::load_cycle::{frozen_book, refused};
use crate::flow::{Desk, FlowError, answered, until_saved};
use crate::imports::receipts::Receipts;
use crate::store::backend::{Db, StoreError};
use crate::store::book::Want;
use crate::store::cycles;
use crate::store::supply::{ReceiptRow, add_receipts, cycle_of_purchase, receipts_of, set_purchase_state};

pub use once::Received;

/// Takes deliveries from a file: counts of purchase order lines.
///
/// # Errors
/// `wrong_state` before `procure`; all faults of the file. Nothing was then received.
pub fn receive_file(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    path: &Path,
    is_dry_run: bool,
) -> Result<Imported, FlowError> {
    until_saved(|| {
        let (book, rows, imported) = counted(db, desk, cycle_code, path)?;
        if is_dry_run {
            return Ok(Some(imported));
        }
        Ok(save(db, desk, &book, rows, imported, None)?.map(|_| imported))
    })
}

/// Takes deliveries under the sender's own key: a repeat gets the first answer, whatever has happened since. A dry run
/// uses no key up.
///
/// # Errors
/// As [`receive_file`]; `key_reused` where the key was given to another body.
pub fn receive_once(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    path: &Path,
    is_dry_run: bool,
    sender: &Sender,
) -> Result<Received, FlowError> {
    until_saved(|| {
        if let Some(answer) = answered::first(db, &once::route(cycle_code), sender)? {
            return Ok(Some(answer));
        }
        let (book, rows, imported) = counted(db, desk, cycle_code, path)?;
        if is_dry_run {
            return Ok(Some(Received::new(imported, book.cycle.state, book.cycle.version)));
        }
        save(db, desk, &book, rows, imported, Some(sender))
    })
}

/// The counts of a file that are new.
fn counted(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    path: &Path,
) -> Result<(Book, Vec<ReceiptRow>, Imported), FlowError> {
    let book = receiving_book(db, desk, cycle_code)?;
    let mut reading = read_file::<Receipts, _>(desk, path, None)?;
    let stored = receipts_of(db, book.cycle.id)?;
    let (rows, imported) = counts::new_counts(&book, &stored, &mut reading, desk.now);
    reading.sound()?;
    Ok((book, rows, imported))
}

/// Takes everything that is still expected as arrived, and closes receiving.
///
/// # Errors
/// `wrong_state` before `procure`.
pub fn receive_all_as_planned(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<Imported, FlowError> {
    until_saved(|| {
        let book = receiving_book(db, desk, cycle_code)?;
        let stored = receipts_of(db, book.cycle.id)?;
        let mut rows = Vec::new();
        for po in &book.purchase_orders {
            let receipt_no = next_receipt_no(&po.po_no, stored.iter().filter(|row| row.po_id == po.id).count(), |no| {
                stored.iter().any(|row| row.po_id == po.id && row.receipt_no == no)
            });
            for line in po.lines.iter().filter(|line| !line.is_closed) {
                rows.push(counts::as_planned(&book, po, line, &receipt_no, desk.now));
            }
        }
        let imported = Imported { rows: rows.len() as u64, new: rows.len() as u64, changed: 0, same: 0 };
        Ok(save(db, desk, &book, rows, imported, None)?.map(|_| imported))
    })
}

/// The next free number of a delivery, as printed on the receiving sheet: `RS-261122-007-1`.
fn next_receipt_no(po_no: &str, upper: usize, is_taken: impl Fn(&str) -> bool) -> String {
    let sheet_no = receiving_sheet_no(po_no);
    let numbered = |n: usize| receipt_no(&sheet_no, n);
    (1..=upper + 1).map(numbered).find(|no| !is_taken(no)).unwrap_or_else(|| numbered(upper + 1))
}

fn receiving_book(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<Book, FlowError> {
    let book = frozen_book(db, desk, cycle_code, None, Want::Supply, Step::Receive)?;
    if book.cycle.state.after_receiving().is_err() {
        return Err(refused(&book.cycle, Step::Receive).into());
    }
    Ok(book)
}

/// Saves counts, and under the sender's key what is answered; None where the cycle has moved on since it was read, or
/// another act came first under this key.
fn save(
    db: &mut Db,
    desk: &Desk,
    book: &Book,
    mut rows: Vec<ReceiptRow>,
    imported: Imported,
    sender: Option<&Sender>,
) -> Result<Option<Received>, FlowError> {
    let cycle = &book.cycle;
    let moves = !rows.is_empty() || cycle.state == CycleState::Procured;
    let state = if moves { cycle.state.after_receiving()? } else { cycle.state };
    if !moves && sender.is_none() {
        return Ok(Some(Received::new(imported, state, cycle.version)));
    }
    db.write(|db| {
        if let Some(sender) = sender
            && answered::first::<Received>(db, &once::route(&cycle.cycle_code), sender)?.is_some()
        {
            return Ok(None);
        }
        let Some(version) = claim_version(db, desk, book, state, rows.is_empty())? else { return Ok(None) };
        rows.iter_mut().for_each(|row| row.version = version as i32);
        add_receipts(db, &rows)?;
        for po in &book.purchase_orders {
            let comes = rows.iter().any(|row| row.po_id == po.id);
            if comes && po.state != PurchaseOrderState::Received {
                let state = po.state.moved_to(PurchaseOrderState::Received).map_err(|error| error.about(&po.po_no))?;
                set_purchase_state(db, po.id, state, None)?;
            }
        }
        let received = Received::new(imported, state, version);
        if let Some(sender) = sender {
            answered::keep(db, desk, &once::route(&cycle.cycle_code), cycle.id, sender, &received)?;
        }
        Ok(Some(received))
    })
}

/// The version that counts stand under: a new one, or where there are none the one that the cycle is at.
fn claim_version(
    db: &mut Db,
    desk: &Desk,
    book: &Book,
    state: CycleState,
    is_empty: bool,
) -> Result<Option<u32>, StoreError> {
    let cycle = &book.cycle;
    if is_empty {
        return Ok(cycles::set_state(db, cycle.id, cycle.version, state)?.then_some(cycle.version));
    }
    cycles::next_version(db, cycle.id, cycle.version, state, "receive", desk.now)
}

/// The cycle whose purchase orders a file of receipts names.
///
/// # Errors
/// Faults of the file; `not_found` where it names no known purchase order.
pub fn cycle_of_file(db: &mut Db, desk: &Desk, path: &Path) -> Result<String, FlowError> {
    let mut reading = read_file::<Receipts, _>(desk, path, None)?;
    reading.sound()?;
    for draft in &reading.drafts {
        if let Some(code) = cycle_of_purchase(db, &draft.po_no)? {
            return Ok(code);
        }
    }
    let first = reading.drafts.first().map_or_else(String::new, |draft| draft.po_no.clone());
    let thing = crate::domain::errors::StateName { code: "purchase order", zh: "采购单" };
    Err(RuleError::NotFound { thing, key: first }.into())
}
