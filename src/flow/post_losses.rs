//! 交接损差入账: what households go without by their leader's word becomes part of the books, and goes back to who paid.
//!
//! It may be done again at any time: choices that were made anew meanwhile then take the place of earlier ones.

use std::collections::{BTreeSet, HashMap};

use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::money::Fen;
use crate::domain::register::StepChanges;
use crate::domain::states::CycleState;
use crate::flow::issue_sheets::issue_sheets;
use crate::flow::load_cycle::{book_within, refused};
use crate::flow::plan_refunds::{RefundPlan, plan_refunds, save_refunds};
use crate::flow::{Desk, FlowError, until_saved};
use crate::store::backend::Db;
use crate::store::book::{Want, find_line};
use crate::store::cycles::{self, Hold};
use crate::store::ids::IdMaker;
use crate::store::losses::{self, Choices, PostingRow};

/// The step's name among the versions of a cycle.
const STEP: &str = "post_losses";

/// What posting did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostedLosses {
    /// Whether anything was written by this call.
    pub is_changed: bool,
    /// Lines that lost something, and their pieces, in all.
    pub lines: u64,
    pub pieces: u64,
    /// What goes back for them to who paid.
    pub back: Fen,
}

/// Enters the choices in force of a cycle in its books. Repeated, it changes only what was chosen meanwhile.
///
/// # Errors
/// `not_found`; `wrong_state` before goods were shared out and once settled.
pub fn post_losses(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<PostedLosses, FlowError> {
    until_saved(|| {
        let (mut book, choices, lost) = db.read(|db| {
            let book = book_within(db, desk, cycle_code, None, Want::Queue, Step::PostLosses)?;
            let choices = losses::choices(db, book.cycle.id)?;
            let lost = losses::losses_by(db, book.cycle.id, &choices)?;
            Ok::<_, FlowError>((book, choices, lost))
        })?;
        if book.allocations.is_empty() || book.cycle.state == CycleState::Settled {
            return Err(refused(&book.cycle, Step::PostLosses).into());
        }
        let posted = losses::posted(db, book.cycle.id, book.cycle.version)?;
        let touched = enter(&mut book, &lost);
        let mut done = figures(&book);
        if posted == choices {
            return Ok(Some(done));
        }
        let refunds = plan_refunds(db, &book, |order| touched.contains(&order))?;
        done.is_changed = true;
        let is_saved = save(db, desk, &mut book, (&choices, &posted), &refunds)?;
        Ok(is_saved.then_some(done))
    })
}

/// Puts what was lost into the book; returns the orders of whose lines another number was lost before.
fn enter(book: &mut Book, lost: &HashMap<(i64, i32), u32>) -> BTreeSet<u32> {
    let offer_ix: HashMap<i32, u32> =
        book.offers.iter().zip(0..).map(|(offer, ix)| (offer.offer_no as i32, ix)).collect();
    let line = |((order_id, offer_no), qty): (&(i64, i32), &u32)| {
        Some((find_line(book, *order_id, *offer_ix.get(offer_no)?)?, *qty))
    };
    let now: HashMap<u32, u32> = lost.iter().filter_map(line).collect();
    let before = std::mem::replace(&mut book.lines.lost, now);
    let now = &book.lines.lost;
    let differs = |line: &&u32| before.get(*line) != now.get(*line);
    let lines = before.keys().chain(now.keys()).filter(differs);
    lines.map(|line| book.lines.order_ix[*line as usize]).collect()
}

fn figures(book: &Book) -> PostedLosses {
    let mut figures = PostedLosses::default();
    for &line in book.lines.lost.keys() {
        let (at, lost) = (line as usize, book.lost(line as usize));
        let price = book.offers[book.lines.offer_ix[at] as usize].sale_price;
        let is_paid = book.orders.is_paid[book.lines.order_ix[at] as usize];
        figures.lines += u64::from(lost > 0);
        figures.pieces += u64::from(lost);
        figures.back += if is_paid { Fen(price.0 * i64::from(lost)) } else { Fen::ZERO };
    }
    figures
}

/// Saves what was decided; false where another step, or another choice, came in between.
fn save(
    db: &mut Db,
    desk: &Desk,
    book: &mut Book,
    (choices, posted): (&Choices, &Choices),
    refunds: &RefundPlan,
) -> Result<bool, FlowError> {
    let mut ids = IdMaker::lease(db, desk.now)?;
    let version = db.write_locking(|db| -> Result<Option<u32>, FlowError> {
        // From here on nobody chooses, and no cash goes back, until this is saved.
        let cycle = &book.cycle;
        cycles::hold(db, &[cycle.id], Hold::Alone)?;
        if losses::choices(db, cycle.id)? != *choices || !refunds.still_holds(db)? {
            return Ok(None);
        }
        let claimed = cycles::next_version(db, cycle.id, cycle.version, cycle.state, STEP, desk.now)?;
        let Some(version) = claimed else { return Ok(None) };
        let new = choices.iter().filter(|(place, choice)| posted.get(place) != Some(choice));
        let rows: Vec<PostingRow> = new
            .map(|((point_id, offer_no), choice_no)| PostingRow {
                cycle_id: cycle.id,
                point_id: *point_id,
                offer_no: *offer_no,
                choice_no: *choice_no,
                version: version as i32,
            })
            .collect();
        losses::post(db, &rows)?;
        save_refunds(db, book, refunds, version, &mut ids)?;
        issue_sheets(db, book, &StepChanges::default(), version)?;
        Ok::<_, FlowError>(Some(version))
    })?;
    ids.release(db)?;
    Ok(version.is_some())
}
