//! A whole installation for one test: a database of its own, a folder of its own, and the real command.

pub mod books;
mod days;
pub mod dice;
mod server;
pub mod tables;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tuan::check::{self, Violation};
use tuan::flow::Desk;
use tuan::store::backend::Db;

use server::{Place, Template};

/// A database, a folder and a clock that stands still.
pub struct TestApp {
    pub db: Db,
    /// The cycle of the pilot day.
    pub cycle: String,
    /// The time at which [`TestApp::tuan`] acts, `YYYY-MM-DD HH:MM`.
    pub now: String,
    place: Place,
    folder: TempDir,
}

/// A state of the database that several runs begin from.
pub struct Start {
    template: Template,
    cycle: String,
    now: String,
}

impl Start {
    /// A copy of its own, with an empty folder.
    pub fn app(&self) -> TestApp {
        TestApp::copy_of(&self.template, &self.cycle, &self.now)
    }
}

/// What a command answered.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Its exit code; -1 where a signal ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl TestApp {
    /// An empty, migrated database.
    pub fn new() -> TestApp {
        TestApp::at(0)
    }

    /// The pilot day once the stage of this name has ended: open, frozen, procured, receiving, allocated, dispatched.
    pub fn pilot_day(stage: &str) -> TestApp {
        let index = days::STAGES.iter().position(|known| known.name == stage);
        TestApp::at(index.unwrap_or_else(|| panic!("the pilot day has no stage {stage}")))
    }

    /// The pilot day dispatched on the routes that leaders were filed with: who drives where does not hang on the solver.
    pub fn as_filed() -> TestApp {
        let app = TestApp::pilot_day("allocated");
        app.tuan(&["dispatch", days::CYCLE, "--as-filed"]).done();
        app
    }

    fn at(stage: usize) -> TestApp {
        TestApp::copy_of(days::template(stage), days::CYCLE, days::STAGES[stage].ends_at)
    }

    fn copy_of(template: &Template, cycle: &str, now: &str) -> TestApp {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let place = template.copy_to(folder.path());
        let db = Db::open(place.url()).expect("the database was made a moment ago");
        TestApp { db, cycle: cycle.to_owned(), now: now.to_owned(), place, folder }
    }

    /// Keeps the database as it stands, to begin from there again and again.
    pub fn keep(mut self) -> Start {
        self.db.settle_after_load().expect("the database can take stock");
        let TestApp { db, cycle, now, place, folder } = self;
        drop(db);
        let template = Template::of(place);
        drop(folder);
        Start { template, cycle, now }
    }

    /// The URL of the database.
    pub fn url(&self) -> &str {
        self.place.url()
    }

    /// The folder in which the command runs; it goes with the test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where and when a step takes place, at a time like `2026-11-22 23:00`.
    pub fn desk(&self, time: &str) -> Desk {
        days::desk(time)
    }

    /// Writes a file into the folder, or into one below it.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(&path, content).expect("the folder of a test can be written to");
        path
    }

    /// The real command on this database, at [`TestApp::now`], ready to be started.
    pub fn command(&self, args: &[&str]) -> Command {
        self.command_on(self.url(), args)
    }

    /// The same on another database.
    pub fn command_on(&self, url: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tuan"));
        command.args(args).args(["--database", url, "--now", &self.now]);
        command.current_dir(self.folder()).env_remove("TUAN_DATABASE").env_remove("TUAN_NOW").env_remove("TUAN_ZONE");
        // Servers on PostgreSQL share a key, so it must be named; the first command makes it.
        command.env("TUAN_KEY_FILE", self.folder().join("tuan.key"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the real command on another database.
    pub fn tuan_on(&self, url: &str, args: &[&str]) -> Ran {
        ran(self.command_on(url, args).output().expect("the command can be started"))
    }

    /// Runs the real command to its end.
    pub fn tuan(&self, args: &[&str]) -> Ran {
        ran(self.command(args).output().expect("the command can be started"))
    }

    /// Audits everything: all that is wrong, a line each.
    pub fn audit(&mut self) -> String {
        let mut found = String::new();
        let mut tell =
            |v: Violation| found += &format!("{} {} {}: {} not {}\n", v.rule, v.table, v.row, v.found, v.expected);
        check::run(&mut self.db, None, &mut tell).expect("the audit can read");
        found
    }

    /// All business tables as text, but for ids and the times at which something was written: runs that did the same
    /// have the same books.
    pub fn books(&mut self) -> String {
        books::read(&mut self.db)
    }
}

/// What a command that has ended answered.
pub fn ran(output: Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the command writes UTF-8");
    Ran { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Ran {
    /// The objects of an answer with `--json`, one a line.
    pub fn objects(&self) -> Vec<Value> {
        let object = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(object).collect()
    }

    /// The answer of a command that must have been done.
    #[track_caller]
    pub fn done(self) -> Ran {
        assert_eq!(self.code, 0, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// The answer of a command that must have been refused with words, not with a crash.
    #[track_caller]
    pub fn refused(self) -> Ran {
        assert_eq!(self.code, 1, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        assert!(!self.stderr.trim().is_empty() && !self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

/// A file under `fixtures/`, such as `pilot_day/orders.csv`.
pub fn fixture(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    assert!(path.exists(), "{} is not there", path.display());
    path
}

/// A path as an argument of the command.
pub fn arg(path: &Path) -> &str {
    path.to_str().expect("paths of tests are UTF-8")
}
