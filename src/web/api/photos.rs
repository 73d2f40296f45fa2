//! Photos over HTTP: of bad goods and of what was left at a point.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::flow::keep_photo::{KeepPhoto, Subject, keep_photo, photo};
use crate::web::answers::{Shared, ask, json_answer, refused};
use crate::web::api::handover::{answer, moment, sender};
use crate::web::api::trips::drives;
use crate::web::caller::Caller;
use crate::web::errors::WebError;
use crate::web::photo::encoded_anew;

/// What a photo shows: goods of a line (`order_no`, `sku`), what came to a point (`cycle`, `point`), or what a driver left
/// there (`stop` too).
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct About {
    /// The order whose line a case was reported of.
    order_no: Option<String>,
    /// The code of its SKU.
    sku: Option<String>,
    /// The code of the cycle whose goods were counted.
    cycle: Option<String>,
    /// The code of the point where they were.
    point: Option<String>,
    /// The name of the act by which a driver told that goods were left there.
    stop: Option<String>,
    /// RFC 3339, by the phone's clock: when it was taken.
    device_time: String,
}

/// A photo that is kept.
#[derive(Serialize, ToSchema)]
pub struct PhotoAnswer {
    /// Its address.
    link: String,
}

/// Keeps a photo beside the newest case or count that the caller told there. It is encoded anew: at most 300 KiB, nothing
/// but the picture. The same key is the same photo.
#[utoipa::path(
    post, path = "/api/v1/photos", operation_id = "keep_photo", tag = "pickups",
    params(
        About,
        (
            "Idempotency-Key" = String, Header, min_length = 1, max_length = 64, pattern = "^[!-~]{1,64}$",
            description = "1–64 visible ASCII characters, new for each photo",
        ),
    ),
    request_body(description = "A JPEG, PNG or WebP of at most 2 MiB", content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"),
    )),
    responses((status = 200, description = "The photo is on disk.", body = PhotoAnswer)),
)]
pub async fn keep(
    site: Shared,
    caller: Caller,
    request: HttpRequest,
    about: web::Query<About>,
    body: web::Bytes,
) -> HttpResponse {
    let read = subject(&about).and_then(|subject| Ok((subject, sender(&caller, &request, &body)?)));
    let (subject, sender) = match read {
        Ok(read) => read,
        Err(error) => return refused(&site, &error),
    };
    let mut faults = Vec::new();
    let Some(device_at) = moment("device_time", &about.device_time, &mut faults) else {
        return refused(&site, &WebError::Fields(faults));
    };
    let image = match encoded_anew(body).await {
        Ok(image) => image,
        Err(error) => return refused(&site, &error),
    };
    let done = ask(&site, move |site, db| {
        let act = KeepPhoto { subject, image, device_at, within: caller.within(), drives: drives(&caller), sender };
        let kept = keep_photo(db, &site.desk(), act)?;
        answer(&PhotoAnswer { link: photo_link(kept.id) })
    });
    json_answer(done.await)
}

fn subject(about: &About) -> Result<Subject, WebError> {
    let About { order_no, sku, cycle, point, stop, .. } = about;
    match (order_no, sku, cycle, point) {
        (Some(order_no), Some(sku), None, None) if stop.is_none() => {
            Ok(Subject::Goods { order_no: order_no.clone(), sku_code: sku.clone() })
        }
        (None, None, Some(cycle), Some(point)) => {
            let (cycle_code, point_code) = (cycle.clone(), point.clone());
            Ok(match stop.clone() {
                Some(event_id) => Subject::Stop { cycle_code, point_code, event_id },
                None => Subject::Arrival { cycle_code, point_code },
            })
        }
        _ => Err(WebError::bad(
            "照片要说明是 order_no 和 sku，还是 cycle 和 point",
            "a photo is of order_no and sku, or of cycle and point",
        )),
    }
}

/// The address of a photo.
pub(super) fn photo_link(id: i64) -> String {
    format!("/api/v1/photos/{id}")
}

/// A photo.
#[utoipa::path(
    get, path = "/api/v1/photos/{id}", operation_id = "show_photo", tag = "pickups",
    params(("id" = i64, Path, description = "The photo")),
    responses((status = 200, description = "The picture", content_type = "image/jpeg", body = Vec<u8>)),
)]
pub async fn show(site: Shared, caller: Caller, id: web::Path<i64>) -> HttpResponse {
    let done = ask(&site, move |_, db| Ok(photo(db, *id, &caller.within())?)).await;
    match done {
        Ok(image) => HttpResponse::Ok().content_type("image/jpeg").body(image),
        Err(error) => refused(&site, &error),
    }
}
