//! `tuan receive CYCLE (FILE | --all-as-planned)`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::output::Output;
use crate::config::Config;
use crate::flow::load_cycle;
use crate::flow::receive_goods::{receive_all_as_planned, receive_file};

/// 收货：一份收货文件（可分几车），或全部按采购数到齐。Arrivals, in one or several deliveries.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["file", "all_as_planned"])))]
pub struct Args {
    /// 团期编码
    cycle: String,
    /// 收货文件，或填好的收货单 (receipts, or a filled receiving sheet)
    file: Option<PathBuf>,
    /// 未到的全部按采购数到齐，结束收货 (all that is expected has come)
    #[arg(long)]
    all_as_planned: bool,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let mut db = config.open()?;
    let desk = config.desk();
    let imported = match &args.file {
        Some(file) => receive_file(&mut db, &desk, &args.cycle, file, false)?,
        None => receive_all_as_planned(&mut db, &desk, &args.cycle)?,
    };
    let card = load_cycle::card(&mut db, &args.cycle)?;
    out.object(&json!({
        "cycle_code": args.cycle, "state": card.state.code(), "version": card.version, "rows": imported.rows,
        "new": imported.new, "recounted": imported.changed, "same": imported.same,
    }));
    out.say(format!(
        "团期 {} 收货：{} 行，新收 {}，重点 {}，未变 {}",
        args.cycle, imported.rows, imported.new, imported.changed, imported.same
    ));
    if imported.new + imported.changed > 0 {
        out.say(format!("下一步：tuan allocate {}", args.cycle));
    }
    Ok(ExitCode::SUCCESS)
}
