//! A lease as its holder sees it: taken where it is free, renewed in time, given back at the end.

use std::time::{Duration, Instant};

use crate::store::backend::{Db, StoreError};
use crate::store::leases;

/// How long a lease is good without being renewed: as long as the work stands still when its server breaks down.
const GOOD_FOR: chrono::Duration = chrono::Duration::seconds(15);
const RENEWED_AFTER: Duration = Duration::from_secs(4);

/// One kind of work's lease.
pub struct Lease {
    name: &'static str,
    holder: String,
    renewed: Option<Instant>,
}

impl Lease {
    pub fn new(name: &'static str) -> Lease {
        let mut random = [0; 8];
        getrandom::fill(&mut random).expect("the system's random generator works");
        let holder = format!("{}-{:016x}", std::process::id(), u64::from_le_bytes(random));
        Lease { name, holder, renewed: None }
    }

    /// Whether this server does the work now. On a database of one server it always does.
    ///
    /// # Errors
    /// What the database says; the lease then counts as lost.
    pub fn hold(&mut self, db: &mut Db) -> Result<bool, StoreError> {
        if self.renewed.is_some_and(|at| at.elapsed() < RENEWED_AFTER) {
            return Ok(true);
        }
        self.renewed = None;
        let Some(now) = db.shared_clock()? else { return Ok(true) };
        if leases::taken_until(db, self.name, &self.holder)?.is_some_and(|end| end > now) {
            return Ok(false);
        }
        let begun = Instant::now();
        let is_own = leases::take(db, self.name, &self.holder, now, now.plus(GOOD_FOR))?;
        self.renewed = is_own.then_some(begun);
        Ok(is_own)
    }

    /// Gives it back, so that another server goes on at once.
    pub fn give_back(&mut self, db: &mut Db) {
        if db.is_shared() {
            // What cannot be given back runs out by itself.
            let _ = leases::give_back(db, self.name, &self.holder);
        }
        self.renewed = None;
    }
}
