//! From supply to lines: who gets how much of one offer at one receiving warehouse (DOMAIN 3.4).
//!
//! Where the supply covers what was ordered every line gets its ordered quantity, and the rest fills tolerances in queue
//! order; what remains is stock. Where it does not, the rule decides. With supply 4, and lines in queue order:
//!
//! | line | point | ordered | `first_paid` | `proportional` | `equal_share` | `leader_balanced` | `most_households` |
//! |---|---|---|---|---|---|---|---|
//! | a | 1 | 3 | 3 | 2 | 2 | 2 | 1 |
//! | b | 2 | 2 | 1 | 1 | 1 | 2 | 2 |
//! | c | 2 | 1 | 0 | 1 | 1 | 0 | 1 |
//!
//! Pins come first under every rule, in queue order where the supply does not reach. `first_paid`, k = 3, `fill`, lines
//! (ordered + tolerance):
//!
//! | lines | bought | arrived | results | to stock |
//! |---|---|---|---|---|
//! | 3+2, 1+3, 1+0 | two cases | 6 | 4, 1, 1 | – |
//! | the same | | 4 | 3, 1, 0 | – |
//! | the same | | 1 | 1, 0, 0 | – |
//! | 3+2, 1+1, 1+0 | | 10 | 5, 2, 1 | 2 |

use std::collections::BTreeMap;

use crate::domain::book::ProcurementLine;
use crate::domain::facts::ShortageRule;
use crate::domain::reason::Reason;
use crate::domain::share::largest_remainder;
use crate::domain::time::Moment;

/// What one order line asks of its offer.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The caller's index of the line.
    pub line: u32,
    pub point_ix: u32,
    pub ordered: u32,
    pub tolerance: u32,
    /// Queue order is (paid_at, order_no as bytes, line_no); of a late addition, the time of its correction.
    pub paid_at: Moment,
    pub order_no: &'a str,
    pub line_no: u16,
    /// Quantity fixed by hand; what is above ordered + tolerance has no effect.
    pub pin: Option<u32>,
}

/// What one line gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// The claim's `line`.
    pub line: u32,
    pub allocated: u32,
    /// Why it differs from the ordered quantity; None where it does not.
    pub reason: Option<Reason>,
}

/// How a supply was shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// One per claim, in the order of the claims.
    pub given: Vec<Given>,
    /// What remains for stock: supply − the sum given.
    pub leftover: u64,
}

/// Shares `supply` over the lines of one offer at one receiving warehouse by `rule`.
///
/// `short` is the reason of lines that get less than ordered, see [`shortfall_reason`]. The order of the claims does not
/// matter, and the parts and the leftover add up to the supply. An offer below its threshold gives nothing: see
/// [`nothing`].
pub fn allocate(claims: &[Claim], supply: u64, rule: ShortageRule, short: Reason) -> Shared {
    let queue = queue_order(claims);
    let mut shares = vec![0u32; claims.len()];
    let rest = share_out(claims, &queue, supply, rule, &mut shares);
    let ordered: u64 = claims.iter().map(|claim| u64::from(claim.ordered)).sum();
    // With enough for all, a line that is short nevertheless is so because others are pinned above their order.
    let short = if supply >= ordered { Reason::Pinned } else { short };
    let given = claims.iter().zip(shares).map(|(claim, allocated)| Given {
        line: claim.line,
        allocated,
        reason: reason_for(claim, allocated, short),
    });
    Shared { given: given.collect(), leftover: rest }
}

/// Gives every line nothing, for `reason`: an offer that does not go ahead. The whole supply is left over.
pub fn nothing(claims: &[Claim], supply: u64, reason: Reason) -> Shared {
    let given = claims.iter().map(|claim| Given {
        line: claim.line,
        allocated: 0,
        reason: (claim.ordered > 0).then_some(reason),
    });
    Shared { given: given.collect(), leftover: supply }
}

/// The claims' indexes in queue order: (paid_at, order_no as bytes, line_no).
pub fn queue_order(claims: &[Claim]) -> Vec<u32> {
    let mut queue: Vec<u32> = (0..claims.len() as u32).collect();
    // A stable sort is quick on claims that come in order, as they mostly do.
    queue.sort_by(|a, b| queue_key(&claims[*a as usize]).cmp(&queue_key(&claims[*b as usize])));
    queue
}

fn queue_key<'a>(claim: &Claim<'a>) -> (Moment, &'a [u8], u16, u32) {
    (claim.paid_at, claim.order_no.as_bytes(), claim.line_no, claim.line)
}

/// Why lines of an offer get less than ordered, from what was decided and what came.
///
/// | bought and reserved | supply | why |
/// |---|---|---|
/// | threshold not met | any | `threshold_not_met` |
/// | more than the supply | less | `short_delivery` |
/// | all there, fewer cases than suggested | less than ordered | `shortage` |
/// | all there, as suggested | less than ordered | the reason rounding left: `below_case`, `below_moq`, `below_min_value`, `rounded_down`; else `shortage` |
pub fn shortfall_reason(line: &ProcurementLine, case_size: u32, planned_qty: u64, supply: u64) -> Reason {
    let suggested = line.cases_suggested.saturating_mul(u64::from(case_size));
    match line.reason {
        _ if !line.threshold_met => Reason::ThresholdNotMet,
        _ if supply < line.reserved_qty.saturating_add(planned_qty) => Reason::ShortDelivery,
        _ if planned_qty < suggested => Reason::Shortage,
        Some(why @ (Reason::BelowCase | Reason::BelowMoq | Reason::BelowMinValue)) => why,
        Some(Reason::RoundedDown | Reason::OrderMultiple) => Reason::RoundedDown,
        _ => Reason::Shortage,
    }
}

/// The reason of a line that gets `allocated`; None where that is what it ordered.
pub(crate) fn reason_for(claim: &Claim, allocated: u32, short: Reason) -> Option<Reason> {
    let pin = claim.pin.map(|pin| pin.min(claim.ordered + claim.tolerance));
    match allocated {
        _ if allocated == claim.ordered => None,
        _ if pin == Some(allocated) => Some(Reason::Pinned),
        _ if allocated < claim.ordered => Some(short),
        _ => Some(Reason::ToleranceFilled),
    }
}

/// Fills `shares` (one per claim) and returns what is left of the supply.
pub(crate) fn share_out(claims: &[Claim], queue: &[u32], supply: u64, rule: ShortageRule, shares: &mut [u32]) -> u64 {
    let (pinned, free): (Vec<u32>, Vec<u32>) = queue.iter().partition(|i| claims[**i as usize].pin.is_some());
    let pin = |claim: &Claim| claim.pin.unwrap_or(0).min(claim.ordered + claim.tolerance);
    let rest = fill(claims, &pinned, supply, shares, pin);
    let demand: u64 = free.iter().map(|i| u64::from(claims[*i as usize].ordered)).sum();
    if rest >= demand {
        let rest = fill(claims, &free, rest, shares, |claim| claim.ordered);
        return fill(claims, &free, rest, shares, |claim| claim.tolerance);
    }
    match rule {
        ShortageRule::FirstPaid | ShortageRule::Pinned => drop(fill(claims, &free, rest, shares, |c| c.ordered)),
        ShortageRule::Proportional => proportional(claims, &free, rest, shares),
        ShortageRule::EqualShare => equal_share(claims, &free, rest, shares),
        ShortageRule::LeaderBalanced => leader_balanced(claims, &free, rest, shares),
        ShortageRule::MostHouseholds => {
            let mut by_size = free;
            by_size.sort_by_key(|i| claims[*i as usize].ordered);
            fill(claims, &by_size, rest, shares, |claim| claim.ordered);
        }
    }
    // The demand exceeds what there is, so every rule spends it all.
    0
}

/// Adds to each line, in the order given, up to `want` of it until the supply is spent; returns what is left.
fn fill(claims: &[Claim], order: &[u32], supply: u64, shares: &mut [u32], want: impl Fn(&Claim) -> u32) -> u64 {
    let mut left = supply;
    for index in order {
        let wanted = want(&claims[*index as usize]);
        let part = u32::try_from(left).map_or(wanted, |left| left.min(wanted));
        shares[*index as usize] += part;
        left -= u64::from(part);
    }
    left
}

fn proportional(claims: &[Claim], queue: &[u32], supply: u64, shares: &mut [u32]) {
    let weights: Vec<u64> = queue.iter().map(|i| u64::from(claims[*i as usize].ordered)).collect();
    for (index, part) in queue.iter().zip(largest_remainder(supply, &weights)) {
        shares[*index as usize] = u32::try_from(part).expect("a share below the demand is at most its weight");
    }
}

/// One piece a round in queue order, done as whole rounds: everyone gets min(ordered, rounds), and the pieces of the
/// last, unfinished round go to the first in the queue who want more.
fn equal_share(claims: &[Claim], queue: &[u32], supply: u64, shares: &mut [u32]) {
    let mut sizes: Vec<u32> = queue.iter().map(|i| claims[*i as usize].ordered).collect();
    sizes.sort_unstable();
    let (mut rounds, mut left) = (0u32, supply);
    for (served, size) in sizes.iter().enumerate() {
        // Everyone from here on takes part in the rounds up to this size.
        let takers = (sizes.len() - served) as u64;
        let whole = u64::from(size - rounds).min(left / takers) as u32;
        rounds += whole;
        left -= u64::from(whole) * takers;
        if rounds < *size {
            break;
        }
    }
    for index in queue {
        let ordered = claims[*index as usize].ordered;
        let extra = u32::from(left > 0 && ordered > rounds);
        left -= u64::from(extra);
        shares[*index as usize] = ordered.min(rounds) + extra;
    }
}

/// The supply over points by largest remainder on their demand (the lower index first where remainders are equal), and
/// within each point in queue order.
fn leader_balanced(claims: &[Claim], queue: &[u32], supply: u64, shares: &mut [u32]) {
    let mut points: BTreeMap<u32, (u64, Vec<u32>)> = BTreeMap::new();
    for index in queue {
        let claim = &claims[*index as usize];
        let (demand, lines) = points.entry(claim.point_ix).or_default();
        *demand += u64::from(claim.ordered);
        lines.push(*index);
    }
    let demands: Vec<u64> = points.values().map(|(demand, _)| *demand).collect();
    for ((_, lines), part) in points.values().zip(largest_remainder(supply, &demands)) {
        fill(claims, lines, part, shares, |claim| claim.ordered);
    }
}

#[cfg(test)]
#[path = "allocation_tests.rs"]
mod tests;
