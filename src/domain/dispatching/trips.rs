//! Who drives which route.

use crate::domain::book::{Book, Trip};
use crate::domain::dispatching::morning::Known;
use crate::domain::route_plan::Method;

/// The trips of a cycle by number, once its plans are laid over the book. Planned routes have the vehicle of the plan. The
/// filed routes of a warehouse take its vehicles in order of their plates; routes beyond the vehicles stay without one.
/// A trip that nobody needs any more stays in the list, without a vehicle.
pub fn trips(book: &Book, known: &Known) -> Vec<Trip> {
    let mut trips = Vec::new();
    for (warehouse_ix, warehouse) in (0u32..).zip(&book.warehouses) {
        let vans = known.vans.get(&warehouse.id).map_or(&[][..], Vec::as_slice);
        match book.plan_of(warehouse_ix).filter(|plan| plan.method == Method::Solver) {
            Some(plan) => trips.extend(plan.trips.iter().map(|trip| {
                let van = vans.iter().find(|van| Some(van.card.plate.as_str()) == trip.plate());
                let vehicle = van.map(|van| van.card.clone());
                Trip { trip_no: trip.trip_no.clone(), warehouse_ix, route_code: trip.route_code.clone(), vehicle }
            })),
            None => {
                let mut free = vans.iter();
                trips.extend(served_routes(book, warehouse_ix).into_iter().map(|(trip_no, route_code)| {
                    let vehicle = free.next().map(|van| van.card.clone());
                    Trip { trip_no, warehouse_ix, route_code, vehicle }
                }));
            }
        }
    }
    let idle = book.trips.iter().filter(|old| trips.iter().all(|trip| trip.trip_no != old.trip_no));
    let idle: Vec<Trip> = idle.map(|old| Trip { vehicle: None, ..old.clone() }).collect();
    trips.extend(idle);
    trips.sort_by(|a, b| a.trip_no.cmp(&b.trip_no));
    trips
}

/// The routes of a warehouse that have points with orders: (trip number, route code), in order of the codes.
fn served_routes(book: &Book, warehouse_ix: u32) -> Vec<(String, String)> {
    let (routes, route_of_point) = book.routes();
    let mut is_served = vec![false; routes.len()];
    book.orders.point_ix.iter().for_each(|&point| is_served[route_of_point[point as usize] as usize] = true);
    let served =
        routes.into_iter().zip(is_served).filter(|(route, served)| *served && route.warehouse_ix == warehouse_ix);
    served.map(|(route, _)| (route.trip_no, route.route_code)).collect()
}

/// The points that have orders, by warehouse and in the order of their slots, which no plan moves.
pub fn served_points(book: &Book) -> Vec<Vec<u32>> {
    let mut has_orders = vec![false; book.points.len()];
    for order in 0..book.orders.point_ix.len() {
        if !book.lines_of(order as u32).is_empty() {
            has_orders[book.orders.point_ix[order] as usize] = true;
        }
    }
    let mut served = vec![Vec::new(); book.warehouses.len()];
    for (ix, point) in (0u32..).zip(&book.points) {
        if has_orders[ix as usize] {
            served[point.warehouse_ix as usize].push(ix);
        }
    }
    served.iter_mut().for_each(|points| points.sort_by_key(|&ix| book.points[ix as usize].slot_no));
    served
}
