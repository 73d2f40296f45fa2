//! The cutoff clock: cycles open and freeze by themselves, and what follows a freeze is done at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::flow::prepare_cycle::{prepare_cycle, unprepared};
use crate::flow::run_clock::{Turn, run_clock};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::outbox;
use crate::work::forgetting::Forgetting;
use crate::work::gauges::{Gauges, add, set};
use crate::work::lease::Lease;
use crate::work::losses::Losses;
use crate::work::stop::Stop;
use crate::work::{DeskOf, Job};

/// How often the outbox is counted.
const COUNT_EVERY: Duration = Duration::from_secs(15);
/// How often old letters are looked for.
const FORGET_EVERY: Duration = Duration::from_secs(3_600);
/// Letters are forgotten this long after they were queued.
const FORGOTTEN_AFTER: chrono::Duration = chrono::Duration::days(30);
/// How long a cycle whose preparation failed is left alone.
const AGAIN_AFTER: Duration = Duration::from_secs(30);

/// The one that looks at the clock.
pub struct Clock {
    desk: DeskOf,
    gauges: Arc<Gauges>,
    on_prepared: Box<dyn Fn(&str) + Send>,
    lease: Lease,
    counted_at: Option<Instant>,
    forgot_at: Option<Instant>,
    keys: Forgetting,
    losses: Losses,
    failed_at: HashMap<String, Instant>,
}

impl Clock {
    pub fn new(desk: DeskOf, gauges: Arc<Gauges>, on_prepared: Box<dyn Fn(&str) + Send>) -> Clock {
        Clock {
            desk,
            gauges,
            on_prepared,
            lease: Lease::new("clock"),
            counted_at: None,
            forgot_at: None,
            keys: Forgetting::default(),
            losses: Losses::default(),
            failed_at: HashMap::new(),
        }
    }

    fn tell(&self, turn: &Turn) {
        add(&self.gauges.cycles_opened, turn.opened.len());
        add(&self.gauges.cycles_frozen, turn.frozen.len());
        add(&self.gauges.clock_failures, turn.failed.len());
        for cycle in &turn.opened {
            tracing::info!(cycle, "the clock opened a cycle");
        }
        for closed in &turn.frozen {
            let (orders, pieces) = (closed.figures.order_count, closed.figures.pieces);
            tracing::info!(cycle = closed.cycle.cycle_code, orders, pieces, "the clock froze a cycle");
        }
        for (cycle, leaders) in &turn.reminded {
            tracing::info!(cycle, leaders, "leaders are reminded of the cutoff");
        }
        for (cycle, error) in &turn.failed {
            tracing::error!(cycle, %error, "the clock could not move a cycle, it will try again");
        }
    }

    /// What follows a freeze, for every cycle that waits for it. One that fails keeps no other waiting.
    fn prepare(&mut self, db: &mut Db, desk: &Desk, stop: &Stop) -> Result<(), FlowError> {
        for cycle in unprepared(db, desk)? {
            let rests = self.failed_at.get(&cycle).is_some_and(|at| at.elapsed() < AGAIN_AFTER);
            if rests || stop.is_set() {
                continue;
            }
            match prepare_cycle(db, desk, &cycle) {
                Ok(prepared) => {
                    self.failed_at.remove(&cycle);
                    add(&self.gauges.cycles_prepared, 1);
                    let (procured, sent) = (prepared.is_procured, prepared.sent.po_nos.len());
                    tracing::info!(cycle, procured, sent, "a frozen cycle is prepared");
                    (self.on_prepared)(&cycle);
                }
                Err(error) => {
                    add(&self.gauges.clock_failures, 1);
                    tracing::error!(cycle, %error, "a frozen cycle could not be prepared, it will be tried again");
                    self.failed_at.insert(cycle, Instant::now());
                }
            }
        }
        Ok(())
    }

    /// What leaders chose at their points goes into the books.
    fn post_losses(&mut self, db: &mut Db, desk: &Desk) -> Result<(), FlowError> {
        for (cycle, posting) in self.losses.go_on(db, desk)? {
            match posting {
                Ok(posted) => tracing::info!(cycle, pieces = posted.pieces, "losses at points are in the books"),
                Err(error) => {
                    add(&self.gauges.clock_failures, 1);
                    tracing::error!(cycle, %error, "losses at points could not be posted, it will be tried again");
                }
            }
        }
        Ok(())
    }
}

impl Job for Clock {
    fn tick(&mut self, db: &mut Db, stop: &Stop) -> Result<bool, FlowError> {
        let is_held = self.lease.hold(db)?;
        set(&self.gauges.clock_held, i64::from(is_held));
        if !is_held {
            return Ok(false);
        }
        let desk = (self.desk)(db)?;
        set(&self.gauges.clock_at_s, desk.now.0 / 1_000_000);
        let turn = run_clock(db, &desk)?;
        self.tell(&turn);
        self.prepare(db, &desk, stop)?;
        self.post_losses(db, &desk)?;
        if self.counted_at.is_none_or(|at| at.elapsed() >= COUNT_EVERY) {
            self.counted_at = Some(Instant::now());
            let (waiting, dead) = outbox::counts(db)?;
            set(&self.gauges.outbox_waiting, waiting);
            set(&self.gauges.outbox_dead, dead);
        }
        if self.forgot_at.is_none_or(|at| at.elapsed() >= FORGET_EVERY) {
            self.forgot_at = Some(Instant::now());
            outbox::forget(db, desk.now.plus(-FORGOTTEN_AFTER))?;
        }
        let keys = self.keys.go_on(db, &desk)?;
        if keys > 0 {
            tracing::info!(keys, "keys of long past cycles were forgotten");
        }
        Ok(false)
    }

    fn end(&mut self, db: &mut Db) {
        self.lease.give_back(db);
    }
}
