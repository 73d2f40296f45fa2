//! The order's page from the cutoff to the bag in hand, and after.

use serde_json::{Value, json};

use super::{Place, fill, take};
use crate::app::TestApp;
use crate::browser::chromium::PHONE;
use crate::browser::driver::Browser;
use crate::intake::{number, open_day_paid};
use crate::web::server::Server;

/// An order of a device's own, and the link to it.
struct Own {
    no: String,
    link: String,
    code: String,
}

fn order(server: &Server, lines: &Value) -> Own {
    let body = json!({ "cycle": "261122", "leader": "L01", "resident": { "nickname": "小芳妈", "room": "1502" }, "lines": lines });
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "own")];
    let answer = server.device().send("POST", "/api/v1/orders", &headers, body.to_string().as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.text());
    let told = answer.json();
    let text = |key: &str| told[key].as_str().expect("a text").to_owned();
    Own { no: text("order_no"), link: text("link"), code: text("pickup_code") }
}

/// Freezes and shares out: everything comes.
fn night(app: &mut TestApp) {
    app.now = "2026-11-22 23:00".to_owned();
    app.tuan(&["cutoff", "261122"]).done();
    app.tuan(&["procure", "261122"]).done();
    app.now = "2026-11-23 03:00".to_owned();
    app.tuan(&["receive", "261122", "--all-as-planned"]).done();
    app.tuan(&["allocate", "261122"]).done();
    app.now = "2026-11-23 12:00".to_owned();
}

/// Hands out all that is left of an order, as the leader does.
fn hand_out(server: &Server, event_id: &str, order_no: &str) {
    let event = json!({ "event_id": event_id, "device_time": "2026-11-23T12:00:00+08:00", "method": "room", "by": "周桂兰", "order_no": order_no });
    let answer = server.as_role("leader").post("/api/v1/pickups", &json!({ "events": [event] }));
    assert_eq!(answer.json()["results"][0]["status"], "confirmed", "{}", answer.text());
}

fn url(server: &Server, path: &str) -> String {
    format!("http://{}{path}", server.address())
}

#[test]
fn an_order_is_followed_to_the_bag_and_a_foreign_hand_is_told_of() {
    let mut app = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let own = order(&server, &json!([{ "sku": "K002", "qty": 2 }, { "sku": "K004", "qty": 1, "tolerance": 1 }]));
    drop(server);
    app.tuan(&["cutoff", "261122"]).done();
    let server = Server::unpaced(&app);
    let phone = Browser::phone(PHONE);
    phone.goto(&url(&server, &own.link));
    phone.wait_text(".standing", "已截单，正在备货");
    phone.wait_text(".big-code", &own.code[..3]);
    drop(server);
    app.now = "2026-11-22 22:59".to_owned();
    app.tuan(&["procure", "261122"]).done();
    app.now = "2026-11-23 03:00".to_owned();
    app.tuan(&["receive", "261122", "--all-as-planned"]).done();
    app.tuan(&["allocate", "261122"]).done();
    app.now = "2026-11-23 12:00".to_owned();
    let server = Server::unpaced(&app);
    phone.goto(&url(&server, &own.link));
    phone.wait_text(".standing", "待提");
    phone.wait_text(".order-lines", "可提");
    phone.wait_text("main", "提货后 1 天内可申请售后");
    phone.screenshot("resident-ready");
    phone.axe();

    // What the leader passes on shows the order, but no code.
    let leader = server.as_role("leader");
    let passed_on = leader.json(&format!("/api/v1/orders/{}", own.no))["link"].as_str().expect("a link").to_owned();
    assert_ne!(passed_on, own.link);
    phone.goto(&url(&server, &passed_on));
    phone.wait_text("main", "提货码只在下单的那部手机上");
    assert_eq!(phone.count(".big-code") + phone.count(".qr"), 0);

    hand_out(&server, "e1", &own.no);
    phone.goto(&url(&server, &own.link));
    phone.wait_text(".standing", "已提货");
    phone.wait_text(".pickups", "11-23 12:00 周桂兰 核销");
    phone.wait_text(".pickups", "（房号）");
    phone.wait_text("main", "可申请售后至 11-24 12:00");
    assert_eq!(phone.count(".big-code"), 0);
    phone.screenshot("resident-collected");
    phone.axe();
    phone.click(".pickups button[value=not_me]");
    phone.wait_text(".pickups", "你说不是你提的");
    phone.screenshot("resident-not-me");
    phone.axe();
    let disputed = || {
        let day = leader.json("/api/v1/leader/day").to_string();
        day.contains("\"not_me_at\":\"2026-11-23T12:00")
    };
    assert!(disputed(), "the leader sees it");
    let log = server.as_role("admin").get("/api/v1/security-log").text();
    assert!(log.contains("pickup_disputed") && log.contains(&own.no), "the admin sees it");
    phone.click(".pickups button[value=withdraw]");
    phone.wait_for(".pickups button[value=not_me]");
    assert!(!disputed());
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM pickup_disputes"), 2);
    assert_eq!(app.audit(), "");
    assert_eq!(phone.complaints(), Vec::<String>::new());
}

#[test]
fn what_is_short_what_is_unpaid_and_what_is_overdue_say_so() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::unpaced(&day);
    let leader = server.as_role("leader");
    let phone = Browser::phone(PHONE);
    // A line of the leader's that came short, with its money on the way.
    let day_of_leader = leader.json("/api/v1/leader/day");
    let short = day_of_leader["households"]
        .as_array()
        .expect("households")
        .iter()
        .flat_map(|home| home["orders"].as_array().expect("orders").clone())
        .find(|order| {
            order["lines"]
                .as_array()
                .expect("lines")
                .iter()
                .any(|line| line["allocated_qty"].as_i64() < line["ordered_qty"].as_i64())
        });
    let short = short.expect("somebody comes short");
    let link = |no: &str| leader.json(&format!("/api/v1/orders/{no}"))["link"].as_str().expect("a link").to_owned();
    let no = short["order_no"].as_str().expect("a number");
    phone.goto(&url(&server, &link(no)));
    phone.wait_text(".order-lines", "缺 ");
    phone.wait_text(".order-lines", "退 ¥");
    phone.screenshot("resident-short");
    phone.axe();
    drop(server);

    let mut app = open_day_paid("in_person");
    let server = Server::unpaced(&app);
    let own = order(&server, &json!([{ "sku": "K001", "qty": 2 }]));
    phone.goto(&url(&server, &own.link));
    phone.wait_text(".standing", "待付款");
    phone.wait_text(".standing", "请在 11-22 23:00 前把 ¥4.98 付给团长");
    phone.screenshot("resident-unpaid");
    drop(server);
    night(&mut app);
    let server = Server::unpaced(&app);
    phone.goto(&url(&server, &own.link));
    phone.wait_text(".standing", "没有付款，已失效");
    drop(server);

    let mut app = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let own = order(&server, &json!([{ "sku": "K001", "qty": 2 }]));
    drop(server);
    night(&mut app);
    for (now, title, words) in [
        ("2026-11-23 21:30", "已过提货时间", "还有 2 件没提，给你留到 11-24 21:00"),
        ("2026-11-24 21:30", "逾期未提", "已过保留时间（11-24 21:00）"),
    ] {
        app.now = now.to_owned();
        let server = Server::unpaced(&app);
        phone.goto(&url(&server, &own.link));
        phone.wait_text(".standing", title);
        phone.wait_text(".standing", words);
        phone.screenshot(&format!("resident-overdue-{}", &now[8..10]));
        phone.axe();
    }
}

#[test]
fn the_cutoff_bars_a_cancellation_and_nothing_is_lost() {
    let mut place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    take(&phone, "K001");
    fill(&phone, "小芳妈");
    phone.click("#place");
    phone.wait_text(".standing", "已下单");
    phone.click(".cancel summary");
    place.app.now = "2026-11-22 23:00".to_owned();
    place.app.tuan(&["cutoff", "261122"]).done();
    phone.click(".cancel .danger");
    phone.wait_text("h1", "已经截单，不能再取消");
    phone.wait_text(".empty", "这一单没有改动");
    phone.screenshot("resident-cancel-late");
    assert_eq!(
        number(&mut place.app, "SELECT COUNT(*) FROM orders WHERE state <> 'cancelled' AND order_no LIKE '261122-W%'"),
        1
    );
}
