//! A disk that is full: nothing is saved and that is said, reading goes on, and once there is room all is well again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::app::TestApp;
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

#[test]
fn a_full_disk_refuses_writes_in_words_and_is_forgotten_once_there_is_room() {
    let app = TestApp::pilot_day("open");
    let Some(file) = app.url().strip_prefix("sqlite:").map(PathBuf::from) else { return };
    let Some(disk) = SmallDisk::mount(&app.folder().join("disk"), 24) else {
        println!("faults: this user may not mount a disk; see a_file_that_may_not_grow_… for the same by a quota");
        return;
    };
    let own = disk.folder.join("tuan.db");
    fs::copy(&file, &own).expect("there is room so far");
    let limits = app.file("tuan.toml", "[limits]\nfree_mib = 1\n");
    let url = format!("sqlite:{}", own.display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_tuan"));
    command.args(["serve", "--bind", "127.0.0.1:0", "--json", "--now", &app.now, "--database", &url, "--config"]);
    command.arg(limits).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let server = Server::spawn(&app, &url, command);
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
