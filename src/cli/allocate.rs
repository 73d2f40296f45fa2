//! `tuan allocate CYCLE`

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::facts::ShortageRule;
use crate::domain::shortages::shortages;
use crate::flow::allocate_goods::{Allocated, allocate_goods};
use crate::web::api::outcomes::{allocated_json, shortage_json};

/// 分配到户：缺货按规则分摊，生成退款和单据；重复执行只跟随到货和改单的变化。
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码
    cycle: String,
    /// 全团改用此规则 first_paid proportional equal_share leader_balanced most_households
    #[arg(long, value_parser = rule)]
    rule: Option<ShortageRule>,
}

fn rule(text: &str) -> Result<ShortageRule, String> {
    let names: Vec<&str> = ShortageRule::ALL.iter().map(|rule| rule.code()).collect();
    ShortageRule::parse(text).ok_or_else(|| format!("可用 one of: {}", names.join(" ")))
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let allocated = allocate_goods(&mut config.open()?, &config.desk(), &args.cycle, args.rule)?;
    tell(out, &allocated);
    Ok(ExitCode::SUCCESS)
}

pub fn tell(out: &Output, done: &Allocated) {
    let book = &done.book;
    let mut rows = Vec::new();
    for shortage in shortages(book) {
        let offer = &book.offers[shortage.offer_ix as usize];
        out.object(&shortage_json(book, &shortage));
        rows.push(vec![
            offer.sku_code.clone(),
            offer.name.clone(),
            shortage.ordered.to_string(),
            shortage.supply.to_string(),
            shortage.short.to_string(),
            offer.shortage_rule.zh().to_owned(),
            shortage.points.to_string(),
            shortage.residents.to_string(),
        ]);
    }
    out.object(&allocated_json(done));
    let code = &book.cycle.cycle_code;
    if !rows.is_empty() {
        let heads = ["编码", "缺货商品", "订购", "可分", "缺口", "规则", "涉及点", "涉及人"];
        out.say(table(&heads, &rows));
    }
    if done.is_changed {
        out.say(format!(
            "团期 {code} 已分配：{} 个商品缺货，{} 行与订购不同，本次计划退款 ¥{}",
            rows.len(),
            done.lines_changed,
            done.refunds
        ));
        out.say(format!("下一步：tuan dispatch {code}，tuan sheets {code} --out out"));
    } else {
        out.say(format!("团期 {code} 分配没有变化"));
    }
}
