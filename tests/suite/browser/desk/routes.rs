//! The routes of a night: looked at, a stop moved, a trip locked, the rest planned anew.

use super::{Place, told};
use crate::browser::chromium::{DESK, PHONE};

const PAGE: &str = "/warehouse/261122/routes";

#[test]
fn routes_are_drawn_and_changed_at_the_desk() {
    let mut place = Place::at("dispatched");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, PAGE);
    assert_eq!((desk.count(".route-map .spot"), desk.count(".route-map .way"), desk.count("table.trip")), (45, 2, 2));
    desk.screenshot("desk-routes");
    desk.axe();
    desk.click("table.trip caption [data-call]");
    told(&desk, "锁定");
    desk.wait_text("table.trip caption", "解锁");
    desk.click("table.trip caption [data-call]");
    told(&desk, "解锁");
    desk.click("form[data-wrap] [data-call]");
    desk.wait_for("dialog.asked .main");
    desk.click("dialog.asked .main");
    told(&desk, "重排其余");
    desk.click("form[data-wrap] [type=submit]");
    told(&desk, "已改线");
    assert_eq!(place.app.audit(), "");
}

#[test]
fn routes_fit_a_phone_in_the_dark() {
    let place = Place::at("dispatched");
    let desk = place.desk_of("warehouse", PHONE);
    desk.prefer_dark(true);
    place.open(&desk, PAGE);
    desk.screenshot("desk-routes-phone");
    desk.axe();
    let over = desk.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert_eq!(over, 0, "it is wider than its window");
}
