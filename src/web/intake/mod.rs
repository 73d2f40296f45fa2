//! The queue of short acts: requests put theirs in and wait, a writer takes all that are there into one transaction.
//!
//! Nothing waits for company: a lone act is written at once, and while that is made durable others gather. The queue is
//! bounded; what does not fit is told to come again. So is every wait: a writer waits for another program that holds
//! the database for `LOCK_WAIT`, a request for its act for `PATIENCE`.

mod figures;
mod queue;
mod writer;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::domain::money::Fen;
use crate::domain::pickup_code::PickupCode;
use crate::domain::server_key::ServerKey;
use crate::flow::Desk;
use crate::flow::confirm_pickups::{ConfirmPickups, Pickup, PickupResult, PickupStatus};
use crate::flow::intake::{Act, Done, Verdict};
use crate::flow::live_totals::LiveTotals;
use crate::flow::place_orders::Placed;
use crate::store::backend::Db;
use crate::web::errors::WebError;

pub use figures::Figures;
use queue::Queue;
use writer::Writer;

/// How long the writer waits for whoever holds the database before the whole batch is told to come again.
const LOCK_WAIT: Duration = Duration::from_secs(5);
/// How long a request waits for its act before it is told to come again: longer than the writer waits, less than a
/// handler may take.
const PATIENCE: Duration = Duration::from_secs(9);
/// How long the repeat of an act that is under way waits for the first.
const PATIENCE_REPEAT: Duration = Duration::from_secs(5);

/// Writers of a server on PostgreSQL, where each connection has one core to itself: while one waits for its commit the
/// other writes. They are to each other what two servers are.
const WRITERS_SHARED: usize = 2;

/// What the writers are told once.
pub struct IntakeSettings {
    pub database: String,
    pub key: ServerKey,
    pub desk: Arc<dyn Fn() -> Desk + Send + Sync>,
    /// Whether the time stands still for a rehearsal, so that no other clock may be asked.
    pub is_rehearsal: bool,
    /// Acts that may wait at a time.
    pub waiting_max: usize,
    /// The most acts of one transaction, for measurements; None: as many as serve best. 0: none is written at all, so
    /// that it shows what everything else costs.
    pub batch_max: Option<usize>,
    pub log: fn(&str),
}

/// The queue and the threads that write what is in it: one for SQLite, which one writes at a time.
pub struct Intake {
    queue: Arc<Queue>,
    pub live: Arc<LiveTotals>,
    writers: Vec<JoinHandle<()>>,
    writes_nothing: bool,
}

impl Intake {
    /// Starts the writers.
    pub fn start(settings: IntakeSettings) -> Intake {
        let (queue, live) = (Arc::new(Queue::new(settings.waiting_max)), Arc::<LiveTotals>::default());
        let writes_nothing = settings.batch_max == Some(0);
        let count = if Db::names_shared(&settings.database) { WRITERS_SHARED } else { 1 };
        let settings = Arc::new(settings);
        let start = |place: usize| {
            let writer = Writer::new(settings.clone(), queue.clone(), live.clone(), place == 0);
            let thread = std::thread::Builder::new().name("intake".into()).spawn(move || writer.run());
            thread.expect("a thread can be started")
        };
        let writers = (0..count).map(start).collect();
        Intake { queue, live, writers, writes_nothing }
    }

    /// Does an act and says what became of it, once that is on disk.
    ///
    /// # Errors
    /// The refusal; `busy` where the queue is full or the database does not get on; `in_flight` for the repeat of an act
    /// that is still under way.
    pub async fn ask(&self, act: Act) -> Result<Done, WebError> {
        if self.writes_nothing {
            return Ok(nothing_done(&act));
        }
        let (answer, waiting) = oneshot::channel();
        let claim = self.queue.push(act, answer).ok_or(WebError::Busy)?;
        let patience = if claim.is_repeat { PATIENCE_REPEAT } else { PATIENCE };
        let verdict: Verdict = match tokio::time::timeout(patience, waiting).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(_)) => return Err(WebError::Broken("the writer broke off".into())),
            Err(_) if claim.is_repeat => return Err(WebError::InFlight),
            Err(_) => return Err(WebError::Busy),
        };
        Ok(verdict?)
    }

    /// What has happened so far.
    pub fn figures(&self) -> Figures {
        self.queue.figures()
    }
}

/// The answer to an act that was not done, as long as a real one.
fn nothing_done(act: &Act) -> Done {
    if let Act::Confirm(ConfirmPickups { events, .. }) = act {
        let result = |event: &Pickup| PickupResult {
            event_id: event.event_id.clone(),
            status: PickupStatus::Confirmed,
            by: Some(event.handed_by.clone()),
            at: Some(event.device_at),
        };
        return Done::Pickups(events.iter().map(result).collect());
    }
    Done::Placed(Placed {
        cycle_id: 0,
        order_id: 0,
        order_no: "261122-W000000".to_owned(),
        total: Fen(0),
        code: PickupCode::parse("000000"),
        is_repeat: false,
    })
}

impl Drop for Intake {
    /// Writes what still waits, then ends.
    fn drop(&mut self) {
        self.queue.close();
        for writer in self.writers.drain(..) {
            // It has told its panic already; there is nobody left to tell again.
            let _ = writer.join();
        }
    }
}
