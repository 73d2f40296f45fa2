//! Enters in the register the sheets that a step issues or supersedes. Part of the step's own transaction.

use crate::domain::book::Book;
use crate::domain::register::{NewIssue, StepChanges, issues};
use crate::store::backend::{Db, StoreError};
use crate::store::supply::{DocumentChangeRow, DocumentRow, add_document_changes, add_documents};

/// Writes the register rows of a step; `book` is as it stands after the step, with the register of before.
pub fn issue_sheets(db: &mut Db, book: &Book, changes: &StepChanges, version: u32) -> Result<(), StoreError> {
    let issued = issues(book, changes, version);
    let documents: Vec<DocumentRow> = issued
        .iter()
        .map(|issue| DocumentRow {
            cycle_id: book.cycle.id,
            kind: issue.kind.code(),
            key: issue.key.clone(),
            version: version as i32,
            doc_no: issue.doc_no.clone(),
            total_qty: issue.total_qty as i64,
        })
        .collect();
    add_documents(db, &documents)?;
    let rows: Vec<DocumentChangeRow> = issued.iter().flat_map(|issue| change_rows(book, issue, version)).collect();
    add_document_changes(db, &rows)
}

fn change_rows(book: &Book, issue: &NewIssue, version: u32) -> Vec<DocumentChangeRow> {
    let row = |(change, seq): (&crate::domain::documents::Change, i32)| DocumentChangeRow {
        cycle_id: book.cycle.id,
        kind: issue.kind.code(),
        key: issue.key.clone(),
        version: version as i32,
        seq,
        point_id: change.point_ix.map(|ix| book.points[ix as usize].id),
        offer_no: change.offer_ix.map(|ix| book.offers[ix as usize].offer_no as i32),
        order_id: change.order_ix.map(|ix| book.orders.id[ix as usize]),
        field: change.field.clone(),
        before_qty: change.before as i64,
        after_qty: change.after as i64,
        reason: change.reason.code(),
    };
    issue.changes.iter().zip(1..).map(row).collect()
}
