//! 排线: what was planned for the vehicles of a warehouse, as the cycle keeps it, and the routes that follow from it.
//!
//! A plan covers the points of its warehouse that have orders. The others, and those of a warehouse whose plan is `filed`,
//! have the route and stop that they were filed with.

use crate::domain::book::{Book, Route, Trip};
use crate::domain::documents::trip_no;
use crate::domain::facts::coded;
use crate::domain::routing::{Cost, Load, Span};

coded! {
    /// How the routes of a warehouse came about.
    Method {
        Solver = "solver", "排线";
        Filed = "filed", "固定线路";
    }
}

coded! {
    /// Why a warehouse keeps to the filed routes.
    WhyFiled {
        /// Somebody wanted it so.
        Asked = "asked", "按要求用固定线路";
        WarehousePlace = "warehouse_place", "仓库没有坐标";
        PointPlace = "point_place", "有自提点没有坐标";
        NoVehicle = "no_vehicle", "仓库没有车辆";
        /// A number (of points, of metres) is beyond what can be planned.
        OutOfRange = "out_of_range", "点数或距离超出可排范围";
    }
}

impl WhyFiled {
    /// What helps, in both languages.
    pub fn remedy(self) -> &'static str {
        match self {
            WhyFiled::Asked => "去掉 --as-filed 再派车即排线 dispatch without --as-filed to plan",
            WhyFiled::WarehousePlace => "导入仓库坐标后再派车 import the warehouse's coordinates, then dispatch again",
            WhyFiled::PointPlace => "导入自提点坐标后再派车 import the points' coordinates, then dispatch again",
            WhyFiled::NoVehicle => "导入车辆后再派车 import its vehicles, then dispatch again",
            WhyFiled::OutOfRange => {
                "把点分给更多仓库，或查坐标 give points to more warehouses, or look at the coordinates"
            }
        }
    }
}

/// The plan of a warehouse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutePlan {
    pub warehouse_ix: u32,
    /// The version of the cycle that made it.
    pub version: u32,
    pub method: Method,
    /// Where it is the filed routes: why.
    pub why_filed: Option<WhyFiled>,
    pub seed: u64,
    pub iterations: u64,
    /// A sum over all that it was made from.
    pub input: String,
    /// Where vehicles leave from: longitude and latitude in ten-millionths of a degree on WGS-84.
    pub depot_e7: Option<(i64, i64)>,
    pub cost: Cost,
    /// Stops that have a usual driver, and those of them that get another.
    pub usual_stops: u32,
    pub moved_stops: u32,
    /// By number.
    pub trips: Vec<PlannedTrip>,
    /// By point.
    pub stops: Vec<PlannedStop>,
}

/// One vehicle's round. Without a vehicle: the stops that nobody can serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTrip {
    pub trip_no: String,
    pub route_code: String,
    pub round: Option<Round>,
    /// The whole way.
    pub drive_s: u64,
    pub distance_m: u64,
    pub load: Load,
}

/// The times of a round, in seconds of the pickup date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    pub plate: String,
    /// With the overtime that is allowed.
    pub shift: Span,
    pub departs_s: i32,
    pub returns_s: i32,
    /// The way home from the last stop.
    pub back_s: u32,
    pub back_m: u32,
}

/// A point on a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStop {
    pub point_ix: u32,
    pub trip_no: String,
    /// From 1.
    pub stop_seq: u32,
    /// When unloading may begin.
    pub window: Span,
    pub load: Load,
    pub usual_driver: Option<String>,
    /// When it is served, or the code of why no vehicle can.
    pub served: Result<Call, String>,
}

/// When a vehicle is at a point, in seconds of the pickup date, and its way from the place before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub arrives_s: i32,
    pub begins_s: i32,
    pub leaves_s: i32,
    pub drive_s: u32,
    pub distance_m: u32,
}

impl RoutePlan {
    /// What is planned for a point.
    pub fn stop(&self, point_ix: u32) -> Option<&PlannedStop> {
        let at = self.stops.binary_search_by_key(&point_ix, |stop| stop.point_ix).ok()?;
        Some(&self.stops[at])
    }

    /// The points of a trip, in stop order.
    pub fn stops_of<'p>(&'p self, trip_no: &str) -> Vec<&'p PlannedStop> {
        let mut stops: Vec<&PlannedStop> = self.stops.iter().filter(|stop| stop.trip_no == trip_no).collect();
        stops.sort_by_key(|stop| stop.stop_seq);
        stops
    }

    /// The route of a trip.
    pub fn route_code(&self, trip_no: &str) -> Option<&str> {
        self.trips.iter().find(|trip| trip.trip_no == trip_no).map(|trip| trip.route_code.as_str())
    }
}

impl PlannedTrip {
    pub fn plate(&self) -> Option<&str> {
        self.round.as_ref().map(|round| round.plate.as_str())
    }
}

/// A second of the pickup date as a time of day: `08:20`; `次日 00:10` where it lies after midnight.
pub fn clock(second: i32) -> String {
    let minutes = second.max(0) / 60;
    let (day, hour) = (minutes / 1440, minutes / 60 % 24);
    let next = if day > 0 { "次日 " } else { "" };
    format!("{next}{hour:02}:{:02}", minutes % 60)
}

/// The second of the day of a time `HH:MM`.
pub fn second_of_day(text: &str) -> Option<i32> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (i32, i32) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 3600 + minute * 60)
}

impl Book {
    /// The routes of the cycle in walking order, and for each point the index of its route. A route belongs to one
    /// warehouse. Those that leaders were filed with keep their numbers, also while no point is on them; numbers that a
    /// plan adds come behind.
    pub fn routes(&self) -> (Vec<Route>, Vec<u32>) {
        let mut filed: Vec<(u32, &str)> =
            self.points.iter().map(|point| (point.warehouse_ix, point.filed_route.as_str())).collect();
        filed.sort_unstable();
        filed.dedup();
        let mut all: Vec<(u32, String)> = filed.iter().map(|&(warehouse, code)| (warehouse, code.to_owned())).collect();
        all.extend(self.points.iter().map(|point| (point.warehouse_ix, point.route_code.clone())));
        all.extend(self.trips.iter().map(|trip| (trip.warehouse_ix, trip.route_code.clone())));
        all.sort_unstable();
        all.dedup();
        let route_of_point = self.points.iter().map(|point| {
            let place = all.binary_search_by(|(warehouse, code)| {
                (*warehouse, code.as_str()).cmp(&(point.warehouse_ix, point.route_code.as_str()))
            });
            place.expect("the route of each point is among them") as u32
        });
        let route_of_point = route_of_point.collect();
        let route = |(warehouse_ix, route_code): (u32, String)| {
            let filed = filed.binary_search(&(warehouse_ix, route_code.as_str()));
            let trip_no = match filed {
                Ok(at) => trip_no(&self.cycle.cycle_code, at + 1),
                Err(_) => self.planned_number(warehouse_ix, &route_code).unwrap_or_default().to_owned(),
            };
            Route { warehouse_ix, route_code, trip_no }
        };
        (all.into_iter().map(route).collect(), route_of_point)
    }

    /// The number of the trip on a route that no leader was filed with.
    fn planned_number(&self, warehouse_ix: u32, route_code: &str) -> Option<&str> {
        let dispatched = self.trips.iter().filter(|trip| trip.warehouse_ix == warehouse_ix);
        let dispatched = dispatched.map(|trip| (&trip.route_code, &trip.trip_no));
        let planned = self.plans.iter().filter(|plan| plan.warehouse_ix == warehouse_ix);
        let planned = planned.flat_map(|plan| &plan.trips).map(|trip| (&trip.route_code, &trip.trip_no));
        planned.chain(dispatched).find(|(code, _)| *code == route_code).map(|(_, trip_no)| trip_no.as_str())
    }

    /// For each point the place among `trips` of the one that serves it; none before `dispatch`.
    pub fn trips_of_points(&self) -> Vec<Option<u32>> {
        let (routes, route_of_point) = self.routes();
        let trip_of = |route: &Route| self.trips.iter().position(|trip| trip.trip_no == route.trip_no);
        let trip_of_route: Vec<Option<u32>> =
            routes.iter().map(|route| trip_of(route).map(|place| place as u32)).collect();
        route_of_point.into_iter().map(|route| trip_of_route[route as usize]).collect()
    }

    /// The trip that serves a point; none before `dispatch`.
    pub fn trip_of_point(&self, point_ix: u32) -> Option<&Trip> {
        let place = self.trips_of_points()[point_ix as usize]?;
        Some(&self.trips[place as usize])
    }

    /// The place of each point (from 1) in the sorting lines, one warehouse after the other: no plan moves it.
    pub fn ordinals_of_points(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.points.len()).collect();
        order.sort_by_key(|&ix| (self.points[ix].warehouse_ix, self.points[ix].slot_no));
        let mut ordinals = vec![0; order.len()];
        order.into_iter().zip(1..).for_each(|(ix, ordinal)| ordinals[ix] = ordinal);
        ordinals
    }

    /// The plan of a warehouse.
    pub fn plan_of(&self, warehouse_ix: u32) -> Option<&RoutePlan> {
        self.plans.iter().find(|plan| plan.warehouse_ix == warehouse_ix)
    }

    /// What is planned for a point; None where its route is the filed one.
    pub fn planned_stop(&self, point_ix: u32) -> Option<&PlannedStop> {
        self.plan_of(self.points[point_ix as usize].warehouse_ix)?.stop(point_ix)
    }

    /// What is planned for a trip; None where its route is the filed one.
    pub fn planned_trip(&self, trip_no: &str) -> Option<&PlannedTrip> {
        self.plans.iter().flat_map(|plan| &plan.trips).find(|trip| trip.trip_no == trip_no)
    }
}
