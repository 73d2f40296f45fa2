//! Links of purchase orders and what suppliers answered under them.

use std::collections::HashMap;

use diesel::{ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{
    purchase_answers as a, purchase_links as l, purchase_order_lines as p, purchase_orders as o,
};

/// A row of `purchase_links`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = l, treat_none_as_default_value = false)]
pub struct LinkRow {
    pub id: i64,
    pub po_id: i64,
    pub made_at: i64,
    pub read_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

/// A row of `purchase_answers`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = a)]
pub struct AnswerRow {
    pub cycle_id: i64,
    pub po_id: i64,
    pub line_no: i32,
    pub answer_no: i32,
    pub version: i32,
    pub asked_cases: i64,
    pub cases: i64,
    pub answered_at: i64,
}

/// Makes links.
pub fn add_links(db: &mut Db, rows: &[LinkRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, l::table, rows)?)
}

/// The link with this id, the cycle of its purchase order, and the order's id.
pub fn link(db: &mut Db, id: i64) -> Result<Option<(LinkRow, i64)>, StoreError> {
    let found = on_either!(db, conn => l::table
        .inner_join(o::table.on(o::id.eq(l::po_id)))
        .filter(l::id.eq(id))
        .select(((l::id, l::po_id, l::made_at, l::read_at, l::revoked_at), o::cycle_id))
        .first(conn)
        .optional())?;
    Ok(found)
}

/// Every link of a cycle's purchase orders, the oldest first.
pub fn links_of(db: &mut Db, cycle_id: i64) -> Result<Vec<LinkRow>, StoreError> {
    Ok(on_either!(db, conn => l::table
        .inner_join(o::table.on(o::id.eq(l::po_id)))
        .filter(o::cycle_id.eq(cycle_id))
        .order(l::id)
        .select((l::id, l::po_id, l::made_at, l::read_at, l::revoked_at))
        .load(conn))?)
}

/// The link of a purchase order that serves now.
pub fn live_link(db: &mut Db, po_id: i64) -> Result<Option<i64>, StoreError> {
    Ok(on_either!(db, conn => l::table
        .filter(l::po_id.eq(po_id))
        .filter(l::revoked_at.is_null())
        .order(l::id.desc())
        .select(l::id)
        .first(conn)
        .optional())?)
}

/// Notes the first look at an order; later ones change nothing.
pub fn note_read(db: &mut Db, id: i64, at: Moment) -> Result<(), StoreError> {
    let unread = l::table.find(id).filter(l::read_at.is_null());
    on_either!(db, conn => diesel::update(unread).set(l::read_at.eq(Some(at.0))).execute(conn))?;
    Ok(())
}

/// Takes back the links that an order still has.
pub fn revoke_links(db: &mut Db, po_id: i64, at: Moment) -> Result<(), StoreError> {
    let open = l::table.filter(l::po_id.eq(po_id)).filter(l::revoked_at.is_null());
    on_either!(db, conn => diesel::update(open).set(l::revoked_at.eq(Some(at.0))).execute(conn))?;
    Ok(())
}

/// The id of a purchase order, and when it was sent, if it was.
pub fn order_named(db: &mut Db, po_no: &str) -> Result<Option<(i64, Option<i64>)>, StoreError> {
    Ok(on_either!(db, conn => o::table
        .filter(o::po_no.eq(po_no))
        .select((o::id, o::sent_at))
        .first(conn)
        .optional())?)
}

/// When the purchase orders of a cycle were sent, by id; those that were not are left out.
pub fn sent_at(db: &mut Db, cycle_id: i64) -> Result<HashMap<i64, i64>, StoreError> {
    let rows: Vec<(i64, Option<i64>)> =
        on_either!(db, conn => o::table.filter(o::cycle_id.eq(cycle_id)).select((o::id, o::sent_at)).load(conn))?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}

/// The newest version of each line of a cycle's purchase orders, by (order id, line_no).
pub fn line_versions(db: &mut Db, cycle_id: i64) -> Result<HashMap<(i64, i32), i32>, StoreError> {
    let rows: Vec<(i64, i32, i32)> = on_either!(db, conn => p::table
        .filter(p::cycle_id.eq(cycle_id))
        .order((p::po_id, p::line_no, p::version))
        .select((p::po_id, p::line_no, p::version))
        .load(conn))?;
    // The newest comes last and replaces the earlier ones.
    Ok(rows.into_iter().map(|(po_id, line_no, version)| ((po_id, line_no), version)).collect())
}

/// Enters answers.
pub fn add_answers(db: &mut Db, rows: &[AnswerRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, a::table, rows)?)
}

/// Every answer of a cycle, those of a line in their order.
pub fn answers_of(db: &mut Db, cycle_id: i64) -> Result<Vec<AnswerRow>, StoreError> {
    Ok(on_either!(db, conn => a::table
        .filter(a::cycle_id.eq(cycle_id))
        .order((a::po_id, a::line_no, a::answer_no))
        .load(conn))?)
}
