//! 选不发的住户: who goes without, of goods that did not come to a point as they should. Choosing again replaces.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::errors::RuleError;
use crate::domain::handover::check_losses;
use crate::flow::answered::Sender;
use crate::flow::intake::{Within, no_order};
use crate::flow::receive_at_point::{offer_no, place};
use crate::flow::{Desk, FlowError, answered};
use crate::store::backend::Db;
use crate::store::leader_receipts::{self, ChoiceRow, LossRow};
use crate::store::pickups::LineInForce;
use crate::store::point_goods::QueuedOrder;
use crate::store::{losses, pickups, point_goods, single_orders};

/// The route under which keys of choices are kept.
const ROUTE: &str = "POST /losses";

/// A choice of who goes without.
#[derive(Clone, Debug)]
pub struct ChooseLosses {
    pub cycle_code: String,
    pub point_code: String,
    pub sku_code: String,
    /// Pieces by order number; none: everybody is served.
    pub orders: Vec<(String, u32)>,
    /// Who chose, as the phone says.
    pub chosen_by: String,
    pub within: Within,
    pub sender: Sender,
}

/// What came of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Chosen {
    pub choice_no: i32,
    pub lost_qty: u64,
    pub missing_qty: u64,
}

/// Takes a choice. The same under the same key is the same choice.
///
/// # Errors
/// `not_found` for the cycle, a point out of reach, a SKU, an order that is not there; `wrong_state`; `more_than_missing`;
/// `already_handed`; `already_refunded` where the money for a piece has gone back by now; `key_reused`.
pub fn choose_losses(db: &mut Db, desk: &Desk, act: &ChooseLosses) -> Result<Chosen, FlowError> {
    db.write_locking(|db| {
        if let Some(answer) = answered::first(db, ROUTE, &act.sender)? {
            return Ok(answer);
        }
        let (cycle, point) = place(db, &act.cycle_code, &act.point_code, &act.within)?;
        let offer_no = offer_no(db, &cycle, &act.sku_code)?;
        let receipt = leader_receipts::in_force(db, cycle.id, point.point_id)?;
        let line = receipt.and_then(|(_, lines)| lines.into_iter().find(|line| line.offer_no == offer_no));
        let missing = line.map_or(0, |line| i64::from(line.short_qty + line.broken_qty + line.wrong_qty)) as u64;
        let (queued, lines) = point_goods::of_point(db, &cycle, point.point_id)?;
        let id_of: BTreeMap<&str, i64> = queued.iter().map(|order| (order.order_no.as_str(), order.id)).collect();
        let mut wanted: BTreeMap<i64, (&str, u32)> = BTreeMap::new();
        for (order_no, qty) in &act.orders {
            let id = *id_of.get(order_no.as_str()).ok_or_else(|| no_order(order_no))?;
            wanted.entry(id).or_insert((order_no, 0)).1 += qty;
        }
        let ids: Vec<i64> = wanted.keys().copied().collect();
        single_orders::hold_all(db, cycle.id, &ids)?;
        let handed = pickups::handed(db, cycle.id, &ids)?;
        let left = |id: &i64| {
            let own = lines.get(id).and_then(|lines| lines.iter().find(|line| line.offer_no == offer_no));
            let handed = handed.get(id).and_then(|lines| lines.get(&offer_no)).copied().unwrap_or(0);
            own.and_then(|line: &LineInForce| line.allocated_qty).map_or(0, i64::from) - handed
        };
        let chosen: Vec<(&str, u32, i64)> = wanted.iter().map(|(id, (no, qty))| (*no, *qty, left(id))).collect();
        check_losses(missing, &chosen)?;
        refuse_refunded(db, cycle.id, offer_no, &queued, &wanted)?;
        let before = leader_receipts::choices_at(db, cycle.id, point.point_id)?.get(&offer_no).copied();
        let choice = ChoiceRow {
            cycle_id: cycle.id,
            point_id: point.point_id,
            offer_no,
            choice_no: before.unwrap_or(0) + 1,
            chosen_by: act.chosen_by.clone(),
            recorded_by: act.sender.by.clone(),
            recorded_at: desk.now.0,
        };
        let losses: Vec<LossRow> =
            wanted.iter().filter(|(_, (_, qty))| *qty > 0).map(|(id, (_, qty))| loss(&choice, *id, *qty)).collect();
        leader_receipts::choose(db, &choice, &losses)?;
        let lost_qty = losses.iter().map(|row| u64::from(row.lost_qty.unsigned_abs())).sum();
        let answer = Chosen { choice_no: choice.choice_no, lost_qty, missing_qty: missing };
        answered::keep(db, desk, ROUTE, cycle.id, &act.sender, &answer)?;
        Ok(answer)
    })
}

/// Who got the money back for pieces that were lost goes without them for good.
fn refuse_refunded(
    db: &mut Db,
    cycle_id: i64,
    offer_no: i32,
    queued: &[QueuedOrder],
    wanted: &BTreeMap<i64, (&str, u32)>,
) -> Result<(), FlowError> {
    let ids: Vec<i64> = queued.iter().map(|order| order.id).collect();
    let sent = losses::sent_losses(db, cycle_id, offer_no, &ids)?;
    let gone = |order: &&QueuedOrder| {
        let chosen = wanted.get(&order.id).map_or(0, |(_, qty)| *qty);
        sent.get(&order.id).is_some_and(|sent| *sent > chosen)
    };
    match queued.iter().find(gone) {
        None => Ok(()),
        Some(order) => {
            let (order_no, qty) = (&order.order_no, sent[&order.id]);
            let zh = format!("{order_no} 没发的 {qty} 件已退款，不能再改发给这户");
            let en = format!("the money for {qty} lost pieces of {order_no} has gone back, they stay lost");
            Err(RuleError::Refused { code: "already_refunded", zh, en }.into())
        }
    }
}

fn loss(choice: &ChoiceRow, order_id: i64, qty: u32) -> LossRow {
    LossRow {
        cycle_id: choice.cycle_id,
        point_id: choice.point_id,
        offer_no: choice.offer_no,
        choice_no: choice.choice_no,
        order_id,
        lost_qty: qty as i32,
    }
}
