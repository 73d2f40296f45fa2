//! REPEATS: the work that nobody asks for: the cutoff clock, what follows a freeze, the mail, losses at points, forgetting.
//!
//! Every server starts a [`Team`]. On a database that several servers share, a lease says which of them does a kind of
//! work; each move is a change under its condition all the same, so a lease that fails costs work, never a wrong book.

mod clock;
mod forgetting;
mod gauges;
mod lease;
mod losses;
mod post;
mod stop;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::flow::{Desk, FlowError};
use crate::mail::{MailSettings, Secrets};
use crate::store::backend::{Db, StoreError};

pub use gauges::Gauges;
use stop::Stop;

/// Where and when background work takes place; on a shared database by the database's clock.
pub type DeskOf = Arc<dyn Fn(&mut Db) -> Result<Desk, StoreError> + Send + Sync>;

/// What a team is told once.
pub struct Settings {
    /// A migrated database.
    pub database: String,
    pub desk: DeskOf,
    /// None: letters stay in the outbox.
    pub mail: Option<(MailSettings, Secrets)>,
    /// Told the code of a cycle whose sheets were prepared.
    pub on_prepared: Box<dyn Fn(&str) + Send>,
    /// Where the work says what it is at.
    pub gauges: Arc<Gauges>,
}

/// The threads of a server that work by themselves.
pub struct Team {
    stop: Arc<Stop>,
    threads: Vec<JoinHandle<()>>,
}

/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(1);
/// How often the outbox is looked at while it is empty.
const POST_TICK: Duration = Duration::from_secs(2);

impl Team {
    /// Starts the work; a cutoff that was missed while no server ran is made up for at once.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(settings: Settings) -> std::io::Result<Team> {
        let Settings { database, desk, mail, on_prepared, gauges } = settings;
        let mut team = Team { stop: Arc::new(Stop::default()), threads: Vec::new() };
        let clock = clock::Clock::new(desk.clone(), gauges.clone(), on_prepared);
        team.spawn("clock", database.clone(), TICK, clock)?;
        if let Some((settings, secrets)) = mail {
            let post = post::Post::new(desk, gauges, settings, secrets);
            team.spawn("mail", database, POST_TICK, post)?;
        }
        Ok(team)
    }

    /// Lets each finish what it is at, and ends.
    pub fn stop(self) {
        self.stop.set();
        for thread in self.threads {
            // A thread that broke down has told so already.
            let _ = thread.join();
        }
    }

    /// A thread that does a job again and again on a connection of its own, at once where it says that there is more.
    fn spawn(
        &mut self,
        name: &'static str,
        database: String,
        pause: Duration,
        mut job: impl Job + 'static,
    ) -> std::io::Result<()> {
        let stop = self.stop.clone();
        let run = move || {
            let mut connection: Option<Db> = None;
            while !stop.is_set() {
                let done = catch_unwind(AssertUnwindSafe(|| {
                    let db = match &mut connection {
                        Some(db) => db,
                        None => connection.insert(Db::open(&database)?),
                    };
                    job.tick(db, &stop)
                }));
                let failed = |error: &str| {
                    tracing::error!(work = name, error, "background work failed, it will be tried again");
                };
                let is_busy = match done {
                    Ok(Ok(is_busy)) => is_busy,
                    Ok(Err(error)) => {
                        failed(&error.to_string());
                        connection = None;
                        false
                    }
                    Err(_) => {
                        failed("it broke off");
                        connection = None;
                        false
                    }
                };
                if !is_busy && stop.wait(pause) {
                    break;
                }
            }
            if let Some(db) = &mut connection {
                job.end(db);
            }
        };
        self.threads.push(std::thread::Builder::new().name(name.to_owned()).spawn(run)?);
        Ok(())
    }
}

/// Work that repeats.
trait Job: Send {
    /// Does what is to be done now; `true` where there is more.
    fn tick(&mut self, db: &mut Db, stop: &Stop) -> Result<bool, FlowError>;

    /// Gives back what it holds.
    fn end(&mut self, db: &mut Db);
}
