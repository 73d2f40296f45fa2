//! Where two counts of the same goods differ, and what was decided of it.

use std::collections::HashMap;

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{discrepancies as t, discrepancy_words as w};

/// A row of `discrepancies`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = t, treat_none_as_default_value = false)]
pub struct DiscrepancyRow {
    pub id: i64,
    pub cycle_id: i64,
    pub event_id: String,
    pub hop: String,
    pub problem: String,
    pub warehouse_id: i64,
    pub point_id: Option<i64>,
    pub offer_no: i32,
    /// The newest of (hop, problem, warehouse, point, offer) is in force.
    pub seq: i32,
    pub version: i32,
    /// What was given on, and what was found; the same where nothing differs any more.
    pub given_qty: i64,
    pub found_qty: i64,
    pub count_no: Option<i32>,
    pub trip_no: Option<String>,
    pub liable_party: String,
    pub recorded_by: String,
    pub recorded_at: i64,
}

/// What a difference is about.
pub type Key = (String, String, i64, Option<i64>, i32);

impl DiscrepancyRow {
    pub fn key(&self) -> Key {
        (self.hop.clone(), self.problem.clone(), self.warehouse_id, self.point_id, self.offer_no)
    }

    /// Pieces by which the two counts differ.
    pub fn qty(&self) -> u64 {
        self.given_qty.abs_diff(self.found_qty)
    }
}

/// A row of `discrepancy_words`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = w, treat_none_as_default_value = false)]
pub struct WordRow {
    pub discrepancy_id: i64,
    pub word_no: i32,
    pub event_id: String,
    pub remedy: String,
    pub liable_party: String,
    pub qty: i64,
    pub amount_fen: i64,
    pub other_id: Option<i64>,
    pub reason: Option<String>,
    pub recorded_by: String,
    pub recorded_at: i64,
}

/// The differences of a cycle in force, also those that are none any more, in the order in which they were found.
pub fn in_force(db: &mut Db, cycle_id: i64) -> Result<Vec<DiscrepancyRow>, StoreError> {
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).order(t::id);
    Ok(newest(on_either!(db, conn => own.load(conn))?))
}

/// Those at one point.
pub fn in_force_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<Vec<DiscrepancyRow>, StoreError> {
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::point_id.eq(point_id)).order(t::id);
    Ok(newest(on_either!(db, conn => own.load(conn))?))
}

fn newest(rows: Vec<DiscrepancyRow>) -> Vec<DiscrepancyRow> {
    let mut newest: HashMap<Key, i32> = HashMap::new();
    for row in &rows {
        let seq = newest.entry(row.key()).or_default();
        *seq = row.seq.max(*seq);
    }
    rows.into_iter().filter(|row| newest.get(&row.key()) == Some(&row.seq)).collect()
}

pub fn find(db: &mut Db, id: i64) -> Result<Option<DiscrepancyRow>, StoreError> {
    Ok(on_either!(db, conn => t::table.find(id).first(conn).optional())?)
}

/// Those that were told under this name.
pub fn told(db: &mut Db, cycle_id: i64, event_id: &str) -> Result<Vec<DiscrepancyRow>, StoreError> {
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::event_id.eq(event_id)).order(t::id);
    Ok(on_either!(db, conn => own.load(conn))?)
}

pub fn record(db: &mut Db, rows: &[DiscrepancyRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, t::table, rows)?)
}

/// The words on each of these differences, the earliest first.
pub fn words(db: &mut Db, ids: &[i64]) -> Result<HashMap<i64, Vec<WordRow>>, StoreError> {
    let mut words: HashMap<i64, Vec<WordRow>> = HashMap::new();
    for some in ids.chunks(500) {
        let said = w::table.filter(w::discrepancy_id.eq_any(some)).order((w::discrepancy_id, w::word_no));
        let rows: Vec<WordRow> = on_either!(db, conn => said.load(conn))?;
        rows.into_iter().for_each(|row| words.entry(row.discrepancy_id).or_default().push(row));
    }
    Ok(words)
}

pub fn say(db: &mut Db, rows: &[WordRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, w::table, rows)?)
}
