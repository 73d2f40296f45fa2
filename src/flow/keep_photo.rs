//! A photo of goods that were not as they should be, or of what was left at a point. It belongs to the newest case or
//! count that the same person told: phones send it right behind that.

use serde::{Deserialize, Serialize};

use crate::domain::errors::RuleError;
use crate::domain::time::Moment;
use crate::flow::answered::Sender;
use crate::flow::intake::Within;
use crate::flow::one_order::reached;
use crate::flow::receive_at_point::{offer_no, place};
use crate::flow::road::{Drives, dispatched};
use crate::flow::{Desk, FlowError, answered};
use crate::store::backend::{Db, StoreError};
use crate::store::cycles;
use crate::store::ids::IdMaker;
use crate::store::photos::{self, PhotoRow, Shows};
use crate::store::road::{self, StopPhotoRow};

/// The route under which keys of photos are kept.
const ROUTE: &str = "POST /photos";

/// Photos of one case, or of one count.
const PHOTOS_MAX: usize = 6;

/// What a photo is told to show.
#[derive(Clone, Debug)]
pub enum Subject {
    /// Goods of a line, of which a case was reported.
    Goods { order_no: String, sku_code: String },
    /// What came to a point, which was counted.
    Arrival { cycle_code: String, point_code: String },
    /// What a driver left at a point, by the name of the act.
    Stop { cycle_code: String, point_code: String, event_id: String },
}

/// A photo, encoded anew.
#[derive(Clone, Debug)]
pub struct KeepPhoto {
    pub subject: Subject,
    /// A JPEG.
    pub image: Vec<u8>,
    pub device_at: Moment,
    pub within: Within,
    /// Whose trips the sender reaches.
    pub drives: Drives,
    pub sender: Sender,
}

/// A photo that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Kept {
    pub id: i64,
}

/// Keeps a photo. The same under the same key is the same photo.
///
/// # Errors
/// `not_found` for what is out of reach; `nothing_told` where this person told of nothing there; `too_many_photos`;
/// `key_reused`.
pub fn keep_photo(db: &mut Db, desk: &Desk, act: KeepPhoto) -> Result<Kept, FlowError> {
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    db.write_locking(|db| {
        if let Some(answer) = answered::first(db, ROUTE, &act.sender)? {
            return Ok(answer);
        }
        if let Subject::Stop { cycle_code, point_code, event_id } = &act.subject {
            let row = of_stop(db, desk, &act, (cycle_code, point_code, event_id), id)?;
            road::keep_photo(db, &row)?;
            let kept = Kept { id };
            answered::keep(db, desk, ROUTE, row.cycle_id, &act.sender, &kept)?;
            return Ok(kept);
        }
        let (cycle_id, point_id, shows) = shown(db, &act)?;
        let earlier = photos::at_point(db, cycle_id, point_id)?;
        if earlier.get(&shows).is_some_and(|known| known.len() >= PHOTOS_MAX) {
            return Err(too_many().into());
        }
        let (case, count_no) = match shows {
            Shows::Case(order_id, offer_no, case_no) => (Some((order_id, offer_no, case_no)), None),
            Shows::Count(count_no) => (None, Some(count_no)),
        };
        let row = PhotoRow {
            id,
            cycle_id,
            point_id,
            order_id: case.map(|case| case.0),
            offer_no: case.map(|case| case.1),
            case_no: case.map(|case| case.2),
            count_no,
            image: act.image.clone(),
            recorded_by: act.sender.by.clone(),
            device_at: act.device_at.0,
            recorded_at: desk.now.0,
        };
        photos::record(db, &row)?;
        let kept = Kept { id };
        answered::keep(db, desk, ROUTE, cycle_id, &act.sender, &kept)?;
        Ok(kept)
    })
}

/// The cycle, the point, and what the photo shows there.
fn shown(db: &mut Db, act: &KeepPhoto) -> Result<(i64, i64, Shows), FlowError> {
    let by = &act.sender.by;
    match &act.subject {
        Subject::Goods { order_no, sku_code } => {
            let order = reached(db, order_no, &act.within)?;
            let cycle = cycles::by_id(db, order.cycle_id)?.ok_or(StoreError::DamagedRow("orders"))?;
            let offer_no = offer_no(db, &cycle.card(), sku_code)?;
            let case_no = photos::case_by(db, cycle.id, order.id, offer_no, by)?.ok_or_else(nothing_told)?;
            Ok((cycle.id, order.point_id, Shows::Case(order.id, offer_no, case_no)))
        }
        Subject::Arrival { cycle_code, point_code } | Subject::Stop { cycle_code, point_code, .. } => {
            let (cycle, point) = place(db, cycle_code, point_code, &act.within)?;
            let count_no = photos::count_by(db, cycle.id, point.point_id, by)?.ok_or_else(nothing_told)?;
            Ok((cycle.id, point.point_id, Shows::Count(count_no)))
        }
    }
}

/// The row of a photo of what was left at a stop.
fn of_stop(
    db: &mut Db,
    desk: &Desk,
    act: &KeepPhoto,
    (cycle_code, point_code, event_id): (&str, &str, &str),
    id: i64,
) -> Result<StopPhotoRow, FlowError> {
    let (cycle, road) = dispatched(db, desk, cycle_code)?;
    let told = road::stop_event(db, cycle.id, event_id)?.ok_or_else(nothing_told)?;
    let plate = act.drives.plate(db)?;
    let trip = road.trip(&told.trip_no, plate.as_deref())?;
    let point = &road.book.points[road.stop(trip, point_code)?];
    if point.id != told.point_id {
        return Err(nothing_told().into());
    }
    let earlier = road::photos_of(db, cycle.id)?;
    if earlier.get(event_id).is_some_and(|known| known.len() >= PHOTOS_MAX) {
        return Err(too_many().into());
    }
    Ok(StopPhotoRow {
        id,
        cycle_id: cycle.id,
        event_id: event_id.to_owned(),
        point_id: point.id,
        image: act.image.clone(),
        recorded_by: act.sender.by.clone(),
        device_at: act.device_at.0,
        recorded_at: desk.now.0,
    })
}

fn nothing_told() -> RuleError {
    let zh = "照片没有对应的登记；先登记问题或点收，再传照片".into();
    let en = "nothing was told that the photo could belong to; report the problem or the count first".into();
    RuleError::Refused { code: "nothing_told", zh, en }
}

fn too_many() -> RuleError {
    let (zh, en) = (format!("一次最多 {PHOTOS_MAX} 张照片"), format!("{PHOTOS_MAX} photos at most"));
    RuleError::Refused { code: "too_many_photos", zh, en }
}

/// A photo, if it was taken at a point within reach.
///
/// # Errors
/// `not_found`.
pub fn photo(db: &mut Db, id: i64, within: &Within) -> Result<Vec<u8>, FlowError> {
    let found = match photos::find(db, id)? {
        Some(found) => Some(found),
        None => road::photo(db, id)?.map(|(image, _, _, leader_id)| (image, leader_id)),
    };
    let found = found.filter(|(_, leader_id)| within.reaches_all_of(*leader_id));
    found.map(|(image, _)| image).ok_or_else(|| {
        let thing = crate::domain::errors::StateName { code: "photo", zh: "照片" };
        RuleError::NotFound { thing, key: id.to_string() }.into()
    })
}
