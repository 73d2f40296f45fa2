//! A supplier's link: whoever has it reads and answers one purchase order, nobody else does.

use serde_json::{Value, json};

use super::server::{Answer, Server};
use crate::app::books::lines;
use crate::app::{TestApp, arg};

/// The first order of the pilot day, and its supplier.
const ORDER: &str = "PO-261122-001";

fn sent() -> (TestApp, Server) {
    let app = TestApp::pilot_day("frozen");
    app.tuan(&["procure", "261122"]).done();
    app.tuan(&["send", "261122"]).done();
    let server = Server::unpaced(&app);
    (app, server)
}

fn link(server: &Server) -> String {
    let answer = server.as_role("buyer").post(&format!("/api/v1/purchases/{ORDER}/link"), &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["path"].as_str().expect("a path").to_owned()
}

/// Answers from a page that was just read: it holds how many cases of each line are asked for.
fn answer(server: &Server, path: &str, fields: &[(&str, &str)]) -> Answer {
    answer_from(server, path, &asked(server, path), fields)
}

fn answer_from(server: &Server, path: &str, page: &[(String, String)], fields: &[(&str, &str)]) -> Answer {
    let page = page.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    server.anonymous().form(path, &page.chain(fields.iter().copied()).collect::<Vec<_>>())
}

/// The hidden fields of a page: `asked-1` and its cases.
fn asked(server: &Server, path: &str) -> Vec<(String, String)> {
    let page = server.anonymous().get(path).text();
    let field = |part: &str| {
        let (no, rest) = part.split_once('"')?;
        Some((format!("asked-{no}"), rest.split('"').nth(1)?.to_owned()))
    };
    page.split("name=\"asked-").skip(1).filter_map(field).collect()
}

/// The buyer changes the cases of S01's goods.
fn change(server: &Server, sku: &str, cases: u64) {
    let row = json!({
        "supplier_code": "S01", "warehouse_code": "C1", "sku_code": sku, "cases": cases, "reason": "改",
    });
    let done = server.as_role("buyer").post("/api/v1/cycles/261122/plan", &json!({ "rows": [row] }));
    assert_eq!(done.status, 200, "{}", done.text());
}

/// The newest row of a line: cases, reason, version.
fn row(app: &mut TestApp, line_no: u32) -> String {
    let sql = format!(
        "SELECT CAST(l.cases AS TEXT) || ' ' || l.reason || ' v' || CAST(l.version AS TEXT) AS line \
         FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.po_id \
         WHERE o.po_no = '{ORDER}' AND l.line_no = {line_no} ORDER BY l.version DESC LIMIT 1"
    );
    lines(&mut app.db, &sql).remove(0)
}

/// The order's state, the cycle's version, and whether the supplier has read it.
fn order(app: &mut TestApp) -> String {
    let sql = format!(
        "SELECT o.state || ' v' || CAST(c.version AS TEXT) || CASE WHEN EXISTS (SELECT 1 FROM purchase_links l \
         WHERE l.po_id = o.id AND l.read_at IS NOT NULL) THEN ' read' ELSE ' unread' END AS line \
         FROM purchase_orders o JOIN cycles c ON c.id = o.cycle_id WHERE o.po_no = '{ORDER}'"
    );
    lines(&mut app.db, &sql).remove(0)
}

#[test]
fn fewer_cases_lower_the_plan_once_and_can_be_changed_again() {
    let (mut app, server) = sent();
    let path = link(&server);
    assert_eq!(server.anonymous().get(&path).status, 200);
    assert_eq!(order(&mut app), "sent v2 unread", "a program that follows links has read nothing");
    assert_eq!(server.anonymous().raw("POST", &format!("{path}/read"), &[], b"").status, 204);
    assert_eq!(order(&mut app), "sent v2 read");
    let asked: u64 = row(&mut app, 1).split(' ').next().expect("cases").parse().expect("a number");
    assert!(asked > 2, "{asked}");
    let fewer = (asked - 2).to_string();
    let some = [("line-1", "some"), ("cases-1", fewer.as_str()), ("rest", "1")];
    for _ in 0..2 {
        assert_eq!(answer(&server, &path, &some).status, 303);
        assert_eq!(row(&mut app, 1), format!("{fewer} 供应商只有 {fewer} 箱（订 {asked} 箱） v3"));
        assert_eq!(order(&mut app), "accepted v3 read", "a second click changes nothing");
        assert_eq!(app.audit(), "");
    }
    let sheets = server.json("/api/v1/cycles/261122/sheets?kind=difference_sheet&limit=500");
    let about = |sheet: &Value| sheet["key"].as_str().is_some_and(|key| key.starts_with(&format!("{ORDER}-v3")));
    assert!(sheets["sheets"].as_array().expect("sheets").iter().any(about), "{sheets}");
    let page = server.anonymous().get(&path).text();
    assert!(page.contains(&format!("value=\"{fewer}\"")) && page.contains(&format!("<b>{asked}</b>")), "{page}");
    assert_eq!(answer(&server, &path, &[("line-1", "full")]).status, 303);
    assert_eq!(row(&mut app, 1), format!("{asked} 供应商改回 {asked} 箱 v4"));
    assert_eq!(answer(&server, &path, &[("line-1", "none")]).status, 303);
    assert_eq!(row(&mut app, 1), format!("0 供应商没有（订 {asked} 箱） v5"));
    assert_eq!(app.audit(), "");
    // The buyer asks anew: the answer is open again.
    change(&server, &sku(&mut app), 1);
    let page = server.anonymous().get(&path).text();
    assert!(page.contains("ask-line awaited"), "{page}");
    assert_eq!(app.audit(), "");
}

fn sku(app: &mut TestApp) -> String {
    let sql = format!(
        "SELECT k.sku_code AS line FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.po_id \
         JOIN cycle_skus k ON k.cycle_id = l.cycle_id AND k.offer_no = l.offer_no \
         WHERE o.po_no = '{ORDER}' AND l.line_no = 1"
    );
    lines(&mut app.db, &sql).remove(0)
}

#[test]
fn what_cannot_be_is_refused_with_words_and_nothing_is_lost() {
    let (mut app, server) = sent();
    let path = link(&server);
    let before = (row(&mut app, 1), order(&mut app));
    let many = answer(&server, &path, &[("line-1", "some"), ("cases-1", "999999")]);
    assert!(many.status == 200 && many.text().contains("比订的多"), "{}", many.text());
    let none = answer(&server, &path, &[("line-1", "some"), ("cases-1", "")]);
    assert!(none.status == 422 && none.text().contains("要填箱数"), "{}", none.text());
    assert_eq!((row(&mut app, 1), order(&mut app)), before);
}

#[test]
fn a_page_older_than_the_plan_answers_only_for_what_it_showed() {
    let (mut app, server) = sent();
    let path = link(&server);
    let old = asked(&server, &path);
    assert_eq!(answer_from(&server, &path, &old, &[("line-1", "full")]).status, 303);
    let now: u64 = old[0].1.parse::<u64>().expect("cases") + 8;
    change(&server, &sku(&mut app), now);
    let before = (row(&mut app, 1), order(&mut app));
    // All choices of a page are sent, those that were answered before too.
    for fields in [&[("line-1", "full"), ("line-2", "full")][..], &[("line-1", "none")], &[("rest", "1")]] {
        let refused = answer_from(&server, &path, &old, fields);
        let page = refused.text();
        assert!(refused.status == 200 && page.contains("采购刚改了箱数"), "{fields:?}: {page}");
        assert!(page.contains(&format!("name=\"asked-1\" value=\"{now}\"")), "the new figures are shown: {page}");
        assert_eq!((row(&mut app, 1), order(&mut app)), before, "{fields:?}");
    }
    let board = server.as_role("buyer").get("/buyer?cycle=261122&supplier=S01").text();
    assert!(board.contains("已改，待回复") && board.contains("回复于"), "{board}");
    assert_eq!(answer_from(&server, &path, &old, &[("line-2", "full")]).status, 303, "line 2 is as it was shown");
    assert_eq!(answer(&server, &path, &[("rest", "1")]).status, 303);
    assert!(order(&mut app).starts_with("accepted"), "{}", order(&mut app));
    assert_eq!(app.audit(), "");
}

/// Receives all that was planned of lines of the order, and closes them.
fn receive(app: &TestApp, skus: &[String]) {
    let rows: String = skus.iter().map(|sku| format!("R1,{ORDER},{sku},6,1\n")).collect();
    let file = app.file("receipts.csv", format!("receipt_no,po_no,sku_code,arrived_qty,closes\n{rows}"));
    app.tuan(&["import", "receipts", arg(&file), "--cycle", "261122"]).done();
}

#[test]
fn the_rest_can_be_accepted_once_an_unanswered_line_was_counted() {
    let (mut app, server) = sent();
    let path = link(&server);
    let first = sku(&mut app);
    receive(&app, &[first]);
    assert_eq!(answer(&server, &path, &[("rest", "1")]).status, 303);
    let answered = format!(
        "SELECT CAST(COUNT(*) AS TEXT) AS line FROM purchase_answers a JOIN purchase_orders o ON o.id = a.po_id \
         WHERE o.po_no = '{ORDER}' AND a.line_no <> 1"
    );
    assert_ne!(lines(&mut app.db, &answered), ["0"]);
    assert_eq!(app.audit(), "");
}

#[test]
fn one_order_is_sent_alone_and_what_came_without_being_sent_gets_no_link() {
    let mut app = TestApp::pilot_day("frozen");
    app.tuan(&["procure", "261122"]).done();
    let server = Server::unpaced(&app);
    let buyer = server.as_role("buyer");
    let send = |po_no: &str| buyer.post("/api/v1/cycles/261122/send", &json!({ "po_no": po_no }));
    assert_eq!(send("PO-261122-002").json()["sent"], json!(["PO-261122-002"]));
    assert_eq!(send("PO-261122-002").json()["sent"], json!([]));
    assert_eq!(send("PO-261122-999").status, 404);
    let first = sku(&mut app);
    receive(&app, &[first]);
    let refused = buyer.post(&format!("/api/v1/purchases/{ORDER}/link"), &json!({}));
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("purchase_not_sent")));
    let page = buyer.get("/buyer?cycle=261122&supplier=S01").text();
    assert!(page.contains("已收货") && !page.contains("data-act=\"renew\""), "{page}");
    assert_eq!(app.audit(), "");
}

#[test]
fn goods_that_nobody_ordered_are_told_of_where_the_buyer_looks_until_there_is_a_word() {
    let (_app, server) = sent();
    let (buyer, address) = (server.as_role("buyer"), "/warehouse/261122/wrong-goods");
    let is_told = || buyer.get("/buyer?cycle=261122").text().contains(address);
    assert!(!is_told());
    let found = json!({ "event_id": "w-1", "what": "红富士", "qty": 12, "po_no": ORDER });
    let noted = server.as_role("warehouse").post("/api/v1/cycles/261122/wrong-goods", &found);
    assert_eq!(noted.status, 201, "{}", noted.text());
    assert!(is_told());
    let id = noted.json()["id"].as_str().expect("an id").to_owned();
    let said = buyer.post(&format!("/api/v1/wrong-goods/{id}/word"), &json!({ "word": "reject" }));
    assert_eq!(said.status, 204, "{}", said.text());
    assert!(!is_told());
}

#[test]
fn what_somebody_else_changed_meanwhile_is_not_overwritten_unseen() {
    let (mut app, server) = sent();
    let version = server.json("/api/v1/cycles/261122")["version"].clone();
    let address = format!("/api/v1/cycles/261122/plan?version={version}");
    let path = link(&server);
    assert_eq!(answer(&server, &path, &[("line-1", "some"), ("cases-1", "1")]).status, 303);
    let before = row(&mut app, 1);
    let edit = json!({ "rows": [{
        "supplier_code": "S01", "warehouse_code": "C1", "sku_code": sku(&mut app), "cases": 15, "reason": "多备",
    }] });
    let refused = server.as_role("buyer").post(&address, &edit);
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("plan_changed")));
    assert_eq!(row(&mut app, 1), before, "the answer stands");
    let version = server.json("/api/v1/cycles/261122")["version"].clone();
    let looked = server.as_role("buyer").post(&format!("/api/v1/cycles/261122/plan?version={version}"), &edit);
    assert_eq!(looked.status, 200, "{}", looked.text());
    assert_ne!(row(&mut app, 1), before);
}

#[test]
fn a_page_that_reads_itself_anew_is_no_sign_that_somebody_is_there() {
    let (mut app, server) = sent();
    let buyer = server.as_role("buyer");
    app.db.execute_batch("UPDATE sessions SET seen_at = seen_at - 600000000").expect("ten minutes ago");
    let seen = |app: &mut TestApp| lines(&mut app.db, "SELECT CAST(MAX(seen_at) AS TEXT) AS line FROM sessions");
    let before = seen(&mut app);
    assert_eq!(buyer.send("GET", "/buyer", &[("X-Unattended", "1")], b"").status, 200);
    assert_eq!(seen(&mut app), before);
    assert_eq!(buyer.get("/buyer").status, 200);
    assert_ne!(seen(&mut app), before);
}

#[test]
fn a_link_serves_nobody_once_it_was_taken_back() {
    let (_app, server) = sent();
    let old = link(&server);
    let new = link(&server);
    assert_ne!(old, new);
    for path in [old.as_str(), "/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/s/x"] {
        let page = server.anonymous().get(path);
        assert!(page.status == 404 && page.text().contains("链接已失效"), "{path}: {}", page.status);
        assert_eq!(answer(&server, path, &[("rest", "1")]).status, 404);
        assert_eq!(server.anonymous().raw("POST", &format!("{path}/read"), &[], b"").status, 404);
    }
    assert_eq!(server.anonymous().get(&new).status, 200);
    let revoke = server.as_role("buyer").delete(&format!("/api/v1/purchases/{ORDER}/link"));
    assert_eq!((revoke.status, &revoke.json()["path"]), (200, &Value::Null));
    assert_eq!(server.anonymous().get(&new).status, 404);
    let log = server.log();
    for path in [&old, &new] {
        let token = path.trim_start_matches("/s/");
        assert!(!log.contains(token), "the log holds a token");
    }
}

#[test]
fn a_draft_has_no_link() {
    let app = TestApp::pilot_day("frozen");
    app.tuan(&["procure", "261122"]).done();
    let server = Server::unpaced(&app);
    let refused = server.as_role("buyer").post(&format!("/api/v1/purchases/{ORDER}/link"), &json!({}));
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("purchase_not_sent")));
}

#[test]
fn a_trial_saves_nothing_and_an_edit_comes_to_what_was_tried() {
    let (mut app, server) = {
        let app = TestApp::pilot_day("frozen");
        app.tuan(&["procure", "261122"]).done();
        let server = Server::unpaced(&app);
        (app, server)
    };
    let (books, buyer) = (app.books(), server.as_role("buyer"));
    let line = json!({ "supplier_code": "S01", "warehouse_code": "C1", "sku_code": sku(&mut app), "cases": 1 });
    let tried = buyer.post("/api/v1/cycles/261122/trial", &json!({ "lines": [line] }));
    assert_eq!(tried.status, 200, "{}", tried.text());
    let tried = tried.json();
    assert_eq!(tried["lines"].as_array().map(Vec::len), Some(1), "{tried}");
    assert_eq!(tried["lines"][0]["trial"]["cases"], 1);
    assert_eq!(app.books(), books, "nothing was written");
    let mut row = line.clone();
    row["reason"] = "试过".into();
    assert_eq!(buyer.post("/api/v1/cycles/261122/plan", &json!({ "rows": [row] })).status, 200);
    let now = buyer.post("/api/v1/cycles/261122/trial", &json!({})).json();
    assert_eq!((&now["real"], &now["lines"]), (&tried["trial"], &json!([])));
    let strange = json!({ "lines": [{ "supplier_code": "?", "warehouse_code": "C1", "sku_code": "?", "cases": 1 }] });
    let refused = buyer.post("/api/v1/cycles/261122/trial", &strange);
    assert_eq!((refused.status, refused.json()["errors"].as_array().map(Vec::len)), (422, Some(2)));
}
