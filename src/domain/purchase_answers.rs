//! What a supplier said of a purchase order (DOMAIN 3.0): when it was read, and per line how many cases will come.
//!
//! | asked now | newest answer | since changed by the buyer | asked of the supplier | answered |
//! |---|---|---|---|---|
//! | 12 | – | – | 12 | – |
//! | 12 | 12 of 12 | no | 12 | 12 |
//! | 8 | 8 of 12 | no | 12 | 8 |
//! | 9 | 8 of 12 | yes | 9 | –, and was |

use crate::domain::states::PurchaseOrderState;

/// A line's newest answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The cycle's version once it was entered.
    pub version: u32,
    pub asked_cases: u64,
    pub cases: u64,
}

/// Where a line stands with its supplier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub asked_cases: u64,
    /// None while an answer is awaited.
    pub answered: Option<u64>,
    /// Whether there was an answer before the buyer changed the line.
    pub was_answered: bool,
}

impl Standing {
    /// The standing of a line that asks for `cases` since `line_version`.
    pub fn of(cases: u64, line_version: u32, newest: Option<Answer>) -> Standing {
        match newest {
            Some(answer) if answer.version >= line_version => {
                Standing { asked_cases: answer.asked_cases, answered: Some(answer.cases), was_answered: false }
            }
            _ => Standing { asked_cases: cases, answered: None, was_answered: newest.is_some() },
        }
    }

    /// Cases that were asked for and will not come.
    pub fn short_cases(&self) -> u64 {
        self.answered.map_or(0, |cases| self.asked_cases.saturating_sub(cases))
    }

    /// Whether there is something to answer that is not answered.
    pub fn is_awaited(&self) -> bool {
        self.answered.is_none() && self.asked_cases > 0
    }
}

/// Where a purchase order stands with its supplier, in the order of the night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderStanding {
    Draft,
    Unread,
    Read,
    /// Some lines are answered, others not, or not since they were changed.
    Partly,
    Confirmed,
    /// Everything is answered, and something will not come.
    Short,
    /// Goods came.
    Received,
}

impl OrderStanding {
    pub fn of(state: PurchaseOrderState, is_read: bool, lines: &[Standing]) -> OrderStanding {
        let is_answered = lines.iter().any(|line| line.answered.is_some());
        match state {
            PurchaseOrderState::Draft => OrderStanding::Draft,
            PurchaseOrderState::Received | PurchaseOrderState::Closed => OrderStanding::Received,
            _ if is_answered && lines.iter().any(Standing::is_awaited) => OrderStanding::Partly,
            _ if lines.iter().any(|line| line.short_cases() > 0) => OrderStanding::Short,
            _ if is_answered => OrderStanding::Confirmed,
            _ if is_read => OrderStanding::Read,
            _ => OrderStanding::Unread,
        }
    }

    /// The code name, as pages mark it.
    pub fn code(self) -> &'static str {
        match self {
            OrderStanding::Draft => "draft",
            OrderStanding::Unread => "unread",
            OrderStanding::Read => "read",
            OrderStanding::Partly => "partly",
            OrderStanding::Confirmed => "confirmed",
            OrderStanding::Short => "short",
            OrderStanding::Received => "received",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_until_the_buyer_changes_the_line() {
        let check = |cases: u64, line_version: u32, newest: Option<(u32, u64, u64)>, want: (u64, Option<u64>, bool)| {
            let newest = newest.map(|(version, asked_cases, cases)| Answer { version, asked_cases, cases });
            let found = Standing::of(cases, line_version, newest);
            assert_eq!((found.asked_cases, found.answered, found.was_answered), want);
        };
        check(12, 2, None, (12, None, false));
        check(12, 2, Some((2, 12, 12)), (12, Some(12), false));
        check(8, 3, Some((3, 12, 8)), (12, Some(8), false));
        check(9, 4, Some((3, 12, 8)), (9, None, true));
    }

    #[test]
    fn an_order_stands_where_its_lines_do() {
        let line = |asked_cases, answered| Standing { asked_cases, answered, was_answered: false };
        let check = |state, is_read, lines: &[Standing], want: OrderStanding| {
            assert_eq!(OrderStanding::of(state, is_read, lines), want);
        };
        let sent = PurchaseOrderState::Sent;
        check(PurchaseOrderState::Draft, false, &[line(2, None)], OrderStanding::Draft);
        check(sent, false, &[line(2, None)], OrderStanding::Unread);
        check(sent, true, &[line(2, None)], OrderStanding::Read);
        check(sent, true, &[line(2, None), line(3, Some(3))], OrderStanding::Partly);
        check(sent, true, &[line(0, None), line(3, Some(3))], OrderStanding::Confirmed);
        check(PurchaseOrderState::Accepted, true, &[line(2, Some(0)), line(3, Some(3))], OrderStanding::Short);
        check(PurchaseOrderState::Received, true, &[line(2, Some(0))], OrderStanding::Received);
    }
}
