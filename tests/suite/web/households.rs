//! Households beside handing out: joined and parted, called, given their cash back; and chats read into orders.

use serde_json::{Value, json};

use super::server::Server;
use crate::app::TestApp;
use crate::app::books::lines;
use crate::intake::number;

fn day(server: &Server) -> Value {
    server.as_role_of("leader", "L01").json("/api/v1/leader/day")
}

fn homes(server: &Server) -> Vec<Vec<String>> {
    let day = day(server);
    let home = |home: &Value| {
        let orders = home["orders"].as_array().unwrap().iter();
        orders.map(|order| order["order_no"].as_str().unwrap().to_owned()).collect()
    };
    day["households"].as_array().unwrap().iter().map(home).collect()
}

#[test]
fn households_are_joined_and_parted_and_it_can_be_undone() {
    let mut app = TestApp::pilot_day("dispatched");
    let server = Server::start(&app);
    let before = homes(&server);
    let (one, other) = (before[0][0].clone(), before[1][0].clone());
    let leader = server.as_role_of("leader", "L01");
    let join = json!({ "change_id": "c1", "groups": [[one, other]] });
    assert_eq!(leader.post("/api/v1/households", &join).status, 200);
    assert_eq!(leader.post("/api/v1/households", &join).status, 200, "the same twice");
    let joined = homes(&server);
    assert_eq!(joined.len(), before.len() - 1);
    assert!(joined.iter().any(|home| home.contains(&one) && home.contains(&other)));
    let undo = |id: &str, undoes: &str| json!({ "change_id": id, "undoes": undoes });
    assert_eq!(server.as_role_of("leader", "L02").post("/api/v1/households", &undo("u0", "c1")).status, 404);
    assert_eq!(leader.post("/api/v1/households", &undo("u1", "c1")).status, 200);
    assert_eq!(homes(&server), before);
    assert_eq!(leader.post("/api/v1/households", &undo("u2", "c1")).json()["code"], "changed_since");
    let stranger = json!({ "change_id": "c2", "groups": [[one], ["261122-0009"]] });
    assert_eq!(leader.post("/api/v1/households", &stranger).status, 404);
    drop(server);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM household_links"), 4);
    assert_eq!(app.audit(), "");
}

#[test]
fn a_phone_is_shown_for_a_call_and_noted_once() {
    let mut app = TestApp::pilot_day("dispatched");
    let server = Server::start(&app);
    let leader = server.as_role_of("leader", "L01");
    let call = |no: &str| leader.post(&format!("/api/v1/orders/{no}/call"), &json!({}));
    let shown = call("261122-0001");
    assert_eq!(shown.json()["phone"].as_str().map(str::len), Some(11), "{}", shown.text());
    call("261122-0001");
    assert_eq!(call("261122-0009").status, 404, "another leader's");
    assert_eq!(server.as_role("buyer").post("/api/v1/orders/261122-0001/call", &json!({})).status, 403);
    drop(server);
    let sql = "SELECT COUNT(*) FROM security_log WHERE act = 'phone_shown' AND subject = 'order:261122-0001'";
    assert_eq!(number(&mut app, sql), 1);
    assert_eq!(app.audit(), "");
}

#[test]
fn a_chat_is_read_into_drafts_with_its_faults() {
    let app = TestApp::pilot_day("open");
    let server = Server::start(&app);
    let text = "接龙\n1. 小芳妈 3-2-1502 K001+2\n2. 老王 没有这个+1\n";
    let answer =
        server.as_role_of("leader", "L01").post("/api/v1/jielong", &json!({ "cycle": "261122", "text": text }));
    let entries = answer.json()["entries"].clone();
    assert_eq!(entries[0]["lines"], json!([{ "sku_code": "K001", "qty": 2 }]), "{}", answer.text());
    assert_eq!((&entries[0]["building"], &entries[0]["room"]), (&"3".into(), &"1502".into()));
    assert_eq!(entries[1]["faults"][0]["zh"], "没有商品“没有这个”");
    assert_eq!(server.as_role("helper").post("/api/v1/jielong", &json!({ "cycle": "261122", "text": "" })).status, 403);
}

#[test]
fn cash_goes_back_once_and_only_as_much_as_is_due() {
    let mut app = TestApp::pilot_day("dispatched");
    app.db.execute_batch("UPDATE cycles SET payment = 'in_person'").expect("the test owns its database");
    let sql = "SELECT o.order_no || ' ' || l.leader_code || ' ' || CAST(r.amount_fen AS TEXT) AS line FROM refunds r
        JOIN orders o ON o.cycle_id = r.cycle_id AND o.id = r.order_id JOIN leaders l ON l.id = o.leader_id
        WHERE r.state = 'planned' ORDER BY o.order_no LIMIT 1";
    let row = lines(&mut app.db, sql)[0].clone();
    let [order_no, leader, due] = row.split(' ').collect::<Vec<_>>()[..] else { panic!("{row}") };
    let due: i64 = due.parse().expect("fen");
    let server = Server::start(&app);
    let leader = server.as_role_of("leader", leader);
    let give = |key: &str, body: &Value| {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
        leader.send("POST", &format!("/api/v1/orders/{order_no}/cash-back"), &headers, body.to_string().as_bytes())
    };
    let other = give("k0", &json!({ "amount_fen": due + 1 }));
    assert_eq!((other.status, &other.json()["code"]), (409, &"amount_differs".into()), "{}", other.text());
    assert_ne!(give("k0", &json!({})).status, 200, "cash without an amount");
    assert_eq!(give("k0", &json!({ "amount_fen": 0 })).status, 422);
    let first = give("k1", &json!({ "amount_fen": due }));
    assert_eq!((first.status, &first.json()["amount_fen"]), (200, &due.into()), "{}", first.text());
    assert_eq!(give("k1", &json!({ "amount_fen": due })).json(), first.json(), "the same twice");
    assert_eq!(give("k2", &json!({ "amount_fen": due })).json()["code"], "amount_differs", "a second phone is told");
    drop(server);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM security_log WHERE act = 'cash_returned'"), 1);
}
