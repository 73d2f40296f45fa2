//! 换车: stops that another truck drives on. Slips, codes and slots stay as they are; only who brings the goods changes.

use crate::domain::account::shown_line;
use crate::domain::errors::RuleError;
use crate::domain::road::StopAct;
use crate::flow::answered::event_reused;
use crate::flow::people::refused;
use crate::flow::road::{Road, dispatched};
use crate::flow::tell_stop::acts;
use crate::flow::tell_trip::REMARK_MAX;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::road::{self, StopMoveRow};

/// Stops that go on with another trip.
#[derive(Clone, Debug)]
pub struct MoveStops {
    pub cycle_code: String,
    /// The trip that cannot drive on.
    pub from: String,
    pub to: String,
    /// By point code; None: all that it has not handed over or left.
    pub points: Option<Vec<String>>,
    pub event_id: String,
    pub reason: String,
    pub by: String,
}

/// Moves stops; returns the codes of their points. The same act is nothing new and tells the same.
///
/// # Errors
/// `not_found` for the cycle, a trip, a stop; `wrong_state`; `same_trip`; `already_handed_over` naming the first stop that
/// is done; `nothing_to_move`; `bad_reason`; `key_reused`.
pub fn move_stops(db: &mut Db, desk: &Desk, act: &MoveStops) -> Result<Vec<String>, FlowError> {
    let reason = shown_line(&act.reason, REMARK_MAX).ok_or_else(bad_reason)?;
    if act.from == act.to {
        return Err(refused("same_trip", "换到的车次就是原来的车次", "the stops are on that trip already").into());
    }
    db.write_locking(|db| {
        let (cycle, road) = dispatched(db, desk, &act.cycle_code)?;
        let (from, to) = (road.trip(&act.from, None)?, road.trip(&act.to, None)?);
        let known = road::moves_told(db, cycle.id, &act.event_id)?;
        if !known.is_empty() {
            let is_same = known.iter().all(|row| row.trip_no == to.trip_no);
            let of = |row: &StopMoveRow| road.book.points.iter().find(|point| point.id == row.point_id);
            let codes = known.iter().filter_map(of).map(|point| point.point_code.clone()).collect();
            return if is_same { Ok(codes) } else { Err(event_reused().into()) };
        }
        let stops = wanted(db, &road, cycle.id, &from.trip_no, act.points.as_deref())?;
        let before = road::moves_of(db, cycle.id)?;
        let row = |&ix: &usize| {
            let point_id = road.book.points[ix].id;
            StopMoveRow {
                cycle_id: cycle.id,
                point_id,
                move_no: before.get(&point_id).map_or(0, |row| row.move_no) + 1,
                event_id: act.event_id.clone(),
                version: cycle.version as i32,
                trip_no: to.trip_no.clone(),
                reason: reason.clone(),
                recorded_by: act.by.clone(),
                recorded_at: desk.now.0,
            }
        };
        road::move_stops(db, &stops.iter().map(row).collect::<Vec<_>>())?;
        Ok::<_, FlowError>(stops.iter().map(|&ix| road.book.points[ix].point_code.clone()).collect())
    })
}

/// The stops that are to be moved, none of them done.
fn wanted(
    db: &mut Db,
    road: &Road,
    cycle_id: i64,
    from: &str,
    points: Option<&[String]>,
) -> Result<Vec<usize>, FlowError> {
    let mut stops = Vec::new();
    let own = road.stops_of(from);
    for &ix in &own {
        let point = &road.book.points[ix];
        if points.is_some_and(|points| !points.contains(&point.point_code)) {
            continue;
        }
        let told = acts(&road::stop_events_at(db, cycle_id, point.id)?)?;
        let is_done = told.iter().any(|act| matches!(act, StopAct::HandedOver | StopAct::Left));
        match (is_done, points) {
            (false, _) => stops.push(ix),
            (true, None) => {}
            (true, Some(_)) => return Err(done(&point.name).into()),
        }
    }
    let is_own = |code: &&String| own.iter().any(|&ix| road.book.points[ix].point_code == **code);
    if let Some(foreign) = points.unwrap_or_default().iter().find(|code| !is_own(code)) {
        return Err(crate::flow::people::missing("站点", "stop", foreign).into());
    }
    if stops.is_empty() {
        let zh = "这一车次没有还没送的站";
        return Err(refused("nothing_to_move", zh, "the trip has no stop that is still to be served").into());
    }
    Ok(stops)
}

fn done(name: &str) -> RuleError {
    let zh = format!("{name} 已经送到，不用换车");
    RuleError::Refused { code: "already_handed_over", zh, en: format!("{name} was served already") }
}

fn bad_reason() -> RuleError {
    refused("bad_reason", "请写原因（1–200 字）", "say why, in 1 to 200 characters")
}
