//! Copies of sheets: what was printed, handed out and taken back.

use std::collections::HashSet;

use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::documents::DocumentKind;
use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{cycles, documents, sheet_copies as t};

/// A row of `sheet_copies`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = t, treat_none_as_default_value = false)]
pub struct CopiesRow {
    pub cycle_id: i64,
    pub event_id: String,
    pub kind: String,
    pub key: String,
    pub version: i32,
    pub act: String,
    pub copies: i32,
    pub user_id: Option<i64>,
    pub noted_at: i64,
}

/// All of a cycle, in the order in which they happened.
pub fn of_cycle(db: &mut Db, cycle_id: i64) -> Result<Vec<CopiesRow>, StoreError> {
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).order((t::noted_at, t::event_id, t::kind, t::key));
    Ok(on_either!(db, conn => own.load(conn))?)
}

/// What was noted under an act's name.
pub fn of_event(db: &mut Db, cycle_id: i64, event_id: &str) -> Result<Vec<CopiesRow>, StoreError> {
    let same = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::event_id.eq(event_id));
    Ok(on_either!(db, conn => same.load(conn))?)
}

pub fn insert(db: &mut Db, rows: &[CopiesRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, t::table, rows)?)
}

/// Every version of every sheet that was issued in a cycle.
pub fn issued(db: &mut Db, cycle_id: i64) -> Result<HashSet<(DocumentKind, String, u32)>, StoreError> {
    use documents as d;
    let own = d::table.filter(d::cycle_id.eq(cycle_id)).select((d::kind, d::key, d::version));
    let rows: Vec<(String, String, i32)> = on_either!(db, conn => own.load(conn))?;
    let sheet = |(kind, key, version): (String, String, i32)| Some((DocumentKind::parse(&kind)?, key, version as u32));
    Ok(rows.into_iter().filter_map(sheet).collect())
}

/// A sheet by the number that stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    pub cycle_code: String,
    pub kind: DocumentKind,
    pub key: String,
    /// As it was printed.
    pub doc_no: String,
}

/// The sheet of this number, in letters of either case; where two differ in case only, the one that is just so.
pub fn numbered(db: &mut Db, doc_no: &str) -> Result<Option<Numbered>, StoreError> {
    use documents as d;
    let same = sql::<Bool>("lower(documents.doc_no) = ").bind::<Text, _>(doc_no.to_ascii_lowercase());
    let same = d::table.inner_join(cycles::table).filter(same).distinct();
    let same = same.select((cycles::cycle_code, d::kind, d::key, d::doc_no));
    let rows: Vec<(String, String, String, String)> = on_either!(db, conn => same.load(conn))?;
    let found = rows.into_iter().max_by_key(|(.., no)| no == doc_no);
    let sheet = |(cycle_code, kind, key, doc_no): (String, String, String, String)| {
        Some(Numbered { cycle_code, kind: DocumentKind::parse(&kind)?, key, doc_no })
    };
    Ok(found.and_then(sheet))
}
