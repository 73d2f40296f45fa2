//! How the rule came to one line's share: the arithmetic of each rule, told for that line.

use std::collections::BTreeMap;

use crate::domain::allocation::Claim;
use crate::domain::explain::ExplainStep;
use crate::domain::explain::part::Part;
use crate::domain::explain::words::{Unit, those_before};
use crate::domain::facts::ShortageRule;

/// The lines that shared a supply, and the one to be explained.
pub struct Sharing<'a> {
    /// In queue order.
    pub claims: &'a [Claim<'a>],
    /// The place in `claims` of the line in question.
    pub at: usize,
    pub supply: u64,
    pub rule: ShortageRule,
    pub unit: Unit<'a>,
    /// The code of the line's point.
    pub point_code: &'a str,
}

/// What the rule gives the line, and how it got there.
pub struct Share {
    pub qty: u64,
    pub steps: Vec<ExplainStep>,
}

impl Share {
    fn one(qty: u64, step: ExplainStep) -> Share {
        Share { qty, steps: vec![step.figure("share_qty", qty)] }
    }
}

impl Sharing<'_> {
    /// The share of the line, told step by step.
    pub fn explain(&self) -> Share {
        if self.claims[self.at].pin.is_some() {
            return self.pinned();
        }
        let at = self.claims[..self.at].iter().filter(|claim| claim.pin.is_none()).count();
        let claims: Vec<&Claim> = self.claims.iter().filter(|claim| claim.pin.is_none()).collect();
        let rest = Pins::of(self.claims, self.supply).rest;
        let free = Free { claims, at, rest, unit: self.unit, point_code: self.point_code };
        if rest >= ordered_sum(&free.claims) {
            return free.covered();
        }
        match self.rule {
            ShortageRule::FirstPaid | ShortageRule::Pinned => free.first_paid(),
            ShortageRule::Proportional => free.proportional(),
            ShortageRule::EqualShare => free.equal_share(),
            ShortageRule::LeaderBalanced => free.leader_balanced(),
            ShortageRule::MostHouseholds => free.most_households(),
        }
    }

    /// A pinned line: it comes before the rule, in queue order among the pinned.
    fn pinned(&self) -> Share {
        let (claim, unit) = (&self.claims[self.at], self.unit);
        let before: u64 = self.claims[..self.at].iter().filter(|claim| claim.pin.is_some()).map(held).sum();
        let left = self.supply.saturating_sub(before);
        let (pin, qty) = (held(claim), held(claim).min(left));
        let (pin_words, before_words, left_words, given) =
            (unit.qty(pin), unit.qty(before), unit.qty(left), unit.qty(qty));
        let zh =
            format!("手工指定 {pin_words}，先于规则；前面指定的要 {before_words}，轮到本单剩 {left_words}：得 {given}");
        let en = format!(
            "pinned by hand at {pin_words}, before any rule; pins before it ask {before_words}, {left_words} are left: \
             it gets {given}"
        );
        let step = ExplainStep::new("pin", zh, en).figure("pin_qty", pin).figure("before_qty", before);
        Share::one(qty, step)
    }
}

/// What pinned lines take before the rule.
pub struct Pins {
    pub count: u64,
    pub taken: u64,
    /// What they leave of the supply, and what the other lines ordered.
    pub rest: u64,
    pub rest_ordered: u64,
}

impl Pins {
    pub fn of(claims: &[Claim], supply: u64) -> Pins {
        let (pinned, free): (Vec<&Claim>, Vec<&Claim>) = claims.iter().partition(|claim| claim.pin.is_some());
        let taken = pinned.iter().map(|claim| held(claim)).sum::<u64>().min(supply);
        Pins { count: pinned.len() as u64, taken, rest: supply - taken, rest_ordered: ordered_sum(&free) }
    }
}

/// The pin of a line, as far as it has effect.
fn held(claim: &Claim) -> u64 {
    u64::from(claim.pin.unwrap_or(0).min(claim.ordered + claim.tolerance))
}

/// The lines without pins, and what is there for them.
struct Free<'a> {
    claims: Vec<&'a Claim<'a>>,
    at: usize,
    rest: u64,
    unit: Unit<'a>,
    point_code: &'a str,
}

fn ordered_sum<'a>(claims: impl IntoIterator<Item = &'a &'a Claim<'a>>) -> u64 {
    claims.into_iter().map(|claim| u64::from(claim.ordered)).sum()
}

impl<'a> Free<'a> {
    fn claim(&self) -> &'a Claim<'a> {
        self.claims[self.at]
    }

    fn ordered(&self) -> u64 {
        u64::from(self.claim().ordered)
    }

    /// Enough for all: the ordered quantity, then tolerances in queue order.
    fn covered(&self) -> Share {
        let (unit, tolerance) = (self.unit, u64::from(self.claim().tolerance));
        let spare = self.rest - ordered_sum(&self.claims);
        let before: u64 = self.claims[..self.at].iter().map(|claim| u64::from(claim.tolerance)).sum();
        let left = spare.saturating_sub(before);
        let extra = tolerance.min(left);
        let qty = self.ordered() + extra;
        let (own, given) = (unit.qty(self.ordered()), unit.qty(qty));
        let (mut zh, mut en) = (format!("够分，先得订购的 {own}"), format!("there is enough: its {own} first"));
        if tolerance > 0 {
            let (over, used, left) = (unit.qty(spare), unit.qty(before.min(spare)), unit.qty(left));
            let wish = unit.qty(tolerance);
            zh.push_str(&format!("；余 {over}补可多拿，前面用了 {used}，轮到本单剩 {left}，可多拿 {wish}：得 {given}"));
            en.push_str(&format!(
                "; of {over} for tolerances those before it take {used}, {left} are left for its {wish}: it gets {given}"
            ));
        } else {
            zh.push_str(&format!("：得 {given}"));
            en.push_str(&format!(", and it asked for no more: it gets {given}"));
        }
        let step = ExplainStep::new("share", zh, en).figure("spare_qty", spare).figure("extra_qty", extra);
        Share::one(qty, step)
    }

    fn first_paid(&self) -> Share {
        let before = ordered_sum(&self.claims[..self.at]);
        let left = self.rest.saturating_sub(before);
        let qty = self.ordered().min(left);
        let (zh, en) = self.in_turn(self.at, before, self.rest, qty);
        Share::one(qty, ExplainStep::new("share", zh, en).figure("before_qty", before).figure("left_qty", left))
    }

    /// One after the other: what those before take of `supply`, and what that leaves.
    fn in_turn(&self, ahead: usize, before: u64, supply: u64, qty: u64) -> (String, String) {
        let unit = self.unit;
        let (there, taken, own) = (unit.qty(supply), unit.qty(before), unit.qty(self.ordered()));
        let (left, given) = (unit.qty(supply.saturating_sub(before)), unit.qty(qty));
        if ahead == 0 {
            let zh = format!("排在最前，{there}里订购 {own}：得 {given}");
            return (zh, format!("first of all, {own} ordered and {there} there: it gets {given}"));
        }
        let those = those_before(ahead);
        let zh = format!("{there}里前面 {ahead} 单要 {taken}，轮到本单剩 {left}，订购 {own}：得 {given}");
        (zh, format!("of {there}, {those} ask {taken}, {left} are left for its {own}: it gets {given}"))
    }

    fn proportional(&self) -> Share {
        let weights: Vec<u64> = self.claims.iter().map(|claim| u64::from(claim.ordered)).collect();
        let part = Part::of(self.rest, &weights, self.at);
        let (zh, en) = part.words(self.unit, ("本单", "this line's"), ("单", "lines"));
        Share::one(part.qty, part.figures(ExplainStep::new("share", zh, en)))
    }

    fn leader_balanced(&self) -> Share {
        let mut demands: BTreeMap<u32, u64> = BTreeMap::new();
        for claim in &self.claims {
            *demands.entry(claim.point_ix).or_default() += u64::from(claim.ordered);
        }
        let own = self.claim().point_ix;
        let at = demands.range(..own).count();
        let part = Part::of(self.rest, &demands.into_values().collect::<Vec<_>>(), at);
        let code = self.point_code;
        let whose = (format!("自提点 {code} "), format!("point {code}'s"));
        let (zh, en) = part.words(self.unit, (&whose.0, &whose.1), ("点", "points"));
        let point_step = ExplainStep::new("point_share", zh, en).figure("point_share_qty", part.qty);
        let ahead: Vec<&Claim> = self.claims[..self.at].iter().copied().filter(|c| c.point_ix == own).collect();
        let before: u64 = ahead.iter().map(|claim| u64::from(claim.ordered)).sum();
        let qty = self.ordered().min(part.qty.saturating_sub(before));
        let (zh, en) = self.in_turn(ahead.len(), before, part.qty, qty);
        let step = ExplainStep::new("share", format!("点内：{zh}"), format!("within the point: {en}"));
        let mut share = Share::one(qty, step.figure("before_qty", before));
        share.steps.insert(0, part.figures(point_step));
        share
    }

    fn equal_share(&self) -> Share {
        let taken = |rounds: u64| -> u64 { self.claims.iter().map(|c| u64::from(c.ordered).min(rounds)).sum() };
        // The greatest number of whole rounds that the supply bears; it does not bear one for the greatest order.
        let (mut rounds, mut too_many) = (0, self.claims.iter().map(|c| u64::from(c.ordered)).max().unwrap_or(0));
        while rounds + 1 < too_many {
            let middle = rounds.midpoint(too_many);
            if taken(middle) <= self.rest { rounds = middle } else { too_many = middle }
        }
        let left = self.rest - taken(rounds);
        let wants_more = |claim: &&&Claim| u64::from(claim.ordered) > rounds;
        let place = self.claims[..self.at].iter().filter(wants_more).count() as u64 + 1;
        let wants = self.ordered() > rounds;
        let qty = self.ordered().min(rounds) + u64::from(wants && place <= left);
        let unit = self.unit;
        let (there, used, rest) = (unit.qty(self.rest), unit.qty(taken(rounds)), unit.qty(left));
        let (own, given) = (unit.qty(self.ordered()), unit.qty(qty));
        let zh_place = if wants {
            format!("本单在还要的里排第 {place}")
        } else {
            format!("本单订购 {own}，已给足")
        };
        let en_place =
            if wants { format!("it is number {place} of those who want more") } else { format!("it has its {own}") };
        let zh =
            format!("{there}走满 {rounds} 轮用 {used}，余 {rest}再给排在前面还要的 {left} 单，{zh_place}：得 {given}");
        let en = format!(
            "{there} make {rounds} whole rounds with {used}; {rest} more go to the first {left} who want more, \
             {en_place}: it gets {given}"
        );
        let step = ExplainStep::new("share", zh, en).figure("rounds", rounds).figure("left_qty", left);
        Share::one(qty, if wants { step.figure("place", place) } else { step })
    }

    fn most_households(&self) -> Share {
        let is_ahead = |(place, claim): &(usize, &&Claim)| (claim.ordered, *place) < (self.claim().ordered, self.at);
        let ahead: Vec<&Claim> = self.claims.iter().enumerate().filter(is_ahead).map(|(_, claim)| *claim).collect();
        let before: u64 = ahead.iter().map(|claim| u64::from(claim.ordered)).sum();
        let qty = self.ordered().min(self.rest.saturating_sub(before));
        let (place, of) = (ahead.len() + 1, self.claims.len());
        let (zh, en) = self.in_turn(ahead.len(), before, self.rest, qty);
        let zh = format!("订得少的先给，本单排第 {place} 位（共 {of} 单）；{zh}");
        let en = format!("smallest orders first, this line is number {place} of {of}; {en}");
        let step = ExplainStep::new("share", zh, en).figure("place", place as u64).figure("before_qty", before);
        Share::one(qty, step)
    }
}
