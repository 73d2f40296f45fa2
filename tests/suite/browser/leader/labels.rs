//! Weighed labels at the door: given to a household with and without a connection, taken off, and given to another.

use serde_json::{Value, json};

use super::{Place, search};
use crate::app::TestApp;
use crate::browser::driver::Browser;
use crate::web::handover::send;

/// An order of one piece of 五花肉 whose phone tail nobody else has: number and tail.
fn order_with_a_tail(day: &Value) -> (String, String) {
    let orders: Vec<&Value> =
        day["households"].as_array().unwrap().iter().flat_map(|home| home["orders"].as_array().unwrap()).collect();
    let is_pork = |line: &Value| {
        let goods = &day["goods"][line["goods"].as_u64().unwrap() as usize];
        goods["sku_code"] == "K025" && line["allocated_qty"] == 1
    };
    let tail = |order: &Value| order["phone_tail4"].as_str().unwrap().to_owned();
    let is_alone = |order: &Value| {
        let own = tail(order);
        own.len() == 4 && orders.iter().filter(|other| other.to_string().contains(&own)).count() == 1
    };
    let found = orders.iter().find(|order| is_alone(order) && order["lines"].as_array().unwrap().iter().any(is_pork));
    let found = found.expect("an order of one piece");
    (found["order_no"].as_str().unwrap().to_owned(), tail(found))
}

fn open(phone: &Browser, tail: &str) {
    search(phone, tail);
    phone.wait_until("return Boolean(document.querySelector('[data-labels], .home-row'))");
    phone.run("if (!document.querySelector('[data-labels]')) document.querySelector('.home-row').click()");
    phone.wait_for("[data-labels]");
}

fn labels(place: &Place) -> Vec<(String, Value)> {
    let day = place.server.as_role_of("leader", "L01").json("/api/v1/leader/day");
    let all = day["arrivals"][0]["labels"].as_array().cloned().unwrap_or_default();
    all.iter().map(|label| (label["weigh_no"].as_str().unwrap().to_owned(), label["order_no"].clone())).collect()
}

#[test]
fn a_label_goes_to_the_household_that_gets_the_piece() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 12:00".to_owned();
    let mut place = Place::with(app);
    let desk = place.server.as_role("warehouse");
    for (key, weight) in [("w1", "430"), ("w2", "520")] {
        let body = json!({ "sku_code": "K025", "actual_weight": weight, "point_code": "P01" });
        assert_eq!(send(&desk, "/api/v1/cycles/261122/weights", key, &body).status, 200);
    }
    let (order_no, tail) = order_with_a_tail(&place.server.as_role_of("leader", "L01").json("/api/v1/leader/day"));
    let phone = place.phone_of("leader", "L01");
    place.open(&phone);
    open(&phone, &tail);
    phone.wait_text(".weighed", "还没有称签");
    // The script that comes later is there before the line is cut.
    phone.click("[data-labels]");
    phone.wait_for("[data-label='1002']");
    phone.screenshot("leader-labels");
    phone.click(".drawer .shut");
    place.gate.shut();
    phone.click("[data-labels]");
    phone.type_into("#label-no", "１００１");
    phone.click("[data-act=bind]");
    phone.wait_text(".weighed", "1001 · 430 g（0.86 斤）");
    phone.screenshot("leader-label-bound");
    place.gate.open();
    phone.click(".back");
    phone.click(".line");
    phone.wait_until("return document.querySelector('.line').textContent === '已连接'");
    assert_eq!(labels(&place), [("1001".to_owned(), json!(order_no)), ("1002".to_owned(), Value::Null)]);
    // It was the other one.
    open(&phone, &tail);
    phone.click("[data-labels]");
    phone.wait_text(".drawer", "每一份都有称签了");
    phone.click("[data-take='1001']");
    phone.wait_text(".toast", "已取下称签 1001");
    phone.wait_text(".weighed", "还没有称签");
    phone.click("[data-labels]");
    phone.click("[data-label='1002']");
    phone.wait_text(".weighed", "1002 · 520 g");
    phone.click(".back");
    phone.wait_until("return document.querySelector('.line').textContent === '已连接'");
    assert_eq!(labels(&place), [("1001".to_owned(), Value::Null), ("1002".to_owned(), json!(order_no))]);
    assert_eq!(place.app.audit(), "");
}
