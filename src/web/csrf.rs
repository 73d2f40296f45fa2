//! Changes that a browser asks for come from a page of ours: by the browser's own word, and by a token that only our
//! pages show.

use actix_web::HttpMessage;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::domain::access::Operation;
use crate::domain::server_key::ServerKey;
use crate::web::answers::{Shared, refusal};
use crate::web::caller::{Caller, Principal};
use crate::web::client::Client;
use crate::web::errors::WebError;
use crate::web::words::Lang;

/// The header in which a page shows its token.
pub const HEADER: &str = "x-csrf-token";

/// What a browser says of the page that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    Us,
    Others,
    /// It says nothing: an old browser, or none.
    Unsaid,
}

/// The token for someone's pages; empty for whoever has no cookie.
pub fn token(key: &ServerKey, principal: &Principal) -> String {
    let owner = match principal {
        Principal::Person { session_id, .. } => format!("session:{session_id}"),
        Principal::Device { id } => format!("device:{id}"),
        Principal::Anonymous | Principal::Machine { .. } => return String::new(),
    };
    BASE64_URL_SAFE_NO_PAD.encode(&key.sign("csrf", owner.as_bytes())[..16])
}

/// Refuses a change that a page of another site asks for, and one that rests on a cookie without the browser's word.
///
/// # Errors
/// `cross_site`.
pub fn check_origin(request: &ServiceRequest, is_public: bool, principal: &Principal) -> Result<(), WebError> {
    if request.method().is_safe() || matches!(principal, Principal::Machine { .. }) {
        return Ok(());
    }
    let rests_on_cookie = !is_public && *principal != Principal::Anonymous;
    match asker(request.headers(), Client::of(request.request()).is_secure) {
        Asker::Us => Ok(()),
        Asker::Unsaid if !rests_on_cookie => Ok(()),
        Asker::Unsaid | Asker::Others => Err(WebError::CrossSite),
    }
}

/// Lets a change that rests on a cookie through to its handler if it shows the token of our pages: in the head, or in
/// a form's field `csrf`. It stands within the bounds of a body, since it may read one.
pub async fn proved<B: MessageBody + 'static>(
    operation: Operation,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    if request.method().is_safe() || operation.is_public() || is_proved(&mut request).await {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let answer = refusal(request.path(), Lang::of(request.request()), &WebError::CrossSite);
    Ok(request.into_response(answer).map_into_right_body())
}

async fn is_proved(request: &mut ServiceRequest) -> bool {
    let caller = request.extensions().get::<Caller>().cloned();
    let (Some(site), Some(caller)) = (request.app_data::<Shared>().cloned(), caller) else { return false };
    if matches!(caller.principal, Principal::Machine { .. }) {
        return true;
    }
    let shown = match request.headers().get(HEADER) {
        Some(value) => value.to_str().unwrap_or_default().to_owned(),
        None => of_form(request).await,
    };
    is_proof(site.key(), &caller.principal, &shown)
}

/// Whether a text that is shown is someone's token.
pub fn is_proof(key: &ServerKey, principal: &Principal, shown: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD.decode(shown).is_ok_and(|shown| is_token(key, principal, &shown))
}

/// Compares without telling by its time how much was right.
fn is_token(key: &ServerKey, principal: &Principal, shown: &[u8]) -> bool {
    let want = BASE64_URL_SAFE_NO_PAD.decode(token(key, principal)).unwrap_or_default();
    let differs = want.iter().zip(shown).fold(0, |sum, (one, other)| sum | (one ^ other));
    !want.is_empty() && want.len() == shown.len() && differs == 0
}

fn asker(headers: &HeaderMap, is_encrypted: bool) -> Asker {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    let own = text(header::HOST).map(|host| format!("{}://{host}", if is_encrypted { "https" } else { "http" }));
    let origin = text(header::ORIGIN).map(|origin| own.is_some_and(|own| own.eq_ignore_ascii_case(origin)));
    match (site, origin) {
        (Some(site), _) if site != "same-origin" => Asker::Others,
        (_, Some(false)) => Asker::Others,
        (None, None) => Asker::Unsaid,
        _ => Asker::Us,
    }
}

/// The field `csrf` of a form. The body is put back for the handler.
async fn of_form(request: &mut ServiceRequest) -> String {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    if !is_form {
        return String::new();
    }
    // A body that is too large or breaks off has no field; the handler never sees it.
    let Ok(body) = request.extract::<Bytes>().await else { return String::new() };
    let field = |pair: &[u8]| pair.strip_prefix(b"csrf=").map(|value| String::from_utf8_lossy(value).into_owned());
    let found = body.split(|byte| *byte == b'&').find_map(field).unwrap_or_default();
    request.set_payload(Payload::from(body));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_tells_where_a_request_comes_from() {
        let check = |headers: &[(&str, &str)], want: Asker| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                let name = header::HeaderName::try_from(*name).expect("a header's name");
                map.insert(name, header::HeaderValue::from_str(value).expect("a header's value"));
            }
            assert_eq!(asker(&map, true), want, "{headers:?}");
        };
        let host = ("host", "tuan.example");
        check(&[host], Asker::Unsaid);
        check(&[host, ("origin", "https://tuan.example")], Asker::Us);
        check(&[host, ("origin", "https://tuan.example"), ("sec-fetch-site", "same-origin")], Asker::Us);
        check(&[host, ("origin", "http://tuan.example")], Asker::Others);
        check(&[host, ("origin", "https://tuan.example:8443")], Asker::Others);
        check(&[host, ("origin", "null")], Asker::Others);
        check(&[host, ("sec-fetch-site", "cross-site")], Asker::Others);
        check(&[host, ("sec-fetch-site", "same-site"), ("origin", "https://tuan.example")], Asker::Others);
        check(&[host, ("sec-fetch-site", "none")], Asker::Others);
        check(&[("origin", "https://tuan.example")], Asker::Others);
    }

    #[test]
    fn a_token_belongs_to_one_session_or_device() {
        let key = ServerKey::new(std::array::from_fn(|at| at as u8)).expect("32 different bytes");
        let device = |id: &str| Principal::Device { id: id.to_owned() };
        let shown = BASE64_URL_SAFE_NO_PAD.decode(token(&key, &device("a"))).expect("our own token");
        assert!(is_token(&key, &device("a"), &shown));
        assert!(!is_token(&key, &device("b"), &shown));
        assert!(!is_token(&key, &device("a"), &shown[1..]));
        assert!(!is_token(&key, &Principal::Anonymous, b""));
    }
}
