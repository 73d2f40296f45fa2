//! `tuan cycle list | show | open`

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::facts::Cycle;
use crate::domain::money::Fen;
use crate::domain::time::Zone;
use crate::flow::count_totals::count_totals;
use crate::flow::load_cycle;
use crate::flow::open_cycle::open_cycle;
use crate::store::cycles;
use crate::web::api::json::{cycle_json, merge, totals_json};

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
            cards.iter().for_each(|card| out.object(&cycle_json(card, |at| config.zone.second(at))));
            if cards.is_empty() {
                out.say("还没有团期。先导入：tuan import cycles FILE");
            } else {
                out.say(cycle_table(&cards, config.zone));
            }
        }
        Command::Show { code } => {
            let card = load_cycle::card(&mut db, &code)?;
            let totals = count_totals(&mut db, &code)?;
            let mut object = cycle_json(&card, |at| config.zone.second(at));
            merge(&mut object, totals_json(&totals));
            out.object(&object);
            out.say(cycle_table(std::slice::from_ref(&card), config.zone));
            out.say(format!(
                "订单 {} 单 {} 行，订购 {} 件，未付 {} 件，销售额 ¥{}",
                totals.orders,
                totals.lines,
                totals.ordered_qty,
                totals.unpaid_qty,
                Fen(totals.sales_fen)
            ));
        }
        Command::Open { code } => {
            let is_new = open_cycle(&mut db, &desk, &code)?;
            let card = load_cycle::card(&mut db, &code)?;
            out.object(&cycle_json(&card, |at| config.zone.second(at)));
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
