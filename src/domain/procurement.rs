//! The procurement of a whole cycle: what to reserve from stock, and what to buy from whom (DOMAIN 3.2, 3.3).
//!
//! Per (offer, receiving warehouse): threshold over all warehouses, then cases, then per supplier and receiving
//! warehouse the minimum order value at cost after rounding:
//!
//! | value | minimum | policy | lines there |
//! |---|---|---|---|
//! | ¥90 | ¥100 | `flag` | stay; ¥10 short is shown to the buyer |
//! | ¥90 | ¥100 | `cancel` | become 0, `below_min_value` |
//! | ¥90 + one price unknown | ¥100 | `cancel` | stay: nobody can say the value is too low |
//! | ¥90 | ¥100 | `ignore` | stay |
//!
//! The buyer's edits are fixed: no rule moves them, and they may name another supplier than the offer's.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::book::ProcurementLine;
use crate::domain::case_rounding::{self, CaseTerms, plan_cases};
use crate::domain::cost::PriceTerms;
use crate::domain::errors::RuleError;
use crate::domain::facts::{BelowMinValue, Offer, Supplier};
use crate::domain::money::{Fen, round_half_away};
use crate::domain::reason::Reason;
use crate::domain::threshold;

/// The taking-part pieces of one offer at one receiving warehouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfferDemand {
    pub offer_ix: u32,
    /// The receiving warehouse.
    pub warehouse_ix: u32,
    pub ordered_qty: u64,
    pub tolerance_qty: u64,
    /// Free stock there, of SKUs that keep stock; counted for no other.
    pub on_hand: u64,
}

/// Cases the buyer fixed for one offer at one warehouse from one supplier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanEdit {
    pub warehouse_ix: u32,
    pub supplier_ix: u32,
    pub offer_ix: u32,
    pub cases: u64,
    pub reason: String,
}

/// What `procure` decides.
#[derive(Clone, Debug, Default)]
pub struct Procurement {
    /// In (warehouse_ix, offer_ix) order, one per demand (and per edit without demand).
    pub lines: Vec<ProcurementLine>,
    /// In (warehouse_ix, supplier_ix) order; none is empty.
    pub orders: Vec<PlannedOrder>,
}

/// A purchase order to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedOrder {
    pub warehouse_ix: u32,
    pub supplier_ix: u32,
    /// In offer_ix order. Cases are above 0, but for a line that the buyer set to 0.
    pub lines: Vec<PlannedLine>,
    pub value: OrderValue,
}

/// A purchase order line to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedLine {
    pub offer_ix: u32,
    pub cases: u64,
    /// cases × case size.
    pub planned_qty: u64,
    pub is_edited: bool,
    /// The buyer's words for an edit, else empty.
    pub reason: String,
}

/// What a purchase order costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderValue {
    /// Sum of the line amounts that are known.
    pub known: Fen,
    /// Whether the cost of some line is unknown (no price, or no weight for a price by weight).
    pub has_unknown: bool,
}

type Orders = BTreeMap<(u32, u32), BTreeMap<u32, PlannedLine>>;

/// Plans the purchases of a cycle. The order of `demands` and `edits` does not matter; an edit repeated for the same
/// (warehouse, supplier, offer) replaces the earlier.
///
/// # Errors
/// `too_large` where a quantity or an amount leaves the range of the books.
pub fn plan(
    offers: &[Offer],
    suppliers: &[Supplier],
    demands: &[OfferDemand],
    edits: &[PlanEdit],
) -> Result<Procurement, RuleError> {
    let edited: BTreeSet<(u32, u32)> = edits.iter().map(|edit| (edit.warehouse_ix, edit.offer_ix)).collect();
    let mut lines = decide_lines(offers, &with_edits(demands, &edited))?;
    let mut orders = suggest_orders(offers, &lines)?;
    apply_edits(offers, edits, &mut orders)?;
    cancel_below_min_value(offers, suppliers, &mut lines, &mut orders)?;
    for line in &mut lines {
        if edited.contains(&(line.warehouse_ix, line.offer_ix)) {
            line.reason = Some(Reason::BuyerEdit);
        }
    }
    let orders = orders.into_iter().map(|((warehouse_ix, supplier_ix), lines)| {
        let lines: Vec<PlannedLine> = lines.into_values().collect();
        let value = order_value(offers, lines.iter().map(|line| (line.offer_ix, line.planned_qty)))?;
        Ok(PlannedOrder { warehouse_ix, supplier_ix, lines, value })
    });
    Ok(Procurement { lines, orders: orders.collect::<Result<_, RuleError>>()? })
}

/// The demands in (warehouse, offer) order, with an empty one for each edit that has none.
fn with_edits(demands: &[OfferDemand], edited: &BTreeSet<(u32, u32)>) -> Vec<OfferDemand> {
    let mut all: BTreeMap<(u32, u32), OfferDemand> = edited
        .iter()
        .map(|&(warehouse_ix, offer_ix)| {
            ((warehouse_ix, offer_ix), OfferDemand { warehouse_ix, offer_ix, ..OfferDemand::default() })
        })
        .collect();
    all.extend(demands.iter().map(|demand| ((demand.warehouse_ix, demand.offer_ix), *demand)));
    all.into_values().collect()
}

/// Threshold and case rounding for each demand.
fn decide_lines(offers: &[Offer], demands: &[OfferDemand]) -> Result<Vec<ProcurementLine>, RuleError> {
    let mut ordered_of_offer = vec![0u64; offers.len()];
    for demand in demands {
        let sum = &mut ordered_of_offer[demand.offer_ix as usize];
        *sum = sum.checked_add(demand.ordered_qty).ok_or_else(|| too_large("ordered_qty"))?;
    }
    let decide = |demand: &OfferDemand| {
        let offer = &offers[demand.offer_ix as usize];
        let on_hand = if offer.keeps_stock { demand.on_hand } else { 0 };
        let wanted = case_rounding::Demand {
            ordered_qty: demand.ordered_qty,
            tolerance_qty: demand.tolerance_qty,
            free_stock: on_hand,
        };
        let cases = plan_cases(wanted, &CaseTerms::from(offer))?;
        let threshold_met = threshold::is_met(ordered_of_offer[demand.offer_ix as usize], offer.threshold_qty);
        Ok(ProcurementLine {
            offer_ix: demand.offer_ix,
            warehouse_ix: demand.warehouse_ix,
            ordered_qty: demand.ordered_qty,
            tolerance_qty: demand.tolerance_qty,
            on_hand,
            reserved_qty: if threshold_met { cases.reserved_qty } else { 0 },
            net_need: cases.net_need,
            threshold_met,
            cases_suggested: if threshold_met { cases.cases } else { 0 },
            reason: if threshold_met { cases.reason } else { Some(Reason::ThresholdNotMet) },
        })
    };
    demands.iter().map(decide).collect()
}

/// Each line's suggested cases from its offer's own supplier.
fn suggest_orders(offers: &[Offer], lines: &[ProcurementLine]) -> Result<Orders, RuleError> {
    let mut orders = Orders::new();
    for line in lines.iter().filter(|line| line.cases_suggested > 0) {
        let offer = &offers[line.offer_ix as usize];
        let planned = planned_line(offers, line.offer_ix, line.cases_suggested)?;
        orders.entry((line.warehouse_ix, offer.supplier_ix)).or_default().insert(line.offer_ix, planned);
    }
    Ok(orders)
}

fn apply_edits(offers: &[Offer], edits: &[PlanEdit], orders: &mut Orders) -> Result<(), RuleError> {
    for edit in edits {
        let mut line = planned_line(offers, edit.offer_ix, edit.cases)?;
        line.is_edited = true;
        line.reason.clone_from(&edit.reason);
        orders.entry((edit.warehouse_ix, edit.supplier_ix)).or_default().insert(edit.offer_ix, line);
    }
    Ok(())
}

fn planned_line(offers: &[Offer], offer_ix: u32, cases: u64) -> Result<PlannedLine, RuleError> {
    let case_size = u64::from(offers[offer_ix as usize].case_size);
    let planned_qty = cases.checked_mul(case_size).ok_or_else(|| too_large("planned_qty"))?;
    Ok(PlannedLine { offer_ix, cases, planned_qty, is_edited: false, reason: String::new() })
}

/// Turns the lines of orders below their supplier's minimum to 0 where the supplier says `cancel`. Edits stay.
fn cancel_below_min_value(
    offers: &[Offer],
    suppliers: &[Supplier],
    lines: &mut [ProcurementLine],
    orders: &mut Orders,
) -> Result<(), RuleError> {
    let mut cancelled = BTreeSet::new();
    for (&(warehouse_ix, supplier_ix), of_order) in orders.iter_mut() {
        let supplier = &suppliers[supplier_ix as usize];
        let value = order_value(offers, of_order.values().map(|line| (line.offer_ix, line.planned_qty)))?;
        if supplier.below_min_value == BelowMinValue::Cancel
            && !value.has_unknown
            && value.known < supplier.min_order_value
        {
            cancelled
                .extend(of_order.values().filter(|line| !line.is_edited).map(|line| (warehouse_ix, line.offer_ix)));
            of_order.retain(|_, line| line.is_edited);
        }
    }
    orders.retain(|_, of_order| !of_order.is_empty());
    for line in lines.iter_mut().filter(|line| cancelled.contains(&(line.warehouse_ix, line.offer_ix))) {
        line.cases_suggested = 0;
        line.reason = Some(Reason::BelowMinValue);
    }
    Ok(())
}

/// What lines of (offer_ix, pieces) cost at their offers' prices.
///
/// # Errors
/// `too_large` where the sum leaves the range of [`Fen`].
pub fn order_value(offers: &[Offer], lines: impl Iterator<Item = (u32, u64)>) -> Result<OrderValue, RuleError> {
    let mut value = OrderValue::default();
    for (offer_ix, pieces) in lines.filter(|(_, pieces)| *pieces > 0) {
        match PriceTerms::of(&offers[offer_ix as usize]).cost_amount(pieces) {
            Some(Fen(amount)) => {
                value.known = Fen(value.known.0.checked_add(amount).ok_or_else(|| too_large("cost_amount"))?);
            }
            None => value.has_unknown = true,
        }
    }
    Ok(value)
}

/// How much an order of this value lacks of the supplier's minimum; zero where the supplier is to be ignored.
pub fn short_of_min_value(supplier: &Supplier, value: Fen) -> Fen {
    match supplier.below_min_value {
        BelowMinValue::Ignore => Fen::ZERO,
        BelowMinValue::Flag | BelowMinValue::Cancel => Fen((supplier.min_order_value.0 - value.0).max(0)),
    }
}

/// Pieces that nobody asked for: max(0, reserved + planned − ordered − tolerance).
pub fn surplus_qty(line: &ProcurementLine, planned_qty: u64) -> u64 {
    (line.reserved_qty + planned_qty).saturating_sub(line.ordered_qty + line.tolerance_qty)
}

/// Gross margin (sales − cost) / sales in basis points, rounded half away from zero; None without sales.
pub fn margin_bp(sales: Fen, cost: Fen) -> Option<i64> {
    if sales <= Fen::ZERO {
        return None;
    }
    round_half_away((i128::from(sales.0) - i128::from(cost.0)) * 10_000, i128::from(sales.0))
}

fn too_large(what: &str) -> RuleError {
    RuleError::TooLarge { what: what.into() }
}

#[cfg(test)]
#[path = "procurement_tests.rs"]
mod tests;
