//! Sessions: who is signed in, from the secret in a cookie or header; how long that lasts.

use crate::domain::access::{AccountState, Role, Scope};
use crate::domain::secret::Secret;
use crate::domain::session::{Factor, SessionKind};
use crate::domain::time::Moment;
use crate::flow::lock_screen::is_locked;
use crate::flow::{Desk, FlowError, fresh};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::security_log::{self, Entry};
use crate::store::sessions::{self, SessionRow};
use crate::store::users::UserRow;
use crate::store::{absences, tokens, users};

/// Someone signed in, as they stand at this moment.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: SessionRow,
    pub user: UserRow,
    pub roles: Vec<Role>,
    /// The leader who they are or help, then those they stand in for today.
    pub leader_ids: Vec<i64>,
    /// Whether the screen is locked: then nothing is answered but unlocking.
    pub is_locked: bool,
}

/// A machine, as its token stands at this moment.
#[derive(Clone, Debug)]
pub struct Machine {
    pub token_id: i64,
    pub scopes: Vec<Scope>,
    /// None named: all leaders.
    pub leader_ids: Vec<i64>,
}

/// Begins a session and returns its secret, which only the person's device keeps.
///
/// # Errors
/// What the database says.
pub fn begin_session(
    db: &mut Db,
    desk: &Desk,
    user_id: i64,
    kind: SessionKind,
    ends_at: Moment,
    factor: Factor,
    device: &str,
) -> Result<(i64, Secret), FlowError> {
    let secret = fresh::secret()?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    let row = SessionRow {
        id,
        user_id,
        token_hash: secret.digest(),
        kind: kind.code().to_owned(),
        factor: factor.code().to_owned(),
        device: device.to_owned(),
        made_at: desk.now.0,
        seen_at: desk.now.0,
        ends_at: ends_at.0,
    };
    db.write(|db| {
        sessions::clear_ended(db, user_id, desk.now)?;
        Ok::<_, FlowError>(sessions::insert(db, &row)?)
    })?;
    Ok((id, secret))
}

/// Whoever the secret of a cookie belongs to: None if the session has ended, or the account is not active.
///
/// # Errors
/// What the database says.
pub fn signed_in(db: &mut Db, desk: &Desk, secret: &Secret) -> Result<Option<SignedIn>, FlowError> {
    let now = desk.now;
    let Some((session, user)) = sessions::opened_by(db, &secret.digest())? else { return Ok(None) };
    let helps = user.helps_until().is_none_or(|until| now < until);
    if !session.is_live(now) || user.state() != AccountState::Active || !helps {
        return Ok(None);
    }
    let roles = users::roles(db, user.id)?;
    let mut leader_ids: Vec<i64> = user.leader_id.into_iter().collect();
    if let Some(own) = user.leader_id.filter(|_| roles.contains(&Role::Leader)) {
        leader_ids.extend(absences::stood_in_for(db, own, desk.zone.date(now))?);
    }
    let is_locked = is_locked(db, now, &session)?;
    Ok(Some(SignedIn { session, user, roles, leader_ids, is_locked }))
}

/// How old a session's last sign of life may get before it is written again, in microseconds: fewer writes, and
/// a minute of the idle time at most.
const SEEN_STEP_US: i64 = 60_000_000;

/// Notes that a session is in use, once a minute.
///
/// # Errors
/// What the database says.
pub fn note_seen(db: &mut Db, now: Moment, session: &SessionRow) -> Result<(), FlowError> {
    let kind = session.kind();
    if kind.idle_max().or(kind.locks_after()).is_none() || now.0 - session.seen_at < SEEN_STEP_US {
        return Ok(());
    }
    db.write(|db| Ok(sessions::seen(db, session.id, now)?))
}

/// Ends one of someone's sessions; returns whether it was there and theirs. `act` is what the security log calls it.
///
/// # Errors
/// What the database says.
pub fn end_session(
    db: &mut Db,
    desk: &Desk,
    user_id: i64,
    session_id: i64,
    act: &str,
    request_id: &str,
) -> Result<bool, FlowError> {
    db.write(|db| {
        let was_there = sessions::end(db, user_id, session_id)?;
        if was_there {
            let (actor, subject) = (format!("user:{user_id}"), format!("session:{session_id}"));
            let entry = Entry { act, actor: &actor, subject: &subject, request_id, ..Entry::default() };
            security_log::append(db, desk.now, entry)?;
        }
        Ok(was_there)
    })
}

/// Ends a session, whosever it is; `false` where there is none.
///
/// # Errors
/// What the database says.
pub fn end_any_session(
    db: &mut Db,
    desk: &Desk,
    by: i64,
    session_id: i64,
    request_id: &str,
) -> Result<bool, FlowError> {
    db.write(|db| {
        let Some(owner) = sessions::owner(db, session_id)? else { return Ok(false) };
        let (actor, subject) = (format!("user:{by}"), format!("session:{session_id}"));
        let detail = format!("user:{owner}");
        let (act, detail) = ("session_ended", detail.as_str());
        let entry = Entry { act, actor: &actor, subject: &subject, detail, request_id };
        security_log::append(db, desk.now, entry)?;
        Ok(sessions::end(db, owner, session_id)?)
    })
}

/// The machine that a token's secret belongs to: None if there is none, or it was revoked.
///
/// # Errors
/// What the database says.
pub fn machine(db: &mut Db, secret: &Secret) -> Result<Option<Machine>, FlowError> {
    let found = tokens::opened_by(db, &secret.digest())?;
    Ok(found.map(|(row, leader_ids)| Machine { token_id: row.id, scopes: row.scopes(), leader_ids }))
}
