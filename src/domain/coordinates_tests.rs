//! Published pairs, the way there and back, and what is refused.

use super::*;
use proptest::prelude::*;

/// Pairs that open implementations of the transform publish with their own tests: (WGS-84, GCJ-02).
const PUBLISHED_GCJ: [[f64; 4]; 4] = [
    [116.404, 39.915, 116.41024449916938, 39.91640428150164],
    [121.5272106, 31.1774276, 121.531541859215, 31.17530398364597],
    [113.912316, 22.543847, 113.9171764808363, 22.540796131694766],
    [116.377817, 39.911954, 116.38404722455657, 39.91334545536069],
];

/// The same from GCJ-02 to BD-09. (Pairs published for the way back come from closed formulas, metres off.)
const PUBLISHED_BD: [[f64; 4]; 1] = [[116.404, 39.915, 116.41036949371029, 39.92133699351022]];

#[test]
fn published_pairs_come_out_both_ways() {
    for [x, y, gcj_x, gcj_y] in PUBLISHED_GCJ {
        let there = Wgs84 { longitude: x, latitude: y };
        let (longitude, latitude) = there.on(Datum::Gcj02);
        assert!((longitude - gcj_x).abs() < 1e-9 && (latitude - gcj_y).abs() < 1e-9, "{longitude}, {latitude}");
        assert!(metres_apart(Wgs84::of(gcj_x, gcj_y, Datum::Gcj02), there) < 0.001);
    }
    for [x, y, bd_x, bd_y] in PUBLISHED_BD {
        let there = Gcj02 { longitude: x, latitude: y };
        let Bd09 { longitude, latitude } = there.into();
        assert!((longitude - bd_x).abs() < 1e-9 && (latitude - bd_y).abs() < 1e-9, "{longitude}, {latitude}");
        let Gcj02 { longitude, latitude } = Bd09 { longitude: bd_x, latitude: bd_y }.into();
        assert!((longitude - x).abs() < 1e-9 && (latitude - y).abs() < 1e-9, "{longitude}, {latitude}");
    }
}

proptest! {
    #[test]
    fn there_and_back_is_within_a_millimetre(longitude in 74.0..134.0_f64, latitude in 18.5..53.0_f64) {
        let there = Wgs84 { longitude, latitude };
        for datum in [Datum::Gcj02, Datum::Bd09] {
            let (x, y) = there.on(datum);
            prop_assert!(metres_apart(Wgs84::of(x, y, datum), there) <= 0.001, "{datum:?} {there:?}");
            let (back_x, back_y) = Wgs84::of(longitude, latitude, datum).on(datum);
            let given = Wgs84 { longitude: back_x, latitude: back_y };
            prop_assert!(metres_apart(given, there) <= 0.001, "{datum:?} {there:?}");
        }
    }
}

#[test]
fn a_degree_of_a_great_circle_is_111_kilometres() {
    let at = |longitude, latitude| Wgs84 { longitude, latitude };
    let degree = EARTH_RADIUS_M * std::f64::consts::PI / 180.0;
    assert!((at(112.0, 28.0).distance_m(at(112.0, 29.0)) - degree).abs() < 0.01);
    assert!((at(112.0, 0.0).distance_m(at(113.0, 0.0)) - degree).abs() < 0.01);
    assert!((at(112.0, 60.0).distance_m(at(113.0, 60.0)) - degree / 2.0).abs() < 5.0);
    assert_eq!(at(112.9, 28.2).distance_m(at(112.9, 28.2)), 0.0);
}

fn metres_apart(a: Wgs84, b: Wgs84) -> f64 {
    let north = (a.latitude - b.latitude) * 111_320.0;
    let east = (a.longitude - b.longitude) * 111_320.0 * a.latitude.to_radians().cos();
    north.hypot(east)
}

#[test]
fn a_chinese_datum_lies_hundreds_of_metres_beside() {
    for (longitude, latitude) in [(112.9388, 28.2282), (121.4737, 31.2304), (87.6168, 43.8256), (109.5082, 18.2479)] {
        let there = Wgs84 { longitude, latitude };
        for (datum, least) in [(Datum::Gcj02, 50.0), (Datum::Bd09, 500.0)] {
            let (x, y) = there.on(datum);
            assert!(metres_apart(Wgs84 { longitude: x, latitude: y }, there) > least, "{datum:?} {there:?}");
        }
    }
}

#[test]
fn a_place_keeps_what_was_given_and_where_that_is() {
    let place = Place::parse("112.944567", "28.224811", Datum::Gcj02).expect("a place in Changsha");
    assert_eq!((place.given_longitude_e7, place.given_latitude_e7), (1_129_445_670, 282_248_110));
    assert_ne!(place.longitude_e7, place.given_longitude_e7);
    let plain = Place::parse("112.9388", "28.2282", Datum::Wgs84).expect("a place in Changsha");
    assert_eq!((plain.longitude_e7, plain.latitude_e7), (1_129_388_000, 282_282_000));
}

#[test]
fn coasts_and_islands_of_the_mainland_are_inside() {
    for (longitude, latitude) in [
        ("118.0670", "24.4460"),
        ("122.2070", "29.9850"),
        ("109.5082", "18.2479"),
        ("121.6147", "38.9140"),
        ("114.0579", "22.5431"),
        ("113.5767", "22.2707"),
    ] {
        assert!(Place::parse(longitude, latitude, Datum::Gcj02).is_ok(), "{longitude}, {latitude}");
    }
}

#[test]
fn a_wrong_pair_is_refused_by_name() {
    use Datum::*;
    use PlaceFault::*;
    let rows = [
        ("28.2282", "112.9388", Gcj02, Swapped),
        ("28.2282", "112.9388", Wgs84, Swapped),
        ("43.8256", "87.6168", Bd09, Swapped),
        ("2.3522", "48.8566", Gcj02, OutsideChina),
        ("139.6917", "35.6895", Bd09, OutsideChina),
        ("0", "0", Wgs84, OutOfRange),
        ("181", "-200", Wgs84, OutOfRange),
        ("1129388000", "282282000", Wgs84, OutOfRange),
        ("NaN", "28", Wgs84, LongitudeNotANumber),
        ("1.13E+02", "28", Wgs84, LongitudeNotANumber),
        ("112.9", "28.2.1", Wgs84, LatitudeNotANumber),
        ("112.9", "", Wgs84, LatitudeNotANumber),
    ];
    for (longitude, latitude, datum, fault) in rows {
        assert_eq!(Place::parse(longitude, latitude, datum), Err(fault), "{longitude}, {latitude}");
    }
    assert!(Place::parse("2.3522", "48.8566", Wgs84).is_ok(), "a wgs84 place may be anywhere");
}
