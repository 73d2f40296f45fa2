//! 派车单: one vehicle, its stops in order, and what goes off at each.

use std::collections::BTreeSet;

use crate::domain::facts::{TempZone, Vehicle};
use crate::domain::route_plan::{PlannedTrip, clock};
use crate::domain::routing::Reason;
use crate::sheets::cell::{Cell, Sink, push_thousandths};
use crate::sheets::facts::{Fact, fact, joined};
use crate::sheets::goods::Portion;
use crate::sheets::press::{Press, Route};

/// What goods take up. Pieces of unknown weight or volume count as nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    pub full_cases: u64,
    pub pieces: u64,
    pub weight_g: u64,
    pub volume_ml: u64,
    pub cold_items: u64,
}

impl Load {
    pub fn of(press: &Press<'_>, portions: &[Portion]) -> Load {
        let mut load = Load::default();
        for portion in portions {
            let offer = press.offer_at_rank(portion.rank);
            load.full_cases += portion.qty / u64::from(offer.case_size);
            load.pieces += portion.qty;
            load.weight_g += u64::from(offer.nominal_weight_g.unwrap_or(0)) * portion.qty;
            load.volume_ml += u64::from(offer.volume_ml.unwrap_or(0)) * portion.qty;
            load.cold_items += if offer.temp_zone == TempZone::Ambient { 0 } else { portion.qty };
        }
        load
    }
}

/// A row per stop that gets goods, in stop order.
pub fn print(press: &Press<'_>, route: &Route, sink: &mut dyn Sink) {
    let stops: Vec<usize> = route.points.clone().filter(|&point| !press.goods().of_point(point).is_empty()).collect();
    let vehicle = vehicle(press, route);
    for (place, &point_ix) in stops.iter().enumerate() {
        let point = &press.book.points[point_ix];
        let load = Load::of(press, press.goods().of_point(point_ix));
        let window = window(point.window_start.as_deref(), point.window_end.as_deref());
        let eta = eta(press, point_ix);
        sink.row(&[
            Cell::Text(&route.trip_no),
            Cell::Text(&route.route_code),
            Cell::text(vehicle.map(|vehicle| vehicle.plate.as_str())),
            Cell::text(vehicle.map(|vehicle| vehicle.driver.as_str())),
            Cell::text(vehicle.and_then(|vehicle| vehicle.phone.as_deref())),
            Cell::count((stops.len() - place) as u64),
            Cell::Int(i64::from(point.stop_seq)),
            Cell::Text(&point.name),
            Cell::Text(&point.leader_name),
            Cell::text(point.address.as_deref()),
            Cell::Text(&point.leader_phone),
            Cell::Text(&window),
            Cell::text(eta.as_deref()),
            Cell::count(press.totes_of(point_ix).total()),
            owed(press, point_ix),
            Cell::count(load.full_cases),
            Cell::count(load.pieces),
            Cell::Decimal(load.weight_g as i64),
            Cell::Decimal(load.volume_ml as i64),
            Cell::count(load.cold_items),
        ]);
    }
}

/// When the vehicle is to be at a point, where its route is planned.
fn eta(press: &Press<'_>, point_ix: usize) -> Option<String> {
    let call = press.book.planned_stop(point_ix as u32)?.served.as_ref().ok()?;
    Some(clock(call.arrives_s))
}

/// Totes and boxes that are to come back; nothing where none are out.
fn owed(press: &Press<'_>, point_ix: usize) -> Cell<'static> {
    let owed = press.book.owed_totes.get(&(point_ix as u32)).map_or(0, |owed| owed.tote + owed.boxes);
    if owed > 0 { Cell::Int(owed) } else { Cell::Blank }
}

/// When a point takes goods in: `10:00–21:00`, with a dash that no spreadsheet reads as a time.
pub fn window(start: Option<&str>, end: Option<&str>) -> String {
    match (start, end) {
        (None, None) => String::new(),
        (start, end) => format!("{}–{}", start.unwrap_or(""), end.unwrap_or("")),
    }
}

fn vehicle<'a>(press: &Press<'a>, route: &Route) -> Option<&'a Vehicle> {
    press.trip_of(route)?.vehicle.as_ref()
}

pub fn facts(press: &Press<'_>, route: &Route) -> Vec<Fact> {
    let vehicle = vehicle(press, route);
    let load = Load::of(press, &press.goods().of_points(route.points.clone()));
    let totes = route.points.clone().map(|point| press.totes_of(point).total()).sum();
    let driver = vehicle.map(|vehicle| joined(&[Some(&vehicle.driver), vehicle.phone.as_deref()], " "));
    let mut facts = vec![
        fact("车次", &route.trip_no),
        fact("线路", &route.route_code),
        fact("仓库", &press.book.warehouses[route.warehouse_ix as usize].name),
        fact("车牌", vehicle.map_or("未派", |vehicle| &vehicle.plate)),
        fact("司机", driver.unwrap_or_default()),
        fact("重量", against(load.weight_g, vehicle.and_then(|vehicle| vehicle.capacity_g), "kg")),
        fact("筐箱", against_totes(totes, vehicle.and_then(|vehicle| vehicle.capacity_totes))),
        fact("体积", against(load.volume_ml, vehicle.and_then(|vehicle| vehicle.capacity_ml), "L")),
    ];
    if let Some(planned) = press.book.planned_trip(&route.trip_no) {
        facts.extend(planned_facts(press, route, planned));
    }
    facts
}

/// When it leaves and is back, how far it is, and how it is loaded; or why no vehicle goes.
fn planned_facts(press: &Press<'_>, route: &Route, planned: &PlannedTrip) -> Vec<Fact> {
    let Some(round) = &planned.round else {
        let fault = |point: usize| press.book.planned_stop(point as u32)?.served.as_ref().err();
        let faults: BTreeSet<&String> = route.points.clone().filter_map(fault).collect();
        let words = faults.into_iter().map(|code| Reason::parse(code).map_or(code.clone(), |known| known.to_string()));
        return vec![fact("未排入车次的原因", words.collect::<Vec<_>>().join("；"))];
    };
    vec![
        fact("发车", clock(round.departs_s)),
        fact("回仓", clock(round.returns_s)),
        fact("里程", format!("{}.{} km", planned.distance_m / 1_000, planned.distance_m % 1_000 / 100)),
        fact("装车", "先装最后一站；每站先常温后冷链，冷链靠门"),
    ]
}

/// Totes and boxes against those that fit: `18 / 40`.
fn against_totes(totes: u64, capacity: Option<u32>) -> String {
    match capacity.map(u64::from) {
        Some(capacity) if totes > capacity => format!("{totes} / {capacity}（超 {}）", totes - capacity),
        Some(capacity) => format!("{totes} / {capacity}"),
        None => totes.to_string(),
    }
}

/// What is loaded against what fits, both in thousandths of the unit: `812.5 / 1000 kg（81%）`.
fn against(load: u64, capacity: Option<u64>, unit: &str) -> String {
    let plain = |value: u64| {
        let mut out = Vec::new();
        push_thousandths(&mut out, value as i64);
        String::from_utf8(out).expect("digits are text")
    };
    match capacity {
        Some(capacity) if load > capacity => {
            format!("{} / {} {unit}（{}% 超载）", plain(load), plain(capacity), load * 100 / capacity)
        }
        Some(capacity) => format!("{} / {} {unit}（{}%）", plain(load), plain(capacity), load * 100 / capacity),
        None => format!("{} {unit}", plain(load)),
    }
}
