//! Pieces by hour: of frozen cycles as they closed, of an open one by a recount.

use std::collections::BTreeMap;

use crate::domain::facts::{Cycle, Payment};
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError};
use crate::store::book::scan_quantities;
use crate::store::{cycles, freeze, orders};
use crate::web::pages::curve::Hours;
use crate::web::words::unsigned;

/// Earlier cycles that a plot compares with.
const EARLIER: usize = 4;
const HOUR: i64 = 3_600_000_000;

/// The hours of a cycle; none of a draft.
pub fn of_cycle(db: &mut Db, cycle: &Cycle, now: Moment) -> Result<Hours, StoreError> {
    let cutoff_at = cycle.cutoff_at.0;
    let until = cycle.frozen_at.map_or(now, |at| at).0.clamp(cycle.opens_at.0, cutoff_at);
    let pieces = match cycle.state {
        CycleState::Draft | CycleState::Cancelled => Vec::new(),
        CycleState::Open => recount(db, cycle)?,
        _ => closed(db, cycle.id)?,
    };
    Ok(Hours { cutoff_at, until, pieces })
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
            earlier.push(Hours { cutoff_at, until: cutoff_at, pieces });
        }
    }
    Ok(earlier)
}

fn closed(db: &mut Db, cycle_id: i64) -> Result<Vec<(i64, u64)>, StoreError> {
    Ok(freeze::hours(db, cycle_id)?.iter().map(|row| (row.hour_at, unsigned(row.pieces))).collect())
}

/// The hours so far, from one snapshot.
fn recount(db: &mut Db, cycle: &Cycle) -> Result<Vec<(i64, u64)>, StoreError> {
    db.read(|db| {
        let staging: Vec<i64> = orders::staging(db, cycle.id)?.into_iter().map(|(id, _, _)| id).collect();
        let mut heads: Vec<(i64, i64)> = Vec::new();
        orders::each_head(db, cycle.id, cycle.payment == Payment::AtPickup, &mut |head| {
            if head.import_id.is_none_or(|id| !staging.contains(&id)) {
                heads.push((head.id, head.placed_at - head.placed_at.rem_euclid(HOUR)));
            }
        })?;
        let mut hours: BTreeMap<i64, u64> = BTreeMap::new();
        let mut at = 0;
        scan_quantities(db, cycle.id, &mut |line| {
            while at < heads.len() && heads[at].0 < line.order_id {
                at += 1;
            }
            if let Some(&(id, hour)) = heads.get(at)
                && id == line.order_id
            {
                *hours.entry(hour).or_default() += unsigned(i64::from(line.ordered_qty));
            }
        })?;
        Ok(hours.into_iter().collect())
    })
}
