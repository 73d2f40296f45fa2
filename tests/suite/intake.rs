//! Orders over the network: none lost, none twice, none beyond its bounds, whatever comes at once or breaks off.

mod caps;
pub mod client;
pub mod killed;
mod money;
mod pickup_list;
mod pickups;
mod placing;
mod races;

use serde_json::{Value, json};

use crate::app::books::lines;
use crate::app::{TestApp, arg};
use client::{Answer, Client};

/// The pilot day an hour before its cutoff.
fn open_day() -> TestApp {
    let mut app = TestApp::pilot_day("open");
    app.now = "2026-11-22 22:00".to_owned();
    app
}

/// The same with another way of paying: `at_pickup`, `in_person` or `online`.
pub fn open_day_paid(payment: &str) -> TestApp {
    let mut app = open_day();
    let mut changes = format!("UPDATE cycles SET payment = '{payment}'; DELETE FROM payment_holds;");
    if payment == "at_pickup" {
        // So a file without payment times would have been taken.
        changes += "UPDATE orders SET paid_at = placed_at WHERE state = 'unpaid';";
    }
    app.db.execute_batch(&changes).expect("the test owns its database");
    app
}

/// An order of one line.
pub fn order(leader: &str, phone: u64, sku: &str, qty: u32) -> Value {
    json!({
        "cycle": "261122", "leader": leader, "resident": { "phone": format!("13{phone:09}"), "name": "王芳" },
        "lines": [{ "sku": sku, "qty": qty }],
    })
}

/// Bounds an offer anew, as an import of the catalogue does while orders come in.
fn bound(app: &TestApp, sku: &str, price: &str, limit: &str, cap: &str) {
    let text =
        format!("cycle_code,sku_code,sale_price,limit_per_resident,stock_cap\n261122,{sku},{price},{limit},{cap}\n");
    let file = app.file("bounds.csv", text);
    app.tuan(&["import", "offers", arg(&file)]).done();
}

/// The one number that a query gives.
pub fn number(app: &mut TestApp, sql: &str) -> i64 {
    let sql = format!("SELECT CAST(({sql}) AS TEXT) AS line");
    lines(&mut app.db, &sql)[0].parse().expect("a number")
}

/// The totals a server tells are those that a recount of the rows gives, and the audit has nothing to say.
#[track_caller]
pub fn totals_are_right(app: &mut TestApp, client: &Client) {
    let told = client.get("/api/v1/cycles/261122/totals").json();
    let said: Value = serde_json::from_str(&app.tuan(&["cycle", "show", "261122", "--json"]).done().stdout).unwrap();
    for key in ["orders", "lines", "ordered_qty", "unpaid_qty", "sales_fen", "skus", "leaders", "suppliers"] {
        assert_eq!(told[key], said[key], "{key}");
    }
    assert_eq!(app.audit(), "");
}

/// Whether an answer is a refusal of this kind.
#[track_caller]
pub fn is_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{}", answer.text());
}
