//! Districts from GeoJSON.

use std::collections::HashMap;
use std::path::Path;

use super::datum::{DatumCheck, GivenDatum, refuse_other};
use super::{Mapped, read_areas};
use crate::domain::coordinates::{Datum, Wgs84, from_e7};
use crate::domain::geography::datum_check::{Evidence, Reading as Way, Tally};
use crate::domain::geography::districts::{District, Districts};
use crate::domain::geography::shape::{Area, Shape, to_text};
use crate::flow::import_file::{Imported, sort_out};
use crate::flow::{Desk, FlowError};
use crate::imports::areas::{AreaDraft, DISTRICT};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::master::{self, DistrictRow, PlaceRow};

/// Imports districts; the datum must be given or stand in the file. Where places are known, the file is tried under all
/// datums, as their files are where districts are known.
///
/// # Errors
/// All faults of the file; nothing is then imported.
pub fn import_districts(
    db: &mut Db,
    desk: &Desk,
    path: &Path,
    given: GivenDatum,
    is_dry_run: bool,
) -> Result<Mapped, FlowError> {
    let (mut reading, datum) = read_areas(path, DISTRICT, given.datum, None)?;
    let keys: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.key.clone())).collect();
    reading.refuse_repeats("name", &keys);
    let evidence = weigh_against(&reading.drafts, datum, &master::place::all(db)?);
    if let Some(evidence) = &evidence {
        refuse_other(&mut reading, evidence, given);
    }
    reading.sound()?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let imported = db.write(|db| -> Result<Imported, FlowError> {
        let known: HashMap<String, DistrictRow> =
            master::district::all(db)?.into_iter().map(|row| (row.name.clone(), row)).collect();
        let row = |draft: &AreaDraft| {
            let shape = Shape::new(&draft.given, datum);
            DistrictRow {
                id: known.get(&draft.key).map_or_else(|| ids.next_id(), |row| row.id),
                name: draft.key.clone(),
                adcode: draft.more.clone(),
                shape: to_text(&shape.ground),
                given_shape: to_text(&shape.given),
                given_datum: datum.code().to_owned(),
            }
        };
        let wanted: Vec<DistrictRow> = reading.drafts.iter().map(row).collect();
        let sorted = sort_out(wanted, keys.len() as u64, |row| known.get(&row.name).map(|old| old == row));
        if !is_dry_run {
            master::district::save(db, &sorted.new, &sorted.changed)?;
        }
        Ok(sorted.imported)
    })?;
    ids.release(db)?;
    let datum = evidence.map_or(DatumCheck::NothingToCompare, |evidence| DatumCheck::Weighed(vec![evidence]));
    Ok(Mapped { imported, datum, doubts: Vec::new() })
}

/// How many known places lie in the district that they name, were the file of each datum. None where none names one.
fn weigh_against(drafts: &[AreaDraft], datum: Datum, places: &[PlaceRow]) -> Option<Evidence> {
    let under = |datum: Datum| {
        let district = |draft: &AreaDraft| District {
            name: draft.key.clone(),
            area: Area::new(Shape::new(&draft.given, datum).ground),
        };
        Districts::new(drafts.iter().map(district).collect())
    };
    if places.is_empty() {
        return None;
    }
    let readings = Datum::ALL.iter().map(|datum| under(*datum)).collect::<Vec<_>>();
    let names = readings.first()?;
    let mut tallies: Vec<Tally> =
        names.all().iter().map(|d| Tally { district: d.name.clone(), named: 0, hit: [0; 6] }).collect();
    for place in places {
        let Some(index) = names.named(&place.district) else { continue };
        let at = Wgs84 { longitude: from_e7(place.longitude_e7), latitude: from_e7(place.latitude_e7) };
        tallies[index].named += 1;
        for (hit, districts) in tallies[index].hit.iter_mut().zip(&readings) {
            *hit += u64::from(districts.holds(index, at));
        }
    }
    tallies.retain(|tally| tally.named > 0);
    let given = Way { datum, is_swapped: false };
    (!tallies.is_empty()).then_some(Evidence { given, districts: tallies })
}
