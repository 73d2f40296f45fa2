//! The page of a refusal or failure: what happened, and what to do.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use askama::Template;

use crate::web::answers::html;
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::words::Lang;

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    words: String,
}

pub fn page(error: &WebError, lang: Lang) -> HttpResponse {
    let status = error.status();
    let words = lang.sentence(&error.zh(), &error.en());
    let page = ErrorPage { frame: Frame::new(lang, "/".into()), status: status.as_u16(), words };
    let markup = page.render().unwrap_or_else(|_| page.words.clone());
    let mut answer = html(status, lang, markup);
    if let Some(seconds) = error.retry_after_s() {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}
