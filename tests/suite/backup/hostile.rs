//! Archives made to exhaust whoever opens them: refused before they can.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::back_up;
use super::damage::{Parts, refuse};
use crate::app::TestApp;

/// Refuses at once, whatever the file asks for.
#[track_caller]
fn refuse_at_once(target: &mut TestApp, bytes: &[u8], what: &str) {
    let begun = Instant::now();
    refuse(target, bytes, &[], what);
    assert!(begun.elapsed() < Duration::from_secs(10), "{what} took {:?}", begun.elapsed());
}

#[test]
fn a_bomb_is_not_inflated() {
    let app = TestApp::pilot_day("open");
    let file = back_up(&app, "day.zip", &[]);
    let mut target = TestApp::new();
    let mut parts = Parts::of(&file);
    // A million rows in a few KiB, honestly announced.
    let heads = parts.table("cycle_hours").lines().next().expect("a head row").to_owned();
    *parts.table("cycle_hours") = format!("{heads}\n{}", "1,1,1,1,1\n".repeat(20_000_000));
    parts.agree();
    refuse_at_once(&mut target, &parts.bytes(), "an announced bomb");
    let entry = |parts: &mut Parts, key: &str, value: u64| {
        let tables = parts.manifest["tables"].as_array_mut().expect("a list");
        tables.iter_mut().find(|entry| entry["table"] == "cycle_hours").expect("it is named")[key] = value.into();
    };
    // The same, announced as small.
    entry(&mut parts, "bytes", 1_000);
    refuse_at_once(&mut target, &parts.bytes(), "a bomb that says it is small");
    let mut parts = Parts::of(&file);
    entry(&mut parts, "bytes", u64::MAX);
    refuse_at_once(&mut target, &parts.bytes(), "a sum past all numbers");
    let mut parts = Parts::of(&file);
    entry(&mut parts, "rows", u64::MAX);
    refuse_at_once(&mut target, &parts.bytes(), "rows past all numbers");
}

#[test]
fn a_million_entries_are_not_listed() {
    let mut target = TestApp::new();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for number in 0..100_000 {
        zip.start_file(format!("{number}"), options).expect("memory takes all");
    }
    let bytes = zip.finish().expect("memory takes all").into_inner();
    refuse_at_once(&mut target, &bytes, "many entries");
    // The count at the end is a lie; the directory's length is not.
    let mut small = bytes.clone();
    let end = small.len() - 22;
    small[end + 8..end + 12].fill(1);
    refuse_at_once(&mut target, &small, "many entries that say they are few");
}

#[test]
fn a_manifest_without_bounds_is_not_read() {
    let mut target = TestApp::new();
    let tables: Vec<_> = (0..600)
        .map(|n| json!({ "table": format!("t{n}"), "file": "x", "columns": [], "rows": 0, "bytes": 0, "sha256": "" }))
        .collect();
    let manifest = |tables| {
        json!({ "format": "tuan-archive", "format_version": 1, "tuan": "0", "schema": "202611230900", "made_at": "",
                "tables": tables })
        .to_string()
    };
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("{{\"format\": \"{}\"}}", "x".repeat(200 << 20));
    for (what, text) in [("many tables", manifest(tables)), ("a deep one", deep), ("a long one", long)] {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("manifest.json", SimpleFileOptions::default()).expect("memory takes all");
        zip.write_all(text.as_bytes()).expect("memory takes all");
        refuse_at_once(&mut target, &zip.finish().expect("memory takes all").into_inner(), what);
    }
}
