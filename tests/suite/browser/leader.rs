//! The leader's phone as a leader uses it, on a point of 300 households: doors that look alike, names of all kinds, money
//! still to be collected.

mod crowd;
mod goods;
mod helping;
mod hour;
mod labels;
mod looks;
mod offline;
mod orders;
mod queue;

use serde_json::Value;

use super::chromium::PHONE;
use super::driver::Browser;
use super::gate::Gate;
use crate::app::TestApp;
use crate::web::server::Server;
use crowd::LEADER;

/// A server with its crowd, a gate before it, and phones.
struct Place {
    app: TestApp,
    server: Server,
    gate: Gate,
}

impl Place {
    fn new() -> Place {
        Place::with(crowd::day())
    }

    fn with(app: TestApp) -> Place {
        let server = Server::unpaced(&app);
        let gate = Gate::before(server.address());
        Place { app, server, gate }
    }

    /// A phone on which this leader has signed in, its clock at noon of the day, no page open.
    fn phone_of(&self, role: &str, leader: &str) -> Browser {
        let phone = Browser::phone(PHONE);
        phone.before_pages(NOON);
        phone.goto(&self.gate.url("/login"));
        let person = self.server.as_role_of(role, leader);
        phone.put_cookie(person.lines().trim().trim_start_matches("Cookie: "));
        phone
    }

    /// The same, with the list before its eyes.
    fn phone(&self) -> Browser {
        let phone = self.phone_of("leader", LEADER);
        self.open(&phone);
        phone
    }

    fn open(&self, phone: &Browser) {
        phone.goto(&self.gate.url("/leader"));
        phone.wait_for(".home-row");
        phone.wait_text(".line", "已连接");
    }

    /// The day as the server tells it.
    fn day(&self) -> Value {
        self.server.as_role_of("leader", LEADER).json("/api/v1/leader/day")
    }

    /// Orders with a pickup that stands, each with how many.
    fn picked_up(&self) -> Vec<(String, usize)> {
        let day = self.day();
        let orders = day["households"].as_array().expect("households").iter();
        let orders = orders.flat_map(|household| household["orders"].as_array().expect("orders"));
        let count = |order: &Value| {
            let no = order["order_no"].as_str().expect("a number").to_owned();
            (no, order["pickups"].as_array().map_or(0, Vec::len))
        };
        orders.map(count).filter(|(_, count)| *count > 0).collect()
    }
}

/// Phones of tests have the time of the day they show.
const NOON: &str = "{ const Real = Date; const ahead = Real.parse('2026-11-23T12:00:00+08:00') - Real.now();
    Date = class extends Real {
        constructor(...given) { super(...(given.length ? given : [Real.now() + ahead])); }
        static now() { return Real.now() + ahead; }
    }; }";

/// Opens the household of a room, which the search finds for sure.
fn open_room(phone: &Browser, room: &str) {
    search(phone, room);
    phone.wait_for("[data-act=confirm]");
}

/// Types anew what is searched for.
fn search(phone: &Browser, query: &str) {
    phone.run(
        "const field = document.getElementById('search'); field.value = ''; field.dispatchEvent(new Event('input'))",
    );
    phone.type_into("#search", query);
}

/// Hands out all of a room's goods.
fn hand_out(phone: &Browser, room: &str) {
    open_room(phone, room);
    phone.click("[data-act=confirm]");
    phone.wait_text(".toast", "已核销");
}

/// Rooms of the crowd that are wholly ordinary.
fn room(number: usize) -> String {
    let (building, unit, room) = crowd::address(number);
    format!("{building}-{unit}-{room}")
}
