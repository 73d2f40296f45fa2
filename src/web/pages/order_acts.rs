//! What the holder of an order's link may do: the resident cancels it before the cutoff, and takes back what was said of a
//! pickup; that a pickup was not theirs, whoever got the link passed on says too. They are plain forms, so that they work
//! without a script.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::errors::RuleError;
use crate::domain::order_link::{Holder, opened};
use crate::flow::dispute_pickups::{Dispute, dispute_pickup};
use crate::flow::intake::{Act, OrderAct, Within};
use crate::web::answers::{Shared, ask, html, say_when_to_retry};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::requests::RequestId;
use crate::web::words::Lang;

/// Who acts, where a link is all that is known.
const BY: &str = "resident";

/// A page that is not there, or an act that was not done.
#[derive(Template)]
#[template(path = "pages/lost.html")]
struct LostPage {
    frame: Frame,
    status: u16,
    words: String,
    /// The order that was left as it is.
    order: Option<String>,
}

/// Says to a resident why there is nothing to see or why nothing was done.
pub fn lost(error: &WebError, lang: Lang) -> HttpResponse {
    not_done(error, lang, None)
}

fn not_done(error: &WebError, lang: Lang, order: Option<String>) -> HttpResponse {
    let status = error.status();
    let page = LostPage {
        frame: Frame::new(lang, "/".into()),
        status: status.as_u16(),
        words: lang.sentence(&error.zh(), &error.en()),
        order,
    };
    let markup = page.render().unwrap_or_else(|_| page.words.clone());
    let mut answer = html(status, lang, markup);
    say_when_to_retry(&mut answer, error);
    answer
}

/// `POST /o/{token}/cancel`
pub async fn cancel(site: Shared, request: HttpRequest, token: web::Path<String>) -> HttpResponse {
    let lang = Lang::of(&request);
    let Some((order_no, holder)) = opened(site.key(), &token) else { return lost(&WebError::NoSuchPage, lang) };
    // A link that was passed on shows the order to whoever got it; undoing it is for whoever placed it.
    if holder != Holder::Resident {
        return not_done(&WebError::Forbidden, lang, Some(of(&token, lang)));
    }
    // The link names one order, and is all that it takes.
    let act = OrderAct { order_no, within: Within::All, by: BY.to_owned() };
    match site.intake.ask(Act::Cancel(act)).await {
        Ok(_) => back(&token, lang),
        Err(error) if error.code() == "cycle_closed" => not_done(&too_late().into(), lang, Some(of(&token, lang))),
        Err(error) => not_done(&error, lang, Some(of(&token, lang))),
    }
}

fn too_late() -> RuleError {
    let en = "the cycle has closed, so it can no longer be cancelled".into();
    RuleError::Refused { code: "cycle_closed", zh: "已经截单，不能再取消".into(), en }
}

/// Which pickup is meant, and what is said of it.
#[derive(Debug, Deserialize)]
pub struct NotMeForm {
    event_id: String,
    /// `not_me`, or `withdraw` for what was said before.
    word: String,
}

/// `POST /o/{token}/not-me`
pub async fn not_me(
    site: Shared,
    request: HttpRequest,
    token: web::Path<String>,
    form: web::Form<NotMeForm>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    let Some((order_no, holder)) = opened(site.key(), &token) else { return lost(&WebError::NoSuchPage, lang) };
    let form = form.into_inner();
    let is_disputed = match form.word.as_str() {
        "not_me" => true,
        "withdraw" => false,
        _ => return lost(&WebError::bad("没有这种说法", "there is no such word"), lang),
    };
    // Whoever was reported may have the link to pass on, and must not be able to take the report back.
    if !is_disputed && holder != Holder::Resident {
        return not_done(&WebError::Forbidden, lang, Some(of(&token, lang)));
    }
    let request_id = RequestId::of(&request).0;
    let said = Dispute { order_no, event_id: form.event_id, is_disputed, holder, request_id };
    match ask(&site, move |site, db| Ok(dispute_pickup(db, &site.desk(), &said)?)).await {
        Ok(()) => back(&token, lang),
        Err(error) => not_done(&error, lang, Some(of(&token, lang))),
    }
}

fn of(token: &str, lang: Lang) -> String {
    lang.to(&format!("/o/{token}"))
}

fn back(token: &str, lang: Lang) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, of(token, lang))).finish()
}
