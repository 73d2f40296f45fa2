//! READS: files in, typed drafts and faults out. Nothing here knows the database: whether a code exists, an order is
//! known or a quantity is in bounds is decided by `flow`, which words its own answers as [`Fault`]s too.
//!
//! [`read`] streams a file row by row at a bounded memory: [`decode`] makes it text, [`table`] makes that rows,
//! [`heads`] finds our columns, [`cells`] parses them, and each kind of file ([`suppliers`], [`orders`] …) turns a row
//! into its draft. All faults of a file come out in one go; a fault has a place, a cause and a remedy.

use std::borrow::Cow;
use std::io::{Read, Seek};
use std::sync::Arc;

use crate::domain::coordinates::Datum;
use crate::domain::time::Zone;

pub mod areas;
pub mod cell;
pub mod cells;
pub mod contacts;
pub mod corrections;
pub mod cycles;
pub mod dates;
pub mod decode;
pub mod fault;
mod fault_kind;
pub mod faulty_rows;
pub mod heads;
pub mod jielong;
pub mod kinds;
pub mod leaders;
pub mod number;
pub mod offers;
pub mod orders;
pub mod pins;
pub mod places;
pub mod plan;
pub mod prices;
pub mod receipts;
pub mod skus;
pub mod source;
pub mod stock;
pub mod suppliers;
pub mod table;
pub mod vehicles;
pub mod warehouses;
pub mod weights;
pub mod workbook;

#[cfg(test)]
mod awkward_tests;
#[cfg(test)]
mod reading_tests;

pub use cells::Cells;
pub use fault::{Fault, FaultKind, Faults};
pub use faulty_rows::FaultyRows;
pub use heads::{ColumnSpec, Heads};
pub use kinds::ImportKind;
pub use table::Record;

use cell::{Problem, bare};
use decode::{Charset, Sniffed, Text};
use heads::Layout;
use table::Table;

/// A kind of file: its columns, and what a row of it means.
pub trait Kind: 'static {
    /// Its columns, in the order the draft asks for them.
    const COLUMNS: &'static [ColumnSpec];
    /// Columns of our own printed sheets that say nothing new when they come back.
    const IGNORED: &'static [ColumnSpec] = &[];
    /// Columns of which at least one must be there.
    const ONE_OF: &'static [&'static str] = &[];
    /// The column that says which thing a row belongs to.
    const KEY: &'static str;
    /// What a row becomes; may borrow from it.
    type Draft<'r>;

    /// Reads a row. None: the row says nothing and is skipped.
    fn draft<'r>(cells: &mut Cells<'r>) -> Option<Self::Draft<'r>>;
}

/// What a file is read with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How the file is called in faults.
    pub file: Arc<str>,
    /// The zone its times are of.
    pub zone: Zone,
    /// The datum of coordinates that name none themselves.
    pub datum: Option<Datum>,
    /// Whether longitudes are to be read from the column of latitudes: to find out whether that is what is wrong.
    pub is_swapped: bool,
}

impl Settings {
    /// Settings for a file of this name, in the given zone, without a datum.
    pub fn new(file: &str, zone: Zone) -> Settings {
        Settings { file: file.into(), zone, datum: None, is_swapped: false }
    }
}

/// One row that holds anything.
pub struct Row<'r, K: Kind> {
    /// As a spreadsheet numbers it: the head row is 1, blank rows count.
    pub row: u64,
    /// What it means, or all that is wrong with it.
    pub draft: Result<K::Draft<'r>, Vec<Fault>>,
    /// The cells as written.
    pub record: Record<'r>,
    /// The head row of the file.
    pub heads: &'r Heads,
}

impl<'r, K: Kind> Row<'r, K> {
    /// Which thing the row belongs to ([`Kind::KEY`]), if that can be read for certain also where the row is faulty.
    ///
    /// None where the cell is no code, and where the row has too many or too few cells and the key is not the first:
    /// a shifted cell must not be taken for it.
    pub fn key(&self) -> Option<Cow<'r, str>> {
        let index = K::COLUMNS.iter().position(|column| column.key == K::KEY)?;
        let at = self.heads.place_of(index)?;
        let is_whole = self.record.len() == self.heads.names().len();
        if is_whole || at == 0 { cell::code(bare(self.record.cell(at))).ok() } else { None }
    }
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Rows that hold anything, without the head row.
    pub rows: u64,
    /// Those of them that say nothing (a line of a receiving sheet that was not counted).
    pub skipped: u64,
    /// How the file writes its characters.
    pub charset: Charset,
}

/// Why reading ended early.
#[derive(Debug)]
pub enum ReadError<E> {
    /// The file or its head row is wrong; faults of rows were handed out beside these.
    Faults(Vec<Fault>),
    /// The receiver of the rows gave up.
    Sink(E),
}

/// Reads a file row by row and hands each to `sink`, which may stop with an error of its own.
///
/// Where the head row is faulty the rows are still looked through, and only faulty ones are handed out.
///
/// # Errors
/// [`ReadError::Faults`] for faults of the file and its head row, [`ReadError::Sink`] for what the sink answered.
pub fn read<K: Kind, E>(
    source: &mut (impl Read + Seek),
    settings: &Settings,
    mut sink: impl FnMut(Row<'_, K>) -> Result<(), E>,
) -> Result<Summary, ReadError<E>> {
    let whole_file = |problem| ReadError::Faults(vec![file_fault(settings, 0, problem)]);
    let (text, charset) = open(source).map_err(whole_file)?;
    let mut table = Table::new(text).map_err(whole_file)?;
    let (heads, mut faults) = read_heads::<K>(&mut table, settings).map_err(ReadError::Faults)?;
    let mut summary = Summary { rows: 0, skipped: 0, charset };
    loop {
        let record = match table.read() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(problem) => {
                faults.push(file_fault(settings, table.row(), problem));
                break;
            }
        };
        if record.cells().all(|cell| bare(cell).is_empty()) {
            continue;
        }
        summary.rows += 1;
        match draft::<K>(record, &heads, settings, charset) {
            None => summary.skipped += 1,
            Some(Ok(_)) if !faults.is_empty() => {}
            Some(draft) => sink(Row { row: record.row, draft, record, heads: &heads }).map_err(ReadError::Sink)?,
        }
    }
    if summary.rows == 0 && faults.is_empty() {
        faults.push(file_fault(settings, 0, FaultKind::NoRows.into()));
    }
    if faults.is_empty() { Ok(summary) } else { Err(ReadError::Faults(faults)) }
}

/// Reads a small file whole: the drafts of its sound rows; what is wrong goes to `faults`.
pub fn read_all<K, D>(source: &mut (impl Read + Seek), settings: &Settings, faults: &mut Faults) -> Vec<D>
where
    K: for<'r> Kind<Draft<'r> = D>,
{
    let mut drafts = Vec::new();
    let read = read::<K, std::convert::Infallible>(source, settings, |row| {
        match row.draft {
            Ok(draft) => drafts.push(draft),
            Err(wrong) => faults.extend(wrong),
        }
        Ok(())
    });
    if let Err(ReadError::Faults(wrong)) = read {
        faults.extend(wrong);
    }
    drafts
}

fn open<S: Read + Seek>(source: &mut S) -> Result<(Text<'_, S>, Charset), Problem> {
    let unreadable = |error: std::io::Error| Problem(FaultKind::Unreadable, error.to_string());
    match decode::sniff(source).map_err(unreadable)? {
        Sniffed::Empty => Err(FaultKind::EmptyFile.into()),
        Sniffed::Foreign(name) => Err(Problem(FaultKind::NotATable, name.to_owned())),
        Sniffed::Text(charset, skipped) => Ok((Text::open(source, charset, skipped).map_err(unreadable)?, charset)),
    }
}

fn read_heads<K: Kind>(
    table: &mut Table<'_, impl Read + Seek>,
    settings: &Settings,
) -> Result<(Heads, Vec<Fault>), Vec<Fault>> {
    let layout = Layout { columns: K::COLUMNS, ignored: K::IGNORED, one_of: K::ONE_OF };
    let (heads, problems, row) = match table.read() {
        Ok(Some(record)) => {
            let (heads, problems) = Heads::read(layout, record);
            (heads, problems, record.row)
        }
        Ok(None) => return Err(vec![file_fault(settings, 0, FaultKind::EmptyFile.into())]),
        Err(problem) => return Err(vec![file_fault(settings, table.row(), problem)]),
    };
    let is_unknown = problems.iter().any(|(_, problem)| problem.0 == FaultKind::HeadsUnknown);
    let fault = |(head, problem): (String, Problem)| file_fault(settings, row, problem).cell(&head, "");
    let faults = problems.into_iter().map(fault).collect();
    if is_unknown { Err(faults) } else { Ok((heads, faults)) }
}

fn draft<'r, K: Kind>(
    record: Record<'r>,
    heads: &'r Heads,
    settings: &'r Settings,
    charset: Charset,
) -> Option<Result<K::Draft<'r>, Vec<Fault>>> {
    let mut cells = Cells::new(record, heads, settings, charset != Charset::Utf8);
    let draft = if cells.check_record() { K::draft(&mut cells) } else { None };
    let faults = cells.into_faults();
    if faults.is_empty() { draft.map(Ok) } else { Some(Err(faults)) }
}

fn file_fault(settings: &Settings, row: u64, Problem(kind, detail): Problem) -> Fault {
    Fault::new(&settings.file, row, kind).detail(detail)
}
