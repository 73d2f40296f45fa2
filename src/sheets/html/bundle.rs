//! All documents of a cycle in one file that needs nothing else: for the night when the power fails.

use std::io::Write;

use askama::Template;

use crate::domain::documents::DocumentKind;
use crate::sheets::blocks::ListedBy;
use crate::sheets::document::{Document, SheetError, list};
use crate::sheets::facts::{Fact, fact};
use crate::sheets::html::{Style, frame, print_document};
use crate::sheets::press::Press;

#[derive(Template)]
#[template(path = "print/contents.html")]
struct Contents<'a> {
    title: &'a str,
    cycle_code: &'a str,
    version: u32,
    facts: &'a [Fact],
    chapters: &'a [Chapter<'a>],
}

/// The documents of one kind.
struct Chapter<'a> {
    title: &'static str,
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    doc_no: &'a str,
    version: u32,
    about: String,
}

/// Writes every document of the book, in the order of the night, behind a table of contents. Labels are left out: they
/// are printed on paper of their own, and a day has as many as households.
///
/// # Errors
/// Where the book lacks what a document is about, or writing fails.
pub fn print_all_html(press: &Press<'_>, out: &mut dyn Write) -> Result<(), SheetError> {
    let (book, mut documents) = (press.book, list(press));
    documents.retain(|document| document.kind != DocumentKind::Label);
    let title = format!("{} 全部单据", book.cycle.name);
    frame::open(&format!("{title} {}", book.cycle.cycle_code), Style::Inline, out)?;
    let facts = [
        fact("截单", book.zone.minute(book.cycle.cutoff_at)),
        fact("提货日", book.cycle.pickup_date),
        fact("单据", format!("{} 份", documents.len())),
    ];
    let chapters = chapters(press, &documents)?;
    let contents = Contents {
        title: &title,
        cycle_code: &book.cycle.cycle_code,
        version: book.version,
        facts: &facts,
        chapters: &chapters,
    };
    frame::write(&contents, out)?;
    for document in &documents {
        print_document(press, document, ListedBy::Room, out)?;
    }
    Ok(frame::close(out)?)
}

fn chapters<'a>(press: &Press<'_>, documents: &[Document<'a>]) -> Result<Vec<Chapter<'a>>, SheetError> {
    let mut chapters = Vec::new();
    for of_kind in documents.chunk_by(|a, b| a.kind == b.kind) {
        let mut entries = Vec::new();
        for document in of_kind {
            let about = document.about(press)?;
            entries.push(Entry { doc_no: &document.issue.doc_no, version: document.issue.version, about });
        }
        chapters.push(Chapter { title: of_kind[0].kind.zh(), entries });
    }
    Ok(chapters)
}
