//! `tuan cutoff CYCLE`

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::output::Output;
use crate::cli::user::ACTOR;
use crate::config::Config;
use crate::domain::money::Fen;
use crate::flow::cutoff::{Closed, cutoff};
use crate::web::api::outcomes::closed_json;

/// 立即截单，早于截单时间也可；重复执行不变。Freezes now, also before cutoff_at; idempotent.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码
    cycle: String,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let closed = cutoff(&mut config.open()?, &config.desk(), ACTOR, &args.cycle)?;
    tell(config, out, &closed);
    Ok(ExitCode::SUCCESS)
}

pub fn tell(config: &Config, out: &Output, closed: &Closed) {
    let (figures, cycle) = (&closed.figures, &closed.cycle);
    let frozen_at = cycle.frozen_at.map(|at| config.zone.second(at)).unwrap_or_default();
    out.object(&closed_json(closed, |at| config.zone.second(at)));
    let words = if closed.is_new { "已截单" } else { "早已截单" };
    out.say(format!(
        "团期 {} {words}（{frozen_at}）：{} 单 {} 行 {} 件，¥{}（含可多拿预付），校验码 {}",
        cycle.cycle_code,
        figures.order_count,
        figures.line_count,
        figures.pieces,
        Fen(figures.amount_fen),
        figures.checksum
    ));
    if closed.is_new {
        out.say(format!("下一步：tuan procure {}", cycle.cycle_code));
    }
}
