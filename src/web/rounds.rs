//! Trips as they are driven: each with its stops, what goes off there, and what was told of it. Drivers' phones and the desk
//! show the same.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::book::Trip;
use crate::domain::coordinates::{Datum, Wgs84, from_e7};
use crate::domain::documents::DocumentKind;
use crate::domain::facts::{Cycle, Point};
use crate::domain::road::{StopAct, TripAct, TripStage};
use crate::domain::states::CycleState;
use crate::domain::time::{Moment, Zone};
use crate::domain::totes::{ToteCounts, ToteKind};
use crate::flow::road::Road;
use crate::sheets::{Load, Press};
use crate::store::backend::{Db, StoreError};
use crate::store::road::{self, StopEventRow, TripEventRow};
use crate::store::totes;
use crate::web::errors::WebError;
use crate::web::site::Site;

/// A number of each kind of tote.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct Totes {
    pub tote: i64,
    #[serde(rename = "box")]
    pub boxes: i64,
    pub ice: i64,
}

impl From<ToteCounts> for Totes {
    fn from(counts: ToteCounts) -> Totes {
        Totes { tote: counts.tote, boxes: counts.boxes, ice: counts.ice }
    }
}

/// One trip.
#[derive(Debug, Serialize, ToSchema)]
pub struct Round {
    pub cycle_code: String,
    pub cycle_name: String,
    /// `YYYY-MM-DD`
    pub pickup_date: String,
    pub trip_no: String,
    pub route: String,
    pub warehouse: String,
    pub plate: Option<String>,
    pub driver: Option<String>,
    pub phone: Option<String>,
    /// planned, loaded, on_the_way, broken_down or returned
    pub stage: &'static str,
    /// When it came to that, RFC 3339.
    pub stage_at: Option<String>,
    /// Totes that go along.
    pub totes: Totes,
    pub stops: Vec<Stop>,
}

impl Round {
    /// Stops where goods were handed over or left.
    pub fn done(&self) -> usize {
        self.stops.iter().filter(|stop| stop.end.is_some()).count()
    }
}

/// A stop of a trip.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stop {
    pub point_code: String,
    pub point: String,
    pub stop_seq: u32,
    pub slot_no: u32,
    /// The last stop is loaded first.
    pub load_seq: usize,
    pub leader: String,
    pub leader_phone: String,
    pub address: Option<String>,
    pub window_start: Option<String>,
    pub window_end: Option<String>,
    pub report_by: Option<String>,
    /// The number of its handover slip.
    pub slip_no: Option<String>,
    pub pieces: u64,
    pub full_cases: u64,
    pub cold_items: u64,
    pub weight_g: u64,
    pub totes_out: Totes,
    /// What the point still had before.
    pub owed: Totes,
    /// Where it lies.
    pub map: Option<MapLinks>,
    /// The trip that was to bring the goods, where another does.
    pub moved_from: Option<String>,
    pub arrived_at: Option<String>,
    pub end: Option<StopEnd>,
}

/// Ways to a point for the phone's map, on GCJ-02.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapLinks {
    pub amap: String,
    pub geo: String,
}

/// How a stop ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct StopEnd {
    /// handed_over or left
    pub act: &'static str,
    pub at: String,
    pub handed_by: String,
    pub received_by: Option<String>,
    /// When it was left unsigned, where somebody signed afterwards.
    pub left_at: Option<String>,
    pub totes_out: Totes,
    pub totes_back: Totes,
    pub photos: Vec<String>,
}

/// What was told of a cycle's road.
struct Facts {
    trips: Vec<TripEventRow>,
    stops: HashMap<i64, Vec<StopEventRow>>,
    photos: HashMap<String, Vec<i64>>,
    places: HashMap<i64, (i64, i64)>,
    /// Totes that moved with an act, by (act's name, out or back).
    totes: HashMap<(String, String), ToteCounts>,
    zone: Zone,
}

impl Facts {
    fn read(db: &mut Db, cycle_id: i64, zone: Zone) -> Result<Facts, StoreError> {
        let mut stops: HashMap<i64, Vec<StopEventRow>> = HashMap::new();
        for row in road::stop_events_of(db, cycle_id)? {
            stops.entry(row.point_id).or_default().push(row);
        }
        let mut moved: HashMap<(String, String), ToteCounts> = HashMap::new();
        for row in totes::of_cycle(db, cycle_id)? {
            let kind = ToteKind::parse(&row.kind).ok_or(StoreError::DamagedRow("tote_moves"))?;
            *moved.entry((row.event_id, row.act)).or_default().of_mut(kind) += row.qty;
        }
        Ok(Facts {
            trips: road::trip_events_of(db, cycle_id)?,
            stops,
            photos: road::photos_of(db, cycle_id)?,
            places: road::places_of(db, cycle_id)?,
            totes: moved,
            zone,
        })
    }

    fn at(&self, micros: i64) -> String {
        self.zone.rfc3339(Moment(micros))
    }

    fn stage(&self, trip_no: &str) -> (TripStage, Option<String>) {
        let own = self.trips.iter().filter(|row| row.trip_no == trip_no);
        let acts: Vec<(TripAct, i64)> =
            own.filter_map(|row| Some((TripAct::parse(&row.act)?, row.device_at))).collect();
        let last = acts.iter().map(|(_, at)| *at).max();
        (TripStage::after(&acts), last.map(|at| self.at(at)))
    }

    fn moved(&self, event_id: &str, act: &str) -> Totes {
        self.totes.get(&(event_id.to_owned(), act.to_owned())).copied().unwrap_or_default().into()
    }

    fn end(&self, events: &[StopEventRow]) -> Option<StopEnd> {
        let of = |act: StopAct| events.iter().find(|row| row.act == act.code());
        let (signed, left) = (of(StopAct::HandedOver), of(StopAct::Left));
        let (row, act) = signed.map(|row| (row, StopAct::HandedOver)).or(left.map(|row| (row, StopAct::Left)))?;
        let first = left.unwrap_or(row);
        let photos = [signed, left].into_iter().flatten().filter_map(|row| self.photos.get(&row.event_id)).flatten();
        Some(StopEnd {
            act: act.code(),
            at: self.at(row.device_at),
            handed_by: row.handed_by.clone(),
            received_by: row.received_by.clone(),
            left_at: left.filter(|_| signed.is_some()).map(|row| self.at(row.device_at)),
            totes_out: self.moved(&first.event_id, "out"),
            totes_back: self.moved(&row.event_id, "back"),
            photos: photos.map(|id| format!("/api/v1/photos/{id}")).collect(),
        })
    }
}

/// The trips of a cycle with their stops, those of one plate or of all. None before it was dispatched.
///
/// # Errors
/// What the database says.
pub fn rounds(site: &Site, db: &mut Db, cycle: &Cycle, plate: Option<&str>) -> Result<Vec<Round>, WebError> {
    if !matches!(cycle.state, CycleState::Dispatched | CycleState::Settled) {
        return Ok(Vec::new());
    }
    let desk = site.desk();
    let road = Road::read(db, &desk, cycle)?;
    let facts = Facts::read(db, cycle.id, desk.zone)?;
    let book = site.book(db, cycle, None)?;
    let press = Press::new(&book);
    let drives = |trip: &&Trip| match plate {
        None => true,
        Some(own) => trip.vehicle.as_ref().is_some_and(|vehicle| vehicle.plate == own),
    };
    Ok(road.book.trips.iter().filter(drives).map(|trip| round(&press, &road, &facts, trip)).collect())
}

fn round(press: &Press<'_>, road: &Road, facts: &Facts, trip: &Trip) -> Round {
    let (cycle, vehicle) = (&road.book.cycle, trip.vehicle.as_ref());
    let mut points = road.stops_of(&trip.trip_no);
    points.retain(|&point| !press.goods().of_point(point).is_empty());
    let (stage, stage_at) = facts.stage(&trip.trip_no);
    let mut totes = ToteCounts::default();
    for &point in points.iter().filter(|&&point| !road.is_moved(point)) {
        let counts = press.totes_of(point).counts();
        ToteKind::ALL.iter().for_each(|&kind| *totes.of_mut(kind) += counts.of(kind));
    }
    let count = points.len();
    let stops = points.iter().enumerate().map(|(place, &ix)| stop(press, road, facts, ix, count - place)).collect();
    Round {
        cycle_code: cycle.cycle_code.clone(),
        cycle_name: cycle.name.clone(),
        pickup_date: cycle.pickup_date.to_string(),
        trip_no: trip.trip_no.clone(),
        route: trip.route_code.clone(),
        warehouse: road.book.warehouses[trip.warehouse_ix as usize].name.clone(),
        plate: vehicle.map(|vehicle| vehicle.plate.clone()),
        driver: vehicle.map(|vehicle| vehicle.driver.clone()),
        phone: vehicle.and_then(|vehicle| vehicle.phone.clone()),
        stage: stage.code(),
        stage_at,
        totes: totes.into(),
        stops,
    }
}

fn stop(press: &Press<'_>, road: &Road, facts: &Facts, ix: usize, load_seq: usize) -> Stop {
    let point = &road.book.points[ix];
    let load = Load::of(press, press.goods().of_point(ix));
    let events = facts.stops.get(&point.id).map_or(&[][..], Vec::as_slice);
    let arrived = events.iter().find(|row| row.act == StopAct::Arrived.code());
    let slip = press.book.documents.get(&(DocumentKind::HandoverSlip, point.point_code.clone()));
    Stop {
        point_code: point.point_code.clone(),
        point: point.name.clone(),
        stop_seq: point.stop_seq,
        slot_no: point.slot_no,
        load_seq,
        leader: point.leader_name.clone(),
        leader_phone: point.leader_phone.clone(),
        address: point.address.clone(),
        window_start: point.window_start.clone(),
        window_end: point.window_end.clone(),
        report_by: point.report_by.clone(),
        slip_no: slip.map(|issue| issue.doc_no.clone()),
        pieces: load.pieces,
        full_cases: load.full_cases,
        cold_items: load.cold_items,
        weight_g: load.weight_g,
        totes_out: press.totes_of(ix).counts().into(),
        owed: press.book.owed_totes.get(&(ix as u32)).copied().unwrap_or_default().into(),
        map: facts.places.get(&point.id).map(|&place| map_links(point, place)),
        moved_from: road.moved_from(ix).map(|trip| trip.trip_no.clone()),
        arrived_at: arrived.map(|row| facts.at(row.device_at)),
        end: facts.end(events),
    }
}

/// Maps on phones in China read GCJ-02.
fn map_links(point: &Point, (longitude_e7, latitude_e7): (i64, i64)) -> MapLinks {
    let place = Wgs84 { longitude: from_e7(longitude_e7), latitude: from_e7(latitude_e7) };
    let (longitude, latitude) = place.on(Datum::Gcj02);
    let name = crate::web::words::segment(&point.name);
    MapLinks {
        amap: format!(
            "https://uri.amap.com/navigation?to={longitude:.6},{latitude:.6},{name}&mode=car&coordinate=gaode&callnative=1"
        ),
        geo: format!("geo:{latitude:.6},{longitude:.6}?q={latitude:.6},{longitude:.6}({name})"),
    }
}
