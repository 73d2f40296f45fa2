//! 改单: additions, changes and cancellations after the freeze. Order rows stay as they are; corrections are new rows.

use std::collections::BTreeSet;
use std::path::Path;

use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::reason::Reason;
use crate::domain::register::{LineChange, StepChanges};
use crate::domain::states::CycleState;
use crate::flow::find::Finder;
use crate::flow::import_file::{Imported, Reading, read_file};
use crate::flow::issue_sheets::issue_sheets;
use crate::flow::load_cycle::{frozen_book, refused};
use crate::flow::lowered_lines::LoweredLines;
use crate::flow::plan_refunds::{plan_refunds, save_refunds};
use crate::flow::{Desk, FlowError, until_saved};
use crate::imports::corrections::{Correction, CorrectionDraft, Corrections};
use crate::imports::fault::FaultKind;
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::cycles::{self, Hold};
use crate::store::ids::IdMaker;
use crate::store::supply::{CorrectionRow, LineShareRow, add_corrections, add_line_shares};

/// A line's new quantity, decided.
struct Corrected {
    order_ix: u32,
    offer_ix: u32,
    action: &'static str,
    ordered: u32,
    tolerance: u32,
    reason: String,
}

/// Takes corrections from a file into a frozen cycle. What a cancelled or lowered line had been given is free for the
/// next allocation; what was added waits for it.
///
/// # Errors
/// `wrong_state` before the freeze and once settled; all faults of the file. Nothing was then changed.
pub fn correct_orders(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    path: &Path,
    is_dry_run: bool,
) -> Result<Imported, FlowError> {
    until_saved(|| {
        let mut book = frozen_book(db, desk, cycle_code, None, Want::Everything, Step::Correct)?;
        if book.cycle.state == CycleState::Settled {
            return Err(refused(&book.cycle, Step::Correct).into());
        }
        let mut reading = read_file::<Corrections, _>(desk, path, None)?;
        let (corrected, imported) = resolve(&book, &mut reading);
        reading.sound()?;
        if is_dry_run || corrected.is_empty() {
            return Ok(Some(imported));
        }
        Ok(save(db, desk, &mut book, corrected)?.then_some(imported))
    })
}

fn resolve(book: &Book, reading: &mut Reading<CorrectionDraft>) -> (Vec<Corrected>, Imported) {
    let drafts = std::mem::take(&mut reading.drafts);
    let finder = Finder::of(book, drafts.iter().map(|draft| draft.order_no.as_str()));
    let mut imported = Imported { rows: drafts.len() as u64, ..Imported::default() };
    let mut corrected: Vec<Corrected> = Vec::new();
    let mut named = BTreeSet::new();
    for draft in &drafts {
        let Some(order) = finder.order(&draft.order_no) else {
            reading.fault(draft.row, FaultKind::UnknownCode, "order_no", &draft.order_no, "");
            continue;
        };
        let before = corrected.len();
        match wanted(book, &finder, order, draft) {
            Err((column, value, kind, detail)) => reading.fault(draft.row, kind, column, &value, &detail),
            Ok(lines) => corrected.extend(lines),
        }
        for line in &corrected[before..] {
            if !named.insert((line.order_ix, line.offer_ix)) {
                reading.fault(draft.row, FaultKind::DuplicateRow, "order_no", &draft.order_no, "");
            }
        }
        match (corrected.len() > before, &draft.change) {
            (false, _) => imported.same += 1,
            (true, Correction::Add { .. }) => imported.new += 1,
            (true, _) => imported.changed += 1,
        }
    }
    (corrected, imported)
}

/// A refused cell: column, value, kind, detail.
type Refused = (&'static str, String, FaultKind, String);

/// The lines a correction changes; none where everything is so already.
fn wanted(book: &Book, finder: &Finder, order: u32, draft: &CorrectionDraft) -> Result<Vec<Corrected>, Refused> {
    let offer_of = |sku: &str| {
        let cycle = book.cycle.cycle_code.clone();
        finder.offer(sku).ok_or(("sku_code", sku.to_owned(), FaultKind::NotOnSale, cycle))
    };
    let corrected = |offer_ix, action, ordered, tolerance| Corrected {
        order_ix: order,
        offer_ix,
        action,
        ordered,
        tolerance,
        reason: draft.reason.clone(),
    };
    let refuse = |sku: &str, detail: &str| Err(("sku_code", sku.to_owned(), FaultKind::OutOfBounds, detail.to_owned()));
    match &draft.change {
        Correction::Add { sku_code, ordered_qty } => {
            let offer = offer_of(sku_code)?;
            match Finder::line(book, order, offer) {
                Some(line) if book.lines.ordered[line as usize] == 0 => {
                    Ok(vec![corrected(offer, "add", ordered_qty.0, 0)])
                }
                Some(line)
                    if book.lines.ordered[line as usize] == ordered_qty.0
                        && book.lines.added_at.contains_key(&line) =>
                {
                    Ok(Vec::new())
                }
                Some(_) => refuse(sku_code, "订单已有这一行，请用 change the order has this line, use change"),
                None => Ok(vec![corrected(offer, "add", ordered_qty.0, 0)]),
            }
        }
        Correction::Change { sku_code, ordered_qty } => {
            let offer = offer_of(sku_code)?;
            match Finder::line(book, order, offer).map(|line| line as usize) {
                Some(line) if book.lines.ordered[line] == ordered_qty.0 => Ok(Vec::new()),
                Some(line) if book.lines.ordered[line] > 0 => {
                    Ok(vec![corrected(offer, "change", ordered_qty.0, book.lines.tolerance[line])])
                }
                _ => refuse(sku_code, "订单没有这一行，请用 add the order has no such line, use add"),
            }
        }
        Correction::Cancel { sku_code: Some(sku_code) } => {
            let offer = offer_of(sku_code)?;
            match Finder::line(book, order, offer).map(|line| line as usize) {
                Some(line) if book.lines.ordered[line] == 0 => Ok(Vec::new()),
                Some(_) => Ok(vec![corrected(offer, "cancel", 0, 0)]),
                None => refuse(sku_code, "订单没有这一行 the order has no such line"),
            }
        }
        Correction::Cancel { sku_code: None } => Ok(book
            .lines_of(order)
            .filter(|&line| book.lines.ordered[line] > 0)
            .map(|line| corrected(book.lines.offer_ix[line], "cancel", 0, 0))
            .collect()),
    }
}

fn save(db: &mut Db, desk: &Desk, book: &mut Book, corrected: Vec<Corrected>) -> Result<bool, FlowError> {
    let is_allocated = !book.allocations.is_empty();
    let mut changes = StepChanges::default();
    let (mut rows, mut shares) = (Vec::new(), Vec::new());
    // All new lines first: each moves the lines behind it, and the changes below are known by their line's place.
    for line in &corrected {
        if Finder::line(book, line.order_ix, line.offer_ix).is_none() {
            book.add_line(line.order_ix, line.offer_ix, desk.now);
        }
    }
    for line in &corrected {
        let change = apply(book, line, is_allocated);
        rows.push(correction_row(book, line, change.line, desk));
        if is_allocated {
            let mut share = share_row(book, line, change.allocated.1);
            share.reason = book.lines.reasons.get(&change.line).map_or("", |reason| reason.code());
            shares.push(share);
        }
        changes.lines.push(change);
    }
    let orders: BTreeSet<u32> = corrected.iter().map(|line| line.order_ix).collect();
    let refunds = plan_refunds(db, book, |order| orders.contains(&order))?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let saved = db.write_locking(|db| -> Result<bool, FlowError> {
        let cycle = &book.cycle;
        // From here on no cash goes back and nobody is chosen to go without until this is saved.
        cycles::hold(db, &[cycle.id], Hold::Alone)?;
        if !refunds.still_holds(db)? {
            return Ok(false);
        }
        let Some(version) = cycles::next_version(db, cycle.id, cycle.version, cycle.state, "correct", desk.now)? else {
            return Ok(false);
        };
        rows.iter_mut().for_each(|row| row.version = version as i32);
        shares.iter_mut().for_each(|row| row.version = version as i32);
        add_corrections(db, &rows)?;
        add_line_shares(db, &shares)?;
        LoweredLines::read(db, book, &changes)?.lower_losses(db, desk)?;
        save_refunds(db, book, &refunds, version, &mut ids)?;
        issue_sheets(db, book, &changes, version)?;
        Ok(true)
    })?;
    ids.release(db)?;
    Ok(saved)
}

/// Enters a correction in the book. A line keeps what it was given as far as it still asks for it; what it asks for
/// beyond what it had asked for when goods were shared out waits.
fn apply(book: &mut Book, corrected: &Corrected, is_allocated: bool) -> LineChange {
    let line = Finder::line(book, corrected.order_ix, corrected.offer_ix).expect("missing lines were added before");
    let at = line as usize;
    let charged = book.charged(at).max(corrected.ordered + corrected.tolerance);
    let given = if is_allocated { book.lines.allocated[at] } else { 0 };
    let kept = given.min(corrected.ordered + corrected.tolerance);
    let (shared, short) = (book.lines.ordered[at] - book.waiting(at), book.short(at));
    let why = match (corrected.action, kept < corrected.ordered) {
        ("cancel", _) => Reason::Cancelled,
        ("add", true) => Reason::LateAdd,
        _ => Reason::Corrected,
    };
    let before = (book.lines.ordered[at], book.lines.tolerance[at]);
    book.lines.charged.insert(line, charged);
    book.lines.ordered[at] = corrected.ordered;
    book.lines.tolerance[at] = corrected.tolerance;
    book.lines.allocated[at] = if is_allocated { kept } else { corrected.ordered };
    if is_allocated {
        book.lines.waiting.insert(line, corrected.ordered.saturating_sub(shared.max(kept)));
    }
    if kept == corrected.ordered && corrected.ordered > 0 {
        book.lines.reasons.remove(&line);
    } else if is_allocated {
        book.lines.reasons.insert(line, why);
    }
    LineChange {
        line,
        ordered: (before.0, corrected.ordered),
        tolerance: (before.1, corrected.tolerance),
        allocated: (given, kept),
        short: (short, book.short(at)),
        reason: why,
    }
}

fn correction_row(book: &Book, corrected: &Corrected, line: u32, desk: &Desk) -> CorrectionRow {
    CorrectionRow {
        cycle_id: book.cycle.id,
        order_id: book.orders.id[corrected.order_ix as usize],
        offer_no: book.offers[corrected.offer_ix as usize].offer_no as i32,
        version: 0,
        action: corrected.action.to_owned(),
        line_no: book.lines.line_no[line as usize].into(),
        ordered_qty: corrected.ordered as i32,
        tolerance: corrected.tolerance as i32,
        reason: corrected.reason.clone(),
        corrected_at: desk.now.0,
    }
}

fn share_row(book: &Book, corrected: &Corrected, allocated: u32) -> LineShareRow {
    LineShareRow {
        cycle_id: book.cycle.id,
        order_id: book.orders.id[corrected.order_ix as usize],
        offer_no: book.offers[corrected.offer_ix as usize].offer_no as i32,
        version: 0,
        allocated_qty: allocated as i32,
        reason: "",
    }
}
