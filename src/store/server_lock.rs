//! One server for a SQLite file: a lock on a small file beside it, held for the life of the process and freed by the
//! operating system however the process ends. Commands take no such lock and may write beside the server.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::store::backend::StoreError;
use crate::store::upkeep::file_of;

/// Held by the one server of a SQLite file.
pub struct ServerLock {
    file: File,
    /// Whether the server before this one ended without saying so: killed, or the power failed.
    pub was_broken_off: bool,
}

const RUNNING: &str = "running";
const STOPPED: &str = "stopped";

impl ServerLock {
    /// Takes the lock. None where any number of servers may share the database.
    ///
    /// # Errors
    /// `SecondServer` where another one runs; what the file system says.
    pub fn take(url: &str) -> Result<Option<ServerLock>, StoreError> {
        let Some(database) = file_of(url) else { return Ok(None) };
        let path = lock_file(&database);
        let failed = |error: io::Error| StoreError::Open { url: path.display().to_string(), cause: error.to_string() };
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.map_err(failed)?;
        let mut said = String::new();
        file.read_to_string(&mut said).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let process = said.split_whitespace().nth(1).unwrap_or("?").to_owned();
                return Err(StoreError::SecondServer { database: database.display().to_string(), process });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut lock = ServerLock { file, was_broken_off: said.starts_with(RUNNING) };
        lock.say(&format!("{RUNNING} {}\n", std::process::id())).map_err(failed)?;
        Ok(Some(lock))
    }

    /// Says that the server ended as it should, and lets go.
    pub fn release(mut self) {
        // Where it cannot be said, the next start looks at the database once too often.
        let _ = self.say(&format!("{STOPPED}\n"));
    }

    fn say(&mut self, words: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(words.as_bytes())?;
        self.file.sync_all()
    }
}

fn lock_file(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".server");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_server_is_refused_and_an_end_without_a_word_is_noticed() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("tuan.db").display());
        let take = || ServerLock::take(&url);
        let first = take().expect("nobody else is there").expect("a file has a lock");
        assert!(!first.was_broken_off);
        assert!(matches!(take(), Err(StoreError::SecondServer { .. })));
        drop(first);
        let second = take().expect("the first is gone").expect("a file has a lock");
        assert!(second.was_broken_off);
        second.release();
        assert!(!take().expect("the second is gone").expect("a file has a lock").was_broken_off);
        assert!(ServerLock::take("postgres://db/tuan").expect("any number").is_none());
    }
}
