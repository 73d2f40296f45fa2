//! 称重结算: what the labels of lines move. A piece without a label is settled at its nominal weight.
//!
//! It may be done again while the cycle is not settled: labels that were bound meanwhile then count, and what was
//! decided before stands beside it under its own version.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::book::Book;
use crate::domain::errors::{RuleError, Step};
use crate::domain::money::Fen;
use crate::domain::register::StepChanges;
use crate::domain::states::CycleState;
use crate::domain::weighing::{LineWeight, Weighing};
use crate::flow::issue_sheets::issue_sheets;
use crate::flow::load_cycle::{frozen_book, refused};
use crate::flow::plan_refunds::{RefundPlan, plan_refunds, save_refunds};
use crate::flow::{Desk, FlowError, until_saved};
use crate::store::backend::{Db, StoreError};
use crate::store::book::Want;
use crate::store::cycles::{self, Hold};
use crate::store::ids::IdMaker;
use crate::store::weights::{self, AdjustmentRow, Label};

/// The step's name among the versions of a cycle.
const STEP: &str = "weigh";
/// Lines that a refusal names.
const NAMED_MAX: usize = 10;

/// What settling comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeightFigures {
    /// Labels that count, and those of them that a household has.
    pub labels: u64,
    pub bound: u64,
    /// Pieces and lines of weighed goods that were given out, and those of them that have labels for all their pieces.
    pub pieces: u64,
    pub lines: u64,
    pub weighed_lines: u64,
    /// Lines that cost another amount.
    pub adjusted_lines: u64,
    /// What goes back, what is due more, and what is given away.
    pub back: Fen,
    pub due: Fen,
    pub given_away: Fen,
}

impl WeightFigures {
    /// Lines of which a piece at least is settled at its nominal weight.
    pub fn nominal_lines(&self) -> u64 {
        self.lines - self.weighed_lines
    }
}

/// What settling did, or would do.
#[derive(Clone, Debug)]
pub struct SettledWeights {
    /// Whether anything was written by this call.
    pub is_changed: bool,
    /// Whether weights were settled before this call.
    pub was_settled: bool,
    /// Lines that cost another amount than before this call.
    pub lines_changed: u64,
    pub figures: WeightFigures,
    /// The book as it stands now.
    pub book: Book,
}

/// Settles the weights of a cycle. Repeated, it changes only what labels have changed meanwhile.
///
/// # Errors
/// `not_found`; `wrong_state` before goods were shared out and once settled; `labels_over_pieces` where a line has more
/// labels than it gets pieces.
pub fn settle_weights(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<SettledWeights, FlowError> {
    until_saved(|| {
        let mut decided = decide(db, desk, cycle_code)?;
        if decided.changed.is_empty() && decided.done.was_settled {
            return Ok(Some(decided.done));
        }
        let touched: BTreeSet<u32> =
            decided.changed.keys().map(|line| decided.done.book.lines.order_ix[*line as usize]).collect();
        let refunds = plan_refunds(db, &decided.done.book, |order| touched.contains(&order))?;
        let saved = save(db, desk, &mut decided, &refunds)?;
        decided.done.is_changed = true;
        Ok(saved.then_some(decided.done))
    })
}

/// What settling would come to; nothing is written.
///
/// # Errors
/// As [`settle_weights`].
pub fn weight_figures(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<SettledWeights, FlowError> {
    Ok(decide(db, desk, cycle_code)?.done)
}

/// A settlement that is to be saved, with what it was decided on.
struct Decided {
    done: SettledWeights,
    /// The lines that are settled anew.
    changed: BTreeMap<u32, LineWeight>,
    /// Those of them whose amount is another than before.
    moved: Vec<u32>,
    seen: [i64; 3],
}

fn decide(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<Decided, FlowError> {
    let mut book = frozen_book(db, desk, cycle_code, None, Want::Queue, Step::Weigh)?;
    let (cycle_id, state) = (book.cycle.id, book.cycle.state);
    let is_shared = !book.allocations.is_empty() && state != CycleState::Settled;
    if !is_shared {
        return Err(refused(&book.cycle, Step::Weigh).into());
    }
    // First the counts, so that what comes in while the labels are read is seen when this is saved.
    let seen = weights::counts(db, cycle_id)?;
    let labels = weights::of_cycle(db, cycle_id)?;
    let was_settled = is_settled(db, cycle_id)?;
    let by_line = by_line(&book, labels.values());
    let settled = settled_lines(&book, &by_line)?;
    let changed: BTreeMap<u32, LineWeight> =
        settled.into_iter().filter(|(line, weight)| book.lines.weights.get(line) != Some(weight)).collect();
    let moved =
        changed.iter().filter(|(line, weight)| weight.adjustment.amount != book.weight_adjustment(**line as usize));
    let moved: Vec<u32> = moved.map(|(line, _)| *line).collect();
    changed.iter().for_each(|(line, weight)| {
        book.lines.weights.insert(*line, *weight);
    });
    let mut figures = figures(&book, &by_line);
    figures.labels = labels.values().filter(|label| !label.is_void).count() as u64;
    let done = SettledWeights { is_changed: false, was_settled, lines_changed: moved.len() as u64, figures, book };
    Ok(Decided { done, changed, moved, seen })
}

/// The grams of the labels that count, by line.
fn by_line<'a>(book: &Book, labels: impl Iterator<Item = &'a Label>) -> BTreeMap<u32, Vec<u32>> {
    let mut found: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for label in labels.filter(|label| !label.is_void) {
        let order = label.order_id.and_then(|id| book.orders.id.binary_search(&id).ok());
        let Some(order) = order else { continue };
        let is_of =
            |line: &usize| book.offers[book.lines.offer_ix[*line] as usize].offer_no as i32 == label.row.offer_no;
        if let Some(line) = book.lines_of(order as u32).find(is_of) {
            found.entry(line as u32).or_default().push(label.grams());
        }
    }
    found
}

/// Every line with labels, and every one that was settled with labels before, as it is settled now.
fn settled_lines(book: &Book, by_line: &BTreeMap<u32, Vec<u32>>) -> Result<BTreeMap<u32, LineWeight>, FlowError> {
    let lines: BTreeSet<u32> = by_line.keys().chain(book.lines.weights.keys()).copied().collect();
    let (mut settled, mut over) = (BTreeMap::new(), Vec::new());
    for line in lines {
        let at = line as usize;
        let Some(goods) = Weighing::of(&book.offers[book.lines.offer_ix[at] as usize]) else { continue };
        let given = given(book, at);
        let labels = by_line.get(&line).map_or(&[][..], Vec::as_slice);
        if labels.len() > given as usize {
            let order_no = book.orders.order_no.get(book.lines.order_ix[at] as usize);
            let sku_code = &book.offers[book.lines.offer_ix[at] as usize].sku_code;
            over.push(format!("{order_no} {sku_code}（{} > {given}）", labels.len()));
            continue;
        }
        settled.insert(line, goods.line(given, labels)?);
    }
    if over.is_empty() { Ok(settled) } else { Err(too_many(&over).into()) }
}

fn given(book: &Book, line: usize) -> u32 {
    if book.is_allocated(line) { book.lines.allocated[line] } else { 0 }
}

fn too_many(over: &[String]) -> RuleError {
    let named = over.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join("、");
    let count = over.len();
    RuleError::Refused {
        code: "labels_over_pieces",
        zh: format!("{count} 行的称签多于应提件数，先取下多的：{named}"),
        en: format!("{count} lines have more labels than pieces, take some off first: {named}"),
    }
}

fn figures(book: &Book, by_line: &BTreeMap<u32, Vec<u32>>) -> WeightFigures {
    let mut figures =
        WeightFigures { bound: by_line.values().map(|own| own.len() as u64).sum(), ..WeightFigures::default() };
    let is_weighed: Vec<bool> = book.offers.iter().map(|offer| Weighing::of(offer).is_some()).collect();
    for line in (0..book.lines.offer_ix.len()).filter(|&line| is_weighed[book.lines.offer_ix[line] as usize]) {
        let given = given(book, line);
        if given == 0 {
            continue;
        }
        let labels = by_line.get(&(line as u32)).map_or(0, Vec::len);
        figures.pieces += u64::from(given);
        figures.lines += 1;
        figures.weighed_lines += u64::from(labels == given as usize);
    }
    for weight in book.lines.weights.values() {
        let amount = weight.adjustment.amount;
        figures.adjusted_lines += u64::from(amount != Fen::ZERO);
        if amount < Fen::ZERO {
            figures.back += -amount;
        } else {
            figures.due += amount;
        }
        figures.given_away += weight.adjustment.given_away;
    }
    figures
}

/// Saves what was decided; false where another step, or another label, came in between.
fn save(db: &mut Db, desk: &Desk, decided: &mut Decided, refunds: &RefundPlan) -> Result<bool, FlowError> {
    let mut ids = IdMaker::lease(db, desk.now)?;
    let Decided { done, changed, moved, seen } = decided;
    let book = &mut done.book;
    let changes = StepChanges { weights: moved.clone(), ..StepChanges::default() };
    let version = db.write_locking(|db| -> Result<Option<u32>, FlowError> {
        // From here on no label is bound and no cash goes back until this is saved.
        let cycle = &book.cycle;
        cycles::hold(db, &[cycle.id], Hold::Alone)?;
        if weights::counts(db, cycle.id)? != *seen || !refunds.still_holds(db)? {
            return Ok(None);
        }
        let claimed = cycles::next_version(db, cycle.id, cycle.version, cycle.state, STEP, desk.now)?;
        let Some(version) = claimed else { return Ok(None) };
        let rows: Vec<AdjustmentRow> = changed.iter().map(|(line, weight)| row(book, *line, weight, version)).collect();
        weights::add_adjustments(db, &rows)?;
        save_refunds(db, book, refunds, version, &mut ids)?;
        issue_sheets(db, book, &changes, version)?;
        Ok::<_, FlowError>(Some(version))
    })?;
    ids.release(db)?;
    if let Some(version) = version {
        book.cycle.version = version;
    }
    Ok(version.is_some())
}

fn row(book: &Book, line: u32, weight: &LineWeight, version: u32) -> AdjustmentRow {
    let at = line as usize;
    AdjustmentRow {
        cycle_id: book.cycle.id,
        order_id: book.orders.id[book.lines.order_ix[at] as usize],
        offer_no: book.offers[book.lines.offer_ix[at] as usize].offer_no as i32,
        version: version as i32,
        pieces: weight.pieces as i32,
        weighed_pieces: weight.weighed as i32,
        actual_weight_g: weight.actual_g as i64,
        adjustment_fen: weight.adjustment.amount.0,
        given_away_fen: weight.adjustment.given_away.0,
    }
}

/// Whether weights of a cycle were settled.
///
/// # Errors
/// What the database says.
pub fn is_settled(db: &mut Db, cycle_id: i64) -> Result<bool, StoreError> {
    Ok(cycles::versions(db, cycle_id)?.iter().any(|(_, step, _)| step == STEP))
}
