//! One order after the other: what comes in, what is refused and why, and what a repeat is answered.

use serde_json::{Value, json};

use super::client::Client;
use super::{bound, is_refused, number, open_day, open_day_paid, order, totals_are_right};
use crate::app::books::lines;
use crate::web::server::Server;

const COUNT: &str = "SELECT COUNT(*) FROM orders";

#[test]
fn an_order_is_in_with_the_servers_price_and_a_repeat_is_the_same_order() {
    let mut app = open_day_paid("at_pickup");
    let before = number(&mut app, COUNT);
    let server = Server::start(&app);
    let client = Client::of(&server);
    let mut body = order("L01", 1, "K001", 3);
    body["lines"] = json!([{ "sku": "K001", "qty": 3, "tolerance": 2 }, { "sku": "K002", "qty": 1 }]);
    let first = client.order("a-key", &body);
    assert_eq!(first.status, 201, "{}", first.text());
    let placed = first.json();
    assert_eq!(placed["total_fen"], 5 * 249 + 269);
    assert_eq!(placed["pickup_code"].as_str().map(str::len), Some(6));
    for _ in 0..3 {
        assert_eq!(client.order("a-key", &body), first);
    }
    assert_eq!(number(&mut app, COUNT), before + 1);
    let shown = client.get(&format!("/api/v1/orders/{}", placed["order_no"].as_str().unwrap())).json();
    assert_eq!(shown["state"], "unpaid");
    assert_eq!(
        shown["lines"][0],
        json!({
            "sku_code": "K001", "ordered_qty": 3, "tolerance": 2, "price_fen": 249, "allocated_qty": null, "handed_qty": 0,
        })
    );
    assert_eq!(shown["pickup_code"], placed["pickup_code"]);
    is_refused(&client.order("a-key", &order("L01", 1, "K001", 4)), 422, "key_reused");
    totals_are_right(&mut app, &client);
}

#[test]
fn nothing_a_client_says_sets_a_price_or_slips_past_the_schema() {
    let mut app = open_day();
    let before = app.books();
    let server = Server::start(&app);
    let client = Client::of(&server);
    let mut priced = order("L01", 1, "K001", 1);
    priced["lines"][0]["price_fen"] = json!(1);
    priced["total_fen"] = json!(1);
    let refused = client.order("k", &priced);
    is_refused(&refused, 422, "bad_fields");
    let fields: Vec<String> =
        refused.json()["errors"].as_array().unwrap().iter().map(|e| e["field"].to_string()).collect();
    assert_eq!(fields, ["\"total_fen\"", "\"lines[0].price_fen\""]);
    let mut unknown = order("L01", 1, "K001", 1);
    unknown["point"] = json!("P99");
    unknown["lines"] = json!([{ "sku": "NONE", "qty": 1 }, { "sku": "K001", "qty": 1 }, { "sku": "K001", "qty": 1 }]);
    let refused = client.order("k", &unknown);
    is_refused(&refused, 422, "bad_fields");
    let told: Vec<Value> = refused.json()["errors"].as_array().unwrap().clone();
    let told: Vec<(&str, &str)> =
        told.iter().map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
    assert_eq!(told, [("point", "unknown_code"), ("lines[0].sku", "not_on_sale"), ("lines[2].sku", "duplicate_row")]);
    is_refused(&client.order("k", &order("L99", 1, "K001", 1)), 404, "not_found");
    let mut elsewhere = order("L01", 1, "K001", 1);
    elsewhere["cycle"] = json!("nowhere");
    is_refused(&client.order("k", &elsewhere), 404, "not_found");
    is_refused(&client.post("/api/v1/orders", &order("L01", 1, "K001", 1).to_string()), 400, "key_needed");
    is_refused(&client.order(&"x".repeat(65), &order("L01", 1, "K001", 1)), 400, "key_needed");
    drop(server);
    crate::app::books::assert_same(&before, &app.books(), "refusals");
}

#[test]
fn a_refusal_leaves_the_key_free_and_an_answer_outlives_the_cutoff() {
    let mut app = open_day_paid("at_pickup");
    let server = Server::start(&app);
    let client = Client::of(&server);
    bound(&app, "K001", "2.49", "", "0");
    let body = order("L02", 2, "K001", 1);
    is_refused(&client.order("again", &body), 409, "sold_out");
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM idempotency_keys"), 0);
    bound(&app, "K001", "2.49", "", "100000");
    let first = client.order("again", &body);
    assert_eq!(first.status, 201, "{}", first.text());
    app.tuan(&["cutoff", "261122"]).done();
    assert_eq!(client.order("again", &body), first);
    is_refused(&client.order("again", &order("L02", 2, "K001", 2)), 422, "key_reused");
    is_refused(&client.order("late", &body), 423, "cycle_closed");
    let order_no = first.json()["order_no"].as_str().unwrap().to_owned();
    is_refused(&client.post(&format!("/api/v1/orders/{order_no}/cancel"), ""), 423, "cycle_closed");
    assert_eq!(app.audit(), "");
}

#[test]
fn the_clock_closes_the_window_and_a_draft_is_not_open_yet() {
    let mut app = open_day();
    app.now = "2026-11-22 23:00:00".to_owned();
    let server = Server::start(&app);
    is_refused(&Client::of(&server).order("k", &order("L01", 1, "K001", 1)), 423, "cycle_closed");
    drop(server);
    app.db.execute_batch("UPDATE cycles SET state = 'draft'").unwrap();
    let server = Server::start(&app);
    is_refused(&Client::of(&server).order("k", &order("L01", 1, "K001", 1)), 423, "cycle_not_open");
}

#[test]
fn a_person_is_known_again_and_limits_count_what_a_file_brought() {
    let mut app = open_day_paid("at_pickup");
    let sql = "SELECT r.phone || ' ' || l.leader_code AS line FROM orders o JOIN residents r ON r.id = o.resident_id \
               JOIN leaders l ON l.id = o.leader_id JOIN order_lines i ON i.order_id = o.id \
               JOIN offers f ON f.cycle_id = i.cycle_id AND f.offer_no = i.offer_no JOIN skus s ON s.id = f.sku_id \
               WHERE r.phone IS NOT NULL AND s.sku_code = 'K001' AND i.ordered_qty = 1 ORDER BY o.order_no LIMIT 1";
    let known = lines(&mut app.db, sql)[0].clone();
    let (phone, leader) = known.split_once(' ').unwrap();
    let had = number(
        &mut app,
        &format!(
            "SELECT SUM(i.ordered_qty) FROM orders o JOIN residents r ON r.id = o.resident_id JOIN leaders l ON l.id = o.leader_id \
         JOIN order_lines i ON i.order_id = o.id JOIN offers f ON f.cycle_id = i.cycle_id AND f.offer_no = i.offer_no \
         JOIN skus s ON s.id = f.sku_id WHERE r.phone = '{phone}' AND l.leader_code = '{leader}' AND s.sku_code = 'K001'"
        ),
    );
    bound(&app, "K001", "2.49", &(had + 2).to_string(), "");
    let residents = number(&mut app, "SELECT COUNT(*) FROM residents WHERE edition = 0");
    let server = Server::start(&app);
    let client = Client::of(&server);
    let mut body = order(leader, 0, "K001", 1);
    body["resident"] = json!({ "phone": phone, "nickname": "另一个昵称" });
    assert_eq!(client.order("1", &body).status, 201);
    body["lines"][0]["qty"] = json!(2);
    is_refused(&client.order("2", &body), 409, "over_limit");
    body["lines"][0]["qty"] = json!(1);
    assert_eq!(client.order("3", &body).status, 201);
    is_refused(&client.order("4", &body), 409, "over_limit");
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM residents WHERE edition = 0"), residents);
    totals_are_right(&mut app, &client);
}

#[test]
fn orders_that_a_file_brings_meanwhile_show_in_the_totals_and_count_against_the_cap() {
    let mut app = open_day_paid("at_pickup");
    let sold = number(
        &mut app,
        "SELECT SUM(ordered_qty) FROM order_lines l JOIN offers f ON f.offer_no = l.offer_no \
                                 JOIN skus s ON s.id = f.sku_id WHERE s.sku_code = 'K002'",
    );
    bound(&app, "K002", "2.69", "", &(sold + 5).to_string());
    let server = Server::start(&app);
    let client = Client::of(&server);
    assert_eq!(client.order("1", &order("L01", 1, "K002", 1)).status, 201);
    totals_are_right(&mut app, &client);
    let file = app.file("more.csv", "order_no,leader_code,sku_code,ordered_qty,nickname\nX-1,L02,K002,3,芳芳\n");
    app.tuan(&["import", "orders", crate::app::arg(&file), "--cycle", "261122"]).done();
    totals_are_right(&mut app, &client);
    is_refused(&client.order("2", &order("L01", 1, "K002", 2)), 409, "sold_out");
    assert_eq!(client.order("3", &order("L01", 1, "K002", 1)).status, 201);
    is_refused(&client.order("4", &order("L03", 9, "K002", 1)), 409, "sold_out");
    totals_are_right(&mut app, &client);
}

#[test]
fn a_bound_that_comes_after_an_order_counts_it_also_when_it_is_taken_back() {
    let mut app = open_day_paid("at_pickup");
    let server = Server::start(&app);
    let client = Client::of(&server);
    let placed = client.order("1", &order("L01", 1, "K001", 2)).json();
    bound(&app, "K001", "2.49", "2", "100000");
    let path = format!("/api/v1/orders/{}/cancel", placed["order_no"].as_str().unwrap());
    assert_eq!(client.post(&path, "").status, 200);
    assert_eq!(client.order("2", &order("L01", 1, "K001", 2)).status, 201);
    is_refused(&client.order("3", &order("L01", 1, "K001", 1)), 409, "over_limit");
    totals_are_right(&mut app, &client);
    app.db.execute_batch("UPDATE offer_counters SET sold_qty = sold_qty + 1").expect("the test owns its database");
    assert!(app.audit().starts_with("offer_counter offer_counters sku_code=K001"), "{}", app.audit());
}
