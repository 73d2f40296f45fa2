//! The minimum order value of the offer's supplier at a receiving warehouse.

use std::collections::BTreeMap;

use crate::domain::book::{ProcurementLine, PurchaseOrder};
use crate::domain::case_rounding::{CasePlan, CaseTerms, plan_cases};
use crate::domain::explain::ExplainStep;
use crate::domain::explain::group::Group;
use crate::domain::explain::purchase::demand_of;
use crate::domain::facts::BelowMinValue;
use crate::domain::money::Fen;
use crate::domain::procurement::{order_value, short_of_min_value};
use crate::domain::reason::Reason;

/// The step of the minimum, where it was not reached; None where it was, or is to be ignored.
pub fn below(group: &Group, line: &ProcurementLine, plan: &CasePlan) -> Option<ExplainStep> {
    let supplier = &group.book.suppliers[group.offer.supplier_ix as usize];
    let (code, minimum) = (&supplier.supplier_code, supplier.min_order_value);
    // Cases the rules gave, and then took away again.
    if plan.cases > 0 && line.cases_suggested == 0 {
        let (zh, en) = (Reason::BelowMinValue.zh(), Reason::BelowMinValue.en());
        let (value, none) = (value_wished(group), group.unit().qty(0u32));
        let step = ExplainStep::new(
            "min_value",
            format!("供应商 {code} 在本仓只凑到 ¥{value}，{zh} ¥{minimum}，按约定取消：0 箱，每单得 {none}"),
            format!("¥{value} of supplier {code} here, {en} ¥{minimum}, is cancelled: 0 cases, {none} a line"),
        );
        return Some(step.fen("cost_amount_fen", value).fen("min_order_value_fen", minimum));
    }
    let of_supplier = |po: &&PurchaseOrder| {
        (po.warehouse_ix, po.supplier_ix) == (group.warehouse_ix, group.offer.supplier_ix)
            && po.lines.iter().any(|line| line.offer_ix == group.offer_ix && line.cases > 0)
    };
    let po = group.book.purchase_orders.iter().find(of_supplier)?;
    let lines = po.lines.iter().map(|line| (line.offer_ix, line.planned_qty));
    let value = order_value(&group.book.offers, lines).ok()?;
    let short = short_of_min_value(supplier, value.known);
    if short == Fen::ZERO || value.has_unknown || supplier.below_min_value != BelowMinValue::Flag {
        return None;
    }
    let step = ExplainStep::new(
        "min_value",
        format!("供应商 {code} 在本仓共采购 ¥{}，距起送金额 ¥{minimum} 还差 ¥{short}：提示采购，箱数不变", value.known),
        format!(
            "¥{} bought of supplier {code} here, ¥{short} short of the minimum ¥{minimum}: flagged, cases stay",
            value.known
        ),
    );
    let step = step.fen("cost_amount_fen", value.known).fen("min_order_value_fen", minimum);
    Some(step.fen("short_of_min_value_fen", short))
}

/// What the offer's supplier would have been asked for here, had there been no minimum: the suggested cases and the
/// buyer's edits, at cost.
fn value_wished(group: &Group) -> Fen {
    let (book, supplier_ix) = (group.book, group.offer.supplier_ix);
    let mut pieces = BTreeMap::new();
    for line in book.procurement.iter().filter(|line| line.warehouse_ix == group.warehouse_ix && line.threshold_met) {
        let offer = &book.offers[line.offer_ix as usize];
        if offer.supplier_ix == supplier_ix
            && let Ok(plan) = plan_cases(demand_of(line), &CaseTerms::from(offer))
        {
            pieces.insert(line.offer_ix, plan.planned_qty);
        }
    }
    let ours = |po: &&PurchaseOrder| (po.warehouse_ix, po.supplier_ix) == (group.warehouse_ix, supplier_ix);
    let edited = book.purchase_orders.iter().filter(ours).flat_map(|po| &po.lines).filter(|line| line.is_edited);
    pieces.extend(edited.map(|line| (line.offer_ix, line.planned_qty)));
    order_value(&book.offers, pieces.into_iter()).map_or(Fen::ZERO, |value| value.known)
}
