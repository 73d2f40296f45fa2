//! Goods that nobody ordered, and what the buyer said of them.

use std::collections::HashMap;

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{wrong_goods as t, wrong_goods_words as w};

/// A row of `wrong_goods`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = t, treat_none_as_default_value = false)]
pub struct WrongRow {
    pub id: i64,
    pub event_id: String,
    pub cycle_id: i64,
    pub po_id: Option<i64>,
    pub offer_no: Option<i32>,
    pub what: String,
    pub qty: i64,
    pub wait_until: i64,
    pub user_id: Option<i64>,
    pub found_at: i64,
}

/// A row of `wrong_goods_words`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = w, treat_none_as_default_value = false)]
pub struct WordRow {
    pub wrong_id: i64,
    pub seq: i32,
    pub word: String,
    pub give_back_fen: Option<i64>,
    pub user_id: Option<i64>,
    pub said_at: i64,
}

/// All of a cycle, the latest first.
pub fn of_cycle(db: &mut Db, cycle_id: i64) -> Result<Vec<WrongRow>, StoreError> {
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).order(t::id.desc());
    Ok(on_either!(db, conn => own.load(conn))?)
}

pub fn find(db: &mut Db, id: i64) -> Result<Option<WrongRow>, StoreError> {
    Ok(on_either!(db, conn => t::table.find(id).first(conn).optional())?)
}

/// The one that this act reported.
pub fn reported(db: &mut Db, event_id: &str) -> Result<Option<WrongRow>, StoreError> {
    Ok(on_either!(db, conn => t::table.filter(t::event_id.eq(event_id)).first(conn).optional())?)
}

/// The newest word on each, by id.
pub fn words(db: &mut Db, ids: &[i64]) -> Result<HashMap<i64, WordRow>, StoreError> {
    let mut newest = HashMap::new();
    for some in ids.chunks(1_000) {
        let said = w::table.filter(w::wrong_id.eq_any(some)).order((w::wrong_id, w::seq));
        let rows: Vec<WordRow> = on_either!(db, conn => said.load(conn))?;
        newest.extend(rows.into_iter().map(|row| (row.wrong_id, row)));
    }
    Ok(newest)
}

pub fn insert(db: &mut Db, row: &WrongRow) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(t::table).values(row).execute(conn))?;
    Ok(())
}

pub fn say(db: &mut Db, row: &WordRow) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(w::table).values(row).execute(conn))?;
    Ok(())
}
