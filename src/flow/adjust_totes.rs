//! 筐箱盘点: the balance of a point or of a driver is counted, and put right with a reason. Once a month is enough.

use crate::domain::account::shown_line;
use crate::domain::totes::{ToteCounts, ToteKind};
use crate::flow::people::{missing, refused};
use crate::flow::tell_trip::{REMARK_MAX, Told, check_totes};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::master;
use crate::store::totes::{self, ToteMoveRow};

/// Whose totes were counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// By point code.
    Point(String),
    /// By plate.
    Driver(String),
}

/// Totes as they were counted.
#[derive(Clone, Debug)]
pub struct AdjustTotes {
    pub holder: Holder,
    pub counted: ToteCounts,
    /// The sender's own name for the act.
    pub event_id: String,
    pub reason: String,
    pub by: String,
}

/// Puts a balance right. The same act is nothing new; a count that equals the balance writes nothing.
///
/// # Errors
/// `not_found` for a point or vehicle; `bad_reason`; `too_many_totes`.
pub fn adjust_totes(db: &mut Db, desk: &Desk, act: &AdjustTotes) -> Result<Told, FlowError> {
    let bad = || refused("bad_reason", "请写原因（1–200 字）", "say why, in 1 to 200 characters");
    let reason = shown_line(&act.reason, REMARK_MAX).ok_or_else(bad)?;
    check_totes(&act.counted)?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let done = db.write_locking(|db| {
        let (point_id, plate) = holder(db, &act.holder)?;
        if !totes::told(db, &act.event_id)?.is_empty() {
            return Ok(Told { is_new: false });
        }
        let balances = totes::balances(db)?;
        let known = match (point_id, &plate) {
            (Some(id), _) => balances.points.get(&id),
            (None, Some(plate)) => balances.drivers.get(plate),
            (None, None) => None,
        };
        let known = known.copied().unwrap_or_default();
        let differs = ToteKind::ALL.iter().filter(|kind| act.counted.of(**kind) != known.of(**kind));
        let row = |kind: &ToteKind| ToteMoveRow {
            id: ids.next_id(),
            event_id: act.event_id.clone(),
            cycle_id: None,
            plate: plate.clone(),
            point_id,
            kind: kind.code().to_owned(),
            act: "adjusted".to_owned(),
            qty: act.counted.of(*kind) - known.of(*kind),
            reason: Some(reason.clone()),
            recorded_by: act.by.clone(),
            moved_at: desk.now.0,
        };
        let rows: Vec<ToteMoveRow> = differs.map(row).collect();
        totes::record(db, &rows)?;
        Ok::<_, FlowError>(Told { is_new: !rows.is_empty() })
    })?;
    ids.release(db)?;
    Ok(done)
}

fn holder(db: &mut Db, holder: &Holder) -> Result<(Option<i64>, Option<String>), FlowError> {
    match holder {
        Holder::Point(code) => {
            let point = master::point::all(db)?.into_iter().find(|point| point.point_code == *code);
            Ok((Some(point.ok_or_else(|| missing("自提点", "point", code))?.id), None))
        }
        Holder::Driver(plate) => {
            let vehicle = master::vehicle::all(db)?.into_iter().find(|vehicle| vehicle.plate == *plate);
            Ok((None, Some(vehicle.ok_or_else(|| missing("车牌", "vehicle", plate))?.plate)))
        }
    }
}
