//! Suppliers and SKUs.

use std::collections::HashMap;
use std::path::Path;

use crate::flow::import_file::{Imported, read_file, sort_out};
use crate::flow::import_master::id_of;
use crate::flow::{Desk, FlowError};
use crate::imports::{skus, suppliers};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::master::{self, SkuRow, SupplierRow};

/// Imports suppliers.
///
/// # Errors
/// All faults of the file; nothing is then imported.
pub fn import_suppliers(db: &mut Db, desk: &Desk, path: &Path, is_dry_run: bool) -> Result<Imported, FlowError> {
    let mut reading = read_file::<suppliers::Suppliers, _>(desk, path, None)?;
    let keys: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.supplier_code.clone())).collect();
    reading.refuse_repeats("supplier_code", &keys);
    reading.sound()?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let imported = db.write(|db| -> Result<Imported, FlowError> {
        let known: HashMap<String, SupplierRow> =
            master::supplier::all(db)?.into_iter().map(|row| (row.supplier_code.clone(), row)).collect();
        let wanted = reading
            .drafts
            .iter()
            .map(|draft| SupplierRow {
                id: id_of(&known, &draft.supplier_code, |row| row.id, &mut ids),
                supplier_code: draft.supplier_code.clone(),
                name: draft.name.clone(),
                contact: draft.contact.clone(),
                phone: draft.phone.clone(),
                email: draft.email.clone(),
                min_order_value_fen: draft.min_order_value.0,
                below_min_value: draft.below_min_value.code().to_owned(),
                due_at: draft.due_at.clone(),
            })
            .collect();
        let sorted = sort_out(wanted, keys.len() as u64, |row| known.get(&row.supplier_code).map(|old| old == row));
        if !is_dry_run {
            master::supplier::save(db, &sorted.new, &sorted.changed)?;
        }
        Ok(sorted.imported)
    })?;
    ids.release(db)?;
    Ok(imported)
}

/// Imports SKUs.
///
/// # Errors
/// All faults of the file, unknown suppliers among them; nothing is then imported.
pub fn import_skus(db: &mut Db, desk: &Desk, path: &Path, is_dry_run: bool) -> Result<Imported, FlowError> {
    let mut reading = read_file::<skus::Skus, _>(desk, path, None)?;
    let keys: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.sku_code.clone())).collect();
    reading.refuse_repeats("sku_code", &keys);
    let suppliers: HashMap<String, i64> =
        master::supplier::all(db)?.into_iter().map(|row| (row.supplier_code, row.id)).collect();
    let named: Vec<_> = reading.drafts.iter().map(|draft| (draft.row, draft.supplier_code.clone())).collect();
    for (row, code) in &named {
        reading.known(&suppliers, *row, "supplier_code", code);
    }
    reading.sound()?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let imported = db.write(|db| -> Result<Imported, FlowError> {
        let known: HashMap<String, SkuRow> =
            master::sku::all(db)?.into_iter().map(|row| (row.sku_code.clone(), row)).collect();
        let wanted = reading
            .drafts
            .iter()
            .map(|draft| {
                let id = id_of(&known, &draft.sku_code, |row| row.id, &mut ids);
                sku_row(draft, id, suppliers[&draft.supplier_code])
            })
            .collect();
        let sorted = sort_out(wanted, keys.len() as u64, |row| known.get(&row.sku_code).map(|old| old == row));
        if !is_dry_run {
            master::sku::save(db, &sorted.new, &sorted.changed)?;
        }
        Ok(sorted.imported)
    })?;
    ids.release(db)?;
    Ok(imported)
}

fn sku_row(draft: &skus::SkuDraft, id: i64, supplier_id: i64) -> SkuRow {
    let whole = |n: Option<u32>| n.map(|n| n as i32);
    SkuRow {
        id,
        sku_code: draft.sku_code.clone(),
        name: draft.name.clone(),
        spec: draft.spec.clone(),
        unit: draft.unit.clone(),
        supplier_id,
        category: draft.category.clone(),
        temp_zone: draft.temp_zone.code().to_owned(),
        barcode: draft.barcode.clone(),
        supplier_sku: draft.supplier_sku.clone(),
        case_size: draft.case_size as i32,
        moq: draft.moq as i32,
        order_multiple: draft.order_multiple as i32,
        price_unit: draft.price_unit.code().to_owned(),
        unit_price_fen: draft.unit_price.map(|price| price.0),
        tax_bp: whole(draft.tax_bp),
        nominal_weight_g: whole(draft.nominal_weight_g),
        is_variable_weight: draft.is_variable_weight,
        sub_units: whole(draft.sub_units),
        volume_ml: whole(draft.volume_ml),
        zone: draft.zone.clone(),
        keeps_stock: draft.keeps_stock,
    }
}
