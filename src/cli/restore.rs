//! `tuan restore FILE`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::check::audit;
use crate::cli::output::Output;
use crate::config::Config;
use crate::domain::server_key::ServerKey;
use crate::flow::restore::Archive;
use crate::store::backend::Db;

/// 恢复：备份文件到空的数据库，SQLite 或 PostgreSQL 都可以。A backup into an empty database of either kind;
/// then the books are checked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 备份文件
    file: PathBuf,
}

pub fn run(config: &Config, out: &Output, args: Args, key: Option<ServerKey>) -> Result<ExitCode> {
    // The file is looked at first: a wrong one leaves not even an empty database behind.
    let mut archive = Archive::open(&args.file, key.as_ref())?;
    let mut db = Db::open(&config.database)?;
    let bar = out.progress("恢复", archive.manifest().rows());
    let done = archive.restore(&mut db, &mut |done, _| bar.set_position(done));
    bar.finish_and_clear();
    done?;
    let manifest = archive.manifest();
    let (file, tables, rows) = (args.file.display().to_string(), manifest.tables.len(), manifest.rows());
    out.object(&json!({
        "file": file, "schema": manifest.schema, "made_at": manifest.made_at, "tables": tables, "rows": rows,
    }));
    out.say(format!("已从 {file} 恢复（{} 的备份）：{tables} 张表，{rows} 行", manifest.made_at));
    // A copy is worth what its books are worth.
    audit(&mut db, out, None)
}
