//! Sharing again once goods went home or money went back: neither is done twice (DOMAIN 3.4).

use std::thread::sleep;
use std::time::Duration;

use tuan::domain::handover::Difference;
use tuan::domain::money::Fen;
use tuan::flow::FlowError;
use tuan::flow::answered::Sender;
use tuan::flow::choose_losses::{ChooseLosses, Chosen, choose_losses};
use tuan::flow::intake::Within;
use tuan::flow::place_orders::ActKey;
use tuan::flow::post_losses::{PostedLosses, post_losses};
use tuan::flow::receive_at_point::{ReceiveAtPoint, receive_at_point};
use tuan::store::pickups::{EventLineRow, EventRow, record};

use super::tiny_day::{CYCLE, Offer, TinyDay};
use crate::app::ran;
use crate::intake::number;

/// Ten pieces of A for three points.
const OFFERS: &[Offer<'_>] = &[Offer { sku: "A", terms: &[], lines: &[(1, 4, 0), (2, 3, 0), (3, 3, 0)] }];

/// A day on which so many pieces came and were shared out.
fn day(arrived: u64) -> TinyDay {
    let day = TinyDay::procured(OFFERS);
    day.receive("D1", &[("A", arrived, true)]);
    day.run(&["allocate", CYCLE]);
    day
}

/// So many came after all.
fn recount(day: &TinyDay, arrived: u64) {
    let text = format!("receipt_no,po_no,sku_code,arrived_qty,closes,recount\nD1,PO-T1-001,A,{arrived},1,1\n");
    let file = day.file("receipts", &text);
    day.run(&["receive", CYCLE, &file]);
}

fn given(day: &TinyDay) -> Vec<u32> {
    day.given(&day.print(), "A")
}

/// What is planned or went back for an order, in fen.
fn back(day: &mut TinyDay, order_no: &str) -> i64 {
    let of = format!("(SELECT id FROM orders WHERE order_no = '{order_no}')");
    let sql = format!(
        "SELECT SUM(l.amount_fen) FROM refunds r JOIN refund_lines l ON l.refund_id = r.id WHERE r.order_id = {of}"
    );
    number(&mut day.app, &sql)
}

#[test]
fn a_line_whose_money_went_back_gets_no_goods_of_a_later_truck() {
    let mut day = day(7);
    assert_eq!(given(&day), [4, 3, 0]);
    day.app.db.execute_batch("UPDATE refunds SET state = 'done'").expect("the test owns its database");
    recount(&day, 10);
    day.run(&["allocate", CYCLE]);
    assert_eq!(given(&day), [4, 3, 0], "its three go to stock");
    assert_eq!(back(&mut day, "A-03"), 600);
    assert_eq!(day.app.audit(), "");
}

#[test]
fn what_was_handed_out_stays_when_less_came() {
    let mut day = day(10);
    let mut own = |sql: &str| number(&mut day.app, &format!("SELECT {sql} = 'A-03'"));
    let (cycle_id, order_id) = (own("cycle_id FROM orders WHERE order_no"), own("id FROM orders WHERE order_no"));
    let offer_no = own("l.offer_no FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.order_no") as i32;
    let event = EventRow {
        event_id: "e1".into(),
        cycle_id,
        order_id,
        reverses: None,
        method: "room".into(),
        source: "single".into(),
        code_failed: false,
        reason: None,
        handed_by: "周三".into(),
        recorded_by: "test".into(),
        device_at: day.app.desk("2026-11-23 09:00").now.0,
        recorded_at: day.app.desk("2026-11-23 09:00").now.0,
        is_proxy: false,
    };
    let lines = [EventLineRow { event_id: "e1".into(), offer_no, handed_qty: 2 }];
    record(&mut day.app.db, &[event], &lines).expect("the pickup is recorded");
    recount(&day, 7);
    day.run(&["allocate", CYCLE]);
    assert_eq!(given(&day), [4, 1, 2], "two of the last went home");
    assert_eq!(day.app.audit(), "");
}

#[test]
fn a_refund_that_is_paid_while_goods_are_shared_is_not_paid_again() {
    let mut day = day(6);
    assert_eq!(back(&mut day, "A-02"), 200);
    recount(&day, 5);
    // The allocation is decided, and waits for whoever pays it out at this very moment.
    let is_shared = day.app.db.is_shared();
    let begin = if is_shared { "BEGIN; SELECT id FROM cycles FOR UPDATE" } else { "BEGIN IMMEDIATE" };
    day.app.db.execute_batch(begin).expect("nobody else writes");
    let allocating = day.app.command(&["allocate", CYCLE]).spawn().expect("the command can be started");
    sleep(Duration::from_millis(2_500));
    let pay = "UPDATE refunds SET state = 'done' WHERE order_id = (SELECT id FROM orders WHERE order_no = 'A-02')";
    day.app.db.execute_batch(pay).expect("it is paid");
    day.app.db.execute_batch("COMMIT").expect("it is paid");
    ran(allocating.wait_with_output().expect("a child can be waited for")).done();
    assert_eq!(given(&day), [4, 1, 0]);
    assert_eq!(back(&mut day, "A-02"), 400, "two before and two now");
    assert_eq!(number(&mut day.app, "SELECT COUNT(*) FROM refunds WHERE state = 'done'"), 1);
    assert_eq!(day.app.audit(), "");
}

fn sender(key: &str) -> Sender {
    Sender { by: "test".into(), key: ActKey { key: key.into(), body_sha256: key.into() } }
}

/// Two of the first line's four never reached the point.
fn lose_two(day: &mut TinyDay) {
    let desk = day.app.desk("2026-11-23 09:00");
    let count = ReceiveAtPoint {
        cycle_code: CYCLE.into(),
        point_code: "P1".into(),
        is_unsigned: false,
        differences: vec![("A".into(), Difference { short: 2, ..Difference::default() })],
        remark: None,
        counted_by: "周一".into(),
        device_at: desk.now,
        within: Within::All,
        sender: sender("count"),
    };
    receive_at_point(&mut day.app.db, &desk, &count).expect("it is counted");
    let choice = ChooseLosses {
        cycle_code: CYCLE.into(),
        point_code: "P1".into(),
        sku_code: "A".into(),
        orders: vec![("A-01".into(), 2)],
        chosen_by: "周一".into(),
        within: Within::All,
        sender: sender("choice"),
    };
    choose_losses(&mut day.app.db, &desk, &choice).expect("it is chosen");
}

/// A word on who goes without A, under a key.
fn choose(day: &mut TinyDay, key: &str, orders: &[(&str, u32)]) -> Result<Chosen, FlowError> {
    let desk = day.app.desk("2026-11-23 10:00");
    let choice = ChooseLosses {
        cycle_code: CYCLE.into(),
        point_code: "P1".into(),
        sku_code: "A".into(),
        orders: orders.iter().map(|(no, qty)| ((*no).to_owned(), *qty)).collect(),
        chosen_by: "周一".into(),
        within: Within::All,
        sender: sender(key),
    };
    choose_losses(&mut day.app.db, &desk, &choice)
}

fn post(day: &mut TinyDay) -> PostedLosses {
    let desk = day.app.desk("2026-11-23 11:00");
    post_losses(&mut day.app.db, &desk, CYCLE).expect("goods are shared out")
}

#[test]
fn the_money_for_what_was_lost_at_the_point_goes_back_and_follows_the_choice() {
    let mut day = day(9);
    assert_eq!(given(&day), [4, 3, 2]);
    lose_two(&mut day);
    assert_eq!(day.app.audit(), "", "what is not posted yet is no fault");
    let posted = post(&mut day);
    assert_eq!(posted, PostedLosses { is_changed: true, lines: 1, pieces: 2, back: Fen(400) });
    assert_eq!((back(&mut day, "A-01"), back(&mut day, "A-03")), (400, 200));
    assert_eq!(day.app.audit(), "");
    assert!(!post(&mut day).is_changed, "once is enough");
    choose(&mut day, "fewer", &[("A-01", 1)]).expect("one was found");
    post(&mut day);
    assert_eq!(back(&mut day, "A-01"), 200);
    // What was lost stays lost when goods are shared again.
    recount(&day, 8);
    day.run(&["allocate", CYCLE]);
    assert_eq!((back(&mut day, "A-01"), back(&mut day, "A-03")), (200, 400));
    choose(&mut day, "none", &[]).expect("the other was found too");
    assert!(post(&mut day).is_changed);
    assert_eq!(day.app.audit(), "");
    assert_eq!(number(&mut day.app, "SELECT COUNT(*) FROM refund_lines WHERE cause = 'handover_loss'"), 0);
}

#[test]
fn who_got_the_money_back_for_what_was_lost_is_not_served_after_all() {
    let mut day = day(10);
    lose_two(&mut day);
    post(&mut day);
    day.app.db.execute_batch("UPDATE refunds SET state = 'done'").expect("the test owns its database");
    let refused = choose(&mut day, "none", &[]).expect_err("the money is gone").to_string();
    assert!(refused.contains("already_refunded") && refused.contains("A-01 没发的 2 件已退款"), "{refused}");
    choose(&mut day, "same", &[("A-01", 2)]).expect("nothing else");
    post(&mut day);
    // Less comes than was lost: the line keeps what it was given, and nothing goes back twice.
    recount(&day, 5);
    day.run(&["allocate", CYCLE]);
    assert_eq!(back(&mut day, "A-01"), 400);
    assert_eq!(day.app.audit(), "");
}

/// Pieces that somebody goes without by the choices in force.
const LOST: &str = "SELECT COALESCE(SUM(h.lost_qty), 0) FROM handover_losses h WHERE h.choice_no =
    (SELECT MAX(c.choice_no) FROM loss_choices c WHERE c.point_id = h.point_id AND c.offer_no = h.offer_no)";

#[test]
fn nobody_goes_without_more_than_they_get_by_now() {
    let mut less = day(10);
    lose_two(&mut less);
    assert_eq!(number(&mut less.app, LOST), 2);
    recount(&less, 1);
    less.run(&["allocate", CYCLE]);
    assert_eq!(given(&less), [1, 0, 0]);
    assert_eq!(number(&mut less.app, LOST), 1);
    assert_eq!(less.app.audit(), "");

    let mut cancelled = day(10);
    lose_two(&mut cancelled);
    cancelled.import("corrections", "order_no,action,sku_code,ordered_qty,reason\nA-01,cancel,A,,住户来电\n");
    assert_eq!(number(&mut cancelled.app, LOST), 0);
    assert_eq!(cancelled.app.audit(), "");
}
