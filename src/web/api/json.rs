//! Cycles and totals as objects with DOMAIN's keys: the same on the command line and over HTTP.

use serde_json::{Value, json};

use crate::domain::facts::Cycle;
use crate::domain::order_limits::cap_reached;
use crate::domain::time::Moment;
use crate::flow::count_totals::Totals;

/// A cycle; `time` says how times are written.
pub fn cycle_json(card: &Cycle, time: impl Fn(Moment) -> String) -> Value {
    json!({
        "cycle_code": card.cycle_code, "name": card.name, "state": card.state.code(), "version": card.version,
        "opens_at": time(card.opens_at), "cutoff_at": time(card.cutoff_at),
        "pickup_date": card.pickup_date.to_string(), "payment": card.payment.code(),
        "rounding": card.rounding.code(), "shortage_rule": card.shortage_rule.code(),
        "frozen_at": card.frozen_at.map(time),
    })
}

/// A cycle's totals.
pub fn totals_json(totals: &Totals) -> Value {
    let skus: Vec<Value> = totals
        .skus
        .iter()
        .map(|sku| {
            json!({
                "sku_code": sku.code, "ordered_qty": sku.ordered_qty, "tolerance_qty": sku.tolerance_qty,
                "line_count": sku.lines, "stock_cap": sku.cap.map(|cap| cap.stock_cap),
                "sold_qty": sku.cap.map(|cap| cap.sold_qty),
                "cap_warning_pct": sku.cap.and_then(|cap| cap_reached(cap.stock_cap, cap.sold_qty)),
            })
        })
        .collect();
    let leaders: Vec<Value> = totals
        .leaders
        .iter()
        .map(|leader| json!({ "leader_code": leader.code, "orders": leader.orders, "ordered_qty": leader.ordered_qty }))
        .collect();
    let suppliers: Vec<Value> = totals
        .suppliers
        .iter()
        .map(|supplier| {
            json!({
                "supplier_code": supplier.code, "ordered_qty": supplier.ordered_qty, "line_count": supplier.lines,
            })
        })
        .collect();
    json!({
        "orders": totals.orders, "lines": totals.lines, "ordered_qty": totals.ordered_qty,
        "unpaid_qty": totals.unpaid_qty, "sales_fen": totals.sales_fen,
        "skus": skus, "leaders": leaders, "suppliers": suppliers,
    })
}

/// Adds the keys of one object to another.
pub fn merge(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}
