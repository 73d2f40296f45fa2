//! The board of live totals: what is shown to all who watch the same cycle is read once, however many they are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::flow::intake::Within;
use crate::web::answers::{Shared, ask};
use crate::web::api::cycles::totals_object;
use crate::web::caller::Caller;
use crate::web::errors::WebError;

/// How long what was read is shown to whoever looks.
const FRESH: Duration = Duration::from_millis(900);
/// The same of one leader's totals, which are counted anew each time.
const FRESH_OF_LEADERS: Duration = Duration::from_secs(5);
/// Boards that are kept before those that nobody looks at are put away.
const KEPT_MAX: usize = 64;

/// Totals as they were read.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The answer of `/totals` without its `as_of`.
    pub text: Arc<str>,
    /// The whole answer.
    pub event: Arc<str>,
    read_at: Instant,
}

/// A cycle's code, and the leaders whose orders are counted; None: all.
type Subject = (String, Option<Vec<i64>>);
type Slot = Arc<tokio::sync::Mutex<Option<Shown>>>;

/// What is shown of each cycle.
#[derive(Debug, Default)]
pub struct Board {
    slots: Mutex<HashMap<Subject, Slot>>,
    is_closed: AtomicBool,
}

impl Board {
    /// The totals that a caller may see, at most a moment old.
    ///
    /// # Errors
    /// As `/totals` itself.
    pub async fn look(&self, site: &Shared, caller: &Caller, code: &str) -> Result<Shown, WebError> {
        let leaders = match caller.within() {
            Within::Leaders(leader_ids) => Some(leader_ids),
            _ => None,
        };
        let fresh = if leaders.is_some() { FRESH_OF_LEADERS } else { FRESH };
        let slot = self.slot((code.to_owned(), leaders));
        // Whoever comes first reads, the others wait for that and look at the same.
        let mut shown = slot.lock().await;
        if let Some(shown) = shown.as_ref().filter(|shown| shown.read_at.elapsed() < fresh) {
            return Ok(shown.clone());
        }
        *shown = None;
        let (own, code, read_at) = (caller.clone(), code.to_owned(), Instant::now());
        let (mut object, as_of) = ask(site, move |site, db| totals_object(site, db, &own, &code)).await?;
        let text = object.to_string().into();
        object["as_of"] = as_of.into();
        Ok(shown.insert(Shown { text, event: object.to_string().into(), read_at }).clone())
    }

    /// Sends all who watch away: the server stops and waits for none of them.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    fn slot(&self, subject: Subject) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= KEPT_MAX {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        slots.entry(subject).or_default().clone()
    }
}
