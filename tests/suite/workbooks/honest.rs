//! Workbooks as people make them.

use std::fs;

use rust_xlsxwriter::{Format, Formula, Workbook};

use super::{fill, typed};
use crate::app::{TestApp, arg, books, fixture};

const CYCLE_FILES: &[&str] = &["suppliers", "skus", "warehouses", "vehicles", "leaders", "cycles", "offers", "stock"];

fn pilot_file(kind: &str) -> String {
    fs::read_to_string(fixture(&format!("pilot_day/{kind}.csv"))).expect("the fixture is UTF-8")
}

/// A fresh day with master data from the fixture, its cycle open.
fn opened() -> TestApp {
    let mut app = TestApp::new();
    for kind in CYCLE_FILES {
        app.tuan(&["import", kind, arg(&fixture(&format!("pilot_day/{kind}.csv")))]).done();
    }
    app.tuan(&["cycle", "open", "261122"]).done();
    app.now = "2026-11-22 23:00".to_owned();
    app
}

#[test]
fn a_whole_day_of_workbooks_makes_the_same_books() {
    let mut want = opened();
    let mut app = TestApp::new();
    let import = |app: &TestApp, kind: &str| {
        let file = app.file(&format!("{kind}.xlsx"), typed(&pilot_file(kind)));
        let mut args = vec!["import", kind, arg(&file)];
        if matches!(kind, "orders" | "receipts") {
            args.extend(["--cycle", "261122"]);
        }
        app.tuan(&args).done();
    };
    for kind in CYCLE_FILES {
        import(&app, kind);
    }
    app.tuan(&["cycle", "open", "261122"]).done();
    app.now = "2026-11-22 23:00".to_owned();
    import(&app, "orders");
    want.tuan(&["import", "orders", arg(&fixture("pilot_day/orders.csv")), "--cycle", "261122"]).done();
    for app in [&app, &want] {
        app.tuan(&["cutoff", "261122"]).done();
        app.tuan(&["procure", "261122"]).done();
    }
    import(&app, "receipts");
    want.tuan(&["import", "receipts", arg(&fixture("pilot_day/receipts.csv")), "--cycle", "261122"]).done();
    let have = app.books().replace("orders.xlsx", "orders.csv");
    books::assert_same(&want.books(), &have, "a day of workbooks");
    assert_eq!(app.audit(), "");
}

/// Imports orders and gives each fault as row, column, code.
fn faults(app: &TestApp, bytes: Vec<u8>) -> Vec<String> {
    let file = app.file("orders.xlsx", bytes);
    let ran = app.tuan(&["import", "orders", arg(&file), "--cycle", "261122", "--json"]);
    let told = |fault: &serde_json::Value| {
        let text = |key: &str| fault[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", fault["row"], text("column"), text("code"))
    };
    if ran.code == 0 { Vec::new() } else { ran.objects().iter().map(told).collect() }
}

const HEAD: &str = "order_no,leader_code,sku_code,ordered_qty,room,paid_at,remark\n";

#[test]
fn faults_are_named_by_the_rows_that_the_person_sees() {
    let app = opened();
    let csv = format!("{HEAD}X-1,L01,K001,0,301,2026-11-22 20:00,\nX-2,L01,K001,两,301,2026-11-22 20:00,好\n");
    assert_eq!(faults(&app, typed(&csv)), ["2 ordered_qty too_small", "3 ordered_qty not_a_number"]);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, HEAD, 2);
    fill(sheet, "X-1,L01,K001,0,301,,\n", 5);
    fill(sheet, "X-2,L01,K001,2.5,301,,\nX-3,L01,K999,1,301,,,,stray\n", 9);
    let want = ["6 ordered_qty too_small", "10 ordered_qty not_whole", "11 - cell_count"];
    assert_eq!(faults(&app, workbook.save_to_buffer().expect("memory takes all")), want);
}

#[test]
fn what_a_spreadsheet_destroyed_is_refused_and_what_it_only_shows_otherwise_is_read() {
    let app = opened();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, HEAD, 0);
    // A code that was typed as a number of nineteen digits: the last four are gone.
    sheet.write_number(1, 0, 2.024_112_212_345_678e18).expect("it fits");
    fill(sheet, "X-9,L01,K001,1,,,", 2);
    sheet.write_formula(2, 4, Formula::new("=1/0").set_result("#DIV/0!")).expect("it fits");
    for (column, text) in [(1, "L01"), (2, "K001")] {
        sheet.write_string(1, column, text).expect("it fits");
    }
    sheet.write_number(1, 3, 1).expect("it fits");
    let found = faults(&app, workbook.save_to_buffer().expect("memory takes all"));
    assert_eq!(found, ["2 order_no scientific_notation", "3 room spreadsheet_error"]);
}

#[test]
fn formats_formulas_hidden_and_empty_sheets_are_read_as_they_look() {
    let mut want = opened();
    let plain = "X-1,L01,K001,3,0203,2026-11-22 20:15:07,\"=1+1\n再放门口\"\nX-2,L01,K002,1,1502,,\n";
    let file = want.file("orders.xlsx.csv", format!("{HEAD}{plain}"));
    want.tuan(&["import", "orders", arg(&file), "--cycle", "261122"]).done();
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet().set_hidden(true), "what,ever\n1,2\n", 0);
    workbook.add_worksheet();
    // The sheet that is shown first cannot be hidden.
    let sheet = workbook.add_worksheet().set_active(true);
    fill(sheet, HEAD, 0);
    fill(sheet, "X-1,L01,K001,,,2026-11-22 20:15:07,\"=1+1\n再放门口\"\n", 1);
    sheet.write_formula(1, 3, Formula::new("=1+2").set_result("3")).expect("it fits");
    let padded = Format::new().set_num_format("0000");
    sheet.write_number_with_format(1, 4, 203, &padded).expect("it fits");
    // A formatted but empty cell far out, and blank rows between.
    sheet.write_blank(1, 4000, &padded).expect("it fits");
    fill(sheet, "X-2,L01,K002,1,1502,,\n", 6);
    fill(workbook.add_worksheet(), "a second,sheet\n1,2\n", 0);
    let mut app = opened();
    let file = app.file("orders.xlsx", workbook.save_to_buffer().expect("memory takes all"));
    let ran = app.tuan(&["import", "orders", arg(&file), "--cycle", "261122"]).done();
    assert!(ran.stdout.contains("2 单"), "{}", ran.stdout);
    let have = app.books().replace("orders.xlsx", "orders.xlsx.csv");
    books::assert_same(&want.books(), &have, "odd sheets");
}

#[test]
fn a_printed_workbook_can_be_read_back() {
    let app = TestApp::pilot_day("procured");
    app.tuan(&["sheets", "261122", "--out", "out", "--format", "xlsx", "--kind", "receiving_sheet"]).done();
    let file = app.folder().join("out/03_receiving_sheet/PO-261122-005.xlsx");
    let ran = app.tuan(&["import", "receipts", arg(&file), "--cycle", "261122", "--json"]);
    let csv = app.tuan(&["sheets", "261122", "--out", "csv", "--kind", "receiving_sheet"]).done();
    assert_eq!(csv.code, 0);
    let file = app.folder().join("csv/03_receiving_sheet/PO-261122-005.csv");
    let want = app.tuan(&["import", "receipts", arg(&file), "--cycle", "261122", "--json"]);
    assert_eq!((ran.code, ran.stdout.replace(".xlsx", ".csv")), (want.code, want.stdout.replace("csv/", "out/")));
}
