//! 线路: where the vehicles drive, with their stops and times, and what may be changed in it by hand.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::domain::access::Operation;
use crate::domain::book::Book;
use crate::domain::money::Fen;
use crate::domain::route_plan::{PlannedStop, PlannedTrip, RoutePlan, clock};
use crate::flow::dispatch_trips::show_routes::{Shown, show_routes};
use crate::store::backend::Db;
use crate::store::master;
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::api::route_outcomes::{fault_words, unserved};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::route_map::{RouteMap, route_map};
use crate::web::pages::warehouse::{Head, frame, head, may};
use crate::web::site::Site;
use crate::web::words::{Lang, segment, yuan};

#[derive(Template)]
#[template(path = "pages/warehouse/routes.html")]
struct RoutesPage {
    frame: Frame,
    head: Head,
    warehouses: Vec<Warehouse>,
    /// Where changes are sent, for whoever may make them.
    edits: Option<String>,
}

struct Warehouse {
    name: String,
    /// How its routes came about, and what they come to.
    words: String,
    /// Points that no vehicle serves, each with the reason.
    unserved: Vec<(String, String)>,
    map: Option<RouteMap>,
    trips: Vec<Trip>,
    /// All points that are planned, by stop: code and name.
    points: Vec<(String, String)>,
}

struct Trip {
    trip_no: String,
    route_code: String,
    who: String,
    times: String,
    load: String,
    /// Its colour on the map.
    hue: usize,
    is_locked: bool,
    /// What locking or unlocking it sends.
    turn: String,
    stops: Vec<Stop>,
}

struct Stop {
    stop_seq: u32,
    code: String,
    name: String,
    leader: String,
    eta: String,
    weight: String,
    /// The driver of the day before, where that is another.
    usual: Option<String>,
    is_pinned: bool,
}

/// `GET /warehouse/{code}/routes`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    caller: Caller,
    visitor: Visitor,
    code: web::Path<String>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    page_answer(lang, ask(&site, move |site, db| page(site, db, &code, &caller, visitor, lang)).await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    caller: &Caller,
    visitor: Visitor,
    lang: Lang,
) -> Result<RoutesPage, WebError> {
    let (head, row) = head(site, db, code, "/routes", lang)?;
    let mut warehouses = Vec::new();
    if row.card().state.is_frozen() {
        let shown = show_routes(db, &site.desk(), code)?;
        let districts = master::district::all(db)?;
        for plan in &shown.book.plans {
            let map = route_map(&shown, plan, &districts, lang);
            warehouses.push(warehouse(&shown, plan, map, lang));
        }
    }
    let may_edit = may(caller, Operation::EditRoutes);
    Ok(RoutesPage {
        edits: may_edit.then(|| format!("/api/v1/cycles/{}/routes", segment(code))),
        frame: frame(site, visitor, code, "/routes", lang),
        head,
        warehouses,
    })
}

fn warehouse(shown: &Shown, plan: &RoutePlan, map: Option<RouteMap>, lang: Lang) -> Warehouse {
    let book = &shown.book;
    let point = |stop: &PlannedStop| {
        let point = &book.points[stop.point_ix as usize];
        (point.point_code.clone(), point.name.clone())
    };
    let mut points: Vec<(String, String)> = plan.stops.iter().map(point).collect();
    points.sort();
    Warehouse {
        name: book.warehouses[plan.warehouse_ix as usize].name.clone(),
        words: words(plan, lang),
        unserved: unserved(plan).map(|(stop, fault)| (point(stop).1, fault_words(fault))).collect(),
        map,
        trips: plan.trips.iter().enumerate().map(|(hue, trip)| trip_row(shown, plan, trip, hue, lang)).collect(),
        points,
    }
}

fn words(plan: &RoutePlan, lang: Lang) -> String {
    if let Some(why) = plan.why_filed {
        return match lang {
            Lang::Zh => format!("{}，沿用固定线路和站序。{}", why.zh(), why.remedy()),
            Lang::En => format!("The filed routes ({}). {}", why.code(), why.remedy()),
        };
    }
    let vehicles = plan.trips.iter().filter(|trip| trip.round.is_some()).count();
    let metres: u64 = plan.trips.iter().map(|trip| trip.distance_m).sum();
    let (km, paid) = (kilometres(metres), yuan(Fen(plan.cost.paid() / 1_000)));
    let (usual, moved) = (plan.usual_stops, plan.moved_stops);
    match lang {
        Lang::Zh if usual > 0 => {
            format!("{vehicles} 辆车 {km} 公里，约 ¥{paid}；{usual} 站有老司机，{moved} 站换了司机")
        }
        Lang::Zh => format!("{vehicles} 辆车 {km} 公里，约 ¥{paid}"),
        Lang::En => format!(
            "{vehicles} vehicles, {km} km, about ¥{paid}; {moved} of {usual} stops that had a driver get another"
        ),
    }
}

fn trip_row(shown: &Shown, plan: &RoutePlan, trip: &PlannedTrip, hue: usize, lang: Lang) -> Trip {
    let book: &Book = &shown.book;
    let vehicle =
        book.trips.iter().find(|known| known.trip_no == trip.trip_no).and_then(|known| known.vehicle.as_ref());
    let is_locked = trip.plate().is_some_and(|plate| shown.is_locked(plate));
    let driver = vehicle.map(|vehicle| vehicle.driver.as_str());
    let stop = |stop: &PlannedStop| {
        let point = &book.points[stop.point_ix as usize];
        Stop {
            stop_seq: stop.stop_seq,
            code: point.point_code.clone(),
            name: point.name.clone(),
            leader: point.leader_name.clone(),
            eta: stop.served.as_ref().map_or_else(|_| String::new(), |call| clock(call.arrives_s)),
            weight: format!("{}.{}", stop.load.weight_g / 1_000, stop.load.weight_g % 1_000 / 100),
            usual: stop.usual_driver.clone().filter(|usual| Some(usual.as_str()) != driver),
            is_pinned: shown.is_pinned(point.id),
        }
    };
    let act = if is_locked { "unlock" } else { "lock" };
    Trip {
        trip_no: trip.trip_no.clone(),
        route_code: trip.route_code.clone(),
        who: vehicle.map_or_else(
            || lang.say("（待派车）", "(no vehicle)").to_owned(),
            |vehicle| format!("{} {}", vehicle.plate, vehicle.driver),
        ),
        times: trip.round.as_ref().map_or_else(String::new, |round| {
            format!("{}–{} · {} km", clock(round.departs_s), clock(round.returns_s), kilometres(trip.distance_m))
        }),
        load: format!("{} kg · {} L", trip.load.weight_g / 1_000, trip.load.volume_ml / 1_000),
        hue: hue % HUES,
        is_locked,
        turn: format!("{{\"edits\":[{{\"act\":\"{act}\",\"trip\":\"{}\"}}]}}", trip.trip_no),
        stops: plan.stops_of(&trip.trip_no).into_iter().map(stop).collect(),
    }
}

/// Colours of ways on the map.
pub const HUES: usize = 8;

fn kilometres(metres: u64) -> String {
    format!("{}.{}", metres / 1_000, metres % 1_000 / 100)
}
