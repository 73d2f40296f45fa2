//! The floor under `tuan import orders`: the rows that an import has written, put again into an empty database of the
//! same schema by bare prepared statements, one row each, in one transaction, as durable as ours.
//!
//! `cargo bench --bench bare_inserts -- SOURCE.db SCRATCH.db` prints rows, lines and seconds as one JSON object. The
//! source is a SQLite database after `tuan import orders`; the scratch file is made anew.

use std::ffi::{CStr, CString, c_int};
use std::path::Path;
use std::time::Instant;
use std::{fs, ptr};

use libsqlite3_sys as sqlite;

/// The tables that an import of orders fills, parents first; all others are copied before the clock starts.
const TIMED: [&str; 3] = ["residents", "orders", "order_lines"];

/// As in the product, and children find their parents.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
     PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;";

enum Value {
    Null,
    Integer(i64),
    Text(Vec<u8>),
}

struct Table {
    name: String,
    column_count: usize,
    /// Row by row.
    values: Vec<Value>,
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
    to.run("PRAGMA foreign_keys = OFF;");
    for sql in
        from.texts("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
    {
        to.run(&sql);
    }
    let names =
        from.texts("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
    for name in names.iter().filter(|name| !TIMED.contains(&name.as_str())) {
        to.insert(&from.read(name));
    }
    let tables = TIMED.map(|name| from.read(name));
    to.run(SETTINGS);
    let started = Instant::now();
    to.run("BEGIN IMMEDIATE");
    tables.iter().for_each(|table| to.insert(table));
    to.run("COMMIT");
    let seconds = started.elapsed().as_secs_f64();
    let rows: Vec<usize> = tables.iter().map(|table| table.values.len() / table.column_count).collect();
    println!("{{\"rows\":{},\"lines\":{},\"seconds\":{seconds:.3}}}", rows.iter().sum::<usize>(), rows[2]);
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
        let (column_count, values) = self.query(&format!("SELECT * FROM {name}"));
        Table { name: name.to_owned(), column_count, values }
    }

    fn prepare(&self, sql: &str) -> *mut sqlite::sqlite3_stmt {
        let text = CString::new(sql).expect("SQL holds no NUL");
        let mut statement = ptr::null_mut();
        // SAFETY: the text ends in NUL, `statement` is ours to fill.
        let code = unsafe { sqlite::sqlite3_prepare_v2(self.0, text.as_ptr(), -1, &mut statement, ptr::null_mut()) };
        assert_eq!(code, sqlite::SQLITE_OK, "{}: {sql}", self.message());
        statement
    }

    fn query(&self, sql: &str) -> (usize, Vec<Value>) {
        let statement = self.prepare(sql);
        let mut values = Vec::new();
        // SAFETY: the statement is prepared; columns are read only while it stands on a row.
        unsafe {
            let columns = sqlite::sqlite3_column_count(statement);
            while sqlite::sqlite3_step(statement) == sqlite::SQLITE_ROW {
                values.extend((0..columns).map(|column| read_value(statement, column)));
            }
            assert_eq!(sqlite::sqlite3_finalize(statement), sqlite::SQLITE_OK, "{sql}");
            (columns as usize, values)
        }
    }

    fn insert(&self, table: &Table) {
        let marks = vec!["?"; table.column_count].join(", ");
        let statement = self.prepare(&format!("INSERT INTO {} VALUES ({marks})", table.name));
        for row in table.values.chunks(table.column_count) {
            // SAFETY: bound texts live in `table` past the step.
            unsafe {
                for (index, value) in (1..).zip(row) {
                    bind_value(statement, index, value);
                }
                assert_eq!(sqlite::sqlite3_step(statement), sqlite::SQLITE_DONE, "{}: {}", table.name, self.message());
                sqlite::sqlite3_reset(statement);
            }
        }
        // SAFETY: finalised once, not used again.
        unsafe { sqlite::sqlite3_finalize(statement) };
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
