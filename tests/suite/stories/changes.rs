//! What comes after the first allocation changes exactly the sheets that print it, and says so on difference sheets.

use std::collections::BTreeSet;

use super::register::{Register, assert_issued, register};
use super::tiny_day::{CYCLE, Offer, TinyDay};
use crate::sheets::printed::{Printed, folder_of};

/// Ten pieces of A for three points on two routes; B for the first alone.
const OFFERS: &[Offer<'_>] = &[
    Offer { sku: "A", terms: &[], lines: &[(1, 4, 0), (2, 3, 0), (3, 3, 0)] },
    Offer { sku: "B", terms: &[], lines: &[(1, 2, 0)] },
];

/// The sheets on which less of A for the third point shows, before trucks are loaded.
const LESS_FOR_P3: &[&str] = &[
    "pickup_list P3",
    "label P3",
    "pick_list_point P3",
    "pick_list_route TR-T1-002",
    "pick_list W1",
    "sowing_sort W1",
    "shortage_notice A",
    "shortage_notice_point P3",
];

/// A day in which goods came and were shared out, and what was then printed.
pub(super) struct Story {
    pub(super) day: TinyDay,
    pub(super) printed: Printed,
    register: Register,
}

impl Story {
    /// Allocated after one delivery of A, which may not be all of it; B is complete.
    pub(super) fn after(arrived: u64, closes: bool) -> Story {
        let day = TinyDay::procured(OFFERS);
        day.receive("D1", &[("A", arrived, closes), ("B", 2, true)]);
        day.run(&["allocate", CYCLE]);
        Story::now(day)
    }

    /// The same, with the trips written.
    pub(super) fn dispatched(arrived: u64) -> Story {
        let day = Story::after(arrived, true).day;
        day.run(&["dispatch", CYCLE]);
        Story::now(day)
    }

    fn now(mut day: TinyDay) -> Story {
        let (printed, register) = (day.print(), register(&mut day.app));
        Story { day, printed, register }
    }

    /// Asserts that exactly these sheets were issued since, that all other files kept every byte, and that the books
    /// are sound; goes on from here.
    #[track_caller]
    pub(super) fn expect(mut self, want: &[String]) -> Story {
        assert_issued(&self.register, &register(&mut self.day.app), want);
        self.day.run(&["check"]);
        let next = Story::now(self.day);
        let file = |sheet: &String| {
            let (kind, key) = sheet.split_once(' ').expect("kind and key");
            (kind.to_owned(), key.to_owned())
        };
        let want: BTreeSet<_> = want.iter().map(file).collect();
        let changed = next.printed.beyond(&self.printed).into_iter().filter(|path| path != "all.html");
        let changed: BTreeSet<_> = changed.map(|path| kind_and_key(&path)).collect();
        assert_eq!(changed, want, "files that changed, and the register");
        next
    }

    /// The rows of a difference sheet: what, before, after, why.
    #[track_caller]
    pub(super) fn difference(&self, key: &str) -> Vec<(String, i64, i64, String)> {
        let rows = self.printed.rows(&format!("14_difference_sheet/{key}.csv"));
        let row = |row: &crate::sheets::printed::Row| {
            let what = format!("{} {} {}", row.text("route"), row.text("point"), row.text("sku_name"));
            assert_eq!(row.number("change"), row.number("after") - row.number("before"));
            (what.trim().to_owned(), row.number("before"), row.number("after"), row.text("reason").to_owned())
        };
        rows.iter().map(row).collect()
    }
}

fn kind_and_key(path: &str) -> (String, String) {
    let kind = folder_of(path).split_once('_').expect("folders begin with a number").1;
    let key = path.rsplit('/').next().and_then(|file| file.strip_suffix(".csv")).expect("sheets are CSV files");
    (kind.to_owned(), key.to_owned())
}

/// The sheets themselves and a difference sheet for each of those named.
pub(super) fn with_differences(sheets: &[&str], differences: &[&str]) -> Vec<String> {
    let differences = differences.iter().map(|key| format!("difference_sheet {key}"));
    sheets.iter().map(|&sheet| sheet.to_owned()).chain(differences).collect()
}

pub(super) fn row(what: &str, before: i64, after: i64, reason: &str) -> (String, i64, i64, String) {
    (what.to_owned(), before, after, reason.to_owned())
}

#[test]
fn the_first_of_two_trucks_is_no_shortage_and_a_full_second_one_changes_no_sheet() {
    let story = Story::after(6, false);
    assert_eq!(story.day.given(&story.printed, "A"), [4, 3, 3]);
    assert_eq!(story.printed.csv("04_shortage_notice").count(), 0);
    story.day.receive("D2", &[("A", 4, true)]);
    let story = story.expect(&[]);
    story.day.run(&["allocate", CYCLE]);
    story.expect(&[]);
}

#[test]
fn a_second_truck_that_comes_short_supersedes_the_sheets_of_those_who_get_less() {
    let story = Story::after(6, false);
    story.day.receive("D2", &[("A", 2, true)]);
    // Counting alone changes no sheet: shares move when they are allocated.
    let story = story.expect(&[]);
    story.day.run(&["allocate", CYCLE]);
    let differences = ["PK-T1-003-v6", "LB-T1-003-v6", "PP-T1-003-v6", "PR-T1-002-v6", "PL-T1-001-v6", "SS-T1-001-v6"];
    let story = story.expect(&with_differences(LESS_FOR_P3, &differences));
    assert_eq!(story.day.given(&story.printed, "A"), [4, 3, 1]);
    assert_eq!(story.difference("PK-T1-003-v6"), [row("R2 三号点 A", 3, 1, "3 · 少货")]);
    assert_eq!(story.difference("PP-T1-003-v6"), [row("R2 三号点 A", 3, 1, "少货")]);
    assert_eq!(story.difference("SS-T1-001-v6"), [row("R2 三号点 A", 3, 1, "少货")]);
    assert_eq!(story.difference("PR-T1-002-v6"), [row("A", 3, 1, "少货")]);
    assert_eq!(story.difference("PL-T1-001-v6"), [row("A", 10, 8, "少货")]);
}

#[test]
fn a_recount_after_dispatch_supersedes_the_trip_too() {
    let story = Story::dispatched(10);
    let recount = "receipt_no,po_no,sku_code,arrived_qty,closes,recount\nD1,PO-T1-001,A,7,1,1\n";
    let file = story.day.file("receipts", recount);
    story.day.run(&["receive", CYCLE, &file]);
    let story = story.expect(&[]);
    story.day.run(&["allocate", CYCLE]);
    let sheets = [LESS_FOR_P3, ON_THE_ROAD].concat();
    let story = story.expect(&with_differences(&sheets, P3_DIFFERENCES));
    assert_eq!(story.day.given(&story.printed, "A"), [4, 3, 0]);
    assert_eq!(story.difference("DS-T1-002-v7"), [row("R2 三号点", 3, 0, "少货")]);
    let known_short = row("R2 三号点 A", 0, 3, "已知缺货 · 少货");
    assert_eq!(story.difference("HS-T1-003-v7"), [row("R2 三号点 A", 3, 0, "少货"), known_short]);
    let state = story.day.run(&["cycle", "show", CYCLE, "--json"]).stdout;
    assert!(state.contains(r#""state":"dispatched""#), "{state}");
}

#[test]
fn a_recount_without_the_word_recount_is_refused() {
    let mut story = Story::dispatched(10);
    let before = story.day.app.books();
    let file = story.day.file("receipts", "receipt_no,po_no,sku_code,arrived_qty,closes\nD1,PO-T1-001,A,7,1\n");
    let refused = story.day.app.tuan(&["receive", CYCLE, &file]).refused();
    assert!(refused.stderr.contains("recount"), "{}", refused.stderr);
    assert_eq!(story.day.app.books(), before);
}

/// Those on which it shows besides, once trips are written.
const ON_THE_ROAD: &[&str] = &["dispatch_sheet TR-T1-002", "handover_slip P3"];
const P3_DIFFERENCES: &[&str] = &[
    "PK-T1-003-v7",
    "LB-T1-003-v7",
    "PP-T1-003-v7",
    "PR-T1-002-v7",
    "PL-T1-001-v7",
    "SS-T1-001-v7",
    "DS-T1-002-v7",
    "HS-T1-003-v7",
];

/// The sheets on which the first point's order of A shows.
const P1_OF_A: &[&str] = &[
    "procurement_summary W1",
    "pickup_list P1",
    "pick_list_point P1",
    "pick_list_route TR-T1-001",
    "pick_list W1",
    "sowing_sort W1",
    "dispatch_sheet TR-T1-001",
    "handover_slip P1",
    "label P1",
];
const P1_DIFFERENCES: &[&str] = &[
    "PS-T1-001-v6",
    "PK-T1-001-v6",
    "PP-T1-001-v6",
    "PR-T1-001-v6",
    "PL-T1-001-v6",
    "SS-T1-001-v6",
    "DS-T1-001-v6",
    "HS-T1-001-v6",
    "LB-T1-001-v6",
];

#[test]
fn a_late_cancellation_supersedes_the_sheets_of_its_point_and_what_adds_it_up() {
    let story = Story::dispatched(10);
    story.day.import("corrections", "order_no,action,sku_code,ordered_qty,reason\nA-01,cancel,A,,住户来电\n");
    let story = story.expect(&with_differences(P1_OF_A, P1_DIFFERENCES));
    assert_eq!(story.difference("PK-T1-001-v6"), [row("R1 一号点 A", 4, 0, "1 · 已取消")]);
    assert_eq!(story.difference("PS-T1-001-v6"), [row("A", 10, 6, "订购件数 · 已取消")]);
    assert_eq!(story.difference("DS-T1-001-v6"), [row("R1 一号点", 6, 2, "已取消")]);
    assert_eq!(story.difference("PL-T1-001-v6"), [row("A", 10, 6, "已取消")]);
    // Everybody else has all they asked for: the next allocation has nothing to print.
    story.day.run(&["allocate", CYCLE]);
    story.expect(&[]);
}

#[test]
fn what_a_cancellation_frees_goes_to_whoever_was_short() {
    let story = Story::dispatched(7);
    assert_eq!(story.day.given(&story.printed, "A"), [4, 3, 0]);
    story.day.import("corrections", "order_no,action,sku_code,ordered_qty,reason\nA-01,cancel,,,住户来电\n");
    let sheets = [P1_OF_A, &["shortage_notice A"]].concat();
    let differences = [P1_DIFFERENCES, &[]].concat();
    let story = story.expect(&with_differences(&sheets, &differences));
    story.day.run(&["allocate", CYCLE]);
    let sheets = [LESS_FOR_P3, ON_THE_ROAD].concat();
    let differences = [P3_DIFFERENCES, &["SN-T1-001-v7", "SP-T1-003-v7"]].concat();
    let story = story.expect(&with_differences(&sheets, &differences));
    assert_eq!(story.day.given(&story.printed, "A"), [0, 3, 3]);
    assert_eq!(story.difference("SN-T1-001-v7"), [row("A", 3, 0, "已补足")]);
}

#[test]
fn corrections_of_one_file_are_told_apart() {
    let story = Story::dispatched(12);
    // The addition stands in an order before the cancelled one: each difference names its own goods and household.
    let head = "order_no,action,sku_code,ordered_qty,reason\n";
    story
        .day
        .import("corrections", &format!("{head}B-01,cancel,B,,不要了\nA-01,add,B,1,漏下单\nA-03,change,A,2,少一份\n"));
    let story = story.expect_any();
    assert_eq!(
        story.difference("PK-T1-001-v6"),
        [row("R1 一号点 B", 0, 1, "1 · 订购 · 补单待分配"), row("R1 一号点 B", 2, 0, "1 · 已取消")]
    );
    assert_eq!(story.difference("PK-T1-003-v6"), [row("R2 三号点 A", 3, 2, "3 · 改单")]);
}

impl Story {
    /// Goes on from here, whatever was issued.
    fn expect_any(self) -> Story {
        self.day.run(&["check"]);
        Story::now(self.day)
    }
}
