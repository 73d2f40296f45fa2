//! Rules on planned routes: each plan is driven once more, with nothing but its rows.

use std::collections::HashMap;

use crate::check::day::Day;
use crate::check::report::Report;
use crate::check::routes::{points_with_lines, stops_of, trips_of};
use crate::check::rows::{PlanRow, PlannedStopRow, PlannedTripRow};

/// Every plan serves each point of its warehouse that has lines once, and no other; filed routes have no stops.
pub fn points(day: &Day, report: &mut Report) {
    let with_lines = points_with_lines(day);
    for (warehouse, version, plan) in day.routes.plans.all() {
        let mut times: HashMap<i64, u32> = HashMap::new();
        stops_of(day, plan).for_each(|stop| *times.entry(stop.point_id).or_default() += 1);
        let is_planned = plan.method == "solver";
        for (ix, point) in (0u32..).zip(&day.points).filter(|(_, point)| point.warehouse == *warehouse) {
            let expected = u32::from(is_planned && with_lines.contains(&ix));
            let found = times.remove(&point.id).unwrap_or(0);
            report.equal(
                "planned_stops",
                || format!("point_code={} version={version}", point.point_code),
                expected,
                found,
            );
        }
        for (point_id, found) in times {
            report.equal("planned_stops", || format!("point_id={point_id} version={version}"), 0, found);
        }
    }
}

/// The stops of a trip are numbered from 1; a vehicle has one trip; what no vehicle serves stands on a trip without one.
pub fn orders(day: &Day, report: &mut Report) {
    for (_, _, plan) in day.routes.plans.all() {
        let mut plates: Vec<&str> = Vec::new();
        for trip in trips_of(day, plan) {
            for (stop, expected) in of_trip(day, plan, trip).zip(1..) {
                report.equal("planned_stops", || name(day, stop), expected, stop.stop_seq);
                let holds = stop.arrives_s.is_some() == trip.plate.is_some();
                report.demand("planned_stops", holds, || (name(day, stop), "a time where a vehicle goes", "not so"));
            }
            if let Some(plate) = &trip.plate {
                let row = || (trip_name(trip), "one trip of the vehicle", plate);
                report.demand("planned_trips", !plates.contains(&plate.as_str()), row);
                plates.push(plate);
            }
        }
        for stop in stops_of(day, plan) {
            let is_known = trips_of(day, plan).any(|trip| trip.trip_no == stop.trip_no);
            report.demand("planned_stops", is_known, || (name(day, stop), "a trip of the plan", &stop.trip_no));
        }
    }
}

/// No vehicle is anywhere before it can be: times go on by the way and the unloading, within shift and windows.
pub fn times(day: &Day, report: &mut Report) {
    for (_, _, plan) in day.routes.plans.all() {
        for trip in trips_of(day, plan) {
            let (Some(departs_s), Some(returns_s)) = (trip.departs_s, trip.returns_s) else { continue };
            let mut left_s = departs_s;
            for stop in of_trip(day, plan, trip) {
                let (Some(arrives_s), Some(begins_s), Some(leaves_s)) = (stop.arrives_s, stop.begins_s, stop.leaves_s)
                else {
                    continue;
                };
                let soonest = left_s.saturating_add(stop.drive_s.unwrap_or(0));
                let holds = soonest <= arrives_s && arrives_s <= begins_s && begins_s <= leaves_s;
                report.demand("planned_stops", holds, || {
                    (name(day, stop), format!("not before {soonest}"), format!("{arrives_s} {begins_s} {leaves_s}"))
                });
                let is_open = (stop.opens_s..=stop.closes_s).contains(&begins_s);
                report.demand("planned_stops", is_open, || {
                    (name(day, stop), format!("within {}–{}", stop.opens_s, stop.closes_s), begins_s)
                });
                left_s = leaves_s;
            }
            let soonest = left_s.saturating_add(trip.back_s.unwrap_or(0));
            report.demand("planned_trips", soonest <= returns_s, || {
                (trip_name(trip), format!("not before {soonest}"), returns_s)
            });
            let (from_s, until_s) = (trip.shift_from_s.unwrap_or(0), trip.shift_until_s.unwrap_or(0));
            report.demand("planned_trips", from_s <= departs_s && returns_s <= until_s, || {
                (trip_name(trip), format!("within {from_s}–{until_s}"), format!("{departs_s}–{returns_s}"))
            });
        }
    }
}

/// A stop is loaded with what its lines held when it was planned; a trip with what its stops are, over all its way.
pub fn loads(day: &Day, report: &mut Report) {
    for (_, version, plan) in day.routes.plans.all() {
        let goods = goods_at(day, *version);
        for stop in stops_of(day, plan) {
            let (weight_g, volume_ml) = goods.get(&stop.point_id).copied().unwrap_or((0, 0));
            report.equal("planned_stops", || format!("{} weight_g", name(day, stop)), weight_g, stop.weight_g);
            report.equal("planned_stops", || format!("{} volume_ml", name(day, stop)), volume_ml, stop.volume_ml);
        }
        for trip in trips_of(day, plan) {
            let sum = |of: fn(&PlannedStopRow) -> i64| of_trip(day, plan, trip).map(of).sum::<i64>();
            let back = |of: Option<i32>| i64::from(of.unwrap_or(0));
            for (what, expected, found) in [
                ("weight_g", sum(|stop| stop.weight_g), trip.weight_g),
                ("volume_ml", sum(|stop| stop.volume_ml), trip.volume_ml),
                ("totes", sum(|stop| i64::from(stop.totes)), i64::from(trip.totes)),
                ("drive_s", sum(|stop| i64::from(stop.drive_s.unwrap_or(0))) + back(trip.back_s), trip.drive_s),
                (
                    "distance_m",
                    sum(|stop| i64::from(stop.distance_m.unwrap_or(0))) + back(trip.back_m),
                    trip.distance_m,
                ),
            ] {
                report.equal("planned_trips", || format!("{} {what}", trip_name(trip)), expected, found);
            }
        }
    }
}

/// No vehicle is planned with more than it held then.
pub fn capacities(day: &Day, report: &mut Report) {
    for (_, version, plan) in day.routes.plans.all() {
        for planned in trips_of(day, plan).filter(|trip| trip.plate.is_some()) {
            let dispatched =
                day.trips.iter().filter(|trip| trip.trip_no == planned.trip_no && trip.version <= *version);
            let Some(trip) = dispatched.max_by_key(|trip| trip.version) else {
                report.demand("trips", false, || (trip_name(planned), "a trip", "none"));
                continue;
            };
            let plate = trip.plate.as_deref().unwrap_or("none");
            report.equal("trips", || trip_name(planned), planned.plate.as_deref().unwrap_or("none"), plate);
            for (what, most, found) in [
                ("weight_g", trip.capacity_g, planned.weight_g),
                ("volume_ml", trip.capacity_ml, planned.volume_ml),
                ("totes", trip.capacity_totes.map(i64::from), i64::from(planned.totes)),
            ] {
                let holds = most.is_none_or(|most| found <= most);
                report.demand("planned_trips", holds, || {
                    (format!("{} {what}", trip_name(planned)), format!("at most {}", most.unwrap_or(0)), found)
                });
            }
        }
    }
}

/// What a person gave to a vehicle is with it, in every plan since, or with none.
pub fn edits(day: &Day, report: &mut Report) {
    for (_, version, plan) in day.routes.plans.all() {
        let mut pins: HashMap<i64, &str> = HashMap::new();
        for edit in day.routes.edits.iter().filter(|edit| edit.version <= *version) {
            match (edit.act.as_str(), edit.point_id, &edit.plate) {
                ("pin", Some(point), Some(plate)) => drop(pins.insert(point, plate)),
                ("unpin", Some(point), _) => drop(pins.remove(&point)),
                _ => {}
            }
        }
        let plates: HashMap<&str, Option<&str>> =
            trips_of(day, plan).map(|trip| (trip.trip_no.as_str(), trip.plate.as_deref())).collect();
        for stop in stops_of(day, plan) {
            let Some(pin) = pins.get(&stop.point_id) else { continue };
            let plate = plates.get(stop.trip_no.as_str()).copied().flatten();
            report.demand("planned_stops", plate.is_none_or(|plate| plate == *pin), || {
                (name(day, stop), (*pin).to_owned(), plate.unwrap_or_default())
            });
        }
    }
}

/// Grams and millilitres that each point (by id) was to get at a version.
fn goods_at(day: &Day, version: i32) -> HashMap<i64, (i64, i64)> {
    let mut goods: HashMap<i64, (i64, i64)> = HashMap::new();
    for (ix, line) in day.taking_part() {
        let offer = &day.offers[line.offer as usize];
        let Some(point) = day.points.get(day.orders[line.order as usize].point as usize) else { continue };
        let pieces = day.allocated_at(ix, version);
        let sum = goods.entry(point.id).or_default();
        sum.0 += pieces * i64::from(offer.nominal_weight_g.unwrap_or(0));
        sum.1 += pieces * i64::from(offer.volume_ml.unwrap_or(0));
    }
    goods
}

fn of_trip<'d>(day: &'d Day, plan: &PlanRow, trip: &'d PlannedTripRow) -> impl Iterator<Item = &'d PlannedStopRow> {
    stops_of(day, plan).filter(|stop| stop.trip_no == trip.trip_no)
}

fn name(day: &Day, stop: &PlannedStopRow) -> String {
    let point = day.points.iter().find(|point| point.id == stop.point_id);
    let code = point.map_or_else(|| stop.point_id.to_string(), |point| point.point_code.clone());
    format!("point_code={code} version={}", stop.version)
}

fn trip_name(trip: &PlannedTripRow) -> String {
    format!("trip_no={} version={}", trip.trip_no, trip.version)
}
