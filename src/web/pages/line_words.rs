//! What became of each line of a resident's order, in words: what comes and why not all of it, what was collected, what
//! was reported of it, and where the money is that goes back.

use crate::domain::after_sales::Measure;
use crate::domain::facts::Payment;
use crate::domain::money::Fen;
use crate::domain::states::RefundState;
use crate::domain::time::Zone;
use crate::domain::weighing;
use crate::flow::order_page::{PageCase, PageLine, PageWeight};
use crate::store::order_facts::LineRefund;
use crate::web::words::{Lang, yuan};

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineWords {
    pub words: String,
    pub mark: &'static str,
    /// What it weighs, and what that moves, of goods that were weighed.
    pub weight: Option<String>,
    /// What was reported of it.
    pub cases: Vec<String>,
    /// Where its money is, where some goes back.
    pub refunds: Vec<String>,
}

/// Tells of an order's lines.
pub struct Teller {
    pub lang: Lang,
    pub zone: Zone,
    /// How the order's money comes in, and so goes back.
    pub payment: Payment,
}

impl Teller {
    pub fn line(&self, line: &PageLine) -> LineWords {
        let (mark, words) = became(line, self.lang);
        LineWords {
            words,
            mark,
            weight: line.weight.as_ref().map(|weight| weight_words(weight, line, self.lang)),
            cases: line.cases.iter().map(|case| case_words(case, &line.unit, self.lang)).collect(),
            refunds: line.refunds.iter().map(|refund| self.refund(refund)).collect(),
        }
    }

    fn refund(&self, refund: &LineRefund) -> String {
        let amount = yuan(refund.amount);
        let at = refund.changed_at.map(|at| format!(" {}", self.zone.minute(at).get(5..).unwrap_or_default()));
        let at = at.unwrap_or_default();
        let is_cash = self.payment != Payment::Online;
        match (refund.state, self.lang) {
            // Cash is in the leader's hands until it is given back (DOMAIN 3.5).
            (RefundState::Done, Lang::Zh) if is_cash => format!("已退现金 ¥{amount}{at}"),
            (RefundState::Done, Lang::En) if is_cash => format!("¥{amount} given back in cash{at}"),
            (_, Lang::Zh) if is_cash => format!("应退现金 ¥{amount}，找团长领"),
            (_, Lang::En) if is_cash => format!("¥{amount} in cash from your leader"),
            (RefundState::Planned, Lang::Zh) => format!("待退 ¥{amount}"),
            (RefundState::Sent, Lang::Zh) => format!("退款中 ¥{amount}（原路退回，一般 1–3 天）"),
            (RefundState::Done, Lang::Zh) => format!("已退 ¥{amount}{at}"),
            (RefundState::Failed, Lang::Zh) => format!("¥{amount} 没退成，平台会再退，也可以问团长"),
            (RefundState::Planned, Lang::En) => format!("¥{amount} will go back"),
            (RefundState::Sent, Lang::En) => format!("¥{amount} is on its way back, 1–3 days as a rule"),
            (RefundState::Done, Lang::En) => format!("¥{amount} went back{at}"),
            (RefundState::Failed, Lang::En) => format!("¥{amount} could not be sent back; it is tried again"),
        }
    }
}

/// The mark of a line, and its words.
fn became(line: &PageLine, lang: Lang) -> (&'static str, String) {
    let unit = line.unit.as_str();
    let ordered = i64::from(line.ordered_qty);
    let Some(given) = line.given_qty() else { return ("", before_sharing(line, lang)) };
    if given < ordered {
        return ("cancelled", short_words(line, ordered - given, given, lang));
    }
    let extra = given - ordered;
    match (line.handed_qty, lang) {
        _ if given == 0 => ("cancelled", lang.say("已取消", "cancelled").to_owned()),
        (handed, _) if handed >= given => ("settled", lang.say("✓ 已提", "✓ collected").to_owned()),
        (0, Lang::Zh) if extra > 0 => ("open", format!("可提，含多拿 {extra} {unit}")),
        (0, Lang::En) if extra > 0 => ("open", format!("to collect, {extra} extra")),
        (0, _) => ("open", lang.say("可提", "to collect").to_owned()),
        (handed, Lang::Zh) => ("open", format!("已提 {handed}，还有 {} {unit}", given - handed)),
        (handed, Lang::En) => ("open", format!("{handed} collected, {} left", given - handed)),
    }
}

fn before_sharing(line: &PageLine, lang: Lang) -> String {
    let unit = line.unit.as_str();
    match (line.ordered_qty, line.tolerance, lang) {
        (0, _, _) => lang.say("已取消", "cancelled").to_owned(),
        (_, 0, _) => lang.say("已下单", "ordered").to_owned(),
        (_, more, Lang::Zh) => format!("已下单，可多拿 {more} {unit}"),
        (_, more, Lang::En) => format!("ordered, up to {more} more"),
    }
}

/// How many are missing and why, how many come, and how many of them were collected.
fn short_words(line: &PageLine, short: i64, given: i64, lang: Lang) -> String {
    let unit = line.unit.as_str();
    let mut why: Vec<&str> = Vec::new();
    // What was shared out in full has no reason of its own left to tell.
    if line.allocated_qty.is_some_and(|allocated| allocated < line.ordered_qty) {
        why.extend(line.reason.map(|reason| lang.say(reason.zh(), reason.en())));
    }
    if line.lost_qty > 0 {
        why.push(lang.say("送到时少了", "missing on arrival"));
    }
    let why = match (why.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("（{}）", why.join("、")),
        (false, Lang::En) => format!(" ({})", why.join(", ")),
    };
    let rest = match (given, lang) {
        (0, _) => String::new(),
        (given, Lang::Zh) => format!("，给 {given} {unit}"),
        (given, Lang::En) => format!(", {given} come"),
    };
    let collected = match (line.handed_qty, lang) {
        (0, _) => String::new(),
        (handed, Lang::Zh) => format!("，已提 {handed}"),
        (handed, Lang::En) => format!(", {handed} collected"),
    };
    match lang {
        Lang::Zh => format!("缺 {short} {unit}{why}{rest}{collected}"),
        Lang::En => format!("{short} short{why}{rest}{collected}"),
    }
}

/// What the pieces weigh, and what that moves once it is settled.
fn weight_words(weight: &PageWeight, line: &PageLine, lang: Lang) -> String {
    let grams: Vec<String> = weight.labels_g.iter().map(|grams| shown_in(*grams, lang)).collect();
    let mut words = if grams.is_empty() {
        lang.say("没有称签，按标重算", "no label: settled at its nominal weight").to_owned()
    } else {
        format!("{} {}", lang.say("实称", "Weighs"), grams.join(lang.say("、", ", ")))
    };
    let given = line.given_qty().and_then(|qty| usize::try_from(qty).ok()).unwrap_or(0);
    let without = given.saturating_sub(weight.labels_g.len());
    if without > 0 && !grams.is_empty() {
        words += &match lang {
            Lang::Zh => format!("，另 {without} {}按标重", line.unit),
            Lang::En => format!(", {without} at the nominal weight"),
        };
    }
    let Some(settled) = weight.settled else { return words };
    words
        + &match (settled.amount, lang) {
            (amount, Lang::Zh) if amount < Fen::ZERO => format!("，少的退 ¥{}", yuan(-amount)),
            (amount, Lang::En) if amount < Fen::ZERO => format!(": ¥{} goes back for what is missing", yuan(-amount)),
            (amount, Lang::Zh) if amount > Fen::ZERO => format!("，多的提货时补 ¥{}", yuan(amount)),
            (amount, Lang::En) if amount > Fen::ZERO => format!(": ¥{} more to pay at pickup", yuan(amount)),
            _ if settled.given_away > Fen::ZERO => {
                lang.say("，多的不用补", ": nothing to pay for what is more").to_owned()
            }
            _ => lang.say("，和标价一样", ": costs the same").to_owned(),
        }
}

fn shown_in(grams: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => weighing::shown(u64::from(grams)),
        Lang::En => format!("{grams} g"),
    }
}

/// What was reported: it is to be decided still, so nothing is promised.
fn case_words(case: &PageCase, unit: &str, lang: Lang) -> String {
    let problem = lang.coded(case.problem.zh(), case.problem.code()).to_lowercase();
    let (part, whole) = (case.part, case.whole);
    let of_line = match case.measure {
        Measure::Percent => format!("{part}%"),
        Measure::Pieces => format!("{part}/{whole} {unit}"),
        Measure::SubUnits => format!("{part}/{whole} {}", lang.say("枚", "units")),
    };
    let amount = yuan(case.amount);
    match lang {
        Lang::Zh => format!("售后已登记：{problem} {of_line}，合 ¥{amount}"),
        Lang::En => format!("After-sales reported: {problem} {of_line}, worth ¥{amount}"),
    }
}
