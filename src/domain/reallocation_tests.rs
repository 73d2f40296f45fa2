//! Re-allocation on its table, and what holds whatever was sown, loaded or handed over before.

use super::*;
use crate::domain::allocation::allocate;
use crate::domain::time::Moment;
use Hold::{Free, Loaded, Sown};
use proptest::prelude::*;

fn placed(line: u32, point_ix: u32, ordered: u32, tolerance: u32, previous: u32, hold: Hold) -> Placed<'static> {
    let claim = Claim {
        line,
        point_ix,
        ordered,
        tolerance,
        paid_at: Moment(i64::from(line)),
        order_no: "A1",
        line_no: 1,
        pin: None,
    };
    Placed { claim, previous: Some(previous), lower: 0, upper: ordered + tolerance, hold }
}

/// Lines a 3, b 2, c 2 at three points, all given in full, with what was done of them and handed over.
fn full(done: [(Hold, u32); 3]) -> Vec<Placed<'static>> {
    let sizes = [3, 2, 2];
    let line = |i: usize| Placed { lower: done[i].1, ..placed(i as u32, i as u32, sizes[i], 0, sizes[i], done[i].0) };
    (0..3).map(line).collect()
}

fn shared(lines: &[Placed], supply: u64) -> Reallocated {
    reallocate(lines, supply, ShortageRule::FirstPaid, Reason::ShortDelivery)
}

fn amounts(result: &Reallocated) -> Vec<u32> {
    result.given.iter().map(|given| given.allocated).collect()
}

fn check(lines: &[Placed], supply: u64, want: &[u32], (leftover, missing): (u64, u64), back: &[(u32, u64)]) {
    let result = shared(lines, supply);
    assert_eq!(amounts(&result), want, "supply {supply}");
    assert_eq!((result.leftover, result.missing), (leftover, missing), "supply {supply}");
    assert_eq!(result.gives_back.into_iter().collect::<Vec<_>>(), back);
}

#[test]
fn what_is_done_bends_the_rule_as_little_as_possible() {
    check(&full([(Free, 0), (Free, 0), (Free, 0)]), 4, &[3, 1, 0], (0, 0), &[]);
    check(&full([(Free, 0), (Sown, 0), (Sown, 0)]), 4, &[0, 2, 2], (0, 0), &[]);
    check(&full([(Free, 0), (Sown, 0), (Sown, 0)]), 3, &[0, 2, 1], (0, 0), &[(2, 1)]);
    check(&full([(Free, 0), (Free, 0), (Loaded, 0)]), 4, &[2, 0, 2], (0, 0), &[]);
    check(&full([(Free, 0), (Free, 2), (Free, 0)]), 4, &[2, 2, 0], (0, 0), &[]);
    check(&full([(Free, 3), (Free, 2), (Free, 2)]), 6, &[3, 2, 2], (0, 1), &[]);
    check(&full([(Loaded, 0), (Loaded, 0), (Loaded, 0)]), 6, &[3, 2, 2], (0, 1), &[]);
    check(&full([(Loaded, 0), (Sown, 0), (Sown, 0)]), 9, &[3, 2, 2], (2, 0), &[]);
}

#[test]
fn a_fall_is_taken_from_the_sown_point_that_can_give_most() {
    let lines = [
        placed(0, 0, 2, 0, 2, Sown),
        placed(1, 1, 3, 1, 4, Sown),
        placed(2, 1, 2, 0, 2, Sown),
        placed(3, 2, 3, 0, 3, Sown),
    ];
    // Point 1 holds six: first its tolerance, then its last line.
    check(&lines, 10, &[2, 3, 2, 3], (0, 0), &[(1, 1)]);
    check(&lines, 8, &[2, 3, 0, 3], (0, 0), &[(1, 3)]);
    check(&lines, 4, &[2, 0, 0, 2], (0, 0), &[(1, 6), (2, 1)]);
}

#[test]
fn short_lines_at_sown_slots_get_what_orders_leave_before_any_tolerance() {
    let lines = [
        placed(0, 0, 3, 0, 1, Sown),
        placed(1, 1, 3, 0, 2, Sown),
        placed(2, 2, 2, 2, 1, Free),
        placed(3, 0, 1, 2, 1, Sown),
    ];
    check(&lines, 5, &[1, 2, 1, 1], (0, 0), &[]);
    check(&lines, 7, &[2, 2, 2, 1], (0, 0), &[]);
    check(&lines, 9, &[3, 3, 2, 1], (0, 0), &[]);
    // Tolerance goes to the unsown line only; the sown one is not opened for it.
    check(&lines, 13, &[3, 3, 4, 1], (2, 0), &[]);
    let reasons: Vec<_> = shared(&lines, 9).given.iter().map(|given| given.reason).collect();
    assert_eq!(reasons, [Some(Reason::Restored), Some(Reason::Restored), Some(Reason::Restored), None]);
}

#[test]
fn pieces_whose_refund_was_sent_stay_closed() {
    assert_eq!(upper_bound(3, 2, 5, 2), 3);
    // A line corrected from 5 to 3 and refunded for the 2 may still have its 3.
    assert_eq!(upper_bound(3, 0, 5, 2), 3);
    assert_eq!(upper_bound(3, 0, 3, 1), 2);
    let closed = Placed { upper: 2, ..placed(0, 0, 3, 1, 2, Free) };
    check(&[closed, placed(1, 1, 2, 0, 0, Free)], 9, &[2, 2], (5, 0), &[]);
}

#[test]
fn a_pin_opens_a_sown_slot_but_not_a_loaded_one() {
    let pin = |hold, pin| {
        let mut line = placed(0, 0, 3, 0, 3, hold);
        line.claim.pin = Some(pin);
        line
    };
    check(&[pin(Sown, 1), placed(1, 1, 2, 0, 0, Free)], 3, &[1, 2], (0, 0), &[(0, 2)]);
    check(&[pin(Loaded, 1), placed(1, 1, 2, 0, 0, Free)], 3, &[3, 0], (0, 0), &[]);
}

/// Point, ordered, tolerance, what bends (had, handed, closed), hold, pin.
type Drawn = (u32, u32, u32, (u32, u32, u32), Hold, Option<u32>);

fn lines() -> impl Strategy<Value = Vec<Placed<'static>>> {
    let hold = prop_oneof![3 => Just(Free), 2 => Just(Sown), 1 => Just(Loaded)];
    let pin = prop_oneof![6 => Just(None), 1 => (0u32..10).prop_map(Some)];
    let line = (0u32..5, 0u32..7, 0u32..3, (0u32..10, 0u32..10, 0u32..10), hold, pin);
    prop::collection::vec(line, 0..14).prop_map(|rows| {
        let build = |(i, row): (usize, Drawn)| {
            let (point, ordered, tolerance, (had, handed, closed), hold, pin) = row;
            let most = ordered + tolerance;
            let previous = had.min(most);
            let lower = handed.saturating_sub(5).min(previous);
            let upper = most - closed.saturating_sub(7).min(most - previous);
            let mut line = Placed { lower, upper, ..placed(i as u32, point, ordered, tolerance, previous, hold) };
            line.claim.pin = pin;
            line
        };
        rows.into_iter().enumerate().map(build).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn nothing_appears_or_vanishes_and_bounds_hold(
        lines in lines(), supply in 0u64..60, rule in prop::sample::select(ShortageRule::ALL)
    ) {
        let result = reallocate(&lines, supply, rule, Reason::ShortDelivery);
        let sum: u64 = result.given.iter().map(|given| u64::from(given.allocated)).sum();
        prop_assert_eq!(sum + result.leftover, supply + result.missing);
        for (line, given) in lines.iter().zip(&result.given) {
            prop_assert!(given.allocated >= line.lower && given.allocated <= line.upper);
            if line.hold == Loaded {
                prop_assert_eq!(Some(given.allocated), line.previous);
            }
            prop_assert!(given.allocated == line.claim.ordered || given.reason.is_some());
            if result.missing > 0 && line.hold != Loaded {
                prop_assert_eq!(given.allocated, line.lower);
            }
        }
    }

    #[test]
    fn before_anything_is_done_it_is_a_fresh_allocation(
        mut lines in lines(), supply in 0u64..60, rule in prop::sample::select(ShortageRule::ALL)
    ) {
        for line in &mut lines {
            *line = Placed { lower: 0, upper: line.claim.ordered + line.claim.tolerance, hold: Free, ..*line };
        }
        let claims: Vec<Claim> = lines.iter().map(|line| line.claim).collect();
        let fresh = allocate(&claims, supply, rule, Reason::ShortDelivery);
        let again = reallocate(&lines, supply, rule, Reason::ShortDelivery);
        prop_assert_eq!(again.leftover, fresh.leftover);
        for (again, fresh) in again.given.iter().zip(&fresh.given) {
            prop_assert_eq!(again.allocated, fresh.allocated);
            prop_assert!(again.reason == fresh.reason || again.reason == Some(Reason::Restored));
        }
    }

    #[test]
    fn the_same_supply_again_changes_nothing(
        mut lines in lines(), supply in 0u64..60, rule in prop::sample::select(ShortageRule::ALL)
    ) {
        let once = reallocate(&lines, supply, rule, Reason::ShortDelivery);
        for (line, given) in lines.iter_mut().zip(&once.given) {
            line.previous = Some(given.allocated);
        }
        let twice = reallocate(&lines, supply, rule, Reason::ShortDelivery);
        prop_assert_eq!(amounts(&twice), amounts(&once));
        prop_assert_eq!((twice.leftover, twice.missing), (once.leftover, once.missing));
        prop_assert!(twice.gives_back.is_empty());
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(
        lines in lines(), supply in 0u64..60, rule in prop::sample::select(ShortageRule::ALL)
    ) {
        let mut turned = lines.clone();
        turned.reverse();
        let mut there = reallocate(&turned, supply, rule, Reason::ShortDelivery);
        there.given.sort_by_key(|given| given.line);
        prop_assert_eq!(there, reallocate(&lines, supply, rule, Reason::ShortDelivery));
    }

    #[test]
    fn a_fall_opens_the_fewest_sown_points(lines in lines(), supply in 0u64..60) {
        let held: Vec<Placed> = lines.into_iter().map(|mut line| {
            line.claim.pin = None;
            line
        }).collect();
        let result = shared(&held, supply);
        let bound = |line: &Placed| u64::from(match line.hold { Free => line.lower, _ => line.previous.unwrap_or(0) });
        let need = held.iter().map(bound).sum::<u64>().saturating_sub(supply);
        let mut slack: BTreeMap<u32, u64> = BTreeMap::new();
        for line in held.iter().filter(|line| line.hold == Sown) {
            *slack.entry(line.claim.point_ix).or_default() += u64::from(line.previous.unwrap_or(0) - line.lower);
        }
        let mut slacks: Vec<u64> = slack.into_values().collect();
        slacks.sort_unstable_by_key(|slack| Reverse(*slack));
        let mut left = need - result.missing;
        let fewest = slacks.iter().take_while(|slack| { let more = left > 0; left = left.saturating_sub(**slack); more });
        prop_assert_eq!(result.gives_back.len(), fewest.count());
    }
}
