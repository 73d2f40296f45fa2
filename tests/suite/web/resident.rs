//! What residents reach without a browser: links, what they say of pickups, and nothing of anybody else's.

use serde_json::{Value, json};

use super::client::Client;
use super::server::{Answer, Server};
use crate::app::TestApp;
use crate::intake::{number, open_day_paid};

/// An order of a device, as it was answered.
fn placed(device: &Client, key: &str) -> Value {
    let body = json!({
        "cycle": "261122", "leader": "L01", "resident": { "nickname": "小芳妈" }, "lines": [{ "sku": "K002", "qty": 2 }],
    });
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
    let answer = device.send("POST", "/api/v1/orders", &headers, body.to_string().as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn text(object: &Value, key: &str) -> String {
    object[key].as_str().unwrap_or_else(|| panic!("no {key} in {object}")).to_owned()
}

#[test]
fn a_repeat_tells_the_same_link_and_a_leader_another() {
    let app = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let device = server.device();
    let (first, again, other) = (placed(&device, "a"), placed(&device, "a"), placed(&device, "b"));
    assert_eq!(first, again);
    assert_ne!(text(&first, "link"), text(&other, "link"));
    let shown = device.json(&format!("/api/v1/orders/{}", text(&first, "order_no")));
    assert_eq!(shown["link"], first["link"]);
    let code = text(&first, "pickup_code");
    let code = format!("{} {}", &code[..3], &code[3..]);
    let anonymous = server.anonymous();
    let page = anonymous.get(&text(&first, "link")).text();
    assert!(page.contains(&code) && page.contains("aria-label=\"提货二维码\""), "{page}");
    assert!(!page.contains("小芳妈"), "who ordered is not told");
    let leaders = server.as_role("leader").json(&format!("/api/v1/orders/{}", text(&first, "order_no")));
    let passed_on = anonymous.get(&text(&leaders, "link"));
    assert_eq!(passed_on.status, 200);
    assert!(!passed_on.text().contains(&code) && !passed_on.text().contains("提货二维码"));
    assert!(leaders["pickup_code"].is_null());
}

/// A day with an order that the leader has handed out as `e1`, and its link.
fn handed_out() -> (TestApp, Server, String) {
    let mut app = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let order = placed(&server.device(), "a");
    drop(server);
    for (now, steps) in
        [("2026-11-22 23:00", ["cutoff", "procure"].as_slice()), ("2026-11-23 03:00", &["receive", "allocate"])]
    {
        app.now = now.to_owned();
        for step in steps {
            let all = (*step == "receive").then_some("--all-as-planned");
            app.tuan(&[&[*step, "261122"][..], all.as_slice()].concat()).done();
        }
    }
    app.now = "2026-11-23 12:00".to_owned();
    let server = Server::unpaced(&app);
    let event = json!({
        "event_id": "e1", "device_time": "2026-11-23T12:00:00+08:00", "method": "room", "by": "周桂兰",
        "order_no": order["order_no"],
    });
    let done = server.as_role("leader").post("/api/v1/pickups", &json!({ "events": [event] }));
    assert_eq!(done.json()["results"][0]["status"], "confirmed", "{}", done.text());
    (app, server, text(&order, "link"))
}

fn say(server: &Server, link: &str, event_id: &str, word: &str) -> Answer {
    server.anonymous().form(&format!("{link}/not-me"), &[("event_id", event_id), ("word", word)])
}

#[test]
fn a_dispute_is_recorded_once_however_many_say_it_at_once() {
    let (mut app, server, link) = handed_out();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(say(&server, &link, "e1", "not_me").status, 303));
        }
    });
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM pickup_disputes"), 1);
    for word in ["withdraw", "withdraw", "not_me"] {
        assert_eq!(say(&server, &link, "e1", word).status, 303);
    }
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM pickup_disputes"), 3);
    assert_eq!(say(&server, &link, "e2", "not_me").status, 404);
    assert_eq!(say(&server, &link, "e1", "perhaps").status, 422);
    for turn in 0..40 {
        let word = if turn % 2 == 0 { "withdraw" } else { "not_me" };
        say(&server, &link, "e1", word);
    }
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM pickup_disputes"), 20, "somebody who cannot decide is stopped");
    assert_eq!(app.audit(), "");
}

#[test]
fn another_orders_pickup_is_none_of_ones_own_and_other_sites_say_nothing() {
    let (mut app, server, link) = handed_out();
    let other = server.as_role("leader").json("/api/v1/orders/261122-0001");
    assert_eq!(say(&server, &text(&other, "link"), "e1", "not_me").status, 404);
    let fields = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "https://elsewhere.example")];
    let answer = server.anonymous().raw("POST", &format!("{link}/not-me"), &fields, b"event_id=e1&word=not_me");
    assert_eq!(answer.status, 403);
    assert_eq!(server.anonymous().raw("GET", &format!("{link}/not-me"), &[], b"").status, 405);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM pickup_disputes"), 0);
    assert!(!server.log().contains(&link[3..]), "no link stands in the log");
}
