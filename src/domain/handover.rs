//! 团长收货: what came to a point against what was due there, and who goes without where goods are missing.
//!
//! | due | typed | at hand | to be shared out among those who go without |
//! |---|---|---|---|
//! | 10 | – | 10 | 0 |
//! | 10 | 2 short | 8 | 2 |
//! | 10 | 1 short, 1 broken | 8 | 2 |
//! | 10 | 1 wrong | 9 | 1 |
//! | 10 | 3 over | 13 | 0 |

use crate::domain::errors::RuleError;

/// How the count of a SKU differs from what was due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub short: u32,
    pub over: u32,
    /// Came, and cannot be handed out.
    pub broken: u32,
    /// Something else came in their place.
    pub wrong: u32,
}

impl Difference {
    /// Pieces that were due and cannot be handed out.
    pub fn missing(self) -> u64 {
        u64::from(self.short) + u64::from(self.broken) + u64::from(self.wrong)
    }

    pub fn is_none(self) -> bool {
        self == Difference::default()
    }

    /// Whether such a count is possible where `due` pieces of the SKU were to come.
    ///
    /// # Errors
    /// `more_than_due`, `short_and_over`, both naming the SKU.
    pub fn check(self, sku: &str, due: u64) -> Result<(), RuleError> {
        if self.missing() > due {
            let zh = format!("{sku} 应到 {due} 件，少、破损、错货合计 {} 件", self.missing());
            let en = format!("{due} of {sku} were due, and {} are missing", self.missing());
            return Err(RuleError::Refused { code: "more_than_due", zh, en });
        }
        if self.short > 0 && self.over > 0 {
            let (zh, en) = (format!("{sku} 不能又少又多"), format!("{sku} cannot be short and over at once"));
            return Err(RuleError::Refused { code: "short_and_over", zh, en });
        }
        Ok(())
    }
}

/// Whether those chosen to go without may be: each has so much still to get, and together they bear no more than is missing.
///
/// `chosen` holds for each its order's number, the pieces it goes without and those it still has to get.
///
/// # Errors
/// `more_than_missing`; `already_handed` naming the first order that has less left.
pub fn check_losses(missing: u64, chosen: &[(&str, u32, i64)]) -> Result<(), RuleError> {
    let sum: u64 = chosen.iter().map(|(_, qty, _)| u64::from(*qty)).sum();
    if sum > missing {
        let (zh, en) =
            (format!("只少 {missing} 件，选了 {sum} 件"), format!("{missing} are missing, {sum} were chosen"));
        return Err(RuleError::Refused { code: "more_than_missing", zh, en });
    }
    match chosen.iter().find(|(_, qty, left)| i64::from(*qty) > *left) {
        None => Ok(()),
        Some((order_no, _, _)) => {
            let (zh, en) = (format!("{order_no} 已经提走"), format!("{order_no} has taken it home"));
            Err(RuleError::Refused { code: "already_handed", zh, en })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_possible_or_says_why_not() {
        let check = |difference: Difference, due: u64, want: Option<&str>| {
            assert_eq!(difference.check("K001", due).err().map(|error| error.code()), want, "{difference:?} of {due}");
        };
        let none = Difference::default();
        check(none, 0, None);
        check(Difference { short: 1, broken: 1, wrong: 1, ..none }, 3, None);
        check(Difference { short: 1, broken: 1, wrong: 1, ..none }, 2, Some("more_than_due"));
        check(Difference { over: 3, ..none }, 0, None);
        check(Difference { over: 1, broken: 1, ..none }, 1, None);
        check(Difference { over: 1, short: 1, ..none }, 1, Some("short_and_over"));
        check(Difference { short: u32::MAX, broken: u32::MAX, ..none }, 9, Some("more_than_due"));
    }

    #[test]
    fn nobody_goes_without_more_than_is_missing_or_than_they_still_have_to_get() {
        let check = |missing, chosen: &[(&str, u32, i64)], want: Option<&str>| {
            assert_eq!(check_losses(missing, chosen).err().map(|error| error.code()), want, "{missing} {chosen:?}");
        };
        check(0, &[], None);
        check(2, &[("A", 1, 1), ("B", 1, 3)], None);
        check(2, &[("A", 1, 1)], None);
        check(1, &[("A", 1, 1), ("B", 1, 3)], Some("more_than_missing"));
        check(2, &[("A", 2, 1)], Some("already_handed"));
        check(2, &[("A", 1, 0)], Some("already_handed"));
    }
}
