//! Machines whose token was looked up within the last second: a till that places a hundred orders a second is looked up
//! once. What this server changes acts at once; what another process revokes, within that second.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::flow::sessions::Machine;

const KNOWN_FOR: Duration = Duration::from_secs(1);
const MOST: usize = 1_000;

/// Machines by the hash of their token.
#[derive(Default)]
pub struct Machines {
    known: Mutex<HashMap<String, (Instant, Machine)>>,
}

impl Machines {
    /// The machine of a token, if it was looked up within the last second.
    pub fn known(&self, token_hash: &str, now: Instant) -> Option<Machine> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, machine) = known.get(token_hash)?;
        (now.saturating_duration_since(*since) < KNOWN_FOR).then(|| machine.clone())
    }

    /// Keeps a machine that was looked up: `since` is when the looking up began.
    pub fn keep(&self, token_hash: String, machine: Machine, since: Instant) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, (kept, _)| since.saturating_duration_since(*kept) < KNOWN_FOR);
        }
        if known.len() < MOST {
            known.insert(token_hash, (since, machine));
        }
    }

    /// Forgets all of them, since a token was changed.
    pub fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_known_for_a_second_or_until_tokens_change() {
        let (machines, start) = (Machines::default(), Instant::now());
        let machine = Machine { token_id: 1, scopes: Vec::new(), leader_ids: Vec::new() };
        machines.keep("a".into(), machine.clone(), start);
        assert!(machines.known("a", start + Duration::from_millis(999)).is_some());
        assert!(machines.known("a", start + Duration::from_secs(1)).is_none());
        assert!(machines.known("b", start).is_none());
        machines.forget();
        assert!(machines.known("a", start).is_none());
        for number in 0..2 * MOST {
            machines.keep(number.to_string(), machine.clone(), start);
        }
        assert!(machines.known.lock().expect("nobody panics with it").len() <= MOST);
    }
}
