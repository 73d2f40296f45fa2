//! Restore: an archive into an empty database of either kind, in one transaction.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::domain::errors::RuleError;
use crate::domain::server_key::ServerKey;
use crate::flow::FlowError;
use crate::store::archive::Damage;
use crate::store::archive::manifest::{Manifest, TableEntry};
use crate::store::archive::pack::{PackReader, check_table};
use crate::store::archive::rows::{self, LoadError};
use crate::store::archive::seal::{Unsealer, is_sealed};
use crate::store::archive::tables::{self, Table, WRITERS};
use crate::store::backend::Db;
use crate::store::migrations;

/// How far it is: rows done, rows in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Where an archive's bytes come from.
trait Source: Read + Seek {}
impl<S: Read + Seek> Source for S {}

/// An archive whose directory, manifest and, if it is sealed, last chunk are sound.
pub struct Archive {
    name: String,
    pack: PackReader<Box<dyn Source>>,
}

impl Archive {
    /// Opens a file; a sealed one needs its key.
    ///
    /// # Errors
    /// `archive_damaged`, `key_needed`, `newer_archive`, an unreadable file.
    pub fn open(file: &Path, key: Option<&ServerKey>) -> Result<Archive, FlowError> {
        let name = file.display().to_string();
        let failed = |cause| refused(&name, cause);
        let mut plain = File::open(file).map_err(failed)?;
        let source: Box<dyn Source> = match (is_sealed(&mut plain).map_err(failed)?, key) {
            (false, _) => Box::new(plain),
            (true, Some(key)) => Box::new(Unsealer::open(plain, key).map_err(failed)?),
            (true, None) => return Err(key_needed(&name)),
        };
        let pack = PackReader::open(source).map_err(failed)?;
        if !migrations::versions().contains(&pack.manifest.schema) {
            return Err(unknown_schema(&name, &pack.manifest.schema));
        }
        Ok(Archive { name, pack })
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.pack.manifest
    }

    /// Fills the database, which must hold nothing, and brings it to this binary's schema.
    ///
    /// # Errors
    /// `not_empty`, `archive_damaged`, what the database says. Nothing is then changed.
    pub fn restore(&mut self, db: &mut Db, progress: Progress<'_>) -> Result<(), FlowError> {
        let total = self.pack.manifest.rows();
        db.write(|db| {
            let mut done = 0;
            self.fill(db, &mut |rows| {
                done += rows;
                progress(done, total);
            })
        })?;
        migrations::migrate(db)?;
        db.settle_after_load()?;
        Ok(())
    }

    fn fill(&mut self, db: &mut Db, progress: &mut dyn FnMut(u64)) -> Result<(), FlowError> {
        let wanted = self.pack.manifest.schema.clone();
        let present = tables::schema(db)?;
        if present.is_some()
            && let Some(table) = tables::filled(db)?
        {
            return Err(not_empty(table));
        }
        if present.as_deref() != Some(wanted.as_str()) {
            migrations::rebuild_at(db, &wanted)?;
        }
        let live = tables::live(db)?;
        let entries = self.pack.manifest.tables.clone();
        must_match(&self.name, &live, &entries)?;
        db.execute_batch(&format!("DELETE FROM {WRITERS}"))?;
        let put_off = db.put_off_foreign_keys()?;
        for entry in &entries {
            self.load(db, entry, progress)?;
        }
        db.check_foreign_keys(put_off)?;
        if wanted != migrations::versions().last().cloned().unwrap_or_default() {
            migrations::migrate(db)?;
        }
        Ok(())
    }

    fn load(&mut self, db: &mut Db, entry: &TableEntry, progress: &mut dyn FnMut(u64)) -> Result<(), FlowError> {
        let name = self.name.clone();
        let source = self.pack.table(entry).map_err(|cause| refused(&name, cause))?;
        let (reader, count) =
            rows::load(db, &entry.table, &entry.columns, source, progress).map_err(|error| match error {
                LoadError::Store(error) => FlowError::Store(error),
                LoadError::File(cause) => refused(&name, cause),
            })?;
        check_table(entry, reader, count).map_err(|cause| refused(&name, cause))
    }
}

/// The archive must carry just the tables and columns that its schema has.
fn must_match(name: &str, live: &[Table], entries: &[TableEntry]) -> Result<(), FlowError> {
    let is_same = |entry: &TableEntry| {
        let table = live.iter().find(|table| table.name == entry.table);
        table.is_some_and(|table| {
            table.columns.len() == entry.columns.len()
                && entry.columns.iter().all(|column| table.columns.contains(column))
        })
    };
    match entries.iter().find(|entry| !is_same(entry)) {
        None if entries.len() == live.len() => Ok(()),
        odd => {
            let table = odd.map_or("", |entry| entry.table.as_str());
            let (zh, en) = ("备份里的表与它的版本不符", "its tables are not those of its schema");
            Err(damage(name, &format!("{zh} {table}"), &format!("{en} {table}")))
        }
    }
}

/// What an archive says when it cannot be read: damage is a refusal, all else the file's error.
fn refused(name: &str, cause: io::Error) -> FlowError {
    match cause.get_ref().and_then(|inner| inner.downcast_ref::<Damage>()) {
        Some(found) => damage(name, &found.zh, &found.en),
        None if cause.kind() == io::ErrorKind::UnexpectedEof || cause.kind() == io::ErrorKind::InvalidData => {
            damage(name, &format!("文件损坏：{cause}"), &format!("the file is damaged: {cause}"))
        }
        None => FlowError::Unreadable { file: name.to_owned(), cause },
    }
}

fn damage(name: &str, zh: &str, en: &str) -> FlowError {
    RuleError::Refused {
        code: "archive_damaged",
        zh: format!("{name} 不能恢复：{}，什么都没有改", zh.trim_end()),
        en: format!("{name} cannot be restored: {}; nothing was changed", en.trim_end()),
    }
    .into()
}

fn key_needed(name: &str) -> FlowError {
    RuleError::Refused {
        code: "key_needed",
        zh: format!("{name} 是加密的备份，请用 --key-file 给出加密时的密钥文件"),
        en: format!("{name} is encrypted: name the key file it was made with by --key-file"),
    }
    .into()
}

fn unknown_schema(name: &str, schema: &str) -> FlowError {
    RuleError::Refused {
        code: "newer_archive",
        zh: format!("{name} 由更新的版本备份（{}），请使用新版 tuan", schema.escape_debug()),
        en: format!("{name} was made by a newer version ({}): use a newer tuan", schema.escape_debug()),
    }
    .into()
}

fn not_empty(table: &str) -> FlowError {
    RuleError::Refused {
        code: "not_empty",
        zh: format!("数据库里已有数据（表 {table}），只能恢复到空的数据库，请用 --database 指定一个新的"),
        en: format!("the database holds data (table {table}); restore into an empty one, named by --database"),
    }
    .into()
}
