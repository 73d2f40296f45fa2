//! No page hinders people who see, point or type otherwise.

use super::chromium::{DESK, PHONE};
use super::driver::Browser;
use crate::app::TestApp;
use crate::web::server::Server;

/// Looks at pages, in both schemes and at both sizes, as someone who shows this cookie.
fn look(server: &Server, cookie: Option<String>, paths: &[&str]) {
    for (browser, scheme) in [(Browser::phone(PHONE), "dark"), (Browser::desk(DESK), "light")] {
        browser.goto(&format!("http://{}/login", server.address()));
        if let Some(cookie) = &cookie {
            browser.put_cookie(cookie);
        }
        browser.prefer_dark(scheme == "dark");
        for path in paths {
            browser.goto(&format!("http://{}{path}", server.address()));
            browser.axe();
        }
    }
}

fn cookie(server: &Server, role: &str) -> Option<String> {
    Some(server.as_role(role).lines().trim().trim_start_matches("Cookie: ").to_owned())
}

#[test]
fn pages_for_everybody_hinder_nobody() {
    let server = Server::unpaced(&TestApp::pilot_day("dispatched"));
    look(
        &server,
        None,
        &["/login", "/login?lang=en", "/styleguide", "/docs", "/docs?lang=en", "/i/AAAAAAAAAAAAAAAAAAAAAA"],
    );
}

#[test]
fn pages_of_cycles_and_sheets_hinder_nobody() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::unpaced(&day);
    let list = "/cycles/261122/sheets/pickup_list";
    look(
        &server,
        cookie(&server, "buyer"),
        &["/", "/?lang=en", "/cycles/261122", "/cycles/261122?version=2", list, "/account"],
    );
}

#[test]
fn the_leaders_page_hinders_nobody() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::unpaced(&day);
    for (browser, scheme) in [(Browser::phone(PHONE), "light"), (Browser::phone(PHONE), "dark")] {
        browser.goto(&format!("http://{}/login", server.address()));
        browser.put_cookie(&cookie(&server, "leader").expect("a session"));
        browser.prefer_dark(scheme == "dark");
        browser.goto(&format!("http://{}/leader", server.address()));
        browser.wait_for(".home-row");
        browser.axe();
        browser.click(".home-row:nth-child(4)");
        browser.wait_for("[data-act=confirm]");
        browser.axe();
        browser.click(".back");
        browser.click("[data-act=more]");
        browser.wait_for(".drawer");
        browser.axe();
    }
}

#[test]
fn what_hinders_people_is_found() {
    let server = Server::unpaced(&TestApp::new());
    let browser = Browser::desk(DESK);
    browser.goto(&format!("http://{}/login", server.address()));
    assert_eq!(browser.axe_findings(), Vec::<String>::new());
    browser.run("document.querySelector('main').append(document.createElement('input'))");
    let found = browser.axe_findings();
    assert!(found.len() == 1 && found[0].starts_with("label: "), "{found:?}");
}
