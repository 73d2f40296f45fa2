//! The driver's phone. The page is a shell without anybody's data, so that a phone may keep it; what it shows comes from
//! `/api/v1/driver/day` and stays on the phone.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::web::answers::page_answer;
use crate::web::assets;
use crate::web::pages::frame::Frame;
use crate::web::words::Lang;

#[derive(Template)]
#[template(path = "pages/driver.html")]
struct DriverPage {
    frame: Frame,
}

impl DriverPage {
    fn script(&self) -> &'static str {
        assets::driver_script()
    }

    fn own_style(&self) -> &'static str {
        assets::driver_style()
    }
}

/// `GET /driver`
pub async fn show(request: HttpRequest) -> HttpResponse {
    let lang = Lang::of(&request);
    let mut answer = page_answer(lang, Ok(DriverPage { frame: Frame::new(lang, "/driver".into()) }));
    // Long enough for the phone's own copy to be made of it without asking again.
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, max-age=60"));
    answer.headers_mut().insert(header::VARY, header::HeaderValue::from_static("Cookie"));
    answer
}

/// `GET /driver/manifest.json`: lets the page stand on a phone's home screen.
pub async fn manifest() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/manifest+json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(assets::driver_manifest())
}

/// `GET /driver/worker.js`: what lets the page open without a connection. Its address never changes, its content does.
pub async fn worker() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header(("Service-Worker-Allowed", "/driver"))
        .body(assets::driver_worker())
}
