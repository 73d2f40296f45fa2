//! Administration: a faulty file mended, a leader invited, a cycle cloned, a token made, letters and the log looked at.

use super::{Place, ready, told};
use crate::app::{TestApp, fixture};
use crate::browser::chromium::DESK;
use std::fs;

#[test]
fn a_faulty_file_is_mended_and_taken_whole() {
    let place = Place::with(TestApp::new());
    let desk = place.desk_of("admin", DESK);
    place.open(&desk, "/admin/files");
    let good = fs::read_to_string(fixture("pilot_day/suppliers.csv")).expect("the fixture is there");
    let mut rows: Vec<String> = good.lines().map(str::to_owned).collect();
    rows[2] = rows[2].replacen("S02", "", 1);
    rows[3] = rows[1].clone();
    let bad = place.app.file("供应商.csv", rows.join("\n"));
    desk.choose_file(".drop input[type=file]", &bad);
    desk.wait_text(".faults", "2 处错误，什么都没有写入");
    desk.screenshot("admin-files-faults");
    let mended = place.app.file("suppliers.csv", &good);
    desk.choose_file(".drop input[type=file]", &mended);
    desk.wait_text(".checked", "没有错误");
    desk.screenshot("admin-files-checked");
    desk.click("[data-act=write]");
    told(&desk, "已写入");
    desk.choose_file(".drop input[type=file]", &fixture("pilot_day/suppliers.csv"));
    desk.wait_text(".checked", "和现在的一样");
    assert_eq!(desk.complaints().iter().filter(|line| !line.contains("422")).count(), 0);
}

#[test]
fn an_admin_invites_a_leader_who_comes_in_by_the_link() {
    let place = Place::at("open");
    let desk = place.desk_of("admin", DESK);
    place.open(&desk, "/admin");
    desk.click("[data-open=new-person]");
    desk.type_into("#new-person [name=name]", "王芳 👩 <b>x</b>");
    desk.type_into("#new-person [name=login_name]", "wang.fang");
    desk.click("#new-person [value=leader]");
    desk.click("#new-person [type=submit]");
    desk.wait_text("#new-person .wrong", "属于哪个团长");
    desk.run("document.querySelector('#new-person [name=leader]').value = 'L02'");
    desk.screenshot("admin-invite");
    desk.click("#new-person [type=submit]");
    desk.wait_text("#told", "只显示这一次");
    let link = desk.text("#told code");
    desk.screenshot("admin-invited");
    desk.click("#told [data-act=put-away]");
    desk.wait_text(".people", "王芳 👩 <b>x</b>");
    ready(&desk);
    let row = "tr[data-name^='王芳']";
    desk.click(&format!("{row} [data-act=suspend]"));
    told(&desk, "已停用");
    desk.click(&format!("{row} [data-act=restore]"));
    told(&desk, "已恢复");
    desk.click(&format!("{row} [data-act=invite]"));
    desk.wait_text("#told", "邀请链接");
    let second = desk.text("#told code");
    assert_ne!(link, second);
    let phone = crate::browser::driver::Browser::phone(crate::browser::chromium::PHONE);
    phone.goto(&second);
    phone.type_into("[name=password]", "four random plain words");
    phone.click("form .act.main");
    phone.wait_until("return location.pathname === '/leader'");
    assert_eq!(desk.complaints().iter().filter(|line| !line.contains("422")).count(), 0);
}

#[test]
fn a_cycle_is_cloned_with_its_offers_and_opened() {
    let mut place = Place::at("dispatched");
    let desk = place.desk_of("admin", DESK);
    place.open(&desk, "/admin/cycles");
    desk.click("[data-act=clone]");
    desk.wait_text("#new-cycle [data-clone-note]", "120 种上架商品");
    desk.screenshot("admin-clone");
    assert_eq!(desk.text_of("return document.querySelector('[name=cycle_code]').value"), "261123");
    desk.click("#new-cycle [type=submit]");
    told(&desk, "已建好");
    desk.wait_text("tr[data-code='261123']", "120");
    desk.click("tr[data-code='261123'] [data-call]");
    told(&desk, "已开团");
    assert_eq!(place.server.json("/api/v1/cycles/261123")["state"], "open");
    desk.click("[data-act=clone]");
    desk.run("document.querySelector('[name=cycle_code]').value = '261122'");
    desk.click("#new-cycle [type=submit]");
    desk.wait_text("#new-cycle .wrong", "已有团期 261122");
    assert_eq!(place.app.audit(), "");
}

#[test]
fn a_token_is_shown_once_and_revoked_at_once() {
    let place = Place::at("open");
    let desk = place.desk_of("admin", DESK);
    place.open(&desk, "/admin/tokens");
    desk.click("[data-open=new-token]");
    desk.type_into("#new-token [name=name]", "收银台");
    desk.click("#new-token [value='cycles:read']");
    desk.click("#new-token [type=submit]");
    desk.wait_text("#told", "只显示这一次");
    let token = desk.text("#told code");
    assert!(token.len() > 20, "{token}");
    desk.screenshot("admin-token");
    desk.click("#told [data-act=put-away]");
    desk.wait_text(".tokens", "收银台");
    ready(&desk);
    desk.click("tr[data-name='收银台'] [data-act=revoke-token]");
    desk.click("dialog.asked [data-act=yes]");
    told(&desk, "已吊销");
    place.open(&desk, "/admin/log?act=token_revoked");
    desk.wait_text(".log", "token_revoked");
    assert_eq!(desk.count(".log tbody tr"), 1);
    place.open(&desk, "/admin/log");
    desk.type_into("#search [name=q]", "100%_nothing");
    desk.click("#search [type=submit]");
    desk.wait_text(".empty", "没有记录");
}

#[test]
fn an_admin_sees_who_is_signed_in_and_ends_it() {
    let place = Place::at("open");
    let desk = place.desk_of("admin", DESK);
    let buyer = place.desk_of("buyer", DESK);
    place.open(&desk, "/admin/sessions");
    desk.wait_text(".sessions tr:has(.mark.settled)", "这里");
    assert_eq!(desk.count(".sessions tr:has(.mark.settled)"), 1);
    desk.click(".sessions [data-act=end-session]");
    desk.click("dialog.asked [data-act=yes]");
    told(&desk, "上下线");
    buyer.goto(&place.url("/buyer"));
    assert!(buyer.path().starts_with("/login"), "{}", buyer.path());
    place.open(&desk, "/admin/goods");
    desk.wait_text(".goods", "K001");
    desk.type_into("[name=q]", "香菇");
    desk.click(".line-form [type=submit]");
    desk.wait_text(".goods", "香菇");
    place.open(&desk, "/admin/goods?cycle=261122&q=K116");
    assert_eq!(desk.count(".goods tbody tr"), 1);
}
