//! Every request: its id, a line in the log, and its place in the figures. Neither holds an address as it was asked
//! for, nor what was sent: a name, a phone or a token might stand there.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use tracing::Instrument;

use crate::domain::access::Operation;
use crate::domain::meters::{Counter, DURATIONS_US, Histogram};
use crate::web::answers::Shared;
use crate::web::caller::Caller;
use crate::web::client::Client;
use crate::web::meters::Page;

const ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id under which a request stands in the log; the answer carries it too.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    /// The id of a request; empty where it has none.
    pub fn of(request: &HttpRequest) -> RequestId {
        request.extensions().get::<RequestId>().cloned().unwrap_or_else(|| RequestId(String::new()))
    }
}

/// Gives a request its id, and tells the log and the figures how it went.
pub async fn observed<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let begun = Instant::now();
    let site = request.app_data::<Shared>().cloned();
    let id = site.as_ref().map_or_else(String::new, |site| {
        let client = site.plate().client(request.peer_addr(), request.headers());
        request.extensions_mut().insert(client);
        given_id(&client, request.headers()).unwrap_or_else(|| site.requests().next_id())
    });
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", request_id = %id);
    async move {
        let mut answer = next.call(request).await?;
        if let Ok(value) = HeaderValue::from_str(&id) {
            answer.headers_mut().insert(ID, value);
        }
        note(site.as_ref(), &answer, begun);
        Ok(answer)
    }
    .instrument(span)
    .await
}

/// The id that a trusted proxy has given; what others send is not repeated.
fn given_id(client: &Client, headers: &HeaderMap) -> Option<String> {
    let given = headers.get(ID).filter(|_| client.is_proxied)?.to_str().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    ((1..=64).contains(&given.len()) && given.bytes().all(is_plain)).then(|| given.to_owned())
}

fn note<B>(site: Option<&Shared>, answer: &ServiceResponse<B>, begun: Instant) {
    let took = begun.elapsed();
    let (request, status) = (answer.request(), answer.status());
    let operation = request.extensions().get::<Operation>().copied();
    if let Some(site) = site {
        site.requests().note(operation, status, u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }
    let caller = request.extensions().get::<Caller>().map(Caller::key);
    let route = request.match_pattern();
    tracing::info!(
        target: "tuan::request",
        method = %known_method(request.method().as_str()),
        route = route.as_deref().unwrap_or("-"),
        operation = operation.map_or("-", Operation::code),
        status = status.as_u16(),
        duration_ms = (took.as_micros() as f64) / 1e3,
        caller = caller.as_deref().unwrap_or("-"),
    );
}

/// A method is a word of the client's, and may be any.
fn known_method(method: &str) -> &str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
    KNOWN.iter().find(|known| **known == method).map_or("other", |known| known)
}

/// The figures of all requests since the start.
pub struct Requests {
    /// By operation, in the order of the table; the last is of what reached none.
    tallies: Vec<Tally>,
    ids_from: u64,
    ids: AtomicU64,
}

struct Tally {
    /// By the first digit of the status.
    by_class: [Counter; 6],
    durations_us: Histogram,
}

impl Default for Requests {
    fn default() -> Requests {
        let tally = || Tally { by_class: Default::default(), durations_us: Histogram::new(DURATIONS_US) };
        let mut random = [0; 8];
        // Ids need only differ from those of other servers in the same log; a fixed start is harmless.
        let _ = getrandom::fill(&mut random);
        let tallies = (0..=Operation::ALL.len()).map(|_| tally()).collect();
        Requests { tallies, ids_from: u64::from_le_bytes(random), ids: AtomicU64::new(0) }
    }
}

impl Requests {
    fn next_id(&self) -> String {
        let count = self.ids.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}", self.ids_from.wrapping_add(count.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    fn note(&self, operation: Option<Operation>, status: StatusCode, took_us: u64) {
        let tally = &self.tallies[operation.map_or(Operation::ALL.len(), |operation| operation as usize)];
        tally.by_class[usize::from(status.as_u16() / 100).min(5)].add(1);
        tally.durations_us.note(took_us);
    }

    /// Writes the figures; operations that nobody has asked for are left out.
    pub fn collect(&self, page: &mut Page) {
        let name = |at: usize| Operation::ALL.get(at).map_or("none", |operation| operation.code());
        let (mut counts, mut durations) = (Vec::new(), Vec::new());
        for (at, tally) in self.tallies.iter().enumerate() {
            let label = format!("operation=\"{}\"", name(at));
            let classes = tally.by_class.iter().enumerate().filter(|(_, count)| count.get() > 0);
            let before = counts.len();
            counts.extend(classes.map(|(class, count)| (format!("{label},status=\"{class}xx\""), count.get())));
            if counts.len() > before {
                durations.push((label, &tally.durations_us));
            }
        }
        page.counter("tuan_requests_total", "Requests answered.", &counts);
        page.histogram("tuan_request_seconds", "Time to the head of the answer.", 1e-6, &durations);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_gives_ids_and_only_plain_ones() {
        let check = |is_proxied: bool, id: &'static str, want: Option<&str>| {
            let client = Client { address: [127, 0, 0, 1].into(), is_secure: false, is_proxied };
            let mut headers = HeaderMap::new();
            headers.insert(ID, HeaderValue::from_static(id));
            assert_eq!(given_id(&client, &headers).as_deref(), want, "{id}");
        };
        check(true, "a1-b2", Some("a1-b2"));
        check(false, "a1-b2", None);
        check(true, "a b", None);
        check(true, "", None);
    }

    #[test]
    fn requests_are_counted_by_operation_and_class() {
        let (requests, meters) = (std::sync::Arc::new(Requests::default()), crate::web::meters::Meters::default());
        requests.note(Some(Operation::ListCycles), StatusCode::OK, 1_500);
        requests.note(None, StatusCode::NOT_FOUND, 10);
        meters.add(move |page| requests.collect(page));
        let page = meters.page();
        assert!(page.contains("tuan_requests_total{operation=\"list_cycles\",status=\"2xx\"} 1\n"), "{page}");
        assert!(page.contains("tuan_requests_total{operation=\"none\",status=\"4xx\"} 1\n"), "{page}");
        assert!(page.contains("tuan_request_seconds_bucket{operation=\"list_cycles\",le=\"0.0025\"} 1\n"), "{page}");
    }
}
