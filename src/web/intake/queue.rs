//! The bounded queue between requests and the writer.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustc_hash::FxHashMap;
use tokio::sync::oneshot;

use crate::flow::intake::{Act, Verdict};
use crate::web::intake::figures::Figures;

/// Where a verdict goes. Nobody may be there any more.
pub type Answer = oneshot::Sender<Verdict>;

/// What was put in.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Whether an act of the same key is under way.
    pub is_repeat: bool,
}

/// Acts and where their verdicts go, in the order of arrival.
#[derive(Default)]
pub struct Batch {
    pub acts: Vec<Act>,
    pub answers: Vec<Answer>,
    keys: Vec<Option<u64>>,
}

#[derive(Default)]
struct Waiting {
    acts: VecDeque<(Act, Answer, Option<u64>)>,
    /// How many acts of each key are under way: waiting, or in the batch that is written.
    under_way: FxHashMap<u64, u32>,
    is_closed: bool,
    figures: Figures,
}

impl Waiting {
    /// Notes that an act of this key is no longer under way.
    fn release(&mut self, key: Option<u64>) {
        let Some(key) = key else { return };
        if let Some(others) = self.under_way.get_mut(&key) {
            *others -= 1;
            if *others == 0 {
                self.under_way.remove(&key);
            }
        }
    }
}

pub struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    waiting_max: usize,
    hashing: RandomState,
}

impl Queue {
    pub fn new(waiting_max: usize) -> Queue {
        Queue { waiting: Mutex::default(), arrived: Condvar::new(), waiting_max, hashing: RandomState::new() }
    }

    /// Puts an act in; None where the queue is full or closed.
    pub fn push(&self, act: Act, answer: Answer) -> Option<Claim> {
        let key = match &act {
            Act::Place(order) => Some(self.hashing.hash_one((&order.by, &order.key.key))),
            _ => None,
        };
        let mut waiting = self.lock();
        if waiting.is_closed || waiting.acts.len() >= self.waiting_max {
            waiting.figures.turned_away += 1;
            return None;
        }
        let mut is_repeat = false;
        if let Some(key) = key {
            let others = waiting.under_way.entry(key).or_default();
            is_repeat = *others > 0;
            *others += 1;
        }
        waiting.acts.push_back((act, answer, key));
        drop(waiting);
        self.arrived.notify_one();
        Some(Claim { is_repeat })
    }

    /// Waits for acts and takes those that are there, `max` at most, leaving out those that nobody waits for any more.
    /// An empty batch: none came in time. None: the queue is closed and nothing is left in it.
    pub fn take(&self, max: usize, patience: Duration) -> Option<Batch> {
        let is_idle = |waiting: &mut Waiting| waiting.acts.is_empty() && !waiting.is_closed;
        let waited = self.arrived.wait_timeout_while(self.lock(), patience, is_idle);
        let (mut waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if waiting.acts.is_empty() && waiting.is_closed {
            return None;
        }
        let mut batch = Batch::default();
        while batch.acts.len() < max
            && let Some((act, answer, key)) = waiting.acts.pop_front()
        {
            if answer.is_closed() {
                waiting.release(key);
                continue;
            }
            batch.acts.push(act);
            batch.answers.push(answer);
            batch.keys.push(key);
        }
        Some(batch)
    }

    /// Notes that a batch is done with.
    pub fn done(&self, batch: &Batch, took: Duration) {
        let mut waiting = self.lock();
        waiting.figures.batch(batch.acts.len(), took);
        for key in &batch.keys {
            waiting.release(*key);
        }
    }

    /// Takes no more; what is in the queue is still written.
    pub fn close(&self) {
        self.lock().is_closed = true;
        self.arrived.notify_all();
    }

    pub fn figures(&self) -> Figures {
        let waiting = self.lock();
        Figures { waiting: waiting.acts.len(), ..waiting.figures }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Each change is whole before the lock is given back, so a panic elsewhere does no harm to it.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts an act in; its answer is awaited for as long as the receiver is kept.
    fn push(queue: &Queue) -> Option<oneshot::Receiver<Verdict>> {
        let (answer, waiting) = oneshot::channel();
        queue.push(Act::Expire, answer).map(|_| waiting)
    }

    #[test]
    fn a_full_queue_turns_away_and_a_closed_one_is_emptied_first() {
        let queue = Queue::new(2);
        let waiting = [push(&queue), push(&queue)];
        assert!(waiting.iter().all(Option::is_some) && push(&queue).is_none());
        assert_eq!(queue.figures().turned_away, 1);
        queue.close();
        assert!(push(&queue).is_none());
        let batch = queue.take(512, Duration::ZERO).expect("two are left");
        assert_eq!(batch.acts.len(), 2);
        queue.done(&batch, Duration::ZERO);
        assert!(queue.take(512, Duration::ZERO).is_none());
    }

    #[test]
    fn what_nobody_waits_for_any_more_is_not_done() {
        let queue = Queue::new(3);
        let waiting = [push(&queue), push(&queue)];
        drop(push(&queue));
        assert_eq!(queue.take(512, Duration::ZERO).expect("two are awaited").acts.len(), 2);
        drop(waiting);
        assert_eq!(queue.figures().waiting, 0);
    }

    #[test]
    fn an_idle_queue_gives_an_empty_batch_in_time() {
        let queue = Queue::new(2);
        let batch = queue.take(512, Duration::from_millis(1)).expect("it is open");
        assert!(batch.acts.is_empty());
    }
}
