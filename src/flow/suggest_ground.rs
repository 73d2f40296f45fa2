//! What the map suggests: service areas for points, the point for each place, the grid warehouse for each point. Nothing
//! is saved; what is taken over comes back as an import.

use std::collections::HashMap;

use geo::MultiPolygon;

use crate::domain::coordinates::Wgs84;
use crate::domain::errors::RuleError;
use crate::domain::geography::grids::{CapacityShort, assign};
use crate::domain::geography::service::Served;
use crate::domain::geography::service_areas::suggest;
use crate::domain::geography::shape::from_text;
use crate::flow::FlowError;
use crate::flow::load_ground::{load_districts, load_service, place, place_of};
use crate::imports::warehouses::WarehouseKind;
use crate::store::backend::Db;
use crate::store::master::{self, PlaceRow, PointRow, WarehouseRow};

/// A point and the ground that it serves, or should.
#[derive(Clone, Debug)]
pub struct PointArea {
    pub point: PointRow,
    /// On WGS-84.
    pub area: MultiPolygon,
}

/// The service areas that were imported, by the point's code.
///
/// # Errors
/// The database's, and an area that cannot be read.
pub fn service_areas(db: &mut Db) -> Result<Vec<PointArea>, FlowError> {
    let shapes: HashMap<i64, String> =
        master::service_area::all(db)?.into_iter().map(|row| (row.point_id, row.shape)).collect();
    let mut areas = Vec::new();
    for point in master::point::all(db)? {
        let Some(text) = shapes.get(&point.id) else { continue };
        let unreadable = || {
            refused(
                "area_unreadable",
                "服务区的边界读不了，请重新导入",
                "a service area cannot be read, import it again",
            )
        };
        areas.push(PointArea { area: from_text(text).ok_or_else(unreadable)?, point });
    }
    Ok(areas)
}

/// The city cut up among the points whose place is known: to each what lies nearest, by the point's code.
///
/// # Errors
/// No districts are known, or no point's place.
pub fn suggest_service_areas(db: &mut Db) -> Result<Vec<PointArea>, FlowError> {
    let districts = load_districts(db)?;
    if districts.is_empty() {
        return Err(refused("districts_needed", "先导入区县（districts）", "import the districts first"));
    }
    let placed: Vec<(PointRow, Wgs84)> =
        master::point::all(db)?.into_iter().filter_map(|point| place_of(&point).map(|at| (point, at))).collect();
    if placed.is_empty() {
        return Err(refused("places_needed", "没有一个自提点有坐标", "no pickup point has coordinates"));
    }
    let sites: Vec<Wgs84> = placed.iter().map(|(_, at)| *at).collect();
    let areas = suggest(&sites, &districts.city());
    Ok(areas.into_iter().map(|(index, area)| PointArea { point: placed[index].0.clone(), area }).collect())
}

/// A place and the point that serves it.
#[derive(Clone, Debug)]
pub struct ServedPlace {
    pub place: PlaceRow,
    pub point_code: String,
    pub served: Served,
}

/// The point that serves each known place, by district and name. Empty where no point has an area or a place.
///
/// # Errors
/// The database's, and an area that cannot be read.
pub fn suggest_points(db: &mut Db) -> Result<Vec<ServedPlace>, FlowError> {
    let (points, map) = load_service(db)?;
    let mut places = master::place::all(db)?;
    places.sort_by(|a, b| (&a.district, &a.name, a.seq).cmp(&(&b.district, &b.name, b.seq)));
    let served = |row: PlaceRow| {
        let served = map.serve(place(Some(row.longitude_e7), Some(row.latitude_e7))?)?;
        Some(ServedPlace { place: row, point_code: points[served.point as usize].point_code.clone(), served })
    };
    Ok(places.into_iter().filter_map(served).collect())
}

/// A point and the grid warehouse that it should hang on.
#[derive(Clone, Debug)]
pub struct GridChoice {
    pub point: PointRow,
    /// The code of the warehouse it hangs on.
    pub warehouse_code: String,
    /// The code of the one that is suggested.
    pub suggested_code: String,
    /// The way to it as the crow flies.
    pub distance_m: u64,
}

/// A grid warehouse for each point whose place is known, by the point's code: the shortest ways in all that the
/// capacities (points a warehouse takes, by code; without one it takes any number) allow.
///
/// # Errors
/// No grid warehouse has a place, a capacity names none of them, or they are too small together.
pub fn suggest_warehouses(db: &mut Db, capacity: &HashMap<String, u32>) -> Result<Vec<GridChoice>, FlowError> {
    let warehouses = master::warehouse::all(db)?;
    let code_of: HashMap<i64, String> = warehouses.iter().map(|row| (row.id, row.warehouse_code.clone())).collect();
    let grids: Vec<(WarehouseRow, Wgs84)> = warehouses
        .into_iter()
        .filter(|row| row.kind == WarehouseKind::Grid.code())
        .filter_map(|row| place(row.longitude_e7, row.latitude_e7).map(|at| (row, at)))
        .collect();
    if grids.is_empty() {
        return Err(refused("places_needed", "没有一个网格仓有坐标", "no grid warehouse has coordinates"));
    }
    let mut named: Vec<&String> = capacity.keys().collect();
    named.sort();
    if let Some(code) = named.into_iter().find(|code| grids.iter().all(|(row, _)| row.warehouse_code != **code)) {
        let zh = format!("没有有坐标的网格仓 {code}");
        return Err(refused("unknown_code", &zh, &format!("{code} is no grid warehouse with coordinates")));
    }
    let placed: Vec<(PointRow, Wgs84)> =
        master::point::all(db)?.into_iter().filter_map(|point| place_of(&point).map(|at| (point, at))).collect();
    let metres: Vec<Vec<u64>> = placed
        .iter()
        .map(|(_, from)| grids.iter().map(|(_, to)| from.distance_m(*to).round() as u64).collect())
        .collect();
    let any = placed.len() as u32;
    let room: Vec<u32> =
        grids.iter().map(|(row, _)| capacity.get(&row.warehouse_code).copied().unwrap_or(any)).collect();
    let of = assign(&metres, &room).map_err(|CapacityShort { points, capacity }| {
        let zh = format!("{points} 个自提点，网格仓一共只收 {capacity} 个");
        refused("capacity_short", &zh, &format!("{points} points, but the grid warehouses take {capacity} in all"))
    })?;
    let choice = |((point, _), index): ((PointRow, Wgs84), usize), distance_m: u64| GridChoice {
        warehouse_code: code_of[&point.warehouse_id].clone(),
        suggested_code: grids[index].0.warehouse_code.clone(),
        distance_m,
        point,
    };
    let distances: Vec<u64> = of.iter().zip(&metres).map(|(index, ways)| ways[*index]).collect();
    Ok(placed.into_iter().zip(of).zip(distances).map(|(pair, distance_m)| choice(pair, distance_m)).collect())
}

fn refused(code: &'static str, zh: &str, en: &str) -> FlowError {
    RuleError::Refused { code, zh: zh.to_owned(), en: en.to_owned() }.into()
}
