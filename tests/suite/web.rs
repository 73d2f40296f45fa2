//! The real server on a whole day: what it answers is what the command line says of the same books.

mod authz;
pub mod client;
mod deadlines;
mod described;
mod desk;
pub mod handover;
mod households;
mod inviting;
mod leader_day;
mod leave;
mod limits;
mod logs;
mod people;
pub mod photos;
mod purchase_links;
mod resident;
mod road;
mod routes;
mod security;
pub mod server;
mod signing_in;
mod steps;
mod tls;
mod watching;
mod weights;

use std::collections::HashSet;
use std::fs;

use serde_json::Value;

use crate::app::TestApp;
use server::Server;

#[test]
fn totals_over_http_are_those_of_the_command_line() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::start(&day);
    let told = server.json("/api/v1/cycles/261122/totals");
    let said: Value = serde_json::from_str(&day.tuan(&["cycle", "show", "261122", "--json"]).done().stdout).unwrap();
    for key in ["cycle_code", "state", "version", "orders", "lines", "ordered_qty", "unpaid_qty", "sales_fen"] {
        assert_eq!(told[key], said[key], "{key}");
    }
    for key in ["skus", "leaders", "suppliers"] {
        assert_eq!(told[key], said[key], "{key}");
        assert!(told[key].as_array().is_some_and(|rows| !rows.is_empty()), "{key}");
    }
    let as_of = told["as_of"].as_str().unwrap();
    assert!(as_of.starts_with(&day.now.replace(' ', "T")) && as_of.ends_with("+08:00"), "{as_of}");
}

#[test]
fn every_sheet_can_be_fetched_and_has_the_bytes_that_the_command_prints() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::start(&day);
    day.tuan(&["sheets", "261122", "--out", "out"]).done();
    let list = server.json("/api/v1/cycles/261122/sheets?limit=500");
    let sheets = list["sheets"].as_array().expect("a list of sheets");
    assert_eq!(list["total"], sheets.len());
    assert!(sheets.len() > 100 && list["next"].is_null());
    let mut printed = HashSet::new();
    for sheet in sheets {
        let text = |key: &str| sheet[key].as_str().unwrap();
        let answer = server.get(sheet["links"]["csv"].as_str().unwrap());
        let file = format!("{:02}_{}/{}.csv", sheet["number"].as_u64().unwrap(), text("kind"), text("key"));
        let bytes = fs::read(day.folder().join("out").join(&file)).expect("the command printed it too");
        assert!(answer.body == bytes, "{file} differs");
        if printed.insert(text("kind").to_owned()) {
            let page = server.get(sheet["links"]["html"].as_str().unwrap());
            assert!(page.text().contains(text("doc_no")), "{file}");
            assert!(page.header("content-security-policy").contains("style-src 'sha256-"), "{file}");
        }
    }
}

#[test]
fn a_list_is_cut_into_slices_that_lead_to_the_next() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::start(&day);
    let total = server.json("/api/v1/cycles/261122/sheets?kind=pickup_list&limit=1")["total"].as_u64().unwrap();
    let mut next = Some("/api/v1/cycles/261122/sheets?kind=pickup_list&limit=20".to_owned());
    let mut seen = HashSet::new();
    while let Some(path) = next {
        let list = server.json(&path);
        for sheet in list["sheets"].as_array().unwrap() {
            assert!(seen.insert(sheet["doc_no"].as_str().unwrap().to_owned()), "twice: {sheet}");
        }
        next = list["next"].as_str().map(str::to_owned);
    }
    assert_eq!(seen.len() as u64, total);
}

#[test]
fn a_sheet_is_a_file_with_a_name_and_an_old_version_stays_what_it_was() {
    let day = TestApp::pilot_day("dispatched");
    let server = Server::start(&day);
    let newest = server.get("/api/v1/cycles/261122/sheets/procurement_summary?heads=key");
    assert_eq!(newest.status, 200);
    assert!(newest.header("content-disposition").starts_with("attachment; filename=\"PS-261122-001_v"));
    assert!(newest.header("content-disposition").contains("; filename*=UTF-8''%E9%87%87%E8%B4%AD"));
    assert!(newest.text().contains("doc_no,version,cycle,warehouse,"));
    let old = server.get("/api/v1/cycles/261122/sheets/procurement_summary?heads=key&version=2");
    assert!(old.header("content-disposition").contains("_v2.csv"));
    for (path, status) in [
        ("/api/v1/cycles/261122/sheets/procurement_summary?version=0", 404),
        ("/api/v1/cycles/261122/sheets/procurement_summary?version=99", 404),
        ("/api/v1/cycles/261122/sheets/procurement_summary?key=C9", 404),
        ("/api/v1/cycles/261122/sheets/pickup_list", 422),
        ("/api/v1/cycles/261122/sheets/letter", 404),
        ("/api/v1/cycles/261122/sheets/pickup_list?key=P01&format=pdf", 422),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
}

#[test]
fn an_open_cycle_shows_totals_but_no_sheets() {
    let day = TestApp::pilot_day("open");
    let server = Server::start(&day);
    assert_eq!(server.json("/api/v1/cycles/261122")["links"]["sheets"], Value::Null);
    let refused = server.get("/api/v1/cycles/261122/sheets");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("wrong_state")));
    let page = server.get("/cycles/261122").text();
    assert!(page.contains("上海青") && !page.contains("tuan procure"), "{page}");
}

#[test]
fn a_request_for_another_host_reads_nothing() {
    let day = TestApp::pilot_day("open");
    let server = Server::start(&day);
    let answer = server.request("GET", "/api/v1/cycles", "rebound.example");
    assert_eq!((answer.status, answer.json()["code"].as_str()), (421, Some("unknown_host")));
}

#[test]
fn without_https_the_server_listens_to_this_machine_alone_and_it_names_a_taken_port() {
    let app = TestApp::new();
    let refused = app.tuan(&["serve", "--bind", "0.0.0.0:0"]).refused();
    assert!(refused.stderr.contains("--trusted-proxy"), "{}", refused.stderr);
    let server = Server::start(&app);
    let refused = app.tuan(&["serve", "--bind", server.address()]).refused();
    assert!(refused.stderr.contains("已被占用"), "{}", refused.stderr);
}

#[test]
fn what_the_books_say_now_is_shown_without_a_restart() {
    let app = TestApp::pilot_day("open");
    let server = Server::start(&app);
    assert_eq!(server.json("/api/v1/cycles/261122")["state"], "open");
    app.tuan(&["cutoff", "261122"]).done();
    app.tuan(&["procure", "261122"]).done();
    assert_eq!(server.json("/api/v1/cycles/261122")["state"], "procured");
    assert_eq!(server.json("/api/v1/cycles/261122/sheets?limit=1")["version"], 2);
}
