//! `tuan procure CYCLE`

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::money::Fen;
use crate::flow::procure::{Procured, procure};
use crate::web::api::outcomes::{procured_json, purchase_json, purchase_sums};

/// 采购汇总：生成采购单草稿；重复执行只跟随库存和改单的变化。Totals → draft purchase orders.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码
    cycle: String,
    /// 只试算，不写入 (show only)
    #[arg(long)]
    dry_run: bool,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let procured = procure(&mut config.open()?, &config.desk(), &args.cycle, args.dry_run)?;
    tell(out, &procured, args.dry_run)?;
    Ok(ExitCode::SUCCESS)
}

pub fn tell(out: &Output, procured: &Procured, is_dry_run: bool) -> Result<()> {
    let book = &procured.book;
    let sums = purchase_sums(book)?;
    let mut rows = Vec::new();
    for sum in &sums {
        out.object(&purchase_json(book, sum));
        rows.push(vec![
            sum.po.po_no.clone(),
            sum.supplier_name.to_owned(),
            sum.po.lines.len().to_string(),
            sum.cases.to_string(),
            sum.pieces.to_string(),
            sum.cost.yuan(),
            if sum.short > Fen::ZERO { format!("差 ¥{} 起送", sum.short) } else { String::new() },
        ]);
    }
    out.object(&procured_json(procured, &sums, is_dry_run));
    let (cases, pieces): (u64, u64) = sums.iter().fold((0, 0), |all, sum| (all.0 + sum.cases, all.1 + sum.pieces));
    let cost = Fen(sums.iter().map(|sum| sum.cost.0).sum());
    out.say(table(&["采购单号", "供应商", "行", "箱", "件", "金额", "提示"], &rows));
    let code = &book.cycle.cycle_code;
    let how = if is_dry_run { "（试算，未写入）" } else { "" };
    out.say(format!("团期 {code} 采购{how}：{} 张采购单，{cases} 箱 {pieces} 件，¥{cost}", rows.len()));
    let unmet = book.procurement.iter().filter(|line| !line.threshold_met).count();
    if unmet > 0 {
        out.say(format!("{unmet} 个商品未成团，将全额退款"));
    }
    if !is_dry_run && procured.is_changed {
        out.say(format!("下一步：tuan sheets {code} --out out，收货后 tuan receive {code} 文件"));
    }
    Ok(())
}
