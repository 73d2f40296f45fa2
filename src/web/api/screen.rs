//! Locking the screen of a desk, and proving to be there. The session stays, and so does what was typed.

use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::password::{hash_password, is_password};
use crate::flow::lock_screen::{self, begin_unlock, check_pin, end_unlock};
use crate::flow::{fresh, people};
use crate::web::answers::{Shared, ask};
use crate::web::api::users::done_or_not;
use crate::web::body::Given;
use crate::web::caller::{Caller, Principal};
use crate::web::errors::WebError;

/// Who is signed in, and in which session.
fn of(caller: &Caller) -> Result<(i64, i64), WebError> {
    match caller.principal {
        Principal::Person { user_id, session_id, .. } => Ok((user_id, session_id)),
        _ => Err(WebError::Forbidden),
    }
}

/// Locks one's screen: from now on the session answers nothing but unlocking and signing out.
#[utoipa::path(post, path = "/api/v1/session/lock", operation_id = "lock_screen", tag = "access", responses((status = 204)))]
pub async fn lock(site: Shared, request: HttpRequest, caller: Caller) -> HttpResponse {
    let done = ask(&site, move |site, db| {
        let (_, session_id) = of(&caller)?;
        Ok(lock_screen::lock_screen(db, &site.desk(), session_id)?)
    });
    done_or_not(&request, done.await)
}

/// One's own password, or the number for the screen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnlockBody {
    secret: String,
}

/// Unlocks one's screen.
#[utoipa::path(post, path = "/api/v1/session/unlock", operation_id = "unlock_screen", tag = "access", request_body = UnlockBody,
    responses((status = 204)))]
pub async fn unlock(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    Given(body): Given<UnlockBody>,
) -> HttpResponse {
    done_or_not(&request, unlocked(&site, &caller, body.secret).await)
}

/// Unlocks the caller's screen with a secret.
///
/// # Errors
/// `wrong_secret`, `too_many_tries`, `busy`.
pub async fn unlocked(site: &Shared, caller: &Caller, secret: String) -> Result<(), WebError> {
    let (user_id, session_id) = of(caller)?;
    let kept = ask(site, move |site, db| Ok(begin_unlock(db, &site.desk(), site.key(), user_id)?)).await?;
    let looked = site.hashing().run(move || {
        let is_number = kept.pin.is_some() && is_password(&secret, kept.pin.as_deref());
        is_number || is_password(&secret, kept.password.as_deref())
    });
    let is_right = looked.await?;
    ask(site, move |site, db| Ok(end_unlock(db, &site.desk(), site.key(), (user_id, session_id), is_right)?)).await
}

/// A number of four to eight digits, and one's password as proof.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PinBody {
    pub pin: String,
    pub password: String,
}

/// Sets the number that unlocks one's screen.
#[utoipa::path(post, path = "/api/v1/session/pin", operation_id = "set_pin", tag = "access", request_body = PinBody,
    responses((status = 204)))]
pub async fn set_pin(site: Shared, request: HttpRequest, caller: Caller, Given(body): Given<PinBody>) -> HttpResponse {
    done_or_not(&request, pin_set(&site, &caller, body).await)
}

/// Sets the number that unlocks the caller's screen.
///
/// # Errors
/// `weak_pin`, a wrong password, `busy`.
pub async fn pin_set(site: &Shared, caller: &Caller, body: PinBody) -> Result<(), WebError> {
    let (user_id, _) = of(caller)?;
    check_pin(&body.pin)?;
    let kept = ask(site, move |_, db| Ok(people::by_id(db, user_id)?.password_hash)).await?;
    let (salt, PinBody { pin, password }) = (fresh::bytes()?, body);
    let looked = site.hashing().run(move || is_password(&password, kept.as_deref()).then(|| hash_password(&pin, salt)));
    let Some(hash) = looked.await? else {
        return Err(WebError::bad("现在的密码不对", "the current password is wrong"));
    };
    ask(site, move |site, db| Ok(lock_screen::set_pin(db, &site.desk(), user_id, &hash)?)).await
}
