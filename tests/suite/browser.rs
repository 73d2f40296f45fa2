//! The pages in a real Chromium. Screenshots stay under `target/test-artefacts/` for people to look at.

mod accessible;
mod axe;
mod buyer;
mod chromium;
mod desk;
mod driver;
mod gate;
mod leader;
mod resident;
mod road;
use std::fs;

use crate::app::TestApp;
use crate::web::server::Server;
use chromium::{DESK, PHONE, dump_dom, page_count, paper, pdf, pdf_text, screenshot};

#[test]
fn the_first_page_lists_cycles_on_a_phone_and_on_a_desk() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::start(&day);
    let page = dump_dom(&server.url("/"), PHONE);
    for words in ["11月22日团（周日）", "261122", "已派车", "2026-11-23 周一", "单据 ›"] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    screenshot("first-page-phone", &server.url("/"), PHONE);
    screenshot("first-page-desk", &server.url("/"), DESK);
    screenshot("first-page-desk-english", &server.url("/?lang=en"), DESK);
}

#[test]
fn an_empty_database_has_a_page_that_says_what_to_do() {
    let app = TestApp::new();
    let server = Server::start(&app);
    assert!(dump_dom(&server.url("/?lang=en"), PHONE).contains("No cycles yet"));
    screenshot("empty-phone", &server.url("/"), PHONE);
}

#[test]
fn a_cycle_shows_its_figures_its_hours_and_its_sheets_in_the_order_of_the_night() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::start(&day);
    let page = dump_dom(&server.url("/cycles/261122"), DESK);
    let places: Vec<usize> = ["采购汇总", "采购单", "收货单", "总拣单", "播种分拣单", "派车单", "提货清单"]
        .iter()
        .map(|title| page.find(&format!("class=\"what\">{title}<")).unwrap_or_else(|| panic!("{title} is missing")))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.contains("<polyline class=\"own\"") && page.contains("截单时 "), "the hours are drawn");
    assert!(page.contains("最新") && page.contains("format=csv") && page.contains("format=html"));
    screenshot("cycle-phone", &server.url("/cycles/261122"), PHONE);
    screenshot("cycle-desk", &server.url("/cycles/261122"), DESK);
    let old = dump_dom(&server.url("/cycles/261122?version=2"), DESK);
    assert!(old.contains("旧版"), "an older version says so");
}

#[test]
fn a_pickup_list_prints_on_a4_with_its_head_on_every_page() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::start(&day);
    let sheets = server.json("/api/v1/cycles/261122/sheets?kind=pickup_list&limit=500");
    let most = sheets["sheets"].as_array().unwrap().iter().max_by_key(|sheet| sheet["total_qty"].as_u64()).unwrap();
    let file = pdf("pickup-list", &server.url(most["links"]["html"].as_str().unwrap()));
    let pages = page_count(&file);
    assert!((2..=40).contains(&pages), "{pages} pages");
    assert!(paper(&file).contains("(A4)"), "{}", paper(&file));
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    let running = format!("提货清单{}v", most["doc_no"].as_str().unwrap());
    for (number, page) in pdf_text(&file).split('\u{c}').take(pages).map(dense).enumerate() {
        assert!(page.contains(&running), "page {} has no head: {page}", number + 1);
        assert!(page.contains(&format!("{}/{pages}", number + 1)), "page {} has no number: {page}", number + 1);
    }
}

#[test]
fn a_script_in_a_name_is_shown_as_text() {
    let mut app = TestApp::pilot_day("open");
    let script = "<script>document.title='ran'</script>";
    let orders = format!(
        "order_no,leader_code,sku_code,ordered_qty,point_code,nickname,building,room,paid_at\n\
         261122-X1,L01,K001,1,P01,{script},9,901,2026-11-22 20:00:00\n"
    );
    let file = app.file("orders.csv", orders);
    app.tuan(&["import", "orders", file.to_str().unwrap(), "--cycle", "261122"]).done();
    app.now = "2026-11-22 23:00".to_owned();
    for step in [["cutoff", "261122"].as_slice(), &["procure", "261122"], &["receive", "261122", "--all-as-planned"]] {
        app.tuan(step).done();
    }
    app.tuan(&["allocate", "261122"]).done();
    let cycles = format!(
        "cycle_code,name,opens_at,cutoff_at,pickup_date\nX1,{script},2026-12-01 06:00,2026-12-01 23:00,2026-12-02\n"
    );
    let file = app.file("cycles.csv", cycles);
    app.tuan(&["import", "cycles", file.to_str().unwrap()]).done();
    let server = Server::start(&app);
    let first = dump_dom(&server.url("/"), DESK);
    let list = dump_dom(&server.url("/api/v1/cycles/261122/sheets/pickup_list?key=P01&format=html"), DESK);
    for page in [first, list] {
        assert!(page.contains("&lt;script&gt;document.title"), "the name is shown");
        assert!(!page.contains("<script") && !page.contains("<title>ran"), "and nothing of it ran");
    }
}

#[test]
fn the_dark_scheme_changes_the_paper() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::start(&day);
    let light = screenshot("scheme-light", &server.url("/"), PHONE);
    let dark = chromium::dark_screenshot("scheme-dark", &server.url("/"), PHONE);
    assert_ne!(fs::read(light).unwrap(), fs::read(dark).unwrap());
}

#[test]
fn a_test_can_drive_a_page() {
    let app = TestApp::new();
    let server = Server::start(&app);
    let browser = driver::Browser::phone(PHONE);
    browser.goto(&format!("http://{}/login", server.address()));
    browser.type_into("#login_name", "nobody");
    browser.type_into("#password", "none at all");
    browser.click("button.main");
    browser.wait_text(".wrong", "登录名或密码不对");
    browser.offline(true);
    assert_eq!(browser.run("return fetch('/healthz').then(() => 'on', () => 'off')"), "off");
    browser.offline(false);
    assert_eq!(browser.run("return fetch('/healthz').then(() => 'on', () => 'off')"), "on");
    browser.screenshot("sign-in-refused-phone");
}
