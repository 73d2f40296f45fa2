//! `tuan explain CYCLE (--line ORDER_NO:SKU_CODE | --sku CODE)`

use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::cli::output::Output;
use crate::config::Config;
use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::explain::{Explanation, explain_line, explain_sku};
use crate::flow::load_cycle::frozen_book;
use crate::store::book::Want;

/// 解释一个数字的由来：商品从订购到分配的每一步，或某户某商品为什么分到这些。
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["line", "sku"])))]
pub struct Args {
    /// 团期编码
    cycle: String,
    /// 订单号:商品编码 (why this line got what it got)
    #[arg(long)]
    line: Option<String>,
    /// 商品编码 (the way of a SKU)
    #[arg(long)]
    sku: Option<String>,
    /// 英文说明 (in English)
    #[arg(long)]
    en: bool,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let mut db = config.open()?;
    let book = frozen_book(&mut db, &config.desk(), &args.cycle, None, Want::Queue, Step::Explain)?;
    let explanation = match (&args.line, &args.sku) {
        (Some(line), _) => explain_line(&book, find_line(&book, line)?),
        (None, Some(sku)) => explain_sku(&book, find_offer(&book, sku)?),
        (None, None) => unreachable!("clap requires one of them"),
    };
    tell(out, &args.cycle, &explanation, args.en);
    Ok(ExitCode::SUCCESS)
}

fn find_offer(book: &Book, sku_code: &str) -> Result<u32> {
    let found = book.offers.iter().position(|offer| offer.sku_code == sku_code);
    let missing = || format!("团期 {} 没有商品 {sku_code}（not on sale in this cycle）", book.cycle.cycle_code);
    Ok(found.with_context(missing)? as u32)
}

fn find_line(book: &Book, name: &str) -> Result<u32> {
    let (order_no, sku_code) =
        name.rsplit_once(':').with_context(|| format!("{name}：请写成 订单号:商品编码（ORDER_NO:SKU_CODE）"))?;
    let offer = find_offer(book, sku_code)?;
    let order = (0..book.orders.id.len()).find(|&ix| book.orders.order_no.get(ix) == order_no);
    let missing = || format!("没有参加本团的订单 {order_no}（no such order takes part in this cycle）");
    let order = order.with_context(missing)? as u32;
    let line = book.lines_of(order).find(|&line| book.lines.offer_ix[line] == offer);
    Ok(line.with_context(|| format!("订单 {order_no} 没有 {sku_code}（the order has no such line）"))? as u32)
}

fn tell(out: &Output, cycle_code: &str, explanation: &Explanation, is_english: bool) {
    let pick = |zh: &str, en: &str| if is_english { en.to_owned() } else { zh.to_owned() };
    out.say(pick(&explanation.title.zh, &explanation.title.en));
    for (number, step) in explanation.steps.iter().enumerate() {
        out.say(format!("{:>3}. {}", number + 1, pick(&step.words.zh, &step.words.en)));
        let figures: Map<String, Value> =
            step.figures.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
        out.object(&json!({
            "cycle_code": cycle_code, "step": step.code, "warehouse_code": step.warehouse_code, "figures": figures,
            "zh": step.words.zh, "en": step.words.en,
        }));
    }
}
