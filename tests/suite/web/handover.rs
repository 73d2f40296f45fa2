//! Goods at a point over the network: what came, who goes without, what was bad. Each act counts once, and the books agree.

use serde_json::{Value, json};

use super::client::Client;
use super::server::{Answer, Server};
use crate::app::TestApp;
use crate::intake::number;
use crate::work::wait_until;

pub fn send(client: &Client, path: &str, key: &str, body: &Value) -> Answer {
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
    client.send("POST", path, &headers, body.to_string().as_bytes())
}

#[track_caller]
pub fn is_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, &answer.json()["code"]), (status, &code.into()), "{}", answer.text());
}

fn count(lines: Value) -> Value {
    json!({ "cycle": "261122", "point": "P01", "device_time": "2026-11-23T09:00:00+08:00", "by": "周桂兰", "lines": lines })
}

/// The first line of L01's day of which so many pieces were given: order number, SKU, pieces.
pub fn a_line(server: &Server, least: u64) -> (String, String, u64) {
    let day = server.as_role_of("leader", "L01").json("/api/v1/leader/day");
    let orders = day["households"].as_array().unwrap().iter().flat_map(|home| home["orders"].as_array().unwrap());
    for order in orders {
        for line in order["lines"].as_array().unwrap() {
            let qty = line["allocated_qty"].as_u64().unwrap();
            if qty >= least {
                let sku = &day["goods"][line["goods"].as_u64().unwrap() as usize]["sku_code"];
                return (order["order_no"].as_str().unwrap().to_owned(), sku.as_str().unwrap().to_owned(), qty);
            }
        }
    }
    panic!("no line of {least} pieces");
}

pub fn line_of(server: &Server, order_no: &str, sku: &str) -> Value {
    let day = server.as_role_of("leader", "L01").json("/api/v1/leader/day");
    let orders = day["households"].as_array().unwrap().iter().flat_map(|home| home["orders"].as_array().unwrap());
    let mut own = orders.filter(|order| order["order_no"] == order_no);
    let lines = own.next().expect("the order")["lines"].as_array().unwrap().clone();
    let is_it = |line: &Value| day["goods"][line["goods"].as_u64().unwrap() as usize]["sku_code"] == sku;
    lines.into_iter().find(is_it).expect("the line")
}

#[test]
fn a_count_by_exception_is_kept_once_and_a_recount_beside_it() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 09:00".to_owned();
    let server = Server::start(&app);
    let (leader, other) = (server.as_role_of("leader", "L01"), server.as_role_of("leader", "L02"));
    let helper = server.as_role_of("helper", "L01");
    let (_, sku, _) = a_line(&server, 2);
    let body = count(json!([{ "sku": sku, "short_qty": 1, "broken_qty": 1 }]));
    let path = "/api/v1/receipts/leader";
    let first = send(&leader, path, "k1", &body);
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!((&first.json()["count_no"], &first.json()["missing"][0]["missing_qty"]), (&1.into(), &2.into()));
    assert_eq!(send(&leader, path, "k1", &body).json(), first.json(), "the same is the same");
    is_refused(&send(&leader, path, "k1", &count(json!([]))), 422, "key_reused");
    assert_eq!(send(&helper, path, "k2", &count(json!([]))).json()["count_no"], 2);
    assert_eq!(send(&other, path, "k3", &body).status, 404);
    is_refused(&leader.post(path, &body), 400, "key_needed");
    let over = count(json!([{ "sku": sku, "short_qty": 9999 }]));
    is_refused(&send(&leader, path, "k4", &over), 409, "more_than_due");
    let strange = count(json!([{ "sku": "none", "short_qty": 1 }]));
    is_refused(&send(&leader, path, "k5", &strange), 404, "not_found");
    let day = server.as_role_of("leader", "L01").json("/api/v1/leader/day");
    let receipt = &day["arrivals"][0]["receipt"];
    assert_eq!((&receipt["count_no"], receipt["lines"].as_array().map(Vec::len)), (&2.into(), Some(0)));
    assert_eq!(receipt["due_qty"], first.json()["due_qty"]);
    drop(server);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM leader_receipts"), 2);
    for sql in ["UPDATE leader_receipts SET due_qty = 1", "DELETE FROM leader_receipt_lines"] {
        assert!(app.db.execute_batch(sql).expect_err(sql).to_string().contains("append-only"));
    }
    assert_eq!(app.audit(), "");
}

#[test]
fn who_goes_without_gets_less_and_a_recount_serves_them_again() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 09:00".to_owned();
    let server = Server::start(&app);
    let (leader, other) = (server.as_role_of("leader", "L01"), server.as_role_of("leader", "L02"));
    let (order_no, sku, qty) = a_line(&server, 2);
    let choice = |qty: u64| json!({ "cycle": "261122", "point": "P01", "sku": sku, "by": "周桂兰", "orders": [{ "order_no": order_no, "qty": qty }] });
    is_refused(&send(&leader, "/api/v1/losses", "c0", &choice(1)), 409, "more_than_missing");
    let body = count(json!([{ "sku": sku, "short_qty": 1 }]));
    assert_eq!(send(&leader, "/api/v1/receipts/leader", "r1", &body).status, 200);
    let chosen = send(&leader, "/api/v1/losses", "c1", &choice(1));
    assert_eq!((chosen.status, &chosen.json()["lost_qty"]), (200, &1.into()), "{}", chosen.text());
    assert_eq!(send(&leader, "/api/v1/losses", "c1", &choice(1)).json(), chosen.json());
    assert_eq!(send(&other, "/api/v1/losses", "c2", &choice(1)).status, 404);
    assert_eq!(line_of(&server, &order_no, &sku)["lost_qty"], 1);
    let pickup = |id: &str, qty: u64| {
        let lines = json!([{ "sku": sku, "qty": qty }]);
        let event = json!({ "event_id": id, "device_time": "2026-11-23T10:00:00+08:00", "order_no": order_no, "method": "room", "by": "周桂兰", "lines": lines, "proxy": true });
        server.as_role_of("leader", "L01").post("/api/v1/pickups", &json!({ "events": [event] })).json()["results"][0]["status"].clone()
    };
    assert_eq!(pickup("p1", qty), "refused", "one of them never came");
    assert_eq!(pickup("p2", qty - 1), "confirmed");
    let listed = || {
        let list = server.as_role_of("leader", "L01").json("/api/v1/points/P01/pickup-list?cycle=261122");
        let homes = list["households"].as_array().expect("households").clone();
        let is_it = |home: &Value| {
            home["orders"].as_array().is_some_and(|all| all.iter().any(|order| order["order_no"] == order_no))
        };
        homes.into_iter().find(is_it).expect("the household")
    };
    for order in listed()["orders"].as_array().expect("orders") {
        let no = order["order_no"].as_str().expect("a number");
        let event = json!({ "event_id": format!("rest-{no}"), "device_time": "2026-11-23T10:00:00+08:00", "order_no": no, "method": "room", "by": "周桂兰" });
        server.as_role_of("leader", "L01").post("/api/v1/pickups", &json!({ "events": [event] }));
    }
    assert_eq!(listed()["is_served"], true, "what never came is not waited for: {}", listed());
    is_refused(&send(&leader, "/api/v1/losses", "c3", &choice(2)), 409, "more_than_missing");
    assert_eq!(send(&leader, "/api/v1/receipts/leader", "r2", &count(json!([]))).status, 200);
    assert_eq!(line_of(&server, &order_no, &sku)["lost_qty"], Value::Null, "it turned up after all");
    assert_eq!(pickup("p3", 1), "confirmed");
    assert!(server.as_role_of("leader", "L01").json("/api/v1/leader/day").to_string().contains("\"is_proxy\":true"));
    drop(server);
    assert_eq!(app.audit(), "");
}

#[test]
fn the_server_posts_by_itself_what_goes_back_for_losses() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 09:00".to_owned();
    let server = Server::start(&app);
    let leader = server.as_role_of("leader", "L01");
    let (order_no, sku, _) = a_line(&server, 2);
    let body = count(json!([{ "sku": sku, "short_qty": 1 }]));
    assert_eq!(send(&leader, "/api/v1/receipts/leader", "k1", &body).status, 200);
    let choice = json!({ "cycle": "261122", "point": "P01", "sku": sku, "by": "周桂兰",
        "orders": [{ "order_no": order_no, "qty": 1 }] });
    let answer = send(&leader, "/api/v1/losses", "k2", &choice);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let sql = "SELECT COUNT(*) FROM loss_postings";
    wait_until("it is posted", || number(&mut app, sql) == 1);
    assert_eq!(app.audit(), "");
}

#[test]
fn a_problem_is_worth_its_share_and_never_more_than_was_paid() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 12:00".to_owned();
    let server = Server::start(&app);
    let (leader, other) = (server.as_role_of("leader", "L01"), server.as_role_of("leader", "L02"));
    let (order_no, sku, qty) = a_line(&server, 2);
    let body = |measure: &str, part: u64| json!({ "order_no": order_no, "sku": sku, "problem": "broken", "measure": measure, "part": part, "device_time": "2026-11-23T12:00:00+08:00", "by": "周桂兰" });
    let tell = |client: &Client, key: &str, body: &Value| send(client, "/api/v1/after-sales", key, body);
    let half = tell(&leader, "a1", &body("percent", 50));
    assert_eq!((half.status, &half.json()["state"]), (200, &"reported".into()), "{}", half.text());
    assert_eq!(tell(&leader, "a1", &body("percent", 50)).json(), half.json());
    assert_eq!(tell(&other, "a2", &body("percent", 50)).status, 404);
    let rest = tell(&leader, "a3", &body("pieces", qty));
    let sum = half.json()["amount_fen"].as_i64().unwrap() + rest.json()["amount_fen"].as_i64().unwrap();
    let day = server.as_role_of("leader", "L01").json("/api/v1/leader/day");
    let line = line_of(&server, &order_no, &sku);
    let price = day["goods"][line["goods"].as_u64().unwrap() as usize]["price_fen"].as_i64().unwrap();
    assert_eq!(sum, price * qty as i64, "the rest, not the whole again");
    assert_eq!(line["cases"].as_array().map(Vec::len), Some(2));
    is_refused(&tell(&leader, "a4", &body("pieces", 1)), 409, "all_refunded");
    is_refused(&tell(&leader, "a5", &body("pieces", qty + 1)), 409, "bad_part");
    is_refused(&tell(&leader, "a6", &body("eggs", 1)), 422, "bad_fields");
    drop(server);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM after_sales_cases"), 2);
    assert_eq!(app.audit(), "");
}

#[test]
fn a_problem_is_not_taken_long_after_the_goods_were_to_be_there() {
    let mut app = TestApp::pilot_day("dispatched");
    // Nobody counted, nobody collected, and the phone says that it is still the day.
    app.now = "2026-12-20 12:00".to_owned();
    let server = Server::start(&app);
    let leader = server.as_role_of("leader", "L01");
    let (order_no, sku, _) = a_line(&server, 2);
    let body = json!({ "order_no": order_no, "sku": sku, "problem": "broken", "measure": "pieces", "part": 1, "device_time": "2026-11-23T12:00:00+08:00", "by": "周桂兰" });
    is_refused(&send(&leader, "/api/v1/after-sales", "late", &body), 409, "too_late");
}
