//! A disk that is full: nothing is saved and that is said, reading goes on, and once there is room all is well again.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread::{self, sleep};
use std::time::Duration;

use tuan::store::backend::Db;

use super::{Over, wait_until};
use crate::app::books::lines;
use crate::app::{TestApp, arg};
use crate::intake::client::Client;
use crate::intake::{open_day_paid, order};
use crate::web::server::Server;

/// A small disk of one test's own. It goes with the test.
struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// None where this user may not mount one.
    fn mount(folder: &Path, mebibytes: u32) -> Option<SmallDisk> {
        fs::create_dir_all(folder).expect("a folder can be made");
        let size = format!("size={mebibytes}m");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tuan-test"]).arg(folder).status();
        done.is_ok_and(|status| status.success()).then(|| SmallDisk { folder: folder.to_owned() })
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let zeros = fs::File::open("/dev/zero").expect("there are zeros");
        let mut full = fs::File::create(self.folder.join("ballast")).expect("there is room for a name");
        // Ends with the room.
        let _ = std::io::copy(&mut std::io::Read::take(zeros, 1 << 30), &mut full);
    }

    fn make_room(&self) {
        fs::remove_file(self.folder.join("ballast")).expect("it was made");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}

/// A copy of the app's database on a small disk, and a server on it. None on PostgreSQL, and where no disk can be had.
fn on_small_disk(app: &TestApp) -> Option<(SmallDisk, String, Server)> {
    let file = app.url().strip_prefix("sqlite:").map(PathBuf::from)?;
    let Some(disk) = SmallDisk::mount(&app.folder().join("disk"), 24) else {
        println!("faults: this user may not mount a disk; see a_file_that_may_not_grow_… for the same by a quota");
        return None;
    };
    let own = disk.folder.join("tuan.db");
    fs::copy(&file, &own).expect("there is room so far");
    let limits = app.file("tuan.toml", "[limits]\nfree_mib = 1\nmachine_per_minute = 0\n");
    let url = format!("sqlite:{}", own.display());
    let args = ["serve", "--bind", "127.0.0.1:0", "--json", "--config", arg(&limits)];
    let server = Server::spawn(app, &url, app.command_on(&url, &args));
    Some((disk, url, server))
}

#[test]
fn a_full_disk_refuses_writes_in_words_and_is_forgotten_once_there_is_room() {
    let app = TestApp::pilot_day("open");
    let Some((disk, url, server)) = on_small_disk(&app) else { return };
    assert_eq!(server.get("/readyz").status, 200);
    disk.fill();
    let step = "/api/v1/cycles/261122/cutoff";
    for _ in 0..3 {
        let refused = server.post(step, "application/json", b"");
        assert_eq!((refused.status, refused.json()["code"].as_str()), (507, Some("disk_full")), "{}", refused.text());
        assert!(!refused.header("retry-after").is_empty());
    }
    for (path, status) in [("/healthz", 200), ("/api/v1/cycles/261122/totals", 200), ("/", 200), ("/readyz", 507)] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
    assert_eq!(server.json("/api/v1/cycles/261122")["state"], "open");
    // What a command meets is said in words too.
    let refused = app.tuan_on(&url, &["cutoff", "261122"]).refused();
    assert!(refused.stderr.contains("full"), "{}", refused.stderr);
    disk.make_room();
    assert_eq!(server.get("/readyz").status, 200);
    let done = server.post(step, "application/json", b"");
    assert_eq!((done.status, done.json()["state"].as_str()), (200, Some("frozen")), "{}", done.text());
    drop(server);
    assert_eq!(app.tuan_on(&url, &["check"]).done().code, 0);
}

#[test]
fn orders_meet_a_full_disk_and_come_in_again_once_there_is_room() {
    let mut app = open_day_paid("at_pickup");
    app.db.settle_after_load().expect("nobody else is there");
    let Some((disk, url, server)) = on_small_disk(&app) else { return };
    let client = Client::of(&server);
    let (is_over, told) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let refused = AtomicUsize::new(0);
    let order_on = |who: usize| {
        for turn in 0.. {
            if is_over.load(Relaxed) {
                break;
            }
            let key = format!("{who}-{turn}");
            let answer = client.order(&key, &order("L01", (who * 10_000 + turn) as u64, "K001", 1));
            match answer.status {
                201 => told.lock().expect("no panic").push(answer.json()["order_no"].as_str().unwrap().to_owned()),
                status => {
                    assert!([503, 507].contains(&status) && answer.retry_after.is_some(), "{}", answer.text());
                    refused.fetch_add(1, Relaxed);
                    sleep(Duration::from_millis(20));
                }
            }
        }
    };
    let orders = || told.lock().expect("no panic").len();
    thread::scope(|scope| {
        (0..8).for_each(|who| drop(scope.spawn(move || order_on(who))));
        let over = Over(&is_over);
        wait_until("orders come in", || orders() > 50);
        disk.fill();
        wait_until("the disk is full", || refused.load(Relaxed) > 100);
        let full = client.order("alone", &order("L01", 7, "K001", 1));
        assert_eq!((full.status, full.json()["code"].as_str()), (507, Some("disk_full")), "{}", full.text());
        assert_eq!(client.get("/api/v1/cycles/261122/totals").status, 200);
        disk.make_room();
        let before = orders();
        wait_until("orders come in again", || orders() > before + 50);
        drop(over);
    });
    let again = client.order("alone", &order("L01", 7, "K001", 1));
    assert_eq!(again.status, 201, "{}", again.text());
    let live = client.get("/api/v1/cycles/261122/totals").json()["orders"].as_i64();
    drop(server);
    let mut db = Db::open(&url).expect("there is room");
    let known: HashSet<String> = lines(&mut db, "SELECT order_no AS line FROM orders").into_iter().collect();
    let told = told.into_inner().expect("no panic");
    println!("faults: {} orders beside a full disk, {} refused", told.len(), refused.load(Relaxed));
    assert!(told.iter().all(|order_no| known.contains(order_no)), "an acknowledged order is gone");
    assert_eq!(live, Some(known.len() as i64));
    assert_eq!(app.tuan_on(&url, &["check"]).done().code, 0);
}

/// A quota says something else than a full disk, and needs no right of its own to be set.
#[test]
fn a_file_that_may_not_grow_refuses_writes_and_is_forgotten_once_it_may() {
    let app = TestApp::pilot_day("open");
    if !app.url().starts_with("sqlite:") {
        return;
    }
    let server = Server::start(&app);
    let limit = |bytes: &str| {
        let (pid, bytes) = (format!("--pid={}", server.pid()), format!("--fsize={bytes}:"));
        assert!(Command::new("prlimit").args([pid, bytes]).status().expect("util-linux is there").success());
    };
    limit("65536");
    let step = "/api/v1/cycles/261122/cutoff";
    let refused = server.post(step, "application/json", b"");
    assert!([503, 507].contains(&refused.status), "{}", refused.text());
    assert_eq!(server.get("/api/v1/cycles/261122/totals").status, 200);
    limit("unlimited");
    let done = server.post(step, "application/json", b"");
    assert_eq!((done.status, done.json()["state"].as_str()), (200, Some("frozen")), "{}", done.text());
}
