//! Passwords are hashed a few at a time: each takes 19 MiB and a core for a while, so a flood of them must wait or go.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::web;
use tokio::sync::Semaphore;

use crate::web::errors::WebError;

/// Hashed at the same time.
const PLACES: usize = 2;
/// At work or in the queue; who comes then is told to come back.
const QUEUE_MAX: usize = 40;
const WAIT: Duration = Duration::from_secs(8);

/// Where passwords are hashed.
pub struct Hashing {
    places: Semaphore,
    queue: AtomicUsize,
}

impl Default for Hashing {
    fn default() -> Hashing {
        Hashing { places: Semaphore::new(PLACES), queue: AtomicUsize::new(0) }
    }
}

/// A place in the queue; dropping it lets the next one in, however the work ended.
struct Queued<'q>(&'q AtomicUsize);

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hashing {
    /// Runs `work`, which hashes a password, on a thread that may be busy for a while.
    ///
    /// # Errors
    /// `busy` where too many wait already, or for too long.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, WebError> {
        let queued = Queued(&self.queue);
        if self.queue.fetch_add(1, Ordering::Relaxed) >= QUEUE_MAX {
            return Err(WebError::Busy);
        }
        let place = tokio::time::timeout(WAIT, self.places.acquire()).await.map_err(|_| WebError::Busy)?;
        let done = web::block(work).await.map_err(|_| WebError::Broken("hashing a password broke off".into()));
        drop((place, queued));
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_flood_is_turned_away_and_the_queue_empties() {
        let hashing = Hashing::default();
        let slow = || std::thread::sleep(Duration::from_millis(5));
        let all = (0..QUEUE_MAX + 5).map(|_| hashing.run(slow));
        let done = futures_util::future::join_all(all).await;
        let refused = done.iter().filter(|done| done.is_err()).count();
        assert_eq!(refused, 5);
        assert!(hashing.run(slow).await.is_ok());
        assert_eq!(hashing.queue.load(Ordering::Relaxed), 0);
    }
}
