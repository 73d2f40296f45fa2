//! Sharing again after supply or demand moved, within bounds (DOMAIN 3.4).
//!
//! Lines whose goods still lie in the warehouse get exactly what [`allocation`](crate::domain::allocation) gives them on
//! the new supply, so that results do not depend on how many trucks the goods came in. What is already done bends that:
//!
//! 1. A line at a loaded slot keeps what it has.
//! 2. A line at a sown slot keeps what it has, even against the rule: its slot is opened again only where it must be.
//!    It must be where its own bounds or a pin say so; where the unsown lines, brought down to what was handed over,
//!    cannot bear a fall of the supply; or where a line there is short of its order and goods would be left over.
//! 3. The other lines share the rest by the rule, none below what was handed over of it, none above its bound.
//!
//! Sown slots are opened as few as possible: a fall is taken from the points that can give most, a rise goes to the
//! points that lack most. Tolerances never open a sown slot. `first_paid`, lines a 3, b 2, c 2 at three points, 7 given:
//!
//! | done before | new supply | results | why |
//! |---|---|---|---|
//! | nothing | 4 | 3, 1, 0 | the rule |
//! | b, c sown | 4 | 0, 2, 2 | a is unsown and bears the fall |
//! | b, c sown | 3 | 0, 2, 1 | a has nothing left: one sown slot is opened, not two; c gives back 1 |
//! | c loaded | 4 | 2, 0, 2 | c is locked, the rule for the rest |
//! | 2 of b handed | 4 | 2, 2, 0 | not below what was handed |
//! | all handed | 6 | 3, 2, 2 | a discrepancy: 1 missing |

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::allocation::{Claim, Given, queue_order, reason_for, share_out};
use crate::domain::facts::ShortageRule;
use crate::domain::reason::Reason;

/// How far a line's goods are on their way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    /// Not yet put into the point's slot.
    #[default]
    Free,
    /// In the slot.
    Sown,
    /// On the vehicle, or gone.
    Loaded,
}

/// A line with what it had and what may become of it.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    pub claim: Claim<'a>,
    /// What it was given before; None if it took part in no allocation yet.
    pub previous: Option<u32>,
    /// Pieces handed over (`handed_qty`): it never gets fewer.
    pub lower: u32,
    /// It never gets more, see [`upper_bound`]; but never fewer than `lower`.
    pub upper: u32,
    pub hold: Hold,
}

/// How a supply was shared again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reallocated {
    /// One per line, in the order given. A line that has its order in full again says `restored`.
    pub given: Vec<Given>,
    /// What remains for stock.
    pub leftover: u64,
    /// Pieces that are bound (loaded or handed over) but were not supplied: a discrepancy.
    pub missing: u64,
    /// Points whose sown slots must give pieces back, and how many, by index.
    pub gives_back: BTreeMap<u32, u64>,
}

/// The most a line may have: its ordered + tolerance, less what was closed by a refund that was sent. `charged` are the
/// pieces paid for, `refunded` those of them whose refund was sent.
pub fn upper_bound(ordered: u32, tolerance: u32, charged: u32, refunded: u32) -> u32 {
    (ordered + tolerance).min(charged.saturating_sub(refunded))
}

/// Shares `supply` again; `rule` and `short` as in [`allocate`](crate::domain::allocation::allocate).
///
/// The order of the lines does not matter; sharing the same supply again changes nothing; what is given and left over
/// is what was supplied and is missing.
pub fn reallocate(lines: &[Placed], supply: u64, rule: ShortageRule, short: Reason) -> Reallocated {
    let claims: Vec<Claim> = lines.iter().map(bounded_claim).collect();
    let mut sharing = Sharing { lines, queue: queue_order(&claims), claims, rule, shares: vec![0; lines.len()] };
    let (leftover, missing) = sharing.settle(supply);
    let ordered: u64 = lines.iter().map(|line| u64::from(line.claim.ordered)).sum();
    let is_pinned = lines.iter().any(|line| line.claim.pin.is_some());
    let short = if is_pinned && supply >= ordered { Reason::Pinned } else { short };
    let mut result = Reallocated { leftover, missing, ..Reallocated::default() };
    for (index, line) in lines.iter().enumerate() {
        let allocated = sharing.shares[index];
        let claim = Claim { pin: sharing.claims[index].pin, ..line.claim };
        let restored = allocated == claim.ordered && line.previous.is_some_and(|previous| previous < allocated);
        let reason = if restored { Some(Reason::Restored) } else { reason_for(&claim, allocated, short) };
        result.given.push(Given { line: claim.line, allocated, reason });
        let back = line.previous.unwrap_or(0).saturating_sub(allocated);
        if line.hold == Hold::Sown && back > 0 {
            *result.gives_back.entry(claim.point_ix).or_default() += u64::from(back);
        }
    }
    result
}

/// The line's claim with its upper bound worked in: quantity, tolerance and pin cut to what it may have.
fn bounded_claim<'a>(line: &Placed<'a>) -> Claim<'a> {
    let upper = line.upper.max(line.lower);
    let ordered = line.claim.ordered.min(upper);
    let tolerance = line.claim.tolerance.min(upper - ordered).max(line.lower.saturating_sub(ordered));
    let pin = line.claim.pin.map(|pin| pin.clamp(line.lower, ordered + tolerance));
    Claim { ordered, tolerance, pin, ..line.claim }
}

struct Sharing<'a> {
    lines: &'a [Placed<'a>],
    claims: Vec<Claim<'a>>,
    queue: Vec<u32>,
    rule: ShortageRule,
    shares: Vec<u32>,
}

impl Sharing<'_> {
    /// Decides all shares; returns what is left over and what is missing.
    fn settle(&mut self, supply: u64) -> (u64, u64) {
        let mut bound = 0u64;
        for (index, line) in self.lines.iter().enumerate() {
            self.shares[index] = self.starts_with(index);
            bound += u64::from(if line.hold == Hold::Free { line.lower } else { self.shares[index] });
        }
        if bound >= supply {
            let missing = self.take_from_sown(bound - supply);
            for index in self.all(Hold::Free) {
                self.shares[index as usize] = self.lines[index as usize].lower;
            }
            return (0, missing);
        }
        self.raise_to_pins(supply - bound);
        let held = self.lines.iter().zip(&self.shares).filter(|(line, _)| line.hold != Hold::Free);
        let mut rest = supply - held.map(|(_, share)| u64::from(*share)).sum::<u64>();
        // What the orders of unsown lines leave goes to the short lines at sown slots, before any tolerance.
        let spare = self.share_free(rest, false);
        rest -= spare - self.give_to_sown(spare);
        (self.share_free(rest, true), 0)
    }

    /// What a held line keeps to begin with: what it had, within its bounds and its pin. A loaded one never moves.
    fn starts_with(&self, index: usize) -> u32 {
        let (line, claim) = (&self.lines[index], &self.claims[index]);
        let previous = line.previous.unwrap_or(0);
        match line.hold {
            Hold::Free => 0,
            Hold::Loaded => previous,
            Hold::Sown => previous.clamp(line.lower, claim.pin.unwrap_or(claim.ordered + claim.tolerance)),
        }
    }

    /// Brings sown lines up to their pins, in queue order, out of what is not bound.
    fn raise_to_pins(&mut self, spare: u64) {
        let mut left = spare;
        for index in self.all(Hold::Sown) {
            let share = &mut self.shares[index as usize];
            let gap = self.claims[index as usize].pin.unwrap_or(0).saturating_sub(*share);
            let part = left.min(u64::from(gap)) as u32;
            *share += part;
            left -= u64::from(part);
        }
    }

    /// The lines so held, in queue order.
    fn all(&self, hold: Hold) -> Vec<u32> {
        self.queue.iter().copied().filter(|i| self.lines[*i as usize].hold == hold).collect()
    }

    /// Shares `rest` over the unsown lines by the rule, none below its floor; returns what is left of it.
    ///
    /// Lines the rule would bring below their floor are set to it and taken out, until the rule suits all the others.
    fn share_free(&mut self, rest: u64, with_tolerance: bool) -> u64 {
        let mut open = self.all(Hold::Free);
        let mut claims = self.claims.clone();
        if !with_tolerance {
            claims.iter_mut().for_each(|claim| claim.tolerance = if claim.pin.is_some() { claim.tolerance } else { 0 });
        }
        let mut rest = rest;
        loop {
            for index in &open {
                self.shares[*index as usize] = 0;
            }
            let left = share_out(&claims, &open, rest, self.rule, &mut self.shares);
            let floor = |index: &u32| self.lines[*index as usize].lower;
            let (kept, below): (Vec<u32>, Vec<u32>) =
                open.iter().partition(|index| self.shares[**index as usize] >= floor(index));
            if below.is_empty() {
                return left;
            }
            for index in below {
                self.shares[index as usize] = floor(&index);
                rest -= u64::from(floor(&index));
            }
            open = kept;
        }
    }

    /// Takes `need` pieces from sown lines, from as few points as possible; returns what they could not give.
    ///
    /// Within a point tolerance goes first, and the last in the queue before the first.
    fn take_from_sown(&mut self, need: u64) -> u64 {
        let slack = |s: &Self, i: u32| s.shares[i as usize] - s.lines[i as usize].lower;
        let mut left = need;
        for lines in self.sown_points(slack, |last| Reverse(last.1)) {
            for keeps_order in [true, false] {
                for index in lines.iter().rev() {
                    let ordered = self.claims[*index as usize].ordered;
                    let share = self.shares[*index as usize];
                    let extra = if keeps_order { share.saturating_sub(ordered) } else { share };
                    let part = left.min(u64::from(extra.min(slack(self, *index)))) as u32;
                    self.shares[*index as usize] -= part;
                    left -= u64::from(part);
                }
            }
        }
        left
    }

    /// Gives up to `spare` pieces to the lines at sown slots that are short of their order, at as few points as
    /// possible; returns what is left of it.
    fn give_to_sown(&mut self, spare: u64) -> u64 {
        let gap = |s: &Self, i: u32| match s.claims[i as usize] {
            Claim { pin: Some(_), .. } => 0,
            Claim { ordered, .. } => ordered.saturating_sub(s.shares[i as usize]),
        };
        let mut left = spare;
        for lines in self.sown_points(gap, |first| first.0) {
            for index in lines {
                let part = left.min(u64::from(gap(self, index))) as u32;
                self.shares[index as usize] += part;
                left -= u64::from(part);
            }
        }
        left
    }

    /// The sown lines of each point in queue order; points with the largest sum of `room` first, where equal by `tie`
    /// on the queue places of the point's first and last line.
    fn sown_points<T: Ord>(
        &self,
        room: impl Fn(&Self, u32) -> u32,
        tie: impl Fn((usize, usize)) -> T,
    ) -> Vec<Vec<u32>> {
        let mut points: BTreeMap<u32, (u64, usize, usize, Vec<u32>)> = BTreeMap::new();
        for (place, index) in self.all(Hold::Sown).into_iter().enumerate() {
            let point = points.entry(self.claims[index as usize].point_ix).or_insert((0, place, place, Vec::new()));
            point.0 += u64::from(room(self, index));
            point.2 = place;
            point.3.push(index);
        }
        let mut sorted: Vec<_> = points.into_values().collect();
        sorted.sort_by_key(|(room, first, last, _)| (Reverse(*room), tie((*first, *last))));
        sorted.into_iter().map(|(_, _, _, lines)| lines).collect()
    }
}

#[cfg(test)]
#[path = "reallocation_tests.rs"]
mod tests;
