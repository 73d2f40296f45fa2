//! SQLite with nothing in between: bare prepared statements, for floors to measure against.

#![allow(dead_code, reason = "each bench uses its part")]

use std::ffi::{CStr, CString, c_int};
use std::ops::Range;
use std::ptr;

use libsqlite3_sys as sqlite;

/// As in the product (`store/backend.rs`), and children find their parents.
pub const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
     PRAGMA cache_size = -49152; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000;";

#[derive(Clone)]
pub enum Value {
    Null,
    Integer(i64),
    Text(Vec<u8>),
}

pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// Row by row.
    pub values: Vec<Value>,
}

impl Table {
    /// Its rows.
    pub fn len(&self) -> usize {
        self.values.len() / self.columns.len()
    }

    pub fn integer(&self, row: usize, column: &str) -> i64 {
        let at = self.columns.iter().position(|name| name == column).expect("the schema has this column");
        match self.values[row * self.columns.len() + at] {
            Value::Integer(value) => value,
            _ => panic!("{column} of {} holds no whole number", self.name),
        }
    }
}

/// A connection to SQLite; every failure ends the run, since there is nothing to measure then.
pub struct Database(*mut sqlite::sqlite3);

impl Database {
    pub fn open(file: &str) -> Database {
        let path = CString::new(file).expect("a file name holds no NUL");
        let mut raw = ptr::null_mut();
        // SAFETY: `path` ends in NUL and `raw` is ours to fill.
        let code = unsafe { sqlite::sqlite3_open(path.as_ptr(), &mut raw) };
        assert_eq!(code, sqlite::SQLITE_OK, "open {file}");
        Database(raw)
    }

    pub fn run(&self, sql: &str) {
        let text = CString::new(sql).expect("SQL holds no NUL");
        // SAFETY: the connection is open, no callback and no message are asked for.
        let code = unsafe { sqlite::sqlite3_exec(self.0, text.as_ptr(), None, ptr::null_mut(), ptr::null_mut()) };
        assert_eq!(code, sqlite::SQLITE_OK, "{}: {sql}", self.message());
    }

    fn message(&self) -> String {
        // SAFETY: SQLite's own text, copied before the next call.
        unsafe { CStr::from_ptr(sqlite::sqlite3_errmsg(self.0)) }.to_string_lossy().into_owned()
    }

    pub fn texts(&self, sql: &str) -> Vec<String> {
        let (_, values) = self.query(sql);
        let text = |value| match value {
            Value::Text(bytes) => String::from_utf8(bytes).expect("a schema is UTF-8"),
            _ => String::new(),
        };
        values.into_iter().map(text).collect()
    }

    pub fn read(&self, name: &str) -> Table {
        self.read_in_order(name, "1")
    }

    pub fn read_in_order(&self, name: &str, order: &str) -> Table {
        let (columns, values) = self.query(&format!("SELECT * FROM {name} ORDER BY {order}"));
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

    /// A statement that inserts rows of a table.
    pub fn inserter<'a>(&'a self, table: &'a Table) -> Inserter<'a> {
        let marks = vec!["?"; table.columns.len()].join(", ");
        let statement = self.prepare(&format!("INSERT INTO {} VALUES ({marks})", table.name));
        Inserter { database: self, table, statement }
    }
}

/// One prepared statement that inserts rows of a table.
pub struct Inserter<'a> {
    database: &'a Database,
    table: &'a Table,
    statement: *mut sqlite::sqlite3_stmt,
}

impl Inserter<'_> {
    pub fn insert(&self, rows: Range<usize>) {
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
