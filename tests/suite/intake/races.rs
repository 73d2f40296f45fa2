//! Many at once on one key, one bound, one order, one cutoff.

use std::collections::HashSet;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::client::{Answer, Client};
use super::{bound, number, open_day_paid, order, totals_are_right};
use crate::app::TestApp;
use crate::app::dice::{Dice, rounds, seed};
use crate::web::server::Server;

/// Asks `count` times at once; `ask` is told which time it is.
fn at_once(count: usize, ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    let barrier = Barrier::new(count);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|at| {
                let (barrier, ask) = (&barrier, &ask);
                scope.spawn(move || {
                    barrier.wait();
                    ask(at)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a client ends")).collect()
    })
}

/// Two servers where the database serves two, else the one twice.
fn servers(app: &TestApp) -> (Vec<Server>, Vec<Client>) {
    let count = if app.url().starts_with("sqlite:") { 1 } else { 2 };
    let servers: Vec<Server> = (0..count).map(|_| Server::unpaced(app)).collect();
    let clients = servers.iter().map(Client::of).collect();
    (servers, clients)
}

#[test]
fn sixty_four_posts_of_one_key_make_one_order() {
    let mut app = open_day_paid("at_pickup");
    bound(&app, "K003", "2.59", "9999", "100000");
    let (_servers, clients) = servers(&app);
    let before = number(&mut app, "SELECT COUNT(*) FROM orders");
    let rounds = rounds(12) as i64;
    for round in 0..rounds {
        let key = format!("key-{round}");
        // Every other round asks for a bounded offer, whose counter must take part once too.
        let sku = if round % 2 == 0 { "K001" } else { "K003" };
        let body = order("L01", round as u64, sku, 1);
        let answers = at_once(64, |at| clients[at % clients.len()].order(&key, &body));
        let mut distinct: Vec<&Answer> = answers.iter().collect();
        distinct.dedup();
        assert_eq!((distinct.len(), distinct[0].status), (1, 201), "round {round}: {:?}", distinct);
    }
    assert_eq!(number(&mut app, "SELECT COUNT(*) FROM orders"), before + rounds);
    println!("races: {rounds} keys posted 64 times at once made {rounds} orders");
    totals_are_right(&mut app, &clients[0]);
}

#[test]
fn the_last_pieces_are_sold_once() {
    let mut app = open_day_paid("at_pickup");
    let sold = "SELECT SUM(ordered_qty) FROM order_lines l JOIN offers f ON f.offer_no = l.offer_no \
                JOIN skus s ON s.id = f.sku_id WHERE s.sku_code = 'K004'";
    let mut sold = number(&mut app, sold);
    let (_servers, clients) = servers(&app);
    for round in 0..rounds(3) {
        bound(&app, "K004", "2.79", "2", &(sold + 20).to_string());
        let place = |at: usize| {
            let (key, phone) = (format!("k{round}-{at}"), round * 30 + at as u64 % 30);
            clients[at % clients.len()].order(&key, &order("L01", phone, "K004", 1))
        };
        let answers = at_once(60, place);
        let count = |status| answers.iter().filter(|answer| answer.status == status).count();
        let texts = || answers.iter().map(Answer::text).collect::<Vec<_>>();
        assert_eq!((count(201), count(409)), (20, 40), "round {round}: {:?}", texts());
        let most = number(&mut app, "SELECT MAX(ordered_qty) FROM resident_counters");
        assert!(most <= 2, "round {round}: {most}");
        sold += 20;
        assert_eq!(number(&mut app, "SELECT MAX(sold_qty) FROM offer_counters"), sold, "round {round}");
    }
    println!("races: {} times 60 orders at once for the last 20 pieces: 20 came in", rounds(3));
    totals_are_right(&mut app, &clients[0]);
}

#[test]
fn an_order_is_cancelled_once_and_what_it_held_is_free_again() {
    let mut app = open_day_paid("at_pickup");
    bound(&app, "K001", "2.49", "1", "100000");
    let (_servers, clients) = servers(&app);
    for round in 0..rounds(6) {
        let body = order("L01", 1, "K001", 1);
        let placed = clients[0].order(&format!("k{round}"), &body);
        assert_eq!(placed.status, 201, "{}", placed.text());
        let path = format!("/api/v1/orders/{}/cancel", placed.json()["order_no"].as_str().unwrap());
        let answers = at_once(16, |at| clients[at % clients.len()].post(&path, ""));
        let new = answers.iter().filter(|answer| answer.status == 200 && answer.json()["is_new"] == true).count();
        assert_eq!((new, answers.iter().filter(|answer| answer.status == 200).count()), (1, 16));
    }
    println!("races: {} orders cancelled 16 times at once were cancelled once", rounds(6));
    totals_are_right(&mut app, &clients[0]);
}

#[test]
fn no_order_slips_in_after_the_freeze() {
    let starts = ["at_pickup", "in_person"].map(|payment| (payment, open_day_paid(payment).keep()));
    let (mut dice, mut told) = (Dice::new(seed()), 0);
    for round in 0..rounds(2) {
        let (payment, start) = &starts[round as usize % 2];
        let (mut app, pause) = (start.app(), Duration::from_millis(60 + dice.below(200) as u64));
        let (_servers, clients) = servers(&app);
        let before = number(&mut app, "SELECT COUNT(*) FROM orders");
        let mut cutoff = app.command(&["cutoff", "261122"]);
        let answers = thread::scope(|scope| {
            let cutoff = scope.spawn(move || {
                thread::sleep(pause);
                assert!(cutoff.status().expect("the command can be started").success());
            });
            let answers = at_once(16, |at| {
                let mut last = None;
                for turn in 0..400 {
                    let mut body = order("L01", (at * 1_000 + turn) as u64, "K001", 1);
                    body["paid"] = json!(*payment == "in_person" && turn % 2 == 0);
                    let answer = clients[at % clients.len()].order(&format!("{at}-{turn}"), &body);
                    let is_closed = answer.status == 423;
                    assert!(is_closed || answer.status == 201, "{}", answer.text());
                    last = Some(answer);
                    if is_closed {
                        break;
                    }
                }
                last.expect("there was a first turn")
            });
            cutoff.join().expect("the cutoff ends");
            answers
        });
        assert!(answers.iter().any(|answer| answer.status == 423), "the cutoff came too late to test anything");
        let placed: HashSet<String> =
            crate::app::books::lines(&mut app.db, "SELECT order_no AS line FROM orders").into_iter().collect();
        assert!(placed.len() as i64 > before);
        // What was frozen is what the closing figures say, to the checksum.
        assert_eq!(app.audit(), "", "{payment}, round {round}");
        told += placed.len() as i64 - before;
    }
    println!("races: {} cutoffs in the middle of {told} orders: each before it or refused", rounds(2));
}

#[test]
fn four_callers_of_the_cutoff_at_two_servers_freeze_and_buy_once() {
    let start = open_day_paid("at_pickup").keep();
    for round in 0..rounds(3) {
        let mut app = start.app();
        let (_servers, clients) = servers(&app);
        let answers = at_once(4, |at| clients[at % clients.len()].post("/api/v1/cycles/261122/cutoff", ""));
        let told: Vec<_> = answers.iter().map(Answer::json).collect();
        assert!(answers.iter().all(|answer| answer.status == 200), "round {round}: {told:?}");
        assert_eq!(told.iter().filter(|told| told["is_new"] == true).count(), 1, "round {round}: {told:?}");
        assert!(told.iter().all(|other| other["checksum"] == told[0]["checksum"]), "round {round}: {told:?}");
        // All of them buy at once too, beside the servers' own clocks.
        let bought = at_once(4, |at| clients[at % clients.len()].post("/api/v1/cycles/261122/procure", ""));
        assert!(bought.iter().all(|answer| answer.status == 200), "round {round}: {:?}", bought[0].text());
        assert_eq!(number(&mut app, "SELECT COUNT(*) FROM closing_figures"), 1);
        assert_eq!(number(&mut app, "SELECT COUNT(*) FROM outbox WHERE template = 'procurement_summary'"), 1);
        assert_eq!(number(&mut app, "SELECT COUNT(*) - COUNT(DISTINCT po_no) FROM purchase_orders"), 0);
        assert_eq!(number(&mut app, "SELECT version FROM cycles"), 2);
        assert_eq!(app.audit(), "", "round {round}");
    }
}
