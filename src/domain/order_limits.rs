//! What bounds an order: the pieces of an offer one resident may have, the pieces there are, and what it all costs.

use crate::domain::errors::RuleError;
use crate::domain::money::Fen;

/// Shares of a `stock_cap`, in percent, at which the buyer is warned.
pub const CAP_WARNINGS: [u8; 3] = [80, 95, 100];

/// Whether `qty` more pieces may be sold of an offer that may sell `cap` and has sold `sold`.
///
/// # Errors
/// `sold_out`, naming what is left.
pub fn check_stock(sku_code: &str, cap: u32, sold: u64, qty: u64) -> Result<(), RuleError> {
    let left = u64::from(cap).saturating_sub(sold);
    if qty <= left {
        return Ok(());
    }
    let (zh, en) = match left {
        0 => (format!("{sku_code} 已售罄"), format!("{sku_code} is sold out")),
        _ => (format!("{sku_code} 只剩 {left} 件"), format!("only {left} pieces of {sku_code} are left")),
    };
    Err(RuleError::Bound { code: "sold_out", sku_code: sku_code.to_owned(), left, zh, en })
}

/// Whether a resident who has ordered `so_far` pieces of an offer may have `qty` more.
///
/// # Errors
/// `over_limit`, naming the limit and what is left of it.
pub fn check_limit(sku_code: &str, limit: u32, so_far: u64, qty: u64) -> Result<(), RuleError> {
    let left = u64::from(limit).saturating_sub(so_far);
    if qty <= left {
        return Ok(());
    }
    Err(RuleError::Bound {
        code: "over_limit",
        sku_code: sku_code.to_owned(),
        left,
        zh: format!("{sku_code} 每人限购 {limit} 件，还可订 {left} 件"),
        en: format!("{sku_code} is limited to {limit} pieces a resident, {left} more are allowed"),
    })
}

/// The highest warning that a sale led across, if any: from `before` to `after` pieces of a cap.
pub fn cap_warning(cap: u32, before: u64, after: u64) -> Option<u8> {
    let reached = |pieces: u64, percent: u8| pieces * 100 >= u64::from(cap) * u64::from(percent);
    CAP_WARNINGS.into_iter().rev().find(|percent| reached(after, *percent) && !reached(before, *percent))
}

/// The highest share of a cap that `sold` pieces have reached, in percent.
pub fn cap_reached(cap: u32, sold: u64) -> Option<u8> {
    CAP_WARNINGS.into_iter().rev().find(|percent| sold * 100 >= u64::from(cap) * u64::from(*percent))
}

/// One line as it is paid for.
#[derive(Clone, Copy, Debug)]
pub struct Priced {
    pub price: Fen,
    pub qty: u32,
    pub tolerance: u32,
}

/// What an order costs: price × (ordered + tolerance), summed (DOMAIN 3.5).
///
/// # Errors
/// `too_large` past the range of money.
pub fn order_total(lines: impl IntoIterator<Item = Priced>) -> Result<Fen, RuleError> {
    let too_large = || RuleError::TooLarge { what: "total_fen".into() };
    lines.into_iter().try_fold(Fen::ZERO, |sum, line| {
        let pieces = u64::from(line.qty) + u64::from(line.tolerance);
        let amount = line.price.times(pieces).ok_or_else(too_large)?;
        sum.0.checked_add(amount.0).map(Fen).ok_or_else(too_large)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<(), RuleError>) -> &'static str {
        result.map_or_else(|no| no.code(), |()| "in")
    }

    #[test]
    fn an_offer_is_sold_to_its_last_piece_and_no_further() {
        for (cap, sold, qty, want) in [
            (10, 0, 10, "in"),
            (10, 9, 1, "in"),
            (10, 9, 2, "sold_out"),
            (10, 12, 1, "sold_out"),
            (0, 0, 1, "sold_out"),
        ] {
            assert_eq!(code(check_stock("EGG", cap, sold, qty)), want, "{sold} + {qty} of {cap}");
        }
        let words = check_stock("EGG", 10, 8, 3).expect_err("too many").to_string();
        assert_eq!(words, "sold_out: EGG 只剩 2 件 / only 2 pieces of EGG are left");
    }

    #[test]
    fn a_resident_has_at_most_the_limit() {
        for (limit, so_far, qty, want) in
            [(2, 0, 2, "in"), (2, 1, 1, "in"), (2, 1, 2, "over_limit"), (2, 5, 1, "over_limit")]
        {
            assert_eq!(code(check_limit("EGG", limit, so_far, qty)), want, "{so_far} + {qty} of {limit}");
        }
    }

    #[test]
    fn the_buyer_is_warned_once_at_each_share() {
        let rows = [
            (100, 0, 79, None),
            (100, 79, 80, Some(80)),
            (100, 80, 94, None),
            (100, 79, 96, Some(95)),
            (100, 99, 100, Some(100)),
            (100, 100, 100, None),
            (3, 2, 3, Some(100)),
        ];
        for (cap, before, after, want) in rows {
            assert_eq!(cap_warning(cap, before, after), want, "{before} to {after} of {cap}");
        }
        for (cap, sold, want) in [(100, 79, None), (100, 80, Some(80)), (100, 95, Some(95)), (100, 120, Some(100))] {
            assert_eq!(cap_reached(cap, sold), want, "{sold} of {cap}");
        }
    }

    #[test]
    fn tolerance_is_paid_for_and_a_sum_past_all_money_is_refused() {
        let line = |price, qty, tolerance| Priced { price: Fen(price), qty, tolerance };
        assert_eq!(order_total([line(250, 3, 2), line(99, 1, 0)]), Ok(Fen(1_349)));
        assert_eq!(order_total([]), Ok(Fen::ZERO));
        assert!(order_total([line(i64::MAX, 1, 1)]).is_err());
        assert!(order_total([line(i64::MAX, 1, 0), line(1, 1, 0)]).is_err());
    }
}
