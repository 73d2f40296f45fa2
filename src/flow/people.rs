//! People and their accounts: adding, suspending, changing roles. Whatever takes rights away acts at once.

use crate::domain::access::{AccountState, Role};
use crate::domain::account::{LoginName, display_name};
use crate::domain::errors::{RuleError, StateName};
use crate::domain::letters::address_fault;
use crate::domain::password::hash_password;
use crate::flow::{Desk, FlowError, fresh};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::security_log::{self, Entry};
use crate::store::users::{self, UserRow};
use crate::store::{invitations, master, sessions};

/// Someone to be added.
#[derive(Clone, Debug, Default)]
pub struct NewUser<'a> {
    pub login_name: &'a str,
    /// Shown to others; the login name where empty.
    pub display_name: &'a str,
    pub roles: &'a [Role],
    /// Where letters go.
    pub email: Option<&'a str>,
    pub belongs: Belongs<'a>,
    /// None: invited, cannot sign in before a password is set.
    pub password: Option<&'a str>,
}

/// What someone belongs to, by code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Belongs<'a> {
    pub leader: Option<&'a str>,
    pub warehouse: Option<&'a str>,
    /// A vehicle's plate.
    pub vehicle: Option<&'a str>,
}

/// Adds someone and returns the id.
///
/// # Errors
/// `bad_login_name`, `bad_name`, `bad_email`, `roles_missing`, `leader_missing`, `login_name_taken`; `not_found` for a leader, warehouse or vehicle.
pub fn add_user(db: &mut Db, desk: &Desk, actor: &str, new: &NewUser<'_>) -> Result<i64, FlowError> {
    let login_name = LoginName::parse(new.login_name).ok_or_else(bad_login_name)?;
    let shown = if new.display_name.is_empty() { login_name.as_str() } else { new.display_name };
    let shown = display_name(shown).ok_or_else(bad_name)?;
    let roles = checked_roles(new.roles, new.belongs.leader.is_some())?;
    let email = new.email.map(str::trim).filter(|email| !email.is_empty());
    if email.is_some_and(|email| address_fault(Some(email)).is_some()) {
        return Err(bad_email().into());
    }
    let password_hash = match new.password {
        Some(password) => Some(hash_password(password, fresh::bytes()?)),
        None => None,
    };
    let state = if password_hash.is_some() { AccountState::Active } else { AccountState::Invited };
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    db.write(|db| {
        if users::named(db, login_name.as_str())?.is_some() {
            return Err(taken(login_name.as_str()));
        }
        let places = Places::find(db, new.belongs)?;
        let row = UserRow {
            id,
            login_name: login_name.as_str().to_owned(),
            display_name: shown.clone(),
            email: email.map(str::to_owned),
            state: state.code().to_owned(),
            leader_id: places.leader_id,
            warehouse_id: places.warehouse_id,
            vehicle_id: places.vehicle_id,
            password_hash: password_hash.clone(),
            totp_sealed: None,
            totp_step: None,
            helps_until: None,
            made_at: desk.now.0,
        };
        users::insert(db, &row, &roles)?;
        let (subject, detail) = (format!("user:{id}"), codes(&roles));
        let entry = Entry { act: "user_added", actor, subject: &subject, detail: &detail, ..Entry::default() };
        Ok(security_log::append(db, desk.now, entry)?)
    })?;
    Ok(id)
}

/// Suspends someone, or lets them in again. Suspending ends every session and invitation of theirs.
///
/// # Errors
/// `not_found`; `own_account` where people would suspend themselves, of whom one may be the last admin.
pub fn set_suspended(db: &mut Db, desk: &Desk, actor: &str, user_id: i64, is_suspended: bool) -> Result<(), FlowError> {
    if is_suspended {
        not_oneself(actor, user_id)?;
    }
    db.write(|db| {
        let user = by_id(db, user_id)?;
        let may_enter = user.password_hash.is_some() || is_let_in_without(&users::roles(db, user_id)?);
        let back = if may_enter { AccountState::Active } else { AccountState::Invited };
        let state = if is_suspended { AccountState::Suspended } else { back };
        users::set_state(db, user.id, state)?;
        if is_suspended {
            sessions::end_all(db, user.id, None)?;
            invitations::revoke_all(db, user.id, desk.now)?;
        }
        let act = if is_suspended { "user_suspended" } else { "user_restored" };
        let subject = format!("user:{}", user.id);
        Ok(security_log::append(db, desk.now, Entry { act, actor, subject: &subject, ..Entry::default() })?)
    })
}

/// Gives someone exactly these roles and places. Their sessions end: the next one is begun as the new roles ask.
///
/// # Errors
/// `not_found`, `roles_missing`, `leader_missing`; `own_account` where admins would take that role from themselves.
pub fn change_roles(
    db: &mut Db,
    desk: &Desk,
    actor: &str,
    user_id: i64,
    roles: &[Role],
    places: Belongs<'_>,
) -> Result<(), FlowError> {
    let roles = checked_roles(roles, places.leader.is_some())?;
    db.write(|db| {
        let user = by_id(db, user_id)?;
        if !roles.contains(&Role::Admin) && users::roles(db, user.id)?.contains(&Role::Admin) {
            not_oneself(actor, user.id)?;
        }
        let places = Places::find(db, places)?;
        users::set_roles(db, user.id, &roles)?;
        users::set_places(db, user.id, places.leader_id, places.warehouse_id, places.vehicle_id)?;
        sessions::end_all(db, user.id, None)?;
        let (subject, detail) = (format!("user:{}", user.id), codes(&roles));
        let entry = Entry { act: "roles_changed", actor, subject: &subject, detail: &detail, ..Entry::default() };
        Ok(security_log::append(db, desk.now, entry)?)
    })
}

fn not_oneself(actor: &str, user_id: i64) -> Result<(), RuleError> {
    if actor != format!("user:{user_id}") {
        return Ok(());
    }
    let zh = "这是你自己的账号；停用或去掉管理员，请另一位管理员来做";
    Err(refused("own_account", zh, "this is your own account: another admin may suspend it or take that role away"))
}

/// Sets a new password from outside, forgets the second factor and ends every session: for who lost either.
///
/// # Errors
/// `not_found`.
pub fn reset_user(db: &mut Db, desk: &Desk, actor: &str, user_id: i64, password: &str) -> Result<(), FlowError> {
    let hash = hash_password(password, fresh::bytes()?);
    db.write(|db| {
        let user = by_id(db, user_id)?;
        users::set_password(db, user.id, &hash)?;
        users::set_totp(db, user.id, None, None)?;
        sessions::end_all(db, user.id, None)?;
        let subject = format!("user:{}", user.id);
        Ok(security_log::append(
            db,
            desk.now,
            Entry { act: "user_reset", actor, subject: &subject, ..Entry::default() },
        )?)
    })
}

/// Ends every session of someone; the account stays as it is.
///
/// # Errors
/// `not_found`.
pub fn end_all_sessions(db: &mut Db, desk: &Desk, actor: &str, user_id: i64) -> Result<(), FlowError> {
    db.write(|db| {
        let user = by_id(db, user_id)?;
        sessions::end_all(db, user.id, None)?;
        let subject = format!("user:{}", user.id);
        let entry = Entry { act: "sessions_ended", actor, subject: &subject, ..Entry::default() };
        Ok(security_log::append(db, desk.now, entry)?)
    })
}

/// Whether people with these roles may be let in without a password of their own: helpers, for as long as their
/// leader says.
pub(super) fn is_let_in_without(roles: &[Role]) -> bool {
    roles == [Role::Helper]
}

/// # Errors
/// `not_found`.
pub fn by_id(db: &mut Db, user_id: i64) -> Result<UserRow, FlowError> {
    Ok(users::find(db, user_id)?.ok_or_else(|| missing("账号", "user", &user_id.to_string()))?)
}

/// Notes something in the security log that goes with no other change.
///
/// # Errors
/// What the database says.
pub fn note(db: &mut Db, desk: &Desk, entry: Entry<'_>) -> Result<(), FlowError> {
    db.write(|db| Ok(security_log::append(db, desk.now, entry)?))
}

/// Sets someone's own new password, of which `hash` is kept, and ends all sessions but one.
///
/// # Errors
/// What the database says.
pub fn change_password(
    db: &mut Db,
    desk: &Desk,
    user_id: i64,
    hash: &str,
    but_session: Option<i64>,
) -> Result<(), FlowError> {
    db.write(|db| {
        users::set_password(db, user_id, hash)?;
        sessions::end_all(db, user_id, but_session)?;
        let actor = format!("user:{user_id}");
        Ok(security_log::append(db, desk.now, Entry { act: "password_changed", actor: &actor, ..Entry::default() })?)
    })
}

/// The one with this login name.
///
/// # Errors
/// `not_found`.
pub fn named(db: &mut Db, login_name: &str) -> Result<UserRow, FlowError> {
    let found = match LoginName::parse(login_name) {
        Some(name) => users::named(db, name.as_str())?,
        None => None,
    };
    Ok(found.ok_or_else(|| missing("账号", "user", login_name))?)
}

/// The roles once each; a leader's or helper's account needs a leader.
fn checked_roles(roles: &[Role], has_leader: bool) -> Result<Vec<Role>, RuleError> {
    let mut roles: Vec<Role> = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() || roles.contains(&Role::Resident) {
        return Err(refused("roles_missing", "请至少给一个角色", "give at least one role that people have"));
    }
    if roles.iter().any(|role| matches!(role, Role::Leader | Role::Helper)) && !has_leader {
        return Err(refused(
            "leader_missing",
            "团长和帮手要写明属于哪个团长",
            "a leader or helper belongs to a leader",
        ));
    }
    Ok(roles)
}

fn codes(roles: &[Role]) -> String {
    roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(" ")
}

/// What an account belongs to, by id.
struct Places {
    leader_id: Option<i64>,
    warehouse_id: Option<i64>,
    vehicle_id: Option<i64>,
}

impl Places {
    fn find(db: &mut Db, belongs: Belongs<'_>) -> Result<Places, FlowError> {
        let Belongs { leader, warehouse, vehicle } = belongs;
        let leader_id = leader.map(|code| leader_id(db, code)).transpose()?;
        let warehouse_id = match warehouse {
            Some(code) => {
                let found = master::warehouse::all(db)?.into_iter().find(|row| row.warehouse_code == code);
                Some(found.ok_or_else(|| missing("仓库", "warehouse", code))?.id)
            }
            None => None,
        };
        let vehicle_id = match vehicle {
            Some(plate) => {
                let found = master::vehicle::all(db)?.into_iter().find(|row| row.plate == plate);
                Some(found.ok_or_else(|| missing("车辆", "vehicle", plate))?.id)
            }
            None => None,
        };
        Ok(Places { leader_id, warehouse_id, vehicle_id })
    }
}

/// The id of the leader with this code.
///
/// # Errors
/// `not_found`.
pub fn leader_id(db: &mut Db, leader_code: &str) -> Result<i64, FlowError> {
    let found = master::leader::all(db)?.into_iter().find(|row| row.leader_code == leader_code);
    Ok(found.ok_or_else(|| missing("团长", "leader", leader_code))?.id)
}

/// Nothing of that kind has this key.
pub fn missing(zh: &'static str, en: &'static str, key: &str) -> RuleError {
    RuleError::NotFound { thing: StateName { code: en, zh }, key: key.to_owned() }
}

/// A refusal with its own code and words.
pub fn refused(code: &'static str, zh: &str, en: &str) -> RuleError {
    RuleError::Refused { code, zh: zh.to_owned(), en: en.to_owned() }
}

fn taken(login_name: &str) -> FlowError {
    let zh = format!("登录名 {login_name} 已被占用");
    let en = format!("the login name {login_name} is taken");
    RuleError::Refused { code: "login_name_taken", zh, en }.into()
}

fn bad_login_name() -> RuleError {
    let zh = "登录名要 2–40 个字：字母、数字、汉字、- _ .，不以点开头";
    refused("bad_login_name", zh, "a login name is 2 to 40 letters, digits, - _ or ., not beginning with a dot")
}

fn bad_email() -> RuleError {
    refused("bad_email", "邮箱不对，例：liu@example.cn", "this is no mail address")
}

pub(super) fn bad_name() -> RuleError {
    refused("bad_name", "名字要 1–40 个字，不能有看不见的字符", "a name is 1 to 40 characters, none of them unseen")
}
