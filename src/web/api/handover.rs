//! Goods at a point: what came, who goes without, and what was not as it should be. Phones tell it when they can, each act
//! under a key of its own, so that it counts once.

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::domain::handover::Difference;
use crate::domain::time::Moment;
use crate::flow::answered::Sender;
use crate::flow::choose_losses::{ChooseLosses, choose_losses};
use crate::flow::place_orders::ActKey;
use crate::flow::receive_at_point::{ReceiveAtPoint, receive_at_point};
use crate::imports::cell::{NAME, NOTE};
use crate::web::answers::{Shared, ask, json_answer, refused};
use crate::web::api::orders::idempotency_key;
use crate::web::api::pickups::{fault, sound_text};
use crate::web::body::parsed;
use crate::web::caller::Caller;
use crate::web::errors::{FieldFault, WebError};
use crate::web::object;

/// Pieces that one field takes.
pub(super) const QTY_MAX: u32 = 19_998;
/// Rows of one act.
const ROWS_MAX: usize = 2_000;

/// A count at a point: where it differs from what was due.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaderReceiptBody {
    /// The cycle's code.
    cycle: String,
    /// The point's code.
    point: String,
    /// Whether the goods were left and nobody signed for them.
    #[serde(default)]
    is_unsigned: bool,
    /// RFC 3339, by the phone's clock.
    device_time: String,
    /// Who counted.
    by: String,
    remark: Option<String>,
    /// What is not named came as it was due.
    #[serde(default, deserialize_with = "object::many")]
    #[schema(max_items = 2_000)]
    lines: Vec<DifferenceBody>,
}

/// How the count of a SKU differs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DifferenceBody {
    sku: String,
    #[serde(default)]
    #[schema(maximum = 19_998)]
    short_qty: u32,
    #[serde(default)]
    #[schema(maximum = 19_998)]
    over_qty: u32,
    #[serde(default)]
    #[schema(maximum = 19_998)]
    broken_qty: u32,
    /// Something else came in their place.
    #[serde(default)]
    #[schema(maximum = 19_998)]
    wrong_qty: u32,
}

/// What came of a count.
#[derive(Serialize, ToSchema)]
pub struct LeaderReceiptAnswer {
    /// 1 for the first; a recount is the next and replaces it.
    count_no: i32,
    /// Pieces that were due in all.
    due_qty: u64,
    missing: Vec<MissingGoods>,
}

/// Pieces that somebody must go without.
#[derive(Serialize, ToSchema)]
pub struct MissingGoods {
    sku_code: String,
    missing_qty: u64,
}

/// What came to a point, told by where it differs from what was due. The same key is the same count; a new one is a
/// recount.
#[utoipa::path(
    post, path = "/api/v1/receipts/leader", operation_id = "receive_at_point", tag = "pickups",
    request_body = LeaderReceiptBody,
    params((
        "Idempotency-Key" = String, Header, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$",
        description = "1–64 visible ASCII characters, new for each count",
    )),
    responses((status = 200, description = "The count is on disk.", body = LeaderReceiptAnswer)),
)]
pub async fn receive(site: Shared, caller: Caller, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let read = sender(&caller, &request, &body).and_then(|sender| sound_receipt(&caller, sender, &body));
    let act = match read {
        Ok(act) => act,
        Err(error) => return refused(&site, &error),
    };
    let done = ask(&site, move |site, db| {
        let done = receive_at_point(db, &site.desk(), &act)?;
        let missing = done.missing.into_iter().map(|(sku_code, missing_qty)| MissingGoods { sku_code, missing_qty });
        answer(&LeaderReceiptAnswer { count_no: done.count_no, due_qty: done.due_qty, missing: missing.collect() })
    });
    json_answer(done.await)
}

fn sound_receipt(caller: &Caller, sender: Sender, body: &[u8]) -> Result<ReceiveAtPoint, WebError> {
    let body: LeaderReceiptBody = parsed(body)?;
    let mut faults = Vec::new();
    bounded_rows("lines", body.lines.len(), &mut faults);
    let differences = body.lines.into_iter().enumerate().map(|(at, line)| {
        let found =
            Difference { short: line.short_qty, over: line.over_qty, broken: line.broken_qty, wrong: line.wrong_qty };
        if [found.short, found.over, found.broken, found.wrong].iter().any(|qty| *qty > QTY_MAX) {
            faults.push(out_of_bounds(&format!("lines[{at}]")));
        }
        (line.sku, found)
    });
    let differences = differences.collect();
    let device_at = moment("device_time", &body.device_time, &mut faults);
    let counted_by = sound_text("by", &body.by, NAME, &mut faults);
    let remark = remark(body.remark.as_deref(), &mut faults);
    match (device_at, counted_by) {
        (Some(device_at), Some(counted_by)) if faults.is_empty() => Ok(ReceiveAtPoint {
            cycle_code: body.cycle,
            point_code: body.point,
            is_unsigned: body.is_unsigned,
            differences,
            remark,
            counted_by,
            device_at,
            within: caller.within(),
            sender,
        }),
        _ => Err(WebError::Fields(faults)),
    }
}

/// Who goes without.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LossesBody {
    /// The cycle's code.
    cycle: String,
    /// The point's code.
    point: String,
    sku: String,
    /// Who chose.
    by: String,
    /// None: everybody is served after all.
    #[serde(default, deserialize_with = "object::many")]
    #[schema(max_items = 2_000)]
    orders: Vec<LossBody>,
}

/// An order that goes without.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LossBody {
    order_no: String,
    #[schema(minimum = 1, maximum = 19_998)]
    qty: u32,
}

/// What came of a choice.
#[derive(Serialize, ToSchema)]
pub struct LossesAnswer {
    /// 1 for the first of a SKU at a point; the next one replaces it.
    choice_no: i32,
    lost_qty: u64,
    missing_qty: u64,
}

/// Who goes without, of goods that did not come to a point as they should. Choosing again replaces the choice.
#[utoipa::path(
    post, path = "/api/v1/losses", operation_id = "choose_losses", tag = "pickups", request_body = LossesBody,
    params((
        "Idempotency-Key" = String, Header, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$",
        description = "1–64 visible ASCII characters, new for each choice",
    )),
    responses((status = 200, description = "The choice is on disk.", body = LossesAnswer)),
)]
pub async fn choose(site: Shared, caller: Caller, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let read = sender(&caller, &request, &body).and_then(|sender| sound_losses(&caller, sender, &body));
    let act = match read {
        Ok(act) => act,
        Err(error) => return refused(&site, &error),
    };
    let done = ask(&site, move |site, db| {
        let done = choose_losses(db, &site.desk(), &act)?;
        let (choice_no, lost_qty, missing_qty) = (done.choice_no, done.lost_qty, done.missing_qty);
        answer(&LossesAnswer { choice_no, lost_qty, missing_qty })
    });
    json_answer(done.await)
}

fn sound_losses(caller: &Caller, sender: Sender, body: &[u8]) -> Result<ChooseLosses, WebError> {
    let body: LossesBody = parsed(body)?;
    let mut faults = Vec::new();
    bounded_rows("orders", body.orders.len(), &mut faults);
    for (at, order) in body.orders.iter().enumerate().filter(|(_, order)| !(1..=QTY_MAX).contains(&order.qty)) {
        faults.push(out_of_bounds(&format!("orders[{at}].{}", order.order_no)));
    }
    match sound_text("by", &body.by, NAME, &mut faults) {
        Some(chosen_by) if faults.is_empty() => Ok(ChooseLosses {
            cycle_code: body.cycle,
            point_code: body.point,
            sku_code: body.sku,
            orders: body.orders.into_iter().map(|order| (order.order_no, order.qty)).collect(),
            chosen_by,
            within: caller.within(),
            sender,
        }),
        _ => Err(WebError::Fields(faults)),
    }
}

/// Who sends an act, under which key of theirs.
///
/// # Errors
/// `key_needed`.
pub(super) fn sender(caller: &Caller, request: &HttpRequest, body: &[u8]) -> Result<Sender, WebError> {
    let key = idempotency_key(request.headers())?;
    let body_sha256 = STANDARD_NO_PAD.encode(Sha256::digest(body));
    Ok(Sender { by: caller.key(), key: ActKey { key, body_sha256 } })
}

pub(super) fn answer(answer: &impl Serialize) -> Result<serde_json::Value, WebError> {
    serde_json::to_value(answer).map_err(|error| WebError::Broken(error.to_string()))
}

pub(super) fn moment(field: &str, text: &str, faults: &mut Vec<FieldFault>) -> Option<Moment> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => Some(Moment(at.timestamp_micros())),
        Err(_) => {
            faults.push(fault(field, "not_a_time", "应是 RFC 3339 时间", "must be an RFC 3339 time"));
            None
        }
    }
}

pub(super) fn remark(text: Option<&str>, faults: &mut Vec<FieldFault>) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    sound_text("remark", text, NOTE, faults)
}

fn bounded_rows(field: &str, count: usize, faults: &mut Vec<FieldFault>) {
    if count > ROWS_MAX {
        faults.push(fault(field, "out_of_bounds", "一次最多 2000 行", "2000 rows at most"));
    }
}

fn out_of_bounds(field: &str) -> FieldFault {
    fault(field, "out_of_bounds", "件数须在 0–19998 之间", "pieces must be 0 to 19998")
}
