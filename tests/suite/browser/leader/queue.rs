//! The order in which a phone tells the server, and what keeps none of it back.

use serde_json::Value;

use super::{Place, hand_out, room};
use crate::browser::driver::Browser;

/// How the phone of the household ends that goes without.
fn who_goes_without(day: &Value) -> String {
    let orders = day["households"].as_array().expect("households").iter();
    let mut orders = orders.flat_map(|home| home["orders"].as_array().expect("orders"));
    let goes =
        |order: &&Value| order["lines"].as_array().is_some_and(|lines| lines.iter().any(|line| line["lost_qty"] == 1));
    let order = orders.find(goes).expect("somebody goes without");
    order["phone_tail4"].as_str().expect("a phone").to_owned()
}

fn count_one_short(phone: &Browser) {
    phone.click("[data-act=receive]");
    phone.click("[data-due=K007]");
    phone.click("[data-kind=short] .act:last-child");
    phone.click("[data-act=count]");
    phone.wait_text(".page .figures-line", "已选 1 / 1");
    phone.click("[data-act=without]");
    phone.wait_text(".toast", "不发 1 户");
}

#[test]
fn what_makes_room_for_a_pickup_is_told_before_it() {
    let mut place = Place::new();
    let phone = place.phone();
    count_one_short(&phone);
    phone.wait_until("return document.querySelector('.line').textContent === '已连接'");
    let tail = who_goes_without(&place.day());
    // They are served after all, and take it home at once.
    phone.click("[data-act=receive]");
    phone.click("[data-without=K007]");
    phone.click(".page [data-without]:checked");
    phone.wait_text("[data-act=without]", "都发");
    phone.click("[data-act=without]");
    phone.wait_text(".toast", "都发");
    phone.wait_for(".home-row");
    hand_out(&phone, &tail);
    phone.wait_until("return document.querySelector('.line').textContent === '已连接'");
    assert_eq!(place.picked_up().len(), 1, "it was not refused");
    assert!(!place.day().to_string().contains("lost_qty"));
    assert_eq!(place.app.audit(), "");
}

#[test]
fn an_act_on_which_the_server_breaks_keeps_no_other_back() {
    let place = Place::new();
    let phone = place.phone();
    phone.run(
        "const real = window.fetch; window.broke = 0; window.fetch = async (...given) => {
        if (!String(given[0]).endsWith('/receipts/leader')) return real(...given);
        window.broke += 1; return new Response('{}', { status: 500 }); };",
    );
    phone.click("[data-act=receive]");
    phone.click("[data-act=count]");
    phone.wait_until("return window.broke === 1");
    hand_out(&phone, &room(0));
    phone.wait_until("return document.querySelector('.line').textContent === '1 笔待上传'");
    assert_eq!(place.picked_up().len(), 1);
}

#[test]
fn what_was_taken_back_offline_is_told_before_it_is_handed_out_again() {
    let mut place = Place::new();
    let phone = place.phone();
    hand_out(&phone, &room(2));
    phone.wait_until("return document.querySelector('.line').textContent === '已连接'");
    assert_eq!(place.picked_up().len(), 1);
    place.gate.shut();
    phone.click(".toast .undo");
    phone.wait_text(".figures-line", "已提 0");
    hand_out(&phone, &room(2));
    phone.wait_text(".line", "2 笔待上传");
    place.gate.open();
    phone.click(".line");
    phone.wait_until("return document.querySelector('.line').textContent === '已连接'");
    assert_eq!(place.picked_up().len(), 1, "it was no conflict");
    assert_eq!(place.app.audit(), "");
}
