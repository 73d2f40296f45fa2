//! Single orders: placed, shown, cancelled.

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::domain::errors::RuleError;
use crate::domain::order_link::{self, Holder};
use crate::flow::FlowError;
use crate::flow::intake::{Act, Done, OrderAct};
use crate::flow::place_orders::{ActKey, PlaceOrder, Placed};
use crate::flow::show_order::{ShownOrder, show_order};
use crate::web::answers::{Shared, ask, json_answer, refused};
use crate::web::api::order_body::{OrderBody, SoundOrder, read};
use crate::web::api::order_schemas::{Cancelled, Order};
use crate::web::body::JSON_MAX;
use crate::web::caller::{Caller, Principal};
use crate::web::errors::{FieldFault, WebError};
use crate::web::requests::RequestId;
use crate::web::reveals::{Reveal, note_reveal};
use crate::web::site::Site;

/// An order that is in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacedAnswer {
    pub order_no: String,
    /// Six digits, for the resident's page and machines with `orders:code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pickup_code: Option<String>,
    /// Price × (qty + tolerance), by the server's prices.
    pub total_fen: i64,
    /// The order's page for whoever holds this address. What leaders are told, and machines without `orders:code`, shows
    /// no pickup code and cannot be used to cancel.
    pub link: String,
}

/// `POST /api/v1/orders`: takes an order. A key that was used before gets its first answer.
#[utoipa::path(
    post, path = "/api/v1/orders", operation_id = "place_order", tag = "orders", request_body = OrderBody,
    params((
        "Idempotency-Key" = String, Header, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$",
        description = "1–64 visible ASCII characters, new for each order",
    )),
    responses(
        (status = 201, description = "The order is on disk", body = PlacedAnswer),
    )
)]
pub async fn place(site: Shared, caller: Caller, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match place_order(&site, &caller, request.headers(), &body).await {
        Ok(placed) => HttpResponse::build(StatusCode::CREATED).json(placed),
        Err(error) => refused(&site, &error),
    }
}

async fn place_order(site: &Site, caller: &Caller, headers: &HeaderMap, body: &[u8]) -> Result<PlacedAnswer, WebError> {
    let key = idempotency_key(headers)?;
    if body.len() > JSON_MAX {
        return Err(WebError::TooLarge { limit: JSON_MAX });
    }
    let SoundOrder { cycle, leader, point, chain_no, person, lines, paid, remark } = read(body)?;
    if paid && !caller.may_say_paid() {
        return Err(paid_not_allowed().into());
    }
    let order = PlaceOrder {
        by: caller.key(),
        key: ActKey { key, body_sha256: STANDARD_NO_PAD.encode(Sha256::digest(body)) },
        within: caller.within(),
        cycle_code: cycle,
        leader_code: leader,
        point_code: point,
        chain_no,
        person,
        lines,
        is_paid: paid,
        remark,
    };
    let done = site.intake.ask(Act::Place(Box::new(order))).await.map_err(field_by_field)?;
    let Done::Placed(Placed { order_no, total, code, .. }) = done else { return Err(mixed_up()) };
    let pickup_code = code.filter(|_| caller.is_told_codes()).map(|code| code.digits());
    let link = link(site, caller, &order_no);
    Ok(PlacedAnswer { order_no, pickup_code, total_fen: total.0, link })
}

/// Where the order's page is: the resident's own, or one to be passed on.
fn link(site: &Site, caller: &Caller, order_no: &str) -> String {
    let holder = if caller.is_told_codes() { Holder::Resident } else { Holder::PassedOn };
    format!("/o/{}", order_link::token(site.key(), holder, order_no))
}

/// The caller's own name for the act.
///
/// # Errors
/// `key_needed` where it is missing, too long or holds anything but visible ASCII.
pub fn idempotency_key(headers: &HeaderMap) -> Result<String, WebError> {
    let mut values = headers.get_all("Idempotency-Key");
    let (Some(value), None) = (values.next(), values.next()) else { return Err(WebError::KeyNeeded) };
    let is_sound = (1..=64).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic);
    let text = value.to_str().ok().filter(|_| is_sound).ok_or(WebError::KeyNeeded)?;
    Ok(text.to_owned())
}

/// Faults that only the catalogue could tell, as faults of fields.
fn field_by_field(error: WebError) -> WebError {
    match error {
        WebError::Flow(FlowError::Faults(faults)) => {
            WebError::Fields(faults.kept().into_iter().map(FieldFault::from).collect())
        }
        other => other,
    }
}

fn paid_not_allowed() -> RuleError {
    RuleError::Refused {
        code: "paid_not_allowed",
        zh: "只有团长和获授权的程序可以说已付款".into(),
        en: "only a leader or a machine with orders:paid may say that an order is paid".into(),
    }
}

/// An act was answered with what another act does.
pub fn mixed_up() -> WebError {
    WebError::Broken("the writer answered another act".into())
}

/// `GET /api/v1/orders/{no}`
#[utoipa::path(
    get, path = "/api/v1/orders/{no}", operation_id = "show_order", tag = "orders",
    params(("no" = String, Path, description = "The order's number")),
    responses((status = 200, description = "The order, without personal data", body = Order))
)]
pub async fn show(site: Shared, request: HttpRequest, caller: Caller, no: web::Path<String>) -> HttpResponse {
    let request_id = RequestId::of(&request);
    let done = ask(&site, move |site, db| {
        let shown = show_order(db, &no, &caller.within(), &site.safe)?;
        // A resident's own code is no reveal.
        let is_machine = matches!(caller.principal, Principal::Machine { .. });
        if is_machine && caller.is_told_codes() && shown.code.is_some() {
            let subject = format!("order:{}", shown.order_no);
            let reveal = Reveal { act: "code_shown", subject: &subject, detail: "", request_id: &request_id };
            note_reveal(site, db, &caller, reveal);
        }
        Ok(order_json(site, &caller, &shown))
    });
    json_answer(done.await)
}

fn order_json(site: &Site, caller: &Caller, order: &ShownOrder) -> Value {
    let zone = site.desk().zone;
    let lines: Vec<Value> = order
        .lines
        .iter()
        .map(|line| {
            json!({
                "sku_code": line.sku_code, "ordered_qty": line.ordered_qty, "tolerance": line.tolerance,
                "price_fen": line.price.0, "allocated_qty": line.allocated_qty, "handed_qty": line.handed_qty,
            })
        })
        .collect();
    let payment = order.payment.as_ref().map(|payment| {
        json!({
            "kind": payment.kind, "amount_fen": payment.amount_fen, "paid_after_cutoff": payment.paid_after_cutoff,
        })
    });
    let mut object = json!({
        "order_no": order.order_no, "cycle_code": order.cycle_code, "leader_code": order.leader_code,
        "point_code": order.point_code, "state": order.state.code(), "placed_at": zone.rfc3339(order.placed_at),
        "paid_at": order.paid_at.map(|at| zone.rfc3339(at)), "total_fen": order.total.0, "lines": lines,
        "payment": payment, "link": link(site, caller, &order.order_no),
    });
    if caller.is_told_codes() {
        object["pickup_code"] = json!(order.code.map(|code| code.digits()));
        object["pickup_token"] = json!(site.press.token(&order.order_no));
    }
    object
}

/// `POST /api/v1/orders/{no}/cancel`: before the cutoff. Done again it tells what already is.
#[utoipa::path(
    post, path = "/api/v1/orders/{no}/cancel", operation_id = "cancel_order", tag = "orders",
    params(("no" = String, Path, description = "The order's number")),
    responses(
        (status = 200, description = "Cancelled; what was paid is due back", body = Cancelled),
    )
)]
pub async fn cancel(site: Shared, caller: Caller, no: web::Path<String>) -> HttpResponse {
    let act = OrderAct { order_no: no.into_inner(), within: caller.within(), by: caller.key() };
    match site.intake.ask(Act::Cancel(act)).await {
        Ok(Done::Cancelled(done)) => HttpResponse::Ok().json(json!({
            "order_no": done.order_no, "state": "cancelled", "is_new": !done.is_repeat,
            "refund_due_fen": done.refund_due_fen,
        })),
        Ok(_) => refused(&site, &mixed_up()),
        Err(error) => refused(&site, &error),
    }
}
