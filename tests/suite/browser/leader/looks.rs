//! How the leader's page looks and what it costs: pictures to be looked at, figures to be held.

use std::time::Instant;

use super::crowd::{self, LEADER};
use super::{Place, open_room, search};
use crate::app::TestApp;
use crate::browser::chromium::{DESK, PHONE};
use crate::browser::driver::Browser;
use crate::web::server::Server;

/// What the first visit may cost.
const BYTES_MAX: u64 = 60 * 1024;
const REQUESTS_MAX: usize = 6;

#[test]
fn names_of_all_kinds_are_shown_as_text() {
    let place = Place::new();
    let phone = place.phone();
    open_room(&phone, "5-1-0203");
    phone.wait_text(".household-head p", "<script>document.title='ran'</script>");
    phone.wait_text(".household .note", "<b>bold</b>");
    phone.screenshot("leader-names-script");
    phone.click(".back");
    open_room(&phone, "63101");
    phone.screenshot("leader-names-long");
    phone.click(".back");
    search(&phone, "龘");
    phone.wait_text(".home-row .room", "\"O'Neil\" 龘龘");
    phone.screenshot("leader-names-rare");
    search(&phone, "幸福一家人");
    phone.wait_text(".home-row .who", "👨‍👩‍👧‍👦");
    assert_eq!(
        phone.run(
            "return document.title.includes('ran') || document.querySelectorAll('b b, script:not([src])').length > 0"
        ),
        false
    );
    assert_eq!(phone.complaints(), Vec::<String>::new());
}

#[test]
fn every_view_is_drawn_in_both_languages_and_schemes() {
    let place = Place::new();
    for (scheme, lang) in [("light", ""), ("dark", ""), ("light", "?lang=en"), ("dark", "?lang=en")] {
        let phone = place.phone_of("leader", LEADER);
        phone.prefer_dark(scheme == "dark");
        phone.goto(&place.gate.url(&format!("/leader{lang}")));
        phone.wait_for(".home-row");
        let name = |what: &str| format!("leader-{what}-{scheme}{}", if lang.is_empty() { "" } else { "-english" });
        phone.screenshot(&name("list"));
        phone.click(".home-row:nth-child(4)");
        phone.wait_for("[data-act=confirm]");
        phone.screenshot(&name("household"));
        phone.click(".back");
        phone.click("[data-act=more]");
        phone.wait_for(".drawer");
        phone.screenshot(&name("more"));
        assert_eq!(phone.complaints(), Vec::<String>::new());
    }
}

#[test]
fn an_empty_day_says_why() {
    let app = TestApp::pilot_day("open");
    let server = Server::unpaced(&app);
    let phone = Browser::phone(PHONE);
    phone.goto(&format!("http://{}/login", server.address()));
    phone.put_cookie(server.as_role("leader").lines().trim().trim_start_matches("Cookie: "));
    phone.goto(&format!("http://{}/leader", server.address()));
    phone.wait_text("#homes .empty", "还没有到货的团");
    phone.screenshot("leader-empty");
}

#[test]
fn the_components_stand_on_one_page_in_both_schemes_and_sizes() {
    let app = TestApp::new();
    let server = Server::unpaced(&app);
    for (name, window) in [("phone", (PHONE.0, 2600)), ("desk", (DESK.0, 2000))] {
        for scheme in ["light", "dark"] {
            let browser = Browser::desk(window);
            browser.prefer_dark(scheme == "dark");
            browser.goto(&format!("http://{}/styleguide", server.address()));
            browser.screenshot(&format!("styleguide-{name}-{scheme}"));
            assert_eq!(browser.complaints(), Vec::<String>::new());
        }
    }
}

#[test]
fn the_first_visit_is_small_and_later_ones_are_quick() {
    let place = Place::new();
    let phone = place.phone_of("leader", LEADER);
    let before = place.gate.received();
    place.open(&phone);
    phone.wait_until(
        "return navigator.serviceWorker.controller !== null && caches.match('/leader').then((page) => !!page)",
    );
    let bytes = place.gate.received() - before;
    let asked = phone
        .run("return performance.getEntriesByType('resource').map((entry) => entry.name.replace(location.origin, ''))");
    let asked = asked.as_array().expect("a list").len() + 1;
    println!("first visit: {bytes} bytes with heads and the worker, {asked} requests of the page");
    assert!(bytes <= BYTES_MAX, "{bytes} bytes");
    assert!(asked <= REQUESTS_MAX, "{asked} requests");
    phone.wait_until(
        "return performance.getEntriesByType('resource').some((entry) => entry.name.includes('leader-later'))",
    );
    println!("with what comes later: {} bytes", place.gate.received() - before);
    let day = place.day().to_string();
    println!("the day of {} households: {} bytes unpacked", crowd::COUNT, day.len());
    assert!(day.len() < 300 * 1024, "{}", day.len());
    assert!(!day.contains("1380000") && !day.contains("1392000"), "phones are masked");

    let first = server_ms(&place);
    println!("server: {first:.1} ms for the day of {} households", crowd::COUNT);
    phone.goto(&place.gate.url("/leader"));
    let shown = phone.run("return new Promise((done) => { const look = () => document.querySelector('.home-row') ? done(performance.now()) : setTimeout(look, 5); look(); })");
    println!("later visit: list after {shown} ms");
    place.gate.shut();
    phone.goto(&place.gate.url("/leader"));
    let shown = phone.run("return new Promise((done) => { const look = () => document.querySelector('.home-row') ? done(performance.now()) : setTimeout(look, 5); look(); })");
    println!("later visit offline: list after {shown} ms");
    open_room(&phone, "31502");
    let tap = phone.run(
        "const begun = performance.now(); document.querySelector('[data-act=confirm]').click();
        return document.querySelector('.toast').textContent.includes('已核销') ? performance.now() - begun : -1",
    );
    println!("a tap to its answer: {tap} ms");
    assert!(tap.as_f64().is_some_and(|ms| ms >= 0.0), "the answer stands at once");
}

/// The quickest of a few.
fn server_ms(place: &Place) -> f64 {
    let leader = place.server.as_role_of("leader", LEADER);
    let once = |_| {
        let begun = Instant::now();
        leader.json("/api/v1/leader/day");
        begun.elapsed().as_secs_f64() * 1000.0
    };
    (0..5).map(once).fold(f64::MAX, f64::min)
}

#[test]
fn a_weak_line_shows_the_list_in_time() {
    const SHOWN: &str = "new MutationObserver(() => { if (!window.shownAt && document.querySelector('.home-row')) window.shownAt = performance.now(); })
        .observe(document, { childList: true, subtree: true })";
    let place = Place::new();
    let lines = [("1.44 Mbit/s, 563 ms", 563, 180_000, 4_000.0), ("400 kbit/s, 2000 ms", 2_000, 50_000, 10_000.0)];
    for (name, latency_ms, bytes_per_s, most_ms) in lines {
        let phone = place.phone_of("leader", LEADER);
        phone.before_pages(SHOWN);
        phone.run("performance.clearResourceTimings()");
        phone.network(false, latency_ms, bytes_per_s);
        phone.cdp("Emulation.setCPUThrottlingRate", serde_json::json!({ "rate": 4 }));
        phone.goto(&place.gate.url("/leader"));
        phone.wait_for(".home-row");
        let shown = phone.run("return window.shownAt").as_f64().expect("a time");
        println!("{name}, CPU x 4: list after {shown:.0} ms");
        assert!(shown < most_ms, "{name}: {shown} ms");
    }
}
