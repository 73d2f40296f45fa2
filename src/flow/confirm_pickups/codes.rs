//! Which order a pickup means: by its number, by its token, or by the code that is said at the point.

use crate::domain::errors::{RuleError, StateName};
use crate::domain::pickup::{PickupSource, WRONG_CODES_AT_POINT_MAX, WRONG_CODES_MAX, WrongCodes};
use crate::flow::FlowError;
use crate::flow::confirm_pickups::bags::Bags;
use crate::flow::confirm_pickups::{ConfirmPickups, Pickup};
use crate::flow::intake::{Clerk, Turn, no_order};
use crate::flow::one_order::reached;
use crate::store::single_orders::{self, OrderRow};
use crate::store::{code_failures, master, pickup_codes};

/// The order an event means, and whether its code was wrong and is passed over.
///
/// # Errors
/// `not_found`, also for an order out of reach; `wrong_code`; `code_locked`.
pub fn find(
    clerk: &Clerk,
    turn: &mut Turn<'_>,
    bags: &mut Bags,
    act: &ConfirmPickups,
    event: &Pickup,
) -> Result<(OrderRow, bool), FlowError> {
    let Some(code) = event.code else {
        let order_no = event.order_no.as_deref().unwrap_or("");
        return Ok((bags.reached(turn, order_no, &act.within)?, false));
    };
    // Codes of bags that were emptied a moment ago are closed.
    bags.write(turn)?;
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
            return Err(code_wrong().into());
        }
        return Ok((order, !is_right));
    }
    let point_id = point_of(turn, act, event)?;
    if is_locked(turn, point_id, None, WRONG_CODES_MAX)? {
        return Err(code_locked().into());
    }
    let Some(row) = pickup_codes::open_at(turn.db, point_id, clerk.safe.hash(point_id, code))? else {
        wrong_code(turn, point_id, 0)?;
        return Err(code_wrong().into());
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

fn code_wrong() -> RuleError {
    RuleError::Refused { code: "wrong_code", zh: "提货码不对".into(), en: "the pickup code is wrong".into() }
}

fn code_locked() -> RuleError {
    RuleError::Refused {
        code: "code_locked",
        zh: "提货码输错太多次，10 分钟后再试；可用房号、手机尾号等方式核销".into(),
        en: "too many wrong codes, try again in ten minutes; room, phone tail and the others still work".into(),
    }
}
