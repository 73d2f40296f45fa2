//! An order is taken back before the cutoff: what it held is free again, and money that came goes back.

use crate::domain::states::OrderState;
use crate::domain::tally::Way;
use crate::domain::window::{Intake, check_intake, takes_part};
use crate::flow::FlowError;
use crate::flow::intake::{Clerk, OrderAct, Turn};
use crate::flow::one_order::{count, hold, let_go};
use crate::store::{payments, single_orders};

/// What cancelling did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancelled {
    pub order_no: String,
    /// Whether it was cancelled before.
    pub is_repeat: bool,
    /// What was paid and has to go back.
    pub refund_due_fen: i64,
}

/// Cancels an order.
///
/// # Errors
/// `not_found`; `cycle_closed` from the cutoff on; `wrong_state` for an order that has expired.
pub fn cancel(clerk: &mut Clerk, turn: &mut Turn<'_>, act: &OrderAct) -> Result<Cancelled, FlowError> {
    let held = hold(clerk, turn, act)?;
    let (cycle, order) = (&held.cycle, &held.order);
    let refund_due_fen = payments::of_order(turn.db, cycle.id, order.id)?.map_or(0, |row| row.amount_fen);
    let (order_no, state) = (order.order_no.clone(), order.state());
    if state == OrderState::Cancelled {
        return Ok(Cancelled { order_no, is_repeat: true, refund_due_fen });
    }
    check_intake(cycle, turn.desk.zone, turn.now(), Intake::Network)?;
    let cancelled = state.moved_to(OrderState::Cancelled).map_err(|refused| refused.about(&order_no))?;
    let catalogue = clerk.shelf.catalogue(turn.db, cycle.id)?;
    let_go(turn, &catalogue, &held)?;
    single_orders::set_state(turn.db, cycle.id, order.id, cancelled, None)?;
    count(turn, &catalogue, &held, Way::Out, takes_part(state, cycle.payment));
    Ok(Cancelled { order_no, is_repeat: false, refund_due_fen })
}
