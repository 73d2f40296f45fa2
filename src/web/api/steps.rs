//! The steps of a cycle. Each is idempotent by nature: asked for again, it tells what already is.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::domain::facts::ShortageRule;
use crate::domain::shortages::shortages;
use crate::flow;
use crate::flow::dispatch_trips::{Asked, Effort, dispatch_trips};
use crate::flow::load_cycle::card;
use crate::flow::send_purchases::{Chosen, send_purchases};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::json::{cycle_json, merge};
use crate::web::api::outcomes::{
    allocated_json, closed_json, dispatched_json, procured_json, purchase_json, purchase_sums, shortage_json,
};
use crate::web::api::schemas::{Allocated, Closed, Dispatched, Opened, Procured, Sent};
use crate::web::body::object;
use crate::web::caller::Caller;
use crate::web::errors::WebError;

/// Takes orders from now on. The answer is the cycle.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/open", operation_id = "open_cycle", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    responses(
        (status = 200, description = "The cycle.", body = Opened),
    ),
)]
pub async fn open(site: Shared, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let desk = site.desk();
        let is_new = flow::open_cycle::open_cycle(db, &desk, &code)?;
        let mut answer = cycle_json(&card(db, &code)?, |at| desk.zone.rfc3339(at));
        merge(&mut answer, json!({ "is_new": is_new }));
        Ok(answer)
    });
    json_answer(done.await)
}

/// Freezes now, also before the cutoff. The answer is the closing figures.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/cutoff", operation_id = "cutoff", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    responses(
        (status = 200, description = "The closing figures.", body = Closed),
    ),
)]
pub async fn cutoff(site: Shared, caller: Caller, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let desk = site.desk();
        let closed = flow::cutoff::cutoff(db, &desk, &caller.actor(), &code)?;
        Ok(closed_json(&closed, |at| desk.zone.rfc3339(at)))
    });
    json_answer(done.await)
}

/// Whether to show only.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProcureBody {
    dry_run: bool,
}

/// Totals → draft purchase orders.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/procure", operation_id = "procure", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = Option<ProcureBody>,
    responses(
        (status = 200, description = "What is bought.", body = Procured),
    ),
)]
pub async fn procure(site: Shared, code: web::Path<String>, body: web::Bytes) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let ProcureBody { dry_run } = object(&body)?;
        let procured = flow::procure::procure(db, &site.desk(), &code, dry_run)?;
        let sums = purchase_sums(&procured.book)?;
        let mut answer = procured_json(&procured, &sums, dry_run);
        answer["purchase_orders"] = sums.iter().map(|sum| purchase_json(&procured.book, sum)).collect();
        Ok(answer)
    });
    json_answer(done.await)
}

/// Which purchase orders; everybody's where left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SendBody {
    /// Those of this supplier.
    supplier: Option<String>,
    /// This one.
    po_no: Option<String>,
}

/// Draft purchase orders → sent.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/send", operation_id = "send_purchases", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = Option<SendBody>,
    responses(
        (status = 200, description = "How many were sent.", body = Sent),
    ),
)]
pub async fn send(site: Shared, code: web::Path<String>, body: web::Bytes) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let SendBody { supplier, po_no } = object(&body)?;
        let chosen = Chosen { supplier_code: supplier.as_deref(), po_no: po_no.as_deref() };
        let sent = send_purchases(db, &site.desk(), &code, chosen)?;
        let without: Vec<Value> = sent
            .without_mail
            .iter()
            .map(|po| {
                json!({
                    "po_no": po.po_no, "supplier_code": po.supplier_code, "supplier": po.supplier, "fault": po.fault,
                })
            })
            .collect();
        Ok(json!({ "cycle_code": *code, "sent": sent.po_nos, "without_mail": without }))
    });
    json_answer(done.await)
}

/// The rule for the whole cycle; its own where left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AllocateBody {
    rule: Option<String>,
}

/// Shortages → lines, refunds.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/allocate", operation_id = "allocate_goods", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = Option<AllocateBody>,
    responses(
        (status = 200, description = "What the allocation did.", body = Allocated),
    ),
)]
pub async fn allocate(site: Shared, code: web::Path<String>, body: web::Bytes) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let AllocateBody { rule } = object(&body)?;
        let rule = rule.as_deref().map(rule_of).transpose()?;
        let done = flow::allocate_goods::allocate_goods(db, &site.desk(), &code, rule)?;
        let mut answer = allocated_json(&done);
        let short: Vec<Value> =
            shortages(&done.book).iter().map(|shortage| shortage_json(&done.book, shortage)).collect();
        answer["shortages"] = short.into();
        Ok(answer)
    });
    json_answer(done.await)
}

fn rule_of(code: &str) -> Result<ShortageRule, WebError> {
    let names: Vec<&str> = ShortageRule::ALL.iter().map(|rule| rule.code()).collect();
    let names = names.join(" ");
    ShortageRule::ALL
        .iter()
        .copied()
        .find(|rule| rule.code() == code)
        .ok_or_else(|| WebError::bad(format!("rule 可用：{names}"), format!("rule is one of: {names}")))
}

/// How routes are made; left out: planned where places and vehicles are known.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DispatchBody {
    /// Chance is made of it: the same seed, the same plan.
    seed: Option<u64>,
    /// How long to think; as many as so many stops are worth where left out.
    iterations: Option<u32>,
    /// Keep to the routes that leaders were filed with.
    as_filed: bool,
}

/// Routes and trips.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/dispatch", operation_id = "dispatch_trips", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = Option<DispatchBody>,
    responses(
        (status = 200, description = "The trips.", body = Dispatched),
    ),
)]
pub async fn dispatch(site: Shared, code: web::Path<String>, body: web::Bytes) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let DispatchBody { seed, iterations, as_filed } = object(&body)?;
        if iterations.is_some_and(|most| most > ITERATIONS_MAX) {
            let words =
                (format!("iterations 最多 {ITERATIONS_MAX}"), format!("iterations is at most {ITERATIONS_MAX}"));
            return Err(WebError::bad(words.0, words.1));
        }
        let effort = iterations.map_or(Effort::BySize, |count| Effort::Iterations(count.into()));
        let asked = Asked { seed, effort, is_as_filed: as_filed, ..site.asked() };
        let done = dispatch_trips(db, &site.desk(), &code, &asked)?;
        Ok(dispatched_json(&done))
    });
    json_answer(done.await)
}

/// The most iterations that may be asked for in a request: some seconds of a city's warehouse.
const ITERATIONS_MAX: u32 = 1_000_000;
