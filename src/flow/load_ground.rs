//! The ground as it is known: districts to ask what they hold, and which point serves whom.

use std::collections::HashMap;

use crate::domain::coordinates::{Wgs84, from_e7};
use crate::domain::errors::RuleError;
use crate::domain::geography::districts::{District, Districts};
use crate::domain::geography::service::ServiceMap;
use crate::domain::geography::shape::{Area, from_text};
use crate::flow::FlowError;
use crate::store::backend::Db;
use crate::store::master::{self, PointRow};

/// The districts that are known.
///
/// # Errors
/// The database's, and an area that cannot be read.
pub fn load_districts(db: &mut Db) -> Result<Districts, FlowError> {
    let rows = master::district::all(db)?;
    let district = |row: master::DistrictRow| Ok(District { area: area(&row.shape, &row.name)?, name: row.name });
    Ok(Districts::new(rows.into_iter().map(district).collect::<Result<_, FlowError>>()?))
}

/// All points, by code, and what serves whom among them: their indexes are those of the points.
///
/// # Errors
/// The database's, and an area that cannot be read.
pub fn load_service(db: &mut Db) -> Result<(Vec<PointRow>, ServiceMap), FlowError> {
    let points = master::point::all(db)?;
    let index: HashMap<i64, u32> = points.iter().enumerate().map(|(index, row)| (row.id, index as u32)).collect();
    let mut areas = Vec::new();
    for row in master::service_area::all(db)? {
        let Some(&point) = index.get(&row.point_id) else { continue };
        areas.push((point, area(&row.shape, &points[point as usize].point_code)?));
    }
    areas.sort_by_key(|(point, _)| *point);
    let places: Vec<Option<Wgs84>> = points.iter().map(place_of).collect();
    let map = ServiceMap::new(&places, areas);
    Ok((points, map))
}

/// Where a point is, if that is known.
pub fn place_of(point: &PointRow) -> Option<Wgs84> {
    place(point.longitude_e7, point.latitude_e7)
}

/// The place of two columns, if both are filled.
pub fn place(longitude_e7: Option<i64>, latitude_e7: Option<i64>) -> Option<Wgs84> {
    Some(Wgs84 { longitude: from_e7(longitude_e7?), latitude: from_e7(latitude_e7?) })
}

/// A stored area.
fn area(text: &str, of: &str) -> Result<Area, FlowError> {
    let unreadable = || RuleError::Refused {
        code: "area_unreadable",
        zh: format!("“{of}”的边界读不了，请重新导入"),
        en: format!("the area of {of} cannot be read, import it again"),
    };
    Ok(Area::new(from_text(text).ok_or_else(unreadable)?))
}
