//! `tuan backup FILE`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::output::Output;
use crate::config::Config;
use crate::domain::server_key::ServerKey;
use crate::flow::back_up::back_up;
use crate::store::backend::Db;

/// 备份：整个数据库到一个文件，服务不用停；写明 --key-file 时加密。The whole database into one file, while serving;
/// encrypted where --key-file is given.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 备份文件，不能已存在 (must not exist)
    file: PathBuf,
}

pub fn run(config: &Config, out: &Output, args: Args, key: Option<ServerKey>) -> Result<ExitCode> {
    let mut db = Db::open(&config.database)?;
    let bar = out.progress("备份", 0);
    let made = back_up(&mut db, &config.desk(), &args.file, key.as_ref(), &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let manifest = made?;
    let bytes = std::fs::metadata(&args.file)?.len();
    let file = args.file.display().to_string();
    let (tables, rows, is_encrypted) = (manifest.tables.len(), manifest.rows(), key.is_some());
    out.object(&json!({
        "file": file, "schema": manifest.schema, "made_at": manifest.made_at, "tables": tables, "rows": rows,
        "bytes": bytes, "encrypted": is_encrypted,
    }));
    let sealed = if is_encrypted { "，已加密" } else { "" };
    out.say(format!("已备份到 {file}：{tables} 张表，{rows} 行，{bytes} 字节{sealed}"));
    Ok(ExitCode::SUCCESS)
}
