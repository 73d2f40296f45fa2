//! The whole route table. Every address can only be read; other methods are refused.

use actix_web::dev::HttpServiceFactory;
use actix_web::{FromRequest, Handler, Responder, guard, web};

use crate::web::answers::{bad_input, no_such_page, not_allowed};
use crate::web::{api, assets, pages};

#[rustfmt::skip]
pub fn routes(app: &mut web::ServiceConfig) {
    app.service(get("/healthz", api::health::healthz))
        .service(get("/readyz", api::health::readyz))
        .service(get("/api/v1/cycles", api::cycles::list))
        .service(get("/api/v1/cycles/{code}", api::cycles::show))
        .service(get("/api/v1/cycles/{code}/totals", api::cycles::totals))
        .service(get("/api/v1/cycles/{code}/sheets", api::sheets::list))
        .service(get("/api/v1/cycles/{code}/sheets/{kind}", api::sheets::show))
        .service(get("/", pages::cycles::show))
        .service(get("/cycles/{code}", pages::cycle::show))
        .service(get("/cycles/{code}/sheets/{kind}", pages::sheets::show))
        .service(get("/assets/{file}", assets::show))
        .app_data(web::QueryConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .app_data(web::PathConfig::default().error_handler(|error, request| bad_input(request, &error.to_string())))
        .default_service(web::to(no_such_page));
}

/// An address that can be read.
fn get<F, Args>(path: &'static str, handler: F) -> impl HttpServiceFactory
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let reads = guard::Any(guard::Get()).or(guard::Head());
    web::resource(path).route(web::route().guard(reads).to(handler)).default_service(web::to(not_allowed))
}
