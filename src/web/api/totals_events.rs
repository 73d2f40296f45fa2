//! Live totals pushed to whoever watches: an event when they have changed, at most once a second.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;

use crate::domain::access::Operation;
use crate::web::access::is_still_granted;
use crate::web::answers::{Shared, refused};
use crate::web::credentials::Credentials;
use crate::web::errors::WebError;

/// The shortest time between two events.
const EVERY: Duration = Duration::from_secs(1);
/// After so many looks without a change a line is sent that shows that somebody is there.
const QUIET_MAX: u32 = 15;
/// A watcher is let go after so many looks and comes again by itself, with its rights looked at anew.
const LOOKS_MAX: u32 = 600;

struct Watch {
    site: Shared,
    /// What the watcher showed when it came.
    shown: Credentials,
    code: String,
    seen: Arc<str>,
    quiet: u32,
    looks: u32,
}

/// `GET /api/v1/cycles/{code}/totals/events`: server-sent events named `totals`, each a whole answer of `/totals`. They
/// end when whoever watches may no longer: the account was suspended, the session ended, the token revoked.
#[utoipa::path(
    get, path = "/api/v1/cycles/{code}/totals/events", operation_id = "watch_totals", tag = "cycles",
    params(("code" = String, Path, description = "The cycle's code")),
    responses((status = 200, description = "Events", body = String, content_type = "text/event-stream"))
)]
pub async fn watch(site: Shared, request: HttpRequest, code: web::Path<String>) -> HttpResponse {
    let shown = Credentials::of(&request, site.key());
    let mut watch = Watch { site, shown, code: code.into_inner(), seen: "".into(), quiet: 0, looks: 0 };
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
    async fn look(&mut self) -> Result<Option<String>, WebError> {
        let caller = is_still_granted(Operation::WatchTotals, self.shown.clone(), &self.site).await?;
        let shown = self.site.board.look(&self.site, &caller, &self.code).await?;
        if shown.text == self.seen {
            return Ok(None);
        }
        self.seen = shown.text;
        Ok(Some(format!("event: totals\ndata: {}\n\n", shown.event)))
    }

    /// The next event or sign of life; None ends the watch.
    async fn next(&mut self) -> Option<String> {
        while self.looks < LOOKS_MAX {
            self.looks += 1;
            tokio::time::sleep(EVERY).await;
            if self.site.board.is_closed() {
                return None;
            }
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
