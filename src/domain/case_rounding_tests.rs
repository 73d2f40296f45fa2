//! DOMAIN 3.3's worked examples, and what holds for every demand.

use super::*;
use proptest::prelude::*;

const PLAIN: CaseTerms = CaseTerms {
    rounding: Rounding::Fill,
    round_up_at_pct: 50,
    case_size: 1,
    moq: 0,
    order_multiple: 1,
    below_moq: BelowMoq::Raise,
};

fn check(terms: CaseTerms, (ordered_qty, tolerance_qty, free_stock): (u64, u64, u64), want: (u64, Option<Reason>)) {
    let plan = plan_cases(Demand { ordered_qty, tolerance_qty, free_stock }, &terms).expect("small numbers");
    assert_eq!((plan.cases, plan.reason), want, "{ordered_qty}+{tolerance_qty}, stock {free_stock}, {terms:?}");
    assert_eq!(plan.planned_qty, plan.cases * u64::from(terms.case_size));
}

#[test]
fn fill_adds_a_case_only_where_tolerance_fills_one_begun() {
    let four = CaseTerms { case_size: 4, ..PLAIN };
    check(four, (2, 2, 0), (1, Some(Reason::FilledCase)));
    check(four, (4, 4, 0), (1, None));
    check(four, (5, 3, 0), (2, Some(Reason::FilledCase)));
    check(four, (5, 2, 0), (1, Some(Reason::RoundedDown)));
    check(four, (1, 2, 0), (0, Some(Reason::BelowCase)));
    let three = CaseTerms { case_size: 3, ..PLAIN };
    check(three, (5, 5, 0), (2, Some(Reason::FilledCase)));
}

#[test]
fn fill_reaches_a_minimum_by_tolerance_or_by_what_is_agreed_below_it() {
    let ten = CaseTerms { case_size: 5, moq: 10, ..PLAIN };
    check(ten, (4, 0, 0), (0, Some(Reason::BelowCase)));
    check(ten, (9, 1, 0), (2, Some(Reason::FilledCase)));
    check(ten, (12, 1, 0), (2, Some(Reason::RoundedDown)));
    check(ten, (14, 1, 0), (3, Some(Reason::FilledCase)));
    check(ten, (5, 5, 0), (2, Some(Reason::RaisedToMoq)));
    let seven = CaseTerms { case_size: 5, moq: 7, ..PLAIN };
    check(seven, (4, 4, 0), (2, Some(Reason::RaisedToMoq)));
    check(CaseTerms { below_moq: BelowMoq::Cancel, ..seven }, (4, 4, 0), (0, Some(Reason::BelowMoq)));
}

#[test]
fn up_nearest_and_down_move_to_the_order_multiple() {
    let up = CaseTerms { rounding: Rounding::Up, case_size: 6, order_multiple: 4, ..PLAIN };
    check(up, (7, 0, 0), (2, None));
    check(up, (13, 0, 0), (4, Some(Reason::OrderMultiple)));
    let nearest = CaseTerms { rounding: Rounding::Nearest, case_size: 6, ..PLAIN };
    check(nearest, (8, 0, 0), (1, Some(Reason::RoundedDown)));
    check(nearest, (9, 0, 0), (2, None));
    check(CaseTerms { round_up_at_pct: 51, ..nearest }, (9, 0, 0), (1, Some(Reason::RoundedDown)));
    let down = CaseTerms { rounding: Rounding::Down, case_size: 6, order_multiple: 4, ..PLAIN };
    check(down, (5, 9, 0), (0, Some(Reason::BelowCase)));
    check(down, (20, 0, 0), (2, Some(Reason::OrderMultiple)));
    check(down, (8, 0, 0), (2, Some(Reason::OrderMultiple)));
    check(CaseTerms { below_moq: BelowMoq::Cancel, ..down }, (8, 0, 0), (0, Some(Reason::BelowMoq)));
    check(CaseTerms { moq: 24, ..down }, (20, 0, 0), (4, Some(Reason::RaisedToMoq)));
}

#[test]
fn stock_is_used_before_anything_is_bought() {
    let up = CaseTerms { rounding: Rounding::Up, case_size: 6, ..PLAIN };
    check(up, (7, 0, 7), (0, Some(Reason::FromStock)));
    check(up, (7, 0, 1), (1, None));
    check(up, (0, 0, 9), (0, None));
    let plan = plan_cases(Demand { ordered_qty: 7, tolerance_qty: 0, free_stock: 3 }, &up).expect("small numbers");
    assert_eq!((plan.reserved_qty, plan.net_need, plan.planned_qty), (3, 4, 6));
}

#[test]
fn an_offer_cancelled_below_its_minimum_leaves_the_stock_alone() {
    let terms = CaseTerms { case_size: 5, moq: 20, below_moq: BelowMoq::Cancel, ..PLAIN };
    let plan = plan_cases(Demand { ordered_qty: 9, tolerance_qty: 0, free_stock: 4 }, &terms).expect("small numbers");
    assert_eq!((plan.reserved_qty, plan.cases, plan.reason), (0, 0, Some(Reason::BelowMoq)));
}

#[test]
fn a_quantity_past_the_range_is_refused() {
    let up = CaseTerms { rounding: Rounding::Up, case_size: 6, ..PLAIN };
    let demand = Demand { ordered_qty: u64::MAX, ..Demand::default() };
    assert_eq!(plan_cases(demand, &up).map_err(|no| no.code()), Err("too_large"));
}

fn terms() -> impl Strategy<Value = CaseTerms> {
    let rounding = prop::sample::select(Rounding::ALL);
    let below_moq = prop::sample::select(BelowMoq::ALL);
    (rounding, 1u32..=100, 1u32..31, 0u32..60, 1u32..13, below_moq).prop_map(
        |(rounding, round_up_at_pct, case_size, moq, order_multiple, below_moq)| CaseTerms {
            rounding,
            round_up_at_pct,
            case_size,
            moq,
            order_multiple,
            below_moq,
        },
    )
}

proptest! {
    #[test]
    fn what_is_bought_suits_the_supplier_and_every_gap_has_its_reason(
        terms in terms(), ordered_qty in 0u64..200, tolerance_qty in 0u64..60, free_stock in 0u64..100
    ) {
        let plan = plan_cases(Demand { ordered_qty, tolerance_qty, free_stock }, &terms).expect("small numbers");
        prop_assert_eq!(plan.planned_qty, plan.cases * u64::from(terms.case_size));
        prop_assert_eq!(plan.net_need, ordered_qty.saturating_sub(free_stock));
        prop_assert_eq!(plan.planned_qty % u64::from(terms.order_multiple), 0);
        prop_assert!(plan.planned_qty == 0 || plan.planned_qty >= u64::from(terms.moq));
        if plan.net_need == 0 {
            prop_assert_eq!(plan.planned_qty, 0);
        }
        if plan.reserved_qty + plan.planned_qty < ordered_qty {
            prop_assert!(plan.reason.is_some());
        }
        if terms.rounding == Rounding::Up {
            prop_assert!(plan.reserved_qty + plan.planned_qty >= ordered_qty);
        }
        if plan.cases != plan.cases_by_policy {
            prop_assert!(plan.reason.is_some());
        }
    }

    #[test]
    fn more_demand_never_buys_less_by_rounding_up(terms in terms(), need in 1u64..200) {
        let up = CaseTerms { rounding: Rounding::Up, ..terms };
        let cases = |ordered_qty| {
            plan_cases(Demand { ordered_qty, ..Demand::default() }, &up).expect("small numbers").cases
        };
        prop_assert!(cases(need) <= cases(need + 1));
    }
}
