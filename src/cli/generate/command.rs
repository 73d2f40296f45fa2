//! `tuan generate --size S|M|L|XL`

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::cli::generate::{Day, Size, Table};
use crate::cli::import::orders;
use crate::cli::output::Output;
use crate::config::Config;
use crate::flow::import_ground::GivenDatum;
use crate::flow::import_orders::Manner;
use crate::flow::open_cycle::open_cycle;
use crate::flow::{Desk, import_master, import_stock};
use crate::store::backend::Db;
use crate::store::cycles;

/// 生成一天的模拟数据：同一规模和种子，结果逐字节相同。A synthetic day: the same bytes for the same seed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// S 试点，M 城市，L 大城市，XL 压力
    #[arg(long)]
    size: Size,
    /// 随机种子
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 只写 CSV 到此文件夹，不导入 (its CSV files instead of an import)
    #[arg(long)]
    out: Option<PathBuf>,
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    let day = Day::new(args.size, args.seed);
    if let Some(dir) = &args.out {
        write_files(out, &day, dir)?;
        out.object(&json!({ "cycle_code": day.cycle_code, "folder": dir.display().to_string() }));
        out.say(format!("团期 {} 的 {} 个文件在 {}", day.cycle_code, Table::ALL.len(), dir.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let mut db = config.open()?;
    if !cycles::all(&mut db)?.is_empty() {
        bail!("数据库 {} 不是空的，请用 --database 指定新的（the database is not empty）", config.shown_database());
    }
    let folder = tempfile::tempdir().context("建不了临时文件夹")?;
    write_files(out, &day, folder.path())?;
    import_files(out, &mut db, &config.desk(), &day.cycle_code, folder.path())?;
    let figures = day.figures;
    out.object(&json!({
        "cycle_code": day.cycle_code, "orders": figures.orders, "lines": figures.lines, "skus": figures.skus,
        "leaders": figures.leaders, "points": figures.points,
    }));
    out.say(format!(
        "团期 {} 已开团：{} 单 {} 行，{} 个商品，{} 位团长。下一步：tuan cutoff {}",
        day.cycle_code, figures.orders, figures.lines, figures.skus, figures.leaders, day.cycle_code
    ));
    Ok(ExitCode::SUCCESS)
}

fn write_files(out: &Output, day: &Day, dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("建不了文件夹 {}", dir.display()))?;
    let bar = out.progress("生成订单", day.figures.lines);
    for table in Table::ALL {
        let path = dir.join(format!("{}.csv", table.name()));
        let context = || format!("写不了 {}", path.display());
        let mut file = File::create(&path).with_context(context)?;
        day.write_csv(*table, &mut file, &mut |rows| bar.set_position(rows)).with_context(context)?;
    }
    bar.finish_and_clear();
    Ok(())
}

/// Imports the files of a day in their order, and opens its cycle before the orders.
pub fn import_files(out: &Output, db: &mut Db, desk: &Desk, cycle_code: &str, dir: &Path) -> Result<()> {
    let file = |name: &str| dir.join(format!("{name}.csv"));
    import_master::import_suppliers(db, desk, &file("suppliers"), false)?;
    import_master::import_skus(db, desk, &file("skus"), false)?;
    import_master::import_warehouses(db, desk, &file("warehouses"), GivenDatum::default(), false)?;
    import_master::import_vehicles(db, desk, &file("vehicles"), false)?;
    import_master::import_leaders(db, desk, &file("leaders"), GivenDatum::default(), false)?;
    import_master::import_cycles(db, desk, &file("cycles"), false)?;
    import_master::import_offers(db, desk, &file("offers"), false)?;
    import_stock::import_stock(db, desk, &file("stock"), false)?;
    open_cycle(db, desk, cycle_code)?;
    orders(out, db, desk, cycle_code, &file("orders"), Manner::default())?;
    Ok(())
}
