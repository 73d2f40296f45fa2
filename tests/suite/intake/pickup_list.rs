//! The list on a leader's screen: the rows of the paper, and what was handed out since.

use serde_json::{Value, json};

use super::client::Client;
use super::is_refused;
use super::pickups::{allocated_day, confirm, event};
use crate::web::server::Server;

const LIST: &str = "/api/v1/points/P01/pickup-list?cycle=261122";

fn orders(list: &Value) -> Vec<Value> {
    let households = list["households"].as_array().expect("households");
    households.iter().flat_map(|household| household["orders"].as_array().expect("orders").clone()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string().replace("null", ""), str::to_owned)
}

#[test]
fn the_screen_has_the_rows_of_the_paper() {
    let (app, ..) = allocated_day();
    let server = Server::start(&app);
    let list = Client::of(&server).get(LIST).json();
    let sheet = server.get("/api/v1/cycles/261122/sheets/pickup_list?key=P01&heads=key").body;
    let mut paper = csv::Reader::from_reader(&sheet[3..]);
    let heads = paper.headers().expect("a head").clone();
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap_or_else(|| panic!("{name}"));
    let keys = ["chain_no", "building", "unit_no", "room", "resident", "nickname", "phone_tail4", "remark"];
    let line_keys = ["sku_name", "spec", "unit", "ordered_qty", "allocated_qty"];
    let mut printed = Vec::new();
    for row in paper.records() {
        let row = row.expect("a row");
        // As a reader of our files takes the guards off.
        let bare = |text: &str| text.strip_prefix('\'').unwrap_or(text).trim_end_matches('\t').to_owned();
        let cell = |key: &&str| bare(&row[column(key)]);
        printed.push((cell(&"seq"), keys.iter().map(cell).collect(), line_keys.iter().map(cell).collect()));
    }
    let mut shown: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for household in list["households"].as_array().expect("households") {
        for order in household["orders"].as_array().expect("orders") {
            for line in order["lines"].as_array().expect("lines") {
                let cells = |object: &Value, keys: &[&str]| keys.iter().map(|key| text(&object[*key])).collect();
                shown.push((household["seq"].to_string(), cells(order, &keys), cells(line, &line_keys)));
            }
        }
    }
    assert!(!printed.is_empty());
    for (shown, printed) in shown.iter().zip(&printed) {
        assert_eq!(shown, printed);
    }
    assert_eq!(shown.len(), printed.len());
    assert_eq!(list["household_count"], json!(list["households"].as_array().map(Vec::len)));
}

#[test]
fn what_is_handed_out_and_paid_shows_at_once_and_what_comes_back_too() {
    let (app, order_no, _) = allocated_day();
    let server = Server::start(&app);
    let client = Client::of(&server);
    let own = |list: &Value| orders(list).into_iter().find(|order| order["order_no"] == order_no.as_str()).expect("it");
    let before = client.get(LIST).json();
    let (served, due) = (before["served_count"].as_u64().expect("a count"), own(&before)["lines"][0].clone());
    assert!(due["due_amount_fen"].as_i64().is_some_and(|fen| fen > 0) && due["handed_qty"] == 0, "{due}");
    assert_eq!(confirm(&client, &[event("e1", json!({ "order_no": order_no }))]), ["confirmed"]);
    assert_eq!(client.post(&format!("/api/v1/orders/{order_no}/payment"), "").status, 200);
    let after = client.get(LIST).json();
    let order = own(&after);
    assert_eq!((after["served_count"].as_u64(), &order["is_due"]), (Some(served + 1), &json!(false)));
    assert_eq!((&order["pickups"][0]["event_id"], &order["pickups"][0]["by"]), (&json!("e1"), &json!("周桂兰")));
    for line in order["lines"].as_array().expect("lines") {
        assert_eq!((&line["handed_qty"], &line["due_amount_fen"]), (&line["allocated_qty"], &json!(0)), "{line}");
    }
    assert_eq!(client.post("/api/v1/pickups/e1/reverse", "").status, 200);
    let back = client.get(LIST).json();
    assert_eq!((back["served_count"].as_u64(), &own(&back)["pickups"]), (Some(served), &json!([])));
}

#[test]
fn there_is_no_list_of_an_open_cycle_or_another_leaders_point() {
    let (app, ..) = allocated_day();
    let server = Server::start(&app);
    let client = Client::of(&server);
    is_refused(&client.get("/api/v1/points/P99/pickup-list?cycle=261122"), 404, "not_found");
    is_refused(&client.get("/api/v1/points/P01/pickup-list?cycle=none"), 404, "not_found");
    assert_eq!(client.get("/api/v1/points/P01/pickup-list").status, 422);
    let leader = server.as_role("leader");
    assert_eq!(leader.get(LIST).status, 200);
    let foreign = leader.get("/api/v1/points/P02/pickup-list?cycle=261122");
    assert_eq!((foreign.status, foreign.json()["code"].as_str()), (404, Some("not_found")));
    drop(server);
    let open = super::open_day();
    is_refused(&Client::of(&Server::start(&open)).get(LIST), 409, "wrong_state");
}
