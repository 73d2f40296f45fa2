//! Routing engines as a night meets them: sound, slow, broken, gone. None keeps it waiting, none makes it fail.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tuan::domain::routing::{Leg, RoadSource};
use tuan::outside::routing_engine::{Dialect, EngineSettings, RoutingEngine};

use crate::app::TestApp;

/// How an engine behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Sound,
    /// Knows no way to the first place it is asked for.
    Partial,
    Slow,
    Broken,
    Fails,
    /// Tells a table of another size.
    Short,
}

/// A small engine that speaks both languages: every way is 1,000 m and 120 s for each place between.
struct Engine {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Engine {
    fn start(mood: Mood) -> Engine {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let (address, asked) = (listener.local_addr().expect("it is bound"), Arc::new(AtomicUsize::new(0)));
        let count = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || answer(stream, mood));
            }
        });
        Engine { address, asked }
    }

    fn client(&self, dialect: Dialect) -> RoutingEngine {
        let settings = EngineSettings::new(dialect, &format!("http://{}", self.address));
        RoutingEngine::new(EngineSettings {
            answer: Duration::from_millis(400),
            all: Duration::from_secs(2),
            ..settings
        })
    }
}

fn answer(mut stream: TcpStream, mood: Mood) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (status, text) = match mood {
        Mood::Slow => {
            std::thread::sleep(Duration::from_secs(3));
            (200, String::new())
        }
        Mood::Broken => (200, "{\"code\":\"Ok\",\"distances\":[[0,".to_owned()),
        Mood::Fails => (500, "{}".to_owned()),
        Mood::Sound | Mood::Partial | Mood::Short => (200, table(&first, &body, mood)?.to_string()),
    };
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
    stream.write_all((head + &text).as_bytes()).ok()
}

fn table(first: &str, body: &[u8], mood: Mood) -> Option<Value> {
    let cell = |row: usize, column: usize| (mood != Mood::Partial || column > 0).then_some(row.abs_diff(column) as u64);
    let rows = |rows: usize, columns: usize, of: &dyn Fn(Option<u64>) -> Value| -> Value {
        let columns = if mood == Mood::Short { columns - 1 } else { columns };
        (0..rows).map(|row| (0..columns).map(|column| of(cell(row, column))).collect::<Value>()).collect()
    };
    if first.starts_with("POST /sources_to_targets ") {
        let asked: Value = serde_json::from_slice(body).ok()?;
        let (sources, targets) = (asked["sources"].as_array()?.len(), asked["targets"].as_array()?.len());
        assert!(asked["sources"][0]["lat"].is_f64() && asked["costing"] == "auto", "{asked}");
        let of = |far: Option<u64>| json!({ "distance": far, "time": far.map(|far| far * 120) });
        return Some(json!({ "sources_to_targets": rows(sources, targets, &of) }));
    }
    let (path, query) = first.split(' ').nth(1)?.split_once('?')?;
    let places = path.strip_prefix("/table/v1/driving/")?.split(';').count();
    let numbers = |key: &str| {
        let list = query.split('&').find_map(|part| part.strip_prefix(key))?;
        let numbers: Vec<usize> = list.split(';').filter_map(|number| number.parse().ok()).collect();
        assert!(numbers.iter().all(|number| *number < places), "{query}");
        Some(numbers.len())
    };
    let (sources, targets) = (numbers("sources=")?, numbers("destinations=")?);
    Some(json!({
        "code": "Ok",
        "distances": rows(sources, targets, &|far| json!(far.map(|far| far * 1_000))),
        "durations": rows(sources, targets, &|far| json!(far.map(|far| far * 120))),
    }))
}

fn places(count: i64) -> Vec<(i64, i64)> {
    (0..count).map(|at| (1_129_000_000 + at * 10_000, 282_000_000)).collect()
}

fn told(legs: &[Option<Leg>]) -> usize {
    legs.iter().flatten().count()
}

#[test]
fn both_engines_tell_their_tables_in_blocks_and_are_asked_once() {
    for dialect in [Dialect::Osrm, Dialect::Valhalla] {
        let engine = Engine::start(Mood::Sound);
        let client = engine.client(dialect);
        let legs = client.legs(&places(120));
        assert_eq!(told(&legs), 120 * 120, "{dialect:?}");
        assert_eq!(legs[120 + 3], Some(Leg { metres: 2_000, seconds: 240 }));
        assert_eq!(engine.asked.load(Ordering::SeqCst), 9, "three by three blocks of at most fifty");
        assert_eq!(client.legs(&places(120)), legs);
        assert_eq!((engine.asked.load(Ordering::SeqCst), client.figures()), (9, (2 * 120 * 120, 0)));
    }
}

#[test]
fn a_leg_that_is_not_known_is_left_out_alone() {
    let client = Engine::start(Mood::Partial).client(Dialect::Osrm);
    let legs = client.legs(&places(4));
    assert_eq!((told(&legs), legs[4], legs[5].is_some()), (16 - 3, None, true));
    assert_eq!(client.figures(), (16, 3));
}

#[test]
fn an_engine_that_is_slow_broken_or_gone_is_soon_left_alone() {
    for (mood, asked) in [(Mood::Slow, 3), (Mood::Broken, 3), (Mood::Fails, 3), (Mood::Short, 3)] {
        let engine = Engine::start(mood);
        let began = Instant::now();
        let legs = engine.client(Dialect::Valhalla).legs(&places(200));
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        assert_eq!((told(&legs), engine.asked.load(Ordering::SeqCst)), (200, asked), "only each place to itself");
    }
    let nobody = EngineSettings::new(Dialect::Osrm, "http://127.0.0.1:9");
    assert_eq!(told(&RoutingEngine::new(nobody).legs(&places(3))), 3);
}

#[test]
fn a_night_is_dispatched_with_the_engine_and_without_it() {
    let engine = Engine::start(Mood::Sound);
    for (address, is_there) in [(engine.address.to_string(), true), ("127.0.0.1:9".to_owned(), false)] {
        let mut day = TestApp::pilot_day("allocated");
        let text = format!("[routes]\nengine = \"osrm\"\nengine_url = \"http://{address}\"\n");
        let file = day.file("tuan.toml", text);
        let done = day.tuan(&["dispatch", "261122", "--config", crate::app::arg(&file)]).done();
        assert_eq!(done.stdout.contains("按直线距离估算"), !is_there, "{}", done.stdout);
        assert!(done.stdout.contains("2 辆车"), "{}", done.stdout);
        assert_eq!(day.audit(), "");
    }
}
