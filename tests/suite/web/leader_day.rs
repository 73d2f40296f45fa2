//! What a leader's phone is given for a day: all of its own, nothing of others', nothing that should not lie on a phone.

use serde_json::Value;

use super::server::Server;
use crate::app::{TestApp, arg};

/// The pilot day, and another cycle a day later in which two people of point P01 ordered again.
fn two_cycles() -> TestApp {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 06:00".to_owned();
    for (kind, text) in [
        (
            "cycles",
            "cycle_code,name,opens_at,cutoff_at,pickup_date\n261123,次日团,2026-11-23 06:00,2026-11-23 23:00,2026-11-24\n",
        ),
        ("offers", "cycle_code,sku_code,sale_price\n261123,K001,2.49\n261123,K037,15.90\n"),
        (
            "orders",
            "order_no,leader_code,sku_code,ordered_qty,point_code,resident,phone,building,unit_no,room,paid_at\n\
             261123-0001,L01,K001,3,P01,陈洋,15000003785,2,4,301,2026-11-23 07:00:00\n\
             261123-0002,L02,K037,1,P02,陈洋,15000003785,2,4,301,2026-11-23 07:00:00\n",
        ),
    ] {
        let file = app.file(&format!("{kind}.csv"), text);
        let cycle: &[&str] = if kind == "orders" { &["--cycle", "261123"] } else { &[] };
        if kind == "orders" {
            app.tuan(&["cycle", "open", "261123"]).done();
        }
        app.tuan(&[&["import", kind, arg(&file)], cycle].concat()).done();
    }
    app.now = "2026-11-23 23:00".to_owned();
    for step in [["cutoff", "261123"].as_slice(), &["procure", "261123"], &["receive", "261123", "--all-as-planned"]] {
        app.tuan(step).done();
    }
    app.tuan(&["allocate", "261123"]).done();
    app
}

fn orders_of(household: &Value) -> Vec<&str> {
    let orders = household["orders"].as_array().expect("orders");
    orders.iter().map(|order| order["order_no"].as_str().expect("a number")).collect()
}

#[test]
fn a_household_has_its_orders_of_all_cycles_together() {
    let app = two_cycles();
    let server = Server::start(&app);
    let day = server.as_role("leader").json("/api/v1/leader/day");
    let codes: Vec<&Value> = day["cycles"].as_array().unwrap().iter().map(|cycle| &cycle["cycle_code"]).collect();
    assert_eq!(codes, ["261123", "261122"], "the latest pickup first");
    let households = day["households"].as_array().expect("households");
    let chen =
        households.iter().find(|household| orders_of(household).contains(&"261123-0001")).expect("the new order");
    assert_eq!(orders_of(chen), ["261123-0001", "261122-0001"]);
    assert_eq!((&chen["orders"][0]["resident"], &chen["orders"][0]["initials"][0]), (&"陈*".into(), &"c *".into()));
    assert_eq!(chen["orders"][0]["ends_at"], "2026-11-24T21:00:00.000000+08:00");
    assert_eq!(chen["orders"][0]["lines"][0]["allocated_qty"], 3);
    let list = server.json("/api/v1/points/P01/pickup-list?cycle=261122");
    assert_eq!(households.len(), list["households"].as_array().unwrap().len());
}

#[test]
fn a_phone_gets_its_own_point_alone_and_no_secret() {
    let app = two_cycles();
    let server = Server::start(&app);
    for role in ["leader", "helper"] {
        let answer = server.as_role_of(role, "L02").get("/api/v1/leader/day");
        let day = answer.json();
        assert_eq!((day["points"].as_array().unwrap().len(), &day["points"][0]["point_code"]), (1, &"P02".into()));
        assert_eq!(day["user"]["may_mark_paid"], role == "leader");
        let text = answer.text();
        assert!(!text.contains("15000003785") && !text.contains("陈洋"), "names and phones are masked");
        assert!(!text.contains("csrf") && !text.contains("pickup_code") && !text.contains("token"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[test]
fn an_unchanged_day_is_not_sent_again() {
    let app = TestApp::pilot_day("dispatched");
    let server = Server::start(&app);
    let leader = server.as_role("leader");
    let mark = leader.get("/api/v1/leader/day").header("etag").to_owned();
    let again = |mark: &str| leader.send("GET", "/api/v1/leader/day", &[("If-None-Match", mark)], b"");
    assert_eq!((again(&mark).status, again(&mark).body.len()), (304, 0));
    assert_eq!(again("\"other\"").status, 200);
    let event = serde_json::json!({ "events": [{
        "event_id": "e1", "device_time": "2026-11-23T12:00:00+08:00", "order_no": "261122-0001", "method": "room", "by": "周桂兰",
    }] });
    assert_eq!(leader.post("/api/v1/pickups", &event).json()["results"][0]["status"], "confirmed");
    assert_eq!(again(&mark).status, 200);
}

#[test]
fn leaders_and_helpers_land_on_their_phone_page() {
    let app = TestApp::pilot_day("open");
    let add = |name: &str, role: &str| {
        let told = app.tuan(&["user", "add", name, "--role", role, "--leader", "L01", "--json"]).done().objects();
        told[0]["password"].as_str().expect("a password").to_owned()
    };
    let (leader, buyer) = (add("zhou", "leader"), add("wu", "buyer"));
    let server = Server::start(&app);
    let land = |name: &str, password: &str, next: &str| {
        let fields = [("login_name", name), ("password", password), ("next", next)];
        server.anonymous().form("/login", &fields).header("location").to_owned()
    };
    assert_eq!(land("zhou", &leader, "/"), "/leader");
    assert_eq!(land("zhou", &leader, "/account"), "/account");
    assert_eq!(land("wu", &buyer, "/"), "/buyer");
    let worker = server.anonymous().get("/leader/worker.js");
    assert_eq!(worker.header("service-worker-allowed"), "/leader");
    assert!(worker.text().contains("/assets/leader-") && !worker.text().contains("/* files */"));
}

#[test]
fn cycles_of_others_take_no_place_on_the_day() {
    let mut app = TestApp::pilot_day("dispatched");
    for number in 1..=8 {
        let sql = format!(
            "INSERT INTO cycles (id, cycle_code, name, state, version, opens_at, cutoff_at, pickup_date, payment, rounding, shortage_rule, pay_grace_min, pay_within_min, auto_send, frozen_at)
             SELECT id + {number}, 'X{number}', name, state, version, opens_at, cutoff_at, '2026-12-0{number}', payment, rounding, shortage_rule, pay_grace_min, pay_within_min, auto_send, frozen_at FROM cycles WHERE cycle_code = '261122'"
        );
        app.db.execute_batch(&sql).expect("the test owns its database");
    }
    let server = Server::start(&app);
    let day = server.as_role_of("leader", "L01").json("/api/v1/leader/day");
    assert_eq!(day["cycles"][0]["cycle_code"], "261122", "later ones are of other points");
}
