//! Orders over HTTP, everything compared in one run: the queue against the same server that writes nothing and against
//! one transaction an order; and the writer alone against bare prepared inserts of the rows it wrote.
//!
//! `cargo bench --bench intake -- TEMPLATE.db FOLDER` prints a table. The template is a SQLite database with one open
//! cycle and no orders (`scripts/bench intake`). Judges nothing.

#[path = "support/bare.rs"]
mod bare;
#[path = "support/goods.rs"]
mod goods;
#[path = "support/load.rs"]
mod load;
#[path = "support/server.rs"]
mod server;

use std::path::Path;
use std::time::Instant;

use bare::{Database, SETTINGS, Table};
use goods::Goods;
use load::{Measured, drive};
use server::{Server, admit, clock, copy, key, serve};
use tuan::flow::intake::{Act, Clerk, Clock, Within};
use tuan::flow::live_totals::LiveTotals;
use tuan::flow::place_orders::{ActKey, Person, PlaceOrder, Wanted};
use tuan::store::backend::Db;

/// Orders of a run over HTTP, and of a run of the writer alone.
const ORDERS: usize = 24_000;
const ORDERS_ALONE: usize = 16_000;
/// Orders of a transaction when the writer is measured alone.
const BATCH: usize = 64;

fn main() {
    // `cargo bench` adds a flag of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", url, now, batch_max] => serve(url, now, batch_max),
        [template, folder] => measure(template, folder),
        _ => println!("intake: needs TEMPLATE.db and FOLDER (scripts/bench intake)"),
    }
}

/// An order as the writer is given it.
fn act(goods: &Goods, at: usize) -> Act {
    let (leader, phone, skus) = goods.order(at);
    let wanted = |sku: &&str| Wanted { sku_code: (*sku).to_owned(), qty: 2, tolerance: 1 };
    Act::Place(Box::new(PlaceOrder {
        by: "anonymous".into(),
        key: ActKey { key: format!("0193{at:08x}-7000-8000-{:012x}", at * 31), body_sha256: "x".repeat(43) },
        within: Within::All,
        cycle_code: goods.cycle.clone(),
        leader_code: leader.to_owned(),
        point_code: None,
        chain_no: None,
        person: Person {
            name: Some("王小芳".into()),
            phone: Some(phone),
            building: Some("3".into()),
            room: Some("1502".into()),
            ..Person::default()
        },
        lines: skus.iter().map(wanted).collect(),
        is_paid: false,
        remark: None,
    }))
}

fn measure(template: &str, folder: &str) {
    assert!(Path::new(template).exists(), "{template} is not there");
    let cycle = Database::open(template).texts("SELECT cycle_code FROM cycles WHERE state = 'open'").remove(0);
    let goods = Goods::read(template, &cycle);
    let requests: Vec<Vec<u8>> = (0..ORDERS).map(|at| goods.request(at)).collect();
    println!("{ORDERS} orders of 3 lines, SQLite, synchronous=FULL\n");
    println!("clients  server               orders/s   CPU µs/order      p50 ms    p99 ms    of empty   of each alone");
    for clients in [64, 256] {
        let run =
            |batch_max: &str, count: usize| over_http(&goods, template, folder, batch_max, clients, &requests[..count]);
        let empty = run("0", ORDERS);
        let alone = run("1", ORDERS / 4);
        let queue = run("-", ORDERS);
        for (name, run) in [("writes nothing", &empty), ("a transaction each", &alone), ("the queue", &queue)] {
            let Run { measured, cpu_us } = run;
            println!(
                "{clients:7}  {name:19} {:9.0} {cpu_us:14.1} {:11.2} {:9.2} {:11.2} {:15.2}",
                measured.rate(),
                measured.percentile_ms(50.0),
                measured.percentile_ms(99.0),
                measured.rate() / empty.measured.rate(),
                measured.rate() / alone.measured.rate(),
            );
        }
    }
    println!("aims: the queue ≥ 0.20 of empty, ≥ 3 of each alone, ≤ 100 µs an order, p99 ≤ 60 ms at 64 clients\n");
    writer_alone(&goods, template, folder);
}

struct Run {
    measured: Measured,
    cpu_us: f64,
}

fn over_http(
    goods: &Goods,
    template: &str,
    folder: &str,
    batch_max: &str,
    clients: usize,
    requests: &[Vec<u8>],
) -> Run {
    let url = format!("sqlite:{}", copy(template, folder, "intake.db"));
    admit(&url);
    let server = Server::trial(&url, goods.now, batch_max);
    let before = server.cpu();
    let measured = drive(&server.address, clients, 201, requests);
    let cpu_us = (server.cpu() - before).as_secs_f64() * 1e6 / measured.answers as f64;
    Run { measured, cpu_us }
}

/// The tables a batch writes, parents first.
const WRITTEN: [(&str, &str); 5] = [
    ("idempotency_keys", "created_at, key"),
    ("residents", "id"),
    ("orders", "id"),
    ("order_lines", "order_id, offer_no"),
    ("pickup_codes", "order_id"),
];

fn writer_alone(goods: &Goods, template: &str, folder: &str) {
    let acts: Vec<Act> = (0..ORDERS_ALONE).map(|at| act(goods, at)).collect();
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let written = copy(template, folder, "writer.db");
        let mut db = Db::open(&format!("sqlite:{written}")).expect("a copy opens");
        let (mut clerk, live) = (Clerk::new(&key()), LiveTotals::default());
        let desk = clock(goods.now);
        let begun = Instant::now();
        for batch in acts.chunks(BATCH) {
            let clock = Clock { desk: &desk, is_shared: false };
            let committed = clerk.commit(&mut db, &clock, &live, batch);
            assert!(committed.verdicts.iter().all(Result::is_ok), "{:?}", committed.verdicts);
        }
        ours.push(begun.elapsed().as_secs_f64());
        drop(db);
        floor.push(bare_inserts(&written, &copy(template, folder, "bare.db")));
    }
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let (ours, floor) = (median(&mut ours), median(&mut floor));
    let rate = |seconds: f64| ORDERS_ALONE as f64 / seconds;
    println!("{ORDERS_ALONE} orders, {BATCH} a transaction, median of 3");
    println!("the writer alone {:9.0} orders/s", rate(ours));
    println!("bare inserts     {:9.0} orders/s", rate(floor));
    println!("the writer is {:.2} × the bare speed (aim 0.55 ×)", floor / ours);
}

/// Puts the rows that the writer wrote into a copy of the template by bare prepared statements, batch by batch.
fn bare_inserts(written: &str, scratch: &str) -> f64 {
    let (from, to) = (Database::open(written), Database::open(scratch));
    let tables: Vec<Table> = WRITTEN.iter().map(|(name, order)| from.read_in_order(name, order)).collect();
    to.run(SETTINGS);
    let inserters: Vec<_> = tables.iter().map(|table| to.inserter(table)).collect();
    let batches = ORDERS_ALONE.div_ceil(BATCH);
    let begun = Instant::now();
    for batch in 0..batches {
        to.run("BEGIN IMMEDIATE");
        for (table, inserter) in tables.iter().zip(&inserters) {
            let rows = table.len();
            // Residents are fewer than orders: they all go with the first batches, as most did.
            let a_batch = if table.name == "residents" { rows.div_ceil(batches) * 2 } else { rows.div_ceil(batches) };
            let (first, last) = ((batch * a_batch).min(rows), ((batch + 1) * a_batch).min(rows));
            inserter.insert(first..last);
        }
        to.run("COMMIT");
    }
    begun.elapsed().as_secs_f64()
}
