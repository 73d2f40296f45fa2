//! `tuan route CYCLE …`

use std::process::ExitCode;

use anyhow::Result;

use crate::cli::dispatch::{kilometres, tell, tell_engine};
use crate::cli::output::{Output, table};
use crate::config::Config;
use crate::domain::book::Book;
use crate::domain::route_plan::{PlannedTrip, RoutePlan, clock};
use crate::flow::dispatch_trips::edit_routes::{RouteEdit, edit_routes};
use crate::flow::dispatch_trips::show_routes::{Shown, show_routes};
use crate::web::api::route_outcomes::{fault_words, whole_plan_json};

/// 改线：看线路，指定车，移站，锁定，重排其余。Look at routes and change them by hand.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 团期编码
    cycle: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// 看全部线路和预计到达 (all routes with their times)
    Show,
    /// 把自提点（或团长的所有点）交给某辆车或某位司机 (this vehicle serves them)
    Pin {
        /// 自提点编码或团长编码
        points: String,
        /// 车牌或司机
        to: String,
    },
    /// 取消指定，下次排线时任何车都可以送 (any vehicle may serve them again)
    Unpin {
        /// 自提点编码或团长编码
        points: String,
    },
    /// 把一个点移到某车次的第几站 (the nth stop of a trip)
    Move {
        /// 自提点编码
        point: String,
        /// 车次、线路或车牌
        trip: String,
        /// 第几站，从 1 起
        at: usize,
    },
    /// 按写出的顺序送，并锁定该车次 (in this order; the trip is locked)
    Reorder {
        /// 车次、线路或车牌
        trip: String,
        /// 该车次的全部自提点编码，按新顺序
        #[arg(required = true)]
        points: Vec<String>,
    },
    /// 锁定车次：重排时不动 (stays as it is)
    Lock {
        /// 车次、线路或车牌
        trip: String,
    },
    /// 解锁
    Unlock {
        /// 车次、线路或车牌
        trip: String,
    },
    /// 重排没有锁定的线路 (plan the rest anew)
    Replan,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let mut db = config.open()?;
    let edit = match args.command {
        Command::Show => {
            show(out, &show_routes(&mut db, &config.desk(), &args.cycle)?);
            return Ok(ExitCode::SUCCESS);
        }
        Command::Pin { points, to } => RouteEdit::Pin { points, to },
        Command::Unpin { points } => RouteEdit::Unpin { points },
        Command::Move { point, trip, at } => RouteEdit::Move { point, trip, at },
        Command::Reorder { trip, points } => RouteEdit::Reorder { trip, points },
        Command::Lock { trip } => RouteEdit::Lock { trip },
        Command::Unlock { trip } => RouteEdit::Unlock { trip },
        Command::Replan => RouteEdit::Replan,
    };
    let engine = config.routing_engine();
    let asked = config.asked(engine.as_ref());
    let done = edit_routes(&mut db, &config.desk(), &args.cycle, &asked, (&[edit], "cli"))?;
    tell(out, &done);
    tell_engine(out, engine.as_deref());
    Ok(ExitCode::SUCCESS)
}

fn show(out: &Output, shown: &Shown) {
    let book = &shown.book;
    for plan in &book.plans {
        out.object(&whole_plan_json(book, plan, &|plate| shown.is_locked(plate)));
        let warehouse = &book.warehouses[plan.warehouse_ix as usize];
        if let Some(why) = plan.why_filed {
            out.say(format!("{} {}：固定线路（{}）", warehouse.warehouse_code, warehouse.name, why.zh()));
        }
        plan.trips.iter().for_each(|trip| show_trip(out, shown, plan, trip));
    }
}

fn show_trip(out: &Output, shown: &Shown, plan: &RoutePlan, trip: &PlannedTrip) {
    let book: &Book = &shown.book;
    let lock = if trip.plate().is_some_and(|plate| shown.is_locked(plate)) { " 已锁定" } else { "" };
    let way = trip.round.as_ref().map_or("（待派车）".to_owned(), |round| {
        let times = format!("{}–{}", clock(round.departs_s), clock(round.returns_s));
        format!("{} {times} {} 公里", round.plate, kilometres(trip.distance_m))
    });
    out.say(format!("{} {} {way}{lock}", trip.trip_no, trip.route_code));
    let rows: Vec<Vec<String>> = plan
        .stops_of(&trip.trip_no)
        .into_iter()
        .map(|stop| {
            let point = &book.points[stop.point_ix as usize];
            let told = match &stop.served {
                Ok(call) => clock(call.arrives_s),
                Err(fault) => fault_words(fault),
            };
            let pin = if shown.is_pinned(point.id) { "指定" } else { "" };
            let usual = stop.usual_driver.clone().unwrap_or_default();
            vec![stop.stop_seq.to_string(), point.point_code.clone(), point.name.clone(), told, usual, pin.to_owned()]
        })
        .collect();
    out.say(table(&["  站", "点", "自提点", "预计到达", "老司机", "指定"], &rows));
}
