//! What an offer says to a resident while a cycle is open: what is missing to a case or to its threshold, what is left,
//! and what of it one may take.

use crate::domain::facts::Rounding;

/// An offer and what was ordered of it so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnSale {
    /// Pieces ordered that take part, without tolerance.
    pub ordered: u64,
    /// Pieces that count towards the cap: paid for or not.
    pub sold: u64,
    pub stock_cap: Option<u32>,
    pub limit: Option<u32>,
    /// 0: goes ahead whatever is ordered.
    pub threshold: u32,
    pub case_size: u32,
    pub rounding: Rounding,
    /// Whether it may come from stock, so that no case has to be filled.
    pub keeps_stock: bool,
}

/// The one thing that is worth saying, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    SoldOut,
    /// So few are left of what may be sold.
    FewLeft(u64),
    /// So many are missing to the threshold, below which nobody gets any.
    ToThreshold(u64),
    /// So many fill the case that was begun.
    ToCase(u64),
}

/// From so many on, what is left is not worth saying.
const FEW: u64 = 20;

impl OnSale {
    /// Pieces that may still be sold; None: any number.
    pub fn left(self) -> Option<u64> {
        self.stock_cap.map(|cap| u64::from(cap).saturating_sub(self.sold))
    }

    /// The most pieces of one order, as far as is known before somebody says who they are.
    pub fn most(self) -> Option<u64> {
        [self.left(), self.limit.map(u64::from)].into_iter().flatten().min()
    }

    /// Whether extra pieces can make a case that would otherwise not be bought. Only then they are asked for.
    pub fn asks_for_tolerance(self) -> bool {
        self.rounding == Rounding::Fill && self.case_size > 1 && !self.keeps_stock
    }

    /// What is worth saying. `is_whole`: all of it is bought for one warehouse, so that its cases can be counted from
    /// the sum of all orders.
    pub fn hint(self, is_whole: bool) -> Option<Hint> {
        match self.left() {
            Some(0) => return Some(Hint::SoldOut),
            Some(left) if left <= FEW => return Some(Hint::FewLeft(left)),
            _ => {}
        }
        let missing = u64::from(self.threshold).saturating_sub(self.ordered);
        if missing > 0 {
            return Some(Hint::ToThreshold(missing));
        }
        let case = u64::from(self.case_size.max(1));
        let begun = self.ordered % case;
        (begun > 0 && is_whole && !self.keeps_stock).then(|| Hint::ToCase(case - begun))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_pressing_is_said() {
        let offer = OnSale { case_size: 12, ..OnSale::default() };
        let check = |offer: OnSale, want: Option<Hint>| assert_eq!(offer.hint(true), want, "{offer:?}");
        check(offer, None);
        check(OnSale { ordered: 9, ..offer }, Some(Hint::ToCase(3)));
        check(OnSale { ordered: 24, ..offer }, None);
        check(OnSale { ordered: 9, keeps_stock: true, ..offer }, None);
        check(OnSale { ordered: 9, case_size: 1, ..offer }, None);
        check(OnSale { ordered: 9, threshold: 30, ..offer }, Some(Hint::ToThreshold(21)));
        check(OnSale { ordered: 31, threshold: 30, ..offer }, Some(Hint::ToCase(5)));
        check(OnSale { ordered: 9, sold: 9, stock_cap: Some(9), threshold: 30, ..offer }, Some(Hint::SoldOut));
        check(OnSale { ordered: 9, sold: 12, stock_cap: Some(9), ..offer }, Some(Hint::SoldOut));
        check(OnSale { ordered: 9, sold: 10, stock_cap: Some(12), ..offer }, Some(Hint::FewLeft(2)));
        check(OnSale { ordered: 9, sold: 9, stock_cap: Some(90), ..offer }, Some(Hint::ToCase(3)));
        assert_eq!(OnSale { ordered: 9, ..offer }.hint(false), None);
    }

    #[test]
    fn one_order_takes_no_more_than_limit_and_stock() {
        let offer = OnSale { sold: 7, case_size: 6, ..OnSale::default() };
        assert_eq!(offer.most(), None);
        assert_eq!(OnSale { limit: Some(2), ..offer }.most(), Some(2));
        assert_eq!(OnSale { stock_cap: Some(8), limit: Some(2), ..offer }.most(), Some(1));
        assert_eq!(OnSale { stock_cap: Some(5), ..offer }.most(), Some(0));
    }

    #[test]
    fn tolerance_is_asked_for_where_it_fills_a_case() {
        let offer = OnSale { case_size: 6, rounding: Rounding::Fill, ..OnSale::default() };
        assert!(offer.asks_for_tolerance());
        assert!(!OnSale { case_size: 1, ..offer }.asks_for_tolerance());
        assert!(!OnSale { keeps_stock: true, ..offer }.asks_for_tolerance());
        assert!(!OnSale { rounding: Rounding::Up, ..offer }.asks_for_tolerance());
    }
}
