//! The register of sheets at the book's version, and the rows of its difference sheets.

use std::collections::HashMap;

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::book::Book;
use crate::domain::documents::{Change, DocumentKind, Issue, difference_key};
use crate::domain::reason::Reason;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{document_changes, documents};

const CODES: &str = "only code names of kinds and reasons are written";

/// The register's rows up to a version.
pub struct Rows {
    /// (kind, key, version, doc_no, total_qty), oldest first.
    documents: Vec<(String, String, i32, String, i64)>,
    changes: Vec<ChangeRow>,
}

/// Reads the register. It needs nothing of the book, and its rows never change.
pub fn read(db: &mut Db, cycle_id: i64, version: u32) -> Result<Rows, StoreError> {
    use {document_changes as c, documents as t};
    let documents = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::version.le(version as i32))
        .order((t::kind, t::key, t::version))
        .select((t::kind, t::key, t::version, t::doc_no, t::total_qty))
        .load(conn))?;
    let changes = on_either!(db, conn => c::table
        .filter(c::cycle_id.eq(cycle_id))
        .filter(c::version.le(version as i32))
        .order((c::kind, c::key, c::version, c::seq))
        .select((
            c::kind, c::key, c::version, c::point_id, c::offer_no, c::order_id, c::field, c::before_qty,
            c::after_qty, c::reason,
        ))
        .load(conn))?;
    Ok(Rows { documents, changes })
}

/// Enters what was read.
pub fn enter(rows: Rows, book: &mut Book) {
    for (kind, key, version, doc_no, total_qty) in rows.documents {
        let kind = DocumentKind::parse(&kind).expect(CODES);
        let issue = Issue { doc_no, version: version as u32, total_qty: total_qty as u64 };
        book.documents.insert((kind, key), issue);
    }
    enter_changes(rows.changes, book);
}

#[derive(Queryable)]
struct ChangeRow {
    kind: String,
    key: String,
    version: i32,
    point_id: Option<i64>,
    offer_no: Option<i32>,
    order_id: Option<i64>,
    field: String,
    before_qty: i64,
    after_qty: i64,
    reason: String,
}

fn enter_changes(rows: Vec<ChangeRow>, book: &mut Book) {
    let point_ix: HashMap<i64, u32> = book.points.iter().zip(0..).map(|(point, ix)| (point.id, ix)).collect();
    let offer_ix: HashMap<i32, u32> =
        book.offers.iter().zip(0..).map(|(offer, ix)| (offer.offer_no as i32, ix)).collect();
    for row in rows {
        let kind = DocumentKind::parse(&row.kind).expect(CODES);
        let Some(doc_no) = book.documents.get(&(kind, row.key.clone())).map(|issue| issue.doc_no.clone()) else {
            continue;
        };
        let order_ix = row.order_id.and_then(|id| book.orders.id.binary_search(&id).ok()).map(|ix| ix as u32);
        let change = Change {
            point_ix: row.point_id.map(|id| point_ix[&id]),
            offer_ix: row.offer_no.map(|no| offer_ix[&no]),
            order_ix,
            field: row.field,
            before: row.before_qty as u64,
            after: row.after_qty as u64,
            reason: Reason::parse(&row.reason).expect(CODES),
        };
        book.changes.entry(difference_key(&doc_no, row.version as u32)).or_default().push(change);
    }
}
