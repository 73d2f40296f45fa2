//! What backup and restore ask of either database beyond queries: its tables, rows as text, and rows from text.

use crate::store::backend::{Db, Dialect, StoreError, each_row, on_either};

/// A line of a query with one text column named `line`.
#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

/// A value on its way into a column of its kind; None is NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Integer(Option<i64>),
    Boolean(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl Dialect {
    /// A query for every column of every table, a line each: table, column, kind, place in the primary key or 0.
    fn columns_sql(self) -> &'static str {
        match self {
            Dialect::Sqlite => {
                "SELECT m.name || ' ' || p.name || ' ' || upper(p.type) || ' ' || p.pk AS line FROM sqlite_master m \
                 JOIN pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY m.name, p.cid"
            }
            Dialect::Postgres => {
                "SELECT c.relname || ' ' || a.attname || ' ' || upper(format_type(a.atttypid, NULL)) || ' ' || \
                 COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0) AS line FROM pg_class c \
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
                 LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary WHERE c.relkind IN ('r', 'p') \
                 AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname, a.attnum"
            }
        }
    }

    /// An expression for bytes as hexadecimal digits.
    pub fn hex(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => format!("hex({column})"),
            Dialect::Postgres => format!("upper(encode({column}, 'hex'))"),
        }
    }

    /// The place of the value with this number, from 1.
    fn place(self, number: usize) -> String {
        match self {
            Dialect::Sqlite => format!("?{number}"),
            Dialect::Postgres => format!("${number}"),
        }
    }
}

/// PostgreSQL's foreign keys as statements that take them away, and as those that bring them back.
const DROP_FOREIGN_KEYS: &str = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I;', conrelid::regclass, conname) AS line \
     FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1";
const ADD_FOREIGN_KEYS: &str = "SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s;', conrelid::regclass, conname, \
     pg_get_constraintdef(oid)) AS line FROM pg_constraint WHERE contype = 'f' \
     AND connamespace = current_schema()::regnamespace ORDER BY 1";

/// Foreign keys that are checked after a load instead of with each row.
pub struct PutOff(String);

impl Db {
    /// Every column of every table there is, a line each: table, column, kind, place in the primary key or 0.
    ///
    /// # Errors
    /// What the database says.
    pub fn columns(&mut self) -> Result<Vec<String>, StoreError> {
        let sql = self.dialect().columns_sql();
        self.lines(sql)
    }

    /// The rows of a query with one text column named `line`.
    ///
    /// # Errors
    /// What the database says.
    pub fn lines(&mut self, sql: &str) -> Result<Vec<String>, StoreError> {
        let mut lines = Vec::new();
        self.each_line(sql, &mut |line| lines.push(line))?;
        Ok(lines)
    }

    /// The same, one by one.
    ///
    /// # Errors
    /// What the database says.
    pub fn each_line(&mut self, sql: &str, visit: &mut dyn FnMut(String)) -> Result<(), StoreError> {
        each_row!(self, Line, diesel::sql_query(sql), |row: Line| visit(row.line));
        Ok(())
    }

    /// Reads with little memory from here on: what is read once needs no keeping.
    ///
    /// # Errors
    /// What the database says.
    pub fn read_thriftily(&mut self) -> Result<(), StoreError> {
        match self.dialect() {
            Dialect::Sqlite => self.execute_batch("PRAGMA cache_size = -4096;"),
            Dialect::Postgres => Ok(()),
        }
    }

    /// Folds the log, which grew while a backup was read from it, back into the file if nobody minds at this moment.
    ///
    /// # Errors
    /// What the database says.
    pub fn shrink_log(&mut self) -> Result<(), StoreError> {
        match self.dialect() {
            Dialect::Sqlite => self.execute_batch("PRAGMA busy_timeout = 200; PRAGMA wal_checkpoint(TRUNCATE);"),
            Dialect::Postgres => Ok(()),
        }
    }

    /// Puts off the check of foreign keys until [`Db::check_foreign_keys`], within a write transaction: rows that point
    /// at each other can then come in any order.
    ///
    /// # Errors
    /// What the database says.
    pub fn put_off_foreign_keys(&mut self) -> Result<PutOff, StoreError> {
        let (drop, add) = match self.dialect() {
            Dialect::Sqlite => ("PRAGMA defer_foreign_keys = ON;".to_owned(), String::new()),
            Dialect::Postgres => (self.lines(DROP_FOREIGN_KEYS)?.concat(), self.lines(ADD_FOREIGN_KEYS)?.concat()),
        };
        self.execute_batch(&drop)?;
        Ok(PutOff(add))
    }

    /// Checks what was put off; SQLite does so when the transaction is committed.
    ///
    /// # Errors
    /// A row that points at nothing, or what the database says.
    pub fn check_foreign_keys(&mut self, put_off: PutOff) -> Result<(), StoreError> {
        if put_off.0.is_empty() { Ok(()) } else { self.execute_batch(&put_off.0) }
    }

    /// Inserts rows: as many values for each as there are columns. Names must be bare words.
    ///
    /// # Errors
    /// What the database says.
    pub fn insert_values(&mut self, table: &str, columns: &[&str], values: Vec<Value>) -> Result<(), StoreError> {
        use diesel::RunQueryDsl;
        use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
        let (dialect, width) = (self.dialect(), columns.len());
        let row = |row: usize| {
            let places: Vec<String> = (1..=width).map(|column| dialect.place(row * width + column)).collect();
            format!("({})", places.join(","))
        };
        let rows: Vec<String> = (0..values.len() / width).map(row).collect();
        let names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
        let sql = format!("INSERT INTO \"{table}\" ({}) VALUES {}", names.join(","), rows.join(","));
        on_either!(self, conn => {
            let mut query = diesel::sql_query(sql).into_boxed();
            for value in values {
                query = match value {
                    Value::Integer(value) => query.bind::<Nullable<BigInt>, _>(value),
                    Value::Boolean(value) => query.bind::<Nullable<Bool>, _>(value),
                    Value::Text(value) => query.bind::<Nullable<Text>, _>(value),
                    Value::Bytes(value) => query.bind::<Nullable<Binary>, _>(value),
                };
            }
            query.execute(conn)
        })?;
        Ok(())
    }
}
