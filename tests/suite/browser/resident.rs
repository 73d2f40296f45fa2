//! A resident orders, and sees what became of it: as a neighbour would, on a phone, from nothing to the bag in hand.

mod afterwards;
mod again;
mod looks;
mod lost;
mod refused;
mod stock;

use super::chromium::PHONE;
use super::driver::Browser;
use super::gate::Gate;
use crate::app::TestApp;
use crate::intake::{number, open_day_paid};
use crate::web::server::Server;

/// A server while orders come in, and a gate before it.
struct Place {
    app: TestApp,
    server: Server,
    gate: Gate,
}

impl Place {
    fn with(app: TestApp) -> Place {
        let server = Server::unpaced(&app);
        let gate = Gate::before(server.address());
        Place { app, server, gate }
    }

    /// The pilot day an hour before its cutoff, paid for so.
    fn open(payment: &str) -> Place {
        Place::with(open_day_paid(payment))
    }

    /// A phone with the page of a leader.
    fn phone(&self, path: &str) -> Browser {
        let phone = Browser::phone(PHONE);
        phone.goto(&self.gate.url(path));
        phone
    }

    /// Comes to the cutoff; pages that may be kept for seconds are none any more.
    fn close(&mut self) {
        self.app.now = "2026-11-22 23:00".to_owned();
        self.app.tuan(&["cutoff", "261122"]).done();
        std::thread::sleep(std::time::Duration::from_millis(6_000));
    }

    /// Orders that came by the page so far.
    fn placed(&mut self) -> i64 {
        number(&mut self.app, "SELECT COUNT(*) FROM orders WHERE order_no LIKE '261122-W%'")
    }
}

/// Takes one more of a SKU.
fn take(phone: &Browser, sku: &str) {
    phone.click(&format!("[data-sku={sku}] [data-step='1']"));
}

/// Goes on to the form and says who collects.
fn fill(phone: &Browser, nickname: &str) {
    phone.click("#place");
    phone.wait_for("#order:not([hidden])");
    phone.type_into("#nickname", nickname);
    for (field, text) in [("#building", "3"), ("#unit_no", "2"), ("#room", "1502")] {
        phone.type_into(field, text);
    }
}

/// The order's page as an object of the API, as the device that placed it sees it.
fn order_no(phone: &Browser) -> String {
    phone.text_of("return document.getElementById('order-page').dataset.no")
}

#[test]
fn a_neighbour_orders_from_nothing_and_takes_it_back() {
    let mut place = Place::open("at_pickup");
    let phone = place.phone("/g/L01");
    phone.wait_text(".window", "11月22日团（周日）");
    phone.wait_text(".when", "11-22 23:00");
    phone.wait_text(".foot-sum", "还有 59:5");
    phone.wait_text("[data-sku=K001] .price", "2.49");
    phone.screenshot("resident-shop");
    phone.axe();
    phone.type_into("#find-goods", "空心");
    phone.wait_until("return document.querySelectorAll('.good:not([hidden])').length === 1");
    take(&phone, "K002");
    take(&phone, "K002");
    phone.wait_text(".foot-sum", "¥5.38");
    phone.wait_text(".foot-sum", "2 件 · 11-23 周一 提货");
    // What is in the basket survives a reload.
    phone.goto(&place.gate.url("/g/L01"));
    phone.wait_text(".foot-sum", "¥5.38");
    fill(&phone, "小芳妈👩‍👧");
    phone.click("[data-line=K002] .tolerance [data-step='1']");
    phone.wait_text("[data-line=K002] .tolerance", "最多 3 把，提货时按实到的份数付");
    phone.screenshot("resident-form");
    phone.axe();
    phone.click("#place");
    phone.wait_text(".standing", "已下单");
    phone.wait_text(".standing", "11-22 23:00 截单，11-23 周一 10:00–21:00 提货");
    let code = phone.text(".big-code");
    assert!(code.len() == 7 && code.replace(' ', "").bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    phone.wait_text(".order-lines", "空心菜");
    phone.wait_text(".order-lines", "已下单，可多拿 1 把");
    phone.wait_text(".order-money", "提货时付");
    phone.screenshot("resident-order");
    phone.axe();
    phone.wait_until("return location.pathname.startsWith('/o/')");
    assert_eq!(place.placed(), 1);
    let no = order_no(&phone);
    assert!(!place.server.log().contains(&phone.path()[3..]), "the link stands in the log");

    // The device remembers it, and the basket is empty.
    phone.click(".shop-bar .home");
    phone.wait_text("#mine", "我的订单 1");
    phone.wait_text(".foot-sum", "¥0.00");
    phone.click("#mine summary");
    phone.wait_text("#mine .choice", &no);
    phone.screenshot("resident-mine");
    phone.click("#mine .choice");
    phone.wait_text(".standing", "已下单");

    phone.click(".cancel summary");
    phone.wait_text(".cancel form", "2 件全部取消，要的话得重新下单");
    phone.screenshot("resident-cancel");
    phone.click(".cancel .danger");
    phone.wait_text(".standing", "已取消");
    phone.wait_text(".standing", "没有付过款，不用退款");
    phone.screenshot("resident-cancelled");
    assert_eq!(phone.count(".big-code") + phone.count(".cancel"), 0);
    assert_eq!(
        number(&mut place.app, "SELECT COUNT(*) FROM orders WHERE state = 'cancelled' AND order_no LIKE '261122-W%'"),
        1
    );
    assert_eq!(place.app.audit(), "");
    assert_eq!(phone.complaints(), Vec::<String>::new());
}

#[test]
fn a_leader_of_several_points_sells_once_one_is_chosen() {
    let place = Place::open("at_pickup");
    let phone = place.phone("/g/L04");
    phone.wait_text(".choose h2", "先选自提点");
    assert!(phone.count(".choose .choice") >= 2);
    assert_eq!(phone.count(".stepper"), 0, "nothing can be taken before");
    phone.screenshot("resident-points");
    phone.axe();
    phone.click(".choose .choice:nth-of-type(2)");
    phone.wait_for("#foot:not([hidden])");
    let point = phone.text_of("return document.getElementById('shop').dataset.point");
    take(&phone, "K001");
    fill(&phone, "老王");
    phone.click("#place");
    phone.wait_text(".standing", "已下单");
    let told = place.server.json(&format!("/api/v1/orders/{}", order_no(&phone)));
    assert_eq!(told["point_code"], point, "{told}");
    phone.wait_for(".map .pin");
    assert!(phone.count(".map .other") >= 1, "the leader's other points are on the map");
    phone.screenshot("resident-order-points");
}

#[test]
fn without_a_script_the_goods_can_be_read() {
    let place = Place::open("at_pickup");
    let phone = Browser::phone(PHONE);
    phone.cdp("Emulation.setScriptExecutionDisabled", serde_json::json!({ "value": true }));
    phone.goto(&place.gate.url("/g/L01"));
    phone.wait_text("noscript, .older", "下单要打开 JavaScript");
    phone.wait_text("[data-sku=K002]", "空心菜");
    phone.wait_text("[data-sku=K002] .price", "2.69");
    phone.screenshot("resident-without-script");
}
