//! Keeping a SQLite file in shape: its write-ahead log small, its pages sound, room on its disk. A PostgreSQL server
//! does all of this for itself.

use std::path::PathBuf;
use std::time::Duration;

use diesel::sql_types::{Integer, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use crate::store::backend::{Db, Dialect, StoreError, on_either};

/// The file behind a URL; None for databases in memory and on servers.
pub fn file_of(url: &str) -> Option<PathBuf> {
    let file = url.strip_prefix("sqlite:")?;
    let file = file.strip_prefix("//").unwrap_or(file);
    let file = file.strip_prefix("file:").map_or(file, |uri| uri.split('?').next().unwrap_or(uri));
    (!file.is_empty() && !file.starts_with(":memory:")).then(|| PathBuf::from(file))
}

/// Bytes of the write-ahead log; 0 where there is none.
pub fn log_bytes(url: &str) -> u64 {
    let Some(file) = file_of(url) else { return 0 };
    let mut name = file.into_os_string();
    name.push("-wal");
    std::fs::metadata(PathBuf::from(name)).map_or(0, |meta| meta.len())
}

/// Bytes that may still be written beside the database; None where nobody can tell.
#[cfg(unix)]
pub fn free_bytes(url: &str) -> Option<u64> {
    let file = file_of(url)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(".".into(), PathBuf::from);
    let disk = rustix::fs::statvfs(&folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Bytes that may still be written beside the database; None where nobody can tell.
#[cfg(not(unix))]
pub fn free_bytes(_: &str) -> Option<u64> {
    None
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// How the log is folded back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// Beside the writers, which wait only for the cut itself; they may write faster than it folds.
    Beside,
    /// Writers wait for all of it, so that the log does not grow meanwhile.
    Alone,
}

/// Folds the write-ahead log back into the file and cuts it to nothing, waiting at most `wait` for readers and for
/// another that folds. False: they were in the way.
///
/// # Errors
/// What the database says.
pub fn cut_log(db: &mut Db, fold: Fold, wait: Duration) -> Result<bool, StoreError> {
    if db.dialect() == Dialect::Postgres {
        return Ok(true);
    }
    db.wait_for_locks(wait)?;
    if fold == Fold::Beside {
        db.execute_batch("PRAGMA wal_checkpoint(PASSIVE);")?;
    }
    let rows: Vec<Checkpoint> = on_either!(db, conn => sql_query("PRAGMA wal_checkpoint(TRUNCATE)").load(conn))?;
    Ok(rows.iter().all(|row| row.busy == 0))
}

#[derive(QueryableByName)]
struct Finding {
    #[diesel(sql_type = Text)]
    quick_check: String,
}

/// Looks at every page of the file for damage: what is found, at most ten lines; nothing where it is sound.
///
/// # Errors
/// What the database says.
pub fn quick_check(db: &mut Db) -> Result<Vec<String>, StoreError> {
    if db.dialect() == Dialect::Postgres {
        return Ok(Vec::new());
    }
    let rows: Result<Vec<Finding>, StoreError> =
        on_either!(db, conn => sql_query("PRAGMA quick_check(10)").load(conn)).map_err(StoreError::from);
    match rows {
        Ok(rows) => Ok(rows.into_iter().map(|row| row.quick_check).filter(|line| line != "ok").collect()),
        // Damage may be such that not even the looking goes through.
        Err(error) if error.to_string().contains("malformed") => Ok(vec![error.to_string()]),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_behind_a_url_is_found() {
        let check = |url: &str, want: Option<&str>| assert_eq!(file_of(url), want.map(PathBuf::from), "{url}");
        check("sqlite:tuan.db", Some("tuan.db"));
        check("sqlite:///var/lib/tuan.db", Some("/var/lib/tuan.db"));
        check("sqlite:file:/data/t.db?mode=ro", Some("/data/t.db"));
        check("sqlite::memory:", None);
        check("postgres://db/tuan", None);
    }

    #[test]
    fn a_log_is_cut_and_a_sound_file_is_sound() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("t.db").display());
        let mut db = Db::open(&url).expect("a file can be made");
        db.execute_batch("CREATE TABLE t (a TEXT); INSERT INTO t VALUES (hex(zeroblob(100000)));").expect("sound SQL");
        assert!(log_bytes(&url) > 200_000);
        assert!(cut_log(&mut db, Fold::Beside, Duration::from_millis(100)).expect("nobody is in the way"));
        assert_eq!(log_bytes(&url), 0);
        assert!(quick_check(&mut db).expect("it can be read").is_empty());
        assert!(free_bytes(&url).is_none_or(|free| free > 0));
    }
}
