//! Counting deliveries: by keyboard, by scanning, from a sheet filled in, twice, and through a reload.

use super::{Place, ready, told};
use crate::app::{arg, fixture};
use crate::browser::chromium::DESK;
use crate::browser::driver::Browser;
use crate::browser::driver::keys::{CONTROL, ENTER, TAB};

/// The focus: SKU and part.
fn focus(desk: &Browser) -> String {
    desk.text_of(
        "const at = document.activeElement; const row = at.closest('tr'); return `${row && row.dataset.sku} ${at.dataset.part}`",
    )
}

#[test]
fn lines_are_counted_by_keyboard_and_differences_turn_amber() {
    let mut place = Place::at("procured");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122/receiving?po=PO-261122-001");
    assert_eq!(focus(&desk), "K001 cases");
    desk.press("1");
    desk.press(TAB);
    assert_eq!(focus(&desk), "K001 loose");
    desk.press("3");
    desk.press(TAB);
    assert_eq!(focus(&desk), "K001 rejected");
    desk.press("2");
    desk.press(ENTER);
    assert_eq!(focus(&desk), "K002 cases");
    desk.wait_text("#K001 .differs", "还差");
    desk.press("999");
    desk.wait_text("#K002.amber .differs", "多");
    // A reload keeps what was typed.
    desk.goto(&place.url("/warehouse/261122/receiving?po=PO-261122-001"));
    ready(&desk);
    assert_eq!(desk.text_of("return document.querySelector('#K001 [data-part=loose]').value"), "3");
    desk.run("document.querySelector('#K002 [data-part=cases]').focus()");
    desk.press("0");
    desk.press(" ");
    desk.wait_text("#K002.amber .differs", "少");
    desk.screenshot("desk-receiving-amber");
    desk.press(&format!("{CONTROL}{ENTER}"));
    told(&desk, "已收 2 行");
    desk.wait_text("#K001 .before", "23");
    // A second truck, then the first one counted again.
    desk.wait_text("#counting .title", "RS-261122-001-2");
    desk.click(".deliveries a");
    ready(&desk);
    desk.wait_text("#counting .title", "复点");
    assert_eq!(desk.text_of("return document.querySelector('#K001 [data-part=cases]').value"), "1");
    desk.run("document.querySelector('#K001 [data-part=cases]').focus()");
    desk.press("2");
    desk.press(&format!("{CONTROL}{ENTER}"));
    told(&desk, "已收");
    assert_eq!(desk.complaints(), Vec::<String>::new());
    let counts = "SELECT CAST(COUNT(*) AS TEXT) AS line FROM receipt_lines WHERE count_no = 2";
    assert_eq!(crate::app::books::lines(&mut place.app.db, counts), ["1"]);
    assert_eq!(place.app.audit(), "");
}

/// A delivery that was read from a file with lots, weights and dates; then one of its lines is counted again.
#[test]
fn a_recount_of_one_line_leaves_the_rest_of_the_delivery_as_it_was() {
    let mut place = Place::at("receiving");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122/receiving?po=PO-261122-001&receipt=RS-261122-001-1");
    desk.press(&format!("{CONTROL}{ENTER}"));
    desk.wait_text("#refused", "没有改动");
    desk.run("document.querySelector('#K002 [data-part=loose]').focus()");
    desk.press("1");
    desk.press(&format!("{CONTROL}{ENTER}"));
    told(&desk, "已收 1 行");
    let again = "SELECT lot || ' ' || qc || ' ' || best_before || ' ' || CAST(net_g AS TEXT) || ' ' || \
                 CAST(arrived_qty AS TEXT) AS line FROM receipt_lines WHERE count_no = 2";
    assert_eq!(crate::app::books::lines(&mut place.app.db, again), ["20261122 合格 2026-11-26 47586 121"]);
    assert_eq!(place.app.audit(), "");
}

/// Two desks hold the same number for two trucks that brought the same.
#[test]
fn a_second_truck_is_not_taken_for_the_first() {
    let mut place = Place::at("procured");
    let address = "/warehouse/261122/receiving?po=PO-261122-001";
    let desks = [place.desk_of("warehouse", DESK), place.desk_of("warehouse", DESK)];
    for desk in &desks {
        place.open(desk, address);
        desk.press("1");
        desk.wait_text(".tally", "已数 1");
    }
    desks[0].press(&format!("{CONTROL}{ENTER}"));
    told(&desks[0], "已收 1 行");
    desks[1].press(&format!("{CONTROL}{ENTER}"));
    desks[1].wait_text("#refused", "1 行与已记的 RS-261122-001-1 相同，没有再记");
    place.open(&desks[1], address);
    desks[1].wait_text("#counting .title", "RS-261122-001-2");
    desks[1].press("1");
    desks[1].press(&format!("{CONTROL}{ENTER}"));
    told(&desks[1], "RS-261122-001-2 已收 1 行");
    assert_eq!(place.app.audit(), "");
}

#[test]
fn a_scan_jumps_to_its_line_wherever_it_is() {
    let place = Place::at("procured");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122/receiving?po=PO-261122-001");
    desk.run("document.getElementById('scan').focus()");
    desk.press(&format!("k002{ENTER}"));
    assert_eq!(focus(&desk), "K002 cases");
    desk.run("document.getElementById('scan').focus()");
    desk.press(&format!("no-such-code{ENTER}"));
    desk.wait_text(".toast.desk", "没有找到");
    // A code of another order leads there, to its line.
    let other = desk.text_of(
        "return [...document.querySelectorAll('.orders li')].find((li) => !li.querySelector('[aria-current]')).dataset.codes.split(' ')[0]",
    );
    desk.run("document.getElementById('scan').value = ''; document.getElementById('scan').focus()");
    desk.press(&format!("{other}{ENTER}"));
    desk.wait_until("return !location.search.includes('PO-261122-001')");
    ready(&desk);
    assert_eq!(focus(&desk), format!("{other} cases"));
}

#[test]
fn a_sheet_filled_in_is_read_back_with_all_its_faults_at_once() {
    let place = Place::at("procured");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122/receiving");
    let bad = place.app.file(
        "bad.csv",
        "收货次号,采购单号,商品编码,实到件数\nRS-261122-001-1,PO-261122-001,K001,abc\nRS-261122-001-1,PO-261122-001,NONE,5\nRS-1,PO-NONE,K001,5\n",
    );
    desk.choose_file("[data-upload] input[type=file]", &bad);
    desk.wait_text("[data-upload] .faults", "处错误，什么都没有写入");
    desk.wait_text("[data-upload] .faults", "abc");
    desk.screenshot("desk-receiving-faults");
    let good = fixture("pilot_day/receipts.csv");
    desk.choose_file("[data-upload] input[type=file]", &good);
    told(&desk, "已写入");
    assert_eq!(place.server.json("/api/v1/cycles/261122")["state"], "receiving");
    desk.wait_text(".orders", "✓");
    desk.screenshot("desk-receiving-read");
}

#[test]
fn wrong_goods_wait_for_the_buyers_word() {
    let place = Place::at("procured");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122/wrong-goods");
    desk.type_into("[name=what]", "小白菜 🥬 <script>document.title='ran'</script>");
    desk.type_into("[name=qty]", "24");
    desk.goto(&place.url("/warehouse/261122/wrong-goods"));
    ready(&desk);
    assert_eq!(desk.text_of("return document.querySelector('[name=qty]').value"), "24", "kept over a reload");
    desk.click("form [type=submit], form .act.main");
    told(&desk, "已记下");
    desk.wait_text(".wrong-goods", "<script>");
    desk.wait_text(".wrong-goods", "等采购到");
    place.open(&desk, "/warehouse/261122");
    desk.wait_text(".board", "错货 1 笔等采购定");
    place.open(&desk, "/warehouse/261122/wrong-goods");
    assert_eq!(desk.count(".row-form"), 0, "the desk does not decide");
    let buyer = place.desk_of("buyer", DESK);
    place.open(&buyer, "/warehouse/261122/wrong-goods");
    buyer.run("const field = document.querySelector('[name=give_back_fen]'); field.value = '1.50'; field.focus()");
    buyer.press(ENTER);
    told(&buyer, "已定");
    buyer.wait_text(".wrong-goods", "替代发货，每件退 ¥1.50");
    buyer.screenshot("desk-wrong-goods");
    assert_eq!(buyer.complaints(), Vec::<String>::new());
}

#[test]
fn stock_is_counted_as_a_table() {
    let mut place = Place::at("open");
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122/stock");
    let book: i64 =
        desk.text_of("return document.querySelector('tr[data-book]').dataset.book").parse().expect("a number");
    desk.run("document.querySelector('.stock .count').focus()");
    desk.press(&(book + 3).to_string());
    desk.wait_text(".stock .amber .differs", "+3");
    desk.screenshot("desk-stock");
    // What was begun of a lot that nobody knew survives a reload.
    desk.type_into("tr.added [data-part=lot]", "L9");
    place.open(&desk, "/warehouse/261122/stock");
    assert_eq!(desk.text_of("return document.querySelector('tr.added [data-part=lot]').value"), "L9");
    desk.press(&format!("{CONTROL}{ENTER}"));
    told(&desk, "盘点已保存");
    assert_eq!(desk.text_of("return document.querySelector('tr[data-book]').dataset.book"), (book + 3).to_string());
    assert_eq!(place.app.audit(), "");
}

#[test]
fn a_count_over_several_pages_of_lots_is_saved_as_one() {
    let mut place = Place::at("open");
    let lots = (0..260).map(|lot| format!("C1,K067,{},N{lot:03},2027-01-01\n", 5 + lot % 7));
    let file = place
        .app
        .file("stock.csv", format!("warehouse_code,sku_code,qty,lot,best_before\n{}", lots.collect::<String>()));
    place.app.tuan(&["import", "stock", arg(&file)]).done();
    let desk = place.desk_of("warehouse", DESK);
    place.open(&desk, "/warehouse/261122/stock");
    assert_eq!(desk.count("tr[data-book]"), 200);
    desk.type_into("tr[data-lot=N000] .count", "1");
    desk.click(".pages a");
    desk.wait_for("tr[data-lot=N259]");
    desk.wait_text(".tally", "其中 1 行不在这一页");
    desk.type_into("tr[data-lot=N259] .count", "2");
    desk.screenshot("desk-stock-paged");
    desk.click("[data-act=save]");
    told(&desk, "盘点已保存：2 行");
    place.open(&desk, "/warehouse/261122/stock?q=n000");
    assert_eq!(desk.text_of("return document.querySelector('tr[data-book]').dataset.book"), "1");
    assert_eq!(desk.count("tr[data-book]"), 1);
    place.open(&desk, "/warehouse/261122/stock?q=nothing");
    desk.wait_text(".empty", "没有找到");
    assert_eq!(place.app.audit(), "");
}

#[test]
fn what_is_on_paper_is_entered_by_the_number_that_stands_on_it() {
    let mut place = Place::at("dispatched");
    let desk = place.desk_of("admin", DESK);
    place.open(&desk, "/warehouse/261122/paper?doc_no=rs-261122-001");
    assert!(desk.path().contains("/receiving?po=PO-261122-001"), "{}", desk.path());
    place.open(&desk, "/warehouse/261122/paper?doc_no=XX-1");
    desk.wait_text(".wrong", "没有单据 XX-1");
    place.open(&desk, "/warehouse/261122/paper?doc_no=PK-261122-001");
    desk.click(".ticks tbody tr:nth-child(1) .pick");
    desk.click(".ticks tbody tr:nth-child(2) .pick");
    desk.wait_text(".tally", "勾了 2 户");
    desk.screenshot("desk-paper");
    desk.click("#ticks [type=submit]");
    told(&desk, "已补录 2 户");
    assert_eq!(desk.count(".ticks input:checked:disabled"), 2);
    assert_eq!(place.app.audit(), "");
}
