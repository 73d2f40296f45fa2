//! `tuan demo`: the pilot day from files to sheets, on the fixture's own clock, so that the same bytes come out.

mod accounts;
mod fixtures;
mod links;
mod live;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result, bail};
use chrono::Duration;
use serde_json::json;

use crate::cli::generate::command::import_files;
use crate::cli::output::{Output, table};
use crate::cli::serve::serve;
use crate::cli::sheets::{HeadsArg, Written, write_all};
use crate::cli::user::ACTOR;
use crate::config::Config;
use crate::config::serving::ServeFlags;
use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::money::Fen;
use crate::domain::order_link::{self, Holder};
use crate::domain::procurement::order_value;
use crate::domain::shortages::shortages;
use crate::domain::time::Zone;
use crate::flow::allocate_goods::allocate_goods;
use crate::flow::correct_orders::correct_orders;
use crate::flow::cutoff::{Closed, cutoff};
use crate::flow::dispatch_trips::{Asked, dispatch_trips};
use crate::flow::edit_plan::edit_plan;
use crate::flow::load_cycle::frozen_book;
use crate::flow::procure::procure;
use crate::flow::receive_goods::receive_file;
use crate::flow::send_purchases::{Chosen, send_purchases};
use crate::flow::{Desk, FlowError};
use crate::mail::{MailFlags, Office};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::cycles;
use crate::store::migrations::reset;

use fixtures::{CYCLE, Fixtures};

/// An order of the pilot day that came short.
const ORDER: &str = "261122-1394";

/// 用样例跑完一整天，出全部单据，然后启动网页。A whole day on the fixtures, then the server.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// 单据输出到此文件夹
    #[arg(long, default_value = "out")]
    out: PathBuf,
    /// 表头：zh 中文，key 英文键
    #[arg(long, value_enum, default_value_t = HeadsArg::Zh)]
    heads: HeadsArg,
    /// 只出单据，不启动网页 (sheets only)
    #[arg(long)]
    no_serve: bool,
    #[command(flatten)]
    serve: ServeFlags,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let mut db = fresh(config)?;
    let fixtures = Fixtures::unpack().context("写不了临时文件")?;
    let (book, closed) = whole_day(config, out, &mut db, &fixtures)?;
    clear_old_sheets(&args.out)?;
    let written = write_all(out, &book, &args.out, args.heads)?;
    tell(config, out, &book, &closed, &written, &args.out);
    if args.no_serve {
        return Ok(ExitCode::SUCCESS);
    }
    let mail = MailFlags {
        mail_to_folder: Some(args.out.join("mail")),
        mail_buyers: vec!["caigou@yunzhou.example".to_owned()],
        mail_warehouse: vec!["cangku@yunzhou.example".to_owned()],
        ..MailFlags::default()
    };
    post_letters(config, out, &mut db, &mail)?;
    live::open_live_cycle(config, out, &mut db)?;
    accounts::tell_accounts(config, out, &mut db)?;
    links::tell_links(config, out, &mut db, &args.serve)?;
    drop(db);
    // Whoever tries it out wants to read what it says, not each request.
    let log_level = args.serve.log_level.clone().or_else(|| Some("warn".to_owned()));
    let order = order_link::token(&config.server_key()?, Holder::Resident, ORDER);
    let pages = [("居民的一张订单（有缺货和退款）", format!("/o/{order}"))];
    serve(config, out, ServeFlags { log_level, ..args.serve }, &mail, &pages)?;
    Ok(ExitCode::SUCCESS)
}

/// An empty database. One that holds a demo already is emptied; anything else is left alone.
fn fresh(config: &Config) -> Result<Db> {
    let mut db = config.open()?;
    let known = cycles::all(&mut db)?;
    let ours = |code: &str| code == CYCLE || code == live::CYCLE || live::EARLIER.contains(&code);
    if let Some(other) = known.iter().find(|row| !ours(&row.cycle_code)) {
        bail!(
            "数据库 {} 里有真实团期 {}，演示不会动它；请用 --database 指定另一个（the database holds other cycles）",
            config.shown_database(),
            other.cycle_code
        );
    }
    if !known.is_empty() {
        reset(&mut db)?;
    }
    Ok(db)
}

/// A desk at a time of the fixture's night.
fn desk(zone: Zone, time: &str) -> Desk {
    Desk { now: zone.parse(time).expect("the times of the demo are well-formed"), zone }
}

fn whole_day(config: &Config, out: &Output, db: &mut Db, fixtures: &Fixtures) -> Result<(Book, Closed)> {
    let at = |time: &str| desk(config.zone, time);
    import_files(out, db, &at("2026-11-22 06:00"), CYCLE, fixtures.folder())?;
    let closed = cutoff(db, &at("2026-11-22 23:00"), ACTOR, CYCLE)?;
    night(db, &at, fixtures)?;
    let evening = at("2026-11-23 05:00");
    let book = frozen_book(db, &evening, CYCLE, None, Want::Everything, Step::PrintSheets)?;
    Ok((book, closed))
}

/// From the plan to the trips, with a late cancellation and a late addition before the vans leave.
fn night(db: &mut Db, at: &dyn Fn(&str) -> Desk, fixtures: &Fixtures) -> Result<(), FlowError> {
    procure(db, &at("2026-11-22 23:01"), CYCLE, false)?;
    edit_plan(db, &at("2026-11-22 23:08"), CYCLE, &fixtures.file("plan"), false)?;
    send_purchases(db, &at("2026-11-22 23:12"), CYCLE, Chosen::default())?;
    receive_file(db, &at("2026-11-23 03:10"), CYCLE, &fixtures.file("receipts"), false)?;
    allocate_goods(db, &at("2026-11-23 03:15"), CYCLE, None)?;
    dispatch_trips(db, &at("2026-11-23 03:20"), CYCLE, &Asked::default())?;
    correct_orders(db, &at("2026-11-23 03:40"), CYCLE, &fixtures.file("corrections"), false)?;
    allocate_goods(db, &at("2026-11-23 03:41"), CYCLE, None)?;
    Ok(())
}

/// Sends the letters of the night into the demo's folder, on the fixture's own clock: a day later they would be too late.
fn post_letters(config: &Config, out: &Output, db: &mut Db, mail: &MailFlags) -> Result<()> {
    let Some(settings) = mail.check().map_err(anyhow::Error::msg)? else { return Ok(()) };
    let shown = settings.shown();
    let mut office = Office::new(settings, Box::new(|_| None));
    let (mut sent, mut now) = (0, desk(config.zone, "2026-11-23 03:45").now);
    // More minutes than one addressee's letters need, so many of them each.
    for _ in 0..30 {
        let round = office.round(db, now, config.zone, &AtomicBool::new(false))?;
        sent += round.sent;
        now = now.plus(Duration::minutes(if round.is_busy() { 0 } else { 1 }));
    }
    out.say(format!("邮件 {sent} 封 → {shown}"));
    Ok(())
}

/// Takes away the sheets of an earlier demo, so that no stale one lies among the new: only folders that hold sheets.
fn clear_old_sheets(dir: &Path) -> Result<()> {
    for kind in crate::domain::documents::DocumentKind::ALL {
        let folder = dir.join(kind.folder());
        if folder.is_dir() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("清不了 {}", folder.display()))?;
        }
    }
    Ok(())
}

fn tell(config: &Config, out: &Output, book: &Book, closed: &Closed, written: &Written, dir: &Path) {
    let cycle = &book.cycle;
    let (mut cases, mut pieces, mut cost) = (0, 0, Fen::ZERO);
    for line in book.purchase_orders.iter().flat_map(|po| &po.lines) {
        cases += line.cases;
        pieces += line.planned_qty;
        cost +=
            order_value(&book.offers, [(line.offer_ix, line.planned_qty)].into_iter()).map_or(Fen::ZERO, |v| v.known);
    }
    let documents: u64 = written.values().sum();
    let short = shortages(book);
    out.object(&json!({
        "cycle_code": cycle.cycle_code, "state": cycle.state.code(), "version": cycle.version,
        "orders": closed.figures.order_count, "lines": closed.figures.line_count,
        "ordered_qty": closed.figures.pieces, "purchase_orders": book.purchase_orders.len(),
        "cases_planned": cases, "planned_qty": pieces, "cost_fen": cost.0, "short_skus": short.len(),
        "documents": documents, "folder": dir.display().to_string(), "database": config.shown_database(),
    }));
    out.say(format!("团期 {} {} · 提货日 {}", cycle.cycle_code, cycle.name, cycle.pickup_date));
    out.say(format!(
        "  23:00 截单　{} 单 {} 行 {} 件，¥{}",
        closed.figures.order_count,
        closed.figures.line_count,
        closed.figures.pieces,
        Fen(closed.figures.amount_fen)
    ));
    out.say(format!("  23:01 采购　{} 家供应商，{cases} 箱 {pieces} 件，¥{cost}", book.purchase_orders.len()));
    out.say("  03:10 收货　03:15 分配　03:20 派车　03:40 改单（一取消、一补单）");
    let rows: Vec<Vec<String>> = short
        .iter()
        .map(|row| {
            let offer = &book.offers[row.offer_ix as usize];
            let why = book
                .procurement
                .iter()
                .find(|line| line.offer_ix == row.offer_ix)
                .and_then(|line| line.reason)
                .map_or(offer.shortage_rule.zh(), |reason| reason.zh());
            vec![
                format!("  {}", offer.name),
                row.ordered.to_string(),
                row.supply.to_string(),
                row.short.to_string(),
                row.residents.to_string(),
                why.to_owned(),
            ]
        })
        .collect();
    out.say(format!("\n{}", table(&["  缺货商品", "订购", "可分", "缺", "涉及人", "规则/原因"], &rows)));
    let rows: Vec<Vec<String>> = written
        .iter()
        .map(|(kind, count)| {
            vec![format!("  {}", kind.zh()), count.to_string(), dir.join(kind.folder()).display().to_string()]
        })
        .collect();
    out.say(table(&["  单据", "张", "文件夹"], &rows));
    out.say(format!("全部打印页：{}", dir.join("all.html").display()));
    out.say(format!("核对账目：tuan --database {} check", config.shown_database()));
    if let Some(first) = short.first() {
        let sku = &book.offers[first.offer_ix as usize].sku_code;
        out.say(format!(
            "问问为什么：tuan --database {} explain {} --sku {sku}",
            config.shown_database(),
            cycle.cycle_code
        ));
    }
}
