//! How often one caller may ask: a bucket of tokens each, filled again by the clock.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};

use crate::web::answers::{Shared, refusal};
use crate::web::caller::{Caller, Principal};
use crate::web::client::Client;
use crate::web::limits::Limits;
use crate::web::turned::Turned;
use crate::web::words::Lang;

/// A caller may save up what it is granted in so many seconds.
const BURST_S: f64 = 15.0;
/// Callers that are remembered; beyond, those whose bucket is full again are forgotten.
const CALLERS_MAX: usize = 20_000;

/// The buckets of all callers.
#[derive(Default)]
pub struct Pace {
    buckets: Mutex<HashMap<String, Bucket>>,
}

struct Bucket {
    tokens: f64,
    seen: Instant,
    per_s: f64,
}

impl Bucket {
    fn fill(&mut self, now: Instant) {
        let waited = now.saturating_duration_since(self.seen).as_secs_f64();
        self.tokens = (self.tokens + waited * self.per_s).min(self.most());
        self.seen = now;
    }

    fn most(&self) -> f64 {
        (self.per_s * BURST_S).max(1.0)
    }
}

impl Pace {
    /// Counts a request of a caller that may make `per_minute`; the seconds to wait where it has made too many.
    ///
    /// # Errors
    /// The seconds after which one more is granted.
    pub fn count(&self, caller: String, per_minute: u32, now: Instant) -> Result<(), u64> {
        if per_minute == 0 {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= CALLERS_MAX {
            buckets.retain(|_, bucket| {
                bucket.fill(now);
                bucket.tokens < bucket.most()
            });
        }
        let per_s = f64::from(per_minute) / 60.0;
        let fresh = || Bucket { tokens: f64::INFINITY, seen: now, per_s };
        let bucket = buckets.entry(caller).or_insert_with(fresh);
        bucket.per_s = per_s;
        bucket.fill(now);
        if bucket.tokens < 1.0 {
            return Err(((1.0 - bucket.tokens) / per_s).ceil() as u64);
        }
        bucket.tokens -= 1.0;
        Ok(())
    }
}

/// Lets a request through while its caller keeps to its pace.
pub async fn paced<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match verdict(&request) {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(retry_s) => {
            let error = Turned::TooMany { retry_s }.into();
            let answer = refusal(request.path(), Lang::of(request.request()), &error);
            Ok(request.into_response(answer).map_into_right_body())
        }
    }
}

fn verdict(request: &ServiceRequest) -> Result<(), u64> {
    let Some(site) = request.app_data::<Shared>() else { return Ok(()) };
    let limits: Limits = site.limits();
    let caller = request.extensions().get::<Caller>().cloned();
    let (key, per_minute) = match caller {
        Some(caller) if caller.principal != Principal::Anonymous => {
            let per_minute = match caller.principal {
                Principal::Device { .. } => limits.device_per_minute,
                Principal::Machine { .. } => limits.machine_per_minute,
                _ => limits.person_per_minute,
            };
            (caller.key(), per_minute)
        }
        _ => (format!("address:{}", Client::of(request.request()).address), limits.anonymous_per_minute),
    };
    site.pace().count(key, per_minute, Instant::now())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_caller_saves_up_a_burst_and_is_then_held_to_its_pace() {
        let (pace, start) = (Pace::default(), Instant::now());
        let ask =
            |caller: &str, after_ms: u64| pace.count(caller.to_owned(), 60, start + Duration::from_millis(after_ms));
        for _ in 0..15 {
            assert_eq!(ask("a", 0), Ok(()));
        }
        assert_eq!(ask("a", 0), Err(1));
        assert_eq!(ask("b", 0), Ok(()), "another caller has a bucket of its own");
        assert_eq!(ask("a", 1_100), Ok(()));
        assert_eq!(ask("a", 1_200), Err(1));
        assert_eq!(pace.count("c".to_owned(), 0, start), Ok(()), "0 sets no bound");
    }
}
