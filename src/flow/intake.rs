//! Short acts of many people at once, one transaction for all that wait: orders, cancellations, payments, pickups.
//!
//! What is refused is decided inside the batch and never fails it. Only the database can fail a batch: then nothing of it
//! is saved and its acts are done one by one, so that none suffers for its neighbour.

mod acts;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::errors::{RuleError, StateName};
use crate::domain::facts::Cycle;
use crate::domain::pickup_code::CodeSafe;
use crate::domain::pickup_token::TokenPress;
use crate::domain::server_key::ServerKey;
use crate::domain::tally::Tally;
use crate::domain::time::Moment;
use crate::flow::cancel_orders::cancel;
use crate::flow::confirm_pickups::{ConfirmPickups, confirm, reverse};
use crate::flow::count_totals::count;
use crate::flow::expire_orders::expire;
use crate::flow::live_totals::{LiveTotals, add_rows, rows_of};
use crate::flow::mark_payments::{mark, mark_all};
use crate::flow::place_orders::{Series, Shelf, place};
use crate::flow::{Desk, FlowError};
use crate::store::backend::{AsStoreError, Db, StoreError};
use crate::store::cycles::{self, Hold};
use crate::store::ids::IdMaker;
use crate::store::shared_out::SharedOut;
use crate::store::stamps::{self, Stamps};
use crate::store::{counters, live_totals};

pub use acts::{Act, Done, OrderAct, Verdict, Within};

/// Where and when a batch takes place. The time is asked for once the transaction has begun.
pub struct Clock<'c> {
    pub desk: &'c dyn Fn() -> Desk,
    /// Whether the clock that all servers of a database share counts instead, where there is one.
    pub is_shared: bool,
}

/// A writer number serves half of its lease, so that it never runs out in the middle of a batch.
const LEASE_USED: Duration = Duration::from_secs(5 * 60);

/// Cycles of which it is remembered what was shared out: pickups are of the last few.
const SHARED_OUT_MAX: usize = 16;

/// Whoever writes the batches of one server: knows the catalogue, hands out ids and numbers.
pub struct Clerk {
    pub safe: CodeSafe,
    pub press: TokenPress,
    pub(super) shelf: Shelf,
    pub(super) series: Series,
    ids: Option<(IdMaker, Instant)>,
    stamps: Stamps,
    /// Cycles whose live totals are known to be in the database.
    counted: FxHashSet<i64>,
    /// What was shared out, by cycle, and at which version.
    shared_out: FxHashMap<i64, (u32, Arc<SharedOut>)>,
}

/// One transaction at work: what it found, and what it changes in the totals.
pub struct Turn<'t> {
    pub db: &'t mut Db,
    pub desk: Desk,
    pub ids: &'t mut IdMaker,
    pub changes: FxHashMap<i64, Tally>,
    /// Cycles held so far.
    held: FxHashMap<i64, Cycle>,
    pub warnings: Vec<CapWarning>,
}

/// An offer has reached a warning share of its cap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapWarning {
    pub cycle_code: String,
    pub sku_code: String,
    pub percent: u8,
}

/// What a batch did beside its verdicts.
#[derive(Debug, Default)]
pub struct Committed {
    pub verdicts: Vec<Verdict>,
    pub warnings: Vec<CapWarning>,
}

impl Clerk {
    pub fn new(key: &ServerKey) -> Clerk {
        Clerk {
            safe: CodeSafe::new(key),
            press: TokenPress::new(key),
            shelf: Shelf::default(),
            series: Series::default(),
            ids: None,
            stamps: Stamps::default(),
            counted: FxHashSet::default(),
            shared_out: FxHashMap::default(),
        }
    }

    /// Does all acts in one transaction, or one by one where that fails; one verdict for each, in order.
    pub fn commit(&mut self, db: &mut Db, clock: &Clock<'_>, live: &LiveTotals, acts: &[Act]) -> Committed {
        match self.attempt(db, clock, live, acts) {
            Ok(committed) => committed,
            Err(error) if acts.len() > 1 && !is_everyones(&error) => {
                let each = acts.iter().map(|act| self.commit(db, clock, live, std::slice::from_ref(act)));
                each.fold(Committed::default(), |mut all, one| {
                    all.verdicts.extend(one.verdicts);
                    all.warnings.extend(one.warnings);
                    all
                })
            }
            Err(error) if acts.len() == 1 => Committed { verdicts: vec![Err(error)], warnings: Vec::new() },
            Err(error) => {
                let same = || Err(StoreError::Unavailable(error.to_string()).into());
                Committed { verdicts: acts.iter().map(|_| same()).collect(), warnings: Vec::new() }
            }
        }
    }

    fn attempt(
        &mut self,
        db: &mut Db,
        clock: &Clock<'_>,
        live: &LiveTotals,
        acts: &[Act],
    ) -> Result<Committed, FlowError> {
        let mut ids = self.take_ids(db, clock)?;
        let keeps_rows = live_totals::are_kept(db);
        let committing = (!keeps_rows).then(|| live.committing());
        let done = db.write_locking(|db| {
            let shared = if clock.is_shared { db.shared_clock()? } else { None };
            let mut desk = (clock.desk)();
            desk.now = shared.unwrap_or(desk.now);
            let mut turn = Turn {
                db,
                desk,
                ids: &mut ids.0,
                changes: FxHashMap::default(),
                held: FxHashMap::default(),
                warnings: Vec::new(),
            };
            let verdicts = self.perform(&mut turn, acts)?;
            let Turn { changes, warnings, .. } = turn;
            if keeps_rows {
                add_rows(db, ids.0.writer_no(), &changes)?;
            }
            Ok((Committed { verdicts, warnings }, changes))
        });
        self.ids = Some(ids);
        match done {
            Ok((committed, changes)) => {
                if let Some(committing) = committing {
                    committing.add(&changes);
                }
                Ok(committed)
            }
            Err(error) => {
                // What was taken in the lost transaction may be another's by now.
                self.series.clear();
                self.counted.clear();
                Err(error)
            }
        }
    }

    /// One verdict for each act. Orders that come go last, all together, so that what others gave back serves them.
    fn perform(&mut self, turn: &mut Turn<'_>, acts: &[Act]) -> Result<Vec<Verdict>, FlowError> {
        let mut verdicts: Vec<Option<Verdict>> = Vec::new();
        verdicts.resize_with(acts.len(), || None);
        let (mut places, mut pickups) = (Vec::new(), Vec::new());
        for (at, act) in acts.iter().enumerate() {
            let done = match act {
                Act::Place(order) => {
                    places.push((at, &**order));
                    continue;
                }
                Act::Confirm(act) => {
                    pickups.push((at, act));
                    continue;
                }
                Act::Cancel(act) => cancel(self, turn, act).map(Done::Cancelled),
                Act::MarkPaid(act) => mark(self, turn, act).map(Done::Paid),
                Act::MarkAllPaid(act) => mark_all(self, turn, act).map(Done::PaidAll),
                Act::Reverse(act) => {
                    self.confirm(turn, &mut pickups, &mut verdicts)?;
                    reverse(self, turn, act).map(Done::Reversed)
                }
                Act::Expire => expire(self, turn).map(Done::Expired),
            };
            verdicts[at] = Some(refused_or_failed(done)?);
        }
        self.confirm(turn, &mut pickups, &mut verdicts)?;
        for (at, verdict) in place(self, turn, &places)? {
            verdicts[at] = Some(verdict.map(Done::Placed));
        }
        Ok(verdicts.into_iter().map(|verdict| verdict.expect("each act was done or refused")).collect())
    }

    /// Does the pickups that have gathered: before one is taken back, it must have been recorded.
    fn confirm(
        &mut self,
        turn: &mut Turn<'_>,
        pickups: &mut Vec<(usize, &ConfirmPickups)>,
        verdicts: &mut [Option<Verdict>],
    ) -> Result<(), FlowError> {
        if pickups.is_empty() {
            return Ok(());
        }
        let (places, acts): (Vec<usize>, Vec<&ConfirmPickups>) = pickups.drain(..).unzip();
        for (at, results) in places.into_iter().zip(confirm(self, turn, &acts)?) {
            verdicts[at] = Some(Ok(Done::Pickups(results)));
        }
        Ok(())
    }

    /// What was shared out of a cycle that is held.
    ///
    /// # Errors
    /// What the database says.
    pub(super) fn shared_out(&mut self, turn: &mut Turn<'_>, cycle: &Cycle) -> Result<Arc<SharedOut>, FlowError> {
        if let Some((version, shared)) = self.shared_out.get(&cycle.id)
            && *version == cycle.version
        {
            return Ok(shared.clone());
        }
        if self.shared_out.len() >= SHARED_OUT_MAX {
            self.shared_out.clear();
        }
        let shared = Arc::new(SharedOut::read(turn.db, cycle.id)?);
        self.shared_out.insert(cycle.id, (cycle.version, shared.clone()));
        Ok(shared)
    }

    /// Holds a cycle until the transaction ends and reads it, with everything this clerk keeps brought up to date.
    ///
    /// # Errors
    /// `not_found`.
    pub(super) fn hold_cycle(&mut self, turn: &mut Turn<'_>, cycle_id: i64) -> Result<Cycle, FlowError> {
        if let Some(cycle) = turn.held.get(&cycle_id) {
            return Ok(cycle.clone());
        }
        cycles::hold(turn.db, &[cycle_id], Hold::Shared)?;
        let stamps = stamps::read(turn.db)?;
        if stamps.catalogue != self.stamps.catalogue {
            self.shelf.clear();
        }
        if stamps.orders != self.stamps.orders {
            self.counted.clear();
        }
        self.stamps = stamps;
        let row = cycles::by_id(turn.db, cycle_id)?;
        let cycle = row.map(|row| row.card()).ok_or_else(|| no_cycle(&cycle_id.to_string()))?;
        self.count_first(turn, &cycle)?;
        turn.held.insert(cycle_id, cycle.clone());
        Ok(cycle)
    }

    /// Where totals are rows, they must be right before anything is added to them.
    fn count_first(&mut self, turn: &mut Turn<'_>, cycle: &Cycle) -> Result<(), FlowError> {
        if !live_totals::are_kept(turn.db) || self.counted.contains(&cycle.id) {
            return Ok(());
        }
        if !live_totals::are_counted(turn.db, cycle.id)? {
            counters::alone(turn.db, cycle.id)?;
            if !live_totals::are_counted(turn.db, cycle.id)? {
                let tally = count(turn.db, cycle)?;
                live_totals::set_counted(turn.db, cycle.id, &rows_of(&tally))?;
            }
        }
        self.counted.insert(cycle.id);
        Ok(())
    }

    fn take_ids(&mut self, db: &mut Db, clock: &Clock<'_>) -> Result<(IdMaker, Instant), FlowError> {
        match self.ids.take() {
            Some((ids, since)) if since.elapsed() < LEASE_USED => Ok((ids, since)),
            old => {
                if let Some((ids, _)) = old {
                    ids.release(db)?;
                }
                Ok((IdMaker::lease(db, (clock.desk)().now)?, Instant::now()))
            }
        }
    }

    /// Gives back what is leased, at the end of a server.
    pub fn retire(&mut self, db: &mut Db) -> Result<(), StoreError> {
        self.ids.take().map_or(Ok(()), |(ids, _)| ids.release(db))
    }
}

impl Turn<'_> {
    /// What happened to a cycle's totals in this transaction.
    pub fn tally(&mut self, cycle_id: i64) -> &mut Tally {
        self.changes.entry(cycle_id).or_default()
    }

    /// The code of a cycle that is held.
    pub fn cycle_code(&self, cycle_id: i64) -> &str {
        self.held.get(&cycle_id).map_or("", |cycle| &cycle.cycle_code)
    }

    pub fn now(&self) -> Moment {
        self.desk.now
    }
}

/// A refusal is a verdict; what the database says fails the batch.
fn refused_or_failed(done: Result<Done, FlowError>) -> Result<Verdict, FlowError> {
    match done {
        Err(error) if error.as_store_error().is_some() => Err(error),
        verdict => Ok(verdict),
    }
}

fn is_everyones(error: &FlowError) -> bool {
    error.as_store_error().is_some_and(StoreError::is_everyones)
}

/// There is no cycle with this code.
pub fn no_cycle(code: &str) -> RuleError {
    RuleError::NotFound { thing: StateName { code: "cycle", zh: "团期" }, key: code.to_owned() }
}

/// There is no order with this number, for this caller.
pub fn no_order(order_no: &str) -> RuleError {
    RuleError::NotFound { thing: StateName { code: "order", zh: "订单" }, key: order_no.to_owned() }
}
