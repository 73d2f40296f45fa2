//! What a request shows of whoever asks: a token in its head, a session or a device in a cookie.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::domain::secret::{Secret, parse_token};
use crate::domain::server_key::ServerKey;
use crate::web::caller::Principal;
use crate::web::client::Client;
use crate::web::csrf;

/// A cookie's two names: browsers keep the first for encrypted connections alone, and for our host alone; the other
/// is for trying out on one's own machine without encryption.
struct CookieName {
    encrypted: &'static str,
    plain: &'static str,
}

impl CookieName {
    fn of(&self, is_secure: bool) -> &'static str {
        if is_secure { self.encrypted } else { self.plain }
    }
}

const SESSION: CookieName = CookieName { encrypted: "__Host-tuan", plain: "tuan_session" };
const DEVICE: CookieName = CookieName { encrypted: "__Host-tuan-device", plain: "tuan_device" };

/// How long a device is remembered without a visit.
const DEVICE_DAYS: i64 = 400;

/// What a request shows. Nothing of it has been looked up so far.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// A token; the inner None where something else stands in its place.
    pub token: Option<Option<Secret>>,
    pub session: Option<Secret>,
    /// A device's id, its signature sound.
    pub device: Option<String>,
}

impl Credentials {
    pub fn of(request: &HttpRequest, key: &ServerKey) -> Credentials {
        let head = request.headers().get(header::AUTHORIZATION);
        let token = head.map(|value| {
            let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
            parse_token(text.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))
        });
        let is_secure = Client::of(request).is_secure;
        let cookie = |name: &CookieName| request.cookie(name.of(is_secure)).map(|cookie| cookie.value().to_owned());
        let device = cookie(&DEVICE).and_then(|text| signed_device(&text, key));
        // Residents' pages prove that the device asks. Whoever is signed in beside it orders as the device, too.
        let proof = request.headers().get(csrf::HEADER).and_then(|value| value.to_str().ok());
        let is_devices = device
            .as_ref()
            .zip(proof)
            .is_some_and(|(id, proof)| csrf::is_proof(key, &Principal::Device { id: id.clone() }, proof));
        let session = cookie(&SESSION).filter(|_| !is_devices).and_then(|text| Secret::parse(&text));
        Credentials { token, session, device }
    }
}

/// The cookie that carries a session, kept by the browser for so many seconds.
pub fn session_cookie(request: &HttpRequest, secret: &Secret, kept_s: i64) -> Cookie<'static> {
    cookie(request, &SESSION, secret.to_text(), time::Duration::seconds(kept_s))
}

/// Takes the session's cookie away.
pub fn no_session_cookie(request: &HttpRequest) -> Cookie<'static> {
    cookie(request, &SESSION, String::new(), time::Duration::ZERO)
}

/// The cookie by which a resident's device is known again: a random id, signed with the server's key.
pub fn device_cookie(request: &HttpRequest, id: &Secret, key: &ServerKey) -> Cookie<'static> {
    cookie(request, &DEVICE, device_text(&id.to_text(), key), time::Duration::days(DEVICE_DAYS))
}

fn cookie(request: &HttpRequest, name: &CookieName, value: String, kept: time::Duration) -> Cookie<'static> {
    let is_secure = Client::of(request).is_secure;
    let cookie = Cookie::build(name.of(is_secure), value).max_age(kept).path("/");
    cookie.secure(is_secure).http_only(true).same_site(SameSite::Lax).finish()
}

fn signed_device(text: &str, key: &ServerKey) -> Option<String> {
    let (id, signature) = text.split_once('.')?;
    let given = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    (Secret::parse(id).is_some() && key.is_signature("device", id.as_bytes(), &given)).then(|| id.to_owned())
}

fn device_text(id: &str, key: &ServerKey) -> String {
    format!("{id}.{}", BASE64_URL_SAFE_NO_PAD.encode(key.sign("device", id.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_by_our_signature_alone() {
        let key = ServerKey::new(std::array::from_fn(|at| at as u8)).expect("32 different bytes");
        let other = ServerKey::new(std::array::from_fn(|at| at as u8 + 1)).expect("32 different bytes");
        let id = Secret::new([9; 16]).to_text();
        let cookie = device_text(&id, &key);
        assert_eq!(signed_device(&cookie, &key), Some(id.clone()));
        assert_eq!(signed_device(&cookie, &other), None);
        assert_eq!(signed_device(&id, &key), None);
        assert_eq!(signed_device(&format!("x{cookie}"), &key), None);
    }
}
