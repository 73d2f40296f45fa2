//! Quantities in whole pieces.

use std::fmt;

/// A number of pieces of one SKU. Sums over many lines are kept in `u64`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pieces(pub u32);

impl Pieces {
    pub const ZERO: Pieces = Pieces(0);

    /// The greatest quantity one order line may hold.
    pub const LINE_MAX: Pieces = Pieces(9_999);

    pub fn wide(self) -> u64 {
        u64::from(self.0)
    }

    pub fn checked_add(self, other: Pieces) -> Option<Pieces> {
        self.0.checked_add(other.0).map(Pieces)
    }

    /// `self − other`, and zero where other is larger.
    pub fn less(self, other: Pieces) -> Pieces {
        Pieces(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
