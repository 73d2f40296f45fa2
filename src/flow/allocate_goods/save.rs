//! Saves an allocation in one short transaction: shares, refunds, stock, sheets.

use std::collections::BTreeMap;

use crate::domain::book::Book;
use crate::domain::facts::TempZone;
use crate::domain::reason::Reason;
use crate::domain::register::StepChanges;
use crate::domain::states::CycleState;
use crate::flow::allocate_goods::bounds::Bounds;
use crate::flow::allocate_goods::share::Shares;
use crate::flow::issue_sheets::issue_sheets;
use crate::flow::lowered_lines::LoweredLines;
use crate::flow::plan_refunds::{RefundPlan, save_refunds};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::cycles::{self, Hold};
use crate::store::ids::IdMaker;
use crate::store::stock::{self, Stock};
use crate::store::supply::{
    LineShareRow, OfferShareRow, StockMoveRow, add_line_shares, add_offer_shares, add_stock_moves,
};

/// Saves what was decided; `Some(false)` where nothing had changed, None where another step came in between.
pub fn save(
    db: &mut Db,
    desk: &Desk,
    book: &mut Book,
    (state, bounds): (CycleState, &Bounds),
    shares: &Shares,
    changes: &StepChanges,
    refunds: &RefundPlan,
) -> Result<Option<bool>, FlowError> {
    let (cycle_id, seen) = (book.cycle.id, book.cycle.version);
    let moves = missing_moves(book, &stock::moved_by(db, cycle_id)?);
    let is_same = shares.offers.is_empty() && shares.lines.is_empty() && moves.is_empty() && refunds.is_empty();
    if is_same {
        return Ok(db.write(|db| cycles::set_state(db, cycle_id, seen, state))?.then_some(false));
    }
    let mut ids = IdMaker::lease(db, desk.now)?;
    let version = db.write_locking(|db| -> Result<Option<u32>, FlowError> {
        // From here on nothing is handed out and no cash goes back until this is saved.
        cycles::hold(db, &[cycle_id], Hold::Alone)?;
        let lowered = LoweredLines::read(db, book, changes)?;
        if !lowered.keep_what_was_handed() || !refunds.still_holds(db)? || !bounds.still_hold(db, book)? {
            return Ok(None);
        }
        let Some(version) = cycles::next_version(db, cycle_id, seen, state, "allocate", desk.now)? else {
            return Ok(None);
        };
        add_offer_shares(db, &offer_rows(book, shares, version))?;
        add_line_shares(db, &line_rows(book, shares, version))?;
        lowered.lower_losses(db, desk)?;
        save_refunds(db, book, refunds, version, &mut ids)?;
        let row = |(key, qty): (&(i64, i64), &i64)| stock_row(ids.next_id(), *key, cycle_id, version, *qty, desk);
        let rows: Vec<StockMoveRow> = moves.iter().map(row).collect();
        add_stock_moves(db, &rows)?;
        issue_sheets(db, book, changes, version)?;
        Ok(Some(version))
    })?;
    ids.release(db)?;
    if let Some(version) = version {
        book.cycle.version = version;
        book.cycle.state = state;
    }
    Ok(version.map(|_| true))
}

/// What the stock ledger lacks of the cycle's moves, by (warehouse id, SKU id).
fn missing_moves(book: &Book, moved: &Stock) -> BTreeMap<(i64, i64), i64> {
    let mut moves = stock_moves(book);
    moves.iter_mut().for_each(|(key, qty)| *qty -= moved.get(key).unwrap_or(&0));
    moves.retain(|_, qty| *qty != 0);
    moves
}

fn offer_rows(book: &Book, shares: &Shares, version: u32) -> Vec<OfferShareRow> {
    let row = |(&(offer, warehouse), share): (&(u32, u32), &crate::domain::book::OfferAllocation)| OfferShareRow {
        cycle_id: book.cycle.id,
        offer_no: book.offers[offer as usize].offer_no as i32,
        warehouse_id: book.warehouses[warehouse as usize].id,
        version: version as i32,
        ordered_qty: share.ordered_qty as i64,
        tolerance_qty: share.tolerance_qty as i64,
        supply_qty: share.supply_qty as i64,
        allocated_qty: share.allocated_qty as i64,
        leftover_qty: share.leftover_qty as i64,
        rule: share.rule.clone(),
    };
    shares.offers.iter().map(row).collect()
}

fn line_rows(book: &Book, shares: &Shares, version: u32) -> Vec<LineShareRow> {
    let row = |share: &crate::flow::allocate_goods::share::LineShare| LineShareRow {
        cycle_id: book.cycle.id,
        order_id: book.orders.id[book.lines.order_ix[share.line as usize] as usize],
        offer_no: book.offers[book.lines.offer_ix[share.line as usize] as usize].offer_no as i32,
        version: version as i32,
        allocated_qty: share.allocated as i32,
        reason: share.reason.map_or("", Reason::code),
    };
    shares.lines.iter().map(row).collect()
}

/// What the cycle moves in the stock ledger, by (warehouse id, SKU id): leftovers that keep come in, reserved pieces
/// that were given out go. Leftovers of chilled goods do not keep: they count again only once somebody counts them.
fn stock_moves(book: &Book) -> BTreeMap<(i64, i64), i64> {
    let mut arrived: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    for po in &book.purchase_orders {
        for line in &po.lines {
            *arrived.entry((line.offer_ix, po.warehouse_ix)).or_default() += line.arrived_qty as i64;
        }
    }
    let reserved: BTreeMap<(u32, u32), i64> =
        book.procurement.iter().map(|line| ((line.offer_ix, line.warehouse_ix), line.reserved_qty as i64)).collect();
    let mut moves = BTreeMap::new();
    for (key, share) in &book.allocations {
        let offer = &book.offers[key.0 as usize];
        if !offer.keeps_stock {
            continue;
        }
        let net = arrived.get(key).unwrap_or(&0) - share.allocated_qty as i64;
        let qty = match net {
            left if left > 0 && offer.temp_zone == TempZone::Chilled => 0,
            left if left > 0 => left,
            given => given.max(-reserved.get(key).unwrap_or(&0)),
        };
        moves.insert((book.warehouses[key.1 as usize].id, offer.sku_id), qty);
    }
    moves
}

fn stock_row(id: i64, key: (i64, i64), cycle_id: i64, version: u32, qty: i64, desk: &Desk) -> StockMoveRow {
    StockMoveRow {
        id,
        warehouse_id: key.0,
        sku_id: key.1,
        kind: "cycle",
        cycle_id: Some(cycle_id),
        version: Some(version as i32),
        qty,
        lot: String::new(),
        best_before: String::new(),
        moved_at: desk.now.0,
    }
}
