//! Service areas suggested for points: the ground that lies nearer to a point than to any other, within the city.

use geo::{Area, BooleanOps, BoundingRect, Coord, Intersects, LineString, MultiPolygon, Polygon, Rect};
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::shape::rounded;
use crate::domain::coordinates::Wgs84;

/// The least piece of ground that is kept, in square degrees: about a square metre. Less is left by rounding.
const PIECE_MIN: f64 = 1e-10;

/// Cuts the city up among points: a cell of the Voronoi diagram for each, clipped to the city.
///
/// Answers (index of the point, its area) in the order of the points. A point outside the city may get a part of it, or
/// nothing and is then left out, as are points at the place of an earlier one.
pub fn suggest(points: &[Wgs84], city: &MultiPolygon) -> Vec<(usize, MultiPolygon)> {
    let Some(frame) = city.bounding_rect() else { return Vec::new() };
    // On a map as wide as it is high: a degree of longitude is shorter by the cosine of the latitude.
    let narrow = frame.center().y.to_radians().cos();
    let flat = |place: &Wgs84| [place.longitude * narrow, place.latitude];
    let sites: Vec<[f64; 2]> = points.iter().map(flat).collect();
    let tree = RTree::bulk_load(sites.iter().enumerate().map(|(index, at)| GeomWithData::new(*at, index)).collect());
    let frame = Rect::new((frame.min().x * narrow, frame.min().y), (frame.max().x * narrow, frame.max().y));
    let cells = sites.iter().enumerate().filter_map(|(index, at)| Some((index, cell(index, *at, &tree, frame)?)));
    let areas = cells.map(|(index, ring)| {
        let ring = ring.into_iter().map(|[x, y]| Coord { x: x / narrow, y });
        (index, within(&Polygon::new(LineString::from_iter(ring), vec![]), city))
    });
    areas.filter(|(_, area)| !area.0.is_empty()).collect()
}

/// The corners of what is nearer to a site than to any other, within the frame. None where an earlier site stands at
/// the same place, or nothing is left.
fn cell(index: usize, at: [f64; 2], tree: &RTree<GeomWithData<[f64; 2], usize>>, frame: Rect) -> Option<Vec<[f64; 2]>> {
    let (low, high) = (frame.min(), frame.max());
    let mut ring = vec![[low.x, low.y], [high.x, low.y], [high.x, high.y], [low.x, high.y]];
    for (other, distance2) in tree.nearest_neighbor_iter_with_distance_2(&at) {
        if distance2 == 0.0 {
            if other.data < index {
                return None;
            }
            continue;
        }
        let reach2 = ring.iter().map(|corner| between2(*corner, at)).fold(0.0, f64::max);
        // A site twice as far as the farthest corner cuts nothing off, nor do those behind it.
        if distance2 > 4.0 * reach2 {
            break;
        }
        ring = nearer(&ring, at, *other.geom());
        if ring.is_empty() {
            return None;
        }
    }
    Some(ring)
}

/// The part of a convex ring that is nearer to `at` than to `other` (Sutherland–Hodgman with one edge).
fn nearer(ring: &[[f64; 2]], at: [f64; 2], other: [f64; 2]) -> Vec<[f64; 2]> {
    // Positive on the side of `at`; it grows evenly along every line.
    let side = |corner: [f64; 2]| between2(corner, other) - between2(corner, at);
    let mut kept = Vec::with_capacity(ring.len() + 1);
    for (i, from) in ring.iter().enumerate() {
        let to = ring[(i + 1) % ring.len()];
        let (here, there) = (side(*from), side(to));
        if here >= 0.0 {
            kept.push(*from);
        }
        if (here > 0.0 && there < 0.0) || (here < 0.0 && there > 0.0) {
            let part = here / (here - there);
            kept.push([from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])]);
        }
    }
    kept
}

fn between2(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

/// The part of a cell that belongs to the city, to the places of a degree that are kept.
fn within(cell: &Polygon, city: &MultiPolygon) -> MultiPolygon {
    let Some(frame) = cell.bounding_rect() else { return MultiPolygon(vec![]) };
    let near = city.0.iter().filter(|part| part.bounding_rect().is_some_and(|other| other.intersects(&frame)));
    let near = MultiPolygon(near.cloned().collect());
    let mut area = rounded(&near.intersection(cell));
    area.0.retain(|piece| piece.unsigned_area() > PIECE_MIN);
    area
}

#[cfg(test)]
mod tests {
    use super::super::service::{ServedBy, ServiceMap};
    use super::super::shape::Area as Ground;
    use super::*;
    use geo::polygon;
    use proptest::prelude::*;

    fn at(longitude: f64, latitude: f64) -> Wgs84 {
        Wgs84 { longitude, latitude }
    }

    /// A city in the shape of an L.
    fn city() -> MultiPolygon {
        MultiPolygon(vec![polygon![
            (x: 112.0, y: 28.0), (x: 113.0, y: 28.0), (x: 113.0, y: 28.4), (x: 112.4, y: 28.4), (x: 112.4, y: 29.0),
            (x: 112.0, y: 29.0), (x: 112.0, y: 28.0),
        ]])
    }

    fn total(areas: &[(usize, MultiPolygon)]) -> f64 {
        areas.iter().map(|(_, area)| area.unsigned_area()).sum()
    }

    #[test]
    fn one_point_gets_the_city_and_none_nothing() {
        assert_eq!(suggest(&[], &city()), []);
        let alone = suggest(&[at(112.2, 28.2)], &city());
        assert_eq!(alone.len(), 1);
        assert!((total(&alone) - city().unsigned_area()).abs() < 1e-9);
        assert_eq!(suggest(&[at(112.2, 28.2)], &MultiPolygon(vec![])), []);
    }

    #[test]
    fn points_in_a_line_get_stripes_and_a_second_point_at_a_place_nothing() {
        let stripes = suggest(&[at(112.2, 28.2), at(112.6, 28.2), at(112.2, 28.2)], &city());
        assert_eq!(stripes.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1]);
        assert!((stripes[1].1.unsigned_area() - 0.6 * 0.4).abs() < 1e-6, "all that is east of 112.4");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_city_is_cut_up_without_rest_and_every_place_gets_its_nearest_point(
            points in prop::collection::vec((112.0..113.0_f64, 28.0..29.0_f64), 1..30),
            places in prop::collection::vec((112.0..113.0_f64, 28.0..29.0_f64), 20),
        ) {
            let points: Vec<Wgs84> = points.into_iter().map(|(x, y)| at(x, y)).collect();
            let areas = suggest(&points, &city());
            prop_assert!((total(&areas) - city().unsigned_area()).abs() < 1e-6);
            let ground = areas.into_iter().map(|(index, area)| (index as u32, Ground::new(area))).collect();
            let sites: Vec<Option<Wgs84>> = points.iter().copied().map(Some).collect();
            let by_area = ServiceMap::new(&sites, ground);
            let by_way = ServiceMap::new(&sites, vec![]);
            for (x, y) in places {
                let (area, way) = (by_area.serve(at(x, y)).expect("points"), by_way.serve(at(x, y)).expect("points"));
                let (area_m, way_m) = (area.distance_m.expect("a place"), way.distance_m.expect("a place"));
                // The flat map is off by less than one in a hundred between the north and the south of a city.
                prop_assert!(area.by == ServedBy::Nearest || area_m <= way_m * 1.01 + 0.1, "{area_m} {way_m}");
            }
        }
    }
}
