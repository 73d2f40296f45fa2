//! Hands that help at the door: helpers let in by a code, and the camera that reads residents' codes.

use super::Place;
use super::crowd::LEADER;
use crate::browser::chromium::PHONE;
use crate::browser::driver::Browser;

#[test]
fn a_helper_is_let_in_by_a_code_and_sent_away_again() {
    let place = Place::new();
    let phone = place.phone();
    phone.click("[data-act=more]");
    phone.click("[data-act=helpers]");
    phone.run("document.getElementById('helper-name').value = '小李'");
    // What the code says is what the answer says.
    phone.run(
        "const real = window.fetch; window.fetch = async (...given) => { const answer = await real(...given);
        if (String(given[0]).endsWith('/helpers')) window.told = await answer.clone().json(); return answer; };",
    );
    phone.click("[data-until=today]");
    phone.wait_for(".drawer .qr path");
    phone.screenshot("leader-helper-code");
    let link = phone.text_of("return window.told.link");
    let helper = Browser::phone(PHONE);
    helper.before_pages(super::NOON);
    helper.goto(&place.gate.url(&link));
    helper.click("button.main");
    helper.wait_for(".home-row");
    assert_eq!(helper.path(), "/leader");
    super::hand_out(&helper, "3-2-1502");
    helper.wait_text(".line", "已连接");
    phone.click(".drawer .shut");
    phone.click("[data-act=more]");
    phone.click("[data-act=helpers]");
    phone.wait_text(".helper", "小李");
    phone.screenshot("leader-helpers");
    phone.click(".helper .act");
    phone.wait_until("return !document.querySelector('.helper')");
    helper.click(".line");
    helper.wait_for("#login_name");
}

#[test]
fn the_camera_stays_on_from_one_code_to_the_next() {
    let place = Place::new();
    let phone = place.phone_of("leader", LEADER);
    // A camera and a reader as phones have them: this machine has neither.
    phone.before_pages(
        "window.codes = []; window.BarcodeDetector = class { async detect() { const rawValue = window.codes[0]; return rawValue ? [{ rawValue }] : []; } };
        navigator.mediaDevices.getUserMedia = async () => document.createElement('canvas').captureStream(4);",
    );
    place.open(&phone);
    phone.click("[data-act=scan]");
    phone.wait_text(".scanned", "对准住户手机上的二维码");
    for (order, room) in [("261122-K0", "3栋 2单元 1502"), ("261122-K1", "3栋 2单元 1501")] {
        let token =
            place.server.json(&format!("/api/v1/orders/{order}"))["pickup_token"].as_str().expect("a token").to_owned();
        phone.run(&format!("window.codes = ['{token}']"));
        phone.wait_text(".scanned h1", room);
        phone.screenshot("leader-scanned");
        phone.click("[data-act=confirm]");
        phone.wait_text(".toast", "已核销 4 件");
        phone.wait_text(".scanned", "对准");
        assert_eq!(phone.count("video"), 1);
    }
    phone.run("window.codes = ['https://example.com/other']");
    phone.wait_text(".toast", "二维码无效");
    phone.run("history.back()");
    phone.wait_text(".figures-line", "已提 2");
    phone.wait_text(".line", "已连接");
    assert_eq!(place.picked_up().len(), 2);
    assert!(place.day().to_string().contains("\"method\":\"qr\""));
}

#[test]
fn where_the_browser_reads_no_codes_a_script_that_comes_last_does() {
    let place = Place::new();
    let token = place.server.json("/api/v1/orders/261122-K0")["pickup_token"].as_str().expect("a token").to_owned();
    let code = qrcode::QrCode::new(&token).expect("a token fits");
    let rows: Vec<String> = code
        .to_colors()
        .chunks(code.width())
        .map(|row| row.iter().map(|dot| if *dot == qrcode::Color::Dark { '1' } else { '0' }).collect())
        .collect();
    let phone = place.phone_of("leader", LEADER);
    // A camera that sees the resident's phone: this machine has none.
    phone.before_pages(&format!(
        "delete window.BarcodeDetector;
        navigator.mediaDevices.getUserMedia = async () => {{
            const rows = {rows:?}, canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
            canvas.width = canvas.height = 4 * (rows.length + 8);
            const show = () => {{ pen.fillStyle = '#fff'; pen.fillRect(0, 0, canvas.width, canvas.height); pen.fillStyle = '#000';
                rows.forEach((row, y) => [...row].forEach((dot, x) => dot === '1' && pen.fillRect(16 + 4 * x, 16 + 4 * y, 4, 4))); }};
            show(); setInterval(show, 100);
            return canvas.captureStream(10); }};"
    ));
    place.open(&phone);
    phone.click("[data-act=scan]");
    phone.wait_text(".scanned h1", "3栋 2单元 1502");
    phone.click("[data-act=confirm]");
    phone.wait_text(".toast", "已核销 4 件");
    phone.run("history.back()");
    phone.wait_text(".line", "已连接");
    phone.wait_until("return caches.keys().then(async (names) => (await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((one) => one.url)))).flat().some((url) => url.includes('jsqr')))");
    assert_eq!(phone.complaints(), Vec::<String>::new());
}

#[test]
fn another_leader_stands_in_for_a_day_and_may_decline() {
    let place = Place::new();
    let phone = place.phone();
    phone.click("[data-act=more]");
    phone.click("[data-act=leave]");
    phone.wait_for("#leave-from");
    phone.run("for (const id of ['leave-from', 'leave-to']) document.getElementById(id).value = '2026-11-23'");
    phone.click("[data-act=stand-in]");
    phone.wait_text(".drawer .wrong", "编号");
    // The other one must be able to sign in.
    let other = place.phone_of("leader", "L02");
    phone.type_into("#leave-stand-in", "l02");
    phone.screenshot("leader-leave");
    phone.click("[data-act=stand-in]");
    phone.wait_text(".drawer [data-leave]", "L02");
    place.open(&other);
    super::search(&other, "3-2-1502");
    other.wait_text(".home-row", "3-2-1502");
    super::hand_out(&other, "3-2-1502");
    other.wait_text(".line", "已连接");
    other.click("[data-act=more]");
    other.click("[data-act=leave]");
    other.wait_text(".drawer [data-leave]", "代班");
    other.screenshot("leader-stands-in");
    other.click(".drawer [data-leave] .act");
    other.wait_until("return document.querySelector('.drawer') && !document.querySelector('.drawer [data-leave]')");
}
