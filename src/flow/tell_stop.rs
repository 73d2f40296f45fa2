//! 已到达, 已交接, 无人签收: what is told of a stop, and the totes that went and came back. Counts that differ never stop a
//! handover: the leader's own count tells them afterwards.

use crate::domain::account::display_name;
use crate::domain::errors::RuleError;
use crate::domain::road::{StopAct, may_tell};
use crate::domain::time::Moment;
use crate::domain::totes::ToteCounts;
use crate::flow::answered::event_reused;
use crate::flow::people::refused;
use crate::flow::road::{Drives, dispatched};
use crate::flow::tell_trip::{Moved, Told, bad_name, check_totes, remark, tote_rows};
use crate::flow::{Desk, FlowError};
use crate::store::backend::{Db, StoreError};
use crate::store::ids::IdMaker;
use crate::store::road::{self, StopEventRow};
use crate::store::totes;

/// What is told of a stop.
#[derive(Clone, Debug)]
pub struct TellStop {
    pub cycle_code: String,
    pub trip_no: String,
    pub point_code: String,
    /// The sender's own name for the act.
    pub event_id: String,
    pub act: StopAct,
    /// Who hands over, as the phone has it.
    pub handed_by: String,
    /// Who signs for it; asked for where goods are handed over.
    pub received_by: Option<String>,
    pub remark: Option<String>,
    pub totes_out: ToteCounts,
    pub totes_back: ToteCounts,
    pub device_at: Moment,
    pub drives: Drives,
    pub by: String,
}

/// Notes what is told of a stop.
///
/// # Errors
/// `not_found` for the cycle, a trip out of reach, a stop that is not the trip's; `wrong_state`; `bad_name`;
/// `receiver_missing`; `already_signed`, `already_left`; `too_many_totes`; `key_reused`.
pub fn tell_stop(db: &mut Db, desk: &Desk, act: &TellStop) -> Result<Told, FlowError> {
    let handed_by = display_name(&act.handed_by).ok_or_else(bad_name)?;
    let received_by = receiver(act)?;
    let remark = remark(act.remark.as_deref())?;
    check_totes(&act.totes_out)?;
    check_totes(&act.totes_back)?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let done = db.write_locking(|db| {
        let (cycle, road) = dispatched(db, desk, &act.cycle_code)?;
        let plate = act.drives.plate(db)?;
        let trip = road.trip(&act.trip_no, plate.as_deref())?;
        let point_id = road.book.points[road.stop(trip, &act.point_code)?].id;
        let row = StopEventRow {
            cycle_id: cycle.id,
            event_id: act.event_id.clone(),
            point_id,
            trip_no: trip.trip_no.clone(),
            version: cycle.version as i32,
            act: act.act.code().to_owned(),
            handed_by: handed_by.clone(),
            received_by: received_by.clone(),
            remark: remark.clone(),
            recorded_by: act.by.clone(),
            device_at: act.device_at.0,
            recorded_at: desk.now.0,
        };
        if let Some(known) = road::stop_event(db, cycle.id, &act.event_id)? {
            let said = |row: &StopEventRow| (row.point_id, row.act.clone(), row.received_by.clone());
            return if said(&known) == said(&row) { Ok(Told { is_new: false }) } else { Err(event_reused().into()) };
        }
        let known = acts(&road::stop_events_at(db, cycle.id, point_id)?)?;
        may_tell(act.act, &known)?;
        road::tell_stop(db, &row)?;
        let plate = trip.vehicle.as_ref().map(|vehicle| vehicle.plate.clone());
        let moved = Moved { event_id: &act.event_id, cycle_id: cycle.id, plate, point_id: Some(point_id) };
        // What was left there unsigned is there already when somebody signs for it.
        if act.act != StopAct::Arrived && !known.contains(&StopAct::Left) {
            totes::record(db, &tote_rows(&mut ids, desk, &moved, "out", &act.totes_out, &act.by))?;
        }
        if act.act != StopAct::Arrived {
            totes::record(db, &tote_rows(&mut ids, desk, &moved, "back", &act.totes_back, &act.by))?;
        }
        Ok::<_, FlowError>(Told { is_new: true })
    })?;
    ids.release(db)?;
    Ok(done)
}

/// The acts of events, in their order.
///
/// # Errors
/// A row that no step writes.
pub fn acts(events: &[StopEventRow]) -> Result<Vec<StopAct>, StoreError> {
    let act = |event: &StopEventRow| StopAct::parse(&event.act).ok_or(StoreError::DamagedRow("stop_events"));
    events.iter().map(act).collect()
}

fn receiver(act: &TellStop) -> Result<Option<String>, RuleError> {
    if act.act != StopAct::HandedOver {
        return Ok(None);
    }
    let name = act.received_by.as_deref().and_then(display_name);
    let refuse = || {
        let zh = "交接要写收货人；没有人就记“无人签收”";
        refused("receiver_missing", zh, "name who signs for the goods; where nobody does, say that they were left")
    };
    name.map(Some).ok_or_else(refuse)
}
