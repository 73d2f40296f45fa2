//! The page to sign in on, and signing out.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::session::Factor;
use crate::flow::sessions::end_session;
use crate::flow::sign_in::LetIn;
use crate::web::answers::{Shared, ask, html, say_when_to_retry};
use crate::web::caller::{Caller, Principal};
use crate::web::credentials::{no_session_cookie, session_cookie};
use crate::web::door::{Visit, home, safe_next, sign_in};
use crate::web::errors::WebError;
use crate::web::pages;
use crate::web::pages::frame::Frame;
use crate::web::site::Site;
use crate::web::words::{Lang, segment};

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LoginPage {
    frame: Frame,
    /// Why the last try failed.
    words: Option<String>,
    login_name: String,
    next: String,
}

/// Where to go on to. Other parameters are not ours to judge on a page that people open by hand.
#[derive(Debug, Deserialize)]
pub struct NextQuery {
    #[serde(default)]
    pub next: String,
}

/// `GET /login`
pub async fn show(request: HttpRequest, query: web::Query<NextQuery>) -> HttpResponse {
    page(Lang::of(&request), StatusCode::OK, None, "", &query.next)
}

fn page(lang: Lang, status: StatusCode, words: Option<String>, login_name: &str, next: &str) -> HttpResponse {
    let next = safe_next(next).to_owned();
    let frame = Frame::new(lang, format!("/login?next={}", segment(&next)));
    let page = LoginPage { frame, words, login_name: login_name.to_owned(), next };
    match page.render() {
        Ok(markup) => html(status, lang, markup),
        Err(error) => pages::error::page(&WebError::Broken(error.to_string()), lang),
    }
}

/// What the page sends.
#[derive(Deserialize)]
pub struct LoginForm {
    login_name: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /login`
pub async fn enter(site: Shared, request: HttpRequest, form: web::Form<LoginForm>) -> HttpResponse {
    let (lang, form) = (Lang::of(&request), form.into_inner());
    let done = sign_in(&site, Visit::of(&request), form.login_name.clone(), form.password).await;
    match done {
        Ok(let_in) => {
            let next = match safe_next(&form.next) {
                "/" => home(&let_in.roles),
                next => next,
            };
            let address = if let_in.factor == Factor::Due { to_code(next) } else { next.to_owned() };
            let cookie = session_cookie(&request, &let_in.secret, kept_s(&site, &let_in));
            HttpResponse::SeeOther().insert_header((header::LOCATION, lang.to(&address))).cookie(cookie).finish()
        }
        Err(error) => refused(lang, &error, &form.login_name, &form.next),
    }
}

fn to_code(next: &str) -> String {
    if next == "/" { "/login/code".to_owned() } else { format!("/login/code?next={}", segment(next)) }
}

/// Seconds for which a browser keeps the cookie of someone who was let in.
pub fn kept_s(site: &Site, let_in: &LetIn) -> i64 {
    (let_in.ends_at.0 - site.desk().now.0) / 1_000_000
}

/// The page again, with why.
fn refused(lang: Lang, error: &WebError, login_name: &str, next: &str) -> HttpResponse {
    if error.status().is_server_error() {
        return pages::error::page(error, lang);
    }
    let words = lang.sentence(&error.zh(), &error.en());
    let mut answer = page(lang, error.status(), Some(words), login_name, next);
    say_when_to_retry(&mut answer, error);
    answer
}

/// `POST /logout`: the session ends on the server, and the browser forgets what it kept of us.
pub async fn leave(site: Shared, request: HttpRequest, caller: Caller) -> HttpResponse {
    let lang = Lang::of(&request);
    match sign_out(&site, &caller).await {
        Ok(()) => {
            let mut answer = HttpResponse::SeeOther();
            answer.insert_header((header::LOCATION, lang.to("/login")));
            forget(&request, &caller, &mut answer).finish()
        }
        Err(error) => pages::error::page(&error, lang),
    }
}

/// Ends the caller's own session.
///
/// # Errors
/// What the database says.
pub async fn sign_out(site: &Shared, caller: &Caller) -> Result<(), WebError> {
    let Principal::Person { user_id, session_id, .. } = caller.principal else { return Err(WebError::Forbidden) };
    ask(site, move |site, db| Ok(end_session(db, &site.desk(), user_id, session_id, "sign_out", "").map(|_| ())?)).await
}

/// Tells a browser to forget what it kept of us. A leader's phone may hold pickups that it could not send yet: there the
/// page itself takes away what names residents, and they stay.
pub fn forget<'a>(
    request: &HttpRequest,
    caller: &Caller,
    answer: &'a mut actix_web::HttpResponseBuilder,
) -> &'a mut actix_web::HttpResponseBuilder {
    const CLEAR: HeaderName = HeaderName::from_static("clear-site-data");
    let what = if caller.has_list() { "\"cache\", \"cookies\"" } else { "\"cache\", \"cookies\", \"storage\"" };
    answer.insert_header((CLEAR, what)).cookie(no_session_cookie(request))
}
