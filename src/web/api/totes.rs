//! 筐箱 over HTTP: who has how many totes, and putting a balance right.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::totes::ToteCounts;
use crate::flow::adjust_totes::{AdjustTotes, Holder, adjust_totes};
use crate::store::{master, totes};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::handover::answer;
use crate::web::api::schemas::Noted;
use crate::web::body::{Given, event_name};
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::rounds::Totes;

/// Who has how many totes; those who have none are left out.
#[derive(Serialize, ToSchema)]
pub struct ToteBalances {
    points: Vec<PointBalance>,
    drivers: Vec<DriverBalance>,
}

/// What a point has.
#[derive(Serialize, ToSchema)]
pub struct PointBalance {
    point_code: String,
    point: String,
    totes: Totes,
}

/// What a driver has.
#[derive(Serialize, ToSchema)]
pub struct DriverBalance {
    plate: String,
    totes: Totes,
}

/// Who has how many totes.
#[utoipa::path(
    get, path = "/api/v1/totes", operation_id = "show_totes", tag = "road",
    responses((status = 200, description = "The balances.", body = ToteBalances)),
)]
pub async fn show(site: Shared, _: web::Query<Nothing>) -> HttpResponse {
    let done = ask(&site, |_, db| {
        let balances = totes::balances(db)?;
        let known: HashMap<i64, (String, String)> =
            master::point::all(db)?.into_iter().map(|point| (point.id, (point.point_code, point.name))).collect();
        let of_point = |(id, counts): (i64, ToteCounts)| {
            let (point_code, point) = known.get(&id).cloned().unwrap_or_default();
            PointBalance { point_code, point, totes: counts.into() }
        };
        let mut points: Vec<PointBalance> = balances.points.into_iter().map(of_point).collect();
        points.sort_by(|a, b| a.point_code.cmp(&b.point_code));
        let of_driver = |(plate, counts): (String, ToteCounts)| DriverBalance { plate, totes: counts.into() };
        answer(&ToteBalances { points, drivers: balances.drivers.into_iter().map(of_driver).collect() })
    });
    json_answer(done.await)
}

/// A query that says nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Totes as somebody counted them, at a point or with a driver.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountBody {
    /// Made by the sender, new for each count: 1–64 visible ASCII characters.
    event_id: String,
    /// The point's code; or the plate.
    point: Option<String>,
    plate: Option<String>,
    #[schema(minimum = 0, maximum = 9_999)]
    tote: i64,
    #[serde(rename = "box")]
    #[schema(minimum = 0, maximum = 9_999)]
    boxes: i64,
    #[schema(minimum = 0, maximum = 9_999)]
    ice: i64,
    reason: String,
}

/// Puts a balance right by what was counted, with a reason.
#[utoipa::path(
    post, path = "/api/v1/totes", operation_id = "adjust_totes", tag = "road", request_body = CountBody,
    responses((status = 200, description = "Whether anything was put right.", body = Noted)),
)]
pub async fn adjust(site: Shared, caller: Caller, Given(body): Given<CountBody>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let holder = match (filled(body.point), filled(body.plate)) {
            (Some(point), None) => Holder::Point(point),
            (None, Some(plate)) => Holder::Driver(plate),
            _ => return Err(WebError::bad("写自提点或车牌，只写一个", "name a point or a plate, one of them")),
        };
        let counted = ToteCounts { tote: body.tote, boxes: body.boxes, ice: body.ice };
        let event_id = event_name(body.event_id)?;
        let act = AdjustTotes { holder, counted, event_id, reason: body.reason, by: caller.key() };
        answer(&adjust_totes(db, &site.desk(), &act)?)
    });
    json_answer(done.await)
}
