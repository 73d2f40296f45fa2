//! 试算 and the effect of an edit before it is saved: the plan as it would be, by the rules of the plan itself. Nothing is
//! written.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::facts::Rounding;
use crate::domain::plan_figures::{LineFigures, OrderFigures, PlanSums, plan_sums};
use crate::domain::procurement::PlanEdit;
use crate::domain::trial::{Difference, OtherTerms, Trial, Tried, try_plan};
use crate::flow::load_cycle::frozen_book;
use crate::flow::procure::need_plan;
use crate::store::book::Want;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::trial_schemas::TriedPlan;
use crate::web::body::Given;
use crate::web::errors::{FieldFault, WebError};
use crate::web::object::many;

/// The most cases, and the largest case, that a plan takes.
const CASES_MAX: u64 = 10_000_000;
const CASE_SIZE_MAX: u32 = 100_000;

/// What is tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrialBody {
    /// Cases of single lines; they hold against any rule.
    #[serde(default, deserialize_with = "many")]
    lines: Vec<LineBody>,
    /// Other terms of offers.
    #[serde(default, deserialize_with = "many")]
    terms: Vec<TermsBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    supplier_code: String,
    warehouse_code: String,
    sku_code: String,
    #[schema(maximum = 10_000_000)]
    cases: u64,
}

/// Left out: as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermsBody {
    sku_code: String,
    /// Pieces.
    #[schema(minimum = 1, maximum = 100_000)]
    case_size: Option<u32>,
    /// `up`, `fill`, `down`, `nearest`
    rounding: Option<String>,
    supplier_code: Option<String>,
    /// Buy none of it.
    #[serde(default)]
    drop: bool,
}

/// Tries other cases or terms; nothing is saved.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/trial", operation_id = "try_plan", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = TrialBody,
    responses(
        (status = 200, description = "What the plan would be.", body = TriedPlan),
    ),
)]
pub async fn try_it(site: Shared, code: web::Path<String>, body: Given<TrialBody>) -> HttpResponse {
    let Given(body) = body;
    let done = ask(&site, move |site, db| {
        let book = frozen_book(db, &site.desk(), &code, None, Want::Supply, Step::Plan)?;
        need_plan(&book, Step::Plan)?;
        let tried = try_plan(&book, &resolve(&book, body)?)?;
        Ok(answer(&book, &tried))
    });
    json_answer(done.await)
}

fn resolve(book: &Book, body: TrialBody) -> Result<Trial, WebError> {
    let mut faults = Vec::new();
    let mut trial = Trial::default();
    for (at, line) in body.lines.iter().enumerate() {
        let warehouse = book.warehouses.iter().position(|one| one.warehouse_code == line.warehouse_code);
        let buys = warehouse.filter(|ix| book.warehouses[*ix].receiving_ix as usize == *ix);
        let field = |name: &str| format!("lines[{at}].{name}");
        let edit = (
            known(buys, &mut faults, || field("warehouse_code")),
            known(supplier(book, &line.supplier_code), &mut faults, || field("supplier_code")),
            known(offer(book, &line.sku_code), &mut faults, || field("sku_code")),
            known((line.cases <= CASES_MAX).then_some(0), &mut faults, || field("cases")),
        );
        if let (Some(warehouse_ix), Some(supplier_ix), Some(offer_ix), Some(_)) = edit {
            let (cases, reason) = (line.cases, String::new());
            trial.cases.push(PlanEdit { warehouse_ix, supplier_ix, offer_ix, cases, reason });
        }
    }
    for (at, terms) in body.terms.iter().enumerate() {
        let field = |name: &str| format!("terms[{at}].{name}");
        let offer_ix = known(offer(book, &terms.sku_code), &mut faults, || field("sku_code"));
        let size_fits = terms.case_size.is_none_or(|size| (1..=CASE_SIZE_MAX).contains(&size));
        known(size_fits.then_some(0), &mut faults, || field("case_size"));
        let named = |code: &String| Rounding::ALL.iter().position(|one| one.code() == code);
        let rounding = terms.rounding.as_ref().and_then(|code| known(named(code), &mut faults, || field("rounding")));
        let from = |code: &String| supplier(book, code);
        let other = terms.supplier_code.as_ref();
        let supplier_ix = other.and_then(|code| known(from(code), &mut faults, || field("supplier_code")));
        let Some(offer_ix) = offer_ix else { continue };
        trial.terms.push(OtherTerms {
            offer_ix,
            case_size: terms.case_size,
            rounding: rounding.map(|ix| Rounding::ALL[ix as usize]),
            supplier_ix,
            is_dropped: terms.drop,
        });
    }
    if faults.is_empty() { Ok(trial) } else { Err(WebError::Fields(faults)) }
}

fn supplier(book: &Book, code: &str) -> Option<usize> {
    book.suppliers.iter().position(|supplier| supplier.supplier_code == code)
}

fn offer(book: &Book, code: &str) -> Option<usize> {
    book.offers.iter().position(|offer| offer.sku_code == code)
}

/// The place that was found, or a fault of its field.
fn known(found: Option<usize>, faults: &mut Vec<FieldFault>, field: impl FnOnce() -> String) -> Option<u32> {
    if found.is_none() {
        faults.push(FieldFault {
            field: field(),
            code: "unknown".into(),
            zh: "本团期没有这个值，或超出范围".into(),
            en: "not of this cycle, or out of bounds".into(),
        });
    }
    found.map(|ix| ix as u32)
}

fn answer(book: &Book, tried: &Tried) -> Value {
    let lines: Vec<Value> = tried.differences().iter().map(|line| difference(book, line)).collect();
    let changed = |order: &&OrderFigures| !tried.real.contains(order);
    let mut orders: Vec<Value> = tried.trial.iter().filter(changed).map(|order| order_json(book, order)).collect();
    let is_gone = |order: &&OrderFigures| {
        let key = (order.warehouse_ix, order.supplier_ix);
        !tried.trial.iter().any(|other| (other.warehouse_ix, other.supplier_ix) == key)
    };
    let gone = tried.real.iter().filter(is_gone).map(|order| {
        let none =
            OrderFigures { warehouse_ix: order.warehouse_ix, supplier_ix: order.supplier_ix, ..Default::default() };
        order_json(book, &none)
    });
    orders.extend(gone);
    json!({
        "cycle_code": book.cycle.cycle_code, "version": book.cycle.version, "lines": lines, "orders": orders,
        "real": sums_json(&plan_sums(&tried.real)), "trial": sums_json(&plan_sums(&tried.trial)),
    })
}

fn difference(book: &Book, Difference { real, trial }: &Difference) -> Value {
    json!({
        "supplier_code": book.suppliers[real.supplier_ix as usize].supplier_code,
        "supplier": book.suppliers[real.supplier_ix as usize].name,
        "warehouse_code": book.warehouses[real.warehouse_ix as usize].warehouse_code,
        "sku_code": book.offers[real.offer_ix as usize].sku_code,
        "sku_name": book.offers[real.offer_ix as usize].name,
        "real": line_json(real), "trial": line_json(trial),
    })
}

fn line_json(line: &LineFigures) -> Value {
    json!({
        "cases": line.cases, "planned_qty": line.planned_qty, "cost_fen": line.cost.map(|cost| cost.0),
        "surplus_qty": line.surplus_qty, "surplus_fen": line.surplus_cost.map(|cost| cost.0),
        "short_qty": line.short_qty, "refund_fen": line.refund.0, "margin_bp": line.margin_bp,
    })
}

fn order_json(book: &Book, order: &OrderFigures) -> Value {
    json!({
        "supplier_code": book.suppliers[order.supplier_ix as usize].supplier_code,
        "warehouse_code": book.warehouses[order.warehouse_ix as usize].warehouse_code,
        "cases": order.cases, "cost_fen": order.value.known.0, "has_unknown": order.value.has_unknown,
        "short_of_min_fen": order.short_of_min.0,
    })
}

fn sums_json(sums: &PlanSums) -> Value {
    json!({
        "orders": sums.orders, "cases": sums.cases, "planned_qty": sums.planned_qty, "cost_fen": sums.cost.0,
        "has_unknown": sums.has_unknown, "surplus_qty": sums.surplus_qty, "surplus_fen": sums.surplus_cost.0,
        "short_qty": sums.short_qty, "refund_fen": sums.refund.0,
    })
}
