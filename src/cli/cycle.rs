//! `tuan cycle list | show | open`

use std::process::ExitCode;

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::facts::Cycle;
use crate::domain::money::Fen;
use crate::domain::time::Zone;
use crate::flow::count_totals::{Totals, count_totals};
use crate::flow::load_cycle;
use crate::flow::open_cycle::open_cycle;
use crate::store::cycles;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 全部团期 (every cycle)
    List,
    /// 一个团期的状态与合计 (one cycle with its totals)
    Show { code: String },
    /// 立即开团 (take orders from now on)
    Open { code: String },
}

pub fn run(config: &Config, out: &Output, command: Command) -> Result<ExitCode> {
    let mut db = config.open()?;
    let desk = config.desk();
    match command {
        Command::List => {
            let cards: Vec<Cycle> = cycles::all(&mut db)?.iter().map(|row| row.card()).collect();
            cards.iter().for_each(|card| out.object(&cycle_json(card, config.zone)));
            if cards.is_empty() {
                out.say("还没有团期。先导入：tuan import cycles FILE");
            } else {
                out.say(cycle_table(&cards, config.zone));
            }
        }
        Command::Show { code } => {
            let card = load_cycle::card(&mut db, &code)?;
            let totals = count_totals(&mut db, &code)?;
            let mut object = cycle_json(&card, config.zone);
            merge(&mut object, totals_json(&totals));
            out.object(&object);
            out.say(cycle_table(std::slice::from_ref(&card), config.zone));
            out.say(format!(
                "订单 {} 单 {} 行，订购 {} 件，未付 {} 件，销售额 ¥{}",
                totals.orders, totals.lines, totals.ordered_qty, totals.unpaid_qty, Fen(totals.sales_fen)
            ));
        }
        Command::Open { code } => {
            let is_new = open_cycle(&mut db, &desk, &code)?;
            let card = load_cycle::card(&mut db, &code)?;
            out.object(&cycle_json(&card, config.zone));
            let words = if is_new { "已开团" } else { "早已开团" };
            out.say(format!("团期 {code} {words}，{} 截单", config.zone.minute(card.cutoff_at)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn cycle_table(cards: &[Cycle], zone: Zone) -> String {
    let row = |card: &Cycle| {
        vec![
            card.cycle_code.clone(),
            card.name.clone(),
            card.state.zh().to_owned(),
            format!("v{}", card.version),
            zone.minute(card.opens_at),
            zone.minute(card.cutoff_at),
            card.pickup_date.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = cards.iter().map(row).collect();
    table(&["团期", "名称", "状态", "版本", "开团", "截单", "提货日"], &rows)
}

/// A cycle as an object, with DOMAIN's keys.
pub fn cycle_json(card: &Cycle, zone: Zone) -> Value {
    json!({
        "cycle_code": card.cycle_code, "name": card.name, "state": card.state.code(), "version": card.version,
        "opens_at": zone.second(card.opens_at), "cutoff_at": zone.second(card.cutoff_at),
        "pickup_date": card.pickup_date.to_string(), "payment": card.payment.code(),
        "rounding": card.rounding.code(), "shortage_rule": card.shortage_rule.code(),
        "frozen_at": card.frozen_at.map(|at| zone.second(at)),
    })
}

/// A cycle's totals as an object, with DOMAIN's keys.
pub fn totals_json(totals: &Totals) -> Value {
    let skus: Vec<Value> = totals
        .skus
        .iter()
        .map(|sku| {
            json!({
                "sku_code": sku.code, "ordered_qty": sku.ordered_qty, "tolerance_qty": sku.tolerance_qty,
                "line_count": sku.lines,
            })
        })
        .collect();
    let leaders: Vec<Value> = totals
        .leaders
        .iter()
        .map(|leader| {
            json!({ "leader_code": leader.code, "orders": leader.orders, "ordered_qty": leader.ordered_qty })
        })
        .collect();
    let suppliers: Vec<Value> = totals
        .suppliers
        .iter()
        .map(|supplier| {
            json!({
                "supplier_code": supplier.code, "ordered_qty": supplier.ordered_qty, "line_count": supplier.lines,
            })
        })
        .collect();
    json!({
        "orders": totals.orders, "lines": totals.lines, "ordered_qty": totals.ordered_qty,
        "unpaid_qty": totals.unpaid_qty, "sales_fen": totals.sales_fen,
        "skus": skus, "leaders": leaders, "suppliers": suppliers,
    })
}

fn merge(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}
