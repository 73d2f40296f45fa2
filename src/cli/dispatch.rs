//! `tuan dispatch CYCLE`

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::book::Book;
use crate::domain::money::Fen;
use crate::domain::route_plan::{Method, RoutePlan, clock};
use crate::flow::dispatch_trips::{Asked, Dispatched, Effort, dispatch_trips};
use crate::outside::routing_engine::RoutingEngine;
use crate::web::api::outcomes::{plans_json, trips_json};
use crate::web::api::route_outcomes::{fault_words, stops_of, trips_in_use, unserved};

/// 派车：按坐标、货量、时段和车辆排线；缺坐标或车辆的仓库用固定线路。Routes planned, a trip for each.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码
    cycle: String,
    /// 随机种子：同样的输入和种子得到同样的线路 (the same seed, the same plan)
    #[arg(long)]
    seed: Option<u64>,
    /// 计算步数，默认按点数 (iterations; by size if left out)
    #[arg(long)]
    iterations: Option<u64>,
    /// 改按时间计算，每次结果可能不同 (think for so long instead; another plan every time)
    #[arg(long, conflicts_with = "iterations", value_parser = clap::value_parser!(u32).range(1..=3600))]
    seconds: Option<u32>,
    /// 不排线，用团长资料里的线路和站序 (keep to the filed routes)
    #[arg(long, conflicts_with_all = ["seed", "iterations", "seconds"])]
    as_filed: bool,
}

impl Args {
    fn over(&self, plain: Asked) -> Asked {
        let effort = match (self.iterations, self.seconds) {
            (Some(count), _) => Effort::Iterations(count),
            (None, Some(seconds)) => Effort::Seconds(seconds),
            (None, None) => Effort::BySize,
        };
        Asked { seed: self.seed, effort, is_as_filed: self.as_filed, ..plain }
    }
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let engine = config.routing_engine();
    let asked = args.over(config.asked(engine.as_ref()));
    let done = dispatch_trips(&mut config.open()?, &config.desk(), &args.cycle, &asked)?;
    tell(out, &done);
    tell_engine(out, engine.as_deref());
    Ok(ExitCode::SUCCESS)
}

/// What the routing engine did not know.
pub fn tell_engine(out: &Output, engine: Option<&RoutingEngine>) {
    let Some((wanted, missed)) = engine.map(RoutingEngine::figures) else { return };
    out.object(&json!({ "legs_wanted": wanted, "legs_guessed": missed }));
    if missed > 0 {
        out.say(format!("导航引擎有 {missed} / {wanted} 段没有答复，按直线距离估算（guessed from the air line）"));
    }
}

/// Trips, then how each warehouse's routes came about, and what nobody can serve.
pub fn tell(out: &Output, done: &Dispatched) {
    let book = &done.book;
    trips_json(done).iter().chain(&plans_json(book)).for_each(|object| out.object(object));
    let mut rows = Vec::new();
    for trip in trips_in_use(book) {
        let (plate, driver) =
            trip.vehicle.as_ref().map_or(("", ""), |vehicle| (vehicle.plate.as_str(), vehicle.driver.as_str()));
        let plate = if plate.is_empty() { "（待派车）" } else { plate };
        let planned = book.planned_trip(&trip.trip_no);
        let round = planned.and_then(|planned| planned.round.as_ref());
        rows.push(vec![
            trip.trip_no.clone(),
            trip.route_code.clone(),
            plate.to_owned(),
            driver.to_owned(),
            stops_of(book, trip).to_string(),
            round.map_or(String::new(), |round| clock(round.departs_s)),
            round.map_or(String::new(), |round| clock(round.returns_s)),
            planned.filter(|_| round.is_some()).map_or(String::new(), |planned| kilometres(planned.distance_m)),
        ]);
    }
    out.say(table(&["车次", "线路", "车牌", "司机", "站数", "发车", "回仓", "公里"], &rows));
    book.plans.iter().for_each(|plan| tell_plan(out, book, plan));
    let words = if done.is_changed { "已派车" } else { "派车没有变化" };
    out.say(format!("团期 {} {words}：{} 个车次", book.cycle.cycle_code, rows.len()));
}

fn tell_plan(out: &Output, book: &Book, plan: &RoutePlan) {
    let warehouse = &book.warehouses[plan.warehouse_ix as usize];
    let name = format!("{} {}", warehouse.warehouse_code, warehouse.name);
    if let (Method::Filed, Some(why)) = (plan.method, plan.why_filed) {
        out.say(format!("{name}：{}，沿用固定线路和站序。{}", why.zh(), why.remedy()));
        return;
    }
    let metres = plan.trips.iter().map(|trip| trip.distance_m).sum();
    let vans = plan.trips.iter().filter(|trip| trip.round.is_some()).count();
    let usual = match plan.usual_stops {
        0 => String::new(),
        stops => format!("；{stops} 站有老司机，{} 站换了司机", plan.moved_stops),
    };
    out.say(format!("{name}：{vans} 辆车 {} 公里，约 ¥{}{usual}", kilometres(metres), Fen(plan.cost.paid() / 1_000)));
    for (stop, fault) in unserved(plan) {
        let point = &book.points[stop.point_ix as usize];
        let words = fault_words(fault);
        out.say(format!(
            "  ！{} {} 没有车能送：{words}（在车次 {} 上等人工安排）",
            point.point_code, point.name, stop.trip_no
        ));
    }
}

/// Metres as kilometres with one decimal.
pub fn kilometres(metres: u64) -> String {
    format!("{}.{}", metres / 1_000, metres % 1_000 / 100)
}
