//! A power cut: a process is killed, and what it wrote since the last fsync is taken back, all of it or some of it.
//!
//! `unsynced.c` is preloaded into the process and notes what its writes replaced. That is our way of writing to
//! SQLite's files, at the settings that we ship. How PostgreSQL writes is PostgreSQL's own; what is ours there is to
//! live with its sudden end, which `restart` brings about with an immediate stop.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tuan::store::backend::Db;

use super::killed_and;
use crate::app::dice::{Dice, rounds, seed};
use crate::app::{TestApp, arg};
use crate::intake::client::Client;
use crate::intake::killed::{body, one_round};
use crate::intake::{number, open_day_paid};
use crate::web::server::Server;

/// The library to be preloaded, built once.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/faults/unsynced.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("unsynced-{}.so", std::process::id()));
        let mut cc = Command::new("cc");
        cc.args(["-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o"]).arg(&library).arg(source).arg("-ldl");
        assert!(cc.status().expect("there is a C compiler").success(), "{source} cannot be built");
        library
    })
}

/// Lets the process note what a power cut takes back.
fn noted(command: &mut Command) {
    command.env("LD_PRELOAD", library());
}

fn serve(app: &TestApp, variables: &[(&str, &str)]) -> Server {
    let limits = app.file("tuan.toml", "[limits]\nmachine_per_minute = 0\n");
    let mut command = app.command(&["serve", "--bind", "127.0.0.1:0", "--json", "--config", arg(&limits)]);
    noted(&mut command);
    command.envs(variables.iter().copied());
    Server::spawn(app, app.url(), command)
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name: OsString = file.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// What stood somewhere before it was written to.
struct Note {
    offset: u64,
    written: u64,
    size: u64,
    kept: Vec<u8>,
}

/// The notes of a file, in the order of its writes. One that is cut short was not followed by its write.
fn notes(file: &Path) -> Vec<Note> {
    let bytes = fs::read(beside(file, ".unsynced")).unwrap_or_default();
    let (mut rest, mut found) = (bytes.as_slice(), Vec::new());
    while let Some((head, tail)) = rest.split_first_chunk::<32>() {
        let word = |at: usize| u64::from_ne_bytes(head[at * 8..][..8].try_into().expect("eight bytes"));
        let Some(kept) = tail.get(..word(3) as usize) else { break };
        found.push(Note { offset: word(0), written: word(1), size: word(2), kept: kept.to_owned() });
        rest = &tail[kept.len()..];
    }
    found
}

/// Takes back what was not synced: everything, or each write by the toss of a coin. The process is dead.
fn take_back(file: &Path, mut coin: Option<&mut Dice>) -> usize {
    let found = notes(file);
    let _ = fs::remove_file(beside(file, ".unsynced"));
    let Ok(file) = OpenOptions::new().write(true).open(file) else { return 0 };
    for note in found.iter().rev() {
        if coin.as_mut().is_some_and(|dice| dice.below(2) == 0) {
            continue;
        }
        put_back(&file, note, coin.is_some());
    }
    found.len()
}

/// `keeps_size`: a later write made the file longer and has stayed, so that it has a hole now.
fn put_back(file: &File, note: &Note, keeps_size: bool) {
    file.write_all_at(&note.kept, note.offset).expect("the file can be written");
    let end = note.offset + note.written;
    if end > note.size && keeps_size {
        let hole = vec![0; (end - note.size.max(note.offset)) as usize];
        file.write_all_at(&hole, note.size.max(note.offset)).expect("the file can be written");
    } else if end > note.size || note.written == 0 {
        file.set_len(note.size).expect("the file can be cut");
    }
}

/// The power goes: in every other round all that was not synced is lost, in the others some of it.
fn power_cut(app: &mut TestApp, dice: &mut Dice) {
    let loses_all = dice.below(2) == 0;
    cut(app, (!loses_all).then_some(dice));
}

/// Takes back what the killed process had not synced; returns how many writes were in question.
fn cut(app: &mut TestApp, mut coin: Option<&mut Dice>) -> usize {
    let file = PathBuf::from(app.url().strip_prefix("sqlite:").expect("a file"));
    let both = [beside(&file, "-wal"), file.clone()];
    let left = both.each_ref().map(|file| fs::read(file).ok());
    // We are the last to close it and so would fold the log into the file, as if nothing had happened.
    app.db = Db::open("sqlite::memory:").expect("a database in memory");
    for file in both.iter().chain([&beside(&file, "-shm")]) {
        let _ = fs::remove_file(file);
    }
    let mut count = 0;
    for (file, left) in both.iter().zip(left) {
        if let Some(bytes) = left {
            fs::write(file, bytes).expect("the folder can be written to");
        }
        count += take_back(file, coin.as_deref_mut());
    }
    app.db = Db::open(app.url()).expect("SQLite mends what a power cut leaves");
    count
}

fn is_file(app: &TestApp) -> bool {
    app.url().starts_with("sqlite:")
}

#[test]
fn a_power_cut_while_orders_come_in_loses_none_that_was_acknowledged() {
    let mut app = open_day_paid("at_pickup");
    if !is_file(&app) {
        return;
    }
    let before = number(&mut app, "SELECT COUNT(*) FROM orders");
    // The test's own token is written now, so that later nobody but the server writes beside it.
    drop(Server::unpaced(&app));
    let mut dice = Dice::new(seed());
    let (mut told, mut untold) = (0, 0);
    let rounds = rounds(5);
    for round in 0..rounds {
        let start = |app: &TestApp| serve(app, &[]);
        let (more_told, more_untold) = one_round(&mut app, &mut dice, round, &start, &power_cut);
        (told, untold) = (told + more_told, untold + more_untold);
    }
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM orders"), before + (told + untold) as i64);
    println!("faults: {rounds} power cuts: {told} orders acknowledged before one, {untold} made good by a repeat");
}

/// Shows that the cut bites: on a disk that only says that it has synced, acknowledged orders go.
#[test]
fn a_power_cut_on_a_disk_that_lies_loses_acknowledged_orders() {
    let mut app = open_day_paid("at_pickup");
    if !is_file(&app) {
        return;
    }
    drop(Server::unpaced(&app));
    let before = number(&mut app, "SELECT COUNT(*) FROM orders");
    let server = serve(&app, &[("TUAN_SYNC", "never")]);
    let client = Client::of(&server);
    for key in ["1", "2", "3"] {
        assert_eq!(client.order(key, &body(key)).status, 201);
    }
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM orders"), before + 3);
    drop(server);
    assert!(cut(&mut app, None) > 0);
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM orders"), before, "the cut took nothing back");
    assert_eq!(app.audit(), "");
}

#[test]
fn a_power_cut_during_a_cutoff_or_a_procurement_is_made_good_by_the_next() {
    let app = TestApp::pilot_day("open");
    if !is_file(&app) {
        return;
    }
    killed_and(&app.keep(), "cutoff (power cut)", &["cutoff", "261122"], &noted, &power_cut);
    let start = TestApp::pilot_day("frozen").keep();
    killed_and(&start, "procure (power cut)", &["procure", "261122"], &noted, &power_cut);
}
