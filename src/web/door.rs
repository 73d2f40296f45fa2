//! Signing in, as the page and the API do it: the password is looked at away from the database and from the threads
//! that listen.

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::domain::access::Role;
use crate::domain::password::{check_password, hash_password, is_password};
use crate::flow::fresh;
use crate::flow::sign_in::{Knock, LetIn, begin_try, end_try};
use crate::web::answers::{Shared, ask};
use crate::web::client::Client;
use crate::web::errors::WebError;
use crate::web::requests::RequestId;

/// Where a request comes from, as the sign-in counts and notes it.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    address: String,
    device: String,
    request_id: String,
}

impl Visit {
    pub fn of(request: &HttpRequest) -> Visit {
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let address = Client::of(request).address.to_string();
        Visit { address, device: device_words(agent.unwrap_or_default()), request_id: RequestId::of(request).0 }
    }

    fn knock<'v>(&'v self, login_name: &'v str) -> Knock<'v> {
        Knock { login_name, address: &self.address, device: &self.device, request_id: &self.request_id }
    }

    /// What it comes from, in a word or two.
    pub fn device(&self) -> &str {
        &self.device
    }
}

/// Lets someone in by name and password.
///
/// # Errors
/// `wrong_password`, `too_many_tries`, `busy`.
pub async fn sign_in(site: &Shared, visit: Visit, login_name: String, password: String) -> Result<LetIn, WebError> {
    let (name, from) = (login_name.clone(), visit.clone());
    let begun = ask(site, move |site, db| {
        let knock = from.knock(&name);
        Ok(begin_try(db, &site.desk(), site.key(), &knock)?)
    });
    let tried = begun.await?;
    let kept = tried.kept_password().map(str::to_owned);
    let is_right = site.hashing().run(move || is_password(&password, kept.as_deref())).await?;
    let ended = ask(site, move |site, db| {
        let knock = visit.knock(&login_name);
        Ok(end_try(db, &site.desk(), tried, is_right, &knock)?)
    });
    ended.await
}

/// What is kept of a new password.
///
/// # Errors
/// `weak_password`, `busy`.
pub async fn new_password(site: &Shared, login_name: &str, password: String) -> Result<String, WebError> {
    check_password(&password, login_name)?;
    let salt = fresh::bytes()?;
    site.hashing().run(move || hash_password(&password, salt)).await
}

/// An address of ours to go on to, from what a link says: anything else leads home.
pub fn safe_next(next: &str) -> &str {
    let is_ours = next.starts_with('/') && !next.starts_with("//");
    let is_plain = !next.contains(|c: char| c == '\\' || c.is_control());
    let is_door = ["/login", "/logout", "/i/"].iter().any(|door| next.starts_with(door));
    if is_ours && is_plain && !is_door { next } else { "/" }
}

/// Where someone goes on to who asked for no page: to the page that is made for their role, the widest of several.
pub fn home(roles: &[Role]) -> &'static str {
    const HOMES: [(Role, &str); 6] = [
        (Role::Admin, "/admin"),
        (Role::Buyer, "/buyer"),
        (Role::Warehouse, "/warehouse"),
        (Role::Leader, "/leader"),
        (Role::Helper, "/leader"),
        (Role::Driver, "/driver"),
    ];
    let made_for = HOMES.iter().find(|(role, _)| roles.contains(role)).map(|(_, home)| *home);
    match made_for {
        Some("/warehouse" | "/leader" | "/driver") if roles.contains(&Role::Finance) => "/",
        Some(home) => home,
        None => "/",
    }
}

/// A device in two words, such as `Android Chrome`, so that people know their sessions apart.
fn device_words(agent: &str) -> String {
    let first =
        |known: &[(&str, &'static str)]| known.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, word)| *word);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ]);
    let browser = first(&[
        ("MicroMessenger", "微信"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    [system, browser].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_addresses_are_gone_on_to() {
        for ours in ["/", "/cycles/261122?version=2", "/leader#today"] {
            assert_eq!(safe_next(ours), ours);
        }
        for other in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\nb", "cycles", "/login?next=/"]
        {
            assert_eq!(safe_next(other), "/", "{other}");
        }
    }

    #[test]
    fn a_device_is_named_in_two_words() {
        let check = |agent: &str, want: &str| assert_eq!(device_words(agent), want);
        check("Mozilla/5.0 (Linux; Android 14; HarmonyOS) AppleWebKit/537 Chrome/120 Safari/537", "HarmonyOS Chrome");
        check("Mozilla/5.0 (iPhone; CPU iPhone OS 17) AppleWebKit Mobile MicroMessenger/8.0 Safari", "iPhone 微信");
        check("curl/8", "");
    }
}
