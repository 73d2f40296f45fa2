//! `tuan dispatch CYCLE`

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::flow::dispatch_trips::{Dispatched, dispatch_trips};
use crate::web::api::outcomes::trips_json;

/// 派车：每条线路一个车次，按仓库的车辆顺序。A trip for each route.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码
    cycle: String,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let done = dispatch_trips(&mut config.open()?, &config.desk(), &args.cycle)?;
    tell(out, &done);
    Ok(ExitCode::SUCCESS)
}

pub fn tell(out: &Output, done: &Dispatched) {
    let book = &done.book;
    trips_json(done).iter().for_each(|trip| out.object(trip));
    let mut rows = Vec::new();
    for trip in &book.trips {
        let stops = book
            .points
            .iter()
            .filter(|point| (point.warehouse_ix, &point.route_code) == (trip.warehouse_ix, &trip.route_code))
            .count();
        let (plate, driver) =
            trip.vehicle.as_ref().map_or(("", ""), |vehicle| (vehicle.plate.as_str(), vehicle.driver.as_str()));
        let plate = if plate.is_empty() { "（待派车）" } else { plate };
        rows.push(vec![
            trip.trip_no.clone(),
            trip.route_code.clone(),
            plate.to_owned(),
            driver.to_owned(),
            stops.to_string(),
        ]);
    }
    out.say(table(&["车次", "线路", "车牌", "司机", "站数"], &rows));
    let words = if done.is_changed { "已派车" } else { "派车没有变化" };
    out.say(format!("团期 {} {words}：{} 个车次", book.cycle.cycle_code, rows.len()));
}
