//! How much of a cycle a caller sees: everything, what belongs to some leaders, or nothing.

use crate::domain::access::{Operation, Reach, Role};
use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::sheets::{Document, Press, list};
use crate::web::caller::{Caller, Principal};

/// How much a caller sees with an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    Nothing,
    /// What belongs to these leaders, by id.
    Leaders(Vec<i64>),
    All,
}

impl View {
    /// What the caller sees with `operation`, which need not be the one that was asked for: a page shows of each thing
    /// what its reader may see.
    pub fn of(caller: &Caller, operation: Operation) -> View {
        let reach = match &caller.principal {
            Principal::Anonymous => None,
            Principal::Device { .. } => operation.reach(Role::Resident),
            Principal::Person { roles, .. } => operation.widest(roles),
            Principal::Machine { scopes, leader_ids, .. } => {
                let opens = operation.scope().is_some_and(|scope| scopes.contains(&scope));
                opens.then_some(if leader_ids.is_empty() { Reach::All } else { Reach::Own })
            }
        };
        match (reach, &caller.principal) {
            (None, _) => View::Nothing,
            (Some(Reach::All), _) => View::All,
            (Some(Reach::Own), Principal::Person { leader_ids, .. } | Principal::Machine { leader_ids, .. }) => {
                View::Leaders(leader_ids.clone())
            }
            (Some(Reach::Own), _) => View::Leaders(Vec::new()),
        }
    }

    /// The documents of a book that are seen, in the order of the night.
    pub fn documents<'b>(&self, press: &Press<'b>) -> Vec<Document<'b>> {
        let mut documents = list(press);
        documents.retain(|document| self.has(press.book, document));
        documents
    }

    /// Whether a document is seen. A leader sees what goes to their own points.
    pub fn has(&self, book: &Book, document: &Document<'_>) -> bool {
        match self {
            View::Nothing => false,
            View::All => true,
            View::Leaders(leader_ids) => {
                let point_code = point_of(book, document.kind, document.key);
                let point = point_code.and_then(|code| book.points.iter().find(|point| point.point_code == code));
                point.is_some_and(|point| leader_ids.contains(&point.leader_id))
            }
        }
    }
}

/// The code of the point that a document goes to; None for those of warehouses, suppliers and routes.
fn point_of<'k>(book: &'k Book, kind: DocumentKind, key: &'k str) -> Option<&'k str> {
    match kind {
        kind if kind.is_of_point() => Some(key),
        DocumentKind::DifferenceSheet => {
            let (doc_no, _) = key.rsplit_once("-v")?;
            let changed = book.documents.iter().find(|(_, issue)| issue.doc_no == doc_no);
            let ((kind, key), _) = changed.filter(|((kind, _), _)| *kind != DocumentKind::DifferenceSheet)?;
            point_of(book, *kind, key)
        }
        _ => None,
    }
}
