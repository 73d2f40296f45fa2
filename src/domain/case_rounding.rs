//! From demand to whole cases (DOMAIN 3.3).
//!
//! D = ordered, T = tolerance, S = free stock, need N = max(0, D − S), case size k. First the policy turns N into
//! cases, q pieces; then q moves to t, the smallest multiple of lcm(k, order_multiple) that reaches max(q, moq):
//!
//! | policy | cases from N | where t > q |
//! |---|---|---|
//! | `up` | ⌈N/k⌉ | t |
//! | `fill` | ⌊N/k⌋, one more if the remainder r > 0 and r + T ≥ k | t if N + T ≥ t, else down |
//! | `down` | ⌊N/k⌋ | down |
//! | `nearest` | up if r ≥ `round_up_at_pct` of k, else down | t |
//!
//! *down* is the largest positive multiple ≤ q that is ≥ moq; where there is none, `below_moq` decides: `raise` → t,
//! `cancel` → nothing. Worked:
//!
//! | policy | k | moq | order_multiple | (D, T) → cases |
//! |---|---|---|---|---|
//! | `fill` | 4 | – | – | (2,2) → 1 · (4,4) → 1 · (5,3) → 2 · (5,2) → 1 |
//! | `fill` | 5 | 10 | – | (4,0) → 0 · (9,1) → 2 · (12,1) → 2 · (14,1) → 3 · (5,5) → 2 |
//! | `fill` | 5 | 7 | – | (4,4) → raise 2 (10 pieces), cancel 0 |
//! | `up` | 6 | – | 4 | (7,0) → 2 (12 pieces) |

use crate::domain::errors::RuleError;
use crate::domain::facts::{BelowMoq, Offer, Rounding};
use crate::domain::reason::Reason;

/// What is wanted of one offer at one receiving warehouse, in pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    pub ordered_qty: u64,
    pub tolerance_qty: u64,
    /// Free stock that may be reserved; 0 for SKUs that keep none.
    pub free_stock: u64,
}

/// How the supplier sells and how the cycle rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseTerms {
    pub rounding: Rounding,
    /// For `nearest`: the share of a case, in percent, from which it rounds up.
    pub round_up_at_pct: u32,
    /// Pieces in a case, at least 1.
    pub case_size: u32,
    /// Smallest purchase in pieces; 0 = none.
    pub moq: u32,
    /// A purchase must be a multiple of this many pieces, at least 1.
    pub order_multiple: u32,
    pub below_moq: BelowMoq,
}

impl From<&Offer> for CaseTerms {
    fn from(offer: &Offer) -> CaseTerms {
        CaseTerms {
            rounding: offer.rounding,
            round_up_at_pct: offer.round_up_at_pct,
            case_size: offer.case_size,
            moq: offer.moq,
            order_multiple: offer.order_multiple,
            below_moq: offer.below_moq,
        }
    }
}

/// What to reserve and what to buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CasePlan {
    /// Pieces taken from stock: min(S, D), and none where the offer is cancelled below its MOQ.
    pub reserved_qty: u64,
    /// N = max(0, D − S), in pieces.
    pub net_need: u64,
    /// Cases by the policy alone, and why they differ from the need; before MOQ and order multiple.
    pub cases_by_policy: u64,
    pub reason_by_policy: Option<Reason>,
    /// Cases to buy.
    pub cases: u64,
    /// cases × case size.
    pub planned_qty: u64,
    /// The last step that changed the number; None where cases cover the need by plain rounding up.
    pub reason: Option<Reason>,
}

/// Decides the cases for a demand.
///
/// # Errors
/// `too_large` where a quantity leaves the range of a `u64`.
pub fn plan_cases(demand: Demand, terms: &CaseTerms) -> Result<CasePlan, RuleError> {
    let k = u64::from(terms.case_size.max(1));
    let reserved_qty = demand.free_stock.min(demand.ordered_qty);
    let need = demand.ordered_qty - reserved_qty;
    let (cases_by_policy, reason_by_policy) = by_policy(need, demand, terms, k);
    let q = cases_by_policy.checked_mul(k).ok_or_else(too_large)?;
    let (planned_qty, reason) = if q == 0 {
        (0, reason_by_policy)
    } else {
        match by_multiple(q, need, demand, terms, k)? {
            (qty, None) => (qty, reason_by_policy),
            moved => moved,
        }
    };
    let cancelled = reason == Some(Reason::BelowMoq);
    Ok(CasePlan {
        reserved_qty: if cancelled { 0 } else { reserved_qty },
        net_need: need,
        cases_by_policy,
        reason_by_policy,
        cases: planned_qty / k,
        planned_qty,
        reason,
    })
}

/// Cases from the need by the rounding policy, with the reason where pieces are added or left unbought.
fn by_policy(need: u64, demand: Demand, terms: &CaseTerms, k: u64) -> (u64, Option<Reason>) {
    let (whole, r) = (need / k, need % k);
    if need == 0 {
        return (0, (demand.ordered_qty > 0).then_some(Reason::FromStock));
    }
    if r == 0 {
        return (whole, None);
    }
    let one_more = match terms.rounding {
        Rounding::Up => true,
        Rounding::Fill => demand.tolerance_qty >= k - r,
        Rounding::Down => false,
        Rounding::Nearest => r * 100 >= u64::from(terms.round_up_at_pct) * k,
    };
    match (one_more, whole) {
        (true, _) if terms.rounding == Rounding::Fill => (whole + 1, Some(Reason::FilledCase)),
        (true, _) => (whole + 1, None),
        (false, 0) => (0, Some(Reason::BelowCase)),
        (false, _) => (whole, Some(Reason::RoundedDown)),
    }
}

/// Moves q > 0 pieces to what the supplier accepts: a multiple of lcm(k, order_multiple), at least the MOQ.
fn by_multiple(
    q: u64,
    need: u64,
    demand: Demand,
    terms: &CaseTerms,
    k: u64,
) -> Result<(u64, Option<Reason>), RuleError> {
    let (moq, step) = (u64::from(terms.moq), lcm(k, u64::from(terms.order_multiple.max(1))));
    let t = q.max(moq).checked_next_multiple_of(step).ok_or_else(too_large)?;
    if t == q {
        return Ok((q, None));
    }
    let raised = if q < moq { Reason::RaisedToMoq } else { Reason::OrderMultiple };
    let goes_up = match terms.rounding {
        Rounding::Up | Rounding::Nearest => true,
        Rounding::Down => false,
        Rounding::Fill => need.checked_add(demand.tolerance_qty).ok_or_else(too_large)? >= t,
    };
    let lower = q / step * step;
    Ok(match terms.below_moq {
        _ if goes_up => (t, Some(raised)),
        _ if lower > 0 && lower >= moq => (lower, Some(Reason::OrderMultiple)),
        BelowMoq::Raise => (t, Some(raised)),
        BelowMoq::Cancel => (0, Some(Reason::BelowMoq)),
    })
}

/// The smallest change of a purchase in cases: whole multiples of what the supplier accepts.
pub fn case_step(terms: &CaseTerms) -> u64 {
    let k = u64::from(terms.case_size.max(1));
    lcm(k, u64::from(terms.order_multiple.max(1))) / k
}

fn too_large() -> RuleError {
    RuleError::TooLarge { what: "planned_qty".into() }
}

/// The least common multiple of two numbers above zero; both fit 32 bits, so it fits.
fn lcm(a: u64, b: u64) -> u64 {
    let (mut x, mut y) = (a, b);
    while y > 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

#[cfg(test)]
#[path = "case_rounding_tests.rs"]
mod tests;
