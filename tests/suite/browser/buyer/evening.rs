//! From the last orders to a supplier's short answer and the second supplier's draft.

use serde_json::json;

use super::{PHONE, Place};
use crate::app::TestApp;
use crate::browser::driver::Browser;
use crate::intake::client::Client;

#[test]
fn totals_change_before_the_buyers_eyes() {
    let mut app = TestApp::pilot_day("open");
    app.now = "2026-11-22 21:00".to_owned();
    let place = Place::with(app);
    let desk = place.desk();
    // Time goes by faster: what is read anew each minute is read each second.
    desk.before_pages(
        "const every = setInterval; window.setInterval = (act, ms) => every(act, ms === 60000 ? 1000 : ms)",
    );
    desk.goto(&place.url("/buyer"));
    desk.wait_text("#connected", "实时");
    let before = desk.text("[data-total=orders]");
    desk.screenshot("buyer-live-desk");
    let order = json!({
        "cycle": "261122", "leader": "L01", "resident": { "nickname": "最后一单" },
        "lines": [{ "sku": "K001", "qty": 3 }], "paid": true,
    });
    let placed = Client::of(&place.server).order("buyer-story-1", &order);
    assert_eq!(placed.status, 201, "{}", placed.text());
    desk.wait_until(&format!("return document.querySelector('[data-total=orders]').textContent !== '{before}'"));
    // What was not there when the page was opened comes with the next reading.
    desk.run(
        "document.querySelector('[data-group] tbody').replaceChildren(); document.querySelector('.curve').remove()",
    );
    desk.wait_for("#live-curve .curve");
    desk.wait_for("[data-group='0'][open] tr[data-code=K001]");
    desk.click("#plots > summary");
    desk.wait_for(".plots-grid .bar");
    assert_eq!(desk.complaints(), Vec::<String>::new());
    let phone = place.open(PHONE, "/buyer");
    phone.wait_text("#connected", "实时");
    phone.screenshot("buyer-live-phone");
    desk.click("[data-act=cutoff]");
    desk.wait_text("#ask", "单不可再改，确认截单？");
    desk.screenshot("buyer-cutoff-ask");
    desk.click("[data-act=go]");
    desk.wait_until("return document.querySelector('#board, [data-act=procure]') !== null");
}

#[test]
fn from_the_cutoff_to_a_suppliers_short_answer_and_the_rest_from_another() {
    let mut place = Place::procured();
    let desk = place.desk();
    desk.wait_for("#board");
    desk.screenshot("buyer-board-desk");
    desk.click("[data-act=send]");
    desk.wait_text("#ask", "发送 20 份采购单");
    desk.screenshot("buyer-send-ask");
    desk.click("[data-act=go]");
    desk.wait_text("#toast", "已发出 20 份");
    desk.wait_text("[data-act=send]", "已全部发出");
    desk.click("#suppliers a[href*='supplier=S01']");
    desk.wait_text("#section-title", "云州绿野");
    desk.wait_text(".order", "未读");
    let path = desk.text_of("return document.querySelector('[data-act=link]').dataset.link");
    let text = desk.text_of("return document.getElementById('order-text').textContent");
    assert!(text.contains("【采购单】PO-261122-001") && text.contains("送 云州中心仓"), "{text}");
    let phone = Browser::phone(PHONE);
    phone.goto(&place.url(&path));
    phone.wait_text("h1", "PO-261122-001");
    phone.screenshot("purchase-phone");
    phone.click(".ask-line:nth-of-type(1) .some input[type=number]");
    phone.type_into(".ask-line:nth-of-type(1) .some input[type=number]", "1");
    phone.goto(&place.url(&path));
    phone.wait_until("return document.querySelector('.ask-line .some input[type=radio]').checked");
    phone.click(".purchase-foot .main");
    phone.wait_text(".saved", "已收到回复");
    phone.wait_until("return !location.search.includes('saved')");
    phone.screenshot("purchase-answered-phone");
    assert_eq!(phone.complaints(), Vec::<String>::new());
    desk.goto(&place.url("/buyer?cycle=261122&supplier=S01&warehouse=C1"));
    desk.wait_text(".order", "缺");
    desk.screenshot("buyer-short-desk");
    desk.click("[data-act=second]");
    desk.wait_for("#second-supplier");
    desk.screenshot("buyer-second-ask");
    let sku = desk.text_of("return document.querySelector('[data-act=second]').closest('tr').dataset.sku");
    let missed: u64 = desk.text_of("return document.getElementById('second-cases').value").parse().expect("cases");
    assert!(missed > 1, "{missed}");
    // One of them first, and what is then still lacking afterwards: nothing is bought twice, nothing is taken back.
    desk.run(
        "document.getElementById('second-supplier').value = 'S02'; document.getElementById('second-cases').value = 1",
    );
    desk.click("[data-act=go]");
    desk.wait_text("#toast", "已补采，改单通知已出");
    desk.click(&format!("tr.line[data-sku={sku}] [data-act=second]"));
    let rest = desk.text_of("return document.getElementById('second-cases').value");
    assert_eq!(rest, (missed - 1).to_string());
    desk.run("document.getElementById('second-supplier').value = 'S02'");
    desk.click("[data-act=go]");
    desk.wait_until(&format!("return !document.querySelector('tr.line[data-sku={sku}] [data-act=second]')"));
    desk.goto(&place.url("/buyer?cycle=261122&supplier=S02"));
    desk.wait_text(".lines", "第二供应商");
    let cases = desk.text_of(&format!("return document.querySelector('tr.line[data-sku={sku}]').dataset.cases"));
    assert_eq!(cases, missed.to_string());
    desk.screenshot("buyer-second-desk");
    assert_eq!(desk.complaints(), Vec::<String>::new());
    assert_eq!(place.app.audit(), "");
}

#[test]
fn an_order_becomes_a_picture_and_its_link_can_be_taken_back() {
    let place = Place::procured();
    place.app.tuan(&["send", "261122"]).done();
    let desk = place.open(super::DESK, "/buyer?cycle=261122&supplier=S01");
    desk.run(
        "window.saved = null; HTMLAnchorElement.prototype.click = function () { \
         if (this.download) window.saved = this.download; else this.dispatchEvent(new MouseEvent('click')) }",
    );
    let clipboard = |write: &str| {
        let own = format!("{{ configurable: true, value: {{ write: {write} }} }}");
        desk.run(&format!("Object.defineProperty(navigator, 'clipboard', {own})"));
    };
    clipboard("() => Promise.reject(new Error('not here'))");
    desk.click("[data-act=picture]");
    desk.wait_until("return window.saved === 'PO-261122-001.png'");
    clipboard("async ([item]) => { window.copied = (await item.getType('image/png')).size }");
    desk.click("[data-act=picture]");
    desk.wait_text("#toast", "图片已复制");
    desk.wait_until("return window.copied > 1000");
    desk.click("[data-act=link]");
    desk.wait_for("#link-field");
    desk.screenshot("buyer-link-ask");
    desk.click("[data-act=revoke]");
    desk.wait_text("#toast", "链接已收回");
    desk.wait_for("[data-act=renew]");
    // By now another order is shown; the new link is that of the order whose link was taken back.
    desk.click("#suppliers a[href*='supplier=S02']");
    desk.wait_until("return document.querySelector('.order').dataset.po === 'PO-261122-002'");
    desk.click("#toast button");
    desk.wait_text("#toast", "新链接已开");
    desk.goto(&place.url("/buyer?cycle=261122&supplier=S01"));
    desk.wait_for("[data-act=link]");
    assert_eq!(desk.complaints(), Vec::<String>::new());
    desk.goto(&place.url("/buyer/picture/PO-261122-001"));
    desk.screenshot("purchase-picture");
}
