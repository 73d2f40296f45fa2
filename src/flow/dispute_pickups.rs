//! 不是我: a resident says that a pickup of their order was not theirs, or takes that back. Nothing else changes: goods
//! and money are for people to sort out, who see it on the leader's list and in the security log.

use crate::domain::errors::{RuleError, StateName};
use crate::domain::order_link::Holder;
use crate::flow::intake::no_order;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::pickup_disputes::{self, DisputeRow};
use crate::store::security_log::{self, Entry};
use crate::store::{pickups, single_orders};

/// Words on one pickup at most: who changes their mind more often talks to the leader.
const WORDS_MAX: usize = 20;

/// What a resident says about a pickup of their order.
#[derive(Clone, Debug)]
pub struct Dispute {
    pub order_no: String,
    pub event_id: String,
    /// False: what was said before is taken back.
    pub is_disputed: bool,
    /// Whose link it is said with.
    pub holder: Holder,
    pub request_id: String,
}

/// Records it. Said again it changes nothing.
///
/// # Errors
/// `not_found` for a pickup that is none of this order, or was taken back; `too_often`.
pub fn dispute_pickup(db: &mut Db, desk: &Desk, said: &Dispute) -> Result<(), FlowError> {
    db.write(|db| {
        let order = single_orders::find(db, &said.order_no)?.ok_or_else(|| no_order(&said.order_no))?;
        let event = pickups::event(db, &said.event_id)?
            .filter(|event| event.reverses.is_none() && (event.cycle_id, event.order_id) == (order.cycle_id, order.id));
        let event = event.ok_or_else(|| missing(&said.event_id))?;
        if said.is_disputed && pickups::reversal_of(db, &event.event_id)?.is_some() {
            return Err(missing(&said.event_id).into());
        }
        let before = pickup_disputes::of_events(db, &[&event.event_id])?;
        if before.last().is_some_and(|row| row.is_disputed) == said.is_disputed {
            return Ok(());
        }
        if before.len() >= WORDS_MAX {
            return Err(too_often().into());
        }
        let row = DisputeRow {
            event_id: event.event_id,
            seq: before.len() as i32 + 1,
            is_disputed: said.is_disputed,
            said_at: desk.now.0,
        };
        pickup_disputes::add(db, &row)?;
        let act = if said.is_disputed { "pickup_disputed" } else { "dispute_withdrawn" };
        let subject = format!("order:{}", said.order_no);
        let detail = match said.holder {
            Holder::Resident => row.event_id,
            Holder::PassedOn => format!("{} passed_on", row.event_id),
        };
        let entry = Entry { act, actor: "resident", subject: &subject, detail: &detail, request_id: &said.request_id };
        Ok(security_log::append(db, desk.now, entry)?)
    })
}

fn missing(event_id: &str) -> RuleError {
    RuleError::NotFound { thing: StateName { code: "pickup", zh: "核销记录" }, key: event_id.to_owned() }
}

fn too_often() -> RuleError {
    let zh = "改得太多次了，请直接联系团长".into();
    RuleError::Refused { code: "too_often", zh, en: "changed too often; please talk to the leader".into() }
}
