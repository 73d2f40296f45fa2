//! The pilot day's own files, read without any of the code under test.

use std::collections::{BTreeMap, BTreeSet};

/// A row of a file: column key → cell.
pub type Record = BTreeMap<String, String>;

/// An order line that takes part, after the corrections.
#[derive(Clone, Debug)]
pub struct Line {
    pub order_no: String,
    pub leader_code: String,
    pub sku_code: String,
    pub ordered: i64,
    pub tolerance: i64,
}

/// The rows of a file of the pilot day.
pub fn read(name: &str) -> Vec<Record> {
    let path = crate::app::fixture(&format!("pilot_day/{name}.csv"));
    let mut reader = csv::Reader::from_path(path).expect("the fixture is there");
    reader.deserialize().map(|row| row.expect("the fixture is sound")).collect()
}

/// The lines of everybody who had paid by the cutoff, with the corrections of the night.
pub fn lines() -> Vec<Line> {
    let line = |row: &Record, order: &Record| Line {
        order_no: order["order_no"].clone(),
        leader_code: order["leader_code"].clone(),
        sku_code: row["sku_code"].clone(),
        ordered: number(&row["ordered_qty"]),
        tolerance: row.get("tolerance").map_or(0, |text| number(text)),
    };
    let mut orders = read("orders");
    orders.retain(|row| !row["paid_at"].is_empty());
    let mut lines: Vec<Line> = orders.iter().map(|row| line(row, row)).collect();
    for correction in read("corrections") {
        let is_it = |one: &Line| one.order_no == correction["order_no"] && one.sku_code == correction["sku_code"];
        let order = orders.iter().find(|row| row["order_no"] == correction["order_no"]).expect("a known order");
        match correction["action"].as_str() {
            "cancel" => lines.retain(|one| !is_it(one)),
            "add" => lines.push(line(&correction, order)),
            other => panic!("the pilot day has no {other}"),
        }
    }
    lines
}

/// The name of each SKU by its code; on the pilot day no two share one.
pub fn sku_names() -> BTreeMap<String, String> {
    let names: BTreeMap<String, String> =
        read("skus").into_iter().map(|row| (row["sku_code"].clone(), row["name"].clone())).collect();
    assert_eq!(names.values().collect::<BTreeSet<_>>().len(), names.len());
    names
}

/// A whole number; an empty cell is 0.
pub fn number(text: &str) -> i64 {
    if text.is_empty() { 0 } else { text.parse().expect("quantities are whole numbers") }
}

/// Yuan as fen.
pub fn fen(text: &str) -> i64 {
    let (yuan, cents) = text.split_once('.').unwrap_or((text, ""));
    format!("{yuan}{cents:0<2}").parse().expect("prices have up to two decimals")
}
