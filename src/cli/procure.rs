//! `tuan procure CYCLE`

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::book::{Book, PurchaseOrder};
use crate::domain::money::Fen;
use crate::domain::procurement::{order_value, short_of_min_value};
use crate::flow::procure::{Procured, procure};

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
    let mut rows = Vec::new();
    let (mut cases, mut pieces, mut cost) = (0, 0, Fen::ZERO);
    for po in &book.purchase_orders {
        let supplier = &book.suppliers[po.supplier_ix as usize];
        let value = value_of(book, po)?;
        let short = short_of_min_value(supplier, value);
        let (po_cases, po_pieces) = (sum(po, |line| line.cases), sum(po, |line| line.planned_qty));
        (cases, pieces, cost) = (cases + po_cases, pieces + po_pieces, cost + value);
        out.object(&json!({
            "cycle_code": book.cycle.cycle_code, "po_no": po.po_no, "supplier_code": supplier.supplier_code,
            "warehouse_code": book.warehouses[po.warehouse_ix as usize].warehouse_code, "state": po.state.code(),
            "lines": po.lines.len(), "cases_planned": po_cases, "planned_qty": po_pieces, "cost_fen": value.0,
            "short_of_min_value_fen": short.0,
        }));
        rows.push(vec![
            po.po_no.clone(),
            supplier.name.clone(),
            po.lines.len().to_string(),
            po_cases.to_string(),
            po_pieces.to_string(),
            value.yuan(),
            if short > Fen::ZERO { format!("差 ¥{short} 起送") } else { String::new() },
        ]);
    }
    out.object(&json!({
        "cycle_code": book.cycle.cycle_code, "state": book.cycle.state.code(), "version": book.cycle.version,
        "purchase_orders": rows.len(), "cases_planned": cases, "planned_qty": pieces, "cost_fen": cost.0,
        "is_changed": procured.is_changed, "dry_run": is_dry_run,
    }));
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

fn sum(po: &PurchaseOrder, figure: impl Fn(&crate::domain::book::PurchaseOrderLine) -> u64) -> u64 {
    po.lines.iter().map(figure).sum()
}

fn value_of(book: &Book, po: &PurchaseOrder) -> Result<Fen> {
    let lines = po.lines.iter().map(|line| (line.offer_ix, line.planned_qty));
    Ok(order_value(&book.offers, lines).map_err(crate::flow::FlowError::from)?.known)
}
