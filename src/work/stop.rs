//! The word to stop, which wakes whoever sleeps.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Whether the work is to end.
#[derive(Debug, Default)]
pub struct Stop {
    flag: AtomicBool,
    lock: Mutex<()>,
    woken: Condvar,
}

impl Stop {
    pub fn set(&self) {
        self.flag.store(true, Ordering::Relaxed);
        let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.woken.notify_all();
    }

    pub fn is_set(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }

    /// For those who look by themselves.
    pub fn flag(&self) -> &AtomicBool {
        &self.flag
    }

    /// Sleeps; `true` if the word came.
    pub fn wait(&self, span: Duration) -> bool {
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let asleep = self.woken.wait_timeout_while(guard, span, |()| !self.is_set());
        drop(asleep.unwrap_or_else(PoisonError::into_inner));
        self.is_set()
    }
}
