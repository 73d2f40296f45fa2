//! Clients that take their time: each is cut off at its deadline, and meanwhile the others are served.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use super::server::{Answer, Server};
use crate::app::TestApp;

const STEP: &str = "/api/v1/cycles/261122/procure";
const LOCK: &str = "BEGIN IMMEDIATE; UPDATE cycles SET name = name;";
const SERVER_LOCK: &str = "BEGIN; LOCK TABLE cycles IN ACCESS EXCLUSIVE MODE;";

/// Sends a beginning, then a byte now and then, until the server has had enough: how long that was, and what it said.
fn dribble(address: &str, beginning: &str) -> (Duration, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a deadline can be set");
    stream.write_all(beginning.as_bytes()).expect("the server reads");
    let (begun, mut said) = (Instant::now(), Vec::new());
    let mut buffer = [0; 4096];
    while begun.elapsed() < Duration::from_secs(40) {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => said.extend_from_slice(&buffer[..read]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if stream.write_all(b"1").is_err() {
                    break;
                }
            }
            Err(_) => break,
        }
    }
    (begun.elapsed(), said)
}

/// Many dribble at once while the server goes on serving; all are cut off within `most`.
fn all_cut_off(server: &Server, beginning: &str, most: Duration) -> Vec<Vec<u8>> {
    let dribblers: Vec<_> = (0..50)
        .map(|_| {
            let (address, beginning) = (server.address().to_owned(), beginning.replace("HOST", &server.host()));
            thread::spawn(move || dribble(&address, &beginning))
        })
        .collect();
    let begun = Instant::now();
    assert_eq!(server.get("/api/v1/cycles").status, 200);
    assert!(begun.elapsed() < Duration::from_secs(2), "the others had to wait");
    let ends = dribblers.into_iter().map(|thread| thread.join().expect("it ends"));
    ends.map(|(took, said)| {
        assert!(took < most, "cut off after {took:?} only: {}", String::from_utf8_lossy(&said));
        said
    })
    .collect()
}

#[test]
fn a_head_that_dribbles_is_cut_off() {
    let app = TestApp::pilot_day("open");
    let server = Server::with_limits(&app, "head_s = 2");
    all_cut_off(&server, "GET /healthz HTTP/1.1\r\nHost: HOST\r\nX-Slow: ", Duration::from_secs(8));
}

#[test]
fn a_body_that_dribbles_is_cut_off_with_a_word() {
    let app = TestApp::pilot_day("open");
    let server = Server::with_limits(&app, "body_s = 2");
    let head = format!("POST {STEP} HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n");
    for said in all_cut_off(&server, &format!("{head}Content-Length: 5000\r\n\r\n{{"), Duration::from_secs(10)) {
        let answer = Answer::read(&said);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (408, Some("body_too_slow")));
    }
}

#[test]
fn an_upload_that_dribbles_is_cut_off_later() {
    let app = TestApp::pilot_day("open");
    let server = Server::with_limits(&app, "body_s = 1\nupload_s = 4");
    let head = "POST /api/v1/cycles/261122/plan HTTP/1.1\r\nHost: HOST\r\nContent-Type: text/csv\r\n";
    let (took, said) =
        dribble(server.address(), &format!("{head}Content-Length: 5000\r\n\r\n").replace("HOST", &server.host()));
    assert_eq!(Answer::read(&said).status, 408);
    assert!((Duration::from_secs(3)..Duration::from_secs(12)).contains(&took), "{took:?}");
}

/// A body that nobody asked for: the answer is there at once, and the rest is not waited for without end.
#[test]
fn a_body_that_nobody_reads_is_cut_off() {
    let app = TestApp::pilot_day("open");
    let server = Server::with_limits(&app, "head_s = 1\nbody_s = 1\nupload_s = 1\nhandler_s = 1");
    for (path, framing) in [
        ("/nowhere", "Content-Length: 5000\r\n\r\n"),
        ("/nowhere", "Transfer-Encoding: chunked\r\n\r\n5000\r\n"),
        ("/healthz", "Transfer-Encoding: chunked\r\n\r\n5000\r\n"),
    ] {
        all_cut_off(&server, &format!("POST {path} HTTP/1.1\r\nHost: HOST\r\n{framing}"), Duration::from_secs(20));
    }
}

/// The kernels keep some megabytes between the two, so a good deal is asked for.
#[test]
fn a_client_that_reads_nothing_is_cut_off() {
    let app = TestApp::pilot_day("dispatched");
    let server = Server::with_limits(&app, "write_stall_s = 2\nkeep_alive_s = 60");
    let page = "/api/v1/cycles/261122/sheets/sowing_sort?key=K001&format=html";
    let kinds = server.json("/api/v1/cycles/261122/sheets?limit=500");
    let largest = kinds["sheets"].as_array().expect("sheets").iter().map(|sheet| &sheet["links"]["html"]);
    let largest = largest.filter_map(|link| link.as_str()).max_by_key(|link| server.get(link).body.len());
    let path = largest.unwrap_or(page);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", server.host());
    let asks = request.repeat(16_000_000 / server.get(path).body.len());
    let held: Vec<TcpStream> = (0..5)
        .map(|_| {
            let stream = TcpStream::connect(server.address()).expect("the server listens");
            let mut writer = stream.try_clone().expect("a stream has two ends");
            let asks = asks.clone();
            // The server stops reading once it cannot write.
            thread::spawn(move || writer.write_all(asks.as_bytes()));
            stream
        })
        .collect();
    let begun = Instant::now();
    loop {
        // The one that asks is open too.
        let open = server.figure("tuan_connections_open");
        if open <= 1.0 && begun.elapsed() > Duration::from_secs(1) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(40), "{open} are still open");
        sleep(Duration::from_millis(200));
    }
    assert!(begun.elapsed() > Duration::from_secs(1), "they were cut off before they stalled");
    drop(held);
}

#[test]
fn work_that_takes_too_long_is_answered_in_time() {
    let mut app = TestApp::pilot_day("open");
    let server = Server::with_limits(&app, "handler_s = 1");
    let is_file = app.url().starts_with("sqlite:");
    app.db.execute_batch(if is_file { LOCK } else { SERVER_LOCK }).expect("nobody else is there");
    let begun = Instant::now();
    let answer = server.post("/api/v1/cycles/261122/cutoff", "application/json", b"");
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("timed_out")), "{}", answer.text());
    assert!(!answer.header("retry-after").is_empty());
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    app.db.execute_batch("ROLLBACK").expect("the lock is ours");
    // What was begun goes on; asked again, it tells what is.
    let again = server.post("/api/v1/cycles/261122/cutoff", "application/json", b"");
    assert!([200, 503].contains(&again.status), "{}", again.text());
}

#[test]
fn told_to_stop_it_finishes_what_it_has_begun() {
    let mut app = TestApp::pilot_day("open");
    let mut server = Server::start(&app);
    let is_file = app.url().starts_with("sqlite:");
    app.db.execute_batch(if is_file { LOCK } else { SERVER_LOCK }).expect("nobody else is there");
    let mut idle = TcpStream::connect(server.address()).expect("the server listens");
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address());
    idle.write_all(head.as_bytes()).expect("the server reads");
    let (address, host) = (server.address().to_owned(), server.host());
    let working = thread::spawn(move || {
        let mut stream = TcpStream::connect(&address).expect("the server listens");
        let head = format!("POST /api/v1/cycles/261122/cutoff HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("the server reads");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("the server answers and hangs up");
        Answer::read(&bytes)
    });
    sleep(Duration::from_secs(1));
    let begun = Instant::now();
    server.signal("TERM");
    sleep(Duration::from_secs(1));
    app.db.execute_batch("ROLLBACK").expect("the lock is ours");
    let answer = working.join().expect("it is answered");
    assert_eq!((answer.status, answer.json()["state"].as_str()), (200, Some("frozen")), "{}", answer.text());
    assert_eq!(server.wait(Duration::from_secs(20)), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(12), "an idle connection held it up: {:?}", begun.elapsed());
    assert_eq!(app.audit(), "");
}

#[test]
fn told_to_stop_it_does_not_wait_without_end() {
    let app = TestApp::pilot_day("open");
    let mut server = Server::with_limits(&app, "drain_s = 2\nbody_s = 60");
    let mut stream = TcpStream::connect(server.address()).expect("the server listens");
    let head = format!("POST {STEP} HTTP/1.1\r\nHost: {}\r\nContent-Length: 50\r\n\r\n{{", server.host());
    stream.write_all(head.as_bytes()).expect("the server reads");
    sleep(Duration::from_millis(500));
    let begun = Instant::now();
    server.signal("TERM");
    assert_eq!(server.wait(Duration::from_secs(20)), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}
