//! The arithmetic from pieces to cases, spelled out.

use crate::domain::book::ProcurementLine;
use crate::domain::case_rounding::CasePlan;
use crate::domain::explain::ExplainStep;
use crate::domain::explain::group::Group;
use crate::domain::explain::words::{Unit, count};
use crate::domain::facts::{Offer, Rounding};
use crate::domain::reason::Reason;

/// The cases the rounding policy makes of the need: `净需求 11 袋 = 2 箱 × 5 袋 + 1 袋；…`.
pub fn by_policy(group: &Group, line: &ProcurementLine, plan: &CasePlan) -> ExplainStep {
    let (offer, unit) = (group.offer, group.unit());
    let case_size = u64::from(offer.case_size.max(1));
    let (whole, rest) = (plan.net_need / case_size, plan.net_need % case_size);
    let (need, each, odd) = (unit.qty(plan.net_need), unit.qty(case_size), unit.qty(rest));
    let (mut zh, mut en) =
        (format!("净需求 {need} = {whole} 箱 × {each}"), format!("net need {need} = {whole} × {each}"));
    let (why_zh, why_en) = if rest == 0 {
        ("正好整箱".to_string(), "whole cases".to_string())
    } else {
        zh.push_str(&format!(" + {odd}"));
        en.push_str(&format!(" + {odd}"));
        remainder(offer, unit, (rest, case_size), line.tolerance_qty)
    };
    let cases = plan.cases_by_policy;
    zh.push_str(&format!("；{why_zh}：{cases} 箱"));
    en.push_str(&format!("; {why_en}: {}", count(cases, "case")));
    if let Some(reason) = plan.reason_by_policy {
        zh.push_str(&format!("（{}）", reason.zh()));
        en.push_str(&format!(" ({})", reason.en()));
    }
    ExplainStep::new("cases", zh, en)
        .figure("net_need", plan.net_need)
        .figure("case_size", case_size)
        .figure("full_cases", whole)
        .figure("loose_pieces", rest)
        .figure("tolerance_qty", line.tolerance_qty)
        .figure("cases_by_policy", cases)
}

/// What the policy makes of `rest` pieces beyond whole cases of `case_size`.
fn remainder(offer: &Offer, unit: Unit, (rest, case_size): (u64, u64), tolerance: u64) -> (String, String) {
    let (odd, each, extra) = (unit.qty(rest), unit.qty(case_size), unit.qty(tolerance));
    match offer.rounding {
        Rounding::Up => ("向上取整，零头也进一箱".into(), "rounded up, the rest takes one more".into()),
        Rounding::Down => (format!("向下取整，余 {odd}不买"), format!("rounded down, {odd} are not bought")),
        Rounding::Fill if tolerance >= case_size - rest => (
            format!("凑整箱，余 {odd} + 可多拿 {extra} ≥ {each}，凑满一箱"),
            format!("the rest {odd} + tolerance {extra} ≥ {each} fill one more"),
        ),
        Rounding::Fill => (
            format!("凑整箱，余 {odd} + 可多拿 {extra} < {each}，凑不满，不买"),
            format!("the rest {odd} + tolerance {extra} < {each} fill no case and are not bought"),
        ),
        Rounding::Nearest => {
            let (share, least) = (per_cent(rest, case_size), offer.round_up_at_pct);
            if rest * 100 >= u64::from(least) * case_size {
                let zh = format!("就近取整，余 {odd}占一箱的 {share}%，够 {least}%，进一箱");
                (zh, format!("the rest is {share}% of a case, at least {least}%, and takes one more"))
            } else {
                let zh = format!("就近取整，余 {odd}占一箱的 {share}%，不到 {least}%，不买");
                (zh, format!("the rest is {share}% of a case, less than {least}%, and is not bought"))
            }
        }
    }
}

/// `part` of `whole` in per cent, cut (not rounded) to a tenth, so that it never looks as if it reached a limit.
fn per_cent(part: u64, whole: u64) -> String {
    let tenths = part * 1000 / whole;
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

/// What the supplier's minimum order quantity or order multiple made of the cases; None where it moved nothing.
pub fn by_supplier(group: &Group, line: &ProcurementLine, plan: &CasePlan) -> Option<ExplainStep> {
    let (offer, unit) = (group.offer, group.unit());
    let (moq, multiple) = (u64::from(offer.moq), u64::from(offer.order_multiple.max(1)));
    let by_policy_qty = plan.cases_by_policy * u64::from(offer.case_size);
    if plan.cases == plan.cases_by_policy {
        return None;
    }
    let is_below_moq = by_policy_qty < moq;
    let (had, least, step_of) = (unit.qty(by_policy_qty), unit.qty(moq), unit.qty(multiple));
    let (mut zh, mut en) = if is_below_moq {
        (format!("{had}低于起订量 {least}"), format!("{had} are below the minimum order quantity {least}"))
    } else {
        let zh = format!("{had}不是订货倍数 {step_of}的整倍");
        (zh, format!("{had} are not a multiple of {step_of}, the order multiple"))
    };
    let (why_zh, why_en) = moved(group, line, plan, by_policy_qty);
    let (now, cases) = (unit.qty(plan.planned_qty), plan.cases);
    zh.push_str(&format!("；{why_zh}：{cases} 箱 = {now}"));
    en.push_str(&format!("; {why_en}: {} = {now}", count(cases, "case")));
    let step = ExplainStep::new(if is_below_moq { "moq" } else { "order_multiple" }, zh, en)
        .figure("cases_by_policy", plan.cases_by_policy)
        .figure("moq", moq)
        .figure("order_multiple", multiple);
    Some(step.figure("cases", cases).figure("planned_qty", plan.planned_qty))
}

/// Why the cases went up, down or away.
fn moved(group: &Group, line: &ProcurementLine, plan: &CasePlan, by_policy_qty: u64) -> (String, String) {
    let (offer, unit) = (group.offer, group.unit());
    let (now, rounding) = (unit.qty(plan.planned_qty), offer.rounding.zh());
    if plan.cases == 0 {
        let none = unit.qty(0u32);
        let zh = format!("不够就{}（{}），每单得 {none}", offer.below_moq.zh(), Reason::BelowMoq.zh());
        return (zh, format!("the offer is then cancelled ({}), {none} a line", Reason::BelowMoq.en()));
    }
    if plan.planned_qty < by_policy_qty {
        let (zh, en) = (Reason::OrderMultiple.zh(), Reason::OrderMultiple.en());
        return (format!("{zh}，{rounding}，减到 {now}"), format!("{en}, down to {now}"));
    }
    let reason = if by_policy_qty < u64::from(offer.moq) { Reason::RaisedToMoq } else { Reason::OrderMultiple };
    let (name_zh, name_en) = (reason.zh(), reason.en());
    let (need, extra) = (unit.qty(plan.net_need), unit.qty(line.tolerance_qty));
    match offer.rounding {
        Rounding::Up | Rounding::Nearest => (format!("{name_zh}，加到 {now}"), format!("{name_en}, up to {now}")),
        Rounding::Fill if plan.net_need + line.tolerance_qty >= plan.planned_qty => (
            format!("{name_zh}，净需求 {need} + 可多拿 {extra} ≥ {now}"),
            format!("{name_en}, net need {need} + tolerance {extra} ≥ {now}"),
        ),
        Rounding::Fill | Rounding::Down => (
            format!("{name_zh}，不够就{}，加到 {now}", offer.below_moq.zh()),
            format!("{name_en}, as the offer says, up to {now}"),
        ),
    }
}
