//! The letter to the warehouse: the sheets of the night in one archive.

use std::io::{self, Cursor, Seek, SeekFrom, Write};

use askama::Template;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::mail::message::{Attached, Written};
use crate::mail::settings::MailLang;
use crate::mail::write::{Unwritable, both};
use crate::sheets::{CsvOptions, Document, HtmlOptions, Press, SheetError, list, print_csv, print_html};

/// What the warehouse works with. Lists with residents' names and rooms go to their point alone.
const KINDS: [DocumentKind; 7] = [
    DocumentKind::ReceivingSheet,
    DocumentKind::ShortageNotice,
    DocumentKind::PickList,
    DocumentKind::PickListRoute,
    DocumentKind::SowingSort,
    DocumentKind::DispatchSheet,
    DocumentKind::HandoverSlip,
];

/// Largest archive: mail servers refuse what is much larger.
const BYTES_MAX: usize = 12 << 20;

struct Counted {
    kind: &'static str,
    count: usize,
}

struct Pack<'a> {
    lang: MailLang,
    cycle: &'a str,
    cycle_code: &'a str,
    pickup_date: String,
    version: u32,
    kinds: Vec<Counted>,
    is_attached: bool,
}

#[derive(Template)]
#[template(path = "mail/night_pack.txt", escape = "none")]
struct Text<'a>(&'a Pack<'a>);

#[derive(Template)]
#[template(path = "mail/night_pack.html")]
struct Page<'a>(&'a Pack<'a>);

/// The sheets as they stand, to print and as CSV; without the print pages, or without an archive, where it would be too
/// large for mail.
pub fn pack(book: &Book, lang: MailLang) -> Result<Written, Unwritable> {
    let press = Press::new(book);
    let documents: Vec<Document<'_>> =
        list(&press).into_iter().filter(|document| KINDS.contains(&document.kind)).collect();
    let archive = match archive(&press, &documents, true)? {
        Some(bytes) => Some(bytes),
        None => archive(&press, &documents, false)?,
    };
    let title = |kind: DocumentKind| lang.say(kind.zh(), kind.code());
    let kinds = KINDS.iter().map(|kind| Counted {
        kind: title(*kind),
        count: documents.iter().filter(|document| document.kind == *kind).count(),
    });
    let code = &book.cycle.cycle_code;
    let letter = Pack {
        lang,
        cycle: &book.cycle.name,
        cycle_code: code,
        pickup_date: book.cycle.pickup_date.to_string(),
        version: book.version,
        kinds: kinds.filter(|counted| counted.count > 0).collect(),
        is_attached: archive.is_some(),
    };
    let subject = format!("{} {code} v{}", lang.say("【夜间单据】团期", "Sheets of the night, cycle"), book.version);
    let mut written = both(subject, &Text(&letter), &Page(&letter))?;
    let name = format!("{}_{code}_v{}.zip", lang.say("夜间单据", "night"), book.version);
    written.attachments.extend(archive.map(|bytes| Attached { name, content_type: "application/zip", bytes }));
    Ok(written)
}

/// An archive of the documents; None where it grows too large.
fn archive(press: &Press<'_>, documents: &[Document<'_>], with_pages: bool) -> Result<Option<Vec<u8>>, Unwritable> {
    let mut zip = ZipWriter::new(Bounded(Cursor::new(Vec::new())));
    match fill(&mut zip, press, documents, with_pages) {
        Ok(()) => (),
        Err(SheetError::Io(error)) if error.kind() == io::ErrorKind::FileTooLarge => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    match zip.finish() {
        Ok(Bounded(bytes)) => Ok(Some(bytes.into_inner())),
        Err(_) => Ok(None),
    }
}

fn fill(
    zip: &mut ZipWriter<Bounded>,
    press: &Press<'_>,
    documents: &[Document<'_>],
    with_pages: bool,
) -> Result<(), SheetError> {
    let options = SimpleFileOptions::default();
    for document in documents {
        zip.start_file(document.path("csv"), options).map_err(io_error)?;
        print_csv(press, document, CsvOptions::default(), zip)?;
        if with_pages {
            zip.start_file(document.path("html"), options).map_err(io_error)?;
            print_html(press, document, HtmlOptions::default(), zip)?;
        }
    }
    Ok(())
}

fn io_error(error: zip::result::ZipError) -> io::Error {
    match error {
        zip::result::ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}

/// Memory that fills up at [`BYTES_MAX`].
struct Bounded(Cursor<Vec<u8>>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.get_ref().len() + bytes.len() > BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}
