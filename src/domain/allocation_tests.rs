//! The six rules on DOMAIN 3.4's examples, and what holds for every supply.

use super::*;
use proptest::prelude::*;

/// A line of a test: (point, ordered, tolerance, pin), in queue order.
type Row = (u32, u32, u32, Option<u32>);

fn claims(rows: &[Row]) -> Vec<Claim<'static>> {
    let claim = |(i, &(point_ix, ordered, tolerance, pin)): (usize, &Row)| Claim {
        line: i as u32,
        point_ix,
        ordered,
        tolerance,
        paid_at: Moment(i as i64),
        order_no: "A1",
        line_no: 1,
        pin,
    };
    rows.iter().enumerate().map(claim).collect()
}

fn amounts(shared: &Shared) -> Vec<u32> {
    shared.given.iter().map(|given| given.allocated).collect()
}

fn check(rule: ShortageRule, rows: &[Row], supply: u64, want: &[u32], leftover: u64) {
    let shared = allocate(&claims(rows), supply, rule, Reason::ShortDelivery);
    assert_eq!((amounts(&shared).as_slice(), shared.leftover), (want, leftover), "{rule:?}, {rows:?}, supply {supply}");
}

#[test]
fn first_paid_follows_the_worked_examples() {
    let lines = [(1, 3, 2, None), (1, 1, 3, None), (1, 1, 0, None)];
    check(ShortageRule::FirstPaid, &lines, 6, &[4, 1, 1], 0);
    check(ShortageRule::FirstPaid, &lines, 4, &[3, 1, 0], 0);
    check(ShortageRule::FirstPaid, &lines, 1, &[1, 0, 0], 0);
    let less_tolerant = [(1, 3, 2, None), (1, 1, 1, None), (1, 1, 0, None)];
    check(ShortageRule::FirstPaid, &less_tolerant, 10, &[5, 2, 1], 2);
}

#[test]
fn each_rule_shares_a_shortage_its_own_way() {
    let lines = [(1, 3, 0, None), (2, 2, 0, None), (2, 1, 0, None)];
    check(ShortageRule::FirstPaid, &lines, 4, &[3, 1, 0], 0);
    check(ShortageRule::Proportional, &lines, 4, &[2, 1, 1], 0);
    check(ShortageRule::EqualShare, &lines, 4, &[2, 1, 1], 0);
    check(ShortageRule::LeaderBalanced, &lines, 4, &[2, 2, 0], 0);
    check(ShortageRule::MostHouseholds, &lines, 4, &[1, 2, 1], 0);
    check(ShortageRule::Pinned, &lines, 4, &[3, 1, 0], 0);
    for rule in ShortageRule::ALL {
        check(*rule, &lines, 0, &[0, 0, 0], 0);
        check(*rule, &lines, 6, &[3, 2, 1], 0);
        check(*rule, &[], 6, &[], 6);
    }
}

#[test]
fn an_unfinished_round_goes_to_the_first_who_want_more() {
    let lines = [(1, 1, 0, None), (1, 5, 0, None), (1, 0, 0, None), (1, 5, 0, None), (1, 2, 0, None)];
    check(ShortageRule::EqualShare, &lines, 3, &[1, 1, 0, 1, 0], 0);
    check(ShortageRule::EqualShare, &lines, 8, &[1, 3, 0, 2, 2], 0);
    check(ShortageRule::EqualShare, &lines, 12, &[1, 5, 0, 4, 2], 0);
}

#[test]
fn pins_act_first_under_every_rule_also_to_hold_a_line_down() {
    for rule in ShortageRule::ALL {
        check(*rule, &[(1, 3, 0, None), (1, 2, 0, Some(2))], 2, &[0, 2], 0);
        check(*rule, &[(1, 3, 0, None), (1, 2, 0, Some(0))], 9, &[3, 0], 6);
        // More than ordered + tolerance has no effect, and too little for the pins goes in queue order.
        check(*rule, &[(1, 3, 1, Some(9)), (1, 2, 0, Some(2))], 5, &[4, 1], 0);
    }
    let shared =
        allocate(&claims(&[(1, 3, 0, None), (1, 2, 0, Some(1))]), 3, ShortageRule::FirstPaid, Reason::Shortage);
    let reasons: Vec<_> = shared.given.iter().map(|given| given.reason).collect();
    assert_eq!(reasons, [Some(Reason::Shortage), Some(Reason::Pinned)]);
}

#[test]
fn every_line_off_its_order_says_why() {
    let rows = [(1, 3, 2, None), (1, 2, 0, Some(3)), (1, 2, 4, Some(5)), (1, 1, 0, None)];
    let reasons = |supply| {
        let shared = allocate(&claims(&rows), supply, ShortageRule::FirstPaid, Reason::ShortDelivery);
        shared.given.iter().map(|given| given.reason).collect::<Vec<_>>()
    };
    use Reason::{Pinned, ShortDelivery, ToleranceFilled};
    assert_eq!(reasons(4), [Some(ShortDelivery), None, None, Some(ShortDelivery)]);
    assert_eq!(reasons(9), [Some(Pinned), None, Some(Pinned), Some(Pinned)]);
    assert_eq!(reasons(13), [Some(ToleranceFilled), None, Some(Pinned), None]);
    let none = nothing(&claims(&rows), 5, Reason::ThresholdNotMet);
    assert!(none.given.iter().all(|g| g.allocated == 0 && g.reason == Some(Reason::ThresholdNotMet)));
    assert_eq!(none.leftover, 5);
}

#[test]
fn a_shortfall_is_named_after_the_step_that_caused_it() {
    let line = |reason, cases_suggested| ProcurementLine {
        offer_ix: 0,
        warehouse_ix: 0,
        ordered_qty: 20,
        tolerance_qty: 0,
        on_hand: 2,
        reserved_qty: 2,
        net_need: 18,
        threshold_met: true,
        cases_suggested,
        reason,
    };
    let why = |reason, cases, planned, supply| shortfall_reason(&line(reason, cases), 6, planned, supply);
    assert_eq!(why(None, 3, 18, 15), Reason::ShortDelivery);
    assert_eq!(why(Some(Reason::BuyerEdit), 3, 12, 14), Reason::Shortage);
    assert_eq!(why(Some(Reason::RoundedDown), 2, 12, 14), Reason::RoundedDown);
    assert_eq!(why(Some(Reason::BelowCase), 0, 0, 2), Reason::BelowCase);
    assert_eq!(why(Some(Reason::BelowMinValue), 0, 0, 2), Reason::BelowMinValue);
    assert_eq!(why(None, 3, 18, 20), Reason::Shortage);
    let failed = ProcurementLine { threshold_met: false, ..line(Some(Reason::ThresholdNotMet), 0) };
    assert_eq!(shortfall_reason(&failed, 6, 0, 0), Reason::ThresholdNotMet);
}

#[test]
fn the_queue_goes_by_time_then_number_in_bytes_then_line() {
    let at = |line, time, order_no, line_no| Claim {
        paid_at: Moment(time),
        order_no,
        line_no,
        line,
        ..claims(&[(1, 1, 0, None)])[0]
    };
    let rows = [at(0, 5, "10", 1), at(1, 5, "9", 1), at(2, 4, "z", 9), at(3, 5, "10", 0)];
    assert_eq!(queue_order(&rows), [2, 3, 0, 1]);
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let pin = prop_oneof![4 => Just(None), 1 => (0u32..12).prop_map(Some)];
    prop::collection::vec((0u32..4, 0u32..8, 0u32..4, pin), 0..24)
}

proptest! {
    #[test]
    fn nothing_appears_or_vanishes_and_every_line_stays_within_its_bounds(
        rows in rows(), supply in 0u64..200, rule in prop::sample::select(ShortageRule::ALL)
    ) {
        let claims = claims(&rows);
        let shared = allocate(&claims, supply, rule, Reason::ShortDelivery);
        let sum: u64 = shared.given.iter().map(|given| u64::from(given.allocated)).sum();
        prop_assert_eq!(sum + shared.leftover, supply);
        for (claim, given) in claims.iter().zip(&shared.given) {
            prop_assert!(given.allocated <= claim.ordered + claim.tolerance);
            prop_assert!(claim.pin.is_none_or(|pin| given.allocated <= pin));
            prop_assert_eq!(given.reason.is_some(), given.allocated != claim.ordered);
        }
        if shared.leftover > 0 {
            let full = |(claim, given): (&Claim, &Given)| {
                let most = claim.ordered + claim.tolerance;
                given.allocated == claim.pin.map_or(most, |pin| pin.min(most))
            };
            prop_assert!(claims.iter().zip(&shared.given).all(full));
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(
        rows in rows(), supply in 0u64..100, rule in prop::sample::select(ShortageRule::ALL), shift in 0usize..24
    ) {
        let claims = claims(&rows);
        let mut turned = claims.clone();
        turned.reverse();
        turned.rotate_left(shift % claims.len().max(1));
        let mut given = allocate(&turned, supply, rule, Reason::ShortDelivery).given;
        given.sort_by_key(|given| given.line);
        prop_assert_eq!(given, allocate(&claims, supply, rule, Reason::ShortDelivery).given);
    }

    #[test]
    fn more_supply_never_gives_anyone_less_except_by_remainders(
        rows in rows(), supply in 0u64..100, rule in prop::sample::select(ShortageRule::ALL)
    ) {
        let claims = claims(&rows);
        let less = allocate(&claims, supply, rule, Reason::ShortDelivery);
        let more = allocate(&claims, supply + 1, rule, Reason::ShortDelivery);
        // A point whose remainder is overtaken gives one piece back; so does a line.
        let by_remainder = matches!(rule, ShortageRule::Proportional | ShortageRule::LeaderBalanced);
        for (less, more) in less.given.iter().zip(&more.given) {
            prop_assert!(more.allocated + u32::from(by_remainder) >= less.allocated);
        }
    }

    #[test]
    fn equal_share_is_one_piece_a_round(rows in rows(), supply in 0u64..100) {
        let claims = claims(&rows.iter().map(|row| (row.0, row.1, row.2, None)).collect::<Vec<_>>());
        let shared = allocate(&claims, supply, ShortageRule::EqualShare, Reason::ShortDelivery);
        let (mut left, mut want) = (supply, vec![0u32; claims.len()]);
        while left > 0 && claims.iter().zip(&want).any(|(claim, got)| *got < claim.ordered) {
            for (claim, got) in claims.iter().zip(&mut want) {
                if left > 0 && *got < claim.ordered {
                    *got += 1;
                    left -= 1;
                }
            }
        }
        let ordered = shared.given.iter().zip(&claims).map(|(given, claim)| given.allocated.min(claim.ordered));
        prop_assert_eq!(ordered.collect::<Vec<_>>(), want);
    }
}
