//! Rules on trips, the register of sheets and difference sheets.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::check::day::{Day, Line};
use crate::check::purchasing::is_ordinal;
use crate::check::report::Report;
use crate::check::routes::{points_with_lines, routes, routes_at};
use crate::check::rows::{ChangeRow, DocumentRow};
use crate::domain::states::CycleState;

/// Each kind of sheet with the letters of its numbers.
const KINDS: [(&str, &str); 13] = [
    ("procurement_summary", "PS"),
    ("purchase_order", "PO"),
    ("receiving_sheet", "RS"),
    ("shortage_notice", "SN"),
    ("shortage_notice_point", "SP"),
    ("pick_list", "PL"),
    ("pick_list_route", "PR"),
    ("pick_list_point", "PP"),
    ("sowing_sort", "SS"),
    ("dispatch_sheet", "DS"),
    ("handover_slip", "HS"),
    ("pickup_list", "PK"),
    ("label", "LB"),
];

/// The kind of a sheet that says what changed on another.
const DIFFERENCE: &str = "difference_sheet";

/// A trip drives a route of the cycle under its number; and once dispatched each route with lines has one.
pub fn trips(day: &Day, report: &mut Report) {
    let routes = routes(day);
    let mut needed: BTreeMap<i32, HashSet<String>> = BTreeMap::new();
    for trip in &day.trips {
        let route = routes.iter().find(|route| route.trip_no == trip.trip_no);
        let shown = |warehouse_id, route_code: &str| format!("warehouse_id={warehouse_id} route_code={route_code}");
        let then = needed.entry(trip.version).or_insert_with(|| needed_at(day, trip.version));
        let expected = route.and_then(|route| {
            let warehouse = day.warehouses.get(route.warehouse as usize)?;
            // What lost all its points is kept, without a vehicle.
            (trip.plate.is_none() || then.contains(&trip.trip_no)).then(|| shown(warehouse.id, &route.route_code))
        });
        let found = shown(trip.warehouse_id, &trip.route_code);
        report.equal(
            "trips",
            || format!("trip_no={}", trip.trip_no),
            expected.unwrap_or_else(|| "no trip".into()),
            found,
        );
    }
    if day.has_reached(CycleState::Dispatched) {
        let made: BTreeSet<&str> = day.trips.iter().map(|trip| trip.trip_no.as_str()).collect();
        for route in routes.iter().filter(|route| route.has_lines) {
            let holds = made.contains(route.trip_no.as_str());
            report.demand("trips", holds, || (format!("trip_no={}", route.trip_no), &route.route_code, "no trip"));
        }
    }
}

/// The numbers of the routes that have lines at a version.
fn needed_at(day: &Day, version: i32) -> HashSet<String> {
    routes_at(day, version).into_iter().filter(|route| route.has_lines).map(|route| route.trip_no).collect()
}

/// The issues of a sheet, oldest first.
fn issues_of<'a>(day: &'a Day, kind: &str, key: &str) -> &'a [DocumentRow] {
    let start = day.documents.partition_point(|row| (row.kind.as_str(), row.key.as_str()) < (kind, key));
    let length = day.documents[start..].partition_point(|row| (row.kind.as_str(), row.key.as_str()) == (kind, key));
    &day.documents[start..start + length]
}

/// The key of the difference sheet of each superseded issue that has change rows, and what they add up to.
pub fn differences(day: &Day) -> HashMap<String, i64> {
    let key = |change: &ChangeRow| {
        let doc_no = &issues_of(day, &change.kind, &change.key).first()?.doc_no;
        Some((format!("{doc_no}-v{}", change.version), change.moved_qty))
    };
    day.changes.iter().filter_map(key).collect()
}

/// The sheets that the day so far demands, as (kind, key).
fn demanded(day: &Day) -> Vec<(&'static str, String)> {
    let mut sheets: Vec<_> = differences(day).into_keys().map(|key| (DIFFERENCE, key)).collect();
    if day.has_reached(CycleState::Procured) {
        let groups = day.procurement.all_newest().map(|(group, ..)| group);
        let warehouses: BTreeSet<&String> = groups.map(|group| &day.warehouse_of_group(group).warehouse_code).collect();
        sheets.extend(warehouses.into_iter().map(|key| ("procurement_summary", key.clone())));
        for po in &day.purchase_orders {
            sheets.extend(["purchase_order", "receiving_sheet"].map(|kind| (kind, po.po_no.clone())));
        }
    }
    let is_shared = !day.shares.all().is_empty() && day.has_reached(CycleState::Receiving);
    if is_shared {
        demanded_by_points(day, &mut sheets);
    }
    if day.has_reached(CycleState::Dispatched) {
        let routes = routes(day).into_iter().filter(|route| route.has_lines);
        sheets.extend(routes.map(|route| ("dispatch_sheet", route.trip_no)));
        let points = points_with_lines(day).into_iter().map(|point| &day.points[point as usize]);
        sheets.extend(points.map(|point| ("handover_slip", point.point_code.clone())));
    }
    sheets
}

fn demanded_by_points(day: &Day, sheets: &mut Vec<(&'static str, String)>) {
    let mut warehouses = BTreeSet::new();
    for point in points_with_lines(day) {
        let point = &day.points[point as usize];
        sheets.extend(["pickup_list", "pick_list_point", "label"].map(|kind| (kind, point.point_code.clone())));
        warehouses.extend(day.warehouses.get(point.warehouse as usize).map(|own| &own.warehouse_code));
    }
    for warehouse_code in warehouses {
        sheets.extend(["pick_list", "sowing_sort"].map(|kind| (kind, warehouse_code.clone())));
    }
    let routes = routes(day).into_iter().filter(|route| route.has_lines);
    sheets.extend(routes.map(|route| ("pick_list_route", route.trip_no)));
    let mut short = BTreeSet::new();
    let goes_short = |(ix, line): &(u32, &Line)| line.allocated < i64::from(line.ordered) && day.short_now(*ix) > 0;
    for (_, line) in day.taking_part().filter(goes_short) {
        short.insert(("shortage_notice", &day.offers[line.offer as usize].sku_code));
        if let Some(point) = day.points.get(day.orders[line.order as usize].point as usize) {
            short.insert(("shortage_notice_point", &point.point_code));
        }
    }
    sheets.extend(short.into_iter().map(|(kind, key)| (kind, key.clone())));
}

/// Every sheet that the day so far demands is registered.
pub fn missing(day: &Day, report: &mut Report) {
    let registered: HashSet<(&str, &str)> =
        day.documents.iter().map(|row| (row.kind.as_str(), row.key.as_str())).collect();
    let mut demanded = demanded(day);
    demanded.sort_unstable();
    for (kind, key) in demanded {
        let holds = registered.contains(&(kind, key.as_str()));
        report.demand("documents", holds, || (format!("kind={kind} key={key}"), "registered", "not registered"));
    }
}

/// A sheet's key names a thing of the cycle: a warehouse, purchase order, SKU, point or trip.
pub fn keys(day: &Day, report: &mut Report) {
    let trips: HashSet<String> = routes(day).into_iter().map(|route| route.trip_no).collect();
    let differences = differences(day);
    for row in &day.documents {
        let key = &row.key;
        let holds = match row.kind.as_str() {
            "procurement_summary" | "pick_list" | "sowing_sort" => {
                day.warehouses.iter().any(|warehouse| warehouse.warehouse_code == *key)
            }
            "purchase_order" | "receiving_sheet" => day.purchase_orders.iter().any(|po| po.po_no == *key),
            "shortage_notice" => day.offers.iter().any(|offer| offer.sku_code == *key),
            "shortage_notice_point" | "pick_list_point" | "handover_slip" | "pickup_list" | "label" => {
                day.points.binary_search_by(|point| point.point_code.as_str().cmp(key)).is_ok()
            }
            "pick_list_route" | "dispatch_sheet" => trips.contains(key),
            DIFFERENCE => differences.contains_key(key),
            _ => false,
        };
        report.demand("documents", holds, || {
            ("key".into(), "a thing of the cycle", format!("kind={} key={key}", row.kind))
        });
    }
}

/// A sheet keeps its number through its versions, shares it with no other, and it is `XX-<cycle>-<nnn>`; a difference
/// sheet is numbered as its key.
pub fn numbers(day: &Day, report: &mut Report) {
    let mut owner: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    let mut number: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for row in &day.documents {
        let (sheet, doc_no) = ((row.kind.as_str(), row.key.as_str()), row.doc_no.as_str());
        let prefix = KINDS.iter().find(|kind| kind.0 == row.kind).map_or("", |kind| kind.1);
        let prefix = format!("{prefix}-{}-", day.cycle().cycle_code);
        let is_own = *owner.entry(doc_no).or_insert(sheet) == sheet && *number.entry(sheet).or_insert(doc_no) == doc_no;
        let is_formed = match row.kind.as_str() {
            DIFFERENCE => doc_no == row.key,
            _ => doc_no.strip_prefix(&prefix).is_some_and(is_ordinal),
        };
        let holds = is_own && is_formed;
        report.demand("documents", holds, || {
            let name = format!("kind={} key={} version={}", row.kind, row.key, row.version);
            (name, format!("{prefix}nnn of its own"), doc_no)
        });
    }
}

/// A difference sheet is between two issues: one at its version, and an earlier one.
pub fn changes(day: &Day, report: &mut Report) {
    for change in &day.changes {
        let versions: Vec<i32> = issues_of(day, &change.kind, &change.key).iter().map(|row| row.version).collect();
        let holds = versions.contains(&change.version) && versions.iter().any(|version| *version < change.version);
        report.demand("document_changes", holds, || {
            let name = format!("kind={} key={} version={}", change.kind, change.key, change.version);
            (name, "an issue at this version and one before", format!("issues {versions:?}"))
        });
    }
}
