//! Coordinates: where a place is on WGS-84, moved to the map it was read from by formulas of our own, is what was given.
//!
//! The steps go the other way, from what was given, and iterate; so the two share nothing.

use std::f64::consts::PI;

use crate::check::report::Report;
use crate::check::rows::CoordinateRow;

/// Ten-millionths of a degree by which rounding both pairs may set them apart: about two centimetres.
const APART_MAX: f64 = 2.0;

/// Every place lies where its given pair says.
pub fn places(rows: &[CoordinateRow], report: &mut Report) {
    for row in rows {
        let table = match row.kind.as_str() {
            "points" => "pickup_points",
            "warehouses" => "warehouses",
            _ => "places",
        };
        let given = (row.given_longitude_e7 as f64, row.given_latitude_e7 as f64);
        let (x, y) = on_map(row.longitude_e7 as f64 / 1e7, row.latitude_e7 as f64 / 1e7, &row.given_datum);
        let (x, y) = (x * 1e7, y * 1e7);
        let holds = (x - given.0).abs() <= APART_MAX && (y - given.1).abs() <= APART_MAX;
        report.demand(table, holds, || {
            let found = format!("{}, {}", row.given_longitude_e7, row.given_latitude_e7);
            (format!("key={}", row.key), format!("{x:.0}, {y:.0} {}", row.given_datum), found)
        });
    }
}

/// The pair of degrees by which a map names a place on WGS-84.
fn on_map(longitude: f64, latitude: f64, datum: &str) -> (f64, f64) {
    match datum {
        "gcj02" => gcj02(longitude, latitude),
        "bd09" => {
            let (x, y) = gcj02(longitude, latitude);
            bd09(x, y)
        }
        _ => (longitude, latitude),
    }
}

/// WGS-84 to GCJ-02, on Krasovsky's ellipsoid.
fn gcj02(longitude: f64, latitude: f64) -> (f64, f64) {
    const AXIS_M: f64 = 6_378_245.0;
    const FLAT: f64 = 0.006_693_421_622_965_943;
    let (x, y) = (longitude - 105.0, latitude - 35.0);
    let wave = |t: f64, a: f64, b: f64| (a * (t * PI).sin() + b * (t * PI / 3.0).sin()) * 2.0 / 3.0;
    let ripple = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
    let root = x.abs().sqrt();
    let north_m = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + ripple
        + wave(y, 20.0, 40.0)
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east_m = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + ripple
        + wave(x, 20.0, 40.0)
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let (sin, cos) = latitude.to_radians().sin_cos();
    let curve = 1.0 - FLAT * sin * sin;
    let meridian_m = AXIS_M * (1.0 - FLAT) / (curve * curve.sqrt());
    let parallel_m = AXIS_M / curve.sqrt() * cos;
    (longitude + (east_m / parallel_m).to_degrees(), latitude + (north_m / meridian_m).to_degrees())
}

/// GCJ-02 to BD-09.
fn bd09(x: f64, y: f64) -> (f64, f64) {
    let turn = PI * 3000.0 / 180.0;
    let reach = x.hypot(y) + 0.000_02 * (y * turn).sin();
    let angle = y.atan2(x) + 0.000_003 * (x * turn).cos();
    (reach * angle.cos() + 0.0065, reach * angle.sin() + 0.006)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_pairs_come_out() {
        let near = |(x, y): (f64, f64), want: (f64, f64)| (x - want.0).abs() < 1e-9 && (y - want.1).abs() < 1e-9;
        assert!(near(on_map(121.5272106, 31.1774276, "gcj02"), (121.531541859215, 31.17530398364597)));
        assert!(near(bd09(116.404, 39.915), (116.41036949371029, 39.92133699351022)));
        assert!(near(on_map(112.9, 28.2, "wgs84"), (112.9, 28.2)));
    }
}
