//! 称重: goods that are sold by a nominal weight and cost what they really weigh (DOMAIN 3.6).
//!
//! Adjustment of a line = unit price × (actual − nominal × pieces) / nominal, rounded half away from zero once for the
//! line. Pieces without a label count with their nominal weight.
//!
//! | price, nominal | pieces, actual | policy | what the line costs |
//! |---|---|---|---|
//! | ¥10.00, 500 g | 1, 486 g | `refund_only` | ¥0.28 less |
//! | ¥10.00, 500 g | 1, 490 g | `refund_only` | the same: 2 % off or less |
//! | ¥2.00, 500 g | 1, 480 g | `refund_only` | the same: ¥0.08 is too little to give back |
//! | ¥10.00, 500 g | 1, 530 g | `refund_only` | the same, ¥0.60 is given away (超重让利) |
//! | ¥10.00, 500 g | 1, 530 g | `both`, cap 5 % | ¥0.50 more, ¥0.10 is given away |
//! | ¥10.00, 500 g | 2, 486 g and no label | `refund_only` | the same: 14 g of 1,000 |

use crate::domain::errors::RuleError;
use crate::domain::facts::{Offer, coded};
use crate::domain::money::{Fen, round_half_away};

/// Less than this goes back to nobody.
pub const LEAST_REFUND: Fen = Fen(10);
/// How far from its nominal weight a piece may be before somebody is asked, where the offer names no range.
const USUAL_PCT: u64 = 30;
/// The most grams of a piece.
pub const PIECE_MAX_G: u32 = 1_000_000;

coded! {
    /// Which way a weighed difference moves money.
    #[derive(Default)]
    WeightPolicy {
        /// Only back to the resident; what weighs more is given away.
        #[default]
        RefundOnly = "refund_only", "只退不补";
        /// Both ways; what the resident pays more is bounded by the cap, where there is one.
        Both = "both", "多退少补";
    }
}

/// What an offer says of weighing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightRule {
    pub policy: WeightPolicy,
    /// The most that is paid more, in parts of ten thousand of the line's price.
    pub cap_bp: Option<u32>,
    /// What a piece weighs as a rule.
    pub min_g: Option<u32>,
    pub max_g: Option<u32>,
    /// A line that is off by this part of its nominal weight or less costs the same, in parts of ten thousand.
    pub tolerance_bp: u32,
}

impl Default for WeightRule {
    fn default() -> WeightRule {
        WeightRule { policy: WeightPolicy::RefundOnly, cap_bp: None, min_g: None, max_g: None, tolerance_bp: 200 }
    }
}

/// Goods that are weighed: what a piece costs at which weight, and the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighing {
    pub unit_price: Fen,
    /// Above zero.
    pub nominal_g: u32,
    pub rule: WeightRule,
}

/// What the weights of a line move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adjustment {
    /// What the line costs more; below zero where money goes back.
    pub amount: Fen,
    /// 超重让利: what the goods are worth more and nobody pays for.
    pub given_away: Fen,
}

/// A line as its weights were settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineWeight {
    /// Pieces that the line was given, and those of them with a label.
    pub pieces: u32,
    pub weighed: u32,
    /// Of all pieces, those without a label at their nominal weight.
    pub actual_g: u64,
    pub adjustment: Adjustment,
}

impl Weighing {
    /// None where the goods are not weighed.
    pub fn of(offer: &Offer) -> Option<Weighing> {
        let nominal_g = offer.nominal_weight_g.filter(|grams| offer.is_variable_weight && *grams > 0)?;
        Some(Weighing { unit_price: offer.sale_price, nominal_g, rule: offer.weight })
    }

    /// What a piece weighs as a rule: the offer's range, and where it names none, within 30 % of the nominal weight.
    pub fn range_g(&self) -> (u32, u32) {
        let nominal = u64::from(self.nominal_g);
        let least = (nominal * (100 - USUAL_PCT)).div_ceil(100) as u32;
        let most = u32::try_from(nominal * (100 + USUAL_PCT) / 100).unwrap_or(u32::MAX);
        (self.rule.min_g.unwrap_or(least), self.rule.max_g.unwrap_or(most))
    }

    /// Whether a piece of this weight is taken without asking.
    pub fn is_usual(&self, actual_g: u32) -> bool {
        let (least, most) = self.range_g();
        (least..=most).contains(&actual_g)
    }

    /// A line that was given `pieces`, of which those with a label weigh `labels_g`.
    ///
    /// # Errors
    /// `too_large` past the range of [`Fen`].
    pub fn line(&self, pieces: u32, labels_g: &[u32]) -> Result<LineWeight, RuleError> {
        let weighed = labels_g.len() as u32;
        let labelled: u64 = labels_g.iter().map(|grams| u64::from(*grams)).sum();
        let rest = u64::from(pieces.saturating_sub(weighed)) * u64::from(self.nominal_g);
        let actual_g = labelled + rest;
        Ok(LineWeight { pieces, weighed, actual_g, adjustment: self.adjustment(pieces, actual_g)? })
    }

    /// What `pieces` that weigh `actual_g` together move.
    ///
    /// # Errors
    /// `too_large` past the range of [`Fen`].
    pub fn adjustment(&self, pieces: u32, actual_g: u64) -> Result<Adjustment, RuleError> {
        let nominal = i128::from(self.nominal_g) * i128::from(pieces);
        let off = i128::from(actual_g) - nominal;
        if off.abs() * 10_000 <= nominal * i128::from(self.rule.tolerance_bp) {
            return Ok(Adjustment::default());
        }
        let worth = scaled(i128::from(self.unit_price.0) * off, i128::from(self.nominal_g))?;
        if worth < Fen::ZERO {
            let amount = if -worth < LEAST_REFUND { Fen::ZERO } else { worth };
            return Ok(Adjustment { amount, given_away: Fen::ZERO });
        }
        let price = i128::from(self.unit_price.0) * i128::from(pieces);
        let amount = match (self.rule.policy, self.rule.cap_bp) {
            (WeightPolicy::RefundOnly, _) => Fen::ZERO,
            (WeightPolicy::Both, None) => worth,
            (WeightPolicy::Both, Some(cap_bp)) => worth.min(scaled(price * i128::from(cap_bp), 10_000)?),
        };
        Ok(Adjustment { amount, given_away: worth - amount })
    }

    /// What a single piece of this weight costs: what its label says.
    ///
    /// # Errors
    /// `too_large` past the range of [`Fen`].
    pub fn price_of(&self, actual_g: u32) -> Result<Fen, RuleError> {
        Ok(self.unit_price + self.adjustment(1, u64::from(actual_g))?.amount)
    }
}

fn scaled(numerator: i128, denominator: i128) -> Result<Fen, RuleError> {
    round_half_away(numerator, denominator).map(Fen).ok_or(RuleError::TooLarge { what: "weight adjustment".into() })
}

/// Grams as 斤 with two decimals: 486 is `0.97`.
pub fn jin(grams: u64) -> String {
    let hundredths = grams / 5 + u64::from(grams % 5 >= 3);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Grams as people read them: `486 g（0.97 斤）`.
pub fn shown(grams: u64) -> String {
    format!("{grams} g（{} 斤）", jin(grams))
}

/// The number of a label that is one, so that the desk can count on from it.
pub fn number_of(weigh_no: &str) -> Option<i32> {
    let is_number = (1..=9).contains(&weigh_no.len()) && weigh_no.bytes().all(|byte| byte.is_ascii_digit());
    weigh_no.parse().ok().filter(|_| is_number)
}

/// The number of a desk's next label, of which `greatest` was the last: from 1001 on, so that all have four digits at least.
pub fn next_number(greatest: Option<i32>) -> Option<i32> {
    greatest.unwrap_or(0).max(1_000).checked_add(1).filter(|number| *number <= 999_999_999)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PORK: Weighing = Weighing {
        unit_price: Fen(1_000),
        nominal_g: 500,
        rule: WeightRule {
            policy: WeightPolicy::RefundOnly,
            cap_bp: None,
            min_g: None,
            max_g: None,
            tolerance_bp: 200,
        },
    };

    fn both(cap_bp: Option<u32>) -> Weighing {
        Weighing { rule: WeightRule { policy: WeightPolicy::Both, cap_bp, ..PORK.rule }, ..PORK }
    }

    /// (pieces, grams of all) and what they move: (more to pay, given away).
    fn check(goods: Weighing, rows: &[(u32, u64, i64, i64)]) {
        for &(pieces, actual_g, amount, given_away) in rows {
            let want = Adjustment { amount: Fen(amount), given_away: Fen(given_away) };
            assert_eq!(goods.adjustment(pieces, actual_g), Ok(want), "{goods:?}: {pieces} pieces of {actual_g} g");
        }
    }

    #[test]
    fn what_weighs_less_goes_back_and_what_weighs_more_is_given_away() {
        check(PORK, &[(1, 486, -28, 0), (1, 500, 0, 0), (1, 530, 0, 60), (3, 1_400, -200, 0), (0, 0, 0, 0)]);
        // 2 % off is within, a gram more is not.
        check(PORK, &[(1, 490, 0, 0), (1, 489, -22, 0), (1, 510, 0, 0), (1, 511, 0, 22), (2, 986, 0, 0)]);
    }

    #[test]
    fn what_is_below_ten_fen_goes_back_to_nobody() {
        let cheap = Weighing { unit_price: Fen(200), ..PORK };
        check(cheap, &[(1, 480, 0, 0), (1, 476, -10, 0), (1, 477, 0, 0), (1, 520, 0, 8)]);
    }

    #[test]
    fn a_line_is_rounded_once_half_away_from_zero() {
        let odd = Weighing { unit_price: Fen(999), nominal_g: 400, ..PORK };
        // 999 × 50 / 400 = 124.875; 999 × 100 / 400 = 249.75, not twice 125.
        check(odd, &[(1, 350, -125, 0), (2, 700, -250, 0)]);
        let half = Weighing { unit_price: Fen(25), nominal_g: 50, rule: WeightRule { tolerance_bp: 0, ..PORK.rule } };
        check(half, &[(1, 25, -13, 0), (1, 75, 0, 13)]);
    }

    #[test]
    fn both_ways_is_bounded_by_the_cap() {
        check(both(None), &[(1, 530, 60, 0), (1, 486, -28, 0)]);
        check(both(Some(500)), &[(1, 530, 50, 10), (1, 520, 40, 0), (2, 1_100, 100, 100), (1, 486, -28, 0)]);
        check(both(Some(0)), &[(1, 530, 0, 60)]);
    }

    #[test]
    fn pieces_without_a_label_weigh_what_they_should() {
        let line = |pieces, labels: &[u32]| PORK.line(pieces, labels).expect("small amounts");
        let half = line(2, &[486]);
        assert_eq!((half.weighed, half.actual_g, half.adjustment.amount), (1, 986, Fen(0)), "14 g of 1,000");
        assert_eq!(line(2, &[470]).adjustment.amount, Fen(-60));
        assert_eq!(line(3, &[]), LineWeight { pieces: 3, weighed: 0, actual_g: 1_500, ..LineWeight::default() });
    }

    #[test]
    fn a_weight_outside_of_the_range_asks() {
        let rows = |goods: Weighing| [349, 350, 650, 651].map(|grams| goods.is_usual(grams));
        assert_eq!(rows(PORK), [false, true, true, false]);
        let named = WeightRule { min_g: Some(300), max_g: Some(650), ..PORK.rule };
        assert_eq!(rows(Weighing { rule: named, ..PORK }), [true, true, true, false]);
        let odd = Weighing { nominal_g: 333, ..PORK };
        assert_eq!(odd.range_g(), (234, 432), "233.1 to 432.9");
    }

    #[test]
    fn a_label_says_grams_jin_and_what_the_piece_costs() {
        let rows = [
            (486, "486 g（0.97 斤）"),
            (500, "500 g（1.00 斤）"),
            (2, "2 g（0.00 斤）"),
            (3, "3 g（0.01 斤）"),
            (12_345, "12345 g（24.69 斤）"),
        ];
        for (grams, words) in rows {
            assert_eq!(shown(grams), words);
        }
        assert_eq!([486, 500, 530].map(|grams| PORK.price_of(grams)), [972, 1_000, 1_000].map(|fen| Ok(Fen(fen))));
        assert_eq!(both(None).price_of(530), Ok(Fen(1_060)));
    }

    #[test]
    fn the_desk_counts_on_from_the_greatest_number() {
        let rows = [("7", Some(7)), ("0012", Some(12)), ("W7", None), ("", None), ("1234567890", None), ("-1", None)];
        for (text, number) in rows {
            assert_eq!(number_of(text), number, "{text}");
        }
        assert_eq!([None, Some(7), Some(1_001)].map(next_number), [Some(1_001), Some(1_001), Some(1_002)]);
        assert_eq!(next_number(Some(999_999_999)), None);
    }

    proptest! {
        #[test]
        fn nobody_gets_back_more_than_was_paid_and_nothing_appears(
            price in 0i64..100_000, nominal in 1u32..5_000, pieces in 0u32..20, labels in prop::collection::vec(1u32..10_000, 0..20),
            is_both: bool, cap in prop::option::of(0u32..5_000), tolerance_bp in 0u32..1_000,
        ) {
            let labels = &labels[..labels.len().min(pieces as usize)];
            let policy = if is_both { WeightPolicy::Both } else { WeightPolicy::RefundOnly };
            let rule = WeightRule { policy, cap_bp: cap, tolerance_bp, ..WeightRule::default() };
            let goods = Weighing { unit_price: Fen(price), nominal_g: nominal, rule };
            let line = goods.line(pieces, labels).expect("small amounts");
            let Adjustment { amount, given_away } = line.adjustment;
            prop_assert!(amount.0 >= -price * i64::from(pieces));
            prop_assert!(given_away.0 >= 0 && (amount.0 <= 0 || is_both));
            prop_assert!(amount.0 >= 0 || given_away.0 == 0);
            let nominal_all = i128::from(nominal) * i128::from(pieces);
            let exact = i128::from(price) * (i128::from(line.actual_g) - nominal_all);
            let told = i128::from(amount.0 + given_away.0) * i128::from(nominal);
            prop_assert!(told == 0 || 2 * (told - exact).abs() <= i128::from(nominal));
        }
    }
}
