//! One order line: what was ordered, its place in the queue, what the rule gave it, and the money that follows.

use crate::domain::allocation::Claim;
use crate::domain::book::OfferAllocation;
use crate::domain::explain::ExplainStep;
use crate::domain::explain::group::Group;
use crate::domain::explain::sharing::Sharing;
use crate::domain::explain::words::{rule_names, those_before};
use crate::domain::explain::{purchase, supply, weight};
use crate::domain::money::Fen;
use crate::domain::reason::Reason;
use crate::domain::refunds::{due_amount, refund_target};

/// The steps of a line from order to money, as far as the day has come.
pub fn steps(group: &Group, line: usize) -> Vec<ExplainStep> {
    let mut steps = vec![demand(group, line)];
    steps.extend(correction(group, line));
    steps.extend(queue(group, line));
    steps.extend(purchase::threshold(group));
    if let Some(shared) = group.shared {
        let waits = reason(group, line) == Some(Reason::LateAdd);
        if group.book.lines.ordered[line] > 0 && !waits && group.goes_ahead() {
            steps.extend(share(group, shared, line));
        }
        steps.push(allocated(group, line));
    }
    steps.extend(money(group, line));
    steps.extend(weight::settled(group, line));
    steps
}

/// What comes next for the line.
pub fn next(group: &Group, line: usize) -> Option<ExplainStep> {
    if group.book.lines.ordered[line] == 0 {
        return None;
    }
    super::next(group, reason(group, line) == Some(Reason::LateAdd))
}

fn reason(group: &Group, line: usize) -> Option<Reason> {
    group.book.lines.reasons.get(&(line as u32)).copied()
}

/// The line's place in its group's queue, cancelled lines counted, from 0.
fn place_of(group: &Group, line: usize) -> usize {
    let is_it = |claim: &Claim| claim.line as usize == line;
    group.claims.iter().position(is_it).expect("a line is one of its own group")
}

fn demand(group: &Group, line: usize) -> ExplainStep {
    let (book, unit, price) = (group.book, group.unit(), group.offer.sale_price);
    let order = book.lines.order_ix[line] as usize;
    let point = &book.points[book.orders.point_ix[order] as usize].point_code;
    let (ordered, tolerance) = (book.lines.ordered[line], book.lines.tolerance[line]);
    let (own, order_no, each) = (unit.qty(ordered), book.orders.order_no.get(order), unit.name());
    let step = ExplainStep::new(
        "demand",
        format!("订单 {order_no}，自提点 {point}：订购 {own}，¥{price}/{each}"),
        format!("order {order_no} at point {point}: {own} ordered at ¥{price}/{each}"),
    )
    .figure("ordered_qty", ordered)
    .figure("tolerance", tolerance)
    .fen("sale_price_fen", price);
    if tolerance == 0 {
        return step;
    }
    let extra = unit.qty(tolerance);
    step.also(&format!("，另可多拿 {extra}"), &format!(", and up to {extra} of tolerance"))
}

fn correction(group: &Group, line: usize) -> Option<ExplainStep> {
    let lines = &group.book.lines;
    let charged = u64::from(*lines.charged.get(&(line as u32))?);
    let most = group.unit().qty(charged);
    let (zh, en) = match lines.added_at.get(&(line as u32)) {
        Some(at) => {
            let at = group.book.zone.second(*at);
            (
                format!("截单后补单，{at} 加入，按 {most}付款"),
                format!("added after the cutoff at {at}, charged for {most}"),
            )
        }
        None if lines.ordered[line] == 0 => {
            (format!("截单后已取消，原按 {most}付款"), format!("cancelled after the cutoff, charged for {most}"))
        }
        None => (
            format!("截单后改过单，最多时按 {most}付款"),
            format!("corrected after the cutoff, charged for {most} at its greatest"),
        ),
    };
    Some(ExplainStep::new("correction", zh, en).figure("charged_qty", charged))
}

/// When the line queued, its place, and what those before it took.
fn queue(group: &Group, line: usize) -> Option<ExplainStep> {
    let at = place_of(group, line);
    let own = &group.claims[at];
    if own.ordered == 0 {
        return None;
    }
    let ahead: Vec<&Claim> = group.claims[..at].iter().filter(|claim| claim.ordered > 0).collect();
    let (place, of) = (ahead.len() as u64 + 1, group.wanting().count() as u64);
    let asked: u64 = ahead.iter().map(|claim| u64::from(claim.ordered)).sum();
    let (when, unit) = (group.book.zone.second(own.paid_at), group.unit());
    let step = ExplainStep::new(
        "queue",
        format!("按 {when} 排队：第 {place} 位，共 {of} 单"),
        format!("queued at {when}: number {place} of {of}"),
    )
    .figure("place", place)
    .figure("line_count", of)
    .figure("ordered_before_qty", asked);
    if ahead.is_empty() {
        return Some(step);
    }
    let (count, asked, those) = (ahead.len(), unit.qty(asked), those_before(ahead.len()));
    let step = step.also(&format!("，前面 {count} 单共订 {asked}"), &format!(", {those} ordered {asked}"));
    if group.shared.is_none() {
        return Some(step);
    }
    let got: u64 = ahead.iter().map(|claim| u64::from(group.allocated(claim))).sum();
    let given = unit.qty(got);
    Some(step.also(&format!("，得 {given}"), &format!(" and got {given}")).figure("allocated_before_qty", got))
}

/// The rule, and its arithmetic for this line; where the line holds something else, why.
fn share(group: &Group, shared: &OfferAllocation, line: usize) -> Vec<ExplainStep> {
    let (unit, mut steps) = (group.unit(), vec![supply::rule(group, shared)]);
    let (Some(rule), _, _) = rule_names(&shared.rule) else { return steps };
    let claims = group.sharing_claims();
    let at = claims.iter().position(|claim| claim.line as usize == line).expect("a line that waits is not asked for");
    let point_code = &group.book.points[claims[at].point_ix as usize].point_code;
    let share = Sharing { claims: &claims, at, supply: shared.supply_qty, rule, unit, point_code }.explain();
    steps.extend(share.steps);
    let has = u64::from(group.book.lines.allocated[line]);
    if has != share.qty {
        let (now, by_rule) = (unit.qty(has), unit.qty(share.qty));
        let zh = format!(
            "实得 {now}，与按现在的数算出的 {by_rule}不同：再次分配时，已播种、已装车、已提走、已退款的尽量不动，\
             改单要到下次分配才算"
        );
        let en = format!(
            "it has {now}, not the {by_rule} of the present figures: what is sown, loaded, handed over or refunded is \
             left in place, and corrections count at the next allocation"
        );
        steps.push(ExplainStep::new("kept", zh, en).figure("allocated_qty", has).figure("share_qty", share.qty));
    }
    steps
}

fn allocated(group: &Group, line: usize) -> ExplainStep {
    let (lines, unit) = (&group.book.lines, group.unit());
    let (ordered, given) = (lines.ordered[line], lines.allocated[line]);
    let (short, extra) = (ordered.saturating_sub(given), given.saturating_sub(ordered));
    let got = unit.qty(given);
    let mut step = ExplainStep::new("allocated", format!("应提 {got}"), format!("it gets {got}"))
        .figure("allocated_qty", given)
        .figure("short_qty", short)
        .figure("extra_qty", extra);
    if short > 0 {
        let less = unit.qty(short);
        step = step.also(&format!("，比订购少 {less}"), &format!(", {less} less than ordered"));
    } else if extra > 0 {
        let more = unit.qty(extra);
        step = step.also(&format!("，其中可多拿 {more}"), &format!(", {more} of it tolerance"));
    } else if ordered > 0 {
        step = step.also("，足量", ", in full");
    }
    match reason(group, line) {
        Some(reason) => step.also(&format!("（{}）", reason.zh()), &format!(" ({})", reason.en())),
        None => step,
    }
}

/// What goes back, or is to be collected at pickup; before the allocation only what a cancellation returns.
fn money(group: &Group, line: usize) -> Option<ExplainStep> {
    let (book, unit, price) = (group.book, group.unit(), group.offer.sale_price);
    let is_paid = book.orders.is_paid[book.lines.order_ix[line] as usize];
    let ordered = book.lines.ordered[line];
    let given = if group.shared.is_some() { book.lines.allocated[line] } else { 0 };
    if group.shared.is_none() && ordered > 0 {
        return None;
    }
    let (charged, got) = (book.charged(line), unit.qty(given));
    if !is_paid {
        let due = due_amount(price, given).ok()?;
        let zh = format!("未付：提货时收 {got} × ¥{price} = ¥{due}");
        let en = format!("not paid yet: {got} × ¥{price} = ¥{due} to collect at pickup");
        return Some(ExplainStep::new("due", zh, en).figure("allocated_qty", given).fen("due_amount_fen", due));
    }
    let target = refund_target(price, charged, given).ok()?;
    let (paid, back) = (unit.qty(charged), unit.qty(charged.saturating_sub(given)));
    let (zh, en) = if target == Fen::ZERO {
        (format!("已付 {paid}，得 {got}，不用退"), format!("{paid} paid, {got} given: nothing goes back"))
    } else {
        let with_tolerance = book.lines.tolerance[line] > 0;
        let (zh, en) = if with_tolerance { ("（含可多拿）", " (with tolerance)") } else { ("", "") };
        (
            format!("已付 {paid}{zh}，得 {got}，应退 {back} × ¥{price} = ¥{target}"),
            format!("{paid} paid{en}, {got} given: {back} × ¥{price} = ¥{target} to refund"),
        )
    };
    let step = ExplainStep::new("refund", zh, en).figure("charged_qty", charged).figure("allocated_qty", given);
    Some(step.fen("refund_fen", target))
}
