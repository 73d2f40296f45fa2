//! `tuan send CYCLE`

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::output::Output;
use crate::config::Config;
use crate::flow::send_purchases::{Chosen, send_purchases};

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
    let chosen = Chosen { supplier_code: args.supplier.as_deref(), ..Chosen::default() };
    let sent = send_purchases(&mut config.open()?, &config.desk(), &args.cycle, chosen)?;
    for po_no in &sent.po_nos {
        let fault = sent.without_mail.iter().find(|without| without.po_no == *po_no).map(|without| without.fault);
        out.object(&json!({
            "cycle_code": args.cycle, "po_no": po_no, "state": "sent", "mail": fault.unwrap_or("queued"),
        }));
    }
    out.say(format!("已发出 {} 张采购单 {}", sent.po_nos.len(), sent.po_nos.join(" ")));
    if !sent.po_nos.is_empty() {
        let mailed = sent.po_nos.len() - sent.without_mail.len();
        out.say(format!("{mailed} 封邮件待发（由 tuan serve 发送，tuan mail list 查看）"));
    }
    for without in &sent.without_mail {
        let why = if without.fault == "no_address" { "没有邮箱" } else { "邮箱不对" };
        out.say(format!("⚠ {} {} {why}，请另行通知 {}", without.supplier_code, without.supplier, without.po_no));
    }
    Ok(ExitCode::SUCCESS)
}
