//! 退现金: a leader gives back what was paid in hand for goods that did not come. What was planned to go back is then done.

use crate::domain::errors::RuleError;
use crate::domain::facts::Payment;
use crate::domain::states::RefundState;
use crate::flow::intake::{Within, no_order};
use crate::flow::one_order::reached;
use crate::flow::{Desk, FlowError};
use crate::store::backend::{Db, StoreError};
use crate::store::cycles::{self, Hold};
use crate::store::security_log::{self, Entry};
use crate::store::{refunds, single_orders};

/// Marks what is planned to go back for an order as given back in cash; returns the fen. Done again it is nothing.
///
/// # Errors
/// `not_found`; `paid_online` for an order whose money came another way.
pub fn return_cash(
    db: &mut Db,
    desk: &Desk,
    order_no: &str,
    within: &Within,
    by: &str,
    request_id: &str,
) -> Result<i64, FlowError> {
    db.write_locking(|db| {
        let order = reached(db, order_no, within)?;
        cycles::hold(db, &[order.cycle_id], Hold::Alone)?;
        let order = single_orders::hold(db, order.cycle_id, order.id)?.ok_or_else(|| no_order(order_no))?;
        let cycle = cycles::by_id(db, order.cycle_id)?.ok_or(StoreError::DamagedRow("orders"))?;
        if cycle.card().payment == Payment::Online {
            let (zh, en) =
                ("线上付的款原路退回，不退现金".into(), "it was paid online and goes back the same way".into());
            return Err(RuleError::Refused { code: "paid_online", zh, en }.into());
        }
        let planned = refunds::planned_of(db, order.cycle_id, order.id)?;
        let amount: i64 = planned.iter().map(|refund| refund.amount_fen).sum();
        for refund in planned {
            let sent = RefundState::Planned.moved_to(RefundState::Sent)?;
            refunds::set_state(db, refund.id, sent.moved_to(RefundState::Done)?)?;
        }
        if amount > 0 {
            let subject = format!("order:{}", order.order_no);
            let detail = format!("amount_fen={amount}");
            let entry = Entry { act: "cash_returned", actor: by, subject: &subject, detail: &detail, request_id };
            security_log::append(db, desk.now, entry)?;
        }
        Ok(amount)
    })
}
