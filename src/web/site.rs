//! What all handlers share: the database, the clock and zone, and the books that were read last.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::facts::Cycle;
use crate::domain::server_key::ServerKey;
use crate::flow::{Desk, load_cycle};
use crate::store::backend::{AsStoreError, Db};
use crate::store::book::Want;
use crate::web::errors::WebError;
use crate::web::hashing::Hashing;
use crate::web::pool::{IsSound, Pool};
use crate::web::shelf::Bookshelf;

/// What a server is told once.
pub struct Settings {
    /// Where it listens.
    pub bind: SocketAddr,
    /// Whether browsers reach it over HTTPS: ours, or that of the proxy in front.
    pub is_encrypted: bool,
    /// What signs and seals; see `domain::server_key`.
    pub key: ServerKey,
    /// A migrated database: `sqlite:FILE` or `postgres://…`.
    pub database: String,
    /// Where and when a request takes place.
    pub desk: Box<dyn Fn() -> Desk + Send + Sync>,
    /// Where failures are told that are none of the reader's business.
    pub log: fn(&str),
}

/// What all handlers share.
pub struct Site {
    pool: Pool,
    books: Bookshelf,
    hashing: Hashing,
    is_encrypted: bool,
    key: ServerKey,
    desk: Box<dyn Fn() -> Desk + Send + Sync>,
    log: fn(&str),
}

impl Site {
    pub fn new(settings: Settings) -> Arc<Site> {
        let pool = Pool::new(settings.database);
        Arc::new(Site {
            pool,
            books: Bookshelf::default(),
            hashing: Hashing::default(),
            is_encrypted: settings.is_encrypted,
            key: settings.key,
            desk: settings.desk,
            log: settings.log,
        })
    }

    pub fn desk(&self) -> Desk {
        (self.desk)()
    }

    /// Whether browsers reach the server over HTTPS, so that cookies may be kept for that alone.
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// Where passwords are hashed.
    pub fn hashing(&self) -> &Hashing {
        &self.hashing
    }

    pub fn key(&self) -> &ServerKey {
        &self.key
    }

    /// Tells a failure to whoever runs the server.
    pub fn log(&self, words: &str) {
        (self.log)(words);
    }

    /// Runs `work` on a connection of its own. Waits where too many work already.
    ///
    /// # Errors
    /// What `work` says; `busy`; what the database says when it is opened.
    pub fn with_db<T>(&self, work: impl FnOnce(&mut Db) -> Result<T, WebError>) -> Result<T, WebError> {
        let done = self.pool.with(|db| {
            let done = work(db);
            let has_failed = done.as_ref().is_err_and(|error| error.as_store_error().is_some());
            (done, IsSound(!has_failed))
        });
        done?.ok_or(WebError::Busy)?
    }

    /// The book of a frozen cycle at a version; its newest where None.
    ///
    /// # Errors
    /// `not_found` for the cycle or the version; `wrong_state` before the freeze.
    pub fn book(&self, db: &mut Db, cycle: &Cycle, version: Option<u32>) -> Result<Arc<Book>, WebError> {
        if !cycle.state.is_frozen() {
            return Err(load_cycle::refused(cycle, Step::PrintSheets).into());
        }
        let version = version.unwrap_or(cycle.version);
        if version == 0 || version > cycle.version {
            return Err(WebError::missing("版本", "version", version));
        }
        self.books.book((cycle.id, version), || {
            let (code, want) = (&cycle.cycle_code, Want::Everything);
            Ok(load_cycle::frozen_book(db, &self.desk(), code, Some(version), want, Step::PrintSheets)?)
        })
    }
}
