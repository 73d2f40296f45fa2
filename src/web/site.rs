//! What all handlers share: the database, the clock and zone, and the books that were read last.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::facts::Cycle;
use crate::domain::pickup_code::CodeSafe;
use crate::domain::pickup_token::TokenPress;
use crate::domain::server_key::ServerKey;
use crate::flow::dispatch_trips::Asked;
use crate::flow::{Desk, load_cycle};
use crate::store::backend::{AsStoreError, Db};
use crate::store::book::Want;
use crate::web::board::Board;
use crate::web::client::Doorplate;
use crate::web::errors::WebError;
use crate::web::hashing::Hashing;
use crate::web::intake::{Intake, IntakeSettings};
use crate::web::limits::Limits;
use crate::web::machines::Machines;
use crate::web::meters::Meters;
use crate::web::noted::Noted;
use crate::web::pace::Pace;
use crate::web::pages::hours::Recounts;
use crate::web::pool::{IsSound, Pool};
use crate::web::requests::Requests;
use crate::web::shelf::Bookshelf;
use crate::web::storefront::Storefront;
use crate::web::wire::tls::TlsFiles;

/// What a server is told once.
pub struct Settings {
    /// Where it listens.
    pub bind: SocketAddr,
    /// A migrated database: `sqlite:FILE` or `postgres://…`.
    pub database: String,
    /// Where and when a request takes place.
    pub desk: Box<dyn Fn() -> Desk + Send + Sync>,
    /// How routes are planned where a request says nothing else.
    pub routes: Asked,
    /// Where failures are told that are none of the reader's business.
    pub log: fn(&str),
    /// How much, how many and how long.
    pub limits: Limits,
    /// Names that it answers to, and proxies that it believes.
    pub plate: Doorplate,
    /// Certificate and key, for HTTPS.
    pub tls: Option<TlsFiles>,
    /// What `/metrics` says besides what the server knows itself.
    pub meters: Meters,
    /// What signs and seals: cookies, second factors, pickup codes and tokens.
    pub key: ServerKey,
    /// Whether the time stands still for a rehearsal, so that no other clock may be asked.
    pub is_rehearsal: bool,
    /// The most acts of one transaction, for measurements; None: as many as serve best.
    pub batch_max: Option<usize>,
    /// Codes of cycles whose sheets were prepared: their books are read before the first reader asks.
    pub prepared: Option<Receiver<String>>,
}

/// What all handlers share.
pub struct Site {
    pool: Pool,
    books: Bookshelf,
    hashing: Hashing,
    machines: Machines,
    refusals: Noted,
    shown: Noted,
    key: ServerKey,
    desk: Arc<dyn Fn() -> Desk + Send + Sync>,
    routes: Asked,
    log: fn(&str),
    limits: Limits,
    plate: Doorplate,
    pace: Pace,
    requests: Requests,
    meters: Meters,
    database: String,
    /// Totals as those who watch are shown them.
    pub board: Board,
    /// What residents are shown of open cycles.
    pub storefront: Storefront,
    /// Hours of open cycles as they were last counted.
    pub recounts: Recounts,
    /// Where short acts wait to be written together.
    pub intake: Intake,
    pub safe: CodeSafe,
    pub press: TokenPress,
}

impl Site {
    pub fn new(settings: Settings) -> Arc<Site> {
        let Settings { database, key, is_rehearsal, batch_max, log, .. } = settings;
        let desk: Arc<dyn Fn() -> Desk + Send + Sync> = settings.desk.into();
        let (safe, press) = (CodeSafe::new(&key), TokenPress::new(&key));
        let writing = IntakeSettings {
            database: database.clone(),
            key: key.clone(),
            desk: desk.clone(),
            is_rehearsal,
            waiting_max: settings.limits.waiting,
            batch_max,
            log,
        };
        let site = Arc::new(Site {
            pool: Pool::new(database.clone()),
            books: Bookshelf::default(),
            hashing: Hashing::default(),
            machines: Machines::default(),
            refusals: Noted::default(),
            shown: Noted::default(),
            key,
            desk,
            routes: settings.routes,
            log,
            board: Board::default(),
            storefront: Storefront::default(),
            recounts: Recounts::default(),
            intake: Intake::start(writing),
            safe,
            press,
            limits: settings.limits,
            plate: settings.plate,
            pace: Pace::default(),
            requests: Requests::default(),
            meters: settings.meters,
            database,
        });
        let own = Arc::downgrade(&site);
        site.meters.add(move |page| {
            if let Some(site) = own.upgrade() {
                site.requests.collect(page);
                site.pool.collect(page);
            }
        });
        if let Some(prepared) = settings.prepared {
            let reader = site.clone();
            // Ends with whoever tells it; without it the first reader waits a moment longer.
            let _ = std::thread::Builder::new().name("sheets".to_owned()).spawn(move || {
                prepared.iter().for_each(|code| reader.read_ahead(&code));
            });
        }
        site
    }

    /// Reads the book of a cycle before anybody asks for it.
    fn read_ahead(&self, cycle_code: &str) {
        let read = self.with_db(|db| {
            let cycle = load_cycle::card(db, cycle_code)?;
            self.book(db, &cycle, None).map(|_| ())
        });
        if let Err(error) = read {
            self.log(&format!("{error:#}"));
        }
    }

    /// Where passwords are hashed.
    pub fn hashing(&self) -> &Hashing {
        &self.hashing
    }

    /// Machines whose token was looked up lately.
    pub fn machines(&self) -> &Machines {
        &self.machines
    }

    /// What was refused lately, so that the same is noted once a minute.
    pub fn refusals(&self) -> &Noted {
        &self.refusals
    }

    /// What was shown lately of residents, and to whom, so that the same is noted once a minute.
    pub fn shown(&self) -> &Noted {
        &self.shown
    }

    pub fn key(&self) -> &ServerKey {
        &self.key
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    pub fn plate(&self) -> &Doorplate {
        &self.plate
    }

    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// What `/metrics` says.
    pub fn meters(&self) -> &Meters {
        &self.meters
    }

    /// The database's URL; it may hold a password and is shown to nobody.
    pub fn database(&self) -> &str {
        &self.database
    }

    pub fn desk(&self) -> Desk {
        (self.desk)()
    }

    /// How routes are planned where a request says nothing else.
    pub fn asked(&self) -> Asked {
        self.routes.clone()
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
