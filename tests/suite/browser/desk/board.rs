//! A night from the cutoff to the printed pack, by keyboard only.

use super::{Place, ready, told};
use crate::browser::chromium::DESK;
use crate::browser::driver::Browser;
use crate::browser::driver::keys::{ALT, CONTROL, ENTER, ESCAPE};

/// The board's next act, by keyboard.
fn next_act(desk: &Browser) {
    desk.press("n");
    desk.press(ENTER);
}

fn board_says(desk: &Browser, step: usize, words: &str) {
    desk.wait_text(&format!(".board tbody tr:nth-child({step})"), words);
}

#[test]
fn a_night_is_done_by_keyboard_from_the_cutoff_to_the_printed_pack() {
    let mut place = Place::at("open");
    let desk = place.desk_of("admin", DESK);
    place.open(&desk, "/warehouse/261122");
    board_says(&desk, 1, "开团中");
    next_act(&desk);
    // It cannot be undone, so it asks with the consequence in figures, and “no” has the focus.
    desk.wait_text("dialog.asked", "单（");
    desk.wait_text("dialog.asked", "不可再改");
    desk.screenshot("desk-cutoff-asks");
    desk.press(ENTER);
    desk.wait_until("return document.querySelectorAll('dialog.asked').length === 0");
    assert!(place.server.json("/api/v1/cycles/261122")["state"] == "open", "no was no");
    next_act(&desk);
    desk.wait_for("dialog.asked [data-act=yes]");
    desk.run("document.querySelector('dialog.asked [data-act=yes]').focus()");
    desk.press(ENTER);
    told(&desk, "现在截单");
    board_says(&desk, 1, "已完成");
    next_act(&desk);
    told(&desk, "采购汇总");
    next_act(&desk);
    desk.wait_text("dialog.asked", "发出后收不回");
    desk.run("document.querySelector('dialog.asked [data-act=yes]').focus()");
    desk.press(ENTER);
    told(&desk, "采购单");
    desk.screenshot("desk-board-procured");
    desk.press(&format!("{ALT}2"));
    desk.wait_for("#counting");
    receive_everything(&desk);
    desk.press(&format!("{ALT}1"));
    board_says(&desk, 3, "已完成");
    ready(&desk);
    next_act(&desk);
    told(&desk, "分配");
    board_says(&desk, 4, "已完成");
    desk.run("document.querySelector('.board tbody tr:nth-child(6) .act').focus()");
    desk.press(ENTER);
    told(&desk, "派车");
    desk.press(&format!("{ALT}5"));
    desk.wait_for(".pack");
    ready(&desk);
    desk.screenshot("desk-printing");
    desk.press(&format!("{ALT}p"));
    desk.wait_until("return !document.querySelector('.printing') || [...document.querySelectorAll('tr[data-kind=sowing_sort] .printed')].every((cell) => !cell.querySelector('.note'))");
    ready(&desk);
    desk.press(&format!("{ALT}1"));
    board_says(&desk, 5, "已完成");
    desk.screenshot("desk-board-done");
    assert_eq!(desk.complaints(), Vec::<String>::new());
    assert_eq!(place.app.audit(), "");
}

/// Each order as it was ordered: two keys, and the next one is there.
fn receive_everything(desk: &Browser) {
    for _ in 0..60 {
        ready(desk);
        let order = desk.text_of("return document.querySelector('#counting').dataset.po");
        let is_last = desk.run("return !document.querySelector('#counting').dataset.next") == true;
        desk.press(&format!("{ALT}a"));
        desk.wait_text(".tally", "还没保存");
        desk.press(&format!("{CONTROL}{ENTER}"));
        told(desk, "已收");
        if is_last {
            return;
        }
        desk.wait_until(&format!("return document.querySelector('#counting')?.dataset.po !== '{order}'"));
    }
    panic!("receiving has no end");
}

#[test]
fn the_desk_is_shown_what_blocks_it_and_what_others_do() {
    let place = Place::at("frozen");
    let desk = place.desk_of("warehouse", DESK);
    desk.goto(&place.url("/warehouse"));
    ready(&desk);
    board_says(&desk, 2, "由采购操作");
    board_says(&desk, 4, "等第一批到货");
    assert_eq!(desk.count("[data-call*='procure']"), 0);
    assert!(desk.text(".places").contains("仓库"));
    assert_eq!(place.server.as_role("leader").get("/warehouse").status, 403);
}

/// The session ended while counts were typed in; the same person signed in anew in another window.
#[test]
fn what_was_typed_is_saved_after_signing_in_anew() {
    let place = Place::at("procured");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122/receiving?po=PO-261122-001");
    desk.press("7");
    let mut db = tuan::store::backend::Db::open(place.app.url()).expect("the database is there");
    let user = tuan::store::users::all(&mut db).expect("users").into_iter().max_by_key(|user| user.id).expect("a user");
    let at = place.app.desk(&place.app.now);
    tuan::flow::people::end_all_sessions(&mut db, &at, "test", user.id).expect("sessions end");
    desk.press(&format!("{CONTROL}{ENTER}"));
    desk.wait_text("#refused", "登录后再试");
    let (kind, given) = (tuan::domain::session::SessionKind::Desk, tuan::domain::session::Factor::Given);
    let ends_at = kind.ends_at(at.now, at.zone);
    let begun = tuan::flow::sessions::begin_session(&mut db, &at, user.id, kind, ends_at, given, "test");
    desk.put_cookie(&format!("tuan_session={}", begun.expect("the account is there").1.to_text()));
    desk.press(&format!("{CONTROL}{ENTER}"));
    told(&desk, "已收 1 行");
}

#[test]
fn a_locked_screen_answers_nothing_but_unlocking_and_keeps_what_was_typed() {
    let place = Place::at("procured");
    let desk = place.desk_of("warehouse", DESK);
    let mut db = tuan::store::backend::Db::open(place.app.url()).expect("the database is there");
    let user = tuan::store::users::all(&mut db).expect("users").into_iter().max_by_key(|user| user.id).expect("a user");
    let pin = tuan::domain::password::hash_password("4071", [7; 16]);
    let at = place.app.desk(&place.app.now);
    tuan::flow::lock_screen::set_pin(&mut db, &at, user.id, &pin).expect("a number can be set");
    place.open(&desk, "/warehouse/261122/receiving");
    desk.press("7");
    desk.press(&format!("{ALT}l"));
    desk.wait_for("dialog.cover[open]");
    desk.wait_until("return fetch('/api/v1/cycles').then((answer) => answer.status === 403)");
    desk.screenshot("desk-locked");
    // However often it is pressed, Esc does not take the cover away.
    for _ in 0..4 {
        desk.press(ESCAPE);
    }
    desk.wait_for("dialog.cover[open]");
    desk.press("1111");
    desk.press(ENTER);
    desk.wait_text("dialog.cover .wrong", "不对");
    desk.press("4071");
    desk.press(ENTER);
    desk.wait_until("return !document.querySelector('dialog.cover')");
    assert_eq!(desk.text_of("return document.querySelector('.count').value"), "7");
    desk.wait_until("return fetch('/api/v1/cycles').then((answer) => answer.status === 200)");
    desk.press(&format!("{ALT}l"));
    desk.wait_until("return fetch('/api/v1/cycles').then((answer) => answer.status === 403)");
    desk.goto(&place.url("/warehouse"));
    assert!(desk.path().starts_with("/unlock?next="), "{}", desk.path());
    desk.press("4071");
    desk.press(ENTER);
    desk.wait_for(".board");
}
