//! A driver's day: the trips of their vehicle over all cycles that are on the road, in one answer that a phone keeps for when
//! it has no connection.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::domain::secret::hex;
use crate::domain::states::CycleState;
use crate::store::backend::Db;
use crate::store::cycles::{self, CycleRow};
use crate::store::road;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::trips::drives;
use crate::web::assets;
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::rounds::{Round, rounds};

/// Cycles of a day at most, those of the latest pickup first.
const CYCLES_MAX: usize = 3;

/// A driver's day.
#[derive(Serialize, ToSchema)]
pub struct DriverDay {
    user: Driver,
    /// None: nobody has said which vehicle is driven.
    plate: Option<String>,
    trips: Vec<Round>,
}

/// Who drives.
#[derive(Serialize, ToSchema)]
pub struct Driver {
    id: String,
    name: String,
}

/// The driver's day. With `If-None-Match` it answers 304 while nothing changed.
#[utoipa::path(
    get, path = "/api/v1/driver/day", operation_id = "show_rounds", tag = "road",
    responses((status = 200, description = "The day.", body = DriverDay))
)]
pub async fn show(site: Shared, request: HttpRequest, caller: Caller, visitor: Visitor) -> HttpResponse {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let done = ask(&site, move |site, db| {
        let plate = drives(&caller).plate(db)?.filter(|plate| !plate.is_empty());
        let rows = on_the_road(db)?;
        // Before the day is read: what changes meanwhile is asked for again.
        let mark = mark(db, &rows, &format!("{} {:?} {plate:?}", caller.key(), visitor.name))?;
        // What goes between may weaken the mark of what it packs.
        if known.is_some_and(|known| known.trim_start_matches("W/") == mark) {
            return Ok((None, mark));
        }
        let mut trips = Vec::new();
        for row in rows.iter().filter(|_| plate.is_some()) {
            trips.extend(rounds(site, db, &row.card(), plate.as_deref())?);
        }
        let user = Driver { id: caller.user_id()?.to_string(), name: visitor.name.unwrap_or_default() };
        let day = DriverDay { user, plate, trips };
        let text = serde_json::to_string(&day).map_err(|error| WebError::Broken(error.to_string()))?;
        Ok((Some(text), mark))
    });
    match done.await {
        Ok((None, mark)) => HttpResponse::NotModified().insert_header((header::ETAG, mark)).finish(),
        Ok((Some(text), mark)) => {
            HttpResponse::Ok().content_type("application/json").insert_header((header::ETAG, mark)).body(text)
        }
        Err(error) => json_answer(Err(error)),
    }
}

/// The cycles whose goods are on the road.
fn on_the_road(db: &mut Db) -> Result<Vec<CycleRow>, WebError> {
    let mut rows = cycles::all(db)?;
    rows.retain(|row| row.card().state == CycleState::Dispatched);
    rows.sort_by(|a, b| b.pickup_date.cmp(&a.pickup_date));
    rows.truncate(CYCLES_MAX);
    Ok(rows)
}

/// Tells whether a day is the same as before without reading it: phones ask twice a minute.
fn mark(db: &mut Db, rows: &[CycleRow], who: &str) -> Result<String, WebError> {
    // A page of another version may want more of it.
    let mut said = format!("{} {who}", assets::driver_script());
    for row in rows {
        said += &format!(" {} {} {}", row.cycle_code, row.version, road::count_of(db, row.id)?);
    }
    Ok(format!("\"{}\"", &hex(&Sha256::digest(said))[..16]))
}
