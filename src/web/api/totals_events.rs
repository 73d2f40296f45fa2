//! Live totals pushed to whoever watches: an event when they have changed, at most once a second.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use futures_util::stream;

use crate::web::answers::{Shared, ask, refused};
use crate::web::api::cycles::totals_object;
use crate::web::caller::Caller;

/// The shortest time between two events.
const EVERY: Duration = Duration::from_secs(1);
/// After so many looks without a change a line is sent that shows that somebody is there.
const QUIET_MAX: u32 = 15;
/// A watcher is let go after so many looks and comes again by itself, with its rights looked at anew.
const LOOKS_MAX: u32 = 600;

struct Watch {
    site: Shared,
    caller: Caller,
    code: String,
    seen: String,
    quiet: u32,
    looks: u32,
}

/// `GET /api/v1/cycles/{code}/totals/events`: server-sent events named `totals`, each a whole answer of `/totals`.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/totals/events", operation_id = "watch_totals", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code")),
    responses((status = 200, description = "Events", body = String, content_type = "text/event-stream"))
)]
pub async fn watch(site: Shared, caller: Caller, code: web::Path<String>) -> HttpResponse {
    let mut watch = Watch { site, caller, code: code.into_inner(), seen: String::new(), quiet: 0, looks: 0 };
    let first = match watch.look().await {
        Ok(first) => first,
        Err(error) => return refused(&watch.site, &error),
    };
    let rest = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, actix_web::Error>(web::Bytes::from(event)), watch))
    });
    let first = stream::once(async move { Ok(web::Bytes::from(first.unwrap_or_default())) });
    let events = futures_util::StreamExt::chain(first, rest);
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .streaming(events)
}

impl Watch {
    /// The event that is due, if the totals are not those seen last.
    async fn look(&mut self) -> Result<Option<String>, crate::web::errors::WebError> {
        let (code, caller) = (self.code.clone(), self.caller.clone());
        let (object, as_of) = ask(&self.site, move |site, db| totals_object(site, db, &caller, &code)).await?;
        let text = object.to_string();
        if text == self.seen {
            return Ok(None);
        }
        self.seen = text;
        let mut object = object;
        object["as_of"] = as_of.into();
        Ok(Some(format!("event: totals\ndata: {object}\n\n")))
    }

    /// The next event or sign of life; None ends the watch.
    async fn next(&mut self) -> Option<String> {
        while self.looks < LOOKS_MAX {
            self.looks += 1;
            tokio::time::sleep(EVERY).await;
            match self.look().await {
                Ok(Some(event)) => {
                    self.quiet = 0;
                    return Some(event);
                }
                Ok(None) => self.quiet += 1,
                Err(_) => return None,
            }
            if self.quiet == QUIET_MAX {
                self.quiet = 0;
                return Some(": still here\n\n".to_owned());
            }
        }
        None
    }
}
