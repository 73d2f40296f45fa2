//! Open connections, lent out to requests: a few at a time, kept open in between.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::store::backend::{Db, StoreError};
use crate::web::meters::Page;

/// Requests that work at the same time; the others wait their turn.
const LENT_MAX: usize = 4;
/// How long one waits for its turn, or for whoever holds what it wants to change, before it is told to come back: less
/// than a handler may take.
const WAIT: Duration = Duration::from_secs(8);

/// Connections to one database.
pub struct Pool {
    url: String,
    shelf: Mutex<Shelf>,
    returned: Condvar,
}

#[derive(Default)]
struct Shelf {
    idle: Vec<Db>,
    lent: usize,
}

/// A place among those that work. Dropping it lets the next one in, also after a panic.
struct Place<'p>(&'p Pool);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.shelf().lent -= 1;
        self.0.returned.notify_one();
    }
}

impl Pool {
    pub fn new(url: String) -> Pool {
        Pool { url, shelf: Mutex::default(), returned: Condvar::new() }
    }

    /// Runs `work` on a connection. `None`: every connection stayed busy.
    ///
    /// # Errors
    /// What the database says when it is opened.
    pub fn with<T>(&self, work: impl FnOnce(&mut Db) -> (T, IsSound)) -> Result<Option<T>, StoreError> {
        let Some((place, idle)) = self.take() else { return Ok(None) };
        let mut db = match idle {
            Some(db) => db,
            None => self.open()?,
        };
        let (value, is_sound) = work(&mut db);
        if is_sound.0 {
            self.shelf().idle.push(db);
        } else {
            // What one connection has met the others will meet too: a server that was restarted has closed them all.
            let stale = std::mem::take(&mut self.shelf().idle);
            drop(stale);
        }
        drop(place);
        Ok(Some(value))
    }

    /// Writes how many connections there are.
    pub fn collect(&self, page: &mut Page) {
        let (idle, lent) = {
            let shelf = self.shelf();
            (shelf.idle.len(), shelf.lent)
        };
        page.gauge("tuan_pool_connections_idle", "Database connections at rest.", idle as f64);
        page.gauge("tuan_pool_connections_lent", "Database connections at work.", lent as f64);
        page.gauge("tuan_pool_connections_max", "Database connections at work at most.", LENT_MAX as f64);
    }

    fn open(&self) -> Result<Db, StoreError> {
        let mut db = Db::open(&self.url)?;
        db.wait_for_locks(WAIT)?;
        Ok(db)
    }

    fn take(&self) -> Option<(Place<'_>, Option<Db>)> {
        let is_full = |shelf: &mut Shelf| shelf.lent >= LENT_MAX;
        let waited = self.returned.wait_timeout_while(self.shelf(), WAIT, is_full);
        let (mut shelf, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return None;
        }
        shelf.lent += 1;
        Some((Place(self), shelf.idle.pop()))
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // Nothing is left half done while it is locked, so a panic elsewhere does no harm to it.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a connection may serve the next request; one that failed is closed instead.
#[derive(Clone, Copy, Debug)]
pub struct IsSound(pub bool);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_gives_its_place_back() {
        let pool = Pool::new("sqlite::memory:".to_owned());
        for _ in 0..LENT_MAX + 1 {
            let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let _ = pool.with::<()>(|_| panic!("on purpose"));
            }));
            assert!(panicked.is_err());
        }
        assert_eq!(pool.with(|_| (7, IsSound(true))).expect("a database in memory opens"), Some(7));
        let shelf = pool.shelf();
        assert_eq!((shelf.lent, shelf.idle.len()), (0, 1));
    }
}
