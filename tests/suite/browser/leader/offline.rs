//! A leader's hour without a connection.

use super::crowd::LEADER;
use super::{Place, hand_out, open_room, room};
use crate::browser::driver::Browser;

/// Waits until the phone can open the page by itself.
fn ready_offline(phone: &Browser) {
    phone.wait_until(
        "return navigator.serviceWorker.controller !== null && caches.match('/leader').then((page) => !!page)",
    );
}

/// Nobody has everything: the acts wait until the phone has written them down.
fn kept(phone: &Browser) -> u64 {
    let count = "return new Promise((done) => { const open = indexedDB.open('tuan-leader'); open.onsuccess = () => {
        const all = open.result.transaction('queue').objectStore('queue').getAll();
        all.onsuccess = () => { open.result.close(); done(all.result.filter((act) => !act.doneAt).length); }; }; })";
    phone.run(count).as_u64().expect("a count")
}

fn served_once(place: &mut Place, count: usize) {
    let served = place.picked_up();
    assert_eq!(served.len(), count);
    assert!(served.iter().all(|(_, pickups)| *pickups == 1), "{served:?}");
    assert_eq!(place.app.audit(), "");
}

#[test]
fn what_was_done_offline_survives_closing_and_reaches_the_server_once() {
    let mut place = Place::new();
    let phone = place.phone();
    ready_offline(&phone);
    for number in 0..5 {
        hand_out(&phone, &room(number));
    }
    phone.wait_text(".line", "已连接");
    place.gate.shut();
    for number in 5..10 {
        hand_out(&phone, &room(number));
    }
    phone.wait_text(".line", "离线");
    phone.wait_text(".line", "5 笔待上传");
    phone.wait_text(".notices", "名单截至");
    phone.screenshot("leader-offline");
    assert_eq!(kept(&phone), 5);
    phone.replace_window();
    phone.before_pages(super::NOON);
    phone.goto(&place.gate.url("/leader"));
    phone.wait_text(".figures-line", "已提 10");
    for number in 10..15 {
        hand_out(&phone, &room(number));
    }
    phone.wait_text(".line", "10 笔待上传");
    place.gate.open();
    phone.click(".line");
    phone.wait_text(".line", "已连接");
    phone.wait_text(".figures-line", "已提 15");
    assert_eq!(kept(&phone), 0);
    served_once(&mut place, 15);
}

#[test]
fn without_a_service_worker_the_open_page_works_on_and_says_how_to_do_better() {
    let mut place = Place::new();
    let phone = place.phone_of("leader", LEADER);
    phone.before_pages("delete Navigator.prototype.serviceWorker");
    place.open(&phone);
    phone.wait_text(".notices", "在浏览器打开");
    phone.screenshot("leader-no-worker");
    phone.click(".notices .act");
    for number in 0..5 {
        hand_out(&phone, &room(number));
    }
    phone.wait_text(".line", "已连接");
    phone.offline(true);
    for number in 5..15 {
        hand_out(&phone, &room(number));
    }
    phone.wait_text(".line", "10 笔待上传");
    assert_eq!(kept(&phone), 10);
    phone.offline(false);
    phone.wait_text(".line", "已连接");
    served_once(&mut place, 15);
    phone.goto(&place.gate.url("/leader"));
    phone.wait_for(".home-row");
    assert!(!phone.text(".head").contains("在浏览器打开"), "it was read");
}

#[test]
fn an_answer_that_was_lost_is_asked_for_again_and_counts_once() {
    let mut place = Place::new();
    let phone = place.phone();
    // The server gets the pickups; the phone never hears of it.
    phone.run("const real = window.fetch; let left = 1; window.fetch = async (...given) => { const answer = await real(...given);
        if (String(given[0]).endsWith('/pickups') && left-- > 0) throw new TypeError('lost'); return answer; };");
    hand_out(&phone, &room(0));
    phone.wait_text(".line", "已连接");
    phone.wait_text(".figures-line", "已提 1");
    served_once(&mut place, 1);
}

#[test]
fn who_signs_out_or_is_sent_away_leaves_no_names_on_the_phone() {
    let place = Place::new();
    let phone = place.phone();
    ready_offline(&phone);
    place.gate.shut();
    hand_out(&phone, &room(0));
    phone.wait_text(".line", "1 笔待上传");
    let days = "return new Promise((done) => { const open = indexedDB.open('tuan-leader'); open.onsuccess = () => {
        if (!open.result.objectStoreNames.contains('state')) { open.result.close(); done(0); return; }
        const all = open.result.transaction('state').objectStore('state').getAllKeys();
        all.onsuccess = () => { open.result.close(); done(all.result.filter((key) => key !== 'hint').length); }; }; })";
    // A chat that was pasted and an order that was begun name residents as well.
    let keep = "return new Promise((done) => { const open = indexedDB.open('tuan-leader'); open.onsuccess = () => {
        const put = open.result.transaction('state', 'readwrite');
        for (const key of ['jielong', 'draft', 'hint']) put.objectStore('state').put({ text: '1. 小芳妈 13800008127' }, key);
        put.oncomplete = () => { open.result.close(); done(true); }; }; })";
    phone.run(keep);
    assert_eq!(phone.run(days), 3);
    let admin = place.server.as_role("admin");
    let users = admin.json("/api/v1/users?limit=500");
    let users = users["users"].as_array().expect("users");
    for user in users.iter().filter(|user| user["leader_code"] == LEADER) {
        admin.post(&format!("/api/v1/users/{}/suspend", user["user_id"]), &serde_json::json!({}));
    }
    place.gate.open();
    phone.click(".line");
    phone.wait_for("#login_name");
    assert_eq!(phone.run(days), 0, "the day is gone");
    assert_eq!(kept(&phone), 1, "what was done at the door is not");
    assert_eq!(phone.run("return caches.keys().then((names) => names.length)"), 0);
}

#[test]
fn who_signs_out_on_the_account_leaves_nothing_and_works_offline_after_coming_back() {
    let place = Place::new();
    let phone = place.phone();
    ready_offline(&phone);
    phone.goto(&place.gate.url("/account"));
    phone.click("a[href='/leader#leave']");
    phone.wait_for("#login_name");
    assert_eq!(phone.run("return caches.keys().then((names) => names.length)"), 0);
    let person = place.server.as_role_of("leader", LEADER);
    phone.put_cookie(person.lines().trim().trim_start_matches("Cookie: "));
    place.open(&phone);
    phone.wait_until(
        "return caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((shelf) => shelf.keys()))))
        .then((all) => all.flat().some((one) => /\\/assets\\/leader-[0-9a-f]{12}\\.js/.test(one.url)))",
    );
}

#[test]
fn a_code_is_checked_on_the_phone_and_a_forged_one_is_refused() {
    let place = Place::new();
    let phone = place.phone();
    let order = place.server.json("/api/v1/orders/261122-K0");
    let token = order["pickup_token"].as_str().expect("a token").to_owned();
    place.gate.shut();
    let scan = |token: &str| {
        let script = format!(
            "const field = document.getElementById('search'); field.value = '{token}'; field.dispatchEvent(new Event('input'))"
        );
        phone.run(&script);
    };
    let (number, signature) = token.split_once('.').expect("two parts");
    scan(&format!("{}.{signature}", number.replacen('M', "N", 1)));
    phone.wait_text(".toast", "二维码无效");
    scan(&token);
    phone.wait_text(".household-head h1", "3栋 2单元 1502");
    phone.click("[data-act=confirm]");
    place.gate.open();
    phone.wait_text(".line", "已连接");
    let day = place.day().to_string();
    assert!(day.contains("\"method\":\"qr\""), "it was found by its code");
    open_room(&phone, &room(3));
    search_code(&place, &phone);
}

/// Six digits ask the server; offline the field says what to do instead.
fn search_code(place: &Place, phone: &Browser) {
    phone.click(".back");
    super::search(phone, "000000");
    phone.click(".code-row");
    phone.wait_text(".toast", "提货码不对");
    place.gate.shut();
    phone.click(".line");
    phone.wait_text(".line", "离线");
    super::search(phone, "000000");
    phone.wait_text("#homes .older", "离线时请用房号或尾号");
}
