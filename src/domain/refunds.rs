//! What goes back to whom: refund targets of lines, and one run over an order (DOMAIN 3.5).
//!
//! Target of a line = unit price × (charged − allocated + lost), where charged are the pieces paid for (ordered + tolerance
//! at its greatest) and lost those that never reached their household (交接损差), less what its weight adds (称重差额); a run
//! posts what of it was not posted before.
//!
//! | charged | allocated | price | posted before | this run posts |
//! |---|---|---|---|---|
//! | 5 (3 + 2) | 4 | ¥2.00 | – | ¥2.00 for 1 piece |
//! | 5 | 3 | ¥2.00 | ¥2.00 | ¥2.00 for 1 more |
//! | 5 | 5 | ¥2.00 | ¥2.00 | nothing |
//! | 3, not paid yet | 1 | ¥2.00 | – | nothing; ¥2.00 is due at pickup |
//! | 2 | 1, ¥0.30 too light | ¥2.00 | – | ¥2.00 for 1 piece, ¥0.30 by weight |
//! | 3 | 2, 1 of them lost | ¥2.00 | ¥2.00 | ¥2.00 for the lost piece |

use crate::domain::errors::RuleError;
use crate::domain::money::Fen;
use crate::domain::share::largest_remainder;

/// One line's account: what was paid for, what it got, what went back already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineAccount {
    /// The caller's number for the line.
    pub key: u32,
    pub unit_price: Fen,
    /// Pieces paid for.
    pub charged: u32,
    pub allocated: u32,
    /// Pieces of those allocated that never reached their household.
    pub lost: u32,
    /// What the line costs more by its weight; below zero where it weighs less.
    pub weight: Fen,
    /// Pieces and money of earlier runs that stand (not failed).
    pub posted_pieces: u32,
    /// Those of them that were lost.
    pub posted_lost: u32,
    pub posted: Fen,
}

impl LineAccount {
    /// Pieces that reach their household.
    fn given(&self) -> u32 {
        self.allocated.saturating_sub(self.lost)
    }
}

/// A line of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundLine {
    pub key: u32,
    pub pieces: u32,
    /// Above zero.
    pub amount: Fen,
    /// Those of the pieces that were lost, and what goes back for them.
    pub lost_pieces: u32,
    pub for_lost: Fen,
    /// What of it goes back by weight; the rest is for the pieces that were not given.
    pub by_weight: Fen,
}

/// What one run posts for one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRefund {
    /// The sum of the lines, above zero.
    pub amount: Fen,
    pub lines: Vec<RefundLine>,
}

/// What should have gone back for a line altogether: unit price × (charged − allocated).
///
/// # Errors
/// `too_large` past the range of [`Fen`].
pub fn refund_target(unit_price: Fen, charged: u32, allocated: u32) -> Result<Fen, RuleError> {
    amount_of(unit_price, charged.saturating_sub(allocated))
}

/// The same less what its weight adds: never more than was paid for the line, and never below nothing.
///
/// # Errors
/// `too_large` past the range of [`Fen`].
pub fn weighed_target(unit_price: Fen, charged: u32, allocated: u32, weight: Fen) -> Result<Fen, RuleError> {
    let most = amount_of(unit_price, charged)?;
    let target = refund_target(unit_price, charged, allocated)?.0.saturating_sub(weight.0);
    Ok(Fen(target.clamp(0, most.0.max(0))))
}

/// What is to be collected at pickup for an unpaid line (未收款): unit price × allocated.
///
/// # Errors
/// `too_large` past the range of [`Fen`].
pub fn due_amount(unit_price: Fen, allocated: u32) -> Result<Fen, RuleError> {
    amount_of(unit_price, allocated)
}

/// What is to be collected for an unpaid line that its weight changes.
///
/// # Errors
/// `too_large` past the range of [`Fen`].
pub fn weighed_due(unit_price: Fen, allocated: u32, weight: Fen) -> Result<Fen, RuleError> {
    Ok(Fen(due_amount(unit_price, allocated)?.0.saturating_add(weight.0).max(0)))
}

/// 待补款: what is to be collected at pickup for a paid line, where its weight adds more than goes back for it.
///
/// # Errors
/// `too_large` past the range of [`Fen`].
pub fn top_up(unit_price: Fen, charged: u32, allocated: u32, weight: Fen) -> Result<Fen, RuleError> {
    Ok(Fen(weight.0.saturating_sub(refund_target(unit_price, charged, allocated)?.0).max(0)))
}

/// What a run posts for an order on which `paid` was received (zero for an unpaid one): per line its target less what
/// was posted before, and never more in all than was paid. Where less is left than the lines would need, it is split
/// over them by largest remainder. None where nothing is to be posted.
///
/// # Errors
/// `too_large` past the range of [`Fen`].
pub fn refund_run(paid: Fen, accounts: &[LineAccount]) -> Result<Option<OrderRefund>, RuleError> {
    let mut lines = Vec::new();
    let (mut open, mut posted) = (0i64, 0i64);
    for account in accounts {
        let target = weighed_target(account.unit_price, account.charged, account.given(), account.weight)?;
        let amount = target.0.saturating_sub(account.posted.0).max(0);
        let pieces = account.charged.saturating_sub(account.given()).saturating_sub(account.posted_pieces);
        let lost_pieces = account.lost.saturating_sub(account.posted_lost).min(pieces);
        let (for_lost, by_weight) = (Fen::ZERO, Fen::ZERO);
        lines.push(RefundLine { key: account.key, pieces, amount: Fen(amount), lost_pieces, for_lost, by_weight });
        open = open.checked_add(amount).ok_or_else(too_large)?;
        posted = posted.checked_add(account.posted.0).ok_or_else(too_large)?;
    }
    let left = paid.0.saturating_sub(posted).max(0);
    if open > left {
        let parts = split_fen(Fen(left), &lines.iter().map(|line| line.amount).collect::<Vec<_>>());
        for (line, part) in lines.iter_mut().zip(parts) {
            line.amount = part;
        }
    }
    for (line, account) in lines.iter_mut().zip(accounts) {
        let for_pieces = amount_of(account.unit_price, line.pieces)?;
        let for_others = amount_of(account.unit_price, line.pieces - line.lost_pieces)?;
        line.by_weight = Fen(line.amount.0.saturating_sub(for_pieces.0).max(0));
        line.for_lost = Fen((line.amount.0 - line.by_weight.0).saturating_sub(for_others.0).max(0));
    }
    lines.retain(|line| line.amount > Fen::ZERO);
    let amount = lines.iter().map(|line| line.amount).sum();
    Ok((!lines.is_empty()).then_some(OrderRefund { amount, lines }))
}

/// Splits an amount in proportion to others by largest remainder; the parts add up to it exactly. Nothing is negative.
pub fn split_fen(total: Fen, by: &[Fen]) -> Vec<Fen> {
    let whole = |fen: Fen| u64::try_from(fen.0).expect("amounts to be split are not negative");
    let parts = largest_remainder(whole(total), &by.iter().map(|fen| whole(*fen)).collect::<Vec<_>>());
    parts.into_iter().map(|part| Fen(i64::try_from(part).expect("a part is at most the total"))).collect()
}

fn amount_of(unit_price: Fen, pieces: u32) -> Result<Fen, RuleError> {
    unit_price.times(u64::from(pieces)).ok_or_else(too_large)
}

fn too_large() -> RuleError {
    RuleError::TooLarge { what: "refund".into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn account(key: u32, charged: u32, allocated: u32, posted_pieces: u32) -> LineAccount {
        let posted = Fen(200 * i64::from(posted_pieces));
        LineAccount {
            key,
            unit_price: Fen(200),
            charged,
            allocated,
            lost: 0,
            weight: Fen::ZERO,
            posted_pieces,
            posted_lost: 0,
            posted,
        }
    }

    fn check(paid: i64, accounts: &[LineAccount], want: &[(u32, u32, i64)]) {
        let run = refund_run(Fen(paid), accounts).expect("small amounts");
        let got: Vec<_> = run.iter().flat_map(|run| &run.lines).map(|l| (l.key, l.pieces, l.amount.0)).collect();
        assert_eq!(got, want);
        assert_eq!(run.map_or(0, |run| run.amount.0), want.iter().map(|(_, _, amount)| amount).sum::<i64>());
    }

    #[test]
    fn a_run_posts_what_of_the_target_was_not_posted_before() {
        check(1000, &[account(0, 5, 4, 0)], &[(0, 1, 200)]);
        check(1000, &[account(0, 5, 3, 1)], &[(0, 1, 200)]);
        check(1000, &[account(0, 5, 5, 1)], &[]);
        check(0, &[account(0, 3, 1, 0)], &[]);
        check(2000, &[account(0, 5, 5, 0), account(1, 5, 0, 2), account(2, 1, 0, 0)], &[(1, 3, 600), (2, 1, 200)]);
        assert_eq!(due_amount(Fen(200), 1), Ok(Fen(200)));
        assert!(due_amount(Fen(i64::MAX), 2).is_err());
    }

    #[test]
    fn never_more_goes_back_than_was_paid_and_what_is_left_is_split_exactly() {
        check(500, &[account(0, 2, 0, 0), account(1, 1, 0, 0)], &[(0, 2, 333), (1, 1, 167)]);
        check(500, &[account(0, 5, 0, 1), account(1, 1, 0, 0)], &[(0, 4, 240), (1, 1, 60)]);
        assert_eq!(split_fen(Fen(10), &[Fen(1), Fen(1), Fen(1)]), [Fen(4), Fen(3), Fen(3)]);
    }

    #[test]
    fn what_weighs_less_goes_back_and_what_weighs_more_is_due() {
        let weighed = |weight: i64, posted_pieces: u32, posted: i64| LineAccount {
            weight: Fen(weight),
            posted: Fen(posted),
            ..account(0, 2, 1, posted_pieces)
        };
        let run = |account| {
            let run = refund_run(Fen(400), &[account]).expect("small amounts");
            run.map(|run| (run.lines[0].pieces, run.lines[0].amount.0, run.lines[0].by_weight.0))
        };
        assert_eq!(run(weighed(-30, 0, 0)), Some((1, 230, 30)));
        assert_eq!(run(weighed(-30, 1, 200)), Some((0, 30, 30)), "the piece went back before");
        assert_eq!(run(weighed(-30, 1, 230)), None);
        assert_eq!(run(weighed(50, 0, 0)), Some((1, 150, 0)), "what weighs more is kept of what goes back");
        assert_eq!(run(weighed(300, 0, 0)), None);
        assert_eq!(run(weighed(-900, 0, 0)), Some((1, 400, 200)), "never more than was paid");
        assert_eq!([50, 300].map(|weight| top_up(Fen(200), 2, 1, Fen(weight))), [Ok(Fen(0)), Ok(Fen(100))]);
        assert_eq!([-30, 50].map(|weight| weighed_due(Fen(200), 1, Fen(weight))), [Ok(Fen(170)), Ok(Fen(250))]);
        assert_eq!(weighed_due(Fen(200), 1, Fen(-900)), Ok(Fen(0)));
    }

    #[test]
    fn what_was_lost_goes_back_under_its_own_cause() {
        let run = |charged, allocated, lost, posted_pieces, posted_lost, paid| {
            let line = LineAccount { lost, posted_lost, ..account(0, charged, allocated, posted_pieces) };
            let run = refund_run(Fen(paid), &[line]).expect("small amounts");
            run.map(|run| {
                let line = run.lines[0];
                (line.pieces, line.amount.0, line.lost_pieces, line.for_lost.0)
            })
        };
        assert_eq!(run(3, 2, 1, 0, 0, 600), Some((2, 400, 1, 200)));
        assert_eq!(run(3, 2, 1, 1, 0, 600), Some((1, 200, 1, 200)), "the short piece went back before");
        assert_eq!(run(3, 2, 1, 2, 1, 600), None);
        assert_eq!(run(3, 1, 1, 2, 1, 600), Some((1, 200, 0, 0)), "another was not given since");
        assert_eq!(run(3, 2, 2, 0, 0, 300), Some((3, 300, 2, 100)), "no more than was paid");
        assert_eq!(run(3, 3, 0, 1, 1, 600), None, "what went back for a loss stays");
    }

    proptest! {
        #[test]
        fn runs_add_up_to_the_target_however_often_they_are_made(
            lines in prop::collection::vec((1i64..5000, 0u32..20, prop::collection::vec(0u32..20, 1..5)), 1..6)
        ) {
            let paid = Fen(lines.iter().map(|(price, charged, _)| price * i64::from(*charged)).sum());
            let mut accounts: Vec<LineAccount> = lines.iter().enumerate().map(|(i, (price, charged, _))| LineAccount {
                key: i as u32, unit_price: Fen(*price), ..account(0, *charged, 0, 0)
            }).collect();
            // Allocations may go up and down between runs, but never above what is not refunded yet.
            for step in 0..4 {
                for (account, (_, charged, wishes)) in accounts.iter_mut().zip(&lines) {
                    let wish = wishes.get(step).copied().unwrap_or(0);
                    account.allocated = wish.min(charged - account.posted_pieces);
                }
                if let Some(run) = refund_run(paid, &accounts).expect("small amounts") {
                    for line in run.lines {
                        let account = &mut accounts[line.key as usize];
                        account.posted += line.amount;
                        account.posted_pieces += line.pieces;
                    }
                }
                for account in &accounts {
                    let target = refund_target(account.unit_price, account.charged, account.allocated);
                    prop_assert_eq!(Ok(account.posted), target);
                }
                prop_assert_eq!(refund_run(paid, &accounts).expect("small amounts"), None);
            }
        }
    }
}
