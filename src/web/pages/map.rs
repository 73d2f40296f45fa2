//! A small map without a map: where a pickup point lies among the leader's others, or among its neighbours, with a scale
//! and north above.

use crate::store::master::PointRow;

/// Width and height of the drawing.
const SIDE: f64 = 240.0;
/// What is kept free at the edges.
const MARGIN: f64 = 28.0;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_320.0;
/// A map shows at least so many metres from side to side.
const SPAN_MIN_M: f64 = 200.0;
/// Neighbours that a map shows at most, and how far away they may be.
const NEIGHBOURS_MAX: usize = 4;
const NEIGHBOUR_M: f64 = 3_000.0;
/// Lengths that a scale may have.
const SCALES_M: [u32; 12] = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000];

/// Drawn in an SVG of `side` by `side`.
#[derive(Clone, Debug)]
pub struct PointMap {
    pub side: u32,
    pub own: (String, String),
    pub others: Vec<Spot>,
    /// The length of the bar, and what it stands for.
    pub bar: String,
    pub scale: String,
    /// `39.123456,116.123456` (WGS-84), for a map app.
    pub place: String,
}

/// Another point.
#[derive(Clone, Debug)]
pub struct Spot {
    pub x: String,
    pub y: String,
    pub name: String,
    /// Where at its name the point stands, so that none runs over the edge.
    pub anchor: &'static str,
}

impl PointMap {
    /// The map of a point; None where nobody said where it is.
    pub fn of(own: &PointRow, others: &[PointRow]) -> Option<PointMap> {
        let (longitude, latitude) = degrees(own)?;
        let offset = |row: &PointRow| Some((row.name.clone(), offset_m(own, row)?));
        let others: Vec<(String, (f64, f64))> =
            others.iter().filter(|row| row.id != own.id).filter_map(offset).collect();
        let reach = others.iter().flat_map(|(_, (x, y))| [x.abs(), y.abs()]).fold(SPAN_MIN_M / 2.0, f64::max);
        let per_m = (SIDE / 2.0 - MARGIN) / reach;
        let at = |(x, y): (f64, f64)| (shown(SIDE / 2.0 + x * per_m), shown(SIDE / 2.0 - y * per_m));
        let spot = |(name, metres): (String, (f64, f64))| {
            let (x, y) = at(metres);
            let anchor = match metres.0 / reach {
                west if west < -0.4 => "start",
                east if east > 0.4 => "end",
                _ => "middle",
            };
            Spot { x, y, name, anchor }
        };
        let scale_m = SCALES_M.into_iter().rev().find(|metres| f64::from(*metres) * per_m <= SIDE / 3.0).unwrap_or(50);
        Some(PointMap {
            side: SIDE as u32,
            own: at((0.0, 0.0)),
            others: others.into_iter().map(spot).collect(),
            bar: shown(f64::from(scale_m) * per_m),
            scale: if scale_m < 1_000 { format!("{scale_m} m") } else { format!("{} km", scale_m / 1_000) },
            place: format!("{latitude:.6},{longitude:.6}"),
        })
    }
}

/// The nearest of these points that the same warehouse serves: neighbours know them, where the leader has no others.
pub fn neighbours<'a>(own: &PointRow, all: impl Iterator<Item = &'a PointRow>) -> Vec<PointRow> {
    let is_near = |row: &&PointRow| row.id != own.id && row.warehouse_id == own.warehouse_id;
    let distance = |row: &'a PointRow| offset_m(own, row).map(|(east, north)| (east.hypot(north), row));
    let mut near: Vec<(f64, &PointRow)> = all.filter(is_near).filter_map(distance).collect();
    near.retain(|(metres, _)| *metres <= NEIGHBOUR_M);
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.id.cmp(&b.1.id)));
    near.into_iter().take(NEIGHBOURS_MAX).map(|(_, row)| row.clone()).collect()
}

/// Metres to the east and to the north.
fn offset_m(from: &PointRow, to: &PointRow) -> Option<(f64, f64)> {
    let ((longitude, latitude), (to_longitude, to_latitude)) = (degrees(from)?, degrees(to)?);
    let east_m = DEGREE_M * latitude.to_radians().cos();
    Some(((to_longitude - longitude) * east_m, (to_latitude - latitude) * DEGREE_M))
}

fn degrees(row: &PointRow) -> Option<(f64, f64)> {
    let degrees = |e7: i64| e7 as f64 / 1e7;
    Some((degrees(row.longitude_e7?), degrees(row.latitude_e7?)))
}

fn shown(length: f64) -> String {
    format!("{length:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(id: i64, place: Option<(i64, i64)>) -> PointRow {
        PointRow {
            id,
            point_code: format!("P{id}"),
            name: format!("{id} 号点"),
            leader_id: 1,
            warehouse_id: 1,
            compound: None,
            address: None,
            longitude_e7: place.map(|(longitude, _)| longitude),
            latitude_e7: place.map(|(_, latitude)| latitude),
            given_longitude_e7: None,
            given_latitude_e7: None,
            given_datum: None,
            window_start: None,
            window_end: None,
            report_by: None,
            route_code: None,
            stop_seq: None,
        }
    }

    #[test]
    fn a_point_stands_in_the_middle_and_north_is_above() {
        let own = point(1, Some((1_164_000_000, 399_000_000)));
        let north = point(2, Some((1_164_000_000, 399_100_000)));
        let map = PointMap::of(&own, &[own.clone(), north, point(3, None)]).expect("it has a place");
        assert_eq!(map.own, ("120.0".to_owned(), "120.0".to_owned()));
        assert_eq!(map.others.len(), 1);
        assert_eq!((map.others[0].x.as_str(), map.others[0].y.as_str()), ("120.0", "28.0"));
        assert_eq!((map.scale.as_str(), map.place.as_str()), ("500 m", "39.900000,116.400000"));
        assert!(PointMap::of(&point(3, None), &[]).is_none());
        assert_eq!(PointMap::of(&own, &[]).expect("alone").scale, "50 m");
    }

    #[test]
    fn neighbours_are_the_nearest_that_the_same_warehouse_serves() {
        let own = point(1, Some((1_164_000_000, 399_000_000)));
        // A thousandth of a degree of latitude is 111 m.
        let mut all: Vec<PointRow> =
            (2..=7).map(|id| point(id, Some((1_164_000_000, 399_000_000 + 10_000 * (9 - id))))).collect();
        all.extend([own.clone(), point(8, Some((1_164_000_000, 399_300_000))), point(9, None)]);
        all[5].warehouse_id = 2;
        let near: Vec<i64> = neighbours(&own, all.iter()).into_iter().map(|row| row.id).collect();
        assert_eq!(near, [6, 5, 4, 3], "not 7 of another warehouse, not 8 that is 3.3 km away");
    }
}
