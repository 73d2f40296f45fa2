//! What is to go back to residents: target − already sent, one refund per (order, run).

use std::collections::{BTreeMap, HashMap};

use crate::domain::book::Book;
use crate::domain::money::Fen;
use crate::domain::refunds::{self as rules, LineAccount, OrderRefund, refund_run};
use crate::domain::states::RefundState;
use crate::flow::FlowError;
use crate::store::backend::{Db, StoreError};
use crate::store::ids::IdMaker;
use crate::store::supply::{
    RefundLine, RefundLineRow, RefundRow, add_refund_lines, add_refunds, drop_planned_refunds, refund_lines_of,
};
use crate::store::{losses, refunds};

/// The causes of what this module posts: pieces paid for and not given, goods that weigh less than they should.
const NOT_GIVEN: &str = "not_given";
const BY_WEIGHT: &str = "weight";

/// Refunds to be posted by a run, and planned ones that they replace.
#[derive(Debug, Default)]
pub struct RefundPlan {
    drop: Vec<i64>,
    /// By order index.
    post: Vec<(u32, OrderRefund)>,
}

impl RefundPlan {
    /// Whether nothing is to be posted or replaced.
    pub fn is_empty(&self) -> bool {
        self.drop.is_empty() && self.post.is_empty()
    }

    /// Whether nothing that it replaces was sent since it was decided: else it is to be decided again. Ask while the
    /// cycle is held alone.
    ///
    /// # Errors
    /// What the database says.
    pub fn still_holds(&self, db: &mut Db) -> Result<bool, StoreError> {
        refunds::are_planned(db, &self.drop)
    }

    /// What a run posts.
    pub fn total(&self) -> Fen {
        self.post.iter().map(|(_, refund)| refund.amount).sum()
    }
}

/// Decides the refunds of the orders for which `is_asked`, as the book stands now.
///
/// # Errors
/// An amount past the range of the books; what the database says.
pub fn plan_refunds(db: &mut Db, book: &Book, is_asked: impl Fn(u32) -> bool) -> Result<RefundPlan, FlowError> {
    let mut stored: HashMap<i64, Vec<RefundLine>> = HashMap::new();
    for line in refund_lines_of(db, book.cycle.id)? {
        stored.entry(line.0).or_default().push(line);
    }
    let offer_ix: HashMap<i32, u32> =
        book.offers.iter().zip(0..).map(|(offer, ix)| (offer.offer_no as i32, ix)).collect();
    let mut plan = RefundPlan::default();
    for order in (0..book.orders.id.len() as u32).filter(|&order| is_asked(order)) {
        let old = stored.get(&book.orders.id[order as usize]).map_or(&[][..], Vec::as_slice);
        if old.is_empty() && !owes(book, order) {
            continue;
        }
        let wanted = refund_of(book, order, old, &offer_ix)?;
        let planned: BTreeMap<(u32, &str), (u32, i64)> = old
            .iter()
            .filter(|line| line.2 == RefundState::Planned.code())
            .map(|line| ((offer_ix[&line.3], line.6.as_str()), (line.4 as u32, line.5)))
            .collect();
        let lines: BTreeMap<(u32, &str), (u32, i64)> = wanted
            .iter()
            .flat_map(|refund| &refund.lines)
            .flat_map(|line| parts(line).map(|(cause, pieces, amount)| ((line.key, cause), (pieces, amount.0))))
            .collect();
        if planned == lines {
            continue;
        }
        plan.drop.extend(old.iter().filter(|line| line.2 == RefundState::Planned.code()).map(|line| line.1));
        plan.post.extend(wanted.map(|refund| (order, refund)));
    }
    plan.drop.sort_unstable();
    plan.drop.dedup();
    Ok(plan)
}

/// A line of a refund by its causes: (cause, pieces, amount).
fn parts(line: &rules::RefundLine) -> impl Iterator<Item = (&'static str, u32, Fen)> + use<> {
    let parts = [
        (NOT_GIVEN, line.pieces - line.lost_pieces, line.amount - line.for_lost - line.by_weight),
        (losses::CAUSE, line.lost_pieces, line.for_lost),
        (BY_WEIGHT, 0, line.by_weight),
    ];
    parts.into_iter().filter(|(_, _, amount)| *amount > Fen::ZERO)
}

/// Whether a line of the order was paid for and not given in full, by pieces or by weight.
fn owes(book: &Book, order: u32) -> bool {
    let is_less = |line: usize| {
        charged(book, line) > book.lines.allocated[line] - book.lost(line) || book.weight_adjustment(line) < Fen::ZERO
    };
    book.orders.is_paid[order as usize] && book.lines_of(order).any(|line| is_settled(book, line) && is_less(line))
}

/// Pieces of a line that were paid for and decided on: what waits for the next allocation may still come.
fn charged(book: &Book, line: usize) -> u32 {
    book.charged(line) - book.waiting(line)
}

/// Whether a line's share is known: allocated, or cancelled before.
fn is_settled(book: &Book, line: usize) -> bool {
    book.is_allocated(line) || (book.lines.ordered[line] == 0 && book.lines.tolerance[line] == 0)
}

fn refund_of(
    book: &Book,
    order: u32,
    old: &[RefundLine],
    offer_ix: &HashMap<i32, u32>,
) -> Result<Option<OrderRefund>, FlowError> {
    if !book.orders.is_paid[order as usize] {
        return Ok(None);
    }
    let mut paid = Fen::ZERO;
    let mut accounts = Vec::new();
    for line in book.lines_of(order) {
        let offer = book.lines.offer_ix[line];
        let unit_price = book.offers[offer as usize].sale_price;
        paid += Fen(unit_price.0 * i64::from(book.charged(line)));
        if !is_settled(book, line) {
            continue;
        }
        let (allocated, lost) =
            if book.is_allocated(line) { (book.lines.allocated[line], book.lost(line)) } else { (0, 0) };
        let mut account = LineAccount {
            key: offer,
            unit_price,
            charged: charged(book, line),
            allocated,
            lost,
            weight: book.weight_adjustment(line),
            posted_pieces: 0,
            posted_lost: 0,
            posted: Fen::ZERO,
        };
        for row in old.iter().filter(|row| offer_ix[&row.3] == offer && stands(&row.2)) {
            account.posted_pieces += row.4 as u32;
            account.posted_lost += if row.6 == losses::CAUSE { row.4 as u32 } else { 0 };
            account.posted += Fen(row.5);
        }
        accounts.push(account);
    }
    Ok(refund_run(paid, &accounts)?)
}

/// Whether a refund in this state has left the house.
fn stands(state: &str) -> bool {
    state == RefundState::Sent.code() || state == RefundState::Done.code()
}

/// Writes a plan as the run of `version`.
///
/// # Errors
/// What the database says.
pub fn save_refunds(
    db: &mut Db,
    book: &Book,
    plan: &RefundPlan,
    version: u32,
    ids: &mut IdMaker,
) -> Result<(), StoreError> {
    drop_planned_refunds(db, &plan.drop)?;
    let (mut heads, mut lines) = (Vec::new(), Vec::new());
    for (order, refund) in &plan.post {
        let id = ids.next_id();
        heads.push(RefundRow {
            id,
            cycle_id: book.cycle.id,
            order_id: book.orders.id[*order as usize],
            run: version as i32,
            state: RefundState::Planned.code(),
            amount_fen: refund.amount.0,
        });
        for line in &refund.lines {
            let offer_no = book.offers[line.key as usize].offer_no as i32;
            lines.extend(parts(line).map(|(cause, pieces, amount)| RefundLineRow {
                refund_id: id,
                offer_no,
                cause,
                pieces: pieces as i32,
                amount_fen: amount.0,
            }));
        }
    }
    add_refunds(db, &heads)?;
    add_refund_lines(db, &lines)
}
