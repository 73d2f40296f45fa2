//! Goods with bounds: what is missing, what is left, what one may take.

use super::{Place, fill, take};
use crate::app::arg;
use serde_json::json;

/// Changes terms of offers, as an import of the catalogue does.
fn terms(place: &Place, rows: &str) {
    let head = "cycle_code,sku_code,sale_price,limit_per_resident,stock_cap,threshold_qty";
    let file = place.app.file("terms.csv", format!("{head}\n{rows}\n"));
    place.app.tuan(&["import", "offers", arg(&file)]).done();
}

/// A neighbour orders over the API.
fn order_of_another(place: &Place, sku: &str, qty: i64) {
    let body = json!({ "cycle": "261122", "leader": "L02", "resident": { "nickname": "别家" }, "lines": [{ "sku": sku, "qty": qty }] });
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", sku)];
    let answer = place.server.device().send("POST", "/api/v1/orders", &headers, body.to_string().as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.text());
}

/// Pieces of a SKU that were ordered so far.
fn ordered(place: &Place, sku: &str) -> i64 {
    let totals = place.server.json("/api/v1/cycles/261122/totals");
    let skus = totals["skus"].as_array().expect("totals");
    skus.iter().find(|row| row["sku_code"] == sku).map_or(0, |row| row["ordered_qty"].as_i64().expect("a number"))
}

#[test]
fn goods_say_what_is_missing_and_what_is_left() {
    let place = Place::open("at_pickup");
    let so_far = |sku: &str| ordered(&place, sku);
    terms(
        &place,
        &format!(
            "261122,K001,2.49,,{},\n261122,K002,2.69,2,,\n261122,K003,2.59,,,{}\n261122,K004,2.79,,{},",
            so_far("K001"),
            so_far("K003") + 7,
            so_far("K004") + 3
        ),
    );
    let phone = place.phone("/g/L01");
    phone.wait_text("[data-sku=K001] .hint", "已售罄");
    phone.wait_text("[data-sku=K002] .limit", "限购 2 把");
    phone.wait_text("[data-sku=K003] .hint", "还差 7 袋成团");
    phone.wait_text("[data-sku=K004] .hint", "只剩 3");
    assert!(phone.run("return document.querySelector('[data-sku=K001] [data-step=\"1\"]').disabled") == true);
    phone.screenshot("resident-hints");
    phone.axe();
    assert!(phone.count(".hint:not(:empty)") > 10, "most cases are begun");
    take(&phone, "K002");
    take(&phone, "K002");
    assert!(phone.run("return document.querySelector('[data-sku=K002] [data-step=\"1\"]').disabled") == true);
}

#[test]
fn sold_out_and_over_the_limit_name_the_line_and_the_way_out() {
    let mut place = Place::open("at_pickup");
    terms(&place, &format!("261122,K001,2.49,,{},\n261122,K002,2.69,2,,", ordered(&place, "K001") + 3));
    let phone = place.phone("/g/L01");
    phone.wait_for("#foot:not([hidden])");
    for _ in 0..3 {
        take(&phone, "K001");
    }
    take(&phone, "K005");
    order_of_another(&place, "K001", 2);
    fill(&phone, "小芳妈");
    phone.click("#place");
    phone.wait_text("#order-words", "上海青只剩 1 份。其他都还在。");
    phone.wait_text("#mend", "改成 1 份");
    phone.screenshot("resident-sold-out");
    phone.axe();
    order_of_another(&place, "K005", 1);
    phone.click("#mend");
    phone.wait_text("[data-line=K001] .count", "1");
    phone.click("#place");
    phone.wait_text(".standing", "已下单");
    // The same neighbour, once more: the limit counts all of theirs.
    for (first, want) in [(true, "已下单"), (false, "空心菜限购，你还可以订 1 把")] {
        phone.goto(&place.gate.url("/g/L01"));
        phone.wait_for("#foot:not([hidden])");
        take(&phone, "K002");
        if !first {
            take(&phone, "K002");
        }
        phone.click("#place");
        phone.wait_for("#order:not([hidden])");
        phone.click("#place");
        phone.wait_text(if first { ".standing" } else { "#order-words" }, want);
    }
    phone.screenshot("resident-over-limit");
    phone.click("#mend");
    phone.click("#place");
    phone.wait_text(".standing", "已下单");
    assert_eq!(place.placed(), 5);
    assert_eq!(place.app.audit(), "");
}
