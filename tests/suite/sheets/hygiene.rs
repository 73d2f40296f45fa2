//! What every file promises to whoever opens it: Excel, a phone, a stranger who finds it on the floor.

use std::collections::BTreeSet;

use super::fixture::read;
use super::printed::{cells, pilot};

#[test]
fn every_file_is_utf8_with_a_mark_and_ends_its_lines_like_excel() {
    for (path, bytes) in pilot().csv("") {
        let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{path} is not UTF-8"));
        let body = text.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("{path} has no byte order mark"));
        assert!(body.ends_with("\r\n"), "{path} ends within a line");
        assert_eq!(body.matches('\n').count(), body.matches("\r\n").count(), "{path} has a bare line feed");
        assert_eq!(body.matches('\r').count(), body.matches("\r\n").count(), "{path} has a bare carriage return");
        let rows = cells(path, bytes);
        assert_eq!(body.matches("\r\n").count(), rows.len(), "{path}: a line a row");
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{path}: every row has the head's cells");
    }
}

#[test]
fn no_text_can_be_taken_for_a_formula() {
    let mut seen = 0;
    for (path, bytes) in pilot().csv("") {
        for cell in cells(path, bytes).iter().flatten() {
            let start = cell.trim_start().chars().next().unwrap_or(' ');
            let is_risky = "=+-@＝＋－＠".contains(start) || cell.starts_with(['\t', '\r']);
            assert!(!is_risky || is_number(cell), "{path}: {cell:?}");
            seen += usize::from(cell.contains("=1+1") || cell.contains("@小鱼") || cell.contains("-5折"));
        }
    }
    assert!(seen >= 3, "the awkward nicknames of the pilot day are printed");
}

#[test]
fn no_text_can_be_taken_for_another_number_or_a_date() {
    let mut kept = BTreeSet::new();
    for (path, bytes) in pilot().csv("") {
        for cell in cells(path, bytes).iter().flatten() {
            let digits = cell.bytes().filter(u8::is_ascii_digit).count();
            let is_whole = digits == cell.len() && digits > 0;
            let is_changed = is_whole && (digits > 15 || (digits > 1 && cell.starts_with('0')));
            assert!(!is_changed, "{path}: {cell:?} would lose digits");
            if let Some(text) = cell.strip_suffix('\t') {
                kept.insert(text.to_owned());
            }
        }
    }
    for text in ["0203", "3-2", "1E3", "007", "2026-11-22", "00317", "1E5"] {
        assert!(kept.contains(text), "{text} stands with a tab behind it: {kept:?}");
    }
}

/// A plain number, as numeric columns print it.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}

#[test]
fn a_residents_phone_is_nowhere_in_full() {
    let phones: BTreeSet<String> = read("orders").into_iter().map(|row| row["phone"].clone()).collect();
    assert!(phones.len() > 1000);
    for (path, bytes) in &pilot().files {
        let text = std::str::from_utf8(bytes).expect("sheets are UTF-8");
        for number in long_numbers(text) {
            assert!(!phones.contains(number), "{path}: {number}");
        }
    }
    for row in pilot().rows_of("09_pickup_list") {
        assert!(row.text("phone_tail4").len() <= 4, "{row:?}");
    }
}

/// The runs of eleven digits.
fn long_numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 11)
}

#[test]
fn drivers_and_leaders_can_be_called_by_whoever_drives() {
    let phones = |file: &str| read(file).into_iter().map(|row| row["phone"].clone()).collect::<BTreeSet<_>>();
    let rows = pilot().rows_of("07_dispatch_sheet");
    let printed = |key: &str| rows.iter().map(|row| row.text(key).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(printed("leader_phone"), phones("leaders"));
    assert_eq!(printed("phone"), phones("vehicles"));
}

#[test]
fn a_residents_name_is_nowhere_in_full() {
    let orders = read("orders");
    let names: BTreeSet<&str> =
        orders.iter().map(|row| row["resident"].trim()).filter(|name| name.chars().count() > 1).collect();
    assert!(names.len() > 500);
    let (mut masked, mut nameless) = (0, 0);
    for folder in ["09_pickup_list", "04_shortage_notice_point"] {
        for row in pilot().rows_of(folder) {
            let name = row.text("resident");
            assert!(!names.contains(name), "{row:?}");
            masked += usize::from(name.contains('*'));
            nameless += usize::from(name.starts_with("261122-"));
        }
    }
    assert!(masked > 1000, "{masked}");
    assert!(nameless >= 3, "who gave no name is called by the order");
}

#[test]
fn the_printed_page_needs_nothing_from_elsewhere() {
    let page = String::from_utf8(pilot().files["all.html"].clone()).expect("it is UTF-8");
    for word in ["http://", "https://", "<script", "javascript:", "<link", "@import", "url("] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.starts_with("<!DOCTYPE html>") || page.starts_with("<!doctype html>"));
}
