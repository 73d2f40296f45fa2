//! Files that were changed, cut short or made up: refused in words, and the database stays as empty as it was.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{KEY, back_up, new_file, restore};
use crate::app::{TestApp, arg};

/// An archive taken apart: its manifest and the CSV of each table.
pub struct Parts {
    pub manifest: Value,
    pub tables: Vec<(String, String)>,
}

impl Parts {
    pub fn of(file: &Path) -> Parts {
        let mut zip = ZipArchive::new(fs::File::open(file).expect("it is there")).expect("a ZIP");
        let names: Vec<String> = zip.file_names().map(|name| name.expect("our names are UTF-8").into_owned()).collect();
        let mut text = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).expect("it is named").read_to_string(&mut text).expect("text");
            text
        };
        let manifest = serde_json::from_str(&text("manifest.json")).expect("JSON");
        let tables = names.iter().filter(|name| *name != "manifest.json").map(|name| (name.clone(), text(name)));
        Parts { manifest, tables: tables.collect() }
    }

    pub fn table(&mut self, name: &str) -> &mut String {
        let suffix = format!("_{name}.csv");
        &mut self.tables.iter_mut().find(|(file, _)| file.ends_with(&suffix)).expect("a table of that name").1
    }

    /// Makes the manifest true again after a table was changed.
    pub fn agree(&mut self) {
        for entry in self.manifest["tables"].as_array_mut().expect("a list") {
            let (_, text) = self.tables.iter().find(|(file, _)| entry["file"] == file.as_str()).expect("it is named");
            let hash = Sha256::digest(text.as_bytes());
            entry["bytes"] = text.len().into();
            entry["sha256"] = hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let manifest = self.manifest.to_string();
        for (name, text) in self.tables.iter().chain([&("manifest.json".to_owned(), manifest)]) {
            zip.start_file(name, SimpleFileOptions::default()).expect("memory takes all");
            zip.write_all(text.as_bytes()).expect("memory takes all");
        }
        zip.finish().expect("memory takes all").into_inner()
    }
}

/// Restores bytes that must be refused; the target must then still be empty.
#[track_caller]
pub fn refuse(target: &mut TestApp, bytes: &[u8], more: &[&str], what: &str) -> String {
    let empty = target.books();
    let file = target.file("bad.zip", bytes);
    let ran = target.tuan(&[&["restore", arg(&file), "--json"], more].concat());
    assert!(ran.code == 1 && !ran.stderr.contains("panicked"), "{what}: {} {}", ran.code, ran.stderr);
    assert_eq!(target.books(), empty, "{what}");
    ran.stderr
}

#[test]
fn a_changed_or_shortened_file_changes_nothing() {
    let app = TestApp::pilot_day("frozen");
    let good = fs::read(back_up(&app, "day.zip", &[])).expect("it was written");
    let mut target = TestApp::new();
    // Not every byte of a ZIP means something, so what is changed must be refused or make no difference.
    let want = super::books_at(&copy(&app, &good, "good", &[]).expect("the untouched one is sound"));
    for round in 0..16 {
        let at = good.len() * round / 16 + round;
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        match copy(&app, &bad, &format!("changed{round}"), &[]) {
            Some(url) => assert_eq!(super::books_at(&url), want, "byte {at} of {}", good.len()),
            None => drop(refuse(&mut target, &bad, &[], &format!("byte {at}"))),
        }
    }
    for round in 0..10 {
        let length = good.len() * round / 10;
        let words = refuse(&mut target, &good[..length], &[], &format!("cut to {length}"));
        assert!(words.contains("不能恢复"), "{words}");
    }
    restore(&target, target.url(), &app.folder().join("day.zip"), &[]).done();
    assert_eq!(target.books(), want);
}

fn copy(app: &TestApp, bytes: &[u8], name: &str, more: &[&str]) -> Option<String> {
    let file = app.file(&format!("{name}.zip"), bytes);
    let url = new_file(app, &format!("{name}.db"));
    (restore(app, &url, &file, more).code == 0).then_some(url)
}

#[test]
fn every_change_of_a_sealed_file_is_found() {
    let app = TestApp::pilot_day("frozen");
    let key = app.file("backup.key", KEY);
    let good = fs::read(back_up(&app, "day.sealed", &["--key-file", arg(&key)])).expect("it was written");
    let mut target = TestApp::new();
    for round in 0..8 {
        let at = good.len() * round / 8;
        let mut bad = good.clone();
        bad[at] ^= 1;
        refuse(&mut target, &bad, &["--key-file", arg(&key)], &format!("byte {at}"));
        refuse(&mut target, &good[..at], &["--key-file", arg(&key)], &format!("cut to {at}"));
    }
}

#[test]
fn a_file_that_contradicts_itself_is_refused() {
    let app = TestApp::pilot_day("frozen");
    let file = back_up(&app, "day.zip", &[]);
    let mut target = TestApp::new();
    let mut check = |what: &str, change: &dyn Fn(&mut Parts)| {
        let mut parts = Parts::of(&file);
        change(&mut parts);
        refuse(&mut target, &parts.bytes(), &[], what)
    };
    check("a value changed", &|parts| *parts.table("orders") = parts.table("orders").replacen("paid", "Paid", 1));
    check("a row missing", &|parts| {
        let lines = parts.table("order_lines").trim_end().rfind('\n').expect("many rows");
        parts.table("order_lines").truncate(lines + 1);
    });
    check("a row missing, and the hash made to fit", &|parts| {
        let lines = parts.table("order_lines").trim_end().rfind('\n').expect("many rows");
        parts.table("order_lines").truncate(lines + 1);
        parts.agree();
    });
    check("a row that points at nothing", &|parts| {
        let row = parts.table("pickup_points").lines().nth(1).expect("a row").to_owned();
        *parts.table("pickup_points") = parts.table("pickup_points").replacen(&format!("{row}\n"), "", 1);
        parts.agree();
        let rows = parts.manifest["tables"].as_array_mut().expect("a list");
        let entry = rows.iter_mut().find(|entry| entry["table"] == "pickup_points").expect("it is named");
        entry["rows"] = (entry["rows"].as_u64().expect("a count") - 1).into();
    });
    check("a state that there is not", &|parts| {
        *parts.table("cycles") = parts.table("cycles").replacen("\"frozen\"", "\"molten\"", 1);
        parts.agree();
    });
    check("a table left out", &|parts| {
        parts.tables.retain(|(name, _)| !name.contains("closing_figures"));
        parts.manifest["tables"].as_array_mut().expect("a list").retain(|entry| entry["table"] != "closing_figures");
    });
    check("a column too many", &|parts| {
        let extra = serde_json::json!({ "name": "extra", "kind": "text" });
        parts.manifest["tables"][1]["columns"].as_array_mut().expect("a list").push(extra);
    });
    check("a table of another program", &|parts| {
        parts.manifest["tables"][0]["table"] = "x\"; DROP TABLE orders".into()
    });
    check("an entry that the manifest does not name", &|parts| {
        parts.tables.push(("../../etc/passwd".to_owned(), "x".to_owned()));
    });
    let words = check("a newer schema", &|parts| parts.manifest["schema"] = "209912312359".into());
    assert!(words.contains("新版"), "{words}");
    let words = check("a newer format", &|parts| parts.manifest["format_version"] = 2.into());
    assert!(words.contains("新版"), "{words}");
    check("another program's", &|parts| parts.manifest["format"] = "zip".into());
}

#[test]
fn a_file_that_is_something_else_is_refused() {
    let mut target = TestApp::new();
    for (what, bytes) in
        [("nothing", &b""[..]), ("text", b"order_no\n1\n"), ("PK", b"PK\x03\x04"), ("zeros", &[0; 4096])]
    {
        refuse(&mut target, bytes, &[], what);
    }
    let ran = target.tuan(&["restore", "nowhere.zip"]).refused();
    assert!(ran.stderr.contains("nowhere.zip"), "{}", ran.stderr);
    target.tuan(&["restore", "."]).refused();
}
