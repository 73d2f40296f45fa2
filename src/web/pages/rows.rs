//! A row per document, as the pages of a cycle and of a kind of sheet list them.

use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::sheets::columns::layout;
use crate::sheets::{Document, Press};
use crate::web::api::sheets::link;
use crate::web::errors::WebError;
use crate::web::words::{Lang, count};

/// A document as listed.
pub struct SheetRow {
    pub about: String,
    pub doc_no: String,
    pub version: u32,
    pub total_qty: String,
    pub generated_at: String,
    /// The version that took its place since; None for the newest, 最新.
    pub replaced_by: Option<u32>,
    pub csv: String,
    pub xlsx: String,
    pub print: String,
}

impl SheetRow {
    /// The row of a document of `press.book`; `newest` tells what has been superseded since.
    ///
    /// # Errors
    /// Where the book lacks what the document is about.
    pub fn new(press: &Press<'_>, document: &Document<'_>, newest: &Book) -> Result<SheetRow, WebError> {
        let (book, issue) = (press.book, document.issue);
        let now = Document::find(newest, document.kind, document.key).map(|found| found.issue.version);
        Ok(SheetRow {
            about: document.about(press)?,
            doc_no: issue.doc_no.clone(),
            version: issue.version,
            total_qty: count(issue.total_qty),
            generated_at: book.zone.minute(book.committed_at(issue.version)).get(5..).unwrap_or_default().to_owned(),
            replaced_by: now.filter(|&version| version > issue.version),
            csv: link(book, document, "csv"),
            xlsx: link(book, document, "xlsx"),
            print: link(book, document, "html"),
        })
    }
}

/// What a kind of sheet is called on a page.
pub fn title(kind: DocumentKind, lang: Lang) -> &'static str {
    lang.say(kind.zh(), &layout(kind).title_en)
}
