//! 团长收货: what came to a point, told by where it differs from what was due. A recount keeps both counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::errors::{RuleError, StateName, Step};
use crate::domain::facts::Cycle;
use crate::domain::handover::Difference;
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::flow::answered::Sender;
use crate::flow::intake::Within;
use crate::flow::{Desk, FlowError, answered, load_cycle, report_discrepancy};
use crate::store::backend::{Db, StoreError};
use crate::store::cycles::{self, Hold};
use crate::store::ids::IdMaker;
use crate::store::leader_receipts::{self, ChoiceRow, ReceiptLineRow, ReceiptRow};
use crate::store::point_goods::{self, FrozenPoint};

/// The route under which keys of counts are kept.
const ROUTE: &str = "POST /receipts/leader";

/// A count at a point.
#[derive(Clone, Debug)]
pub struct ReceiveAtPoint {
    pub cycle_code: String,
    pub point_code: String,
    /// Left at the door, nobody signed.
    pub is_unsigned: bool,
    /// Where it differs, by the SKU's code; what is not named came as it was due.
    pub differences: Vec<(String, Difference)>,
    pub remark: Option<String>,
    /// Who counted, as the phone says.
    pub counted_by: String,
    pub device_at: Moment,
    pub within: Within,
    pub sender: Sender,
}

/// What came of a count.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ReceivedAtPoint {
    /// 1 for the first; a recount is the next.
    pub count_no: i32,
    /// Pieces that were due in all.
    pub due_qty: u64,
    /// Pieces that are missing, by SKU, each to be gone without by somebody.
    pub missing: BTreeMap<String, u64>,
}

/// Takes a count. The same under the same key is the same count.
///
/// # Errors
/// `not_found` for the cycle, a point out of reach, a SKU; `wrong_state` before goods are shared out and once settled;
/// `more_than_due`, `short_and_over`, `counted_twice`; `key_reused`.
pub fn receive_at_point(db: &mut Db, desk: &Desk, act: &ReceiveAtPoint) -> Result<ReceivedAtPoint, FlowError> {
    let mut ids = IdMaker::lease(db, desk.now)?;
    let done = db.write_locking(|db| {
        if let Some(answer) = answered::first(db, ROUTE, &act.sender)? {
            return Ok(answer);
        }
        let (cycle, point) = place(db, &act.cycle_code, &act.point_code, &act.within)?;
        let (_, lines) = point_goods::of_point(db, &cycle, point.point_id)?;
        let due = point_goods::due(&lines);
        let differences = by_offer(db, &cycle, &act.differences, &due)?;
        let before = leader_receipts::in_force(db, cycle.id, point.point_id)?;
        let count_no = before.map_or(1, |(receipt, _)| receipt.count_no + 1);
        let due_qty: u64 = due.values().sum();
        let receipt = ReceiptRow {
            cycle_id: cycle.id,
            point_id: point.point_id,
            count_no,
            version: cycle.version as i32,
            due_qty: due_qty as i64,
            is_unsigned: act.is_unsigned,
            remark: act.remark.clone(),
            counted_by: act.counted_by.clone(),
            recorded_by: act.sender.by.clone(),
            device_at: act.device_at.0,
            recorded_at: desk.now.0,
        };
        let rows: Vec<ReceiptLineRow> =
            differences.iter().map(|(no, found)| line_row(&receipt, *no, found, &due)).collect();
        leader_receipts::record(db, &receipt, &rows)?;
        serve_again(db, &receipt, &differences)?;
        let found = differences.iter().map(|(no, (_, found))| (*no, (*found, due.get(no).copied().unwrap_or(0))));
        let of = (&cycle, &receipt, point.report_by.as_deref());
        report_discrepancy::of_receipt(db, desk, &mut ids, of, &found.collect())?;
        let missing = differences.values().map(|(sku, found)| (sku.clone(), found.missing()));
        let answer = ReceivedAtPoint { count_no, due_qty, missing: missing.filter(|(_, qty)| *qty > 0).collect() };
        answered::keep(db, desk, ROUTE, cycle.id, &act.sender, &answer)?;
        Ok::<_, FlowError>(answer)
    })?;
    ids.release(db)?;
    Ok(done)
}

/// The cycle, held alone until the transaction ends, and its point, if goods are handed out there within reach.
///
/// # Errors
/// `not_found`; `wrong_state`.
pub(super) fn place(
    db: &mut Db,
    cycle_code: &str,
    point_code: &str,
    within: &Within,
) -> Result<(Cycle, FrozenPoint), FlowError> {
    let found = load_cycle::card(db, cycle_code)?;
    cycles::hold(db, &[found.id], Hold::Alone)?;
    let cycle = load_cycle::card(db, cycle_code)?;
    if !matches!(cycle.state, CycleState::Receiving | CycleState::Allocated | CycleState::Dispatched) {
        return Err(load_cycle::refused(&cycle, Step::Receive).into());
    }
    let point = point_goods::find(db, cycle.id, point_code)?.filter(|point| within.reaches_all_of(point.leader_id));
    let thing = StateName { code: "point", zh: "自提点" };
    let missing = || RuleError::NotFound { thing, key: point_code.to_owned() };
    Ok((cycle, point.ok_or_else(missing)?))
}

type ByOffer = BTreeMap<i32, (String, Difference)>;

fn by_offer(
    db: &mut Db,
    cycle: &Cycle,
    told: &[(String, Difference)],
    due: &BTreeMap<i32, u64>,
) -> Result<ByOffer, FlowError> {
    let mut differences = ByOffer::new();
    for (sku, found) in told.iter().filter(|(_, found)| !found.is_none()) {
        let offer_no = offer_no(db, cycle, sku)?;
        found.check(sku, due.get(&offer_no).copied().unwrap_or(0))?;
        if differences.insert(offer_no, (sku.clone(), *found)).is_some() {
            let (zh, en) = (format!("{sku} 写了两次"), format!("{sku} is counted twice"));
            return Err(RuleError::Refused { code: "counted_twice", zh, en }.into());
        }
    }
    Ok(differences)
}

/// The number of a SKU's offer in a frozen cycle.
///
/// # Errors
/// `not_found`.
pub(super) fn offer_no(db: &mut Db, cycle: &Cycle, sku: &str) -> Result<i32, FlowError> {
    let missing = || RuleError::NotFound { thing: StateName { code: "sku", zh: "商品" }, key: sku.to_owned() };
    Ok(point_goods::offer_no(db, cycle.id, sku)?.ok_or_else(missing)?)
}

fn line_row(
    receipt: &ReceiptRow,
    offer_no: i32,
    (_, found): &(String, Difference),
    due: &BTreeMap<i32, u64>,
) -> ReceiptLineRow {
    ReceiptLineRow {
        cycle_id: receipt.cycle_id,
        point_id: receipt.point_id,
        count_no: receipt.count_no,
        offer_no,
        due_qty: due.get(&offer_no).copied().unwrap_or(0) as i64,
        short_qty: found.short as i32,
        over_qty: found.over as i32,
        broken_qty: found.broken as i32,
        wrong_qty: found.wrong as i32,
    }
}

/// Lets everybody be served again of goods of which less is missing now than was chosen to be gone without.
fn serve_again(db: &mut Db, receipt: &ReceiptRow, differences: &ByOffer) -> Result<(), StoreError> {
    let mut lost: BTreeMap<i32, i64> = BTreeMap::new();
    for ((_, offer_no), qty) in leader_receipts::losses_at(db, receipt.cycle_id, receipt.point_id)? {
        *lost.entry(offer_no).or_default() += qty;
    }
    let choices = leader_receipts::choices_at(db, receipt.cycle_id, receipt.point_id)?;
    for (offer_no, qty) in lost {
        let missing = differences.get(&offer_no).map_or(0, |(_, found)| found.missing());
        if qty as u64 > missing {
            let choice = ChoiceRow {
                cycle_id: receipt.cycle_id,
                point_id: receipt.point_id,
                offer_no,
                choice_no: choices[&offer_no] + 1,
                chosen_by: receipt.counted_by.clone(),
                recorded_by: receipt.recorded_by.clone(),
                recorded_at: receipt.recorded_at,
            };
            leader_receipts::choose(db, &choice, &[])?;
        }
    }
    Ok(())
}
