//! The head row: which column of the file is which of ours.

use unicode_normalization::UnicodeNormalization;

use super::cell::{Problem, bare};
use super::fault_kind::FaultKind;
use super::table::Record;

/// A column a kind of file may have.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// Its name in English: `order_no`.
    pub key: &'static str,
    /// Its name in Chinese: `订单号`.
    pub zh: &'static str,
    /// Other names people give it.
    pub also: &'static [&'static str],
    /// Whether the column must be there (its cells may still be empty where the kind says so).
    pub is_required: bool,
}

impl ColumnSpec {
    /// A column that must be there.
    pub const fn required(key: &'static str, zh: &'static str) -> ColumnSpec {
        ColumnSpec { key, zh, also: &[], is_required: true }
    }

    /// A column that may be missing.
    pub const fn optional(key: &'static str, zh: &'static str) -> ColumnSpec {
        ColumnSpec { key, zh, also: &[], is_required: false }
    }

    /// The same column under other names too.
    pub const fn also(self, also: &'static [&'static str]) -> ColumnSpec {
        ColumnSpec { also, ..self }
    }

    fn is_called(&self, head: &str) -> bool {
        self.key == head || plain(self.zh) == head || self.also.iter().any(|name| plain(name) == head)
    }
}

/// What leads every printed sheet; ignored when it comes back.
const PRINTED: [ColumnSpec; 3] = [
    ColumnSpec::optional("doc_no", "单据号"),
    ColumnSpec::optional("version", "版本"),
    ColumnSpec::optional("cycle", "团期"),
];

/// The head row of one file.
#[derive(Clone, Debug)]
pub struct Heads {
    /// Our columns, in the order of the kind's table.
    pub(super) columns: &'static [ColumnSpec],
    /// Where each of our columns stands in the file.
    places: Vec<Option<usize>>,
    /// The heads as written.
    names: Vec<String>,
    /// Where a head is empty, so that the cells below must be.
    pub(super) nameless: Vec<usize>,
}

/// What a kind of file is read by.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub columns: &'static [ColumnSpec],
    /// Columns of our printed sheets that say nothing new.
    pub ignored: &'static [ColumnSpec],
    /// At least one of these must be there.
    pub one_of: &'static [&'static str],
}

impl Heads {
    /// Reads the head row; answers its problems with the head they are about.
    pub(super) fn read(layout: Layout, record: Record<'_>) -> (Heads, Vec<(String, Problem)>) {
        let names: Vec<String> = record.cells().map(|cell| bare(cell).to_owned()).collect();
        let places = vec![None; layout.columns.len()];
        let mut heads = Heads { columns: layout.columns, places, names, nameless: Vec::new() };
        let mut problems = Vec::new();
        for at in 0..heads.names.len() {
            if let Err(problem) = heads.place(layout, at) {
                problems.push((heads.names[at].clone(), problem));
            }
        }
        if heads.places.iter().all(Option::is_none) {
            let problem = Problem(FaultKind::HeadsUnknown, known(layout.columns));
            return (heads, vec![(String::new(), problem)]);
        }
        problems.extend(heads.missing(layout));
        (heads, problems)
    }

    fn place(&mut self, layout: Layout, at: usize) -> Result<(), Problem> {
        let head = plain(&self.names[at]);
        if head.is_empty() {
            self.nameless.push(at);
            return Ok(());
        }
        if let Some(index) = find(layout.columns, &head) {
            let twice = self.places[index].replace(at).is_some();
            return if twice { Err(FaultKind::ColumnTwice.into()) } else { Ok(()) };
        }
        let is_ignored = find(layout.ignored, &head).or_else(|| find(&PRINTED, &head)).is_some();
        if is_ignored || head.starts_with("x_") {
            return Ok(());
        }
        Err(Problem(FaultKind::ColumnUnknown, known(layout.columns)))
    }

    fn missing(&self, layout: Layout) -> Vec<(String, Problem)> {
        let is_there = |key: &str| self.has(key);
        let lacks = |column: &&ColumnSpec| column.is_required && !is_there(column.key);
        let problem = |column: &ColumnSpec| {
            let names = format!("{} / {}", column.key, column.zh);
            (column.key.to_owned(), Problem(FaultKind::ColumnMissing, names))
        };
        let mut problems: Vec<_> = layout.columns.iter().filter(lacks).map(problem).collect();
        if let Some(first) = layout.one_of.first().filter(|_| !layout.one_of.iter().any(|key| is_there(key))) {
            problems.push(((*first).to_owned(), Problem(FaultKind::ColumnMissing, layout.one_of.join(" / "))));
        }
        problems
    }

    /// Whether the file has the column at all: where it has not, known values are better kept than emptied.
    pub fn has(&self, key: &str) -> bool {
        self.columns.iter().position(|column| column.key == key).is_some_and(|index| self.places[index].is_some())
    }

    /// The heads as written.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Where our column of this index stands in the file.
    pub(super) fn place_of(&self, index: usize) -> Option<usize> {
        self.places[index]
    }

    /// What a cell's column is called in a fault: our key, else its head.
    pub(super) fn name_at(&self, at: usize) -> &str {
        let ours = self.places.iter().position(|place| *place == Some(at));
        ours.map_or_else(|| self.names.get(at).map_or("", String::as_str), |index| self.columns[index].key)
    }
}

/// Finds a head among columns, with and without a unit in brackets behind it.
fn find(columns: &[ColumnSpec], head: &str) -> Option<usize> {
    let position = |head: &str| columns.iter().position(|column| column.is_called(head));
    let without_unit = || head.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(name, _)| name);
    position(head).or_else(|| position(without_unit()?))
}

/// A head as it is compared: full-width forms as plain ones, small letters, no blanks, no mark for "required".
fn plain(head: &str) -> String {
    let text: String =
        head.nfkc().filter(|c| !c.is_whitespace() && !matches!(c, '*' | '\u{feff}' | '\u{200b}')).collect();
    text.to_lowercase()
}

fn known(columns: &[ColumnSpec]) -> String {
    columns.iter().map(|column| column.key).collect::<Vec<_>>().join(", ")
}
