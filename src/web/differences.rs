//! Differences as the desk and the API show them: both counts, the hop, who bears it, and the word that was said.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::book::Book;
use crate::domain::discrepancy::open_qty;
use crate::domain::facts::Cycle;
use crate::domain::time::{Moment, Zone};
use crate::flow::decide_discrepancy::{said, suggested};
use crate::store::backend::{Db, StoreError};
use crate::store::discrepancies::{self, DiscrepancyRow, WordRow};
use crate::web::errors::WebError;
use crate::web::site::Site;

/// A difference between two counts of the same goods.
#[derive(Debug, Serialize, ToSchema)]
pub struct Difference {
    /// A number of up to 19 digits.
    pub id: String,
    /// supplier_central, central_grid, dock_truck, truck_point or point_resident
    pub hop: String,
    /// short, over, broken or wrong
    pub problem: String,
    pub warehouse_code: String,
    pub point_code: Option<String>,
    pub point: Option<String>,
    pub trip_no: Option<String>,
    pub sku_code: String,
    pub sku_name: String,
    pub unit: String,
    /// What was given on, and what was found.
    pub given_qty: i64,
    pub found_qty: i64,
    /// Pieces that nobody has said anything of.
    pub open_qty: u64,
    /// By rule; `word` may say otherwise.
    pub liable_party: String,
    pub found_at: String,
    /// The newest word.
    pub word: Option<Word>,
}

/// What becomes of a difference.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Word {
    /// refund, claim, deduction, swap or none
    pub remedy: String,
    pub liable_party: String,
    pub qty: i64,
    pub amount_fen: i64,
    pub other: Option<String>,
    pub reason: Option<String>,
    pub at: String,
}

/// Pieces that seem to lie at another point of the same trip.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedSwap {
    /// The difference that is short, and the one that is over.
    pub short: String,
    pub over: String,
    pub sku_name: String,
    pub short_point: String,
    pub over_point: String,
    pub qty: u64,
}

/// The differences of a cycle that are any, and the swaps among those that are open.
///
/// # Errors
/// What the database says.
pub fn differences(site: &Site, db: &mut Db, cycle: &Cycle) -> Result<(Vec<Difference>, Vec<SuggestedSwap>), WebError> {
    let mut rows = discrepancies::in_force(db, cycle.id)?;
    rows.retain(|row| row.qty() > 0);
    if rows.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let book = site.book(db, cycle, None)?;
    let words = discrepancies::words(db, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let zone = site.desk().zone;
    let swaps = suggested(db, &rows)?;
    let shown: Result<Vec<Difference>, StoreError> = rows
        .iter()
        .map(|row| difference(&book, row, words.get(&row.id).map_or(&[][..], Vec::as_slice), zone))
        .collect();
    let shown = shown?;
    let by_id: HashMap<&str, &Difference> = shown.iter().map(|one| (one.id.as_str(), one)).collect();
    let point = |id: &str| by_id.get(id).and_then(|one| one.point.clone()).unwrap_or_default();
    let swaps = swaps.iter().map(|swap| {
        let (short, over) = (swap.short_id.to_string(), swap.over_id.to_string());
        let sku_name = by_id.get(short.as_str()).map(|one| one.sku_name.clone()).unwrap_or_default();
        let (short_point, over_point) = (point(&short), point(&over));
        SuggestedSwap { sku_name, short_point, over_point, qty: swap.qty, short, over }
    });
    let swaps = swaps.collect();
    Ok((shown, swaps))
}

fn difference(book: &Book, row: &DiscrepancyRow, words: &[WordRow], zone: Zone) -> Result<Difference, StoreError> {
    let offer = book.offers.iter().find(|offer| offer.offer_no as i32 == row.offer_no);
    let offer = offer.ok_or(StoreError::DamagedRow("discrepancies"))?;
    let point = row.point_id.and_then(|id| book.points.iter().find(|point| point.id == id));
    let warehouse = book.warehouses.iter().find(|warehouse| warehouse.id == row.warehouse_id);
    Ok(Difference {
        id: row.id.to_string(),
        hop: row.hop.clone(),
        problem: row.problem.clone(),
        warehouse_code: warehouse.map(|warehouse| warehouse.warehouse_code.clone()).unwrap_or_default(),
        point_code: point.map(|point| point.point_code.clone()),
        point: point.map(|point| point.name.clone()),
        trip_no: row.trip_no.clone(),
        sku_code: offer.sku_code.clone(),
        sku_name: offer.name.clone(),
        unit: offer.unit.clone(),
        given_qty: row.given_qty,
        found_qty: row.found_qty,
        open_qty: open_qty(row.qty(), &said(words)?),
        liable_party: row.liable_party.clone(),
        found_at: zone.rfc3339(Moment(row.recorded_at)),
        word: words.last().map(|word| Word {
            remedy: word.remedy.clone(),
            liable_party: word.liable_party.clone(),
            qty: word.qty,
            amount_fen: word.amount_fen,
            other: word.other_id.map(|id| id.to_string()),
            reason: word.reason.clone(),
            at: zone.rfc3339(Moment(word.recorded_at)),
        }),
    })
}
