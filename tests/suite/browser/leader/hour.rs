//! A leader's hour at the door, with a connection.

use super::crowd::{self, LEADER};
use super::{Place, hand_out, open_room, room, search};
use crate::browser::chromium::PHONE;
use crate::browser::driver::Browser;

#[test]
fn a_leader_signs_in_and_hands_out_in_part_in_whole_and_by_the_dozen() {
    let mut place = Place::new();
    let args = ["user", "add", "lin", "--role", "leader", "--leader", LEADER, "--name", "林秀英", "--json"];
    let told = place.app.tuan(&args).done().objects();
    let phone = Browser::phone(PHONE);
    phone.goto(&place.gate.url("/leader"));
    assert_eq!(phone.path(), "/login?next=%2Fleader");
    phone.type_into("#login_name", "lin");
    phone.type_into("#password", told[0]["password"].as_str().expect("a password"));
    phone.click("button.main");
    phone.wait_for(".home-row");
    assert_eq!(phone.path(), "/leader");
    phone.wait_text(".figures-line", &format!("今日 {} 户", crowd::COUNT));
    phone.wait_text(".line", "已连接");

    open_room(&phone, "31502");
    phone.wait_text(".household > .match", "房号 3-2-1502");
    phone.wait_text(".household .older", "同姓");
    phone.click("[data-pick='261122-K0 K002']");
    phone.wait_text("[data-act=confirm]", "确认提货 3 件");
    phone.screenshot("leader-household-part");
    phone.click("[data-act=confirm]");
    phone.wait_text(".toast", "已核销 3 件");
    phone.wait_text(".figures-line", "已提 0");
    open_room(&phone, "8127");
    phone.wait_text("[data-act=confirm]", "确认提货 1 件");
    phone.click("[data-act=confirm]");
    phone.wait_text(".figures-line", "已提 1");
    phone.wait_text(".line", "已连接");
    assert_eq!(place.picked_up(), [("261122-K0".to_owned(), 2)]);

    hand_out(&phone, "5栋1单元203");
    phone.wait_text(".figures-line", "已提 2");
    phone.click(".toast .undo");
    phone.wait_text(".figures-line", "已提 1");
    phone.wait_text(".line", "已连接");
    assert_eq!(place.picked_up(), [("261122-K0".to_owned(), 2)], "the undo reached the server");

    phone.click("[data-act=choose]");
    for number in 0..3 {
        search(&phone, &room(number));
        phone.click(".home-row");
    }
    phone.wait_text("[data-act=chosen]", "批量核销 3 户");
    phone.screenshot("leader-choosing");
    phone.click("[data-act=chosen]");
    phone.wait_text(".toast", "3 户");
    phone.click(".toast .undo");
    phone.wait_text(".figures-line", "已提 1");
    phone.click("[data-act=choose]");
    search(&phone, "3-2-1501");
    phone.click(".home-row");
    phone.run("document.getElementById('search').value = ''; document.getElementById('search').dispatchEvent(new Event('input'))");
    phone.click("[data-act=rest]");
    phone.wait_text(".figures-line", "待提 1");
    phone.screenshot("leader-all-but-one");
    phone.wait_until("return document.querySelector('.line').textContent === '已连接'");
    assert_eq!(place.picked_up().len(), crowd::COUNT - 1);
    assert_eq!(place.app.audit(), "");
    assert_eq!(phone.complaints(), Vec::<String>::new());
}

#[test]
fn a_household_is_found_by_whatever_a_person_says() {
    let place = Place::new();
    let phone = place.phone();
    for query in ["3-2-1502", "3栋1502", "３－２－１５０２", "3 2 1502", "31502", "321502", "3栋2单元1502室"]
    {
        open_room(&phone, query);
        phone.wait_text(".household-head h1", "3栋 2单元 1502");
        phone.click(".back");
        phone.wait_for("#homes:not([hidden])");
    }
    for (query, field) in [
        ("小芳妈", "昵称"),
        ("xfm", "姓名"),
        ("wxf", "姓名"),
        ("王小芳", "姓名"),
        ("18号", "跟团号"),
        ("812", "手机尾号"),
    ] {
        search(&phone, query);
        phone.wait_text(".home-row .room", "3-2-1502");
        phone.wait_text(".home-row .match", field);
    }
    for (query, name) in [
        ("0203", "5-1-0203"),
        ("zl", "\"O'Neil\" 龘龘"),
        ("cl", "\"O'Neil\" 龘龘"),
        ("欧阳", "6-3-101"),
        ("xfy", "5-1-0204"),
    ] {
        search(&phone, query);
        if phone.count("[data-act=confirm]") > 0 {
            phone.click(".back");
        } else {
            let rows =
                phone.run("return [...document.querySelectorAll('.home-row .room')].map((row) => row.textContent)");
            assert!(rows.as_array().is_some_and(|rows| rows.iter().any(|row| row == name)), "{query}: {rows}");
        }
    }
    search(&phone, "没有这个人");
    phone.wait_text("#homes .empty", "没有找到");
    assert_eq!(phone.complaints(), Vec::<String>::new());
}

#[test]
fn two_phones_on_one_household_are_one_pickup_and_a_conflict_that_is_shown() {
    let place = Place::new();
    let (one, other) = (place.phone(), place.phone_of("helper", LEADER));
    place.open(&other);
    open_room(&other, "3-2-1502");
    hand_out(&one, "3-2-1502");
    one.wait_text(".line", "已连接");
    other.click("[data-act=confirm]");
    other.wait_text(".line", "1 笔有出入");
    other.click(".line");
    other.wait_text(".trouble", "重复核销：12:00 已由");
    other.screenshot("leader-conflict");
    other.click(".trouble .act");
    other.wait_text(".line", "已连接");
    assert_eq!(place.picked_up(), [("261122-K0".to_owned(), 1)]);
}

#[test]
fn money_is_collected_once_and_helpers_note_none() {
    let place = Place::new();
    let phone = place.phone();
    open_room(&phone, &room(9));
    phone.wait_text(".money", "待收款");
    phone.screenshot("leader-money");
    phone.click("[data-act=money]");
    phone.click("[data-act=paid]");
    phone.wait_until("return !document.querySelector('.money')");
    phone.click(".back");
    phone.wait_text(".line", "已连接");
    let day = place.day().to_string();
    assert_eq!(day.matches("\"is_due\":true").count(), 28, "29 owed, one has paid");
    let helper = place.phone_of("helper", LEADER);
    place.open(&helper);
    open_room(&helper, &room(19));
    helper.wait_text(".money", "待收款");
    assert_eq!(helper.count("[data-act=money]"), 0);
}
