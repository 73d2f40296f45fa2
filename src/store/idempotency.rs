//! Acts that were answered, by their callers' own keys: a repeat gets the first answer.

use diesel::sql_types::{Integer, Text};
use diesel::{ExpressionMethods, Insertable, QueryDsl, RunQueryDsl};

use crate::domain::time::Moment;
use crate::store::backend::{Db, Dialect, StoreError, insert_rows, on_either};
use crate::store::schema::{cycles, idempotency_keys};

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = idempotency_keys, treat_none_as_default_value = false)]
pub struct NewKey<'a> {
    pub principal: &'a str,
    pub route: &'a str,
    pub key: &'a str,
    pub body_sha256: &'a str,
    pub status: i32,
    /// Ids and sums only, never personal data.
    pub answer: String,
    pub cycle_id: Option<i64>,
    pub created_at: i64,
}

/// A key that was used.
#[derive(Clone, Debug, diesel::QueryableByName)]
pub struct KnownKey {
    #[diesel(sql_type = Text)]
    pub principal: String,
    #[diesel(sql_type = Text)]
    pub key: String,
    #[diesel(sql_type = Text)]
    pub body_sha256: String,
    #[diesel(sql_type = Integer)]
    pub status: i32,
    #[diesel(sql_type = Text)]
    pub answer: String,
}

/// Notes the keys of a batch, leaving out those that are known; returns how many were new.
pub fn insert_new(db: &mut Db, keys: &[NewKey<'_>]) -> Result<usize, StoreError> {
    Ok(insert_rows!(db, idempotency_keys::table, keys, or_nothing)?)
}

/// The known ones among the keys (principal, key) of a route.
pub fn find(db: &mut Db, route: &str, keys: &[(&str, &str)]) -> Result<Vec<KnownKey>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = serde_json::to_string(keys).expect("texts can be written as JSON");
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT k.principal, k.key, k.body_sha256, k.status, k.answer FROM json_each($1) j \
             JOIN idempotency_keys k ON k.principal = j.value ->> 0 AND k.route = $2 AND k.key = j.value ->> 1"
        }
        Dialect::Postgres => {
            "SELECT k.principal, k.key, k.body_sha256, k.status, k.answer FROM json_array_elements(CAST($1 AS json)) j \
             JOIN idempotency_keys k ON k.principal = j ->> 0 AND k.route = $2 AND k.key = j ->> 1"
        }
    };
    let found: Vec<KnownKey> = on_either!(db, conn =>
        diesel::sql_query(sql).bind::<Text, _>(&wanted).bind::<Text, _>(route).load(conn))?;
    Ok(found)
}

/// Forgets keys of cycles whose cutoff lies before `cutoff_before`, and keys of no cycle made before it.
pub fn forget(db: &mut Db, cutoff_before: Moment) -> Result<usize, StoreError> {
    let past: Vec<i64> = on_either!(db, conn =>
        cycles::table.filter(cycles::cutoff_at.lt(cutoff_before.0)).select(cycles::id).load(conn))?;
    let of_cycles = idempotency_keys::table.filter(idempotency_keys::cycle_id.eq_any(past));
    let of_none = idempotency_keys::table
        .filter(idempotency_keys::cycle_id.is_null())
        .filter(idempotency_keys::created_at.lt(cutoff_before.0));
    let gone = on_either!(db, conn => diesel::delete(of_cycles).execute(conn))?;
    Ok(gone + on_either!(db, conn => diesel::delete(of_none).execute(conn))?)
}
