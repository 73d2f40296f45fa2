//! From work to answer: runs it on a thread that may wait, then puts it as JSON, as a page, or as a refusal of either.

use std::sync::Arc;

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::{Value, json};

use crate::domain::errors::RuleError;
use crate::flow::FlowError;
use crate::store::backend::Db;
use crate::web::errors::WebError;
use crate::web::pages;
use crate::web::site::Site;
use crate::web::words::Lang;

/// What every handler is given.
pub type Shared = web::Data<Site>;

/// Runs work that needs the database away from the threads that listen. Failures are told to the log.
///
/// # Errors
/// What `work` says; `busy`; `internal` where it broke off.
pub async fn ask<T: Send + 'static>(
    site: &Shared,
    work: impl FnOnce(&Site, &mut Db) -> Result<T, WebError> + Send + 'static,
) -> Result<T, WebError> {
    let shared: Arc<Site> = site.clone().into_inner();
    let span = tracing::Span::current();
    let done = web::block(move || span.in_scope(|| shared.with_db(|db| work(&shared, db)))).await;
    let done = done.unwrap_or_else(|_| Err(WebError::Broken("a request's work broke off".into())));
    if let Err(error) = &done
        && error.is_ours()
    {
        site.log(&format!("{error:#}"));
    }
    done
}

/// Why an act of the queue was refused. What lies with the server is told to the log.
pub fn refused(site: &Site, error: &WebError) -> HttpResponse {
    if error.status() == StatusCode::INTERNAL_SERVER_ERROR {
        site.log(&format!("{error:#}"));
    }
    problem(error)
}

/// An object, or why not.
pub fn json_answer(done: Result<Value, WebError>) -> HttpResponse {
    match done {
        Ok(object) => HttpResponse::Ok().json(object),
        Err(error) => problem(&error),
    }
}

/// A page, or why not.
pub fn page_answer(lang: Lang, done: Result<impl Template, WebError>) -> HttpResponse {
    let filled = done.and_then(|page| page.render().map_err(|error| WebError::Broken(error.to_string())));
    match filled {
        Ok(markup) => html(StatusCode::OK, lang, markup),
        Err(error) => pages::error::page(&error, lang),
    }
}

pub fn html(status: StatusCode, lang: Lang, markup: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, lang.tag()))
        .body(markup)
}

/// A refusal for machines (RFC 9457). `type` and `code` are stable, the words may change.
fn problem(error: &WebError) -> HttpResponse {
    let (status, code) = (error.status(), error.code());
    let mut object = json!({
        "type": format!("urn:tuan:problem:{code}"), "status": status.as_u16(), "code": code,
        "title": error.en(), "detail": error.zh(),
    });
    if let Some(faults) = error.faults() {
        object["errors"] = json!(faults.kept());
        object["errors_left_out"] = json!(faults.left_out());
    }
    if let WebError::Fields(faults) = error {
        object["errors"] = json!(faults);
    }
    if let WebError::Flow(FlowError::Rule(RuleError::Bound { sku_code, left, .. })) = error {
        (object["sku_code"], object["left_qty"]) = (json!(sku_code), json!(left));
    }
    let mut answer = HttpResponse::build(status).content_type("application/problem+json").body(object.to_string());
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tuan\""));
    }
    say_when_to_retry(&mut answer, error);
    answer
}

/// Tells when it is worth coming again, where it ever is.
pub fn say_when_to_retry(answer: &mut HttpResponse, error: &WebError) {
    if let Some(retry_s) = error.retry_s() {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_s));
    }
}

/// Whether an address is asked for by programs.
pub fn is_for_machines(path: &str) -> bool {
    path.starts_with("/api/") || matches!(path, "/healthz" | "/readyz" | "/metrics" | "/openapi.json")
}

/// A refusal in the form that fits the address: a problem for machines, a page for people.
pub fn refusal(path: &str, lang: Lang, error: &WebError) -> HttpResponse {
    if is_for_machines(path) { problem(error) } else { pages::error::page(error, lang) }
}

/// Nothing is at this address, and some methods have no place at any.
pub async fn no_such_page(request: HttpRequest) -> HttpResponse {
    if matches!(*request.method(), Method::TRACE | Method::CONNECT) {
        return not_allowed(request, "GET, HEAD".into()).await;
    }
    refusal(request.path(), Lang::of(&request), &WebError::NoSuchPage)
}

/// The address exists, but not for this method: `allowed` names those it has.
pub async fn not_allowed(request: HttpRequest, allowed: String) -> HttpResponse {
    let mut answer = refusal(request.path(), Lang::of(&request), &WebError::MethodNotAllowed);
    if let Ok(allowed) = HeaderValue::from_str(&allowed) {
        answer.headers_mut().insert(header::ALLOW, allowed);
    }
    answer
}

/// What is wrong with a query or a path.
pub fn bad_input(request: &HttpRequest, cause: &str) -> actix_web::Error {
    let cause = cause.rsplit_once("deserialize error: ").map_or(cause, |(_, cause)| cause);
    let error = WebError::bad(format!("参数不对：{cause}"), cause);
    let answer = refusal(request.path(), Lang::of(request), &error);
    actix_web::error::InternalError::from_response(cause.to_owned(), answer).into()
}
