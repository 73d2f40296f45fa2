//! A day small enough to be worked out on paper: one warehouse, three points of three leaders, a few SKUs.

use std::collections::BTreeMap;

use crate::app::{Ran, TestApp, arg};
use crate::sheets::printed::Printed;

/// The cycle of every tiny day.
pub const CYCLE: &str = "T1";

const SUPPLIERS: &str = "supplier_code,name\nV1,甲供应商\n";
const WAREHOUSES: &str = "warehouse_code,name,kind\nW1,中心仓,central\n";
const LEADERS: &str = "leader_code,name,phone,point_code,point_name,warehouse_code,route_code,stop_seq\n\
    L1,周一,13800000001,P1,一号点,W1,R1,1\n\
    L2,周二,13800000002,P2,二号点,W1,R1,2\n\
    L3,周三,13800000003,P3,三号点,W1,R2,1\n";
const CYCLES: &str = "cycle_code,name,opens_at,cutoff_at,pickup_date,payment\n\
    T1,小团,2026-11-22 08:00,2026-11-22 23:00,2026-11-23,online\n";

/// An offer of a tiny day: further columns of `offers`, and its lines in queue order.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    pub sku: &'a str,
    pub terms: &'a [(&'a str, &'a str)],
    /// (number of the point, ordered, tolerance)
    pub lines: &'a [(u32, u32, u32)],
}

/// A database in which a tiny day goes on.
pub struct TinyDay {
    pub app: TestApp,
}

impl TinyDay {
    /// A day that is open with these offers and one order for each of their lines, none yet imported.
    pub fn open(offers: &[Offer<'_>]) -> TinyDay {
        let day = TinyDay { app: TestApp::new() };
        day.import("suppliers", SUPPLIERS);
        day.import("warehouses", WAREHOUSES);
        day.import("leaders", LEADERS);
        day.import("cycles", CYCLES);
        day.import("skus", &skus(offers));
        day.import("offers", &terms(offers));
        day.run(&["cycle", "open", CYCLE]);
        day
    }

    /// The same, with the orders in and the cycle frozen.
    pub fn frozen(offers: &[Offer<'_>]) -> TinyDay {
        let day = TinyDay::open(offers);
        day.import("orders", &orders(offers));
        day.run(&["cutoff", CYCLE]);
        day
    }

    /// The same, procured.
    pub fn procured(offers: &[Offer<'_>]) -> TinyDay {
        let day = TinyDay::frozen(offers);
        day.run(&["procure", CYCLE]);
        day
    }

    /// Writes a file of this kind.
    pub fn file(&self, kind: &str, text: &str) -> String {
        arg(&self.app.file(&format!("{kind}.csv"), text)).to_owned()
    }

    /// Imports a file that must be taken.
    #[track_caller]
    pub fn import(&self, kind: &str, text: &str) -> Ran {
        self.try_import(kind, text).done()
    }

    /// Imports a file that may be refused.
    pub fn try_import(&self, kind: &str, text: &str) -> Ran {
        let file = self.file(kind, text);
        self.app.tuan(&["import", kind, &file])
    }

    /// A step that must be done.
    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Ran {
        self.app.tuan(args).done()
    }

    /// Takes counts of one delivery: (SKU, arrived, whether that was all of it).
    #[track_caller]
    pub fn receive(&self, receipt_no: &str, counts: &[(&str, u64, bool)]) {
        let mut text = "receipt_no,po_no,sku_code,arrived_qty,closes\n".to_owned();
        for (sku, arrived, closes) in counts {
            text += &format!("{receipt_no},PO-T1-001,{sku},{arrived},{}\n", u8::from(*closes));
        }
        let file = self.file("receipts", &text);
        self.run(&["receive", CYCLE, &file]);
    }

    /// All sheets as they stand.
    #[track_caller]
    pub fn print(&self) -> Printed {
        Printed::of(&self.app, CYCLE, &[])
    }

    /// What each line of a SKU was given, in queue order.
    #[track_caller]
    pub fn given(&self, printed: &Printed, sku: &str) -> Vec<u32> {
        let mut by_room = BTreeMap::new();
        for row in printed.rows_of("09_pickup_list").iter().filter(|row| row.text("sku_name") == sku) {
            by_room.insert(row.number("room"), row.number("allocated_qty") as u32);
        }
        by_room.into_values().collect()
    }
}

/// The order of an offer's line: its place in the queue is its room.
pub fn order_no(sku: &str, place: usize) -> String {
    format!("{sku}-{place:02}")
}

fn skus(offers: &[Offer<'_>]) -> String {
    let mut text = "sku_code,name,spec,supplier_code,case_size,unit,price_unit,unit_price\n".to_owned();
    offers.iter().for_each(|offer| text += &format!("{0},{0},1份,V1,1,份,piece,1.00\n", offer.sku));
    text
}

/// The offers, all at ¥2.00.
fn terms(offers: &[Offer<'_>]) -> String {
    let mut keys: Vec<&str> = offers.iter().flat_map(|offer| offer.terms.iter().map(|(key, _)| *key)).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut text = format!("cycle_code,sku_code,sale_price,{}\n", keys.join(","));
    for offer in offers {
        let value = |key: &&str| offer.terms.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value);
        let values: Vec<&str> = keys.iter().map(value).collect();
        text += &format!("{CYCLE},{},2.00,{}\n", offer.sku, values.join(","));
    }
    text
}

/// An order for each line, a minute after the one before.
pub fn orders(offers: &[Offer<'_>]) -> String {
    let mut text = "order_no,leader_code,sku_code,ordered_qty,room,tolerance,paid_at\n".to_owned();
    for Offer { sku, lines, .. } in offers {
        for (place, (point, ordered, tolerance)) in lines.iter().enumerate() {
            let (no, room) = (order_no(sku, place + 1), place + 1);
            text += &format!("{no},L{point},{sku},{ordered},{room},{tolerance},2026-11-22 09:{room:02}\n");
        }
    }
    text
}
