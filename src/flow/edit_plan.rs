//! 改采购箱数: the buyer overwrites the cases of purchase lines, each with a reason.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::book::{Book, PurchaseOrder, PurchaseOrderLine};
use crate::domain::documents::DocumentKind;
use crate::domain::errors::Step;
use crate::domain::reason::Reason;
use crate::domain::register::{PlanChange, StepChanges};
use crate::domain::states::PurchaseOrderState;
use crate::flow::find::Finder;
use crate::flow::import_file::{Imported, Reading, read_file};
use crate::flow::issue_sheets::issue_sheets;
use crate::flow::load_cycle::frozen_book;
use crate::flow::people::refused;
use crate::flow::procure::{merge_line, need_plan, order_rows, purchase_rows};
use crate::flow::queue_letters::purchases_changed;
use crate::flow::{Desk, FlowError, until_saved};
use crate::imports::fault::FaultKind;
use crate::imports::plan::{Plan, PlanDraft};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::cycles;
use crate::store::ids::IdMaker;
use crate::store::supply::{add_purchase_lines, add_purchase_orders};

/// One edit with its codes resolved.
pub(super) struct Edit {
    pub(super) warehouse_ix: u32,
    pub(super) supplier_ix: u32,
    pub(super) offer_ix: u32,
    pub(super) cases: u64,
    pub(super) reason: String,
}

/// Takes the buyer's edits from a file. A SKU may be bought from a second supplier; 0 cases buys none.
///
/// # Errors
/// `wrong_state` before `procure`; all faults of the file. Nothing was then changed.
pub fn edit_plan(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    path: &Path,
    is_dry_run: bool,
) -> Result<Imported, FlowError> {
    edit_plan_seen(db, desk, cycle_code, path, is_dry_run, None)
}

/// The same by somebody who looked at the plan as it stood at a version of the cycle.
///
/// # Errors
/// As [`edit_plan`]; `plan_changed` where the cycle has another version by now.
pub fn edit_plan_seen(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    path: &Path,
    is_dry_run: bool,
    seen: Option<u32>,
) -> Result<Imported, FlowError> {
    until_saved(|| {
        let mut book = frozen_book(db, desk, cycle_code, None, Want::Demand, Step::Plan)?;
        if seen.is_some_and(|version| version != book.cycle.version) {
            let (zh, en) = ("计划刚变了，请看新的箱数再保存", "the plan has changed; look at the new figures");
            return Err(refused("plan_changed", zh, en).into());
        }
        need_plan(&book, Step::Plan)?;
        let mut reading = read_file::<Plan, _>(desk, path, None)?;
        let edits = resolve(&book, &mut reading);
        reading.sound()?;
        let rows = edits.len() as u64;
        let news = apply(&mut book, edits, Reason::BuyerEdit);
        let changed: u64 = news.lines.values().map(|lines| lines.len() as u64).sum();
        let imported = Imported { rows, changed, same: rows - changed, new: 0 };
        if is_dry_run || changed == 0 {
            return Ok(Some(imported));
        }
        Ok(save(db, desk, &mut book, &news)?.then_some(imported))
    })
}

fn resolve(book: &Book, reading: &mut Reading<PlanDraft>) -> Vec<Edit> {
    let finder = Finder::of(book, std::iter::empty());
    let keys: Vec<_> = reading
        .drafts
        .iter()
        .map(|d| (d.row, format!("{} {} {}", d.supplier_code, d.warehouse_code, d.sku_code)))
        .collect();
    reading.refuse_repeats("sku_code", &keys);
    let mut edits = Vec::new();
    for draft in std::mem::take(&mut reading.drafts) {
        let row = draft.row;
        let supplier = book.suppliers.iter().position(|supplier| supplier.supplier_code == draft.supplier_code);
        let buys = |ix: usize| book.warehouses[ix].receiving_ix as usize == ix;
        let warehouse = book.warehouses.iter().position(|warehouse| warehouse.warehouse_code == draft.warehouse_code);
        let offer = finder.offer(&draft.sku_code);
        if supplier.is_none() {
            reading.fault(row, FaultKind::UnknownCode, "supplier_code", &draft.supplier_code, "");
        }
        if warehouse.is_none() {
            reading.fault(row, FaultKind::UnknownCode, "warehouse_code", &draft.warehouse_code, "");
        }
        if warehouse.is_some_and(|ix| !buys(ix)) {
            let detail = "网格仓不采购 a grid warehouse below a central does not buy";
            reading.fault(row, FaultKind::OutOfBounds, "warehouse_code", &draft.warehouse_code, detail);
        }
        if offer.is_none() {
            reading.fault(row, FaultKind::NotOnSale, "sku_code", &draft.sku_code, &book.cycle.cycle_code);
        }
        if let (Some(supplier), Some(warehouse), Some(offer_ix)) = (supplier, warehouse, offer) {
            edits.push(Edit {
                warehouse_ix: warehouse as u32,
                supplier_ix: supplier as u32,
                offer_ix,
                cases: draft.cases.into(),
                reason: draft.reason,
            });
        }
    }
    edits
}

/// What the edits change.
#[derive(Default)]
pub(super) struct News {
    orders: Vec<(u32, u32)>,
    lines: BTreeMap<(u32, u32), Vec<PurchaseOrderLine>>,
    changes: StepChanges,
}

/// Enters the edits in the book; `why` is what difference sheets say of them.
pub(super) fn apply(book: &mut Book, edits: Vec<Edit>, why: Reason) -> News {
    let mut news = News::default();
    for edit in edits {
        let key = (edit.warehouse_ix, edit.supplier_ix);
        let place = book.purchase_orders.iter().position(|po| (po.warehouse_ix, po.supplier_ix) == key);
        let offer = &book.offers[edit.offer_ix as usize];
        let old = place.and_then(|at| book.purchase_orders[at].lines.iter().find(|l| l.offer_ix == edit.offer_ix));
        let same = |line: &PurchaseOrderLine| line.cases == edit.cases && line.is_edited && line.reason == edit.reason;
        if old.is_some_and(same) || (old.is_none() && edit.cases == 0) {
            continue;
        }
        let planned_qty = edit.cases * u64::from(offer.case_size);
        let before = old.map_or(0, |line| line.planned_qty);
        let mut line = PurchaseOrderLine {
            line_no: 0,
            offer_ix: edit.offer_ix,
            cases: edit.cases,
            planned_qty,
            is_edited: true,
            reason: edit.reason,
            arrived_qty: 0,
            rejected_qty: 0,
            is_closed: false,
            unit_price: offer.unit_price,
        };
        let at = place.unwrap_or_else(|| {
            news.orders.push(key);
            add_order(book, key)
        });
        let po = &mut book.purchase_orders[at];
        merge_line(po, &mut line);
        news.changes.plan.push(PlanChange {
            warehouse_ix: po.warehouse_ix,
            po_no: po.po_no.clone(),
            offer_ix: edit.offer_ix,
            planned: (before, planned_qty),
            reason: why,
        });
        news.lines.entry(key).or_default().push(line);
    }
    news
}

fn add_order(book: &mut Book, (warehouse_ix, supplier_ix): (u32, u32)) -> usize {
    let ordinal = book.purchase_orders.len() + 1;
    let po_no = DocumentKind::PurchaseOrder.doc_no(&book.cycle.cycle_code, ordinal);
    let (state, lines) = (PurchaseOrderState::Draft, Vec::new());
    book.purchase_orders.push(PurchaseOrder { id: 0, po_no, warehouse_ix, supplier_ix, state, lines });
    ordinal - 1
}

fn save(db: &mut Db, desk: &Desk, book: &mut Book, news: &News) -> Result<bool, FlowError> {
    let mut ids = IdMaker::lease(db, desk.now)?;
    for po in book.purchase_orders.iter_mut().filter(|po| po.id == 0) {
        po.id = ids.next_id();
    }
    let saved = db.write(|db| -> Result<bool, FlowError> {
        let Some(version) = enter(db, desk, book, news)? else { return Ok(false) };
        purchases_changed(db, &mut ids, desk.now, (book, version), news.lines.keys())?;
        Ok(true)
    })?;
    ids.release(db)?;
    Ok(saved)
}

/// Writes the news at the cycle's next version; None if another step came first. Part of the caller's transaction.
pub(super) fn enter(db: &mut Db, desk: &Desk, book: &Book, news: &News) -> Result<Option<u32>, FlowError> {
    let cycle = &book.cycle;
    let Some(version) = cycles::next_version(db, cycle.id, cycle.version, cycle.state, "plan", desk.now)? else {
        return Ok(None);
    };
    add_purchase_orders(db, &order_rows(book, &news.orders))?;
    add_purchase_lines(db, &purchase_rows(book, &news.lines, version))?;
    issue_sheets(db, book, &news.changes, version)?;
    Ok(Some(version))
}
