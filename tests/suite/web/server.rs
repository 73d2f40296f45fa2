//! The real server beside a test, and clients that say exactly what they are told to.
//!
//! `server.get(…)`, `post`, `send`, `raw` ask with a token of every scope, unless they are given credentials of their
//! own. `server.as_role("buyer")`, `server.token(&["cycles:read"])`, `server.device()` and `server.anonymous()` ask as
//! others do; `client.url(…)` is an address for a browser that then asks as that client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, ChildStdout, Command};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::app::{TestApp, arg};

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
    /// What the server has written to its log so far.
    log: Arc<Mutex<String>>,
    _unread: Option<ChildStderr>,
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
        Server::start_with(app, &[])
    }

    /// The same with limits, as they stand in a configuration file.
    pub fn with_limits(app: &TestApp, limits: &str) -> Server {
        let file = app.file("tuan.toml", format!("[limits]\n{limits}\n"));
        Server::start_with(app, &["--config", arg(&file)])
    }

    /// The same for tests that ask faster than anybody may.
    pub fn unpaced(app: &TestApp) -> Server {
        let paces = ["anonymous", "device", "person", "machine"].map(|who| format!("{who}_per_minute = 0\n"));
        Server::with_limits(app, &paces.concat())
    }

    /// The same with more flags.
    pub fn start_with(app: &TestApp, flags: &[&str]) -> Server {
        let args = [&["serve", "--bind", "127.0.0.1:0", "--json"], flags].concat();
        Server::spawn(app, app.url(), app.command(&args))
    }

    /// The same with a log that nobody reads.
    pub fn start_unread(app: &TestApp) -> Server {
        let file = app.file("tuan.toml", "[limits]\nanonymous_per_minute = 0\n");
        let args = ["serve", "--bind", "127.0.0.1:0", "--json", "--config", arg(&file)];
        let mut child = app.command(&args).spawn().expect("the command can be started");
        let unread = child.stderr.take();
        let mut server = Server::listening(People::of(app, app.url()), child, Arc::default());
        server._unread = unread;
        server
    }

    /// Waits until a command that serves the database of this URL says where.
    pub fn spawn(app: &TestApp, url: &str, mut command: Command) -> Server {
        let mut child = command.spawn().expect("the command can be started");
        let log = follow(child.stderr.take().expect("its log is a pipe"));
        Server::listening(People::of(app, url), child, log)
    }

    fn listening(people: People, mut child: Child, log: Arc<Mutex<String>>) -> Server {
        let mut stdout = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the server says where it listens");
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|_| {
            let _ = child.wait();
            panic!("the server did not start: {line:?} {}", log.lock().expect("nobody panics with it"))
        });
        let url = told["url"].as_str().expect("an address").to_owned();
        let address = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).trim_end_matches('/').to_owned();
        let machine = Client::new(&address, people.machine());
        Server { child, address, people, machine, _stdout: stdout, log, _unread: None }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the server has written to its log so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("nobody panics with it").clone()
    }

    /// Sends a signal by its name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(sent.expect("there is a kill").success());
    }

    /// Waits for its end: the exit code, if it ended in time.
    pub fn wait(&mut self, most: Duration) -> Option<i32> {
        let begun = Instant::now();
        while begun.elapsed() < most {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                return Some(status.code().unwrap_or(-1));
            }
            sleep(Duration::from_millis(10));
        }
        None
    }

    /// A figure of `/metrics`, by its whole name with labels.
    #[track_caller]
    pub fn figure(&self, name: &str) -> f64 {
        let page = self.get("/metrics").text();
        let row = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        row.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {page}"))
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What stands after `Host: ` in a head that shows who asks: the address, and the line of the token.
    pub fn host(&self) -> String {
        format!("{}\r\n{}", self.address, self.machine.lines().trim_end())
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

    /// A machine with these scopes, for all leaders.
    pub fn token(&self, scopes: &[&str]) -> Client {
        self.token_of(scopes, &[])
    }

    /// A machine with these scopes (every one where none is named), for these leaders only where some are named.
    pub fn token_of(&self, scopes: &[&str], leaders: &[&str]) -> Client {
        Client::new(&self.address, self.people.token(scopes, leaders))
    }

    /// A machine whose token, of every scope, was revoked.
    pub fn revoked_token(&self) -> Client {
        Client::new(&self.address, self.people.revoked_token())
    }

    /// An address for a browser, which then asks with a token of every scope.
    pub fn url(&self, path: &str) -> String {
        self.machine.url(path)
    }

    /// The machine of every scope that asks where a test does not say who.
    pub fn machine(&self) -> &Client {
        &self.machine
    }

    pub fn get(&self, path: &str) -> Answer {
        self.machine.get(path)
    }

    /// The object at an address that must answer with one.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        self.machine.json(path)
    }

    pub fn request(&self, method: &str, path: &str, host: &str) -> Answer {
        self.send(&format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), b"")
    }

    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> Answer {
        let (host, length) = (&self.address, body.len());
        let fields = format!("Content-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close");
        self.send(&format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n\r\n"), body)
    }

    /// Sends these bytes, with the token where they show nobody, and reads until the server hangs up.
    pub fn raw(&self, bytes: &[u8]) -> Answer {
        self.send(std::str::from_utf8(bytes).expect("tests speak ASCII"), b"")
    }

    fn send(&self, head: &str, body: &[u8]) -> Answer {
        let shows_someone = head.contains("Authorization: ") || head.contains("Cookie: ");
        let line = if shows_someone { String::new() } else { self.machine.lines() };
        let head = head.replacen("\r\n\r\n", &format!("\r\n{line}\r\n"), 1);
        exchange(&self.address, &[head.as_bytes(), body].concat())
    }
}

/// Sends these bytes and reads to the end of the answer.
pub fn exchange(address: &str, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a deadline can be set");
    // A server that refuses what it has read so far may hang up on the rest.
    let _ = stream.write_all(bytes);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the server answers in time");
    Answer::read(&bytes)
}

/// Reads a log as it is written, so that the server never waits for its reader.
fn follow(stderr: ChildStderr) -> Arc<Mutex<String>> {
    let log = Arc::new(Mutex::new(String::new()));
    let kept = log.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut log = kept.lock().expect("nobody panics with it");
            log.push_str(&line);
            log.push('\n');
        }
    });
    log
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; either way nothing is left running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    pub fn read(bytes: &[u8]) -> Answer {
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

    /// The cookie that the answer sets, as `name=value`.
    #[track_caller]
    pub fn cookie(&self) -> String {
        let cookie = self.header("set-cookie");
        assert!(!cookie.is_empty(), "no cookie: {} {}", self.status, self.text());
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }
}
