//! PostgreSQL restarted under the server: refused in words meanwhile, and well again by itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use tuan::store::backend::Db;

use super::Over;
use crate::app::dice::{Dice, rounds, seed};
use crate::app::{TestApp, arg, books, fixture};
use crate::intake::client::Client;
use crate::intake::killed::body;
use crate::web::server::Server;

/// A cluster of this test's own, since all others share one.
struct Cluster {
    keeper: Child,
    url: String,
    data: String,
}

impl Cluster {
    fn start() -> Cluster {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/postgres");
        let mut command = Command::new(script);
        command.arg("run").stdout(Stdio::piped()).stdin(Stdio::null());
        let mut keeper = command.spawn().expect("the script can be started");
        let mut url = String::new();
        BufReader::new(keeper.stdout.take().expect("a pipe")).read_line(&mut url).expect("it prints its URL");
        let url = url.trim().to_owned();
        let mut db = Db::open(&url).expect("the cluster answers");
        let data = books::lines(&mut db, "SELECT setting AS line FROM pg_settings WHERE name = 'data_directory'");
        Cluster { keeper, url, data: data.concat() }
    }

    /// `stop` or `start`, as its owner does it.
    fn control(&self, act: &str) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/postgres");
        let done = Command::new(script).args(["control", &self.data, act]).stdin(Stdio::null()).status();
        assert!(done.expect("the script can be started").success(), "{act}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.keeper.id().to_string()]).status();
        let _ = self.keeper.wait();
    }
}

#[test]
fn a_restart_of_postgresql_is_survived() {
    if std::env::var("TUAN_TEST_DATABASE").is_err() {
        return;
    }
    let app = TestApp::new();
    let cluster = Cluster::start();
    app.tuan_on(&cluster.url, &["cycle", "list"]).done();
    app.tuan_on(&cluster.url, &["generate", "--size", "S"]).done();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tuan"));
    command.args(["serve", "--bind", "127.0.0.1:0", "--json", "--database", &cluster.url]);
    command.env("TUAN_KEY_FILE", app.folder().join("tuan.key"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let server = Server::spawn(&app, &cluster.url, command);
    let cycles = server.json("/api/v1/cycles");
    let code = cycles["cycles"][0]["cycle_code"].as_str().expect("one was generated").to_owned();
    cluster.control("stop");
    for path in ["/readyz", "/api/v1/cycles"] {
        let begun = Instant::now();
        let refused = server.get(path);
        assert_eq!(refused.status, 503, "{path}: {}", refused.text());
        assert!(begun.elapsed() < Duration::from_secs(8) && !refused.header("retry-after").is_empty(), "{path}");
    }
    let refused = server.post(&format!("/api/v1/cycles/{code}/cutoff"), "application/json", b"");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("database_unavailable")));
    assert_eq!(server.get("/healthz").status, 200);
    cluster.control("start");
    let begun = Instant::now();
    while server.get("/readyz").status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(10), "not back within 10 s");
        sleep(Duration::from_millis(100));
    }
    println!("faults: back {:?} after PostgreSQL was", begun.elapsed());
    let done = server.post(&format!("/api/v1/cycles/{code}/cutoff"), "application/json", b"");
    // The cycle is due, so the server's own clock may have been there first and gone on.
    let is_frozen = matches!(done.json()["state"].as_str(), Some("frozen" | "procured"));
    assert!(done.status == 200 && is_frozen, "{}", done.text());
    drop(server);
    assert_eq!(app.tuan_on(&cluster.url, &["check"]).done().code, 0);
}

/// The pilot day on a cluster, with orders that pay at pickup.
fn open_day_on(url: &str) -> TestApp {
    let mut app = TestApp::new();
    app.now = "2026-11-22 22:00".to_owned();
    for kind in ["suppliers", "skus", "warehouses", "vehicles", "leaders", "cycles", "offers"] {
        app.tuan_on(url, &["import", kind, arg(&fixture(&format!("pilot_day/{kind}.csv")))]).done();
    }
    app.tuan_on(url, &["cycle", "open", "261122"]).done();
    let mut db = Db::open(url).expect("the cluster answers");
    db.execute_batch("UPDATE cycles SET payment = 'at_pickup'").expect("the test owns its database");
    app
}

fn serve_on(app: &TestApp, url: &str) -> Server {
    let limits = app.file("tuan.toml", "[limits]\nmachine_per_minute = 0\n");
    let args = ["serve", "--bind", "127.0.0.1:0", "--json", "--config", arg(&limits)];
    Server::spawn(app, url, app.command_on(url, &args))
}

/// An order that was asked for: its key, and the number it got where it was acknowledged.
type Asked = (String, Option<String>);

/// Orders without a pause until told to stop. Each is acknowledged or told to come again, in time.
fn order_on(client: &Client, who: &str, is_over: &AtomicBool) -> Vec<Asked> {
    let mut asked = Vec::new();
    for turn in 0.. {
        if is_over.load(Relaxed) {
            break;
        }
        let (key, begun) = (format!("{who}-{turn}"), Instant::now());
        let answer = client.order(&key, &body(&key));
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(11), "{key} waited for {took:?}");
        if answer.status != 201 {
            assert!(answer.status == 503 && answer.retry_after.is_some(), "{key}: {}", answer.text());
            sleep(Duration::from_millis(25));
        }
        let order_no = (answer.status == 201).then(|| answer.json()["order_no"].as_str().unwrap().to_owned());
        asked.push((key, order_no));
    }
    asked
}

#[test]
fn orders_that_come_while_postgresql_restarts_are_in_once() {
    if std::env::var("TUAN_TEST_DATABASE").is_err() {
        return;
    }
    let cluster = Cluster::start();
    let app = open_day_on(&cluster.url);
    let server = serve_on(&app, &cluster.url);
    let client = Client::of(&server);
    let (mut dice, mut all, mut slowest) = (Dice::new(seed()), Vec::new(), Duration::ZERO);
    for round in 0..rounds(3) {
        let is_over = AtomicBool::new(false);
        let asked: Vec<Asked> = thread::scope(|scope| {
            let order_on = |who: u64| order_on(&client, &format!("{round}-{who}"), &is_over);
            let threads: Vec<_> = (0..8).map(|who| scope.spawn(move || order_on(who))).collect();
            let _over = Over(&is_over);
            sleep(Duration::from_millis(200 + dice.below(500) as u64));
            cluster.control("stop");
            sleep(Duration::from_millis(dice.below(1_500) as u64));
            cluster.control("start");
            let begun = Instant::now();
            let probe = format!("{round}-back");
            while client.order(&probe, &body(&probe)).status != 201 {
                assert!(begun.elapsed() < Duration::from_secs(10), "not back within 10 s");
                sleep(Duration::from_millis(50));
            }
            slowest = slowest.max(begun.elapsed());
            sleep(Duration::from_millis(300));
            drop(_over);
            threads.into_iter().flat_map(|thread| thread.join().expect("a client ends")).collect()
        });
        all.extend(asked);
    }
    let told = all.iter().filter(|(_, order_no)| order_no.is_some()).count();
    for (key, order_no) in &all {
        let again = client.order(key, &body(key));
        assert_eq!(again.status, 201, "{key}: {}", again.text());
        let again = again.json()["order_no"].as_str().unwrap().to_owned();
        assert!(order_no.as_ref().is_none_or(|order_no| *order_no == again), "{key} was {order_no:?}, is {again}");
    }
    let mut db = Db::open(&cluster.url).expect("the cluster answers");
    let count = "SELECT CAST(COUNT(*) AS TEXT) || ' ' || CAST(COUNT(DISTINCT order_no) AS TEXT) AS line FROM orders";
    let want = all.len() + rounds(3) as usize;
    assert_eq!(books::lines(&mut db, count), [format!("{want} {want}")]);
    println!(
        "faults: {} restarts of PostgreSQL; {told} orders acknowledged, {} made good by a repeat, back within {slowest:?}",
        rounds(3),
        all.len() - told
    );
    drop(server);
    assert_eq!(app.tuan_on(&cluster.url, &["check"]).done().code, 0);
}
