//! The floor under `tuan import orders`: the rows that an import has written, put again into a database of the same
//! schema by one bare prepared statement a table, under the product's settings, in transactions of the same rows.
//!
//! `cargo bench --bench bare_inserts -- SOURCE.db SCRATCH.db` prints rows, lines, seconds and CPU seconds as one JSON
//! object. The source is a SQLite database after `tuan import orders`; the scratch file is made anew.

use std::ffi::{CStr, CString, c_int};
use std::ops::Range;
use std::path::Path;
use std::time::Instant;
use std::{fs, ptr};

use libsqlite3_sys as sqlite;

/// The tables that an import of orders fills, parents first; all others are copied before the clock starts.
const TIMED: [&str; 3] = ["residents", "orders", "order_lines"];

/// As in the product (`store/backend.rs`), and children find their parents.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
     PRAGMA cache_size = -49152; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000;";

/// Lines to a transaction, as in the product (`flow/import_orders/stage.rs`).
const CHUNK_LINES: usize = 20_000;

enum Value {
    Null,
    Integer(i64),
    Text(Vec<u8>),
}

struct Table {
    name: String,
    columns: Vec<String>,
    /// Row by row.
    values: Vec<Value>,
}

impl Table {
    fn len(&self) -> usize {
        self.values.len() / self.columns.len()
    }

    fn integer(&self, row: usize, column: &str) -> i64 {
        let at = self.columns.iter().position(|name| name == column).expect("the schema has this column");
        match self.values[row * self.columns.len() + at] {
            Value::Integer(value) => value,
            _ => panic!("{column} of {} holds no whole number", self.name),
        }
    }
}

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

/// A connection to SQLite; every failure ends the run, since there is nothing to measure then.
struct Database(*mut sqlite::sqlite3);

impl Database {
    fn open(file: &str) -> Database {
        let path = CString::new(file).expect("a file name holds no NUL");
        let mut raw = ptr::null_mut();
        // SAFETY: `path` ends in NUL and `raw` is ours to fill.
        let code = unsafe { sqlite::sqlite3_open(path.as_ptr(), &mut raw) };
        assert_eq!(code, sqlite::SQLITE_OK, "open {file}");
        Database(raw)
    }

    fn run(&self, sql: &str) {
        let text = CString::new(sql).expect("SQL holds no NUL");
        // SAFETY: the connection is open, no callback and no message are asked for.
        let code = unsafe { sqlite::sqlite3_exec(self.0, text.as_ptr(), None, ptr::null_mut(), ptr::null_mut()) };
        assert_eq!(code, sqlite::SQLITE_OK, "{}: {sql}", self.message());
    }

    fn message(&self) -> String {
        // SAFETY: SQLite's own text, copied before the next call.
        unsafe { CStr::from_ptr(sqlite::sqlite3_errmsg(self.0)) }.to_string_lossy().into_owned()
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        let (_, values) = self.query(sql);
        let text = |value| match value {
            Value::Text(bytes) => String::from_utf8(bytes).expect("a schema is UTF-8"),
            _ => String::new(),
        };
        values.into_iter().map(text).collect()
    }

    fn read(&self, name: &str) -> Table {
        let (columns, values) = self.query(&format!("SELECT * FROM {name}"));
        Table { name: name.to_owned(), columns, values }
    }

    fn prepare(&self, sql: &str) -> *mut sqlite::sqlite3_stmt {
        let text = CString::new(sql).expect("SQL holds no NUL");
        let mut statement = ptr::null_mut();
        // SAFETY: the text ends in NUL, `statement` is ours to fill.
        let code = unsafe { sqlite::sqlite3_prepare_v2(self.0, text.as_ptr(), -1, &mut statement, ptr::null_mut()) };
        assert_eq!(code, sqlite::SQLITE_OK, "{}: {sql}", self.message());
        statement
    }

    fn query(&self, sql: &str) -> (Vec<String>, Vec<Value>) {
        let statement = self.prepare(sql);
        let mut values = Vec::new();
        // SAFETY: the statement is prepared; columns are read only while it stands on a row.
        unsafe {
            let columns = sqlite::sqlite3_column_count(statement);
            let names = (0..columns).map(|column| CStr::from_ptr(sqlite::sqlite3_column_name(statement, column)));
            let names = names.map(|name| name.to_string_lossy().into_owned()).collect();
            while sqlite::sqlite3_step(statement) == sqlite::SQLITE_ROW {
                values.extend((0..columns).map(|column| read_value(statement, column)));
            }
            assert_eq!(sqlite::sqlite3_finalize(statement), sqlite::SQLITE_OK, "{sql}");
            (names, values)
        }
    }

    fn inserter<'a>(&'a self, table: &'a Table) -> Inserter<'a> {
        let marks = vec!["?"; table.columns.len()].join(", ");
        let statement = self.prepare(&format!("INSERT INTO {} VALUES ({marks})", table.name));
        Inserter { database: self, table, statement }
    }
}

/// One prepared statement that inserts rows of a table.
struct Inserter<'a> {
    database: &'a Database,
    table: &'a Table,
    statement: *mut sqlite::sqlite3_stmt,
}

impl Inserter<'_> {
    fn insert(&self, rows: Range<usize>) {
        let (statement, width) = (self.statement, self.table.columns.len());
        for row in self.table.values[rows.start * width..rows.end * width].chunks(width) {
            // SAFETY: bound texts live in `table` past the step.
            unsafe {
                for (index, value) in (1..).zip(row) {
                    bind_value(statement, index, value);
                }
                let code = sqlite::sqlite3_step(statement);
                assert_eq!(code, sqlite::SQLITE_DONE, "{}: {}", self.table.name, self.database.message());
                sqlite::sqlite3_reset(statement);
            }
        }
    }
}

impl Drop for Inserter<'_> {
    fn drop(&mut self) {
        // SAFETY: finalised once, not used again.
        unsafe { sqlite::sqlite3_finalize(self.statement) };
    }
}

/// # Safety
/// `statement` stands on a row that has this column.
unsafe fn read_value(statement: *mut sqlite::sqlite3_stmt, column: c_int) -> Value {
    // SAFETY: as the caller promises; the text's bytes are copied before the next step.
    unsafe {
        match sqlite::sqlite3_column_type(statement, column) {
            sqlite::SQLITE_NULL => Value::Null,
            sqlite::SQLITE_INTEGER => Value::Integer(sqlite::sqlite3_column_int64(statement, column)),
            _ => {
                let start = sqlite::sqlite3_column_text(statement, column);
                let length = sqlite::sqlite3_column_bytes(statement, column) as usize;
                let bytes = if length == 0 { &[][..] } else { std::slice::from_raw_parts(start, length) };
                Value::Text(bytes.to_vec())
            }
        }
    }
}

/// # Safety
/// `statement` is prepared and not stepping; `value` outlives its next step.
unsafe fn bind_value(statement: *mut sqlite::sqlite3_stmt, index: c_int, value: &Value) {
    // SAFETY: as the caller promises.
    let code = unsafe {
        match value {
            Value::Null => sqlite::sqlite3_bind_null(statement, index),
            Value::Integer(number) => sqlite::sqlite3_bind_int64(statement, index, *number),
            Value::Text(bytes) => {
                let length = bytes.len() as c_int;
                sqlite::sqlite3_bind_text(statement, index, bytes.as_ptr().cast(), length, sqlite::SQLITE_STATIC())
            }
        }
    };
    assert_eq!(code, sqlite::SQLITE_OK, "bind");
}
