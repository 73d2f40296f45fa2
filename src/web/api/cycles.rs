//! Cycles and their totals.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::domain::facts::Cycle;
use crate::domain::time::Zone;
use crate::flow::count_totals::count_leaders;
use crate::flow::intake::Within;
use crate::flow::load_cycle::card;
use crate::store::backend::Db;
use crate::store::cycles;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::Slice;
use crate::web::api::json::{cycle_json, merge, totals_json};
use crate::web::api::schemas::{Cycle as CycleSchema, CycleList, Totals as TotalsSchema};
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::site::Site;
use crate::web::words::segment;

/// Which rows of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Rows of this answer.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
    /// Rows to leave out.
    #[param(minimum = 0, maximum = 1_000_000_000)]
    offset: Option<u32>,
}

/// All cycles: the latest cutoff first.
#[utoipa::path(
    get, path = "/api/v1/cycles", operation_id = "list_cycles", tag = "cycles",
    params(ListQuery),
    responses(
        (status = 200, description = "Cycles.", body = CycleList),
    ),
)]
pub async fn list(site: Shared, query: web::Query<ListQuery>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let slice = Slice::new(query.limit, query.offset)?;
        let zone = site.desk().zone;
        let rows = cycles::all(db)?;
        let (shown, next) = slice.cut(&rows);
        let objects: Vec<Value> = shown.iter().map(|row| object(&row.card(), zone)).collect();
        let next = next.map(|offset| format!("/api/v1/cycles?limit={}&offset={offset}", shown.len()));
        Ok(json!({ "cycles": objects, "total": rows.len(), "next": next }))
    });
    json_answer(done.await)
}

/// One cycle.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}", operation_id = "show_cycle", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    responses(
        (status = 200, description = "The cycle.", body = CycleSchema),
    ),
)]
pub async fn show(site: Shared, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| Ok(object(&card(db, &code)?, site.desk().zone)));
    json_answer(done.await)
}

/// What was ordered in a cycle, by SKU, leader and supplier: live while it is open. A leader is told of their own orders.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/totals", operation_id = "show_totals", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    responses(
        (status = 200, description = "Totals.", body = TotalsSchema),
    ),
)]
pub async fn totals(site: Shared, caller: Caller, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let (mut object, as_of) = totals_object(site, db, &caller, &code)?;
        object["as_of"] = as_of.into();
        Ok(object)
    });
    json_answer(done.await)
}

/// The totals that a caller may see, and as of when.
pub fn totals_object(site: &Site, db: &mut Db, caller: &Caller, code: &str) -> Result<(Value, String), WebError> {
    let desk = site.desk();
    let totals = match caller.within() {
        Within::All => site.intake.live.read(db, code)?,
        Within::Leaders(leader_ids) => count_leaders(db, code, &leader_ids)?,
        Within::Placed(_) => return Err(WebError::NoSuchPage),
    };
    let card = card(db, code)?;
    let mut object = json!({ "cycle_code": card.cycle_code, "state": card.state.code(), "version": card.version });
    merge(&mut object, totals_json(&totals));
    Ok((object, desk.zone.rfc3339(desk.now)))
}

fn object(card: &Cycle, zone: Zone) -> Value {
    let base = format!("/api/v1/cycles/{}", segment(&card.cycle_code));
    let mut object = cycle_json(card, |at| zone.rfc3339(at));
    let sheets = card.state.is_frozen().then(|| format!("{base}/sheets"));
    merge(&mut object, json!({ "links": { "self": base, "totals": format!("{base}/totals"), "sheets": sheets } }));
    object
}
