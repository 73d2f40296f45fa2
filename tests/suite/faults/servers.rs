//! One server a SQLite file, what it finds after an end without a word, and its write-ahead log under load.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use tuan::store::backend::Db;
use tuan::store::upkeep::log_bytes;

use super::wait_until;
use crate::app::TestApp;
use crate::app::dice::rounds;
use crate::intake::client::Client;
use crate::intake::killed::body;
use crate::intake::{open_day_paid, totals_are_right};
use crate::web::server::Server;

const SERVE: [&str; 3] = ["serve", "--bind", "127.0.0.1:0"];

fn is_file(app: &TestApp) -> bool {
    app.url().starts_with("sqlite:")
}

#[test]
fn a_second_server_is_refused_on_a_file_and_welcome_on_postgresql() {
    let app = TestApp::pilot_day("open");
    let first = Server::start(&app);
    if !is_file(&app) {
        let second = Server::start(&app);
        assert_eq!(second.get("/readyz").status, 200);
        return;
    }
    let refused = app.tuan(&SERVE).refused();
    assert!(refused.stderr.contains("已有一个服务器在用") && refused.stderr.contains(&first.pid().to_string()));
    // A command may write beside it, and what it wrote is seen.
    app.tuan(&["cutoff", "261122"]).done();
    assert_eq!(first.json("/api/v1/cycles/261122")["state"], "frozen");
    // kill -9 frees the lock at once.
    first.signal("KILL");
    wait_until("the first server is gone", || app.tuan(&["cycle", "list"]).code == 0);
    drop(first);
    let second = Server::start(&app);
    assert!(second.log().contains("looking for damage"), "{}", second.log());
    drop(second);
}

#[test]
fn after_a_clean_stop_the_next_start_looks_for_nothing() {
    let app = TestApp::pilot_day("open");
    let mut first = Server::start(&app);
    first.signal("TERM");
    assert_eq!(first.wait(Duration::from_secs(20)), Some(0));
    let second = Server::start(&app);
    assert!(!second.log().contains("looking for damage"), "{}", second.log());
}

#[test]
fn a_damaged_file_is_refused_after_an_end_without_a_word() {
    let mut app = TestApp::pilot_day("open");
    let Some(file) = app.url().strip_prefix("sqlite:").map(str::to_owned) else { return };
    app.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("nobody else is there");
    let server = Server::start(&app);
    server.signal("KILL");
    drop(server);
    let mut bytes = fs::OpenOptions::new().write(true).open(&file).expect("the file is there");
    let middle = fs::metadata(&file).expect("the file is there").len() / 2 / 4096 * 4096;
    bytes.seek(SeekFrom::Start(middle)).expect("it is that long");
    bytes.write_all(&[0xA5; 8192]).expect("it can be written");
    drop(bytes);
    let refused = app.tuan(&SERVE).refused();
    assert!(refused.stderr.contains("数据库文件已损坏"), "{}", refused.stderr);
}

/// Writers and readers without a pause: SQLite alone would let the log grow for as long as readers overlap.
#[test]
fn the_log_stays_small_under_steady_load() {
    let mut app = TestApp::pilot_day("open");
    if !is_file(&app) {
        return;
    }
    app.db.execute_batch("CREATE TABLE ballast (id INTEGER PRIMARY KEY, page BLOB)").expect("a table can be made");
    let server = Server::start(&app);
    let until = Instant::now() + Duration::from_secs(12);
    let readers: Vec<_> = (0..3)
        .map(|n| {
            let url = app.url().to_owned();
            thread::spawn(move || {
                let mut db = Db::open(&url).expect("it can be read");
                sleep(Duration::from_millis(170 * n));
                while Instant::now() < until {
                    db.execute_batch("BEGIN; SELECT count(*) FROM orders;").expect("it can be read");
                    sleep(Duration::from_millis(400));
                    db.execute_batch("COMMIT").expect("it was begun");
                }
            })
        })
        .collect();
    let (mut largest, mut written) = (0, 0u64);
    while Instant::now() < until {
        let row = "INSERT INTO ballast (page) VALUES (randomblob(524288));";
        app.db.execute_batch(row).expect("it can be written");
        written += 524_288;
        largest = largest.max(log_bytes(app.url()));
        sleep(Duration::from_millis(10));
    }
    for reader in readers {
        reader.join().expect("it reads to the end");
    }
    println!("faults: {} MiB written, the log at most {} MiB", written >> 20, largest >> 20);
    assert!(written > 50 << 20, "only {written} bytes were written");
    assert!(largest < 64 << 20, "the log grew to {largest} bytes");
    assert!(server.figure("tuan_wal_bytes_max") > 0.0);
}

/// The same of orders: the log is folded back beside the writer, so that none of them waits for it long.
#[test]
fn the_log_stays_small_while_orders_come_in_and_keeps_none_of_them_waiting() {
    const CLIENTS: usize = 32;
    let mut app = open_day_paid("at_pickup");
    if !is_file(&app) {
        return;
    }
    let server = Server::unpaced(&app);
    let (client, each) = (Client::of(&server), 25 * rounds(12) as usize);
    let begun = Instant::now();
    let mut waits: Vec<Duration> = thread::scope(|scope| {
        let order_on = |who: usize| {
            let place = |turn: usize| {
                let (key, begun) = (format!("{who}-{turn}"), Instant::now());
                let placed = client.order(&key, &body(&key));
                assert_eq!(placed.status, 201, "{}", placed.text());
                begun.elapsed()
            };
            (0..each).map(place).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..CLIENTS).map(|who| scope.spawn(move || order_on(who))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a client ends")).collect()
    });
    let took = begun.elapsed();
    waits.sort_unstable();
    let largest = server.figure("tuan_wal_bytes_max") as u64;
    let part = |share: f64| waits[(waits.len() as f64 * share) as usize - 1];
    println!(
        "faults: {} orders in {took:?}, the log at most {} MiB, cut {} times; half of them took {:?}, 99 % {:?}, all {:?}",
        waits.len(),
        largest >> 20,
        server.figure("tuan_wal_cuts_total{outcome=\"done\"}"),
        part(0.5),
        part(0.99),
        part(1.0)
    );
    assert!(largest < 64 << 20, "the log grew to {largest} bytes");
    assert!(part(1.0) < Duration::from_secs(5), "an order took {:?}", part(1.0));
    totals_are_right(&mut app, &client);
}
