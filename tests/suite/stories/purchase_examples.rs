//! From demand to cases: the worked examples of the trade, read back from the procurement summary.

use super::tiny_day::{CYCLE, Offer, TinyDay};
use crate::sheets::printed::Row;

/// What one line orders, what it tolerates, under which terms, and the cases that must be bought.
struct Example {
    terms: &'static [(&'static str, &'static str)],
    line: (u32, u32),
    cases: i64,
    reason: &'static str,
}

const fn example(
    terms: &'static [(&'static str, &'static str)],
    line: (u32, u32),
    cases: i64,
    reason: &'static str,
) -> Example {
    Example { terms, line, cases, reason }
}

const FILL_4: &[(&str, &str)] = &[("rounding", "fill"), ("case_size", "4")];
const FILL_5_MOQ_10: &[(&str, &str)] = &[("rounding", "fill"), ("case_size", "5"), ("moq", "10")];
const FILL_5_MOQ_7: &[(&str, &str)] = &[("rounding", "fill"), ("case_size", "5"), ("moq", "7")];
const FILL_5_MOQ_7_CANCEL: &[(&str, &str)] =
    &[("rounding", "fill"), ("case_size", "5"), ("moq", "7"), ("below_moq", "cancel")];
const UP_6_BY_4: &[(&str, &str)] = &[("rounding", "up"), ("case_size", "6"), ("order_multiple", "4")];
const DOWN_4: &[(&str, &str)] = &[("rounding", "down"), ("case_size", "4")];
const NEAREST_4: &[(&str, &str)] = &[("rounding", "nearest"), ("case_size", "4")];
const THRESHOLD_5: &[(&str, &str)] = &[("threshold_qty", "5")];

const EXAMPLES: &[Example] = &[
    example(FILL_4, (2, 2), 1, "凑满整箱"),
    example(FILL_4, (4, 4), 1, ""),
    example(FILL_4, (5, 3), 2, "凑满整箱"),
    example(FILL_4, (5, 2), 1, "取整减量"),
    example(FILL_5_MOQ_10, (4, 0), 0, "不足整箱"),
    example(FILL_5_MOQ_10, (9, 1), 2, "凑满整箱"),
    example(FILL_5_MOQ_10, (12, 1), 2, "取整减量"),
    example(FILL_5_MOQ_10, (14, 1), 3, "凑满整箱"),
    example(FILL_5_MOQ_10, (5, 5), 2, "补足起订量"),
    example(FILL_5_MOQ_7, (4, 4), 2, "补足起订量"),
    example(FILL_5_MOQ_7_CANCEL, (4, 4), 0, "低于起订量"),
    example(UP_6_BY_4, (7, 0), 2, ""),
    example(DOWN_4, (7, 0), 1, "取整减量"),
    example(NEAREST_4, (6, 0), 2, ""),
    example(NEAREST_4, (5, 0), 1, "取整减量"),
    example(THRESHOLD_5, (4, 3), 0, "未成团"),
    example(THRESHOLD_5, (5, 0), 5, ""),
];

#[test]
fn the_worked_examples_of_case_rounding_hold() {
    let skus: Vec<String> = (1..=EXAMPLES.len()).map(|number| format!("E{number:02}")).collect();
    let lines: Vec<[(u32, u32, u32); 1]> = EXAMPLES.iter().map(|one| [(1, one.line.0, one.line.1)]).collect();
    let offer = |at: usize| Offer { sku: &skus[at], terms: EXAMPLES[at].terms, lines: &lines[at] };
    let offers: Vec<Offer<'_>> = (0..EXAMPLES.len()).map(offer).collect();
    let day = TinyDay::procured(&offers);
    let summary = day.print().rows("01_procurement_summary/W1.csv");
    let mut wrong = String::new();
    for (example, sku) in EXAMPLES.iter().zip(&skus) {
        let row = row_of(&summary, sku);
        let case_size = row.number("case_size");
        let want = (example.cases, example.cases * case_size, example.reason);
        let have = (row.number("cases_planned"), row.number("planned_qty"), row.text("reason"));
        if want != have || row.number("cases_suggested") != example.cases {
            wrong += &format!("{:?} {:?}: wanted {want:?}, found {have:?}\n", example.terms, example.line);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn whoever_orders_what_is_not_bought_gets_nothing_and_is_refunded() {
    let offers = [
        Offer { sku: "NOT-MET", terms: THRESHOLD_5, lines: &[(1, 3, 2), (2, 1, 0)] },
        Offer { sku: "TOO-FEW", terms: FILL_5_MOQ_7_CANCEL, lines: &[(1, 4, 4)] },
    ];
    let day = TinyDay::procured(&offers);
    day.run(&["receive", CYCLE, "--all-as-planned"]);
    day.run(&["allocate", CYCLE]);
    let printed = day.print();
    assert_eq!(day.given(&printed, "NOT-MET"), [0, 0]);
    assert_eq!(day.given(&printed, "TOO-FEW"), [0]);
    let notice = |sku: &str| printed.rows(&format!("04_shortage_notice/{sku}.csv"))[0].fen("refund_amount");
    // Whoever offers tolerance has paid for it too.
    assert_eq!((notice("NOT-MET"), notice("TOO-FEW")), (6 * 200, 8 * 200));
    assert_eq!(printed.rows("01_procurement_summary/W1.csv")[0].text("threshold_state"), "未成团");
}

#[test]
fn a_supplier_below_its_minimum_order_value_is_cancelled_flagged_or_ignored_as_agreed() {
    let offers = ["cancel", "flag", "ignore"].map(|sku| Offer { sku, terms: &[], lines: &[(1, 3, 0)] });
    let day = TinyDay::open(&offers);
    let head = "supplier_code,name,min_order_value,below_min_value\n";
    day.import("suppliers", &format!("{head}cancel,丙,10,cancel\nflag,丁,10,flag\nignore,戊,10,ignore\n"));
    let sold = offers.map(|offer| format!("{CYCLE},{0},2.00,{0},2\n", offer.sku)).concat();
    day.import("offers", &format!("cycle_code,sku_code,sale_price,supplier_code,case_size\n{sold}"));
    day.import("orders", &super::tiny_day::orders(&offers));
    day.run(&["cutoff", CYCLE]);
    day.run(&["procure", CYCLE]);
    let summary = day.print().rows("01_procurement_summary/W1.csv");
    let bought = |sku: &str| {
        let row = row_of(&summary, sku);
        (row.number("cases_planned"), row.fen("cost_amount"), row.fen("short_of_min_value"))
    };
    assert_eq!(bought("cancel").0, 0);
    assert_eq!(row_of(&summary, "cancel").text("reason"), "低于起送金额");
    assert_eq!(bought("flag"), (2, 400, 600));
    assert_eq!(bought("ignore").0, 2);
}

#[test]
fn the_buyer_may_take_cases_from_a_second_supplier() {
    let offers = [Offer { sku: "A", terms: &[("case_size", "4")], lines: &[(1, 5, 0), (2, 3, 0)] }];
    let day = TinyDay::open(&offers);
    day.import("suppliers", "supplier_code,name\nV1,甲供应商\nV2,乙供应商\n");
    day.import("orders", &super::tiny_day::orders(&offers));
    day.run(&["cutoff", CYCLE]);
    day.run(&["procure", CYCLE]);
    day.import("plan", "supplier_code,warehouse_code,sku_code,cases,reason\nV1,W1,A,1,只剩一箱\nV2,W1,A,1,补足\n");
    let printed = day.print();
    let orders = printed.rows_of("02_purchase_order");
    let bought: Vec<_> =
        orders.iter().map(|row| (row.text("po_no"), row.text("supplier"), row.number("planned_qty"))).collect();
    assert_eq!(bought, [("PO-T1-001", "甲供应商", 4), ("PO-T1-002", "乙供应商", 4)]);
    let receipts = "receipt_no,po_no,sku_code,arrived_qty,closes\nD1,PO-T1-001,A,4,1\nD1,PO-T1-002,A,2,1\n";
    let file = day.file("receipts", receipts);
    day.run(&["receive", CYCLE, &file]);
    day.run(&["allocate", CYCLE]);
    let printed = day.print();
    assert_eq!(day.given(&printed, "A"), [5, 1]);
    let summary = printed.rows("01_procurement_summary/W1.csv");
    let shown: Vec<_> =
        summary.iter().map(|row| (row.text("supplier_code"), row.number("ordered_qty"), row.text("reason"))).collect();
    // The demand stands once, with the offer's own supplier.
    assert_eq!(shown, [("V1", 8, "采购改单 · 只剩一箱"), ("V2", 0, "采购改单 · 补足")]);
}

#[test]
fn stock_is_used_before_anything_is_bought_and_what_is_left_returns() {
    let offers = [Offer { sku: "RICE", terms: &[("case_size", "4")], lines: &[(1, 3, 0), (2, 4, 0)] }];
    let day = TinyDay::open(&offers);
    let head = "sku_code,name,spec,supplier_code,case_size,keeps_stock\n";
    day.import("skus", &format!("{head}RICE,RICE,1份,V1,4,1\n"));
    day.import("stock", "warehouse_code,sku_code,qty\nW1,RICE,2\n");
    day.import("orders", &super::tiny_day::orders(&offers));
    for step in [&["cutoff", CYCLE][..], &["procure", CYCLE], &["receive", CYCLE, "--all-as-planned"]] {
        day.run(step);
    }
    day.run(&["allocate", CYCLE]);
    let printed = day.print();
    let row = &printed.rows("01_procurement_summary/W1.csv")[0];
    let figures = ["on_hand", "net_need", "cases_planned", "surplus_qty"].map(|key| row.number(key));
    assert_eq!(figures, [2, 5, 2, 3]);
    assert_eq!(day.given(&printed, "RICE"), [3, 4]);
    day.run(&["check"]);
}

fn row_of<'a>(rows: &'a [Row], sku: &str) -> &'a Row {
    rows.iter().find(|row| row.text("sku_code") == sku).unwrap_or_else(|| panic!("{sku} is not on the summary"))
}
