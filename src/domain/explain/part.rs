//! One part of a whole split by largest remainder, with how it came about.

use std::cmp::Reverse;

use crate::domain::explain::ExplainStep;
use crate::domain::explain::words::Unit;

/// One part of a whole split by largest remainder, with how it came about.
pub struct Part {
    total: u64,
    weight: u64,
    sum: u64,
    whole: u64,
    remainder: u64,
    /// Pieces that go to the largest remainders, one each.
    spare: u64,
    /// The part's place among the remainders, from 1.
    place: u64,
    pub qty: u64,
}

impl Part {
    pub fn of(total: u64, weights: &[u64], at: usize) -> Part {
        let sum: u64 = weights.iter().sum();
        let split = |weight: u64| {
            let product = u128::from(total) * u128::from(weight);
            let divisor = u128::from(sum.max(1));
            ((product / divisor) as u64, (product % divisor) as u64)
        };
        let (whole, remainder) = split(weights[at]);
        let spare = total - weights.iter().map(|weight| split(*weight).0).sum::<u64>();
        let is_ahead =
            |(other, weight): &(usize, &u64)| (Reverse(split(**weight).1), *other) < (Reverse(remainder), at);
        let place = weights.iter().enumerate().filter(is_ahead).count() as u64 + 1;
        let qty = whole + u64::from(place <= spare);
        Part { total, weight: weights[at], sum, whole, remainder, spare, place, qty }
    }

    /// `6 袋 × 本单 3 袋 ÷ 全部 8 袋 = 2 袋余 2/8；…`, for a part of `whose` among others called `things`.
    pub fn words(&self, unit: Unit, whose: (&str, &str), things: (&str, &str)) -> (String, String) {
        let (total, own, all) = (unit.qty(self.total), unit.qty(self.weight), unit.qty(self.sum));
        let (floor, given, spare) = (unit.qty(self.whole), unit.qty(self.qty), unit.qty(self.spare));
        let (remainder, sum, count, place) = (self.remainder, self.sum, self.spare, self.place);
        let mut zh = format!("{total} × {}订购 {own} ÷ 全部 {all} = {floor}，余数 {remainder}/{sum}", whose.0);
        let mut en = format!("{total} × {} {own} ÷ all {all} = {floor}, remainder {remainder}/{sum}", whose.1);
        if self.spare > 0 {
            zh.push_str(&format!("；零头 {spare}给余数最大的 {count} {}，余数排第 {place}：得 {given}", things.0));
            en.push_str(&format!(
                "; the odd {spare} go to the {count} {} with the largest remainders, this is number {place}: {given}",
                things.1
            ));
        } else {
            zh.push_str(&format!("：得 {given}"));
            en.push_str(&format!(": {given}"));
        }
        (zh, en)
    }

    pub fn figures(&self, step: ExplainStep) -> ExplainStep {
        step.figure("weight_qty", self.weight)
            .figure("weight_sum_qty", self.sum)
            .figure("remainder", self.remainder)
            .figure("remainder_place", self.place)
            .figure("odd_qty", self.spare)
    }
}
