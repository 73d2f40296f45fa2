//! Invitations: a link that serves once. It lets someone set a password, or lets a helper in without one.

use chrono::Duration;

use crate::domain::access::{AccountState, Role};
use crate::domain::account::display_name;
use crate::domain::errors::RuleError;
use crate::domain::facts::coded;
use crate::domain::sealed;
use crate::domain::secret::Secret;
use crate::domain::server_key::ServerKey;
use crate::domain::time::{Moment, Zone};
use crate::flow::people::{bad_name, by_id, is_let_in_without, refused};
use crate::flow::queue_letters::{IN_LETTERS, InviteLetter, queue_invite};
use crate::flow::sign_in::{LetIn, let_in};
use crate::flow::{Desk, FlowError, fresh};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::invitations::{self, InvitationRow};
use crate::store::security_log::{self, Entry};
use crate::store::sessions;
use crate::store::users::{self, UserRow};

/// How long an invitation waits to be used.
const OPEN_H: i64 = 72;

coded! {
    /// How long a helper helps.
    HelpUntil {
        Today = "today", "今天";
        ThreeDays = "three_days", "三天";
        /// For a stand-in while the leader is away.
        Week = "week", "一周";
        Revoked = "revoked", "直到取消";
    }
}

impl HelpUntil {
    /// Midnight after the last day; None: no end.
    fn end(self, now: Moment, zone: Zone) -> Option<Moment> {
        let days = match self {
            HelpUntil::Today => 1,
            HelpUntil::ThreeDays => 3,
            HelpUntil::Week => 7,
            HelpUntil::Revoked => return None,
        };
        let day = zone.minute(now.plus(Duration::days(days)));
        zone.parse(&format!("{} 00:00", day.get(..10).unwrap_or_default()))
    }
}

/// An invitation that was made: its secret is told once and kept nowhere.
#[derive(Debug)]
pub struct Invitation {
    pub user_id: i64,
    pub secret: Secret,
    pub ends_at: Moment,
}

/// Invites someone to set a password, or a helper to come in; earlier invitations of theirs end. Whoever has an address
/// also gets the link by mail.
///
/// # Errors
/// `not_found`; `user_suspended`.
pub fn invite(db: &mut Db, desk: &Desk, key: &ServerKey, actor: &str, user_id: i64) -> Result<Invitation, FlowError> {
    let secret = fresh::secret()?;
    let ends_at = desk.now.plus(Duration::hours(OPEN_H));
    let mut ids = IdMaker::lease(db, desk.now)?;
    let (id, letter_id) = (ids.next_id(), ids.next_id());
    ids.release(db)?;
    let nonce = fresh::bytes()?;
    db.write(|db| {
        let user = by_id(db, user_id)?;
        if user.state() == AccountState::Suspended {
            return Err(refused(
                "user_suspended",
                "账号已停用，请先恢复",
                "the account is suspended, restore it first",
            )
            .into());
        }
        invitations::revoke_all(db, user_id, desk.now)?;
        let row = InvitationRow {
            id,
            user_id,
            token_hash: secret.digest(),
            made_at: desk.now.0,
            ends_at: ends_at.0,
            used_at: None,
            revoked_at: None,
        };
        invitations::insert(db, &row)?;
        if user.email.is_some() {
            let sealed_token = sealed::seal(key, IN_LETTERS, user_id, secret.to_text().as_bytes(), nonce);
            let letter = InviteLetter { id: letter_id, user_id, invitation_id: id, sealed_token };
            queue_invite(db, desk.now, letter)?;
        }
        let subject = format!("user:{user_id}");
        let entry = Entry { act: "invited", actor, subject: &subject, ..Entry::default() };
        Ok::<_, FlowError>(security_log::append(db, desk.now, entry)?)
    })?;
    Ok(Invitation { user_id, secret, ends_at })
}

/// Adds a helper of a leader, who is let in by the link without a password.
///
/// # Errors
/// `bad_name`.
pub fn add_helper(
    db: &mut Db,
    desk: &Desk,
    key: &ServerKey,
    actor: &str,
    leader_id: i64,
    name: &str,
    until: HelpUntil,
) -> Result<Invitation, FlowError> {
    let shown = display_name(name).ok_or_else(bad_name)?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    let row = UserRow {
        id,
        login_name: format!("helper-{id}"),
        display_name: shown,
        email: None,
        state: AccountState::Active.code().to_owned(),
        leader_id: Some(leader_id),
        warehouse_id: None,
        vehicle_id: None,
        password_hash: None,
        totp_sealed: None,
        totp_step: None,
        helps_until: until.end(desk.now, desk.zone).map(|end| end.0),
        made_at: desk.now.0,
    };
    db.write(|db| {
        users::insert(db, &row, &[Role::Helper])?;
        let subject = format!("user:{id}");
        let entry = Entry { act: "user_added", actor, subject: &subject, detail: "helper", ..Entry::default() };
        Ok::<_, FlowError>(security_log::append(db, desk.now, entry)?)
    })?;
    invite(db, desk, key, actor, id)
}

/// Whom a link invites.
#[derive(Clone, Debug)]
pub struct Invited {
    pub user: UserRow,
    /// A helper who is let in as they are; others set a password.
    pub is_helper: bool,
    invitation_id: i64,
}

/// Whom a link invites: None if it never was, was used, was taken back, or has ended.
///
/// # Errors
/// What the database says.
pub fn invited(db: &mut Db, now: Moment, secret: &Secret) -> Result<Option<Invited>, FlowError> {
    let Some(row) = invitations::named(db, &secret.digest())?.filter(|row| row.is_open(now)) else { return Ok(None) };
    let user = by_id(db, row.user_id)?;
    let is_over = user.helps_until().is_some_and(|until| until <= now);
    if user.state() == AccountState::Suspended || is_over {
        return Ok(None);
    }
    let is_helper = user.password_hash.is_none() && is_let_in_without(&users::roles(db, user.id)?);
    Ok(Some(Invited { user, is_helper, invitation_id: row.id }))
}

/// Uses the link up and signs in whom it invites; `password_hash` is what is kept of the new password.
///
/// # Errors
/// `invitation_over`.
pub fn accept(
    db: &mut Db,
    desk: &Desk,
    invited: &Invited,
    password_hash: Option<&str>,
    device: &str,
) -> Result<LetIn, FlowError> {
    let user_id = invited.user.id;
    db.write(|db| {
        if !invitations::use_up(db, invited.invitation_id, desk.now)? {
            return Err(invitation_over().into());
        }
        if let Some(hash) = password_hash {
            users::set_password(db, user_id, hash)?;
            sessions::end_all(db, user_id, None)?;
        }
        let actor = format!("user:{user_id}");
        let entry = Entry { act: "invitation_used", actor: &actor, ..Entry::default() };
        Ok::<_, FlowError>(security_log::append(db, desk.now, entry)?)
    })?;
    let user = by_id(db, user_id)?;
    let_in(db, desk, user, device)
}

/// What is said of a link that leads nowhere, whatever the reason.
pub fn invitation_over() -> RuleError {
    refused(
        "invitation_over",
        "这个链接已经用过或过期了，请让发给你的人再发一个",
        "this link was used or has ended; ask for a new one",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_helps_until_midnight_after_the_last_day() {
        let zone = Zone::default();
        let check = |until: HelpUntil, want: Option<&str>| {
            let now = zone.parse("2026-11-22 23:30").expect("a valid time");
            assert_eq!(until.end(now, zone).map(|end| zone.minute(end)).as_deref(), want, "{}", until.code());
        };
        check(HelpUntil::Today, Some("2026-11-23 00:00"));
        check(HelpUntil::ThreeDays, Some("2026-11-25 00:00"));
        check(HelpUntil::Week, Some("2026-11-29 00:00"));
        check(HelpUntil::Revoked, None);
    }
}
