//! Orders that are refused: what happened, what is kept, what to do.

use super::{Place, fill, take};

#[test]
fn at_the_cutoff_the_basket_stays() {
    let mut place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    take(&phone, "K001");
    take(&phone, "K002");
    fill(&phone, "小芳妈");
    place.app.now = "2026-11-22 23:00".to_owned();
    place.app.tuan(&["cutoff", "261122"]).done();
    phone.click("#place");
    phone.wait_text("#order-words", "该团期已于 23:00 截单，购物车已保留");
    phone.wait_for("#place:disabled");
    phone.screenshot("resident-closed");
    phone.axe();
    assert_eq!(phone.count("[data-line]"), 2);
    assert_eq!(phone.run("return document.getElementById('nickname').value"), "小芳妈");
    assert_eq!(place.placed(), 0);
    // The page says so too, once it is read anew.
    std::thread::sleep(std::time::Duration::from_millis(6_000));
    phone.goto(&place.gate.url("/g/L01?cycle=261122"));
    phone.wait_text(".window", "截单");
    phone.wait_text("#words", "购物车里的 2 件已保留，没有下单");
    assert_eq!(phone.count(".stepper"), 0);
    phone.screenshot("resident-closed-later");
}

#[test]
fn what_is_wrong_stands_beside_its_field() {
    let mut place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    take(&phone, "K001");
    phone.click("#place");
    phone.wait_for("#order:not([hidden])");
    phone.click("#place");
    phone.wait_text("#nickname-wrong", "称呼、房号、手机至少填一样");
    phone.type_into("#nickname", "王");
    phone.type_into("#phone", "12345");
    phone.click("#place");
    phone.wait_text("#phone-wrong", "手机");
    phone.wait_text("#order-words", "有几处要改，内容已保留");
    phone.screenshot("resident-fields-wrong");
    phone.axe();
    phone.run("const field = document.getElementById('phone'); field.value = '138 0013 8000'; field.dispatchEvent(new Event('input'))");
    assert_eq!(phone.count(".wrong"), 0);
    phone.click("#place");
    phone.wait_text(".standing", "已下单");
    assert_eq!(place.placed(), 1);
}

#[test]
fn a_link_that_nobody_made_leads_nowhere() {
    let place = Place::open("at_pickup");
    let phone = place.phone("/o/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    phone.wait_text("h1", "没有这个地址");
    phone.wait_text(".empty", "向团长再要一次");
    phone.screenshot("resident-lost-link");
    phone.axe();
    phone.goto(&place.gate.url("/g/NOBODY"));
    phone.wait_text("h1", "没有团长“NOBODY”");
    let anonymous = place.server.anonymous();
    for (path, status) in [("/o/x", 404), ("/g/L01?point=P02", 404), ("/g/L01?cycle=none", 200), ("/o/", 404)] {
        assert_eq!(anonymous.get(path).status, status, "{path}");
    }
}
