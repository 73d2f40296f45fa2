//! Goods at the point on the phone: counted by exception, gone without, found bad, with and without a connection.

use std::path::PathBuf;

use image::{Rgb, RgbImage};

use super::crowd::LEADER;
use super::{Place, open_room, search};

#[test]
fn goods_are_counted_by_exception_and_who_paid_last_goes_without() {
    let mut place = Place::new();
    let phone = place.phone();
    phone.click("[data-act=receive]");
    phone.wait_text("[data-act=count]", "全部收齐");
    phone.screenshot("leader-receive");
    phone.click("[data-due=K007]");
    phone.click("[data-kind=short] .act:last-child");
    phone.click("[data-kind=broken] .act:last-child");
    phone.wait_text("[data-due=K007]", "少 1 · 破损 1");
    phone.screenshot("leader-receive-differs");
    // What was typed survives a reload.
    phone.goto(&place.gate.url("/leader"));
    phone.wait_text(".line", "已连接");
    phone.click("[data-act=receive]");
    phone.wait_text("[data-act=count]", "记下 1 种差异");
    place.gate.shut();
    phone.click("[data-act=count]");
    phone.wait_text(".page h1", "少 2");
    phone.wait_text(".page .figures-line", "已选 2 / 2");
    phone.screenshot("leader-without");
    phone.click("[data-act=without]");
    phone.wait_text(".toast", "不发 2 户");
    // The page is closed and comes again without a connection; then the line is back.
    phone.replace_window();
    phone.goto(&place.gate.url("/leader"));
    phone.wait_text(".line", "2 笔待上传");
    phone.wait_text(".figures-line", "缺货 2");
    place.gate.open();
    phone.click(".line");
    phone.wait_text(".line", "已连接");
    phone.click("[data-tab=short]");
    phone.wait_for(".home-row");
    assert_eq!(phone.count(".home-row"), 2);
    phone.screenshot("leader-short-tab");
    let day = place.day();
    assert_eq!(day["arrivals"][0]["receipt"]["lines"][0]["broken_qty"], 1);
    assert_eq!(day.to_string().matches("\"lost_qty\":1").count(), 2);
    phone.click("[data-act=receive]");
    phone.wait_text(".page .told", "已点收");
    phone.wait_text("[data-without=K007]", "少 2，已选 2");
    phone.screenshot("leader-received");
    // They turned up after all: everybody is served, before the server knows as well.
    place.gate.shut();
    phone.click("[data-due=K007]");
    phone.click("[data-kind=short] .act:first-child");
    phone.click("[data-kind=broken] .act:first-child");
    phone.click("[data-act=count]");
    phone.wait_text(".toast", "已更正");
    phone.wait_until("return !document.querySelector('.figures-line').textContent.includes('缺货')");
    assert_eq!(place.app.audit(), "");
}

/// A photo on the phone.
fn photo(place: &Place) -> PathBuf {
    let path = place.app.folder().join("鸡蛋.png");
    let shade = |x: u32, y: u32| Rgb([(x % 256) as u8, (y % 256) as u8, 90]);
    RgbImage::from_fn(2_400, 1_800, shade).save(&path).expect("a photo can be written");
    path
}

#[test]
fn bad_goods_are_reported_by_piece_and_by_part_and_may_be_undone() {
    let mut place = Place::new();
    let phone = place.phone();
    open_room(&phone, "3-2-1502");
    phone.click("[data-problem='261122-K0 K001']");
    phone.wait_text(".drawer h2", "有问题");
    phone.click("[data-pick-problem=melted]");
    phone.click("[data-pick-problem='30']");
    phone.wait_text("[data-act=report]", "退 ¥");
    phone.screenshot("leader-problem");
    phone.click("[data-act=report]");
    phone.wait_text(".case", "化了 30%");
    phone.click(".toast .undo");
    phone.wait_until("return !document.querySelector('.case')");
    phone.click("[data-problem='261122-K0 K001']");
    phone.click("[data-measure=pieces] .act:last-child");
    phone.choose_file("[data-photos]", &photo(&place));
    phone.wait_for(".photo-taken");
    phone.screenshot("leader-problem-photo");
    phone.click("[data-act=report]");
    phone.wait_text(".case", "坏了 2/2");
    phone.wait_text(".case", "1 张照片待传");
    phone.screenshot("leader-problem-noted");
    phone.click(".back");
    phone.wait_text(".line", "已连接");
    phone.wait_until("return document.querySelector('.line').textContent === '已连接'");
    let told = crate::intake::number(&mut place.app, "SELECT COUNT(*) FROM after_sales_cases");
    assert_eq!(told, 1, "what was undone never left the phone");
    assert_eq!(crate::intake::number(&mut place.app, "SELECT COUNT(*) FROM photos"), 1);
    open_room(&phone, "3-2-1502");
    phone.wait_text(".case .photo-link", "照片");
    assert_eq!(place.app.audit(), "");
}

#[test]
fn somebody_else_takes_the_goods_in_one_tap() {
    let place = Place::new();
    let phone = place.phone();
    open_room(&phone, "3-2-1502");
    phone.screenshot("leader-household-foot");
    phone.click("[data-act=proxy]");
    phone.wait_text(".toast", "已核销 4 件");
    phone.wait_text(".line", "已连接");
    phone.click("[data-tab=served]");
    phone.click(".home-row");
    phone.wait_text(".pickup", "代提");
    assert!(place.day().to_string().contains("\"is_proxy\":true"));
}

#[test]
fn the_views_of_goods_are_drawn_in_english_and_in_the_dark() {
    let place = Place::new();
    let phone = place.phone_of("leader", LEADER);
    phone.prefer_dark(true);
    phone.goto(&place.gate.url("/leader?lang=en"));
    phone.wait_for(".home-row");
    phone.click("[data-act=receive]");
    phone.wait_text("[data-act=count]", "All");
    phone.click("[data-due=K001]");
    phone.screenshot("leader-receive-dark-english");
    phone.run("history.back()");
    search(&phone, "3-2-1502");
    phone.wait_for("[data-problem]");
    phone.click("[data-problem]");
    phone.wait_for("[data-act=report]");
    phone.screenshot("leader-problem-dark-english");
    assert_eq!(phone.complaints(), Vec::<String>::new());
}

#[test]
fn households_are_joined_with_an_undo_and_called_by_a_number_that_is_not_on_the_phone() {
    let place = Place::new();
    let phone = place.phone();
    open_room(&phone, "3-2-1502");
    phone.screenshot("leader-household-acts");
    phone.click("[data-act=join]");
    phone.type_into("#join-who", "3-2-1501");
    phone.click("[data-join]");
    phone.wait_text(".toast", "已并户");
    phone.wait_until("return document.querySelectorAll('.household section').length === 2");
    phone.screenshot("leader-joined");
    phone.click(".toast .undo");
    phone.wait_until("return document.querySelectorAll('.household section').length === 1");
    assert!(!place.day().to_string().contains("13800008127"));
    phone.click("[data-act=call]");
    phone.wait_text(".drawer .main", "13800008127");
    phone.screenshot("leader-call");
    assert_eq!(phone.complaints(), Vec::<String>::new());
}
