//! What comes twice counts once; what is left out comes in when it is mended.

use std::fs;

use serde_json::Value;

use crate::app::{TestApp, books, fixture};

use super::{base, import};

const MASTER: &[&str] = &["suppliers", "skus", "warehouses", "vehicles", "leaders", "cycles", "offers", "stock"];

/// The pilot day with its cycle open, before any order.
pub fn without_orders() -> TestApp {
    let mut app = TestApp::new();
    for kind in MASTER {
        import(&app, &fixture(&format!("pilot_day/{kind}.csv")), &[]).done();
    }
    app.tuan(&["cycle", "open", &app.cycle]).done();
    app.now = "2026-11-22 06:00".to_owned();
    app
}

/// Imports files of the pilot day again: nothing is new, nothing changes, the version stays.
#[track_caller]
fn again(app: &mut TestApp, kinds: &[&str]) {
    let before = app.books();
    for kind in kinds {
        let done = import(app, &fixture(&format!("pilot_day/{kind}.csv")), &[]).done();
        nothing_new(&done.objects()[0]);
        books::assert_same(&before, &app.books(), kind);
    }
}

#[track_caller]
fn nothing_new(answer: &Value) {
    let count = |key: &str| answer[key].as_u64();
    if answer["kind"] == "orders" {
        assert_eq!([count("new_orders"), count("new_lines")], [Some(0), Some(0)], "{answer}");
        assert!(count("same_orders") > Some(0), "{answer}");
    } else {
        assert_eq!([count("new"), count("changed")], [Some(0), Some(0)], "{answer}");
        // A row of a leader's file may stand for the leader and for a point.
        assert!(count("same") >= count("rows") && count("rows") > Some(0), "{answer}");
    }
}

#[test]
fn each_file_of_a_day_changes_nothing_the_second_time() {
    again(&mut TestApp::pilot_day("open"), &[MASTER, &["orders"]].concat());
    again(&mut TestApp::pilot_day("frozen"), &["suppliers", "skus", "warehouses", "vehicles", "leaders"]);
    again(&mut TestApp::pilot_day("procured"), &["plan"]);
    again(&mut TestApp::pilot_day("receiving"), &["receipts", "plan"]);
    again(&mut TestApp::pilot_day("allocated"), &["receipts"]);
    again(&mut TestApp::pilot_day("dispatched"), &["corrections", "receipts"]);
}

/// The scale said something at the first count; at the second only the pieces were counted.
#[test]
fn a_recount_takes_away_nothing_that_it_does_not_say() {
    let mut app = TestApp::pilot_day("receiving");
    let head = "receipt_no,po_no,sku_code,arrived_qty,rejected_qty,net_g,recount";
    let rows = "RS-261122-001-1,PO-261122-001,K002,118,2,,1\nRS-261122-001-1,PO-261122-001,K003,60,,17000,1";
    let file = app.file("receipts.csv", format!("{head}\n{rows}\n"));
    let done = import(&app, &file, &[]).done();
    assert_eq!(done.objects()[0]["changed"], 2, "{}", done.stdout);
    let again = "SELECT CAST(arrived_qty AS TEXT) || ' ' || lot || ' ' || best_before || ' ' || \
                 COALESCE(CAST(gross_g AS TEXT), '-') || ' ' || CAST(net_g AS TEXT) AS line FROM receipt_lines \
                 WHERE count_no = 2 ORDER BY line_no";
    let stored = books::lines(&mut app.db, again);
    assert_eq!(stored, ["118 20261122 2026-11-26 57186 47586", "60 20261122 2026-11-26 - 17000"]);
    nothing_new(&import(&app, &file, &[]).done().objects()[0]);
    assert_eq!(app.audit(), "");
}

#[test]
fn pins_change_nothing_the_second_time() {
    let mut app = TestApp::pilot_day("allocated");
    let pins = app.file("pins.csv", "order_no,sku_code,qty,reason\n261122-0001,K001,1,老住户\n");
    import(&app, &pins, &[]).done();
    let before = app.books();
    nothing_new(&import(&app, &pins, &[]).done().objects()[0]);
    books::assert_same(&before, &app.books(), "the second import of pins");
}

#[test]
fn an_order_that_differs_from_the_known_one_is_a_fault() {
    let mut app = TestApp::pilot_day("open");
    let before = app.books();
    let text = fs::read_to_string(fixture("pilot_day/orders.csv")).expect("the fixture is UTF-8");
    let changed = text.replacen(",K001,1,", ",K001,2,", 1);
    assert_ne!(text, changed);
    let file = app.file("orders.csv", changed);
    let ran = import(&app, &file, &[]);
    let faults = ran.objects();
    assert_eq!((ran.code, faults.len()), (1, 1), "{}", ran.stdout);
    assert_eq!((&faults[0]["code"], &faults[0]["value"]), (&"order_differs".into(), &"261122-0001".into()));
    books::assert_same(&before, &app.books(), "a differing order");
}

#[test]
fn orders_are_refused_once_the_cycle_is_frozen() {
    let mut app = TestApp::pilot_day("frozen");
    let before = app.books();
    let ran = import(&app, &fixture("pilot_day/orders.csv"), &[]).refused();
    assert_eq!(ran.objects()[0]["error"], "wrong_state");
    books::assert_same(&before, &app.books(), "a late import");
}

/// The rows that say who ordered what, without the file they came by.
fn ordered(app: &mut TestApp) -> String {
    let of = |line: &&str| ["orders: ", "order_lines: ", "residents: "].iter().any(|table| line.starts_with(table));
    app.books().lines().filter(of).map(|line| format!("{line}\n")).collect()
}

#[test]
fn sound_orders_come_in_whole_and_the_others_when_they_are_mended() {
    let text = fs::read_to_string(fixture("awkward/orders-faulty-and-sound.csv")).expect("the fixture is UTF-8");
    let mended = |text: &str| text.replace("S-001,0,", "S-001,3,");
    let mut whole = base();
    let file = whole.file("orders.csv", mended(&text));
    import(&whole, &file, &[]).done();

    let mut app = base();
    let file = app.file("orders.csv", &text);
    let ran = import(&app, &file, &["--skip-faulty"]).done();
    let answers = ran.objects();
    assert_eq!(answers[0]["code"], "too_small", "{}", ran.stdout);
    let counts = ["new_orders", "new_lines", "skipped_orders"].map(|key| answers[1][key].as_u64());
    assert_eq!(counts, [Some(2), Some(3), Some(1)], "{}", ran.stdout);
    assert!(!ordered(&mut app).contains("FS-2"), "half an order came in");
    assert_eq!(app.audit(), "");

    let left = fs::read_to_string(app.folder().join("orders.faults.csv")).expect("the left-out rows are a file");
    assert_eq!((left.matches("FS-2").count(), left.contains("FS-1")), (2, false), "{left}");
    let again = app.file("again/orders.csv", mended(&left));
    import(&app, &again, &[]).done();
    books::assert_same(&ordered(&mut whole), &ordered(&mut app), "mending");
    nothing_new(&import(&app, &whole.file("orders.csv", mended(&text)), &[]).done().objects()[0]);
}

/// A freeze that is committed after a file was read and before it is written.
#[test]
fn an_import_never_takes_a_cycle_back_that_closed_meanwhile() {
    let mut app = without_orders();
    let text = fs::read_to_string(fixture("pilot_day/cycles.csv")).expect("the fixture is UTF-8");
    let cycles = app.file("cycles.csv", text.replace("11月22日团", "改名的团"));
    let text = fs::read_to_string(fixture("pilot_day/offers.csv")).expect("the fixture is UTF-8");
    let (head, rest) = text.split_once('\n').expect("a head");
    let at = head.trim_start_matches('\u{feff}').split(',').position(|key| key == "sale_price").expect("a price");
    let dearer = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[at] = "999.99";
        cells.join(",")
    };
    let offers = app.file("offers.csv", format!("{head}\n{}\n", dearer(rest.lines().next().expect("an offer"))));
    let commands = [("cycles", &cycles), ("offers", &offers)];
    let mut commands = commands.map(|(kind, file)| app.command(&["import", kind, crate::app::arg(file), "--json"]));
    let freeze = "UPDATE cycles SET state = 'frozen', version = 1, frozen_at = 1";
    let begun: Vec<_> = app
        .db
        .write_locking(|db| {
            db.execute_batch(freeze)?;
            let begun: Vec<_> = commands.iter_mut().map(|command| command.spawn().expect("it starts")).collect();
            std::thread::sleep(std::time::Duration::from_secs(3));
            Ok::<_, tuan::store::backend::StoreError>(begun)
        })
        .expect("nobody else writes");
    for import in begun {
        let told = crate::app::ran(import.wait_with_output().expect("it ends")).refused();
        assert!(told.stdout.contains("frozen"), "{}", told.stdout);
    }
    let states = books::lines(&mut app.db, "SELECT state || ' ' || name AS line FROM cycles");
    assert_eq!(states, ["frozen 11月22日团（周日）"]);
    let dear = books::lines(&mut app.db, "SELECT 'dear' AS line FROM offers WHERE sale_price_fen = 99999");
    assert!(dear.is_empty());
}
