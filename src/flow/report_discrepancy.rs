//! 差异: two counts of the same goods that differ. A leader's count makes those between truck and point; the desk enters those
//! of other hops.

use std::collections::BTreeMap;

use crate::domain::discrepancy::{Case, Hop, LiableParty, Problem, liable};
use crate::domain::facts::{Cycle, Warehouse};
use crate::domain::handover::Difference;
use crate::flow::answered::event_reused;
use crate::flow::people::{missing, refused};
use crate::flow::road::{Road, dispatched};
use crate::flow::tell_trip::Told;
use crate::flow::{Desk, FlowError};
use crate::store::backend::{Db, StoreError};
use crate::store::discrepancies::{self, DiscrepancyRow, Key};
use crate::store::ids::IdMaker;
use crate::store::leader_receipts::ReceiptRow;
use crate::store::point_goods;

/// Pieces of one count.
const QTY_MAX: u64 = 1_000_000;

/// Enters where a leader's count differs from what was due, and that nothing differs any more where it did before. Part of
/// the count's own transaction.
pub(super) fn of_receipt(
    db: &mut Db,
    desk: &Desk,
    ids: &mut IdMaker,
    (cycle, receipt, report_by): (&Cycle, &ReceiptRow, Option<&str>),
    found: &BTreeMap<i32, (Difference, u64)>,
) -> Result<(), StoreError> {
    let before = discrepancies::in_force_at(db, cycle.id, receipt.point_id)?;
    if found.is_empty() && before.is_empty() {
        return Ok(());
    }
    let road = Road::read(db, desk, cycle)?;
    let Some(ix) = road.book.points.iter().position(|point| point.id == receipt.point_id) else { return Ok(()) };
    let warehouse = &road.book.warehouses[road.book.points[ix].warehouse_ix as usize];
    let is_late = report_by.and_then(|time| desk.zone.parse(&format!("{} {time}", cycle.pickup_date)));
    let is_late = is_late.is_some_and(|until| receipt.device_at > until.0);
    let mut now: BTreeMap<(i32, &str), (Problem, i64, i64)> = BTreeMap::new();
    for (&offer_no, (difference, due)) in found {
        for (problem, qty) in problems(difference) {
            let (given, found) = (*due as i64, counted(*due, problem, qty) as i64);
            now.insert((offer_no, problem.code()), (problem, given, found));
        }
    }
    let is_own = |row: &&DiscrepancyRow| row.hop == Hop::TruckPoint.code();
    for row in before.iter().filter(is_own) {
        let key = (row.offer_no, row.problem.as_str());
        let problem = Problem::parse(&row.problem).ok_or(StoreError::DamagedRow("discrepancies"))?;
        let is_same = now.get(&key).is_some_and(|(_, given, found)| (*given, *found) == (row.given_qty, row.found_qty));
        if is_same {
            now.remove(&key);
        } else if row.qty() > 0 && !now.contains_key(&key) {
            now.insert((row.offer_no, problem.code()), (problem, row.given_qty, row.given_qty));
        }
    }
    let trip_no = road.trip_to(ix).map(|trip| trip.trip_no.clone());
    let seq_of: BTreeMap<Key, i32> = before.iter().map(|row| (row.key(), row.seq)).collect();
    let mut rows = Vec::new();
    for ((offer_no, _), (problem, given_qty, found_qty)) in now {
        let case = Case { hop: Hop::TruckPoint, problem, is_grid: warehouse.is_grid, is_late };
        let mut row = DiscrepancyRow {
            id: ids.next_id(),
            cycle_id: cycle.id,
            event_id: format!("count-{}-{}", receipt.point_id, receipt.count_no),
            hop: Hop::TruckPoint.code().to_owned(),
            problem: problem.code().to_owned(),
            warehouse_id: warehouse.id,
            point_id: Some(receipt.point_id),
            offer_no,
            seq: 0,
            version: cycle.version as i32,
            given_qty,
            found_qty,
            count_no: Some(receipt.count_no),
            trip_no: trip_no.clone(),
            liable_party: liable(case).code().to_owned(),
            recorded_by: receipt.recorded_by.clone(),
            recorded_at: desk.now.0,
        };
        row.seq = seq_of.get(&row.key()).copied().unwrap_or(0) + 1;
        rows.push(row);
    }
    discrepancies::record(db, &rows)
}

/// The ways in which a count differs, and by how many pieces.
fn problems(difference: &Difference) -> impl Iterator<Item = (Problem, u64)> {
    let all = [
        (Problem::Short, difference.short),
        (Problem::Over, difference.over),
        (Problem::Broken, difference.broken),
        (Problem::Wrong, difference.wrong),
    ];
    all.into_iter().filter(|(_, qty)| *qty > 0).map(|(problem, qty)| (problem, u64::from(qty)))
}

/// What was found of pieces that were given on.
fn counted(given: u64, problem: Problem, qty: u64) -> u64 {
    if problem == Problem::Over { given + qty } else { given.saturating_sub(qty) }
}

/// A difference that the desk enters.
#[derive(Clone, Debug)]
pub struct ReportDiscrepancy {
    pub cycle_code: String,
    /// The sender's own name for the act.
    pub event_id: String,
    pub hop: Hop,
    pub problem: Problem,
    /// By warehouse code; None: the one of the point.
    pub warehouse: Option<String>,
    /// By point code; asked for where goods go to a point.
    pub point: Option<String>,
    pub sku_code: String,
    pub given_qty: u64,
    pub found_qty: u64,
    pub by: String,
}

/// Enters a difference. The same act is nothing new; a later count of the same goods takes the place of an earlier one.
///
/// # Errors
/// `not_found` for the cycle, point, warehouse, SKU; `wrong_state`; `leader_counts` for the hop whose counts come from
/// leaders; `place_missing`; `bad_counts`; `key_reused`.
pub fn report_discrepancy(db: &mut Db, desk: &Desk, act: &ReportDiscrepancy) -> Result<Told, FlowError> {
    check(act)?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    db.write_locking(|db| {
        let (cycle, road) = dispatched(db, desk, &act.cycle_code)?;
        let (warehouse, ix) = place(&road, act)?;
        let offer_no = point_goods::offer_no(db, cycle.id, &act.sku_code)?;
        let offer_no = offer_no.ok_or_else(|| missing("商品", "SKU", &act.sku_code))?;
        let case = Case { hop: act.hop, problem: act.problem, is_grid: warehouse.is_grid, is_late: false };
        let mut row = DiscrepancyRow {
            id,
            cycle_id: cycle.id,
            event_id: act.event_id.clone(),
            hop: act.hop.code().to_owned(),
            problem: act.problem.code().to_owned(),
            warehouse_id: warehouse.id,
            point_id: ix.map(|ix| road.book.points[ix].id),
            offer_no,
            seq: 1,
            version: cycle.version as i32,
            given_qty: act.given_qty as i64,
            found_qty: act.found_qty as i64,
            count_no: None,
            trip_no: ix.and_then(|ix| road.trip_to(ix)).map(|trip| trip.trip_no.clone()),
            liable_party: LiableParty::code(liable(case)).to_owned(),
            recorded_by: act.by.clone(),
            recorded_at: desk.now.0,
        };
        if let Some(known) = discrepancies::told(db, cycle.id, &act.event_id)?.first() {
            let is_same =
                known.key() == row.key() && (known.given_qty, known.found_qty) == (row.given_qty, row.found_qty);
            return if is_same { Ok(Told { is_new: false }) } else { Err(event_reused().into()) };
        }
        let before = discrepancies::in_force(db, cycle.id)?.into_iter().find(|known| known.key() == row.key());
        row.seq = before.map_or(0, |known| known.seq) + 1;
        discrepancies::record(db, std::slice::from_ref(&row))?;
        Ok(Told { is_new: true })
    })
}

fn check(act: &ReportDiscrepancy) -> Result<(), FlowError> {
    if act.hop == Hop::TruckPoint {
        let zh = "车到自提点的差异由团长收货时报；请团长更正收货";
        return Err(refused("leader_counts", zh, "the leader's count tells these; correct the receipt there").into());
    }
    let is_over = act.found_qty > act.given_qty;
    let is_sound = act.given_qty <= QTY_MAX
        && act.found_qty <= QTY_MAX
        && (act.found_qty == act.given_qty || is_over == (act.problem == Problem::Over));
    let zh = "两个数不对：多货要实数大于交数，其他要实数小于交数，都不超过 1000000";
    let en = "the counts do not fit: over is found more than given, all else fewer, both up to 1,000,000";
    if is_sound { Ok(()) } else { Err(refused("bad_counts", zh, en).into()) }
}

/// The warehouse, and the place of the point where the hop has one.
fn place<'r>(road: &'r Road, act: &ReportDiscrepancy) -> Result<(&'r Warehouse, Option<usize>), FlowError> {
    let book = &road.book;
    let has_point = !matches!(act.hop, Hop::SupplierCentral | Hop::CentralGrid);
    match (&act.point, &act.warehouse) {
        (Some(code), _) if has_point => {
            let ix = book.points.iter().position(|point| point.point_code == *code);
            let ix = ix.ok_or_else(|| missing("自提点", "point", code))?;
            Ok((&book.warehouses[book.points[ix].warehouse_ix as usize], Some(ix)))
        }
        (_, Some(code)) if !has_point => {
            let found = book.warehouses.iter().find(|warehouse| warehouse.warehouse_code == *code);
            Ok((found.ok_or_else(|| missing("仓库", "warehouse", code))?, None))
        }
        _ => {
            let zh = "这一段要写自提点（月台、居民）或仓库（供应商、调拨）";
            let en = "name the point (dock, resident) or the warehouse (supplier, transfer) of this hop";
            Err(refused("place_missing", zh, en).into())
        }
    }
}
