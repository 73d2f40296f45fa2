//! Trips over HTTP: what drivers' phones and the desk tell of them. Each act bears a name that its sender made, so that it
//! counts once however often it is sent.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::access::Reach;
use crate::domain::road::{StopAct, TripAct};
use crate::domain::totes::ToteCounts;
use crate::flow::load_cycle::card;
use crate::flow::move_stops::{MoveStops, move_stops};
use crate::flow::road::Drives;
use crate::flow::tell_stop::{TellStop, tell_stop};
use crate::flow::tell_trip::{TellTrip, tell_trip};
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::handover::{answer, moment};
use crate::web::api::schemas::Noted;
use crate::web::body::{Given, event_name};
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::rounds::{Round, rounds};

/// Whose trips a caller reaches.
pub(super) fn drives(caller: &Caller) -> Drives {
    match caller.reach {
        Reach::All => Drives::All,
        Reach::Own => caller.user_id().map_or(Drives::Nobodys, Drives::Own),
    }
}

/// Trips with their stops.
#[derive(Serialize, ToSchema)]
pub struct Trips {
    trips: Vec<Round>,
}

/// The trips of a cycle, where each stands, and its stops. A driver sees their own.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/trips", operation_id = "show_trips", tag = "road",
    params(("code" = String, Path, description = "The cycle's code.")),
    responses((status = 200, description = "The trips.", body = Trips)),
)]
pub async fn list(site: Shared, caller: Caller, code: web::Path<String>) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let cycle = card(db, &code)?;
        let plate = drives(&caller).plate(db)?;
        answer(&Trips { trips: rounds(site, db, &cycle, plate.as_deref())? })
    });
    json_answer(done.await)
}

/// A number of each kind of tote.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TotesBody {
    #[schema(minimum = 0, maximum = 9_999)]
    tote: i64,
    #[serde(rename = "box")]
    #[schema(minimum = 0, maximum = 9_999)]
    boxes: i64,
    #[schema(minimum = 0, maximum = 9_999)]
    ice: i64,
}

impl From<TotesBody> for ToteCounts {
    fn from(body: TotesBody) -> ToteCounts {
        ToteCounts { tote: body.tote, boxes: body.boxes, ice: body.ice }
    }
}

/// What is told of a trip.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TripBody {
    /// Made by the sender, new for each act: 1–64 visible ASCII characters.
    event_id: String,
    /// loaded, departed, broken_down or returned
    act: String,
    /// Who says so.
    by: String,
    /// RFC 3339, by the phone's clock.
    device_time: String,
    remark: Option<String>,
    /// With loaded: what goes along; with returned: what came back.
    #[serde(default)]
    totes: TotesBody,
}

/// Tells that a trip is loaded, left, broke down or is back. Loaded slots are locked: sharing goods again leaves them alone.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/trips/{trip}/events", operation_id = "tell_trip", tag = "road",
    params(
        ("code" = String, Path, description = "The cycle's code."),
        ("trip" = String, Path, description = "The trip's number."),
    ),
    request_body = TripBody,
    responses((status = 200, description = "Whether it was new.", body = Noted)),
)]
pub async fn tell(
    site: Shared,
    caller: Caller,
    path: web::Path<(String, String)>,
    Given(body): Given<TripBody>,
) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let unknown = "act 可用：loaded departed broken_down returned";
        let act = TripAct::ALL.iter().copied().find(|act| act.code() == body.act);
        let act = act.ok_or_else(|| WebError::bad(unknown, "act is loaded, departed, broken_down or returned"))?;
        let (cycle_code, trip_no) = path.into_inner();
        let act = TellTrip {
            cycle_code,
            trip_no,
            event_id: event_name(body.event_id)?,
            act,
            told_by: body.by,
            remark: body.remark,
            totes: body.totes.into(),
            device_at: device_time(&body.device_time)?,
            drives: drives(&caller),
            by: caller.key(),
        };
        answer(&tell_trip(db, &site.desk(), &act)?)
    });
    json_answer(done.await)
}

/// What is told of a stop.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopBody {
    /// Made by the sender, new for each act: 1–64 visible ASCII characters.
    event_id: String,
    /// arrived, handed_over or left
    act: String,
    /// Who hands over.
    by: String,
    /// Who signs for the goods; needed with handed_over.
    received_by: Option<String>,
    /// RFC 3339, by the phone's clock.
    device_time: String,
    remark: Option<String>,
    /// Totes that stay with the goods.
    #[serde(default)]
    totes_out: TotesBody,
    /// Empty ones that the driver takes along.
    #[serde(default)]
    totes_back: TotesBody,
}

/// Tells that the goods of a stop arrived, were handed over, or were left with nobody to sign. A stop that was left may be
/// handed over afterwards. Counts that differ do not matter here: the leader's own count tells them.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/trips/{trip}/stops/{point}/events", operation_id = "tell_stop", tag = "road",
    params(
        ("code" = String, Path, description = "The cycle's code."),
        ("trip" = String, Path, description = "The trip's number."),
        ("point" = String, Path, description = "The point's code."),
    ),
    request_body = StopBody,
    responses((status = 200, description = "Whether it was new.", body = Noted)),
)]
pub async fn tell_of_stop(
    site: Shared,
    caller: Caller,
    path: web::Path<(String, String, String)>,
    Given(body): Given<StopBody>,
) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let act = StopAct::ALL.iter().copied().find(|act| act.code() == body.act);
        let unknown = || WebError::bad("act 可用：arrived handed_over left", "act is arrived, handed_over or left");
        let (cycle_code, trip_no, point_code) = path.into_inner();
        let act = TellStop {
            cycle_code,
            trip_no,
            point_code,
            event_id: event_name(body.event_id)?,
            act: act.ok_or_else(unknown)?,
            handed_by: body.by,
            received_by: body.received_by,
            remark: body.remark,
            totes_out: body.totes_out.into(),
            totes_back: body.totes_back.into(),
            device_at: device_time(&body.device_time)?,
            drives: drives(&caller),
            by: caller.key(),
        };
        answer(&tell_stop(db, &site.desk(), &act)?)
    });
    json_answer(done.await)
}

/// Stops that go on with another trip.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveBody {
    /// Made by the sender, new for each act: 1–64 visible ASCII characters.
    event_id: String,
    /// The number of the trip that drives there now.
    to: String,
    /// By point code; left out: all stops that are still to be served.
    points: Option<Vec<String>>,
    reason: String,
}

/// The points whose goods another trip brings.
#[derive(Serialize, ToSchema)]
pub struct Moved {
    points: Vec<String>,
}

/// Lets another trip drive on to stops that are not served yet. Slips and their codes stay good.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/trips/{trip}/move", operation_id = "move_stops", tag = "road",
    params(
        ("code" = String, Path, description = "The cycle's code."),
        ("trip" = String, Path, description = "The number of the trip that cannot drive on."),
    ),
    request_body = MoveBody,
    responses((status = 200, description = "The stops that were moved.", body = Moved)),
)]
pub async fn move_on(
    site: Shared,
    caller: Caller,
    path: web::Path<(String, String)>,
    Given(body): Given<MoveBody>,
) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let (cycle_code, from) = path.into_inner();
        let act = MoveStops {
            cycle_code,
            from,
            to: body.to,
            points: body.points.filter(|points| !points.is_empty()),
            event_id: event_name(body.event_id)?,
            reason: body.reason,
            by: caller.key(),
        };
        answer(&Moved { points: move_stops(db, &site.desk(), &act)? })
    });
    json_answer(done.await)
}

fn device_time(text: &str) -> Result<crate::domain::time::Moment, WebError> {
    let mut faults = Vec::new();
    moment("device_time", text, &mut faults).ok_or(WebError::Fields(faults))
}
