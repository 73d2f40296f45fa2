//! Trips over the network: told by phones when they can, counted once, within reach of who drives them.

use serde_json::{Value, json};

use super::client::Client;
use super::handover::{is_refused, send};
use super::photos::{picture, put};
use super::server::{Answer, Server};
use crate::app::TestApp;
use crate::intake::number;

const TRIP: &str = "TR-261122-001";
const OTHER: &str = "TR-261122-002";
const AT: &str = "2026-11-23T09:00:00+08:00";

fn night() -> TestApp {
    let mut app = TestApp::as_filed();
    app.now = "2026-11-23 09:00".to_owned();
    app
}

fn tell(client: &Client, trip: &str, event: &str, act: &str, totes: Value) -> Answer {
    let body = json!({ "event_id": event, "act": act, "by": "石大路", "device_time": AT, "totes": totes });
    client.post(&format!("/api/v1/cycles/261122/trips/{trip}/events"), &body)
}

fn stop(client: &Client, (trip, point): (&str, &str), event: &str, act: &str, more: Value) -> Answer {
    let mut body = json!({ "event_id": event, "act": act, "by": "石大路", "device_time": AT });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.post(&format!("/api/v1/cycles/261122/trips/{trip}/stops/{point}/events"), &body)
}

#[track_caller]
fn is_told(answer: &Answer, is_new: bool) {
    assert_eq!((answer.status, &answer.json()["is_new"]), (200, &is_new.into()), "{}", answer.text());
}

fn stop_of<'d>(day: &'d Value, point: &str) -> &'d Value {
    let trips = day["trips"].as_array().expect("trips");
    let mut stops = trips.iter().flat_map(|trip| trip["stops"].as_array().expect("stops"));
    stops.find(|stop| stop["point_code"] == point).unwrap_or_else(|| panic!("{point} is not in {day}"))
}

#[test]
fn a_driver_sees_the_own_round_with_ways_on_the_maps_of_the_country() {
    let app = night();
    let server = Server::start(&app);
    let driver = server.as_role("driver");
    let day = driver.json("/api/v1/driver/day");
    assert_eq!((&day["plate"], day["trips"].as_array().map(Vec::len)), (&"云Y8A201".into(), Some(1)));
    let trip = &day["trips"][0];
    assert_eq!(
        (&trip["trip_no"], &trip["stage"], &trip["stops"][0]["load_seq"]),
        (&TRIP.into(), &"planned".into(), &23.into())
    );
    let first = stop_of(&day, "P01");
    // The point was given on GCJ-02, and maps of the country want that.
    let map = first["map"]["amap"].as_str().expect("a way");
    assert!(map.contains("to=114.58465") && map.contains(",29.6398"), "{map}");
    assert!(first["map"]["geo"].as_str().is_some_and(|geo| geo.starts_with("geo:29.6398")), "{first}");
    assert_eq!((&first["slip_no"], &first["leader_phone"]), (&"HS-261122-001".into(), &"19900001001".into()));
    let labels = server.json("/api/v1/cycles/261122/trips");
    assert_eq!(labels["trips"].as_array().map(Vec::len), Some(2), "the desk sees all");
    assert_eq!(driver.json("/api/v1/cycles/261122/trips")["trips"].as_array().map(Vec::len), Some(1));
    is_refused(&tell(&driver, OTHER, "e1", "loaded", json!({})), 404, "not_found");
    is_refused(&stop(&driver, (TRIP, "P02"), "e2", "arrived", json!({})), 404, "not_found");
    let mark = driver.get("/api/v1/driver/day").header("etag").to_owned();
    let again = driver.send("GET", "/api/v1/driver/day", &[("If-None-Match", &mark)], b"");
    assert_eq!(again.status, 304);
}

#[test]
fn a_round_is_loaded_driven_and_signed_for_and_totes_are_counted() {
    let mut app = night();
    let server = Server::start(&app);
    let driver = server.as_role("driver");
    let totes = json!({ "tote": 30, "box": 12, "ice": 40 });
    is_told(&tell(&driver, TRIP, "t1", "loaded", totes.clone()), true);
    is_told(&tell(&driver, TRIP, "t1", "loaded", totes.clone()), false);
    is_told(&tell(&driver, TRIP, "t2", "loaded", totes), true);
    is_refused(&tell(&driver, TRIP, "t1", "departed", json!({})), 422, "key_reused");
    is_told(&tell(&driver, TRIP, "t3", "departed", json!({})), true);
    is_told(&stop(&driver, (TRIP, "P01"), "s1", "arrived", json!({})), true);
    let signed = json!({ "received_by": "周桂兰", "totes_out": { "tote": 3, "box": 2 }, "totes_back": { "tote": 1 } });
    is_refused(&stop(&driver, (TRIP, "P01"), "s2", "handed_over", json!({})), 422, "receiver_missing");
    is_told(&stop(&driver, (TRIP, "P01"), "s2", "handed_over", signed.clone()), true);
    is_told(&stop(&driver, (TRIP, "P01"), "s2", "handed_over", signed.clone()), false);
    is_refused(&stop(&driver, (TRIP, "P01"), "s3", "handed_over", signed), 409, "already_signed");
    let too_many = json!({ "totes_out": { "tote": 10_000 } });
    is_refused(&stop(&driver, (TRIP, "P03"), "s4", "left", too_many), 422, "too_many_totes");
    is_told(&stop(&driver, (TRIP, "P03"), "s4", "left", json!({ "totes_out": { "tote": 4 } })), true);
    let photo = put(&driver, "cycle=261122&point=P03&stop=s4", "p1", &picture());
    assert_eq!(photo.status, 200, "{}", photo.text());
    is_refused(&put(&driver, "cycle=261122&point=P03&stop=none", "p2", &picture()), 409, "nothing_told");
    let link = photo.json()["link"].as_str().expect("a link").to_owned();
    assert_eq!(server.as_role_of("leader", "L03").get(&link).status, 200);
    assert_eq!(server.as_role_of("leader", "L01").get(&link).status, 404);
    // Somebody signs for it afterwards; the totes are there already.
    let later = json!({ "received_by": "刘志强", "totes_out": { "tote": 4 } });
    is_told(&stop(&driver, (TRIP, "P03"), "s5", "handed_over", later), true);
    let day = driver.json("/api/v1/driver/day");
    let end = &stop_of(&day, "P03")["end"];
    assert_eq!(
        (&end["act"], &end["received_by"], &end["photos"][0]),
        (&"handed_over".into(), &"刘志强".into(), &json!(link))
    );
    assert!(end["left_at"].is_string() && end["totes_out"]["tote"] == 4, "{end}");
    let desk = server.as_role("warehouse");
    let known = desk.json("/api/v1/totes");
    let of_p01 = known["points"].as_array().unwrap().iter().find(|one| one["point_code"] == "P01").expect("P01");
    assert_eq!(of_p01["totes"], json!({ "tote": 2, "box": 2, "ice": 0 }));
    assert_eq!(known["drivers"][0]["totes"], json!({ "tote": 24, "box": 10, "ice": 40 }));
    let count = |event: &str, tote: i64| {
        let body = json!({ "event_id": event, "point": "P01", "tote": tote, "box": 2, "ice": 0, "reason": "月底盘点" });
        desk.post("/api/v1/totes", &body)
    };
    is_told(&count("a1", 1), true);
    is_told(&count("a1", 1), false);
    is_told(&count("a2", 1), false);
    drop(server);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM tote_moves WHERE act = 'adjusted' AND qty = -1"), 1);
    for table in ["trip_events", "stop_events", "stop_photos", "tote_moves"] {
        let answer = app.db.execute_batch(&format!("DELETE FROM {table}")).expect_err(table).to_string();
        assert!(answer.contains("append-only"), "{answer}");
    }
    assert_eq!(app.audit(), "");
}

/// A leader's count of one SKU.
fn count(server: &Server, leader: &str, point: &str, key: &str, lines: Value) {
    let client = server.as_role_of("leader", leader);
    let body = json!({ "cycle": "261122", "point": point, "device_time": AT, "by": leader, "lines": lines });
    let counted = send(&client, "/api/v1/receipts/leader", key, &body);
    assert_eq!(counted.status, 200, "{}", counted.text());
}

/// A SKU of which both points get at least three.
fn shared_sku(server: &Server, points: [&str; 2]) -> String {
    let due = |point: &str| {
        let list = server.get(&format!("/api/v1/cycles/261122/sheets/handover_slip?key={point}&format=csv&heads=key"));
        let text = list.text();
        let rows = text.lines().skip(1).map(|row| row.split(',').map(str::to_owned).collect::<Vec<_>>());
        rows.filter(|cells| cells[8].parse::<u32>().is_ok_and(|qty| qty >= 3))
            .map(|cells| cells[4].clone())
            .collect::<Vec<_>>()
    };
    let other = due(points[1]);
    due(points[0]).into_iter().find(|sku| other.contains(sku)).expect("goods that both get")
}

#[test]
fn differences_name_both_counts_and_swaps_come_before_money() {
    let mut app = night();
    let server = Server::start(&app);
    let sku = shared_sku(&server, ["P01", "P03"]);
    count(&server, "L01", "P01", "c1", json!([{ "sku": sku, "short_qty": 2 }]));
    count(&server, "L03", "P03", "c1", json!([{ "sku": sku, "over_qty": 2, "broken_qty": 1 }]));
    let buyer = server.as_role("buyer");
    let list = || buyer.json("/api/v1/cycles/261122/discrepancies");
    let known = list();
    let find = |list: &Value, problem: &str| {
        let all = list["discrepancies"].as_array().expect("a list").clone();
        all.into_iter().find(|one| one["problem"] == problem).unwrap_or_else(|| panic!("{problem}: {list}"))
    };
    let (short, over, broken) = (find(&known, "short"), find(&known, "over"), find(&known, "broken"));
    let counts = |one: &Value| one["found_qty"].as_i64().unwrap() - one["given_qty"].as_i64().unwrap();
    assert_eq!((counts(&short), counts(&over), counts(&broken)), (-2, 2, -1));
    assert_eq!(
        (&short["hop"], &short["liable_party"], &short["trip_no"]),
        (&"truck_point".into(), &"driver".into(), &TRIP.into())
    );
    assert_eq!(over["liable_party"], "central");
    assert_eq!(known["swaps"].as_array().map(Vec::len), Some(1));
    let word = |one: &Value, event: &str, body: Value| {
        let mut body = body;
        body["event_id"] = event.into();
        buyer.post(&format!("/api/v1/cycles/261122/discrepancies/{}/word", one["id"].as_str().unwrap()), &body)
    };
    is_refused(&word(&broken, "w0", json!({ "remedy": "swap", "other": short["id"] })), 409, "no_swap");
    is_told(&word(&short, "w1", json!({ "remedy": "swap", "other": over["id"] })), true);
    is_told(&word(&short, "w1", json!({ "remedy": "swap", "other": over["id"] })), false);
    is_refused(&word(&over, "w2", json!({ "remedy": "none" })), 409, "swapped_whole");
    is_refused(&word(&broken, "w3", json!({ "remedy": "refund", "liable_party": "leader" })), 422, "reason_missing");
    is_told(&word(&broken, "w4", json!({ "remedy": "refund", "liable_party": "leader", "reason": "门口摔的" })), true);
    is_told(&word(&broken, "w5", json!({ "remedy": "deduction" })), true);
    let now = list();
    assert!(now["discrepancies"].as_array().unwrap().iter().all(|one| one["open_qty"] == 0), "{now}");
    assert_eq!((now["swaps"].as_array().map(Vec::len), now["due_fen"]["driver"].is_i64()), (Some(0), true), "{now}");
    let page = server.as_role("warehouse").get("/warehouse/261122/road").text();
    assert!(
        page.contains("串货调回")
            && page.contains("扣款")
            && !page.contains("data-send=\"/api/v1/cycles/261122/discrepancies"),
        "{page}"
    );
    // The goods are fetched, and both count again.
    count(&server, "L01", "P01", "c2", json!([]));
    count(&server, "L03", "P03", "c2", json!([{ "sku": sku, "broken_qty": 1 }]));
    let after = list();
    assert_eq!(after["discrepancies"].as_array().map(Vec::len), Some(1), "{after}");
    is_refused(&word(&short, "w6", json!({ "remedy": "refund" })), 404, "not_found");
    let dock = json!({ "event_id": "d1", "hop": "dock_truck", "problem": "short", "point": "P01", "sku": sku, "given_qty": 5, "found_qty": 4 });
    is_told(&server.as_role("warehouse").post("/api/v1/cycles/261122/discrepancies", &dock), true);
    let mut odd = dock.clone();
    (odd["event_id"], odd["found_qty"]) = ("d2".into(), 6.into());
    is_refused(&buyer.post("/api/v1/cycles/261122/discrepancies", &odd), 422, "bad_counts");
    odd["hop"] = "truck_point".into();
    is_refused(&buyer.post("/api/v1/cycles/261122/discrepancies", &odd), 409, "leader_counts");
    drop(server);
    assert_eq!(app.audit(), "");
}

#[test]
fn the_stops_of_a_broken_truck_go_on_with_another_and_paper_stays_good() {
    let mut app = night();
    let server = Server::start(&app);
    let (driver, desk) = (server.as_role("driver"), server.as_role("warehouse"));
    let slips = || server.json("/api/v1/cycles/261122/sheets?kind=handover_slip&limit=500");
    let before = slips();
    is_told(&tell(&driver, TRIP, "t1", "loaded", json!({})), true);
    is_told(&tell(&driver, TRIP, "t2", "departed", json!({})), true);
    is_told(&stop(&driver, (TRIP, "P01"), "s1", "handed_over", json!({ "received_by": "周桂兰" })), true);
    is_told(&tell(&driver, TRIP, "t3", "broken_down", json!({})), true);
    assert_eq!(driver.json("/api/v1/driver/day")["trips"][0]["stage"], "broken_down");
    let path = format!("/api/v1/cycles/261122/trips/{TRIP}/move");
    let to = |to: &str, points: Value| json!({ "event_id": "m1", "to": to, "reason": "车坏了", "points": points });
    is_refused(&desk.post(&path, &to(TRIP, Value::Null)), 409, "same_trip");
    is_refused(&desk.post(&path, &to(OTHER, json!(["P01"]))), 409, "already_handed_over");
    is_refused(&desk.post(&path, &to(OTHER, json!(["P02"]))), 404, "not_found");
    let moved = desk.post(&path, &to(OTHER, Value::Null));
    assert_eq!(moved.json()["points"].as_array().map(Vec::len), Some(22), "{}", moved.text());
    assert_eq!(desk.post(&path, &to(OTHER, Value::Null)).json(), moved.json(), "the same is the same");
    assert_eq!(driver.json("/api/v1/driver/day")["trips"][0]["stops"].as_array().map(Vec::len), Some(1));
    let trips = desk.json("/api/v1/cycles/261122/trips");
    assert_eq!(stop_of(&trips, "P03")["moved_from"], TRIP);
    // The slip and its code are as they were; who brings the goods hands them over.
    assert_eq!(slips(), before);
    is_told(&stop(&desk, (OTHER, "P03"), "s2", "handed_over", json!({ "received_by": "刘志强" })), true);
    let page = desk.get("/warehouse/261122/road").text();
    assert!(page.contains("车坏了") && page.contains(&format!("转自 {TRIP}")), "{page}");
    drop(server);
    assert_eq!(app.audit(), "");
}
