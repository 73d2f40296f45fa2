//! `tuan send CYCLE`

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::output::Output;
use crate::config::Config;
use crate::flow::send_purchases::send_purchases;

/// 把采购单草稿标记为已发出；发出后重新采购不再改动。Marks draft purchase orders as sent.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码
    cycle: String,
    /// 只发这家供应商 (one supplier only)
    #[arg(long)]
    supplier: Option<String>,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let sent = send_purchases(&mut config.open()?, &config.desk(), &args.cycle, args.supplier.as_deref())?;
    for po_no in &sent {
        out.object(&json!({ "cycle_code": args.cycle, "po_no": po_no, "state": "sent" }));
    }
    out.say(format!("已发出 {} 张采购单 {}", sent.len(), sent.join(" ")));
    Ok(ExitCode::SUCCESS)
}
