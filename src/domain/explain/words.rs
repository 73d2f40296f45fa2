//! How quantities, places and rules are said.

use crate::domain::facts::{Offer, ShortageRule};
use crate::domain::reason::Reason;

/// What one piece is called.
#[derive(Clone, Copy)]
pub struct Unit<'a>(&'a str);

impl<'a> Unit<'a> {
    pub fn of(offer: &'a Offer) -> Unit<'a> {
        Unit(if offer.unit.is_empty() { "件" } else { &offer.unit })
    }

    pub fn name(self) -> &'a str {
        self.0
    }

    /// `5 袋`.
    pub fn qty(self, pieces: impl Into<u64>) -> String {
        format!("{} {}", pieces.into(), self.0)
    }
}

/// `1 line`, `2 lines`.
pub fn count(n: u64, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

/// Those ahead of a line, of which there are some.
pub fn those_before(n: usize) -> String {
    if n == 1 { "the one before it".into() } else { format!("the {n} before it") }
}

/// The reasons in both languages, each once: `少货、手工指定`.
pub fn reasons(mut reasons: Vec<Reason>) -> (String, String) {
    reasons.sort_unstable();
    reasons.dedup();
    let zh: Vec<&str> = reasons.iter().map(|reason| reason.zh()).collect();
    let en: Vec<&str> = reasons.iter().map(|reason| reason.en()).collect();
    (zh.join("、"), en.join(", "))
}

/// What a rule does in a shortage, in one sentence.
pub fn meaning(rule: ShortageRule, unit: Unit) -> (String, String) {
    let one = unit.qty(1u32);
    let (zh, en) = match rule {
        ShortageRule::FirstPaid => ("按排队先后，前一单给足再给下一单", "in queue order, each in full before the next"),
        ShortageRule::Proportional => (
            "按订购数的比例分，零头给余数最大的",
            "in proportion to what was ordered, odd pieces to the largest remainders",
        ),
        ShortageRule::EqualShare => {
            let zh = format!("按排队一轮轮分，每轮每单 {one}，分完为止");
            return (zh, format!("in rounds, {one} a line in queue order until it is spent"));
        }
        ShortageRule::LeaderBalanced => (
            "先按各自提点订购数的比例分到点，点内按排队先后",
            "over pickup points in proportion to their orders, then in queue order within each point",
        ),
        ShortageRule::MostHouseholds => {
            ("订得少的先给，同样多的按排队，让尽量多的户拿到", "the smallest orders first, equal ones in queue order")
        }
        ShortageRule::Pinned => {
            ("手工指定的先给，其余按排队先后", "what was pinned by hand first, the rest in queue order")
        }
    };
    (zh.into(), en.into())
}

/// A rule by its code name, and its names in both languages; the code itself where it is unknown.
pub fn rule_names(code: &str) -> (Option<ShortageRule>, &str, &str) {
    let rule = ShortageRule::parse(code);
    let en = match rule {
        Some(ShortageRule::FirstPaid) => "first paid",
        Some(ShortageRule::Proportional) => "proportional",
        Some(ShortageRule::EqualShare) => "equal share",
        Some(ShortageRule::LeaderBalanced) => "leader balanced",
        Some(ShortageRule::MostHouseholds) => "most households",
        Some(ShortageRule::Pinned) => "pinned",
        None => code,
    };
    (rule, rule.map_or(code, |rule| rule.zh()), en)
}
