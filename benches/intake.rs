//! Orders over HTTP, everything compared in one run: the queue against the same server that writes nothing and against
//! one transaction an order; and the writer alone against bare prepared inserts of the rows it wrote.
//!
//! `cargo bench --bench intake -- TEMPLATE.db FOLDER` prints a table. The template is a SQLite database with one open
//! cycle and no orders (`scripts/bench intake`). Judges nothing.

#[path = "support/bare.rs"]
mod bare;
#[path = "support/load.rs"]
mod load;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bare::{Database, SETTINGS, Table};
use load::{Measured, drive};
use tuan::domain::access::Scope;
use tuan::domain::secret::{Secret, token_text};
use tuan::domain::server_key::ServerKey;
use tuan::domain::time::{Moment, Zone};
use tuan::flow::Desk;
use tuan::flow::intake::{Act, Clerk, Clock, Within};
use tuan::flow::live_totals::LiveTotals;
use tuan::flow::place_orders::{ActKey, Person, PlaceOrder, Wanted};
use tuan::store::backend::Db;
use tuan::store::migrations::migrate;
use tuan::store::tokens::{self, TokenRow, scopes_text};
use tuan::web::client::Doorplate;
use tuan::web::limits::Limits;
use tuan::web::meters::Meters;
use tuan::web::{self, Settings};

/// Orders of a run over HTTP, and of a run of the writer alone.
const ORDERS: usize = 24_000;
const ORDERS_ALONE: usize = 16_000;
/// Orders of a transaction when the writer is measured alone.
const BATCH: usize = 64;
/// Persons who order, so that some order again.
const PERSONS: u64 = 20_000;

fn main() {
    // `cargo bench` adds a flag of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", url, now, batch_max] => serve(url, now, batch_max),
        [template, folder] => measure(template, folder),
        _ => println!("intake: needs TEMPLATE.db and FOLDER (scripts/bench intake)"),
    }
}

fn key() -> ServerKey {
    ServerKey::new(std::array::from_fn(|at| at as u8)).expect("32 different bytes")
}

/// A clock that begins at a moment of the cycle's window.
fn clock(now: i64) -> impl Fn() -> Desk + Send + Sync {
    let begun = Instant::now();
    move || Desk { now: Moment(now + begun.elapsed().as_micros() as i64), zone: Zone::default() }
}

/// The token that all requests carry.
fn token() -> Secret {
    Secret::new(*b"a bench's secret")
}

/// Makes the token known to a copy of the template.
fn admit(url: &str) {
    let mut db = Db::open(url).expect("a copy opens");
    let (name, scopes) = ("bench".to_owned(), scopes_text(Scope::ALL));
    let row = TokenRow { id: 1, name, token_hash: token().digest(), scopes, made_at: 0, revoked_at: None };
    migrate(&mut db).expect("the template is of this schema or an earlier one");
    tokens::insert(&mut db, &row, &[]).expect("the copy has no such token");
}

/// The server as it ships, but for how much it writes at once.
fn serve(url: &str, now: &str, batch_max: &str) {
    admit(url);
    let settings = Settings {
        bind: ([127, 0, 0, 1], 0).into(),
        database: url.to_owned(),
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

/// What orders may name in the template.
struct Goods {
    cycle: String,
    now: i64,
    leaders: Vec<String>,
    skus: Vec<String>,
}

impl Goods {
    fn read(template: &str) -> Goods {
        let db = Database::open(template);
        let one = |sql: &str| db.texts(sql).remove(0);
        Goods {
            cycle: one("SELECT cycle_code FROM cycles WHERE state = 'open'"),
            now: one("SELECT CAST((opens_at + cutoff_at) / 2 AS TEXT) FROM cycles WHERE state = 'open'")
                .parse()
                .expect("microseconds"),
            leaders: db.texts(
                "SELECT leader_code FROM leaders l WHERE \
                 (SELECT COUNT(*) FROM pickup_points p WHERE p.leader_id = l.id) = 1 ORDER BY leader_code",
            ),
            skus: db.texts(
                "SELECT sku_code FROM skus s JOIN offers o ON o.sku_id = s.id \
                 WHERE limit_per_resident IS NULL AND stock_cap IS NULL ORDER BY sku_code",
            ),
        }
    }

    /// Leader, phone and three SKUs of an order.
    fn order(&self, at: usize) -> (&str, String, [&str; 3]) {
        let mut dice = at as u64;
        let mut roll = |bound: usize| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((dice >> 33) as usize) % bound
        };
        let person = roll(PERSONS as usize);
        let leader = &self.leaders[person % self.leaders.len()];
        // A few SKUs make up most of the orders.
        let mut sku = |part: usize| {
            let first = 1 + roll(self.skus.len() / 3);
            &self.skus[part * self.skus.len() / 3 + roll(first)]
        };
        (leader, format!("138{person:08}"), [sku(0), sku(1), sku(2)])
    }

    fn request(&self, at: usize) -> Vec<u8> {
        let (leader, phone, skus) = self.order(at);
        let lines: Vec<String> = skus.iter().map(|sku| format!(r#"{{"sku":"{sku}","qty":2,"tolerance":1}}"#)).collect();
        let body = format!(
            r#"{{"cycle":"{}","leader":"{leader}","resident":{{"name":"王小芳","phone":"{phone}","building":"3","room":"1502"}},"lines":[{}]}}"#,
            self.cycle,
            lines.join(",")
        );
        let head = format!(
            "POST /api/v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Authorization: Bearer {}\r\nIdempotency-Key: 0193{at:08x}-7000-8000-{:012x}\r\n\
             Content-Length: {}\r\n\r\n",
            token_text(&token()),
            at.wrapping_mul(2_654_435_761),
            body.len()
        );
        [head.into_bytes(), body.into_bytes()].concat()
    }

    fn act(&self, at: usize) -> Act {
        let (leader, phone, skus) = self.order(at);
        let wanted = |sku: &&str| Wanted { sku_code: (*sku).to_owned(), qty: 2, tolerance: 1 };
        Act::Place(Box::new(PlaceOrder {
            by: "anonymous".into(),
            key: ActKey { key: format!("0193{at:08x}-7000-8000-{:012x}", at * 31), body_sha256: "x".repeat(43) },
            within: Within::All,
            cycle_code: self.cycle.clone(),
            leader_code: leader.to_owned(),
            point_code: None,
            chain_no: None,
            person: Person {
                name: Some("王小芳".into()),
                phone: Some(phone),
                building: Some("3".into()),
                room: Some("1502".into()),
                ..Person::default()
            },
            lines: skus.iter().map(wanted).collect(),
            is_paid: false,
            remark: None,
        }))
    }
}

fn measure(template: &str, folder: &str) {
    assert!(Path::new(template).exists(), "{template} is not there");
    let goods = Goods::read(template);
    let requests: Vec<Vec<u8>> = (0..ORDERS).map(|at| goods.request(at)).collect();
    println!("{ORDERS} orders of 3 lines, SQLite, synchronous=FULL\n");
    println!("clients  server               orders/s   CPU µs/order      p50 ms    p99 ms    of empty   of each alone");
    for clients in [64, 256] {
        let run =
            |batch_max: &str, count: usize| over_http(&goods, template, folder, batch_max, clients, &requests[..count]);
        let empty = run("0", ORDERS);
        let alone = run("1", ORDERS / 4);
        let queue = run("-", ORDERS);
        for (name, run) in [("writes nothing", &empty), ("a transaction each", &alone), ("the queue", &queue)] {
            let Run { measured, cpu_us } = run;
            let ms = |percent| measured.percentile(percent).as_secs_f64() * 1_000.0;
            println!(
                "{clients:7}  {name:19} {:9.0} {cpu_us:14.1} {:11.2} {:9.2} {:11.2} {:15.2}",
                measured.rate(),
                ms(50.0),
                ms(99.0),
                measured.rate() / empty.measured.rate(),
                measured.rate() / alone.measured.rate(),
            );
        }
    }
    println!("aims: the queue ≥ 0.20 of empty, ≥ 3 of each alone, ≤ 100 µs an order, p99 ≤ 60 ms at 64 clients\n");
    writer_alone(&goods, template, folder);
}

struct Run {
    measured: Measured,
    cpu_us: f64,
}

fn over_http(
    goods: &Goods,
    template: &str,
    folder: &str,
    batch_max: &str,
    clients: usize,
    requests: &[Vec<u8>],
) -> Run {
    let database = fresh(template, folder, "intake.db");
    let mut server = start(&format!("sqlite:{database}"), goods.now, batch_max);
    let mut told = BufReader::new(server.stdout.take().expect("its output is a pipe"));
    let mut address = String::new();
    told.read_line(&mut address).expect("the server says where it listens");
    let before = cpu(server.id());
    let measured = drive(address.trim(), clients, requests);
    let cpu_us = (cpu(server.id()) - before).as_secs_f64() * 1e6 / measured.answers as f64;
    server.kill().expect("it is running");
    server.wait().expect("it was killed");
    Run { measured, cpu_us }
}

fn start(url: &str, now: i64, batch_max: &str) -> Child {
    let own = std::env::current_exe().expect("a program knows its file");
    let mut command = Command::new(own);
    command.args(["serve", url, &now.to_string(), batch_max]).stdout(Stdio::piped());
    command.spawn().expect("a server can be started")
}

/// A copy of the template.
fn fresh(template: &str, folder: &str, name: &str) -> String {
    let path = format!("{folder}/{name}");
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{path}{suffix}"));
    }
    fs::copy(template, &path).expect("the folder can be written to");
    path
}

/// User and system time of a process so far.
fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
    let fields: Vec<&str> = stat.rsplit_once(')').expect("a name in brackets").1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().expect("ticks") + fields[12].parse::<u64>().expect("ticks");
    Duration::from_millis(ticks * 10)
}

/// The tables a batch writes, parents first.
const WRITTEN: [(&str, &str); 5] = [
    ("idempotency_keys", "created_at, key"),
    ("residents", "id"),
    ("orders", "id"),
    ("order_lines", "order_id, offer_no"),
    ("pickup_codes", "order_id"),
];

fn writer_alone(goods: &Goods, template: &str, folder: &str) {
    let acts: Vec<Act> = (0..ORDERS_ALONE).map(|at| goods.act(at)).collect();
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let written = fresh(template, folder, "writer.db");
        let mut db = Db::open(&format!("sqlite:{written}")).expect("a copy opens");
        let (mut clerk, live) = (Clerk::new(&key()), LiveTotals::default());
        let desk = clock(goods.now);
        let begun = Instant::now();
        for batch in acts.chunks(BATCH) {
            let clock = Clock { desk: &desk, is_shared: false };
            let committed = clerk.commit(&mut db, &clock, &live, batch);
            assert!(committed.verdicts.iter().all(Result::is_ok), "{:?}", committed.verdicts);
        }
        ours.push(begun.elapsed().as_secs_f64());
        drop(db);
        floor.push(bare_inserts(&written, &fresh(template, folder, "bare.db")));
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let (ours, floor) = (median(&mut ours), median(&mut floor));
    let rate = |seconds: f64| ORDERS_ALONE as f64 / seconds;
    println!("{ORDERS_ALONE} orders, {BATCH} a transaction, median of 3");
    println!("the writer alone {:9.0} orders/s", rate(ours));
    println!("bare inserts     {:9.0} orders/s", rate(floor));
    println!("the writer is {:.2} × the bare speed (aim 0.55 ×)", floor / ours);
}

/// Puts the rows that the writer wrote into a copy of the template by bare prepared statements, batch by batch.
fn bare_inserts(written: &str, scratch: &str) -> f64 {
    let (from, to) = (Database::open(written), Database::open(scratch));
    let tables: Vec<Table> = WRITTEN.iter().map(|(name, order)| from.read_in_order(name, order)).collect();
    to.run(SETTINGS);
    let statements: Vec<_> = tables.iter().map(|table| to.prepare_insert(table)).collect();
    let batches = ORDERS_ALONE.div_ceil(BATCH);
    let begun = Instant::now();
    for batch in 0..batches {
        to.run("BEGIN IMMEDIATE");
        for (table, statement) in tables.iter().zip(&statements) {
            let rows = table.values.len() / table.column_count;
            // Residents are fewer than orders: they all go with the first batches, as most did.
            let a_batch = if table.name == "residents" { rows.div_ceil(batches) * 2 } else { rows.div_ceil(batches) };
            let (first, last) = ((batch * a_batch).min(rows), ((batch + 1) * a_batch).min(rows));
            to.insert_rows(*statement, table, &table.values[first * table.column_count..last * table.column_count]);
        }
        to.run("COMMIT");
    }
    begun.elapsed().as_secs_f64()
}
