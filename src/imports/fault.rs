//! What is wrong with a file, said so that the person who made it can mend it in one go.

use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

pub use super::fault_kind::FaultKind;

/// The most characters of a cell that a fault repeats.
pub const VALUE_CHARS_MAX: usize = 80;

/// The most faults kept in detail; the rest is only counted, so that a wrong file of millions of rows costs little.
pub const FAULTS_KEPT_MAX: usize = 10_000;

/// One fault: where it is, what stands there, why that cannot be taken and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub file: Arc<str>,
    /// As a spreadsheet numbers it: the head row is 1, blank rows count. 0 where the whole file is meant.
    pub row: u64,
    /// The line of the file the row begins at: larger than `row` once a quoted cell held a line break. 0 if not known.
    pub line: u64,
    /// The column's key, or its head as written where it has none; empty where the whole row is meant.
    pub column: String,
    /// The cell as written, shortened to [`VALUE_CHARS_MAX`] characters, with control characters made visible.
    pub value: String,
    pub kind: FaultKind,
    /// What the words leave open: a bound, the allowed values, another row.
    pub detail: String,
}

impl Fault {
    /// A fault of a whole row, or of the file where `row` is 0.
    pub fn new(file: &Arc<str>, row: u64, kind: FaultKind) -> Fault {
        let (column, value, detail) = (String::new(), String::new(), String::new());
        Fault { file: Arc::clone(file), row, line: 0, column, value, kind, detail }
    }

    /// The same fault, of one cell.
    pub fn cell(mut self, column: &str, value: &str) -> Fault {
        self.column = visible(column);
        self.value = visible(value);
        self
    }

    /// The same fault, with what its words leave open.
    pub fn detail(mut self, detail: impl Into<String>) -> Fault {
        self.detail = detail.into();
        self
    }

    /// The same fault, with the line of the file.
    pub fn line(mut self, line: u64) -> Fault {
        self.line = line;
        self
    }

    /// Why it cannot be taken, in Chinese.
    pub fn cause_zh(&self) -> String {
        self.fill(self.kind.words().cause_zh)
    }

    /// Why it cannot be taken, in English.
    pub fn cause_en(&self) -> String {
        self.fill(self.kind.words().cause_en)
    }

    /// What to do, in Chinese.
    pub fn remedy_zh(&self) -> String {
        self.fill(self.kind.words().remedy_zh)
    }

    /// What to do, in English.
    pub fn remedy_en(&self) -> String {
        self.fill(self.kind.words().remedy_en)
    }

    fn fill(&self, words: &str) -> String {
        words.replace("{}", &self.detail)
    }
}

/// A text in one line and at a bounded length: what a terminal would obey is written out.
fn visible(text: &str) -> String {
    let mut shown = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == VALUE_CHARS_MAX {
            shown.push('…');
            break;
        }
        match c {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            c if c.is_control() || super::cell::is_bidi(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

impl fmt::Display for Fault {
    /// One line: `orders.csv 第 3 行 ordered_qty “abc”：不是数字（it is not a number）→ 写成数字（write a number）`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.row > 0 {
            write!(f, " 第 {} 行", self.row)?;
        }
        if !self.column.is_empty() {
            write!(f, " {}", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, " “{}”", self.value)?;
        }
        let (cause, remedy) = (self.cause_zh(), self.remedy_zh());
        write!(f, "：{cause}（{}）→ {remedy}（{}）", self.cause_en(), self.remedy_en())
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("file", &*self.file)?;
        map.serialize_entry("row", &(self.row > 0).then_some(self.row))?;
        map.serialize_entry("line", &(self.line > 0).then_some(self.line))?;
        map.serialize_entry("column", &(!self.column.is_empty()).then_some(&self.column))?;
        map.serialize_entry("value", &self.value)?;
        map.serialize_entry("code", self.kind.code())?;
        map.serialize_entry("cause", &self.cause_zh())?;
        map.serialize_entry("remedy", &self.remedy_zh())?;
        map.serialize_entry("cause_en", &self.cause_en())?;
        map.serialize_entry("remedy_en", &self.remedy_en())?;
        map.end()
    }
}

/// The faults of an import: the first [`FAULTS_KEPT_MAX`] in detail, the others counted.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    kept: Vec<Fault>,
    count: u64,
}

impl Faults {
    /// Adds a fault.
    pub fn push(&mut self, fault: Fault) {
        self.count += 1;
        if self.kept.len() < FAULTS_KEPT_MAX {
            self.kept.push(fault);
        }
    }

    /// How many there are, kept or not.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether the file is sound.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many are counted only.
    pub fn left_out(&self) -> u64 {
        self.count - self.kept.len() as u64
    }

    /// Those kept, file by file in the order of rows.
    pub fn kept(&self) -> Vec<&Fault> {
        let mut sorted: Vec<&Fault> = self.kept.iter().collect();
        sorted.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
        sorted
    }
}

impl Extend<Fault> for Faults {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }
}

impl fmt::Display for Faults {
    /// A line for each fault kept, and one that says how many more there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in self.kept() {
            writeln!(f, "{fault}")?;
        }
        if self.left_out() > 0 {
            writeln!(f, "另有 {0} 处错误未列出（{0} more faults are not listed）", self.left_out())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault() -> Fault {
        Fault::new(&"orders.csv".into(), 3, FaultKind::TooLarge).line(4).cell("ordered_qty", "10000").detail("9999")
    }

    #[test]
    fn a_fault_is_one_line_in_both_languages() {
        let line = fault().to_string();
        assert_eq!(
            line,
            "orders.csv 第 3 行 ordered_qty “10000”：太大（最多 9999）（it is too large (at most 9999)）→ 改正（correct it）"
        );
        let odd = fault().cell("remark", "a\nb\u{202e}c\u{0}").to_string();
        assert!(odd.contains("“a\\nb\\u{202e}c\\u{0}”"), "{odd}");
    }

    #[test]
    fn a_fault_is_a_json_object_with_stable_keys() {
        let json = serde_json::to_value(fault()).expect("a fault is plain data");
        assert_eq!(json["row"], 3);
        assert_eq!(json["line"], 4);
        assert_eq!(json["column"], "ordered_qty");
        assert_eq!(json["code"], "too_large");
        assert_eq!(json["cause"], "太大（最多 9999）");
        assert_eq!(json["remedy_en"], "correct it");
        let file = serde_json::to_value(Fault::new(&"a.csv".into(), 0, FaultKind::EmptyFile)).expect("plain data");
        assert!(file["row"].is_null() && file["column"].is_null());
    }

    #[test]
    fn past_the_bound_faults_are_counted_only() {
        let mut faults = Faults::default();
        faults.extend((0..FAULTS_KEPT_MAX as u64 + 5).map(|_| fault()));
        assert_eq!((faults.count(), faults.left_out(), faults.kept().len()), (10_005, 5, FAULTS_KEPT_MAX));
        assert!(faults.to_string().ends_with("另有 5 处错误未列出（5 more faults are not listed）\n"));
    }

    #[test]
    fn faults_are_listed_by_row() {
        let mut faults = Faults::default();
        let file = "a.csv".into();
        faults.extend([5, 2, 9].map(|row| Fault::new(&file, row, FaultKind::CellMissing)));
        assert_eq!(faults.kept().iter().map(|fault| fault.row).collect::<Vec<_>>(), [2, 5, 9]);
    }

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.code()).collect();
        codes.sort_unstable();
        let before = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), before);
    }

    #[test]
    fn a_long_value_is_shortened() {
        let shown = fault().cell("name", &"长".repeat(200)).value;
        assert_eq!(shown.chars().count(), VALUE_CHARS_MAX + 1);
    }
}
