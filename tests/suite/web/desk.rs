//! The desk and administration over HTTP: paper found by its number, acts that are sent twice, the log, one's own account.

use serde_json::{Value, json};
use tuan::store::backend::Db;

use super::client::Client;
use super::server::{Answer, Server};
use crate::app::{TestApp, books};

#[track_caller]
fn is_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, &answer.json()["code"]), (status, &code.into()), "{}", answer.text());
}

/// Where the page sends on to for a number on paper; what it shows where it does not.
fn paper(desk: &Client, night: &str, doc_no: &str) -> Result<String, String> {
    let answer = desk.get(&format!("/warehouse/{night}/paper?doc_no={doc_no}"));
    match answer.status {
        303 => Ok(answer.header("location").to_owned()),
        _ => Err(answer.text()),
    }
}

/// The sheets of a kind: number, key, version.
fn sheets(server: &Server, kind: &str) -> Vec<(String, String, u64)> {
    let list = server.json(&format!("/api/v1/cycles/261122/sheets?kind={kind}&limit=500"));
    let text = |sheet: &Value, key: &str| sheet[key].as_str().expect("a text").to_owned();
    let sheet = |sheet: &Value| (text(sheet, "doc_no"), text(sheet, "key"), sheet["version"].as_u64().expect("one"));
    list["sheets"].as_array().expect("sheets").iter().map(sheet).collect()
}

#[test]
fn paper_is_found_by_its_number_in_its_own_night() {
    let mut day = TestApp::pilot_day("dispatched");
    let server = Server::unpaced(&day);
    let clone = json!({
        "cycle_code": "next_Day-1", "name": "次日团", "clone_of": "261122", "opens_at": "2026-11-23 06:00",
        "cutoff_at": "2026-11-23 23:00", "pickup_date": "2026-11-24",
    });
    let made = server.as_role("admin").post("/api/v1/cycles", &clone);
    assert_eq!(made.status, 201, "{}", made.text());
    let desk = server.as_role("warehouse");
    let order = "/warehouse/261122/receiving?po=PO-261122-001".to_owned();
    assert_eq!(paper(&desk, "next_Day-1", "rs-261122-001"), Ok(order.clone()));
    assert_eq!(paper(&desk, "261122", "rs-261122-001-1"), Ok(format!("{order}&receipt=RS-261122-001-1")));
    // A delivery that nobody entered yet is the next one.
    assert_eq!(paper(&desk, "261122", "RS-261122-001-9"), Ok(order));
    // Copies are noted to the night that the sheet belongs to.
    let own = "/warehouse/261122/paper?doc_no=PK-261122-001".to_owned();
    assert_eq!(paper(&desk, "next_Day-1", "pk-261122-001"), Ok(own));
    assert!(paper(&desk, "261122", "PK-261122-001-1").is_err_and(|page| page.contains("没有单据")));
    let changes = sheets(&server, "difference_sheet");
    let (doc_no, key, _) = changes.first().expect("something was superseded");
    let page = paper(&desk, "261122", &doc_no.to_uppercase()).expect_err("it is of this night");
    assert!(page.contains(&format!("data-key=\"{key}\"")), "{doc_no} {page}");
    // Of two versions nobody knows which one is in hand.
    let lists = sheets(&server, "pickup_list");
    let first = lists.iter().map(|(_, _, version)| *version).min().expect("lists");
    let of = |is_newer: bool| &lists.iter().find(|one| (one.2 > first) == is_newer).expect("such a list").0;
    let page = paper(&desk, "261122", of(true)).expect_err("a page");
    let choice = format!("<option value=\"{first}\">v{first}</option>");
    assert!(page.contains("data-version=\"\"") && page.contains(&choice), "{page}");
    let only = format!("data-version=\"{first}\"");
    assert!(paper(&desk, "261122", of(false)).is_err_and(|page| page.contains(&only)));
    drop(server);
    assert_eq!(day.audit(), "");
}

#[test]
fn an_act_that_is_sent_twice_counts_once_and_another_under_its_name_is_refused() {
    let mut day = TestApp::pilot_day("allocated");
    let server = Server::unpaced(&day);
    let desk = server.as_role("warehouse");
    let found = sheets(&server, "pickup_list");
    let named = |at: usize| json!({ "kind": "pickup_list", "key": found[at].1, "version": found[at].2 });
    let note = |event: &str, copies: u32, sheets: Value| {
        let body = json!({ "event_id": event, "act": "issued", "copies": copies, "sheets": sheets });
        desk.post("/api/v1/cycles/261122/copies", &body)
    };
    assert_eq!(note("c1", 2, json!([named(0), named(1)])).json()["is_new"], true);
    assert_eq!(note("c1", 2, json!([named(1), named(0)])).json()["is_new"], false);
    is_refused(&note("c1", 3, json!([named(0), named(1)])), 422, "key_reused");
    is_refused(&note("c1", 2, json!([named(0)])), 422, "key_reused");
    is_refused(&note("c2", 1, json!([named(0), named(0)])), 422, "bad_request");
    let both = json!({ "event_id": "c3", "act": "printed", "sheets": [named(0)], "tonight": 1 });
    is_refused(&desk.post("/api/v1/cycles/261122/copies", &both), 422, "bad_request");
    let report = |qty: u32| {
        let body = json!({ "event_id": "w1", "what": "小白菜", "qty": qty });
        desk.post("/api/v1/cycles/261122/wrong-goods", &body)
    };
    let first = report(24);
    assert_eq!((first.status, report(24).json()), (201, first.json()));
    is_refused(&report(25), 422, "key_reused");
    drop(server);
    let noted = "SELECT event_id || ' ' || CAST(copies AS TEXT) AS line FROM sheet_copies";
    assert_eq!(books::lines(&mut day.db, noted), ["c1 2", "c1 2"]);
    assert_eq!(day.audit(), "");
}

#[test]
fn the_log_is_narrowed_by_all_that_is_asked_for_and_a_name_finds_all_who_bear_it() {
    let day = TestApp::pilot_day("open");
    let server = Server::unpaced(&day);
    let admin = server.as_role("admin");
    let add = |login_name: &str| {
        let body = json!({ "name": "王芳", "login_name": login_name, "roles": ["driver"] });
        let made = admin.post("/api/v1/users", &body);
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["user_id"].as_i64().expect("an id")
    };
    let ids = [add("wang.a"), add("wang.b")];
    let entries = |act: &str, part: &str| {
        let page = admin.form("/admin/log", &[("act", act), ("q", part)]).text();
        let rows = page.matches("<td class=\"at\">").count();
        (rows, ids.map(|id| page.contains(&format!("（user:{id}）"))))
    };
    let (rows, found) = entries("user_added", "王芳");
    assert_eq!((rows, found), (2, [true, true]));
    // The other act is about the same people, and is not asked for.
    assert_eq!(admin.post(&format!("/api/v1/users/{}/suspend", ids[0]), &json!({})).status, 204);
    assert_eq!(entries("user_suspended", "王芳").0, 1);
    assert_eq!(entries("user_suspended", &format!("USER:{}", ids[0])).0, 1, "of letters either case finds");
}

#[test]
fn nobody_suspends_themselves_and_an_admin_stays_one() {
    let day = TestApp::pilot_day("open");
    let server = Server::unpaced(&day);
    let admin = server.as_role("admin");
    let login_name = admin.json("/api/v1/session")["login_name"].clone();
    let users = admin.json("/api/v1/users");
    let own = users["users"].as_array().expect("users").iter().find(|user| user["login_name"] == login_name);
    let link = own.expect("oneself")["link"].as_str().expect("a link").to_owned();
    is_refused(&admin.post(&format!("{link}/suspend"), &json!({})), 409, "own_account");
    is_refused(&admin.post(&format!("{link}/roles"), &json!({ "roles": ["buyer"] })), 409, "own_account");
    let other = server.as_role("admin");
    assert_eq!(other.post(&format!("{link}/suspend"), &json!({})).status, 204);
    assert_eq!(admin.get("/api/v1/session").status, 401);
}

#[test]
fn a_session_that_ends_takes_the_lock_of_its_screen_with_it() {
    let day = TestApp::pilot_day("open");
    let server = Server::unpaced(&day);
    let (desk, other) = (server.as_role("warehouse"), server.as_role("warehouse"));
    for one in [&desk, &other] {
        assert_eq!(one.post("/api/v1/session/lock", &json!({})).status, 204);
    }
    let locks = || {
        let mut db = Db::open(day.url()).expect("the database is there");
        books::lines(&mut db, "SELECT 'locked' AS line FROM screen_locks").len()
    };
    assert_eq!(locks(), 2);
    assert_eq!(desk.delete("/api/v1/session").status, 204);
    assert_eq!(locks(), 1);
    assert_eq!(other.get("/api/v1/session").status, 403, "the other one stays locked");
}
