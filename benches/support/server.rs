//! Servers to measure: the program as it ships, and one that may write as little at once as a measurement asks for.

#![allow(dead_code, reason = "each bench uses its part")]

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tuan::domain::access::Scope;
use tuan::domain::secret::{Secret, token_text};
use tuan::domain::server_key::ServerKey;
use tuan::domain::time::{Moment, Zone};
use tuan::flow::Desk;
use tuan::flow::dispatch_trips::Asked;
use tuan::store::backend::Db;
use tuan::store::migrations::migrate;
use tuan::store::tokens::{self, TokenRow, scopes_text};
use tuan::web::client::Doorplate;
use tuan::web::limits::Limits;
use tuan::web::meters::Meters;
use tuan::web::{self, Settings};

/// A running server; it ends with this.
pub struct Server {
    process: Child,
    /// What it still says; it would break off if nobody could hear it.
    _told: Lines<BufReader<ChildStdout>>,
    /// Host and port.
    pub address: String,
}

impl Server {
    /// This bench's own program, whose `main` hands `serve` to [`serve`]: transactions of at most `batch_max` acts, `0`
    /// for a server that writes nothing, `-` for as many as serve best.
    pub fn trial(url: &str, now: i64, batch_max: &str) -> Server {
        let own = std::env::current_exe().expect("a program knows its file");
        let mut command = Command::new(own);
        command.args(["serve", url, &now.to_string(), batch_max]);
        Server::started(command)
    }

    /// `tuan serve` as it ships, with the real time and all that works in the background.
    pub fn shipped(url: &str, key_file: &str) -> Server {
        Server::shipped_with(url, key_file, &[])
    }

    /// The same with settings from the environment.
    pub fn shipped_with(url: &str, key_file: &str, settings: &[(&str, &str)]) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tuan"));
        command.args(["serve", "--bind", "127.0.0.1:0", "--json", "--log-level", "warn"]);
        command.args(["--database", url, "--key-file", key_file]).envs(settings.iter().copied()).stderr(Stdio::null());
        Server::started(command)
    }

    fn started(mut command: Command) -> Server {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("a server can be started");
        let mut told = BufReader::new(process.stdout.take().expect("its output is a pipe")).lines();
        let address = told.by_ref().map_while(Result::ok).find_map(|line| {
            let address = line.split("http://").nth(1).unwrap_or(&line).split('/').next()?.to_owned();
            address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()).then_some(address)
        });
        Server { process, _told: told, address: address.expect("the server says where it listens") }
    }

    /// User and system time so far.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("the process runs");
        let fields: Vec<&str> = stat.rsplit_once(')').expect("a name in brackets").1.split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>().expect("ticks") + fields[12].parse::<u64>().expect("ticks");
        Duration::from_millis(ticks * 10)
    }

    /// MiB of memory: as it is now, and as it was at most.
    pub fn memory(&self) -> (f64, f64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("the process runs");
        let mib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux tells it");
            line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).expect("a number") / 1024.0
        };
        (mib("VmRSS:"), mib("VmHWM:"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The key of the servers on trial.
pub fn key() -> ServerKey {
    ServerKey::new(std::array::from_fn(|at| at as u8)).expect("32 different bytes")
}

/// A clock that begins at a moment of the cycle's window.
pub fn clock(now: i64) -> impl Fn() -> Desk + Send + Sync {
    let begun = Instant::now();
    move || Desk { now: Moment(now + begun.elapsed().as_micros() as i64), zone: Zone::default() }
}

fn token() -> Secret {
    Secret::new(*b"a bench's secret")
}

/// The head line by which all requests say who asks.
pub fn authorization() -> String {
    format!("Authorization: Bearer {}", token_text(&token()))
}

/// Makes the token known to a database.
pub fn admit(url: &str) {
    let mut db = Db::open(url).expect("the database opens");
    let (name, scopes) = ("bench".to_owned(), scopes_text(Scope::ALL));
    let row = TokenRow { id: 1, name, token_hash: token().digest(), scopes, made_at: 0, revoked_at: None };
    migrate(&mut db).expect("the database is of this schema or an earlier one");
    tokens::insert(&mut db, &row, &[]).expect("the database has no such token");
}

/// The server as it ships, but for its clock, how much it writes at once, and what works in the background.
pub fn serve(url: &str, now: &str, batch_max: &str) {
    let settings = Settings {
        bind: ([127, 0, 0, 1], 0).into(),
        database: url.to_owned(),
        routes: Asked::default(),
        desk: Box::new(clock(now.parse().expect("microseconds"))),
        log: |words| eprintln!("{words}"),
        limits: Limits::default(),
        plate: Doorplate::default(),
        tls: None,
        meters: Meters::default(),
        key: key(),
        is_rehearsal: true,
        batch_max: batch_max.parse().ok(),
        prepared: None,
    };
    web::serve(settings, |address| println!("{address}")).expect("a server can be started");
}

/// A copy of a SQLite database.
pub fn copy(template: &str, folder: &str, name: &str) -> String {
    let path = format!("{folder}/{name}");
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{path}{suffix}"));
    }
    fs::copy(template, &path).expect("the folder can be written to");
    path
}
