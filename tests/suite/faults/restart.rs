//! PostgreSQL restarted under the server: refused in words meanwhile, and well again by itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tuan::store::backend::Db;

use crate::app::{TestApp, books};
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
    assert_eq!((done.status, done.json()["state"].as_str()), (200, Some("frozen")), "{}", done.text());
    drop(server);
    assert_eq!(app.tuan_on(&cluster.url, &["check"]).done().code, 0);
}
