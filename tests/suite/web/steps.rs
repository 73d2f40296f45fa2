//! The steps of a day over HTTP: the same books as from the command line.

use std::fs;

use serde_json::{Value, json};

use super::server::{Answer, Server};
use crate::app::books::{assert_same, without};
use crate::app::{TestApp, fixture};

fn post(server: &Server, step: &str, body: &Value) -> Answer {
    let path = format!("/api/v1/cycles/261122/{step}");
    server.post(&path, "application/json", body.to_string().as_bytes())
}

#[track_caller]
fn done(answer: Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Sends deliveries under a key.
fn receive(server: &Server, key: Option<&str>, media_type: &str, body: &[u8]) -> Answer {
    let key = key.map(|key| ("Idempotency-Key", key));
    let headers: Vec<(&str, &str)> = [("Content-Type", media_type)].into_iter().chain(key).collect();
    server.machine().send("POST", "/api/v1/cycles/261122/receipts", &headers, body)
}

fn file(name: &str) -> Vec<u8> {
    fs::read(fixture(&format!("pilot_day/{name}.csv"))).expect("a fixture can be read")
}

/// The rows of a fixture as JSON, every cell as its text.
fn rows(name: &str) -> Value {
    let bytes = file(name);
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let heads = table.headers().expect("a fixture has heads").clone();
    let object = |record: csv::StringRecord| -> Value {
        let cells = heads.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(head, cell)| (head.to_owned(), Value::from(cell))).collect::<serde_json::Map<_, _>>().into()
    };
    let rows: Vec<Value> = table.records().map(|record| object(record.expect("a fixture is sound"))).collect();
    json!({ "rows": rows })
}

#[test]
fn a_day_over_http_comes_to_the_books_of_the_command_line() {
    let mut day = TestApp::pilot_day("open");
    let server = Server::start(&day);
    let closed = done(post(&server, "cutoff", &json!({})));
    assert_eq!((&closed["state"], &closed["is_new"]), (&json!("frozen"), &json!(true)));
    assert_eq!(done(post(&server, "cutoff", &json!({})))["is_new"], json!(false));
    // A body may be left out, but what is there is read.
    let blank = server.post("/api/v1/cycles/261122/procure", "application/json", b"\n");
    assert_eq!((blank.status, &blank.json()["code"]), (422, &json!("bad_request")));
    let tried = done(post(&server, "procure", &json!({ "dry_run": true })));
    let procured = done(server.post("/api/v1/cycles/261122/procure", "application/json", b""));
    assert_eq!(procured["purchase_orders"], tried["purchase_orders"]);
    assert!(procured["purchase_orders"].as_array().is_some_and(|orders| !orders.is_empty()));
    done(post(&server, "plan", &rows("plan")));
    done(post(&server, "send", &json!({})));
    done(receive(&server, Some("truck-1"), "text/csv", &file("receipts")));
    let allocated = done(post(&server, "allocate", &json!({})));
    assert_eq!(allocated["short_skus"], json!(allocated["shortages"].as_array().map(Vec::len)));
    done(post(&server, "dispatch", &json!({})));
    let corrected = done(post(&server, "corrections", &rows("corrections")));
    assert_eq!(done(post(&server, "corrections", &rows("corrections")))["version"], corrected["version"]);
    done(post(&server, "allocate", &json!({})));
    drop(server);
    assert_eq!(day.audit(), "");
    // The server's clock notes that it has looked after the freeze; commands have no clock, and no keys.
    let compared = |mut day: TestApp| without(&without(&day.books(), "cycle_clocks"), "idempotency_keys");
    assert_same(&compared(TestApp::pilot_day("dispatched")), &compared(day), "steps over HTTP");
}

#[test]
fn a_step_out_of_order_is_refused_and_faulty_rows_come_back_all_at_once() {
    let day = TestApp::pilot_day("open");
    let server = Server::start(&day);
    let refused = post(&server, "allocate", &json!({}));
    assert_eq!((refused.status, &refused.json()["code"]), (409, &json!("wrong_state")), "{}", refused.text());
    done(post(&server, "cutoff", &json!({})));
    done(post(&server, "procure", &json!({})));
    let row = |supplier: &str, cases: Value| {
        json!({
            "supplier_code": supplier, "warehouse_code": "nowhere", "sku_code": "K999", "cases": cases, "reason": "x",
        })
    };
    let faulty = post(&server, "plan", &json!({ "rows": [row("S99", json!(3)), row("S98", json!("many"))] }));
    let problem = faulty.json();
    assert_eq!((faulty.status, &problem["code"]), (422, &json!("faulty_rows")));
    assert!(problem["errors"].as_array().is_some_and(|errors| errors.len() >= 4), "{problem}");
    let check = |path: &str, body: &str, status: u16| {
        let answer = server.post(&format!("/api/v1/cycles/261122/{path}"), "application/json", body.as_bytes());
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.text());
    };
    check("procure", "{\"unknown\":1}", 422);
    check("allocate", "{\"rule\":\"whim\"}", 422);
    check("plan", "{\"rows\":[{\"cases\":1.5}]}", 422);
    check("plan", "not json", 422);
    assert_eq!(server.post("/api/v1/cycles/none/cutoff", "application/json", b"").status, 404);
}

#[test]
fn deliveries_sent_twice_under_a_key_are_taken_once_and_answered_alike() {
    let mut day = TestApp::pilot_day("procured");
    let server = Server::start(&day);
    let bare = receive(&server, None, "text/csv", &file("receipts"));
    assert_eq!((bare.status, &bare.json()["code"]), (400, &json!("key_needed")), "{}", bare.text());
    let mut tried = rows("receipts");
    tried["dry_run"] = json!(true);
    let tried = done(receive(&server, Some("a"), "application/json", tried.to_string().as_bytes()));
    let first = done(receive(&server, Some("a"), "text/csv", &file("receipts")));
    assert_eq!((&first["new"], &first["version"]), (&tried["new"], &json!(tried["version"].as_u64().unwrap() + 1)));
    done(post(&server, "allocate", &json!({})));
    let books = without(&day.books(), "idempotency_keys");
    assert_eq!(done(receive(&server, Some("a"), "text/csv", &file("receipts"))), first);
    let other = receive(&server, Some("a"), "application/json", rows("receipts").to_string().as_bytes());
    assert_eq!((other.status, &other.json()["code"]), (422, &json!("key_reused")), "{}", other.text());
    // Another key, or another caller's same key, is another act: here one that finds everything known.
    let known = done(receive(&server, Some("b"), "text/csv", &file("receipts")));
    assert_eq!((&known["new"], &known["same"]), (&json!(0), &first["rows"]));
    let others = server.token(&["receipts:write"]);
    let headers = [("Idempotency-Key", "a"), ("Content-Type", "application/json")];
    let body = rows("receipts").to_string();
    let known = others.send("POST", "/api/v1/cycles/261122/receipts", &headers, body.as_bytes());
    assert_eq!(done(known)["new"], json!(0));
    drop(server);
    assert_eq!((without(&day.books(), "idempotency_keys") == books, day.audit()), (true, String::new()));
}

#[test]
fn deliveries_sent_at_the_same_moment_under_a_key_are_taken_once() {
    let mut day = TestApp::pilot_day("procured");
    let server = Server::start(&day);
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let send = || done(receive(&server, Some("truck-1"), "text/csv", &file("receipts")));
        let sent: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
        sent.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_ne!(answers[0]["new"], json!(0));
    drop(server);
    assert_eq!(day.audit(), "");
}
