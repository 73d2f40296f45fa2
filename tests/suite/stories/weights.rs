//! Goods sold by weight, from the scale's file to refunds and pickup lists (DOMAIN 3.6).
//!
//! All cost ¥2.00 for 100 g, so a gram is worth 2 fen.

use super::tiny_day::{CYCLE, Offer, TinyDay, orders};
use crate::app::Ran;
use crate::intake::number;

const SKUS: &str = "sku_code,name,spec,supplier_code,case_size,unit,price_unit,unit_price,nominal_weight_g,is_variable_weight\n\
    PORK,PORK,约100g,V1,1,份,piece,1.00,100,1\n\
    FISH,FISH,约100g,V1,1,份,piece,1.00,100,1\n";
const HEAD: &str = "weigh_no,sku_code,actual_weight_g,order_no\n";

/// A day on which so many of each came, shared out.
fn shared(offers: &[Offer<'_>], arrived: &[(&str, u64, bool)]) -> TinyDay {
    let day = TinyDay::open(offers);
    let own = |line: &&str| offers.iter().any(|offer| line.starts_with(offer.sku));
    let (head, rows) = SKUS.split_once('\n').expect("a head");
    let skus: Vec<&str> = rows.lines().filter(own).collect();
    day.import("skus", &format!("{head}\n{}\n", skus.join("\n")));
    day.import("orders", &orders(offers));
    day.run(&["cutoff", CYCLE]);
    day.run(&["procure", CYCLE]);
    day.receive("D1", arrived);
    day.run(&["allocate", CYCLE]);
    day
}

fn finish(day: &TinyDay) -> serde_json::Value {
    day.run(&["weigh", CYCLE, "--finish", "--json"]).objects()[0].clone()
}

/// What is planned or went back for an order by this cause, in fen.
fn back(day: &mut TinyDay, order_no: &str, cause: &str) -> i64 {
    let sql = format!(
        "SELECT COALESCE(SUM(l.amount_fen), 0) FROM refunds r JOIN refund_lines l ON l.refund_id = r.id \
         JOIN orders o ON o.id = r.order_id WHERE o.order_no = '{order_no}' AND l.cause = '{cause}'"
    );
    number(&mut day.app, &sql)
}

/// 应提, 称重差额 and 未收款 of each line of a SKU, by room.
fn listed(day: &TinyDay, sku: &str) -> Vec<(i64, String, i64)> {
    let printed = day.print();
    let mut rows: Vec<(i64, (i64, String, i64))> = printed
        .rows_of("09_pickup_list")
        .iter()
        .filter(|row| row.text("sku_name") == sku)
        .map(|row| {
            let cells = (row.number("allocated_qty"), row.text("weight_adjustment").to_owned(), row.fen("due_amount"));
            (row.number("room"), cells)
        })
        .collect();
    rows.sort_by_key(|(room, _)| *room);
    rows.into_iter().map(|(_, cells)| cells).collect()
}

fn cells(rows: &[(i64, &str, i64)]) -> Vec<(i64, String, i64)> {
    rows.iter().map(|(pieces, weight, due)| (*pieces, (*weight).to_owned(), *due)).collect()
}

fn version(day: &mut TinyDay) -> i64 {
    number(&mut day.app, "SELECT version FROM cycles")
}

const SIX: &[Offer<'_>] =
    &[Offer { sku: "PORK", terms: &[], lines: &[(1, 1, 0), (1, 2, 0), (2, 1, 0), (2, 1, 0), (3, 1, 0), (3, 1, 0)] }];

/// Lighter, two of them lighter together, heavier, 2 % off, lighter by 6 fen; and one that nobody weighed.
const LABELS: &str = "1001,PORK,90g,PORK-01\n1002,PORK,0.095kg,PORK-02\n1003,PORK,96,PORK-02\n\
    1004,PORK,0.22斤,PORK-03\n1005,PORK,９８,PORK-04\n1006,PORK,97克,PORK-05\n";

#[test]
fn what_weighs_less_goes_back_and_what_weighs_more_is_given_away() {
    let mut day = shared(SIX, &[("PORK", 7, true)]);
    day.import("weights", &format!("{HEAD}{LABELS}"));
    let before = version(&mut day);
    let shown = day.run(&["weigh", CYCLE, "--json"]).objects()[0].clone();
    assert_eq!((&shown["is_changed"], version(&mut day)), (&false.into(), before), "only shown");
    let done = finish(&day);
    for (key, want) in [
        ("labels", 6),
        ("bound_labels", 6),
        ("pieces", 7),
        ("lines", 6),
        ("weighed_lines", 5),
        ("nominal_lines", 1),
        ("adjusted_lines", 2),
        ("refund_fen", 38),
        ("due_fen", 0),
        ("given_away_fen", 20),
        ("lines_changed", 2),
        ("version", before + 1),
    ] {
        assert_eq!(done[key], want, "{key} of {done}");
    }
    let orders = ["PORK-01", "PORK-02", "PORK-03", "PORK-04", "PORK-05", "PORK-06"];
    assert_eq!(orders.map(|no| back(&mut day, no, "weight")), [20, 18, 0, 0, 0, 0]);
    assert_eq!(orders.map(|no| back(&mut day, no, "not_given")), [0; 6]);
    let want = [(1, "-0.20", 0), (2, "-0.18", 0), (1, "", 0), (1, "", 0), (1, "", 0), (1, "", 0)];
    assert_eq!(listed(&day, "PORK"), cells(&want));
    // Only the list of the point whose lines cost less is a new one.
    let issued = format!("SELECT COUNT(*) FROM documents WHERE version = {}", before + 1);
    assert_eq!(number(&mut day.app, &issued), 1);
    assert_eq!(day.app.audit(), "");
}

#[test]
fn settling_and_importing_again_change_nothing() {
    let mut day = shared(SIX, &[("PORK", 7, true)]);
    day.import("weights", &format!("{HEAD}{LABELS}"));
    finish(&day);
    let books = day.app.books();
    let again = day.app.tuan(&["import", "weights", &day.file("weights", &format!("{HEAD}{LABELS}")), "--json"]).done();
    let answer = &again.objects()[0];
    assert_eq!([&answer["new"], &answer["changed"], &answer["same"]], [0, 0, 6], "{answer}");
    assert_eq!(finish(&day)["is_changed"], false);
    assert_eq!(day.app.books(), books);
}

#[test]
fn nothing_weighed_settles_at_the_nominal_weight() {
    let mut day = shared(SIX, &[("PORK", 7, true)]);
    let done = finish(&day);
    assert_eq!(
        (&done["nominal_lines"], &done["adjusted_lines"], &done["is_changed"]),
        (&6.into(), &0.into(), &true.into())
    );
    assert_eq!(number(&mut day.app, "SELECT COUNT(*) FROM weight_adjustments"), 0);
    assert_eq!(finish(&day)["is_changed"], false);
    assert_eq!(day.app.audit(), "");
}

#[test]
fn both_ways_takes_no_more_than_the_cap() {
    let terms: &[(&str, &str)] = &[("weight_policy", "both"), ("weight_cap_pct", "5")];
    let offer = Offer { sku: "PORK", terms, lines: &[(1, 1, 0), (1, 1, 0), (2, 1, 0)] };
    let mut day = shared(&[offer], &[("PORK", 3, true)]);
    day.import("weights", &format!("{HEAD}1,PORK,110,PORK-01\n2,PORK,104,PORK-02\n3,PORK,90,PORK-03\n"));
    let done = finish(&day);
    assert_eq!(
        (&done["due_fen"], &done["given_away_fen"], &done["refund_fen"]),
        (&18.into(), &10.into(), &20.into()),
        "{done}"
    );
    assert_eq!(listed(&day, "PORK"), cells(&[(1, "0.10", 10), (1, "0.08", 8), (1, "-0.20", 0)]));
    assert_eq!(back(&mut day, "PORK-03", "weight"), 20);
    assert_eq!(day.app.audit(), "");
}

#[test]
fn a_short_line_gets_its_pieces_and_its_grams_back() {
    let offer = Offer { sku: "PORK", terms: &[], lines: &[(1, 2, 0)] };
    let mut day = shared(&[offer], &[("PORK", 1, true)]);
    day.import("weights", &format!("{HEAD}1001,PORK,90,PORK-01\n"));
    finish(&day);
    assert_eq!((back(&mut day, "PORK-01", "not_given"), back(&mut day, "PORK-01", "weight")), (200, 20));
    let full = day.try_import("weights", &format!("{HEAD}1002,PORK,90,PORK-01\n")).refused();
    assert!(full.stderr.contains("应提 1 件"), "{}", full.stderr);
    assert_eq!(day.app.audit(), "");
}

fn confirmed(day: &TinyDay, text: &str) -> Ran {
    day.app.tuan(&["import", "weights", &day.file("weights", text), "--confirm-weights"])
}

#[test]
fn an_unusual_weight_asks() {
    let ranged: &[(&str, &str)] = &[("weight_min_g", "50"), ("weight_max_g", "120")];
    let offers = [
        Offer { sku: "PORK", terms: &[("weight_min_g", ""), ("weight_max_g", "")], lines: &[(1, 1, 0)] },
        Offer { sku: "FISH", terms: ranged, lines: &[(1, 1, 0)] },
    ];
    let mut day = shared(&offers, &[("PORK", 1, true), ("FISH", 1, true)]);
    let refused = day.try_import("weights", &format!("{HEAD}1,PORK,69,PORK-01\n2,FISH,121,FISH-01\n")).refused();
    assert!(refused.stderr.contains("70–130 g") && refused.stderr.contains("50–120 g"), "{}", refused.stderr);
    day.import("weights", &format!("{HEAD}2,FISH,51,FISH-01\n"));
    confirmed(&day, &format!("{HEAD}1,PORK,69,PORK-01\n")).done();
    assert_eq!(number(&mut day.app, "SELECT COUNT(*) FROM weighed_labels WHERE is_confirmed"), 1);
    assert_eq!(finish(&day)["refund_fen"], 62 + 98);
    assert_eq!(day.app.audit(), "");
}

#[test]
fn every_fault_of_a_scales_file_is_told_at_once() {
    let offers = [
        Offer { sku: "PORK", terms: &[], lines: &[(1, 1, 0), (2, 1, 0)] },
        Offer { sku: "EGG", terms: &[], lines: &[(1, 1, 0)] },
    ];
    let mut day = shared(&offers, &[("PORK", 2, true), ("EGG", 1, true)]);
    let head = "称签号,商品编码,实称,自提点编码,订单号\n";
    day.import("weights", &format!("{head}7,PORK,100,P2,PORK-02\n"));
    let text = format!(
        "{head}1,EGG,100,,\n2,NONE,100,,\n3,PORK,12.5g,,\n4,PORK,0,,\n5,PORK,100,P9,\n6,PORK,100,,NO-1\n\
         7,PORK,101,,\n8,PORK,100,P2,PORK-01\n9,PORK,100,,PORK-02\n9,PORK,100,,\n"
    );
    let before = day.app.books();
    let refused = day.try_import("weights", &text).refused();
    for words in [
        "不是称重商品",
        "NONE",
        "不是整数",
        "太小",
        "P9",
        "NO-1",
        "称签号已有不同的内容：PORK 100 g",
        "订单在自提点 P1",
        "称签已够",
        "9",
    ] {
        assert!(refused.stderr.contains(words), "{words} is not in {}", refused.stderr);
    }
    assert_eq!(day.app.books(), before);
}

#[test]
fn what_comes_later_is_settled_again_and_what_went_back_stays() {
    let offer = Offer { sku: "PORK", terms: &[], lines: &[(1, 1, 0), (1, 1, 0)] };
    let mut day = shared(&[offer], &[("PORK", 2, true)]);
    day.import("weights", &format!("{HEAD}1,PORK,90,PORK-01\n2,PORK,80,\n"));
    assert_eq!(finish(&day)["refund_fen"], 20);
    day.import("weights", &format!("{HEAD}2,PORK,80,PORK-02\n"));
    let second = finish(&day);
    assert_eq!((&second["refund_fen"], &second["lines_changed"]), (&60.into(), &1.into()), "{second}");
    assert_eq!(day.app.audit(), "");
    // The money of both is given back; then the scale turns out to have been wrong about one of them.
    day.app.db.execute_batch("UPDATE refunds SET state = 'done'").expect("the test owns its database");
    let void = "INSERT INTO weight_voids (cycle_id, weigh_no, version, voided_by, voided_at) \
                SELECT id, '1', version, 'test', 0 FROM cycles";
    day.app.db.execute_batch(void).expect("the label is voided");
    day.import("weights", &format!("{HEAD}3,PORK,100,PORK-01\n"));
    assert_eq!(finish(&day)["refund_fen"], 40);
    assert_eq!(back(&mut day, "PORK-01", "weight"), 20, "nobody is asked to bring it back");
    assert_eq!(listed(&day, "PORK"), cells(&[(1, "", 0), (1, "-0.40", 0)]));
    assert_eq!(day.app.audit(), "");
}

#[test]
fn sharing_again_after_weights_were_settled_keeps_both_refunds() {
    let offer = Offer { sku: "PORK", terms: &[], lines: &[(1, 1, 0), (2, 2, 0)] };
    let mut day = shared(&[offer], &[("PORK", 3, true)]);
    day.import("weights", &format!("{HEAD}1,PORK,90,PORK-02\n"));
    assert_eq!(finish(&day)["refund_fen"], 20);
    let recount = "receipt_no,po_no,sku_code,arrived_qty,closes,recount\nD1,PO-T1-001,PORK,2,1,1\n";
    let file = day.file("receipts", recount);
    day.run(&["receive", CYCLE, &file]);
    day.run(&["allocate", CYCLE]);
    assert_eq!((back(&mut day, "PORK-02", "not_given"), back(&mut day, "PORK-02", "weight")), (200, 20));
    assert_eq!(day.app.audit(), "");
    // The piece that is left is the one that was weighed.
    assert_eq!(
        (&finish(&day)["refund_fen"], listed(&day, "PORK")),
        (&20.into(), cells(&[(1, "", 0), (1, "-0.20", 0)]))
    );
    assert_eq!(day.app.audit(), "");
}

#[test]
fn goods_are_weighed_and_settled_in_their_time() {
    let offer = Offer { sku: "PORK", terms: &[], lines: &[(1, 1, 0)] };
    let open = TinyDay::open(&[offer]);
    let early = open.try_import("weights", &format!("{HEAD}1,PORK,100,\n"));
    assert!(early.refused().stderr.contains("没有合适的团期"));
    let frozen = TinyDay::procured(&[offer]);
    let refused = frozen.app.tuan(&["weigh", CYCLE, "--finish"]).refused();
    assert!(refused.stderr.contains("不能称重"), "{}", refused.stderr);
}
