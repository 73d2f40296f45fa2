//! What a supplier charges, in the two ways a file can say it.

use super::cells::{Cells, choice};
use super::number::money;
use crate::domain::facts::PriceUnit;
use crate::domain::money::Fen;

/// A supplier's price as a row gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceDraft {
    pub price_unit: Option<PriceUnit>,
    pub unit_price: Option<Fen>,
}

/// Reads `cost_price` (yuan per piece), `price_unit` and `unit_price`. Where both prices are given `unit_price` rules;
/// a lone `cost_price` is a `unit_price` per piece.
pub fn price(cells: &mut Cells<'_>) -> PriceDraft {
    let cost_price = cells.optional("cost_price", money);
    let price_unit = cells.optional("price_unit", choice!(PriceUnit));
    let unit_price = cells.optional("unit_price", money);
    match (unit_price, cost_price) {
        (None, Some(cost)) => PriceDraft { price_unit: Some(PriceUnit::Piece), unit_price: Some(cost) },
        _ => PriceDraft { price_unit, unit_price },
    }
}
