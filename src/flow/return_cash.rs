//! 退现金: a leader gives back what was paid in hand for goods that did not come. What was planned to go back is then done.

use serde::{Deserialize, Serialize};

use crate::domain::errors::RuleError;
use crate::domain::facts::Payment;
use crate::domain::money::Fen;
use crate::domain::states::RefundState;
use crate::flow::answered::Sender;
use crate::flow::intake::{Within, no_order};
use crate::flow::one_order::reached;
use crate::flow::{Desk, FlowError, answered};
use crate::store::backend::{Db, StoreError};
use crate::store::cycles::{self, Hold};
use crate::store::security_log::{self, Entry};
use crate::store::{refunds, single_orders};

/// The route under which keys of cash that went back are kept.
const ROUTE: &str = "POST /cash-back";

/// Cash that was given back at the door.
#[derive(Clone, Debug)]
pub struct ReturnCash {
    pub order_no: String,
    /// What the household was given.
    pub amount: Fen,
    pub within: Within,
    pub sender: Sender,
    pub actor: String,
    pub request_id: String,
}

/// What was given back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct CashReturned {
    pub order_no: String,
    pub amount_fen: i64,
}

/// Marks what is planned to go back for an order as given back in cash. The same under the same key is the same.
///
/// # Errors
/// `not_found`; `paid_online` for an order whose money came another way; `amount_differs` where another amount is to go
/// back by now, or none; `key_reused`.
pub fn return_cash(db: &mut Db, desk: &Desk, act: &ReturnCash) -> Result<CashReturned, FlowError> {
    db.write_locking(|db| {
        let order = reached(db, &act.order_no, &act.within)?;
        if let Some(answer) = answered::first(db, ROUTE, &act.sender)? {
            return Ok(answer);
        }
        cycles::hold(db, &[order.cycle_id], Hold::Alone)?;
        let order = single_orders::hold(db, order.cycle_id, order.id)?.ok_or_else(|| no_order(&act.order_no))?;
        let cycle = cycles::by_id(db, order.cycle_id)?.ok_or(StoreError::DamagedRow("orders"))?;
        if cycle.card().payment == Payment::Online {
            let (zh, en) =
                ("线上付的款原路退回，不退现金".into(), "it was paid online and goes back the same way".into());
            return Err(RuleError::Refused { code: "paid_online", zh, en }.into());
        }
        let planned = refunds::planned_of(db, order.cycle_id, order.id)?;
        let due: i64 = planned.iter().map(|refund| refund.amount_fen).sum();
        if Fen(due) != act.amount {
            return Err(amount_differs(act.amount, Fen(due)).into());
        }
        for refund in planned {
            let sent = RefundState::Planned.moved_to(RefundState::Sent)?;
            refunds::set_state(db, refund.id, sent.moved_to(RefundState::Done)?, desk.now)?;
        }
        let subject = format!("order:{}", order.order_no);
        let detail = format!("amount_fen={due}");
        let request_id = &act.request_id;
        let entry = Entry { act: "cash_returned", actor: &act.actor, subject: &subject, detail: &detail, request_id };
        security_log::append(db, desk.now, entry)?;
        let answer = CashReturned { order_no: order.order_no, amount_fen: due };
        answered::keep(db, desk, ROUTE, order.cycle_id, &act.sender, &answer)?;
        Ok(answer)
    })
}

fn amount_differs(given: Fen, due: Fen) -> RuleError {
    let zh = format!("退了 {given}，现在应退 {due}：别人可能已退过，或货又分过，请与住户核对");
    let en = format!("{given} was given back, {due} is due by now: somebody else did, or goods were shared again");
    RuleError::Refused { code: "amount_differs", zh, en }
}
