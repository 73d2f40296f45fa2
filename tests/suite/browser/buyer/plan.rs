//! Changing the plan: with the keyboard alone, and by trying terms first.

use serde_json::json;

use super::{DESK, Place, press, shown};

const FIRST: &str = "tr.line:nth-of-type(1)";

#[test]
fn an_edit_shows_its_effect_at_once_and_is_saved_with_a_reason_by_keyboard_alone() {
    let mut place = Place::procured();
    let desk = place.open(DESK, "/buyer?cycle=261122&supplier=S01");
    let before = place.trial()["real"].clone();
    press(&desk, "/");
    desk.wait_until("return document.activeElement.id === 'find'");
    press(&desk, "Escape");
    press(&desk, "j");
    desk.wait_until("return new URLSearchParams(location.search).get('supplier') !== 'S01'");
    press(&desk, "k");
    desk.wait_until("return document.getElementById('section').dataset.supplier !== ''");
    desk.goto(&place.url("/buyer?cycle=261122&supplier=S01"));
    desk.wait_for(".board.opened");
    desk.run(&format!("document.querySelector('{FIRST} input.count').focus()"));
    press(&desk, "ArrowUp");
    press(&desk, "ArrowUp");
    desk.wait_text(&format!("{FIRST} [data-f=planned_qty]"), "→");
    desk.wait_text("#sums [data-sum=cases]", "+2");
    desk.wait_text("#pending", "1 行改动未保存");
    desk.screenshot("buyer-edit-desk");
    desk.goto(&place.url("/buyer?cycle=261122&supplier=S01"));
    desk.wait_text("#pending", "1 行改动未保存");
    desk.run("document.getElementById('reason').focus()");
    press(&desk, "Enter");
    desk.wait_text("#fault", "写一句原因");
    desk.type_into("#reason", "多备");
    press(&desk, "Enter");
    desk.wait_text("#toast", "已保存 1 行");
    desk.wait_text(&format!("{FIRST} .notes"), "多备");
    let after = place.trial()["real"].clone();
    assert_eq!(after["cases"].as_u64(), before["cases"].as_u64().map(|cases| cases + 2));
    assert_eq!(desk.complaints(), Vec::<String>::new());
    assert_eq!(place.app.audit(), "");
}

#[test]
fn terms_are_tried_beside_the_real_column_and_nothing_is_saved_until_it_is_chosen() {
    let mut place = Place::procured();
    let books = place.app.books();
    let desk = place.open(DESK, "/buyer?cycle=261122&supplier=S01");
    press(&desk, "t");
    desk.wait_for(".try-row");
    desk.click(".try-row input[type=checkbox]");
    desk.wait_text(&format!("{FIRST} td.cases"), "→ 0");
    desk.wait_text(&format!("{FIRST} [data-f=short]"), "→");
    desk.wait_text("#sums [data-sum=refund_fen]", "→");
    desk.screenshot("buyer-trial-desk");
    assert_eq!(place.app.books(), books, "a trial saves nothing");
    desk.goto(&place.url("/buyer?cycle=261122&supplier=S01"));
    desk.wait_text(&format!("{FIRST} td.cases"), "→ 0");
    desk.click("[data-act=adopt]");
    desk.wait_text("#pending", "未保存");
    assert_eq!(place.app.books(), books, "taken over is not saved either");
    desk.click("[data-act=save]");
    desk.wait_text("#toast", "已保存");
    assert_eq!(shown(&desk, "#pending"), "");
    assert_ne!(place.app.books(), books);
    assert_eq!(place.app.audit(), "");
    // A case of another size is the supplier's to agree to.
    press(&desk, "t");
    desk.wait_for(".try-row");
    desk.type_into(".try-row:nth-of-type(4) input.count", "7");
    desk.wait_for("tr.changed .try");
    desk.click("[data-act=adopt]");
    desk.wait_text("#fault", "下期才生效");
    assert_eq!(desk.complaints(), Vec::<String>::new());
}

#[test]
fn what_changed_under_an_unsaved_edit_is_shown_before_it_is_overwritten() {
    let mut place = Place::procured();
    let desk = place.open(DESK, "/buyer?cycle=261122&supplier=S01");
    let change = |sku: &str, cases: u64| {
        let row = json!({
            "supplier_code": "S01", "warehouse_code": "C1", "sku_code": sku, "cases": cases, "reason": "别人改的",
        });
        let done = place.server.as_role("buyer").post("/api/v1/cycles/261122/plan", &json!({ "rows": [row] }));
        assert_eq!(done.status, 200, "{}", done.text());
    };
    let sku = |at: u8| desk.text_of(&format!("return document.querySelectorAll('tr.line')[{at}].dataset.sku"));
    let (own, other) = (sku(0), sku(1));
    let edit = |cases: &str| {
        desk.run(&format!(
            "const field = document.querySelector('tr.line[data-sku={own}] input.count'); field.value = '{cases}'; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        ));
        desk.wait_text("#pending", "1 行改动未保存");
        desk.type_into("#reason", "多备");
    };
    edit("77");
    change(&own, 3);
    desk.click("[data-act=save]");
    desk.wait_text("#fault", &format!("箱数刚变了：{own}"));
    desk.wait_text("#pending", "1 行改动未保存");
    desk.wait_until(&format!("return document.querySelector('tr.line[data-sku={own}]').dataset.cases === '3'"));
    desk.click("[data-act=save]");
    desk.wait_text("#toast", "已保存 1 行");
    desk.wait_until(&format!("return document.querySelector('tr.line[data-sku={own}]').dataset.cases === '77'"));
    // A change of other lines is nothing that an edit overwrites.
    edit("78");
    change(&other, 4);
    desk.click("[data-act=save]");
    desk.wait_until(&format!("return document.querySelector('tr.line[data-sku={own}]').dataset.cases === '78'"));
    assert_eq!(place.app.audit(), "");
}
