//! A page that is opened again: from the browser's store, after a reload, by another link.

use super::{Place, fill, take};

#[test]
fn a_page_that_was_left_open_learns_that_the_cycle_closed() {
    let mut place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_text(".foot-sum", "还有 59:5");
    take(&phone, "K001");
    place.close();
    place.gate.shut();
    phone.run("window.dispatchEvent(new Event('offline'))");
    phone.wait_text(".stale", "离线 · ");
    phone.screenshot("resident-stale");
    place.gate.open();
    phone.run("window.dispatchEvent(new Event('online'))");
    phone.wait_text(".foot-sum .left", "已截单");
    phone.wait_for("#place:disabled");
    assert_eq!(phone.count(".stale:not(:empty)"), 0);
}

#[test]
fn the_form_is_open_again_after_a_reload_and_back_leads_to_the_goods() {
    let place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    phone.wait_text("#goods", "样商品");
    take(&phone, "K001");
    phone.click("#place");
    phone.wait_for("#order:not([hidden])");
    phone.click("#place");
    phone.wait_for("#nickname[aria-invalid=true]");
    phone.type_into("#nickname", "小芳妈");
    assert_eq!(phone.count("#nickname[aria-invalid]"), 0);
    phone.run("location.reload()");
    phone.wait_for("#order:not([hidden]) [data-line=K001]");
    assert_eq!(phone.run("return document.getElementById('nickname').value"), "小芳妈");
    phone.click("#back");
    phone.wait_for("#goods:not([hidden])");
    assert_eq!(phone.count("#order:not([hidden])"), 0);
}

#[test]
fn a_passed_on_link_does_not_take_the_place_of_the_devices_own() {
    let place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    take(&phone, "K001");
    fill(&phone, "小芳妈");
    phone.click("#place");
    phone.wait_for(".big-code");
    let (own, no) = (phone.path(), super::order_no(&phone));
    let order = place.server.as_role("leader").json(&format!("/api/v1/orders/{no}"));
    phone.goto(&place.gate.url(order["link"].as_str().expect("a link")));
    phone.wait_text("main", "提货码只在下单的那部手机上");
    phone.wait_for(".map .pin");
    phone.click(".shop-bar .home");
    phone.click("#mine summary");
    phone.click("#mine .choice");
    phone.wait_for(".big-code");
    assert_eq!(phone.path(), own);
}

#[test]
fn a_device_that_keeps_nothing_says_so() {
    let place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    phone.run("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }");
    take(&phone, "K001");
    take(&phone, "K001");
    phone.wait_text("#unkept", "关掉页面购物车就没了");
    assert_eq!(phone.count("#unkept"), 1);
    phone.wait_text(".foot-sum", "2 件");
}
