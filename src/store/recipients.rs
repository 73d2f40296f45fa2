//! Names and addresses of those who get letters.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::domain::access::{AccountState, Role};
use crate::domain::letters::Addressee;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::outbox::Letter;
use crate::store::schema::{leaders, suppliers, user_roles, users};

/// A name, and an address where one is known.
pub type Recipient = (Option<String>, Option<String>);

/// # Errors
/// What the database says.
pub fn supplier(db: &mut Db, id: i64) -> Result<Option<Recipient>, StoreError> {
    let found: Option<(String, Option<String>)> = on_either!(db, conn => suppliers::table
        .filter(suppliers::id.eq(id))
        .select((suppliers::name, suppliers::email))
        .first(conn)
        .optional())?;
    Ok(found.map(|(name, email)| (Some(name), email)))
}

/// # Errors
/// What the database says.
pub fn leader(db: &mut Db, id: i64) -> Result<Option<Recipient>, StoreError> {
    let found: Option<(String, Option<String>)> = on_either!(db, conn => leaders::table
        .filter(leaders::id.eq(id))
        .select((leaders::name, leaders::email))
        .first(conn)
        .optional())?;
    Ok(found.map(|(name, email)| (Some(name), email)))
}

/// # Errors
/// What the database says.
pub fn user(db: &mut Db, user_id: i64) -> Result<Option<Recipient>, StoreError> {
    let found: Option<(String, Option<String>)> = on_either!(db, conn => users::table
        .find(user_id)
        .select((users::display_name, users::email))
        .first(conn)
        .optional())?;
    Ok(found.map(|(name, email)| (Some(name), email)))
}

/// People of a role who may sign in and have an address, by id.
///
/// # Errors
/// What the database says.
pub fn of_role(db: &mut Db, role: Role) -> Result<Vec<(i64, String)>, StoreError> {
    let people: Vec<(i64, Option<String>)> = on_either!(db, conn => users::table
        .inner_join(user_roles::table)
        .filter(user_roles::role.eq(role.code()))
        .filter(users::state.eq(AccountState::Active.code()))
        .order(users::id)
        .select((users::id, users::email))
        .load(conn))?;
    Ok(people.into_iter().filter_map(|(id, email)| Some((id, email?))).collect())
}

/// Whom a letter goes to, by code and name or by role: never an address.
///
/// # Errors
/// What the database says.
pub fn shown(db: &mut Db, letter: &Letter) -> Result<String, StoreError> {
    let named: Option<(String, String)> = match letter.to() {
        Addressee::Supplier(id) => on_either!(db, conn => suppliers::table
            .filter(suppliers::id.eq(id))
            .select((suppliers::supplier_code, suppliers::name))
            .first(conn)
            .optional())?,
        Addressee::Leader(id) => on_either!(db, conn => leaders::table
            .filter(leaders::id.eq(id))
            .select((leaders::leader_code, leaders::name))
            .first(conn)
            .optional())?,
        Addressee::Role(role) => return Ok(role.code().to_owned()),
        Addressee::User(id) => return Ok(format!("user {id}")),
        Addressee::Address(hash) => return Ok(format!("settings {hash}")),
    };
    Ok(named.map_or_else(String::new, |(code, name)| format!("{code} {name}")))
}
