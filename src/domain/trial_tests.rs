//! A plan tried with other terms: 10 apples in cases of 6, 7 pears in cases of 4, from one supplier of two.

use super::*;
use crate::domain::book::{PurchaseOrder, PurchaseOrderLine};
use crate::domain::facts::{BelowMinValue, BelowMoq, PriceUnit, ShortageRule, Supplier, TempZone, Warehouse};
use crate::domain::money::Fen;
use crate::domain::plan_figures::plan_sums;
use crate::domain::weighing::WeightRule;

fn offer(offer_no: u32, case_size: u32) -> Offer {
    Offer {
        offer_no,
        sku_id: i64::from(offer_no),
        sku_code: format!("K{offer_no}"),
        name: "苹果".into(),
        spec: "1个".into(),
        unit: "个".into(),
        category: None,
        temp_zone: TempZone::Ambient,
        barcode: None,
        supplier_sku: None,
        supplier_ix: 0,
        sale_price: Fen(300),
        limit_per_resident: None,
        threshold_qty: 0,
        stock_cap: None,
        rounding: Rounding::Up,
        round_up_at_pct: 50,
        below_moq: BelowMoq::Raise,
        shortage_rule: ShortageRule::FirstPaid,
        price_unit: PriceUnit::Piece,
        unit_price: Some(Fen(200)),
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

fn supplier(code: &str, min_order_value: i64) -> Supplier {
    Supplier {
        id: 1,
        supplier_code: code.into(),
        name: code.into(),
        contact: None,
        phone: None,
        email: None,
        min_order_value: Fen(min_order_value),
        below_min_value: BelowMinValue::Cancel,
        due_at: None,
    }
}

/// The day with what the rules suggest as drafts.
fn book(min_order_value: i64) -> Book {
    let warehouse =
        Warehouse { id: 1, warehouse_code: "C1".into(), name: "C1".into(), is_grid: false, receiving_ix: 0 };
    let mut book = Book {
        warehouses: vec![warehouse],
        suppliers: vec![supplier("V1", min_order_value), supplier("V2", 0)],
        offers: vec![offer(0, 6), offer(1, 4)],
        ..Book::default()
    };
    let wanted = |offer_ix, ordered_qty| OfferDemand { offer_ix, ordered_qty, ..OfferDemand::default() };
    let Procurement { lines, orders } =
        plan(&book.offers, &book.suppliers, &[wanted(0, 10), wanted(1, 7)], &[]).expect("small figures");
    book.procurement = lines;
    for order in orders {
        let line = |(line, no): (&crate::domain::procurement::PlannedLine, u32)| PurchaseOrderLine {
            line_no: no,
            offer_ix: line.offer_ix,
            cases: line.cases,
            planned_qty: line.planned_qty,
            is_edited: false,
            reason: String::new(),
            arrived_qty: 0,
            rejected_qty: 0,
            is_closed: false,
            unit_price: None,
        };
        book.purchase_orders.push(PurchaseOrder {
            id: 1,
            po_no: "PO-1-001".into(),
            warehouse_ix: 0,
            supplier_ix: order.supplier_ix,
            state: PurchaseOrderState::Draft,
            lines: order.lines.iter().zip(1..).map(line).collect(),
        });
    }
    book
}

/// Supplier, offer, cases before and after, surplus after, short after.
type Row = (u32, u32, u64, u64, u64, u64);

#[track_caller]
fn check(book: &Book, trial: &Trial, want: &[Row]) {
    let tried = try_plan(book, trial).expect("small figures");
    let row = |line: &Difference| {
        let (real, trial) = (&line.real, &line.trial);
        (real.supplier_ix, real.offer_ix, real.cases, trial.cases, trial.surplus_qty, trial.short_qty)
    };
    assert_eq!(tried.differences().iter().map(row).collect::<Vec<_>>(), want);
}

fn terms(terms: OtherTerms) -> Trial {
    Trial { terms: vec![terms], cases: Vec::new() }
}

fn cases(supplier_ix: u32, cases: u64) -> Trial {
    let edit = PlanEdit { warehouse_ix: 0, supplier_ix, offer_ix: 0, cases, reason: String::new() };
    Trial { terms: Vec::new(), cases: vec![edit] }
}

#[test]
fn a_trial_of_nothing_changes_nothing() {
    check(&book(0), &Trial::default(), &[]);
    let real = plan_sums(&try_plan(&book(0), &Trial::default()).expect("small figures").real);
    assert_eq!((real.cases, real.planned_qty, real.surplus_qty, real.cost), (4, 20, 3, Fen(4_000)));
}

#[test]
fn other_terms_are_decided_by_the_rules_of_the_plan() {
    let other =
        |rounding, case_size, supplier_ix| OtherTerms { rounding, case_size, supplier_ix, ..Default::default() };
    check(&book(0), &terms(other(Some(Rounding::Down), None, None)), &[(0, 0, 2, 1, 0, 4)]);
    check(&book(0), &terms(other(None, Some(5), None)), &[(0, 0, 2, 2, 0, 0)]);
    check(&book(0), &terms(other(None, None, Some(1))), &[(0, 0, 2, 0, 0, 0), (1, 0, 0, 2, 2, 0)]);
    let dropped = OtherTerms { is_dropped: true, ..OtherTerms::default() };
    check(&book(0), &terms(dropped), &[(0, 0, 2, 0, 0, 10)]);
}

#[test]
fn tried_cases_change_their_line_alone() {
    check(&book(0), &cases(0, 1), &[(0, 0, 2, 1, 0, 4)]);
    check(&book(0), &cases(1, 1), &[(0, 0, 2, 2, 8, 0), (1, 0, 0, 1, 0, 0)]);
    // V1 falls below its minimum, but an edit runs no rule.
    check(&book(4_000), &cases(0, 0), &[(0, 0, 2, 0, 0, 10)]);
}

#[test]
fn a_supplier_that_falls_below_its_minimum_loses_its_other_lines_while_nothing_was_sent() {
    let moved = terms(OtherTerms { supplier_ix: Some(1), ..OtherTerms::default() });
    let mut day = book(4_000);
    check(&day, &moved, &[(0, 0, 2, 0, 0, 0), (0, 1, 2, 0, 0, 7), (1, 0, 0, 2, 2, 0)]);
    day.purchase_orders[0].state = PurchaseOrderState::Sent;
    check(&day, &moved, &[(0, 0, 2, 0, 0, 0), (1, 0, 0, 2, 2, 0)]);
}

#[test]
fn what_a_second_supplier_brings_stands_beside_other_terms_of_the_first() {
    let mut day = book(0);
    let second =
        PurchaseOrderLine { is_edited: true, cases: 1, planned_qty: 6, ..day.purchase_orders[0].lines[0].clone() };
    let order = PurchaseOrder { id: 2, supplier_ix: 1, lines: vec![second], ..day.purchase_orders[0].clone() };
    day.purchase_orders.push(order);
    let tried = |rounding, supplier_ix| OtherTerms { rounding, supplier_ix, ..OtherTerms::default() };
    // 2 cases by the rules become 1, and the one from V2 stays.
    check(&day, &terms(tried(Some(Rounding::Down), None)), &[(0, 0, 2, 1, 2, 0)]);
    // All of it from V2 is by the rules alone.
    check(&day, &terms(tried(None, Some(1))), &[(0, 0, 2, 0, 0, 0), (1, 0, 1, 2, 2, 0)]);
    let dropped = OtherTerms { is_dropped: true, ..OtherTerms::default() };
    check(&day, &terms(dropped), &[(0, 0, 2, 0, 0, 10), (1, 0, 1, 0, 0, 0)]);
}

#[test]
fn the_margin_counts_what_all_suppliers_bring() {
    let mut day = book(0);
    let alone = try_plan(&day, &Trial::default()).expect("small figures").real[0].lines[0];
    // Sold 10 at 3.00, bought 12 at 2.00.
    assert_eq!(alone.margin_bp, Some(2_000));
    let mut second = day.purchase_orders[0].clone();
    (second.id, second.supplier_ix) = (2, 1);
    second.lines.truncate(1);
    (second.lines[0].cases, second.lines[0].planned_qty) = (1, 6);
    (day.purchase_orders[0].lines[0].cases, day.purchase_orders[0].lines[0].planned_qty) = (1, 6);
    day.purchase_orders.push(second);
    let split = try_plan(&day, &Trial::default()).expect("small figures").real;
    assert_eq!((split[0].lines[0].margin_bp, split[1].lines[0].margin_bp), (Some(2_000), None));
    (day.purchase_orders[0].lines[0].cases, day.purchase_orders[0].lines[0].planned_qty) = (0, 0);
    day.purchase_orders.truncate(1);
    let none = try_plan(&day, &Trial::default()).expect("small figures").real;
    assert_eq!(none[0].lines[0].margin_bp, None, "nothing is bought");
}
