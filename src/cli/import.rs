//! `tuan import KIND FILE…`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::cli::output::Output;
use crate::config::Config;
use crate::domain::coordinates::Datum;
use crate::domain::states::CycleState;
use crate::flow::import_file::Imported;
use crate::flow::import_ground::{self, GivenDatum, Mapped};
use crate::flow::import_orders::{ImportedOrders, Manner, import_orders};
use crate::flow::import_weights::import_weights;
use crate::flow::{Desk, FlowError, correct_orders, edit_plan, import_master, import_stock, pin_lines, receive_goods};
use crate::imports::ImportKind;
use crate::store::backend::Db;
use crate::store::cycles;

/// 导入文件：全部正确才导入，重复导入不变。A file is taken whole or not at all; repeating it changes nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// suppliers skus warehouses vehicles leaders cycles offers orders receipts weights stock pins plan corrections
    /// districts places service_areas
    #[arg(value_parser = kind)]
    kind: ImportKind,
    /// CSV/TSV 文件（UTF-8、GB18030 或 UTF-16）或 XLSX 工作簿，中文表头或英文键；districts、service_areas 是 GeoJSON
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 团期编码；只有一个团期合适时可省 (needed unless just one cycle fits)
    #[arg(long)]
    cycle: Option<String>,
    /// 坐标系 wgs84 / gcj02 / bd09，用于没有 datum 列的文件
    #[arg(long, value_parser = datum)]
    datum: Option<Datum>,
    /// 坐标系确实没错，看起来像别的也照收 (take it though it looks like another datum)
    #[arg(long)]
    trust_datum: bool,
    /// 称重：超出一般重量的都看过，确实没错 (weights outside of the usual range were looked at and are right)
    #[arg(long)]
    confirm_weights: bool,
    /// 只检查，不写入 (check only)
    #[arg(long)]
    dry_run: bool,
    /// 订单：跳过有错的整单，写到“文件名.faults.csv” (take the sound whole orders)
    #[arg(long)]
    skip_faulty: bool,
}

fn kind(text: &str) -> Result<ImportKind, String> {
    let names: Vec<&str> = ImportKind::ALL.iter().map(|kind| kind.code()).collect();
    ImportKind::parse(text).ok_or_else(|| format!("可用 one of: {}", names.join(" ")))
}

fn datum(text: &str) -> Result<Datum, String> {
    Datum::parse(&text.to_lowercase()).ok_or_else(|| "可用 one of: wgs84 gcj02 bd09".to_owned())
}

pub fn run(config: &Config, out: &Output, args: Args) -> Result<ExitCode> {
    if args.skip_faulty && args.kind != ImportKind::Orders {
        bail!("--skip-faulty 只用于 orders（is for orders only）");
    }
    if args.confirm_weights && args.kind != ImportKind::Weights {
        bail!("--confirm-weights 只用于 weights（is for weights only）");
    }
    let mut db = config.open()?;
    for file in &args.files {
        import_file(config, out, &mut db, &args, file)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn import_file(config: &Config, out: &Output, db: &mut Db, args: &Args, file: &Path) -> Result<()> {
    let desk = config.desk();
    if args.kind == ImportKind::Orders {
        let cycle = choose_cycle(db, args)?;
        let leftover = faulty_file(file);
        let manner = Manner { is_dry_run: args.dry_run, faulty_to: args.skip_faulty.then_some(leftover.as_path()) };
        let imported = orders(out, db, &desk, &cycle, file, manner)?;
        tell_orders(out, file, &cycle, &imported, args, &leftover);
        return Ok(());
    }
    let (imported, mapped) = match ground_file(db, &desk, args, file)? {
        Some(mapped) => (mapped.imported, Some(mapped)),
        None => (small_file(db, &desk, args, file)?, None),
    };
    let Imported { rows, new, changed, same } = imported;
    let name = file.display().to_string();
    let mut object = json!({
        "kind": args.kind.code(), "file": name, "rows": rows, "new": new, "changed": changed, "same": same,
        "dry_run": args.dry_run,
    });
    if let Some(mapped) = &mapped {
        object["datum_check"] = mapped.datum.json();
        object["warnings"] = mapped.doubts.len().into();
    }
    out.object(&object);
    let checked = if args.dry_run { "（只检查）" } else { "" };
    out.say(format!("{} {name}{checked}：{rows} 行，新增 {new}，更新 {changed}，未变 {same}", args.kind.zh()));
    if let Some(mapped) = mapped {
        out.say(mapped.datum.told());
        out.doubts(&mapped.doubts);
    }
    Ok(())
}

/// Imports a file with coordinates; None for the other kinds.
fn ground_file(db: &mut Db, desk: &Desk, args: &Args, file: &Path) -> Result<Option<Mapped>, FlowError> {
    let given = GivenDatum { datum: args.datum, is_trusted: args.trust_datum };
    let import = match args.kind {
        ImportKind::Warehouses => import_master::import_warehouses,
        ImportKind::Leaders => import_master::import_leaders,
        ImportKind::Districts => import_ground::import_districts,
        ImportKind::Places => import_ground::import_places,
        ImportKind::ServiceAreas => import_ground::import_service_areas,
        _ => return Ok(None),
    };
    import(db, desk, file, given, args.dry_run).map(Some)
}

/// Imports an order file with a progress bar.
pub fn orders(
    out: &Output,
    db: &mut Db,
    desk: &Desk,
    cycle: &str,
    file: &Path,
    manner: Manner<'_>,
) -> Result<ImportedOrders, FlowError> {
    let bar = out.progress("导入订单", 0);
    let mut progress = |checked: u64, staged: u64| {
        bar.set_length(checked.max(1) * 2);
        bar.set_position(if staged > 0 { checked + staged } else { checked });
    };
    let imported = import_orders(db, desk, cycle, file, manner, &mut progress);
    bar.finish_and_clear();
    imported
}

fn tell_orders(out: &Output, file: &Path, cycle: &str, done: &ImportedOrders, args: &Args, leftover: &Path) {
    let name = file.display().to_string();
    if !done.faults.is_empty() {
        out.faults(&done.faults);
    }
    out.object(&json!({
        "kind": "orders", "file": name, "cycle_code": cycle, "rows": done.rows, "new_orders": done.orders,
        "new_lines": done.lines, "same_orders": done.known_orders, "skipped_orders": done.skipped_orders,
        "dry_run": args.dry_run,
    }));
    let checked = if args.dry_run { "（只检查）" } else { "" };
    out.say(format!(
        "订单 {name}{checked} → 团期 {cycle}：{} 行，新增 {} 单 {} 行，已有 {} 单",
        done.rows, done.orders, done.lines, done.known_orders
    ));
    if done.skipped_orders > 0 {
        out.say(format!("跳过有错的 {} 单，改好后再导入：{}", done.skipped_orders, leftover.display()));
    }
}

/// Where the rows of left-out orders go: beside the file.
fn faulty_file(file: &Path) -> PathBuf {
    let stem = file.file_stem().map_or_else(|| "orders".into(), |stem| stem.to_string_lossy().into_owned());
    file.with_file_name(format!("{stem}.faults.csv"))
}

fn small_file(db: &mut Db, desk: &Desk, args: &Args, file: &Path) -> Result<Imported> {
    let dry = args.dry_run;
    let imported = match args.kind {
        ImportKind::Suppliers => import_master::import_suppliers(db, desk, file, dry)?,
        ImportKind::Skus => import_master::import_skus(db, desk, file, dry)?,
        ImportKind::Vehicles => import_master::import_vehicles(db, desk, file, dry)?,
        ImportKind::Cycles => import_master::import_cycles(db, desk, file, dry)?,
        ImportKind::Offers => import_master::import_offers(db, desk, file, dry)?,
        ImportKind::Stock => import_stock::import_stock(db, desk, file, dry)?,
        ImportKind::Receipts => {
            let cycle = match &args.cycle {
                Some(code) => code.clone(),
                None => receive_goods::cycle_of_file(db, desk, file)?,
            };
            receive_goods::receive_file(db, desk, &cycle, file, dry)?
        }
        ImportKind::Pins => {
            let cycle = choose_cycle(db, args)?;
            pin_lines::pin_lines(db, desk, &cycle, file, dry)?
        }
        ImportKind::Weights => {
            let cycle = choose_cycle(db, args)?;
            import_weights(db, desk, &cycle, file, args.confirm_weights, dry)?
        }
        ImportKind::Plan => {
            let cycle = choose_cycle(db, args)?;
            edit_plan::edit_plan(db, desk, &cycle, file, dry)?
        }
        ImportKind::Corrections => {
            let cycle = choose_cycle(db, args)?;
            correct_orders::correct_orders(db, desk, &cycle, file, dry)?
        }
        ImportKind::Orders
        | ImportKind::Warehouses
        | ImportKind::Leaders
        | ImportKind::Districts
        | ImportKind::Places
        | ImportKind::ServiceAreas => bail!("{} are imported another way", args.kind.code()),
    };
    Ok(imported)
}

/// The cycle named, or the only one in whose state such a file makes sense.
fn choose_cycle(db: &mut Db, args: &Args) -> Result<String> {
    if let Some(code) = &args.cycle {
        return Ok(code.clone());
    }
    let fits = |state: CycleState| match args.kind {
        ImportKind::Orders => state == CycleState::Open,
        ImportKind::Plan => state.is_frozen() && state != CycleState::Frozen && state != CycleState::Settled,
        _ => state.is_frozen() && state != CycleState::Settled,
    };
    let all = cycles::all(db).context("读不了团期")?;
    let fitting: Vec<String> = all.into_iter().filter(|row| fits(row.card().state)).map(|row| row.cycle_code).collect();
    match &fitting[..] {
        [only] => Ok(only.clone()),
        [] => bail!("没有合适的团期，请用 --cycle 指定（no cycle fits, name one with --cycle）"),
        several => bail!("请用 --cycle 指定团期，可选：{}（name the cycle with --cycle）", several.join("、")),
    }
}
