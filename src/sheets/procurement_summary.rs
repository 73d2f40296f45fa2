//! 采购汇总: per receiving warehouse, what is wanted, what there is and what is bought, by supplier and SKU.

use std::collections::BTreeMap;

use crate::domain::book::{ProcurementLine, PurchaseOrderLine};
use crate::domain::cost::PriceTerms;
use crate::domain::money::{Fen, round_half_away};
use crate::domain::reason::Reason;
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::demand::Demand;
use crate::sheets::facts::{Fact, fact};
use crate::sheets::press::Press;

/// One row: an offer bought (or not bought) from one supplier.
struct Row<'a> {
    supplier_ix: u32,
    offer_ix: u32,
    bought: Option<&'a PurchaseOrderLine>,
    /// Whether demand and stock stand here. A second supplier's row for the same offer shows only what is bought.
    is_main: bool,
}

/// The figures of one warehouse by offer.
struct Figures<'a> {
    demand: BTreeMap<u32, Demand>,
    decided: BTreeMap<u32, &'a ProcurementLine>,
    /// Planned pieces from all suppliers.
    planned: BTreeMap<u32, u64>,
    /// What the lines of each supplier cost.
    spent: BTreeMap<u32, Fen>,
}

pub fn print(press: &Press<'_>, warehouse_ix: u32, sink: &mut dyn Sink) {
    let (rows, figures) = collect(press, warehouse_ix);
    let mut supplier_ix = None;
    for row in &rows {
        if supplier_ix != Some(row.supplier_ix) {
            supplier_ix = Some(row.supplier_ix);
            head_supplier(press, row.supplier_ix, &figures, sink);
        }
        print_row(press, warehouse_ix, row, &figures, sink);
    }
}

pub fn facts(press: &Press<'_>, warehouse_ix: u32) -> Vec<Fact> {
    vec![fact("仓库", &press.book.warehouses[warehouse_ix as usize].name)]
}

fn collect<'a>(press: &Press<'a>, warehouse_ix: u32) -> (Vec<Row<'a>>, Figures<'a>) {
    let book = press.book;
    let here = press.demand().iter().filter(|demand| demand.warehouse_ix == warehouse_ix);
    let decided = book.procurement.iter().filter(|line| line.warehouse_ix == warehouse_ix);
    let mut figures = Figures {
        demand: here.map(|demand| (demand.offer_ix, *demand)).collect(),
        decided: decided.map(|line| (line.offer_ix, line)).collect(),
        planned: BTreeMap::new(),
        spent: BTreeMap::new(),
    };
    let mut bought: BTreeMap<(u32, u32), Option<&PurchaseOrderLine>> = BTreeMap::new();
    for &offer_ix in figures.demand.keys().chain(figures.decided.keys()) {
        bought.insert((press.offer(offer_ix).supplier_ix, offer_ix), None);
    }
    for order in book.purchase_orders.iter().filter(|order| order.warehouse_ix == warehouse_ix) {
        for line in &order.lines {
            bought.insert((order.supplier_ix, line.offer_ix), Some(line));
            *figures.planned.entry(line.offer_ix).or_default() += line.planned_qty;
            *figures.spent.entry(order.supplier_ix).or_default() += cost(press, line).unwrap_or_default();
        }
    }
    let is_main = |supplier_ix, offer_ix: u32| press.offer(offer_ix).supplier_ix == supplier_ix;
    let rows = bought.into_iter().map(|((supplier_ix, offer_ix), bought)| Row {
        supplier_ix,
        offer_ix,
        bought,
        is_main: is_main(supplier_ix, offer_ix),
    });
    (rows.collect(), figures)
}

/// What a purchase order line costs as planned, at the price agreed on: a delivery at another price changes no plan.
fn cost(press: &Press<'_>, line: &PurchaseOrderLine) -> Option<Fen> {
    PriceTerms::of(press.offer(line.offer_ix)).cost_amount(line.planned_qty)
}

/// What a supplier's lines lack to the minimum order value.
fn short_of_min(press: &Press<'_>, supplier_ix: u32, figures: &Figures<'_>) -> Fen {
    let minimum = press.book.suppliers[supplier_ix as usize].min_order_value;
    let spent = figures.spent.get(&supplier_ix).copied().unwrap_or_default();
    (minimum - spent).max(Fen::ZERO)
}

fn head_supplier(press: &Press<'_>, supplier_ix: u32, figures: &Figures<'_>, sink: &mut dyn Sink) {
    let supplier = &press.book.suppliers[supplier_ix as usize];
    let spent = figures.spent.get(&supplier_ix).copied().unwrap_or_default();
    match short_of_min(press, supplier_ix, figures) {
        Fen::ZERO => sink.block(format_args!("{} {} · 采购金额 ¥{spent}", supplier.supplier_code, supplier.name)),
        short => sink.block(format_args!(
            "{} {} · 采购金额 ¥{spent} · 距起送还差 ¥{short}",
            supplier.supplier_code, supplier.name
        )),
    }
}

fn print_row(press: &Press<'_>, warehouse_ix: u32, row: &Row<'_>, figures: &Figures<'_>, sink: &mut dyn Sink) {
    let (offer, supplier) = (press.offer(row.offer_ix), &press.book.suppliers[row.supplier_ix as usize]);
    let nobody = Demand { warehouse_ix, offer_ix: row.offer_ix, ..Demand::default() };
    let demand = figures.demand.get(&row.offer_ix).filter(|_| row.is_main).unwrap_or(&nobody);
    let decided = figures.decided.get(&row.offer_ix).filter(|_| row.is_main);
    let terms = PriceTerms::of(offer);
    let cost = terms.cost_amount(row.bought.map_or(0, |line| line.planned_qty));
    let sales = offer.sale_price.times(demand.ordered_qty).expect("prices × pieces were checked at intake");
    let surplus = if row.is_main { surplus(row, demand, figures) } else { 0 };
    let reason = reason(decided.and_then(|line| line.reason), row.bought);
    let decided_count = |figure: fn(&ProcurementLine) -> u64| match decided {
        Some(line) => Cell::count(figure(line)),
        None if row.is_main => Cell::Blank,
        None => Cell::Int(0),
    };
    sink.row(&[
        Cell::Text(&press.book.warehouses[warehouse_ix as usize].name),
        Cell::Text(&supplier.supplier_code),
        Cell::Text(&supplier.name),
        Cell::Text(&offer.sku_code),
        Cell::Text(&offer.name),
        Cell::Text(&offer.spec),
        Cell::Text(&offer.unit),
        Cell::Text(offer.temp_zone.zh()),
        Cell::count(demand.ordered_qty),
        Cell::count(demand.tolerance_qty),
        Cell::count(demand.line_count),
        Cell::count(demand.resident_count),
        Cell::count(demand.leader_count),
        decided_count(|line| line.on_hand),
        decided_count(|line| line.net_need),
        Cell::count(u64::from(offer.case_size)),
        Cell::count(u64::from(offer.moq)),
        decided_count(|line| line.cases_suggested),
        Cell::count(row.bought.map_or(0, |line| line.cases)),
        Cell::count(row.bought.map_or(0, |line| line.planned_qty)),
        Cell::count(surplus),
        Cell::yuan(terms.cost_amount(surplus)),
        Cell::Text(offer.price_unit.zh()),
        Cell::yuan(offer.unit_price),
        Cell::yuan(cost),
        Cell::Yuan(sales),
        margin(sales, cost),
        Cell::Text(threshold_state(offer.threshold_qty, decided)),
        Cell::Yuan(short_of_min(press, row.supplier_ix, figures)),
        Cell::Text(&reason),
    ]);
}

/// max(0, reserved + planned − ordered − tolerance).
fn surplus(row: &Row<'_>, demand: &Demand, figures: &Figures<'_>) -> u64 {
    let reserved = figures.decided.get(&row.offer_ix).map_or(0, |line| line.reserved_qty);
    let planned = figures.planned.get(&row.offer_ix).copied().unwrap_or(0);
    (reserved + planned).saturating_sub(demand.ordered_qty + demand.tolerance_qty)
}

/// (sales − cost) / sales in basis points; nothing without sales or cost.
fn margin(sales: Fen, cost: Option<Fen>) -> Cell<'static> {
    let Some(cost) = cost.filter(|_| sales > Fen::ZERO) else { return Cell::Blank };
    let gain = i128::from(sales.0) - i128::from(cost.0);
    round_half_away(gain * 10_000, i128::from(sales.0)).map_or(Cell::Blank, Cell::Percent)
}

fn threshold_state(threshold_qty: u32, decided: Option<&&ProcurementLine>) -> &'static str {
    match decided {
        _ if threshold_qty == 0 => "无门槛",
        None => "",
        Some(line) if line.threshold_met => "已成团",
        Some(_) => "未成团",
    }
}

/// Why the cases are what they are: the rule's reason, and the buyer's words where the buyer changed them.
fn reason(rule: Option<Reason>, bought: Option<&PurchaseOrderLine>) -> String {
    let mut parts = Vec::new();
    let edited = bought.filter(|line| line.is_edited);
    if let Some(rule) = rule.filter(|&rule| edited.is_none() || rule != Reason::BuyerEdit) {
        parts.push(rule.zh());
    }
    if let Some(line) = edited {
        parts.push(Reason::BuyerEdit.zh());
        parts.push(&line.reason);
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}
