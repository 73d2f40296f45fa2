//! What the log holds: one object a line, with the request's id, and nothing that belongs to a person.

use serde_json::Value;

use super::server::Server;
use crate::app::TestApp;

fn phone(n: u32) -> String {
    format!("139{:08}", 10_000_000 + n * 7_919)
}

#[test]
fn a_thousand_phones_leave_no_trace_in_the_log() {
    let app = TestApp::pilot_day("open");
    let server = Server::with_limits(&app, "anonymous_per_minute = 0\nmachine_per_minute = 0");
    let host = server.address();
    for n in 0..1_000 {
        let phone = phone(n);
        let body = format!("{{\"phone\":\"{phone}\",\"token\":\"tk_{phone}\"}}");
        let tail = format!("Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        let request = match n % 5 {
            0 => format!("GET /api/v1/cycles?phone={phone} HTTP/1.1\r\nHost: {host}\r\n"),
            1 => format!("GET /api/v1/cycles/{phone}/totals HTTP/1.1\r\nHost: {host}\r\n"),
            2 => format!("GET /o/{phone} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {phone}\r\n"),
            3 => format!("POST /api/v1/cycles/261122/procure HTTP/1.1\r\nHost: {host}\r\nX-Request-Id: {phone}\r\n"),
            _ => format!(
                "X{phone} /healthz HTTP/1.1\r\nHost: {host}\r\nCookie: session={phone}\r\nUser-Agent: {phone}\r\n"
            ),
        };
        let answer = server.raw(format!("{request}{tail}").as_bytes());
        assert!(answer.status < 500, "{request}: {}", answer.text());
    }
    let id = server.get("/healthz").header("x-request-id").to_owned();
    let log = wait_for(&server, &id);
    for n in 0..1_000 {
        assert!(!log.contains(&phone(n)), "{}", log.lines().find(|line| line.contains(&phone(n))).unwrap_or(""));
    }
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect();
    let requests: Vec<&Value> = lines.iter().filter(|line| line["target"] == "tuan::request").collect();
    assert!(requests.len() > 1_000, "{}", requests.len());
    let of_totals = requests.iter().find(|line| line["operation"] == "show_totals").expect("they were asked for");
    assert_eq!(of_totals["route"], "/api/v1/cycles/{code}/totals");
    for key in ["timestamp", "method", "status", "duration_ms", "caller"] {
        assert!(!of_totals[key].is_null(), "{key} in {of_totals}");
    }
}

/// The log once the request of this id stands in it.
fn wait_for(server: &Server, id: &str) -> String {
    for _ in 0..500 {
        let log = server.log();
        if log.contains(id) {
            return log;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("no {id} in {}", server.log());
}

#[test]
fn an_answer_carries_the_id_under_which_it_stands_in_the_log() {
    let app = TestApp::pilot_day("open");
    let server = Server::start_with(&app, &["--trusted-proxy", "127.0.0.1"]);
    let head = format!("GET /api/v1/cycles HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", server.address());
    let answer = server.raw(format!("{head}X-Request-Id: from-the-proxy-1\r\n\r\n").as_bytes());
    assert_eq!(answer.header("x-request-id"), "from-the-proxy-1");
    let own = server.get("/api/v1/cycles").header("x-request-id").to_owned();
    assert_eq!(own.len(), 16);
    let log = wait_for(&server, &own);
    let line = log.lines().find(|line| line.contains("from-the-proxy-1")).expect("it is logged");
    let line: Value = serde_json::from_str(line).expect("an object");
    assert_eq!((&line["operation"], &line["status"]), (&"list_cycles".into(), &200.into()));
}

/// Nobody reads the log: the server must not wait for that.
#[test]
fn a_log_that_nobody_takes_holds_up_nobody() {
    let app = TestApp::new();
    let server = Server::start_unread(&app);
    for _ in 0..2_000 {
        assert_eq!(server.get("/healthz").status, 200);
    }
}
