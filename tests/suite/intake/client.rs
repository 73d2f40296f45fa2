//! A client that keeps its connection, and the server beside it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::web::server::Server;

/// Requests to one server, each on a connection of its own.
#[derive(Clone, Debug)]
pub struct Client {
    address: String,
    /// What stands after `Host: `: the address, and who asks.
    host: String,
}

/// What the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<u64>,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} is no JSON: {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    /// Asks with the token of every scope.
    pub fn of(server: &Server) -> Client {
        Client { address: server.address().to_owned(), host: server.host() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.try_send("GET", path, "", b"").expect("the server answers")
    }

    /// Places an order under a key.
    pub fn order(&self, key: &str, body: &Value) -> Answer {
        self.try_order(key, body).expect("the server answers")
    }

    /// The answer, or None where the server went away.
    pub fn try_order(&self, key: &str, body: &Value) -> Option<Answer> {
        self.try_send("POST", "/api/v1/orders", &format!("Idempotency-Key: {key}\r\n"), body.to_string().as_bytes())
    }

    pub fn post(&self, path: &str, body: &str) -> Answer {
        self.try_send("POST", path, "", body.as_bytes()).expect("the server answers")
    }

    pub fn try_send(&self, method: &str, path: &str, fields: &str, body: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a deadline can be set");
        let (host, length) = (&self.host, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n{fields}\r\n"
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        read_answer(&mut BufReader::new(stream))
    }
}

/// One answer; None where the connection broke off before its end.
pub fn read_answer(stream: &mut impl BufRead) -> Option<Answer> {
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let (mut length, mut retry_after) = (0, None);
    loop {
        line.clear();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "retry-after" => retry_after = value.trim().parse().ok(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Answer { status, retry_after, body })
}
