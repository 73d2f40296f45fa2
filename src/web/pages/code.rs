//! The page of the second factor: enrolling an authenticator app, or giving its code.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::secret::Secret;
use crate::domain::time::Moment;
use crate::flow::factor::{Code, Enrolment, give_code};
use crate::sheets::qr::Qr;
use crate::store::backend::Db;
use crate::store::users::UserRow;
use crate::store::{sessions, users};
use crate::web::answers::{Shared, ask, html};
use crate::web::caller::{Caller, Principal, Visitor};
use crate::web::credentials::session_cookie;
use crate::web::door::safe_next;
use crate::web::errors::WebError;
use crate::web::pages;
use crate::web::pages::frame::Frame;
use crate::web::pages::login::NextQuery;
use crate::web::site::Site;
use crate::web::words::{Lang, segment};

#[derive(Template)]
#[template(path = "pages/code.html")]
struct CodePage {
    frame: Frame,
    words: Option<String>,
    next: String,
    enrolling: Option<Enrolling>,
}

/// What someone without an app so far is shown.
struct Enrolling {
    width: usize,
    path: String,
    text: String,
    sealed: String,
}

/// `GET /login/code`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    visitor: Visitor,
    query: web::Query<NextQuery>,
) -> HttpResponse {
    page(&site, &request, caller, visitor, None, &query.next, None).await
}

/// What the page sends.
#[derive(Deserialize)]
pub struct CodeForm {
    code: String,
    #[serde(default)]
    next: String,
    /// Of someone who enrols.
    sealed: Option<String>,
}

/// `POST /login/code`
pub async fn give(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    visitor: Visitor,
    form: web::Form<CodeForm>,
) -> HttpResponse {
    let (lang, form) = (Lang::of(&request), form.into_inner());
    match opened(&site, &caller, form.code, form.sealed.clone()).await {
        Ok((secret, ends_at)) => {
            let kept_s = (ends_at.0 - site.desk().now.0) / 1_000_000;
            let cookie = session_cookie(&request, &secret, kept_s);
            let address = lang.to(safe_next(&form.next));
            HttpResponse::SeeOther().insert_header((header::LOCATION, address)).cookie(cookie).finish()
        }
        Err(error) if error.status().is_server_error() => pages::error::page(&error, lang),
        Err(error) => page(&site, &request, caller, visitor, Some(error), &form.next, form.sealed).await,
    }
}

/// Gives a code for the caller's session; returns its new secret and its end.
///
/// # Errors
/// `wrong_code`, `too_many_tries`, `not_enrolled`.
pub async fn opened(
    site: &Shared,
    caller: &Caller,
    digits: String,
    sealed: Option<String>,
) -> Result<(Secret, Moment), WebError> {
    let Principal::Person { user_id, session_id, .. } = caller.principal else { return Err(WebError::Forbidden) };
    let given = ask(site, move |site, db| {
        let user = own(db, user_id)?;
        let code = Code { session_id, digits: &digits, enrolling: sealed.as_deref(), request_id: "" };
        let secret = give_code(db, &site.desk(), site.key(), &user, &code)?;
        let all = sessions::of_user(db, user_id)?;
        let ends_at = all.iter().find(|session| session.id == session_id).map_or(0, |session| session.ends_at);
        Ok((secret, Moment(ends_at)))
    });
    given.await
}

fn own(db: &mut Db, user_id: i64) -> Result<UserRow, WebError> {
    users::find(db, user_id)?.ok_or(WebError::SignInRequired)
}

async fn page(
    site: &Shared,
    request: &HttpRequest,
    caller: Caller,
    visitor: Visitor,
    error: Option<WebError>,
    next: &str,
    sealed: Option<String>,
) -> HttpResponse {
    let (lang, next) = (Lang::of(request), safe_next(next).to_owned());
    let frame = Frame::new(lang, format!("/login/code?next={}", segment(&next)));
    let words = error.as_ref().map(|error| lang.sentence(&error.zh(), &error.en()));
    let filled = ask(site, move |site, db| {
        let user = own(db, caller.user_id()?)?;
        let enrolling = if user.totp_sealed.is_none() { Some(enrolling(site, &user, sealed)?) } else { None };
        let frame = frame.seen_by(visitor, site.desk().zone);
        CodePage { frame, words, next, enrolling }.render().map_err(|error| WebError::Broken(error.to_string()))
    });
    match filled.await {
        Ok(markup) => html(error.map_or(StatusCode::OK, |error| error.status()), lang, markup),
        Err(error) => pages::error::page(&error, lang),
    }
}

fn enrolling(site: &Site, user: &UserRow, sealed: Option<String>) -> Result<Enrolling, WebError> {
    let begun = sealed.and_then(|sealed| Enrolment::again(site.key(), user.id, &sealed));
    let enrolment = match begun {
        Some(begun) => begun,
        None => Enrolment::new(site.key(), user.id)?,
    };
    let too_long = || WebError::Broken("a login name fits into a QR code".into());
    let qr = Qr::of(&enrolment.secret.address(&user.login_name)).ok_or_else(too_long)?;
    Ok(Enrolling { width: qr.width, path: qr.path, text: enrolment.secret.to_text(), sealed: enrolment.sealed })
}
