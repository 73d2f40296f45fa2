//! 错货: what came that nobody ordered, and the buyer's word on it.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::money::Fen;
use crate::domain::paper::WrongWord;
use crate::flow::report_wrong_goods::{WrongGoods, decide_wrong_goods, report_wrong_goods};
use crate::web::answers::{Shared, ask};
use crate::web::api::users::{answered, done_or_not};
use crate::web::body::{Given, event_name};
use crate::web::caller::Caller;
use crate::web::errors::WebError;

/// What came.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrongBody {
    /// Made by the sender, new for each report: 1–64 visible ASCII characters.
    event_id: String,
    what: String,
    qty: u32,
    /// The purchase order it came with.
    po_no: Option<String>,
    /// The goods it came instead of, by SKU code.
    instead_of: Option<String>,
    /// Until when the desk waits for the buyer, `YYYY-MM-DD HH:MM`; half an hour where left out.
    wait_until: Option<String>,
}

/// A report that was noted.
#[derive(Serialize, ToSchema)]
pub struct WrongAnswer {
    /// A number of up to 19 digits.
    id: String,
}

/// Notes goods that nobody ordered, which wait for the buyer's word.
#[utoipa::path(
    post, path = "/api/v1/cycles/{code}/wrong-goods", operation_id = "report_wrong_goods", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code.")),
    request_body = WrongBody,
    responses((status = 201, description = "The report.", body = WrongAnswer)),
)]
pub async fn report(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    code: web::Path<String>,
    Given(body): Given<WrongBody>,
) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let (desk, event_id) = (site.desk(), event_name(body.event_id)?);
        let bad_time = || WebError::bad("等到的时间写成 2026-11-23 02:00", "wait_until reads 2026-11-23 02:00");
        let wait_until = body.wait_until.as_deref().filter(|text| !text.is_empty());
        let wait_until = wait_until.map(|text| desk.zone.parse(text).ok_or_else(bad_time)).transpose()?;
        let filled = |text: &'_ Option<String>| text.clone().filter(|text| !text.is_empty());
        let (po_no, instead_of) = (filled(&body.po_no), filled(&body.instead_of));
        let new = WrongGoods {
            event_id: &event_id,
            what: &body.what,
            qty: body.qty,
            po_no: po_no.as_deref(),
            instead_of: instead_of.as_deref(),
            wait_until,
            user_id: caller.user_id().ok(),
        };
        Ok(WrongAnswer { id: report_wrong_goods(db, &desk, &code, &new)?.to_string() })
    });
    answered(&request, done.await, HttpResponse::Created())
}

/// The buyer's word.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordBody {
    /// reject, substitute or hold
    word: String,
    /// Of goods sent out instead: what goes back for each piece, in fen.
    give_back_fen: Option<i64>,
}

/// Says what becomes of goods that nobody ordered.
#[utoipa::path(
    post, path = "/api/v1/wrong-goods/{id}/word", operation_id = "decide_wrong_goods", tag = "cycles",
    params(("id" = i64, Path)), request_body = WordBody, responses((status = 204)),
)]
pub async fn decide(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    id: web::Path<i64>,
    Given(body): Given<WordBody>,
) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let unknown = || WebError::bad("word 可用：reject substitute hold", "word is reject, substitute or hold");
        let word = WrongWord::parse(&body.word).ok_or_else(unknown)?;
        let said = (word, body.give_back_fen.map(Fen));
        Ok(decide_wrong_goods(db, &site.desk(), *id, said, caller.user_id().ok())?)
    });
    done_or_not(&request, done.await)
}
