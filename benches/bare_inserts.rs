//! The floor under `tuan import orders`: the rows that an import has written, put again into a database of the same
//! schema by one bare prepared statement a table, under the product's settings, in transactions of the same rows.
//!
//! `cargo bench --bench bare_inserts -- SOURCE.db SCRATCH.db` prints rows, lines, seconds and CPU seconds as one JSON
//! object. The source is a SQLite database after `tuan import orders`; the scratch file is made anew.

#[path = "support/bare.rs"]
mod bare;

use std::fs;
use std::path::Path;
use std::time::Instant;

use bare::{Database, SETTINGS, Table};

/// The tables that an import of orders fills, parents first; all others are copied before the clock starts.
const TIMED: [&str; 3] = ["residents", "orders", "order_lines"];

/// While much is imported, as in the product.
const MUCH: &str = "PRAGMA wal_autocheckpoint = 32000; PRAGMA cache_size = -98304;";

/// Lines to a transaction, as in the product (`flow/import_orders/stage.rs`).
const CHUNK_LINES: usize = 20_000;

fn main() {
    // `cargo bench` adds a flag of its own.
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [source, scratch] = files.as_slice() else {
        println!("bare_inserts: needs SOURCE.db and SCRATCH.db (scripts/bench inserts)");
        return;
    };
    assert!(Path::new(source).exists(), "{source} is not there");
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{scratch}{suffix}"));
    }
    let (from, to) = (Database::open(source), Database::open(scratch));
    copy_others(&from, &to);
    let [residents, orders, lines] = TIMED.map(|name| from.read(name));
    to.run(SETTINGS);
    to.run(MUCH);
    let (started, cpu_before) = (Instant::now(), cpu_seconds());
    insert_in_chunks(&to, &residents, &orders, &lines);
    let (seconds, cpu) = (started.elapsed().as_secs_f64(), cpu_seconds() - cpu_before);
    let rows = residents.len() + orders.len() + lines.len();
    println!("{{\"rows\":{rows},\"lines\":{},\"seconds\":{seconds:.3},\"cpu\":{cpu:.2}}}", lines.len());
}

/// Makes the schema and copies the tables that are not timed, in one transaction: one each would wait for the disk
/// thousands of times before the clock starts.
fn copy_others(from: &Database, to: &Database) {
    to.run("PRAGMA foreign_keys = OFF; BEGIN");
    for sql in
        from.texts("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    {
        to.run(&sql);
    }
    let names =
        from.texts("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
    for name in names.iter().filter(|name| !TIMED.contains(&name.as_str())) {
        let table = from.read(name);
        to.inserter(&table).insert(0..table.len());
    }
    to.run("COMMIT");
}

/// Inserts the rows as the import did: so many lines to a transaction, with their orders and the people who are new.
fn insert_in_chunks(to: &Database, residents: &Table, orders: &Table, lines: &Table) {
    let (new_residents, new_orders, new_lines) = (to.inserter(residents), to.inserter(orders), to.inserter(lines));
    let (mut resident, mut order, mut line) = (0, 0, 0);
    while line < lines.len() {
        let mut end = (line + CHUNK_LINES).min(lines.len());
        while end < lines.len() && lines.integer(end, "order_id") == lines.integer(end - 1, "order_id") {
            end += 1;
        }
        let next_id = if end < lines.len() { lines.integer(end, "order_id") } else { i64::MAX };
        // Ids rise in the order in which the import made them, whatever they name.
        let up_to = |table: &Table, from: usize| {
            (from..table.len()).find(|&row| table.integer(row, "id") >= next_id).unwrap_or(table.len())
        };
        let (resident_end, order_end) = (up_to(residents, resident), up_to(orders, order));
        to.run("BEGIN IMMEDIATE");
        new_residents.insert(resident..resident_end);
        new_orders.insert(order..order_end);
        new_lines.insert(line..end);
        to.run("COMMIT");
        (resident, order, line) = (resident_end, order_end, end);
    }
}

/// CPU seconds of this process so far, in user and system mode, as Linux counts them (hundredths); 0 elsewhere.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
