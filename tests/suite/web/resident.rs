//! What residents reach without a browser: links, what they say of pickups, and nothing of anybody else's.

use serde_json::{Value, json};

use super::client::Client;
use super::server::{Answer, Server};
use crate::app::{TestApp, arg};
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

/// Freezes and shares out: everything that was planned comes.
fn night(app: &mut TestApp) {
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
}

/// A day whose goods are there, with an order of two of K002: its link and its number.
fn shared_out() -> (TestApp, Server, String, String) {
    let mut app = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let order = placed(&server.device(), "a");
    drop(server);
    night(&mut app);
    let server = Server::unpaced(&app);
    (app, server, text(&order, "link"), text(&order, "order_no"))
}

/// The same, handed out by the leader as `e1`.
fn handed_out() -> (TestApp, Server, String, String) {
    let (app, server, link, no) = shared_out();
    let event = json!({
        "event_id": "e1", "device_time": "2026-11-23T12:00:00+08:00", "method": "room", "by": "周桂兰", "order_no": no,
    });
    let done = server.as_role("leader").post("/api/v1/pickups", &json!({ "events": [event] }));
    assert_eq!(done.json()["results"][0]["status"], "confirmed", "{}", done.text());
    (app, server, link, no)
}

fn say(server: &Server, link: &str, event_id: &str, word: &str) -> Answer {
    server.anonymous().form(&format!("{link}/not-me"), &[("event_id", event_id), ("word", word)])
}

#[test]
fn a_dispute_is_recorded_once_however_many_say_it_at_once() {
    let (mut app, server, link, _) = handed_out();
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
    let (mut app, server, link, _) = handed_out();
    let other = server.as_role("leader").json("/api/v1/orders/261122-0001");
    assert_eq!(say(&server, &text(&other, "link"), "e1", "not_me").status, 404);
    let fields = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "https://elsewhere.example")];
    let answer = server.anonymous().raw("POST", &format!("{link}/not-me"), &fields, b"event_id=e1&word=not_me");
    assert_eq!(answer.status, 403);
    assert_eq!(server.anonymous().raw("GET", &format!("{link}/not-me"), &[], b"").status, 405);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM pickup_disputes"), 0);
    assert!(!server.log().contains(&link[3..]), "no link stands in the log");
}

/// A phone on which a leader is signed in, and the proof of its device's pages.
fn phone_of_a_leader(server: &Server) -> (Client, String) {
    let made = server.anonymous().raw("POST", "/api/v1/device", &[], b"");
    let session = server.as_role("leader").lines();
    let session = session.trim().strip_prefix("Cookie: ").expect("a session is a cookie").to_owned();
    let phone = server.anonymous().with_cookie(&format!("{session}; {}", made.cookie()));
    (phone, text(&made.json(), "csrf_token"))
}

#[test]
fn a_leader_orders_for_themselves_on_the_phone_they_are_signed_in_on() {
    let app = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let (phone, proof) = phone_of_a_leader(&server);
    let body = json!({
        "cycle": "261122", "leader": "L01", "resident": { "nickname": "周桂兰" }, "lines": [{ "sku": "K002", "qty": 2 }],
    });
    let order = |key: &str, proof: &str| {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key), ("X-CSRF-Token", proof)];
        phone.send("POST", "/api/v1/orders", &headers, body.to_string().as_bytes())
    };
    let own = order("a", &proof);
    assert_eq!(own.status, 201, "{}", own.text());
    assert!(own.json()["pickup_code"].is_string(), "it is the device's own order: {}", own.text());
    // Without the device's proof the session speaks, as on the leader's pages.
    let session = phone.json("/api/v1/session");
    let for_others = order("b", &text(&session, "csrf_token"));
    assert_eq!((for_others.status, &for_others.json()["pickup_code"]), (201, &Value::Null), "{}", for_others.text());
    assert_eq!(order("c", "AAAAAAAAAAAAAAAAAAAAAA").status, 403, "a proof of nobody's");
}

#[test]
fn a_link_that_was_passed_on_undoes_nothing() {
    let mut app = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let order = placed(&server.device(), "a");
    let no = text(&order, "order_no");
    let passed_on = text(&server.token(&["orders:read"]).json(&format!("/api/v1/orders/{no}")), "link");
    let anonymous = server.anonymous();
    let page = anonymous.get(&passed_on).text();
    assert!(!page.contains("确认取消") && page.contains("在下单的那部手机上取消"), "{page}");
    assert_eq!(anonymous.form(&format!("{passed_on}/cancel"), &[]).status, 403);
    assert_eq!(
        number(&mut app, "SELECT COUNT(*) FROM orders WHERE state = 'cancelled' AND order_no LIKE '261122-W%'"),
        0
    );
    assert_eq!(anonymous.form(&format!("{}/cancel", text(&order, "link")), &[]).status, 303);
    drop(server);

    let (mut app, server, link, no) = handed_out();
    let passed_on = text(&server.as_role("leader").json(&format!("/api/v1/orders/{no}")), "link");
    assert_eq!(say(&server, &link, "e1", "not_me").status, 303);
    assert_eq!(say(&server, &passed_on, "e1", "withdraw").status, 403);
    assert!(!server.anonymous().get(&passed_on).text().contains("value=\"withdraw\""));
    assert_eq!(say(&server, &link, "e1", "withdraw").status, 303);
    assert_eq!(say(&server, &passed_on, "e1", "not_me").status, 303, "whoever collects for another may say so");
    let log = server.as_role("admin").get("/api/v1/security-log").text();
    assert_eq!(log.matches("e1 passed_on").count(), 1, "{log}");
    assert_eq!(app.audit(), "");
}

#[test]
fn a_piece_that_was_lost_at_the_point_is_not_to_be_collected() {
    let (mut app, server, link, no) = shared_out();
    let leader = server.as_role("leader");
    let send = |path: &str, key: &str, body: Value| {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
        let answer = leader.send("POST", path, &headers, body.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    };
    let (at, by) = ("2026-11-23T12:00:00+08:00", "周桂兰");
    send(
        "/api/v1/receipts/leader",
        "r",
        json!({ "cycle": "261122", "point": "P01", "device_time": at, "by": by, "lines": [{ "sku": "K002", "short_qty": 1 }] }),
    );
    send(
        "/api/v1/losses",
        "l",
        json!({ "cycle": "261122", "point": "P01", "sku": "K002", "by": by, "orders": [{ "order_no": no, "qty": 1 }] }),
    );
    let page = || server.anonymous().get(&link).text();
    let shown = page();
    for words in
        ["1 件待提", "缺 1 把（送到时少了），给 1 把<", "<dt>提货时付</dt><dd>¥2.69</dd>", "可申请售后至 11-24 12:00"]
    {
        assert!(shown.contains(words), "no {words}: {shown}");
    }
    let event = json!({ "event_id": "e1", "device_time": at, "method": "room", "by": by, "order_no": no });
    let done = leader.post("/api/v1/pickups", &json!({ "events": [event] }));
    assert_eq!(done.json()["results"][0]["status"], "confirmed", "{}", done.text());
    let case = json!({ "order_no": no, "sku": "K002", "problem": "broken", "measure": "percent", "part": 50, "device_time": at, "by": by });
    send("/api/v1/after-sales", "c", case);
    let shown = page();
    for words in ["<h1>已提货</h1>", "给 1 把，已提 1<", "售后已登记：坏了 50%，合 ¥1.35"] {
        assert!(shown.contains(words), "no {words}: {shown}");
    }
    let english = server.anonymous().get(&format!("{link}?lang=en")).text();
    assert!(english.contains("1 short (missing on arrival), 1 come, 1 collected"), "{english}");
    drop(server);
    assert_eq!(app.audit(), "");
}

#[test]
fn cash_for_what_did_not_come_is_the_leaders_to_give_and_says_when_it_was_given() {
    let mut app = open_day_paid("in_person");
    let terms = app.file("terms.csv", "cycle_code,sku_code,sale_price,threshold_qty\n261122,K002,2.69,9999999\n");
    app.tuan(&["import", "offers", arg(&terms)]).done();
    let server = Server::unpaced(&app);
    let leader = server.as_role("leader");
    let body = json!({
        "cycle": "261122", "leader": "L01", "resident": { "nickname": "小芳妈" }, "paid": true,
        "lines": [{ "sku": "K002", "qty": 2 }],
    });
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "a")];
    let order = leader.send("POST", "/api/v1/orders", &headers, body.to_string().as_bytes());
    assert_eq!(order.status, 201, "{}", order.text());
    let (link, no) = (text(&order.json(), "link"), text(&order.json(), "order_no"));
    drop(server);
    night(&mut app);
    let server = Server::unpaced(&app);
    let page = || server.anonymous().get(&link).text();
    let shown = page();
    assert!(shown.contains("缺 2 把（未成团）<") && shown.contains("应退现金 ¥5.38，找团长领"), "{shown}");
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "b")];
    let path = format!("/api/v1/orders/{no}/cash-back");
    let given = server.as_role("leader").send("POST", &path, &headers, br#"{"amount_fen":538}"#);
    assert_eq!(given.status, 200, "{}", given.text());
    assert!(page().contains("已退现金 ¥5.38 11-23 12:00"), "{}", page());
    drop(server);
    assert_eq!(app.audit(), "");
}
