//! The audit's own arithmetic, written plainly from the rules and shared with nobody.

use crate::check::rows::OfferRow;

/// Cases to buy for a need in pieces, at the cycle's rounding where the offer names none.
///
/// | policy | case size | moq | need, tolerance | cases |
/// |---|---|---|---|---|
/// | `fill` | 4 | – | 5, 3 | 2 |
/// | `fill` | 5 | 7 | 4, 4 | 2 (raise) or 0 (cancel) |
/// | `up` | 6, multiple 4 | – | 7, 0 | 2 |
pub fn cases(offer: &OfferRow, cycle_rounding: &str, need: i64, tolerance: i64) -> i64 {
    let policy = offer.rounding.as_deref().unwrap_or(cycle_rounding);
    let (size, need, tolerance) = (i128::from(offer.case_size.max(1)), i128::from(need), i128::from(tolerance));
    let (moq, rest) = (i128::from(offer.moq), need % size);
    let adds_case = match policy {
        "fill" => rest > 0 && rest + tolerance >= size,
        "down" => false,
        "nearest" => rest > 0 && rest * 100 >= i128::from(offer.round_up_at_pct) * size,
        _ => rest > 0,
    };
    let pieces = (need / size + i128::from(adds_case)) * size;
    if pieces <= 0 {
        return 0;
    }
    let multiple = least_common_multiple(size, i128::from(offer.order_multiple.max(1)));
    let least = pieces.max(moq);
    let target = (least + multiple - 1) / multiple * multiple;
    let lower = pieces / multiple * multiple;
    let planned = match policy {
        _ if target == pieces => pieces,
        "fill" if need + tolerance >= target => target,
        "fill" | "down" if lower > 0 && lower >= moq => lower,
        "fill" | "down" if offer.below_moq == "cancel" => 0,
        _ => target,
    };
    i64::try_from(planned / size).unwrap_or(i64::MAX)
}

fn least_common_multiple(a: i128, b: i128) -> i128 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

/// What pieces of an offer cost at its supplier in fen, rounded half up once; None where price or weight is unknown.
pub fn cost_fen(offer: &OfferRow, pieces: i64) -> Option<i128> {
    let amount = i128::from(pieces) * i128::from(offer.unit_price_fen?);
    let grams = || offer.nominal_weight_g.map(i128::from);
    let (amount, of) = match offer.price_unit.as_str() {
        "piece" => (amount, 1),
        "case" => (amount, i128::from(offer.case_size)),
        "kg" => (amount * grams()?, 1000),
        _ => (amount * grams()?, 500),
    };
    Some((2 * amount + of) / (2 * of))
}

/// What a line of so many pieces costs more in fen for weighing so many grams (below zero: less), and what is given away.
///
/// | price, nominal | pieces, grams | policy | more, given away |
/// |---|---|---|---|
/// | ¥10.00, 500 g | 1, 486 | `refund_only` | −28, 0 |
/// | ¥10.00, 500 g | 1, 490 | any | 0, 0: within 2 % |
/// | ¥10.00, 500 g | 1, 530 | `both`, cap 5 % | 50, 10 |
pub fn weight_adjustment(offer: &OfferRow, pieces: i64, grams: i64) -> (i128, i128) {
    let price = i128::from(offer.sale_price_fen);
    let (each, pieces) = (i128::from(offer.nominal_weight_g.unwrap_or(0)), i128::from(pieces));
    let whole = each * pieces;
    let more = i128::from(grams) - whole;
    if each == 0 || 10_000 * more.abs() <= i128::from(offer.weight_tolerance_bp) * whole {
        return (0, 0);
    }
    let worth = half_away(price * more, each);
    match offer.weight_policy.as_str() {
        _ if worth < 0 => (if worth > -10 { 0 } else { worth }, 0),
        "both" => {
            let cap = offer.weight_cap_bp.map(|cap| half_away(price * pieces * i128::from(cap), 10_000));
            let paid = cap.map_or(worth, |cap| worth.min(cap));
            (paid, worth - paid)
        }
        _ => (0, worth),
    }
}

/// A quotient by a number above zero, rounded; halves go away from zero.
fn half_away(value: i128, by: i128) -> i128 {
    let rounded = (2 * value.abs() + by) / (2 * by);
    if value < 0 { -rounded } else { rounded }
}

/// What stays of, or was taken from, the stock of a group: arrived pieces that nobody got, or reserved ones that went.
pub fn stock_change(arrived: i64, allocated: i64, reserved: i64) -> i64 {
    if arrived >= allocated { arrived - allocated } else { -reserved.min(allocated - arrived) }
}

/// The 64-bit FNV-1a hash of a text.
pub fn fnv1a64(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The finaliser of splitmix64: spreads every bit over the whole word.
pub fn mix(mut z: u64) -> u64 {
    z ^= z >> 30;
    z = z.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^= z >> 27;
    z = z.wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(rounding: &str, case_size: i32, moq: i32, order_multiple: i32, below_moq: &str) -> OfferRow {
        OfferRow {
            offer_no: 0,
            sku_id: 0,
            supplier_id: 0,
            sku_code: "EGG".into(),
            is_copied: true,
            keeps_stock: false,
            temp_zone: "ambient".into(),
            nominal_weight_g: Some(480),
            volume_ml: None,
            sale_price_fen: 100,
            threshold_qty: 0,
            rounding: Some(rounding.into()),
            round_up_at_pct: 50,
            below_moq: below_moq.into(),
            price_unit: "kg".into(),
            unit_price_fen: Some(399),
            case_size,
            moq,
            order_multiple,
            is_variable_weight: true,
            weight_policy: "refund_only".into(),
            weight_cap_bp: None,
            weight_tolerance_bp: 200,
        }
    }

    #[test]
    fn the_worked_examples_of_weighing_hold() {
        let pork = OfferRow { sale_price_fen: 1_000, nominal_weight_g: Some(500), ..offer("up", 1, 0, 1, "raise") };
        let both = OfferRow { weight_policy: "both".into(), weight_cap_bp: Some(500), ..pork.clone() };
        let of = |offer: &OfferRow, grams: &[i64]| -> Vec<(i128, i128)> {
            grams.iter().map(|grams| weight_adjustment(offer, 1, *grams)).collect()
        };
        assert_eq!(of(&pork, &[486, 490, 489, 530]), [(-28, 0), (0, 0), (-22, 0), (0, 60)]);
        assert_eq!(of(&both, &[486, 530, 520]), [(-28, 0), (50, 10), (40, 0)]);
        let cheap = OfferRow { sale_price_fen: 200, ..pork };
        assert_eq!(of(&cheap, &[480, 476]), [(0, 0), (-10, 0)]);
    }

    fn check(offer: &OfferRow, demand: &[(i64, i64)]) -> Vec<i64> {
        demand.iter().map(|&(need, tolerance)| cases(offer, "up", need, tolerance)).collect()
    }

    #[test]
    fn the_worked_examples_of_case_rounding_hold() {
        let fill = |size, moq, below| offer("fill", size, moq, 1, below);
        assert_eq!(check(&fill(4, 0, "raise"), &[(2, 2), (4, 4), (5, 3), (5, 2), (0, 9)]), [1, 1, 2, 1, 0]);
        assert_eq!(check(&fill(5, 10, "raise"), &[(4, 0), (9, 1), (12, 1), (14, 1), (5, 5)]), [0, 2, 2, 3, 2]);
        assert_eq!(check(&fill(5, 7, "raise"), &[(4, 4)]), [2]);
        assert_eq!(check(&fill(5, 7, "cancel"), &[(4, 4)]), [0]);
        assert_eq!(check(&offer("up", 6, 0, 4, "raise"), &[(7, 0)]), [2]);
        assert_eq!(check(&offer("nearest", 10, 0, 1, "raise"), &[(14, 0), (15, 0)]), [1, 2]);
        assert_eq!(check(&offer("down", 6, 0, 4, "cancel"), &[(11, 0), (17, 0)]), [0, 2]);
    }

    #[test]
    fn a_cost_by_weight_is_rounded_once() {
        let by_kg = offer("up", 12, 0, 1, "raise");
        assert_eq!(cost_fen(&by_kg, 24), Some(4596));
        assert_eq!(
            cost_fen(&OfferRow { price_unit: "jin".into(), unit_price_fen: Some(199), ..by_kg }, 24),
            Some(4585)
        );
    }

    #[test]
    fn the_hash_is_the_usual_fnv1a() {
        assert_eq!(fnv1a64(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a64("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
