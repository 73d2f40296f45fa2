//! What a plan of purchases comes to: cost, surplus, shortage and refunds, line by line, order by order and in sum.
//!
//! The offer's own supplier has the *main* line of an (offer, receiving warehouse): demand, stock, surplus, shortage
//! and refund stand there once, over what is bought from all suppliers, and so does the margin. A second supplier's line
//! shows only what is bought from it.
//!
//! | ordered | tolerance | reserved | planned | surplus | short |
//! |---|---|---|---|---|---|
//! | 10 | 0 | 0 | 12 | 2 | 0 |
//! | 10 | 3 | 0 | 12 | 0 | 0 |
//! | 10 | 0 | 2 | 6 | 0 | 2 |
//! | 10, below its threshold | 0 | 0 | 0 | 0 | 10 |

use std::collections::BTreeMap;

use crate::domain::book::{Book, ProcurementLine};
use crate::domain::cost::PriceTerms;
use crate::domain::errors::RuleError;
use crate::domain::facts::{Offer, Supplier};
use crate::domain::money::Fen;
use crate::domain::procurement::{OrderValue, margin_bp, order_value, short_of_min_value, surplus_qty};

/// What is bought of one offer for one warehouse from one supplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bought {
    pub warehouse_ix: u32,
    pub supplier_ix: u32,
    pub offer_ix: u32,
    pub cases: u64,
    pub planned_qty: u64,
}

/// One line of the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineFigures {
    pub warehouse_ix: u32,
    pub supplier_ix: u32,
    pub offer_ix: u32,
    /// Whether demand, stock, surplus and shortage stand here.
    pub is_main: bool,
    pub cases: u64,
    pub planned_qty: u64,
    /// None where price or weight is unknown.
    pub cost: Option<Fen>,
    pub surplus_qty: u64,
    pub surplus_cost: Option<Fen>,
    /// Ordered pieces for which there is neither stock nor purchase, and what goes back for them.
    pub short_qty: u64,
    pub refund: Fen,
    pub sales: Fen,
    /// Of all that is sold against all that is bought of it; None where nothing is.
    pub margin_bp: Option<i64>,
}

/// What is bought from one supplier for one warehouse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFigures {
    pub warehouse_ix: u32,
    pub supplier_ix: u32,
    pub cases: u64,
    pub planned_qty: u64,
    pub value: OrderValue,
    pub short_of_min: Fen,
    /// In offer_ix order.
    pub lines: Vec<LineFigures>,
}

/// The whole plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanSums {
    /// Orders of which anything is bought.
    pub orders: u64,
    pub cases: u64,
    pub planned_qty: u64,
    pub cost: Fen,
    /// Whether the cost of some line is unknown.
    pub has_unknown: bool,
    pub surplus_qty: u64,
    pub surplus_cost: Fen,
    pub short_qty: u64,
    pub refund: Fen,
}

/// The plan of a book as it stands.
pub fn bought(book: &Book) -> Vec<Bought> {
    let of_order = book.purchase_orders.iter().flat_map(|po| po.lines.iter().map(move |line| (po, line)));
    let one = |(po, line): (&crate::domain::book::PurchaseOrder, &crate::domain::book::PurchaseOrderLine)| Bought {
        warehouse_ix: po.warehouse_ix,
        supplier_ix: po.supplier_ix,
        offer_ix: line.offer_ix,
        cases: line.cases,
        planned_qty: line.planned_qty,
    };
    of_order.map(one).collect()
}

/// What the purchases come to, by order in (warehouse, supplier) order. An offer of which nothing is bought stands with
/// its own supplier.
///
/// # Errors
/// `too_large` where an amount leaves the range of the books.
pub fn plan_figures(
    offers: &[Offer],
    suppliers: &[Supplier],
    decided: &[ProcurementLine],
    bought: &[Bought],
) -> Result<Vec<OrderFigures>, RuleError> {
    let mut planned: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    let mut lines: BTreeMap<(u32, u32), BTreeMap<u32, LineFigures>> = BTreeMap::new();
    for line in decided {
        let supplier_ix = offers[line.offer_ix as usize].supplier_ix;
        let empty = LineFigures {
            warehouse_ix: line.warehouse_ix,
            supplier_ix,
            offer_ix: line.offer_ix,
            ..LineFigures::default()
        };
        lines.entry((line.warehouse_ix, supplier_ix)).or_default().insert(line.offer_ix, empty);
    }
    for one in bought {
        *planned.entry((one.warehouse_ix, one.offer_ix)).or_default() += one.planned_qty;
        let Bought { warehouse_ix, supplier_ix, offer_ix, cases, planned_qty } = *one;
        let line = LineFigures { warehouse_ix, supplier_ix, offer_ix, cases, planned_qty, ..LineFigures::default() };
        lines.entry((warehouse_ix, supplier_ix)).or_default().insert(offer_ix, line);
    }
    let decided: BTreeMap<(u32, u32), &ProcurementLine> =
        decided.iter().map(|line| ((line.warehouse_ix, line.offer_ix), line)).collect();
    let orders = lines.into_iter().map(|((warehouse_ix, supplier_ix), of_order)| {
        let mut order = OrderFigures { warehouse_ix, supplier_ix, ..OrderFigures::default() };
        for (_, line) in of_order {
            let key = (warehouse_ix, line.offer_ix);
            let all = planned.get(&key).copied().unwrap_or(0);
            let line = filled(line, &offers[line.offer_ix as usize], decided.get(&key).copied(), all)?;
            order.cases += line.cases;
            order.planned_qty += line.planned_qty;
            order.lines.push(line);
        }
        order.value = order_value(offers, order.lines.iter().map(|line| (line.offer_ix, line.planned_qty)))?;
        if order.planned_qty > 0 {
            order.short_of_min = short_of_min_value(&suppliers[supplier_ix as usize], order.value.known);
        }
        Ok(order)
    });
    orders.collect()
}

/// The figures of a line; `all` is what is planned of it from all suppliers.
fn filled(
    line: LineFigures,
    offer: &Offer,
    decided: Option<&ProcurementLine>,
    all: u64,
) -> Result<LineFigures, RuleError> {
    let terms = PriceTerms::of(offer);
    let line = LineFigures { cost: terms.cost_amount(line.planned_qty), ..line };
    let Some(decided) = decided.filter(|_| offer.supplier_ix == line.supplier_ix) else { return Ok(line) };
    let too_large = |what: &str| RuleError::TooLarge { what: what.into() };
    let surplus = surplus_qty(decided, all);
    let supply = if decided.threshold_met { decided.reserved_qty.saturating_add(all) } else { 0 };
    let short_qty = decided.ordered_qty.saturating_sub(supply);
    let sales = offer.sale_price.times(decided.ordered_qty).ok_or_else(|| too_large("sales"))?;
    Ok(LineFigures {
        is_main: true,
        surplus_qty: surplus,
        surplus_cost: terms.cost_amount(surplus),
        short_qty,
        refund: offer.sale_price.times(short_qty).ok_or_else(|| too_large("refund"))?,
        sales,
        margin_bp: terms.cost_amount(all).filter(|_| all > 0).and_then(|cost| margin_bp(sales, cost)),
        ..line
    })
}

/// The orders in sum.
pub fn plan_sums(orders: &[OrderFigures]) -> PlanSums {
    let mut sums = PlanSums::default();
    for order in orders {
        sums.orders += u64::from(order.planned_qty > 0);
        sums.cases += order.cases;
        sums.planned_qty += order.planned_qty;
        sums.cost += order.value.known;
        sums.has_unknown |= order.value.has_unknown;
        for line in &order.lines {
            sums.surplus_qty += line.surplus_qty;
            sums.surplus_cost += line.surplus_cost.unwrap_or_default();
            sums.short_qty += line.short_qty;
            sums.refund += line.refund;
        }
    }
    sums
}
