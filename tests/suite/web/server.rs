//! The real server beside a test, and a client that says exactly what it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout};
use std::time::Duration;

use serde_json::Value;

use crate::app::TestApp;

/// A running server. It ends with the test.
pub struct Server {
    child: Child,
    address: String,
    /// Kept so that the server never writes into a closed pipe.
    _stdout: BufReader<ChildStdout>,
}

/// What the server answered.
pub struct Answer {
    pub status: u16,
    /// Name in lower case, value.
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Server {
    /// Serves the app's database on a free port.
    pub fn start(app: &TestApp) -> Server {
        let mut command = app.command(&["serve", "--bind", "127.0.0.1:0", "--json"]);
        let mut child = command.spawn().expect("the command can be started");
        let mut stdout = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the server says where it listens");
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("the server did not start: {line:?}"));
        let url = told["url"].as_str().expect("an address").to_owned();
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Server { child, address, _stdout: stdout }
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &self.address)
    }

    /// The object at an address that must answer with one.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    pub fn request(&self, method: &str, path: &str, host: &str) -> Answer {
        self.send(&format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), b"")
    }

    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> Answer {
        let (host, length) = (&self.address, body.len());
        let fields = format!("Content-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close");
        self.send(&format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n\r\n"), body)
    }

    fn send(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a deadline can be set");
        stream.write_all(head.as_bytes()).expect("the server reads");
        stream.write_all(body).expect("the server reads the body");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("the server answers in time");
        Answer::read(&bytes)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; either way nothing is left running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Answer {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").expect("an answer has a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers: Vec<(String, String)> =
            headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        assert!(!headers.iter().any(|(name, _)| name == "transfer-encoding"), "answers here have a length");
        Answer { status: status.expect("a status line"), headers, body: bytes[end + 4..].to_vec() }
    }

    /// The header's value; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }
}
