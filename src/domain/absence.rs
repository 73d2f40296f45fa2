//! 请假: a leader is away on some days. Either another leader stands in (代班团长), who then sees and does at the points
//! what the leader would, or nobody does (停团), and no orders are taken for goods that are collected on those days.

use chrono::{Days, NaiveDate};

use crate::domain::errors::RuleError;

/// The most days of one absence.
pub const DAYS_MAX: u64 = 60;
/// How many days ahead one may begin at most.
pub const AHEAD_MAX: u64 = 180;

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leave {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Leave {
    /// Days that can be told `today`.
    ///
    /// # Errors
    /// `leave_dates` where they end before they begin, or are over, too many, or too far ahead.
    pub fn told(from: NaiveDate, to: NaiveDate, today: NaiveDate) -> Result<Leave, RuleError> {
        let refused = |zh: String, en: String| Err(RuleError::Refused { code: "leave_dates", zh, en });
        if to < from {
            return refused("结束日期早于开始日期".into(), "it ends before it begins".into());
        }
        if to < today {
            return refused("这些天已经过去".into(), "these days are over".into());
        }
        if from.checked_add_days(Days::new(DAYS_MAX)).is_none_or(|end| to >= end) {
            return refused(format!("一次最多请 {DAYS_MAX} 天"), format!("at most {DAYS_MAX} days at a time"));
        }
        if today.checked_add_days(Days::new(AHEAD_MAX)).is_none_or(|last| from > last) {
            return refused(format!("最多提前 {AHEAD_MAX} 天"), format!("at most {AHEAD_MAX} days ahead"));
        }
        Ok(Leave { from, to })
    }

    /// Whether a day is one of them.
    pub fn has(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Whether a day is one of both.
    pub fn meets(&self, other: &Leave) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// The answer to an order for goods that are collected while nobody is there.
pub fn nobody_there(leave: &Leave) -> RuleError {
    let Leave { from, to } = leave;
    RuleError::Refused {
        code: "leader_away",
        zh: format!("团长 {from} 至 {to} 停团，不接这几天提货的单"),
        en: format!("the leader is away from {from} to {to} and takes no orders to be collected then"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn days_are_told_while_they_lie_ahead_and_are_not_too_many() {
        let told = |from, to| Leave::told(day(from), day(to), day("2026-11-23")).map_err(|refused| refused.en());
        assert!(told("2026-11-23", "2026-11-23").is_ok());
        assert!(told("2026-11-20", "2026-11-23").is_ok(), "one that has begun");
        assert!(told("2026-11-23", "2027-01-21").is_ok(), "sixty days");
        for (from, to, why) in [
            ("2026-11-24", "2026-11-23", "it ends before it begins"),
            ("2026-11-20", "2026-11-22", "these days are over"),
            ("2026-11-23", "2027-01-22", "at most 60 days at a time"),
            ("2027-06-01", "2027-06-02", "at most 180 days ahead"),
        ] {
            assert_eq!(told(from, to), Err(why.to_owned()));
        }
    }

    #[test]
    fn days_meet_where_one_is_in_both() {
        let leave = |from, to| Leave { from: day(from), to: day(to) };
        let week = leave("2026-11-23", "2026-11-29");
        assert!(week.has(day("2026-11-29")) && !week.has(day("2026-11-30")));
        assert!(week.meets(&leave("2026-11-29", "2026-12-03")) && week.meets(&leave("2026-11-01", "2026-12-30")));
        assert!(!week.meets(&leave("2026-11-30", "2026-12-03")) && !leave("2026-11-01", "2026-11-22").meets(&week));
    }
}
