//! Natural order of buildings, units and rooms: 2 before 10.

use std::cmp::Ordering;

/// Compares two texts, runs of ASCII digits as numbers (2 before 10, 02 beside 2), all else as bytes.
///
/// A total order: texts that differ only in leading zeros follow each other in byte order.
pub fn natural_cmp(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    by_tokens(a.as_bytes(), b.as_bytes()).then_with(|| a.cmp(b))
}

fn by_tokens(mut a: &[u8], mut b: &[u8]) -> Ordering {
    loop {
        let (Some(first_a), Some(first_b)) = (a.first(), b.first()) else {
            return a.len().cmp(&b.len());
        };
        if first_a.is_ascii_digit() && first_b.is_ascii_digit() {
            let (number_a, rest_a) = take_number(a);
            let (number_b, rest_b) = take_number(b);
            // Without leading zeros the longer run of digits is the greater number.
            let order = number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b));
            if order.is_ne() {
                return order;
            }
            (a, b) = (rest_a, rest_b);
        } else if first_a != first_b {
            return first_a.cmp(first_b);
        } else {
            (a, b) = (&a[1..], &b[1..]);
        }
    }
}

/// Splits the digits at the front, less their leading zeros, from the rest.
fn take_number(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let zeros = text[..digits].iter().take_while(|&&byte| byte == b'0').count();
    (&text[zeros..digits], &text[digits..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(sorted: &[&str]) {
        for (i, a) in sorted.iter().enumerate() {
            for (j, b) in sorted.iter().enumerate() {
                assert_eq!(natural_cmp(a, b), i.cmp(&j), "{a} against {b}");
            }
        }
    }

    #[test]
    fn two_comes_before_ten() {
        check(&["", "1", "2", "02a", "2a", "10", "0203", "1502", "A2", "A10", "二栋"]);
        check(&["1栋", "2栋", "10栋", "栋1"]);
        check(&["3-2-99", "3-2-101", "3-10-1", "20-1-1"]);
        check(&["99999999999999999998", "99999999999999999999", "100000000000000000000"]);
    }

    #[test]
    fn leading_zeros_keep_equal_numbers_together() {
        check(&["0203", "203", "0204"]);
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "[0-3a栋]{0,5}", b in "[0-3a栋]{0,5}", c in "[0-3a栋]{0,5}") {
            prop_assert_eq!(natural_cmp(&a, &b), natural_cmp(&b, &a).reverse());
            prop_assert_eq!(natural_cmp(&a, &b).is_eq(), a == b);
            if natural_cmp(&a, &b).is_le() && natural_cmp(&b, &c).is_le() {
                prop_assert!(natural_cmp(&a, &c).is_le());
            }
        }
    }
}
