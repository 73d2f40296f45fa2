//! `tuan weigh CYCLE [--finish]`

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::output::Output;
use crate::config::Config;
use crate::flow::settle_weights::{SettledWeights, settle_weights, weight_figures};
use crate::web::api::outcomes::weights_json;

/// 称重结算：按称签算称重差额，没有称签的按标重。What the weighed labels come to.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码
    cycle: String,
    /// 结算：记下称重差额、待退款，更新提货清单；可重复 (settle; without it only the figures are shown)
    #[arg(long)]
    finish: bool,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let (mut db, desk) = (config.open()?, config.desk());
    let done = match args.finish {
        true => settle_weights(&mut db, &desk, &args.cycle)?,
        false => weight_figures(&mut db, &desk, &args.cycle)?,
    };
    out.object(&weights_json(&done));
    tell(out, &done, args.finish);
    Ok(ExitCode::SUCCESS)
}

fn tell(out: &Output, done: &SettledWeights, is_finish: bool) {
    let (code, figures) = (&done.book.cycle.cycle_code, &done.figures);
    out.say(format!(
        "称签 {} 张（已绑定 {}），应提 {} 件；{} 行称重商品中 {} 行称齐，{} 行按标重",
        figures.labels,
        figures.bound,
        figures.pieces,
        figures.lines,
        figures.weighed_lines,
        figures.nominal_lines()
    ));
    out.say(format!(
        "有差额 {} 行：退 ¥{}，待补 ¥{}，超重让利 ¥{}",
        figures.adjusted_lines, figures.back, figures.due, figures.given_away
    ));
    let words = match (is_finish, done.is_changed) {
        (false, _) if done.was_settled => "已结算过；加 --finish 按现在的称签再算",
        (false, _) => "还没结算；加 --finish 结算",
        (true, true) => "称重已结算",
        (true, false) => "称重没有变化",
    };
    out.say(format!("团期 {code} {words}"));
}
