//! What holds for every answer, errors too: what a browser may do with it, and that it is not kept.

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

use crate::web::answers::refusal;
use crate::web::errors::WebError;
use crate::web::words::Lang;

/// Pages take style and pictures from here, run no script and stand in no frame.
const POLICY: &str =
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // Names and rooms stand on most answers; what may be kept says so itself.
    (header::CACHE_CONTROL, "no-store"),
];

/// Refuses requests for other hosts and adds the headers that an answer does not set itself.
///
/// A page of another site can make its own name point to this machine and so read what a browser here may read. Such a
/// request still carries that name.
pub async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let mut answer = if names_this_machine(request.headers()) {
        next.call(request).await?.map_into_left_body()
    } else {
        let refused = refusal(request.path(), Lang::of(request.request()), &WebError::UnknownHost);
        request.into_response(refused).map_into_right_body()
    };
    for (name, value) in HEADERS {
        if !answer.headers().contains_key(&name) {
            answer.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(answer)
}

/// Whether the Host header is a name of this machine. Only what is not a browser leaves it out.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else { return true };
    let host = host.to_str().unwrap_or("?");
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || name == "[::1]" || is_loopback(name)
}

fn is_loopback(name: &str) -> bool {
    name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_served() {
        let check = |host: &'static str, want: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            assert_eq!(names_this_machine(&headers), want, "{host}");
        };
        for host in ["127.0.0.1:8080", "localhost", "LocalHost:1", "[::1]:8080", "[::1]", "127.0.0.53"] {
            check(host, true);
        }
        for host in ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example", "192.168.1.5:8080", ""] {
            check(host, false);
        }
        assert!(names_this_machine(&HeaderMap::new()));
    }
}
