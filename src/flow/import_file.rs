//! What the imports of small files share: reading one whole, and telling new rows from changed and known ones.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use crate::domain::coordinates::Datum;
use crate::flow::{Desk, FlowError};
use crate::imports::cell::Problem;
use crate::imports::fault::{Fault, FaultKind, Faults};
use crate::imports::source::{self, Source};
use crate::imports::{Kind, Settings, read_all};

/// What an import of a small file did, in rows of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
}

/// A small file that has been read, and what is wrong with it so far.
pub struct Reading<D> {
    pub file: Arc<str>,
    pub drafts: Vec<D>,
    pub faults: Faults,
}

/// Reads a small file whole.
///
/// # Errors
/// Only that the file cannot be opened; its faults are in the result.
pub fn read_file<K, D>(desk: &Desk, path: &Path, datum: Option<Datum>) -> Result<Reading<D>, FlowError>
where
    K: for<'r> Kind<Draft<'r> = D>,
{
    read_with::<K, D>(desk, path, datum, false)
}

/// The same with the columns of longitude and latitude exchanged.
///
/// # Errors
/// Only that the file cannot be opened; its faults are in the result.
pub fn read_file_turned<K, D>(desk: &Desk, path: &Path, datum: Option<Datum>) -> Result<Reading<D>, FlowError>
where
    K: for<'r> Kind<Draft<'r> = D>,
{
    read_with::<K, D>(desk, path, datum, true)
}

fn read_with<K, D>(desk: &Desk, path: &Path, datum: Option<Datum>, is_swapped: bool) -> Result<Reading<D>, FlowError>
where
    K: for<'r> Kind<Draft<'r> = D>,
{
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let settings = Settings { datum, is_swapped, ..Settings::new(&name, desk.zone) };
    let mut source = open_table(path, &settings.file)?;
    let mut faults = Faults::default();
    let drafts = read_all::<K, D>(&mut source.file, &settings, &mut faults);
    Ok(Reading { file: settings.file, drafts, faults })
}

/// Opens a file of any form that is read as a table.
///
/// # Errors
/// It cannot be opened; a workbook that is refused is a faulty file.
pub fn open_table(path: &Path, name: &Arc<str>) -> Result<Source, FlowError> {
    let opened = source::open(path).map_err(|cause| FlowError::Unreadable { file: name.to_string(), cause })?;
    opened.map_err(|Problem(kind, detail)| {
        let mut faults = Faults::default();
        faults.push(Fault::new(name, 0, kind).detail(detail));
        FlowError::Faults(faults)
    })
}

impl<D> Reading<D> {
    /// Notes a fault of a cell.
    pub fn fault(&mut self, row: u64, kind: FaultKind, column: &str, value: &str, detail: &str) {
        self.faults.push(Fault::new(&self.file, row, kind).cell(column, value).detail(detail));
    }

    /// Looks a code up; an unknown one is a fault.
    pub fn known<'a, T>(&mut self, codes: &'a HashMap<String, T>, row: u64, column: &str, code: &str) -> Option<&'a T> {
        let found = codes.get(code);
        if found.is_none() {
            self.fault(row, FaultKind::UnknownCode, column, code, "");
        }
        found
    }

    /// Notes every row whose key an earlier row has already.
    pub fn refuse_repeats(&mut self, column: &str, keys: &[(u64, String)]) {
        let mut first: HashMap<&str, u64> = HashMap::new();
        for (row, key) in keys {
            match first.get(key.as_str()) {
                Some(earlier) => self.fault(*row, FaultKind::DuplicateRow, column, key, &earlier.to_string()),
                None => {
                    first.insert(key, *row);
                }
            }
        }
    }

    /// The faults, if there are any.
    ///
    /// # Errors
    /// All faults of the file.
    pub fn sound(&mut self) -> Result<(), FlowError> {
        if self.faults.is_empty() { Ok(()) } else { Err(FlowError::Faults(std::mem::take(&mut self.faults))) }
    }
}

/// Wanted rows sorted into new and changed ones.
pub struct Sorted<R> {
    pub new: Vec<R>,
    pub changed: Vec<R>,
    pub imported: Imported,
}

/// Sorts wanted rows by what is known; `same` compares a wanted row with the known one.
pub fn sort_out<R>(wanted: Vec<R>, rows: u64, known: impl Fn(&R) -> Option<bool>) -> Sorted<R> {
    let mut sorted =
        Sorted { new: Vec::new(), changed: Vec::new(), imported: Imported { rows, ..Imported::default() } };
    for row in wanted {
        match known(&row) {
            None => sorted.new.push(row),
            Some(true) => sorted.imported.same += 1,
            Some(false) => sorted.changed.push(row),
        }
    }
    sorted.imported.new = sorted.new.len() as u64;
    sorted.imported.changed = sorted.changed.len() as u64;
    sorted
}
