//! What leaders chose at their points becomes part of the books by itself, a while after they chose.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::flow::post_losses::{PostedLosses, post_losses};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::losses::unposted_cycles;

/// How often choices are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// The books of a cycle are read for it no more often.
const POST_EVERY: Duration = Duration::from_secs(60);

/// When it was done last.
#[derive(Debug, Default)]
pub struct Losses {
    looked_at: Option<Instant>,
    posted_at: HashMap<String, Instant>,
}

/// A cycle, and what posting its losses came to.
pub type Posting = (String, Result<PostedLosses, FlowError>);

impl Losses {
    /// Posts what waits to be posted. One cycle's failure keeps no other waiting.
    ///
    /// # Errors
    /// Where the cycles cannot be read.
    pub fn go_on(&mut self, db: &mut Db, desk: &Desk) -> Result<Vec<Posting>, FlowError> {
        if self.looked_at.is_some_and(|at| at.elapsed() < LOOK_EVERY) {
            return Ok(Vec::new());
        }
        self.looked_at = Some(Instant::now());
        self.posted_at.retain(|_, at| at.elapsed() < POST_EVERY);
        let mut done = Vec::new();
        for cycle in unposted_cycles(db)? {
            if !self.posted_at.contains_key(&cycle) {
                self.posted_at.insert(cycle.clone(), Instant::now());
                let posting = post_losses(db, desk, &cycle);
                done.push((cycle, posting));
            }
        }
        Ok(done)
    }
}
