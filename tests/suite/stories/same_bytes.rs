//! The same facts print the same bytes: at another time, from files in another order, after master data moved on.

use std::collections::BTreeSet;

use crate::app::{TestApp, arg, fixture};
use crate::sheets::printed::{Printed, cells};

/// A file of the pilot day, its head and its other lines. None of them holds a line feed but the orders.
fn pilot(name: &str) -> (csv::StringRecord, Vec<csv::StringRecord>) {
    let mut reader = csv::Reader::from_path(fixture(&format!("pilot_day/{name}.csv"))).expect("the fixture is there");
    let head = reader.headers().expect("it has a head").clone();
    (head, reader.records().map(|record| record.expect("it is sound")).collect())
}

fn written(head: &csv::StringRecord, rows: &[csv::StringRecord]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).expect("memory takes it");
    rows.iter().for_each(|row| writer.write_record(row).expect("memory takes it"));
    writer.into_inner().expect("memory takes it")
}

/// The whole pilot day through the command line, from these order files.
fn day_from_orders(orders: &[Vec<u8>]) -> TestApp {
    let mut app = TestApp::new();
    let run = |app: &mut TestApp, now: &str, args: &[&str]| {
        app.now = now.to_owned();
        app.tuan(args).done();
    };
    let file = |name: &str| arg(&fixture(&format!("pilot_day/{name}.csv"))).to_owned();
    for kind in ["suppliers", "skus", "warehouses", "vehicles", "leaders", "cycles", "offers", "stock"] {
        run(&mut app, "2026-11-22 06:00", &["import", kind, &file(kind)]);
    }
    let cycle = app.cycle.clone();
    run(&mut app, "2026-11-22 06:00", &["cycle", "open", &cycle]);
    for (number, text) in orders.iter().enumerate() {
        let path = app.file(&format!("orders-{number}.csv"), text);
        run(&mut app, "2026-11-22 06:00", &["import", "orders", arg(&path)]);
    }
    run(&mut app, "2026-11-22 23:00", &["cutoff", &cycle]);
    run(&mut app, "2026-11-22 23:01", &["procure", &cycle]);
    run(&mut app, "2026-11-22 23:08", &["import", "plan", &file("plan")]);
    run(&mut app, "2026-11-22 23:12", &["send", &cycle]);
    run(&mut app, "2026-11-23 03:10", &["receive", &cycle, &file("receipts")]);
    run(&mut app, "2026-11-23 03:15", &["allocate", &cycle]);
    run(&mut app, "2026-11-23 03:20", &["dispatch", &cycle]);
    run(&mut app, "2026-11-23 03:40", &["import", "corrections", &file("corrections")]);
    run(&mut app, "2026-11-23 03:41", &["allocate", &cycle]);
    app
}

#[track_caller]
fn assert_same_bytes(want: &Printed, have: &Printed, what: &str) {
    assert_eq!(have.beyond(want), BTreeSet::new(), "files that differ {what}");
    assert_eq!(want.files.len(), have.files.len(), "files that are missing {what}");
}

#[test]
fn neither_the_order_of_the_lines_nor_the_number_of_files_moves_a_byte() {
    let day = TestApp::pilot_day("dispatched");
    let want = Printed::of(&day, &day.cycle, &[]);
    let (head, mut rows) = pilot("orders");
    // A full stride through the rows: neighbours end far apart, lines of one order too.
    let shuffled: Vec<_> = (0..rows.len()).map(|at| rows[(at * 2741 + 1000) % rows.len()].clone()).collect();
    assert_eq!(shuffled.iter().map(|row| row.as_slice()).collect::<BTreeSet<_>>().len(), rows.len());
    let day = day_from_orders(&[written(&head, &shuffled)]);
    assert_same_bytes(&want, &Printed::of(&day, &day.cycle, &[]), "with shuffled lines");
    rows.reverse();
    let (late, early): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row[0].ends_with(['1', '3', '6', '8']));
    let day = day_from_orders(&[written(&head, &late), written(&head, &early)]);
    assert_same_bytes(&want, &Printed::of(&day, &day.cycle, &[]), "with two files");
}

#[test]
fn every_version_reprints_as_it_was_printed_then() {
    let mut then = Vec::new();
    for stage in ["procured", "receiving", "allocated", "dispatched"] {
        let day = TestApp::pilot_day(stage);
        let shown = day.tuan(&["cycle", "show", &day.cycle, "--json"]).done().stdout;
        let cycle: serde_json::Value = serde_json::from_str(&shown).expect("an object");
        then.push((cycle["version"].to_string(), Printed::of(&day, &day.cycle, &[])));
    }
    let day = TestApp::pilot_day("dispatched");
    for (version, printed) in then {
        let now = Printed::of(&day, &day.cycle, &["--version", &version]);
        assert_same_bytes(&printed, &now, &format!("at version {version}"));
    }
}

#[test]
fn a_sheet_changes_only_where_its_version_does() {
    let day = TestApp::pilot_day("dispatched");
    let mut last = Printed::of(&day, &day.cycle, &["--version", "2"]);
    for version in 3..=8 {
        let next = Printed::of(&day, &day.cycle, &["--version", &version.to_string()]);
        for path in next.beyond(&last).iter().filter(|path| path.ends_with(".csv")) {
            let rows = cells(path, &next.files[path]);
            assert!(rows.len() > 1, "{path} has no rows");
            for row in &rows[1..] {
                assert_eq!(row[1], version.to_string(), "{path} changed, and says so");
            }
        }
        for path in last.files.keys() {
            assert!(next.files.contains_key(path), "{path} was printed at an earlier version");
        }
        last = next;
    }
}

#[test]
fn what_is_printed_was_copied_at_the_freeze() {
    let day = TestApp::pilot_day("dispatched");
    let want = Printed::of(&day, &day.cycle, &[]);
    for (kind, column) in [("leaders", "phone"), ("leaders", "point_name"), ("skus", "name"), ("suppliers", "name")] {
        let (head, rows) = pilot(kind);
        let place = head.iter().position(|key| key == column).expect("the column is there");
        let other = |text: &str| if column == "phone" { text.replacen('9', "8", 1) } else { format!("新{text}") };
        let changed = |row: &csv::StringRecord| -> csv::StringRecord {
            row.iter().enumerate().map(|(at, cell)| if at == place { other(cell) } else { cell.to_owned() }).collect()
        };
        let rows: Vec<_> = rows.iter().map(changed).collect();
        let path = day.file(&format!("new-{kind}.csv"), written(&head, &rows));
        let said = day.tuan(&["import", kind, arg(&path)]).done().stdout;
        assert!(!said.contains("更新 0"), "{kind} should have changed: {said}");
        assert_same_bytes(&want, &Printed::of(&day, &day.cycle, &[]), &format!("after new {kind}"));
    }
}
