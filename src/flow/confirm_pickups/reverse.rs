//! 撤销: a pickup is taken back.

use crate::domain::errors::{RuleError, StateName};
use crate::domain::pickup::UNDO;
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::flow::FlowError;
use crate::flow::confirm_pickups::{PickupResult, PickupStatus, not_now};
use crate::flow::intake::{Clerk, Turn, Within};
use crate::flow::one_order::is_reached;
use crate::store::pickups::{self, EventLineRow, EventRow};
use crate::store::{pickup_codes, single_orders};

/// The event id of a reversal begins with the one it takes back.
const REVERSAL: &str = "/reversed";

/// A pickup is taken back.
#[derive(Clone, Debug)]
pub struct ReversePickup {
    pub event_id: String,
    /// Needed once the time for an undo is over.
    pub reason: Option<String>,
    pub within: Within,
    pub by: String,
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
    if !is_reached(turn.db, &order, &act.within)? {
        return Err(missing().into());
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
    let line = |line: EventLineRow| EventLineRow {
        event_id: reversal.event_id.clone(),
        offer_no: line.offer_no,
        handed_qty: -line.handed_qty,
    };
    let back: Vec<EventLineRow> = back.into_iter().map(line).collect();
    pickups::record(turn.db, std::slice::from_ref(&reversal), &back)?;
    pickup_codes::reopen(turn.db, order.cycle_id, order.id)?;
    Ok(PickupResult::of(&act.event_id, PickupStatus::Confirmed, Some(&reversal)))
}

fn reason_needed() -> RuleError {
    RuleError::Refused {
        code: "reason_needed", zh: "撤销要写原因".into(), en: "a reversal needs a reason".into()
    }
}
