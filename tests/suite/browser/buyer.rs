//! The buyer's fifteen minutes: live totals, the plan, what-if, sending, and a supplier's answer.

mod crowd;
mod evening;
mod looks;
mod plan;

use serde_json::Value;

use super::chromium::{DESK, PHONE, Window};
use super::driver::Browser;
use crate::app::TestApp;
use crate::web::server::Server;

/// A server on a day of its own, and windows of its buyer.
struct Place {
    app: TestApp,
    server: Server,
}

impl Place {
    fn with(app: TestApp) -> Place {
        let server = Server::unpaced(&app);
        Place { app, server }
    }

    /// The pilot day with drafts of all purchase orders.
    fn procured() -> Place {
        let app = TestApp::pilot_day("frozen");
        app.tuan(&["procure", "261122"]).done();
        Place::with(app)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// A window in which a buyer has signed in, with the page at this address.
    fn open(&self, window: Window, path: &str) -> Browser {
        let browser = if window == PHONE { Browser::phone(window) } else { Browser::desk(window) };
        self.enter(&browser);
        browser.goto(&self.url(path));
        browser.wait_for("#buyer");
        browser
    }

    fn enter(&self, browser: &Browser) {
        browser.goto(&self.url("/login"));
        let person = self.server.as_role("buyer");
        browser.put_cookie(person.lines().trim().trim_start_matches("Cookie: "));
    }

    fn desk(&self) -> Browser {
        self.open(DESK, "/buyer")
    }

    fn trial(&self) -> Value {
        self.server.as_role("buyer").post("/api/v1/cycles/261122/trial", &serde_json::json!({})).json()
    }
}

/// Presses a key where the focus is.
fn press(browser: &Browser, key: &str) {
    browser.cdp("Input.dispatchKeyEvent", serde_json::json!({ "type": "keyDown", "key": key, "text": typed(key) }));
    browser.cdp("Input.dispatchKeyEvent", serde_json::json!({ "type": "keyUp", "key": key }));
}

/// What a key types, if anything.
fn typed(key: &str) -> &str {
    match key {
        "Enter" => "\r",
        key if key.chars().count() == 1 => key,
        _ => "",
    }
}

/// The figure of a cell as the page shows it.
fn shown(browser: &Browser, css: &str) -> String {
    browser.text(css)
}
