//! A browser that a test drives as a person would: ChromeDriver over the WebDriver protocol. It ends with the test.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::chromium::{Window, artefact};

/// How long a page may take to show what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);
/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys as the protocol names them.
pub mod keys {
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const CONTROL: &str = "\u{e009}";
    pub const ESCAPE: &str = "\u{e00c}";
    pub const ALT: &str = "\u{e00a}";
}

/// A browser with a profile of its own and one window of a given size.
pub struct Browser {
    driver: Child,
    address: String,
    session: String,
}

impl Browser {
    /// A phone: touch, a narrow window, two device pixels to one of the page.
    pub fn phone(window: Window) -> Browser {
        let metrics = json!({ "width": window.0, "height": window.1, "pixelRatio": 2.0, "touch": true });
        Browser::start(window, json!({ "deviceMetrics": metrics }))
    }

    /// A window on a desk.
    pub fn desk(window: Window) -> Browser {
        Browser::start(window, Value::Null)
    }

    fn start(window: Window, emulation: Value) -> Browser {
        let (driver, address) = driver();
        let mut browser = Browser { driver, address, session: String::new() };
        let args = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--lang=zh-CN",
            &format!("--window-size={},{}", window.0, window.1),
        ];
        let mut options = json!({ "args": args });
        if !emulation.is_null() {
            options["mobileEmulation"] = emulation;
        }
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let begun = browser.ask("POST", "/session", json!({ "capabilities": { "alwaysMatch": wanted } }));
        browser.session = format!("/session/{}", begun["sessionId"].as_str().expect("a session has an id"));
        browser
    }

    /// One command of the protocol; its value, or what went wrong.
    fn tell(&self, method: &str, path: &str, body: &Value) -> Result<Value, Value> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let head = format!(
            "{method} {}{path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             \r\n",
            self.session,
            self.address,
            body.len()
        );
        let mut answer = exchange(&self.address, format!("{head}{body}").as_bytes()).expect("the driver answers");
        let value = answer["value"].take();
        if value["error"].is_string() { Err(value) } else { Ok(value) }
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        self.tell(method, path, &body).unwrap_or_else(|error| panic!("{method} {path}: {error:#}"))
    }

    /// A command of Chromium's own protocol.
    #[track_caller]
    pub fn cdp(&self, command: &str, params: Value) -> Value {
        self.ask("POST", "/goog/cdp/execute", json!({ "cmd": command, "params": params }))
    }

    pub fn goto(&self, url: &str) {
        self.ask("POST", "/url", json!({ "url": url }));
    }

    /// The address that is shown, without its server.
    pub fn path(&self) -> String {
        self.text_of("return location.pathname + location.search")
    }

    /// Puts a cookie, `name=value`, for the server whose page is shown.
    pub fn put_cookie(&self, cookie: &str) {
        let (name, value) = cookie.split_once('=').expect("a cookie has a name");
        self.ask("POST", "/cookie", json!({ "cookie": { "name": name, "value": value, "httpOnly": true } }));
    }

    /// What a script returns.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.ask("POST", "/execute/sync", json!({ "script": script, "args": [] }))
    }

    #[track_caller]
    pub fn text_of(&self, script: &str) -> String {
        let value = self.run(script);
        value.as_str().unwrap_or_else(|| panic!("{script} returned {value}")).to_owned()
    }

    /// How many elements there are.
    pub fn count(&self, css: &str) -> usize {
        self.ask("POST", "/elements", by(css)).as_array().map_or(0, Vec::len)
    }

    /// The text of the first element as it is seen.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        let element = self.wait_for(css);
        self.ask("GET", &format!("/element/{element}/text"), Value::Null).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until there is such an element.
    #[track_caller]
    pub fn wait_for(&self, css: &str) -> String {
        let found = self.wait(|| self.tell("POST", "/element", &by(css)).ok());
        let found = found.unwrap_or_else(|| panic!("no {css} in {}", self.text_of("return document.body.innerText")));
        found[ELEMENT].as_str().expect("an element has an id").to_owned()
    }

    /// Waits until the first such element says this.
    #[track_caller]
    pub fn wait_text(&self, css: &str, words: &str) {
        let says = || {
            let element = self.tell("POST", "/element", &by(css)).ok()?;
            let id = element[ELEMENT].as_str()?.to_owned();
            let text = self.tell("GET", &format!("/element/{id}/text"), &Value::Null).ok()?;
            text.as_str()?.contains(words).then_some(())
        };
        self.wait(says).unwrap_or_else(|| {
            panic!("{css} does not say {words}: {}", self.text_of("return document.body.innerText"))
        });
    }

    /// Waits until a script returns true.
    #[track_caller]
    pub fn wait_until(&self, script: &str) {
        let is_so = || (self.run(script) == true).then_some(());
        self.wait(is_so).unwrap_or_else(|| panic!("{script}: {}", self.text_of("return document.body.innerText")));
    }

    fn wait<T>(&self, mut look: impl FnMut() -> Option<T>) -> Option<T> {
        let begun = Instant::now();
        loop {
            match look() {
                Some(found) => return Some(found),
                None if begun.elapsed() > PATIENCE => return None,
                None => sleep(Duration::from_millis(40)),
            }
        }
    }

    /// Clicks the first such element once it can be clicked, scrolled out from behind what is fixed at the edges.
    #[track_caller]
    pub fn click(&self, css: &str) {
        let mut last = Value::Null;
        let click = || {
            let element = self.tell("POST", "/element", &by(css)).map_err(|error| last = error).ok()?;
            let id = element[ELEMENT].as_str()?.to_owned();
            let script = json!({ "script": "arguments[0].scrollIntoView({ block: 'center' })", "args": [element] });
            self.tell("POST", "/execute/sync", &script).map_err(|error| last = error).ok()?;
            self.tell("POST", &format!("/element/{id}/click"), &json!({})).map_err(|error| last = error).ok()
        };
        self.wait(click).unwrap_or_else(|| panic!("{css} cannot be clicked: {:#}", last["message"]));
    }

    /// Types into the first such element, behind what is there.
    #[track_caller]
    pub fn type_into(&self, css: &str, text: &str) {
        let element = self.wait_for(css);
        self.ask("POST", &format!("/element/{element}/value"), json!({ "text": text }));
    }

    /// Presses keys where the focus is: text, and [`keys`] among it. A held key is let go at the end.
    #[track_caller]
    pub fn press(&self, text: &str) {
        let active = self.ask("GET", "/element/active", Value::Null);
        let id = active[ELEMENT].as_str().expect("something has the focus").to_owned();
        self.ask("POST", &format!("/element/{id}/value"), json!({ "text": text }));
    }

    /// Gives a file to a field that takes one.
    #[track_caller]
    pub fn choose_file(&self, css: &str, file: &std::path::Path) {
        self.type_into(css, file.to_str().expect("paths of tests are UTF-8"));
    }

    /// A picture of what is seen.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let picture = self.ask("GET", "/screenshot", Value::Null);
        let bytes = BASE64_STANDARD.decode(picture.as_str().expect("a picture is text")).expect("in base64");
        let file = artefact(&format!("{name}.png"));
        fs::write(&file, bytes).expect("target/ can be written to");
        file
    }

    /// Whether the system prefers dark.
    pub fn prefer_dark(&self, is_dark: bool) {
        let scheme = if is_dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Takes the window's connection away, or gives it back.
    pub fn offline(&self, is_offline: bool) {
        self.network(is_offline, 0, -1);
    }

    /// A connection with this latency and this many bytes a second (-1: no bound), both ways.
    pub fn network(&self, is_offline: bool, latency_ms: u32, bytes_per_s: i64) {
        self.cdp("Network.enable", json!({}));
        let rates = json!({
            "offline": is_offline, "latency": latency_ms,
            "downloadThroughput": bytes_per_s, "uploadThroughput": bytes_per_s,
        });
        self.cdp("Network.emulateNetworkConditions", rates);
    }

    /// Runs this script before any of a page's own, from the next page on.
    pub fn before_pages(&self, script: &str) {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    }

    /// Opens another window, closes the one that is shown, and goes on in the new one.
    pub fn replace_window(&self) {
        let new = self.ask("POST", "/window/new", json!({ "type": "tab" }));
        self.ask("DELETE", "/window", Value::Null);
        self.ask("POST", "/window", json!({ "handle": new["handle"] }));
    }

    /// What the pages complained of so far; nothing is told twice.
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.ask("POST", "/se/log", json!({ "type": "browser" }));
        let entries = entries.as_array().cloned().unwrap_or_default();
        let is_bad = |entry: &&Value| entry["level"] == "SEVERE";
        entries.iter().filter(is_bad).filter_map(|entry| Some(entry["message"].as_str()?.to_owned())).collect()
    }
}

/// A driver and where it listens. It takes a port that it found free for IPv4 for IPv6 too, and ends where somebody
/// beside it was quicker there; another start finds another port.
fn driver() -> (Child, String) {
    let mut said = Vec::new();
    for _ in 0..5 {
        let mut command = Command::new("chromedriver");
        command
            .arg("--port=0")
            .env("TZ", "Asia/Shanghai")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut driver = command.spawn().expect("scripts/need browser installs chromedriver");
        let mut lines = BufReader::new(driver.stdout.take().expect("its output is a pipe")).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let port = line.split_once("started successfully on port ").map(|(_, port)| port.to_owned());
            said.push(line);
            port
        });
        if let Some(port) = port {
            // Kept open to the end, so that the driver never writes into a closed pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return (driver, format!("127.0.0.1:{}", port.trim_end_matches('.')));
        }
        driver.wait().expect("a driver that says no more has ended");
    }
    panic!("chromedriver does not say where it listens: {said:#?}");
}

/// Sends these bytes and reads the object that answers. The driver keeps its connections, so the length counts.
fn exchange(address: &str, bytes: &[u8]) -> std::io::Result<Value> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    stream.write_all(bytes)?;
    let (mut reader, mut length, mut line) = (BufReader::new(stream), 0, String::new());
    while reader.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length is a number");
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

fn by(css: &str) -> Value {
    json!({ "using": "css selector", "value": css })
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // Ends the browser; the driver would leave it behind.
            let _ = self.tell("DELETE", "", &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
