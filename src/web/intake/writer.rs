//! The threads of a server that write short acts.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::flow::intake::{Act, CapWarning, Clerk, Clock, Committed, Done};
use crate::flow::live_totals::LiveTotals;
use crate::store::backend::{AsStoreError, Db, StoreError};
use crate::store::payments;
use crate::store::upkeep::{Fold, cut_log, log_bytes};
use crate::web::intake::queue::{Batch, Queue};
use crate::web::intake::{IntakeSettings, LOCK_WAIT};
use crate::web::keeper::LOG_TOO_LARGE;

/// The most acts of one transaction.
const BATCH_MAX: usize = 512;
/// How often it is looked whether orders were not paid in time.
const EXPIRY_EVERY: Duration = Duration::from_secs(5);
/// How long orders wait at most for the log to be folded back when they come faster than that is done beside them.
const FOLD_WAIT: Duration = Duration::from_secs(3);
/// How soon it is tried again after a reader, such as a backup, was in the way.
const FOLD_AGAIN_AFTER: Duration = Duration::from_secs(10);

pub struct Writer {
    settings: Arc<IntakeSettings>,
    queue: Arc<Queue>,
    live: Arc<LiveTotals>,
    clerk: Clerk,
    db: Option<Db>,
    /// Whether it is this one that looks for orders that were not paid in time.
    expires: bool,
    expired_at: Instant,
    /// When a reader was last in the way of folding the log back.
    fold_hindered_at: Option<Instant>,
}

impl Writer {
    pub fn new(settings: Arc<IntakeSettings>, queue: Arc<Queue>, live: Arc<LiveTotals>, expires: bool) -> Writer {
        let clerk = Clerk::new(&settings.key);
        let expired_at = Instant::now();
        Writer { settings, queue, live, clerk, db: None, expires, expired_at, fold_hindered_at: None }
    }

    /// Writes until the queue is closed and empty.
    pub fn run(mut self) {
        let most = self.settings.batch_max.unwrap_or(BATCH_MAX);
        while let Some(mut batch) = self.queue.take(most, EXPIRY_EVERY) {
            if !batch.acts.is_empty() {
                self.write(&mut batch);
                self.heed_log();
            }
            if self.expires && self.expired_at.elapsed() >= EXPIRY_EVERY {
                self.expire();
                self.expired_at = Instant::now();
            }
        }
        if let Some(mut db) = self.db.take() {
            // The lease ends by itself where this fails.
            let _ = self.clerk.retire(&mut db);
        }
    }

    fn write(&mut self, batch: &mut Batch) {
        let begun = Instant::now();
        let committed = self.commit(&batch.acts);
        let took = begun.elapsed();
        for CapWarning { cycle_code, sku_code, percent } in &committed.warnings {
            tracing::warn!(cycle = cycle_code, sku = sku_code, percent, "an offer is sold to this share of its cap");
        }
        for (answer, verdict) in batch.answers.drain(..).zip(committed.verdicts) {
            // Whoever asked may have gone; what was done stays done.
            let _ = answer.send(verdict);
        }
        self.queue.done(batch, took);
    }

    /// On a slow disk orders come in faster than the housekeeping folds the log back: then they wait for it, in a queue
    /// that turns away what is too much, and the log stays small.
    fn heed_log(&mut self) {
        let was_just_hindered = self.fold_hindered_at.is_some_and(|at| at.elapsed() < FOLD_AGAIN_AFTER);
        if was_just_hindered || log_bytes(&self.settings.database) <= LOG_TOO_LARGE {
            return;
        }
        // A connection that failed is not used again; what is not folded now is folded later.
        let Ok(mut db) = self.connection() else { return };
        let Ok(is_cut) = cut_log(&mut db, Fold::Alone, FOLD_WAIT) else { return };
        self.fold_hindered_at = (!is_cut).then(Instant::now);
        if db.wait_for_locks(LOCK_WAIT).is_ok() {
            self.db = Some(db);
        }
    }

    /// One verdict for each act, whatever happens.
    fn commit(&mut self, acts: &[Act]) -> Committed {
        let done = catch_unwind(AssertUnwindSafe(|| self.try_commit(acts)));
        let committed = done.unwrap_or_else(|_| {
            // What the clerk remembers may be of a transaction that never was.
            (self.clerk, self.db) = (Clerk::new(&self.settings.key), None);
            refused(acts, "the writer broke off")
        });
        let mut failures = committed.verdicts.iter().filter_map(|verdict| verdict.as_ref().err()?.as_store_error());
        if let Some(failure) = failures.next_back() {
            (self.settings.log)(&format!("{failure:#}"));
            // A connection that failed is not used again.
            self.db = None;
        }
        committed
    }

    fn try_commit(&mut self, acts: &[Act]) -> Committed {
        let mut db = match self.connection() {
            Ok(db) => db,
            Err(error) => return refused(acts, &error.to_string()),
        };
        let clock = Clock { desk: &*self.settings.desk, is_shared: !self.settings.is_rehearsal };
        let committed = self.clerk.commit(&mut db, &clock, &self.live, acts);
        self.db = Some(db);
        committed
    }

    fn connection(&mut self) -> Result<Db, StoreError> {
        if let Some(db) = self.db.take() {
            return Ok(db);
        }
        let mut db = Db::open(&self.settings.database)?;
        db.wait_for_locks(LOCK_WAIT)?;
        db.prepare_for_short_acts()?;
        Ok(db)
    }

    /// Lets go of what was not paid in time, a batch at a time so that orders come in between.
    fn expire(&mut self) {
        let now = (self.settings.desk)().now;
        let Ok(mut db) = self.connection() else { return };
        // A connection that failed is not used again.
        let Ok(run_out) = payments::run_out(&mut db, now) else { return };
        self.db = Some(db);
        if run_out.is_empty() {
            return;
        }
        let committed = self.commit(&[Act::Expire]);
        if let Some(Ok(Done::Expired(count))) = committed.verdicts.first() {
            tracing::info!(orders = count, "orders that were not paid in time have let go of what they held");
        }
    }
}

fn refused(acts: &[Act], cause: &str) -> Committed {
    let unavailable = || Err(StoreError::Unavailable(cause.to_owned()).into());
    Committed { verdicts: acts.iter().map(|_| unavailable()).collect(), warnings: Vec::new() }
}
