//! An offer with a cap: the buyer sees it fill up, in the totals and in the log.

use serde_json::Value;

use super::client::Client;
use super::{bound, is_refused, number, open_day_paid, order, totals_are_right};
use crate::web::server::Server;

fn sku(client: &Client, code: &str) -> Value {
    let totals = client.get("/api/v1/cycles/261122/totals").json();
    totals["skus"].as_array().unwrap().iter().find(|sku| sku["sku_code"] == code).cloned().expect("it was ordered")
}

#[test]
fn a_cap_that_fills_up_is_seen_in_the_totals_and_told_once_a_share_in_the_log() {
    let mut app = open_day_paid("in_person");
    let sold = number(
        &mut app,
        "SELECT SUM(l.ordered_qty) FROM order_lines l JOIN offers f ON f.offer_no = l.offer_no JOIN skus s ON s.id = f.sku_id \
         JOIN orders o ON o.cycle_id = l.cycle_id AND o.id = l.order_id WHERE s.sku_code = 'K002' AND o.state IN ('paid', 'unpaid')",
    );
    let cap = 2 * sold;
    bound(&app, "K002", "2.69", "", &cap.to_string());
    let server = Server::start(&app);
    let client = Client::of(&server);
    let seen = sku(&client, "K002");
    assert_eq!(
        (&seen["stock_cap"], &seen["sold_qty"], &seen["cap_warning_pct"]),
        (&cap.into(), &sold.into(), &Value::Null)
    );
    assert_eq!(sku(&client, "K001")["stock_cap"], Value::Null);
    let mut now = sold;
    for percent in [80, 95, 100] {
        let qty = (cap * percent + 99) / 100 - now;
        // One piece less is not yet that share; unpaid pieces count like paid ones.
        for part in [qty - 1, 1].into_iter().filter(|part| *part > 0) {
            let answer = client.order(&format!("{percent}-{part}"), &order("L01", now as u64, "K002", part as u32));
            assert_eq!(answer.status, 201, "{}", answer.text());
            now += part;
        }
        let seen = sku(&client, "K002");
        assert_eq!((&seen["sold_qty"], &seen["cap_warning_pct"]), (&now.into(), &percent.into()));
    }
    is_refused(&client.order("more", &order("L01", 1, "K002", 1)), 409, "sold_out");
    totals_are_right(&mut app, &client);
    let log = server.log();
    let told: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let told: Vec<(&Value, &Value, &Value)> = told
        .iter()
        .map(|line| if line["sku"].is_null() { &line["fields"] } else { line })
        .filter(|line| line["sku"] == "K002")
        .map(|line| (&line["cycle"], &line["sku"], &line["percent"]))
        .collect();
    let want = [80, 95, 100].map(|percent| (Value::from("261122"), Value::from("K002"), Value::from(percent)));
    assert_eq!(told, want.iter().map(|(cycle, sku, percent)| (cycle, sku, percent)).collect::<Vec<_>>(), "{log}");
    // A leader is not told what others have sold.
    let own = server.as_role("leader").json("/api/v1/cycles/261122/totals");
    assert!(own["skus"].as_array().unwrap().iter().all(|sku| sku["stock_cap"].is_null()));
}
