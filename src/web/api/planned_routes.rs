//! Planned routes: looked at, and changed by hand.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::flow::dispatch_trips::edit_routes::{RouteEdit, edit_routes};
use crate::flow::dispatch_trips::show_routes::show_routes;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::outcomes::dispatched_json;
use crate::web::api::route_outcomes::whole_plan_json;
use crate::web::api::route_schemas::Routes;
use crate::web::api::schemas::Dispatched;
use crate::web::body::Given;
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::object::many;

/// Edits of one request at most.
const EDITS_MAX: usize = 200;

/// The routes that are planned, with their stops, times and loads.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/routes", operation_id = "show_routes", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    responses((status = 200, description = "The routes.", body = Routes)),
)]
pub async fn show(site: Shared, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let shown = show_routes(db, &site.desk(), &code)?;
        let book = &shown.book;
        let plan = |plan| whole_plan_json(book, plan, &|plate: &str| shown.is_locked(plate));
        let warehouses: Vec<Value> = book.plans.iter().map(plan).collect();
        Ok(json!({ "cycle_code": book.cycle.cycle_code, "version": book.version, "warehouses": warehouses }))
    });
    json_answer(done.await)
}

/// Changes of the routes, made one after the other and all or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditsBody {
    #[serde(deserialize_with = "many")]
    edits: Vec<EditBody>,
}

/// One change. A point is named by its code, or by its leader's for all of the leader's; a vehicle by plate or driver; a trip
/// by number, route or plate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditBody {
    /// `pin` {points, to}, `unpin` {points}, `move` {point, trip, at}, `reorder` {trip, order}, `lock` {trip},
    /// `unlock` {trip}, `replan`.
    act: String,
    points: Option<String>,
    to: Option<String>,
    point: Option<String>,
    trip: Option<String>,
    /// The stop that it becomes, from 1.
    at: Option<u32>,
    /// The points of the trip in their new order.
    order: Option<Vec<String>>,
}

impl EditBody {
    fn read(self) -> Option<RouteEdit> {
        let EditBody { act, points, to, point, trip, at, order } = self;
        Some(match act.as_str() {
            "pin" => RouteEdit::Pin { points: points?, to: to? },
            "unpin" => RouteEdit::Unpin { points: points? },
            "move" => RouteEdit::Move { point: point?, trip: trip?, at: at.filter(|at| *at > 0)? as usize },
            "reorder" => RouteEdit::Reorder { trip: trip?, points: order? },
            "lock" => RouteEdit::Lock { trip: trip? },
            "unlock" => RouteEdit::Unlock { trip: trip? },
            "replan" => RouteEdit::Replan,
            _ => return None,
        })
    }
}

/// Changes the routes by hand. What cannot be driven is refused.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/routes", operation_id = "edit_routes", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = EditsBody,
    responses((status = 200, description = "The trips.", body = Dispatched)),
)]
pub async fn edit(site: Shared, caller: Caller, code: web::Path<String>, body: Given<EditsBody>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let edits = read_all(body.0.edits)?;
        let done = edit_routes(db, &site.desk(), &code, &site.asked(), (&edits, &caller.actor()))?;
        Ok(dispatched_json(&done))
    });
    json_answer(done.await)
}

fn read_all(edits: Vec<EditBody>) -> Result<Vec<RouteEdit>, WebError> {
    if edits.is_empty() || edits.len() > EDITS_MAX {
        let zh = format!("edits 要写 1 到 {EDITS_MAX} 项改动");
        return Err(WebError::bad(zh, format!("edits must hold 1 to {EDITS_MAX} changes")));
    }
    let read = |(edit, number): (EditBody, usize)| {
        let act = edit.act.clone();
        edit.read().ok_or_else(|| {
            let en = format!("change {number} ({act}) is not known, or lacks a field: see edit_routes in /docs");
            WebError::bad(format!("第 {number} 项改动（{act}）不认识或缺字段，见 /docs 的 edit_routes"), en)
        })
    };
    edits.into_iter().zip(1..).map(read).collect()
}
