//! From SQLite to SQLite, to PostgreSQL and back: the same books, and the audit is silent.

use tuan::store::archive::tables::CARRIED;
use tuan::store::backend::Db;
use tuan::store::migrations::{rebuild_at, versions};

use super::{back_up, books_at, new_file, restore};
use crate::app::books::{self, lines};
use crate::app::{TestApp, arg, fixture};

/// Restores into a file and, where the tests have a server, back into a database of it; every copy is the same.
fn there_and_back(app: &mut TestApp, what: &str) {
    let want = app.books();
    let first = back_up(app, "first.zip", &[]);
    let url = new_file(app, "copy.db");
    restore(app, &url, &first, &[]).done();
    books::assert_same(&want, &books_at(&url), what);
    app.tuan_on(&url, &["check"]).done();
    let second = app.folder().join("second.zip");
    app.tuan_on(&url, &["backup", arg(&second)]).done();
    let mut target = TestApp::new();
    let told = target.tuan(&["restore", arg(&second), "--json"]).done();
    assert_eq!(told.objects().len(), 1, "the books of the copy are right: {}", told.stdout);
    books::assert_same(&want, &target.books(), what);
    assert_eq!(target.audit(), "");
    let (third, last) = (back_up(&target, "third.zip", &[]), new_file(&target, "last.db"));
    restore(&target, &last, &third, &[]).done();
    books::assert_same(&want, &books_at(&last), what);
}

#[test]
fn a_restore_says_what_is_wrong_with_the_books_that_it_brought_back() {
    let mut app = TestApp::pilot_day("dispatched");
    app.db.execute_batch("UPDATE order_lines SET tolerance = tolerance + 1").expect("nothing guards a line");
    let file = back_up(&app, "day.zip", &[]);
    let mut target = TestApp::new();
    let told = target.tuan(&["restore", arg(&file), "--json"]).refused().objects();
    assert!(told[0]["rows"].as_u64() > Some(2_000), "{}", told[0]);
    assert!(told[1..].iter().any(|violation| violation["rule"] == "closing_checksum"), "{told:?}");
    books::assert_same(&app.books(), &target.books(), "it is restored all the same");
    assert_eq!(target.tuan(&["check", "--json"]).refused().objects(), told[1..]);
}

#[test]
fn every_stage_of_the_day_moves_between_databases() {
    for stage in ["open", "procured", "dispatched"] {
        there_and_back(&mut TestApp::pilot_day(stage), stage);
    }
}

#[test]
fn an_empty_database_moves_too() {
    there_and_back(&mut TestApp::new(), "nothing");
}

#[test]
fn the_day_goes_on_in_the_copy() {
    let mut app = TestApp::pilot_day("open");
    let file = back_up(&app, "day.zip", &[]);
    let mut copy = TestApp::new();
    copy.now = app.now.clone();
    copy.tuan(&["restore", arg(&file)]).done();
    for day in [&mut app, &mut copy] {
        for step in [["cutoff", "261122"], ["procure", "261122"]] {
            day.tuan(&step).done();
        }
        day.tuan(&["import", "receipts", arg(&fixture("pilot_day/receipts.csv")), "--cycle", "261122"]).done();
        day.tuan(&["allocate", "261122"]).done();
    }
    books::assert_same(&app.books(), &copy.books(), "going on in the copy");
    assert_eq!(copy.audit(), "");
}

#[test]
fn odd_texts_and_the_lack_of_one_come_back_as_they_were() {
    let mut app = TestApp::new();
    let odd = [
        "NULL",
        "''",
        "'\"'",
        "'\"\"'",
        "','",
        "'a\nb'",
        "'a\r\nb'",
        "'\n'",
        "' '",
        "'\\N'",
        "'NULL'",
        "'鸡蛋🍚𠮷'",
        "'it''s'",
        "'\t'",
        "'=1+1'",
        "'\u{202e}x'",
    ];
    for (id, text) in odd.iter().enumerate() {
        let row = format!(
            "INSERT INTO leaders (id, leader_code, name, phone, email, tier) VALUES ({id}, 'L{id}', 'n', '1', {text}, {text})"
        );
        app.db.execute_batch(&row).expect("the row fits");
    }
    let far = format!(
        "INSERT INTO suppliers (id, supplier_code, name, min_order_value_fen, below_min_value) \
         VALUES ({}, 'S', 'n', {}, 'flag')",
        i64::MIN + 1,
        i64::MAX
    );
    app.db.execute_batch(&far).expect("the row fits");
    // Rows that point at rows that come after them.
    app.db
        .execute_batch(
            "INSERT INTO warehouses (id, warehouse_code, name, kind) VALUES (90, 'W90', 'n', 'central'); \
             INSERT INTO warehouses (id, warehouse_code, name, kind, parent_id) VALUES (3, 'W3', 'n', 'grid', 90);",
        )
        .expect("the rows fit");
    let shown = "SELECT leader_code || COALESCE('|' || email || '|' || tier || '|', ' nothing') AS line FROM leaders \
                 UNION ALL SELECT CAST(id AS TEXT) || ' ' || CAST(min_order_value_fen AS TEXT) FROM suppliers \
                 UNION ALL SELECT warehouse_code || CAST(parent_id AS TEXT) FROM warehouses WHERE parent_id IS NOT NULL";
    let want: std::collections::BTreeSet<String> = lines(&mut app.db, shown).into_iter().collect();
    let file = back_up(&app, "odd.zip", &[]);
    let url = new_file(&app, "copy.db");
    let mut target = TestApp::new();
    target.tuan(&["restore", arg(&file)]).done();
    restore(&app, &url, &file, &[]).done();
    for db in [&mut target.db, &mut Db::open(&url).expect("it was restored")] {
        assert_eq!(lines(db, shown).into_iter().collect::<std::collections::BTreeSet<_>>(), want);
    }
}

/// A backup of each schema there ever was is restored and brought to the newest.
#[test]
fn a_backup_of_an_earlier_schema_is_brought_to_the_newest() {
    for version in versions() {
        let mut old = TestApp::new();
        rebuild_at(&mut old.db, &version).expect("an earlier schema can be made");
        let row = "INSERT INTO leaders (id, leader_code, name, phone) VALUES (7, 'L', '老王', '1')";
        old.db.execute_batch(row).expect("the row fits");
        let file = back_up(&old, "old.zip", &[]);
        let mut target = TestApp::new();
        target.tuan(&["restore", arg(&file)]).done();
        let name = lines(&mut target.db, "SELECT name AS line FROM leaders");
        assert_eq!(name, ["老王"], "{version}");
        let applied = "SELECT CAST(version AS TEXT) AS line FROM __diesel_schema_migrations ORDER BY version";
        assert_eq!(lines(&mut target.db, applied), versions());
    }
}

#[test]
fn the_database_is_guarded_after_a_restore_as_before() {
    let app = TestApp::pilot_day("dispatched");
    let file = back_up(&app, "day.zip", &[]);
    let mut target = TestApp::new();
    target.tuan(&["restore", arg(&file)]).done();
    let dangling =
        "INSERT INTO pickup_points (id, point_code, name, leader_id, warehouse_id) VALUES (1, 'P', 'n', 1, 1)";
    for sql in ["UPDATE trips SET version = version", "DELETE FROM documents", dangling] {
        target.db.execute_batch(sql).expect_err(sql);
    }
}

#[test]
fn a_backup_is_one_moment_of_a_database_that_others_write_to() {
    let mut app = TestApp::pilot_day("open");
    let orders = std::fs::read_to_string(fixture("pilot_day/orders.csv")).expect("the fixture is UTF-8");
    let more = app.file("more.csv", orders.replace("\n261122-", "\nB-").replace("\n261122", "\nB"));
    let mut writer = app.command(&["import", "orders", arg(&more), "--cycle", "261122"]).spawn().expect("it starts");
    for round in 0..4 {
        let name = format!("live{round}");
        let file = back_up(&app, &format!("{name}.zip"), &[]);
        let url = new_file(&app, &format!("{name}.db"));
        restore(&app, &url, &file, &[]).done();
        app.tuan_on(&url, &["check"]).done();
    }
    assert!(writer.wait().expect("a child can be waited for").success(), "nobody waits for a backup");
    assert_eq!(app.audit(), "");
    assert!(CARRIED.contains(&"imports"));
}
