//! A backup holds everything, restores into either kind of database, and no damaged one changes anything.

mod damage;
mod hostile;
mod moves;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tuan::store::archive::tables::{CARRIED, LEFT_OUT, live};
use tuan::store::backend::Db;
use tuan::store::migrations::versions;

use crate::app::books::{self, lines};
use crate::app::{Ran, TestApp, arg, tables};

/// A key as `openssl rand -hex 32` makes it.
const KEY: &str = "8f14e45fceea167a5a36dedd4bea2543c9f0f895fb98ab9159f51fd0297e236d\n";
const OTHER_KEY: &str = "45c48cce2e2d7fbdea1afc51c7c6ad26c9f0f895fb98ab9159f51fd0297e2360\n";

/// Backs the database up into the folder of the test.
fn back_up(app: &TestApp, name: &str, more: &[&str]) -> PathBuf {
    let file = app.folder().join(name);
    app.tuan(&[&["backup", arg(&file)], more].concat()).done();
    file
}

/// Somewhere to restore to: a SQLite file that is not there yet.
fn new_file(app: &TestApp, name: &str) -> String {
    format!("sqlite:{}", app.folder().join(name).display())
}

fn restore(app: &TestApp, url: &str, file: &Path, more: &[&str]) -> Ran {
    app.tuan_on(url, &[&["restore", arg(file)], more].concat())
}

fn books_at(url: &str) -> String {
    books::read(&mut Db::open(url).expect("it was restored a moment ago"))
}

#[test]
fn every_table_is_known_to_the_backup() {
    let made: BTreeSet<String> = tables::all().into_iter().map(|table| table.name).collect();
    let known: BTreeSet<String> = CARRIED.iter().chain(LEFT_OUT).map(|name| (*name).to_owned()).collect();
    let unknown: Vec<&String> = made.difference(&known).collect();
    assert!(unknown.is_empty(), "name {unknown:?} in CARRIED or LEFT_OUT of src/store/archive/tables.rs");
    assert_eq!(CARRIED.len() + LEFT_OUT.len(), known.len(), "a table is named twice");
    let mut app = TestApp::new();
    let present = live(&mut app.db).expect("every column is of a kind that a backup can carry");
    let columns = |name: &str| tables::all().into_iter().find(|table| table.name == name).map(|t| t.columns.len());
    for table in &present {
        assert_eq!(Some(table.columns.len()), columns(table.name), "{}", table.name);
        assert!(!table.key.is_empty(), "{} has no key to order its rows by", table.name);
    }
    assert!(present.len() > 30);
}

#[test]
fn a_backup_tells_what_it_did() {
    let app = TestApp::pilot_day("frozen");
    let told = app.tuan(&["backup", "day.zip", "--json"]).done().objects().remove(0);
    assert_eq!(
        (told["schema"].as_str(), told["encrypted"].as_bool()),
        (versions().last().map(String::as_str), Some(false))
    );
    let rows = told["rows"].as_u64().expect("a count");
    assert!(rows > 2_000 && told["bytes"].as_u64().expect("a size") > 10_000, "{told}");
    let url = new_file(&app, "copy.db");
    let back = app.tuan_on(&url, &["restore", "day.zip", "--json"]).done().objects().remove(0);
    assert_eq!((back["rows"].as_u64(), back["made_at"].as_str()), (Some(rows), told["made_at"].as_str()));
}

#[test]
fn a_backup_overwrites_nothing_and_needs_something_to_back_up() {
    let app = TestApp::pilot_day("open");
    let kept = app.file("day.zip", "mine");
    let ran = app.tuan(&["backup", arg(&kept), "--json"]).refused();
    assert_eq!(ran.objects()[0]["error"], "file_exists");
    assert_eq!(std::fs::read_to_string(&kept).expect("it is there"), "mine");
    let ran = app.tuan_on(&new_file(&app, "none.db"), &["backup", "none.zip", "--json"]).refused();
    assert_eq!(ran.objects()[0]["error"], "nothing_to_back_up");
    app.tuan(&["backup", "no/such/folder/day.zip"]).refused();
    let left: Vec<String> = std::fs::read_dir(app.folder())
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("zip") || name.starts_with(".tuan"))
        .collect();
    assert_eq!(left, ["day.zip"]);
}

#[test]
fn only_an_empty_database_is_restored_into() {
    let mut app = TestApp::pilot_day("open");
    let file = back_up(&app, "day.zip", &[]);
    let before = app.books();
    let ran = app.tuan(&["restore", arg(&file), "--json"]).refused();
    assert_eq!(ran.objects()[0]["error"], "not_empty");
    assert_eq!(app.books(), before);
    let mut small = TestApp::new();
    let row = "INSERT INTO leaders (id, leader_code, name, phone) VALUES (7, 'L', 'x', '1')";
    small.db.execute_batch(row).expect("the row fits");
    let ran = small.tuan(&["restore", arg(&file), "--json"]).refused();
    assert_eq!(ran.objects()[0]["error"], "not_empty");
    assert!(ran.stderr.contains("leaders"), "{}", ran.stderr);
}

#[test]
fn a_sealed_backup_opens_with_its_key_only() {
    let mut app = TestApp::pilot_day("frozen");
    let key = app.file("backup.key", KEY);
    let other = app.file("other.key", OTHER_KEY);
    let file = back_up(&app, "day.sealed", &["--key-file", arg(&key)]);
    let bytes = std::fs::read(&file).expect("it was written");
    assert!(bytes.starts_with(b"tuan-sealed-1\n") && !bytes.windows(9).any(|part| part == b"suppliers"));
    let url = new_file(&app, "copy.db");
    let ran = restore(&app, &url, &file, &["--json"]).refused();
    assert_eq!(ran.objects()[0]["error"], "key_needed");
    let ran = restore(&app, &url, &file, &["--json", "--key-file", arg(&other)]).refused();
    assert_eq!(ran.objects()[0]["error"], "archive_damaged");
    assert!(!app.folder().join("copy.db").exists(), "a wrong key leaves no database behind");
    restore(&app, &url, &file, &["--key-file", arg(&key)]).done();
    books::assert_same(&app.books(), &books_at(&url), "a sealed backup");
}

#[test]
fn the_key_of_the_server_alone_encrypts_nothing() {
    let app = TestApp::pilot_day("open");
    let key = app.file("server.key", KEY);
    let mut command = app.command(&["backup", "day.zip"]);
    let ran = crate::app::ran(command.env("TUAN_KEY_FILE", arg(&key)).output().expect("the command can be started"));
    ran.done();
    assert!(std::fs::read(app.folder().join("day.zip")).expect("it was written").starts_with(b"PK"));
    let missing = app.tuan(&["backup", "other.zip", "--key-file", "nowhere.key"]).refused();
    assert!(missing.stderr.contains("nowhere.key") && !app.folder().join("nowhere.key").exists());
}

#[test]
fn a_backup_that_was_killed_leaves_no_file_of_its_name() {
    let app = TestApp::pilot_day("dispatched");
    for after in [0, 2, 4, 8, 16, 30] {
        let mut child = app.command(&["backup", "day.zip"]).spawn().expect("the command can be started");
        std::thread::sleep(std::time::Duration::from_millis(after));
        child.kill().expect("a child can be killed");
        child.wait().expect("a child can be waited for");
        let file = app.folder().join("day.zip");
        if file.exists() {
            restore(&app, &new_file(&app, &format!("copy{after}.db")), &file, &[]).done();
            std::fs::remove_file(&file).expect("it can be removed");
        }
    }
}

/// What an id maker needs so that it never makes an id again that the backup holds.
#[test]
fn the_leases_of_ids_go_along() {
    let mut app = TestApp::pilot_day("dispatched");
    let leases =
        "SELECT CAST(writer_no AS TEXT) || ' ' || CAST(leased_until AS TEXT) AS line FROM id_writers ORDER BY 1";
    let file = back_up(&app, "day.zip", &[]);
    let mut target = TestApp::new();
    target.db.execute_batch("INSERT INTO id_writers VALUES (9, 1, 2)").expect("the row fits");
    target.tuan(&["restore", arg(&file)]).done();
    let (want, have) = (lines(&mut app.db, leases), lines(&mut target.db, leases));
    assert!(!want.is_empty());
    assert_eq!(want, have);
}
