//! A client that shows the same credentials with each request, and a door for browsers that adds them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::OnceLock;
use std::thread;

use serde_json::Value;

use super::server::{Answer, exchange};

/// Asks one server, as one person, machine or nobody.
pub struct Client {
    address: String,
    /// Headers of each request, such as `Authorization`.
    headers: Vec<(String, String)>,
    door: OnceLock<String>,
    /// What proves that a page of ours asks for a change: a header of each change of someone with a cookie.
    csrf: OnceLock<String>,
}

impl Client {
    pub fn new(address: &str, headers: Vec<(String, String)>) -> Client {
        Client { address: address.to_owned(), headers, door: OnceLock::new(), csrf: OnceLock::new() }
    }

    /// The headers as lines of a head.
    pub fn lines(&self) -> String {
        self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
    }

    /// The same server, asked with this cookie: `name=value`.
    pub fn with_cookie(&self, cookie: &str) -> Client {
        Client::new(&self.address, vec![("Cookie".to_owned(), cookie.to_owned())])
    }

    /// The headers that a page of ours adds to each change.
    fn proof(&self) -> Vec<(String, String)> {
        if !self.headers.iter().any(|(name, _)| name == "Cookie") {
            return Vec::new();
        }
        let token = self.csrf.get_or_init(|| {
            let session = self.get("/api/v1/session");
            let found = if session.status == 200 { session } else { self.raw("POST", "/api/v1/device", &[], b"") };
            let object: Value = serde_json::from_slice(&found.body).unwrap_or_default();
            object["csrf_token"].as_str().unwrap_or_default().to_owned()
        });
        let origin = format!("http://{}", self.address);
        vec![("Origin".to_owned(), origin), ("X-CSRF-Token".to_owned(), token.clone())]
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    /// The object at an address that must answer with one.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// Posts an object.
    pub fn post(&self, path: &str, object: &Value) -> Answer {
        self.send("POST", path, &[("Content-Type", "application/json")], object.to_string().as_bytes())
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], b"")
    }

    /// Posts the fields of a form, as a page of ours does.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>();
        let media_type = ("Content-Type", "application/x-www-form-urlencoded");
        self.send("POST", path, &[media_type], body.join("&").as_bytes())
    }

    /// Sends a request with these headers besides the client's own, and with a page's proof where it is a change.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let proof = if method == "GET" || method == "HEAD" { Vec::new() } else { self.proof() };
        let given = |name: &str| headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        let proof = proof.iter().filter(|(name, _)| !given(name)).map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = headers.iter().copied().chain(proof).collect();
        self.raw(method, path, &all, body)
    }

    /// Sends a request with these headers and the client's own, and nothing else.
    pub fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(headers.iter().copied()) {
            head += &format!("{name}: {value}\r\n");
        }
        if method != "GET" && method != "HEAD" {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        head += "\r\n";
        exchange(&self.address, &[head.as_bytes(), body].concat())
    }

    /// An address for a browser that asks as this client.
    pub fn url(&self, path: &str) -> String {
        let door = self.door.get_or_init(|| open_door(&self.address, self.lines()));
        format!("http://{door}{path}")
    }
}

/// A value of a form.
fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    value.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Listens on a port of its own, adds the headers to each request and passes it on. It stays open until the tests end.
fn open_door(address: &str, added: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let door = listener.local_addr().expect("it is bound").to_string();
    let address = address.to_owned();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (address, added) = (address.clone(), added.clone());
            // A browser may hang up in the middle; that is its own business.
            thread::spawn(move || pass_on(&stream, &address, &added).ok());
        }
    });
    door
}

/// One request through the door: its head is changed, the rest passes as it is.
fn pass_on(browser: &TcpStream, address: &str, added: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(browser.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let lines: Vec<&str> = head.trim_end().lines().collect();
    let length = lines.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let kept = lines.iter().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head: String = kept.map(|line| format!("{line}\r\n")).collect();
    let mut server = TcpStream::connect(address)?;
    server.write_all(format!("{head}{added}Connection: close\r\n\r\n").as_bytes())?;
    std::io::copy(&mut reader.take(length.unwrap_or(0)), &mut server)?;
    std::io::copy(&mut server, &mut &*browser)?;
    browser.shutdown(Shutdown::Both)
}
