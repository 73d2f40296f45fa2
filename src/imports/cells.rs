//! The cells of one row, asked for by column: values out, faults collected.

use std::borrow::Cow;

use super::Settings;
use super::cell::{self, CELL_BYTES_MAX, Limit, Problem, bare, damage, half_width};
use super::fault::Fault;
use super::fault_kind::FaultKind;
use super::heads::Heads;
use super::table::Record;
use crate::domain::coordinates::{Datum, Place, PlaceFault};

/// A row being turned into a draft.
///
/// A cell that cannot be read leaves a fault and gives the type's default, so that a draft asks for all its cells and
/// all faults are found at once; a row with faults never gives its draft away.
pub struct Cells<'r> {
    record: Record<'r>,
    heads: &'r Heads,
    settings: &'r Settings,
    /// Whether U+FFFD stands for bytes that were no characters.
    is_damaged: bool,
    /// The column after the one asked for last: drafts ask in the order of their column table.
    next: usize,
    faults: Vec<Fault>,
}

impl<'r> Cells<'r> {
    pub(super) fn new(record: Record<'r>, heads: &'r Heads, settings: &'r Settings, is_damaged: bool) -> Self {
        Cells { record, heads, settings, is_damaged, next: 0, faults: Vec::new() }
    }

    /// The row's number.
    pub fn row(&self) -> u64 {
        self.record.row
    }

    /// What the file is read with.
    pub fn settings(&self) -> &'r Settings {
        self.settings
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// A value that must be there. Its default where it is not.
    pub fn required<T: Default>(&mut self, key: &str, parse: impl FnOnce(&'r str) -> Result<T, Problem>) -> T {
        match self.find(key) {
            None => T::default(),
            Some(at) if bare(self.record.cell(at)).is_empty() => {
                self.refuse_at(at, FaultKind::CellMissing.into());
                T::default()
            }
            Some(at) => self.parse(at, parse).unwrap_or_default(),
        }
    }

    /// A value that may be missing: None where the column or the cell is.
    pub fn optional<T>(&mut self, key: &str, parse: impl FnOnce(&'r str) -> Result<T, Problem>) -> Option<T> {
        let at = self.find(key)?;
        if bare(self.record.cell(at)).is_empty() { None } else { self.parse(at, parse) }
    }

    /// Whether none of these columns has anything in this row.
    pub fn are_empty(&mut self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.find(key).is_none_or(|at| bare(self.record.cell(at)).is_empty()))
    }

    /// A code that must be there.
    pub fn code(&mut self, key: &str) -> String {
        self.required(key, cell::code).into_owned()
    }

    /// A code that may be missing.
    pub fn optional_code(&mut self, key: &str) -> Option<String> {
        self.optional(key, cell::code).map(Cow::into_owned)
    }

    /// A text that must be there.
    pub fn text(&mut self, key: &str, limit: Limit) -> String {
        self.required(key, cell::text(limit)).into_owned()
    }

    /// A text that may be missing.
    pub fn optional_text(&mut self, key: &str, limit: Limit) -> Option<String> {
        self.optional(key, cell::text(limit)).map(Cow::into_owned)
    }

    /// The place that `longitude`, `latitude` and `datum` name; the datum of the settings where the row has none.
    pub fn place(&mut self) -> Option<Place> {
        self.place_within(false)
    }

    /// The same, also across the mainland's border: a list of places may hold some that were found in another city.
    pub fn place_or_beyond(&mut self) -> Option<Place> {
        self.place_within(true)
    }

    fn place_within(&mut self, or_beyond: bool) -> Option<Place> {
        let longitude = self.optional("longitude", |raw| Ok(half_width(raw)));
        let latitude = self.optional("latitude", |raw| Ok(half_width(raw)));
        let (longitude, latitude) =
            if self.settings.is_swapped { (latitude, longitude) } else { (longitude, latitude) };
        let faults_before = self.faults.len();
        let datum = self.optional("datum", choice!(Datum)).or(self.settings.datum);
        let (longitude, latitude) = match (longitude, latitude) {
            (Some(longitude), Some(latitude)) => (longitude, latitude),
            (None, None) => return None,
            (longitude, _) => {
                let column = if longitude.is_none() { "longitude" } else { "latitude" };
                self.refuse(column, FaultKind::CellMissing);
                return None;
            }
        };
        let Some(datum) = datum else {
            if self.faults.len() == faults_before {
                self.refuse("datum", FaultKind::DatumMissing);
            }
            return None;
        };
        match Place::parse(&longitude, &latitude, datum) {
            Ok(place) => Some(place),
            Err(PlaceFault::OutsideChina) if or_beyond && Place::near(&longitude, &latitude, datum).is_some() => {
                Place::near(&longitude, &latitude, datum)
            }
            Err(fault) => {
                self.refuse_place(fault, &longitude, &latitude, datum);
                None
            }
        }
    }

    fn refuse_place(&mut self, fault: PlaceFault, longitude: &str, latitude: &str, datum: Datum) {
        let number = |text: &str| damage(text).unwrap_or(FaultKind::NotANumber);
        let pair = format!("{longitude}, {latitude}");
        let (kind, column, value) = match fault {
            PlaceFault::LongitudeNotANumber => (number(longitude), "longitude", longitude),
            PlaceFault::LatitudeNotANumber => (number(latitude), "latitude", latitude),
            PlaceFault::Swapped => (FaultKind::CoordinatesSwapped, "longitude", pair.as_str()),
            PlaceFault::OutOfRange => (FaultKind::CoordinatesOutOfRange, "longitude", pair.as_str()),
            PlaceFault::OutsideChina => (FaultKind::OutsideChina, "longitude", pair.as_str()),
        };
        let fault = Fault::new(&self.settings.file, self.record.row, kind).line(self.record.line);
        self.faults.push(fault.cell(column, value).detail(if kind == FaultKind::OutsideChina {
            datum.code()
        } else {
            ""
        }));
    }

    /// Leaves a fault at one of our columns, as when two cells contradict each other.
    pub fn refuse(&mut self, key: &str, problem: impl Into<Problem>) {
        match self.find(key) {
            Some(at) => self.refuse_at(at, problem.into()),
            None => {
                let Problem(kind, detail) = problem.into();
                let fault = Fault::new(&self.settings.file, self.record.row, kind).line(self.record.line);
                self.faults.push(fault.cell(key, "").detail(detail));
            }
        }
    }

    /// Checks what holds for every cell, also of columns that are not read; false if the cells cannot be told apart.
    pub(super) fn check_record(&mut self) -> bool {
        if self.record.len() != self.heads.names().len() {
            let detail = format!("{} / {}", self.record.len(), self.heads.names().len());
            let fault = Fault::new(&self.settings.file, self.record.row, FaultKind::CellCount).line(self.record.line);
            self.faults.push(fault.detail(detail));
            return false;
        }
        let text = self.record.text();
        if text.len() > CELL_BYTES_MAX || text.as_bytes().contains(&0) {
            for at in 0..self.record.len() {
                let cell = self.record.cell(at);
                if cell.contains('\0') {
                    self.refuse_at(at, FaultKind::Nul.into());
                } else if cell.len() > CELL_BYTES_MAX {
                    self.refuse_at(at, Problem(FaultKind::TooLong, "64 KiB".to_owned()));
                }
            }
        }
        for at in &self.heads.nameless {
            if !bare(self.record.cell(*at)).is_empty() {
                self.refuse_at(*at, FaultKind::CellWithoutHead.into());
            }
        }
        true
    }

    /// Where our column stands in the file.
    fn find(&mut self, key: &str) -> Option<usize> {
        let columns = self.heads.columns;
        let index = (self.next..columns.len())
            .chain(0..self.next)
            .find(|index| columns[*index].key == key)
            .expect("a draft asks for columns of its own table");
        self.next = index + 1;
        self.heads.place_of(index)
    }

    fn parse<T>(&mut self, at: usize, parse: impl FnOnce(&'r str) -> Result<T, Problem>) -> Option<T> {
        let raw = self.record.cell(at);
        if self.is_damaged && raw.contains('\u{fffd}') {
            self.refuse_at(at, FaultKind::Undecodable.into());
            return None;
        }
        match parse(bare(raw)) {
            Ok(value) => Some(value),
            // These were named when the whole record was checked.
            Err(_) if raw.len() > CELL_BYTES_MAX || raw.contains('\0') => None,
            Err(problem) => {
                self.refuse_at(at, problem);
                None
            }
        }
    }

    fn refuse_at(&mut self, at: usize, Problem(kind, detail): Problem) {
        let fault = Fault::new(&self.settings.file, self.record.row, kind).line(self.record.line);
        self.faults.push(fault.cell(self.heads.name_at(at), self.record.cell(at)).detail(detail));
    }
}

/// A parser for a cell that names one of an enum's values by code or Chinese word.
macro_rules! choice {
    ($name:ty) => {
        |raw: &str| $crate::imports::cells::choose(raw, <$name>::ALL, <$name>::parse, <$name>::code)
    };
}
pub(super) use choice;

/// The value a cell names, in any letter case and width.
pub(super) fn choose<T: Copy>(
    raw: &str,
    all: &[T],
    parse: fn(&str) -> Option<T>,
    code: fn(T) -> &'static str,
) -> Result<T, Problem> {
    let narrow = half_width(raw);
    let named = || all.iter().map(|value| code(*value)).collect::<Vec<_>>().join(", ");
    parse(&narrow)
        .or_else(|| parse(&narrow.to_ascii_lowercase()))
        .ok_or_else(|| Problem(damage(raw).unwrap_or(FaultKind::NotAChoice), named()))
}
