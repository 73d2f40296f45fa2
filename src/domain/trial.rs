//! 试算: what would be bought if some terms or cases were others, by the same rules as the plan itself. Nothing is kept.
//!
//! Whatever the trial leaves alone stays as it is bought now. Only where terms are tried and nothing has been sent yet
//! are the other suggestions made anew too: a supplier that falls below its minimum may lose its other lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::book::{Book, ProcurementLine, PurchaseOrderLine};
use crate::domain::errors::RuleError;
use crate::domain::facts::{Offer, Rounding};
use crate::domain::plan_figures::{Bought, LineFigures, OrderFigures, bought, plan_figures};
use crate::domain::procurement::{OfferDemand, PlanEdit, Procurement, plan};
use crate::domain::states::PurchaseOrderState;

/// Other terms of an offer; None: as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherTerms {
    pub offer_ix: u32,
    /// Pieces, at least 1.
    pub case_size: Option<u32>,
    pub rounding: Option<Rounding>,
    pub supplier_ix: Option<u32>,
    /// Nothing of it is bought from anybody.
    pub is_dropped: bool,
}

/// What is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    pub terms: Vec<OtherTerms>,
    /// Cases from one supplier. They hold against any rule.
    pub cases: Vec<PlanEdit>,
}

/// The plan as it is and as it would be.
#[derive(Clone, Debug)]
pub struct Tried {
    pub real: Vec<OrderFigures>,
    pub trial: Vec<OrderFigures>,
}

/// A line that the trial changes. A plan holds no line of a supplier that sells nothing: its figures are then empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    pub real: LineFigures,
    pub trial: LineFigures,
}

/// Tries it.
///
/// # Errors
/// `too_large` where a quantity or an amount leaves the range of the books.
pub fn try_plan(book: &Book, trial: &Trial) -> Result<Tried, RuleError> {
    let real = plan_figures(&book.offers, &book.suppliers, &book.procurement, &bought(book))?;
    let (offers, edits) = (other_offers(book, trial), edits(book, trial));
    let demands: Vec<OfferDemand> = book.procurement.iter().map(demand).collect();
    let Procurement { lines, orders } = plan(&offers, &book.suppliers, &demands, &edits)?;
    let wanted: Vec<Bought> = orders
        .iter()
        .flat_map(|order| order.lines.iter().map(move |line| (order, line)))
        .map(|(order, line)| Bought {
            warehouse_ix: order.warehouse_ix,
            supplier_ix: order.supplier_ix,
            offer_ix: line.offer_ix,
            cases: line.cases,
            planned_qty: line.planned_qty,
        })
        .collect();
    Ok(Tried { real, trial: plan_figures(&offers, &book.suppliers, &lines, &wanted)? })
}

fn demand(line: &ProcurementLine) -> OfferDemand {
    OfferDemand {
        offer_ix: line.offer_ix,
        warehouse_ix: line.warehouse_ix,
        ordered_qty: line.ordered_qty,
        tolerance_qty: line.tolerance_qty,
        on_hand: line.on_hand,
    }
}

fn other_offers(book: &Book, trial: &Trial) -> Vec<Offer> {
    let mut offers = book.offers.clone();
    for terms in &trial.terms {
        let offer = &mut offers[terms.offer_ix as usize];
        offer.case_size = terms.case_size.unwrap_or(offer.case_size).max(1);
        offer.rounding = terms.rounding.unwrap_or(offer.rounding);
        offer.supplier_ix = terms.supplier_ix.unwrap_or(offer.supplier_ix);
    }
    offers
}

/// What holds against the rules: what is bought now of all that is left alone, nothing of what is dropped, and the
/// cases that are tried.
fn edits(book: &Book, trial: &Trial) -> Vec<PlanEdit> {
    let other: BTreeSet<u32> = trial.terms.iter().map(|terms| terms.offer_ix).collect();
    let is_out = book.purchase_orders.iter().any(|po| po.state != PurchaseOrderState::Draft);
    let holds_all = is_out || other.is_empty();
    let mut edits: Vec<PlanEdit> = Vec::new();
    let edit = |warehouse_ix, supplier_ix, offer_ix, cases| PlanEdit {
        warehouse_ix,
        supplier_ix,
        offer_ix,
        cases,
        reason: String::new(),
    };
    for po in &book.purchase_orders {
        let holds = |line: &&PurchaseOrderLine| match other.contains(&line.offer_ix) {
            false => holds_all || line.is_edited,
            true => is_beside(book, trial, po.supplier_ix, line.offer_ix),
        };
        let stays = po.lines.iter().filter(holds);
        edits.extend(stays.map(|line| edit(po.warehouse_ix, po.supplier_ix, line.offer_ix, line.cases)));
    }
    for terms in trial.terms.iter().filter(|terms| terms.is_dropped) {
        let supplier_ix = terms.supplier_ix.unwrap_or(book.offers[terms.offer_ix as usize].supplier_ix);
        let wanted = book.procurement.iter().filter(|line| line.offer_ix == terms.offer_ix);
        edits.extend(wanted.map(|line| edit(line.warehouse_ix, supplier_ix, terms.offer_ix, 0)));
    }
    edits.extend(trial.cases.iter().cloned());
    edits
}

/// Whether what this supplier brings stands beside what is tried: it is not the offer's own supplier, and nothing is
/// tried with it.
fn is_beside(book: &Book, trial: &Trial, supplier_ix: u32, offer_ix: u32) -> bool {
    let is_touched =
        |terms: &OtherTerms| terms.offer_ix == offer_ix && (terms.is_dropped || terms.supplier_ix == Some(supplier_ix));
    supplier_ix != book.offers[offer_ix as usize].supplier_ix && !trial.terms.iter().any(is_touched)
}

impl Tried {
    /// The lines that differ, in (warehouse, supplier, offer) order.
    pub fn differences(&self) -> Vec<Difference> {
        let (real, trial) = (by_key(&self.real), by_key(&self.trial));
        let keys: BTreeSet<Key> = real.keys().chain(trial.keys()).copied().collect();
        let of = |lines: &BTreeMap<Key, LineFigures>, key: &Key| {
            let (warehouse_ix, supplier_ix, offer_ix) = *key;
            let empty = LineFigures { warehouse_ix, supplier_ix, offer_ix, ..LineFigures::default() };
            lines.get(key).copied().unwrap_or(empty)
        };
        let differs = |key: &Key| Difference { real: of(&real, key), trial: of(&trial, key) };
        keys.iter().map(differs).filter(|line| line.real != line.trial).collect()
    }
}

/// (warehouse_ix, supplier_ix, offer_ix)
type Key = (u32, u32, u32);

fn by_key(orders: &[OrderFigures]) -> BTreeMap<Key, LineFigures> {
    let lines = orders.iter().flat_map(|order| &order.lines);
    lines.map(|line| ((line.warehouse_ix, line.supplier_ix, line.offer_ix), *line)).collect()
}

#[cfg(test)]
#[path = "trial_tests.rs"]
mod tests;
