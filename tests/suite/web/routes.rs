//! Routes over HTTP: what is planned, what a person changes, and who is told when the goods come.

use serde_json::{Value, json};

use super::client::Client;
use super::server::Server;
use crate::app::TestApp;

const ROUTES: &str = "/api/v1/cycles/261122/routes";

fn trips(server: &Server) -> Vec<Value> {
    let told = server.json(ROUTES);
    told["warehouses"][0]["trips"].as_array().cloned().unwrap_or_else(|| panic!("{told}"))
}

fn totes(of: &Value) -> u64 {
    of["totes"].as_u64().expect("a number")
}

fn points(trip: &Value) -> Vec<String> {
    let stops = trip["stops"].as_array().expect("stops").iter();
    stops.map(|stop| stop["point_code"].as_str().expect("a code").to_owned()).collect()
}

#[track_caller]
fn refused(desk: &Client, edits: &Value, status: u16, code: &str) {
    let answer = desk.post(ROUTES, edits);
    assert_eq!((answer.status, &answer.json()["code"]), (status, &json!(code)), "{}", answer.text());
}

#[test]
fn routes_are_told_and_changed_all_or_none() {
    let mut day = TestApp::pilot_day("dispatched");
    let server = Server::unpaced(&day);
    let before = trips(&server);
    assert_eq!(before.iter().map(|trip| points(trip).len()).sum::<usize>(), 45);
    let desk = server.as_role("warehouse");
    // The smallest stop of the fuller vehicle finds room in the other.
    let (light, full): (Vec<&Value>, Vec<&Value>) =
        before.iter().partition(|trip| before.iter().all(|other| totes(other) >= totes(trip)));
    let (first, second) = (full[0], light[0]);
    let stops = first["stops"].as_array().expect("stops");
    let smallest = stops.iter().min_by_key(|stop| totes(stop)).expect("stops");
    let moved = smallest["point_code"].as_str().expect("a code").to_owned();
    let to = second["trip_no"].as_str().expect("a number");
    refused(&desk, &json!({ "edits": [] }), 422, "bad_request");
    refused(&desk, &json!({ "edits": [{ "act": "move", "point": moved }] }), 422, "bad_request");
    let unknown = json!({ "act": "lock", "trip": "TR-none" });
    let edits = json!({ "edits": [{ "act": "move", "point": moved, "trip": to, "at": 2 }, unknown] });
    refused(&desk, &edits, 404, "not_found");
    assert_eq!(trips(&server), before, "all or none");
    let edits = json!({ "edits": [
        { "act": "move", "point": moved, "trip": to, "at": 2 }, { "act": "lock", "trip": first["route_code"] },
    ] });
    let done = desk.post(ROUTES, &edits);
    assert_eq!(done.status, 200, "{}", done.text());
    let after = trips(&server);
    let of = |old: &Value| after.iter().find(|trip| trip["trip_no"] == old["trip_no"]).expect("the trip");
    assert_eq!((points(of(first)).len(), points(of(second))[1].as_str()), (points(first).len() - 1, moved.as_str()));
    assert_eq!((&of(first)["is_locked"], &of(second)["is_locked"]), (&json!(true), &json!(false)));
    // The largest is more than it holds: that is said, and nothing changes.
    let largest = stops.iter().max_by_key(|stop| totes(stop)).expect("stops");
    let unlocked = json!({ "act": "unlock", "trip": first["trip_no"] });
    let too_much = json!({ "act": "move", "point": largest["point_code"], "trip": to, "at": 1 });
    refused(&desk, &json!({ "edits": [unlocked, too_much] }), 409, "route_edit_unsound");
    assert_eq!(trips(&server), after);
    refused(
        &desk,
        &json!({ "edits": [{ "act": "pin", "points": largest["point_code"], "to": second["plate"] }] }),
        409,
        "trip_locked",
    );
    let again = desk.post("/api/v1/cycles/261122/dispatch", &json!({}));
    assert_eq!(again.json()["is_changed"], json!(false), "{}", again.text());
    let page = desk.get("/warehouse/261122/routes").text();
    assert!(page.contains("class=\"route-map\"") && page.contains("解锁") && page.contains("已指定"), "{page}");
    drop(server);
    assert_eq!(day.audit(), "");
}

#[test]
fn leaders_and_residents_are_told_when_the_goods_come() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::unpaced(&day);
    let eta = trips(&server).iter().find_map(|trip| {
        let stops = trip["stops"].as_array()?;
        let own = stops.iter().find(|stop| stop["leader_code"] == "L01")?;
        own["eta"].as_str().map(str::to_owned)
    });
    let eta = eta.expect("L01 is served");
    let told = server.as_role_of("leader", "L01").json("/api/v1/leader/day");
    assert_eq!(told["arrivals"][0]["eta"], json!(format!("2026-11-23T{eta}:00.000000+08:00")), "{}", told["arrivals"]);
    let order = server.as_role_of("leader", "L01").json("/api/v1/orders/261122-0001");
    let link = order["link"].as_str().expect("a link");
    let page = server.anonymous().get(link).text();
    assert!(page.contains(&format!("预计 {eta} 到")), "{page}");
}
