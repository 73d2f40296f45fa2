//! How commands speak: words for people, one JSON object a line for machines, reasons on stderr.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::flow::FlowError;
use crate::imports::{Fault, Faults};

/// Where a command's words go.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    is_json: bool,
}

impl Output {
    pub fn new(is_json: bool) -> Output {
        Output { is_json }
    }

    pub fn is_json(self) -> bool {
        self.is_json
    }

    /// A line for people; silent for machines.
    pub fn say(self, words: impl AsRef<str>) {
        if !self.is_json {
            line(words.as_ref());
        }
    }

    /// An object for machines; silent for people.
    pub fn object(self, object: &Value) {
        if self.is_json {
            line(&object.to_string());
        }
    }

    /// The faults of a file: words on stderr, or objects on stdout.
    pub fn faults(self, faults: &Faults) {
        if !self.is_json {
            eprint!("{faults}");
            return;
        }
        for fault in faults.kept() {
            line(&serde_json::to_string(fault).expect("a fault is plain data"));
        }
        if faults.left_out() > 0 {
            line(&json!({ "faults_left_out": faults.left_out() }).to_string());
        }
    }

    /// Rows that were taken and should be looked at: words on stderr, or objects on stdout.
    pub fn doubts(self, doubts: &[Fault]) {
        for doubt in doubts {
            if self.is_json {
                line(&json!({ "warning": doubt }).to_string());
            } else {
                eprintln!("提醒 warning：{doubt}");
            }
        }
    }

    /// Why a command was refused or failed.
    pub fn failure(self, error: &anyhow::Error) {
        match error.downcast_ref::<FlowError>() {
            Some(FlowError::Faults(faults)) => {
                self.faults(faults);
                eprintln!("{error}");
            }
            Some(FlowError::Rule(rule)) => {
                self.object(&json!({ "error": rule.code(), "zh": rule.zh(), "en": rule.en() }));
                eprintln!("{}（{}）", rule.zh(), rule.en());
            }
            _ => eprintln!("{error:#}"),
        }
    }

    /// A progress bar on a terminal; nothing elsewhere.
    pub fn progress(self, what: &str, total: u64) -> ProgressBar {
        if self.is_json || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(total);
        let style = ProgressStyle::with_template("{msg} {bar:30} {human_pos}/{human_len} · {elapsed} · 剩 {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

/// Writes a line to stdout. A reader that has closed the pipe has read enough.
fn line(words: &str) {
    let _ = writeln!(io::stdout().lock(), "{words}");
}

/// A table for a terminal: columns as wide as their widest cell, numbers to the right. A Chinese character takes two
/// places.
pub fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = heads.iter().map(|head| width(head)).collect();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            widths[column] = widths[column].max(width(cell));
        }
    }
    let is_number = |column: usize| {
        !rows.is_empty() && rows.iter().all(|row| row[column].chars().all(|c| c.is_ascii_digit() || "-.,%".contains(c)))
    };
    let to_right: Vec<bool> = (0..heads.len()).map(is_number).collect();
    let mut text = String::new();
    let head_row: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    for row in std::iter::once(&head_row).chain(rows) {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[column] - width(cell));
            let gap = if column == 0 { "" } else { "  " };
            line += &if to_right[column] { format!("{gap}{pad}{cell}") } else { format!("{gap}{cell}{pad}") };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// Places that a text takes on a terminal.
fn width(text: &str) -> usize {
    let wide = |c: char| {
        matches!(c as u32, 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE4F
            | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
    };
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_counts_chinese_characters_as_two_places() {
        let rows = vec![vec!["土鸡蛋".to_owned(), "12".to_owned()], vec!["a".to_owned(), "5".to_owned()]];
        assert_eq!(table(&["商品", "件"], &rows), "商品    件\n土鸡蛋  12\na        5\n");
    }
}
