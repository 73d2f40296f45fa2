//! Renders any sheet as print HTML: A4, black on white, head and foot block, heads on every page, page x/y.

mod bundle;
mod frame;
mod labels;
mod matrix;
mod pickup;
mod sides;
mod slip;
mod table;
mod text;

use std::io::{self, Write};

use crate::domain::documents::DocumentKind;
use crate::sheets::blocks::ListedBy;
use crate::sheets::document::{Document, SheetError};
use crate::sheets::press::Press;

pub use bundle::print_all_html;

/// The print style sheet, for a server that sends it as a file of its own.
pub const PRINT_CSS: &str = include_str!("../../../reports/print/print.css");

/// Where a page has its style from.
#[derive(Clone, Copy, Debug, Default)]
pub enum Style<'a> {
    /// In the page itself: the file stands alone.
    #[default]
    Inline,
    /// At an address of the same server.
    Link(&'a str),
}

/// How a page is to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct HtmlOptions<'a> {
    pub style: Style<'a>,
    /// Of the pickup list; nothing to other sheets.
    pub by: ListedBy,
}

/// Writes a document as a page of its own.
///
/// # Errors
/// Where the book lacks what the document is about, or writing fails.
pub fn print_html(
    press: &Press<'_>,
    document: &Document<'_>,
    options: HtmlOptions<'_>,
    out: &mut dyn Write,
) -> Result<(), SheetError> {
    let title = format!("{} {} v{}", document.kind.zh(), document.issue.doc_no, document.issue.version);
    frame::open(&title, options.style, out)?;
    print_document(press, document, options.by, out)?;
    Ok(frame::close(out)?)
}

/// Writes documents one after the other as one page that stands alone.
///
/// # Errors
/// As [`print_html`].
pub fn print_run(
    press: &Press<'_>,
    title: &str,
    documents: &[Document<'_>],
    out: &mut dyn Write,
) -> Result<(), SheetError> {
    frame::open(title, Style::Inline, out)?;
    for document in documents {
        print_document(press, document, ListedBy::Room, out)?;
    }
    Ok(frame::close(out)?)
}

/// Writes one document as a section of a page.
fn print_document(
    press: &Press<'_>,
    document: &Document<'_>,
    by: ListedBy,
    out: &mut dyn Write,
) -> Result<(), SheetError> {
    if document.kind == DocumentKind::Label {
        let mut page = Paper::new(out);
        labels::print(press, document, &mut page);
        return Ok(page.finish()?);
    }
    let running = frame::head(press, document, out)?;
    let mut page = Paper::new(out);
    match document.kind {
        DocumentKind::PickupList => pickup::print(press, document, by, &running, &mut page)?,
        DocumentKind::HandoverSlip => slip::print(press, document, &running, &mut page)?,
        _ => table::print(press, document, &running, &mut page)?,
    }
    if document.kind == DocumentKind::SowingSort {
        matrix::print(press, document, &running, &mut page);
    }
    page.raw("</section>\n");
    Ok(page.finish()?)
}

/// Bytes gathered before they go out.
const PAPER: usize = 64 * 1024;

/// Markup on its way out.
struct Paper<'w> {
    out: &'w mut dyn Write,
    buffer: String,
    failure: Option<io::Error>,
}

impl<'w> Paper<'w> {
    fn new(out: &'w mut dyn Write) -> Paper<'w> {
        Paper { out, buffer: String::with_capacity(PAPER), failure: None }
    }
}

impl Paper<'_> {
    /// Markup of our own.
    fn raw(&mut self, markup: &str) {
        self.buffer.push_str(markup);
        if self.buffer.len() >= PAPER {
            self.flush();
        }
    }

    /// Anything from outside, made harmless.
    fn text(&mut self, text: &str) {
        text::push_escaped(&mut self.buffer, text);
    }

    fn flush(&mut self) {
        if self.failure.is_none() {
            self.failure = self.out.write_all(self.buffer.as_bytes()).err();
        }
        self.buffer.clear();
    }

    fn finish(mut self) -> io::Result<()> {
        self.flush();
        self.failure.map_or(Ok(()), Err)
    }
}
