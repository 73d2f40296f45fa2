//! Orders that a leader places for neighbours, and the money for them.

use serde_json::json;

use super::Place;
use crate::app::TestApp;
use crate::browser::driver::Browser;
use crate::intake::open_day_paid;

/// The orders of the leader in the open cycle, as a phone shows them.
fn shop(app: TestApp) -> (Place, Browser) {
    let place = Place::with(app);
    let phone = place.phone_of("leader", "L01");
    phone.goto(&place.gate.url("/leader"));
    phone.wait_for(".foot");
    phone.click("[data-act=more]");
    phone.click("[data-act=shop]");
    phone.wait_for(".order-row");
    (place, phone)
}

/// An unpaid order that a neighbour placed meanwhile.
fn order_of_another(place: &Place, tel: &str) {
    let body = json!({
        "cycle": "261122", "leader": "L01", "resident": { "phone": tel }, "lines": [{ "sku": "K004", "qty": 1 }],
    });
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", tel)];
    let leader = place.server.as_role("leader");
    let answer = leader.send("POST", "/api/v1/orders", &headers, body.to_string().as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn fill(phone: &Browser) {
    phone.click("[data-act=new-order]");
    phone.type_into("#draft-room", "3栋2单元1502");
    phone.type_into("#draft-nickname", "小芳妈");
    phone.type_into("#draft-goods", "空心菜");
    phone.click("[data-sku=K002] .act:last-child");
    phone.click("[data-sku=K002] .act:last-child");
    phone.wait_text("[data-act=place]", "下单 2 件");
}

#[test]
fn a_leader_orders_for_a_neighbour_once_whatever_the_line_does() {
    let mut app = open_day_paid("in_person");
    app.now = "2026-11-22 22:00".to_owned();
    let (mut place, phone) = shop(app);
    order_of_another(&place, "13800000001");
    order_of_another(&place, "13800000002");
    phone.screenshot("leader-orders");
    let before = phone.text(".shop .figures-line");
    fill(&phone);
    phone.screenshot("leader-order-form");
    place.gate.shut();
    phone.click("[data-act=place]");
    phone.wait_text(".form-words", "内容已保留");
    phone.screenshot("leader-order-offline");
    place.gate.open();
    phone.goto(&place.gate.url("/leader"));
    phone.wait_for(".foot");
    phone.click("[data-act=more]");
    phone.click("[data-act=shop]");
    phone.wait_for(".order-row");
    phone.click("[data-act=new-order]");
    phone.wait_text("[data-act=place]", "下单 2 件");
    // The server hears it; its answer is lost.
    phone.run("const real = window.fetch; let left = 1; window.fetch = async (...given) => { const answer = await real(...given);
        if (String(given[0]).endsWith('/orders') && left-- > 0) throw new TypeError('lost'); return answer; };");
    phone.click("[data-act=place]");
    phone.wait_text(".form-words", "内容已保留");
    phone.click("[data-act=place]");
    phone.wait_text(".toast", "已下单 261122-W");
    // The fixture's orders run to the cutoff; ours of ten o'clock stands among them.
    phone.wait_until("return [...document.querySelectorAll('.order-row')].some((row) => row.textContent.includes('3-2-1502') && row.textContent.includes('空心菜 ×2'))");
    assert_ne!(phone.text(".shop .figures-line"), before);
    let orders = crate::intake::number(&mut place.app, "SELECT COUNT(*) FROM orders WHERE order_no LIKE '261122-W%'");
    assert_eq!(orders, 3, "the repeat was the same order");

    phone.click("[data-act=paid-one]");
    phone.click("[data-act=paid-all]");
    phone.wait_text(".toast", "已记收款 1 单");
    phone.wait_text(".shop .money", "未收 2 单");
    phone.click("[data-act=all-paid]");
    phone.click("[data-act=paid-all]");
    phone.wait_until("return !document.querySelector('[data-act=all-paid]')");
    assert_eq!(place.app.audit(), "");
}

#[test]
fn a_refused_order_says_why_and_keeps_what_was_typed() {
    let mut app = open_day_paid("at_pickup");
    app.now = "2026-11-22 22:00".to_owned();
    let (place, phone) = shop(app);
    fill(&phone);
    phone.type_into("#draft-phone", "123");
    phone.click("[data-act=place]");
    phone.wait_text(".form-words .wrong", "手机");
    assert_eq!(phone.run("return document.getElementById('draft-room').value"), "3栋2单元1502");
    phone.run("const field = document.getElementById('draft-phone'); field.value = ''; field.dispatchEvent(new Event('input'))");
    place.app.tuan(&["cutoff", "261122"]).done();
    phone.click("[data-act=place]");
    phone.wait_text(".form-words", "内容已保留");
    phone.screenshot("leader-order-closed");
    phone.goto(&place.gate.url("/leader"));
    phone.wait_for(".foot");
    let kept = "return new Promise((done) => { const open = indexedDB.open('tuan-leader'); open.onsuccess = () => {
        const all = open.result.transaction('state').objectStore('state').get('draft');
        all.onsuccess = () => { open.result.close(); done(all.result.room); }; }; })";
    assert_eq!(phone.run(kept), "3栋2单元1502");
}

#[test]
fn a_thread_that_is_read_again_places_none_twice_and_goes_to_the_point_that_was_chosen() {
    let mut app = open_day_paid("in_person");
    app.now = "2026-11-22 22:00".to_owned();
    let point = "INSERT INTO pickup_points (id, point_code, leader_id, name, warehouse_id) SELECT p.id + 1000000, 'P01B', p.leader_id, '二号门', p.warehouse_id
        FROM pickup_points p WHERE p.point_code = 'P01'";
    app.db.execute_batch(point).expect("the test owns its database");
    let mut place = Place::with(app);
    let phone = place.phone_of("leader", "L01");
    phone.goto(&place.gate.url("/leader"));
    phone.wait_for(".foot");
    phone.click("[data-act=more]");
    phone.click("[data-act=jielong]");
    phone.wait_for("#thread-point");
    let text = "#接龙\\n1. 小芳妈 3-2-1502 K002+2\\n2. 李姐 13800004410 K002x1";
    phone.run(&format!(
        "const area = document.getElementById('jielong-text'); area.value = '{text}'; area.dispatchEvent(new Event('input'))"
    ));
    phone.click("[data-act=read-thread]");
    phone.wait_text("[data-act=place-thread]", "下单 2 户");
    assert_eq!(phone.run("return document.querySelector('[data-act=place-thread]').disabled"), true, "no point yet");
    phone.run("const list = document.getElementById('thread-point'); list.value = 'P01B'; list.dispatchEvent(new Event('change'))");
    // The first order is heard and its answer lost, and what is read behind it too.
    phone.run("const real = window.fetch; let left = 2; window.fetch = async (...given) => { const answer = await real(...given);
        if (/orders$|window$/.test(String(given[0])) && left-- > 0) throw new TypeError('lost'); return answer; };");
    phone.click("[data-act=place-thread]");
    phone.wait_text(".thread .older", "没有连上");
    phone.click("[data-act=read-thread]");
    phone.wait_text("[data-entry='1'] .note", "可能已下过单");
    phone.wait_text("[data-act=place-thread]", "下单 1 户");
    phone.click("[data-act=place-thread]");
    phone.wait_text(".thread .older", "已下单 1 户");
    let placed =
        "SELECT COUNT(*) FROM orders o JOIN pickup_points p ON p.id = o.point_id WHERE o.order_no LIKE '261122-W%'";
    assert_eq!(crate::intake::number(&mut place.app, placed), 2);
    assert_eq!(crate::intake::number(&mut place.app, &format!("{placed} AND p.point_code = 'P01B'")), 2);
}

#[test]
fn a_thread_of_the_chat_is_pasted_looked_over_and_placed_once() {
    let mut app = open_day_paid("in_person");
    app.now = "2026-11-22 22:00".to_owned();
    let mut place = Place::with(app);
    let phone = place.phone_of("leader", "L01");
    phone.goto(&place.gate.url("/leader"));
    phone.wait_for(".foot");
    phone.click("[data-act=more]");
    phone.click("[data-act=jielong]");
    phone.wait_text(".page .household-head p", "截单");
    let text =
        "#接龙\\n1. 小芳妈 3-2-1502 K002+2 K004 1\\n2. <b>老王</b> 5栋203 没有这个+1\\n3. 李姐 13800004410 K002x1";
    phone.run(&format!(
        "const area = document.getElementById('jielong-text'); area.value = '{text}'; area.dispatchEvent(new Event('input'))"
    ));
    phone.click("[data-act=read-thread]");
    phone.wait_text("[data-entry='2'] .wrong", "没有商品");
    phone.wait_text("[data-act=place-thread]", "下单 2 户");
    phone.screenshot("leader-thread");
    // The first is heard and its answer lost; the text and the drafts outlive the page.
    phone.run("const real = window.fetch; let left = 1; window.fetch = async (...given) => { const answer = await real(...given);
        if (String(given[0]).endsWith('/orders') && left-- > 0) throw new TypeError('lost'); return answer; };");
    phone.click("[data-act=place-thread]");
    phone.wait_text(".thread .older", "没有连上");
    phone.goto(&place.gate.url("/leader"));
    phone.wait_for(".foot");
    phone.click("[data-act=more]");
    phone.click("[data-act=jielong]");
    phone.wait_text("[data-act=place-thread]", "下单 2 户");
    phone.click("[data-act=place-thread]");
    phone.wait_text(".thread .older", "已下单 2 户");
    phone.screenshot("leader-thread-placed");
    let orders = crate::intake::number(&mut place.app, "SELECT COUNT(*) FROM orders WHERE order_no LIKE '261122-W%'");
    assert_eq!(orders, 2, "none twice, and not the one with a fault");
    phone.click("[data-act=read-thread]");
    phone.wait_until("return !document.querySelector('[data-act=place-thread]') && document.querySelector('.thread .older') === null");
    phone.wait_text("[data-entry='1'] .settled", "已下单");
    assert_eq!(place.app.audit(), "");
    assert_eq!(phone.complaints(), Vec::<String>::new());
}
