//! What the security log noted lately: the same refusal, and the same thing shown to the same caller, once a minute.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const NOTED_FOR: Duration = Duration::from_secs(60);
/// What is remembered at most.
const MOST: usize = 2_000;

/// What was noted within the last minute.
#[derive(Default)]
pub struct Noted {
    since: Mutex<HashMap<String, Instant>>,
}

#[derive(PartialEq, Eq)]
enum Found {
    Known,
    /// Not noted so far; from now on it is known for a minute.
    New,
    /// Not noted so far, and not remembered either.
    NoRoom,
}

impl Noted {
    /// Whether this is to be noted, unless so much is new within a minute that the rest is left out.
    pub fn is_new(&self, what: String, now: Instant) -> bool {
        self.find(what, now) == Found::New
    }

    /// Whether this need not be noted again. What there was no room for is noted each time.
    pub fn is_known(&self, what: String, now: Instant) -> bool {
        self.find(what, now) == Found::Known
    }

    fn find(&self, what: String, now: Instant) -> Found {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if since.len() >= MOST {
            since.retain(|_, at| now.saturating_duration_since(*at) < NOTED_FOR);
        }
        if since.get(&what).is_some_and(|at| now.saturating_duration_since(*at) < NOTED_FOR) {
            return Found::Known;
        }
        if since.len() >= MOST {
            return Found::NoRoom;
        }
        since.insert(what, now);
        Found::New
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_noted_once_a_minute() {
        let (noted, start) = (Noted::default(), Instant::now());
        let at = |after_s: u64| start + Duration::from_secs(after_s);
        let is_new = |what: &str, after_s: u64| noted.is_new(what.to_owned(), at(after_s));
        assert!(is_new("a", 0) && !is_new("a", 59) && is_new("b", 59) && is_new("a", 60));
        for number in 0..3 * MOST {
            is_new(&number.to_string(), 61);
        }
        assert!(!is_new("one more", 62), "a flood is left out");
        assert!(!noted.is_known("one more".to_owned(), at(62)), "what must be noted is not taken for known");
        assert!(is_new("one more", 200) && noted.is_known("one more".to_owned(), at(201)));
    }
}
