//! Signing in: count the try, look at the password away from the database, then begin a session or say no.
//!
//! An unknown name, a suspended account and a wrong password get the same answer after the same work.

use chrono::Duration;

use crate::domain::access::{AccountState, Role};
use crate::domain::account::LoginName;
use crate::domain::errors::RuleError;
use crate::domain::secret::{Secret, hex};
use crate::domain::server_key::ServerKey;
use crate::domain::session::{Factor, SessionKind, asks_second_factor};
use crate::domain::throttle::Wrongs;
use crate::domain::time::Moment;
use crate::flow::sessions::begin_session;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::security_log::{self, Entry};
use crate::store::throttles;
use crate::store::users::{self, UserRow};

/// Someone at the door.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'a> {
    pub login_name: &'a str,
    /// The address that the request comes from.
    pub address: &'a str,
    /// What it comes from, in a word or two.
    pub device: &'a str,
    pub request_id: &'a str,
}

/// A try that was counted as wrong until it proves right.
#[derive(Debug)]
pub struct Try {
    /// Whose password it may be; None: nobody's.
    user: Option<UserRow>,
    account: String,
    address: String,
}

/// Someone who was let in.
#[derive(Debug)]
pub struct LetIn {
    pub user: UserRow,
    pub roles: Vec<Role>,
    pub session_id: i64,
    pub secret: Secret,
    pub factor: Factor,
    pub ends_at: Moment,
}

/// Counts a try as wrong before its password is looked at, so that a flood of them at once counts in full.
///
/// # Errors
/// `too_many_tries` with the seconds to wait; nothing is counted then.
pub fn begin_try(db: &mut Db, desk: &Desk, key: &ServerKey, knock: &Knock<'_>) -> Result<Try, FlowError> {
    let name = LoginName::parse(knock.login_name);
    let named = name.as_ref().map_or(knock.login_name, LoginName::as_str);
    let subjects = [subject(key, "account", named), subject(key, "address", knock.address)];
    db.write(|db| {
        let now = desk.now;
        let mut counts = Vec::new();
        for subject in &subjects {
            let wrongs = throttles::wrongs(db, subject)?.now(now);
            if let Some(seconds) = wrongs.wait_s(now) {
                return Err(too_many_tries(seconds).into());
            }
            counts.push(Wrongs { count: wrongs.count + 1, last_at: now });
        }
        throttles::forget(db, now.plus(Duration::days(-1)))?;
        for (subject, wrongs) in subjects.iter().zip(counts) {
            throttles::keep(db, subject, wrongs)?;
        }
        let user = match &name {
            Some(name) => users::named(db, name.as_str())?,
            None => None,
        };
        let [account, address] = subjects.clone();
        Ok(Try { user, account, address })
    })
}

impl Try {
    /// What is kept of the password that would be right; None where nobody can sign in under this name.
    pub fn kept_password(&self) -> Option<&str> {
        let user = self.user.as_ref().filter(|user| user.state() == AccountState::Active)?;
        user.password_hash.as_deref()
    }
}

/// Ends a try: takes its count back and begins a session, or notes the refusal.
///
/// # Errors
/// `wrong_password`, for an unknown name too.
pub fn end_try(db: &mut Db, desk: &Desk, tried: Try, is_right: bool, knock: &Knock<'_>) -> Result<LetIn, FlowError> {
    let from = format!("from:{}", &tried.address[..12]);
    let named = tried.user.as_ref().map_or_else(String::new, |user| format!("user:{}", user.id));
    let Some(user) = tried.user.filter(|_| is_right) else {
        let entry = Entry {
            act: "sign_in_refused",
            actor: "anonymous",
            subject: &named,
            detail: &from,
            request_id: knock.request_id,
        };
        db.write(|db| Ok::<_, FlowError>(security_log::append(db, desk.now, entry)?))?;
        return Err(wrong_password().into());
    };
    let let_in = let_in(db, desk, user, knock.device)?;
    db.write(|db| {
        throttles::keep(db, &tried.account, Wrongs::default())?;
        let wrongs = throttles::wrongs(db, &tried.address)?;
        throttles::keep(db, &tried.address, Wrongs { count: wrongs.count.saturating_sub(1), ..wrongs })?;
        let (actor, session) = (format!("user:{}", let_in.user.id), format!("session:{}", let_in.session_id));
        let entry =
            Entry { act: "sign_in", actor: &actor, subject: &session, detail: &from, request_id: knock.request_id };
        Ok::<_, FlowError>(security_log::append(db, desk.now, entry)?)
    })?;
    Ok(let_in)
}

/// Begins a session for someone who proved who they are, of the kind that their roles ask for.
///
/// # Errors
/// What the database says.
pub(super) fn let_in(db: &mut Db, desk: &Desk, user: UserRow, device: &str) -> Result<LetIn, FlowError> {
    let roles = users::roles(db, user.id)?;
    let factor = if asks_second_factor(&roles) { Factor::Due } else { Factor::None };
    let is_helper = user.password_hash.is_none();
    let kind = if is_helper { SessionKind::Helper } else { SessionKind::of(&roles) };
    let ends_at = kind.ends_at(desk.now, desk.zone);
    let ends_at = user.helps_until().map_or(ends_at, |until| until.min(ends_at));
    let (session_id, secret) = begin_session(db, desk, user.id, kind, ends_at, factor, device)?;
    Ok(LetIn { user, roles, session_id, secret, factor, ends_at })
}

/// A keyed hash, so that the table tells neither names nor addresses.
pub(super) fn subject(key: &ServerKey, kind: &str, name: &str) -> String {
    hex(&key.sign("throttle", format!("{kind}:{name}").as_bytes()))
}

pub(super) fn too_many_tries(seconds: u32) -> RuleError {
    RuleError::Wait { code: "too_many_tries", seconds }
}

fn wrong_password() -> RuleError {
    let (zh, en) = ("登录名或密码不对", "wrong name or password");
    RuleError::Refused { code: "wrong_password", zh: zh.into(), en: en.into() }
}
