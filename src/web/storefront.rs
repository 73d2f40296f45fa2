//! What all residents see of open cycles, read once a second at most however many ask.

use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use crate::domain::time::Moment;
use crate::flow::FlowError;
use crate::flow::live_totals::LiveTotals;
use crate::flow::shop_front::{ShopFront, shop_front};
use crate::store::backend::Db;

/// For so long what was read is shown as it is.
const FRESH: Duration = Duration::from_secs(1);
/// For so long it is shown while somebody else reads anew.
const STALE: Duration = Duration::from_secs(10);

/// The shop as it was last read.
#[derive(Default)]
pub struct Storefront {
    kept: Mutex<Option<(Instant, Arc<ShopFront>)>>,
    /// Held by whoever reads.
    reading: Mutex<()>,
}

impl Storefront {
    /// The shop, if it was read within the last second: then no connection is needed.
    pub fn fresh(&self) -> Option<Arc<ShopFront>> {
        self.younger_than(FRESH)
    }

    /// The shop, read anew where that is due.
    ///
    /// # Errors
    /// What the database says.
    pub fn read(&self, db: &mut Db, live: &LiveTotals, now: Moment) -> Result<Arc<ShopFront>, FlowError> {
        let turn = match self.reading.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => match self.younger_than(STALE) {
                Some(kept) => return Ok(kept),
                None => self.reading.lock().unwrap_or_else(PoisonError::into_inner),
            },
        };
        if let Some(kept) = self.fresh() {
            return Ok(kept);
        }
        // Counted from before the reading, so that nothing is shown longer than it should be.
        let begun = Instant::now();
        let read = Arc::new(shop_front(db, live, now)?);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((begun, read.clone()));
        drop(turn);
        Ok(read)
    }

    fn younger_than(&self, age: Duration) -> Option<Arc<ShopFront>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(read_at, _)| read_at.elapsed() < age).map(|(_, shop)| shop.clone())
    }
}
