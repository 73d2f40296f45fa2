//! 锁屏: a desk that is left alone answers nothing until whoever is signed in proves to be there. The session goes on.

use crate::domain::errors::RuleError;
use crate::domain::server_key::ServerKey;
use crate::domain::throttle::Wrongs;
use crate::domain::time::Moment;
use crate::flow::people::{by_id, refused};
use crate::flow::sign_in::{subject, too_many_tries};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::security_log::{self, Entry};
use crate::store::sessions::SessionRow;
use crate::store::{screens, sessions, throttles};

/// What is kept of the secrets that unlock a screen.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub password: Option<String>,
    pub pin: Option<String>,
}

/// Locks a session's screen; one that is locked stays so.
///
/// # Errors
/// What the database says.
pub fn lock_screen(db: &mut Db, desk: &Desk, session_id: i64) -> Result<(), FlowError> {
    db.write(|db| Ok(screens::lock(db, session_id, desk.now)?))
}

/// Whether a session's screen is locked: by hand, or because nobody was there for too long, which locks it from now on.
///
/// # Errors
/// What the database says.
pub fn is_locked(db: &mut Db, now: Moment, session: &SessionRow) -> Result<bool, FlowError> {
    if screens::locked_at(db, session.id)?.is_some() {
        return Ok(true);
    }
    let is_alone = session.kind().locks_after().is_some_and(|most| now >= Moment(session.seen_at).plus(most));
    if is_alone {
        // Where it cannot be written, as on a full disk, the screen is locked all the same: the next look finds it so.
        let _ = db.write(|db| Ok::<_, FlowError>(screens::lock(db, session.id, now)?));
    }
    Ok(is_alone)
}

/// Counts a try as wrong before its secret is looked at, and tells what would be right.
///
/// # Errors
/// `too_many_tries`, `not_found`.
pub fn begin_unlock(db: &mut Db, desk: &Desk, key: &ServerKey, user_id: i64) -> Result<Kept, FlowError> {
    let counted = subject(key, "screen", &user_id.to_string());
    db.write(|db| {
        let user = by_id(db, user_id)?;
        let wrongs = throttles::wrongs(db, &counted)?.now(desk.now);
        if let Some(seconds) = wrongs.wait_s(desk.now) {
            return Err(too_many_tries(seconds).into());
        }
        throttles::keep(db, &counted, Wrongs { count: wrongs.count + 1, last_at: desk.now })?;
        Ok(Kept { password: user.password_hash, pin: screens::pin_hash(db, user_id)? })
    })
}

/// Unlocks the screen where the secret was right, and says no where it was not.
///
/// # Errors
/// `wrong_secret`.
pub fn end_unlock(
    db: &mut Db,
    desk: &Desk,
    key: &ServerKey,
    (user_id, session_id): (i64, i64),
    is_right: bool,
) -> Result<(), FlowError> {
    let (counted, actor) = (subject(key, "screen", &user_id.to_string()), format!("user:{user_id}"));
    let session = format!("session:{session_id}");
    db.write(|db| {
        let act = if is_right { "screen_unlocked" } else { "unlock_refused" };
        if is_right {
            screens::unlock(db, session_id)?;
            sessions::seen(db, session_id, desk.now)?;
            throttles::keep(db, &counted, Wrongs::default())?;
        }
        let entry = Entry { act, actor: &actor, subject: &session, ..Entry::default() };
        Ok::<_, FlowError>(security_log::append(db, desk.now, entry)?)
    })?;
    if is_right { Ok(()) } else { Err(wrong_secret().into()) }
}

/// Sets the number that unlocks someone's screen, of which `hash` is kept.
///
/// # Errors
/// What the database says.
pub fn set_pin(db: &mut Db, desk: &Desk, user_id: i64, hash: &str) -> Result<(), FlowError> {
    let actor = format!("user:{user_id}");
    db.write(|db| {
        screens::set_pin(db, user_id, hash, desk.now)?;
        let entry = Entry { act: "screen_pin_set", actor: &actor, ..Entry::default() };
        Ok::<_, FlowError>(security_log::append(db, desk.now, entry)?)
    })
}

/// A number for the screen: four to eight digits, not all the same.
///
/// # Errors
/// `weak_pin`.
pub fn check_pin(pin: &str) -> Result<(), RuleError> {
    let is_number = (4..=8).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit());
    let is_one_digit = pin.bytes().all(|byte| pin.as_bytes().first() == Some(&byte));
    if is_number && !is_one_digit {
        return Ok(());
    }
    Err(refused("weak_pin", "解锁码要 4–8 位数字，不能全一样", "a number of 4 to 8 digits, not all the same"))
}

fn wrong_secret() -> RuleError {
    refused("wrong_secret", "解锁码或密码不对", "wrong number or password")
}
