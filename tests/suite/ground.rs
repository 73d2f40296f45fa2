//! The map of a made-up city: its districts, compounds, service areas, and files whose datum is not what they say.
//!
//! Four districts meet at 113° east, 28.2° north, on WGS-84: 北山区 and 南山区 in the west, 东湖县 and 河口市 in the east.

use std::fmt::Write;
use std::fs;

use serde_json::{Value, json};
use tuan::domain::coordinates::{Datum, Wgs84};

use crate::app::books::lines;
use crate::app::{Ran, TestApp, arg, fixture};

const MIDDLE: (f64, f64) = (113.0, 28.2);

/// The districts, each with the way it stretches from the middle, in tenths of degrees.
const DISTRICTS: [(&str, f64, f64); 4] =
    [("北山区", -1.0, 1.0), ("南山区", -1.0, -1.0), ("东湖县", 1.0, 1.0), ("河口市", 1.0, -1.0)];

/// A place of the city as a map of this datum names it.
fn named(longitude: f64, latitude: f64, datum: Datum) -> [f64; 2] {
    let (x, y) = Wgs84 { longitude, latitude }.on(datum);
    [x, y]
}

/// A file of districts, `features` being name and corners.
fn geojson(features: &[(Value, Vec<[f64; 2]>)]) -> String {
    let feature = |(properties, ring): &(Value, Vec<[f64; 2]>)| {
        json!({
            "type": "Feature", "properties": properties, "geometry": { "type": "Polygon", "coordinates": [ring] },
        })
    };
    let features: Vec<Value> = features.iter().map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn square(x: f64, y: f64, wide: f64, high: f64, datum: Datum) -> Vec<[f64; 2]> {
    [(0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high), (0.0, 0.0)].map(|(a, b)| named(x + a, y + b, datum)).to_vec()
}

fn districts(datum: Datum) -> String {
    let district = |(name, x, y): (&str, f64, f64)| {
        (json!({ "name": name }), square(MIDDLE.0, MIDDLE.1, x / 10.0, y / 10.0, datum))
    };
    geojson(&DISTRICTS.map(district))
}

/// A hundred compounds of each district along its borders, as a map of this datum names them. With `is_swapped` their
/// latitudes stand in the column of longitudes.
fn places(datum: Datum, is_swapped: bool) -> String {
    let mut text = "name,district,longitude,latitude,address\n".to_owned();
    for (index, (name, x, y)) in DISTRICTS.iter().enumerate() {
        for n in 0..100 {
            let (near, along) = (0.0008 + 0.0001 * f64::from(n), 0.01 + 0.0008 * f64::from(n));
            let (east, north) = if n % 2 == 0 { (near, along) } else { (along, near) };
            let [mut first, mut second] = named(MIDDLE.0 + x * east, MIDDLE.1 + y * north, datum);
            if is_swapped {
                std::mem::swap(&mut first, &mut second);
            }
            let cell = if n % 3 == 0 { format!("{}云路", name.trim_end_matches('区')) } else { (*name).to_owned() };
            writeln!(text, "小区{index}-{n},{cell},{first:.6},{second:.6},").expect("a string takes all");
        }
    }
    text
}

fn import(app: &TestApp, kind: &str, text: &str, more: &[&str]) -> Ran {
    let file = app.file(&format!("{kind}.in"), text);
    app.tuan(&[&["import", kind, arg(&file), "--json"], more].concat())
}

/// The first line of what a command said, as JSON.
fn first(ran: &Ran) -> Value {
    let line = ran.stdout.lines().next().unwrap_or_else(|| panic!("{ran:?}"));
    serde_json::from_str(line).expect("one object a line")
}

fn count(app: &mut TestApp, table: &str) -> String {
    lines(&mut app.db, &format!("SELECT CAST(COUNT(*) AS TEXT) AS line FROM {table}")).concat()
}

#[test]
fn a_file_of_another_datum_is_refused_with_the_evidence() {
    let mut app = TestApp::new();
    import(&app, "districts", &districts(Datum::Gcj02), &["--datum", "gcj02"]).done();
    for (truth, said, like) in [
        (Datum::Bd09, "gcj02", "BD-09（写明归属"),
        (Datum::Bd09, "wgs84", "BD-09（写明归属"),
        (Datum::Gcj02, "bd09", "GCJ-02（写明归属"),
        (Datum::Wgs84, "gcj02", "WGS-84（写明归属"),
    ] {
        let ran = import(&app, "places", &places(truth, false), &["--datum", said]);
        let fault = first(&ran);
        assert_eq!((ran.code, fault["code"].as_str()), (1, Some("looks_like_other_datum")), "{ran:?}");
        let cause = fault["cause"].as_str().expect("words");
        assert!(cause.contains(&format!("看起来是 {like}")), "{cause}");
        assert!(cause.contains("named 400") && cause.contains(" 400；") && cause.contains("东湖县 100："), "{cause}");
        assert_eq!(count(&mut app, "places"), "0", "nothing is imported");
    }
}

#[test]
fn a_file_with_its_columns_exchanged_is_told_so_beside_its_rows() {
    let mut app = TestApp::new();
    import(&app, "districts", &districts(Datum::Gcj02), &["--datum", "gcj02"]).done();
    let ran = import(&app, "places", &places(Datum::Bd09, true), &["--datum", "gcj02"]);
    let fault = first(&ran);
    assert_eq!((ran.code, fault["code"].as_str()), (1, Some("looks_like_other_datum")), "{ran:?}");
    assert!(fault["cause"].as_str().is_some_and(|cause| cause.contains("BD-09（经纬度对调 swapped）")), "{fault}");
    assert!(ran.stdout.contains("\"coordinates_swapped\""));
    assert_eq!(count(&mut app, "places"), "0");
}

#[test]
fn a_file_of_the_right_datum_is_taken_and_its_odd_rows_are_named() {
    let mut app = TestApp::new();
    import(&app, "districts", &districts(Datum::Gcj02), &["--datum", "gcj02"]).done();
    let [x, y] = named(112.95, 28.25, Datum::Bd09);
    let odd = format!(
        "远方,河口市,114.180779,22.323511,\n迷路,东湖县,{x},{y},\n无名,外星区,{x},{y},\n近处,,{x},{y},\n近处,,{x},{y},\n"
    );
    let text = places(Datum::Bd09, false) + &odd;
    let ran = import(&app, "places", &text, &["--datum", "bd09"]).done();
    let done = first(&ran);
    assert_eq!(
        (done["rows"].as_u64(), done["new"].as_u64(), done["warnings"].as_u64()),
        (Some(405), Some(404), Some(4))
    );
    let counts = &done["datum_check"]["counts"][0];
    assert_eq!((counts["named"].as_u64(), counts["hit"].as_u64()), (Some(402), Some(400)), "{done}");
    let warnings: Vec<Value> =
        ran.stdout.lines().skip(1).map(|line| serde_json::from_str(line).expect("an object")).collect();
    let told: Vec<(u64, &str, bool)> = warnings
        .iter()
        .map(|line| &line["warning"])
        .map(|doubt| {
            let cause = doubt["cause"].as_str().unwrap_or_default();
            let is_named = ["远方 → 不在任何区县", "迷路 → 北山区", "无名 → 北山区", "第 405 行"]
                .iter()
                .any(|w| cause.contains(w));
            (doubt["row"].as_u64().unwrap_or_default(), doubt["code"].as_str().unwrap_or_default(), is_named)
        })
        .collect();
    assert_eq!(
        told,
        [
            (402, "other_district", true),
            (403, "other_district", true),
            (404, "district_unknown", true),
            (406, "same_name", true),
        ]
    );
    let books = app.books();
    let again = first(&import(&app, "places", &text, &["--datum", "bd09"]).done());
    assert_eq!(
        (again["new"].as_u64(), again["changed"].as_u64(), again["same"].as_u64()),
        (Some(0), Some(0), Some(405))
    );
    assert_eq!(app.books(), books, "again changes nothing");
}

#[test]
fn without_districts_it_says_that_the_datum_was_not_checked() {
    let app = TestApp::new();
    let file = app.file("places.csv", places(Datum::Bd09, false));
    let ran = app.tuan(&["import", "places", arg(&file), "--datum", "gcj02"]).done();
    assert!(ran.stdout.contains("坐标系没有核对") && ran.stdout.contains("the datum was not checked"), "{ran:?}");
    // The districts that come later find out, and are refused for it.
    let late = import(&app, "districts", &districts(Datum::Gcj02), &["--datum", "gcj02"]);
    assert_eq!((late.code, first(&late)["code"].as_str()), (1, Some("looks_like_other_datum")), "{late:?}");
    import(&app, "districts", &districts(Datum::Gcj02), &["--datum", "gcj02", "--trust-datum"]).done();
}

#[test]
fn leaders_are_weighed_by_the_district_in_their_address() {
    let mut app = TestApp::new();
    import(&app, "districts", &districts(Datum::Wgs84), &["--datum", "wgs84"]).done();
    app.tuan(&["import", "warehouses", arg(&fixture("awkward/base/warehouses.csv"))]).done();
    let warehouse = lines(&mut app.db, "SELECT warehouse_code AS line FROM warehouses ORDER BY 1").swap_remove(0);
    let mut text =
        "leader_code,name,phone,point_code,point_name,warehouse_code,address,longitude,latitude\n".to_owned();
    for n in 0..40 {
        let [x, y] = named(MIDDLE.0 + 0.001 + 0.0001 * f64::from(n), 28.25, Datum::Gcj02);
        writeln!(text, "L{n},王{n},139000000{n:02},P{n},点{n},{warehouse},某省东湖县{n}号,{x:.6},{y:.6}")
            .expect("a string");
    }
    let wrong = import(&app, "leaders", &text, &["--datum", "bd09"]);
    assert_eq!((wrong.code, first(&wrong)["code"].as_str()), (1, Some("looks_like_other_datum")), "{wrong:?}");
    let done = first(&import(&app, "leaders", &text, &["--datum", "gcj02"]).done());
    assert_eq!(done["datum_check"]["counts"][0]["hit"].as_u64(), Some(40));
}

#[test]
fn areas_are_suggested_exported_and_taken_back_as_they_are() {
    let mut app = TestApp::pilot_day("open");
    let city = square(113.5, 28.6, 2.0, 2.0, Datum::Wgs84);
    let refused = app.tuan(&["suggest", "service_areas", "--out", arg(&app.folder().join("none.geojson"))]);
    assert!(refused.code == 1 && refused.stderr.contains("import the districts first"), "{refused:?}");
    import(&app, "districts", &geojson(&[(json!({ "name": "长沙市" }), city)]), &["--datum", "wgs84"]).done();
    let points = lines(&mut app.db, "SELECT point_code AS line FROM pickup_points WHERE longitude_e7 IS NOT NULL");
    let suggested = app.folder().join("suggested.geojson");
    let told = app.tuan(&["suggest", "service_areas", "--out", arg(&suggested), "--json"]).done();
    assert_eq!(first(&told)["rows"].as_u64(), Some(points.len() as u64));
    let done = app.tuan(&["import", "service_areas", arg(&suggested), "--json"]).done();
    assert_eq!(first(&done)["new"].as_u64(), Some(points.len() as u64), "{done:?}");
    assert_eq!(first(&done)["warnings"].as_u64(), Some(0), "every point lies in its own area");
    let exported = app.folder().join("exported.geojson");
    app.tuan(&["export", "service_areas", "--out", arg(&exported)]).done();
    let read = |file| fs::read_to_string(file).expect("it was written");
    assert_eq!(read(&exported), read(&suggested), "what comes out is what went in");
    let again = app.tuan(&["import", "service_areas", arg(&exported), "--json"]).done();
    assert_eq!(first(&again)["same"].as_u64(), Some(points.len() as u64));
    let unknown = read(&suggested).replace(&format!("\"{}\"", points[0]), "\"XX\"");
    let refused = import(&app, "service_areas", &unknown, &[]);
    assert_eq!((refused.code, first(&refused)["code"].as_str()), (1, Some("unknown_code")));
}

#[test]
fn an_archive_carries_the_ground() {
    let mut app = TestApp::new();
    import(&app, "districts", &districts(Datum::Gcj02), &["--datum", "gcj02"]).done();
    import(&app, "places", &places(Datum::Bd09, false), &["--datum", "bd09"]).done();
    let file = app.folder().join("archive.tuan");
    app.tuan(&["backup", arg(&file)]).done();
    let (before, mut other) = (app.books(), TestApp::new());
    other.tuan(&["restore", arg(&file)]).done();
    assert_eq!((count(&mut other, "districts"), count(&mut other, "places")), ("4".to_owned(), "400".to_owned()));
    assert_eq!(other.books(), before);
}
