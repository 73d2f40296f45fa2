//! Cycles and their totals.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::facts::Cycle;
use crate::domain::time::Zone;
use crate::flow::count_totals::{count_leaders, count_totals};
use crate::flow::load_cycle::card;
use crate::store::cycles;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::Slice;
use crate::web::api::json::{cycle_json, merge, totals_json};
use crate::web::caller::Caller;
use crate::web::words::segment;

/// Which rows of a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    limit: Option<u32>,
    offset: Option<u32>,
}

/// `GET /api/v1/cycles`: the latest cutoff first.
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

/// `GET /api/v1/cycles/{code}`
pub async fn show(site: Shared, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| Ok(object(&card(db, &code)?, site.desk().zone)));
    json_answer(done.await)
}

/// `GET /api/v1/cycles/{code}/totals`: a leader is told of their own orders.
pub async fn totals(site: Shared, caller: Caller, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let desk = site.desk();
        let totals = match caller.leaders() {
            None => count_totals(db, &code)?,
            Some(leader_ids) => count_leaders(db, &code, &leader_ids)?,
        };
        let card = card(db, &code)?;
        let mut object = json!({
            "cycle_code": card.cycle_code, "state": card.state.code(), "version": card.version,
            "as_of": desk.zone.rfc3339(desk.now),
        });
        merge(&mut object, totals_json(&totals));
        Ok(object)
    });
    json_answer(done.await)
}

fn object(card: &Cycle, zone: Zone) -> Value {
    let base = format!("/api/v1/cycles/{}", segment(&card.cycle_code));
    let mut object = cycle_json(card, |at| zone.rfc3339(at));
    let sheets = card.state.is_frozen().then(|| format!("{base}/sheets"));
    merge(&mut object, json!({ "links": { "self": base, "totals": format!("{base}/totals"), "sheets": sheets } }));
    object
}
