//! `tuan allocate CYCLE`

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::book::Book;
use crate::domain::facts::ShortageRule;
use crate::flow::allocate_goods::{Allocated, allocate_goods};

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

/// One short SKU: what the buyer and the warehouse want to know of it.
pub struct Shortage {
    pub offer_ix: u32,
    pub ordered: u64,
    pub supply: u64,
    pub short: u64,
    pub points: usize,
    pub residents: usize,
}

/// The SKUs of which somebody gets less than ordered, in SKU order.
pub fn shortages(book: &Book) -> Vec<Shortage> {
    let mut sums = vec![(0u64, 0u64, BTreeSet::new(), BTreeSet::new()); book.offers.len()];
    for line in 0..book.lines.order_ix.len() {
        let order = book.lines.order_ix[line] as usize;
        let sum = &mut sums[book.lines.offer_ix[line] as usize];
        let short = book.lines.ordered[line].saturating_sub(book.lines.allocated[line]);
        sum.0 += u64::from(book.lines.ordered[line]);
        if short > 0 {
            sum.1 += u64::from(short);
            sum.2.insert(book.orders.point_ix[order]);
            sum.3.insert(book.orders.resident[order]);
        }
    }
    let supply = |offer: u32| -> u64 {
        book.allocations.iter().filter(|(key, _)| key.0 == offer).map(|(_, share)| share.supply_qty).sum()
    };
    let found = sums.into_iter().zip(0..).filter(|((_, short, ..), _)| *short > 0);
    found
        .map(|((ordered, short, points, residents), offer_ix)| Shortage {
            offer_ix,
            ordered,
            supply: supply(offer_ix),
            short,
            points: points.len(),
            residents: residents.len(),
        })
        .collect()
}

pub fn tell(out: &Output, done: &Allocated) {
    let book = &done.book;
    let mut rows = Vec::new();
    for shortage in shortages(book) {
        let offer = &book.offers[shortage.offer_ix as usize];
        out.object(&json!({
            "cycle_code": book.cycle.cycle_code, "sku_code": offer.sku_code, "ordered_qty": shortage.ordered,
            "supply_qty": shortage.supply, "short_qty": shortage.short, "rule": offer.shortage_rule.code(),
            "points": shortage.points, "residents": shortage.residents,
        }));
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
    out.object(&json!({
        "cycle_code": book.cycle.cycle_code, "state": book.cycle.state.code(), "version": book.cycle.version,
        "short_skus": rows.len(), "lines_changed": done.lines_changed, "refunds_fen": done.refunds.0,
        "is_changed": done.is_changed,
    }));
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
