//! Weighing over the network: labels from the desk, whose they are from the door, and what it comes to.

use serde_json::{Value, json};

use super::client::Client;
use super::handover::{is_refused, send};
use super::server::{Answer, Server};
use crate::app::TestApp;
use crate::intake::number;

const PATH: &str = "/api/v1/cycles/261122/weights";

fn weigh(desk: &Client, key: &str, weight: &str, more: Value) -> Answer {
    let mut body = json!({ "sku_code": "K025", "actual_weight": weight });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    send(desk, PATH, key, &body)
}

fn bind(who: &Client, key: &str, no: &str, order_no: Option<&str>) -> Answer {
    let body = json!({
        "weigh_no": no, "order_no": order_no, "sku": "K025", "device_time": "2026-11-23T10:00:00+08:00", "by": "周桂兰",
    });
    send(who, &format!("{PATH}/bind"), key, &body)
}

/// Orders of a leader that get exactly one piece of 五花肉.
fn pork_of(server: &Server, leader: &str) -> Vec<String> {
    let day = server.as_role_of("leader", leader).json("/api/v1/leader/day");
    let orders = day["households"].as_array().unwrap().iter().flat_map(|home| home["orders"].as_array().unwrap());
    let is_pork = |line: &Value| {
        let goods = &day["goods"][line["goods"].as_u64().unwrap() as usize];
        goods["sku_code"] == "K025" && line["allocated_qty"] == 1
    };
    let orders = orders.filter(|order| order["lines"].as_array().unwrap().iter().any(is_pork));
    orders.map(|order| order["order_no"].as_str().unwrap().to_owned()).collect()
}

fn line_of(server: &Server, leader: &str, order_no: &str) -> Value {
    let day = server.as_role_of("leader", leader).json("/api/v1/leader/day");
    let orders = day["households"].as_array().unwrap().iter().flat_map(|home| home["orders"].as_array().unwrap());
    let order = orders.into_iter().find(|order| order["order_no"] == order_no).expect("the order");
    let is_pork = |line: &&Value| day["goods"][line["goods"].as_u64().unwrap() as usize]["sku_code"] == "K025";
    order["lines"].as_array().unwrap().iter().find(is_pork).expect("the line").clone()
}

#[test]
fn each_reading_is_a_label_of_its_own_and_an_unusual_one_asks() {
    let mut app = TestApp::pilot_day("dispatched");
    let server = Server::unpaced(&app);
    let desk = server.as_role("warehouse");
    let first = weigh(&desk, "k1", "0.486kg", json!({ "point_code": "P01" }));
    assert_eq!(first.status, 200, "{}", first.text());
    let label = first.json();
    assert_eq!((&label["weigh_no"], &label["actual_weight_g"]), (&"1001".into(), &486.into()));
    assert_eq!(weigh(&desk, "k1", "0.486kg", json!({ "point_code": "P01" })).json(), label, "the same is the same");
    is_refused(&weigh(&desk, "k1", "487", json!({})), 422, "key_reused");
    assert_eq!(weigh(&desk, "k2", "0.97斤", json!({})).json()["weigh_no"], "1002");
    is_refused(&weigh(&desk, "k3", "12斤", json!({})), 409, "weight_outside_range");
    assert_eq!(weigh(&desk, "k4", "12斤", json!({ "is_confirmed": true })).json()["weigh_no"], "1003");
    assert_eq!(weigh(&desk, "k5", "500", json!({ "weigh_no": "2000" })).json()["weigh_no"], "2000");
    is_refused(&weigh(&desk, "k6", "500", json!({ "weigh_no": "2000" })), 409, "weigh_no_taken");
    assert_eq!(weigh(&desk, "k7", "500", json!({})).json()["weigh_no"], "2001");
    for weight in ["", "abc", "0", "1.5g", "-3"] {
        is_refused(&weigh(&desk, "bad", weight, json!({})), 422, "bad_fields");
    }
    is_refused(&send(&desk, PATH, "k8", &json!({ "sku_code": "K001", "actual_weight": "500" })), 409, "not_weighed");
    is_refused(&send(&desk, PATH, "k8", &json!({ "sku_code": "none", "actual_weight": "500" })), 404, "not_found");
    is_refused(&weigh(&desk, "k8", "500", json!({ "point_code": "none" })), 404, "not_found");
    is_refused(&desk.post(PATH, &json!({ "sku_code": "K025", "actual_weight": "500" })), 400, "key_needed");
    let void = |no: &str| desk.post(&format!("{PATH}/void"), &json!({ "weigh_no": no }));
    assert_eq!(
        (void("1003").json()["is_changed"].clone(), void("1003").json()["is_changed"].clone()),
        (true.into(), false.into())
    );
    is_refused(&void("none"), 404, "not_found");
    let list = desk.json(&format!("{PATH}?sku=K025&limit=2&offset=1"));
    let numbers: Vec<&Value> = list["labels"].as_array().unwrap().iter().map(|label| &label["weigh_no"]).collect();
    assert_eq!((numbers, &list["total"]), (vec![&json!("1002"), &json!("1003")], &5.into()));
    assert_eq!(list["next"], format!("{PATH}?limit=2&offset=3&sku=K025"));
    assert_eq!((&list["labels"][1]["is_void"], &list["is_settled"]), (&true.into(), &false.into()));
    drop(server);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM weighed_labels"), 5);
    for sql in ["UPDATE weighed_labels SET actual_weight_g = 1", "DELETE FROM weight_voids"] {
        assert!(app.db.execute_batch(sql).expect_err(sql).to_string().contains("append-only"));
    }
    assert_eq!(app.audit(), "");
}

#[test]
fn a_label_is_bound_at_the_door_by_whose_door_it_is() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 10:00".to_owned();
    let server = Server::unpaced(&app);
    let (desk, leader, helper) =
        (server.as_role("warehouse"), server.as_role_of("leader", "L01"), server.as_role_of("helper", "L01"));
    let (own, others) = (pork_of(&server, "L01"), pork_of(&server, "L02"));
    let [first, second, ..] = own.as_slice() else { panic!("two orders of one piece: {own:?}") };
    for (key, weight, more) in [
        ("w1", "400", json!({ "point_code": "P01" })),
        ("w2", "600", json!({ "point_code": "P01" })),
        ("w3", "500", json!({ "point_code": "P02" })),
        ("w4", "500", json!({})),
    ] {
        assert_eq!(weigh(&desk, key, weight, more).status, 200);
    }
    assert_eq!(line_of(&server, "L01", first)["due_amount_fen"], 0);
    let bound = bind(&leader, "b1", "1001", Some(first));
    assert_eq!((bound.status, &bound.json()["actual_weight_g"]), (200, &400.into()), "{}", bound.text());
    assert_eq!(bind(&leader, "b1", "1001", Some(first)).json(), bound.json());
    assert_eq!(bind(&helper, "b2", "1001", Some(first)).status, 200, "said again it changes nothing");
    is_refused(&bind(&leader, "b3", "1001", Some(second)), 409, "label_taken");
    is_refused(&bind(&leader, "b4", "1002", Some(first)), 409, "labels_enough");
    is_refused(&bind(&leader, "b5", "1003", Some(second)), 404, "not_found");
    is_refused(&bind(&leader, "b6", "1002", Some(&others[0])), 404, "not_found");
    is_refused(&bind(&server.as_role_of("leader", "L02"), "b7", "1001", None), 404, "not_found");
    is_refused(&bind(&leader, "b8", "9999", Some(second)), 404, "not_found");
    assert_eq!(bind(&helper, "b9", "1001", None).json()["order_no"], Value::Null);
    assert_eq!(bind(&leader, "b10", "1001", Some(second)).status, 200);
    assert_eq!(bind(&leader, "b11", "1004", Some(first)).status, 200);
    let day = server.as_role_of("leader", "L01").json("/api/v1/leader/day");
    let labels = day["arrivals"][0]["labels"].as_array().expect("labels");
    let told: Vec<(&str, Option<&str>)> =
        labels.iter().map(|label| (label["weigh_no"].as_str().unwrap(), label["order_no"].as_str())).collect();
    assert_eq!(told, [("1001", Some(second.as_str())), ("1002", None), ("1004", Some(first.as_str()))]);
    let void = desk.post(&format!("{PATH}/void"), &json!({ "weigh_no": "1004" }));
    assert_eq!(void.status, 200);
    is_refused(&bind(&leader, "b12", "1004", Some(first)), 409, "label_void");
    assert_eq!(bind(&leader, "b13", "1002", Some(first)).status, 200, "there is room again");
    let done = desk.post("/api/v1/cycles/261122/weigh", &json!({}));
    assert_eq!((done.status, &done.json()["weighed_lines"]), (200, &2.into()), "{}", done.text());
    let line = line_of(&server, "L01", second);
    assert!(line["weight_adjustment_fen"].as_i64().is_some_and(|fen| fen < 0), "{line}");
    let given_away = done.json()["given_away_fen"].as_i64().expect("fen");
    assert!(given_away > 0);
    let page = server.as_role("buyer").get("/buyer?cycle=261122").text();
    assert!(page.contains("超重让利"), "{page}");
    drop(server);
    assert_eq!(app.audit(), "");
}

#[test]
fn the_resident_reads_what_it_weighed_and_what_goes_back() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 10:00".to_owned();
    let server = Server::unpaced(&app);
    let desk = server.as_role("warehouse");
    let own = pork_of(&server, "L01");
    let order = |no: &str| server.as_role_of("leader", "L01").json(&format!("/api/v1/orders/{no}"));
    let link = |no: &str| order(no)["link"].as_str().expect("a link").to_owned();
    assert_eq!(weigh(&desk, "w1", "400", json!({ "order_no": own[0] })).status, 200);
    assert_eq!(weigh(&desk, "w2", "600", json!({ "order_no": own[1] })).status, 200);
    let page = server.get(&link(&own[0])).text();
    assert!(page.contains("实称 400 g（0.80 斤）"), "{page}");
    assert_eq!(desk.post("/api/v1/cycles/261122/weigh", &json!({})).status, 200);
    let page = server.get(&link(&own[0])).text();
    assert!(page.contains("少的退 ¥"), "{page}");
    let page = server.get(&link(&own[1])).text();
    assert!(page.contains("实称 600 g（1.20 斤），多的不用补"), "{page}");
    assert!(server.get(&format!("{}?lang=en", link(&own[0]))).text().contains("goes back for what is missing"));
    drop(server);
    assert_eq!(app.audit(), "");
}
