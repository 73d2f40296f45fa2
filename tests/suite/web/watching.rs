//! Live totals pushed to whoever watches: at most one message a second, whatever door an order comes by, and only for as
//! long as the watcher may.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client::Client as Asker;
use super::server::Server;
use crate::app::{TestApp, arg};
use crate::intake::client::Client;
use crate::intake::{open_day_paid, order};

const PATH: &str = "/api/v1/cycles/261122/totals/events";

/// What a watcher was sent so far.
#[derive(Clone, Default)]
struct Watcher(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    totals: Vec<(Instant, Value)>,
    has_ended: bool,
}

impl Watcher {
    fn start(server: &Server, who: &Asker) -> Watcher {
        let mut stream = TcpStream::connect(server.address()).expect("the server listens");
        let head = format!("GET {PATH} HTTP/1.1\r\nHost: {}\r\n{}\r\n", server.address(), who.lines());
        stream.write_all(head.as_bytes()).expect("the server reads");
        let watcher = Watcher::default();
        let own = watcher.clone();
        thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let mut seen = own.0.lock().expect("no panic");
                if let Some(data) = line.strip_prefix("data: ") {
                    seen.totals.push((Instant::now(), serde_json::from_str(data).expect("an object")));
                }
                // The last chunk of the answer.
                seen.has_ended |= line == "0";
            }
            own.0.lock().expect("no panic").has_ended = true;
        });
        watcher
    }

    fn orders(&self) -> i64 {
        self.0.lock().expect("no panic").totals.last().and_then(|(_, totals)| totals["orders"].as_i64()).unwrap_or(-1)
    }

    fn has_ended(&self) -> bool {
        self.0.lock().expect("no panic").has_ended
    }
}

#[track_caller]
fn soon(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what} did not come about");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn whoever_watches_sees_orders_of_every_door_at_most_once_a_second() {
    let app = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let client = Client::of(&server);
    let watcher = Watcher::start(&server, &server.token(&["cycles:read"]));
    soon("the first totals", || watcher.orders() >= 0);
    let (before, begun) = (watcher.orders(), Instant::now());
    let mut placed = 0;
    while begun.elapsed() < Duration::from_secs(4) {
        assert_eq!(client.order(&format!("k{placed}"), &order("L01", placed, "K001", 1)).status, 201);
        placed += 1;
    }
    soon("all orders over HTTP", || watcher.orders() == before + placed as i64);
    let file = app.file("more.csv", "order_no,leader_code,sku_code,ordered_qty,nickname\nX-1,L02,K002,3,芳芳\n");
    app.tuan(&["import", "orders", arg(&file), "--cycle", "261122"]).done();
    soon("an order that a command brought", || watcher.orders() == before + placed as i64 + 1);
    let seen = watcher.0.lock().expect("no panic");
    let times: Vec<Instant> = seen.totals.iter().map(|(at, _)| *at).collect();
    let shortest = times.windows(2).map(|pair| pair[1] - pair[0]).min().expect("there was more than one");
    println!("watch: {placed} orders, {} messages, the shortest pause {shortest:?}", times.len());
    assert!(shortest > Duration::from_millis(700) && times.len() >= 4, "{shortest:?} {}", times.len());
    let told = client.get("/api/v1/cycles/261122/totals").json();
    let mut last = seen.totals.last().expect("there is one").1.clone();
    last["as_of"] = told["as_of"].clone();
    assert_eq!(last, told);
}

#[test]
fn a_watch_ends_with_the_right_to_it() {
    let mut app = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let stays = Watcher::start(&server, &server.token(&["cycles:read"]));
    let endings = [
        (server.as_role("buyer"), "UPDATE users SET state = 'suspended' WHERE login_name LIKE 'buyer-%'"),
        (server.as_role("leader"), "DELETE FROM sessions WHERE user_id IN (SELECT id FROM users WHERE leader_id > 0)"),
        (
            server.token(&["cycles:read", "metrics:read"]),
            "UPDATE access_tokens SET revoked_at = 1 WHERE scopes LIKE '%metrics%' AND id <> 1",
        ),
    ];
    for (who, ending) in endings {
        let watcher = Watcher::start(&server, &who);
        soon("the first totals", || watcher.orders() >= 0);
        sleep(Duration::from_millis(1_200));
        assert!(!watcher.has_ended(), "{ending}");
        app.db.execute_batch(ending).expect("the test owns its database");
        soon(ending, || watcher.has_ended());
    }
    assert!(!stays.has_ended());
    let refused = server.anonymous().get(PATH);
    assert_eq!(refused.status, 401, "{}", refused.text());
}

#[test]
fn a_server_that_stops_sends_its_watchers_away() {
    let app = open_day_paid("at_pickup");
    let mut server = Server::unpaced(&app);
    let watcher = Watcher::start(&server, &server.token(&["cycles:read"]));
    soon("the first totals", || watcher.orders() >= 0);
    server.signal("TERM");
    assert_eq!(server.wait(Duration::from_secs(10)), Some(0), "it waits for a watcher");
    assert!(watcher.has_ended());
}

/// How long it takes to place so many orders, four at a time.
fn place(client: &Client, what: &str, count: usize) -> Duration {
    let begun = Instant::now();
    thread::scope(|scope| {
        for who in 0..4 {
            scope.spawn(move || {
                for turn in 0..count / 4 {
                    let phone = (who * 10_000 + turn) as u64;
                    let placed = client.order(&format!("{what}-{who}-{turn}"), &order("L01", phone, "K001", 1));
                    assert_eq!(placed.status, 201, "{}", placed.text());
                }
            });
        }
    });
    begun.elapsed()
}

#[test]
fn a_hundred_watchers_look_at_one_board() {
    let app: TestApp = open_day_paid("at_pickup");
    let server = Server::unpaced(&app);
    let client = Client::of(&server);
    place(&client, "warm", 40);
    let alone = place(&client, "alone", 400);
    let token = server.token(&["cycles:read"]);
    let watchers: Vec<Watcher> = (0..100).map(|_| Watcher::start(&server, &token)).collect();
    soon("everybody sees totals", || watchers.iter().all(|watcher| watcher.orders() >= 0));
    let watched = place(&client, "watched", 400);
    println!("watch: 400 orders took {alone:?} alone and {watched:?} with 100 watchers");
    assert!(watched < alone * 3 + Duration::from_secs(1), "{alone:?} alone, {watched:?} watched");
    let want = client.get("/api/v1/cycles/261122/totals").json()["orders"].as_i64().unwrap();
    soon("everybody sees the last order", || watchers.iter().all(|watcher| watcher.orders() == want));
}

#[test]
fn an_open_cycle_counts_pieces_where_they_go_as_the_frozen_one_does() {
    let app = TestApp::pilot_day("open");
    let server = Server::unpaced(&app);
    let places = || {
        let page = server.as_role("buyer").get("/buyer/plots?cycle=261122").text();
        let at = page.find("id=\"plot-places\"").expect("the plot is there");
        page[at..].split("</section>").next().expect("it ends").to_owned()
    };
    let open = places();
    app.tuan(&["cutoff", "261122"]).done();
    assert_eq!(places(), open);
}
