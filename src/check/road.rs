//! Rules on trips on the road, on totes that change hands, and on counts that differ.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::check::day::Day;

use crate::check::report::Report;
use crate::check::routes::routes;
use crate::check::rows::{
    CountedDifferenceRow, DifferenceRow, OwedRow, StopFactRow, ToteFactRow, TripFactRow, WordFactRow, rows,
};
use crate::store::backend::{Db, StoreError};

/// What was told of the road.
#[derive(Debug, Default)]
pub struct Road {
    pub trips: Vec<TripFactRow>,
    pub stops: Vec<StopFactRow>,
    /// Stops that went over to another trip; `act` is empty.
    pub moves: Vec<StopFactRow>,
    pub totes: Vec<ToteFactRow>,
    pub owed: Vec<OwedRow>,
    pub differences: Vec<DifferenceRow>,
    pub counted: Vec<CountedDifferenceRow>,
    pub words: Vec<WordFactRow>,
}

/// Reads it.
pub fn load(db: &mut Db, cycle_id: i64) -> Result<Road, StoreError> {
    let (trips, stops, moves) = load_told(db, cycle_id)?;
    let (totes, owed) = load_totes(db, cycle_id)?;
    let (differences, counted, words) = load_differences(db, cycle_id)?;
    Ok(Road { trips, stops, moves, totes, owed, differences, counted, words })
}

type Told = (Vec<TripFactRow>, Vec<StopFactRow>, Vec<StopFactRow>);

fn load_told(db: &mut Db, cycle_id: i64) -> Result<Told, StoreError> {
    Ok((
        rows!(
            db,
            "SELECT event_id, trip_no, version FROM trip_events WHERE cycle_id = $1 ORDER BY event_id",
            cycle_id
        )?,
        rows!(
            db,
            "SELECT event_id, trip_no, point_id, version, act FROM stop_events WHERE cycle_id = $1 ORDER BY event_id",
            cycle_id
        )?,
        rows!(
            db,
            "SELECT event_id, trip_no, point_id, version, '' AS act FROM stop_moves WHERE cycle_id = $1
             ORDER BY point_id, move_no",
            cycle_id
        )?,
    ))
}

/// Totes that moved in the cycle, and what points still had when it was dispatched: as noted, and by the ledger.
fn load_totes(db: &mut Db, cycle_id: i64) -> Result<(Vec<ToteFactRow>, Vec<OwedRow>), StoreError> {
    Ok((
        rows!(
            db,
            "SELECT m.event_id, m.plate, m.point_id, m.kind, m.act, m.qty, e.act AS trip_act, s.act AS stop_act,
                    s.point_id AS stop_point_id
             FROM tote_moves m
             LEFT JOIN trip_events e ON e.cycle_id = m.cycle_id AND e.event_id = m.event_id
             LEFT JOIN stop_events s ON s.cycle_id = m.cycle_id AND s.event_id = m.event_id
             WHERE m.cycle_id = $1 ORDER BY m.event_id, m.kind, m.act",
            cycle_id
        )?,
        rows!(
            db,
            "SELECT p.point_code, o.kind, o.owed_qty,
                    CAST(COALESCE((SELECT SUM(CASE WHEN m.act = 'back' THEN -m.qty ELSE m.qty END) FROM tote_moves m
                        WHERE m.point_id = o.point_id AND m.kind = o.kind AND (m.cycle_id IS NULL OR m.cycle_id <> $1)
                          AND m.moved_at <= v.committed_at), 0) AS BIGINT) AS ledger_qty
             FROM point_totes o
             JOIN cycle_points p ON p.cycle_id = o.cycle_id AND p.point_id = o.point_id
             JOIN cycle_versions v ON v.cycle_id = o.cycle_id AND v.version = o.version
             WHERE o.cycle_id = $1 ORDER BY p.point_code, o.kind",
            cycle_id
        )?,
    ))
}

type Differences = (Vec<DifferenceRow>, Vec<CountedDifferenceRow>, Vec<WordFactRow>);

/// Differences in force, what the leaders' newest counts say, and the words on differences of the cycle.
fn load_differences(db: &mut Db, cycle_id: i64) -> Result<Differences, StoreError> {
    let differences: Vec<DifferenceRow> = rows!(
        db,
        "SELECT d.id, d.hop, d.problem, d.point_id, d.offer_no, d.given_qty, d.found_qty, d.trip_no,
                NOT EXISTS (SELECT 1 FROM discrepancies n WHERE n.cycle_id = d.cycle_id AND n.hop = d.hop
                    AND n.problem = d.problem AND n.warehouse_id = d.warehouse_id AND n.offer_no = d.offer_no
                    AND (n.point_id = d.point_id OR (n.point_id IS NULL AND d.point_id IS NULL)) AND n.seq > d.seq)
                AS is_in_force
         FROM discrepancies d WHERE d.cycle_id = $1 ORDER BY d.id",
        cycle_id
    )?;
    let counted: Vec<CountedDifferenceRow> = rows!(
        db,
        "SELECT l.point_id, l.offer_no, l.due_qty, CAST(l.short_qty AS BIGINT) AS short_qty,
                CAST(l.over_qty AS BIGINT) AS over_qty, CAST(l.broken_qty AS BIGINT) AS broken_qty,
                CAST(l.wrong_qty AS BIGINT) AS wrong_qty
         FROM leader_receipt_lines l
         WHERE l.cycle_id = $1 AND l.count_no = (SELECT MAX(r.count_no) FROM leader_receipts r
             WHERE r.cycle_id = l.cycle_id AND r.point_id = l.point_id)
         ORDER BY l.point_id, l.offer_no",
        cycle_id
    )?;
    let words: Vec<WordFactRow> = rows!(
        db,
        "SELECT w.discrepancy_id, w.word_no, w.remedy, w.qty, w.amount_fen, w.other_id
         FROM discrepancy_words w JOIN discrepancies d ON d.id = w.discrepancy_id
         WHERE d.cycle_id = $1 ORDER BY w.discrepancy_id, w.word_no",
        cycle_id
    )?;
    Ok((differences, counted, words))
}

impl Road {
    pub fn row_count(&self) -> u64 {
        let told = self.trips.len() + self.stops.len() + self.moves.len() + self.totes.len() + self.owed.len();
        (told + self.differences.len() + self.words.len()) as u64
    }
}

/// The trip that was dispatched to each point, by the point's id.
fn dispatched(day: &Day) -> HashMap<i64, String> {
    let made: HashSet<&str> = day.trips.iter().map(|trip| trip.trip_no.as_str()).collect();
    let routes = routes(day).into_iter().filter(|route| made.contains(route.trip_no.as_str()));
    routes
        .flat_map(|route| {
            let trip_no = route.trip_no;
            let of = move |point: u32| (day.points[point as usize].id, trip_no.clone());
            route.points.into_iter().map(of)
        })
        .collect()
}

/// From which version on the slot of each point is locked, by the point's place: its trip was loaded.
pub fn locked_from(day: &Day) -> HashMap<u32, i32> {
    let mut told: HashMap<&str, i32> = HashMap::new();
    for row in &day.road.trips {
        let first = told.entry(&row.trip_no).or_insert(row.version);
        *first = row.version.min(*first);
    }
    if told.is_empty() {
        return HashMap::new();
    }
    let trips = dispatched(day);
    let locked = |(ix, point): (u32, &crate::check::day::Point)| {
        let version = told.get(trips.get(&point.id)?.as_str())?;
        Some((ix, *version))
    };
    (0..).zip(&day.points).filter_map(locked).collect()
}

/// Whatever is told is told of a trip of the cycle, and of a stop of that trip.
pub fn told(day: &Day, report: &mut Report) {
    let (trips, last) = (dispatched(day), day.cycle().version);
    let made: HashSet<&str> = day.trips.iter().map(|trip| trip.trip_no.as_str()).collect();
    for row in &day.road.trips {
        let holds = made.contains(row.trip_no.as_str()) && (2..=last).contains(&row.version);
        let name =
            || (format!("event_id={}", row.event_id), "a trip of the cycle, at a version it reached", &row.trip_no);
        report.demand("trip_events", holds, name);
    }
    let mut drives: HashSet<(i64, &str)> = trips.iter().map(|(point, trip)| (*point, trip.as_str())).collect();
    for row in &day.road.moves {
        let holds = made.contains(row.trip_no.as_str()) && trips.contains_key(&row.point_id);
        let name = || (format!("point_id={}", row.point_id), "another trip of the cycle", &row.trip_no);
        report.demand("stop_moves", holds && row.version <= last, name);
        drives.insert((row.point_id, &row.trip_no));
    }
    let mut ended: HashMap<(i64, &str), u32> = HashMap::new();
    for row in &day.road.stops {
        let holds = drives.contains(&(row.point_id, row.trip_no.as_str())) && (2..=last).contains(&row.version);
        let name = || {
            (format!("event_id={}", row.event_id), "a stop of its trip", format!("{} {}", row.trip_no, row.point_id))
        };
        report.demand("stop_events", holds, name);
        if row.act != "arrived" {
            *ended.entry((row.point_id, &row.act)).or_default() += 1;
        }
    }
    for ((point_id, act), count) in ended {
        let name = || (format!("point_id={point_id} act={act}"), "once", count);
        report.demand("stop_events", count == 1, name);
    }
}

/// Totes move with an act of the cycle, and go out to a stop once; what points were said to have is what the ledger says.
pub fn totes(day: &Day, report: &mut Report) {
    let mut out: HashMap<(i64, &str), &str> = HashMap::new();
    for row in &day.road.totes {
        let name = || format!("event_id={} kind={} act={}", row.event_id, row.kind, row.act);
        let fits = match row.point_id {
            Some(point) => {
                row.stop_point_id == Some(point) && matches!(row.stop_act.as_deref(), Some("handed_over" | "left"))
            }
            None => match row.act.as_str() {
                "out" => row.trip_act.as_deref() == Some("loaded") && row.plate.is_some(),
                _ => row.trip_act.as_deref() == Some("returned") && row.plate.is_some(),
            },
        };
        report.demand("tote_moves", fits && row.qty > 0, || (name(), "an act that moves them", row.qty));
        if let Some(point) = row.point_id.filter(|_| row.act == "out") {
            let first = *out.entry((point, &row.kind)).or_insert(&row.event_id);
            report.equal("tote_moves", name, first.to_owned(), row.event_id.clone());
        }
    }
    for row in &day.road.owed {
        let name = || format!("point_code={} kind={}", row.point_code, row.kind);
        report.equal("point_totes", name, row.ledger_qty, row.owed_qty);
    }
}

/// What leaders' newest counts say differs is in force, and nothing else of that hop.
pub fn differences(day: &Day, report: &mut Report) {
    let mut expected: BTreeMap<(i64, i32, &str), (i64, i64)> = BTreeMap::new();
    for row in &day.road.counted {
        let found = [
            ("short", row.short_qty, row.due_qty - row.short_qty),
            ("over", row.over_qty, row.due_qty + row.over_qty),
            ("broken", row.broken_qty, row.due_qty - row.broken_qty),
            ("wrong", row.wrong_qty, row.due_qty - row.wrong_qty),
        ];
        for (problem, qty, left) in found {
            if qty > 0 {
                expected.insert((row.point_id, row.offer_no, problem), (row.due_qty, left));
            }
        }
    }
    let shown = |(given, found): (i64, i64)| format!("{given} given, {found} found");
    for row in day.road.differences.iter().filter(|row| row.is_in_force) {
        let name = || format!("id={} hop={} problem={} offer_no={}", row.id, row.hop, row.problem, row.offer_no);
        let grows = row.problem == "over";
        let is_sound = row.given_qty == row.found_qty || (row.found_qty > row.given_qty) == grows;
        report.demand("discrepancies", is_sound, || {
            (name(), "counts that fit the problem", shown((row.given_qty, row.found_qty)))
        });
        if row.hop != "truck_point" {
            continue;
        }
        let key = (row.point_id.unwrap_or(0), row.offer_no, row.problem.as_str());
        let counts = (row.given_qty, row.found_qty);
        let wanted = expected.remove(&key).unwrap_or((row.given_qty, row.given_qty));
        report.equal("discrepancies", name, shown(wanted), shown(counts));
    }
    for ((point_id, offer_no, problem), counts) in expected {
        let name = || format!("point_id={point_id} offer_no={offer_no} problem={problem}");
        report.demand("discrepancies", false, || (name(), shown(counts), "none"));
    }
}

/// Words settle no more pieces than differ; of a swap both sides say the same of each other.
pub fn words(day: &Day, report: &mut Report) {
    let of: HashMap<i64, &DifferenceRow> = day.road.differences.iter().map(|row| (row.id, row)).collect();
    let mut settled: HashMap<i64, i64> = HashMap::new();
    let swaps: HashSet<(i64, i64, i64)> =
        (day.road.words.iter()).filter_map(|word| Some((word.discrepancy_id, word.other_id?, word.qty))).collect();
    for word in &day.road.words {
        let name = || format!("discrepancy_id={} word_no={}", word.discrepancy_id, word.word_no);
        let Some(row) = of.get(&word.discrepancy_id) else { continue };
        let most = (row.given_qty - row.found_qty).abs();
        let before = settled.entry(word.discrepancy_id).or_default();
        report.demand("discrepancy_words", *before + word.qty <= most, || {
            (name(), format!("at most {} pieces", most - *before), word.qty)
        });
        let is_free = matches!(word.remedy.as_str(), "swap" | "none");
        report.demand("discrepancy_words", !is_free || word.amount_fen == 0, || (name(), 0, word.amount_fen));
        if let Some(other) = word.other_id {
            *before += word.qty;
            let fits = of.get(&other).is_some_and(|other| {
                let pair = [row.problem.as_str(), other.problem.as_str()];
                (row.offer_no, &row.trip_no) == (other.offer_no, &other.trip_no)
                    && (pair == ["short", "over"] || pair == ["over", "short"])
            });
            let is_mutual = swaps.contains(&(other, word.discrepancy_id, word.qty));
            report.demand("discrepancy_words", fits && is_mutual, || (name(), "the other side of a swap", other));
        }
    }
}
