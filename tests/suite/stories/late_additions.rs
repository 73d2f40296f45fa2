//! What is asked for after goods were shared out waits for the next allocation: neither short nor refunded before.

use super::changes::{Story, row, with_differences};
use super::tiny_day::CYCLE;

/// Two more of A for the household that ordered B.
const ADD_TWO: &str = "order_no,action,sku_code,ordered_qty,reason\nB-01,add,A,2,漏下单\n";

/// The sheets that show what is ordered, not what is given.
const WAITING: [&str; 2] = ["procurement_summary W1", "pickup_list P1"];

/// The rows of `refunds` as the books show them: all but ids.
fn refunds(story: &mut Story) -> Vec<String> {
    let books = story.day.app.books();
    books.lines().filter(|line| line.starts_with("refund_lines: ")).map(str::to_owned).collect()
}

#[test]
fn a_late_addition_waits_for_the_next_allocation() {
    let mut story = Story::dispatched(12);
    story.day.import("corrections", ADD_TWO);
    // Until goods are shared again nothing is short of it and the point has nothing more to load.
    assert_eq!(refunds(&mut story), [""; 0]);
    let story = story.expect(&with_differences(&WAITING, &["PS-T1-001-v6", "PK-T1-001-v6"]));
    assert_eq!(story.difference("PS-T1-001-v6"), [row("A", 10, 12, "订购件数 · 补单待分配")]);
    assert_eq!(story.printed.csv("04_shortage_notice").count(), 0);
    story.day.run(&["allocate", CYCLE]);
    let given = [
        "pickup_list P1",
        "pick_list_point P1",
        "pick_list_route TR-T1-001",
        "pick_list W1",
        "sowing_sort W1",
        "dispatch_sheet TR-T1-001",
        "handover_slip P1",
        "label P1",
    ];
    let differences = [
        "PK-T1-001-v7",
        "PP-T1-001-v7",
        "PR-T1-001-v7",
        "PL-T1-001-v7",
        "SS-T1-001-v7",
        "DS-T1-001-v7",
        "HS-T1-001-v7",
        "LB-T1-001-v7",
    ];
    let mut story = story.expect(&with_differences(&given, &differences));
    assert_eq!(story.difference("DS-T1-001-v7"), [row("R1 一号点", 6, 8, "已补足")]);
    assert_eq!(story.difference("PL-T1-001-v7"), [row("A", 10, 12, "已补足")]);
    assert_eq!(refunds(&mut story), [""; 0]);
}

#[test]
fn a_late_addition_that_gets_nothing_is_short_from_the_next_allocation_on() {
    let mut story = Story::dispatched(10);
    // Later than all orders, so last in the queue.
    story.day.app.now = "2026-11-23 06:00".to_owned();
    story.day.import("corrections", ADD_TWO);
    let story = story.expect(&with_differences(&WAITING, &["PS-T1-001-v6", "PK-T1-001-v6"]));
    story.day.run(&["allocate", CYCLE]);
    let sheets = ["shortage_notice A", "shortage_notice_point P1", "handover_slip P1"];
    let mut story = story.expect(&with_differences(&sheets, &["HS-T1-001-v7"]));
    let notice = story.printed.rows("04_shortage_notice/A.csv");
    let figures = ["ordered_qty", "supply_qty", "gap_qty"].map(|key| notice[0].number(key));
    assert_eq!(figures, [12, 10, 2]);
    assert_eq!(refunds(&mut story).len(), 1);
    // It has been decided: sharing again changes nothing.
    story.day.run(&["allocate", CYCLE]);
    let story = story.expect(&[]);
    story.day.import("corrections", "order_no,action,sku_code,ordered_qty,reason\nB-01,cancel,A,,不要了\n");
    let sheets = [
        "procurement_summary W1",
        "pickup_list P1",
        "shortage_notice A",
        "shortage_notice_point P1",
        "handover_slip P1",
    ];
    story.expect(&with_differences(&sheets, &["PS-T1-001-v8", "PK-T1-001-v8", "SN-T1-001-v8", "HS-T1-001-v8"]));
}

#[test]
fn a_short_line_that_asks_for_more_is_short_of_what_it_asked_for_before() {
    let mut story = Story::dispatched(7);
    assert_eq!(story.day.given(&story.printed, "A"), [4, 3, 0]);
    let before = refunds(&mut story);
    story.day.import("corrections", "order_no,action,sku_code,ordered_qty,reason\nA-03,change,A,5,加两份\n");
    assert_eq!(refunds(&mut story), before);
    let sheets = ["procurement_summary W1", "pickup_list P3", "shortage_notice A", "shortage_notice_point P3"];
    let mut story = story.expect(&with_differences(&sheets, &["PS-T1-001-v6", "PK-T1-003-v6"]));
    let gap = |story: &Story| story.printed.rows("04_shortage_notice/A.csv")[0].number("gap_qty");
    assert_eq!(gap(&story), 3);
    story.day.run(&["allocate", CYCLE]);
    let sheets = ["shortage_notice A", "shortage_notice_point P3", "handover_slip P3"];
    story = story.expect(&with_differences(&sheets, &["SN-T1-001-v7", "HS-T1-003-v7"]));
    assert_eq!(gap(&story), 5);
}

#[test]
fn what_waits_can_be_changed_and_withdrawn_again() {
    let story = Story::dispatched(12);
    let head = "order_no,action,sku_code,ordered_qty,reason\n";
    story.day.import("corrections", ADD_TWO);
    let mut story = story.expect(&with_differences(&WAITING, &["PS-T1-001-v6", "PK-T1-001-v6"]));
    for (version, correction) in [(7, "change,A,3"), (8, "change,A,1"), (9, "cancel,A,")] {
        story.day.import("corrections", &format!("{head}B-01,{correction},改\n"));
        let differences = [format!("PS-T1-001-v{version}"), format!("PK-T1-001-v{version}")];
        story = story.expect(&with_differences(&WAITING, &differences.each_ref().map(String::as_str)));
    }
    assert_eq!(story.printed.csv("04_shortage_notice").count(), 0);
}
