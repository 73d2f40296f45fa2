//! Backup: the whole database into one file, from one snapshot, while others go on writing.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::domain::errors::RuleError;
use crate::domain::server_key::ServerKey;
use crate::flow::{Desk, FlowError};
use crate::store::archive::manifest::Manifest;
use crate::store::archive::pack::PackWriter;
use crate::store::archive::rows;
use crate::store::archive::seal::Sealer;
use crate::store::archive::tables::{live, schema};
use crate::store::backend::Db;

/// How far it is: rows done, rows in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Rows between two words about the progress.
const STEP: u64 = 1_000;

/// Writes every table to `file`, which must not exist; with a key, encrypted. The file appears whole or not at all.
///
/// The database is left at the schema it has, so that a newer binary can back up before it migrates.
///
/// # Errors
/// `file_exists`, `nothing_to_back_up`, a folder that cannot be written, what the database says.
pub fn back_up(
    db: &mut Db,
    desk: &Desk,
    file: &Path,
    key: Option<&ServerKey>,
    progress: Progress<'_>,
) -> Result<Manifest, FlowError> {
    let failed = |cause: io::Error| FlowError::Unreadable { file: file.display().to_string(), cause };
    if file.symlink_metadata().is_ok() {
        return Err(taken(file));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A temporary file is its owner's alone, and goes when the backup fails.
    let mut draft = tempfile::Builder::new().prefix(".tuan-backup-").tempfile_in(folder).map_err(failed)?;
    db.read_thriftily()?;
    let out = BufWriter::with_capacity(1 << 17, draft.as_file_mut());
    let manifest = match key {
        None => write(db, desk, out, progress).and_then(|(mut out, manifest)| {
            out.flush().map_err(failed)?;
            Ok(manifest)
        }),
        Some(key) => {
            let sealer = Sealer::new(out, key).map_err(failed)?;
            write(db, desk, sealer, progress).and_then(|(sealer, manifest)| {
                sealer.finish().and_then(|mut out| out.flush()).map_err(failed)?;
                Ok(manifest)
            })
        }
    }
    .map_err(|error| named(error, file))?;
    draft.as_file().sync_all().map_err(failed)?;
    match draft.persist_noclobber(file) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Err(taken(file)),
        Err(error) => return Err(failed(error.error)),
    }
    // The name is on disk once its folder is.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    db.shrink_log()?;
    Ok(manifest)
}

/// Writes the archive from one snapshot of the database.
fn write<W: Write>(db: &mut Db, desk: &Desk, out: W, progress: Progress<'_>) -> Result<(W, Manifest), FlowError> {
    let mut out = Some(out);
    db.read(|db| {
        let Some(schema) = schema(db)? else {
            return Err(nothing());
        };
        let tables = live(db)?;
        let mut total = 0;
        for table in &tables {
            total += rows::count(db, table)?;
        }
        let mut pack = PackWriter::new(out.take().expect("a read transaction runs once"));
        let (mut done, mut failure) = (0, None);
        for table in &tables {
            pack.begin_table(table.name, &table.columns).map_err(unwritable)?;
            rows::each(db, table, &mut |fields| {
                if failure.is_none() {
                    failure = pack.row(&fields).err();
                }
                done += 1;
                if done % STEP == 0 {
                    progress(done, total);
                }
            })?;
            pack.end_table();
            if let Some(cause) = failure.take() {
                return Err(unwritable(cause));
            }
        }
        pack.finish(schema, desk.zone.rfc3339(desk.now)).map_err(unwritable)
    })
}

/// An error of the file, which [`named`] gives its name.
fn unwritable(cause: io::Error) -> FlowError {
    FlowError::Unreadable { file: String::new(), cause }
}

fn named(error: FlowError, file: &Path) -> FlowError {
    match error {
        FlowError::Unreadable { cause, .. } => FlowError::Unreadable { file: file.display().to_string(), cause },
        other => other,
    }
}

fn taken(file: &Path) -> FlowError {
    RuleError::Refused {
        code: "file_exists",
        zh: format!("{} 已存在，备份不覆盖任何文件，请换一个文件名", file.display()),
        en: format!("{} is there already and a backup overwrites nothing: name another file", file.display()),
    }
    .into()
}

fn nothing() -> FlowError {
    RuleError::Refused {
        code: "nothing_to_back_up",
        zh: "这个数据库里没有 tuan 的表，没有什么可备份".into(),
        en: "the database holds no tables of tuan, there is nothing to back up".into(),
    }
    .into()
}
