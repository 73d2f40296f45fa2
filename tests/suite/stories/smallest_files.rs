//! Files with nothing but their required columns make a whole day; what they leave open has one plain answer.

use super::tiny_day::{CYCLE, Offer, TinyDay};
use crate::app::{TestApp, arg, books::assert_same};
use crate::sheets::printed::Printed;

const FILES: &[(&str, &str)] = &[
    ("suppliers", "supplier_code,name\nV1,绿野\n"),
    ("skus", "sku_code,name,spec,supplier_code,case_size\nA,土豆,1kg,V1,6\nB,萝卜,500g,V1,1\n"),
    ("warehouses", "warehouse_code,name,kind\nW1,中心仓,central\n"),
    ("vehicles", "plate,warehouse_code,driver\n湘A00001,W1,石师傅\n"),
    (
        "leaders",
        "leader_code,name,phone,point_code,point_name,warehouse_code\n\
         L1,周一,13800000001,P1,一号点,W1\nL2,周二,13800000002,P2,二号点,W1\n",
    ),
    (
        "cycles",
        "cycle_code,name,opens_at,cutoff_at,pickup_date\nT1,小团,2026-11-22 08:00,2026-11-22 23:00,2026-11-23\n",
    ),
    ("offers", "cycle_code,sku_code,sale_price\nT1,A,3.50\nT1,B,2\n"),
    ("stock", "warehouse_code,sku_code,qty\nW1,B,4\n"),
];
const ORDERS: &str = "order_no,leader_code,sku_code,ordered_qty\nN1,L1,A,4\nN2,L1,A,3\nN2,L1,B,1\nN3,L2,B,2\n";

/// A day of the smallest files, frozen.
fn smallest_day() -> TestApp {
    let app = TestApp::new();
    let import = |kind: &str, text: &str| {
        let file = app.file(&format!("{kind}.csv"), text);
        app.tuan(&["import", kind, arg(&file)]).done();
    };
    FILES.iter().for_each(|(kind, text)| import(kind, text));
    app.tuan(&["cycle", "open", CYCLE]).done();
    import("orders", ORDERS);
    app.tuan(&["cutoff", CYCLE]).done();
    app
}

#[test]
fn the_required_columns_make_a_whole_day() {
    let app = smallest_day();
    app.tuan(&["procure", CYCLE]).done();
    let take = |kind: &str, text: &str, args: &[&str]| {
        let file = app.file(&format!("{kind}.csv"), text);
        app.tuan(&[args, &[arg(&file)]].concat()).done();
    };
    take("plan", "supplier_code,warehouse_code,sku_code,cases,reason\nV1,W1,A,1,少一箱\n", &["import", "plan"]);
    take("pins", "order_no,sku_code,qty,reason\nN1,A,3,商量过\n", &["import", "pins"]);
    take("pieces", "receipt_no,po_no,sku_code,arrived_qty\nD1,PO-T1-001,B,3\n", &["receive", CYCLE]);
    let cases = "receipt_no,po_no,sku_code,arrived_cases,loose_pieces\nD2,PO-T1-001,A,0,5\n";
    take("cases", cases, &["receive", CYCLE]);
    app.tuan(&["allocate", CYCLE]).done();
    app.tuan(&["dispatch", CYCLE]).done();
    let corrections = "order_no,action,sku_code,ordered_qty,reason\nN3,cancel,,,不要了\n";
    take("corrections", corrections, &["import", "corrections"]);
    app.tuan(&["allocate", CYCLE]).done();
    app.tuan(&["check"]).done();
    let printed = Printed::of(&app, CYCLE, &[]);
    let given: Vec<_> = printed
        .rows_of("09_pickup_list")
        .iter()
        .map(|row| (row.text("resident").to_owned(), row.text("sku_name").to_owned(), row.number("allocated_qty")))
        .collect();
    let row = |who: &str, what: &str, given| (who.to_owned(), what.to_owned(), given);
    // One piece of A is still expected; nobody gave a name, so everyone is called by the order. N3 is cancelled.
    let want = [row("N1", "土豆", 3), row("N2", "土豆", 3), row("N2", "萝卜", 1)];
    assert_eq!(given, want);
    let due: i64 = printed.rows_of("09_pickup_list").iter().map(|row| row.fen("due_amount")).sum();
    assert_eq!(due, 6 * 350 + 200, "at_pickup: what was given is to be collected");
}

#[test]
fn orders_that_name_nobody_are_residents_of_their_own() {
    let app = smallest_day();
    app.tuan(&["procure", CYCLE]).done();
    let summary = Printed::of(&app, CYCLE, &[]).rows("01_procurement_summary/W1.csv");
    let counts: Vec<_> = summary.iter().map(|row| (row.text("sku_code"), row.number("resident_count"))).collect();
    assert_eq!(counts, [("A", 2), ("B", 2)]);
}

#[test]
fn an_order_of_a_leader_with_two_points_must_name_one() {
    let day = TinyDay::open(&[Offer { sku: "A", terms: &[], lines: &[] }]);
    day.import(
        "leaders",
        "leader_code,name,phone,point_code,point_name,warehouse_code\n\
         L7,周七,13800000007,P7,七号点,W1\nL7,周七,13800000007,P8,八号点,W1\n",
    );
    let mut day = day;
    let before = day.app.books();
    let refused = day.try_import("orders", "order_no,leader_code,sku_code,ordered_qty\nN1,L1,A,1\nN2,L7,A,1\n");
    let said = refused.refused().stderr;
    for word in ["3", "point_code", "P7", "P8"] {
        assert!(said.contains(word), "{word} should stand in: {said}");
    }
    assert_same(&before, &day.app.books(), "a refused file");
    day.import("orders", "order_no,leader_code,sku_code,ordered_qty,point_code\nN1,L1,A,1,\nN2,L7,A,1,P8\n");
}

#[test]
fn a_grid_warehouse_below_a_central_never_buys() {
    let day = TinyDay::open(&[Offer { sku: "A", terms: &[("case_size", "4")], lines: &[] }]);
    day.import("warehouses", "warehouse_code,name,kind,parent_code\nW1,中心仓,central,\nG1,网格仓,grid,W1\n");
    let head = "leader_code,name,phone,point_code,point_name,warehouse_code\n";
    day.import("leaders", &format!("{head}L8,周八,13800000008,P8,八号点,G1\n"));
    day.import(
        "orders",
        "order_no,leader_code,sku_code,ordered_qty,paid_at\nN1,L1,A,3,2026-11-22 09:00\nN2,L8,A,4,2026-11-22 09:01\n",
    );
    day.run(&["cutoff", CYCLE]);
    day.run(&["procure", CYCLE]);
    let plan = "supplier_code,warehouse_code,sku_code,cases,reason\nV1,G1,A,1,网格仓要\n";
    let refused = day.try_import("plan", plan).refused().stderr;
    assert!(refused.contains("G1") && refused.contains("网格仓不采购"), "{refused}");
    day.run(&["receive", CYCLE, "--all-as-planned"]);
    day.run(&["allocate", CYCLE]);
    let printed = day.print();
    let bought: Vec<_> = printed.csv("01_procurement_summary").map(|(path, _)| path.to_owned()).collect();
    assert_eq!(bought, ["01_procurement_summary/W1.csv"]);
    let orders = printed.rows_of("02_purchase_order");
    assert_eq!(orders.len(), 1);
    assert_eq!((orders[0].text("deliver_to"), orders[0].number("planned_qty")), ("中心仓", 8));
    // Each warehouse picks and sorts for its own points.
    let picked = |warehouse: &str| printed.rows(&format!("05_pick_list/{warehouse}.csv"))[0].number("to_pick");
    assert_eq!((picked("W1"), picked("G1")), (3, 4));
    day.run(&["check"]);
}
