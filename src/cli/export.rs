//! `tuan export KIND --out FILE`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use geojson::{Feature, FeatureCollection, GeoJson, Geometry, JsonObject};
use serde_json::json;

use crate::cli::output::Output;
use crate::config::Config;
use crate::flow::suggest_ground::{PointArea, service_areas};

/// 导出文件，可原样再导入。Files that the imports take back.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 服务区，GeoJSON，WGS-84 (service areas)
    #[command(name = "service_areas")]
    ServiceAreas {
        /// 写到哪个文件
        #[arg(long)]
        out: PathBuf,
    },
}

pub fn run(config: &Config, out: &Output, command: Command) -> Result<ExitCode> {
    let Command::ServiceAreas { out: file } = command;
    let areas = service_areas(&mut config.open()?)?;
    write_areas(&file, &areas)?;
    let count = areas.len();
    out.object(&json!({ "kind": "service_areas", "file": file.display().to_string(), "rows": count }));
    out.say(format!("服务区 {count} 个 → {}", file.display()));
    Ok(ExitCode::SUCCESS)
}

/// Writes areas as the import of service areas reads them, on WGS-84 as the standard wants and as the file says.
pub fn write_areas(file: &Path, areas: &[PointArea]) -> Result<()> {
    let feature = |area: &PointArea| {
        let mut properties = JsonObject::new();
        properties.insert("point_code".to_owned(), area.point.point_code.clone().into());
        properties.insert("name".to_owned(), area.point.name.clone().into());
        Feature {
            bbox: None,
            geometry: Some(Geometry::new((&area.area).into())),
            id: None,
            properties: Some(properties),
            foreign_members: None,
        }
    };
    let mut members = JsonObject::new();
    members.insert("datum".to_owned(), "wgs84".into());
    let features = areas.iter().map(feature).collect();
    let collection = FeatureCollection { bbox: None, features, foreign_members: Some(members) };
    fs::write(file, GeoJson::from(collection).to_string()).with_context(|| format!("写不了 {}", file.display()))
}
