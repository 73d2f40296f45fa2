//! Links under which suppliers read and answer their purchase orders.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::domain::purchase_link::token;
use crate::flow::purchase_links::replace_link;
use crate::web::answers::{Shared, ask, json_answer};
use crate::web::api::trial_schemas::PurchaseLink;
use crate::web::caller::Caller;
use crate::web::errors::WebError;

/// Makes a new link for a purchase order that was sent; earlier ones end.
#[utoipa::path(
    post, path = "/api/v1/purchases/{po_no}/link", operation_id = "replace_purchase_link", tag = "cycles",
    params(("po_no" = String, Path, description = "The purchase order's number.")),
    responses(
        (status = 200, description = "The new link.", body = PurchaseLink),
    ),
)]
pub async fn renew(site: Shared, caller: Caller, po_no: web::Path<String>) -> HttpResponse {
    json_answer(replaced(&site, caller, po_no.into_inner(), true).await)
}

/// Ends the links of a purchase order.
#[utoipa::path(
    delete, path = "/api/v1/purchases/{po_no}/link", operation_id = "revoke_purchase_link", tag = "cycles",
    params(("po_no" = String, Path, description = "The purchase order's number.")),
    responses(
        (status = 200, description = "None is left.", body = PurchaseLink),
    ),
)]
pub async fn revoke(site: Shared, caller: Caller, po_no: web::Path<String>) -> HttpResponse {
    json_answer(replaced(&site, caller, po_no.into_inner(), false).await)
}

async fn replaced(site: &Shared, caller: Caller, po_no: String, is_renewed: bool) -> Result<Value, WebError> {
    ask(site, move |site, db| {
        let link = replace_link(db, &site.desk(), &caller.actor(), &po_no, is_renewed)?;
        let path = link.map(|id| format!("/s/{}", token(site.key(), id)));
        Ok(json!({ "po_no": po_no, "path": path }))
    })
    .await
}
