//! What holds for every answer, errors too: what a browser may do with it, and that it is not kept.

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;

use crate::web::answers::{Shared, refusal};
use crate::web::client::Client;
use crate::web::errors::WebError;
use crate::web::turned::Turned;
use crate::web::words::Lang;

/// Pages take style, pictures and scripts from here alone, hold none of them inline, and stand in no frame.
const POLICY: &str =
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // A stricter policy makes browsers say `Origin: null` on the forms of our own pages.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // Names and rooms stand on most answers; what may be kept says so itself.
    (header::CACHE_CONTROL, "no-store"),
];

/// A browser that came by HTTPS once does not come without it for a year.
const STRICT_TRANSPORT: &str = "max-age=31536000";

/// Refuses requests for other hosts and encoded bodies, and adds the headers that an answer does not set itself.
pub async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let is_secure = Client::of(request.request()).is_secure;
    let mut answer = match refused(&request) {
        None => next.call(request).await?.map_into_left_body(),
        Some(error) => {
            let refused = refusal(request.path(), Lang::of(request.request()), &error);
            request.into_response(refused).map_into_right_body()
        }
    };
    let strict = is_secure.then_some((header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT));
    for (name, value) in HEADERS.into_iter().chain(strict) {
        if !answer.headers().contains_key(&name) {
            answer.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(answer)
}

fn refused(request: &ServiceRequest) -> Option<WebError> {
    let answers_to = |site: &Shared| site.plate().answers_to(request.headers());
    if !request.app_data::<Shared>().is_some_and(answers_to) {
        return Some(WebError::UnknownHost);
    }
    // What is small on the wire may be anything once it is unpacked.
    let encoding = request.headers().get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
    let is_plain = encoding.is_none_or(|encoding| encoding.eq_ignore_ascii_case(b"identity"));
    (!is_plain).then_some(WebError::Turned(Turned::Encoded))
}
