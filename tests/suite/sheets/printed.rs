//! The sheets of a cycle as the command prints them, read back from their files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use crate::app::{TestApp, arg};

/// Every file of one printing, by its path under the folder of the sheets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub files: BTreeMap<String, Vec<u8>>,
}

/// One row of a sheet: column key → cell.
#[derive(Clone, Debug)]
pub struct Row {
    cells: BTreeMap<String, String>,
}

impl Printed {
    /// Prints all sheets of a cycle with keys as heads; `more` are further arguments of `sheets`.
    #[track_caller]
    pub fn of(app: &TestApp, cycle: &str, more: &[&str]) -> Printed {
        Printed::with(app, cycle, &[&["--heads", "key"], more].concat())
    }

    /// The same, with these arguments of `sheets` alone.
    #[track_caller]
    pub fn with(app: &TestApp, cycle: &str, args: &[&str]) -> Printed {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        app.tuan(&[&["sheets", cycle, "--out", arg(folder.path())], args].concat()).done();
        let mut files = BTreeMap::new();
        read_folder(folder.path(), "", &mut files);
        Printed { files }
    }

    /// The rows of one sheet.
    #[track_caller]
    pub fn rows(&self, path: &str) -> Vec<Row> {
        let bytes = self.files.get(path).unwrap_or_else(|| panic!("{path} was not printed: {:?}", self.files.keys()));
        rows(path, bytes)
    }

    /// The rows of every sheet of a kind, in order of their files.
    pub fn rows_of(&self, folder: &str) -> Vec<Row> {
        self.csv(folder).flat_map(|(path, bytes)| rows(path, bytes)).collect()
    }

    /// The CSV files of a kind, or of all kinds for an empty folder.
    pub fn csv(&self, folder: &str) -> impl Iterator<Item = (&str, &[u8])> {
        let wanted = move |path: &str| path.ends_with(".csv") && (folder.is_empty() || folder_of(path) == folder);
        self.files.iter().filter(move |(path, _)| wanted(path)).map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// The files that the other printing has not, or has with other bytes.
    pub fn beyond(&self, other: &Printed) -> BTreeSet<String> {
        let is_new = |path: &&String| other.files.get(*path) != self.files.get(*path);
        self.files.keys().filter(is_new).cloned().collect()
    }
}

impl Row {
    /// A cell as a person reads it: without the tab that keeps a spreadsheet from changing it.
    #[track_caller]
    pub fn text(&self, key: &str) -> &str {
        let cell = self.cells.get(key).unwrap_or_else(|| panic!("no column {key}: {:?}", self.cells));
        cell.trim_end_matches('\t')
    }

    /// A whole number; an empty cell is none.
    #[track_caller]
    pub fn number(&self, key: &str) -> i64 {
        let text = self.text(key);
        text.parse().unwrap_or_else(|_| panic!("{key} is {text:?}: {:?}", self.cells))
    }

    /// An amount in yuan with two decimals, as fen.
    #[track_caller]
    pub fn fen(&self, key: &str) -> i64 {
        let text = self.text(key);
        let (yuan, cents) = text.rsplit_once('.').unwrap_or_else(|| panic!("{key} is {text:?}, no amount"));
        assert_eq!(cents.len(), 2, "{key} is {text:?}");
        format!("{yuan}{cents}").parse().unwrap_or_else(|_| panic!("{key} is {text:?}, no amount"))
    }
}

/// All sheets of the pilot day at its end, with keys as heads.
pub fn pilot() -> &'static Printed {
    static PILOT: OnceLock<Printed> = OnceLock::new();
    PILOT.get_or_init(|| {
        let day = TestApp::pilot_day("dispatched");
        Printed::of(&day, &day.cycle, &[])
    })
}

/// The folder of a sheet, `09_pickup_list`; empty for a file beside the folders.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The cells of a CSV file, its head first.
#[track_caller]
pub fn cells(path: &str, bytes: &[u8]) -> Vec<Vec<String>> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or_else(|| panic!("{path} has no byte order mark"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let record = |record: csv::Result<csv::StringRecord>| {
        record.unwrap_or_else(|error| panic!("{path}: {error}")).iter().map(str::to_owned).collect()
    };
    reader.records().map(record).collect()
}

fn rows(path: &str, bytes: &[u8]) -> Vec<Row> {
    let mut cells = cells(path, bytes).into_iter();
    let head = cells.next().unwrap_or_else(|| panic!("{path} has no head"));
    cells.map(|cells| Row { cells: head.iter().cloned().zip(cells).collect() }).collect()
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("the folder was made by the command") {
        let entry = entry.expect("the folder can be read");
        let name = format!("{prefix}{}", entry.file_name().to_str().expect("names of sheets are UTF-8"));
        if entry.path().is_dir() {
            read_folder(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(entry.path()).expect("the file can be read"));
        }
    }
}
