//! The portable archive: every table of a database in one file, for either kind of database.
//!
//! An archive is a ZIP file. `manifest.json` names the schema version and, for each table, its columns, rows, bytes
//! and SHA-256; each table is one deflated CSV: a head row, then rows in key order. An empty field is NULL and `""`
//! the empty text, booleans are 1 and 0, bytes are hexadecimal digits. A sealed archive is the same ZIP encrypted as a
//! whole ([`seal`]). Every reader here refuses before it allocates what a hostile file asks for.

pub mod cells;
pub mod manifest;
pub mod pack;
pub mod rows;
pub mod seal;
pub mod tables;

use std::io;

/// Why a file is no archive, or no longer a sound one, in words for the person.
#[derive(Debug, thiserror::Error)]
#[error("{zh}（{en}）")]
pub struct Damage {
    pub zh: String,
    pub en: String,
}

/// The damage as an error of reading.
pub(crate) fn damaged(zh: impl Into<String>, en: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Damage { zh: zh.into(), en: en.into() })
}
