//! Copies of sheets: what was printed, handed out and taken back.

use std::collections::HashSet;

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

/// Whether an act of this name is there already.
pub fn is_known(db: &mut Db, cycle_id: i64, event_id: &str) -> Result<bool, StoreError> {
    let same = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::event_id.eq(event_id));
    Ok(on_either!(db, conn => diesel::select(diesel::dsl::exists(same)).get_result(conn))?)
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

/// The sheet of this number: its cycle's code, kind and key.
pub fn numbered(db: &mut Db, doc_no: &str) -> Result<Option<(String, DocumentKind, String)>, StoreError> {
    use documents as d;
    let same = d::table.inner_join(cycles::table).filter(d::doc_no.eq(doc_no));
    let same = same.select((cycles::cycle_code, d::kind, d::key)).limit(1);
    let rows: Vec<(String, String, String)> = on_either!(db, conn => same.load(conn))?;
    let found = rows.into_iter().next();
    Ok(found.and_then(|(code, kind, key)| Some((code, DocumentKind::parse(&kind)?, key))))
}
