//! Names and addresses of those who get letters.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::domain::letters::Addressee;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::outbox::Letter;
use crate::store::schema::{leaders, suppliers, user_mails};

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
    let found: Option<String> =
        on_either!(db, conn => user_mails::table.find(user_id).select(user_mails::email).first(conn).optional())?;
    Ok(found.map(|email| (None, Some(email))))
}

/// Keeps the address of someone who signs in.
///
/// # Errors
/// What the database says.
pub fn set_user(db: &mut Db, user_id: i64, email: &str) -> Result<(), StoreError> {
    let changed = on_either!(db, conn => diesel::update(user_mails::table.find(user_id))
        .set(user_mails::email.eq(email))
        .execute(conn))?;
    if changed == 0 {
        let row = (user_mails::user_id.eq(user_id), user_mails::email.eq(email));
        on_either!(db, conn => diesel::insert_into(user_mails::table).values(row).execute(conn))?;
    }
    Ok(())
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
