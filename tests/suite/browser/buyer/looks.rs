//! How the buyer's page looks and what it costs: pictures to be looked at, figures to be held.

use std::time::Instant;

use super::{DESK, PHONE, Place, crowd};
use crate::app::TestApp;
use crate::browser::driver::Browser;

#[test]
fn a_hundred_and_eighty_suppliers_of_all_names_are_listed_found_and_shown_as_text() {
    let place = Place::with(crowd::day());
    let desk = place.desk();
    assert_eq!(desk.count("#suppliers li"), 180);
    desk.screenshot("buyer-crowd-desk");
    desk.type_into("#find", "S000");
    desk.click("#suppliers li:not([hidden]) a");
    desk.wait_text("#section-title", "<script>document.title='ran'</script>");
    desk.wait_text(".lines", "<img src=x onerror=alert(1)>");
    desk.screenshot("buyer-names-desk");
    assert_eq!(
        desk.run("return document.title.includes('ran') || document.querySelectorAll('b b, .buyer img, script:not([src])').length > 0"),
        false
    );
    assert_eq!(desk.complaints(), Vec::<String>::new());
    let phone = place.open(PHONE, "/buyer");
    phone.screenshot("buyer-crowd-phone");
    phone.click("#suppliers li:nth-child(3) a");
    phone.wait_for(".board.opened #section-title");
    phone.screenshot("buyer-names-phone");
    let buyer = place.server.as_role("buyer");
    let mut quickest = f64::MAX;
    let mut bytes = 0;
    for _ in 0..8 {
        let begun = Instant::now();
        bytes = buyer.get("/buyer?cycle=T1").body.len();
        quickest = quickest.min(begun.elapsed().as_secs_f64() * 1000.0);
    }
    println!("the board of 180 suppliers and 1,080 SKUs: {quickest:.1} ms, {bytes} bytes unpacked");
    assert_eq!(phone.complaints(), Vec::<String>::new());
}

#[test]
fn every_view_is_drawn_in_both_languages_schemes_and_sizes() {
    let place = Place::procured();
    place.app.tuan(&["send", "261122", "--supplier", "S01"]).done();
    let link = place.server.as_role("buyer").post("/api/v1/purchases/PO-261122-001/link", &serde_json::json!({}));
    let link = link.json()["path"].as_str().expect("a path").to_owned();
    for (scheme, lang) in [("light", ""), ("dark", ""), ("light", "&lang=en"), ("dark", "&lang=en")] {
        for (size, window) in [("phone", PHONE), ("desk", DESK)] {
            let browser = if window == PHONE { Browser::phone(window) } else { Browser::desk(window) };
            place.enter(&browser);
            browser.prefer_dark(scheme == "dark");
            let name = |what: &str| format!("{what}-{size}-{scheme}{}", if lang.is_empty() { "" } else { "-english" });
            browser.goto(&place.url(&format!("/buyer?cycle=261122{lang}")));
            browser.wait_for("#board");
            browser.screenshot(&name("buyer-list"));
            browser.axe();
            browser.goto(&place.url(&format!("/buyer?cycle=261122&supplier=S01{lang}")));
            browser.wait_for(".board.opened #section");
            let width = browser.run("return document.documentElement.scrollWidth").as_u64();
            assert!(width.is_some_and(|width| width <= u64::from(window.0)), "{size}: {width:?}");
            browser.screenshot(&name("buyer-section"));
            browser.axe();
            browser.click("#plots > summary");
            browser.wait_for(".plots-grid .bar");
            browser.run("document.getElementById('plots').scrollIntoView()");
            browser.screenshot(&name("buyer-plots"));
            browser.axe();
            browser.goto(&place.url(&format!("{link}?x=1{lang}")));
            browser.wait_for(".ask-line");
            browser.screenshot(&name("purchase"));
            browser.axe();
            assert_eq!(browser.complaints(), Vec::<String>::new());
        }
    }
}

#[test]
fn without_a_cycle_the_page_says_what_will_be_here() {
    let place = Place::with(TestApp::new());
    let desk = place.open(DESK, "/buyer");
    desk.wait_text(".empty", "还没有团期");
    desk.screenshot("buyer-empty-desk");
    let phone = place.open(PHONE, "/buyer");
    phone.screenshot("buyer-empty-phone");
    phone.axe();
    assert_eq!(desk.complaints(), Vec::<String>::new());
}
