//! The reference: the rules said again in the plainest way, piece by piece and without a care for time.

use crate::domain::allocation::Claim;
use crate::domain::case_rounding::{CaseTerms, Demand};
use crate::domain::facts::{BelowMoq, Rounding, ShortageRule};

/// Cases to buy, by trying one number of cases after the other.
pub fn cases(demand: Demand, terms: &CaseTerms) -> u64 {
    let (k, moq, multiple) = (u64::from(terms.case_size), u64::from(terms.moq), u64::from(terms.order_multiple));
    let need = demand.ordered_qty.saturating_sub(demand.free_stock);
    let mut whole = 0;
    while (whole + 1) * k <= need {
        whole += 1;
    }
    let r = need - whole * k;
    let one_more = match terms.rounding {
        Rounding::Up => r > 0,
        Rounding::Down => false,
        Rounding::Fill => r > 0 && r + demand.tolerance_qty >= k,
        Rounding::Nearest => r > 0 && 100 * r >= u64::from(terms.round_up_at_pct) * k,
    };
    let q = whole + u64::from(one_more);
    if q == 0 {
        return 0;
    }
    let suits = |cases: &u64| (cases * k).is_multiple_of(multiple) && cases * k >= moq;
    let up = (q..).find(suits).expect("some number of cases suits");
    let goes_up = match terms.rounding {
        Rounding::Up | Rounding::Nearest => true,
        Rounding::Down => up == q,
        Rounding::Fill => up == q || need + demand.tolerance_qty >= up * k,
    };
    match ((1..=q).rev().find(suits), terms.below_moq) {
        _ if goes_up => up,
        (Some(down), _) => down,
        (None, BelowMoq::Raise) => up,
        (None, BelowMoq::Cancel) => 0,
    }
}

/// What each claim gets, piece by piece, and what is left.
pub fn allocate(claims: &[Claim], supply: u64, rule: ShortageRule) -> (Vec<u32>, u64) {
    let mut got = vec![0u32; claims.len()];
    let mut left = supply;
    let key = |i: &usize| (claims[*i].paid_at, claims[*i].order_no, claims[*i].line_no);
    let mut queue: Vec<usize> = (0..claims.len()).collect();
    queue.sort_by_key(key);
    for &i in queue.iter().filter(|i| claims[**i].pin.is_some()) {
        let most = claims[i].pin.unwrap_or(0).min(claims[i].ordered + claims[i].tolerance);
        give(&mut got[i], most, &mut left);
    }
    queue.retain(|i| claims[*i].pin.is_none());
    let demand: u64 = queue.iter().map(|i| u64::from(claims[*i].ordered)).sum();
    if left >= demand {
        queue.iter().for_each(|&i| give(&mut got[i], claims[i].ordered, &mut left));
        queue.iter().for_each(|&i| give(&mut got[i], claims[i].ordered + claims[i].tolerance, &mut left));
        return (got, left);
    }
    match rule {
        ShortageRule::FirstPaid | ShortageRule::Pinned => {
            queue.iter().for_each(|&i| give(&mut got[i], claims[i].ordered, &mut left));
        }
        ShortageRule::Proportional => {
            let weights: Vec<u64> = queue.iter().map(|i| u64::from(claims[*i].ordered)).collect();
            for (&i, part) in queue.iter().zip(split(left, &weights)) {
                got[i] = part as u32;
            }
        }
        ShortageRule::EqualShare => {
            while left > 0 {
                for &i in &queue {
                    let next = (got[i] + 1).min(claims[i].ordered);
                    give(&mut got[i], next, &mut left);
                }
            }
        }
        ShortageRule::LeaderBalanced => {
            let mut points: Vec<u32> = queue.iter().map(|i| claims[*i].point_ix).collect();
            points.sort_unstable();
            points.dedup();
            let of = |point: u32| queue.iter().copied().filter(move |i| claims[*i].point_ix == point);
            let demands: Vec<u64> =
                points.iter().map(|point| of(*point).map(|i| u64::from(claims[i].ordered)).sum()).collect();
            for (point, mut part) in points.iter().zip(split(left, &demands)) {
                of(*point).for_each(|i| give(&mut got[i], claims[i].ordered, &mut part));
            }
        }
        ShortageRule::MostHouseholds => {
            while let Some(place) = (0..queue.len()).min_by_key(|place| claims[queue[*place]].ordered) {
                let i = queue.remove(place);
                give(&mut got[i], claims[i].ordered, &mut left);
            }
        }
    }
    (got, 0)
}

fn give(got: &mut u32, most: u32, left: &mut u64) {
    while *got < most && *left > 0 {
        *got += 1;
        *left -= 1;
    }
}

/// Largest remainder: every part rounded down, then one more to whoever lacks most, the first of equals.
fn split(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u64 = weights.iter().sum();
    let mut parts: Vec<u64> = weights.iter().map(|weight| total * weight / sum.max(1)).collect();
    let mut lacks: Vec<u64> = weights.iter().map(|weight| total * weight % sum.max(1)).collect();
    while parts.iter().sum::<u64>() < total {
        let most = *lacks.iter().max().expect("a total has parts");
        let first = lacks.iter().position(|lack| *lack == most).expect("the largest is among them");
        parts[first] += 1;
        lacks[first] = 0;
    }
    parts
}
