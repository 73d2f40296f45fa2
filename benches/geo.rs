//! How long it takes to find the pickup point of a city's residents: by nearest point, and by service area.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use geo::{LineString, MultiPolygon, Polygon};
use tuan::domain::coordinates::Wgs84;
use tuan::domain::geography::service::ServiceMap;
use tuan::domain::geography::service_areas::suggest;
use tuan::domain::geography::shape::Area;

/// Points of a large city, and those who order there.
const POINTS: u64 = 2_000;
const RESIDENTS: u64 = 1_000_000;

/// A spread over a city of half a degree that is the same every run: no generator is needed.
fn spread(n: u64) -> Wgs84 {
    let mixed = n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let part = |bits: u64| (bits & 0xFFFF_FFFF) as f64 / 4_294_967_296.0;
    Wgs84 { longitude: 112.7 + 0.5 * part(mixed >> 32), latitude: 28.0 + 0.5 * part(mixed) }
}

/// The city as a polygon of as many corners as districts have.
fn city() -> MultiPolygon {
    let corner = |n: u32| {
        let (sin, cos) = (f64::from(n) / 5_000.0 * std::f64::consts::TAU).sin_cos();
        let reach = 0.3 + 0.01 * (f64::from(n) / 25.0).sin();
        (112.95 + reach * cos, 28.25 + reach * sin)
    };
    MultiPolygon(vec![Polygon::new(LineString::from((0..5_000).map(corner).collect::<Vec<_>>()), vec![])])
}

fn serve_all(map: &ServiceMap, residents: &[Wgs84]) -> u64 {
    residents.iter().map(|place| u64::from(map.serve(*place).expect("there are points").point)).sum()
}

fn million_residents(criterion: &mut Criterion) {
    let points: Vec<Wgs84> = (0..POINTS).map(spread).collect();
    let residents: Vec<Wgs84> = (POINTS..POINTS + RESIDENTS).map(spread).collect();
    let sites: Vec<Option<Wgs84>> = points.iter().copied().map(Some).collect();
    let nearest = ServiceMap::new(&sites, vec![]);
    let areas = suggest(&points, &city()).into_iter().map(|(index, area)| (index as u32, Area::new(area))).collect();
    let by_area = ServiceMap::new(&sites, areas);
    let mut group = criterion.benchmark_group("1,000,000 residents to 2,000 points");
    group.sample_size(10);
    group.bench_function("nearest point", |bencher| bencher.iter(|| serve_all(&nearest, black_box(&residents))));
    group.bench_function("service areas", |bencher| bencher.iter(|| serve_all(&by_area, black_box(&residents))));
    group.finish();
    let mut group = criterion.benchmark_group("suggest 2,000 service areas");
    group.sample_size(10);
    group.bench_function("in a city of 5,000 corners", |bencher| bencher.iter(|| suggest(black_box(&points), &city())));
    group.finish();
}

criterion_group!(benches, million_residents);
criterion_main!(benches);
