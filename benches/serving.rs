//! The server under the loads of a day: pickups, lists, the minute of the cutoff, what it needs of memory, orders while a
//! mail server keeps letters waiting, and orders on PostgreSQL.
//!
//! `cargo bench --bench serving -- PART ARGUMENTS` prints figures; `benches/serving.py` makes the databases that it asks
//! for (`scripts/bench serving`). Judges nothing.

#[path = "support/bare.rs"]
mod bare;
#[path = "support/goods.rs"]
mod goods;
#[path = "support/load.rs"]
mod load;
#[path = "support/server.rs"]
mod server;

use std::fs;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bare::Database;
use goods::{Goods, get, post};
use load::{ask, drive, drive_at, percentile_ms};
use server::{Server, admit, copy, serve};

const CLIENTS: usize = 64;

fn main() {
    // `cargo bench` adds a flag of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", url, now, batch_max] => serve(url, now, batch_max),
        ["pickups", template, folder, cycle] => pickups(template, folder, cycle),
        ["lists", template, folder, cycle] => lists(template, folder, cycle),
        ["cutoff", template, folder, cycle, next] => cutoff(template, folder, cycle, next),
        ["memory", empty, large, folder, cycle] => memory(empty, large, folder, cycle),
        ["mail", template, folder, cycle] => mail(template, folder, cycle),
        ["postgres", template, url, folder, cycle] => postgres(template, url, folder, cycle),
        _ => println!("serving: needs a part and what it works on (scripts/bench serving)"),
    }
}

fn key_file(folder: &str) -> String {
    let file = format!("{folder}/bench.key");
    if fs::metadata(&file).is_err() {
        fs::write(&file, "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f\n")
            .expect("the folder can be written to");
    }
    let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&file, owner_only).expect("the file is ours");
    file
}

/// Each order of a dispatched day handed out whole, one a request: against the same server that writes nothing.
fn pickups(template: &str, folder: &str, cycle: &str) {
    let orders = Database::open(template).texts(&format!(
        "SELECT order_no FROM orders o JOIN cycles c ON c.id = o.cycle_id WHERE cycle_code = '{cycle}' AND o.state = 'paid' \
         ORDER BY o.id LIMIT 24000"
    ));
    let now: i64 = Database::open(template)
        .texts(&format!("SELECT CAST(cutoff_at AS TEXT) FROM cycles WHERE cycle_code = '{cycle}'"))
        .remove(0)
        .parse()
        .expect("microseconds");
    let request = |(at, order_no): (usize, &String)| {
        let event = format!(
            r#"{{"event_id":"0193{at:08x}-7000-8000-000000000000","device_time":"2026-11-23T17:30:00+08:00","order_no":"{order_no}","method":"room","by":"团长"}}"#
        );
        post("/api/v1/pickups", "", &format!(r#"{{"events":[{event}]}}"#))
    };
    let requests: Vec<Vec<u8>> = orders.iter().enumerate().map(request).collect();
    println!("{} pickups, one a request, {CLIENTS} clients, SQLite, synchronous=FULL", requests.len());
    let run = |batch_max: &str| {
        let url = format!("sqlite:{}", copy(template, folder, "pickups.db"));
        admit(&url);
        let server = Server::trial(&url, now + 43_200_000_000, batch_max);
        let measured = drive(&server.address, CLIENTS, 200, &requests);
        let recorded = Database::open(&format!("{folder}/pickups.db"))
            .texts("SELECT CAST(COUNT(*) AS TEXT) FROM pickup_events")
            .remove(0);
        (measured, server.cpu(), recorded)
    };
    let (empty, ..) = run("0");
    let (queue, cpu, recorded) = run("-");
    println!("a server that writes nothing  {:7.0}/s", empty.rate());
    println!(
        "the queue                     {:7.0}/s = {:.2} × it (aim 0.4); p99 {:.1} ms, {:.0} µs of CPU each, {recorded} recorded",
        queue.rate(),
        queue.rate() / empty.rate(),
        queue.percentile_ms(99.0),
        cpu.as_secs_f64() * 1e6 / queue.answers as f64,
    );
}

/// A point of about 300 orders asked for its list again and again.
fn lists(template: &str, folder: &str, cycle: &str) {
    let point = Database::open(template).texts(&format!(
        "SELECT point_code || ' ' || COUNT(*) FROM orders o JOIN pickup_points p ON p.id = o.point_id \
         JOIN cycles c ON c.id = o.cycle_id WHERE cycle_code = '{cycle}' GROUP BY point_code \
         ORDER BY ABS(COUNT(*) - 300), point_code LIMIT 1"
    ));
    let (point, orders) = point[0].split_once(' ').expect("a code and a count");
    let url = format!("sqlite:{}", copy(template, folder, "lists.db"));
    admit(&url);
    let server = Server::shipped(&url, &key_file(folder));
    let path = format!("/api/v1/points/{point}/pickup-list?cycle={cycle}");
    let begun = Instant::now();
    let (status, body) = ask(&server.address, &get(&path));
    assert_eq!(status, 200, "{body}");
    println!("the list of a point of {orders} orders, {} bytes", body.len());
    println!("the first time  {:6.1} ms (the cycle is read)", begun.elapsed().as_secs_f64() * 1e3);
    let before = server.cpu();
    let measured = drive(&server.address, 2, 200, &vec![get(&path); 2_000]);
    let cpu = (server.cpu() - before).as_secs_f64() * 1e3 / measured.answers as f64;
    println!("then            {cpu:6.2} ms of CPU each (aim 2), p99 {:.1} ms", measured.percentile_ms(99.0));
}

/// 200 orders a second for the cycle that is frozen under way and for the next one.
fn cutoff(template: &str, folder: &str, cycle: &str, next: &str) {
    const SECONDS: usize = 60;
    const A_SECOND: f64 = 200.0;
    let url = format!("sqlite:{}", copy(template, folder, "cutoff.db"));
    admit(&url);
    let both = [Goods::read(template, cycle), Goods::read(template, next)];
    let requests: Vec<Vec<u8>> = (0..SECONDS * A_SECOND as usize).map(|at| both[at % 2].request(at)).collect();
    let server = Server::shipped(&url, &key_file(folder));
    let address = server.address.clone();
    let path = format!("/api/v1/cycles/{cycle}");
    let steps = thread::scope(|scope| {
        let clock = scope.spawn(|| {
            let begun = Instant::now();
            thread::sleep(Duration::from_secs(8));
            let closed = begun.elapsed();
            let (status, body) = ask(&address, &post(&format!("{path}/cutoff"), "", "{}"));
            assert_eq!(status, 200, "{body}");
            let frozen = begun.elapsed();
            while !ask(&address, &get(&path)).1.contains("\"procured\"") && begun.elapsed().as_secs() < SECONDS as u64 {
                thread::sleep(Duration::from_millis(250));
            }
            (closed, frozen, begun.elapsed())
        });
        let log = scope.spawn(|| {
            let sizes = (0..SECONDS * 10).map(|_| {
                thread::sleep(Duration::from_millis(100));
                fs::metadata(format!("{folder}/cutoff.db-wal")).map_or(0, |log| log.len())
            });
            sizes.max().unwrap_or(0)
        });
        let answers = drive_at(&address, A_SECOND, CLIENTS, &requests);
        (answers, clock.join().expect("the cutoff ends"), log.join().expect("sizes are read"))
    });
    let (answers, (closed, frozen, procured), log) = steps;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    let (taken, refused) = (count(201), count(423));
    println!("{} orders at {A_SECOND:.0} a second: {taken} taken, {refused} refused as closed", answers.len());
    assert_eq!(taken + refused, answers.len(), "an answer of another kind");
    println!(
        "the freeze took {:.2} s, the plan stood {:.1} s later",
        (frozen - closed).as_secs_f64(),
        (procured - frozen).as_secs_f64()
    );
    let tell = |name: &str, from: Duration, until: Duration| {
        let within = answers.iter().filter(|answer| answer.due >= from && answer.due < until);
        let mut waits: Vec<Duration> = within.map(|answer| answer.wait).collect();
        waits.sort_unstable();
        let ms = |percent| percentile_ms(&waits, percent);
        println!(
            "{name:32} {:6} orders, p50 {:6.1} ms, p99 {:6.1} ms, most {:6.1} ms",
            waits.len(),
            ms(50.0),
            ms(99.0),
            ms(100.0)
        );
    };
    let end = Duration::from_secs(SECONDS as u64);
    tell("before the cutoff", Duration::ZERO, closed);
    tell("from the cutoff to the plan", closed, procured);
    tell("afterwards, sheets prepared", procured, end);
    tell("through all of it (aim p99 150)", Duration::ZERO, end);
    println!("the write-ahead log was {:.0} MiB at most (aim 64)", log as f64 / 1_048_576.0);
}

/// Resident memory of the shipped server, and how soon it is ready.
fn memory(empty: &str, large: &str, folder: &str, cycle: &str) {
    let key = key_file(folder);
    let url = format!("sqlite:{}", copy(empty, folder, "memory.db"));
    admit(&url);
    let open = Database::open(empty).texts("SELECT cycle_code FROM cycles WHERE state = 'open'").remove(0);
    let goods = Goods::read(empty, &open);
    let server = Server::shipped(&url, &key);
    thread::sleep(Duration::from_secs(3));
    println!("idle                   {:6.1} MiB (aim 20)", server.memory().0);
    let requests: Vec<Vec<u8>> = (0..24_000).map(|at| goods.request(at)).collect();
    drive(&server.address, CLIENTS, 201, &requests);
    println!("after 24,000 orders    {:6.1} MiB at most (aim 80)", server.memory().1);
    drop(server);
    let url = format!("sqlite:{}", copy(large, folder, "memory.db"));
    admit(&url);
    let mut ready: Vec<Duration> = (0..5)
        .map(|_| {
            let begun = Instant::now();
            let server = Server::shipped(&url, &key);
            assert_eq!(ask(&server.address, &get("/readyz")).0, 200);
            begun.elapsed()
        })
        .collect();
    ready.sort_unstable();
    println!("ready on the large day {:6.2} s, median of 5 (aim 1.5)", ready[2].as_secs_f64());
    let points = Database::open(large).texts("SELECT point_code FROM pickup_points ORDER BY point_code LIMIT 500");
    let list = |point: &String| get(&format!("/api/v1/points/{point}/pickup-list?cycle={cycle}"));
    let pages: Vec<Vec<u8>> = points.iter().cycle().take(5_000).map(list).collect();
    let server = Server::shipped(&url, &key);
    let measured = drive(&server.address, CLIENTS, 200, &pages);
    println!(
        "after 5,000 lists      {:6.1} MiB at most (aim 200); {:.0} lists a second",
        server.memory().1,
        measured.rate()
    );
}

/// Orders while a letter to each leader is on its way to a mail server that takes the connection and never says a word.
fn mail(template: &str, folder: &str, cycle: &str) {
    const ORDERS: usize = 12_000;
    const TURNS: usize = 3;
    let goods = Goods::read(template, cycle);
    let requests: Vec<Vec<u8>> = (0..ORDERS).map(|at| goods.request(at)).collect();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("smtp://{}?tls=none", silent.local_addr().expect("a listener has an address"));
    let callers: &'static AtomicUsize = Box::leak(Box::default());
    thread::spawn(move || {
        let mut held = Vec::new();
        while let Ok((caller, _)) = silent.accept() {
            held.push(caller);
            callers.fetch_add(1, Ordering::Relaxed);
        }
    });
    let run = |settings: &[(&str, &str)]| {
        let url = format!("sqlite:{}", copy(template, folder, "mail.db"));
        admit(&url);
        queue_letters(&format!("{folder}/mail.db"), cycle);
        let server = Server::shipped_with(&url, &key_file(folder), settings);
        thread::sleep(Duration::from_secs(2));
        drive(&server.address, CLIENTS, 201, &requests)
    };
    let settings = [("TUAN_SMTP_URL", url.as_str()), ("TUAN_MAIL_FROM", "orders@yunzhou.example")];
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        without.push(run(&[]).percentile_ms(99.0));
        with.push(run(&settings).percentile_ms(99.0));
    }
    let calls = callers.load(Ordering::Relaxed);
    assert!(calls > 0, "no letter was ever brought to the mail server");
    without.sort_by(f64::total_cmp);
    with.sort_by(f64::total_cmp);
    println!("{ORDERS} orders, {CLIENTS} clients, medians of {TURNS} in turns; a letter to each leader waits");
    println!("without a mail server             p99 {:6.1} ms", without[TURNS / 2]);
    println!("one that never answers            p99 {:6.1} ms; it was called {calls} times", with[TURNS / 2]);
}

/// A reminder to each leader, due now.
fn queue_letters(file: &str, cycle: &str) {
    let database = Database::open(file);
    database.run("UPDATE leaders SET email = leader_code || '@yunzhou.example'");
    database.run(&format!(
        "INSERT INTO outbox (id, business_key, template, recipient, leader_id, cycle_id, state, tries, next_try_at, \
         give_up_at, created_at) SELECT l.id, 'cutoff_reminder:{cycle}:' || leader_code, 'cutoff_reminder', 'leader', l.id, \
         c.id, 'queued', 0, 0, 9000000000000000, 0 FROM leaders l, cycles c WHERE cycle_code = '{cycle}'"
    ));
}

/// Orders on PostgreSQL at 256 clients: `url` is a copy of the template made by the same files.
fn postgres(template: &str, url: &str, folder: &str, cycle: &str) {
    const ORDERS: usize = 24_000;
    let goods = Goods::read(template, cycle);
    let requests: Vec<Vec<u8>> = (0..ORDERS).map(|at| goods.request(at)).collect();
    admit(url);
    let server = Server::shipped(url, &key_file(folder));
    let measured = drive(&server.address, 256, 201, &requests);
    println!("{:.0}", measured.rate());
}
