//! Tokens of machines.

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::access::Scope;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{access_token_leaders, access_tokens};

/// A row of `access_tokens` as it stands.
#[derive(Clone, Debug, PartialEq, Queryable, Insertable)]
#[diesel(table_name = access_tokens)]
pub struct TokenRow {
    pub id: i64,
    pub name: String,
    pub token_hash: String,
    pub scopes: String,
    pub made_at: i64,
    pub revoked_at: Option<i64>,
}

impl TokenRow {
    pub fn scopes(&self) -> Vec<Scope> {
        self.scopes.split(' ').filter_map(Scope::parse).collect()
    }
}

/// Scopes as a row holds them.
pub fn scopes_text(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" ")
}

/// Every token, by name.
pub fn all(db: &mut Db) -> Result<Vec<TokenRow>, StoreError> {
    Ok(on_either!(db, conn => access_tokens::table.order(access_tokens::name).load(conn))?)
}

pub fn find(db: &mut Db, id: i64) -> Result<Option<TokenRow>, StoreError> {
    Ok(on_either!(db, conn => access_tokens::table.find(id).first(conn).optional())?)
}

pub fn named(db: &mut Db, name: &str) -> Result<Option<TokenRow>, StoreError> {
    Ok(on_either!(db, conn => access_tokens::table.filter(access_tokens::name.eq(name)).first(conn).optional())?)
}

/// The token that the hash of a secret opens, unless it was revoked, and the leaders it is for (none: all).
pub fn opened_by(db: &mut Db, token_hash: &str) -> Result<Option<(TokenRow, Vec<i64>)>, StoreError> {
    let live = access_tokens::table.filter(access_tokens::token_hash.eq(token_hash));
    let live = live.filter(access_tokens::revoked_at.is_null());
    let Some(row): Option<TokenRow> = on_either!(db, conn => live.first(conn).optional())? else { return Ok(None) };
    let leaders = leaders(db, row.id)?;
    Ok(Some((row, leaders)))
}

/// The leaders that a token is for, by id; none: all.
pub fn leaders(db: &mut Db, token_id: i64) -> Result<Vec<i64>, StoreError> {
    use access_token_leaders as t;
    let own = t::table.filter(t::token_id.eq(token_id)).order(t::leader_id).select(t::leader_id);
    Ok(on_either!(db, conn => own.load(conn))?)
}

pub fn insert(db: &mut Db, row: &TokenRow, leader_ids: &[i64]) -> Result<(), StoreError> {
    use access_token_leaders as t;
    on_either!(db, conn => diesel::insert_into(access_tokens::table).values(row).execute(conn))?;
    for leader_id in leader_ids {
        let row = (t::token_id.eq(row.id), t::leader_id.eq(*leader_id));
        on_either!(db, conn => diesel::insert_into(t::table).values(row).execute(conn))?;
    }
    Ok(())
}

/// Revokes a token; `false` if it was revoked before.
pub fn revoke(db: &mut Db, id: i64, at: Moment) -> Result<bool, StoreError> {
    let live = access_tokens::table.find(id).filter(access_tokens::revoked_at.is_null());
    let change = access_tokens::revoked_at.eq(Some(at.0));
    Ok(on_either!(db, conn => diesel::update(live).set(change).execute(conn))? == 1)
}
