//! What orders may name in a synthetic day, and orders made of it: many persons, a few SKUs in most of the orders.

#![allow(dead_code, reason = "each bench uses its part")]

use crate::bare::Database;
use crate::server::authorization;

/// Persons who order, so that some order again.
const PERSONS: u64 = 20_000;

pub struct Goods {
    pub cycle: String,
    /// The middle of the cycle's window, in microseconds.
    pub now: i64,
    leaders: Vec<String>,
    skus: Vec<String>,
}

impl Goods {
    /// Those of an open cycle in a SQLite database.
    pub fn read(database: &str, cycle: &str) -> Goods {
        let db = Database::open(database);
        let middle =
            format!("SELECT CAST((opens_at + cutoff_at) / 2 AS TEXT) FROM cycles WHERE cycle_code = '{cycle}'");
        Goods {
            cycle: cycle.to_owned(),
            now: db.texts(&middle).remove(0).parse().expect("microseconds"),
            leaders: db.texts(
                "SELECT leader_code FROM leaders l WHERE \
                 (SELECT COUNT(*) FROM pickup_points p WHERE p.leader_id = l.id) = 1 ORDER BY leader_code",
            ),
            skus: db.texts(&format!(
                "SELECT sku_code FROM skus s JOIN offers o ON o.sku_id = s.id JOIN cycles c ON c.id = o.cycle_id \
                 WHERE c.cycle_code = '{cycle}' AND limit_per_resident IS NULL AND stock_cap IS NULL ORDER BY sku_code"
            )),
        }
    }

    /// Leader, phone and three SKUs of an order.
    pub fn order(&self, at: usize) -> (&str, String, [&str; 3]) {
        let mut dice = at as u64;
        let mut roll = |bound: usize| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((dice >> 33) as usize) % bound
        };
        let person = roll(PERSONS as usize);
        let leader = &self.leaders[person % self.leaders.len()];
        // A few SKUs make up most of the orders.
        let mut sku = |part: usize| {
            let first = 1 + roll(self.skus.len() / 3);
            &self.skus[part * self.skus.len() / 3 + roll(first)]
        };
        (leader, format!("138{person:08}"), [sku(0), sku(1), sku(2)])
    }

    /// `POST /api/v1/orders` of an order.
    pub fn request(&self, at: usize) -> Vec<u8> {
        let (leader, phone, skus) = self.order(at);
        let lines: Vec<String> = skus.iter().map(|sku| format!(r#"{{"sku":"{sku}","qty":2,"tolerance":1}}"#)).collect();
        let body = format!(
            r#"{{"cycle":"{}","leader":"{leader}","resident":{{"name":"王小芳","phone":"{phone}","building":"3","room":"1502"}},"lines":[{}]}}"#,
            self.cycle,
            lines.join(",")
        );
        let key = format!("0193{at:08x}-7000-8000-{:012x}", at.wrapping_mul(2_654_435_761));
        post("/api/v1/orders", &format!("Idempotency-Key: {key}\r\n"), &body)
    }
}

/// A request with a JSON body; `heads` are whole lines.
pub fn post(path: &str, heads: &str, body: &str) -> Vec<u8> {
    let who = authorization();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{who}\r\n{heads}\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n\r\n", authorization()).into_bytes()
}
