//! Acts that were answered, by their callers' own keys: a repeat gets the first answer.

use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel::{ExpressionMethods, Insertable, QueryDsl, QueryableByName, RunQueryDsl};
use serde::Serialize;

use crate::domain::time::Moment;
use crate::store::backend::{Db, Dialect, StoreError, in_columns, insert_many, on_either};
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

in_columns!(NewKey<'_> => idempotency_keys {
    principal: Text, route: Text, key: Text, body_sha256: Text, status: Integer, answer: Text,
    cycle_id: Nullable<BigInt>, created_at: BigInt,
});

/// A key that was used.
#[derive(Clone, Debug, QueryableByName)]
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
    Ok(insert_many!(db, idempotency_keys::table, keys, or_nothing)?)
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

/// Where a key stands among all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, QueryableByName)]
pub struct KeyPlace {
    #[diesel(sql_type = Text)]
    principal: String,
    #[diesel(sql_type = Text)]
    route: String,
    #[diesel(sql_type = Text)]
    key: String,
}

#[derive(QueryableByName)]
struct Looked {
    #[diesel(embed)]
    place: KeyPlace,
    #[diesel(sql_type = Nullable<BigInt>)]
    cycle_id: Option<i64>,
    #[diesel(sql_type = BigInt)]
    created_at: i64,
}

/// Looks at the next `looked_max` keys after a place and forgets those of cycles whose cutoff lies before
/// `cutoff_before`, and those of no cycle made before it. Returns how many were forgotten and where to go on; None: that
/// was the last. Keys have no index by time, which each order would have to pay for: they are gone through instead.
///
/// # Errors
/// What the database says.
pub fn forget(
    db: &mut Db,
    cutoff_before: Moment,
    after: &KeyPlace,
    looked_max: usize,
) -> Result<(usize, Option<KeyPlace>), StoreError> {
    let sql = format!(
        "SELECT principal, route, key, cycle_id, created_at FROM idempotency_keys \
         WHERE (principal, route, key) > ($1, $2, $3) ORDER BY principal, route, key LIMIT {looked_max}"
    );
    let looked: Vec<Looked> = on_either!(db, conn => diesel::sql_query(&sql)
        .bind::<Text, _>(&after.principal)
        .bind::<Text, _>(&after.route)
        .bind::<Text, _>(&after.key)
        .load(conn))?;
    let past: Vec<i64> = on_either!(db, conn =>
        cycles::table.filter(cycles::cutoff_at.lt(cutoff_before.0)).select(cycles::id).load(conn))?;
    let next = (looked.len() == looked_max).then(|| looked.last().map(|row| row.place.clone())).flatten();
    let is_over = |row: &Looked| match row.cycle_id {
        Some(cycle_id) => past.contains(&cycle_id),
        None => row.created_at < cutoff_before.0,
    };
    let over: Vec<KeyPlace> = looked.into_iter().filter(is_over).map(|row| row.place).collect();
    Ok((remove(db, &over)?, next))
}

fn remove(db: &mut Db, keys: &[KeyPlace]) -> Result<usize, StoreError> {
    if keys.is_empty() {
        return Ok(0);
    }
    let wanted = serde_json::to_string(keys).expect("texts can be written as JSON");
    let named = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT j.value ->> 'principal', j.value ->> 'route', j.value ->> 'key' FROM json_each($1) j"
        }
        Dialect::Postgres => {
            "SELECT j ->> 'principal', j ->> 'route', j ->> 'key' FROM json_array_elements(CAST($1 AS json)) j"
        }
    };
    let sql = format!("DELETE FROM idempotency_keys WHERE (principal, route, key) IN ({named})");
    db.write(|db| Ok(on_either!(db, conn => diesel::sql_query(&sql).bind::<Text, _>(&wanted).execute(conn))?))
}
