//! A small book made by hand and carried through the day by the real rules.

use crate::domain::allocation::{Claim, allocate, nothing, shortfall_reason};
use crate::domain::book::*;
use crate::domain::demand::demands;
use crate::domain::documents::DocumentKind;
use crate::domain::explain::{Explanation, group::Group};
use crate::domain::facts::*;
use crate::domain::money::Fen;
use crate::domain::procurement::{PlanEdit, plan};
use crate::domain::states::{CycleState, PurchaseOrderState};
use crate::domain::time::{Moment, Zone};
use crate::domain::weighing::WeightRule;

/// A line: (point, ordered, tolerance, pin), in queue order.
pub type Row = (u32, u32, u32, Option<u32>);

/// DOMAIN 3.4's lines: 3 + 2, 1 + 3, 1 + 0.
pub const WORKED: [Row; 3] = [(0, 3, 2, None), (1, 1, 3, None), (0, 1, 0, None)];

/// A frozen cycle with one offer (k = 3, `fill`, ¥2.00) unless `tweak` says otherwise. Points 0 and 1 are served by
/// W1 (0 by a grid below it), point 2 by W2.
pub fn frozen(rows: &[Row], tweak: impl FnOnce(&mut Offer)) -> Book {
    let zone = Zone::default();
    let at = |minute: usize| zone.parse(&format!("2026-11-22 10:{minute:02}")).expect("a valid time");
    let mut book = Book { zone, version: 1, committed_at: vec![at(59)], ..Book::default() };
    book.cycle.cycle_code = "261122".into();
    book.cycle.state = CycleState::Frozen;
    let warehouse = |code: &str, is_grid, receiving_ix| Warehouse {
        id: 1,
        warehouse_code: code.into(),
        name: "仓".into(),
        is_grid,
        receiving_ix,
    };
    book.warehouses = vec![warehouse("G1", true, 1), warehouse("W1", false, 1), warehouse("W2", false, 2)];
    book.suppliers = vec![supplier()];
    book.offers = vec![offer()];
    tweak(&mut book.offers[0]);
    book.points = vec![point("P1", 0), point("P2", 1), point("P3", 2)];
    for (i, &(point_ix, ordered, tolerance, pin)) in rows.iter().enumerate() {
        let orders = &mut book.orders;
        orders.id.push(i as i64);
        orders.point_ix.push(point_ix);
        orders.resident.push(i as u32);
        orders.paid_at.push(at(i));
        orders.is_paid.push(true);
        orders.order_no.push(&format!("A{}", i + 1));
        orders.first_line.push(i as u32);
        let lines = &mut book.lines;
        lines.order_ix.push(i as u32);
        lines.offer_ix.push(0);
        lines.line_no.push(1);
        lines.ordered.push(ordered);
        lines.tolerance.push(tolerance);
        lines.allocated.push(ordered);
        lines.pins.extend(pin.map(|pin| (i as u32, pin)));
    }
    book.orders.first_line.push(rows.len() as u32);
    book
}

/// Procures with so much free stock everywhere and the buyer's cases at W1, if any.
pub fn procure(book: &mut Book, stock: u64, edit: Option<u64>) {
    let edits: Vec<PlanEdit> = edit
        .map(|cases| PlanEdit { warehouse_ix: 1, supplier_ix: 0, offer_ix: 0, cases, reason: "产地缺货".into() })
        .into_iter()
        .collect();
    let decided = plan(&book.offers, &book.suppliers, &demands(book, |_, _| stock), &edits).expect("small figures");
    book.procurement = decided.lines;
    book.purchase_orders.clear();
    for (order, ordinal) in decided.orders.into_iter().zip(1..) {
        let line = |line: crate::domain::procurement::PlannedLine| PurchaseOrderLine {
            line_no: 1,
            offer_ix: line.offer_ix,
            cases: line.cases,
            planned_qty: line.planned_qty,
            is_edited: line.is_edited,
            reason: line.reason,
            arrived_qty: 0,
            rejected_qty: 0,
            is_closed: false,
            unit_price: book.offers[line.offer_ix as usize].unit_price,
        };
        book.purchase_orders.push(PurchaseOrder {
            id: ordinal,
            po_no: DocumentKind::PurchaseOrder.doc_no("261122", ordinal as usize),
            warehouse_ix: order.warehouse_ix,
            supplier_ix: order.supplier_ix,
            state: PurchaseOrderState::Draft,
            lines: order.lines.into_iter().map(line).collect(),
        });
    }
    book.cycle.state = CycleState::Procured;
}

/// Counts what came on every purchase order.
pub fn receive(book: &mut Book, arrived_qty: u64, rejected_qty: u64, is_closed: bool) {
    for line in book.purchase_orders.iter_mut().flat_map(|po| &mut po.lines) {
        (line.arrived_qty, line.rejected_qty, line.is_closed) = (arrived_qty, rejected_qty, is_closed);
    }
    book.cycle.state = CycleState::Receiving;
}

/// Shares out what there is at each warehouse.
pub fn share_out(book: &mut Book, rule: ShortageRule) {
    for decided in book.procurement.clone() {
        let group = Group::of(book, decided.offer_ix, decided.warehouse_ix);
        let (planned, came) =
            group.purchases().fold((0, 0), |(p, c), (_, l)| (p + l.planned_qty, c + l.arrived_qty + l.expected_qty()));
        let supply = decided.reserved_qty + came;
        let claims: Vec<Claim> = group.claims.clone();
        let short = shortfall_reason(&decided, group.offer.case_size, planned, supply);
        let shared = if decided.threshold_met {
            allocate(&claims, supply, rule, short)
        } else {
            nothing(&claims, supply, short)
        };
        let allocation = OfferAllocation {
            ordered_qty: group.ordered_qty(),
            tolerance_qty: group.tolerance_qty(),
            supply_qty: supply,
            allocated_qty: supply - shared.leftover,
            leftover_qty: shared.leftover,
            rule: rule.code().into(),
            version: 3,
        };
        for given in &shared.given {
            book.lines.allocated[given.line as usize] = given.allocated;
            book.lines.reasons.extend(given.reason.map(|reason| (given.line, reason)));
        }
        book.allocations.insert((decided.offer_ix, decided.warehouse_ix), allocation);
    }
    book.cycle.state = CycleState::Allocated;
}

/// The words of the steps with this code, in Chinese.
pub fn zh(explanation: &Explanation, code: &str) -> String {
    let steps = explanation.steps.iter().filter(|step| step.code == code);
    steps.map(|step| step.words.zh.as_str()).collect::<Vec<_>>().join("\n")
}

/// Every step as `code: words`, in one language, for comparison at a glance.
pub fn told(explanation: &Explanation, in_english: bool) -> String {
    let words = |words: &crate::domain::explain::Words| if in_english { words.en.clone() } else { words.zh.clone() };
    explanation.steps.iter().map(|step| format!("{}: {}\n", step.code, words(&step.words))).collect()
}

/// A figure of the first step with this code.
pub fn figure(explanation: &Explanation, code: &str, key: &str) -> Option<i64> {
    let step = explanation.steps.iter().find(|step| step.code == code)?;
    step.figures.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
}

fn supplier() -> Supplier {
    Supplier {
        id: 1,
        supplier_code: "S1".into(),
        name: "张三农场".into(),
        contact: None,
        phone: None,
        email: None,
        min_order_value: Fen::ZERO,
        below_min_value: BelowMinValue::Flag,
        due_at: None,
    }
}

fn offer() -> Offer {
    Offer {
        offer_no: 0,
        sku_id: 1,
        sku_code: "0203".into(),
        name: "上海青".into(),
        spec: "500g".into(),
        unit: "袋".into(),
        category: None,
        temp_zone: TempZone::Chilled,
        barcode: None,
        supplier_sku: None,
        supplier_ix: 0,
        sale_price: Fen(200),
        limit_per_resident: None,
        threshold_qty: 0,
        stock_cap: None,
        rounding: Rounding::Fill,
        round_up_at_pct: 50,
        below_moq: BelowMoq::Raise,
        shortage_rule: ShortageRule::FirstPaid,
        price_unit: PriceUnit::Piece,
        unit_price: Some(Fen(150)),
        case_size: 3,
        moq: 0,
        order_multiple: 1,
        nominal_weight_g: None,
        is_variable_weight: false,
        weight: WeightRule::default(),
        sub_units: None,
        volume_ml: None,
        zone: None,
        keeps_stock: true,
    }
}

fn point(code: &str, warehouse_ix: u32) -> Point {
    Point {
        id: 1,
        point_code: code.into(),
        name: "门口".into(),
        warehouse_ix,
        leader_id: 1,
        leader_code: "L1".into(),
        leader_name: "刘团长".into(),
        leader_phone: "13600003333".into(),
        compound: None,
        address: None,
        window_start: None,
        window_end: None,
        report_by: None,
        route_code: "R1".into(),
        stop_seq: 1,
        slot_no: 1,
        filed_route: "R1".into(),
        filed_stop: 1,
    }
}

/// A moment of the sample's day, for corrections.
pub fn at(text: &str) -> Moment {
    Zone::default().parse(text).expect("a valid time")
}
