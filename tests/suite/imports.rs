//! Files as they really arrive, through the real command: what is faulty changes nothing and is told whole, what is
//! odd is read like the plain file, and what comes twice counts once.

mod formats;
mod repeats;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::app::{Ran, TestApp, arg, fixture};

/// The cycle of `fixtures/awkward`.
const CYCLE: &str = "AWK-1";

/// The small sound set that the awkward files refer to, with its cycle open.
fn base() -> TestApp {
    let mut app = TestApp::new();
    app.cycle = CYCLE.to_owned();
    app.now = "2026-11-22 12:00".to_owned();
    for kind in ["suppliers", "warehouses", "skus", "leaders", "cycles", "offers"] {
        let file = fixture(&format!("awkward/base/{kind}.csv"));
        app.tuan(&["import", kind, arg(&file)]).done();
    }
    app.tuan(&["cycle", "open", CYCLE]).done();
    app
}

/// The same with three orders, cut off and bought for: receipts, pins, plans and corrections make sense.
fn bought() -> TestApp {
    let app = base();
    app.tuan(&["import", "orders", arg(&fixture("awkward/orders-fine-gb18030.csv")), "--cycle", CYCLE]).done();
    app.tuan(&["cutoff", CYCLE]).done();
    app.tuan(&["procure", CYCLE]).done();
    app
}

/// `tuan import KIND FILE --json`, the kind being the first word of the file's name.
fn import(app: &TestApp, file: &Path, more: &[&str]) -> Ran {
    let name = file.file_name().and_then(|name| name.to_str()).expect("files of tests have names");
    let kind = name.split(['-', '.']).next().expect("a name has a first word");
    let mut args = vec!["import", kind, arg(file), "--json"];
    if ["orders", "receipts", "pins", "plan", "corrections"].contains(&kind) {
        args.extend(["--cycle", &app.cycle]);
    }
    args.extend(more);
    app.tuan(&args)
}

/// Whether a file is for a cycle that has been cut off.
fn is_for_later(name: &str) -> bool {
    ["receipts", "pins", "plan", "corrections"].iter().any(|kind| name.starts_with(kind))
}

/// `imports/faults.txt`: a file of `fixtures/awkward`, and under it each fault as row, column (`-` for none), code.
fn expected() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut files: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in include_str!("imports/faults.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("  ") {
            None => files.push((line, Vec::new())),
            Some(fault) => files.last_mut().expect("a file comes before its faults").1.push(fault),
        }
    }
    files
}

/// A fault of `--json` as a line of `imports/faults.txt`.
fn told(fault: &Value) -> String {
    for key in ["cause", "remedy", "cause_en", "remedy_en", "file"] {
        assert!(fault[key].as_str().is_some_and(|words| !words.is_empty()), "{fault} has no {key}");
    }
    let (row, column) = (fault["row"].as_u64().unwrap_or(0), fault["column"].as_str().unwrap_or("-"));
    format!("{row} {column} {}", fault["code"].as_str().expect("a fault has a code"))
}

#[test]
fn every_awkward_file_gets_its_whole_list_of_faults_and_changes_nothing() {
    let (mut early, mut later) = (base(), bought());
    let before = (early.books(), later.books());
    let mut wrong = String::new();
    for (name, want) in expected() {
        let app = if is_for_later(name) { &later } else { &early };
        let ran = import(app, &fixture(&format!("awkward/{name}")), &[]);
        let have: Vec<String> = ran.objects().iter().map(told).collect();
        if ran.code != 1 || have != want {
            wrong += &format!("{name} (exit {})\n  {}\n{}", ran.code, have.join("\n  "), ran.stderr);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert_eq!((early.books(), later.books()), before);
}

#[test]
fn a_dry_run_tells_the_same_faults_and_a_sound_one_writes_nothing() {
    let mut app = base();
    let before = app.books();
    for name in ["orders-quantities.csv", "leaders-coordinates.csv"] {
        let file = fixture(&format!("awkward/{name}"));
        let (checked, refused) = (import(&app, &file, &["--dry-run"]), import(&app, &file, &[]));
        assert_eq!((checked.code, checked.stdout), (refused.code, refused.stdout), "{name}");
    }
    for name in ["orders-fine-tab.csv", "skus-fine-money.csv"] {
        let ran = import(&app, &fixture(&format!("awkward/{name}")), &["--dry-run"]).done();
        let new = &ran.objects()[0];
        assert!(new["new"].as_u64().or(new["new_orders"].as_u64()).is_some_and(|count| count > 0), "{new}");
    }
    assert_eq!(app.books(), before);
}

#[test]
fn every_awkward_file_is_in_some_test() {
    let expected: BTreeSet<&str> = expected().into_iter().map(|(name, _)| name).collect();
    for entry in fs::read_dir(fixture("awkward")).expect("the folder can be read") {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are UTF-8");
        let is_sound = name.contains("-fine") || !name.ends_with(".csv");
        assert!(is_sound != expected.contains(name.as_str()), "{name} is in no list, or in the wrong one");
    }
}

#[test]
fn faults_are_words_for_people_with_a_place_a_cause_and_a_remedy() {
    let app = base();
    let file = fixture("awkward/orders-quantities.csv");
    let ran = app.tuan(&["import", "orders", arg(&file), "--cycle", CYCLE]).refused();
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("orders-quantities.csv 第 2 行 ordered_qty"), "{}", lines[0]);
    assert!(lines[..9].iter().all(|line| line.contains("→ ")), "{}", ran.stderr);
    assert_eq!(lines[9], "文件有 9 处错误，未导入任何内容");
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_file_that_is_not_there_is_refused_in_words() {
    let app = base();
    let ran = app.tuan(&["import", "skus", "nowhere.csv"]).refused();
    assert!(ran.stderr.contains("nowhere.csv"), "{}", ran.stderr);
    let ran = app.tuan(&["import", "orders", arg(app.folder()), "--cycle", CYCLE]).refused();
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}
