//! A driver's morning on the phone, from loading to the last signature, with a tunnel in between; and the desk that sees it.

use super::chromium::{DESK, PHONE};
use super::driver::Browser;
use super::gate::Gate;
use crate::app::TestApp;
use crate::web::server::Server;

/// A server on the morning of the pilot day, with a gate before it.
struct Morning {
    app: TestApp,
    server: Server,
    gate: Gate,
}

impl Morning {
    fn new() -> Morning {
        let mut app = TestApp::as_filed();
        app.now = "2026-11-23 07:00".to_owned();
        let server = Server::unpaced(&app);
        let gate = Gate::before(server.address());
        Morning { app, server, gate }
    }

    fn signed_in(&self, browser: Browser, role: &str) -> Browser {
        browser.before_pages(SEVEN);
        browser.goto(&self.gate.url("/login"));
        let person = self.server.as_role(role);
        browser.put_cookie(person.lines().trim().trim_start_matches("Cookie: "));
        browser
    }

    fn phone(&self) -> Browser {
        let phone = self.signed_in(Browser::phone(PHONE), "driver");
        phone.goto(&self.gate.url("/driver"));
        phone.wait_for("[data-act=loaded]");
        phone.wait_text(".line", "已连接");
        phone
    }

    /// What the server knows of the first route's stops: points with how each ended.
    fn ends(&self) -> Vec<(String, String)> {
        let trips = self.server.json("/api/v1/cycles/261122/trips");
        let stops = trips["trips"][0]["stops"].as_array().expect("stops").iter();
        let ended = stops.filter(|stop| stop["end"].is_object());
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        ended.map(|stop| (text(&stop["point_code"]), text(&stop["end"]["act"]))).collect()
    }
}

/// Phones of tests have the time of the day they show.
const SEVEN: &str = "{ const Real = Date; const ahead = Real.parse('2026-11-23T07:00:00+08:00') - Real.now();
    Date = class extends Real {
        constructor(...given) { super(...(given.length ? given : [Real.now() + ahead])); }
        static now() { return Real.now() + ahead; }
    }; }";

/// Waits until all that was told has reached the server.
fn sent(phone: &Browser) {
    phone.wait_until("return document.querySelector('.line').textContent === '已连接'");
}

/// Signs for the stop that is shown.
fn sign(phone: &Browser) {
    phone.click("[data-act=arrived]");
    phone.click("[data-act=handover]");
    phone.click("[data-act=confirm-handover]");
    phone.wait_text(".toast", "已交接");
}

/// The page is no wider than its window, and hinders nobody.
fn fits(browser: &Browser) {
    let over = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert_eq!(over, 0, "wider than its window");
    browser.axe();
}

#[test]
fn the_pages_of_the_road_are_drawn_in_english_in_the_dark_and_on_phones() {
    let place = Morning::new();
    let phone = place.signed_in(Browser::phone(PHONE), "driver");
    phone.prefer_dark(true);
    phone.goto(&place.gate.url("/driver?lang=en"));
    phone.wait_text("[data-act=loaded]", "Loaded");
    phone.click("[data-act=more]");
    phone.wait_for(".drawer");
    phone.screenshot("driver-dark-english");
    fits(&phone);
    let desk = place.signed_in(Browser::phone(PHONE), "buyer");
    desk.goto(&place.gate.url("/warehouse/261122/road?lang=en"));
    desk.wait_for("body[data-ready]");
    desk.screenshot("desk-road-english-phone");
    fits(&desk);
}

/// The round goes on without a connection, and all of it is told afterwards, once.
fn through_a_tunnel(place: &Morning, phone: &Browser) {
    place.gate.shut();
    phone.run("window.dispatchEvent(new Event('offline'))");
    phone.click("[data-act=arrived]");
    phone.click("[data-act=left]");
    let photo = place.app.file("door.jpg", crate::web::photos::picture());
    phone.choose_file("[data-photos]", &photo);
    phone.wait_for(".photo-taken");
    phone.screenshot("driver-left");
    phone.click("[data-act=confirm-left]");
    phone.wait_text(".toast", "无人签收");
    for _ in 0..3 {
        sign(phone);
    }
    phone.wait_text(".line", "待上传");
    phone.screenshot("driver-offline");
    phone.goto(&place.gate.url("/driver"));
    phone.wait_text(".line", "待上传");
    place.gate.open();
    phone.run("window.dispatchEvent(new Event('online'))");
    sent(phone);
    assert_eq!(place.ends().len(), 5);
}

#[test]
fn a_driver_loads_drives_and_has_every_stop_signed_for() {
    let mut place = Morning::new();
    let phone = place.phone();
    phone.wait_text(".round-title", "按这个顺序装车");
    // What is unloaded last is loaded first.
    assert!(phone.text(".home-row .room").starts_with("23 "), "{}", phone.text(".home-row .room"));
    phone.screenshot("driver-loading");
    fits(&phone);
    phone.click("[data-act=loaded]");
    phone.wait_text(".toast", "已装车");
    phone.click("[data-act=departed]");
    phone.wait_text(".stop-card h1", "云溪花园");
    assert!(
        phone
            .run("return document.querySelector('[data-act=amap]').href")
            .as_str()
            .is_some_and(|href| href.contains("uri.amap.com"))
    );
    phone.screenshot("driver-next-stop");
    fits(&phone);
    phone.click("[data-act=arrived]");
    phone.click("[data-act=handover]");
    phone.wait_for("#received-by");
    phone.click("[data-tote='back tote'] button:last-child");
    phone.screenshot("driver-handover");
    fits(&phone);
    phone.click("[data-act=confirm-handover]");
    phone.wait_text(".toast", "已交接");
    phone.click(".toast .undo");
    phone.wait_text(".stop-card h1", "云溪花园");
    phone.click("[data-act=handover]");
    phone.click("[data-act=confirm-handover]");
    phone.wait_text(".stop-card h1", "望江名邸");
    assert_eq!(phone.complaints(), Vec::<String>::new());
    through_a_tunnel(&place, &phone);
    while phone.count("[data-act=returned]") == 0 {
        sign(&phone);
    }
    phone.wait_text("#round .empty h1", "都送完了");
    phone.click("[data-act=returned]");
    sent(&phone);
    let ends = place.ends();
    assert_eq!((ends.len(), ends.iter().filter(|(_, act)| act == "left").count()), (23, 1), "{ends:?}");
    let desk = place.signed_in(Browser::desk(DESK), "warehouse");
    desk.goto(&place.gate.url("/warehouse/261122/road"));
    desk.wait_for("body[data-ready]");
    desk.wait_text("[data-trip='TR-261122-001']", "已回仓");
    desk.screenshot("desk-road");
    fits(&desk);
    assert_eq!(desk.complaints(), Vec::<String>::new());
    assert_eq!(place.app.audit(), "");
}

#[test]
fn a_broken_trucks_stops_are_moved_from_the_desk() {
    let mut place = Morning::new();
    let phone = place.phone();
    phone.click("[data-act=loaded]");
    phone.wait_text(".toast", "已装车");
    phone.click("[data-act=departed]");
    sign(&phone);
    phone.click("[data-act=more]");
    phone.click("[data-act=broken]");
    phone.wait_text(".older", "已报车坏");
    phone.screenshot("driver-broken");
    sent(&phone);
    let desk = place.signed_in(Browser::desk(DESK), "warehouse");
    desk.goto(&place.gate.url("/warehouse/261122/road"));
    desk.wait_for("body[data-ready]");
    desk.wait_text("[data-trip='TR-261122-001']", "车坏了");
    desk.click("[data-trip='TR-261122-001'] form button");
    desk.wait_text(".toast.desk", "已转给别的车");
    desk.screenshot("desk-road-moved");
    fits(&desk);
    phone.run("window.dispatchEvent(new Event('online'))");
    phone.wait_text(".figures-line", "1/1");
    assert_eq!(place.app.audit(), "");
}
