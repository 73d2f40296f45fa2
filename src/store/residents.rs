//! Residents by who they are, for orders that come in one by one.

use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use rustc_hash::FxHashMap;

use crate::store::backend::{Db, Dialect, StoreError, insert_many, on_either};
use crate::store::orders::NewResident;
use crate::store::schema::{orders, residents};

/// A resident as stored: one edition of a person.
#[derive(Clone, Debug, diesel::QueryableByName)]
pub struct ResidentRow {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = BigInt)]
    pub leader_id: i64,
    #[diesel(sql_type = Text)]
    pub identity: String,
    #[diesel(sql_type = Integer)]
    pub edition: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub nickname: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub phone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub building: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub unit_no: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub room: Option<String>,
}

/// Every edition of the persons named by (leader, identity), editions of a person in order.
pub fn editions(db: &mut Db, persons: &[(i64, &str)]) -> Result<Vec<ResidentRow>, StoreError> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = serde_json::to_string(persons).expect("texts can be written as JSON");
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT r.id, r.leader_id, r.identity, r.edition, r.name, r.nickname, r.phone, r.building, r.unit_no, r.room \
             FROM json_each($1) j JOIN residents r ON r.leader_id = j.value ->> 0 AND r.identity = j.value ->> 1 \
             ORDER BY r.leader_id, r.identity, r.edition"
        }
        Dialect::Postgres => {
            "SELECT r.id, r.leader_id, r.identity, r.edition, r.name, r.nickname, r.phone, r.building, r.unit_no, r.room \
             FROM json_array_elements(CAST($1 AS json)) j \
             JOIN residents r ON r.leader_id = CAST(j ->> 0 AS BIGINT) AND r.identity = j ->> 1 \
             ORDER BY r.leader_id, r.identity, r.edition"
        }
    };
    Ok(on_either!(db, conn => diesel::sql_query(sql).bind::<Text, _>(&wanted).load(conn))?)
}

/// Adds residents.
///
/// # Errors
/// `Raced` where another server has just added one of them.
pub fn add(db: &mut Db, new: &[NewResident]) -> Result<(), StoreError> {
    let added = insert_many!(db, residents::table, new, or_nothing)?;
    if added == new.len() { Ok(()) } else { Err(StoreError::Raced) }
}

/// The phone of a resident, if one was given.
pub fn phone(db: &mut Db, resident_id: i64) -> Result<Option<String>, StoreError> {
    let found: Option<Option<String>> =
        on_either!(db, conn => residents::table.find(resident_id).select(residents::phone).first(conn).optional())?;
    Ok(found.flatten())
}

/// Who an order is for, as they named themselves on it.
#[derive(Clone, Debug, Queryable)]
pub struct NamedRow {
    pub name: Option<String>,
    pub nickname: Option<String>,
    pub phone: Option<String>,
    pub building: Option<String>,
    pub unit_no: Option<String>,
    pub room: Option<String>,
}

/// Who the orders of leaders in a cycle are for, by order.
pub fn of_leaders(db: &mut Db, cycle_id: i64, leader_ids: &[i64]) -> Result<FxHashMap<i64, NamedRow>, StoreError> {
    use {orders as o, residents as r};
    let rows: Vec<(i64, NamedRow)> = on_either!(db, conn => o::table
        .inner_join(r::table.on(r::id.eq(o::details_id)))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::leader_id.eq_any(leader_ids))
        .select((o::id, (r::name, r::nickname, r::phone, r::building, r::unit_no, r::room)))
        .load(conn))?;
    Ok(rows.into_iter().collect())
}
