//! Whole cycles planned: warehouses, suppliers, minimum values, the buyer's edits.

use super::*;
use crate::domain::facts::{BelowMoq, PriceUnit, Rounding, ShortageRule, TempZone};
use crate::domain::weighing::WeightRule;

fn offer(offer_no: u32, supplier_ix: u32, case_size: u32, unit_price: Option<i64>) -> Offer {
    Offer {
        offer_no,
        sku_id: i64::from(offer_no),
        sku_code: format!("S{offer_no:03}"),
        name: "鸡蛋".into(),
        spec: "30枚".into(),
        unit: "盒".into(),
        category: None,
        temp_zone: TempZone::Ambient,
        barcode: None,
        supplier_sku: None,
        supplier_ix,
        sale_price: Fen(300),
        limit_per_resident: None,
        threshold_qty: 0,
        stock_cap: None,
        rounding: Rounding::Up,
        round_up_at_pct: 50,
        below_moq: BelowMoq::Raise,
        shortage_rule: ShortageRule::FirstPaid,
        price_unit: PriceUnit::Piece,
        unit_price: unit_price.map(Fen),
        case_size,
        moq: 0,
        order_multiple: 1,
        nominal_weight_g: None,
        is_variable_weight: false,
        weight: WeightRule::default(),
        sub_units: None,
        volume_ml: None,
        zone: None,
        keeps_stock: false,
    }
}

fn supplier(min_order_value: i64, below_min_value: BelowMinValue) -> Supplier {
    Supplier {
        id: 1,
        supplier_code: "V1".into(),
        name: "粮油".into(),
        contact: None,
        phone: None,
        email: None,
        min_order_value: Fen(min_order_value),
        below_min_value,
        due_at: None,
    }
}

fn demand(warehouse_ix: u32, offer_ix: u32, ordered_qty: u64) -> OfferDemand {
    OfferDemand { offer_ix, warehouse_ix, ordered_qty, tolerance_qty: 0, on_hand: 0 }
}

fn edit(supplier_ix: u32, offer_ix: u32, cases: u64) -> PlanEdit {
    PlanEdit { warehouse_ix: 0, supplier_ix, offer_ix, cases, reason: "供应商只有这些".into() }
}

/// The orders as `warehouse/supplier: offer×cases(=pieces, * for an edit)`.
fn printed(plan: &Procurement) -> Vec<String> {
    let line =
        |l: &PlannedLine| format!("{}×{}={}{}", l.offer_ix, l.cases, l.planned_qty, if l.is_edited { "*" } else { "" });
    let order = |o: &PlannedOrder| {
        let lines: Vec<String> = o.lines.iter().map(line).collect();
        format!("{}/{}: {}", o.warehouse_ix, o.supplier_ix, lines.join(" "))
    };
    plan.orders.iter().map(order).collect()
}

#[test]
fn purchase_orders_go_by_warehouse_and_supplier_with_lines_in_offer_order() {
    let offers = [offer(0, 1, 6, Some(100)), offer(1, 0, 1, Some(100)), offer(2, 1, 10, Some(100))];
    let suppliers = [supplier(0, BelowMinValue::Flag), supplier(0, BelowMinValue::Flag)];
    let mut demands = vec![demand(1, 2, 3), demand(0, 2, 11), demand(0, 0, 7), demand(0, 1, 4), demand(1, 0, 0)];
    let want = ["0/0: 1×4=4", "0/1: 0×2=12 2×2=20", "1/1: 2×1=10"];
    for _ in 0..demands.len() {
        let plan = plan(&offers, &suppliers, &demands, &[]).expect("small numbers");
        assert_eq!(printed(&plan), want);
        let keys: Vec<_> = plan.lines.iter().map(|line| (line.warehouse_ix, line.offer_ix)).collect();
        assert_eq!(keys, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2)]);
        demands.rotate_left(1);
    }
}

#[test]
fn the_threshold_counts_all_warehouses() {
    let offers = [Offer { threshold_qty: 10, keeps_stock: true, ..offer(0, 0, 1, Some(100)) }];
    let suppliers = [supplier(0, BelowMinValue::Flag)];
    let met = |second| {
        let first = OfferDemand { on_hand: 2, ..demand(0, 0, 6) };
        plan(&offers, &suppliers, &[first, demand(1, 0, second)], &[]).expect("small numbers")
    };
    assert_eq!(printed(&met(4)), ["0/0: 0×4=4", "1/0: 0×4=4"]);
    let below = met(3);
    assert!(below.orders.is_empty());
    for line in &below.lines {
        let got = (line.threshold_met, line.reserved_qty, line.cases_suggested, line.reason);
        assert_eq!(got, (false, 0, 0, Some(Reason::ThresholdNotMet)));
    }
}

#[test]
fn stock_counts_only_for_skus_that_keep_it() {
    let suppliers = [supplier(0, BelowMinValue::Flag)];
    for (keeps_stock, want) in [(true, (5, 3)), (false, (0, 0))] {
        let offers = [Offer { keeps_stock, ..offer(0, 0, 1, Some(100)) }];
        let demands = [OfferDemand { on_hand: 5, ..demand(0, 0, 3) }];
        let plan = plan(&offers, &suppliers, &demands, &[]).expect("small numbers");
        assert_eq!((plan.lines[0].on_hand, plan.lines[0].reserved_qty), want);
        assert_eq!(plan.orders.is_empty(), keeps_stock);
    }
}

#[test]
fn a_minimum_order_value_counts_at_cost_after_rounding() {
    let offers = [offer(0, 0, 6, Some(100)), offer(1, 0, 1, Some(100))];
    let demands = [demand(0, 0, 7), demand(0, 1, 3)];
    let with = |min, policy| plan(&offers, &[supplier(min, policy)], &demands, &[]).expect("small numbers");
    // 12 pieces after rounding and 3 more: ¥15.00.
    assert_eq!(printed(&with(1500, BelowMinValue::Cancel)), ["0/0: 0×2=12 1×3=3"]);
    let cancelled = with(1501, BelowMinValue::Cancel);
    assert!(cancelled.orders.is_empty());
    assert!(cancelled.lines.iter().all(|l| l.cases_suggested == 0 && l.reason == Some(Reason::BelowMinValue)));
    for policy in [BelowMinValue::Flag, BelowMinValue::Ignore] {
        assert_eq!(with(1501, policy).orders[0].value, OrderValue { known: Fen(1500), has_unknown: false });
    }
    assert_eq!(short_of_min_value(&supplier(1501, BelowMinValue::Flag), Fen(1500)), Fen(1));
    assert_eq!(short_of_min_value(&supplier(1501, BelowMinValue::Ignore), Fen(1500)), Fen(0));
    assert_eq!(short_of_min_value(&supplier(1500, BelowMinValue::Flag), Fen(1600)), Fen(0));
}

#[test]
fn an_order_with_an_unknown_price_is_never_cancelled_for_its_value() {
    let offers = [offer(0, 0, 6, Some(100)), offer(1, 0, 1, None)];
    let demands = [demand(0, 0, 7), demand(0, 1, 3)];
    let plan = plan(&offers, &[supplier(9_999, BelowMinValue::Cancel)], &demands, &[]).expect("small numbers");
    assert_eq!(printed(&plan), ["0/0: 0×2=12 1×3=3"]);
    assert!(plan.orders[0].value.has_unknown);
}

#[test]
fn the_buyers_edits_are_fixed_and_may_name_another_supplier() {
    let offers = [offer(0, 0, 6, Some(100)), offer(1, 0, 1, Some(100))];
    let suppliers = [supplier(1000, BelowMinValue::Cancel), supplier(0, BelowMinValue::Flag)];
    let demands = [demand(0, 0, 18), demand(0, 1, 3)];
    let with = |edits: &[PlanEdit]| plan(&offers, &suppliers, &demands, edits).expect("small numbers");
    let split = with(&[edit(0, 0, 2), edit(1, 0, 1)]);
    assert_eq!(printed(&split), ["0/0: 0×2=12* 1×3=3", "0/1: 0×1=6*"]);
    assert_eq!(split.lines[0].cases_suggested, 3);
    assert_eq!(split.lines[0].reason, Some(Reason::BuyerEdit));
    // ¥6 + ¥3 is below the supplier's ¥10: what is not edited is cancelled, the edit stays.
    assert_eq!(printed(&with(&[edit(0, 0, 1)])), ["0/0: 0×1=6*"]);
    // Nothing of it, and more than anyone ordered: both are the buyer's to decide.
    assert_eq!(printed(&with(&[edit(0, 0, 0), edit(1, 1, 50)])), ["0/0: 0×0=0*", "0/1: 1×50=50*"]);
}

#[test]
fn the_summary_figures_follow_the_plan() {
    let offers = [Offer { keeps_stock: true, ..offer(0, 0, 12, Some(250)) }];
    let demands = [OfferDemand { tolerance_qty: 2, on_hand: 1, ..demand(0, 0, 14) }];
    let plan = plan(&offers, &[supplier(0, BelowMinValue::Flag)], &demands, &[]).expect("small numbers");
    assert_eq!(printed(&plan), ["0/0: 0×2=24"]);
    // 1 from stock + 24 bought − 14 ordered − 2 of tolerance.
    assert_eq!(surplus_qty(&plan.lines[0], 24), 9);
    assert_eq!(surplus_qty(&plan.lines[0], 12), 0);
    assert_eq!(margin_bp(Fen(4200), Fen(3300)), Some(2143));
    assert_eq!(margin_bp(Fen(4200), Fen(6000)), Some(-4286));
    assert_eq!(margin_bp(Fen(0), Fen(100)), None);
}
