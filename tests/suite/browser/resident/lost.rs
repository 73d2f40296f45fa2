//! Answers that do not arrive: the order is placed once.

use super::{Place, fill, take};

#[test]
fn a_lost_answer_a_reload_and_a_second_tap_make_one_order() {
    let mut place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    take(&phone, "K004");
    fill(&phone, "小芳妈");
    // The server hears it; its answer is lost.
    phone.run("const real = window.fetch; let left = 1; window.fetch = async (...given) => { const answer = await real(...given);
        if (String(given[0]).endsWith('/orders') && left-- > 0) throw new TypeError('lost'); return answer; };");
    phone.click("#place");
    phone.wait_text("#order-words", "还没有收到回答，内容已保留。再试一次，不会下成两单");
    phone.screenshot("resident-no-answer");
    assert_eq!(place.placed(), 1);
    phone.goto(&place.gate.url("/g/L01"));
    phone.wait_text("#order-words", "还没有收到回答");
    phone.wait_text("#place", "再试一次");
    place.gate.shut();
    phone.click("#place");
    phone.wait_until("return document.getElementById('place').textContent === '再试一次' && !document.getElementById('place').disabled");
    phone.wait_text("#order-words", "内容已保留");
    place.gate.open();
    phone.run("document.getElementById('place').click(); document.getElementById('place').click()");
    phone.wait_text(".standing", "已下单");
    phone.wait_for(".big-code");
    assert_eq!(place.placed(), 1, "the repeats were the same order");
    phone.click(".shop-bar .home");
    phone.wait_text("#mine", "我的订单 1");
    assert_eq!(place.app.audit(), "");
}

#[test]
fn whoever_does_not_wait_can_change_the_order() {
    let mut place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    take(&phone, "K004");
    fill(&phone, "小芳妈");
    place.gate.shut();
    phone.click("#place");
    phone.wait_text("#order-words", "还没有收到回答");
    phone.click("#give-up");
    phone.wait_text("#order-words", "请先问团长");
    place.gate.open();
    phone.click("[data-line=K004] [data-step='1']");
    phone.click("#place");
    phone.wait_text(".standing", "已下单");
    phone.wait_text(".order-lines .n", "2");
    assert_eq!(place.placed(), 1);
}

#[test]
fn an_order_of_the_last_second_is_asked_for_after_the_cutoff() {
    let mut place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    take(&phone, "K004");
    fill(&phone, "小芳妈");
    phone.run(
        "const real = window.fetch; window.fetch = async (...given) => { const answer = await real(...given);
        if (String(given[0]).endsWith('/orders')) throw new TypeError('lost'); return answer; };",
    );
    phone.click("#place");
    phone.wait_text("#order-words", "还没有收到回答");
    assert_eq!(place.placed(), 1);
    place.close();
    phone.goto(&place.gate.url("/g/L01?cycle=261122"));
    phone.wait_text(".lost-order", "有一单还没有收到回答，可能已经下单");
    assert!(!phone.text("#words").contains("没有下单"), "nobody knows that yet");
    phone.screenshot("resident-asked-again");
    phone.axe();
    place.gate.shut();
    phone.click(".ask-again");
    phone.wait_for(".ask-again:not(:disabled)");
    place.gate.open();
    phone.click(".ask-again");
    phone.wait_text(".standing", "已截单，正在备货");
    phone.wait_for(".big-code");
    phone.click(".shop-bar .home");
    phone.wait_text("#mine", "我的订单 1");
    assert_eq!((place.placed(), phone.count(".lost-order")), (1, 0));
    assert_eq!(phone.text_of("return localStorage.getItem('tuan-basket-261122')"), r#"{"lines":{},"remark":""}"#);
}

#[test]
fn an_order_that_never_arrived_is_said_not_to_be_placed() {
    let mut place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    take(&phone, "K004");
    fill(&phone, "小芳妈");
    place.gate.shut();
    phone.click("#place");
    phone.wait_text("#order-words", "还没有收到回答");
    place.gate.open();
    place.close();
    phone.goto(&place.gate.url("/g/L01?cycle=261122"));
    phone.click(".ask-again");
    phone.wait_text(".lost-order", "问过了，那一单没有下成");
    phone.wait_text("#words", "购物车里的 1 件已保留，没有下单");
    assert_eq!((place.placed(), phone.count(".ask-again")), (0, 0));
}
