//! Steps out of order are refused in plain words and leave everything as it is; a step done twice is done once.

use super::tiny_day::{CYCLE, Offer, TinyDay, orders};
use crate::app::books::assert_same;

const OFFERS: &[Offer<'_>] = &[
    Offer { sku: "A", terms: &[("case_size", "4")], lines: &[(1, 4, 1), (2, 3, 0), (3, 3, 0)] },
    Offer { sku: "B", terms: &[("case_size", "4")], lines: &[(1, 2, 0)] },
];

const PLAN: &str = "supplier_code,warehouse_code,sku_code,cases,reason\nV1,W1,A,2,仓库放不下\n";
const PINS: &str = "order_no,sku_code,qty,reason\nA-03,A,1,老人优先\n";
const CORRECTIONS: &str = "order_no,action,sku_code,ordered_qty,reason\nA-02,change,A,2,少一份\nB-01,add,A,1,漏下单\n";
const RECEIPTS: &str = "receipt_no,po_no,sku_code,arrived_qty,closes\nD1,PO-T1-001,A,5,1\nD1,PO-T1-001,B,4,1\n";

/// A step and the words with which it is refused.
struct Step {
    args: &'static [&'static str],
    /// The kind of the file it reads, put in place of `FILE`.
    file: Option<(&'static str, &'static str)>,
    zh: &'static str,
}

const fn step(args: &'static [&'static str], zh: &'static str) -> Step {
    Step { args, file: None, zh }
}

const fn import(kind: &'static str, text: &'static str, zh: &'static str) -> Step {
    Step { args: &["import", "KIND", "FILE", "--cycle", CYCLE], file: Some((kind, text)), zh }
}

const CUTOFF: Step = step(&["cutoff", CYCLE], "截单");
const PROCURE: Step = step(&["procure", CYCLE], "采购汇总");
const EDIT_PLAN: Step = import("plan", PLAN, "改采购箱数");
const SEND: Step = step(&["send", CYCLE], "发采购单");
const RECEIVE: Step = Step { args: &["receive", CYCLE, "FILE"], file: Some(("receipts", RECEIPTS)), zh: "收货" };
const RECEIVE_ALL: Step = step(&["receive", CYCLE, "--all-as-planned"], "收货");
const PIN: Step = import("pins", PINS, "手工指定");
const ALLOCATE: Step = step(&["allocate", CYCLE], "分配");
const DISPATCH: Step = step(&["dispatch", CYCLE], "派车");
const CORRECT: Step = import("corrections", CORRECTIONS, "改单");
const EXPLAIN: Step = step(&["explain", CYCLE, "--sku", "A"], "解释");
const SHEETS: Step = step(&["sheets", CYCLE, "--out", "early"], "出单");

impl Step {
    fn args(&self, day: &TinyDay) -> Vec<String> {
        let file = self.file.map(|(kind, text)| (kind, day.file(kind, text)));
        let word = |arg: &&str| match (*arg, &file) {
            ("KIND", Some((kind, _))) => (*kind).to_owned(),
            ("FILE", Some((_, file))) => file.clone(),
            (other, _) => other.to_owned(),
        };
        self.args.iter().map(word).collect()
    }

    #[track_caller]
    fn run(&self, day: &TinyDay) {
        let args = self.args(day);
        day.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// Refused, naming the cycle, its state and what was asked for; nothing changed.
    #[track_caller]
    fn refused(&self, day: &mut TinyDay, state: &str) {
        let before = day.app.books();
        let args = self.args(day);
        let ran = day.app.tuan(&args.iter().map(String::as_str).collect::<Vec<_>>()).refused();
        for word in [CYCLE, state, self.zh] {
            assert!(ran.stderr.contains(word), "{args:?} in {state} should say {word}: {}", ran.stderr);
        }
        assert_same(&before, &day.app.books(), &format!("{args:?} in {state}"));
    }
}

#[test]
fn a_step_before_its_time_is_refused_naming_the_state() {
    let mut day = TinyDay::open(OFFERS);
    day.import(
        "cycles",
        "cycle_code,name,opens_at,cutoff_at,pickup_date\nT2,未开,2026-11-23 08:00,2026-11-23 23:00,2026-11-24\n",
    );
    let file = day.file("orders", &orders(OFFERS));
    let refused = day.app.tuan(&["import", "orders", &file, "--cycle", "T2"]).refused();
    assert!(refused.stderr.contains("draft") && refused.stderr.contains("导入订单"), "{}", refused.stderr);
    let refused = day.app.tuan(&["cutoff", "T2"]).refused();
    assert!(refused.stderr.contains("draft") && refused.stderr.contains("截单"), "{}", refused.stderr);
    for step in [&PROCURE, &EDIT_PLAN, &SEND, &RECEIVE, &RECEIVE_ALL, &PIN, &ALLOCATE, &DISPATCH, &CORRECT] {
        step.refused(&mut day, "open");
    }
    SHEETS.refused(&mut day, "open");
    EXPLAIN.refused(&mut day, "open");
    day.import("orders", &orders(OFFERS));
    CUTOFF.run(&day);
    for step in [&EDIT_PLAN, &SEND, &RECEIVE, &RECEIVE_ALL, &ALLOCATE, &DISPATCH] {
        step.refused(&mut day, "frozen");
    }
    PROCURE.run(&day);
    for step in [&ALLOCATE, &DISPATCH] {
        step.refused(&mut day, "procured");
    }
    RECEIVE.run(&day);
    DISPATCH.refused(&mut day, "receiving");
}

#[test]
fn a_frozen_cycle_takes_no_more_orders_and_is_not_opened_again() {
    let mut day = TinyDay::frozen(OFFERS);
    let before = day.app.books();
    let late = "order_no,leader_code,sku_code,ordered_qty,paid_at\nLATE,L1,A,1,2026-11-22 09:00\n";
    let refused = day.try_import_into(late);
    assert!(refused.contains("frozen") && refused.contains("导入订单"), "{refused}");
    let refused = day.app.tuan(&["cycle", "open", CYCLE]).refused().stderr;
    assert!(refused.contains("frozen") && refused.contains("open"), "{refused}");
    assert_same(&before, &day.app.books(), "what was refused");
}

impl TinyDay {
    /// The words with which an order file is refused.
    fn try_import_into(&self, text: &str) -> String {
        let file = self.file("late", text);
        self.app.tuan(&["import", "orders", &file, "--cycle", CYCLE]).refused().stderr
    }
}

#[test]
fn a_cycle_that_is_not_there_is_named_in_the_refusal() {
    let day = TinyDay::open(OFFERS);
    for args in [&["cutoff", "T9"][..], &["procure", "T9"], &["allocate", "T9"], &["sheets", "T9", "--out", "x"]] {
        let refused = day.app.tuan(args).refused().stderr;
        assert!(refused.contains("T9"), "{refused}");
    }
}

#[test]
fn each_step_done_twice_is_done_once() {
    let mut day = TinyDay::open(OFFERS);
    day.run(&["cycle", "open", CYCLE]);
    let before = day.app.books();
    day.run(&["cycle", "open", CYCLE]);
    assert_same(&before, &day.app.books(), "opening twice");
    for round in ["once", "twice"] {
        let said = day.import("orders", &orders(OFFERS)).stdout;
        assert_eq!(said.contains("新增 0 单"), round == "twice", "{said}");
    }
    let steps = [
        &CUTOFF,
        &PROCURE,
        &EDIT_PLAN,
        &PROCURE,
        &SEND,
        &PIN,
        &RECEIVE,
        &ALLOCATE,
        &DISPATCH,
        &CORRECT,
        &ALLOCATE,
        &RECEIVE,
        &RECEIVE_ALL,
        &DISPATCH,
    ];
    for step in steps {
        step.run(&day);
        let before = day.app.books();
        step.run(&day);
        assert_same(&before, &day.app.books(), &format!("{:?} twice", step.args));
        day.run(&["check"]);
    }
    let printed = day.print();
    assert_eq!(printed, day.print());
    // The whole night once more, in order: every command is content, nothing moves.
    let before = day.app.books();
    for step in [&CUTOFF, &PROCURE, &EDIT_PLAN, &SEND, &PIN, &RECEIVE, &ALLOCATE, &DISPATCH, &CORRECT] {
        step.run(&day);
    }
    assert_same(&before, &day.app.books(), "the night once more");
}

#[test]
fn master_data_imported_twice_changes_nothing() {
    let mut day = TinyDay::open(OFFERS);
    let text = "supplier_code,name\nV1,新名字\nV9,九供应商\n";
    day.import("suppliers", text);
    let before = day.app.books();
    let said = day.import("suppliers", text).stdout;
    assert!(said.contains("新增 0") && said.contains("未变 2"), "{said}");
    assert_same(&before, &day.app.books(), "suppliers twice");
}
