//! Whether an offer goes ahead (DOMAIN 3.2).
//!
//! | threshold_qty | ordered over all warehouses | goes ahead |
//! |---|---|---|
//! | 0 (none) | 0 | yes |
//! | 20 | 19 | no: every line gets 0, `threshold_not_met`, refunded |
//! | 20 | 20 | yes |

/// Whether the taking-part pieces of an offer reach its threshold.
///
/// `ordered_qty` counts the whole offer over all warehouses, without tolerance.
pub fn is_met(ordered_qty: u64, threshold_qty: u32) -> bool {
    ordered_qty >= u64::from(threshold_qty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_goes_ahead_from_its_threshold_on() {
        for (threshold_qty, ordered_qty, want) in [(0, 0, true), (20, 19, false), (20, 20, true), (20, 21, true)] {
            assert_eq!(is_met(ordered_qty, threshold_qty), want, "{ordered_qty} of {threshold_qty}");
        }
    }
}
