//! The queue of orders when the database does not get on: it is bounded, every wait ends, and one order that the
//! database will not have spoils no other.

use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use crate::app::TestApp;
use crate::intake::client::{Answer, Client};
use crate::intake::{is_refused, number, open_day_paid, order, totals_are_right};
use crate::web::server::Server;

const WAITING: usize = 16;
const ORDERS: &str = "SELECT COUNT(*) FROM orders";

fn start(app: &TestApp) -> (Server, Client) {
    let server = Server::with_limits(app, &format!("waiting = {WAITING}\nmachine_per_minute = 0"));
    let client = Client::of(&server);
    (server, client)
}

/// Another program takes hold of the database, so that the writer has to wait.
fn hold(app: &mut TestApp) {
    let is_file = app.url().starts_with("sqlite:");
    let lock = if is_file { "BEGIN IMMEDIATE" } else { "BEGIN; LOCK TABLE orders IN EXCLUSIVE MODE" };
    app.db.execute_batch(lock).expect("nobody else is there");
}

fn let_go(app: &mut TestApp) {
    app.db.execute_batch("COMMIT").expect("the lock is ours");
}

fn place(client: &Client, key: &str) -> (Answer, Duration) {
    let begun = Instant::now();
    let phone = key.bytes().fold(7, |sum, byte| (sum * 31 + u64::from(byte)) % 1_000_000_000);
    let answer = client.order(key, &order("L01", phone, "K001", 1));
    (answer, begun.elapsed())
}

#[test]
fn a_full_queue_turns_away_at_once_and_what_waited_comes_in() {
    let mut app = open_day_paid("at_pickup");
    let (server, client) = start(&app);
    let writers = if app.url().starts_with("sqlite:") { 1 } else { 2 };
    let before = number(&mut app, ORDERS);
    hold(&mut app);
    thread::scope(|scope| {
        // Each writer has one to wait with.
        let first = (0..writers).map(|at| {
            let client = &client;
            let first = scope.spawn(move || place(client, &format!("first{at}")));
            sleep(Duration::from_millis(500));
            first
        });
        let first: Vec<_> = first.collect();
        let waiting: Vec<_> = (0..WAITING)
            .map(|at| {
                let client = &client;
                scope.spawn(move || place(client, &format!("w{at}")))
            })
            .collect();
        sleep(Duration::from_millis(700));
        let turned: Vec<_> = (0..40)
            .map(|at| {
                let client = &client;
                scope.spawn(move || place(client, &format!("t{at}")))
            })
            .collect();
        for turned in turned {
            let (answer, took) = turned.join().expect("a client ends");
            is_refused(&answer, 503, "busy");
            assert!(answer.retry_after.is_some() && took < Duration::from_secs(2), "{took:?}");
        }
        assert_eq!(client.get("/api/v1/cycles/261122/totals").status, 200, "reading goes on");
        let_go(&mut app);
        for waited in waiting.into_iter().chain(first) {
            let (answer, _) = waited.join().expect("a client ends");
            assert_eq!(answer.status, 201, "{}", answer.text());
        }
    });
    assert_eq!(number(&mut app, ORDERS), before + writers + WAITING as i64);
    let (later, _) = place(&client, "t0");
    assert_eq!(later.status, 201, "{}", later.text());
    totals_are_right(&mut app, &client);
    assert!(server.log().is_empty() || !server.log().contains("panicked"), "{}", server.log());
}

#[test]
fn a_database_that_stays_held_ends_every_wait_and_the_key_is_free_for_later() {
    let mut app = open_day_paid("at_pickup");
    let (_server, client) = start(&app);
    let before = number(&mut app, ORDERS);
    hold(&mut app);
    thread::scope(|scope| {
        let first = scope.spawn(|| place(&client, "key"));
        sleep(Duration::from_millis(300));
        let repeat = scope.spawn(|| place(&client, "key"));
        let (answer, took) = first.join().expect("a client ends");
        is_refused(&answer, 503, "database_unavailable");
        assert!(answer.retry_after.is_some() && took < Duration::from_secs(8), "{took:?}");
        let (answer, took) = repeat.join().expect("a client ends");
        is_refused(&answer, 409, "in_flight");
        assert!(answer.retry_after.is_some() && took < Duration::from_secs(8), "{took:?}");
        let_go(&mut app);
    });
    let (answer, _) = place(&client, "key");
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(place(&client, "key").0, answer);
    assert_eq!(number(&mut app, ORDERS), before + 1);
    totals_are_right(&mut app, &client);
}

/// What the database itself refuses of one order, the others of its batch never hear of.
#[test]
fn an_order_that_the_database_will_not_have_spoils_no_other() {
    let mut app = open_day_paid("at_pickup");
    let is_file = app.url().starts_with("sqlite:");
    app.db
        .execute_batch(if is_file {
            "CREATE TRIGGER no_poison BEFORE INSERT ON orders WHEN NEW.remark = 'poison' \
             BEGIN SELECT RAISE(ABORT, 'no poison'); END"
        } else {
            "ALTER TABLE orders ADD CONSTRAINT no_poison CHECK (remark IS NULL OR remark <> 'poison')"
        })
        .expect("the test owns its database");
    let (server, client) = start(&app);
    let before = number(&mut app, ORDERS);
    hold(&mut app);
    let poisoned = |key: &str| {
        let mut body = order("L01", 99, "K001", 1);
        body["remark"] = "poison".into();
        client.order(key, &body)
    };
    thread::scope(|scope| {
        let first = scope.spawn(|| place(&client, "first"));
        sleep(Duration::from_millis(300));
        let poison = scope.spawn(|| poisoned("poison"));
        let others: Vec<_> = (0..WAITING - 1)
            .map(|at| {
                let client = &client;
                scope.spawn(move || place(client, &format!("o{at}")))
            })
            .collect();
        sleep(Duration::from_millis(700));
        let_go(&mut app);
        let refused = poison.join().expect("a client ends");
        is_refused(&refused, 500, "internal");
        assert!(!refused.text().contains("poison"), "{}", refused.text());
        for other in others.into_iter().chain([first]) {
            let (answer, _) = other.join().expect("a client ends");
            assert_eq!(answer.status, 201, "{}", answer.text());
        }
    });
    assert_eq!(number(&mut app, ORDERS), before + WAITING as i64);
    is_refused(&poisoned("poison"), 500, "internal");
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM idempotency_keys WHERE key = 'poison'"), 0);
    assert!(server.log().contains("no poison") || server.log().contains("no_poison"), "{}", server.log());
    totals_are_right(&mut app, &client);
}
