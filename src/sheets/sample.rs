//! A small cycle, made by hand, that the tests of this layer print.

use chrono::NaiveDate;

use crate::domain::book::{Book, OfferAllocation, ProcurementLine, PurchaseOrder, PurchaseOrderLine, Trip};
use crate::domain::documents::{Change, DocumentKind, Issue, trip_no};
use crate::domain::facts::*;
use crate::domain::money::Fen;
use crate::domain::people::Person;
use crate::domain::reason::Reason;
use crate::domain::states::{CycleState, PurchaseOrderState};
use crate::domain::time::Zone;
use crate::domain::weighing::WeightRule;

/// One warehouse, three points on two routes, four SKUs of two suppliers; 鸡蛋 fell short by 2.
pub fn book() -> Book {
    let mut book = Book { zone: Zone::default(), version: 3, ..Book::default() };
    let at = |text: &str| book.zone.parse(text).expect("a valid time");
    book.cycle = Cycle {
        cycle_code: "261122".into(),
        name: "周日团".into(),
        state: CycleState::Dispatched,
        version: 3,
        opens_at: at("2026-11-22 08:00"),
        cutoff_at: at("2026-11-22 23:00"),
        pickup_date: NaiveDate::from_ymd_opt(2026, 11, 23).expect("a valid date"),
        ..Cycle::default()
    };
    book.committed_at = vec![at("2026-11-22 23:00"), at("2026-11-22 23:05"), at("2026-11-23 01:12")];
    book.warehouses =
        vec![Warehouse {
            id: 1, warehouse_code: "W01".into(), name: "城北仓".into(), is_grid: false, receiving_ix: 0
        }];
    book.suppliers = vec![supplier("S01", "绿源农场", 50_000), supplier("S02", "老张, 蛋品", 0)];
    book.offers = vec![
        offer("0203", "上海青", 0, TempZone::Chilled, 12, 350),
        offer("A1", "土鸡蛋 30枚", 1, TempZone::Ambient, 6, 2990),
        offer("A2", "五花肉", 0, TempZone::Chilled, 10, 1880),
        offer("A3", "汤圆", 1, TempZone::Frozen, 8, 990),
    ];
    book.offers[0].threshold_qty = 5;
    book.offers[2].is_variable_weight = true;
    book.points =
        vec![point("P1", "幸福里3号", "R1", 1, 1), point("P2", "东门", "R1", 2, 2), point("P3", "西门", "R2", 1, 3)];
    add_orders(&mut book);
    add_procurement(&mut book);
    add_supply(&mut book);
    issue(&mut book);
    book
}

fn supplier(code: &str, name: &str, min: i64) -> Supplier {
    Supplier {
        id: 1,
        supplier_code: code.into(),
        name: name.into(),
        contact: Some("张三".into()),
        phone: Some("13700002222".into()),
        email: None,
        min_order_value: Fen(min),
        below_min_value: BelowMinValue::Flag,
        due_at: Some("04:00".into()),
    }
}

fn offer(code: &str, name: &str, supplier_ix: u32, temp_zone: TempZone, case_size: u32, price: i64) -> Offer {
    Offer {
        offer_no: 0,
        sku_id: 1,
        sku_code: code.into(),
        name: name.into(),
        spec: "500g".into(),
        unit: "份".into(),
        category: None,
        temp_zone,
        barcode: Some("6901234567890".into()),
        supplier_sku: None,
        supplier_ix,
        sale_price: Fen(price),
        limit_per_resident: None,
        threshold_qty: 0,
        stock_cap: None,
        rounding: Rounding::Up,
        round_up_at_pct: 50,
        below_moq: BelowMoq::Raise,
        shortage_rule: ShortageRule::FirstPaid,
        price_unit: PriceUnit::Case,
        unit_price: Some(Fen(price * i64::from(case_size) * 7 / 10)),
        case_size,
        moq: 0,
        order_multiple: 1,
        nominal_weight_g: Some(500),
        is_variable_weight: false,
        weight: WeightRule::default(),
        sub_units: None,
        volume_ml: Some(800),
        zone: Some(format!("{}-01", if temp_zone == TempZone::Ambient { "B" } else { "A" })),
        keeps_stock: false,
    }
}

fn point(code: &str, name: &str, route: &str, stop_seq: u32, slot_no: u32) -> Point {
    Point {
        id: 1,
        point_code: code.into(),
        name: name.into(),
        warehouse_ix: 0,
        leader_id: if code == "P3" { 2 } else { 1 },
        leader_code: "L1".into(),
        leader_name: "刘团长".into(),
        leader_phone: "13600003333".into(),
        compound: Some("幸福里".into()),
        address: Some("幸福路 8 号\n物业旁".into()),
        window_start: Some("10:00".into()),
        window_end: Some("21:00".into()),
        report_by: Some("12:00".into()),
        route_code: route.into(),
        stop_seq,
        slot_no,
        filed_route: route.into(),
        filed_stop: stop_seq,
    }
}

/// (point, resident, paid, chain_no, name, nickname, phone, building, unit, room, remark, lines as (offer, ordered,
/// tolerance, allocated)).
type OrderRow = (
    u32,
    u32,
    bool,
    u32,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [(u32, u32, u32, u32)],
);

const ORDERS: [OrderRow; 6] = [
    (
        0,
        0,
        true,
        18,
        "王小芳",
        "小芳妈",
        "13812348127",
        "3",
        "2",
        "1502",
        "=放门口,\n谢谢",
        &[(1, 2, 0, 2), (0, 1, 2, 3)],
    ),
    (0, 1, false, 2, "李明", "李明", "", "3", "2", "203", "", &[(2, 1, 0, 1)]),
    (0, 1, false, 3, "李明", "", "", "3", "2", "203", "", &[(1, 1, 0, 1)]),
    (1, 2, true, 0, "", "𠮷祥", "13512340511", "5", "1", "0203", "", &[(1, 3, 0, 2), (3, 5, 0, 5)]),
    (2, 3, true, 0, "", "", "", "", "", "", "", &[(1, 2, 0, 1), (0, 4, 0, 4)]),
    (2, 4, true, 7, "赵雪梅", "", "13812340001", "", "", "", "", &[(3, 0, 0, 0)]),
];

fn add_orders(book: &mut Book) {
    let (orders, lines) = (&mut book.orders, &mut book.lines);
    orders.first_line.push(0);
    for (at, row) in ORDERS.iter().enumerate() {
        let (point, resident, is_paid, chain_no, name, nickname, phone, building, unit_no, room, remark, items) = *row;
        orders.id.push(at as i64);
        orders.point_ix.push(point);
        orders.resident.push(resident);
        orders.paid_at.push(book.cycle.opens_at);
        orders.is_paid.push(is_paid);
        orders.chain_no.push(chain_no);
        orders.order_no.push(&format!("KD{at:03}"));
        let person = Person { building, unit_no, room, name, nickname, phone, remark, is_erased: false };
        orders.people.push(&person);
        for (&(offer, ordered, tolerance, allocated), line_no) in items.iter().zip(1..) {
            lines.order_ix.push(at as u32);
            lines.offer_ix.push(offer);
            lines.line_no.push(line_no);
            lines.ordered.push(ordered);
            lines.tolerance.push(tolerance);
            lines.allocated.push(allocated);
        }
        orders.first_line.push(lines.offer_ix.len() as u32);
    }
    // The last order's line was paid for and then cancelled.
    lines.charged.insert(lines.offer_ix.len() as u32 - 1, 2);
}

fn add_procurement(book: &mut Book) {
    for (offer_ix, ordered_qty, cases, reason) in
        [(0, 5, 1, None), (1, 8, 1, Some(Reason::BuyerEdit)), (2, 1, 1, None), (3, 5, 1, None)]
    {
        book.procurement.push(ProcurementLine {
            offer_ix,
            warehouse_ix: 0,
            ordered_qty,
            tolerance_qty: 0,
            on_hand: 0,
            reserved_qty: 0,
            net_need: ordered_qty,
            threshold_met: true,
            cases_suggested: cases.max(ordered_qty.div_ceil(u64::from(book.offers[offer_ix as usize].case_size))),
            reason,
        });
    }
    for (supplier_ix, po_no, offers) in [(0, "PO-261122-001", [0, 2]), (1, "PO-261122-002", [1, 3])] {
        let lines = offers.into_iter().zip(1..).map(|(offer_ix, line_no)| PurchaseOrderLine {
            line_no,
            offer_ix,
            cases: 1,
            planned_qty: u64::from(book.offers[offer_ix as usize].case_size),
            is_edited: offer_ix == 1,
            reason: if offer_ix == 1 { "只有一箱".into() } else { String::new() },
            arrived_qty: 0,
            rejected_qty: 0,
            is_closed: true,
            unit_price: book.offers[offer_ix as usize].unit_price,
        });
        let lines = lines.collect();
        book.purchase_orders.push(PurchaseOrder {
            id: 1,
            po_no: po_no.into(),
            warehouse_ix: 0,
            supplier_ix,
            state: PurchaseOrderState::Draft,
            lines,
        });
    }
}

/// What was shared out, and how it goes out.
fn add_supply(book: &mut Book) {
    let eggs = OfferAllocation {
        ordered_qty: 8,
        tolerance_qty: 0,
        supply_qty: 6,
        allocated_qty: 6,
        leftover_qty: 0,
        rule: "first_paid".into(),
        version: 3,
    };
    for (offer, supply_qty) in [(0, 12), (1, 6), (2, 10), (3, 8)] {
        book.allocations.insert((offer, 0), OfferAllocation { supply_qty, ..eggs.clone() });
    }
    let vehicle = Vehicle {
        plate: "湘A12345".into(),
        driver: "赵师傅".into(),
        phone: Some("13900001111".into()),
        capacity_g: Some(1_000_000),
        capacity_ml: Some(10_000),
        capacity_totes: None,
    };
    book.trips = [("R1", Some(vehicle)), ("R2", None)]
        .into_iter()
        .zip(1..)
        .map(|((route, vehicle), n)| Trip {
            trip_no: trip_no("261122", n),
            warehouse_ix: 0,
            route_code: route.into(),
            vehicle,
        })
        .collect();
}

/// Registers every sheet there can be of the book, at version 3.
fn issue(book: &mut Book) {
    let trips: Vec<&str> = book.trips.iter().map(|trip| trip.trip_no.as_str()).collect();
    for &kind in DocumentKind::ALL {
        use DocumentKind::*;
        let keys: &[&str] = match kind {
            ProcurementSummary | PickList | SowingSort => &["W01"],
            PurchaseOrder | ReceivingSheet => &["PO-261122-001", "PO-261122-002"],
            ShortageNotice => &["A1"],
            ShortageNoticePoint => &["P2", "P3"],
            PickListPoint | HandoverSlip | PickupList | Label => &["P1", "P2", "P3"],
            PickListRoute | DispatchSheet => &trips,
            DifferenceSheet => &["PK-261122-002-v3"],
        };
        for (key, ordinal) in keys.iter().zip(1..) {
            let doc_no = if kind == DifferenceSheet { (*key).to_string() } else { kind.doc_no("261122", ordinal) };
            let issue = Issue { doc_no, version: 3, total_qty: 0 };
            book.documents.insert((kind, (*key).to_string()), issue);
        }
    }
    let change = |field: &str, reason| Change {
        point_ix: Some(1),
        offer_ix: Some(1),
        order_ix: Some(3),
        field: field.into(),
        before: 3,
        after: 2,
        reason,
    };
    let rows = vec![change("allocated_qty", Reason::ShortDelivery), change("ordered_qty", Reason::Corrected)];
    book.changes.insert("PK-261122-002-v3".into(), rows);
}
