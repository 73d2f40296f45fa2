//! Renders any sheet as an Excel workbook: numbers as numbers, codes as text, heads frozen and on every printed page.
//!
//! The bytes depend on the book alone: its times are those of the document's version. Rows go to a temporary file as
//! they come, so that memory does not grow with them.

use std::io::{self, Write};

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError,
};

use crate::domain::documents::DocumentKind;
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::columns::{Column, ColumnKind, Orientation, layout, leading};
use crate::sheets::csv::{Heads, head};
use crate::sheets::document::{Document, SheetError};
use crate::sheets::guard::clean;
use crate::sheets::press::Press;

/// Rows of one worksheet, as many as a spreadsheet takes; what is more goes on the next.
const ROWS_MAX: u32 = 1_048_576;
/// Characters of a page's width, by which shares of it become widths.
const PORTRAIT_CHARS: f64 = 96.0;
const LANDSCAPE_CHARS: f64 = 140.0;
const A4: u8 = 9;
/// On every Windows with Chinese; elsewhere another font takes its place.
const FONT: &str = "Microsoft YaHei";

/// Writes a document as a workbook.
///
/// # Errors
/// Where the book lacks what the document is about, or writing fails.
pub fn print_xlsx(
    press: &Press<'_>,
    document: &Document<'_>,
    heads: Heads,
    out: &mut dyn Write,
) -> Result<(), SheetError> {
    let mut writer = XlsxWriter::new(press, document, heads).map_err(failed)?;
    document.rows(press, &mut writer)?;
    out.write_all(&writer.finish().map_err(failed)?)?;
    Ok(())
}

fn failed(error: XlsxError) -> SheetError {
    match error {
        XlsxError::IoError(error) => SheetError::Io(error),
        other => SheetError::Io(io::Error::other(other)),
    }
}

/// How the cells of each kind look.
struct Formats {
    head: Format,
    text: Format,
    int: Format,
    hundredths: Format,
    thousandths: Format,
}

impl Formats {
    fn new() -> Formats {
        let plain = Format::new().set_font_name(FONT).set_font_size(10).set_border(FormatBorder::Hair);
        Formats {
            head: plain.clone().set_bold().set_align(FormatAlign::Center).set_text_wrap(),
            text: plain.clone().set_num_format("@"),
            int: plain.clone().set_num_format("0"),
            hundredths: plain.clone().set_num_format("0.00"),
            thousandths: plain.set_num_format("0.###"),
        }
    }
}

struct XlsxWriter<'p> {
    workbook: Workbook,
    sheet: Worksheet,
    sheets: u32,
    /// The next row of the worksheet.
    row: u32,
    heads: Heads,
    columns: Vec<&'static Column>,
    formats: Formats,
    kind: DocumentKind,
    doc_no: &'p str,
    version: u32,
    cycle_code: &'p str,
    failure: Option<XlsxError>,
}

impl<'p> XlsxWriter<'p> {
    fn new(press: &Press<'p>, document: &Document<'p>, heads: Heads) -> Result<XlsxWriter<'p>, XlsxError> {
        let mut workbook = Workbook::new();
        let committed_s = press.book.committed_at(document.issue.version).0.div_euclid(1_000_000);
        let created = ExcelDateTime::from_timestamp(committed_s)?;
        let title = format!("{} {}", document.kind.zh(), document.issue.doc_no);
        workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&created));
        let sheet = workbook.new_worksheet_with_constant_memory()?;
        let mut writer = XlsxWriter {
            workbook,
            sheet,
            sheets: 0,
            row: 0,
            heads,
            columns: leading().iter().chain(layout(document.kind).keyed()).collect(),
            formats: Formats::new(),
            kind: document.kind,
            doc_no: &document.issue.doc_no,
            version: document.issue.version,
            cycle_code: &press.book.cycle.cycle_code,
            failure: None,
        };
        writer.begin_sheet()?;
        Ok(writer)
    }

    /// Sets a worksheet up and writes its heads.
    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let layout = layout(self.kind);
        let name =
            if self.sheets == 1 { self.kind.zh().to_owned() } else { format!("{} {}", self.kind.zh(), self.sheets) };
        let sheet = &mut self.sheet;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
        sheet.set_header(format!("&L{} {}&R{} v{}", self.kind.zh(), self.cycle_code, self.doc_no, self.version));
        sheet.set_footer("&C&P / &N");
        let page_chars = match layout.page {
            Orientation::Portrait => PORTRAIT_CHARS,
            Orientation::Landscape => {
                sheet.set_landscape();
                LANDSCAPE_CHARS
            }
        };
        sheet.ignore_error_range(1, 0, ROWS_MAX - 1, self.columns.len() as u16 - 1, IgnoreError::NumberStoredAsText)?;
        for (at, column) in (0..).zip(&self.columns) {
            sheet.set_column_width(at, width_chars(column, self.heads, page_chars))?;
        }
        for (at, column) in (0..).zip(&self.columns) {
            sheet.write_string_with_format(0, at, head(column, self.heads), &self.formats.head)?;
        }
        self.row = 1;
        Ok(())
    }

    fn write_row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        if self.row == ROWS_MAX {
            let next = self.workbook.new_worksheet_with_constant_memory()?;
            self.workbook.push_worksheet(std::mem::replace(&mut self.sheet, next));
            self.begin_sheet()?;
        }
        let lead = [Cell::Text(self.doc_no), Cell::Int(self.version.into()), Cell::Text(self.cycle_code)];
        for (at, cell) in (0..).zip(lead.iter().chain(cells)) {
            let kind = self.columns[usize::from(at)].kind;
            write_cell(&mut self.sheet, &self.formats, self.row, at, kind, cell)?;
        }
        self.row += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        self.workbook.push_worksheet(self.sheet);
        self.workbook.save_to_buffer()
    }
}

impl Sink for XlsxWriter<'_> {
    fn row(&mut self, cells: &[Cell<'_>]) {
        if self.failure.is_none() {
            self.failure = self.write_row(cells).err();
        }
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    formats: &Formats,
    row: u32,
    column: u16,
    kind: ColumnKind,
    cell: &Cell<'_>,
) -> Result<(), XlsxError> {
    // What the books hold stays far below 2^53, where whole numbers are exact.
    let number = |value: i64, unit: f64| value as f64 / unit;
    match *cell {
        Cell::Text(text) => sheet.write_string_with_format(row, column, clean(text), &formats.text)?,
        Cell::Int(value) | Cell::Said(value, _) => {
            sheet.write_number_with_format(row, column, number(value, 1.0), &formats.int)?
        }
        Cell::Yuan(amount) => {
            sheet.write_number_with_format(row, column, number(amount.0, 100.0), &formats.hundredths)?
        }
        Cell::Percent(value) => {
            sheet.write_number_with_format(row, column, number(value, 100.0), &formats.hundredths)?
        }
        Cell::Decimal(value) => {
            sheet.write_number_with_format(row, column, number(value, 1000.0), &formats.thousandths)?
        }
        Cell::Blank => sheet.write_blank(row, column, formats.of(kind))?,
    };
    Ok(())
}

impl Formats {
    fn of(&self, kind: ColumnKind) -> &Format {
        match kind {
            ColumnKind::Text | ColumnKind::Tick | ColumnKind::Write => &self.text,
            ColumnKind::Int => &self.int,
            ColumnKind::Yuan | ColumnKind::Percent => &self.hundredths,
            ColumnKind::Decimal => &self.thousandths,
        }
    }
}

/// A column's width in characters: its share of the page, or what its kind needs, but never less than its head.
fn width_chars(column: &Column, heads: Heads, page_chars: f64) -> f64 {
    let head: u32 = head(column, heads).chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    let own = match (column.width, column.kind) {
        (Some(share), _) => share / 100.0 * page_chars,
        (None, ColumnKind::Text) => 16.0,
        (None, _) => 8.0,
    };
    own.max(f64::from(head) + 2.0)
}
