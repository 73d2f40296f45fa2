//! From purchase orders to lines: what came, what there is to share, who got it, what is left.

use crate::domain::book::{OfferAllocation, PurchaseOrder, PurchaseOrderLine};
use crate::domain::explain::ExplainStep;
use crate::domain::explain::group::{Group, has_received};
use crate::domain::explain::sharing::Pins;
use crate::domain::explain::words::{count, meaning, reasons, rule_names};
use crate::domain::money::Fen;
use crate::domain::reason::Reason;
use crate::domain::refunds::refund_target;

/// The steps from arrivals to leftovers, as far as the day has come.
pub fn steps(group: &Group) -> Vec<ExplainStep> {
    let mut steps = Vec::new();
    if has_received(group.book) || group.shared.is_some() {
        for (po, line) in group.purchases() {
            steps.extend(arrived(group, po, line));
            steps.extend(expected(group, po, line));
        }
        steps.extend(supply(group));
    }
    let Some(shared) = group.shared else { return steps };
    steps.push(rule(group, shared));
    steps.push(allocated(group, shared));
    steps.extend(leftover(group, shared));
    steps.extend(refund(group));
    steps
}

fn arrived(group: &Group, po: &PurchaseOrder, line: &PurchaseOrderLine) -> Option<ExplainStep> {
    let delivered = line.arrived_qty + line.rejected_qty;
    if delivered == 0 && !line.is_closed {
        return None;
    }
    let (unit, po_no) = (group.unit(), &po.po_no);
    let (planned, good) = (unit.qty(line.planned_qty), unit.qty(line.arrived_qty));
    let mut step = ExplainStep::new(
        "arrived",
        format!("{po_no}：应到 {planned}，实到 {good}"),
        format!("{po_no}: {planned} planned, {good} arrived"),
    );
    if line.rejected_qty > 0 {
        let bad = unit.qty(line.rejected_qty);
        step = step.also(&format!("，拒收 {bad}"), &format!(", {bad} rejected"));
    }
    let (missing, over) = (line.planned_qty.saturating_sub(delivered), delivered.saturating_sub(line.planned_qty));
    if over > 0 {
        let over = unit.qty(over);
        step = step.also(&format!("，多来 {over}"), &format!(", {over} more than planned"));
    }
    step = match (line.is_closed, missing) {
        (false, _) => step,
        (true, 0) => step.also("，已到齐", ", complete"),
        (true, _) => {
            let missing = unit.qty(missing);
            step.also(&format!("，不再来货，少 {missing}"), &format!(", nothing more comes, {missing} missing"))
        }
    };
    let step = step.figure("planned_qty", line.planned_qty).figure("arrived_qty", line.arrived_qty);
    Some(step.figure("rejected_qty", line.rejected_qty))
}

fn expected(group: &Group, po: &PurchaseOrder, line: &PurchaseOrderLine) -> Option<ExplainStep> {
    let expected = line.expected_qty();
    if expected == 0 {
        return None;
    }
    let (pieces, po_no) = (group.unit().qty(expected), &po.po_no);
    let zh = format!("{po_no}：还待到 {pieces}，收齐前按会到计算");
    let en = format!("{po_no}: {pieces} still expected, counted until receiving is closed");
    Some(ExplainStep::new("expected", zh, en).figure("expected_qty", expected))
}

/// What there is to share: reserved stock, what arrived, and what is still expected.
fn supply(group: &Group) -> Option<ExplainStep> {
    let reserved = group.decided.map_or(0, |line| line.reserved_qty);
    let (mut arrived, mut expected) = (0, 0);
    for (_, line) in group.purchases() {
        arrived += line.arrived_qty;
        expected += line.expected_qty();
    }
    let total = reserved + arrived + expected;
    if total == 0 && group.shared.is_none_or(|shared| shared.supply_qty == 0) && !group.goes_ahead() {
        return None;
    }
    let unit = group.unit();
    let (all, stock, came, comes) = (unit.qty(total), unit.qty(reserved), unit.qty(arrived), unit.qty(expected));
    let zh = format!("可分 {all} = 占用库存 {stock} + 实到 {came} + 待到 {comes}");
    let en = format!("supply {all} = {stock} of reserved stock + {came} arrived + {comes} expected");
    let step = ExplainStep::new("supply", zh, en)
        .figure("reserved_qty", reserved)
        .figure("arrived_qty", arrived)
        .figure("expected_qty", expected)
        .figure("supply_qty", total);
    Some(match group.shared.filter(|shared| shared.supply_qty != total) {
        None => step,
        Some(shared) => {
            let then = unit.qty(shared.supply_qty);
            step.also(
                &format!("；上次分配时是 {then}，再次分配后才按新数"),
                &format!("; it was {then} when shared out, and counts anew at the next allocation"),
            )
        }
    })
}

/// The rule in force and what it means here.
pub fn rule(group: &Group, shared: &OfferAllocation) -> ExplainStep {
    let pins = Pins::of(&group.sharing_claims(), shared.supply_qty);
    let (zh, en) = if !group.goes_ahead() {
        let (zh, en) = (Reason::ThresholdNotMet.zh(), Reason::ThresholdNotMet.en());
        (format!("{zh}：不按规则分"), format!("{en}: no rule applies"))
    } else if pins.count == 0 {
        rule_words(group, shared, shared.supply_qty, shared.ordered_qty)
    } else {
        let (pinned, taken) = (pins.count, group.unit().qty(pins.taken));
        let (zh, en) = rule_words(group, shared, pins.rest, pins.rest_ordered);
        let (all, lines) = (group.unit().qty(shared.supply_qty), count(pinned, "line"));
        (
            format!("可分 {all}，先给手工指定的 {pinned} 单 {taken}；其余：{zh}"),
            format!("of the supply {all}, {taken} go first to {lines} pinned by hand; the rest: {en}"),
        )
    };
    let step = ExplainStep::new("rule", zh, en)
        .figure("supply_qty", shared.supply_qty)
        .figure("ordered_qty", shared.ordered_qty);
    if pins.count == 0 { step } else { step.figure("pinned_count", pins.count).figure("pinned_qty", pins.taken) }
}

/// How `supply` goes over the lines that ordered `ordered`.
fn rule_words(group: &Group, shared: &OfferAllocation, supply: u64, ordered: u64) -> (String, String) {
    let unit = group.unit();
    let (rule, name_zh, name_en) = rule_names(&shared.rule);
    let (have, want) = (unit.qty(supply), unit.qty(ordered));
    if supply >= ordered {
        return (
            format!("可分 {have} ≥ 订购 {want}，够分：每单给足，余下的按排队先后补可多拿（缺货规则“{name_zh}”用不上）"),
            format!(
                "supply {have} ≥ {want} ordered: every line in full, the rest fills tolerances in queue order (the \
                 rule “{name_en}” is not needed)"
            ),
        );
    }
    let gap = unit.qty(ordered - supply);
    let (means_zh, means_en) = rule.map(|rule| meaning(rule, unit)).unwrap_or_default();
    (
        format!("可分 {have} < 订购 {want}，缺 {gap}，规则“{name_zh}”：{means_zh}"),
        format!("supply {have} < {want} ordered, {gap} short, rule “{name_en}”: {means_en}"),
    )
}

/// How many lines were served how well.
#[derive(Default)]
struct Served {
    full: u64,
    reduced: u64,
    zero: u64,
    with_extra: u64,
    short_qty: u64,
    extra_qty: u64,
    allocated_qty: u64,
    why: Vec<Reason>,
}

fn served(group: &Group) -> Served {
    let mut served = Served::default();
    for claim in &group.claims {
        let (given, ordered) = (group.allocated(claim), claim.ordered);
        served.allocated_qty += u64::from(given);
        served.extra_qty += u64::from(given.saturating_sub(ordered));
        served.with_extra += u64::from(given > ordered);
        served.short_qty += u64::from(ordered.saturating_sub(given));
        match given {
            _ if ordered == 0 => continue,
            _ if given >= ordered => served.full += 1,
            0 => served.zero += 1,
            _ => served.reduced += 1,
        }
        if given < ordered {
            served.why.extend(group.book.lines.reasons.get(&claim.line));
        }
    }
    served
}

fn allocated(group: &Group, shared: &OfferAllocation) -> ExplainStep {
    let (unit, served) = (group.unit(), served(group));
    let (all, full) = (unit.qty(served.allocated_qty), served.full);
    let mut step = ExplainStep::new(
        "allocated",
        format!("分出 {all}：给足 {full} 单"),
        format!("{all} given: {} in full", count(full, "line")),
    );
    if served.extra_qty > 0 {
        let (lines, extra) = (served.with_extra, unit.qty(served.extra_qty));
        let zh = format!("（其中 {lines} 单另得可多拿共 {extra}）");
        step = step.also(&zh, &format!(" ({lines} of them with {extra} of tolerance besides)"));
    }
    if served.short_qty > 0 {
        let (short, reduced, zero) = (unit.qty(served.short_qty), served.reduced, served.zero);
        let (why_zh, why_en) = reasons(served.why.clone());
        let zh = format!("，减量 {reduced} 单，没分到 {zero} 单，共少 {short}（{why_zh}）");
        step = step.also(&zh, &format!(", {reduced} reduced, {zero} with none, {short} short in all ({why_en})"));
    }
    if served.allocated_qty != shared.allocated_qty {
        let then = unit.qty(shared.allocated_qty);
        let zh = format!("；分配时分出 {then}，此后有改单");
        step = step.also(&zh, &format!("; {then} when shared out, corrected since"));
    }
    step.figure("allocated_qty", served.allocated_qty)
        .figure("lines_full", full)
        .figure("lines_reduced", served.reduced)
        .figure("lines_zero", served.zero)
        .figure("short_qty", served.short_qty)
        .figure("extra_qty", served.extra_qty)
}

fn leftover(group: &Group, shared: &OfferAllocation) -> Option<ExplainStep> {
    if shared.leftover_qty == 0 {
        return None;
    }
    let pieces = group.unit().qty(shared.leftover_qty);
    let (zh, en) = if group.offer.keeps_stock {
        (format!("剩 {pieces}转库存"), format!("{pieces} left over go to stock"))
    } else {
        (format!("剩 {pieces}留在仓库（本商品不记库存）"), format!("{pieces} left over, of a SKU that keeps no stock"))
    };
    Some(ExplainStep::new("leftover", zh, en).figure("leftover_qty", shared.leftover_qty))
}

/// What goes back for the paid lines altogether.
fn refund(group: &Group) -> Option<ExplainStep> {
    let price = group.offer.sale_price;
    let (mut lines, mut total) = (0u64, Fen::ZERO);
    for claim in group.claims.iter().filter(|claim| group.is_paid(claim)) {
        let charged = group.book.charged(claim.line as usize);
        let target = refund_target(price, charged, group.allocated(claim)).ok()?;
        lines += u64::from(target > Fen::ZERO);
        total += target;
    }
    if lines == 0 {
        return None;
    }
    let each = format!("¥{price}/{}", group.unit().name());
    let zh = format!("应退合计 ¥{total}：{lines} 单付了没给到的，按 {each}");
    let en = format!("¥{total} to refund to {}, paid for but not given, at {each}", count(lines, "line"));
    Some(ExplainStep::new("refund", zh, en).figure("line_count", lines).fen("refund_fen", total))
}
