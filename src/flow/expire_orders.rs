//! Orders of an online cycle that were not paid in time give back what they hold.

use crate::domain::facts::Payment;
use crate::domain::states::{CycleState, OrderState};
use crate::domain::tally::Way;
use crate::flow::FlowError;
use crate::flow::intake::{Clerk, Turn};
use crate::flow::one_order::{count, hold_row, let_go};
use crate::store::{payments, single_orders};

/// Expires what has run out, at most 512 orders at a time; how many holds ended.
///
/// # Errors
/// What the database says.
pub fn expire(clerk: &mut Clerk, turn: &mut Turn<'_>) -> Result<usize, FlowError> {
    let run_out = payments::run_out(turn.db, turn.now())?;
    for row in &run_out {
        let Some(order) = single_orders::by_id(turn.db, row.cycle_id, row.order_id)? else { continue };
        let held = hold_row(clerk, turn, &order)?;
        let waits = held.order.state() == OrderState::Unpaid && held.cycle.payment == Payment::Online;
        if waits && held.cycle.state == CycleState::Open {
            let catalogue = clerk.shelf.catalogue(turn.db, held.cycle.id)?;
            let_go(turn, &catalogue, &held)?;
            single_orders::set_state(turn.db, held.cycle.id, held.order.id, OrderState::Expired, None)?;
            count(turn, &catalogue, &held, Way::Out, false);
        } else {
            payments::release(turn.db, row.cycle_id, row.order_id)?;
        }
    }
    Ok(run_out.len())
}
