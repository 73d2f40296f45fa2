//! A server that is killed in the middle of orders: every acknowledged one is there, none is there twice.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::client::Client;
use super::{number, open_day_paid, order};
use crate::app::TestApp;
use crate::app::books::lines;
use crate::app::dice::{Dice, rounds, seed};
use crate::web::server::Server;

const CLIENTS: u64 = 8;

/// Keys that were sent, with the number they were answered where they were.
type Sent = BTreeMap<String, Option<String>>;

fn key(round: u64, client: u64, turn: u64) -> String {
    format!("{round}-{client}-{turn}")
}

/// The order of a key.
pub fn body(key: &str) -> serde_json::Value {
    let phone = key.bytes().fold(7, |sum, byte| (sum * 31 + u64::from(byte)) % 1_000_000_000);
    order("L01", phone, "K001", 1)
}

/// Orders until the server goes away.
fn order_on(client: &Client, round: u64, who: u64, is_over: &AtomicBool) -> Sent {
    let mut sent = Sent::new();
    for turn in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let key = key(round, who, turn);
        let answer = client.try_order(&key, &body(&key));
        let order_no = answer.as_ref().map(|answer| {
            assert_eq!(answer.status, 201, "{}", answer.text());
            answer.json()["order_no"].as_str().unwrap().to_owned()
        });
        let is_gone = order_no.is_none();
        sent.insert(key, order_no);
        if is_gone {
            break;
        }
    }
    sent
}

/// One kill with signal 9 of a server that `start` has started; `and_then` is what befalls its files beside. Returns
/// how many orders were acknowledged before it, and how many were not.
pub fn one_round(
    app: &mut TestApp,
    dice: &mut Dice,
    round: u64,
    start: &dyn Fn(&TestApp) -> Server,
    and_then: &dyn Fn(&mut TestApp, &mut Dice),
) -> (u64, u64) {
    let server = start(app);
    let client = Client::of(&server);
    let is_over = AtomicBool::new(false);
    let sent: Vec<Sent> = thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS)
            .map(|who| {
                let (client, is_over) = (client.clone(), &is_over);
                scope.spawn(move || order_on(&client, round, who, is_over))
            })
            .collect();
        thread::sleep(Duration::from_millis(20 + dice.below(250) as u64));
        // The server is killed with signal 9 when it is dropped.
        drop(server);
        is_over.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().expect("a client ends")).collect()
    });
    and_then(app, dice);
    let sent: Sent = sent.into_iter().flatten().collect();
    assert_eq!(app.audit(), "", "round {round}, before the repeat");
    // Whoever got no answer asks again with the same key: one order each, and the acknowledged ones as they were told.
    let server = Server::unpaced(app);
    let client = Client::of(&server);
    let (mut told, mut untold) = (0, 0);
    for (key, before) in &sent {
        let again = client.order(key, &body(key));
        assert_eq!(again.status, 201, "{}", again.text());
        let order_no = again.json()["order_no"].as_str().unwrap().to_owned();
        match before {
            Some(before) => {
                assert_eq!(&order_no, before, "round {round}");
                told += 1;
            }
            None => untold += 1,
        }
        let sql = format!("SELECT CAST(COUNT(*) AS TEXT) AS line FROM orders WHERE order_no = '{order_no}'");
        assert_eq!(lines(&mut app.db, &sql), ["1"], "round {round}: {key}");
    }
    super::totals_are_right(app, &client);
    (told, untold)
}

#[test]
fn a_server_killed_while_orders_come_in_loses_none_and_doubles_none() {
    let mut app = open_day_paid("at_pickup");
    let before = number(&mut app, "SELECT COUNT(*) FROM orders");
    let mut dice = Dice::new(seed());
    let (mut told, mut untold) = (0, 0);
    for round in 0..rounds(5) {
        let (more_told, more_untold) = one_round(&mut app, &mut dice, round, &Server::unpaced, &|_, _| ());
        (told, untold) = (told + more_told, untold + more_untold);
    }
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM orders"), before + (told + untold) as i64);
    println!("intake: {told} orders acknowledged before a kill, {untold} made good by a repeat");
}
