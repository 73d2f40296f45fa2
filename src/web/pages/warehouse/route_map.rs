//! A map without a map: the ways of a warehouse's vehicles as straight lines, over the borders of the districts.

use geo::{Coord, LineString, MultiPolygon};

use crate::domain::coordinates::from_e7;
use crate::domain::geography::shape::from_text;
use crate::domain::route_plan::RoutePlan;
use crate::flow::dispatch_trips::show_routes::Shown;
use crate::store::master::DistrictRow;
use crate::web::pages::warehouse::routes::HUES;
use crate::web::words::Lang;

const WIDTH: f64 = 960.0;
/// What is kept free at the edges.
const MARGIN: f64 = 32.0;
/// Height over width, at most and at least.
const TALL: f64 = 0.75;
const FLAT: f64 = 0.4;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_320.0;
/// A map shows at least so many metres from side to side.
const SPAN_MIN_M: f64 = 500.0;
const SCALES_M: [u32; 9] = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

/// Drawn in an SVG of `width` by `height`.
pub struct RouteMap {
    pub width: u32,
    pub height: u32,
    /// Borders of districts.
    pub borders: Vec<String>,
    pub ways: Vec<Way>,
    pub spots: Vec<Spot>,
    pub depot: (String, String),
    /// The length of the bar, and what it stands for.
    pub bar: String,
    pub scale: String,
    pub title: String,
}

/// A vehicle's way.
pub struct Way {
    pub hue: usize,
    pub path: String,
    pub name: String,
}

/// A stop.
pub struct Spot {
    pub x: String,
    pub y: String,
    pub hue: usize,
    pub stop_seq: u32,
    pub name: String,
}

/// Where things are drawn.
struct Sheet {
    west: f64,
    north: f64,
    /// Units of the drawing for a degree, to the east and to the south.
    per_degree: (f64, f64),
}

impl Sheet {
    fn at(&self, place: (f64, f64)) -> (f64, f64) {
        ((place.0 - self.west) * self.per_degree.0, (self.north - place.1) * self.per_degree.1)
    }
}

/// The map of a warehouse's plan; None where nothing is planned.
pub fn route_map(shown: &Shown, plan: &RoutePlan, districts: &[DistrictRow], lang: Lang) -> Option<RouteMap> {
    let degrees = |(longitude, latitude): (i64, i64)| (from_e7(longitude), from_e7(latitude));
    let depot = degrees(plan.depot_e7?);
    let place = |point_ix: u32| shown.place(point_ix).map(degrees);
    let places = plan.stops.iter().filter_map(|stop| place(stop.point_ix)).chain([depot]);
    let (sheet, height, per_m) = frame(places);
    let (mut ways, mut spots) = (Vec::new(), Vec::new());
    for (at, trip) in plan.trips.iter().enumerate() {
        let hue = at % HUES;
        let mut path = start(sheet.at(depot));
        for stop in plan.stops_of(&trip.trip_no) {
            let Some(place) = place(stop.point_ix) else { continue };
            let (x, y) = sheet.at(place);
            path += &format!("L{x:.1} {y:.1}");
            let name = shown.book.points[stop.point_ix as usize].name.clone();
            spots.push(Spot { x: format!("{x:.1}"), y: format!("{y:.1}"), hue, stop_seq: stop.stop_seq, name });
        }
        if trip.round.is_some() {
            ways.push(Way { hue, path: format!("{path}Z"), name: format!("{} {}", trip.trip_no, trip.route_code) });
        }
    }
    let areas = districts.iter().filter_map(|district| from_text(&district.shape));
    let scale_m = SCALES_M.into_iter().rev().find(|metres| f64::from(*metres) * per_m <= WIDTH / 4.0).unwrap_or(100);
    let (x, y) = sheet.at(depot);
    Some(RouteMap {
        width: WIDTH as u32,
        height,
        borders: areas.map(|area| borders(&area, &sheet)).collect(),
        ways,
        spots,
        depot: (format!("{x:.1}"), format!("{y:.1}")),
        bar: format!("{:.1}", f64::from(scale_m) * per_m),
        scale: if scale_m < 1_000 { format!("{scale_m} m") } else { format!("{} km", scale_m / 1_000) },
        title: lang
            .say("各车线路，上北下南，站与站之间画直线", "The ways, north above, straight from stop to stop")
            .to_owned(),
    })
}

fn start((x, y): (f64, f64)) -> String {
    format!("M{x:.1} {y:.1}")
}

/// A sheet that holds all places, its height, and its units for a metre.
fn frame(places: impl Iterator<Item = (f64, f64)>) -> (Sheet, u32, f64) {
    let wide = |(west, east, south, north): (f64, f64, f64, f64), (x, y): (f64, f64)| {
        (west.min(x), east.max(x), south.min(y), north.max(y))
    };
    let (west, east, south, north) = places.fold((180.0, -180.0, 90.0, -90.0), wide);
    let east_m = DEGREE_M * ((south + north) / 2.0).to_radians().cos();
    let (wide_m, high_m) = (((east - west) * east_m).max(SPAN_MIN_M), ((north - south) * DEGREE_M).max(SPAN_MIN_M));
    let height = (WIDTH * (high_m / wide_m).clamp(FLAT, TALL)).round();
    let per_m = ((WIDTH - 2.0 * MARGIN) / wide_m).min((height - 2.0 * MARGIN) / high_m);
    let per_degree = (east_m * per_m, DEGREE_M * per_m);
    // What the frame has to spare lies on both sides.
    let (middle_x, middle_y) = ((west + east) / 2.0, (south + north) / 2.0);
    let sheet = Sheet {
        west: middle_x - WIDTH / 2.0 / per_degree.0,
        north: middle_y + height / 2.0 / per_degree.1,
        per_degree,
    };
    (sheet, height as u32, per_m)
}

fn borders(area: &MultiPolygon, sheet: &Sheet) -> String {
    let ring = |ring: &LineString| {
        let corner = |(at, corner): (usize, &Coord)| {
            let (x, y) = sheet.at((corner.x, corner.y));
            format!("{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" })
        };
        ring.0.iter().enumerate().map(corner).collect::<String>() + "Z"
    };
    area.0.iter().map(|part| ring(part.exterior())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn north_is_above_and_a_degree_is_as_wide_as_it_is_there() {
        let (sheet, height, per_m) = frame([(113.0, 28.0), (113.1, 28.05)].into_iter());
        let (a, b) = (sheet.at((113.0, 28.0)), sheet.at((113.1, 28.05)));
        assert!(a.0 < b.0 && a.1 > b.1 && b.1 > 0.0 && a.1 < f64::from(height), "{a:?} {b:?} {height}");
        let wide_m = (b.0 - a.0) / per_m;
        assert!((9_700.0..9_900.0).contains(&wide_m), "{wide_m}");
    }
}
