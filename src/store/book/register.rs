//! The register of sheets at the book's version, and the rows of its difference sheets.

use std::collections::HashMap;

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::book::Book;
use crate::domain::documents::{Change, DocumentKind, Issue, difference_key};
use crate::domain::reason::Reason;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{document_changes, documents};

const CODES: &str = "only code names of kinds and reasons are written";

pub fn load(db: &mut Db, book: &mut Book) -> Result<(), StoreError> {
    use documents as t;
    let rows: Vec<(String, String, i32, String, i64)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .filter(t::version.le(book.version as i32))
        .order((t::kind, t::key, t::version))
        .select((t::kind, t::key, t::version, t::doc_no, t::total_qty))
        .load(conn))?;
    for (kind, key, version, doc_no, total_qty) in rows {
        let kind = DocumentKind::parse(&kind).expect(CODES);
        let issue = Issue { doc_no, version: version as u32, total_qty: total_qty as u64 };
        book.documents.insert((kind, key), issue);
    }
    changes(db, book)
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

fn changes(db: &mut Db, book: &mut Book) -> Result<(), StoreError> {
    use document_changes as t;
    let rows: Vec<ChangeRow> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .filter(t::version.le(book.version as i32))
        .order((t::kind, t::key, t::version, t::seq))
        .select((
            t::kind, t::key, t::version, t::point_id, t::offer_no, t::order_id, t::field, t::before_qty,
            t::after_qty, t::reason,
        ))
        .load(conn))?;
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
    Ok(())
}
