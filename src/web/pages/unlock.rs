//! The page of a locked screen, for whoever comes back to it by a new window.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::web::answers::{Shared, html, say_when_to_retry};
use crate::web::api::screen::{PinBody, pin_set, unlocked};
use crate::web::caller::{Caller, Visitor};
use crate::web::door::safe_next;
use crate::web::errors::WebError;
use crate::web::pages;
use crate::web::pages::frame::Frame;
use crate::web::pages::login::NextQuery;
use crate::web::words::{Lang, segment};

#[derive(Template)]
#[template(path = "pages/unlock.html")]
struct UnlockPage {
    frame: Frame,
    words: Option<String>,
    next: String,
}

/// `GET /unlock`
pub async fn show(site: Shared, request: HttpRequest, visitor: Visitor, query: web::Query<NextQuery>) -> HttpResponse {
    page(&site, Lang::of(&request), visitor, None, &query.next)
}

fn page(site: &Shared, lang: Lang, visitor: Visitor, error: Option<&WebError>, next: &str) -> HttpResponse {
    let next = safe_next(next).to_owned();
    // Whoever stands before it may see whose screen it is, and nothing of what they may open.
    let visitor = Visitor { roles: Vec::new(), ..visitor };
    let frame = Frame::new(lang, format!("/unlock?next={}", segment(&next))).seen_by(visitor, site.desk().zone);
    let words = error.map(|error| lang.sentence(&error.zh(), &error.en()));
    match (UnlockPage { frame, words, next }).render() {
        Ok(markup) => html(error.map_or(StatusCode::OK, WebError::status), lang, markup),
        Err(error) => pages::error::page(&WebError::Broken(error.to_string()), lang),
    }
}

/// What the page sends.
#[derive(Deserialize)]
pub struct UnlockForm {
    secret: String,
    #[serde(default)]
    next: String,
}

/// `POST /unlock`
pub async fn give(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    form: web::Form<UnlockForm>,
) -> HttpResponse {
    let (lang, form) = (Lang::of(&request), form.into_inner());
    match unlocked(&site, &caller, form.secret).await {
        Ok(()) => {
            let address = lang.to(safe_next(&form.next));
            HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
        }
        Err(error) if error.status().is_server_error() => pages::error::page(&error, lang),
        Err(error) => {
            let mut answer = page(&site, lang, visitor, Some(&error), &form.next);
            say_when_to_retry(&mut answer, &error);
            answer
        }
    }
}

/// What the account's page sends.
#[derive(Deserialize)]
pub struct PinForm {
    pin: String,
    password: String,
}

/// `POST /account/pin`
pub async fn set_pin(site: Shared, request: HttpRequest, caller: Caller, form: web::Form<PinForm>) -> HttpResponse {
    let (lang, PinForm { pin, password }) = (Lang::of(&request), form.into_inner());
    match pin_set(&site, &caller, PinBody { pin, password }).await {
        Ok(()) => HttpResponse::SeeOther().insert_header((header::LOCATION, lang.to("/account"))).finish(),
        Err(error) => pages::error::page(&error, lang),
    }
}
