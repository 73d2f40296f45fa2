//! When a cycle takes orders, which orders take part, and what the clock does to a cycle (DOMAIN 3.1).
//!
//! | cycle | clock | network | staff |
//! |---|---|---|---|
//! | draft | any | `cycle_not_open` | `cycle_not_open` |
//! | open | before opens_at | `cycle_not_open` | in |
//! | open | opens_at ≤ now < cutoff_at | in | in |
//! | open | from cutoff_at | `cycle_closed` | in |
//! | frozen and later, cancelled | any | `cycle_closed` | `cycle_closed` |

use chrono::Duration;

use crate::domain::errors::{RuleError, Step};
use crate::domain::facts::{Cycle, Payment};
use crate::domain::states::{CycleState, OrderState};
use crate::domain::time::{Moment, Zone};

/// Who brings an order in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intake {
    /// Residents, leaders and machines over the network: bound by the state and the clock.
    Network,
    /// Imports and staff on the command line: bound by the state alone.
    Staff,
}

/// Whether an order may come in now; `now` is the writer's clock at the start of its transaction.
///
/// # Errors
/// `cycle_not_open` before the window, `cycle_closed` after it.
pub fn check_intake(cycle: &Cycle, zone: Zone, now: Moment, by: Intake) -> Result<(), RuleError> {
    let not_open =
        || RuleError::CycleNotOpen { cycle_code: cycle.cycle_code.clone(), opens_at: zone.minute(cycle.opens_at) };
    let step = if by == Intake::Staff { Step::ImportOrders } else { Step::PlaceOrder };
    let closed = || RuleError::CycleClosed { cycle_code: cycle.cycle_code.clone(), state: cycle.state, step };
    match cycle.state {
        CycleState::Draft => Err(not_open()),
        CycleState::Open if by == Intake::Staff => Ok(()),
        CycleState::Open if now < cycle.opens_at => Err(not_open()),
        CycleState::Open if now < cycle.cutoff_at => Ok(()),
        _ => Err(closed()),
    }
}

/// When a cycle opened by hand at `now` counts as opened: now, if its own time lies ahead.
pub fn opened_at(opens_at: Moment, now: Moment) -> Moment {
    opens_at.min(now)
}

/// The state the clock moves a cycle to at `now`, if any: never back, and an online cycle is frozen only after the
/// minutes of grace in which payments under way may finish. A draft whose whole window went by stays a draft, to be
/// opened by hand or called off: opening it to freeze it empty would help nobody.
pub fn clock_moves_to(cycle: &Cycle, pay_grace_min: u32, now: Moment) -> Option<CycleState> {
    let grace_min = if cycle.payment == Payment::Online { pay_grace_min } else { 0 };
    let freezes_at = cycle.cutoff_at.plus(Duration::minutes(i64::from(grace_min)));
    match cycle.state {
        CycleState::Draft if now >= cycle.opens_at && now < cycle.cutoff_at => Some(CycleState::Open),
        CycleState::Open if now >= freezes_at => Some(CycleState::Frozen),
        _ => None,
    }
}

/// From this long before the cutoff on, leaders are told what they have and what is not marked as paid.
pub const REMINDED_BEFORE: Duration = Duration::minutes(30);

/// Whether it is time to remind the leaders of a cycle.
pub fn reminds_at(cycle: &Cycle, now: Moment) -> bool {
    cycle.state == CycleState::Open && now < cycle.cutoff_at && now.plus(REMINDED_BEFORE) >= cycle.cutoff_at
}

/// Whether an order counts at the freeze: it is paid, or its money is collected at pickup.
pub fn takes_part(state: OrderState, payment: Payment) -> bool {
    match state {
        OrderState::Paid => true,
        OrderState::Unpaid => payment == Payment::AtPickup,
        OrderState::Cancelled | OrderState::Expired => false,
    }
}

/// State and queue time of an imported order: with a payment time it is paid; without one it waits for its money, and
/// queues in an `at_pickup` cycle from the start of its import.
pub fn imported_as(
    payment: Payment,
    paid_at: Option<Moment>,
    import_started_at: Moment,
) -> (OrderState, Option<Moment>) {
    match paid_at {
        Some(_) => (OrderState::Paid, paid_at),
        None if payment == Payment::AtPickup => (OrderState::Unpaid, Some(import_started_at)),
        None => (OrderState::Unpaid, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cycle(state: CycleState) -> Cycle {
        Cycle { cycle_code: "261122".into(), state, opens_at: Moment(100), cutoff_at: Moment(200), ..Cycle::default() }
    }

    fn check(state: CycleState, now: i64, by: Intake, want: &str) {
        let got = check_intake(&cycle(state), Zone::default(), Moment(now), by);
        assert_eq!(got.map_or_else(|no| no.code(), |()| "in"), want, "{state:?} at {now} by {by:?}");
    }

    #[test]
    fn an_order_is_in_while_the_cycle_is_open_and_the_clock_within_the_window() {
        check(CycleState::Draft, 150, Intake::Network, "cycle_not_open");
        check(CycleState::Open, 99, Intake::Network, "cycle_not_open");
        check(CycleState::Open, 100, Intake::Network, "in");
        check(CycleState::Open, 199, Intake::Network, "in");
        check(CycleState::Open, 200, Intake::Network, "cycle_closed");
        for state in CycleState::ALL.iter().copied().filter(|s| s.is_frozen() || *s == CycleState::Cancelled) {
            check(state, 150, Intake::Network, "cycle_closed");
            check(state, 150, Intake::Staff, "cycle_closed");
        }
    }

    #[test]
    fn staff_need_only_an_open_cycle() {
        for now in [0, 150, 300] {
            check(CycleState::Open, now, Intake::Staff, "in");
            check(CycleState::Draft, now, Intake::Staff, "cycle_not_open");
        }
    }

    #[test]
    fn the_clock_moves_a_cycle_forward_only() {
        let minute = 60_000_000;
        let mut online = cycle(CycleState::Open);
        online.payment = Payment::Online;
        assert_eq!(clock_moves_to(&cycle(CycleState::Draft), 3, Moment(99)), None);
        assert_eq!(clock_moves_to(&cycle(CycleState::Draft), 3, Moment(100)), Some(CycleState::Open));
        assert_eq!(clock_moves_to(&cycle(CycleState::Draft), 3, Moment(200)), None);
        assert_eq!(clock_moves_to(&cycle(CycleState::Open), 3, Moment(200)), Some(CycleState::Frozen));
        assert_eq!(clock_moves_to(&online, 3, Moment(199 + 3 * minute)), None);
        assert_eq!(clock_moves_to(&online, 3, Moment(200 + 3 * minute)), Some(CycleState::Frozen));
        assert_eq!(clock_moves_to(&cycle(CycleState::Frozen), 3, Moment(0)), None);
        let mut late = cycle(CycleState::Open);
        late.cutoff_at = Moment(100 * minute);
        for (at, want) in [(69, false), (70, true), (99, true), (100, false)] {
            assert_eq!(reminds_at(&late, Moment(at * minute)), want, "minute {at}");
        }
        assert_eq!(opened_at(Moment(100), Moment(50)), Moment(50));
        assert_eq!(opened_at(Moment(100), Moment(150)), Moment(100));
    }

    #[test]
    fn an_order_takes_part_when_paid_or_collected_at_pickup() {
        assert!(takes_part(OrderState::Paid, Payment::Online));
        assert!(takes_part(OrderState::Unpaid, Payment::AtPickup));
        assert!(!takes_part(OrderState::Unpaid, Payment::InPerson));
        assert!(!takes_part(OrderState::Unpaid, Payment::Online));
        assert!(!takes_part(OrderState::Cancelled, Payment::AtPickup));
    }

    #[test]
    fn an_imported_order_without_a_payment_time_queues_by_its_import_at_pickup_only() {
        let (paid, start) = (Some(Moment(7)), Moment(9));
        assert_eq!(imported_as(Payment::AtPickup, paid, start), (OrderState::Paid, paid));
        assert_eq!(imported_as(Payment::AtPickup, None, start), (OrderState::Unpaid, Some(start)));
        assert_eq!(imported_as(Payment::Online, None, start), (OrderState::Unpaid, None));
    }
}
