//! How much one request, one address and one caller may take: over a real socket, each bound is met.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use super::server::{Answer, Server};
use crate::app::TestApp;

const STEP: &str = "/api/v1/cycles/261122/procure";

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[test]
fn a_body_beyond_its_size_is_refused_whether_it_says_so_or_not() {
    let app = TestApp::pilot_day("open");
    let server = Server::with_limits(&app, "upload_mib = 1\nstaff_upload_mib = 1");
    let large = format!("{{\"dry_run\":true{}}}", " ".repeat(70_000));
    refused(&server.post(STEP, "application/json", large.as_bytes()), 413, "too_large");
    let host = server.address();
    let head = format!("POST {STEP} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n");
    let chunks = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    let answer =
        server.raw(format!("{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}").as_bytes());
    refused(&answer, 413, "too_large");
    // Only what it says it will send: nothing of it has to arrive.
    let answer = server.raw(format!("{head}Content-Length: 99999999999\r\nConnection: close\r\n\r\n").as_bytes());
    refused(&answer, 413, "too_large");
    let file = vec![b'a'; 3 * 1024 * 1024];
    refused(&server.post("/api/v1/cycles/261122/plan", "text/csv", &file), 413, "too_large");
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn what_cannot_be_one_request_is_refused() {
    let app = TestApp::pilot_day("open");
    let server = Server::start(&app);
    let check = |request: &str, status: u16| {
        let answer = server.raw(request.replace("HOST", server.address()).as_bytes());
        assert_eq!(answer.status, status, "{request}: {}", answer.text());
    };
    let post = "POST /api/v1/cycles/261122/procure HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n";
    check(&format!("{post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
    check(&format!("{post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}"), 400);
    check(&format!("{post}Content-Length: -2\r\n\r\n{{}}"), 400);
    check(&format!("{post}Transfer-Encoding: gzip\r\n\r\n"), 400);
    check("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400);
    check("GET /healthz HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 400);
    check("GET /healthz HTTP/1.1\r\nHost : HOST\r\nConnection: close\r\n\r\n", 400);
    check(&format!("{post}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{{}}"), 415);
    check(&format!("{post}Content-Encoding: identity\r\nContent-Length: 2\r\n\r\n{{}}"), 409);
    for method in ["TRACE", "PUT", "PATCH", "OPTIONS", "CONNECT", "PROPFIND"] {
        check(&format!("{method} {STEP} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"), 405);
    }
    let smuggled =
        format!("{post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n");
    let answer = server.raw(smuggled.replace("HOST", server.address()).as_bytes());
    assert!(!answer.text().contains("200 OK"), "{}", answer.text());
}

#[test]
fn json_nested_too_deep_is_refused_before_it_is_parsed() {
    let app = TestApp::pilot_day("open");
    let server = Server::start(&app);
    let deep = |depth: usize| format!("{{\"x\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    refused(&server.post(STEP, "application/json", deep(65).as_bytes()), 422, "too_deep");
    refused(&server.post(STEP, "application/json", deep(64).as_bytes()), 422, "bad_request");
    refused(&server.post(STEP, "application/json", "[".repeat(60_000).as_bytes()), 422, "too_deep");
}

#[test]
fn one_address_cannot_take_all_connections() {
    let app = TestApp::new();
    let server = Server::with_limits(&app, "connections_per_address = 8\nkeep_alive_s = 60");
    let ask = |stream: &mut TcpStream| {
        let head = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address());
        stream.write_all(head.as_bytes()).expect("the server reads");
        let mut bytes = [0; 32];
        let read = stream.read(&mut bytes).unwrap_or(0);
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    };
    let connect = || TcpStream::connect(server.address()).expect("the server listens");
    let mut held: Vec<TcpStream> = (0..8).map(|_| connect()).collect();
    for stream in &mut held {
        assert!(ask(stream).starts_with("HTTP/1.1 200"));
    }
    let mut turned_away = String::new();
    let _ = connect().read_to_string(&mut turned_away);
    assert!(turned_away.starts_with("HTTP/1.1 503") && turned_away.contains("retry-after"), "{turned_away}");
    drop(held.pop());
    std::thread::sleep(Duration::from_millis(300));
    assert!(ask(&mut connect()).starts_with("HTTP/1.1 200"), "a place is given back");
    drop(held);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(server.figure("tuan_connections_refused_total"), 1.0);
}

#[test]
fn a_caller_beyond_its_pace_is_told_when_to_come_again() {
    let app = TestApp::pilot_day("open");
    let server = Server::with_limits(&app, "machine_per_minute = 40");
    let answers: Vec<Answer> = (0..12).map(|_| server.get("/api/v1/cycles")).collect();
    let served = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(served, 10, "a quarter of a minute's requests may be saved up");
    let last = answers.last().expect("there are twelve");
    refused(last, 429, "too_many_requests");
    let retry_s: u64 = last.header("retry-after").parse().expect("seconds");
    assert!((1..=3).contains(&retry_s));
    std::thread::sleep(Duration::from_secs(retry_s));
    assert_eq!(server.get("/api/v1/cycles").status, 200);
}

#[test]
fn only_a_trusted_proxy_can_say_that_a_request_came_by_https() {
    let app = TestApp::new();
    let ask = |server: &Server| {
        let head = "GET /healthz HTTP/1.1\r\nHost: tuan.example\r\nConnection: close\r\n";
        server.raw(format!("{head}X-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n").as_bytes())
    };
    let behind = Server::start_with(&app, &["--host", "tuan.example", "--trusted-proxy", "127.0.0.1"]);
    let answer = ask(&behind);
    assert_eq!((answer.status, answer.header("strict-transport-security")), (200, "max-age=31536000"));
    drop(behind);
    let alone = Server::start_with(&app, &["--host", "tuan.example"]);
    let answer = ask(&alone);
    assert_eq!((answer.status, answer.header("strict-transport-security")), (200, ""));
    drop(alone);
    let stranger = Server::start(&app);
    assert_eq!(ask(&stranger).status, 421);
}

#[test]
fn settings_that_cannot_be_understood_are_refused_by_name() {
    let app = TestApp::new();
    let file = app.file("bad.toml", "[server]\nbindd = \"127.0.0.1:0\"\n");
    let ran = app.tuan(&["serve", "--config", crate::app::arg(&file)]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("bindd") && ran.stderr.contains("bad.toml"), "{}", ran.stderr);
    let ran = app.tuan(&["serve", "--trusted-proxy", "nowhere"]).refused();
    assert!(ran.stderr.contains("nowhere"), "{}", ran.stderr);
}

#[test]
fn figures_count_requests_by_operation() {
    let app = TestApp::pilot_day("open");
    let server = Server::start(&app);
    server.get("/api/v1/cycles");
    server.get("/api/v1/cycles/none");
    assert_eq!(server.figure("tuan_requests_total{operation=\"list_cycles\",status=\"2xx\"}"), 1.0);
    assert_eq!(server.figure("tuan_requests_total{operation=\"show_cycle\",status=\"4xx\"}"), 1.0);
    assert!(server.figure("process_resident_memory_bytes") > 1e6);
    let ready: Value = server.json("/readyz");
    assert_eq!((&ready["status"], &ready["database"]), (&Value::from("ok"), &Value::from("ok")));
}
