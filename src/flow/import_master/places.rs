//! Warehouses, vehicles, leaders and their points.

use std::collections::HashMap;
use std::path::Path;

use crate::domain::coordinates::Place;
use crate::domain::money::Fen;
use crate::flow::import_file::{Imported, Reading, read_file, sort_out};
use crate::flow::import_ground::{Claim, GivenDatum, Mapped, weigh};
use crate::flow::import_master::id_of;
use crate::flow::load_ground::load_districts;
use crate::flow::{Desk, FlowError};
use crate::imports::fault::FaultKind;
use crate::imports::{leaders, vehicles, warehouses};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::master::{self, LeaderRow, PointRow, VehicleRow, WarehouseRow};

/// A place as columns: WGS-84 longitude and latitude, those given, and their datum.
type PlaceColumns = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<String>);

fn columns(place: Option<Place>) -> PlaceColumns {
    match place {
        Some(place) => (
            Some(place.longitude_e7),
            Some(place.latitude_e7),
            Some(place.given_longitude_e7),
            Some(place.given_latitude_e7),
            Some(place.given_datum.code().to_owned()),
        ),
        None => (None, None, None, None, None),
    }
}

/// Imports warehouses. A parent may stand in the same file.
///
/// # Errors
/// All faults of the file, unknown parents and rings of parents among them; nothing is then imported.
pub fn import_warehouses(
    db: &mut Db,
    desk: &Desk,
    path: &Path,
    given: GivenDatum,
    is_dry_run: bool,
) -> Result<Mapped, FlowError> {
    let mut reading = read_file::<warehouses::Warehouses, _>(desk, path, given.datum)?;
    let districts = load_districts(db)?;
    let claim = |draft: &warehouses::WarehouseDraft| {
        Some(Claim { place: draft.place?, district: districts.named_in_full(&draft.name)? })
    };
    let datum = weigh::<warehouses::Warehouses, _>(desk, path, given, &districts, &mut reading, claim)?;
    let keys: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.warehouse_code.clone())).collect();
    reading.refuse_repeats("warehouse_code", &keys);
    let mut ids = IdMaker::lease(db, desk.now)?;
    let imported = db.write(|db| -> Result<Imported, FlowError> {
        let known: HashMap<String, WarehouseRow> =
            master::warehouse::all(db)?.into_iter().map(|row| (row.warehouse_code.clone(), row)).collect();
        let mut id_by_code: HashMap<String, i64> = known.iter().map(|(code, row)| (code.clone(), row.id)).collect();
        for (_, code) in &keys {
            id_by_code.entry(code.clone()).or_insert_with(|| ids.next_id());
        }
        refuse_rings(&mut reading, &known);
        let parents: Vec<_> =
            reading.drafts.iter().filter_map(|draft| Some((draft.row, draft.parent_code.clone()?))).collect();
        for (row, code) in &parents {
            reading.known(&id_by_code, *row, "parent_code", code);
        }
        reading.sound()?;
        // Parents first, so that the foreign key holds at every row.
        let mut wanted: Vec<WarehouseRow> =
            reading.drafts.iter().map(|draft| warehouse_row(draft, &id_by_code)).collect();
        wanted.sort_by_key(|row| depth(row, &reading, &id_by_code));
        let sorted = sort_out(wanted, keys.len() as u64, |row| known.get(&row.warehouse_code).map(|old| old == row));
        if !is_dry_run {
            master::warehouse::save(db, &sorted.new, &sorted.changed)?;
        }
        Ok(sorted.imported)
    });
    ids.release(db)?;
    Ok(Mapped { imported: imported?, datum, doubts: Vec::new() })
}

fn warehouse_row(draft: &warehouses::WarehouseDraft, ids: &HashMap<String, i64>) -> WarehouseRow {
    let (longitude_e7, latitude_e7, given_longitude_e7, given_latitude_e7, given_datum) = columns(draft.place);
    WarehouseRow {
        id: ids[&draft.warehouse_code],
        warehouse_code: draft.warehouse_code.clone(),
        name: draft.name.clone(),
        kind: draft.kind.code().to_owned(),
        parent_id: draft.parent_code.as_ref().map(|code| ids[code]),
        longitude_e7,
        latitude_e7,
        given_longitude_e7,
        given_latitude_e7,
        given_datum,
    }
}

/// How many parents of the file stand above a warehouse.
fn depth(row: &WarehouseRow, reading: &Reading<warehouses::WarehouseDraft>, ids: &HashMap<String, i64>) -> usize {
    let parent_of: HashMap<i64, i64> = reading
        .drafts
        .iter()
        .filter_map(|draft| Some((ids[&draft.warehouse_code], ids[draft.parent_code.as_ref()?])))
        .collect();
    std::iter::successors(Some(row.id), |id| parent_of.get(id).copied()).count()
}

/// A warehouse must not stand below itself.
fn refuse_rings(reading: &mut Reading<warehouses::WarehouseDraft>, known: &HashMap<String, WarehouseRow>) {
    let code_of: HashMap<i64, &str> = known.values().map(|row| (row.id, row.warehouse_code.as_str())).collect();
    let mut parent: HashMap<String, String> = known
        .values()
        .filter_map(|row| Some((row.warehouse_code.clone(), (*code_of.get(&row.parent_id?)?).to_owned())))
        .collect();
    for draft in &reading.drafts {
        match &draft.parent_code {
            Some(code) => parent.insert(draft.warehouse_code.clone(), code.clone()),
            None => parent.remove(&draft.warehouse_code),
        };
    }
    let in_ring = |start: &str| {
        let steps = std::iter::successors(parent.get(start), |code| parent.get(*code));
        steps.take(parent.len()).any(|code| code == start)
    };
    let rings: Vec<_> = reading
        .drafts
        .iter()
        .filter(|draft| in_ring(&draft.warehouse_code))
        .map(|draft| (draft.row, draft.parent_code.clone().unwrap_or_default()))
        .collect();
    for (row, code) in rings {
        reading.fault(row, FaultKind::OutOfBounds, "parent_code", &code, "上级仓库成环 a ring of parents");
    }
}

/// Imports vehicles.
///
/// # Errors
/// All faults of the file, unknown warehouses among them; nothing is then imported.
pub fn import_vehicles(db: &mut Db, desk: &Desk, path: &Path, is_dry_run: bool) -> Result<Imported, FlowError> {
    let mut reading = read_file::<vehicles::Vehicles, _>(desk, path, None)?;
    let keys: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.plate.clone())).collect();
    reading.refuse_repeats("plate", &keys);
    let warehouses = warehouse_ids(db)?;
    let named: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.warehouse_code.clone())).collect();
    for (row, code) in &named {
        reading.known(&warehouses, *row, "warehouse_code", code);
    }
    reading.sound()?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let imported = db.write(|db| -> Result<Imported, FlowError> {
        let known: HashMap<String, VehicleRow> =
            master::vehicle::all(db)?.into_iter().map(|row| (row.plate.clone(), row)).collect();
        let wanted = reading.drafts.iter().map(|draft| VehicleRow {
            id: id_of(&known, &draft.plate, |row| row.id, &mut ids),
            plate: draft.plate.clone(),
            warehouse_id: warehouses[&draft.warehouse_code],
            driver: draft.driver.clone(),
            phone: draft.phone.clone(),
            capacity_g: draft.capacity_g.map(|g| g as i64),
            capacity_ml: draft.capacity_ml.map(|ml| ml as i64),
            capacity_totes: draft.capacity_totes.map(|n| n as i32),
            shift_start: draft.shift_start.clone(),
            shift_end: draft.shift_end.clone(),
        });
        let sorted = sort_out(wanted.collect(), keys.len() as u64, |row| known.get(&row.plate).map(|old| old == row));
        if !is_dry_run {
            master::vehicle::save(db, &sorted.new, &sorted.changed)?;
        }
        Ok(sorted.imported)
    })?;
    ids.release(db)?;
    Ok(imported)
}

fn warehouse_ids(db: &mut Db) -> Result<HashMap<String, i64>, FlowError> {
    Ok(master::warehouse::all(db)?.into_iter().map(|row| (row.warehouse_code, row.id)).collect())
}

/// Imports leaders with their points: a row per leader and point.
///
/// # Errors
/// All faults of the file; nothing is then imported. Rows of one leader must agree on the leader.
pub fn import_leaders(
    db: &mut Db,
    desk: &Desk,
    path: &Path,
    given: GivenDatum,
    is_dry_run: bool,
) -> Result<Mapped, FlowError> {
    let mut reading = read_file::<leaders::Leaders, _>(desk, path, given.datum)?;
    let districts = load_districts(db)?;
    let claim = |draft: &leaders::LeaderDraft| {
        let told = [&draft.address, &draft.compound].into_iter().flatten();
        let district = told.into_iter().find_map(|text| districts.named_in_full(text))?;
        Some(Claim { place: draft.place?, district })
    };
    let datum = weigh::<leaders::Leaders, _>(desk, path, given, &districts, &mut reading, claim)?;
    let keys: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.point_code.clone())).collect();
    reading.refuse_repeats("point_code", &keys);
    refuse_contradictions(&mut reading);
    let warehouses = warehouse_ids(db)?;
    let named: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.warehouse_code.clone())).collect();
    for (row, code) in &named {
        reading.known(&warehouses, *row, "warehouse_code", code);
    }
    reading.sound()?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let imported = db.write(|db| save_leaders(db, &reading.drafts, &warehouses, &mut ids, is_dry_run))?;
    ids.release(db)?;
    Ok(Mapped { imported, datum, doubts: Vec::new() })
}

fn save_leaders(
    db: &mut Db,
    drafts: &[leaders::LeaderDraft],
    warehouses: &HashMap<String, i64>,
    ids: &mut IdMaker,
    is_dry_run: bool,
) -> Result<Imported, FlowError> {
    let known: HashMap<String, LeaderRow> =
        master::leader::all(db)?.into_iter().map(|row| (row.leader_code.clone(), row)).collect();
    let known_points: HashMap<String, PointRow> =
        master::point::all(db)?.into_iter().map(|row| (row.point_code.clone(), row)).collect();
    let mut wanted: Vec<LeaderRow> = Vec::new();
    let mut id_by_code: HashMap<&str, i64> = HashMap::new();
    let mut points = Vec::new();
    for draft in drafts {
        let leader_id = *id_by_code.entry(&draft.leader_code).or_insert_with(|| {
            let id = id_of(&known, &draft.leader_code, |row| row.id, ids);
            wanted.push(leader_row(draft, id));
            id
        });
        let id = id_of(&known_points, &draft.point_code, |row| row.id, ids);
        points.push(point_row(draft, id, leader_id, warehouses[&draft.warehouse_code]));
    }
    let leaders = sort_out(wanted, 0, |row| known.get(&row.leader_code).map(|old| old == row));
    let points = sort_out(points, drafts.len() as u64, |row| known_points.get(&row.point_code).map(|old| old == row));
    if !is_dry_run {
        master::leader::save(db, &leaders.new, &leaders.changed)?;
        master::point::save(db, &points.new, &points.changed)?;
    }
    Ok(Imported {
        rows: drafts.len() as u64,
        new: leaders.imported.new + points.imported.new,
        changed: leaders.imported.changed + points.imported.changed,
        same: leaders.imported.same + points.imported.same,
    })
}

fn leader_row(draft: &leaders::LeaderDraft, id: i64) -> LeaderRow {
    LeaderRow {
        id,
        leader_code: draft.leader_code.clone(),
        name: draft.name.clone(),
        phone: draft.phone.clone(),
        email: draft.email.clone(),
        commission_bp: draft.commission_bp.map(|bp| bp as i32),
        tier: draft.tier.clone(),
    }
}

fn point_row(draft: &leaders::LeaderDraft, id: i64, leader_id: i64, warehouse_id: i64) -> PointRow {
    let (longitude_e7, latitude_e7, given_longitude_e7, given_latitude_e7, given_datum) = columns(draft.place);
    PointRow {
        id,
        point_code: draft.point_code.clone(),
        name: draft.point_name.clone(),
        leader_id,
        warehouse_id,
        compound: draft.compound.clone(),
        address: draft.address.clone(),
        longitude_e7,
        latitude_e7,
        given_longitude_e7,
        given_latitude_e7,
        given_datum,
        window_start: draft.window_start.clone(),
        window_end: draft.window_end.clone(),
        report_by: draft.report_by.clone(),
        route_code: draft.route_code.clone(),
        stop_seq: draft.stop_seq.map(|seq| seq as i32),
    }
}

/// Rows of one leader must say the same of the leader.
fn refuse_contradictions(reading: &mut Reading<leaders::LeaderDraft>) {
    let mut first: HashMap<String, (u64, LeaderRow)> = HashMap::new();
    let mut wrong = Vec::new();
    for draft in &reading.drafts {
        let row = leader_row(draft, 0);
        match first.get(&draft.leader_code) {
            Some((earlier, known)) => {
                wrong.extend(difference(known, &row).map(|(column, value)| (draft.row, column, value, *earlier)));
            }
            None => {
                first.insert(draft.leader_code.clone(), (draft.row, row));
            }
        }
    }
    for (row, column, value, earlier) in wrong {
        reading.fault(row, FaultKind::ConflictingRow, column, &value, &earlier.to_string());
    }
}

/// The first column in which two rows of a leader differ, and what the second says there.
fn difference(known: &LeaderRow, row: &LeaderRow) -> Option<(&'static str, String)> {
    let percent = |bp: Option<i32>| bp.map(|bp| Fen(bp.into()).yuan());
    let pairs = [
        ("name", known.name != row.name, Some(row.name.clone())),
        ("phone", known.phone != row.phone, Some(row.phone.clone())),
        ("email", known.email != row.email, row.email.clone()),
        ("commission_pct", known.commission_bp != row.commission_bp, percent(row.commission_bp)),
        ("tier", known.tier != row.tier, row.tier.clone()),
    ];
    pairs.into_iter().find(|(_, differs, _)| *differs).map(|(column, _, value)| (column, value.unwrap_or_default()))
}
