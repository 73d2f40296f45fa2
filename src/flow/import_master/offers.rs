//! Offers: what the catalogue says now is copied in where the file is silent, and stays.

use std::collections::HashMap;
use std::path::Path;

use crate::domain::states::CycleState;
use crate::flow::import_file::{Imported, Reading, read_file, sort_out};
use crate::flow::{Desk, FlowError};
use crate::imports::fault::FaultKind;
use crate::imports::offers::{OfferDraft, Offers};
use crate::store::backend::Db;
use crate::store::cycles::{self, CycleRow};
use crate::store::master::{self, SkuRow};
use crate::store::offers::{self, OfferRow};

/// What an offer may refer to, by code.
struct Codes {
    cycles: HashMap<String, CycleRow>,
    skus: HashMap<String, SkuRow>,
    suppliers: HashMap<String, i64>,
}

impl Codes {
    fn read(db: &mut Db) -> Result<Codes, FlowError> {
        Ok(Codes {
            cycles: cycles::all(db)?.into_iter().map(|row| (row.cycle_code.clone(), row)).collect(),
            skus: master::sku::all(db)?.into_iter().map(|row| (row.sku_code.clone(), row)).collect(),
            suppliers: master::supplier::all(db)?.into_iter().map(|row| (row.supplier_code, row.id)).collect(),
        })
    }
}

/// Offers of known cycles by (cycle id, SKU id).
type Known = HashMap<(i64, i64), OfferRow>;

/// Imports offers, of one cycle or of several.
///
/// # Errors
/// All faults of the file: unknown codes, changes of frozen cycles, a new price for what was ordered already. Nothing
/// is then imported.
pub fn import_offers(db: &mut Db, desk: &Desk, path: &Path, is_dry_run: bool) -> Result<Imported, FlowError> {
    let mut reading = read_file::<Offers, _>(desk, path, None)?;
    let key = |draft: &OfferDraft| (draft.row, format!("{} {}", draft.cycle_code, draft.sku_code));
    let keys: Vec<_> = reading.drafts.iter().map(key).collect();
    reading.refuse_repeats("sku_code", &keys);
    // A cycle may close at any moment: its state is read where its offers are written.
    db.write(|db| -> Result<Imported, FlowError> {
        let codes = Codes::read(db)?;
        refuse_unknown(&mut reading, &codes);
        reading.sound()?;
        let known = known_offers(db, &reading.drafts, &codes)?;
        let wanted = wanted_rows(&reading.drafts, &codes, &known);
        let mut late = Vec::new();
        for (draft, row) in reading.drafts.iter().zip(&wanted) {
            if let Some(why) =
                refusal(db, &codes.cycles[&draft.cycle_code], known.get(&(row.cycle_id, row.sku_id)), row)?
            {
                late.push((draft.row, draft.sku_code.clone(), why));
            }
        }
        for (row, code, why) in late {
            reading.fault(row, FaultKind::WrongState, "sku_code", &code, &why);
        }
        reading.sound()?;
        let sorted =
            sort_out(wanted, keys.len() as u64, |row| known.get(&(row.cycle_id, row.sku_id)).map(|old| old == row));
        if !is_dry_run {
            offers::save(db, &sorted.new, &sorted.changed)?;
        }
        Ok(sorted.imported)
    })
}

fn refuse_unknown(reading: &mut Reading<OfferDraft>, codes: &Codes) {
    let named: Vec<_> = reading
        .drafts
        .iter()
        .map(|draft| (draft.row, draft.cycle_code.clone(), draft.sku_code.clone(), draft.supplier_code.clone()))
        .collect();
    for (row, cycle, sku, supplier) in named {
        reading.known(&codes.cycles, row, "cycle_code", &cycle);
        reading.known(&codes.skus, row, "sku_code", &sku);
        if let Some(supplier) = supplier {
            reading.known(&codes.suppliers, row, "supplier_code", &supplier);
        }
    }
}

fn known_offers(db: &mut Db, drafts: &[OfferDraft], codes: &Codes) -> Result<Known, FlowError> {
    let mut cycles: Vec<i64> = drafts.iter().map(|draft| codes.cycles[&draft.cycle_code].id).collect();
    cycles.sort_unstable();
    cycles.dedup();
    let mut known = Known::new();
    for cycle_id in cycles {
        known.extend(offers::of_cycle(db, cycle_id)?.into_iter().map(|row| ((cycle_id, row.sku_id), row)));
    }
    Ok(known)
}

/// The rows the file asks for, in the file's order; new ones take the next numbers of their cycle.
fn wanted_rows(drafts: &[OfferDraft], codes: &Codes, known: &Known) -> Vec<OfferRow> {
    let mut next: HashMap<i64, i32> = HashMap::new();
    for row in known.values() {
        let free = next.entry(row.cycle_id).or_default();
        *free = (*free).max(row.offer_no + 1);
    }
    let row = |draft: &OfferDraft| {
        let (cycle, sku) = (&codes.cycles[&draft.cycle_code], &codes.skus[&draft.sku_code]);
        let old = known.get(&(cycle.id, sku.id));
        let offer_no = old.map_or_else(
            || {
                let free = next.entry(cycle.id).or_default();
                *free += 1;
                *free - 1
            },
            |row| row.offer_no,
        );
        let supplier_id = draft.supplier_code.as_ref().map(|code| codes.suppliers[code]);
        offer_row(draft, cycle.id, offer_no, supplier_id, sku, old)
    };
    drafts.iter().map(row).collect()
}

/// Where the file is silent a known offer keeps what was copied in, and a new one copies the SKU.
fn offer_row(
    draft: &OfferDraft,
    cycle_id: i64,
    offer_no: i32,
    supplier_id: Option<i64>,
    sku: &SkuRow,
    old: Option<&OfferRow>,
) -> OfferRow {
    let whole = |n: Option<u32>| n.map(|n| n as i32);
    let price_unit = draft.price.price_unit.map(|unit| unit.code().to_owned());
    let copied_unit = old.map_or(&sku.price_unit, |row| &row.price_unit);
    let copied_price = old.map_or(sku.unit_price_fen, |row| row.unit_price_fen);
    OfferRow {
        cycle_id,
        offer_no,
        sku_id: sku.id,
        supplier_id: supplier_id.unwrap_or_else(|| old.map_or(sku.supplier_id, |row| row.supplier_id)),
        sale_price_fen: draft.sale_price.0,
        limit_per_resident: whole(draft.limit_per_resident),
        threshold_qty: draft.threshold_qty as i32,
        stock_cap: whole(draft.stock_cap),
        rounding: draft.rounding.map(|rule| rule.code().to_owned()),
        round_up_at_pct: draft.round_up_at_pct as i32,
        below_moq: draft.below_moq.code().to_owned(),
        shortage_rule: draft.shortage_rule.map(|rule| rule.code().to_owned()),
        price_unit: price_unit.unwrap_or_else(|| copied_unit.clone()),
        unit_price_fen: draft.price.unit_price.map(|price| price.0).or(copied_price),
        case_size: whole(draft.case_size).unwrap_or_else(|| old.map_or(sku.case_size, |row| row.case_size)),
        moq: whole(draft.moq).unwrap_or_else(|| old.map_or(sku.moq, |row| row.moq)),
        order_multiple: whole(draft.order_multiple)
            .unwrap_or_else(|| old.map_or(sku.order_multiple, |row| row.order_multiple)),
        weight_policy: draft.weight_policy.code().to_owned(),
        weight_cap_bp: whole(draft.weight_cap_bp),
        weight_min_g: whole(draft.weight_min_g),
        weight_max_g: whole(draft.weight_max_g),
        weight_tolerance_bp: draft.weight_tolerance_bp as i32,
    }
}

/// Why an offer may not become what the file asks for.
fn refusal(db: &mut Db, cycle: &CycleRow, old: Option<&OfferRow>, row: &OfferRow) -> Result<Option<String>, FlowError> {
    if old == Some(row) {
        return Ok(None);
    }
    let state = cycle.card().state;
    if !matches!(state, CycleState::Draft | CycleState::Open) {
        return Ok(Some(format!("{}（{}）", state.zh(), state.code())));
    }
    let is_repriced = old.is_some_and(|old| old.sale_price_fen != row.sale_price_fen);
    if is_repriced && offers::is_ordered(db, row.cycle_id, row.offer_no)? {
        return Ok(Some("已有订单，团购价不能再改 ordered already, the sale price stands".into()));
    }
    Ok(None)
}
