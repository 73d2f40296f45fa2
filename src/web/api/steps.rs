//! The steps of a cycle. Each is idempotent by nature: asked for again, it tells what already is.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::facts::ShortageRule;
use crate::domain::shortages::shortages;
use crate::flow;
use crate::flow::load_cycle::card;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::json::{cycle_json, merge};
use crate::web::api::outcomes::{
    allocated_json, closed_json, procured_json, purchase_json, purchase_sums, shortage_json, trips_json,
};
use crate::web::body::object;
use crate::web::errors::WebError;

/// `POST /api/v1/cycles/{code}/open`: takes orders from now on. The answer is the cycle.
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

/// `POST /api/v1/cycles/{code}/cutoff`: freezes now, also before the cutoff. The answer is the closing figures.
pub async fn cutoff(site: Shared, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let desk = site.desk();
        let closed = flow::cutoff::cutoff(db, &desk, &code)?;
        Ok(closed_json(&closed, |at| desk.zone.rfc3339(at)))
    });
    json_answer(done.await)
}

/// Whether to show only.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ProcureBody {
    dry_run: bool,
}

/// `POST /api/v1/cycles/{code}/procure`: totals → draft purchase orders.
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

/// Whose purchase orders; everybody's where left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SendBody {
    supplier: Option<String>,
}

/// `POST /api/v1/cycles/{code}/send`: draft purchase orders → sent.
pub async fn send(site: Shared, code: web::Path<String>, body: web::Bytes) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let SendBody { supplier } = object(&body)?;
        let sent = flow::send_purchases::send_purchases(db, &site.desk(), &code, supplier.as_deref())?;
        Ok(json!({ "cycle_code": *code, "sent": sent }))
    });
    json_answer(done.await)
}

/// The rule for the whole cycle; its own where left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AllocateBody {
    rule: Option<String>,
}

/// `POST /api/v1/cycles/{code}/allocate`: shortages → lines, refunds.
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

/// `POST /api/v1/cycles/{code}/dispatch`: routes and trips.
pub async fn dispatch(site: Shared, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let done = flow::dispatch_trips::dispatch_trips(db, &site.desk(), &code)?;
        let cycle = &done.book.cycle;
        Ok(json!({
            "cycle_code": cycle.cycle_code, "state": cycle.state.code(), "version": cycle.version,
            "trips": trips_json(&done), "is_changed": done.is_changed,
        }))
    });
    json_answer(done.await)
}
