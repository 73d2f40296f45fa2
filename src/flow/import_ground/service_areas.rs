//! Service areas from GeoJSON.

use std::collections::HashMap;
use std::path::Path;

use super::datum::{DatumCheck, GivenDatum, refuse_other};
use super::{Mapped, read_areas};
use crate::domain::coordinates::Datum;
use crate::domain::geography::datum_check::{Evidence, Reading as Way, Tally};
use crate::domain::geography::shape::{Area, Shape, to_text};
use crate::flow::import_file::{Imported, Reading, sort_out};
use crate::flow::load_ground::place_of;
use crate::flow::{Desk, FlowError};
use crate::imports::areas::{AreaDraft, SERVICE_AREA};
use crate::imports::fault::{Fault, FaultKind};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::master::{self, PointRow, ServiceAreaRow};

/// Imports the service areas of points, each a feature with the point's code. Without a datum they are on WGS-84, as
/// GeoJSON is by its standard and as our own exports are. A file whose areas hold more of their own points on another
/// datum is refused as other files are.
///
/// # Errors
/// All faults of the file, unknown points among them; nothing is then imported.
pub fn import_service_areas(
    db: &mut Db,
    desk: &Desk,
    path: &Path,
    given: GivenDatum,
    is_dry_run: bool,
) -> Result<Mapped, FlowError> {
    let (mut reading, datum) = read_areas(path, SERVICE_AREA, given.datum, Some(Datum::Wgs84))?;
    let keys: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.key.clone())).collect();
    reading.refuse_repeats("point_code", &keys);
    let points: HashMap<String, PointRow> =
        master::point::all(db)?.into_iter().map(|row| (row.point_code.clone(), row)).collect();
    for (row, code) in &keys {
        reading.known(&points, *row, "point_code", code);
    }
    let evidence = weigh_points(&reading.drafts, datum, &points);
    if let Some(evidence) = &evidence {
        refuse_other(&mut reading, evidence, given);
    }
    reading.sound()?;
    let doubts = points_outside(&reading, datum, &points);
    let mut ids = IdMaker::lease(db, desk.now)?;
    let imported = db.write(|db| -> Result<Imported, FlowError> {
        let known: HashMap<i64, ServiceAreaRow> =
            master::service_area::all(db)?.into_iter().map(|row| (row.point_id, row)).collect();
        let row = |draft: &AreaDraft| {
            let (shape, point_id) = (Shape::new(&draft.given, datum), points[&draft.key].id);
            ServiceAreaRow {
                id: known.get(&point_id).map_or_else(|| ids.next_id(), |row| row.id),
                point_id,
                shape: to_text(&shape.ground),
                given_shape: to_text(&shape.given),
                given_datum: datum.code().to_owned(),
            }
        };
        let wanted: Vec<ServiceAreaRow> = reading.drafts.iter().map(row).collect();
        let sorted = sort_out(wanted, keys.len() as u64, |row| known.get(&row.point_id).map(|old| old == row));
        if !is_dry_run {
            master::service_area::save(db, &sorted.new, &sorted.changed)?;
        }
        Ok(sorted.imported)
    })?;
    ids.release(db)?;
    let datum = evidence.map_or(DatumCheck::NothingToCompare, |evidence| DatumCheck::Weighed(vec![evidence]));
    Ok(Mapped { imported, datum, doubts })
}

/// How many points lie in their own area, were the file of each datum. None where no point has a place.
fn weigh_points(drafts: &[AreaDraft], datum: Datum, points: &HashMap<String, PointRow>) -> Option<Evidence> {
    let mut tally = Tally { district: "自提点 points".to_owned(), named: 0, hit: [0; 6] };
    for draft in drafts {
        let Some(place) = points.get(&draft.key).and_then(place_of) else { continue };
        tally.named += 1;
        for (hit, datum) in tally.hit.iter_mut().zip(Datum::ALL) {
            *hit += u64::from(Area::new(Shape::new(&draft.given, *datum).ground).holds(place));
        }
    }
    let given = Way { datum, is_swapped: false };
    (tally.named > 0).then_some(Evidence { given, districts: vec![tally] })
}

/// A doubt for each area that does not hold its own point.
fn points_outside(reading: &Reading<AreaDraft>, datum: Datum, points: &HashMap<String, PointRow>) -> Vec<Fault> {
    let outside = reading.drafts.iter().filter_map(|draft| {
        let point = &points[&draft.key];
        let is_held = Area::new(Shape::new(&draft.given, datum).ground).holds(place_of(point)?);
        let fault = Fault::new(&reading.file, draft.row, FaultKind::PointOutside);
        (!is_held).then(|| fault.cell("point_code", &draft.key).detail(point.name.clone()))
    });
    outside.collect()
}
