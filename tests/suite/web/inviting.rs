//! People come and go: invitations, helpers without a password, roles that change, and what a leader sees of others.

use serde_json::{Value, json};

use super::client::Client;
use super::server::{Answer, Server};
use crate::app::TestApp;

const OTHERS_LIST: &str = "/api/v1/cycles/261122/sheets/pickup_list?key=P02";

#[track_caller]
fn made(answer: Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn link(made: &Value) -> &str {
    made["link"].as_str().expect("a link")
}

#[test]
fn an_invitation_sets_a_password_once_and_looking_at_it_uses_nothing_up() {
    let mut app = TestApp::pilot_day("open");
    let server = Server::start(&app);
    let admin = server.as_role("admin");
    let body = json!({ "login_name": "li.w", "name": "李伟", "roles": ["warehouse"], "warehouse": "C1" });
    let invited = made(admin.post("/api/v1/users", &body));
    let again = admin.post("/api/v1/users", &body);
    assert_eq!((again.status, again.json()["code"].as_str()), (409, Some("login_name_taken")));
    let nobody = server.anonymous();
    for _ in 0..2 {
        let page = nobody.get(link(&invited)).text();
        assert!(page.contains("李伟") && page.contains("li.w"), "{page}");
    }
    let weak = nobody.form(link(&invited), &[("password", "password")]);
    assert_eq!(weak.status, 422);
    let let_in = nobody.form(link(&invited), &[("password", "three grey herons")]);
    assert_eq!((let_in.status, let_in.header("location")), (303, "/warehouse"));
    let li = nobody.with_cookie(&let_in.cookie());
    assert_eq!(li.get("/api/v1/cycles/261122/totals").status, 200);
    for answer in [nobody.get(link(&invited)), nobody.form(link(&invited), &[("password", "four grey herons")])] {
        assert_eq!(answer.status, 404, "{}", answer.text());
    }
    let id = &invited["user_id"];
    let first = made(admin.post(&format!("/api/v1/users/{id}/invite"), &json!({})));
    let second = made(admin.post(&format!("/api/v1/users/{id}/invite"), &json!({})));
    assert_eq!(nobody.get(link(&first)).status, 404, "a new link ends the one before");
    drop(server);
    app.now = "2026-12-05 10:00".to_owned();
    assert_eq!(Server::start(&app).anonymous().get(link(&second)).status, 404, "after 72 hours it is over");
}

#[test]
fn a_helper_comes_in_by_the_link_and_sees_the_leaders_points_alone() {
    let mut app = TestApp::pilot_day("dispatched");
    let server = Server::start(&app);
    let leader = server.as_role("leader");
    let helper = made(leader.post("/api/v1/helpers", &json!({ "name": "小李", "until": "today" })));
    let let_in = server.anonymous().form(link(&helper), &[]);
    assert_eq!(let_in.status, 303, "{}", let_in.text());
    let li = server.anonymous().with_cookie(&let_in.cookie());
    assert_eq!(li.get("/api/v1/cycles/261122/sheets/pickup_list?key=P01").status, 200);
    assert_eq!(li.get(OTHERS_LIST).status, 404);
    assert_eq!(li.get("/api/v1/cycles/261122/totals").status, 403);
    let other = server.as_role_of("leader", "L02");
    let id = &helper["user_id"];
    assert_eq!(other.post(&format!("/api/v1/users/{id}/suspend"), &json!({})).status, 404);
    let users = leader.json("/api/v1/users");
    let names: Vec<&str> =
        users["users"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["小李"], "helpers, not the leader's own account");
    assert_eq!(leader.post(&format!("/api/v1/users/{id}/suspend"), &json!({})).status, 204);
    assert_eq!(li.get("/api/v1/cycles").status, 401, "suspended at once");
    assert_eq!(leader.post(&format!("/api/v1/users/{id}/restore"), &json!({})).status, 204);
    let anew = made(leader.post(&format!("/api/v1/users/{id}/invite"), &json!({})));
    let li = server.anonymous().with_cookie(&server.anonymous().form(link(&anew), &[]).cookie());
    assert_eq!(li.get("/api/v1/cycles").status, 200);
    let cookie = li.lines();
    drop(server);
    app.now = format!("{} 00:01", "2026-11-24");
    let server = Server::start(&app);
    let answer = server.anonymous().send("GET", "/api/v1/cycles", &[("Cookie", &cookie[8..cookie.len() - 2])], b"");
    assert_eq!(answer.status, 401, "the day is over");
}

#[test]
fn new_roles_end_the_sessions_of_the_old_ones() {
    let app = TestApp::pilot_day("open");
    let server = Server::start(&app);
    let (admin, buyer) = (server.as_role("admin"), server.as_role("buyer"));
    let users = admin.json("/api/v1/users");
    let own = users["users"].as_array().unwrap().iter().find(|user| user["roles"] == json!(["buyer"])).unwrap();
    let path = format!("/api/v1/users/{}/roles", own["user_id"]);
    assert_eq!(admin.post(&path, &json!({ "roles": ["leader"] })).status, 422, "a leader of whom?");
    assert_eq!(admin.post(&path, &json!({ "roles": ["driver"] })).status, 204);
    assert_eq!(buyer.get("/api/v1/cycles").status, 401);
    let log = admin.json("/api/v1/security-log?limit=5");
    let acts: Vec<&str> = log["entries"].as_array().unwrap().iter().map(|row| row["act"].as_str().unwrap()).collect();
    assert!(acts.contains(&"roles_changed"), "{acts:?}");
}

#[test]
fn a_leader_sees_own_totals_and_own_sheets_on_every_page() {
    let app = TestApp::pilot_day("dispatched");
    let server = Server::start(&app);
    let leader: Client = server.as_role("leader");
    let own = leader.json("/api/v1/cycles/261122/totals");
    assert_eq!(own["leaders"].as_array().map(Vec::len), Some(1));
    let all = server.json("/api/v1/cycles/261122/totals");
    let of_l01 = all["leaders"].as_array().unwrap().iter().find(|row| row["leader_code"] == "L01").unwrap();
    assert_eq!((&own["leaders"][0], &own["ordered_qty"]), (of_l01, &of_l01["ordered_qty"]));
    let bounded = server.token_of(&["cycles:read", "sheets:read"], &["L01"]);
    assert_eq!(bounded.json("/api/v1/cycles/261122/totals")["orders"], own["orders"]);
    assert_eq!(bounded.get(OTHERS_LIST).status, 404);
    let sheets = leader.json("/api/v1/cycles/261122/sheets?limit=500");
    for sheet in sheets["sheets"].as_array().unwrap() {
        let kind = sheet["kind"].as_str().unwrap();
        let of_points =
            ["pickup_list", "pick_list_point", "handover_slip", "label", "shortage_notice_point", "difference_sheet"];
        assert!(of_points.contains(&kind), "{sheet}");
        assert!(kind == "difference_sheet" || sheet["key"] == "P01", "{sheet}");
    }
    assert!(sheets["total"].as_u64().is_some_and(|total| total >= 2), "{sheets}");
    let page = leader.get("/cycles/261122").text();
    assert!(page.contains("P01") || page.contains("云溪花园"), "{page}");
    assert!(!page.contains("采购单") && !page.contains("柳堤雅苑") && !page.contains("<polyline"), "{page}");
    let list = leader.get("/cycles/261122/sheets/pickup_list").text();
    assert!(!list.contains("key=P02"), "{list}");
    let whole = server.json("/api/v1/cycles/261122/totals")["orders"].to_string();
    let first = leader.get("/").text();
    assert!(!first.contains(&format!("<b>{whole}</b>")), "{first}");
    let driver = server.as_role("driver").get("/").text();
    assert!(driver.contains("261122") && !driver.contains("<small>件</small>"), "{driver}");
}

#[test]
fn what_is_refused_to_someone_known_stands_in_the_security_log() {
    let app = TestApp::pilot_day("open");
    let server = Server::start(&app);
    let driver = server.as_role("driver");
    for _ in 0..3 {
        assert_eq!(driver.get("/api/v1/cycles/261122/totals").status, 403);
    }
    let log = server.as_role("admin").json("/api/v1/security-log?limit=500");
    let refused: Vec<&Value> =
        log["entries"].as_array().unwrap().iter().filter(|row| row["act"] == "refused").collect();
    assert_eq!(refused.len(), 1, "once a minute is enough: {refused:?}");
    assert_eq!(refused[0]["subject"], "show_totals");
    assert!(refused[0]["actor"].as_str().is_some_and(|actor| actor.starts_with("user:")));
    assert_eq!(refused[0]["request_id"].as_str().map(str::len), Some(16));
    let text = log.to_string();
    assert!(!text.contains("driver-") && !text.contains("tuan_"), "ids only: {text}");
}

#[test]
fn a_token_that_an_admin_revokes_opens_nothing_at_once() {
    let app = TestApp::pilot_day("open");
    let server = Server::start(&app);
    let admin = server.as_role("admin");
    let made = made(admin.post("/api/v1/tokens", &json!({ "name": "till", "scopes": ["cycles:read"] })));
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let ask = || server.anonymous().send("GET", "/api/v1/cycles", &[("Authorization", &bearer)], b"").status;
    assert_eq!(ask(), 200);
    assert_eq!(admin.delete(&format!("/api/v1/tokens/{}", made["token_id"])).status, 204);
    assert_eq!(ask(), 401);
    let tokens = admin.json("/api/v1/tokens").to_string();
    assert!(tokens.contains("till") && !tokens.contains("tuan_"), "{tokens}");
}
