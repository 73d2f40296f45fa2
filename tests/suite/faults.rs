//! Steps that are killed, run into each other or find the door shut: the day goes on from there with the same books.

mod disk;
mod doors;
mod power;
mod queue;
mod restart;
mod servers;
mod together;

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::app::dice::{Dice, rounds, seed};
use crate::app::{Start, TestApp, arg, books, fixture};

/// Rounds where `TUAN_ROUNDS` says nothing.
const ROUNDS: u64 = 10;

/// The pilot day with its cycle open, before any order.
fn without_orders() -> TestApp {
    let mut app = TestApp::new();
    for kind in ["suppliers", "skus", "warehouses", "vehicles", "leaders", "cycles", "offers", "stock"] {
        app.tuan(&["import", kind, arg(&fixture(&format!("pilot_day/{kind}.csv")))]).done();
    }
    app.tuan(&["cycle", "open", &app.cycle]).done();
    app.now = "2026-11-22 22:00".to_owned();
    app
}

/// The pilot day's orders, and as many again for each prefix that their numbers get.
fn many_orders(prefixes: &[&str]) -> String {
    let once = std::fs::read_to_string(fixture("pilot_day/orders.csv")).expect("the fixture is UTF-8");
    let (_, rows) = once.split_once('\n').expect("a file has heads");
    let again = |prefix: &&str| {
        rows.replace("\n261122-", &format!("\n{prefix}-")).replacen("261122-", &format!("{prefix}-"), 1)
    };
    once.clone() + &prefixes.iter().map(again).collect::<String>()
}

/// Starts a command whose answer nobody reads.
fn spawn(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command can be started")
}

/// Kills a command at random moments, runs it again each time, and compares the books with an undisturbed run.
fn killed_and_run_again(start: &Start, what: &str, args: &[&str]) {
    killed_and(start, what, args, &|_| (), &|_, _| ());
}

/// The same of a command that `prepare` has had a hand in; `and_then` is what befalls its files once it is killed.
fn killed_and(
    start: &Start,
    what: &str,
    args: &[&str],
    prepare: &dyn Fn(&mut Command),
    and_then: &dyn Fn(&mut TestApp, &mut Dice),
) {
    let mut calm = start.app();
    let untouched = calm.books();
    let begun = Instant::now();
    calm.tuan(args).done();
    let whole = begun.elapsed();
    let want = calm.books();
    assert_eq!(calm.audit(), "", "{what}");
    drop(calm);
    let (seed, rounds) = (seed(), rounds(ROUNDS));
    let mut dice = Dice::new(seed.wrapping_add(what.bytes().map(u64::from).sum()));
    let (mut early, mut midway, mut late) = (0, 0, 0);
    for round in 0..rounds {
        let mut app = start.app();
        let mut command = app.command(args);
        prepare(&mut command);
        let mut child = spawn(command);
        // The later in a run, the more often: a step reads and decides first and writes at its end.
        let after = whole.mul_f64((dice.below(1_000) as f64 / 900.0).sqrt());
        sleep(after);
        child.kill().expect("a child can be killed, also one that has ended");
        child.wait().expect("a child can be waited for");
        and_then(&mut app, &mut dice);
        let place = format!("{what} killed after {after:?} of {whole:?}, round {round}, seed {seed}");
        match app.books() {
            left if left == untouched => early += 1,
            left if left == want => late += 1,
            _ => midway += 1,
        }
        assert_eq!(app.audit(), "", "{place}, before it was run again");
        let ran = app.tuan(args);
        assert_eq!(ran.code, 0, "{place}: {}", ran.stderr);
        books::assert_same(&want, &app.books(), &place);
        assert_eq!(app.audit(), "", "{place}");
    }
    println!(
        "faults: {what} takes {whole:?}; {rounds} kills: {early} left nothing, {midway} a part, {late} everything"
    );
}

#[test]
fn an_import_of_orders_that_was_killed_is_made_good_by_the_next() {
    let app = without_orders();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("orders.csv");
    // More lines than are written in one transaction.
    std::fs::write(&file, many_orders(&["B", "C"])).expect("the folder can be written to");
    killed_and_run_again(&app.keep(), "import orders", &["import", "orders", arg(&file), "--cycle", "261122"]);
}

#[test]
fn a_cutoff_that_was_killed_is_made_good_by_the_next() {
    killed_and_run_again(&TestApp::pilot_day("open").keep(), "cutoff", &["cutoff", "261122"]);
}

#[test]
fn a_procurement_that_was_killed_is_made_good_by_the_next() {
    killed_and_run_again(&TestApp::pilot_day("frozen").keep(), "procure", &["procure", "261122"]);
}

#[test]
fn a_receiving_that_was_killed_is_made_good_by_the_next() {
    let file = fixture("pilot_day/receipts.csv");
    killed_and_run_again(&TestApp::pilot_day("procured").keep(), "receive", &["receive", "261122", arg(&file)]);
}

#[test]
fn an_allocation_that_was_killed_is_made_good_by_the_next() {
    killed_and_run_again(&TestApp::pilot_day("receiving").keep(), "allocate", &["allocate", "261122"]);
}

#[test]
fn a_dispatch_that_was_killed_is_made_good_by_the_next() {
    killed_and_run_again(&TestApp::pilot_day("allocated").keep(), "dispatch", &["dispatch", "261122"]);
}

#[test]
fn corrections_that_were_killed_are_made_good_by_the_next() {
    let app = TestApp::pilot_day("allocated");
    app.tuan(&["dispatch", "261122"]).done();
    let file = fixture("pilot_day/corrections.csv");
    let args = ["import", "corrections", arg(&file), "--cycle", "261122"];
    killed_and_run_again(&app.keep(), "corrections", &args);
}

/// Waits until `is_so`, which a healthy machine brings about within a minute.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not come about");
        sleep(Duration::from_millis(3));
    }
}

/// Ends the clients, also when the test fails.
pub struct Over<'o>(&'o AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}
