//! Locked screens, and the short numbers that unlock them.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{screen_locks as l, screen_pins as p};

/// Since when a session's screen is locked; None: it is not.
pub fn locked_at(db: &mut Db, session_id: i64) -> Result<Option<Moment>, StoreError> {
    let row = l::table.find(session_id).select(l::locked_at);
    let found: Option<i64> = on_either!(db, conn => row.first(conn).optional())?;
    Ok(found.map(Moment))
}

/// Locks a session's screen; one that is locked stays so.
pub fn lock(db: &mut Db, session_id: i64, at: Moment) -> Result<(), StoreError> {
    if locked_at(db, session_id)?.is_none() {
        let row = (l::session_id.eq(session_id), l::locked_at.eq(at.0));
        on_either!(db, conn => diesel::insert_into(l::table).values(row).execute(conn))?;
    }
    Ok(())
}

pub fn unlock(db: &mut Db, session_id: i64) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::delete(l::table.find(session_id)).execute(conn))?;
    Ok(())
}

/// What is kept of someone's number; None: they have set none.
pub fn pin_hash(db: &mut Db, user_id: i64) -> Result<Option<String>, StoreError> {
    let row = p::table.find(user_id).select(p::pin_hash);
    Ok(on_either!(db, conn => row.first(conn).optional())?)
}

pub fn set_pin(db: &mut Db, user_id: i64, hash: &str, at: Moment) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::delete(p::table.find(user_id)).execute(conn))?;
    let row = (p::user_id.eq(user_id), p::pin_hash.eq(hash), p::set_at.eq(at.0));
    on_either!(db, conn => diesel::insert_into(p::table).values(row).execute(conn))?;
    Ok(())
}
