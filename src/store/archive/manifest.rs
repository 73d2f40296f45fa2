//! What an archive says of itself.

use serde::{Deserialize, Serialize};

use super::damaged;

/// The name that every archive bears.
const FORMAT: &str = "tuan-archive";
/// The form of the archive that this binary writes; it reads this one only.
const FORMAT_VERSION: u32 = 1;
/// The most tables; ours are fewer than a tenth.
pub const TABLES_MAX: usize = 512;
/// The most columns of a table.
const COLUMNS_MAX: usize = 256;

/// The manifest: the last entry written and the first one read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: String,
    pub format_version: u32,
    /// The version of the binary that wrote it.
    pub tuan: String,
    /// The last migration of the database, `202611230900`.
    pub schema: String,
    /// When the snapshot was taken, RFC 3339.
    pub made_at: String,
    /// In the order in which they are restored.
    pub tables: Vec<TableEntry>,
}

/// One table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableEntry {
    pub table: String,
    /// The entry of the ZIP that holds its rows.
    pub file: String,
    pub columns: Vec<Column>,
    pub rows: u64,
    /// Of the CSV, inflated.
    pub bytes: u64,
    /// Of the CSV, inflated, in hexadecimal digits.
    pub sha256: String,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
}

/// What a column holds, the same on either database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnKind {
    Integer,
    Boolean,
    Text,
    Bytes,
}

impl Manifest {
    pub fn new(schema: String, made_at: String, tables: Vec<TableEntry>) -> Manifest {
        Manifest {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            tuan: env!("CARGO_PKG_VERSION").to_owned(),
            schema,
            made_at,
            tables,
        }
    }

    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Reads a manifest and checks what can be told from it alone.
    ///
    /// # Errors
    /// Damage; another form of archive.
    pub fn parse(bytes: &[u8]) -> std::io::Result<Manifest> {
        let unsound = |what: String| damaged(format!("备份清单有误：{what}"), format!("its manifest is wrong: {what}"));
        /// What every form of archive says, also later ones.
        #[derive(Deserialize)]
        struct Label {
            format: String,
            format_version: u32,
        }
        let label: Label = serde_json::from_slice(bytes).map_err(|error| unsound(error.to_string()))?;
        if label.format != FORMAT {
            return Err(damaged("这不是 tuan 的备份", "it is no backup of tuan"));
        }
        if label.format_version != FORMAT_VERSION {
            return Err(damaged(
                format!("备份格式是 {}，本程序只读 {FORMAT_VERSION}，请用新版 tuan", label.format_version),
                format!(
                    "its format is {}, this program reads {FORMAT_VERSION}: use a newer tuan",
                    label.format_version
                ),
            ));
        }
        let manifest: Manifest = serde_json::from_slice(bytes).map_err(|error| unsound(error.to_string()))?;
        if manifest.tables.len() > TABLES_MAX {
            return Err(unsound("too many tables".to_owned()));
        }
        for (index, entry) in manifest.tables.iter().enumerate() {
            let is_repeated = manifest.tables[..index].iter().any(|other| other.table == entry.table);
            let names = std::iter::once(&entry.table).chain(entry.columns.iter().map(|column| &column.name));
            let is_bare = !entry.columns.is_empty() && entry.columns.len() <= COLUMNS_MAX;
            if is_repeated || !is_bare || !names.into_iter().all(|name| is_name(name)) {
                return Err(unsound(format!("table {}", entry.table.escape_debug())));
            }
        }
        Ok(manifest)
    }
}

/// Whether it can be the name of a table or column of ours: such names need no quoting anywhere.
fn is_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
