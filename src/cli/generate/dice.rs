//! Chance that can be repeated: a small generator, and the two curves a day's demand follows.
//!
//! Only `+ − × ÷` and square roots of floating point are used, which every machine computes alike, so a day is the
//! same bytes wherever it is made.

/// A sequence of draws determined by its key (splitmix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

/// What a sequence of draws is for; draws for one purpose never disturb another's.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    Goods = 1,
    LeaderSize,
    Places,
    Sequence,
    LineCounts,
    Order,
    Resident,
}

impl Dice {
    /// The draws of one thing: `index` and `sub_index` number it among its like.
    pub fn of(seed: u64, purpose: Purpose, index: u64, sub_index: u64) -> Dice {
        let mut key = mix(seed.wrapping_add(purpose as u64));
        key = mix(key ^ index);
        Dice(mix(key ^ sub_index.rotate_left(32)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `bound`, which must be above zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// True `permille` times in a thousand.
    pub fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len() as u64) as usize]
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }

    /// Roughly normal, mean 0, deviation 1: the sum of twelve even draws.
    fn normal(&mut self) -> f64 {
        let sum: u64 = (0..12).map(|_| self.below(1 << 32)).sum();
        sum as f64 / (1u64 << 32) as f64 - 6.0
    }

    /// A log-normal weight in thousandths, median 1,000, whose 99th percentile is 5.6 times the median.
    pub fn log_normal(&mut self) -> u64 {
        // The 99th percentile of twelve draws is 2.304 deviations out, and ln 5.6 = 1.7228.
        (exp(self.normal() * (1.7228 / 2.304)) * 1000.0) as u64 + 1
    }
}

/// splitmix64's finaliser.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// eˣ for small x: a short series at x/1024, squared ten times.
fn exp(x: f64) -> f64 {
    let y = x / 1024.0;
    let series = 1.0 + y * (1.0 + y / 2.0 * (1.0 + y / 3.0));
    (0..10).fold(series, |power, _| power * power)
}

/// The weight of a rank (from 1) in a Zipf-like demand with exponent 1.05.
pub fn zipf_weight(rank: u64) -> u64 {
    // rank^0.05 by repeated square roots: 1/32 + 1/64 + 1/512 + 1/1024 = 0.0498.
    let mut root = rank as f64;
    let mut power = 1.0;
    for halving in 1..=10 {
        root = root.sqrt();
        if matches!(halving, 5 | 6 | 9 | 10) {
            power *= root;
        }
    }
    (1e9 / (rank as f64 * power)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curves_have_the_stated_shape() {
        for (rank, exponent_gives) in [(2_u64, 0.4830), (10, 0.0891), (1000, 0.000_708)] {
            let share = zipf_weight(rank) as f64 / zipf_weight(1) as f64;
            assert!((share / exponent_gives - 1.0).abs() < 0.01, "rank {rank}: {share}");
        }
        let mut weights: Vec<u64> = (0..100_000).map(|i| Dice::of(7, Purpose::LeaderSize, i, 0).log_normal()).collect();
        weights.sort_unstable();
        let ratio = weights[99_000] as f64 / weights[50_000] as f64;
        assert!((ratio / 5.6 - 1.0).abs() < 0.05, "{ratio}");
    }

    #[test]
    fn draws_depend_on_their_key_alone() {
        let draw = |seed, index| Dice::of(seed, Purpose::Order, index, 0).below(1 << 40);
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }
}
