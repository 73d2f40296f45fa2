//! The ZIP file of an archive: written in one go without seeking, read within the caps that its manifest sets.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use sha2::{Digest, Sha256};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::damaged;
use super::manifest::{Column, Manifest, TABLES_MAX, TableEntry};

const MANIFEST: &str = "manifest.json";
/// The most bytes of a manifest.
const MANIFEST_MAX: u64 = 1 << 20;
/// The most bytes of the ZIP's directory: some 300 for each table.
const DIRECTORY_MAX: u32 = 1 << 18;
/// How far the tables may inflate: our CSV shrinks to a fifth or a tenth, a bomb to a thousandth.
const INFLATION_MAX: u64 = 200;
/// What may inflate in any case.
const INFLATED_FREE: u64 = 64 << 20;

/// Writes an archive.
pub struct PackWriter<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    tables: Vec<TableEntry>,
    hash: Sha256,
}

impl<W: Write> PackWriter<W> {
    pub fn new(out: W) -> PackWriter<W> {
        PackWriter { zip: ZipWriter::new_stream(out), tables: Vec::new(), hash: Sha256::new() }
    }

    /// Begins the next table.
    ///
    /// # Errors
    /// Those of the file below.
    pub fn begin_table(&mut self, table: &str, columns: &[Column]) -> io::Result<()> {
        let file = format!("tables/{:03}_{table}.csv", self.tables.len() + 1);
        self.zip.start_file(&file, options())?;
        let (sha256, columns) = (String::new(), columns.to_vec());
        let heads = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(",");
        self.tables.push(TableEntry { table: table.to_owned(), file, columns, rows: 0, bytes: 0, sha256 });
        self.hash = Sha256::new();
        self.write(&heads)
    }

    /// Writes a row of the table: its fields as CSV without the line break.
    ///
    /// # Errors
    /// Those of the file below.
    pub fn row(&mut self, fields: &str) -> io::Result<()> {
        self.write(fields)?;
        self.tables.last_mut().expect("a table was begun").rows += 1;
        Ok(())
    }

    /// Ends the table.
    pub fn end_table(&mut self) {
        let hash = std::mem::take(&mut self.hash);
        self.tables.last_mut().expect("a table was begun").sha256 = hex(&hash.finalize());
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        self.tables.last_mut().expect("a table was begun").bytes += line.len() as u64 + 1;
        for part in [line.as_bytes(), b"\n"] {
            self.hash.update(part);
            self.zip.write_all(part)?;
        }
        Ok(())
    }

    /// Writes the manifest and the end; gives the file below back.
    ///
    /// # Errors
    /// Those of the file below.
    pub fn finish(mut self, schema: String, made_at: String) -> io::Result<(W, Manifest)> {
        let manifest = Manifest::new(schema, made_at, self.tables);
        self.zip.start_file(MANIFEST, options())?;
        serde_json::to_writer_pretty(&mut self.zip, &manifest)?;
        Ok((self.zip.finish()?.into_inner(), manifest))
    }
}

fn options() -> SimpleFileOptions {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    options.compression_level(Some(4)).large_file(true)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads an archive.
pub struct PackReader<S> {
    zip: ZipArchive<S>,
    pub manifest: Manifest,
}

impl<S: Read + Seek> PackReader<S> {
    /// Reads the directory and the manifest.
    ///
    /// # Errors
    /// Damage, and what asks for more than an archive of this length can need.
    pub fn open(mut source: S) -> io::Result<PackReader<S>> {
        let length = source.seek(SeekFrom::End(0))?;
        check_end(&mut source, length)?;
        source.rewind()?;
        let mut zip = ZipArchive::new(source).map_err(unreadable)?;
        let mut bytes = Vec::new();
        let entry = zip.by_name(MANIFEST).map_err(unreadable)?;
        entry.take(MANIFEST_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MANIFEST_MAX {
            return Err(too_much());
        }
        let manifest = Manifest::parse(&bytes)?;
        let sum = manifest.tables.iter().try_fold(0_u64, |sum, table| sum.checked_add(table.bytes));
        let has_too_many_rows = manifest.tables.iter().any(|table| table.rows > table.bytes);
        if has_too_many_rows
            || sum.is_none_or(|sum| sum > length.saturating_mul(INFLATION_MAX).saturating_add(INFLATED_FREE))
        {
            return Err(too_much());
        }
        if zip.len() != manifest.tables.len() + 1 {
            return Err(damaged("备份里有清单没有的内容", "it holds something that its manifest does not name"));
        }
        Ok(PackReader { zip, manifest })
    }

    /// Opens a table, behind its head row.
    ///
    /// # Errors
    /// Damage.
    pub fn table(&mut self, entry: &TableEntry) -> io::Result<TableReader<'_>> {
        let file = self.zip.by_name(&entry.file).map_err(unreadable)?;
        if file.size() != entry.bytes {
            return Err(changed(entry));
        }
        let hashed = Hashed { source: Box::new(file), hash: Sha256::new(), left: entry.bytes };
        Ok(BufReader::with_capacity(1 << 16, hashed))
    }
}

/// The bytes of a table, to be given to [`check_table`] when all its rows were read.
pub type TableReader<'a> = BufReader<Hashed<'a>>;

/// Reads no more than was announced, and hashes it.
pub struct Hashed<'a> {
    source: Box<dyn Read + 'a>,
    hash: Sha256,
    left: u64,
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(too_much)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

/// Checks that a table that was read to its end is the one the manifest names.
///
/// # Errors
/// Damage.
pub fn check_table(entry: &TableEntry, reader: TableReader<'_>, rows: u64) -> io::Result<()> {
    let Hashed { hash, left, .. } = reader.into_inner();
    let is_sound = left == 0 && rows == entry.rows && hex(&hash.finalize()) == entry.sha256;
    if is_sound { Ok(()) } else { Err(changed(entry)) }
}

/// Holds the end of the file to the form that [`PackWriter`] gives it, before anything is allocated for its entries.
fn check_end(source: &mut (impl Read + Seek), length: u64) -> io::Result<()> {
    const END: usize = 22;
    let mut end = [0; END];
    if length < END as u64 {
        return Err(damaged("这不是 tuan 的备份，或文件不完整", "it is no backup of tuan, or incomplete"));
    }
    source.seek(SeekFrom::Start(length - END as u64))?;
    source.read_exact(&mut end)?;
    let word = |at: usize| u16::from_le_bytes([end[at], end[at + 1]]);
    let entries = word(10);
    let directory = u32::from_le_bytes([end[12], end[13], end[14], end[15]]);
    if &end[..4] != b"PK\x05\x06" || word(20) != 0 {
        return Err(damaged("这不是 tuan 的备份，或文件不完整", "it is no backup of tuan, or incomplete"));
    }
    if usize::from(entries) > TABLES_MAX + 1 || directory > DIRECTORY_MAX {
        return Err(too_much());
    }
    Ok(())
}

fn unreadable(error: zip::result::ZipError) -> io::Error {
    match error {
        zip::result::ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => error,
        other => damaged(format!("备份文件损坏：{other}"), format!("the file is damaged: {other}")),
    }
}

fn too_much() -> io::Error {
    damaged("备份文件要求的空间不合常理，未读取", "it asks for more room than a backup can need; it was not read")
}

fn changed(entry: &TableEntry) -> io::Error {
    damaged(
        format!("备份里的表 {} 与清单不符", entry.table),
        format!("the table {} in it differs from its manifest", entry.table),
    )
}
