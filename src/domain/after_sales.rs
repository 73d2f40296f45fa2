//! 售后: what is wrong with goods of a line, and what of their price goes back for it.
//!
//! A line of 2 trays of 30 eggs at ¥14.95 the tray:
//!
//! | problem | part of the line | goes back |
//! |---|---|---|
//! | 1 tray | 1 / 2 | ¥14.95 |
//! | 3 eggs | 3 / 60 | ¥1.50 |
//! | 30 % | 30 / 100 | ¥8.97 |
//! | all of it, after the tray | 2 / 2 | ¥14.95: never more than the line's price |

use chrono::Duration;

use crate::domain::errors::RuleError;
use crate::domain::facts::{TempZone, coded};
use crate::domain::keeping::after_sales_days;
use crate::domain::money::Fen;
use crate::domain::share::largest_remainder;
use crate::domain::time::Moment;

coded! {
    /// What is wrong.
    Problem {
        Missing = "missing", "少了";
        Broken = "broken", "坏了";
        Melted = "melted", "化了";
        Wrong = "wrong", "错了";
        Unwanted = "unwanted", "不要了";
    }
}

coded! {
    /// In what the part is told.
    Measure {
        Pieces = "pieces", "件";
        /// What a piece holds: 30 eggs a tray.
        SubUnits = "sub_units", "枚";
        Percent = "percent", "%";
    }
}

/// A line that a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseLine {
    pub unit_price: Fen,
    /// Pieces that the household gets or got.
    pub qty: u32,
    pub sub_units: Option<u32>,
    /// What went back for earlier cases of the line.
    pub before: Fen,
}

impl CaseLine {
    /// How much there is of the line in a measure; None where it has no such measure.
    pub fn whole(self, measure: Measure) -> Option<u32> {
        match measure {
            Measure::Pieces => Some(self.qty),
            Measure::SubUnits => self.qty.checked_mul(self.sub_units?),
            Measure::Percent => Some(100),
        }
    }

    /// What goes back for `part` of the line: (whole, amount).
    ///
    /// # Errors
    /// `nothing_there` for a line of no pieces; `bad_part` for none or more than there is; `all_refunded` where earlier
    /// cases took the whole price.
    pub fn amount(self, measure: Measure, part: u32) -> Result<(u32, Fen), RuleError> {
        if self.qty == 0 {
            return Err(refused("nothing_there", "这一行没有货", "there is nothing of this line"));
        }
        let whole = self.whole(measure).filter(|whole| (1..=*whole).contains(&part));
        let whole = whole.ok_or_else(|| refused("bad_part", "数量超出这一行", "more than there is of this line"))?;
        let too_large = || RuleError::TooLarge { what: "amount_fen".into() };
        let price = self.unit_price.times(u64::from(self.qty)).ok_or_else(too_large)?;
        let total = u64::try_from(price.0).map_err(|_| too_large())?;
        let shares = largest_remainder(total, &[u64::from(part), u64::from(whole - part)]);
        let left = (price - self.before).max(Fen::ZERO);
        if left == Fen::ZERO && price > Fen::ZERO {
            return Err(refused(
                "all_refunded",
                "这一行已经全部登记退款",
                "the whole price of this line goes back already",
            ));
        }
        Ok((whole, Fen(shares[0] as i64).min(left)))
    }
}

/// Until when something may be reported, counted from the pickup, or from the point's receipt before it: a day for what is
/// kept cold, a week for the rest, unless the cycle says otherwise.
pub fn report_until(from: Moment, zone: TempZone, cycle_days: Option<u32>) -> Moment {
    from.plus(Duration::days(i64::from(after_sales_days(zone, cycle_days))))
}

fn refused(code: &'static str, zh: &str, en: &str) -> RuleError {
    RuleError::Refused { code, zh: zh.to_owned(), en: en.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(price: i64, qty: u32, sub_units: Option<u32>, before: i64) -> CaseLine {
        CaseLine { unit_price: Fen(price), qty, sub_units, before: Fen(before) }
    }

    #[test]
    fn amounts_follow_the_table() {
        let check = |line: CaseLine, measure, part, want: Result<i64, &str>| {
            let found = line.amount(measure, part).map(|(_, amount)| amount.0).map_err(|error| error.code());
            assert_eq!(found, want, "{line:?} {measure:?} {part}");
        };
        let eggs = line(1495, 2, Some(30), 0);
        check(eggs, Measure::Pieces, 1, Ok(1495));
        check(eggs, Measure::SubUnits, 3, Ok(150));
        check(eggs, Measure::Percent, 30, Ok(897));
        check(line(2990, 1, Some(30), 0), Measure::SubUnits, 3, Ok(299));
        check(line(1495, 2, Some(30), 1495), Measure::Pieces, 2, Ok(1495));
        check(line(1495, 2, Some(30), 2990), Measure::Pieces, 1, Err("all_refunded"));
        check(eggs, Measure::Pieces, 3, Err("bad_part"));
        check(eggs, Measure::Pieces, 0, Err("bad_part"));
        check(line(500, 1, None, 0), Measure::SubUnits, 1, Err("bad_part"));
        check(line(500, 0, None, 0), Measure::Percent, 100, Err("nothing_there"));
        check(line(0, 1, None, 0), Measure::Pieces, 1, Ok(0));
    }

    #[test]
    fn cold_goods_are_reported_within_a_day_and_others_within_a_week() {
        let day = 86_400_000_000;
        let check = |zone, days, want: i64| assert_eq!(report_until(Moment(0), zone, days), Moment(want * day));
        check(TempZone::Ambient, None, 7);
        check(TempZone::Chilled, None, 1);
        check(TempZone::Frozen, None, 1);
        check(TempZone::Frozen, Some(3), 3);
    }

    proptest! {
        #[test]
        fn no_cases_take_more_than_the_price(price in 0i64..100_000, qty in 1u32..50, parts in prop::collection::vec(1u32..=100, 1..8)) {
            let mut before = 0;
            for part in parts {
                if let Ok((_, amount)) = line(price, qty, None, before).amount(Measure::Percent, part) {
                    before += amount.0;
                }
            }
            prop_assert!(before <= price * i64::from(qty));
        }
    }
}
