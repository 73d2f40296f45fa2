//! The one file that knows SQLite from PostgreSQL.
//!
//! A [`Db`] is an open connection of either kind. Queries are written once and compiled for both by `on_either`,
//! so the whole of diesel's language serves both databases.

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection};

mod columns;
mod dialect;
mod error;
pub mod portable;
mod side_by_side;

pub use columns::InColumns;
pub(crate) use columns::{in_columns, insert_many, on_postgres};
pub use dialect::Dialect;
pub use error::{AsStoreError, StoreError};

use crate::domain::time::Moment;

/// An open connection to the database that the URL names.
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs `$body` with `$conn` as the concrete connection, compiled once for each database.
macro_rules! on_either {
    ($db:expr, $conn:ident => $body:expr) => {
        match $db {
            $crate::store::backend::Db::Sqlite($conn) => $body,
            $crate::store::backend::Db::Postgres($conn) => $body,
        }
    };
}
pub(crate) use on_either;

/// Visits the rows of a query one by one, so that memory does not grow with their number.
macro_rules! each_row {
    ($db:expr, $row:ty, $query:expr, $visit:expr) => {{
        use diesel::RunQueryDsl;
        match $db {
            $crate::store::backend::Db::Sqlite(conn) => {
                for row in $query.load_iter::<$row, diesel::connection::DefaultLoadingMode>(conn)? {
                    $visit(row?);
                }
            }
            $crate::store::backend::Db::Postgres(conn) => {
                for row in $query.load_iter::<$row, diesel::pg::PgRowByRowLoadingMode>(conn)? {
                    $visit(row?);
                }
            }
        }
    }};
}
pub(crate) use each_row;

/// Inserts a slice of `Insertable` rows, 64, 8 or 1 to a statement so that the prepared statements are reused. With
/// `or_nothing` rows whose key is taken are left out, and the answer is how many were not.
macro_rules! insert_rows {
    ($db:expr, $table:expr, $rows:expr) => {
        $crate::store::backend::insert_rows!(@each $db, $rows, chunk => diesel::insert_into($table).values(chunk))
            .map(|_| ())
    };
    ($db:expr, $table:expr, $rows:expr, or_nothing) => {
        $crate::store::backend::insert_rows!(@each $db, $rows, chunk =>
            diesel::insert_into($table).values(chunk).on_conflict_do_nothing())
    };
    (@each $db:expr, $rows:expr, $chunk:ident => $insert:expr) => {
        $crate::store::backend::on_either!($db, conn => {
            $crate::store::backend::insert_rows!(@chunks conn, $rows, $chunk => $insert)
        })
    };
    (@chunks $conn:ident, $rows:expr, $chunk:ident => $insert:expr) => {{
        use diesel::RunQueryDsl;
        (|| -> diesel::QueryResult<usize> {
            let mut inserted = 0;
            let (many, rest) = $rows.as_chunks::<64>();
            for $chunk in many {
                inserted += $insert.execute($conn)?;
            }
            let (some, rest) = rest.as_chunks::<8>();
            for $chunk in some {
                inserted += $insert.execute($conn)?;
            }
            for $chunk in rest {
                inserted += $insert.execute($conn)?;
            }
            Ok(inserted)
        })()
    }};
}
pub(crate) use insert_rows;

pub use crate::store::trouble::Trouble;

/// How often a transaction that met another is run again.
const TRIES_MAX: u32 = 8;

impl Db {
    /// Opens `sqlite:FILE`, `sqlite::memory:` or `postgres://…`, as the URL's scheme says.
    ///
    /// # Errors
    /// An unknown scheme, a file or server that cannot be reached.
    pub fn open(url: &str) -> Result<Db, StoreError> {
        let failed = |cause: String| StoreError::Open { url: without_password(url), cause };
        if let Some(file) = url.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            let mut conn = SqliteConnection::establish(file).map_err(|error| failed(error.to_string()))?;
            conn.batch_execute(SQLITE_SETTINGS).map_err(|error| failed(error.to_string()))?;
            return Ok(Db::Sqlite(conn));
        }
        if Db::names_shared(url) {
            let mut conn = PgConnection::establish(&with_deadlines(url)).map_err(|error| failed(error.to_string()))?;
            conn.batch_execute(POSTGRES_SETTINGS).map_err(|error| failed(error.to_string()))?;
            return Ok(Db::Postgres(conn));
        }
        Err(StoreError::UnknownUrl(without_password(url)))
    }

    /// Whether several servers may share the database that a URL names: PostgreSQL.
    pub fn names_shared(url: &str) -> bool {
        url.starts_with("postgres://") || url.starts_with("postgresql://")
    }

    /// Which of the two it is, for the few statements that must be worded for each.
    pub fn dialect(&self) -> Dialect {
        match self {
            Db::Sqlite(_) => Dialect::Sqlite,
            Db::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs statements that return nothing.
    pub fn execute_batch(&mut self, sql: &str) -> Result<(), StoreError> {
        Ok(on_either!(self, conn => conn.batch_execute(sql))?)
    }

    /// One write transaction: immediate on SQLite, serializable on PostgreSQL. Run again when it met another one.
    ///
    /// # Errors
    /// What `work` says, or the database at the commit; nothing is then saved.
    pub fn write<T, E: From<StoreError> + AsStoreError>(
        &mut self,
        mut work: impl FnMut(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        self.again(|db| db.transaction("BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL SERIALIZABLE", &mut work))
    }

    /// One write transaction that locks by hand what it decides on: immediate on SQLite; on PostgreSQL each statement
    /// sees what others have committed by then. Run again when it met another one.
    ///
    /// # Errors
    /// What `work` says, or the database at the commit; nothing is then saved.
    pub fn write_locking<T, E: From<StoreError> + AsStoreError>(
        &mut self,
        mut work: impl FnMut(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        self.again(|db| db.transaction("BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL READ COMMITTED", &mut work))
    }

    fn again<T, E: AsStoreError>(&mut self, mut attempt: impl FnMut(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut tries = 1;
        loop {
            match attempt(self) {
                Err(error) if tries < TRIES_MAX && error.as_store_error().is_some_and(StoreError::is_passing) => {
                    std::thread::sleep(Duration::from_millis(u64::from(5 * tries * tries)));
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    /// Whether several servers may stand on this database at once.
    pub fn is_shared(&self) -> bool {
        matches!(self, Db::Postgres(_))
    }

    /// The clock that all servers of a database share; None on SQLite, which has one server and that one's clock.
    ///
    /// # Errors
    /// What the database says.
    pub fn shared_clock(&mut self) -> Result<Option<Moment>, StoreError> {
        let Db::Postgres(conn) = self else { return Ok(None) };
        let micros = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
        let now = diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(micros));
        Ok(Some(Moment(diesel::RunQueryDsl::get_result(now, conn)?)))
    }

    /// Reads from one snapshot: what others commit meanwhile is not seen, and nobody waits.
    ///
    /// # Errors
    /// What `work` says, or the database.
    pub fn read<T, E: From<StoreError>>(&mut self, mut work: impl FnMut(&mut Db) -> Result<T, E>) -> Result<T, E> {
        self.transaction("BEGIN DEFERRED", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &mut work)
    }

    /// The URL by which another connection opens the same SQLite file. None for PostgreSQL and for databases in memory.
    fn file_url(&mut self) -> Result<Option<String>, StoreError> {
        let Db::Sqlite(conn) = self else { return Ok(None) };
        let query = diesel::dsl::sql::<Text>("SELECT file FROM pragma_database_list WHERE name = 'main'");
        let file: String = query.get_result(conn)?;
        Ok(Some(file).filter(|file| !file.is_empty()).map(|file| format!("sqlite:{file}")))
    }

    fn transaction<T, E: From<StoreError>>(
        &mut self,
        sqlite_begin: &str,
        postgres_begin: &str,
        work: &mut impl FnMut(&mut Db) -> Result<T, E>,
    ) -> Result<T, E> {
        match self {
            Db::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, sqlite_begin),
            Db::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, postgres_begin),
        }
        .map_err(StoreError::of_begin)?;
        match work(self) {
            Ok(value) => {
                self.end(true)?;
                Ok(value)
            }
            Err(error) => {
                // The first error is the one to tell; a rollback after a broken connection adds nothing to it.
                let _ = self.end(false);
                Err(error)
            }
        }
    }

    fn end(&mut self, commit: bool) -> Result<(), StoreError> {
        use diesel::connection::TransactionManager;
        let result = on_either!(self, conn => if commit {
            AnsiTransactionManager::commit_transaction(conn)
        } else {
            AnsiTransactionManager::rollback_transaction(conn)
        });
        Ok(result?)
    }

    /// How long it is waited for whoever else holds what is wanted; then the database refuses.
    ///
    /// # Errors
    /// What the database says.
    pub fn wait_for_locks(&mut self, most: Duration) -> Result<(), StoreError> {
        let (dialect, ms) = (self.dialect(), most.as_millis());
        self.execute_batch(&match dialect {
            Dialect::Sqlite => format!("PRAGMA busy_timeout = {ms};"),
            Dialect::Postgres => format!("SET lock_timeout = {ms};"),
        })
    }

    /// Makes ready for short acts, each of which finds its few rows by their keys. PostgreSQL keeps the plans of prepared
    /// statements, and one that was made while a table was empty would scan it ever after.
    ///
    /// # Errors
    /// What the database says.
    pub fn prepare_for_short_acts(&mut self) -> Result<(), StoreError> {
        match self.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => self.execute_batch("SET enable_seqscan = off;"),
        }
    }

    /// Makes ready for a great load. SQLite folds its log back into the file after each transaction that is longer than
    /// the usual limit, as all of a large day's are: four times as much folds the same pages a quarter as often. And
    /// its cache holds the leaves of the indexes whose keys come in no order, which a load comes back to again and again.
    ///
    /// # Errors
    /// What the database says.
    pub fn prepare_for_load(&mut self) -> Result<(), StoreError> {
        match self {
            Db::Sqlite(_) => self.execute_batch("PRAGMA wal_autocheckpoint = 32000; PRAGMA cache_size = -98304;"),
            Db::Postgres(_) => Ok(()),
        }
    }

    /// Lets the database take stock of its tables after a great load (query planning, write-ahead log).
    ///
    /// # Errors
    /// What the database says.
    pub fn settle_after_load(&mut self) -> Result<(), StoreError> {
        match self {
            Db::Sqlite(_) => self.execute_batch(&format!("{SQLITE_SETTINGS} PRAGMA wal_checkpoint(TRUNCATE);")),
            Db::Postgres(_) => self.execute_batch("ANALYZE;"),
        }
    }
}

/// Waiting first, so that the other settings wait too; then a log that survives a power cut. The log is folded back
/// into the file at 32 MiB: at the usual 4 MiB a large import rewrites the same pages ten times over.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA cache_size = -49152; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000;";

const POSTGRES_SETTINGS: &str = "SET TIME ZONE 'UTC'; SET client_min_messages = warning; \
     SET synchronous_commit = on; SET lock_timeout = '30s';";

/// The URL with bounds on how long a server that does not answer is waited for; what it says itself stands.
fn with_deadlines(url: &str) -> String {
    let mut url = url.to_owned();
    for (key, value) in [("connect_timeout", 5), ("keepalives_idle", 30), ("tcp_user_timeout", 15_000)] {
        if !url.contains(key) {
            let sign = if url.contains('?') { '&' } else { '?' };
            url += &format!("{sign}{key}={value}");
        }
    }
    url
}

/// The URL without what stands between the user's name and the host: the form in which it may be shown.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((credentials, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = credentials.split(':').next().unwrap_or("");
    format!("{scheme}://{user}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_reaches_an_error_message() {
        assert_eq!(without_password("postgres://tuan:secret@db/tuan"), "postgres://tuan@db/tuan");
        assert_eq!(without_password("sqlite:tuan.db"), "sqlite:tuan.db");
    }

    #[test]
    fn an_unknown_scheme_is_refused() {
        assert!(matches!(Db::open("mysql://x"), Err(StoreError::UnknownUrl(_))));
    }
}
