//! 核销: goods go home. A pickup is an event with an id made by the phone, so a repeat is the same pickup; two phones on
//! one line are one pickup and a conflict that is shown.

use crate::domain::errors::{RuleError, StateName};
use crate::domain::pickup::{
    AtHand, Handing, PickupMethod, PickupSource, UNDO, WRONG_CODES_AT_POINT_MAX, WRONG_CODES_MAX, WrongCodes, hand_out,
};
use crate::domain::pickup_code::PickupCode;
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::flow::FlowError;
use crate::flow::intake::{Clerk, Turn, Within, no_order};
use crate::flow::one_order::reached;
use crate::flow::place_orders::Catalogue;
use crate::store::backend::AsStoreError;
use crate::store::pickups::{self, EventLineRow, EventRow};
use crate::store::single_orders::{self, OrderRow};
use crate::store::{code_failures, master, pickup_codes};

/// The event id of a reversal begins with the one it takes back.
const REVERSAL: &str = "/reversed";

/// One pickup as it is told.
#[derive(Clone, Debug)]
pub struct Pickup {
    pub event_id: String,
    pub device_at: Moment,
    /// The order, by its number or by the token that named it.
    pub order_no: Option<String>,
    pub code: Option<PickupCode>,
    pub point_code: Option<String>,
    /// Pieces by SKU; None: everything that is left.
    pub lines: Option<Vec<(String, u32)>>,
    pub method: PickupMethod,
    pub source: PickupSource,
    /// Who handed out, as the phone says.
    pub handed_by: String,
}

/// Pickups of one request.
#[derive(Clone, Debug)]
pub struct ConfirmPickups {
    pub events: Vec<Pickup>,
    pub within: Within,
    pub by: String,
}

/// A pickup is taken back.
#[derive(Clone, Debug)]
pub struct ReversePickup {
    pub event_id: String,
    /// Needed once the time for an undo is over.
    pub reason: Option<String>,
    pub within: Within,
    pub by: String,
}

/// What became of a pickup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PickupStatus {
    Confirmed,
    /// This very event was recorded before.
    Already,
    /// Another event has taken the goods.
    Conflict,
    Refused(RuleError),
}

/// The status of an event, with who handed out and when: of the event that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickupResult {
    pub event_id: String,
    pub status: PickupStatus,
    pub by: Option<String>,
    pub at: Option<Moment>,
}

impl PickupResult {
    fn of(event_id: &str, status: PickupStatus, counts: Option<&EventRow>) -> PickupResult {
        let by = counts.map(|event| event.handed_by.clone());
        PickupResult { event_id: event_id.to_owned(), status, by, at: counts.map(|event| Moment(event.recorded_at)) }
    }
}

/// Records pickups, each for itself.
///
/// # Errors
/// What the database says.
pub fn confirm(clerk: &mut Clerk, turn: &mut Turn<'_>, act: &ConfirmPickups) -> Result<Vec<PickupResult>, FlowError> {
    let mut results = Vec::with_capacity(act.events.len());
    for event in &act.events {
        results.push(match confirm_one(clerk, turn, act, event) {
            Ok(result) => result,
            Err(FlowError::Rule(refused)) => PickupResult::of(&event.event_id, PickupStatus::Refused(refused), None),
            Err(error) => return Err(error),
        });
    }
    Ok(results)
}

fn confirm_one(
    clerk: &mut Clerk,
    turn: &mut Turn<'_>,
    act: &ConfirmPickups,
    event: &Pickup,
) -> Result<PickupResult, FlowError> {
    if let Some(known) = pickups::event(turn.db, &event.event_id)? {
        let order = single_orders::by_id(turn.db, known.cycle_id, known.order_id)?;
        reached(turn.db, &order.map_or_else(String::new, |row| row.order_no), &act.within)?;
        return Ok(PickupResult::of(&event.event_id, PickupStatus::Already, Some(&known)));
    }
    let (order, code_failed) = find(clerk, turn, act, event)?;
    let cycle = clerk.hold_cycle(turn, order.cycle_id)?;
    let order = single_orders::hold(turn.db, order.cycle_id, order.id)?.ok_or_else(|| no_order(&order.order_no))?;
    if matches!(cycle.state, CycleState::Settled | CycleState::Cancelled) {
        return Err(not_now(cycle.state).into());
    }
    let catalogue = clerk.shelf.catalogue(turn.db, cycle.id)?;
    let wanted = event.lines.as_ref().map(|lines| offers_of(&catalogue, lines)).transpose()?;
    let lines = at_hand(turn, &order)?;
    let out = match hand_out(&lines, wanted.as_deref()) {
        Handing::Out(out) => out,
        Handing::Nothing => return Err(nothing_there(&order.order_no).into()),
        Handing::Taken => {
            let events = pickups::events_of(turn.db, cycle.id, order.id)?;
            let counts = events.iter().rev().find(|event| event.reverses.is_none());
            return Ok(PickupResult::of(&event.event_id, PickupStatus::Conflict, counts));
        }
    };
    let method = if code_failed { PickupMethod::Room } else { event.method };
    let row = EventRow {
        event_id: event.event_id.clone(),
        cycle_id: cycle.id,
        order_id: order.id,
        reverses: None,
        method: method.code().to_owned(),
        source: event.source.code().to_owned(),
        code_failed,
        reason: None,
        handed_by: event.handed_by.clone(),
        recorded_by: act.by.clone(),
        device_at: event.device_at.0,
        recorded_at: turn.now().0,
    };
    record(turn, &row, &out)?;
    let taken = |offer_no: i32| out.iter().find(|(no, _)| *no == offer_no).map_or(0, |(_, qty)| i64::from(*qty));
    if lines.iter().all(|line| line.left() == taken(line.offer_no)) && is_shared_out(turn, &order)? {
        pickup_codes::close(turn.db, cycle.id, order.id)?;
    }
    Ok(PickupResult::of(&event.event_id, PickupStatus::Confirmed, Some(&row)))
}

fn record(turn: &mut Turn<'_>, row: &EventRow, out: &[(i32, i32)]) -> Result<(), FlowError> {
    let line = |(offer_no, handed_qty): &(i32, i32)| EventLineRow {
        event_id: row.event_id.clone(),
        offer_no: *offer_no,
        handed_qty: *handed_qty,
    };
    let lines: Vec<EventLineRow> = out.iter().map(line).collect();
    Ok(pickups::record(turn.db, std::slice::from_ref(row), &lines)?)
}

/// The order an event means, and whether its code was wrong and is passed over.
fn find(
    clerk: &Clerk,
    turn: &mut Turn<'_>,
    act: &ConfirmPickups,
    event: &Pickup,
) -> Result<(OrderRow, bool), FlowError> {
    let Some(code) = event.code else {
        let order_no = event.order_no.as_deref().unwrap_or("");
        return Ok((reached(turn.db, order_no, &act.within)?, false));
    };
    if let Some(order_no) = &event.order_no {
        let order = reached(turn.db, order_no, &act.within)?;
        let row = pickup_codes::of_order(turn.db, order.cycle_id, order.id)?;
        let is_right = row.is_some_and(|row| clerk.safe.open(order.id, &row.sealed_code) == Some(code));
        let is_late = event.source == PickupSource::Offline;
        let own = code_failures::of(turn.db, order.point_id, order.id)?;
        // What happened at the door has happened: it is recorded, with a flag.
        if !is_late && is_locked(turn, order.point_id, own, WRONG_CODES_MAX)? {
            return Err(code_locked().into());
        }
        if !is_right && !is_late {
            wrong_code(turn, order.point_id, order.id)?;
            return Err(RuleError::Refused {
                code: "wrong_code",
                zh: "提货码不对".into(),
                en: "the pickup code is wrong".into(),
            }
            .into());
        }
        return Ok((order, !is_right));
    }
    let point_id = point_of(turn, act, event)?;
    if is_locked(turn, point_id, None, WRONG_CODES_MAX)? {
        return Err(code_locked().into());
    }
    let Some(row) = pickup_codes::open_at(turn.db, point_id, clerk.safe.hash(point_id, code))? else {
        wrong_code(turn, point_id, 0)?;
        return Err(RuleError::Refused {
            code: "wrong_code",
            zh: "提货码不对".into(),
            en: "the pickup code is wrong".into(),
        }
        .into());
    };
    let order = single_orders::by_id(turn.db, row.cycle_id, row.order_id)?.ok_or_else(|| no_order("?"))?;
    Ok((reached(turn.db, &order.order_no, &act.within)?, false))
}

fn is_locked(turn: &mut Turn<'_>, point_id: i64, own: Option<WrongCodes>, most: i32) -> Result<bool, FlowError> {
    let now = turn.now();
    let at_point = code_failures::of(turn.db, point_id, 0)?;
    let locks = |known: Option<WrongCodes>, most| known.is_some_and(|known| known.lock(most, now));
    Ok(locks(own, most) || locks(at_point, WRONG_CODES_AT_POINT_MAX))
}

/// Counts a wrong code, for the point and for the order where one was named.
fn wrong_code(turn: &mut Turn<'_>, point_id: i64, order_id: i64) -> Result<(), FlowError> {
    let now = turn.now();
    for order_id in if order_id == 0 { vec![0] } else { vec![0, order_id] } {
        let known = code_failures::of(turn.db, point_id, order_id)?;
        code_failures::set(turn.db, point_id, order_id, WrongCodes::and_one(known, now))?;
    }
    Ok(())
}

/// The point at which a code was said: the one named, else the caller's only one.
fn point_of(turn: &mut Turn<'_>, act: &ConfirmPickups, event: &Pickup) -> Result<i64, FlowError> {
    let points = master::point::all(turn.db)?;
    let mut own = points.iter().filter(|point| act.within.serves(point.leader_id));
    let found = match &event.point_code {
        Some(code) => own.find(|point| point.point_code == *code),
        None => own.next().filter(|_| own.next().is_none()),
    };
    let key = event.point_code.clone().unwrap_or_default();
    let missing = || RuleError::NotFound { thing: StateName { code: "point", zh: "自提点" }, key };
    Ok(found.map(|point| point.id).ok_or_else(missing)?)
}

fn offers_of(catalogue: &Catalogue, lines: &[(String, u32)]) -> Result<Vec<(i32, i32)>, RuleError> {
    let offer = |(sku_code, qty): &(String, u32)| {
        let on_sale = catalogue.by_sku.get(sku_code).map(|on_sale| (on_sale.offer_no, *qty as i32));
        on_sale
            .ok_or_else(|| RuleError::NotFound {
                thing: StateName { code: "sku", zh: "商品" }, key: sku_code.clone()
            })
    };
    lines.iter().map(offer).collect()
}

fn at_hand(turn: &mut Turn<'_>, order: &OrderRow) -> Result<Vec<AtHand>, FlowError> {
    let handed = pickups::handed(turn.db, order.cycle_id, order.id)?;
    let lines = pickups::lines_in_force(turn.db, order.cycle_id, order.id, order.point_id)?;
    let shared = lines.into_iter().filter_map(|line| line.allocated_qty.map(|allocated| (line.offer_no, allocated)));
    let at_hand = |(offer_no, allocated): (i32, i32)| AtHand {
        offer_no,
        allocated: i64::from(allocated),
        handed: handed.get(&offer_no).copied().unwrap_or(0),
    };
    Ok(shared.map(at_hand).collect())
}

/// Whether every line of the order has been given what it gets.
fn is_shared_out(turn: &mut Turn<'_>, order: &OrderRow) -> Result<bool, FlowError> {
    let lines = pickups::lines_in_force(turn.db, order.cycle_id, order.id, order.point_id)?;
    Ok(lines.iter().all(|line| line.allocated_qty.is_some()))
}

/// Takes a pickup back. Done again it tells what already is.
///
/// # Errors
/// `not_found`; `reason_needed` once the time for an undo is over; `wrong_state` from the settlement on.
pub fn reverse(clerk: &mut Clerk, turn: &mut Turn<'_>, act: &ReversePickup) -> Result<PickupResult, FlowError> {
    let missing =
        || RuleError::NotFound { thing: StateName { code: "pickup", zh: "核销记录" }, key: act.event_id.clone() };
    let event = pickups::event(turn.db, &act.event_id)?.filter(|event| event.reverses.is_none()).ok_or_else(missing)?;
    let order = single_orders::by_id(turn.db, event.cycle_id, event.order_id)?.ok_or_else(missing)?;
    match reached(turn.db, &order.order_no, &act.within) {
        Err(error) if error.as_store_error().is_none() => return Err(missing().into()),
        reached => drop(reached?),
    }
    let cycle = clerk.hold_cycle(turn, order.cycle_id)?;
    single_orders::hold(turn.db, order.cycle_id, order.id)?;
    if let Some(known) = pickups::reversal_of(turn.db, &act.event_id)? {
        return Ok(PickupResult::of(&act.event_id, PickupStatus::Already, Some(&known)));
    }
    if matches!(cycle.state, CycleState::Settled | CycleState::Cancelled) {
        return Err(not_now(cycle.state).into());
    }
    let is_undo = turn.now() <= Moment(event.recorded_at).plus(UNDO);
    let reason = match (&act.reason, is_undo) {
        (Some(reason), _) => reason.clone(),
        (None, true) => "撤销 undo".to_owned(),
        (None, false) => return Err(reason_needed().into()),
    };
    let now = turn.now().0;
    let reversal = EventRow {
        event_id: format!("{}{REVERSAL}", event.event_id),
        reverses: Some(event.event_id.clone()),
        reason: Some(reason),
        handed_by: act.by.clone(),
        recorded_by: act.by.clone(),
        device_at: now,
        recorded_at: now,
        ..event
    };
    let back = pickups::lines_of_event(turn.db, &act.event_id)?;
    let back: Vec<(i32, i32)> = back.into_iter().map(|line| (line.offer_no, -line.handed_qty)).collect();
    record(turn, &reversal, &back)?;
    pickup_codes::reopen(turn.db, order.cycle_id, order.id)?;
    Ok(PickupResult::of(&act.event_id, PickupStatus::Confirmed, Some(&reversal)))
}

fn not_now(state: CycleState) -> RuleError {
    let (zh, en) = (format!("团期现为“{}”，不能再核销", state.zh()), format!("the cycle is {}", state.code()));
    RuleError::Refused { code: "wrong_state", zh, en }
}

fn nothing_there(order_no: &str) -> RuleError {
    let (zh, en) = (format!("{order_no} 没有可提的货"), format!("there is nothing to hand out of {order_no}"));
    RuleError::Refused { code: "nothing_to_hand_out", zh, en }
}

fn code_locked() -> RuleError {
    RuleError::Refused {
        code: "code_locked",
        zh: "提货码输错太多次，10 分钟后再试；可用房号、手机尾号等方式核销".into(),
        en: "too many wrong codes, try again in ten minutes; room, phone tail and the others still work".into(),
    }
}

fn reason_needed() -> RuleError {
    RuleError::Refused {
        code: "reason_needed", zh: "撤销要写原因".into(), en: "a reversal needs a reason".into()
    }
}
