//! Links that let someone in for the first time.

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::invitations as t;

/// A row of `invitations` as it stands.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = t)]
pub struct InvitationRow {
    pub id: i64,
    pub user_id: i64,
    pub token_hash: String,
    pub made_at: i64,
    pub ends_at: i64,
    pub used_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

impl InvitationRow {
    /// Whether it still serves.
    pub fn is_open(&self, now: Moment) -> bool {
        self.used_at.is_none() && self.revoked_at.is_none() && now.0 < self.ends_at
    }
}

pub fn insert(db: &mut Db, row: &InvitationRow) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(t::table).values(row).execute(conn))?;
    Ok(())
}

/// The invitation that the hash of a secret names.
pub fn named(db: &mut Db, token_hash: &str) -> Result<Option<InvitationRow>, StoreError> {
    Ok(on_either!(db, conn => t::table.filter(t::token_hash.eq(token_hash)).first(conn).optional())?)
}

/// Uses an invitation up; `false` if it was used or revoked before.
pub fn use_up(db: &mut Db, id: i64, at: Moment) -> Result<bool, StoreError> {
    let open = t::table.find(id).filter(t::used_at.is_null()).filter(t::revoked_at.is_null());
    Ok(on_either!(db, conn => diesel::update(open).set(t::used_at.eq(Some(at.0))).execute(conn))? == 1)
}

/// Revokes what invitations someone still has.
pub fn revoke_all(db: &mut Db, user_id: i64, at: Moment) -> Result<(), StoreError> {
    let open = t::table.filter(t::user_id.eq(user_id)).filter(t::used_at.is_null()).filter(t::revoked_at.is_null());
    on_either!(db, conn => diesel::update(open).set(t::revoked_at.eq(Some(at.0))).execute(conn))?;
    Ok(())
}
