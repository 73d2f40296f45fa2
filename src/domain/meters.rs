//! Counting what happens, from many threads at once: how often, and how long it took.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, by: u64) {
        self.0.fetch_add(by, Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// A number that stands where it was last put.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    pub fn set(&self, value: u64) {
        self.0.store(value, Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// Upper bounds of the classes of [`Histogram`], in its own unit; one more class holds what is beyond.
pub type Bounds = &'static [u64];

/// Durations in microseconds: 1 ms to 10 s.
pub const DURATIONS_US: Bounds = &[
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
];

/// Sizes: 1 to 512.
pub const SIZES: Bounds = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/// How many values fell into which class, and their sum.
#[derive(Debug)]
pub struct Histogram {
    bounds: Bounds,
    classes: Box<[AtomicU64]>,
    sum: AtomicU64,
}

impl Histogram {
    pub fn new(bounds: Bounds) -> Histogram {
        let classes = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Histogram { bounds, classes, sum: AtomicU64::new(0) }
    }

    pub fn note(&self, value: u64) {
        let class = self.bounds.partition_point(|bound| *bound < value);
        self.classes[class].fetch_add(1, Relaxed);
        self.sum.fetch_add(value, Relaxed);
    }

    /// How many values were at most each bound, bound by bound; the last has no bound and counts all.
    pub fn cumulative(&self) -> Vec<(Option<u64>, u64)> {
        let bounds = self.bounds.iter().map(|bound| Some(*bound)).chain([None]);
        let mut total = 0;
        let mut up_to = |class: &AtomicU64| {
            total += class.load(Relaxed);
            total
        };
        bounds.zip(self.classes.iter()).map(|(bound, class)| (bound, up_to(class))).collect()
    }

    pub fn sum(&self) -> u64 {
        self.sum.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_falls_into_the_first_class_that_holds_it() {
        let sizes = Histogram::new(&[1, 4]);
        for value in [0, 1, 2, 4, 5, 100] {
            sizes.note(value);
        }
        assert_eq!(sizes.cumulative(), [(Some(1), 2), (Some(4), 4), (None, 6)]);
        assert_eq!(sizes.sum(), 112);
    }
}
