//! Paper that is out when its sheet is superseded: the desk is told, takes it back, and is warned before it prints anew.

use serde_json::json;

use super::{Place, ready, told};
use crate::app::fixture;
use crate::browser::chromium::DESK;
use crate::browser::driver::keys::ENTER;
use std::fs;

#[test]
fn void_paper_is_told_taken_back_and_replaced_by_a_notice_of_changes() {
    let mut place = Place::at("allocated");
    let buyer = place.server.as_role("buyer");
    let sheets =
        |place: &Place| place.server.json("/api/v1/cycles/261122/sheets?kind=pickup_list&limit=500")["sheets"].clone();
    let before = sheets(&place);
    let named: Vec<_> = before
        .as_array()
        .expect("sheets")
        .iter()
        .map(|sheet| json!({ "kind": "pickup_list", "key": sheet["key"], "version": sheet["version"] }))
        .collect();
    for (event, act, copies) in [("a1", "printed", 6), ("a2", "issued", 6), ("a2", "issued", 6), ("a3", "collected", 4)]
    {
        let body = json!({ "event_id": event, "act": act, "copies": copies, "sheets": named });
        let answer = buyer.post("/api/v1/cycles/261122/copies", &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let too_many = json!({ "event_id": "a4", "act": "collected", "copies": 3, "sheets": [named[0]] });
    assert_eq!(buyer.post("/api/v1/cycles/261122/copies", &too_many).json()["code"], "copies_not_out");
    let corrections = fs::read(fixture("pilot_day/corrections.csv")).expect("the fixture is there");
    let corrected = place.server.post("/api/v1/cycles/261122/corrections", "text/csv", &corrections);
    assert_eq!(corrected.status, 200, "{}", corrected.text());
    assert_ne!(before, sheets(&place), "a list was superseded");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122");
    desk.wait_text(".board", "已作废：已发 6 份，收回 4");
    place.open(&desk, "/warehouse/261122/sheets?kind=pickup_list");
    desk.wait_text(".void-out", "已发 6 份，收回 4");
    desk.screenshot("desk-void-paper");
    desk.click("[data-print=tonight]");
    desk.wait_text("dialog.asked", "份的旧版已经打印过");
    assert_eq!(desk.count("dialog.asked a[href*='kind=difference_sheet']"), 1);
    desk.press(ENTER);
    desk.wait_until("return !document.querySelector('dialog.asked')");
    desk.click(".printing [data-older]");
    desk.wait_text("dialog.asked", "已经打印过，这是新版本");
    desk.run("window.open = () => null");
    desk.click("dialog.asked [data-print=changes]");
    desk.wait_text(".toast.desk", "没有打印");
    // While the browser asks which printer, all pages of ours stand still: none is opened for real here.
    desk.run("window.open = () => new EventTarget()");
    desk.click("dialog.asked [data-print=changes]");
    told(&desk, "已记为打印");
    let printed = "SELECT kind AS line FROM sheet_copies WHERE act = 'printed' AND kind = 'difference_sheet'";
    assert_eq!(crate::app::books::lines(&mut place.app.db, printed), ["difference_sheet"], "noted once");
    assert!(desk.count("td.printed a[href*='difference_sheet']") > 0, "the notice of changes is offered");
    desk.click(".void-out [data-copies=collected]");
    desk.wait_for("dialog.asked input");
    desk.click("dialog.asked .main");
    told(&desk, "已记收回 2 份");
    ready(&desk);
    assert_eq!(place.app.audit(), "");
}
