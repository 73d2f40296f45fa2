//! Renders any sheet as CSV for Excel and WPS: UTF-8 with BOM or GB18030, CRLF, RFC 4180, one header row.

use std::io::{self, Write};

use crate::sheets::cell::{Cell, Sink, push_hundredths, push_int, push_thousandths};
use crate::sheets::columns::{Column, layout, leading};
use crate::sheets::document::{Document, SheetError};
use crate::sheets::guard::push_field;
use crate::sheets::press::Press;

/// What the header row says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Heads {
    /// Chinese heads.
    #[default]
    Zh,
    /// Keys, for programs.
    Key,
}

/// How the bytes stand for characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// With a byte order mark, by which Excel knows it.
    #[default]
    Utf8Bom,
    Gb18030,
}

/// How a CSV is to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct CsvOptions {
    pub heads: Heads,
    pub encoding: Encoding,
}

/// Writes a document as CSV.
///
/// # Errors
/// Where the book lacks what the document is about, or writing fails.
pub fn print_csv(
    press: &Press<'_>,
    document: &Document<'_>,
    options: CsvOptions,
    out: &mut dyn Write,
) -> Result<(), SheetError> {
    let mut writer = CsvWriter::new(press, document, options, out);
    document.rows(press, &mut writer)?;
    Ok(writer.finish()?)
}

/// Bytes gathered before they go out.
const CHUNK: usize = 64 * 1024;

struct CsvWriter<'w> {
    out: &'w mut dyn Write,
    encoding: Encoding,
    buffer: Vec<u8>,
    /// What every row begins with: doc_no, version and cycle.
    lead: Vec<u8>,
    /// Where the last row begins in the buffer, unless it has left.
    last: Option<usize>,
    /// Where each cell of the last row ends, counted from where the row begins.
    ends: Vec<usize>,
    failure: Option<io::Error>,
}

impl<'w> CsvWriter<'w> {
    fn new(press: &Press<'_>, document: &Document<'_>, options: CsvOptions, out: &'w mut dyn Write) -> CsvWriter<'w> {
        let layout = layout(document.kind);
        let mut buffer = Vec::with_capacity(CHUNK + CHUNK / 4);
        if options.encoding == Encoding::Utf8Bom {
            buffer.extend_from_slice("\u{feff}".as_bytes());
        }
        for (place, column) in leading().iter().chain(layout.keyed()).enumerate() {
            if place > 0 {
                buffer.push(b',');
            }
            push_field(&mut buffer, head(column, options.heads));
        }
        buffer.extend_from_slice(b"\r\n");
        let mut lead = Vec::new();
        push_field(&mut lead, &document.issue.doc_no);
        lead.push(b',');
        push_int(&mut lead, i64::from(document.issue.version));
        lead.push(b',');
        push_field(&mut lead, &press.book.cycle.cycle_code);
        let ends = vec![0; layout.keyed().count()];
        CsvWriter { out, encoding: options.encoding, buffer, lead, last: None, ends, failure: None }
    }

    /// Sends what was gathered on its way.
    fn flush(&mut self) {
        if self.failure.is_none() {
            let sent = match self.encoding {
                Encoding::Utf8Bom => self.out.write_all(&self.buffer),
                Encoding::Gb18030 => self.out.write_all(&gb18030(&self.buffer)),
            };
            self.failure = sent.err();
        }
        self.buffer.clear();
        self.last = None;
    }

    fn finish(mut self) -> io::Result<()> {
        self.flush();
        self.failure.map_or(Ok(()), Err)
    }
}

impl Sink for CsvWriter<'_> {
    fn row(&mut self, cells: &[Cell<'_>]) {
        self.row_like_last(0, cells);
    }

    fn row_like_last(&mut self, same: usize, cells: &[Cell<'_>]) {
        debug_assert_eq!(cells.len(), self.ends.len(), "a row has a cell for each keyed column");
        let (start, last) = (self.buffer.len(), self.last.filter(|_| same > 0));
        let copied = match last {
            Some(last) => {
                self.buffer.extend_from_within(last..last + self.ends[same - 1]);
                same
            }
            None => {
                self.buffer.extend_from_slice(&self.lead);
                0
            }
        };
        for (cell, end) in cells.iter().zip(&mut self.ends).skip(copied) {
            self.buffer.push(b',');
            push_cell(&mut self.buffer, cell);
            *end = self.buffer.len() - start;
        }
        self.buffer.extend_from_slice(b"\r\n");
        self.last = Some(start);
        if self.buffer.len() >= CHUNK {
            self.flush();
        }
    }
}

/// What a column is called.
pub(super) fn head(column: &Column, heads: Heads) -> &str {
    match (heads, &column.key) {
        (Heads::Key, Some(key)) => key,
        _ => &column.zh,
    }
}

fn push_cell(out: &mut Vec<u8>, cell: &Cell<'_>) {
    match *cell {
        Cell::Text(text) => push_field(out, text),
        Cell::Int(value) | Cell::Said(value, _) => push_int(out, value),
        Cell::Yuan(amount) => push_hundredths(out, amount.0),
        Cell::Percent(value) => push_hundredths(out, value),
        Cell::Decimal(value) => push_thousandths(out, value),
        Cell::Blank => {}
    }
}

/// UTF-8 as GB18030, which has every character but U+E5E5, a private one.
fn gb18030(utf8: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(utf8).expect("cells are text");
    let (bytes, _, has_gaps) = encoding_rs::GB18030.encode(text);
    if has_gaps {
        return encoding_rs::GB18030.encode(&text.replace('\u{e5e5}', "\u{fffd}")).0.into_owned();
    }
    bytes.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheets::sample;

    #[test]
    fn a_row_like_the_last_has_the_bytes_of_a_whole_row_also_behind_a_flush() {
        let book = sample::book();
        let press = Press::new(&book);
        let document = crate::sheets::list(&press)[0];
        let width = layout(document.kind).keyed().count();
        let print = |same: usize| {
            let mut out = Vec::new();
            let mut writer = CsvWriter::new(&press, &document, CsvOptions::default(), &mut out);
            for row in 0..5_000 {
                let mut cells = vec![Cell::Text("=\"1\","); width];
                cells[width - 1] = Cell::Int(row);
                writer.row_like_last(same, &cells);
            }
            writer.finish().expect("memory takes it");
            out
        };
        assert!(print(0).len() > 2 * CHUNK);
        assert!(print(width - 1) == print(0) && print(1) == print(0));
    }
}
