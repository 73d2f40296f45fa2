//! 采购汇总: from frozen orders to draft purchase orders.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::book::{Book, ProcurementLine, PurchaseOrder, PurchaseOrderLine};
use crate::domain::demand::demands;
use crate::domain::documents::DocumentKind;
use crate::domain::errors::Step;
use crate::domain::procurement::{PlanEdit, PlannedOrder, Procurement, plan};
use crate::domain::reason::Reason;
use crate::domain::register::{PlanChange, StepChanges};
use crate::domain::states::{CycleState, PurchaseOrderState};
use crate::flow::issue_sheets::issue_sheets;
use crate::flow::load_cycle::{frozen_book, refused};
use crate::flow::queue_letters::{purchases_changed, summary_ready};
use crate::flow::{Desk, FlowError, until_saved};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::ids::IdMaker;
use crate::store::supply::{
    ProcurementRow, PurchaseLineRow, PurchaseOrderRow, add_procurement, add_purchase_lines, add_purchase_orders,
};
use crate::store::{cycles, stock};

/// What procuring decided.
#[derive(Clone, Debug)]
pub struct Procured {
    /// Whether anything was written by this call.
    pub is_changed: bool,
    /// The book as it stands now.
    pub book: Book,
}

/// Plans the purchases of a frozen cycle as draft purchase orders, keeping the buyer's edits. Repeated, it changes only
/// what stock or corrections have changed meanwhile; once a purchase order was sent or goods came, it changes nothing.
///
/// # Errors
/// `not_found`; `wrong_state` before the freeze or for a cancelled cycle.
pub fn procure(db: &mut Db, desk: &Desk, cycle_code: &str, dry_run: bool) -> Result<Procured, FlowError> {
    until_saved(|| {
        let mut book = frozen_book(db, desk, cycle_code, None, Want::Demand, Step::Procure)?;
        if !matches!(book.cycle.state, CycleState::Frozen | CycleState::Procured) || is_out(&book) {
            return Ok(Some(Procured { is_changed: false, book }));
        }
        let decided = decide(db, &book)?;
        let mut news = News::between(&book, &decided);
        let is_first = book.cycle.state == CycleState::Frozen;
        if !is_first && news.is_empty() {
            return Ok(Some(Procured { is_changed: false, book }));
        }
        news.apply(&mut book, decided.lines);
        if dry_run {
            return Ok(Some(Procured { is_changed: true, book }));
        }
        let saved = save(db, desk, &mut book, &news)?;
        Ok(saved.then_some(Procured { is_changed: true, book }))
    })
}

/// Whether a purchase order has left the house, so that the plan is the suppliers' too.
fn is_out(book: &Book) -> bool {
    book.purchase_orders.iter().any(|po| po.state != PurchaseOrderState::Draft)
}

fn decide(db: &mut Db, book: &Book) -> Result<Procurement, FlowError> {
    let on_hand = stock::on_hand(db, Some(book.cycle.id))?;
    let reserved = stock::reserved_by_others(db, book.cycle.id)?;
    let free = |warehouse_ix: u32, offer_ix: u32| {
        let offer = &book.offers[offer_ix as usize];
        let key = (book.warehouses[warehouse_ix as usize].id, offer.sku_id);
        let qty = on_hand.get(&key).unwrap_or(&0) - reserved.get(&key).unwrap_or(&0);
        if offer.keeps_stock { u64::try_from(qty).unwrap_or(0) } else { 0 }
    };
    let edits: Vec<PlanEdit> = book
        .purchase_orders
        .iter()
        .flat_map(|po| po.lines.iter().filter(|line| line.is_edited).map(move |line| (po, line)))
        .map(|(po, line)| PlanEdit {
            warehouse_ix: po.warehouse_ix,
            supplier_ix: po.supplier_ix,
            offer_ix: line.offer_ix,
            cases: line.cases,
            reason: line.reason.clone(),
        })
        .collect();
    Ok(plan(&book.offers, &book.suppliers, &demands(book, free), &edits)?)
}

/// What a plan adds to the books.
#[derive(Default)]
struct News {
    lines: Vec<ProcurementLine>,
    /// New purchase orders, by (warehouse_ix, supplier_ix).
    orders: Vec<(u32, u32)>,
    /// Changed or new lines, by (warehouse_ix, supplier_ix); line_no 0 = not numbered yet.
    purchases: BTreeMap<(u32, u32), Vec<PurchaseOrderLine>>,
    changes: StepChanges,
}

impl News {
    fn between(book: &Book, decided: &Procurement) -> News {
        let mut news = News { lines: changed_lines(book, &decided.lines), ..News::default() };
        news.changes.summaries =
            news.lines.iter().map(|line| line.warehouse_ix).collect::<BTreeSet<_>>().into_iter().collect();
        let known: BTreeMap<(u32, u32), &PurchaseOrder> =
            book.purchase_orders.iter().map(|po| ((po.warehouse_ix, po.supplier_ix), po)).collect();
        for order in &decided.orders {
            let key = (order.warehouse_ix, order.supplier_ix);
            if !known.contains_key(&key) {
                news.orders.push(key);
            }
            news.compare(book, key, known.get(&key).copied(), Some(order));
        }
        let wanted: BTreeSet<(u32, u32)> =
            decided.orders.iter().map(|order| (order.warehouse_ix, order.supplier_ix)).collect();
        for (key, po) in known.iter().filter(|(key, _)| !wanted.contains(key)) {
            news.compare(book, *key, Some(po), None);
        }
        news
    }

    /// Lines of one purchase order that the plan adds, changes or empties.
    fn compare(&mut self, book: &Book, key: (u32, u32), po: Option<&PurchaseOrder>, order: Option<&PlannedOrder>) {
        let old = po.map_or(&[][..], |po| &po.lines);
        let planned = order.map_or(&[][..], |order| &order.lines);
        let mut changed = Vec::new();
        for line in planned {
            let before = old.iter().find(|other| other.offer_ix == line.offer_ix);
            if before.is_some_and(|before| before.cases == line.cases && before.is_edited == line.is_edited) {
                continue;
            }
            changed.push(PurchaseOrderLine {
                line_no: before.map_or(0, |before| before.line_no),
                offer_ix: line.offer_ix,
                cases: line.cases,
                planned_qty: line.planned_qty,
                is_edited: line.is_edited,
                reason: line.reason.clone(),
                arrived_qty: 0,
                rejected_qty: 0,
                is_closed: false,
                unit_price: book.offers[line.offer_ix as usize].unit_price,
            });
        }
        let dropped =
            |line: &&PurchaseOrderLine| line.cases > 0 && !planned.iter().any(|other| other.offer_ix == line.offer_ix);
        for line in old.iter().filter(dropped) {
            changed.push(PurchaseOrderLine { cases: 0, planned_qty: 0, ..line.clone() });
        }
        if let Some(po) = po {
            self.note_changes(po, &changed);
        }
        if !changed.is_empty() {
            self.purchases.insert(key, changed);
        }
    }

    fn note_changes(&mut self, po: &PurchaseOrder, changed: &[PurchaseOrderLine]) {
        for line in changed {
            let before = po.lines.iter().find(|old| old.offer_ix == line.offer_ix).map_or(0, |old| old.planned_qty);
            self.changes.plan.push(PlanChange {
                warehouse_ix: po.warehouse_ix,
                po_no: po.po_no.clone(),
                offer_ix: line.offer_ix,
                planned: (before, line.planned_qty),
                reason: if line.is_edited { Reason::BuyerEdit } else { Reason::Corrected },
            });
        }
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.orders.is_empty() && self.purchases.is_empty()
    }

    /// Enters the news in the book, numbering new purchase orders and lines.
    fn apply(&mut self, book: &mut Book, lines: Vec<ProcurementLine>) {
        book.procurement = lines;
        for &(warehouse_ix, supplier_ix) in &self.orders {
            let ordinal = book.purchase_orders.len() + 1;
            book.purchase_orders.push(PurchaseOrder {
                id: 0,
                po_no: DocumentKind::PurchaseOrder.doc_no(&book.cycle.cycle_code, ordinal),
                warehouse_ix,
                supplier_ix,
                state: PurchaseOrderState::Draft,
                lines: Vec::new(),
            });
        }
        for po in &mut book.purchase_orders {
            let Some(changed) = self.purchases.get_mut(&(po.warehouse_ix, po.supplier_ix)) else { continue };
            for line in changed {
                merge_line(po, line);
            }
        }
    }
}

/// Puts a line into its purchase order, giving it the next number where it has none.
pub fn merge_line(po: &mut PurchaseOrder, line: &mut PurchaseOrderLine) {
    match po.lines.iter_mut().find(|old| old.offer_ix == line.offer_ix) {
        Some(old) => {
            line.line_no = old.line_no;
            *old = PurchaseOrderLine {
                arrived_qty: old.arrived_qty,
                rejected_qty: old.rejected_qty,
                is_closed: old.is_closed,
                unit_price: old.unit_price,
                ..line.clone()
            };
        }
        None => {
            line.line_no = po.lines.iter().map(|old| old.line_no).max().unwrap_or(0) + 1;
            po.lines.push(line.clone());
        }
    }
}

fn changed_lines(book: &Book, decided: &[ProcurementLine]) -> Vec<ProcurementLine> {
    let figures = |line: &ProcurementLine| {
        (
            (line.ordered_qty, line.tolerance_qty, line.on_hand, line.reserved_qty),
            (line.net_need, line.threshold_met, line.cases_suggested, line.reason),
        )
    };
    let same = |line: &ProcurementLine| {
        book.procurement.iter().any(|old| {
            (old.offer_ix, old.warehouse_ix) == (line.offer_ix, line.warehouse_ix) && figures(old) == figures(line)
        })
    };
    decided.iter().filter(|line| !same(line)).cloned().collect()
}

fn save(db: &mut Db, desk: &Desk, book: &mut Book, news: &News) -> Result<bool, FlowError> {
    let mut ids = IdMaker::lease(db, desk.now)?;
    for po in book.purchase_orders.iter_mut().filter(|po| po.id == 0) {
        po.id = ids.next_id();
    }
    let version = db.write(|db| -> Result<Option<u32>, FlowError> {
        let claimed =
            cycles::next_version(db, book.cycle.id, book.cycle.version, CycleState::Procured, "procure", desk.now)?;
        let Some(version) = claimed else { return Ok(None) };
        add_procurement(db, &procurement_rows(book, &news.lines, version))?;
        add_purchase_orders(db, &order_rows(book, &news.orders))?;
        add_purchase_lines(db, &purchase_rows(book, &news.purchases, version))?;
        issue_sheets(db, book, &news.changes, version)?;
        purchases_changed(db, &mut ids, desk.now, (book, version), news.purchases.keys())?;
        summary_ready(db, &mut ids, desk.now, (book, version))?;
        Ok(Some(version))
    })?;
    ids.release(db)?;
    if let Some(version) = version {
        book.cycle.version = version;
        book.cycle.state = CycleState::Procured;
    }
    Ok(version.is_some())
}

fn procurement_rows(book: &Book, lines: &[ProcurementLine], version: u32) -> Vec<ProcurementRow> {
    let row = |line: &ProcurementLine| ProcurementRow {
        cycle_id: book.cycle.id,
        offer_no: book.offers[line.offer_ix as usize].offer_no as i32,
        warehouse_id: book.warehouses[line.warehouse_ix as usize].id,
        version: version as i32,
        ordered_qty: line.ordered_qty as i64,
        tolerance_qty: line.tolerance_qty as i64,
        on_hand: line.on_hand as i64,
        reserved_qty: line.reserved_qty as i64,
        net_need: line.net_need as i64,
        threshold_met: line.threshold_met,
        cases_suggested: line.cases_suggested as i64,
        reason: line.reason.map_or("", Reason::code).to_owned(),
    };
    lines.iter().map(row).collect()
}

/// Rows of the purchase orders that are new, by (warehouse_ix, supplier_ix).
pub fn order_rows(book: &Book, new: &[(u32, u32)]) -> Vec<PurchaseOrderRow> {
    let row = |po: &PurchaseOrder| PurchaseOrderRow {
        id: po.id,
        cycle_id: book.cycle.id,
        po_no: po.po_no.clone(),
        warehouse_id: book.warehouses[po.warehouse_ix as usize].id,
        supplier_id: book.suppliers[po.supplier_ix as usize].id,
        state: po.state.code().to_owned(),
        sent_at: None,
    };
    book.purchase_orders.iter().filter(|po| new.contains(&(po.warehouse_ix, po.supplier_ix))).map(row).collect()
}

/// Rows of changed purchase order lines, by (warehouse_ix, supplier_ix) of their order.
pub fn purchase_rows(
    book: &Book,
    changed: &BTreeMap<(u32, u32), Vec<PurchaseOrderLine>>,
    version: u32,
) -> Vec<PurchaseLineRow> {
    let mut rows = Vec::new();
    for po in &book.purchase_orders {
        for line in changed.get(&(po.warehouse_ix, po.supplier_ix)).into_iter().flatten() {
            rows.push(PurchaseLineRow {
                cycle_id: book.cycle.id,
                po_id: po.id,
                line_no: line.line_no as i32,
                version: version as i32,
                offer_no: book.offers[line.offer_ix as usize].offer_no as i32,
                cases: line.cases as i64,
                planned_qty: line.planned_qty as i64,
                is_edited: line.is_edited,
                reason: line.reason.clone(),
            });
        }
    }
    rows
}

/// Refuses a step that needs a plan where there is none.
///
/// # Errors
/// `wrong_state`, in the words of `step`.
pub fn need_plan(book: &Book, step: Step) -> Result<(), FlowError> {
    match book.cycle.state {
        CycleState::Procured | CycleState::Receiving | CycleState::Allocated | CycleState::Dispatched => Ok(()),
        _ => Err(refused(&book.cycle, step).into()),
    }
}
