//! `tuan export KIND --out FILE`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use geo::{LineString, Point};
use geojson::{Feature, FeatureCollection, GeoJson, Geometry, JsonObject};
use serde_json::{Value, json};

use crate::cli::output::Output;
use crate::config::Config;
use crate::domain::coordinates::from_e7;
use crate::domain::facts;
use crate::domain::route_plan::{PlannedStop, clock};
use crate::flow::dispatch_trips::show_routes::{Shown, show_routes};
use crate::flow::suggest_ground::{PointArea, service_areas};

/// 导出文件。Files for a map; service areas can be imported again as they are.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// 服务区，GeoJSON，WGS-84 (service areas)
    #[command(name = "service_areas")]
    ServiceAreas {
        /// 写到哪个文件
        #[arg(long)]
        out: PathBuf,
    },
    /// 线路和站点，GeoJSON，WGS-84 (planned routes, for a map)
    Routes {
        /// 团期编码
        cycle: String,
        /// 写到哪个文件
        #[arg(long)]
        out: PathBuf,
    },
}

pub fn run(config: &Config, out: &Output, command: Command) -> Result<ExitCode> {
    let mut db = config.open()?;
    let (kind, words, file, count) = match command {
        Command::ServiceAreas { out: file } => {
            let areas = service_areas(&mut db)?;
            write_areas(&file, &areas)?;
            ("service_areas", "服务区", file, areas.len())
        }
        Command::Routes { cycle, out: file } => {
            let routes = route_features(&show_routes(&mut db, &config.desk(), &cycle)?);
            let count = routes.len();
            write_features(&file, routes)?;
            ("routes", "线路和站点", file, count)
        }
    };
    out.object(&json!({ "kind": kind, "file": file.display().to_string(), "rows": count }));
    out.say(format!("{words} {count} 个 → {}", file.display()));
    Ok(ExitCode::SUCCESS)
}

/// Writes areas as the import of service areas reads them.
pub fn write_areas(file: &Path, areas: &[PointArea]) -> Result<()> {
    let area = |area: &PointArea| {
        let names = [("point_code", area.point.point_code.clone().into()), ("name", area.point.name.clone().into())];
        feature(Geometry::new((&area.area).into()), names)
    };
    write_features(file, areas.iter().map(area).collect())
}

/// A line for each vehicle's way, and a point for each stop, also for those that nobody serves.
fn route_features(shown: &Shown) -> Vec<Feature> {
    let book = &shown.book;
    let degrees = |(longitude, latitude): (i64, i64)| (from_e7(longitude), from_e7(latitude));
    let mut features = Vec::new();
    for (plan, depot) in book.plans.iter().filter_map(|plan| Some((plan, degrees(plan.depot_e7?)))) {
        for trip in &plan.trips {
            let mut way = vec![depot];
            let mut stops = Vec::new();
            for stop in plan.stops_of(&trip.trip_no) {
                let Some(place) = shown.place(stop.point_ix).map(degrees) else { continue };
                way.push(place);
                stops.push(feature(
                    Geometry::new((&Point::from(place)).into()),
                    stop_properties(&book.points[stop.point_ix as usize], stop),
                ));
            }
            way.push(depot);
            if let Some(round) = &trip.round {
                let names = [
                    ("trip_no", json!(trip.trip_no)),
                    ("route_code", json!(trip.route_code)),
                    ("plate", json!(round.plate)),
                    ("departs", json!(clock(round.departs_s))),
                    ("returns", json!(clock(round.returns_s))),
                    ("distance_m", json!(trip.distance_m)),
                ];
                features.push(feature(Geometry::new((&LineString::from(way)).into()), names));
            }
            features.append(&mut stops);
        }
    }
    features
}

fn stop_properties(point: &facts::Point, stop: &PlannedStop) -> [(&'static str, Value); 7] {
    let call = stop.served.as_ref().ok();
    [
        ("trip_no", json!(stop.trip_no)),
        ("stop_seq", json!(stop.stop_seq)),
        ("point_code", json!(point.point_code)),
        ("name", json!(point.name)),
        ("eta", json!(call.map(|call| clock(call.arrives_s)))),
        ("weight_g", json!(stop.load.weight_g)),
        ("reason", json!(stop.served.as_ref().err())),
    ]
}

fn feature<const N: usize>(geometry: Geometry, names: [(&str, Value); N]) -> Feature {
    let properties: JsonObject = names.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Feature { bbox: None, geometry: Some(geometry), id: None, properties: Some(properties), foreign_members: None }
}

/// On WGS-84, as the standard wants and as the file says.
fn write_features(file: &Path, features: Vec<Feature>) -> Result<()> {
    let mut members = JsonObject::new();
    members.insert("datum".to_owned(), "wgs84".into());
    let collection = FeatureCollection { bbox: None, features, foreign_members: Some(members) };
    fs::write(file, GeoJson::from(collection).to_string()).with_context(|| format!("写不了 {}", file.display()))
}
