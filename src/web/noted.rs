//! What was refused lately: the security log notes the same refusal once a minute.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const NOTED_FOR: Duration = Duration::from_secs(60);
/// Refusals that are remembered; where more are new within a minute, the rest is not noted.
const MOST: usize = 2_000;

/// Refusals of the last minute.
#[derive(Default)]
pub struct Refusals {
    noted: Mutex<HashMap<String, Instant>>,
}

impl Refusals {
    /// Whether this refusal is to be noted; from then on it is known for a minute.
    pub fn is_new(&self, refusal: String, now: Instant) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= MOST {
            noted.retain(|_, at| now.saturating_duration_since(*at) < NOTED_FOR);
        }
        let is_known = noted.get(&refusal).is_some_and(|at| now.saturating_duration_since(*at) < NOTED_FOR);
        if is_known || noted.len() >= MOST {
            return false;
        }
        noted.insert(refusal, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_refusal_is_noted_once_a_minute() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        let is_new = |what: &str, after_s: u64| refusals.is_new(what.to_owned(), start + Duration::from_secs(after_s));
        assert!(is_new("a", 0) && !is_new("a", 59) && is_new("b", 59) && is_new("a", 60));
        for number in 0..3 * MOST {
            is_new(&number.to_string(), 61);
        }
        assert!(!is_new("one more", 62) && is_new("one more", 200));
    }
}
