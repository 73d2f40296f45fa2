//! `/healthz`: the process is up. `/readyz`: the database answers too.

use actix_web::HttpResponse;
use serde_json::json;

use crate::store::cycles;
use crate::web::answers::{Shared, ask, json_answer};

/// `GET /healthz`
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /readyz`
pub async fn readyz(site: Shared) -> HttpResponse {
    let asked = ask(&site, |_, db| Ok(cycles::find(db, "")?)).await;
    match asked {
        Ok(_) => HttpResponse::Ok().json(json!({ "status": "ok", "database": "ok" })),
        Err(error) => {
            let mut answer = json_answer(Err(error));
            *answer.status_mut() = actix_web::http::StatusCode::SERVICE_UNAVAILABLE;
            answer
        }
    }
}
