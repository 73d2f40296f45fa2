//! Money for orders: marked one by one or all at once, too late, never twice; and orders that nobody paid for.

use std::time::{Duration, Instant};

use serde_json::json;

use super::client::Client;
use super::{bound, is_refused, number, open_day, open_day_paid, order, totals_are_right};
use crate::web::server::Server;

fn place(client: &Client, key: &str, leader: &str, paid: bool) -> String {
    let mut body = order(leader, key.bytes().map(u64::from).sum(), "K001", 2);
    body["paid"] = json!(paid);
    let placed = client.order(key, &body);
    assert_eq!(placed.status, 201, "{}", placed.text());
    placed.json()["order_no"].as_str().unwrap().to_owned()
}

#[test]
fn an_order_paid_in_person_counts_from_its_mark_on() {
    let mut app = open_day_paid("in_person");
    let server = Server::start(&app);
    let client = Client::of(&server);
    let orders = |client: &Client| client.get("/api/v1/cycles/261122/totals").json()["orders"].as_u64().unwrap();
    let before = orders(&client);
    let (unpaid, paid) = (place(&client, "a", "L01", false), place(&client, "b", "L01", true));
    assert_eq!(orders(&client), before + 1);
    for status in ["paid", "already", "already"] {
        let answer = client.post(&format!("/api/v1/orders/{unpaid}/payment"), "");
        assert_eq!(answer.json(), json!({ "order_no": unpaid, "status": status, "amount_fen": 498 }));
    }
    assert_eq!(client.post(&format!("/api/v1/orders/{paid}/payment"), "").json()["status"], "already");
    assert_eq!(orders(&client), before + 2);
    place(&client, "c", "L01", false);
    let marked = client.post("/api/v1/cycles/261122/payments", r#"{"leader":"L01","orders":"all"}"#).json();
    assert_eq!(marked["paid_after_cutoff"], 0);
    assert!(marked["paid"].as_u64().unwrap() >= 1, "{marked}");
    let one = json!({ "leader": "L01", "orders": [unpaid] }).to_string();
    assert_eq!(client.post("/api/v1/cycles/261122/payments", &one).json()["already"], 1);
    let foreign = json!({ "leader": "L02", "orders": [unpaid] }).to_string();
    is_refused(&client.post("/api/v1/cycles/261122/payments", &foreign), 404, "not_found");
    totals_are_right(&mut app, &client);
    app.tuan(&["cutoff", "261122"]).done();
    assert_eq!(app.audit(), "");
}

#[test]
fn money_that_comes_after_the_cutoff_is_recorded_and_due_back() {
    let mut app = open_day_paid("in_person");
    let server = Server::start(&app);
    let client = Client::of(&server);
    let late = place(&client, "late", "L01", false);
    app.tuan(&["cutoff", "261122"]).done();
    for _ in 0..2 {
        let answer = client.post(&format!("/api/v1/orders/{late}/payment"), "").json();
        assert_eq!(answer, json!({ "order_no": late, "status": "paid_after_cutoff", "amount_fen": 498 }));
    }
    assert_eq!(client.get(&format!("/api/v1/orders/{late}")).json()["state"], "expired");
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM payments WHERE paid_after_cutoff"), 1);
    assert_eq!(app.audit(), "");
}

#[test]
fn at_pickup_the_order_stays_as_it_is_and_the_money_is_a_row() {
    let mut app = open_day_paid("at_pickup");
    let server = Server::start(&app);
    let client = Client::of(&server);
    let order_no = place(&client, "a", "L01", true);
    let shown = client.get(&format!("/api/v1/orders/{order_no}")).json();
    assert_eq!((&shown["state"], &shown["payment"]["kind"]), (&json!("unpaid"), &json!("at_pickup")));
    let cancelled = client.post(&format!("/api/v1/orders/{order_no}/cancel"), "").json();
    assert_eq!((&cancelled["refund_due_fen"], &cancelled["is_new"]), (&json!(498), &json!(true)));
    totals_are_right(&mut app, &client);
}

#[test]
fn an_unpaid_online_order_expires_and_gives_back_what_it_held() {
    let mut app = open_day();
    bound(&app, "K001", "2.49", "2", "100000");
    let server = Server::start(&app);
    let client = Client::of(&server);
    let (unpaid, paid) = (place(&client, "a", "L01", false), place(&client, "b", "L01", true));
    is_refused(&client.order("c", &order("L01", 97, "K001", 1)), 409, "over_limit");
    totals_are_right(&mut app, &client);
    drop(server);
    app.now = "2026-11-22 22:15".to_owned();
    let server = Server::start(&app);
    let client = Client::of(&server);
    let begun = Instant::now();
    // Whoever orders wakes the writer; it looks for what has run out every few seconds.
    while client.get(&format!("/api/v1/orders/{unpaid}")).json()["state"] != "expired" {
        assert!(begun.elapsed() < Duration::from_secs(30), "it never expired");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(client.get(&format!("/api/v1/orders/{paid}")).json()["state"], "paid");
    assert_eq!(client.order("d", &order("L01", 97, "K001", 2)).status, 201);
    let late = client.post(&format!("/api/v1/orders/{unpaid}/payment"), "").json();
    assert_eq!(late["status"], "paid_after_cutoff");
    totals_are_right(&mut app, &client);
}
