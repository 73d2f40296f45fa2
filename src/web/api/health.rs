//! `/healthz`: the process is up. `/readyz`: the database answers and there is room to write. `/metrics`: figures.

use actix_web::HttpResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::cycles;
use crate::store::upkeep::free_bytes;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::errors::WebError;
use crate::web::turned::Turned;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`; anything else comes as a problem.
    status: &'static str,
    /// `ok`, once the database has answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'static str>,
    /// Free bytes beside a SQLite file.
    #[serde(skip_serializing_if = "Option::is_none")]
    free_bytes: Option<u64>,
}

/// The process is up. Says nothing about the database.
#[utoipa::path(
    get, path = "/healthz", operation_id = "healthz", tag = "operation",
    responses((status = 200, description = "The process answers.", body = Health)),
)]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok", database: None, free_bytes: None })
}

/// The database answers and there is room to write: requests can be served.
#[utoipa::path(
    get, path = "/readyz", operation_id = "readyz", tag = "operation",
    responses(
        (status = 200, description = "Ready.", body = Health),
    ),
)]
pub async fn readyz(site: Shared) -> HttpResponse {
    let asked = ask(&site, |site, db| {
        cycles::find(db, "")?;
        let free = free_bytes(site.database());
        if free.is_some_and(|free| free < site.limits().free_bytes) {
            return Err(WebError::Turned(Turned::DiskFull));
        }
        Ok(free)
    });
    match asked.await {
        Ok(free_bytes) => HttpResponse::Ok().json(Health { status: "ok", database: Some("ok"), free_bytes }),
        Err(error) if error.status().as_u16() == 507 => json_answer(Err(error)),
        Err(error) => {
            let mut answer = json_answer(Err(error));
            *answer.status_mut() = actix_web::http::StatusCode::SERVICE_UNAVAILABLE;
            answer
        }
    }
}

/// Figures in Prometheus' text form.
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics", tag = "operation",
    responses((status = 200, description = "Figures.", body = String, content_type = "text/plain; version=0.0.4")),
)]
pub async fn metrics(site: Shared) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(site.meters().page())
}
