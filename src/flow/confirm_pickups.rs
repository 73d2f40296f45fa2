//! 核销: goods go home. A pickup is an event with an id made by the phone, so a repeat is the same pickup; two phones on
//! one line are one pickup and a conflict that is shown.

mod bags;
mod codes;
mod reverse;

use crate::domain::errors::{RuleError, StateName};
use crate::domain::pickup::{Handing, PickupMethod, PickupSource, hand_out};
use crate::domain::pickup_code::PickupCode;
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::flow::FlowError;
use crate::flow::intake::{Clerk, Turn, Within};
use crate::flow::place_orders::Catalogue;
use crate::store::pickups::EventRow;

use bags::Bags;
pub use reverse::{ReversePickup, reverse};

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
    /// Whether somebody took the goods for the household.
    pub is_proxy: bool,
}

/// Pickups of one request.
#[derive(Clone, Debug)]
pub struct ConfirmPickups {
    pub events: Vec<Pickup>,
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

/// Records the pickups of requests, each event for itself; the results of each request in order.
///
/// # Errors
/// What the database says.
pub fn confirm(
    clerk: &mut Clerk,
    turn: &mut Turn<'_>,
    acts: &[&ConfirmPickups],
) -> Result<Vec<Vec<PickupResult>>, FlowError> {
    let mut bags = Bags::gather(clerk, turn, acts)?;
    let mut all = Vec::with_capacity(acts.len());
    for act in acts {
        let mut results = Vec::with_capacity(act.events.len());
        for event in &act.events {
            results.push(match confirm_one(clerk, turn, &mut bags, act, event) {
                Ok(result) => result,
                Err(FlowError::Rule(refused)) => {
                    PickupResult::of(&event.event_id, PickupStatus::Refused(refused), None)
                }
                Err(error) => return Err(error),
            });
        }
        all.push(results);
    }
    bags.write(turn)?;
    Ok(all)
}

fn confirm_one(
    clerk: &mut Clerk,
    turn: &mut Turn<'_>,
    bags: &mut Bags,
    act: &ConfirmPickups,
    event: &Pickup,
) -> Result<PickupResult, FlowError> {
    if let Some(known) = bags.event(&event.event_id) {
        let known = known.clone();
        bags.reach_again(turn, &known, &act.within)?;
        return Ok(PickupResult::of(&event.event_id, PickupStatus::Already, Some(&known)));
    }
    let (order, code_failed) = codes::find(clerk, turn, bags, act, event)?;
    let cycle = clerk.hold_cycle(turn, order.cycle_id)?;
    let bag = bags.open(clerk, turn, &cycle, &order)?;
    if matches!(cycle.state, CycleState::Settled | CycleState::Cancelled) {
        return Err(not_now(cycle.state).into());
    }
    let wanted = match &event.lines {
        Some(lines) => Some(offers_of(&*clerk.shelf.catalogue(turn.db, cycle.id)?, lines)?),
        None => None,
    };
    let out = match hand_out(&bag.at_hand(), wanted.as_deref()) {
        Handing::Out(out) => out,
        Handing::Nothing => return Err(nothing_there(&order.order_no).into()),
        Handing::Taken => {
            let counts = bags.latest(turn, &order)?;
            return Ok(PickupResult::of(&event.event_id, PickupStatus::Conflict, counts.as_ref()));
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
        is_proxy: event.is_proxy,
    };
    let result = PickupResult::of(&event.event_id, PickupStatus::Confirmed, Some(&row));
    bags.hand_out(row, &out);
    Ok(result)
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

fn not_now(state: CycleState) -> RuleError {
    let (zh, en) = (format!("团期现为“{}”，不能再核销", state.zh()), format!("the cycle is {}", state.code()));
    RuleError::Refused { code: "wrong_state", zh, en }
}

fn nothing_there(order_no: &str) -> RuleError {
    let (zh, en) = (format!("{order_no} 没有可提的货"), format!("there is nothing to hand out of {order_no}"));
    RuleError::Refused { code: "nothing_to_hand_out", zh, en }
}
