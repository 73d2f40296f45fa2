//! What stands around every sheet: the page, the head block, the foot block.

use std::io::{self, Write};

use askama::Template;
use sha2::{Digest, Sha256};

use crate::domain::documents::DocumentKind;
use crate::sheets::cell::{Cell, Sink, push_hundredths, push_int, push_thousandths};
use crate::sheets::columns::{Column, ColumnKind, Layout, Orientation, layout};
use crate::sheets::csv::{CsvOptions, print_csv};
use crate::sheets::document::{Document, SheetError};
use crate::sheets::facts::{Fact, fact};
use crate::sheets::guard::clean;
use crate::sheets::html::{Paper, Style};
use crate::sheets::press::Press;

#[derive(Template)]
#[template(path = "print/open.html")]
struct Open<'a> {
    title: &'a str,
    style_address: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "print/head.html")]
struct Head<'a> {
    kind: &'a str,
    is_landscape: bool,
    title: &'a str,
    doc_no: &'a str,
    version: u32,
    facts: &'a [Fact],
}

#[derive(Template)]
#[template(path = "print/foot.html")]
struct Foot<'a> {
    signatures: &'a [String],
}

/// Begins a page.
pub fn open(title: &str, style: Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style_address = match style {
        Style::Inline => None,
        Style::Link(address) => Some(address),
    };
    write(&Open { title, style_address }, out)
}

/// Ends a page.
pub fn close(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"</body>\n</html>\n")
}

/// Writes the head block and returns the line that names the document on each of its pages.
pub fn head(press: &Press<'_>, document: &Document<'_>, out: &mut dyn Write) -> Result<String, SheetError> {
    let (book, layout, issue) = (press.book, layout(document.kind), document.issue);
    let code = check_code(press, document)?;
    let mut facts = document.facts(press)?;
    facts.push(fact("团期", format!("{} {}", book.cycle.cycle_code, book.cycle.name)));
    facts.push(fact("截单", book.zone.minute(book.cycle.cutoff_at)));
    facts.push(fact("提货日", book.cycle.pickup_date));
    facts.push(fact("生成", book.zone.minute(book.committed_at(issue.version))));
    facts.extend(totals(press, document, layout)?);
    facts.push(fact("校验码", &code));
    for fact in &mut facts {
        fact.value = clean(&fact.value).into_owned();
    }
    let head = Head {
        kind: document.kind.code(),
        is_landscape: layout.page == Orientation::Landscape,
        title: document.kind.zh(),
        doc_no: &issue.doc_no,
        version: issue.version,
        facts: &facts,
    };
    write(&head, out)?;
    let about = document.about(press)?;
    Ok(format!(
        "{} {} v{} · {about} · 团期 {} · 校验码 {code}",
        document.kind.zh(),
        issue.doc_no,
        issue.version,
        book.cycle.cycle_code
    ))
}

/// The lines for signatures, at the end of a document's main part.
pub fn foot(kind: DocumentKind, page: &mut Paper<'_>) -> io::Result<()> {
    page.raw(&Foot { signatures: &layout(kind).signatures }.render().map_err(io::Error::other)?);
    Ok(())
}

/// Writes a filled template.
pub fn write(template: &impl Template, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(template.render().map_err(io::Error::other)?.as_bytes())
}

/// Eight hexadecimal digits that differ as soon as a byte of the sheet's CSV does.
fn check_code(press: &Press<'_>, document: &Document<'_>) -> Result<String, SheetError> {
    struct Hasher(Sha256);
    impl Write for Hasher {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut hasher = Hasher(Sha256::new());
    print_csv(press, document, CsvOptions::default(), &mut hasher)?;
    Ok(hasher.0.finalize()[..4].iter().map(|byte| format!("{byte:02X}")).collect())
}

/// The number of rows, and the sum of each column that is added up.
fn totals(press: &Press<'_>, document: &Document<'_>, layout: &'static Layout) -> Result<Vec<Fact>, SheetError> {
    let mut sums = Sums::new(layout);
    document.rows(press, &mut sums)?;
    let mut facts = vec![fact("行数", sums.rows)];
    for (column, sum) in sums.of_strong() {
        facts.push(fact(&column.zh, format!("{} {}", spoken(column.kind, sum), column.unit.as_deref().unwrap_or(""))));
    }
    Ok(facts)
}

/// Adds up what a layout marks for it.
pub struct Sums {
    layout: &'static Layout,
    sums: Vec<i64>,
    rows: u64,
}

impl Sums {
    pub fn new(layout: &'static Layout) -> Sums {
        Sums { layout, sums: vec![0; layout.keyed().count()], rows: 0 }
    }

    /// Keyed columns that are added up, with their sums.
    pub fn columns(&self) -> impl Iterator<Item = (&'static Column, Option<i64>)> {
        self.layout.keyed().zip(&self.sums).map(|(column, &sum)| (column, column.sum.then_some(sum)))
    }

    fn of_strong(&self) -> impl Iterator<Item = (&'static Column, i64)> {
        self.columns().filter(|(column, _)| column.strong).filter_map(|(column, sum)| Some((column, sum?)))
    }
}

impl Sink for Sums {
    fn row(&mut self, cells: &[Cell<'_>]) {
        self.rows += 1;
        for (sum, cell) in self.sums.iter_mut().zip(cells) {
            *sum += cell.number().unwrap_or(0);
        }
    }
}

/// A number of a kind of column as people read it.
pub fn spoken(kind: ColumnKind, value: i64) -> String {
    let mut out = Vec::new();
    match kind {
        ColumnKind::Yuan | ColumnKind::Percent => push_hundredths(&mut out, value),
        ColumnKind::Decimal => push_thousandths(&mut out, value),
        ColumnKind::Int | ColumnKind::Text | ColumnKind::Tick | ColumnKind::Write => push_int(&mut out, value),
    }
    String::from_utf8(out).expect("digits are text")
}
