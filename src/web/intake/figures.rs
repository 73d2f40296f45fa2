//! What the queue tells of itself.

use std::time::Duration;

/// Upper bounds of commit times that are told apart, in milliseconds; the last bucket has none.
pub const COMMIT_MS: [u64; 8] = [1, 2, 5, 10, 20, 50, 100, 500];

/// Counts since the server began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub acts: u64,
    pub batches: u64,
    /// Acts that found the queue full.
    pub turned_away: u64,
    /// Acts that wait at present.
    pub waiting: usize,
    pub largest_batch: usize,
    /// Batches by the time of their transaction, see `COMMIT_MS`.
    pub commits: [u64; COMMIT_MS.len() + 1],
    pub commit_time: Duration,
}

impl Figures {
    /// Counts a batch.
    pub fn batch(&mut self, acts: usize, took: Duration) {
        self.acts += acts as u64;
        self.batches += 1;
        self.largest_batch = self.largest_batch.max(acts);
        self.commit_time += took;
        let ms = took.as_secs_f64() * 1_000.0;
        let bucket = COMMIT_MS.iter().position(|bound| ms <= *bound as f64).unwrap_or(COMMIT_MS.len());
        self.commits[bucket] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_counted_where_its_time_belongs() {
        let mut figures = Figures::default();
        for ms in [0, 1, 3, 900] {
            figures.batch(10, Duration::from_millis(ms));
        }
        assert_eq!((figures.acts, figures.batches, figures.largest_batch), (40, 4, 10));
        assert_eq!(figures.commits, [2, 0, 1, 0, 0, 0, 0, 0, 1]);
    }
}
