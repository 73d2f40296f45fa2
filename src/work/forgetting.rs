//! Forgetting keys of orders: a few each time, so that no order waits for it, and all of them once a day.

use std::time::{Duration, Instant};

use crate::flow::Desk;
use crate::store::backend::{Db, StoreError};
use crate::store::idempotency::{KeyPlace, forget};

/// A repeat gets the first answer until this long after its cycle's cutoff.
const KEPT: chrono::Duration = chrono::Duration::days(30);
/// Keys that are looked at in one go.
const LOOKED_MAX: usize = 2_000;
/// How long after one walk through all keys the next begins.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// One walk after the other through the keys.
#[derive(Debug, Default)]
pub struct Forgetting {
    at: KeyPlace,
    ended: Option<Instant>,
}

impl Forgetting {
    /// Goes on for a moment; returns how many keys were forgotten.
    ///
    /// # Errors
    /// What the database says.
    pub fn go_on(&mut self, db: &mut Db, desk: &Desk) -> Result<usize, StoreError> {
        if self.ended.is_some_and(|ended| ended.elapsed() < EVERY) {
            return Ok(0);
        }
        let (gone, next) = forget(db, desk.now.plus(-KEPT), &self.at, LOOKED_MAX)?;
        self.ended = next.is_none().then(Instant::now);
        self.at = next.unwrap_or_default();
        Ok(gone)
    }
}
