//! The cutoff clock in real servers: exactly once, whatever happens to them.

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tuan::flow::run_clock::run_clock;

use crate::app::books::{assert_same, lines, without};
use crate::app::dice::{Dice, rounds, seed};
use crate::app::{Start, TestApp};

/// The pilot cycle is paid online, so its clock freezes it three minutes after the cutoff.
const PAST: &str = "2026-11-22 23:03";

/// The pilot day with its cycle open and the time past its cutoff, before any server looked at it.
fn missed() -> TestApp {
    let mut app = TestApp::pilot_day("open");
    app.now = PAST.to_owned();
    app
}

/// A server that nobody listens to; it ends with the test.
struct Served(Child);

impl Served {
    fn start(app: &TestApp, more: &[&str]) -> Served {
        let args = [&["serve", "--bind", "127.0.0.1:0"], more].concat();
        let mut command = app.command(&args);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Served(command.spawn().expect("the server can be started"))
    }

    fn kill(&mut self) {
        self.0.kill().expect("a child can be killed");
        self.0.wait().expect("a child can be waited for");
    }

    /// Tells the server to stop, and how long it took to end by itself.
    fn terminate(mut self) -> (Duration, Option<i32>) {
        let begun = Instant::now();
        let pid = self.0.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there").success());
        let status = self.0.wait().expect("a child can be waited for");
        (begun.elapsed(), status.code())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_prepared(app: &mut TestApp) -> bool {
    !lines(&mut app.db, "SELECT 'x' AS line FROM cycle_clocks WHERE prepared_at IS NOT NULL").is_empty()
}

/// Waits for what a healthy machine brings about within a minute and a half.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(90), "{what} did not come about");
        sleep(Duration::from_millis(20));
    }
}

/// The books after one undisturbed server did its work.
fn calm_books(start: &Start) -> String {
    let mut calm = start.app();
    let _server = Served::start(&calm, &[]);
    wait_until("a missed cutoff is made up for", || is_prepared(&mut calm));
    assert_eq!(calm.audit(), "");
    calm.books()
}

fn states(app: &mut TestApp) -> Vec<String> {
    lines(&mut app.db, "SELECT state || ' ' || CAST(version AS TEXT) AS line FROM cycles")
}

#[test]
fn a_missed_cutoff_runs_at_start_with_figures_and_a_draft_plan_and_nothing_sent() {
    let mut app = missed();
    let _server = Served::start(&app, &[]);
    wait_until("a missed cutoff is made up for", || is_prepared(&mut app));
    assert_eq!(states(&mut app), ["procured 2"]);
    assert_eq!(lines(&mut app.db, "SELECT checksum AS line FROM closing_figures").len(), 1);
    let sent = "SELECT po_no AS line FROM purchase_orders WHERE state <> 'draft'";
    assert!(lines(&mut app.db, sent).is_empty());
    assert_eq!(lines(&mut app.db, "SELECT template AS line FROM outbox"), ["procurement_summary"]);
    assert_eq!(app.audit(), "");
    let mut by_hand = TestApp::pilot_day("open");
    by_hand.now = PAST.to_owned();
    by_hand.tuan(&["cutoff", "261122"]).done();
    by_hand.tuan(&["procure", "261122"]).done();
    let all_but_clocks = |app: &mut TestApp| without(&app.books(), "cycle_clocks");
    assert_same(&all_but_clocks(&mut by_hand), &all_but_clocks(&mut app), "the clock instead of two commands");
}

#[test]
fn a_cycle_that_says_so_is_sent_by_itself_once() {
    let mut app = missed();
    app.db.execute_batch("UPDATE cycles SET auto_send = TRUE").expect("a cycle changes");
    let _server = Served::start(&app, &[]);
    wait_until("the cycle is prepared", || is_prepared(&mut app));
    let left = lines(&mut app.db, "SELECT po_no AS line FROM purchase_orders WHERE state = 'draft'");
    let letters = lines(&mut app.db, "SELECT business_key AS line FROM outbox WHERE template = 'purchase_order'");
    let orders = lines(&mut app.db, "SELECT po_no AS line FROM purchase_orders");
    assert!(left.is_empty() && letters.len() == orders.len(), "{left:?} {letters:?}");
}

#[test]
fn four_callers_at_once_cut_off_once() {
    let start = missed().keep();
    let want = calm_books(&start);
    for _ in 0..3 {
        let mut app = start.app();
        // Several servers stand on PostgreSQL alone; elsewhere one is joined by three commands.
        let servers = if app.url().starts_with("postgres") { 2 } else { 1 };
        let served: Vec<Served> = (0..servers).map(|_| Served::start(&app, &[])).collect();
        let commands: Vec<Child> = (servers..4)
            .map(|_| app.command(&["cutoff", "261122"]).spawn().expect("the command can be started"))
            .collect();
        for command in commands {
            let ran = crate::app::ran(command.wait_with_output().expect("a child can be waited for"));
            assert_eq!(ran.code, 0, "{}", ran.stderr);
        }
        wait_until("the cycle is prepared", || is_prepared(&mut app));
        assert_same(&want, &app.books(), "four callers");
        assert_eq!(app.audit(), "");
        drop(served);
    }
}

#[test]
fn a_server_killed_between_the_freeze_and_the_end_is_made_good_by_the_next() {
    let start = missed().keep();
    let mut calm = start.app();
    let begun = Instant::now();
    let mut server = Served::start(&calm, &[]);
    wait_until("the cycle is prepared", || is_prepared(&mut calm));
    let whole = begun.elapsed();
    server.kill();
    let want = calm.books();
    let (seed, rounds) = (seed(), rounds(6));
    let mut dice = Dice::new(seed);
    let mut midway = 0;
    for round in 0..rounds {
        let mut app = start.app();
        let mut server = Served::start(&app, &[]);
        let after = whole.mul_f64(0.3 + 0.7 * dice.below(1_000) as f64 / 1_000.0);
        sleep(after);
        server.kill();
        midway += usize::from(states(&mut app) == ["frozen 1"]);
        assert_eq!(app.audit(), "", "killed after {after:?} of {whole:?}, round {round}, seed {seed}");
        let _next = Served::start(&app, &[]);
        wait_until("the next server goes on", || is_prepared(&mut app));
        assert_same(&want, &app.books(), "a killed server");
        assert_eq!(app.audit(), "");
    }
    println!("work: {rounds} kills, {midway} of them between the freeze and the plan");
}

#[test]
fn a_freeze_without_figures_and_plan_is_made_good_at_start() {
    let start = missed().keep();
    let want = calm_books(&start);
    let mut app = start.app();
    let desk = app.desk(PAST);
    tuan::flow::cutoff::cutoff(&mut app.db, &desk, "test", "261122").expect("the cutoff is done");
    let figures = ["closing_figures", "cycle_hours"].map(|table| format!("DELETE FROM {table};")).concat();
    let open = if app.url().starts_with("sqlite:") {
        "DROP TRIGGER closing_figures_refuses_delete; "
    } else {
        "ALTER TABLE closing_figures DISABLE TRIGGER closing_figures_refuses_change; "
    };
    app.db.execute_batch(&format!("{open}{figures}")).expect("figures can be lost");
    let _server = Served::start(&app, &[]);
    wait_until("the cycle is prepared", || is_prepared(&mut app));
    assert_same(&want, &app.books(), "a crash between the freeze and the figures");
}

#[test]
fn no_jump_of_the_clock_opens_what_is_closed() {
    let mut app = TestApp::pilot_day("open");
    let mut turn = |time: &str| {
        let desk = app.desk(time);
        let turn = run_clock(&mut app.db, &desk).expect("the clock runs");
        assert!(turn.failed.is_empty(), "{:?}", turn.failed);
        (turn.frozen.len(), states(&mut app))
    };
    assert_eq!(turn("2026-11-22 23:00"), (0, vec!["open 0".to_owned()]), "payments under way may finish");
    assert_eq!(turn("2026-11-22 01:00"), (0, vec!["open 0".to_owned()]), "a jump back closes nothing");
    assert_eq!(turn("2026-11-25 12:00"), (1, vec!["frozen 1".to_owned()]), "a jump forward is the time");
    assert_eq!(turn("2026-11-22 01:00"), (0, vec!["frozen 1".to_owned()]), "and back again opens nothing");
    assert_eq!(turn("2026-11-22 12:00"), (0, vec!["frozen 1".to_owned()]));
    assert_eq!(turn("2026-11-25 12:00"), (0, vec!["frozen 1".to_owned()]), "nor freezes twice");
}

#[test]
fn a_draft_opens_in_its_window_and_stays_a_draft_after_it() {
    let mut app = TestApp::pilot_day("open");
    app.db.execute_batch("UPDATE cycles SET state = 'draft'").expect("a cycle changes");
    for (time, want) in [
        ("2026-11-22 05:59", "draft 0"),
        ("2026-11-22 23:30", "draft 0"),
        ("2026-11-22 06:00", "open 0"),
        ("2026-11-22 05:00", "open 0"),
    ] {
        let desk = app.desk(time);
        run_clock(&mut app.db, &desk).expect("the clock runs");
        assert_eq!(states(&mut app), [want], "{time}");
    }
}

#[test]
fn a_server_told_to_stop_ends_its_background_work_too() {
    let app = TestApp::pilot_day("frozen");
    let server = Served::start(&app, &["--mail-to-folder", "mail"]);
    sleep(Duration::from_secs(2));
    let (took, code) = server.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_server_killed_while_it_sends_leaves_each_letter_its_message_id() {
    let mut app = TestApp::pilot_day("procured");
    app.now = "2026-11-22 23:13".to_owned();
    let waiting = "SELECT business_key AS line FROM outbox WHERE state IN ('queued', 'sending')";
    let more = ["--mail-to-folder", "mail", "--mail-buyers", "a@b.example", "--mail-warehouse", "c@b.example"];
    for pause in [300, 700, 1_100] {
        let mut server = Served::start(&app, &more);
        sleep(Duration::from_millis(pause));
        server.kill();
    }
    // Servers that share a database leave a letter in doubt to whoever took it until its time is up.
    app.now = "2026-11-22 23:30".to_owned();
    let _server = Served::start(&app, &more);
    wait_until("every letter is sent", || lines(&mut app.db, waiting).is_empty());
    let mut ids = lines(&mut app.db, "SELECT message_id AS line FROM outbox WHERE state = 'sent'");
    let mut found: Vec<String> = std::fs::read_dir(app.folder().join("mail"))
        .expect("the folder is there")
        .map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a mail"))
        .map(|raw| raw.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("an id").to_owned())
        .collect();
    ids.sort_unstable();
    found.sort_unstable();
    assert_eq!(ids, found);
    assert!(ids.len() > 8);
}

/// Keys of orders are kept until thirty days after their cycle's cutoff, others for thirty days.
#[test]
fn keys_are_forgotten_thirty_days_after_the_cutoff_and_not_before() {
    let mut app = TestApp::pilot_day("frozen");
    let cutoff = "(SELECT cutoff_at FROM cycles)";
    let many = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 4500) SELECT";
    let key = |name: &str, cycle: &str, made: &str, from: &str| {
        format!(
            "INSERT INTO idempotency_keys (principal, route, key, body_sha256, status, answer, cycle_id, created_at) \
             {many} 'device:' || n, 'POST /orders', '{name}', '-', 201, '{{}}', {cycle}, {made} FROM n WHERE {from};"
        )
    };
    let young = format!("{cutoff} + 3600000000");
    let keys = key("of the cycle", "(SELECT id FROM cycles)", "0", "n > 0")
        + &key("old", "CAST(NULL AS BIGINT)", cutoff, "n <= 10")
        + &key("young", "CAST(NULL AS BIGINT)", &young, "n <= 10");
    app.db.execute_batch(&keys).expect("the test owns its database");
    let left = |app: &mut TestApp| {
        ["of the cycle", "old", "young"].map(|name| {
            lines(&mut app.db, &format!("SELECT 'x' AS line FROM idempotency_keys WHERE key = '{name}'")).len()
        })
    };
    app.now = "2026-12-22 22:59:59".to_owned();
    let server = Served::start(&app, &[]);
    sleep(Duration::from_secs(6));
    assert_eq!(left(&mut app), [4_500, 10, 10]);
    drop(server);
    app.now = "2026-12-22 23:00:01".to_owned();
    let _server = Served::start(&app, &[]);
    wait_until("old keys are forgotten", || left(&mut app) == [0, 0, 10]);
}
