//! Which pickup point serves a place: the one whose service area holds it, else the nearest.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::shape::Area;
use crate::domain::coordinates::{EARTH_RADIUS_M, Wgs84};

/// What decided for a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServedBy {
    /// Its service area holds the place.
    Area,
    /// No area does, and it is the nearest.
    Nearest,
}

impl ServedBy {
    /// `area`, `nearest`.
    pub fn code(self) -> &'static str {
        match self {
            ServedBy::Area => "area",
            ServedBy::Nearest => "nearest",
        }
    }
}

/// The point that serves a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Served {
    /// Its index among the points given.
    pub point: u32,
    pub by: ServedBy,
    /// As the crow flies; None for a point that has an area and no place of its own.
    pub distance_m: Option<f64>,
}

/// All points of a city with their areas, made to be asked a million times.
///
/// Points stand in space, not on a flat map: the straight line through the globe grows with the way along it, so the
/// nearest there is the nearest on the ground, anywhere.
#[derive(Clone, Debug)]
pub struct ServiceMap {
    sites: RTree<GeomWithData<[f64; 3], u32>>,
    places: Vec<Option<[f64; 3]>>,
    areas: Vec<(u32, Area)>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
}

impl ServiceMap {
    /// The places of all points (None where one is not known), and the areas of those that have one. Of points at one
    /// place the first serves.
    pub fn new(points: &[Option<Wgs84>], areas: Vec<(u32, Area)>) -> ServiceMap {
        let places: Vec<Option<[f64; 3]>> = points.iter().map(|place| place.map(in_space)).collect();
        let mut taken = std::collections::HashSet::new();
        let sites = places.iter().enumerate().filter_map(|(index, place)| {
            let at = (*place)?;
            taken.insert(at.map(f64::to_bits)).then(|| GeomWithData::new(at, index as u32))
        });
        let sites = RTree::bulk_load(sites.collect());
        let frames = areas.iter().enumerate().filter_map(|(index, (_, area))| {
            let (low, high) = area.frame()?;
            Some(GeomWithData::new(Rectangle::from_corners(low, high), index as u32))
        });
        let tree = RTree::bulk_load(frames.collect());
        ServiceMap { sites, places, areas, tree }
    }

    /// The point that serves a place; None where there is no point with an area or a place. Where several areas hold it,
    /// the nearest of their points.
    pub fn serve(&self, place: Wgs84) -> Option<Served> {
        let at = in_space(place);
        if let Some(point) = self.by_area(place, at) {
            let distance_m = self.places[point as usize].map(|site| along(chord2(site, at)));
            return Some(Served { point, by: ServedBy::Area, distance_m });
        }
        let (site, distance2) = self.sites.nearest_neighbor_iter_with_distance_2(&at).next()?;
        Some(Served { point: site.data, by: ServedBy::Nearest, distance_m: Some(along(distance2)) })
    }

    fn by_area(&self, place: Wgs84, at: [f64; 3]) -> Option<u32> {
        if self.areas.is_empty() {
            return None;
        }
        let frame = AABB::from_point([place.longitude, place.latitude]);
        let near = self.tree.locate_in_envelope_intersecting(&frame);
        let holding = near.filter(|near| self.areas[near.data as usize].1.holds(place));
        let points = holding.map(|near| self.areas[near.data as usize].0);
        let far = |point: &u32| self.places[*point as usize].map_or(f64::INFINITY, |site| chord2(site, at));
        points.min_by(|a, b| far(a).total_cmp(&far(b)).then(a.cmp(b)))
    }
}

/// A place as a point of the unit globe.
fn in_space(place: Wgs84) -> [f64; 3] {
    let (sin_lat, cos_lat) = place.latitude.to_radians().sin_cos();
    let (sin_lon, cos_lon) = place.longitude.to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

/// The square of the straight line between two points of the unit globe.
fn chord2(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Metres along the ground for the square of a straight line through the unit globe.
fn along(chord2: f64) -> f64 {
    2.0 * EARTH_RADIUS_M * (chord2.sqrt() / 2.0).min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, polygon};
    use proptest::prelude::*;

    fn at(longitude: f64, latitude: f64) -> Wgs84 {
        Wgs84 { longitude, latitude }
    }

    fn square(x: f64, y: f64, size: f64) -> Area {
        let (right, top) = (x + size, y + size);
        let ring = polygon![(x: x, y: y), (x: right, y: y), (x: right, y: top), (x: x, y: top), (x: x, y: y)];
        Area::new(MultiPolygon(vec![ring]))
    }

    #[test]
    fn an_area_goes_before_the_nearest_point() {
        let points = [Some(at(112.0, 28.0)), Some(at(113.0, 28.0)), None];
        let map = ServiceMap::new(&points, vec![(1, square(112.0, 27.9, 0.3)), (2, square(114.0, 27.9, 0.2))]);
        let served = |x: f64, y: f64| map.serve(at(x, y)).map(|served| (served.point, served.by));
        assert_eq!(served(112.05, 28.0), Some((1, ServedBy::Area)), "point 0 is nearer, but the area is of point 1");
        assert_eq!(served(111.9, 28.0), Some((0, ServedBy::Nearest)));
        assert_eq!(served(114.1, 28.0), Some((2, ServedBy::Area)), "a point without a place serves its area");
        assert_eq!(map.serve(at(114.1, 28.0)).and_then(|served| served.distance_m), None);
        assert!(ServiceMap::new(&[None], vec![]).serve(at(112.0, 28.0)).is_none());
    }

    #[test]
    fn where_areas_overlap_the_nearer_point_serves() {
        let points = [Some(at(112.0, 28.0)), Some(at(112.2, 28.0))];
        let map = ServiceMap::new(&points, vec![(0, square(112.0, 27.9, 0.3)), (1, square(112.0, 27.9, 0.3))]);
        assert_eq!(map.serve(at(112.05, 28.0)).map(|served| served.point), Some(0));
        assert_eq!(map.serve(at(112.15, 28.0)).map(|served| served.point), Some(1));
    }

    #[test]
    fn of_points_at_one_place_the_first_serves() {
        let map = ServiceMap::new(&[Some(at(112.0, 28.0)); 5], vec![]);
        assert_eq!(map.serve(at(112.1, 28.0)).map(|served| served.point), Some(0));
    }

    proptest! {
        #[test]
        fn the_nearest_is_what_measuring_every_way_finds(
            points in prop::collection::vec((112.0..114.0_f64, 27.5..29.0_f64), 1..40),
            x in 111.5..114.5_f64,
            y in 27.0..29.5_f64,
        ) {
            let points: Vec<Option<Wgs84>> = points.into_iter().map(|(x, y)| Some(at(x, y))).collect();
            let served = ServiceMap::new(&points, vec![]).serve(at(x, y)).expect("there are points");
            let measured = points.iter().flatten().map(|point| point.distance_m(at(x, y)));
            let least = measured.min_by(f64::total_cmp).expect("there are points");
            prop_assert!((served.distance_m.expect("it has a place") - least).abs() < 0.01);
        }
    }
}
