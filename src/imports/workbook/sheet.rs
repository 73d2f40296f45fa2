//! The first sheet that holds anything, as CSV: what the child process does.

use std::io::{self, BufReader, Read, Seek, Write};

use calamine::{Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::render::{Look, text};
use super::{Refusal, bounds};

/// The most cells that hold anything.
const CELLS_MAX: u64 = 20_000_000;
/// The most rows of a sheet, as spreadsheets have them.
const ROWS_MAX: u32 = 1_048_576;
/// The most columns in use; no file of ours has a third of them.
const COLUMNS_MAX: u32 = 256;
/// The most bytes written: texts that stand in many cells are written in each.
pub const CSV_BYTES_MAX: u64 = 1 << 30;

/// Why nothing, or not everything, was written.
#[derive(Debug)]
pub enum Failure {
    Refused(Refusal),
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Io(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl From<XlsxError> for Failure {
    fn from(error: XlsxError) -> Failure {
        Failure::Refused(match error {
            XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => Refusal::NoWorkbook,
            XlsxError::Password => Refusal::Unreadable("有密码 / protected by a password".to_owned()),
            other => Refusal::Unreadable(other.to_string()),
        })
    }
}

/// Writes the first visible sheet with data as CSV, a line for each of its rows, also for blank ones: row numbers stay
/// those that the person sees.
///
/// # Errors
/// Why the workbook is refused, or the errors of the two streams.
pub fn write_csv(mut workbook: impl Read + Seek, out: impl Write) -> Result<(), Failure> {
    bounds::check(&mut workbook)??;
    workbook.rewind()?;
    let mut xlsx = Xlsx::new(BufReader::new(workbook))?;
    let is_1904 = xlsx.has_1904_epoch();
    let is_shown =
        |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let names: Vec<String> = xlsx.sheets_metadata().iter().filter(is_shown).map(|sheet| sheet.name.clone()).collect();
    let mut csv = Csv { out, row: 0, cells: Vec::new(), width: 0, left: CSV_BYTES_MAX, line: Vec::new() };
    for name in names {
        let mut cells = xlsx.worksheet_cells_reader(&name)?;
        let look = |style: &calamine::Style| {
            style
                .number_format
                .as_ref()
                .map_or_else(Look::default, |format| Look::of(&format.format_code, format.format_id))
        };
        let looks: Vec<Look> = cells.styles().iter().map(look).collect();
        let mut count = 0;
        while let Some((cell, style)) = cells.next_cell_with_style_id()? {
            let shown = text(cell.get_value(), looks.get(style).copied().unwrap_or_default(), is_1904);
            if shown.is_empty() {
                continue;
            }
            count += 1;
            if count > CELLS_MAX {
                return Err(Refusal::TooLarge(format!("{CELLS_MAX} 个单元格 / cells")).into());
            }
            csv.cell(cell.get_position(), shown)?;
        }
        if count > 0 {
            return csv.finish();
        }
    }
    csv.finish()
}

/// Writes rows as they are complete.
struct Csv<W> {
    out: W,
    /// The row that `cells` are of.
    row: u32,
    cells: Vec<String>,
    /// Cells of every row: as many as the first row with data has.
    width: usize,
    /// Bytes that may still be written.
    left: u64,
    line: Vec<u8>,
}

impl<W: Write> Csv<W> {
    fn cell(&mut self, (row, column): (u32, u32), text: String) -> Result<(), Failure> {
        if row >= ROWS_MAX || column >= COLUMNS_MAX {
            return Err(Refusal::TooLarge(format!("{ROWS_MAX} 行 × {COLUMNS_MAX} 列 / rows and columns")).into());
        }
        if row < self.row {
            return Err(Refusal::Unreadable(format!("第 {} 行出现两次 / row {0} comes twice", row + 1)).into());
        }
        while self.row < row {
            self.end_row()?;
        }
        let at = column as usize;
        if self.cells.len() <= at {
            self.cells.resize(at + 1, String::new());
        }
        self.cells[at] = text;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Failure> {
        self.row += 1;
        self.line.clear();
        if !self.cells.is_empty() {
            self.width = if self.width == 0 { self.cells.len() } else { self.width };
            let missing = self.width.saturating_sub(self.cells.len());
            for (at, cell) in self.cells.iter().enumerate() {
                if at > 0 {
                    self.line.push(b',');
                }
                push_field(&mut self.line, cell);
            }
            self.line.extend(std::iter::repeat_n(b',', missing));
            self.cells.clear();
        }
        self.line.push(b'\n');
        let Some(left) = self.left.checked_sub(self.line.len() as u64) else {
            return Err(Refusal::TooLarge(format!("{} MiB", CSV_BYTES_MAX >> 20)).into());
        };
        self.left = left;
        Ok(self.out.write_all(&self.line)?)
    }

    fn finish(mut self) -> Result<(), Failure> {
        if !self.cells.is_empty() {
            self.end_row()?;
        }
        Ok(self.out.flush()?)
    }
}

fn push_field(line: &mut Vec<u8>, text: &str) {
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r' | b';' | b'\t')) {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    line.push(b'"');
    line.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    line.push(b'"');
}
