//! 核销 over HTTP: pickups in bulk, each with its own answer, and taken back again.

use actix_web::{HttpResponse, web};
use chrono::DateTime;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::domain::pickup::{PickupMethod, PickupSource};
use crate::domain::pickup_code::PickupCode;
use crate::domain::time::Moment;
use crate::flow::confirm_pickups::{ConfirmPickups, Pickup, PickupResult, PickupStatus, ReversePickup};
use crate::flow::intake::{Act, Done};
use crate::imports::cell::{NAME, NOTE, text};
use crate::web::answers::{Shared, refused};
use crate::web::api::order_schemas::{PickupResult as PickupResultSchema, PickupResults};
use crate::web::api::orders::mixed_up;
use crate::web::body::{object, parsed};
use crate::web::caller::Caller;
use crate::web::errors::{FieldFault, WebError};
use crate::web::object;
use crate::web::site::Site;

/// Events of one request.
const EVENTS_MAX: usize = 200;

/// Pickups as a phone tells them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PickupsBody {
    #[schema(min_items = 1, max_items = 200)]
    #[serde(deserialize_with = "object::many")]
    events: Vec<EventBody>,
}

/// One pickup: the order by number, token or code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventBody {
    /// Made by the phone: 1–48 letters, digits, `-` or `_`. The same twice is one event.
    event_id: String,
    /// RFC 3339, by the phone's clock.
    device_time: String,
    order_no: Option<String>,
    /// From the resident's QR code.
    token: Option<String>,
    /// Six digits.
    code: Option<String>,
    /// Where the code was said; may be left out by whoever has one point.
    point: Option<String>,
    /// What is handed out; left out: everything that is left.
    #[serde(default, deserialize_with = "object::many_if_any")]
    lines: Option<Vec<EventLine>>,
    /// qr, code, room, phone_tail, chain_no, nickname or name.
    method: String,
    /// single, bulk, paper or offline.
    source: Option<String>,
    /// Who hands out.
    by: String,
    /// Whether somebody takes the goods for the household.
    #[serde(default)]
    proxy: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventLine {
    sku: String,
    #[schema(minimum = 1, maximum = 19_998)]
    qty: u32,
}

/// `POST /api/v1/pickups`: each event is confirmed, already known, in conflict or refused.
#[utoipa::path(
    post, path = "/api/v1/pickups", operation_id = "confirm_pickups", tag = "pickups", request_body = PickupsBody,
    responses((status = 200, description = "A result for each event", body = PickupResults))
)]
pub async fn confirm(site: Shared, caller: Caller, body: web::Bytes) -> HttpResponse {
    let events = parsed::<PickupsBody>(&body).and_then(|body| sound(&site, body));
    let events = match events {
        Ok(events) => events,
        Err(error) => return refused(&site, &error),
    };
    let act = ConfirmPickups { events, within: caller.within(), by: caller.key() };
    match site.intake.ask(Act::Confirm(act)).await {
        Ok(Done::Pickups(results)) => {
            let results: Vec<Value> = results.iter().map(|result| result_json(&site, result)).collect();
            HttpResponse::Ok().json(json!({ "results": results }))
        }
        Ok(_) => refused(&site, &mixed_up()),
        Err(error) => refused(&site, &error),
    }
}

/// Why goods come back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReverseBody {
    /// May be left out within six seconds.
    reason: Option<String>,
}

/// `POST /api/v1/pickups/{event_id}/reverse`: takes a pickup back. Done again it tells what already is.
#[utoipa::path(
    post, path = "/api/v1/pickups/{event_id}/reverse", operation_id = "reverse_pickup", tag = "pickups",
    request_body = Option<ReverseBody>, params(("event_id" = String, Path, description = "The pickup's event")),
    responses(
        (status = 200, description = "Taken back", body = PickupResultSchema),
    )
)]
pub async fn reverse(site: Shared, caller: Caller, event_id: web::Path<String>, body: web::Bytes) -> HttpResponse {
    let body: ReverseBody = match object(&body) {
        Ok(body) => body,
        Err(error) => return refused(&site, &error),
    };
    let mut faults = Vec::new();
    let reason = body.reason.as_deref().and_then(|reason| sound_text("reason", reason, NOTE, &mut faults));
    if !faults.is_empty() {
        return refused(&site, &WebError::Fields(faults));
    }
    let (within, by) = (caller.within(), caller.key());
    let act = ReversePickup { event_id: event_id.into_inner(), reason, within, by };
    match site.intake.ask(Act::Reverse(act)).await {
        Ok(Done::Reversed(result)) => HttpResponse::Ok().json(result_json(&site, &result)),
        Ok(_) => refused(&site, &mixed_up()),
        Err(error) => refused(&site, &error),
    }
}

fn result_json(site: &Site, result: &PickupResult) -> Value {
    let zone = site.desk().zone;
    let (status, refusal) = match &result.status {
        PickupStatus::Confirmed => ("confirmed", None),
        PickupStatus::Already => ("already", None),
        PickupStatus::Conflict => ("conflict", None),
        PickupStatus::Refused(rule) => ("refused", Some(rule)),
    };
    let mut object = json!({
        "event_id": result.event_id, "status": status, "by": result.by, "at": result.at.map(|at| zone.rfc3339(at)),
    });
    if let Some(rule) = refusal {
        object["code"] = rule.code().into();
        object["zh"] = rule.zh().into();
        object["en"] = rule.en().into();
    }
    object
}

fn sound(site: &Site, body: PickupsBody) -> Result<Vec<Pickup>, WebError> {
    let mut faults = Vec::new();
    if body.events.is_empty() || body.events.len() > EVENTS_MAX {
        faults.push(fault("events", "out_of_bounds", "一次 1–200 条", "1 to 200 at a time"));
    }
    let mut events = Vec::new();
    for (at, event) in body.events.into_iter().take(EVENTS_MAX).enumerate() {
        events.extend(sound_event(site, at, event, &mut faults));
    }
    if faults.is_empty() { Ok(events) } else { Err(WebError::Fields(faults)) }
}

fn sound_event(site: &Site, at: usize, event: EventBody, faults: &mut Vec<FieldFault>) -> Option<Pickup> {
    let before = faults.len();
    let place = |field: &str| format!("events[{at}].{field}");
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !(1..=48).contains(&event.event_id.len()) || !event.event_id.chars().all(is_plain) {
        faults.push(fault(
            &place("event_id"),
            "not_an_id",
            "只用字母、数字、- 和 _，最多 48 个",
            "use 1 to 48 letters, digits, - or _",
        ));
    }
    let device_at = DateTime::parse_from_rfc3339(&event.device_time).map(|at| Moment(at.timestamp_micros()));
    if device_at.is_err() {
        faults.push(fault(&place("device_time"), "not_a_time", "应是 RFC 3339 时间", "must be an RFC 3339 time"));
    }
    let method = PickupMethod::ALL.iter().find(|method| method.code() == event.method);
    if method.is_none() {
        faults.push(fault(&place("method"), "not_a_choice", "没有这种核销方式", "there is no such method"));
    }
    let source = event.source.as_deref().unwrap_or("single");
    let source = PickupSource::ALL.iter().find(|known| known.code() == source);
    if source.is_none() {
        faults.push(fault(&place("source"), "not_a_choice", "没有这种来源", "there is no such source"));
    }
    let code = event.code.as_deref().map(PickupCode::parse);
    if code == Some(None) {
        faults.push(fault(&place("code"), "not_a_code", "提货码是 6 位数字", "a pickup code has six digits"));
    }
    let order_no = match (&event.token, event.order_no) {
        (Some(token), None) => site.press.order_no(token).or_else(|| {
            faults.push(fault(&place("token"), "bad_token", "二维码无效", "the token is not one of ours"));
            None
        }),
        (_, order_no) => order_no,
    };
    if order_no.is_none() && code.is_none() && faults.len() == before {
        faults.push(fault(
            &place("order_no"),
            "cell_missing",
            "要有订单号、二维码或提货码",
            "needs a number, a token or a code",
        ));
    }
    if event.lines.as_ref().is_some_and(|lines| lines.iter().any(|line| !(1..=19_998).contains(&line.qty))) {
        faults.push(fault(&place("lines"), "out_of_bounds", "件数须在 1–19998 之间", "pieces must be 1 to 19998"));
    }
    let handed_by = sound_text(&place("by"), &event.by, NAME, faults);
    if faults.len() > before {
        return None;
    }
    let lines = event.lines.map(|lines| lines.into_iter().map(|line| (line.sku, line.qty)).collect());
    Some(Pickup {
        event_id: event.event_id,
        device_at: device_at.ok()?,
        order_no,
        code: code.flatten(),
        point_code: event.point,
        lines,
        method: *method?,
        source: *source?,
        handed_by: handed_by?,
        is_proxy: event.proxy,
    })
}

pub(super) fn sound_text(
    field: &str,
    raw: &str,
    limit: crate::imports::cell::Limit,
    faults: &mut Vec<FieldFault>,
) -> Option<String> {
    match text(limit)(raw.trim()) {
        Ok(sound) if !sound.is_empty() => Some(sound.into_owned()),
        _ => {
            faults.push(fault(
                field,
                "bad_text",
                "太长、为空或含有不允许的字符",
                "too long, empty, or with forbidden characters",
            ));
            None
        }
    }
}

pub(super) fn fault(field: &str, code: &str, zh: &str, en: &str) -> FieldFault {
    FieldFault { field: field.to_owned(), code: code.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
}
