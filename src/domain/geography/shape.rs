//! Areas of the map as they were given and where those are.

use geo::{BoundingRect, Coord, Intersects, LineString, MapCoords, MultiPolygon, Polygon, Rect};

use crate::domain::coordinates::{Datum, Wgs84, from_e7, near_china, to_e7};

/// An area as it was given and where that is on WGS-84, in degrees to seven places.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// On WGS-84.
    pub ground: MultiPolygon,
    pub given: MultiPolygon,
    pub given_datum: Datum,
}

impl Shape {
    /// The area that these rings draw on a map of this datum.
    pub fn new(given: &MultiPolygon, given_datum: Datum) -> Shape {
        let given = rounded(given);
        let ground = given.map_coords(|at| {
            let place = Wgs84::of(at.x, at.y, given_datum);
            Coord { x: place.longitude, y: place.latitude }
        });
        Shape { ground: rounded(&ground), given, given_datum }
    }
}

/// Why a corner cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CornerFault {
    /// Longitude and latitude stand in each other's place.
    Swapped,
    /// Not a number, or past ±180 or ±90 degrees.
    OutOfRange,
    /// A Chinese datum far from China.
    OutsideChina,
}

/// What is wrong with a corner of an area, if anything. Corners may lie at sea and across a border, where places do not.
pub fn corner_fault(at: Coord, datum: Datum) -> Option<CornerFault> {
    let in_range = |x: f64, y: f64| x.abs() <= 180.0 && y.abs() <= 90.0;
    if !at.x.is_finite() || !at.y.is_finite() {
        return Some(CornerFault::OutOfRange);
    }
    if !near_china(at.x, at.y) && near_china(at.y, at.x) {
        return Some(CornerFault::Swapped);
    }
    if !in_range(at.x, at.y) {
        return Some(CornerFault::OutOfRange);
    }
    (datum != Datum::Wgs84 && !near_china(at.x, at.y)).then_some(CornerFault::OutsideChina)
}

/// The same corners to seven places of a degree, as they are kept.
pub fn rounded(area: &MultiPolygon) -> MultiPolygon {
    area.map_coords(|at| Coord { x: from_e7(to_e7(at.x)), y: from_e7(to_e7(at.y)) })
}

/// The corners as GeoJSON writes those of a MultiPolygon: the same text for the same corners.
pub fn to_text(area: &MultiPolygon) -> String {
    let ring = |ring: &LineString| listed(ring.coords(), |at| format!("[{},{}]", decimal(at.x), decimal(at.y)));
    let polygon = |polygon: &Polygon| listed(std::iter::once(polygon.exterior()).chain(polygon.interiors()), ring);
    listed(area.0.iter(), polygon)
}

fn listed<T>(items: impl Iterator<Item = T>, write: impl Fn(T) -> String) -> String {
    format!("[{}]", items.map(write).collect::<Vec<_>>().join(","))
}

/// Degrees to seven places, without zeros at the end.
fn decimal(degrees: f64) -> String {
    let text = format!("{degrees:.7}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Reads what [`to_text`] wrote.
///
/// None where it is something else.
pub fn from_text(text: &str) -> Option<MultiPolygon> {
    let polygons: Vec<Vec<Vec<[f64; 2]>>> = serde_json::from_str(text).ok()?;
    let ring = |ring: Vec<[f64; 2]>| LineString::from(ring);
    let polygon = |rings: Vec<Vec<[f64; 2]>>| {
        let mut rings = rings.into_iter().map(ring);
        Some(Polygon::new(rings.next()?, rings.collect()))
    };
    polygons.into_iter().map(polygon).collect::<Option<Vec<_>>>().map(MultiPolygon)
}

/// An area that is asked many times what it holds.
#[derive(Clone, Debug)]
pub struct Area {
    pub ground: MultiPolygon,
    /// None for an area of nothing.
    frame: Option<Rect>,
}

impl Area {
    pub fn new(ground: MultiPolygon) -> Area {
        Area { frame: ground.bounding_rect(), ground }
    }

    /// The rectangle round it, as (south-west, north-east).
    pub fn frame(&self) -> Option<([f64; 2], [f64; 2])> {
        self.frame.map(|frame| ([frame.min().x, frame.min().y], [frame.max().x, frame.max().y]))
    }

    /// Whether a place lies in it; the edge belongs to it.
    pub fn holds(&self, place: Wgs84) -> bool {
        let at = Coord { x: place.longitude, y: place.latitude };
        self.frame.is_some_and(|frame| frame.intersects(&at))
            && self.ground.0.iter().any(|polygon| polygon.intersects(&at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    fn square(x: f64, y: f64, size: f64) -> MultiPolygon {
        let (right, top) = (x + size, y + size);
        MultiPolygon(vec![polygon![(x: x, y: y), (x: right, y: y), (x: right, y: top), (x: x, y: top), (x: x, y: y)]])
    }

    #[test]
    fn an_area_is_written_and_read_back_to_the_last_place() {
        let shape = Shape::new(&square(112.9, 28.2, 0.100_000_04), Datum::Gcj02);
        assert!(
            to_text(&shape.given).starts_with("[[[[112.9,28.2],[113,28.2],[113,28.3],"),
            "{}",
            to_text(&shape.given)
        );
        for area in [&shape.given, &shape.ground] {
            assert_eq!(from_text(&to_text(area)).as_ref(), Some(area));
        }
        let again = Shape::new(&from_text(&to_text(&shape.given)).expect("our own text"), Datum::Gcj02);
        assert_eq!(again, shape, "the same file comes to the same area");
        assert_eq!(from_text("[[[[1,2,3]]]]"), None);
        assert_eq!(from_text("[[]]"), None);
    }

    #[test]
    fn a_hole_is_outside_and_an_edge_inside() {
        let hole = square(0.4, 0.4, 0.2).0[0].exterior().clone();
        let area =
            Area::new(MultiPolygon(vec![Polygon::new(square(0.0, 0.0, 1.0).0[0].exterior().clone(), vec![hole])]));
        let holds = |longitude, latitude| area.holds(Wgs84 { longitude, latitude });
        assert!(holds(0.2, 0.2) && holds(0.0, 0.5) && holds(1.0, 1.0));
        assert!(!holds(0.5, 0.5) && !holds(1.1, 0.5));
        assert!(!Area::new(MultiPolygon(vec![])).holds(Wgs84 { longitude: 0.0, latitude: 0.0 }));
    }

    #[test]
    fn a_corner_is_refused_by_name() {
        let check = |x: f64, y: f64, datum| corner_fault(Coord { x, y }, datum);
        assert_eq!(check(112.9, 28.2, Datum::Bd09), None);
        assert_eq!(check(121.9, 29.1, Datum::Gcj02), None, "at sea");
        assert_eq!(check(28.2, 112.9, Datum::Wgs84), Some(CornerFault::Swapped));
        assert_eq!(check(f64::NAN, 28.2, Datum::Wgs84), Some(CornerFault::OutOfRange));
        assert_eq!(check(200.0, 28.2, Datum::Wgs84), Some(CornerFault::OutOfRange));
        assert_eq!(check(2.35, 48.85, Datum::Gcj02), Some(CornerFault::OutsideChina));
        assert_eq!(check(2.35, 48.85, Datum::Wgs84), None);
    }
}
