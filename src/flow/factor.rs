//! The second factor: enrolling an authenticator app, and giving its code at the door.

use crate::domain::errors::RuleError;
use crate::domain::sealed::{open, seal};
use crate::domain::secret::Secret;
use crate::domain::server_key::ServerKey;
use crate::domain::throttle::Wrongs;
use crate::domain::totp::TotpSecret;
use crate::flow::people::refused;
use crate::flow::sign_in::{subject, too_many_tries};
use crate::flow::{Desk, FlowError, fresh};
use crate::store::backend::Db;
use crate::store::security_log::{self, Entry};
use crate::store::users::UserRow;
use crate::store::{sessions, throttles, users};

/// What a TOTP secret is sealed for.
const USAGE: &str = "totp";

/// A secret that an app may be enrolled with. Nothing is kept: whoever is enrolling brings the sealed form back
/// together with a code that proves it.
#[derive(Clone, Debug)]
pub struct Enrolment {
    pub secret: TotpSecret,
    pub sealed: String,
}

impl Enrolment {
    /// A new secret for this person.
    ///
    /// # Errors
    /// Where the operating system has no randomness to give.
    pub fn new(key: &ServerKey, user_id: i64) -> Result<Enrolment, FlowError> {
        let secret = TotpSecret::new(fresh::bytes()?);
        let sealed = seal(key, USAGE, user_id, secret.bytes(), fresh::bytes()?);
        Ok(Enrolment { secret, sealed })
    }

    /// The enrolment that was begun, so that a mistyped code need not begin it again.
    pub fn again(key: &ServerKey, user_id: i64, sealed: &str) -> Option<Enrolment> {
        Some(Enrolment { secret: unseal(key, user_id, sealed)?, sealed: sealed.to_owned() })
    }
}

fn unseal(key: &ServerKey, user_id: i64, sealed: &str) -> Option<TotpSecret> {
    let bytes: [u8; 20] = open(key, USAGE, user_id, sealed)?.try_into().ok()?;
    Some(TotpSecret::new(bytes))
}

/// The code that someone gives at the door.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    pub session_id: i64,
    pub digits: &'a str,
    /// The sealed secret of someone who enrols with this code. It counts only while nothing is enrolled.
    pub enrolling: Option<&'a str>,
    pub request_id: &'a str,
}

/// Opens the session for all that the roles grant, and returns its new secret.
///
/// # Errors
/// `wrong_code`; `too_many_tries`; `not_enrolled` where there is no secret to check against.
pub fn give_code(
    db: &mut Db,
    desk: &Desk,
    key: &ServerKey,
    user: &UserRow,
    code: &Code<'_>,
) -> Result<Secret, FlowError> {
    let sealed = user.totp_sealed.as_deref().or(code.enrolling);
    let secret = sealed.and_then(|sealed| unseal(key, user.id, sealed));
    let secret = secret.ok_or_else(|| refused("not_enrolled", "还没有绑定动态码", "no authenticator is enrolled"))?;
    let (opens, actor) = (fresh::secret()?, format!("user:{}", user.id));
    let counted = subject(key, "code", &user.id.to_string());
    let is_right = db.write(|db| {
        let wrongs = throttles::wrongs(db, &counted)?.now(desk.now);
        if let Some(seconds) = wrongs.wait_s(desk.now) {
            return Err::<_, FlowError>(too_many_tries(seconds).into());
        }
        let step = secret.step_of(code.digits, desk.now, users::totp_step(db, user.id)?);
        let act = match step {
            Some(_) if user.totp_sealed.is_none() => "second_factor_enrolled",
            Some(_) => "second_factor_given",
            None => "second_factor_refused",
        };
        if let Some(step) = step {
            users::set_totp(db, user.id, sealed, Some(step))?;
            sessions::prove(db, code.session_id, &opens.digest())?;
            throttles::keep(db, &counted, Wrongs::default())?;
        } else {
            throttles::keep(db, &counted, Wrongs { count: wrongs.count + 1, last_at: desk.now })?;
        }
        let entry = Entry { act, actor: &actor, request_id: code.request_id, ..Entry::default() };
        security_log::append(db, desk.now, entry)?;
        Ok(step.is_some())
    })?;
    if is_right { Ok(opens) } else { Err(wrong_code().into()) }
}

fn wrong_code() -> RuleError {
    refused("wrong_code", "动态码不对，请看手机上现在的六位数", "wrong code; read the six digits your app shows now")
}
