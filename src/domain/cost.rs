//! What pieces cost at a supplier who prices by piece, case, kilogram or 斤 (DOMAIN 1: 计价单位).
//!
//! A line's amount is rounded once, half away from zero; a cost per piece in whole fen would be wrong by cents.
//!
//! | pieces | price | price_qty | amount |
//! |---|---|---|---|
//! | 24 | ¥2.50 a piece | 24.000 | ¥60.00 |
//! | 24 | ¥31.40 a case of 12 | 2.000 | ¥62.80 |
//! | 7 | ¥10.00 a case of 12 | 0.583 | ¥5.83 |
//! | 24 | ¥3.99 a kg, 480 g each | 11.520 | ¥45.96 |
//! | 24 | ¥1.99 a 斤, 480 g each | 23.040 | ¥45.85 |
//! | 24 | by kg, weight unknown | – | – |

use crate::domain::facts::{Offer, PriceUnit};
use crate::domain::money::{Fen, round_half_away};

/// Grams in a 斤.
pub const JIN_G: u32 = 500;

/// What a supplier charges for, and how much.
#[derive(Clone, Copy, Debug)]
pub struct PriceTerms {
    pub price_unit: PriceUnit,
    /// Per `price_unit`; None where nobody said.
    pub unit_price: Option<Fen>,
    /// Pieces in a case, at least 1.
    pub case_size: u32,
    /// Weight of a piece; prices by weight need it.
    pub nominal_weight_g: Option<u32>,
}

impl PriceTerms {
    /// The offer's terms at its own price.
    pub fn of(offer: &Offer) -> PriceTerms {
        PriceTerms::at(offer, offer.unit_price)
    }

    /// The offer's terms at another price, such as a delivery's.
    pub fn at(offer: &Offer, unit_price: Option<Fen>) -> PriceTerms {
        PriceTerms {
            price_unit: offer.price_unit,
            unit_price,
            case_size: offer.case_size,
            nominal_weight_g: offer.nominal_weight_g,
        }
    }

    /// Price units in one piece as an exact fraction; None where the weight is unknown.
    fn units_a_piece(&self) -> Option<(i128, i128)> {
        let weight_g = || self.nominal_weight_g.map(i128::from);
        match self.price_unit {
            PriceUnit::Piece => Some((1, 1)),
            PriceUnit::Case => Some((1, i128::from(self.case_size))),
            PriceUnit::Kg => Some((weight_g()?, 1000)),
            PriceUnit::Jin => Some((weight_g()?, i128::from(JIN_G))),
        }
    }

    /// Quantity of `pieces` in thousandths of the price unit, rounded half up; None where the weight is unknown.
    pub fn price_qty(&self, pieces: u64) -> Option<u64> {
        let (units, of) = self.units_a_piece()?;
        u64::try_from(round_half_away(i128::from(pieces).checked_mul(units * 1000)?, of)?).ok()
    }

    /// What `pieces` cost, rounded once half away from zero; None where the price or the weight is unknown, or past
    /// the range of [`Fen`].
    pub fn cost_amount(&self, pieces: u64) -> Option<Fen> {
        let (units, of) = self.units_a_piece()?;
        let price = i128::from(self.unit_price?.0);
        round_half_away(i128::from(pieces).checked_mul(units)?.checked_mul(price)?, of).map(Fen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PriceUnit::*;

    fn check(
        pieces: u64,
        price_unit: PriceUnit,
        price: Option<i64>,
        weight_g: Option<u32>,
    ) -> (Option<u64>, Option<i64>) {
        let terms = PriceTerms { price_unit, unit_price: price.map(Fen), case_size: 12, nominal_weight_g: weight_g };
        (terms.price_qty(pieces), terms.cost_amount(pieces).map(|fen| fen.0))
    }

    #[test]
    fn amounts_follow_the_table() {
        assert_eq!(check(24, Piece, Some(250), None), (Some(24_000), Some(6000)));
        assert_eq!(check(24, Case, Some(3140), None), (Some(2000), Some(6280)));
        assert_eq!(check(7, Case, Some(1000), None), (Some(583), Some(583)));
        assert_eq!(check(24, Kg, Some(399), Some(480)), (Some(11_520), Some(4596)));
        assert_eq!(check(24, Jin, Some(199), Some(480)), (Some(23_040), Some(4585)));
        assert_eq!(check(24, Kg, Some(399), None), (None, None));
        assert_eq!(check(24, Piece, None, None), (Some(24_000), None));
        assert_eq!(check(0, Jin, Some(199), Some(480)), (Some(0), Some(0)));
    }

    #[test]
    fn half_a_fen_rounds_away_from_zero_and_overflow_is_no_amount() {
        assert_eq!(check(6, Case, Some(1), None), (Some(500), Some(1)));
        assert_eq!(check(u64::MAX, Piece, Some(i64::MAX), None), (None, None));
    }
}
