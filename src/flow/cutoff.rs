//! 截单: the cycle is frozen in one short transaction; closing figures follow and are written once.

use std::collections::HashMap;

use crate::domain::checksum::{ClosingSum, fnv1a64};
use crate::domain::errors::Step;
use crate::domain::facts::{Cycle, Payment};
use crate::domain::slots::{PointPlace, assign_slots};
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::domain::window::clock_moves_to;
use crate::flow::load_cycle::{card, refused, row};
use crate::flow::{Desk, FlowError};
use crate::store::backend::{Db, StoreError};
use crate::store::book::scan_quantities;
use crate::store::cycles::{self, Hold};
use crate::store::freeze::{self, ClosingRow, HourRow, Place};
use crate::store::master::{self, LeaderRow, PointRow, WarehouseRow};
use crate::store::security_log::{self, Entry};
use crate::store::{clocks, offers, orders, payments};

/// Who freezes a cycle when its time has come.
pub const BY_THE_CLOCK: &str = "clock";

/// What a cutoff did.
#[derive(Clone, Debug)]
pub struct Closed {
    /// Whether this call froze the cycle; `false` where it was frozen already.
    pub is_new: bool,
    /// As this call left it; what follows a freeze may have moved it on since.
    pub cycle: Cycle,
    pub figures: ClosingRow,
}

/// Freezes an open cycle now, also before its cutoff_at; `by` is who says so, in the security log's words. A frozen one
/// stays as it is; missing closing figures (after a crash) are written.
///
/// # Errors
/// `not_found`; `wrong_state` for a cycle that is not open.
pub fn cutoff(db: &mut Db, desk: &Desk, by: &str, cycle_code: &str) -> Result<Closed, FlowError> {
    let cycle_id = card(db, cycle_code)?.id;
    let (cycle, is_new) = db.write_locking(|db| -> Result<(Cycle, bool), FlowError> {
        // Orders that are half in come in first, and none begins until the cycle is frozen.
        cycles::hold(db, &[cycle_id], Hold::Alone)?;
        let cycle = card(db, cycle_code)?;
        let is_new = match cycle.state {
            CycleState::Open => freeze_cycle(db, &cycle, desk.now, by)?,
            state if state.is_frozen() => false,
            _ => return Err(refused(&cycle, Step::Cutoff).into()),
        };
        Ok((card(db, cycle_code)?, is_new))
    })?;
    with_figures(db, cycle, is_new)
}

/// Freezes an open cycle whose time has come by `desk`; None if it has not, or somebody else froze it.
///
/// # Errors
/// `not_found`; what the database says.
pub fn cutoff_when_due(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<Option<Closed>, FlowError> {
    let frozen = db.write(|db| -> Result<Option<Cycle>, FlowError> {
        let row = row(db, cycle_code)?;
        let cycle = row.card();
        let due = clock_moves_to(&cycle, row.pay_grace_min.unsigned_abs(), desk.now) == Some(CycleState::Frozen);
        let is_frozen = due && freeze_cycle(db, &cycle, desk.now, BY_THE_CLOCK)?;
        if is_frozen { Ok(Some(card(db, cycle_code)?)) } else { Ok(None) }
    })?;
    frozen.map(|cycle| with_figures(db, cycle, true)).transpose()
}

fn with_figures(db: &mut Db, cycle: Cycle, is_new: bool) -> Result<Closed, FlowError> {
    let figures = match freeze::closing(db, cycle.id)? {
        Some(figures) => figures,
        None => close_books(db, &cycle)?,
    };
    Ok(Closed { is_new, cycle, figures })
}

fn freeze_cycle(db: &mut Db, cycle: &Cycle, now: Moment, by: &str) -> Result<bool, StoreError> {
    if !cycles::freeze(db, cycle.id, now)? {
        return Ok(false);
    }
    if cycle.payment != Payment::AtPickup {
        orders::expire_unpaid(db, cycle.id)?;
    }
    // Nothing is waited for any longer.
    payments::release_all(db, cycle.id)?;
    copy_master_data(db, cycle.id)?;
    clocks::set_follows(db, cycle.id, now)?;
    let subject = format!("cycle:{}", cycle.cycle_code);
    security_log::append(db, now, Entry { act: "cutoff", actor: by, subject: &subject, ..Entry::default() })?;
    Ok(true)
}

/// Copies what the sheets will print, so that no later change of master data reaches this cycle.
fn copy_master_data(db: &mut Db, cycle_id: i64) -> Result<(), StoreError> {
    // Others may add master data meanwhile: what refers is read before what it refers to, so that nothing is missing.
    let offers = offers::of_cycle(db, cycle_id)?;
    let points = master::point::all(db)?;
    let suppliers = master::supplier::all(db)?;
    freeze::copy_suppliers(db, cycle_id, &suppliers)?;
    let skus: HashMap<i64, _> = master::sku::all(db)?.into_iter().map(|sku| (sku.id, sku)).collect();
    let on_sale: Vec<_> = offers.iter().map(|offer| (offer.offer_no, skus[&offer.sku_id].clone())).collect();
    freeze::copy_skus(db, cycle_id, &on_sale)?;
    let warehouses = master::warehouse::all(db)?;
    let receiving: Vec<(WarehouseRow, i64)> =
        warehouses.iter().map(|row| (row.clone(), topmost(&warehouses, row))).collect();
    freeze::copy_warehouses(db, cycle_id, &receiving)?;
    let leaders: HashMap<i64, LeaderRow> = master::leader::all(db)?.into_iter().map(|row| (row.id, row)).collect();
    let placed = places(&points, &warehouses)
        .into_iter()
        .zip(points)
        .map(|(place, point)| {
            let leader = leaders[&point.leader_id].clone();
            (point, leader, place)
        })
        .collect::<Vec<_>>();
    freeze::copy_points(db, cycle_id, &placed)
}

/// The topmost ancestor of a warehouse: the one that buys for it.
fn topmost(all: &[WarehouseRow], row: &WarehouseRow) -> i64 {
    let mut top = row;
    // As many steps as there are warehouses: imports refuse a ring of parents, and this ends even if one slipped in.
    for _ in 0..all.len() {
        match top.parent_id.and_then(|parent| all.iter().find(|other| other.id == parent)) {
            Some(parent) => top = parent,
            None => break,
        }
    }
    top.id
}

fn places(points: &[PointRow], warehouses: &[WarehouseRow]) -> Vec<Place> {
    let ix_of: HashMap<i64, u32> = warehouses.iter().zip(0..).map(|(row, ix)| (row.id, ix)).collect();
    let known: Vec<PointPlace<'_>> = points
        .iter()
        .map(|point| PointPlace {
            point_code: &point.point_code,
            name: &point.name,
            warehouse_ix: ix_of[&point.warehouse_id],
            compound: point.compound.as_deref(),
            route_code: point.route_code.as_deref(),
            stop_seq: point.stop_seq.map(|seq| seq as u32),
        })
        .collect();
    let place = |slot: crate::domain::slots::Slot| Place {
        route_code: slot.route_code,
        stop_seq: slot.stop_seq as i32,
        slot_no: slot.slot_no as i32,
    };
    assign_slots(&known).into_iter().map(place).collect()
}

/// Adds up the frozen orders on a read snapshot and writes the sums, unless another process already has.
fn close_books(db: &mut Db, cycle: &Cycle) -> Result<ClosingRow, FlowError> {
    let (figures, hours) = db.read(|db| sums(db, cycle))?;
    db.write(|db| {
        if let Some(written) = freeze::closing(db, cycle.id)? {
            return Ok(written);
        }
        freeze::save_closing(db, &figures, &hours)?;
        Ok(figures.clone())
    })
}

const HOUR: i64 = 3_600_000_000;

fn sums(db: &mut Db, cycle: &Cycle) -> Result<(ClosingRow, Vec<HourRow>), FlowError> {
    let staging: Vec<i64> = orders::staging(db, cycle.id)?.into_iter().map(|(id, _, _)| id).collect();
    let mut heads: Vec<(i64, u64, i64)> = Vec::new();
    orders::each_head(db, cycle.id, cycle.payment == Payment::AtPickup, &mut |head| {
        if head.import_id.is_none_or(|id| !staging.contains(&id)) {
            heads.push((head.id, fnv1a64(head.order_no.as_bytes()), head.placed_at - head.placed_at.rem_euclid(HOUR)));
        }
    })?;
    let terms = terms_by_offer(db, cycle.id)?;
    let mut sum = ClosingSum::default();
    let mut hours: std::collections::BTreeMap<i64, (i64, i64, i64)> = Default::default();
    heads.iter().for_each(|head| hours.entry(head.2).or_default().0 += 1);
    let mut at = 0;
    scan_quantities(db, cycle.id, &mut |line| {
        while at < heads.len() && heads[at].0 < line.order_id {
            at += 1;
        }
        if let Some(&(id, order_hash, hour)) = heads.get(at)
            && id == line.order_id
        {
            let (price, sku_hash) = terms[line.offer_no as usize];
            sum.add(order_hash, sku_hash, line.ordered_qty as u32, line.tolerance as u32, price);
            let of_hour = hours.entry(hour).or_default();
            of_hour.1 += i64::from(line.ordered_qty);
            of_hour.2 += price * i64::from(line.ordered_qty);
        }
    })?;
    let hours = hours.into_iter().map(|(hour_at, (order_count, pieces, sales_fen))| HourRow {
        cycle_id: cycle.id,
        hour_at,
        order_count,
        pieces,
        sales_fen,
    });
    let figures = ClosingRow {
        cycle_id: cycle.id,
        order_count: heads.len() as i64,
        line_count: sum.lines as i64,
        pieces: sum.pieces as i64,
        amount_fen: sum.amount_fen,
        checksum: sum.checksum(),
    };
    Ok((figures, hours.collect()))
}

/// Sale price and hash of the SKU code, by offer_no.
fn terms_by_offer(db: &mut Db, cycle_id: i64) -> Result<Vec<(i64, u64)>, FlowError> {
    let codes: HashMap<i64, String> = master::sku::all(db)?.into_iter().map(|sku| (sku.id, sku.sku_code)).collect();
    let rows = offers::of_cycle(db, cycle_id)?;
    let mut terms = vec![(0, 0); rows.iter().map(|row| row.offer_no as usize + 1).max().unwrap_or(0)];
    for row in rows {
        terms[row.offer_no as usize] = (row.sale_price_fen, fnv1a64(codes[&row.sku_id].as_bytes()));
    }
    Ok(terms)
}
