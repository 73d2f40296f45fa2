//! Named places from a table.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::Mapped;
use super::datum::{Claim, GivenDatum, weigh};
use crate::domain::geography::districts::Districts;
use crate::flow::import_file::{Imported, Reading, read_file, sort_out};
use crate::flow::load_ground::load_districts;
use crate::flow::{Desk, FlowError};
use crate::imports::fault::{Fault, FaultKind};
use crate::imports::places::{PlaceDraft, Places};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::master::{self, PlaceRow};

/// Imports named places. Several of one name in one district are kept apart by their coordinates and told as doubts, and
/// so are places that do not lie in the district that they name.
///
/// # Errors
/// All faults of the file, a datum that it does not look like among them; nothing is then imported.
pub fn import_places(
    db: &mut Db,
    desk: &Desk,
    path: &Path,
    given: GivenDatum,
    is_dry_run: bool,
) -> Result<Mapped, FlowError> {
    let mut reading = read_file::<Places, _>(desk, path, given.datum)?;
    let districts = load_districts(db)?;
    let claim = |draft: &PlaceDraft| Some(Claim { place: draft.place, district: named(&districts, draft)? });
    let datum = weigh::<Places, _>(desk, path, given, &districts, &mut reading, claim)?;
    reading.sound()?;
    let mut doubts = in_other_districts(&reading, &districts);
    doubts.extend(same_names(&reading));
    doubts.sort_by_key(|doubt| doubt.row);
    let mut ids = IdMaker::lease(db, desk.now)?;
    let imported = db.write(|db| -> Result<Imported, FlowError> {
        let known = master::place::all(db)?;
        let (wanted, repeats) = match_known(&reading.drafts, &known, &mut ids);
        let by_id: HashMap<i64, &PlaceRow> = known.iter().map(|row| (row.id, row)).collect();
        let rows = reading.drafts.len() as u64;
        let mut sorted = sort_out(wanted, rows, |row| by_id.get(&row.id).map(|old| *old == row));
        sorted.imported.same += repeats;
        if !is_dry_run {
            master::place::save(db, &sorted.new, &sorted.changed)?;
        }
        Ok(sorted.imported)
    })?;
    ids.release(db)?;
    Ok(Mapped { imported, datum, doubts })
}

/// The district that a row names: in its cell, else in its address.
fn named(districts: &Districts, draft: &PlaceDraft) -> Option<usize> {
    match draft.district.as_str() {
        "" => districts.named_in_full(draft.address.as_deref()?),
        district => districts.named(district),
    }
}

/// A doubt for each place that lies elsewhere than it says, or says nothing that is known and lies outside the city.
fn in_other_districts(reading: &Reading<PlaceDraft>, districts: &Districts) -> Vec<Fault> {
    if districts.is_empty() {
        return Vec::new();
    }
    let doubt = |draft: &PlaceDraft| {
        let (named, at) = (named(districts, draft), districts.at(draft.place.wgs84()));
        let kind = match named {
            Some(district) if districts.holds(district, draft.place.wgs84()) => return None,
            Some(_) => FaultKind::OtherDistrict,
            None if draft.district.is_empty() && at.is_some() => return None,
            None => FaultKind::DistrictUnknown,
        };
        let lies = at.map_or("不在任何区县 in none", |index| districts.all()[index].name.as_str());
        let detail = format!("{} → {lies}", draft.name);
        Some(Fault::new(&reading.file, draft.row, kind).cell("district", &draft.district).detail(detail))
    };
    reading.drafts.iter().filter_map(doubt).collect()
}

/// A doubt for each row that has district and name of an earlier one.
fn same_names(reading: &Reading<PlaceDraft>) -> Vec<Fault> {
    let mut first: HashMap<(&str, &str), u64> = HashMap::new();
    let mut doubts = Vec::new();
    for draft in &reading.drafts {
        let earlier = *first.entry((&draft.district, &draft.name)).or_insert(draft.row);
        if earlier != draft.row {
            let fault = Fault::new(&reading.file, draft.row, FaultKind::SameName);
            doubts.push(fault.cell("name", &draft.name).detail(earlier.to_string()));
        }
    }
    doubts
}

/// The rows of the table that the file wants, and how many of the file's rows only repeat another.
///
/// Of places with one name in one district those are paired first that agree in everything, then the others in the order
/// of their coordinates: so the order of rows does not matter, and a corrected place stays the place it was.
fn match_known(drafts: &[PlaceDraft], known: &[PlaceRow], ids: &mut IdMaker) -> (Vec<PlaceRow>, u64) {
    let mut known_by_name: HashMap<(&str, &str), Vec<&PlaceRow>> = HashMap::new();
    for row in known {
        known_by_name.entry((&row.district, &row.name)).or_default().push(row);
    }
    let mut wanted_by_name: BTreeMap<(&str, &str), Vec<PlaceRow>> = BTreeMap::new();
    for draft in drafts {
        wanted_by_name.entry((&draft.district, &draft.name)).or_default().push(row(draft));
    }
    let (mut wanted, mut repeats) = (Vec::with_capacity(drafts.len()), 0);
    for (name, mut rows) in wanted_by_name {
        let count = rows.len();
        rows.sort_by(|a, b| content(a).cmp(&content(b)));
        rows.dedup_by(|a, b| content(a) == content(b));
        repeats += (count - rows.len()) as u64;
        let mut free = known_by_name.remove(&name).unwrap_or_default();
        free.sort_by_key(|row| row.seq);
        wanted.extend(pair(rows, free, ids));
    }
    (wanted, repeats)
}

/// Gives each row of one name the id and number of a known one, or new ones.
fn pair(rows: Vec<PlaceRow>, mut free: Vec<&PlaceRow>, ids: &mut IdMaker) -> Vec<PlaceRow> {
    let mut last = free.last().map_or(0, |row| row.seq);
    let (mut paired, mut left) = (Vec::new(), Vec::new());
    for row in rows {
        match free.iter().position(|known| content(known) == content(&row)) {
            Some(at) => paired.push(free.remove(at).clone()),
            None => left.push(row),
        }
    }
    let mut free = free.into_iter();
    for row in left {
        let (id, seq) = free.next().map_or_else(
            || {
                last += 1;
                (ids.next_id(), last)
            },
            |known| (known.id, known.seq),
        );
        paired.push(PlaceRow { id, seq, ..row });
    }
    paired
}

/// What the file says of a place.
fn content(row: &PlaceRow) -> (i64, i64, &str, Option<&str>) {
    (row.given_longitude_e7, row.given_latitude_e7, &row.given_datum, row.address.as_deref())
}

/// A row without id and number.
fn row(draft: &PlaceDraft) -> PlaceRow {
    PlaceRow {
        id: 0,
        district: draft.district.clone(),
        name: draft.name.clone(),
        seq: 0,
        address: draft.address.clone(),
        longitude_e7: draft.place.longitude_e7,
        latitude_e7: draft.place.latitude_e7,
        given_longitude_e7: draft.place.given_longitude_e7,
        given_latitude_e7: draft.place.given_latitude_e7,
        given_datum: draft.place.given_datum.code().to_owned(),
    }
}
