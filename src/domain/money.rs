//! Money in whole fen. No fraction of a fen exists anywhere, so sums add up by construction.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// An amount of money in whole fen (1 yuan = 100 fen). May be negative (a deduction).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(pub i64);

impl Fen {
    pub const ZERO: Fen = Fen(0);

    /// `self × count`, or `None` past the range of an `i64`.
    pub fn times(self, count: u64) -> Option<Fen> {
        i64::try_from(count).ok()?.checked_mul(self.0).map(Fen)
    }

    /// `self × numerator / denominator`, rounded half away from zero.
    ///
    /// Returns `None` for a zero denominator or a result past the range of an `i64`.
    pub fn scaled(self, numerator: i64, denominator: i64) -> Option<Fen> {
        if denominator == 0 {
            return None;
        }
        let product = i128::from(self.0) * i128::from(numerator);
        round_half_away(product, i128::from(denominator)).map(Fen)
    }

    /// Yuan with exactly two decimals: `-12.50`.
    pub fn yuan(self) -> String {
        self.to_string()
    }
}

/// `numerator / denominator` rounded half away from zero, if it fits an `i64`.
pub fn round_half_away(numerator: i128, denominator: i128) -> Option<i64> {
    let sign = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
    let (n, d) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let rounded = n / d + u128::from(n % d >= d - n % d);
    i64::try_from(sign * i128::try_from(rounded).ok()?).ok()
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl Add for Fen {
    type Output = Fen;
    fn add(self, other: Fen) -> Fen {
        Fen(self.0 + other.0)
    }
}

impl Sub for Fen {
    type Output = Fen;
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0 - other.0)
    }
}

impl Neg for Fen {
    type Output = Fen;
    fn neg(self) -> Fen {
        Fen(-self.0)
    }
}

impl AddAssign for Fen {
    fn add_assign(&mut self, other: Fen) {
        *self = *self + other;
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(iter: I) -> Fen {
        iter.fold(Fen::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_prints_with_two_decimals() {
        for (fen, yuan) in [(0, "0.00"), (5, "0.05"), (1250, "12.50"), (-7, "-0.07"), (-1250, "-12.50")] {
            assert_eq!(Fen(fen).yuan(), yuan);
        }
    }

    #[test]
    fn scaling_rounds_half_away_from_zero() {
        for (fen, n, d, want) in [(5, 1, 2, 3), (-5, 1, 2, -3), (4, 1, 3, 1), (5, 1, 3, 2), (100, 1, 7, 14)] {
            assert_eq!(Fen(fen).scaled(n, d), Some(Fen(want)), "{fen} × {n} / {d}");
        }
        assert_eq!(Fen(1).scaled(1, 0), None);
        assert_eq!(Fen(i64::MAX).scaled(2, 1), None);
    }
}
