//! 请假: another leader stands in on the days that were told, and on no other; or nobody does, and no orders are taken.

use serde_json::{Value, json};

use super::server::Server;
use crate::app::TestApp;
use crate::intake::{number, open_day_paid, order};

const LEAVES: &str = "/api/v1/leader/leaves";

fn points_of(day: &Value) -> Vec<&str> {
    day["points"]
        .as_array()
        .expect("points")
        .iter()
        .map(|point| point["point_code"].as_str().expect("a code"))
        .collect()
}

#[test]
fn who_stands_in_reaches_the_points_on_those_days_alone() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-22 20:00".to_owned();
    let server = Server::start(&app);
    let (away, stand_in) = (server.as_role_of("leader", "L01"), server.as_role_of("leader", "L02"));
    let told = json!({ "from": "2026-11-23", "to": "2026-11-24", "stand_in": "L02" });
    let taken = away.post(LEAVES, &told);
    assert_eq!((taken.status, &taken.json()["stand_in_code"]), (201, &"L02".into()), "{}", taken.text());
    assert_eq!(away.post(LEAVES, &told).json()["link"], taken.json()["link"], "told twice it is one");
    assert_eq!(points_of(&stand_in.json("/api/v1/leader/day")), ["P02"], "not the evening before");
    let seen = stand_in.json(LEAVES);
    assert_eq!((&seen["leaves"][0]["leader_code"], &seen["leaves"][0]["is_own"]), (&"L01".into(), &false.into()));
    drop(server);

    app.now = "2026-11-23 08:00".to_owned();
    let server = Server::start(&app);
    let stand_in = server.as_role_of("leader", "L02");
    let day = stand_in.json("/api/v1/leader/day");
    assert_eq!(points_of(&day), ["P01", "P02"]);
    assert_eq!(points_of(&server.as_role_of("helper", "L02").json("/api/v1/leader/day")), ["P02"], "not their helpers");
    let event = json!({ "event_id": "e1", "device_time": "2026-11-23T08:00:00+08:00", "order_no": "261122-0001", "method": "room", "by": "L02" });
    let event = json!({ "events": [event] });
    assert_eq!(stand_in.post("/api/v1/pickups", &event).json()["results"][0]["status"], "confirmed");
    assert_eq!(stand_in.json("/api/v1/session")["leader_code"], "L02");
    let link = seen["leaves"][0]["link"].as_str().expect("an address");
    assert_eq!(server.as_role_of("leader", "L03").post(&format!("{link}/end"), &json!({})).status, 404);
    assert_eq!(stand_in.post(&format!("{link}/end"), &json!({})).status, 204, "declined");
    assert_eq!(points_of(&stand_in.json("/api/v1/leader/day")), ["P02"]);
    drop(server);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM security_log WHERE act IN ('leave_taken', 'leave_ended')"), 2);
    assert_eq!(app.audit(), "");
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    let mut app = TestApp::pilot_day("dispatched");
    app.now = "2026-11-23 08:00".to_owned();
    let server = Server::start(&app);
    let (leader, other) = (server.as_role_of("leader", "L01"), server.as_role_of("leader", "L02"));
    let told = |from: &str, to: &str, by: &str| json!({ "from": from, "to": to, "stand_in": by });
    for (body, status, code) in [
        (told("23.11.", "2026-11-24", ""), 422, "bad_fields"),
        (told("2026-11-24", "2026-11-23", ""), 422, "leave_dates"),
        (told("2026-11-24", "2026-11-24", "L99"), 404, "not_found"),
        (told("2026-11-24", "2026-11-24", "L01"), 409, "stand_in_self"),
        (told("2026-11-24", "2026-11-24", "L05"), 409, "stand_in_unreachable"),
    ] {
        let answer = leader.post(LEAVES, &body);
        assert_eq!((answer.status, &answer.json()["code"]), (status, &code.into()), "{}", answer.text());
    }
    assert_eq!(leader.post(LEAVES, &told("2026-11-24", "2026-11-26", "L02")).status, 201);
    let again = leader.post(LEAVES, &told("2026-11-26", "2026-11-27", ""));
    assert_eq!((again.status, &again.json()["code"]), (409, &"already_away".into()));
    let both = other.post(LEAVES, &told("2026-11-25", "2026-11-25", ""));
    assert_eq!((both.status, &both.json()["code"]), (409, &"stands_in".into()));
    assert_eq!(other.post(LEAVES, &told("2026-11-27", "2026-11-28", "")).status, 201);
    let gone = leader.post(LEAVES, &told("2026-11-28", "2026-11-28", "L02"));
    assert_eq!((gone.status, &gone.json()["code"]), (409, &"stand_in_away".into()));
}

#[test]
fn while_nobody_is_there_no_orders_are_taken_for_those_days() {
    let app = open_day_paid("at_pickup");
    let server = Server::start(&app);
    let (leader, device) = (server.as_role_of("leader", "L01"), server.device());
    let place = |key: &str, code: &str| {
        let body = order(code, 800_000_001, "K001", 1).to_string();
        let fields = [("Idempotency-Key", key), ("Content-Type", "application/json")];
        device.send("POST", "/api/v1/orders", &fields, body.as_bytes())
    };
    assert_eq!(place("before", "L01").status, 201);
    let cycles = server.json("/api/v1/cycles");
    let pickup = cycles["cycles"][0]["pickup_date"].as_str().expect("a date").to_owned();
    let taken = leader.post(LEAVES, &json!({ "from": pickup, "to": pickup }));
    assert_eq!(taken.status, 201, "{}", taken.text());
    let refused = place("during", "L01");
    assert_eq!((refused.status, &refused.json()["code"]), (409, &"leader_away".into()));
    assert_eq!(place("before", "L01").status, 201, "the first answer again");
    assert_eq!(place("another", "L02").status, 201, "another leader's");
    let page = server.anonymous().get("/g/L01").text();
    assert!(page.contains("停团") && page.contains("data-open=\"false\""), "{page}");
    let taken = taken.json();
    let link = taken["link"].as_str().expect("an address");
    assert_eq!(leader.post(&format!("{link}/end"), &json!({})).status, 204);
    assert_eq!(place("after", "L01").status, 201);
}
