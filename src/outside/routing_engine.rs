//! A routing engine of one's own, OSRM or Valhalla, that knows the roads of the city: asked for its table in blocks, and for
//! nothing twice. What it does not answer is left out; whoever asks guesses it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::domain::routing::{Leg, RoadSource};

/// Sources, and targets, of one request: both engines take so many out of the box.
const BLOCK: usize = 50;
/// Requests that may fail in a row before nothing more is asked.
const FAILURES_MAX: u32 = 3;
/// Bytes of an answer.
const ANSWER_MAX: u64 = 16 << 20;
/// Legs that are remembered.
const KNOWN_MAX: usize = 4_000_000;

/// Which language it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `table` of OSRM's HTTP API.
    Osrm,
    /// `sources_to_targets` of Valhalla.
    Valhalla,
}

/// Where it is, and how long it is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSettings {
    pub dialect: Dialect,
    /// `http://127.0.0.1:5000`
    pub url: String,
    /// For one answer.
    pub answer: Duration,
    /// For all answers of one warehouse.
    pub all: Duration,
}

impl EngineSettings {
    /// An engine that is waited for as a night allows.
    pub fn new(dialect: Dialect, url: &str) -> EngineSettings {
        let url = url.trim_end_matches('/').to_owned();
        EngineSettings { dialect, url, answer: Duration::from_secs(10), all: Duration::from_secs(60) }
    }
}

/// Longitude and latitude in ten-millionths of a degree.
type PlaceE7 = (i64, i64);

/// An engine, and what it has told.
pub struct RoutingEngine {
    settings: EngineSettings,
    agent: ureq::Agent,
    known: Mutex<HashMap<(PlaceE7, PlaceE7), Option<Leg>>>,
    wanted: AtomicU64,
    missed: AtomicU64,
}

impl RoutingEngine {
    pub fn new(settings: EngineSettings) -> RoutingEngine {
        let config = ureq::Agent::config_builder().timeout_global(Some(settings.answer)).build();
        RoutingEngine {
            agent: ureq::Agent::new_with_config(config),
            settings,
            known: Mutex::default(),
            wanted: AtomicU64::new(0),
            missed: AtomicU64::new(0),
        }
    }

    /// Legs that were wanted so far, and those of them that it did not tell.
    pub fn figures(&self) -> (u64, u64) {
        (self.wanted.load(Ordering::Relaxed), self.missed.load(Ordering::Relaxed))
    }

    /// Legs from each of some places to each of others.
    fn ask(&self, from: &[PlaceE7], to: &[PlaceE7]) -> Result<Vec<Option<Leg>>, String> {
        let text = match self.settings.dialect {
            Dialect::Osrm => self.read(self.agent.get(self.osrm(from, to)).call())?,
            Dialect::Valhalla => {
                let request = self.agent.post(format!("{}/sources_to_targets", self.settings.url));
                self.read(request.header("Content-Type", "application/json").send(valhalla(from, to).to_string()))?
            }
        };
        let answer: Value = serde_json::from_str(&text).map_err(|error| format!("no JSON: {error}"))?;
        let legs = match self.settings.dialect {
            Dialect::Osrm => legs_of_osrm(&answer),
            Dialect::Valhalla => legs_of_valhalla(&answer),
        };
        legs.filter(|legs| legs.len() == from.len() * to.len())
            .ok_or_else(|| "not the table that was asked for".to_owned())
    }

    fn read(&self, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<String, String> {
        let mut answer = answer.map_err(|error| error.to_string())?;
        answer.body_mut().with_config().limit(ANSWER_MAX).read_to_string().map_err(|error| error.to_string())
    }

    fn osrm(&self, from: &[PlaceE7], to: &[PlaceE7]) -> String {
        let place = |&(longitude, latitude): &PlaceE7| format!("{},{}", degrees(longitude), degrees(latitude));
        let places = from.iter().chain(to).map(place).collect::<Vec<_>>().join(";");
        let numbers = |range: std::ops::Range<usize>| range.map(|at| at.to_string()).collect::<Vec<_>>().join(";");
        let (sources, destinations) = (numbers(0..from.len()), numbers(from.len()..from.len() + to.len()));
        let url = &self.settings.url;
        format!(
            "{url}/table/v1/driving/{places}?annotations=duration,distance&sources={sources}&destinations={destinations}"
        )
    }
}

impl RoadSource for RoutingEngine {
    fn legs(&self, places_e7: &[PlaceE7]) -> Vec<Option<Leg>> {
        let places = places_e7.len();
        let mut legs = vec![None; places * places];
        let (began, mut failures) = (Instant::now(), 0);
        for first_row in (0..places).step_by(BLOCK) {
            for first_column in (0..places).step_by(BLOCK) {
                let rows = first_row..(first_row + BLOCK).min(places);
                let columns = first_column..(first_column + BLOCK).min(places);
                let (from, to) = (&places_e7[rows.clone()], &places_e7[columns.clone()]);
                let is_over = failures >= FAILURES_MAX || began.elapsed() > self.settings.all;
                let block = self.remembered(from, to).or_else(|| {
                    if is_over {
                        return None;
                    }
                    let told = self.ask(from, to);
                    failures = if told.is_ok() { 0 } else { failures + 1 };
                    told.inspect_err(|cause| tracing::warn!(cause, "the routing engine does not answer")).ok()
                });
                let Some(block) = block else { continue };
                self.remember(from, to, &block);
                for (row, told) in rows.zip(block.chunks(columns.len())) {
                    legs[row * places + columns.start..row * places + columns.end].copy_from_slice(told);
                }
            }
        }
        for at in 0..places {
            legs[at * places + at] = Some(Leg { metres: 0, seconds: 0 });
        }
        self.wanted.fetch_add(legs.len() as u64, Ordering::Relaxed);
        self.missed.fetch_add(legs.iter().filter(|leg| leg.is_none()).count() as u64, Ordering::Relaxed);
        legs
    }
}

impl RoutingEngine {
    /// What it has told of all these legs before.
    fn remembered(&self, from: &[PlaceE7], to: &[PlaceE7]) -> Option<Vec<Option<Leg>>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        from.iter()
            .flat_map(|from| to.iter().map(move |to| (*from, *to)))
            .map(|pair| known.get(&pair).copied())
            .collect()
    }

    fn remember(&self, from: &[PlaceE7], to: &[PlaceE7], legs: &[Option<Leg>]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > KNOWN_MAX {
            known.clear();
        }
        let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to)));
        known.extend(pairs.zip(legs.iter().copied()));
    }
}

/// Ten-millionths of a degree as degrees, exactly.
fn degrees(e7: i64) -> String {
    let (sign, size) = if e7 < 0 { ("-", e7.unsigned_abs()) } else { ("", e7.unsigned_abs()) };
    format!("{sign}{}.{:07}", size / 10_000_000, size % 10_000_000)
}

fn valhalla(from: &[PlaceE7], to: &[PlaceE7]) -> Value {
    let place =
        |&(longitude, latitude): &PlaceE7| json!({ "lon": longitude as f64 / 1e7, "lat": latitude as f64 / 1e7 });
    let places = |places: &[PlaceE7]| places.iter().map(place).collect::<Vec<_>>();
    json!({ "sources": places(from), "targets": places(to), "costing": "auto", "units": "kilometers" })
}

/// `distances` in metres and `durations` in seconds, row by row.
fn legs_of_osrm(answer: &Value) -> Option<Vec<Option<Leg>>> {
    let rows = |key: &str| answer.get(key)?.as_array();
    let mut legs = Vec::new();
    for (metres, seconds) in rows("distances")?.iter().zip(rows("durations")?) {
        let cells = metres.as_array()?.iter().zip(seconds.as_array()?);
        legs.extend(cells.map(|(metres, seconds)| leg(metres.as_f64(), seconds.as_f64())));
    }
    Some(legs)
}

/// Rows of cells with `distance` in kilometres and `time` in seconds.
fn legs_of_valhalla(answer: &Value) -> Option<Vec<Option<Leg>>> {
    let mut legs = Vec::new();
    for row in answer.get("sources_to_targets")?.as_array()? {
        let cell = |cell: &Value| leg(cell["distance"].as_f64().map(|km| km * 1_000.0), cell["time"].as_f64());
        legs.extend(row.as_array()?.iter().map(cell));
    }
    Some(legs)
}

/// A leg of sound numbers.
fn leg(metres: Option<f64>, seconds: Option<f64>) -> Option<Leg> {
    let whole = |value: f64| ((0.0..1e8).contains(&value)).then_some(value.round() as u32);
    Some(Leg { metres: whole(metres?)?, seconds: whole(seconds?)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_read_cell_by_cell() {
        let osrm = json!({ "code": "Ok", "distances": [[0, 1200.4], [null, 0]], "durations": [[0, 90.6], [80, 0]] });
        let some = |metres, seconds| Some(Leg { metres, seconds });
        assert_eq!(legs_of_osrm(&osrm), Some(vec![some(0, 0), some(1_200, 91), None, some(0, 0)]));
        let cell = |km: f64, s: u32| json!({ "distance": km, "time": s, "from_index": 0, "to_index": 0 });
        let valhalla =
            json!({ "sources_to_targets": [[cell(0.0, 0), cell(1.2, 90)], [{ "time": null }, cell(0.0, 0)]] });
        assert_eq!(legs_of_valhalla(&valhalla), Some(vec![some(0, 0), some(1_200, 90), None, some(0, 0)]));
        assert_eq!((legs_of_osrm(&json!([])), legs_of_valhalla(&json!({ "error": 1 }))), (None, None));
        assert_eq!((leg(Some(-1.0), Some(1.0)), leg(Some(1e12), Some(1.0))), (None, None));
    }

    #[test]
    fn degrees_are_written_exactly() {
        assert_eq!((degrees(1_129_765_000), degrees(-50)), ("112.9765000".to_owned(), "-0.0000050".to_owned()));
    }
}
