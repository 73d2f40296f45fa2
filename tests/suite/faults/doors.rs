//! What a command finds shut: a locked database, a file that may not be written, a folder that is none.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::app::books::assert_same;
use crate::app::{TestApp, ran};

use super::wait_until;

const LOCK: &str = "BEGIN IMMEDIATE; UPDATE cycles SET name = name;";
const SERVER_LOCK: &str = "BEGIN; LOCK TABLE cycles IN ACCESS EXCLUSIVE MODE;";

/// A program that takes a backup or looks around may hold the database for a while.
#[test]
fn a_step_waits_for_another_that_holds_the_database() {
    let mut app = TestApp::pilot_day("open");
    let is_file = app.url().starts_with("sqlite:");
    app.db.execute_batch(if is_file { LOCK } else { SERVER_LOCK }).expect("nobody else is there");
    let begun = Instant::now();
    let mut child = app.command(&["cutoff", "261122"]).spawn().expect("the command can be started");
    sleep(Duration::from_secs(2));
    assert!(child.try_wait().expect("a child can be asked").is_none(), "it did not wait");
    app.db.execute_batch("COMMIT").expect("the lock is ours");
    ran(child.wait_with_output().expect("a child can be waited for")).done();
    assert!(begun.elapsed() < Duration::from_secs(60));
    assert_same(&TestApp::pilot_day("frozen").books(), &app.books(), "waiting");
}

#[test]
fn a_reader_is_not_held_up_by_a_writer() {
    let mut app = TestApp::pilot_day("dispatched");
    if !app.url().starts_with("sqlite:") {
        return;
    }
    app.db.execute_batch(LOCK).expect("nobody else is there");
    let begun = Instant::now();
    app.tuan(&["check"]).done();
    assert!(begun.elapsed() < Duration::from_secs(9), "it waited for the writer");
    app.db.execute_batch("ROLLBACK").expect("the lock is ours");
}

#[test]
fn sheets_that_cannot_be_written_are_refused_in_words() {
    let mut app = TestApp::pilot_day("allocated");
    let before = app.books();
    let file = app.file("a-file", "not a folder");
    for out in [file.join("sheets"), "/proc/sheets".into(), file] {
        let ran = app.tuan(&["sheets", "261122", "--out", &out.to_string_lossy()]).refused();
        assert!(ran.stderr.contains(&*out.to_string_lossy()), "{}", ran.stderr);
    }
    assert_same(&before, &app.books(), "sheets that nobody could write");
}

#[test]
fn a_database_that_may_only_be_read_refuses_steps_in_words() {
    let mut app = TestApp::pilot_day("open");
    let Some(file) = app.url().strip_prefix("sqlite:").map(str::to_owned) else { return };
    let before = app.books();
    let url = format!("sqlite:file:{file}?mode=ro");
    for args in [vec!["cutoff", "261122"], vec!["cycle", "open", "261122"], vec!["import", "stock", "s.csv"]] {
        app.file("s.csv", "warehouse_code,sku_code,qty\nC1,K067,41\n");
        let begun = Instant::now();
        let ran = app.tuan_on(&url, &args);
        if args[0] != "cycle" {
            let ran = ran.refused();
            assert!(ran.stderr.contains("readonly"), "{}", ran.stderr);
        }
        assert!(begun.elapsed() < Duration::from_secs(9), "it tried again and again");
    }
    assert_same(&before, &app.books(), "steps on a read-only file");
}

#[test]
fn a_reader_that_hangs_up_does_not_crash_the_command() {
    let app = TestApp::pilot_day("frozen");
    let mut child = app.command(&["procure", "261122", "--json"]).spawn().expect("the command can be started");
    drop(child.stdout.take());
    wait_until("the command ends", || child.try_wait().expect("a child can be asked").is_some());
    let ended = ran(child.wait_with_output().expect("a child can be waited for"));
    assert_eq!((ended.code, ended.stderr.contains("panicked")), (0, false), "{}", ended.stderr);
    assert_eq!(app.tuan(&["check"]).done().code, 0);
}
