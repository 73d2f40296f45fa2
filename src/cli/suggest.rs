//! `tuan suggest KIND --out FILE`

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::json;

use crate::cli::export::write_areas;
use crate::cli::output::Output;
use crate::config::Config;
use crate::flow::suggest_ground::{suggest_points, suggest_service_areas, suggest_warehouses};
use crate::sheets::guard::push_field;

/// 按地图给出建议，写成文件，不改数据。What the map suggests, as a file; nothing is changed.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 服务区：全市分给最近的自提点，可改后用 import service_areas 导入 (GeoJSON)
    #[command(name = "service_areas")]
    ServiceAreas {
        /// 写到哪个文件
        #[arg(long)]
        out: PathBuf,
    },
    /// 每个地点由哪个自提点服务：在其服务区内，否则最近 (CSV)
    Points {
        /// 写到哪个文件
        #[arg(long)]
        out: PathBuf,
    },
    /// 每个自提点挂哪个网格仓：总路程最短，不超过容量 (CSV)
    Warehouses {
        /// 写到哪个文件
        #[arg(long)]
        out: PathBuf,
        /// 网格仓最多收几个自提点，如 W02=300，可多次；没写的不限 (points a grid warehouse takes)
        #[arg(long, value_parser = capacity)]
        capacity: Vec<(String, u32)>,
    },
}

fn capacity(text: &str) -> Result<(String, u32), String> {
    let (code, count) = text.split_once('=').ok_or("写成 write it as W02=300")?;
    Ok((code.to_owned(), count.parse().map_err(|_| "写成 write it as W02=300")?))
}

pub fn run(config: &Config, out: &Output, command: Command) -> Result<ExitCode> {
    let mut db = config.open()?;
    let (kind, file, rows) = match command {
        Command::ServiceAreas { out: file } => {
            let areas = suggest_service_areas(&mut db)?;
            write_areas(&file, &areas)?;
            ("service_areas", file, areas.len())
        }
        Command::Points { out: file } => {
            let served = suggest_points(&mut db)?;
            let rows = served.iter().map(|served| {
                let metres = served.served.distance_m.map_or(String::new(), |metres| format!("{metres:.0}"));
                let place = &served.place;
                [&place.name, &place.district, &served.point_code, served.served.by.code(), &metres].map(str::to_owned)
            });
            let count = write_table(&file, ["name", "district", "point_code", "served_by", "distance_m"], rows)?;
            ("points", file, count)
        }
        Command::Warehouses { out: file, capacity } => {
            let capacity: HashMap<String, u32> = capacity.into_iter().collect();
            let choices = suggest_warehouses(&mut db, &capacity)?;
            let rows = choices.iter().map(|choice| {
                let (code, name) = (&choice.point.point_code, &choice.point.name);
                let metres = choice.distance_m.to_string();
                [code, name, &choice.warehouse_code, &choice.suggested_code, &metres].map(String::clone)
            });
            let heads = ["point_code", "point_name", "warehouse_code", "suggested_warehouse_code", "distance_m"];
            let count = write_table(&file, heads, rows)?;
            ("warehouses", file, count)
        }
    };
    let name = file.display().to_string();
    out.object(&json!({ "kind": kind, "file": name, "rows": rows }));
    out.say(format!("建议 {rows} 条 → {name}"));
    Ok(ExitCode::SUCCESS)
}

/// Writes a table that a spreadsheet opens as it is; answers its rows.
fn write_table<const N: usize>(
    file: &Path,
    heads: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<usize> {
    let mut text = format!("\u{feff}{}\r\n", heads.join(",")).into_bytes();
    let mut count = 0;
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                text.push(b',');
            }
            push_field(&mut text, cell);
        }
        text.extend_from_slice(b"\r\n");
        count += 1;
    }
    fs::write(file, text).with_context(|| format!("写不了 {}", file.display()))?;
    Ok(count)
}
