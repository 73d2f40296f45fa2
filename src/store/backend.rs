//! The one file that knows SQLite from PostgreSQL.
//!
//! A [`Db`] is an open connection of either kind. Queries are written once and compiled for both by `on_either`,
//! so the whole of diesel's language serves both databases.

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::{Connection, PgConnection, SqliteConnection};

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

/// Inserts a slice of `Insertable` rows, 64 to a statement so that the prepared statement is reused.
macro_rules! insert_rows {
    ($db:expr, $table:expr, $rows:expr) => {
        $crate::store::backend::on_either!($db, conn => {
            use diesel::RunQueryDsl;
            let mut chunks = $rows.chunks_exact(64);
            let mut result = Ok(0);
            for chunk in &mut chunks {
                let chunk: &[_; 64] = chunk.try_into().expect("chunks_exact gives chunks of that length");
                result = diesel::insert_into($table).values(chunk).execute(conn);
                if result.is_err() {
                    break;
                }
            }
            if result.is_ok() {
                for row in chunks.remainder() {
                    result = diesel::insert_into($table).values(row).execute(conn);
                    if result.is_err() {
                        break;
                    }
                }
            }
            result.map(|_| ())
        })
    };
}
pub(crate) use insert_rows;

/// What a database could not do, or is not for this binary.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("数据库出错：{0}")]
    Database(#[from] DieselError),
    #[error("打不开数据库 {url}：{cause}")]
    Open { url: String, cause: String },
    #[error("数据库地址 {0} 不认识：请用 sqlite:文件名 或 postgres://…")]
    UnknownUrl(String),
    #[error("数据库已由更新的版本升级（{version}），请使用新版 tuan")]
    NewerSchema { version: String },
    #[error("升级数据库失败：{0}")]
    Migration(String),
    #[error("没有空闲的写入编号：同时运行的 tuan 超过 1024 个")]
    NoWriterFree,
    #[error("操作系统给不出随机数：{0}")]
    NoRandomness(String),
    #[error(
        "数据库一直被另一个程序写着，等了 10 秒；什么都没有改，请稍后再试（the database stayed locked for 10 s, nothing was changed）"
    )]
    Locked,
}

impl StoreError {
    pub fn migration(cause: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
        StoreError::Migration(cause.to_string())
    }

    /// What a transaction that could not begin says: a locked file has been waited for already (`busy_timeout`).
    fn of_begin(error: DieselError) -> StoreError {
        match &error {
            DieselError::DatabaseError(_, info) if info.message().contains("database is locked") => StoreError::Locked,
            _ => StoreError::Database(error),
        }
    }

    /// Whether the same transaction may succeed when it is run again.
    pub fn is_passing(&self) -> bool {
        let StoreError::Database(DieselError::DatabaseError(kind, info)) = self else { return false };
        matches!(kind, DatabaseErrorKind::SerializationFailure) || info.message().contains("deadlock detected")
    }

    /// Whether a row with the same key is there already.
    pub fn is_taken_key(&self) -> bool {
        matches!(self, StoreError::Database(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

/// Which SQL a migration is expanded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub fn id(self) -> &'static str {
        match self {
            Dialect::Sqlite => "INTEGER NOT NULL PRIMARY KEY",
            Dialect::Postgres => "BIGINT NOT NULL PRIMARY KEY",
        }
    }

    pub fn clustered(self) -> &'static str {
        match self {
            Dialect::Sqlite => "WITHOUT ROWID",
            Dialect::Postgres => "",
        }
    }

    pub fn text_c(self) -> &'static str {
        match self {
            Dialect::Sqlite => "COLLATE BINARY",
            Dialect::Postgres => "COLLATE \"C\"",
        }
    }

    /// A trigger that refuses UPDATE and DELETE on `table`.
    pub fn append_only(self, table: &str) -> String {
        match self {
            Dialect::Sqlite => ["UPDATE", "DELETE"]
                .map(|act| {
                    let name = act.to_lowercase();
                    format!(
                        "CREATE TRIGGER {table}_refuses_{name} BEFORE {act} ON {table} \
                         BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
                    )
                })
                .join("\n"),
            Dialect::Postgres => format!(
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;\n\
                 CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION refuse_change();"
            ),
        }
    }
}

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
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let mut conn = PgConnection::establish(url).map_err(|error| failed(error.to_string()))?;
            conn.batch_execute(POSTGRES_SETTINGS).map_err(|error| failed(error.to_string()))?;
            return Ok(Db::Postgres(conn));
        }
        Err(StoreError::UnknownUrl(without_password(url)))
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
        let mut tries = 1;
        loop {
            let result = self.transaction("BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL SERIALIZABLE", &mut work);
            match result {
                Err(error) if tries < TRIES_MAX && error.as_store_error().is_some_and(StoreError::is_passing) => {
                    std::thread::sleep(std::time::Duration::from_millis(u64::from(5 * tries * tries)));
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    /// Reads from one snapshot: what others commit meanwhile is not seen, and nobody waits.
    ///
    /// # Errors
    /// What `work` says, or the database.
    pub fn read<T, E: From<StoreError>>(&mut self, mut work: impl FnMut(&mut Db) -> Result<T, E>) -> Result<T, E> {
        self.transaction("BEGIN DEFERRED", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &mut work)
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

    /// Lets the database take stock of its tables after a great load (query planning, write-ahead log).
    ///
    /// # Errors
    /// What the database says.
    pub fn settle_after_load(&mut self) -> Result<(), StoreError> {
        match self {
            Db::Sqlite(_) => self.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);"),
            Db::Postgres(_) => self.execute_batch("ANALYZE;"),
        }
    }
}

/// An error that may hold what the database said.
pub trait AsStoreError {
    fn as_store_error(&self) -> Option<&StoreError>;
}

impl AsStoreError for StoreError {
    fn as_store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// Waiting first, so that the other settings wait too; then a log that survives a power cut. The log is folded back
/// into the file at 32 MiB: at the usual 4 MiB a large import rewrites the same pages ten times over.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA cache_size = -49152; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000;";

const POSTGRES_SETTINGS: &str = "SET TIME ZONE 'UTC'; SET client_min_messages = warning; \
     SET synchronous_commit = on; SET lock_timeout = '30s';";

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
