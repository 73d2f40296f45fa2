//! Stock counts: a counted quantity is set, and the difference to the book stands in the ledger.

use std::collections::HashMap;
use std::path::Path;

use crate::flow::import_file::{Imported, read_file};
use crate::flow::{Desk, FlowError};
use crate::imports::stock::Stock;
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::supply::{StockMoveRow, add_stock_moves};
use crate::store::{master, stock};

/// Imports counts of (warehouse, SKU, lot, best-before date). What is not in the file stays as it is.
///
/// # Errors
/// All faults of the file; nothing is then imported.
pub fn import_stock(db: &mut Db, desk: &Desk, path: &Path, is_dry_run: bool) -> Result<Imported, FlowError> {
    let mut reading = read_file::<Stock, _>(desk, path, None)?;
    let lot_key = |draft: &crate::imports::stock::StockDraft| {
        let lot = draft.lot.clone().unwrap_or_default();
        let best_before = draft.best_before.map_or_else(String::new, |date| date.to_string());
        (lot, best_before)
    };
    let keys: Vec<_> = reading
        .drafts
        .iter()
        .map(|draft| (draft.row, format!("{} {} {:?}", draft.warehouse_code, draft.sku_code, lot_key(draft))))
        .collect();
    reading.refuse_repeats("sku_code", &keys);
    let warehouses: HashMap<String, i64> =
        master::warehouse::all(db)?.into_iter().map(|row| (row.warehouse_code, row.id)).collect();
    let skus: HashMap<String, i64> = master::sku::all(db)?.into_iter().map(|row| (row.sku_code, row.id)).collect();
    let named: Vec<_> =
        reading.drafts.iter().map(|draft| (draft.row, draft.warehouse_code.clone(), draft.sku_code.clone())).collect();
    for (row, warehouse, sku) in &named {
        reading.known(&warehouses, *row, "warehouse_code", warehouse);
        reading.known(&skus, *row, "sku_code", sku);
    }
    reading.sound()?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let imported = db.write(|db| -> Result<Imported, FlowError> {
        let book = stock::lots(db)?;
        let mut imported = Imported { rows: keys.len() as u64, ..Imported::default() };
        let mut moves = Vec::new();
        for draft in &reading.drafts {
            let (warehouse_id, sku_id) = (warehouses[&draft.warehouse_code], skus[&draft.sku_code]);
            let (lot, best_before) = lot_key(draft);
            let known = book.get(&(warehouse_id, sku_id, lot.clone(), best_before.clone()));
            let qty = i64::from(draft.qty) - known.unwrap_or(&0);
            match (known, qty) {
                (Some(_), 0) | (None, 0) => imported.same += 1,
                (Some(_), _) => imported.changed += 1,
                (None, _) => imported.new += 1,
            }
            if qty != 0 {
                let (id, moved_at) = (ids.next_id(), desk.now.0);
                let (cycle_id, version, kind) = (None, None, "count");
                moves.push(StockMoveRow {
                    id,
                    warehouse_id,
                    sku_id,
                    kind,
                    cycle_id,
                    version,
                    qty,
                    lot,
                    best_before,
                    moved_at,
                });
            }
        }
        if !is_dry_run {
            add_stock_moves(db, &moves)?;
        }
        Ok(imported)
    })?;
    ids.release(db)?;
    Ok(imported)
}
