//! The security log of a server: what happened at the door and what was shown, and that nobody changes it unseen.

use serde_json::{Value, json};
use tuan::store::backend::Db;

use super::server::Server;
use crate::app::TestApp;

/// The entries of an act, the newest first.
fn entries(server: &Server, act: &str) -> Vec<Value> {
    let told = server.as_role("admin").json("/api/v1/security-log?limit=500");
    told["entries"].as_array().expect("entries").iter().filter(|entry| entry["act"] == act).cloned().collect()
}

fn texts<const N: usize>(entry: &Value, keys: [&str; N]) -> [String; N] {
    keys.map(|key| entry[key].as_str().unwrap_or_else(|| panic!("{key}: {entry}")).to_owned())
}

#[test]
fn what_is_shown_of_residents_is_noted_once_a_minute_for_each_caller() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::unpaced(&day);
    let (leader, warehouse) = (server.as_role("leader"), server.as_role("warehouse"));
    let list = "/api/v1/cycles/261122/sheets/pickup_list?key=P01";
    for caller in [&leader, &leader, &warehouse] {
        assert_eq!(caller.get(list).status, 200);
    }
    assert_eq!(leader.get("/api/v1/cycles/261122/sheets/pickup_list?key=P02").status, 404);
    assert_eq!(warehouse.get("/api/v1/cycles/261122/sheets/pick_list").status / 100, 2);
    let taken = entries(&server, "sheet_taken");
    assert_eq!(taken.len(), 2, "{taken:?}");
    for entry in &taken {
        let [actor, subject, request_id] = texts(entry, ["actor", "subject", "request_id"]);
        assert!(actor.starts_with("user:") && subject.starts_with("document:PK-261122-") && !request_id.is_empty());
    }
    assert_ne!(taken[0]["actor"], taken[1]["actor"]);
    let screen = "/api/v1/points/P01/pickup-list?cycle=261122";
    assert_eq!((leader.get(screen).status, warehouse.get(screen).status), (200, 200));
    let shown = entries(&server, "list_shown");
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(texts(&shown[0], ["actor", "subject"]), [taken[0]["actor"].as_str().unwrap(), "point:P01"]);
    drop(server);
    assert_eq!({ day }.audit(), "");
}

#[test]
fn a_code_that_a_machine_is_told_is_noted() {
    let mut day = TestApp::pilot_day("open");
    day.now = "2026-11-22 12:00".to_owned();
    let server = Server::start(&day);
    let till = server.token(&["orders:write", "orders:read", "orders:code"]);
    let offer = server.json("/api/v1/cycles/261122/totals")["skus"][0]["sku_code"].clone();
    let order = json!({
        "cycle": "261122", "leader": "L01", "resident": { "phone": "13800138000" }, "lines": [{ "sku": offer, "qty": 1 }],
    });
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "k")];
    let placed = till.send("POST", "/api/v1/orders", &headers, order.to_string().as_bytes());
    assert_eq!(placed.status, 201, "{}", placed.text());
    let no = placed.json()["order_no"].as_str().expect("a number").to_owned();
    let path = format!("/api/v1/orders/{no}");
    assert!(till.json(&path)["pickup_code"].is_string() && till.json(&path)["pickup_code"].is_string());
    assert!(server.token(&["orders:read"]).json(&path)["pickup_code"].is_null());
    let shown = entries(&server, "code_shown");
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0]["subject"], format!("order:{no}"));
    drop(server);
    assert_eq!(day.audit(), "");
}

#[test]
fn a_cutoff_is_noted_once_with_whoever_asked_for_it() {
    let mut day = TestApp::pilot_day("open");
    let server = Server::start(&day);
    let buyer = server.as_role("buyer");
    for _ in 0..2 {
        assert_eq!(buyer.post("/api/v1/cycles/261122/cutoff", &json!({})).status, 200);
    }
    let noted = entries(&server, "cutoff");
    assert_eq!(noted.len(), 1, "{noted:?}");
    let [actor, subject] = texts(&noted[0], ["actor", "subject"]);
    assert!(actor.starts_with("user:") && subject == "cycle:261122", "{actor} {subject}");
    drop(server);
    assert_eq!(day.audit(), "");
}

#[test]
fn the_log_tells_of_the_door_and_of_roles_and_a_planted_change_is_found() {
    let mut day = TestApp::pilot_day("open");
    let server = Server::start(&day);
    let admin = server.as_role("admin");
    let new = json!({ "login_name": "chen", "roles": ["buyer"] });
    let added = admin.post("/api/v1/users", &new);
    assert_eq!(added.status, 201, "{}", added.text());
    let id = added.json()["user_id"].as_i64().expect("an id");
    let changed = admin.post(&format!("/api/v1/users/{id}/roles"), &json!({ "roles": ["warehouse"] }));
    assert_eq!(changed.status, 204, "{}", changed.text());
    let wrong = json!({ "login_name": "chen", "password": "not the password" });
    assert_eq!(server.anonymous().post("/api/v1/session", &wrong).status, 401);
    assert_eq!(server.as_role("driver").get("/api/v1/users").status, 403);
    for act in ["user_added", "invited", "roles_changed", "sign_in_refused", "refused"] {
        assert!(!entries(&server, act).is_empty(), "{act} is not noted");
    }
    drop(server);
    assert_eq!(day.audit(), "");
    let refused = day.db.execute_batch("UPDATE security_log SET detail = 'admin' WHERE act = 'roles_changed'");
    refused.expect_err("the log is only added to");
    let unguard = match day.db {
        Db::Sqlite(_) => "DROP TRIGGER security_log_refuses_update",
        Db::Postgres(_) => "ALTER TABLE security_log DISABLE TRIGGER ALL",
    };
    day.db.execute_batch(unguard).expect("the database's owner can do anything");
    day.db.execute_batch("UPDATE security_log SET detail = 'admin' WHERE act = 'roles_changed'").expect("unguarded");
    assert!(day.audit().contains("security_chain security_log"), "{}", day.audit());
}
