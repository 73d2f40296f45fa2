//! Text to records, streaming: one row of the table at a time, at a bounded size, with the numbers a person sees.
//!
//! The parsing is that of the `csv` crate's engine (`csv-core`). It is driven here, because the crate's own reader
//! neither bounds a record (an unclosed quotation mark would swallow a file of any size) nor counts blank rows.

use std::io::{Read, Seek};

use csv_core::ReadRecordResult;

use super::cell::{CELL_BYTES_MAX, Problem};
use super::decode::Text;
use super::fault_kind::FaultKind;

/// The most columns of a table.
pub const COLUMNS_MAX: usize = 64;

/// The most bytes of a record: every cell at its largest.
const RECORD_BYTES_MAX: usize = COLUMNS_MAX * CELL_BYTES_MAX;

/// One row as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    text: &'r str,
    ends: &'r [usize],
    /// As a spreadsheet numbers it: the first row is 1, blank rows count, a quoted line break does not.
    pub row: u64,
    /// The line of the file it begins at.
    pub line: u64,
}

impl<'r> Record<'r> {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no cells at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell at `index` as written; empty past the end.
    pub fn cell(&self, index: usize) -> &'r str {
        let Some(end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.text.get(start..*end).unwrap_or_default()
    }

    /// All cells as written.
    pub fn cells(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        let record = *self;
        (0..record.len()).map(move |index| record.cell(index))
    }

    /// All cells in one text, without their separators.
    pub fn text(&self) -> &'r str {
        self.text
    }
}

/// A table being read.
pub struct Table<'s, S> {
    text: Text<'s, S>,
    parser: csv_core::Reader,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    row: u64,
    line: u64,
    /// Whether the record before ended in CR, so that a following LF belongs to it.
    after_cr: bool,
}

impl<'s, S: Read + Seek> Table<'s, S> {
    /// Begins to read; the separator is the one the first line has most of.
    ///
    /// # Errors
    /// [`FaultKind::Unreadable`].
    pub fn new(mut text: Text<'s, S>) -> Result<Self, Problem> {
        let delimiter = sniff_delimiter(text.fill().map_err(unreadable)?);
        let parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Ok(Table { text, parser, bytes: vec![0; 4096], ends: vec![0; 32], row: 0, line: 1, after_cr: false })
    }

    /// The number of the row read last.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// The next row that is not a blank line; None at the end.
    ///
    /// # Errors
    /// [`FaultKind::Unreadable`], [`FaultKind::UnclosedQuote`], [`FaultKind::RecordTooLong`]: reading ends there.
    pub fn read(&mut self) -> Result<Option<Record<'_>>, Problem> {
        if !self.skip_blank_lines()? {
            return Ok(None);
        }
        self.row += 1;
        let line = self.line;
        let (length, count) = self.parse()?;
        let text = std::str::from_utf8(&self.bytes[..length]).map_err(|_| Problem::from(FaultKind::Undecodable))?;
        Ok(Some(Record { text, ends: &self.ends[..count], row: self.row, line }))
    }

    /// Counts and skips line breaks; false at the end of the file.
    fn skip_blank_lines(&mut self) -> Result<bool, Problem> {
        loop {
            let after_cr = std::mem::take(&mut self.after_cr);
            match self.text.fill().map_err(unreadable)?.first() {
                None => return Ok(false),
                Some(b'\n') if after_cr => {}
                Some(b'\n') => self.count_blank_line(),
                Some(b'\r') => {
                    self.count_blank_line();
                    self.after_cr = true;
                }
                Some(_) => return Ok(true),
            }
            self.text.consume(1);
        }
    }

    fn count_blank_line(&mut self) {
        self.row += 1;
        self.line += 1;
    }

    /// Parses one record into `bytes` and `ends`; answers how much of them it took.
    fn parse(&mut self) -> Result<(usize, usize), Problem> {
        let (mut length, mut count) = (0, 0);
        let first_line = self.parser.line();
        loop {
            let input = self.text.fill().map_err(unreadable)?;
            let at_end = input.is_empty();
            // At the end of the file a line break completes the record, unless it falls inside quotation marks.
            let input = if at_end { b"\n" } else { input };
            let (result, used, written, ended) =
                self.parser.read_record(input, &mut self.bytes[length..], &mut self.ends[count..]);
            self.after_cr = used > 0 && input[used - 1] == b'\r';
            let ended_in_lf = used > 0 && input[used - 1] == b'\n';
            self.text.consume(if at_end { 0 } else { used });
            (length, count) = (length + written, count + ended);
            match result {
                ReadRecordResult::Record => {
                    self.line += self.parser.line() - first_line + u64::from(!ended_in_lf);
                    return Ok((length, count));
                }
                ReadRecordResult::InputEmpty if at_end => return Err(FaultKind::UnclosedQuote.into()),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => grow(&mut self.bytes, RECORD_BYTES_MAX)?,
                ReadRecordResult::OutputEndsFull => grow(&mut self.ends, 4 * COLUMNS_MAX)?,
                ReadRecordResult::End => return Err(FaultKind::UnclosedQuote.into()),
            }
        }
    }
}

fn grow<T: Clone + Default>(buffer: &mut Vec<T>, max: usize) -> Result<(), Problem> {
    if buffer.len() >= max {
        return Err(FaultKind::RecordTooLong.into());
    }
    buffer.resize((buffer.len() * 2).min(max), T::default());
    Ok(())
}

fn unreadable(error: std::io::Error) -> Problem {
    Problem(FaultKind::Unreadable, error.to_string())
}

/// The most frequent of comma, tab and semicolon outside quotation marks in the first line that holds anything.
fn sniff_delimiter(text: &[u8]) -> u8 {
    const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];
    let mut counts = [0_usize; DELIMITERS.len()];
    let (mut is_quoted, mut is_blank) = (false, true);
    for byte in text {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\r' | b'\n' if !is_quoted && !is_blank => break,
            byte if !is_quoted => {
                if let Some(index) = DELIMITERS.iter().position(|delimiter| delimiter == byte) {
                    counts[index] += 1;
                }
            }
            _ => {}
        }
        is_blank &= matches!(byte, b'\r' | b'\n');
    }
    // Of equals the first wins: a comma where there is no separator at all.
    let most = (0..DELIMITERS.len()).rev().max_by_key(|index| counts[*index]).unwrap_or(0);
    DELIMITERS[most]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::decode::Charset;
    use super::*;

    /// Rows as (row, line, cells joined by |), and the problem that ended them.
    fn rows(text: &str) -> (Vec<(u64, u64, String)>, Option<FaultKind>) {
        let mut source = Cursor::new(text.as_bytes());
        let text = Text::open(&mut source, Charset::Utf8, 0).expect("memory is readable");
        let mut table = Table::new(text).expect("memory is readable");
        let mut rows = Vec::new();
        loop {
            match table.read() {
                Ok(Some(record)) => {
                    rows.push((record.row, record.line, record.cells().collect::<Vec<_>>().join("|")));
                }
                Ok(None) => return (rows, None),
                Err(problem) => return (rows, Some(problem.0)),
            }
        }
    }

    #[track_caller]
    fn check(text: &str, want: &[(u64, u64, &str)]) {
        let (rows, problem) = rows(text);
        let rows: Vec<(u64, u64, &str)> = rows.iter().map(|(row, line, cells)| (*row, *line, cells.as_str())).collect();
        assert_eq!((rows.as_slice(), problem), (want, None), "{text:?}");
    }

    #[test]
    fn each_separator_and_line_ending_is_read() {
        for (separator, ending) in [(",", "\n"), ("\t", "\r\n"), (";", "\r"), (";", "\r\n")] {
            let text = ["a,b", "1,2", "3,4", ""].join(ending).replace(',', separator);
            check(&text, &[(1, 1, "a|b"), (2, 2, "1|2"), (3, 3, "3|4")]);
            check(text.trim_end(), &[(1, 1, "a|b"), (2, 2, "1|2"), (3, 3, "3|4")]);
        }
    }

    #[test]
    fn row_numbers_are_those_a_spreadsheet_shows() {
        check("a,b\n\n1,\"x\ny\"\n2,3\n", &[(1, 1, "a|b"), (3, 3, "1|x\ny"), (4, 5, "2|3")]);
        check("\r\n\r\na,b\r\n\r\n1,\"x\r\ny\"\r\n2,3", &[(3, 3, "a|b"), (5, 5, "1|x\r\ny"), (6, 7, "2|3")]);
    }

    #[test]
    fn a_separator_inside_quotes_is_text() {
        check("\"a;b;c\",d\n\"1\"\"2\",3\n", &[(1, 1, "a;b;c|d"), (2, 2, "1\"2|3")]);
    }

    #[test]
    fn an_unclosed_quote_is_found_however_short_the_file() {
        let (read, problem) = rows("a,b\n1,\"x\n2,y\n3,z\n");
        assert_eq!((read.len(), problem), (1, Some(FaultKind::UnclosedQuote)));
    }

    #[test]
    fn an_unclosed_quote_in_a_large_file_takes_bounded_memory() {
        let text = format!("a,b\n1,\"{}", "x\n".repeat(3 << 20));
        assert_eq!(rows(&text).1, Some(FaultKind::RecordTooLong));
        assert_eq!(rows(&",".repeat(1000)).1, Some(FaultKind::RecordTooLong));
    }
}
