//! Money that came for orders: what counts from now on, and what came too late and goes back in full (DOMAIN 3.1).

use chrono::Duration;

use crate::domain::errors::{RuleError, StateName};
use crate::domain::facts::{Cycle, Payment};
use crate::domain::states::{CycleState, OrderState};
use crate::domain::tally::Way;
use crate::domain::time::Moment;
use crate::flow::FlowError;
use crate::flow::intake::{Clerk, OrderAct, Turn, Within, no_cycle, no_order};
use crate::flow::one_order::{Held, count, hold, hold_row, total};
use crate::store::payments::{self, PaymentRow};
use crate::store::{cycles, master, single_orders};

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidAs {
    /// Taken in.
    Paid,
    /// It had been taken in before.
    Already,
    /// Recorded, and to be returned in full.
    AfterCutoff,
}

impl PaidAs {
    pub fn code(self) -> &'static str {
        match self {
            PaidAs::Paid => "paid",
            PaidAs::Already => "already",
            PaidAs::AfterCutoff => "paid_after_cutoff",
        }
    }
}

/// One order's payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    pub order_no: String,
    pub paid_as: PaidAs,
    pub amount_fen: i64,
}

/// Which orders of a leader are marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// All that are unpaid.
    All,
    Numbers(Vec<String>),
}

/// Marks orders of one leader as paid.
#[derive(Clone, Debug)]
pub struct MarkAll {
    pub cycle_code: String,
    pub leader_code: String,
    pub chosen: Chosen,
    pub within: Within,
    pub by: String,
}

/// What marking several orders did, order by order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkedAll {
    pub orders: Vec<Paid>,
}

/// Marks one order as paid.
///
/// # Errors
/// `not_found`.
pub fn mark(clerk: &mut Clerk, turn: &mut Turn<'_>, act: &OrderAct) -> Result<Paid, FlowError> {
    let held = hold(clerk, turn, act)?;
    mark_held(clerk, turn, &held, &act.by)
}

/// Marks several orders of a leader as paid: all of them, or none where one is not found.
///
/// # Errors
/// `not_found` for the cycle, the leader or an order.
pub fn mark_all(clerk: &mut Clerk, turn: &mut Turn<'_>, act: &MarkAll) -> Result<MarkedAll, FlowError> {
    let cycle = cycles::find(turn.db, &act.cycle_code)?.ok_or_else(|| no_cycle(&act.cycle_code))?;
    let leaders = master::leader::all(turn.db)?;
    let leader = leaders.iter().find(|row| row.leader_code == act.leader_code && act.within.serves(row.id));
    let leader_id = leader.map(|row| row.id).ok_or_else(|| RuleError::NotFound {
        thing: StateName { code: "leader", zh: "团长" },
        key: act.leader_code.clone(),
    })?;
    let mut rows = Vec::new();
    match &act.chosen {
        Chosen::All => {
            let standing = single_orders::standing_of(turn.db, cycle.id, &[leader_id])?;
            rows.extend(standing.into_iter().filter(|row| row.state() == OrderState::Unpaid));
        }
        Chosen::Numbers(numbers) => {
            for order_no in numbers {
                let row = single_orders::find(turn.db, order_no)?;
                let own = row.filter(|row| row.cycle_id == cycle.id && row.leader_id == leader_id);
                rows.push(own.ok_or_else(|| no_order(order_no))?);
            }
        }
    }
    rows.sort_unstable_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    let mut marked = MarkedAll::default();
    for row in &rows {
        let held = hold_row(clerk, turn, row)?;
        marked.orders.push(mark_held(clerk, turn, &held, &act.by)?);
    }
    Ok(marked)
}

fn mark_held(clerk: &mut Clerk, turn: &mut Turn<'_>, held: &Held, by: &str) -> Result<Paid, FlowError> {
    let (cycle, order) = (&held.cycle, &held.order);
    let order_no = order.order_no.clone();
    if let Some(known) = payments::of_order(turn.db, cycle.id, order.id)? {
        let paid_as = if known.paid_after_cutoff { PaidAs::AfterCutoff } else { PaidAs::Already };
        return Ok(Paid { order_no, paid_as, amount_fen: known.amount_fen });
    }
    let catalogue = clerk.shelf.catalogue(turn.db, cycle.id)?;
    let amount_fen = total(&catalogue, &held.lines)?.0;
    // A file may have said so: then its money was taken in outside of these books.
    if order.state() == OrderState::Paid {
        return Ok(Paid { order_no, paid_as: PaidAs::Already, amount_fen });
    }
    let now = turn.now();
    let paid_as = if is_in_time(cycle, order.state(), now) { PaidAs::Paid } else { PaidAs::AfterCutoff };
    if paid_as == PaidAs::Paid && cycle.payment != Payment::AtPickup {
        single_orders::set_state(turn.db, cycle.id, order.id, OrderState::Paid, Some(now))?;
        count(turn, &catalogue, held, Way::Out, false);
        count(turn, &catalogue, held, Way::In, true);
        payments::release(turn.db, cycle.id, order.id)?;
    }
    let row = PaymentRow {
        id: turn.ids.next_id(),
        cycle_id: cycle.id,
        order_id: order.id,
        kind: cycle.payment.code().to_owned(),
        amount_fen,
        paid_after_cutoff: paid_as == PaidAs::AfterCutoff,
        received_by: by.to_owned(),
        received_at: now.0,
    };
    payments::insert(turn.db, &[row])?;
    Ok(Paid { order_no, paid_as, amount_fen })
}

/// Whether money that comes now makes an unpaid order count, or pays for what is handed out.
fn is_in_time(cycle: &Cycle, state: OrderState, now: Moment) -> bool {
    if state != OrderState::Unpaid || cycle.state == CycleState::Cancelled {
        return false;
    }
    let grace_min = match cycle.payment {
        Payment::AtPickup => return true,
        Payment::InPerson => 0,
        Payment::Online => cycle.pay_grace_min,
    };
    cycle.state == CycleState::Open && now < cycle.cutoff_at.plus(Duration::minutes(i64::from(grace_min)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_in_time_until_the_cutoff_and_its_grace() {
        let minute = 60_000_000;
        let check = |payment, cycle_state, state, now, want| {
            let cycle =
                Cycle { payment, state: cycle_state, cutoff_at: Moment(100), pay_grace_min: 3, ..Cycle::default() };
            assert_eq!(is_in_time(&cycle, state, Moment(now)), want, "{payment:?} {cycle_state:?} {state:?} at {now}");
        };
        use {CycleState as C, OrderState as O, Payment as P};
        check(P::InPerson, C::Open, O::Unpaid, 99, true);
        check(P::InPerson, C::Open, O::Unpaid, 100, false);
        check(P::Online, C::Open, O::Unpaid, 99 + 3 * minute, true);
        check(P::Online, C::Open, O::Unpaid, 100 + 3 * minute, false);
        check(P::Online, C::Frozen, O::Unpaid, 99, false);
        check(P::Online, C::Open, O::Expired, 99, false);
        check(P::AtPickup, C::Dispatched, O::Unpaid, 1_000 * minute, true);
        check(P::AtPickup, C::Open, O::Cancelled, 50, false);
        check(P::AtPickup, C::Cancelled, O::Unpaid, 50, false);
    }
}
