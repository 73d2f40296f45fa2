//! 核销: every event once, never more than was given, wrong codes locked out, and all of it taken back again.

use serde_json::{Value, json};

use super::client::Client;
use super::{is_refused, number, open_day_paid, order};
use crate::app::TestApp;
use crate::web::server::Server;

/// A day with one order of our own, brought to its allocation; the order's number and its code.
pub(super) fn allocated_day() -> (TestApp, String, String) {
    let mut app = open_day_paid("at_pickup");
    let server = Server::start(&app);
    let mut body = order("L01", 1, "K002", 2);
    body["lines"] = json!([{ "sku": "K002", "qty": 2 }, { "sku": "K004", "qty": 1 }]);
    let placed = Client::of(&server).order("a", &body).json();
    drop(server);
    app.tuan(&["cutoff", "261122"]).done();
    app.tuan(&["procure", "261122"]).done();
    app.now = "2026-11-23 03:00".to_owned();
    app.tuan(&["receive", "261122", "--all-as-planned"]).done();
    app.tuan(&["allocate", "261122"]).done();
    app.now = "2026-11-23 12:00".to_owned();
    let text = |key: &str| placed[key].as_str().unwrap().to_owned();
    (app, text("order_no"), text("pickup_code"))
}

pub(super) fn event(id: &str, more: Value) -> Value {
    let mut event =
        json!({ "event_id": id, "device_time": "2026-11-23T12:00:00+08:00", "method": "room", "by": "周桂兰" });
    for (key, value) in more.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

pub(super) fn confirm(client: &Client, events: &[Value]) -> Vec<String> {
    let answer = client.post("/api/v1/pickups", &json!({ "events": events }).to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let results = answer.json()["results"].as_array().unwrap().clone();
    let told = |result: &Value| match result["code"].as_str() {
        Some(code) => code.to_owned(),
        None => result["status"].as_str().unwrap().to_owned(),
    };
    results.iter().map(told).collect()
}

#[test]
fn goods_go_home_once_and_come_back_once() {
    let (mut app, order_no, code) = allocated_day();
    let server = Server::start(&app);
    let client = Client::of(&server);
    let by_no = |id: &str| event(id, json!({ "order_no": order_no }));
    let part = event("e1", json!({ "order_no": order_no, "lines": [{ "sku": "K002", "qty": 1 }] }));
    let too_much = event("e2", json!({ "order_no": order_no, "lines": [{ "sku": "K002", "qty": 2 }] }));
    assert_eq!(confirm(&client, &[part.clone(), part, too_much]), ["confirmed", "already", "conflict"]);
    assert_eq!(confirm(&client, &[by_no("e3"), by_no("e3"), by_no("e4")]), ["confirmed", "already", "conflict"]);
    let shown = client.get(&format!("/api/v1/orders/{order_no}")).json();
    let handed: Vec<i64> =
        shown["lines"].as_array().unwrap().iter().map(|l| l["handed_qty"].as_i64().unwrap()).collect();
    assert_eq!((handed, &shown["pickup_code"]), (vec![2, 1], &Value::Null));
    assert_eq!(app.audit(), "");
    for status in ["confirmed", "already"] {
        assert_eq!(client.post("/api/v1/pickups/e3/reverse", "").json()["status"], status);
    }
    let with_code = event("e5", json!({ "code": code, "point": "P01", "method": "code" }));
    assert_eq!(confirm(&client, &[by_no("e6"), with_code.clone()]), ["confirmed", "wrong_code"]);
    assert_eq!(client.post("/api/v1/pickups/e6/reverse", "").json()["status"], "confirmed");
    assert_eq!(confirm(&client, &[with_code]), ["confirmed"]);
    is_refused(&client.post("/api/v1/pickups/e9/reverse", ""), 404, "not_found");
    assert_eq!(number(&mut app, "SELECT SUM(handed_qty) FROM pickup_lines"), 3);
    assert_eq!(app.audit(), "");
    app.db.execute_batch("INSERT INTO pickup_lines VALUES ('e5', 7, 1)").expect("the test owns its database");
    assert!(app.audit().starts_with("handed_out pickup_lines"), "{}", app.audit());
}

#[test]
fn a_reversal_needs_a_reason_after_a_while_and_the_token_names_the_order() {
    let (mut app, order_no, _) = allocated_day();
    let server = Server::start(&app);
    let client = Client::of(&server);
    let token = client.get(&format!("/api/v1/orders/{order_no}")).json()["pickup_token"].clone();
    assert_eq!(confirm(&client, &[event("e1", json!({ "token": token, "method": "qr" }))]), ["confirmed"]);
    let forged = event("e2", json!({ "token": "MjYx.x", "method": "qr" }));
    let answer = client.post("/api/v1/pickups", &json!({ "events": [forged] }).to_string());
    is_refused(&answer, 422, "bad_fields");
    drop(server);
    app.now = "2026-11-23 12:01".to_owned();
    let server = Server::start(&app);
    let client = Client::of(&server);
    is_refused(&client.post("/api/v1/pickups/e1/reverse", ""), 422, "reason_needed");
    assert_eq!(client.post("/api/v1/pickups/e1/reverse", r#"{"reason":"拿错了"}"#).json()["status"], "confirmed");
    assert_eq!(app.audit(), "");
}

#[test]
fn wrong_codes_lock_the_code_field_and_nothing_else() {
    let (mut app, order_no, code) = allocated_day();
    let server = Server::start(&app);
    let client = Client::of(&server);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let with = |id: &str, code: &str| event(id, json!({ "order_no": order_no, "code": code, "method": "code" }));
    let tries: Vec<Value> = (0..6).map(|turn| with(&format!("w{turn}"), wrong)).collect();
    assert_eq!(confirm(&client, &tries)[3..], ["wrong_code", "wrong_code", "code_locked"]);
    assert_eq!(confirm(&client, &[with("right", &code)]), ["code_locked"]);
    let late = event("late", json!({ "order_no": order_no, "code": wrong, "method": "code", "source": "offline" }));
    assert_eq!(confirm(&client, &[late]), ["confirmed"]);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM pickup_events WHERE code_failed AND method = 'room'"), 1);
    assert_eq!(app.audit(), "");
}
