//! `tuan check [CYCLE]`

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::check;
use crate::cli::output::Output;
use crate::config::Config;
use crate::store::backend::Db;

/// 对账：用另一套代码从原始数据重算每个数字；有不符即退出码 1。An independent audit of the books.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码；不写则核对全部
    cycle: Option<String>,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    audit(&mut config.open()?, out, args.cycle.as_deref())
}

/// Tells every violation, and fails where there is one.
pub fn audit(db: &mut Db, out: &Output, cycle: Option<&str>) -> Result<ExitCode> {
    let summary = check::run(db, cycle, &mut |violation| {
        out.object(&serde_json::to_value(&violation).expect("a violation is plain data"));
        out.say(format!(
            "✗ {}（{}） {} {}：应为 {}，实为 {}",
            violation.zh, violation.rule, violation.table, violation.row, violation.expected, violation.found
        ));
    })?;
    if let (Some(code), 0) = (cycle, summary.cycles) {
        bail!("没有团期 {code}（there is no such cycle）");
    }
    if summary.violations == 0 {
        // Violations are the output; that there are none is said beside it, so that silence can be tested for.
        eprintln!("✓ {}", summary.zh());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{}（{}）", summary.zh(), summary.en());
    Ok(ExitCode::FAILURE)
}
