//! The lines of one offer at one receiving warehouse, in queue order, and what was decided about them.

use std::collections::{BTreeSet, HashSet};

use crate::domain::allocation::{Claim, queue_order};
use crate::domain::book::{Book, OfferAllocation, ProcurementLine, PurchaseOrder, PurchaseOrderLine};
use crate::domain::explain::ExplainStep;
use crate::domain::explain::words::Unit;
use crate::domain::facts::Offer;
use crate::domain::reason::Reason;

/// Everything that bears on one offer at one receiving warehouse.
pub struct Group<'a> {
    pub book: &'a Book,
    pub offer: &'a Offer,
    pub offer_ix: u32,
    pub warehouse_ix: u32,
    /// Its lines in queue order, cancelled ones too.
    pub claims: Vec<Claim<'a>>,
    pub decided: Option<&'a ProcurementLine>,
    pub shared: Option<&'a OfferAllocation>,
}

impl<'a> Group<'a> {
    pub fn of(book: &'a Book, offer_ix: u32, warehouse_ix: u32) -> Group<'a> {
        let point = |line: usize| book.orders.point_ix[book.lines.order_ix[line] as usize];
        let is_here = |line: &usize| {
            book.lines.offer_ix[*line] == offer_ix && book.receiving_warehouse(point(*line)) == warehouse_ix
        };
        let claims: Vec<Claim> =
            (0..book.lines.offer_ix.len()).filter(is_here).map(|line| claim_of(book, line)).collect();
        let queue = queue_order(&claims);
        Group {
            book,
            offer: &book.offers[offer_ix as usize],
            offer_ix,
            warehouse_ix,
            claims: queue.into_iter().map(|place| claims[place as usize]).collect(),
            decided: book
                .procurement
                .iter()
                .find(|line| (line.offer_ix, line.warehouse_ix) == (offer_ix, warehouse_ix)),
            shared: book.allocations.get(&(offer_ix, warehouse_ix)),
        }
    }

    pub fn unit(&self) -> Unit<'a> {
        Unit::of(self.offer)
    }

    /// Marks a step as one of this warehouse.
    pub fn place(&self, step: ExplainStep) -> ExplainStep {
        let warehouse_code = Some(self.book.warehouses[self.warehouse_ix as usize].warehouse_code.clone());
        ExplainStep { warehouse_code, ..step }
    }

    /// The lines that still want something, in queue order.
    pub fn wanting(&self) -> impl Iterator<Item = &Claim<'a>> {
        self.claims.iter().filter(|claim| claim.ordered > 0)
    }

    /// The lines that take part in sharing, in queue order: lines added since take part only in the next allocation,
    /// cancelled ones in none.
    pub fn sharing_claims(&self) -> Vec<Claim<'a>> {
        self.claims.iter().filter(|claim| claim.ordered + claim.tolerance > 0 && !self.waits(claim)).copied().collect()
    }

    /// Whether a line was added after the sharing.
    pub fn waits(&self, claim: &Claim) -> bool {
        claim.ordered > 0 && self.book.lines.reasons.get(&claim.line) == Some(&Reason::LateAdd)
    }

    pub fn ordered_qty(&self) -> u64 {
        self.claims.iter().map(|claim| u64::from(claim.ordered)).sum()
    }

    pub fn tolerance_qty(&self) -> u64 {
        self.claims.iter().map(|claim| u64::from(claim.tolerance)).sum()
    }

    pub fn allocated(&self, claim: &Claim) -> u32 {
        self.book.lines.allocated[claim.line as usize]
    }

    pub fn is_paid(&self, claim: &Claim) -> bool {
        self.book.orders.is_paid[self.book.lines.order_ix[claim.line as usize] as usize]
    }

    pub fn resident_count(&self) -> u64 {
        let order = |claim: &Claim| self.book.lines.order_ix[claim.line as usize] as usize;
        let residents: HashSet<u32> = self.wanting().map(|claim| self.book.orders.resident[order(claim)]).collect();
        residents.len() as u64
    }

    /// What is bought of it here, by purchase order.
    pub fn purchases(&self) -> impl Iterator<Item = (&'a PurchaseOrder, &'a PurchaseOrderLine)> {
        let (offer_ix, warehouse_ix) = (self.offer_ix, self.warehouse_ix);
        let orders = self.book.purchase_orders.iter().filter(move |po| po.warehouse_ix == warehouse_ix);
        orders.flat_map(move |po| po.lines.iter().filter(move |l| l.offer_ix == offer_ix).map(move |line| (po, line)))
    }

    /// Whether the offer goes ahead, as far as procurement has decided.
    pub fn goes_ahead(&self) -> bool {
        self.decided.is_none_or(|line| line.threshold_met)
    }
}

/// The receiving warehouses that have lines, decisions, purchases or shares of an offer, in order.
pub fn warehouses_of(book: &Book, offer_ix: u32) -> BTreeSet<u32> {
    let point = |line: usize| book.orders.point_ix[book.lines.order_ix[line] as usize];
    let with_lines = (0..book.lines.offer_ix.len())
        .filter(|line| book.lines.offer_ix[*line] == offer_ix)
        .map(|line| book.receiving_warehouse(point(line)));
    let decided = book.procurement.iter().filter(|line| line.offer_ix == offer_ix).map(|line| line.warehouse_ix);
    let buys = |po: &&PurchaseOrder| po.lines.iter().any(|line| line.offer_ix == offer_ix);
    let bought = book.purchase_orders.iter().filter(buys).map(|po| po.warehouse_ix);
    let shared = book.allocations.keys().filter(|(offer, _)| *offer == offer_ix).map(|(_, warehouse)| *warehouse);
    with_lines.chain(decided).chain(bought).chain(shared).collect()
}

/// Whether anything of the cycle was received yet.
pub fn has_received(book: &Book) -> bool {
    let counted = |line: &PurchaseOrderLine| line.is_closed || line.arrived_qty + line.rejected_qty > 0;
    book.purchase_orders.iter().any(|po| po.lines.iter().any(counted))
}

fn claim_of(book: &Book, line: usize) -> Claim<'_> {
    let (lines, orders, ix) = (&book.lines, &book.orders, line as u32);
    let order = lines.order_ix[line] as usize;
    Claim {
        line: ix,
        point_ix: orders.point_ix[order],
        ordered: lines.ordered[line],
        tolerance: lines.tolerance[line],
        paid_at: lines.added_at.get(&ix).copied().unwrap_or(orders.paid_at[order]),
        order_no: orders.order_no.get(order),
        line_no: lines.line_no[line],
        pin: lines.pins.get(&ix).copied(),
    }
}
