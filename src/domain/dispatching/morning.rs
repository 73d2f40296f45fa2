//! What is to be driven from one warehouse: its points with goods and times, its vehicles with room and shift.
//!
//! A point takes goods in from the hour that the settings name, or from its own window where that opens earlier, until it
//! is to report differences, at the latest until its window closes: residents come when the goods are there.

use std::collections::{BTreeMap, HashMap};

use crate::domain::book::Book;
use crate::domain::checksum::{fnv1a64, mix};
use crate::domain::dispatching::settings::RouteSettings;
use crate::domain::facts::Vehicle as Card;
use crate::domain::route_plan::{WhyFiled, second_of_day};
use crate::domain::routing::{Load, Problem, Span, Stop, Vehicle};
use crate::domain::totes::{Goods, Totes};

/// Longitude and latitude in ten-millionths of a degree on WGS-84.
pub type PlaceE7 = (i64, i64);

/// A vehicle of a warehouse, with the times that it was given.
#[derive(Clone, Debug)]
pub struct Van {
    pub card: Card,
    pub shift_start: Option<String>,
    pub shift_end: Option<String>,
}

/// What is known beside the book.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// By point id.
    pub places: HashMap<i64, PlaceE7>,
    /// By warehouse id.
    pub depots: HashMap<i64, PlaceE7>,
    /// By warehouse id, each in order of the plates.
    pub vans: HashMap<i64, Vec<Van>>,
    /// Who served each point (by id) at the last pickup date before: the driver, and the vehicle.
    pub usual: HashMap<i64, Usual>,
}

/// Who served a point, and as which stop.
#[derive(Clone, Debug)]
pub struct Usual {
    pub driver: String,
    pub plate: String,
    pub stop_seq: u32,
}

/// A warehouse's morning.
#[derive(Clone, Debug)]
pub struct Morning {
    pub warehouse_ix: u32,
    pub depot: PlaceE7,
    /// The points (by index in the book) that the problem's stops stand for.
    pub points: Vec<u32>,
    pub vans: Vec<Van>,
    /// Who served each stop before.
    pub usual: Vec<Option<Usual>>,
    pub problem: Problem,
    /// The stops', then the depot's.
    pub places: Vec<PlaceE7>,
}

/// The morning of a warehouse.
///
/// # Errors
/// Why its filed routes are to be driven.
pub fn morning(
    book: &Book,
    warehouse_ix: u32,
    points: Vec<u32>,
    known: &Known,
    settings: &RouteSettings,
) -> Result<Morning, WhyFiled> {
    let warehouse_id = book.warehouses[warehouse_ix as usize].id;
    let depot = *known.depots.get(&warehouse_id).ok_or(WhyFiled::WarehousePlace)?;
    let vans = known.vans.get(&warehouse_id).filter(|vans| !vans.is_empty()).ok_or(WhyFiled::NoVehicle)?.clone();
    let place = |point: &u32| known.places.get(&book.points[*point as usize].id).copied();
    let mut places: Vec<PlaceE7> = points.iter().map(place).collect::<Option<_>>().ok_or(WhyFiled::PointPlace)?;
    places.push(depot);
    let usual: Vec<Option<Usual>> =
        points.iter().map(|&point| known.usual.get(&book.points[point as usize].id).cloned()).collect();
    let loads = loads(book);
    let stop = |(&point, usual): (&u32, &Option<Usual>)| Stop {
        load: loads[point as usize],
        window: window(book, point, settings),
        extra_service_s: 0,
        usual_vehicle: usual.as_ref().and_then(|usual| vehicle_of(&vans, usual)),
        pinned_to: None,
    };
    let problem = Problem {
        depot_count: 1,
        stops: points.iter().zip(&usual).map(stop).collect(),
        vehicles: vans.iter().map(|van| vehicle(van, settings)).collect(),
        service: settings.service,
        prices: settings.prices,
    };
    if !problem.faults().is_empty() {
        return Err(WhyFiled::OutOfRange);
    }
    Ok(Morning { warehouse_ix, depot, points, vans, usual, problem, places })
}

/// The vehicle that the driver drives today; where that driver has none, the one of before.
fn vehicle_of(vans: &[Van], usual: &Usual) -> Option<u32> {
    let by_driver = vans.iter().position(|van| van.card.driver == usual.driver);
    by_driver.or_else(|| vans.iter().position(|van| van.card.plate == usual.plate)).map(|at| at as u32)
}

/// What goes to each point. Pieces of unknown weight or volume count as nothing, as on the dispatch sheet.
fn loads(book: &Book) -> Vec<Load> {
    let mut loads = vec![Load::default(); book.points.len()];
    let mut goods: Vec<BTreeMap<u32, u64>> = vec![BTreeMap::new(); book.points.len()];
    for line in 0..book.lines.order_ix.len() {
        let offer = &book.offers[book.lines.offer_ix[line] as usize];
        let pieces = u64::from(book.lines.allocated[line]);
        let point = book.orders.point_ix[book.lines.order_ix[line] as usize] as usize;
        let load = &mut loads[point];
        load.weight_g += u64::from(offer.nominal_weight_g.unwrap_or(0)) * pieces;
        load.volume_ml += u64::from(offer.volume_ml.unwrap_or(0)) * pieces;
        *goods[point].entry(book.lines.offer_ix[line]).or_default() += pieces;
    }
    for (load, goods) in loads.iter_mut().zip(goods) {
        let of = |(offer_ix, qty)| Goods::of(&book.offers[offer_ix as usize], qty);
        load.totes = Totes::of(goods.into_iter().map(of)).total();
    }
    loads
}

/// When unloading at a point may begin.
pub fn window(book: &Book, point: u32, settings: &RouteSettings) -> Span {
    let point = &book.points[point as usize];
    let second = |text: &Option<String>| text.as_deref().and_then(second_of_day);
    let opens = second(&point.window_start).unwrap_or(settings.deliver_from_s);
    let closes = [second(&point.report_by), second(&point.window_end)].into_iter().flatten().min();
    let from_s = opens.min(settings.deliver_from_s);
    Span { from_s, until_s: closes.unwrap_or(settings.deliver_until_s).max(from_s) }
}

fn vehicle(van: &Van, settings: &RouteSettings) -> Vehicle {
    let second = |text: &Option<String>| text.as_deref().and_then(second_of_day);
    let from_s = second(&van.shift_start).unwrap_or(settings.shift_from_s);
    let until_s = second(&van.shift_end).unwrap_or(settings.shift_until_s);
    // A shift that ends before it begins ends the day after.
    let until_s = if until_s <= from_s { until_s + 86_400 } else { until_s };
    let capacity = Load {
        weight_g: van.card.capacity_g.unwrap_or(Load::ENDLESS.weight_g),
        volume_ml: van.card.capacity_ml.unwrap_or(Load::ENDLESS.volume_ml),
        totes: van.card.capacity_totes.map_or(Load::ENDLESS.totes, u64::from),
    };
    Vehicle {
        depot: 0,
        capacity,
        shift: Span { from_s, until_s },
        overtime_max_s: settings.overtime_max_min * 60,
        stops_max: settings.stops_max,
        minutes_max: settings.minutes_max,
        use_price_fen: settings.use_price_fen,
    }
}

/// A sum over all that a plan is made from but chance and time.
pub fn input_sum(book: &Book, morning: &Morning, settings: &RouteSettings) -> String {
    let points =
        morning.points.iter().map(|&point| format!("{} ", book.points[point as usize].point_code)).collect::<String>();
    let plates = morning.vans.iter().map(|van| format!("{} ", van.card.plate)).collect::<String>();
    let text = format!("{:?}|{:?}|{settings:?}|{points}|{plates}", morning.problem, morning.places);
    format!("{:016x}", mix(fnv1a64(text.as_bytes())))
}
