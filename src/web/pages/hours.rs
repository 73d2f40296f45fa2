//! Pieces by hour: of frozen cycles as they closed, of an open one by a recount, once a minute at most however many look.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{Datelike, NaiveDate};

use crate::domain::facts::{Cycle, Payment};
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError};
use crate::store::book::scan_quantities;
use crate::store::{cycles, freeze, orders};
use crate::web::pages::curve::Hours;
use crate::web::site::Site;
use crate::web::words::unsigned;

/// Earlier cycles that a plot compares with.
const EARLIER: usize = 4;
const HOUR: i64 = 3_600_000_000;
/// For so long a recount is shown as it is.
const FRESH: Duration = Duration::from_secs(60);

/// Hours of open cycles as they were last counted, by the cycle's id.
#[derive(Default)]
pub struct Recounts {
    kept: Mutex<HashMap<i64, (Instant, Hours)>>,
    /// Held by whoever counts: the others wait for that and look at the same.
    counting: Mutex<()>,
}

impl Recounts {
    fn fresh(&self, cycle_id: i64) -> Option<Hours> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&cycle_id).filter(|(read_at, _)| read_at.elapsed() < FRESH).map(|(_, hours)| hours.clone())
    }

    fn read(&self, cycle_id: i64, count: impl FnOnce() -> Result<Hours, StoreError>) -> Result<Hours, StoreError> {
        let turn = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hours) = self.fresh(cycle_id) {
            return Ok(hours);
        }
        let begun = Instant::now();
        let hours = count()?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (read_at, _)| read_at.elapsed() < FRESH);
        // Before the first order there is next to nothing to count, and the curve is to begin with it.
        if !hours.pieces.is_empty() {
            kept.insert(cycle_id, (begun, hours.clone()));
        }
        drop(turn);
        Ok(hours)
    }
}

/// The hours of a cycle, of an open one at most a minute old; none of a draft.
pub fn of_cycle(site: &Site, db: &mut Db, cycle: &Cycle) -> Result<Hours, StoreError> {
    let now = site.desk().now;
    match (cycle.state, site.recounts.fresh(cycle.id)) {
        (CycleState::Open, Some(hours)) => Ok(hours),
        (CycleState::Open, None) => site.recounts.read(cycle.id, || counted(db, cycle, now)),
        _ => counted(db, cycle, now),
    }
}

fn counted(db: &mut Db, cycle: &Cycle, now: Moment) -> Result<Hours, StoreError> {
    let cutoff_at = cycle.cutoff_at.0;
    let until = cycle.frozen_at.map_or(now, |at| at).0.clamp(cycle.opens_at.0, cutoff_at);
    let (pieces, by_point) = match cycle.state {
        CycleState::Draft | CycleState::Cancelled => (Vec::new(), BTreeMap::new()),
        CycleState::Open => recount(db, cycle)?,
        _ => (closed(db, cycle.id)?, BTreeMap::new()),
    };
    Ok(Hours { cutoff_at, until, pieces, by_point })
}

/// The hours of the cycles before it, the latest first.
pub fn of_earlier(db: &mut Db, cycle: &Cycle) -> Result<Vec<Hours>, StoreError> {
    let mut earlier = Vec::new();
    for card in cycles::all(db)?.iter().map(|row| row.card()).filter(|card| card.cutoff_at < cycle.cutoff_at) {
        if earlier.len() == EARLIER {
            break;
        }
        let pieces = closed(db, card.id)?;
        if card.state.is_frozen() && !pieces.is_empty() {
            let cutoff_at = card.cutoff_at.0;
            earlier.push(Hours { cutoff_at, until: cutoff_at, pieces, by_point: BTreeMap::new() });
        }
    }
    Ok(earlier)
}

/// The pickup date and hours of the latest cycle before it whose goods were fetched on the same day of the week.
pub fn of_same_weekday(db: &mut Db, cycle: &Cycle) -> Result<Option<(NaiveDate, Hours)>, StoreError> {
    let is_like = |card: &Cycle| {
        card.state.is_frozen()
            && card.cutoff_at < cycle.cutoff_at
            && card.pickup_date.weekday() == cycle.pickup_date.weekday()
    };
    for card in cycles::all(db)?.iter().map(|row| row.card()).filter(is_like) {
        let pieces = closed(db, card.id)?;
        if !pieces.is_empty() {
            let cutoff_at = card.cutoff_at.0;
            let hours = Hours { cutoff_at, until: cutoff_at, pieces, by_point: BTreeMap::new() };
            return Ok(Some((card.pickup_date, hours)));
        }
    }
    Ok(None)
}

fn closed(db: &mut Db, cycle_id: i64) -> Result<Vec<(i64, u64)>, StoreError> {
    Ok(freeze::hours(db, cycle_id)?.iter().map(|row| (row.hour_at, unsigned(row.pieces))).collect())
}

/// Pieces by hour, and by the point's id.
type Sums = (Vec<(i64, u64)>, BTreeMap<i64, u64>);

/// The sums so far, from one snapshot.
fn recount(db: &mut Db, cycle: &Cycle) -> Result<Sums, StoreError> {
    db.read(|db| {
        let staging: Vec<i64> = orders::staging(db, cycle.id)?.into_iter().map(|(id, _, _)| id).collect();
        let mut heads: Vec<(i64, i64, i64)> = Vec::new();
        orders::each_place(db, cycle.id, cycle.payment == Payment::AtPickup, &mut |head| {
            if head.import_id.is_none_or(|id| !staging.contains(&id)) {
                heads.push((head.id, head.placed_at - head.placed_at.rem_euclid(HOUR), head.point_id));
            }
        })?;
        let (mut hours, mut points): (BTreeMap<i64, u64>, BTreeMap<i64, u64>) = Default::default();
        let mut at = 0;
        scan_quantities(db, cycle.id, &mut |line| {
            while at < heads.len() && heads[at].0 < line.order_id {
                at += 1;
            }
            if let Some(&(id, hour, point_id)) = heads.get(at)
                && id == line.order_id
            {
                let pieces = unsigned(i64::from(line.ordered_qty));
                *hours.entry(hour).or_default() += pieces;
                *points.entry(point_id).or_default() += pieces;
            }
        })?;
        Ok((hours.into_iter().collect(), points))
    })
}
