//! A file as it was given, opened as text: a workbook is turned into CSV first.

use std::fs::File;
use std::io;
use std::path::Path;

use super::cell::Problem;
use super::workbook;

/// A file to be read as a table.
pub struct Source {
    pub file: File,
    /// Whether it is the text of a workbook: then it is ours alone and stays as it is.
    pub is_converted: bool,
}

/// Opens a file; a workbook goes through a child process.
///
/// # Errors
/// Those of the file; the inner error is why a workbook was refused.
pub fn open(path: &Path) -> io::Result<Result<Source, Problem>> {
    let mut file = File::open(path)?;
    if !file.metadata()?.is_file() || !workbook::is_zip(&mut file)? {
        return Ok(Ok(Source { file, is_converted: false }));
    }
    Ok(workbook::to_csv(file)?.map(|file| Source { file, is_converted: true }))
}
