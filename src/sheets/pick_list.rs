//! 总拣单 and its two variants: what is taken from the shelves for a warehouse, a route or a point.

use crate::sheets::cell::{Cell, Sink};
use crate::sheets::facts::{Fact, fact};
use crate::sheets::goods::Portion;
use crate::sheets::press::{Press, Route};

/// Everything of a warehouse's points.
pub fn print(press: &Press<'_>, warehouse_ix: u32, sink: &mut dyn Sink) {
    print_portions(press, &press.goods().of_points(press.points_of_warehouse(warehouse_ix)), &[], sink);
}

/// What goes along one route.
pub fn print_route(press: &Press<'_>, route: &Route, sink: &mut dyn Sink) {
    print_portions(press, &press.goods().of_points(route.points.clone()), &[Cell::Text(&route.route_code)], sink);
}

/// What goes to one point.
pub fn print_point(press: &Press<'_>, point_ix: u32, sink: &mut dyn Sink) {
    let point = &press.book.points[point_ix as usize];
    let place = [Cell::Text(&point.route_code), Cell::Int(i64::from(point.stop_seq)), Cell::Text(&point.name)];
    print_portions(press, press.goods().of_point(point_ix as usize), &place, sink);
}

/// The columns of a pick list itself, behind those that say for which place it is.
const COLUMNS: usize = 12;
const PLACE_MAX: usize = 3;

fn print_portions(press: &Press<'_>, portions: &[Portion], place: &[Cell<'_>], sink: &mut dyn Sink) {
    for (pick_seq, portion) in (1i64..).zip(portions) {
        let offer = press.offer_at_rank(portion.rank);
        let case_size = u64::from(offer.case_size);
        let note = weight_note(offer.is_variable_weight, offer.nominal_weight_g, portion.qty);
        let mut cells = [Cell::Blank; PLACE_MAX + COLUMNS];
        cells[..place.len()].copy_from_slice(place);
        cells[place.len()..place.len() + COLUMNS].copy_from_slice(&[
            Cell::Int(pick_seq),
            Cell::text(offer.zone.as_deref()),
            Cell::Text(offer.temp_zone.zh()),
            Cell::Text(&offer.sku_code),
            Cell::Text(&offer.name),
            Cell::Text(&offer.spec),
            Cell::Text(&offer.unit),
            Cell::count(case_size),
            Cell::count(portion.qty),
            Cell::count(portion.qty / case_size),
            Cell::count(portion.qty % case_size),
            Cell::Text(&note),
        ]);
        sink.row(&cells[..place.len() + COLUMNS]);
    }
}

/// Marks goods that are weighed, with what they weigh together; empty for all others.
pub fn weight_note(is_variable_weight: bool, nominal_weight_g: Option<u32>, qty: u64) -> String {
    match nominal_weight_g {
        _ if !is_variable_weight => String::new(),
        None => "称".to_string(),
        Some(grams) => {
            let total_g = u64::from(grams) * qty;
            format!("称 约{}.{:02}kg", total_g / 1000, total_g % 1000 / 10)
        }
    }
}

pub fn facts(press: &Press<'_>, warehouse_ix: u32) -> Vec<Fact> {
    vec![fact("仓库", &press.book.warehouses[warehouse_ix as usize].name)]
}

pub fn facts_route(press: &Press<'_>, route: &Route) -> Vec<Fact> {
    let mut facts = vec![fact("车次", &route.trip_no), fact("线路", &route.route_code)];
    facts.extend(self::facts(press, route.warehouse_ix));
    facts
}

pub fn facts_point(press: &Press<'_>, point_ix: u32) -> Vec<Fact> {
    let point = &press.book.points[point_ix as usize];
    let mut facts = vec![
        fact("格口", point.slot_no),
        fact("线路", &point.route_code),
        fact("站序", point.stop_seq),
        fact("自提点", &point.name),
    ];
    facts.extend(self::facts(press, point.warehouse_ix));
    facts
}
