//! The real server beside a test, and clients that say exactly what they are told to.
//!
//! `server.get(…)` asks with a token of every scope. `server.as_role("buyer")`, `server.token(&["cycles:read"])` and
//! `server.anonymous()` ask as others do; `client.url(…)` is an address for a browser that then asks as that client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout};
use std::time::Duration;

use serde_json::Value;

use crate::app::TestApp;

use super::client::Client;
use super::people::People;

/// A running server. It ends with the test.
pub struct Server {
    child: Child,
    address: String,
    people: People,
    /// Whoever asks where the test does not say who.
    machine: Client,
    /// Kept so that the server never writes into a closed pipe.
    _stdout: BufReader<ChildStdout>,
}

/// What the server answered.
pub struct Answer {
    pub status: u16,
    /// Name in lower case, value.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Server {
    /// Serves the app's database on a free port.
    pub fn start(app: &TestApp) -> Server {
        Server::start_with(app, &[])
    }

    /// The same with more arguments.
    pub fn start_with(app: &TestApp, args: &[&str]) -> Server {
        let mut command = app.command(&["serve", "--bind", "127.0.0.1:0", "--json"]);
        let mut child = command.args(args).spawn().expect("the command can be started");
        let mut stdout = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the server says where it listens");
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("the server did not start: {line:?}"));
        let url = told["url"].as_str().expect("an address").to_owned();
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let people = People::of(app);
        let machine = Client::new(&address, people.token(&[], &[]));
        Server { child, address, people, machine, _stdout: stdout }
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Someone who shows nothing.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.address, Vec::new())
    }

    /// Someone signed in with this role, such as `buyer`. Leaders and helpers are of leader L01.
    pub fn as_role(&self, role: &str) -> Client {
        self.as_role_of(role, "L01")
    }

    /// Someone signed in with this role, of this leader where the role has one.
    pub fn as_role_of(&self, role: &str, leader_code: &str) -> Client {
        Client::new(&self.address, self.people.session(role, leader_code))
    }

    /// Someone whose account is in this state (`active`, `suspended`, `invited`), with a session from before.
    pub fn as_role_in(&self, role: &str, state: &str) -> Client {
        Client::new(&self.address, self.people.session_in(role, "L01", state))
    }

    /// A resident's device.
    pub fn device(&self) -> Client {
        let anonymous = self.anonymous();
        anonymous.with_cookie(&anonymous.raw("POST", "/api/v1/device", &[], b"").cookie())
    }

    /// A machine whose token, of every scope, was revoked.
    pub fn revoked_token(&self) -> Client {
        Client::new(&self.address, self.people.revoked_token())
    }

    /// A machine with these scopes, for all leaders.
    pub fn token(&self, scopes: &[&str]) -> Client {
        self.token_of(scopes, &[])
    }

    /// A machine with these scopes, for these leaders only where some are named.
    pub fn token_of(&self, scopes: &[&str], leaders: &[&str]) -> Client {
        Client::new(&self.address, self.people.token(scopes, leaders))
    }

    /// An address for a browser, which then asks with a token of every scope.
    pub fn url(&self, path: &str) -> String {
        self.machine.url(path)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.machine.get(path)
    }

    /// The object at an address that must answer with one.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        self.machine.json(path)
    }

    /// Asks without showing who, under any host.
    pub fn request(&self, method: &str, path: &str, host: &str) -> Answer {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        exchange(&self.address, head.as_bytes())
    }
}

/// Sends these bytes and reads to the end of the answer.
pub fn exchange(address: &str, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a deadline can be set");
    stream.write_all(bytes).expect("the server reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the server answers in time");
    Answer::read(&bytes)
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

    /// The cookie that the answer sets, as `name=value`.
    #[track_caller]
    pub fn cookie(&self) -> String {
        let cookie = self.header("set-cookie");
        assert!(!cookie.is_empty(), "no cookie: {} {}", self.status, self.text());
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }
}
