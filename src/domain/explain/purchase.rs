//! From demand to purchase orders: who wants how much, what stock covers, how it became cases, what was bought.

use crate::domain::book::{ProcurementLine, PurchaseOrder, PurchaseOrderLine};
use crate::domain::case_rounding::{CaseTerms, Demand, plan_cases};
use crate::domain::explain::ExplainStep;
use crate::domain::explain::group::Group;
use crate::domain::explain::words::count;
use crate::domain::explain::{min_value, rounding};
use crate::domain::procurement::surplus_qty;
use crate::domain::reason::Reason;
use crate::domain::threshold;

/// The steps from demand to what is planned; before procurement only demand and threshold.
pub fn steps(group: &Group) -> Vec<ExplainStep> {
    let mut steps = vec![demand(group)];
    steps.extend(correction(group));
    steps.extend(threshold(group));
    if let Some(line) = group.decided {
        if line.threshold_met {
            decision(group, line, &mut steps);
        }
        bought(group, line, &mut steps);
    }
    steps
}

fn demand(group: &Group) -> ExplainStep {
    let (unit, warehouse) = (group.unit(), &group.book.warehouses[group.warehouse_ix as usize]);
    let (ordered, tolerance) = (group.ordered_qty(), group.tolerance_qty());
    let (lines, residents) = (group.wanting().count() as u64, group.resident_count());
    let (code, name, wanted) = (&warehouse.warehouse_code, &warehouse.name, unit.qty(ordered));
    let zh = format!("{code} {name}：订购 {wanted}（{lines} 单，{residents} 位居民）");
    let (line_words, resident_words) = (count(lines, "line"), count(residents, "resident"));
    let en = format!("{code}: {wanted} ordered in {line_words} by {resident_words}");
    let step = ExplainStep::new("demand", zh, en)
        .figure("ordered_qty", ordered)
        .figure("tolerance_qty", tolerance)
        .figure("line_count", lines)
        .figure("resident_count", residents);
    if tolerance == 0 {
        return step;
    }
    let extra = unit.qty(tolerance);
    step.also(&format!("，另可多拿 {extra}"), &format!(", and up to {extra} of tolerance"))
}

/// Where orders were corrected after procurement decided.
fn correction(group: &Group) -> Option<ExplainStep> {
    let line = group.decided?;
    if (line.ordered_qty, line.tolerance_qty) == (group.ordered_qty(), group.tolerance_qty()) {
        return None;
    }
    let (ordered, tolerance) = (group.unit().qty(line.ordered_qty), group.unit().qty(line.tolerance_qty));
    let zh = format!("采购后有改单：采购时按订购 {ordered}、可多拿 {tolerance}计算");
    let en = format!("corrected since: procurement counted {ordered} ordered and {tolerance} of tolerance");
    let step = ExplainStep::new("correction", zh, en);
    Some(step.figure("procured_ordered_qty", line.ordered_qty).figure("procured_tolerance_qty", line.tolerance_qty))
}

/// Whether the whole offer, over all warehouses, reached its threshold.
pub fn threshold(group: &Group) -> Option<ExplainStep> {
    let (book, unit, threshold_qty) = (group.book, group.unit(), group.offer.threshold_qty);
    if threshold_qty == 0 {
        return None;
    }
    let ordered: u64 = if book.procurement.is_empty() {
        let of_offer = |line: &usize| book.lines.offer_ix[*line] == group.offer_ix;
        (0..book.lines.offer_ix.len()).filter(of_offer).map(|line| u64::from(book.lines.ordered[line])).sum()
    } else {
        let of_offer = book.procurement.iter().filter(|line| line.offer_ix == group.offer_ix);
        of_offer.map(|line| line.ordered_qty).sum()
    };
    let is_met = group.decided.map_or_else(|| threshold::is_met(ordered, threshold_qty), |line| line.threshold_met);
    let (have, want, none) = (unit.qty(ordered), unit.qty(threshold_qty), unit.qty(0u32));
    let (zh, en) = if is_met {
        (
            format!("成团数 {want}，全部仓库共订 {have}：已成团"),
            format!("threshold {want}, {have} ordered over all warehouses: it goes ahead"),
        )
    } else {
        (
            format!("成团数 {want}，全部仓库共订 {have}：未成团，每单得 {none}，已付的全退"),
            format!(
                "threshold {want}, {have} ordered over all warehouses: threshold not met, every line gets {none} and \
                 what was paid goes back"
            ),
        )
    };
    let step = ExplainStep::new("threshold", zh, en);
    Some(step.figure("threshold_qty", threshold_qty).figure("offer_ordered_qty", ordered))
}

/// Stock, need, cases and what moved them, told by deciding again on the figures procurement had.
fn decision(group: &Group, line: &ProcurementLine, steps: &mut Vec<ExplainStep>) {
    let Ok(plan) = plan_cases(demand_of(line), &CaseTerms::from(group.offer)) else { return };
    steps.extend(stock(group, line));
    steps.push(net_need(group, line));
    if plan.net_need > 0 {
        steps.push(rounding::by_policy(group, line, &plan));
        steps.extend(rounding::by_supplier(group, line, &plan));
        steps.extend(min_value::below(group, line, &plan));
    }
}

fn stock(group: &Group, line: &ProcurementLine) -> Option<ExplainStep> {
    if line.on_hand == 0 {
        return None;
    }
    let (free, reserved) = (group.unit().qty(line.on_hand), group.unit().qty(line.reserved_qty));
    let step = if line.reserved_qty == 0 && line.ordered_qty > 0 {
        let (zh, en) = (Reason::BelowMoq.zh(), Reason::BelowMoq.en());
        ExplainStep::new(
            "stock",
            format!("可用库存 {free}，最后未占用（{zh}取消）"),
            format!("free stock {free}, none reserved in the end ({en})"),
        )
    } else {
        let zh = format!("可用库存 {free}，为本团期占用 {reserved}（不超过订购数）");
        ExplainStep::new("stock", zh, format!("free stock {free}, {reserved} reserved (no more than was ordered)"))
    };
    Some(step.figure("on_hand", line.on_hand).figure("reserved_qty", line.reserved_qty))
}

fn net_need(group: &Group, line: &ProcurementLine) -> ExplainStep {
    let unit = group.unit();
    let (need, ordered) = (unit.qty(line.net_need), unit.qty(line.ordered_qty));
    let from_stock = line.ordered_qty - line.net_need.min(line.ordered_qty);
    let stock = unit.qty(from_stock);
    let (zh, en) = match (line.ordered_qty, line.net_need, from_stock) {
        (0, ..) => (format!("净需求 {need}：没有人订购"), format!("net need {need}: nobody ordered any")),
        (_, 0, _) => (
            format!("净需求 {need}：订购 {ordered}，库存够，不用采购"),
            format!("net need {need}: stock covers the {ordered} ordered, nothing is bought"),
        ),
        (_, _, 0) => (
            format!("净需求 {need}：没有可用库存，订购的都要买"),
            format!("net need {need}: there is no stock, all that was ordered is to be bought"),
        ),
        _ => (
            format!("净需求 {need} = 订购 {ordered} − 库存 {stock}"),
            format!("net need {need} = {ordered} ordered − {stock} of stock"),
        ),
    };
    ExplainStep::new("net_need", zh, en)
        .figure("ordered_qty", line.ordered_qty)
        .figure("from_stock_qty", from_stock)
        .figure("net_need", line.net_need)
}

/// The figures procurement decided on.
pub fn demand_of(line: &ProcurementLine) -> Demand {
    Demand { ordered_qty: line.ordered_qty, tolerance_qty: line.tolerance_qty, free_stock: line.on_hand }
}

/// The purchase order lines, the buyer's edits before them, and what nobody asked for.
fn bought(group: &Group, line: &ProcurementLine, steps: &mut Vec<ExplainStep>) {
    let mut planned_qty = 0;
    for (po, bought) in group.purchases() {
        planned_qty += bought.planned_qty;
        if bought.is_edited {
            steps.push(buyer_edit(po, bought, line));
        }
        if bought.is_edited || bought.planned_qty > 0 {
            steps.push(planned(group, po, bought));
        }
    }
    let surplus = surplus_qty(line, planned_qty);
    if surplus > 0 {
        let pieces = group.unit().qty(surplus);
        let (zh, en) = (format!("富余 {pieces}：超出订购与可多拿"), format!("surplus {pieces}: nobody asked for them"));
        steps.push(ExplainStep::new("surplus", zh, en).figure("surplus_qty", surplus));
    }
}

fn buyer_edit(po: &PurchaseOrder, bought: &PurchaseOrderLine, line: &ProcurementLine) -> ExplainStep {
    let (po_no, suggested) = (&po.po_no, line.cases_suggested);
    let zh = format!("采购改单：{po_no} 定为 {} 箱（建议 {suggested} 箱）", bought.cases);
    let cases = count(bought.cases, "case");
    let en = format!("the buyer set {po_no} to {cases} (suggested {suggested})");
    let step = ExplainStep::new("buyer_edit", zh, en)
        .figure("cases_suggested", suggested)
        .figure("cases_planned", bought.cases);
    if bought.reason.is_empty() {
        return step;
    }
    step.also(&format!("，原因：{}", bought.reason), &format!(", reason: {}", bought.reason))
}

fn planned(group: &Group, po: &PurchaseOrder, bought: &PurchaseOrderLine) -> ExplainStep {
    let (unit, supplier) = (group.unit(), &group.book.suppliers[po.supplier_ix as usize].supplier_code);
    let (each, all) = (unit.qty(group.offer.case_size), unit.qty(bought.planned_qty));
    let (po_no, cases) = (&po.po_no, bought.cases);
    let zh = format!("采购单 {po_no}（供应商 {supplier}，{}）：{cases} 箱 × {each} = {all}", po.state.zh());
    let case_words = count(cases, "case");
    let en = format!("{po_no} (supplier {supplier}, {}): {case_words} × {each} = {all}", po.state.code());
    let step = ExplainStep::new("planned", zh, en)
        .figure("cases_planned", cases)
        .figure("case_size", group.offer.case_size)
        .figure("planned_qty", bought.planned_qty);
    if bought.is_edited || bought.reason.is_empty() {
        return step;
    }
    step.also(&format!("，{}", bought.reason), &format!(", {}", bought.reason))
}
