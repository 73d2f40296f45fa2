//! 已装车, 已出发, 车坏了, 已回仓: what is told of a trip. Phones tell it when they can; the same act is nothing new.

use serde::Serialize;

use crate::domain::account::{display_name, shown_line};
use crate::domain::errors::RuleError;
use crate::domain::road::TripAct;
use crate::domain::time::Moment;
use crate::domain::totes::{ToteCounts, ToteKind};
use crate::flow::answered::event_reused;
use crate::flow::people::refused;
use crate::flow::road::{Drives, dispatched};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::road::{self, TripEventRow};
use crate::store::totes::{self, ToteMoveRow};

/// Characters of a remark.
pub(super) const REMARK_MAX: usize = 200;
/// Totes of a kind in one act.
pub(super) const TOTES_MAX: i64 = 9_999;

/// What is told of a trip.
#[derive(Clone, Debug)]
pub struct TellTrip {
    pub cycle_code: String,
    pub trip_no: String,
    /// The sender's own name for the act.
    pub event_id: String,
    pub act: TripAct,
    /// Who says so, as the phone has it.
    pub told_by: String,
    pub remark: Option<String>,
    /// What the driver took along from the warehouse, or brought back.
    pub totes: ToteCounts,
    pub device_at: Moment,
    pub drives: Drives,
    pub by: String,
}

/// Whether an act was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    pub is_new: bool,
}

/// Notes what is told of a trip.
///
/// # Errors
/// `not_found` for the cycle or a trip out of reach; `wrong_state`; `bad_name`; `too_many_totes`; `key_reused`.
pub fn tell_trip(db: &mut Db, desk: &Desk, act: &TellTrip) -> Result<Told, FlowError> {
    let told_by = display_name(&act.told_by).ok_or_else(bad_name)?;
    let remark = remark(act.remark.as_deref())?;
    check_totes(&act.totes)?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let done = db.write_locking(|db| {
        let (cycle, road) = dispatched(db, desk, &act.cycle_code)?;
        let plate = act.drives.plate(db)?;
        let trip = road.trip(&act.trip_no, plate.as_deref())?;
        let row = TripEventRow {
            cycle_id: cycle.id,
            event_id: act.event_id.clone(),
            trip_no: trip.trip_no.clone(),
            version: cycle.version as i32,
            act: act.act.code().to_owned(),
            remark: remark.clone(),
            told_by: told_by.clone(),
            recorded_by: act.by.clone(),
            device_at: act.device_at.0,
            recorded_at: desk.now.0,
        };
        if let Some(known) = road::trip_event(db, cycle.id, &act.event_id)? {
            let said = |row: &TripEventRow| (row.trip_no.clone(), row.act.clone(), row.remark.clone());
            return if said(&known) == said(&row) { Ok(Told { is_new: false }) } else { Err(event_reused().into()) };
        }
        let was_told = road::trip_events_of(db, cycle.id)?
            .iter()
            .any(|known| known.trip_no == row.trip_no && known.act == row.act);
        road::tell_trip(db, &row)?;
        let plate = trip.vehicle.as_ref().map(|vehicle| vehicle.plate.clone());
        let moved = match act.act {
            TripAct::Loaded => Some("out"),
            TripAct::Returned => Some("back"),
            TripAct::Departed | TripAct::BrokenDown => None,
        };
        // Who tells the same of a trip again, under another name, has not loaded it twice.
        if let (Some(moved), Some(plate), false) = (moved, plate, was_told) {
            let one = Moved { event_id: &act.event_id, cycle_id: cycle.id, plate: Some(plate), point_id: None };
            totes::record(db, &tote_rows(&mut ids, desk, &one, moved, &act.totes, &act.by))?;
        }
        Ok::<_, FlowError>(Told { is_new: true })
    })?;
    ids.release(db)?;
    Ok(done)
}

/// Between whom totes move, and by which act.
pub(super) struct Moved<'a> {
    pub event_id: &'a str,
    pub cycle_id: i64,
    pub plate: Option<String>,
    pub point_id: Option<i64>,
}

/// A row for each kind of which any moves.
pub(super) fn tote_rows(
    ids: &mut IdMaker,
    desk: &Desk,
    moved: &Moved<'_>,
    act: &str,
    counts: &ToteCounts,
    by: &str,
) -> Vec<ToteMoveRow> {
    let kinds = ToteKind::ALL.iter().filter(|kind| counts.of(**kind) != 0);
    let row = |kind: &ToteKind| ToteMoveRow {
        id: ids.next_id(),
        event_id: moved.event_id.to_owned(),
        cycle_id: Some(moved.cycle_id),
        plate: moved.plate.clone(),
        point_id: moved.point_id,
        kind: kind.code().to_owned(),
        act: act.to_owned(),
        qty: counts.of(*kind),
        reason: None,
        recorded_by: by.to_owned(),
        moved_at: desk.now.0,
    };
    kinds.map(row).collect()
}

/// # Errors
/// `too_many_totes`.
pub(super) fn check_totes(counts: &ToteCounts) -> Result<(), RuleError> {
    let is_sound = ToteKind::ALL.iter().all(|kind| (0..=TOTES_MAX).contains(&counts.of(*kind)));
    let refuse = || refused("too_many_totes", "筐箱数要在 0–9999 之间", "totes are 0 to 9999 of each kind");
    is_sound.then_some(()).ok_or_else(refuse)
}

/// # Errors
/// `bad_remark`.
pub(super) fn remark(text: Option<&str>) -> Result<Option<String>, RuleError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let bad = || refused("bad_remark", "备注最多 200 字，不能换行", "a remark is one line of 200 characters at most");
    shown_line(text, REMARK_MAX).map(Some).ok_or_else(bad)
}

pub(super) fn bad_name() -> RuleError {
    refused("bad_name", "名字要 1–40 个字", "a name is 1 to 40 characters")
}
