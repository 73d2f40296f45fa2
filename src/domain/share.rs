//! Splitting a whole into parts by largest remainder, so that the parts add up to the whole exactly.
//!
//! | total | weights | parts | why |
//! |---|---|---|---|
//! | 10 | 1, 1, 1 | 4, 3, 3 | equal remainders: the earlier first |
//! | 5 | 3, 2, 1 | 2, 2, 1 | 2.5, 1.67, 0.83: the two largest remainders get one more |
//! | 7 | 0, 7 | 0, 7 | no weight, no part |
//! | 3 | 0, 0 | 2, 1 | nothing to go by: equal weights |

use std::cmp::Reverse;

/// Splits `total` in proportion to `weights`: each part is its exact share rounded down, and what remains goes one by
/// one to the largest remainders, the earlier index first where they are equal.
///
/// The parts always add up to `total`, unless there are none. Where all weights are zero they count as equal.
pub fn largest_remainder(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    if sum == 0 {
        return if total == 0 { vec![0; weights.len()] } else { equal_parts(total, weights.len()) };
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = total;
    for (index, weight) in weights.iter().enumerate() {
        let product = u128::from(total) * u128::from(*weight);
        let part = u64::try_from(product / sum).expect("a share is at most the total");
        parts.push(part);
        left -= part;
        remainders.push((Reverse(product % sum), index));
    }
    // Fewer pieces are left than there are parts with a remainder, so each of these gets at most one.
    remainders.sort_unstable();
    for (_, index) in remainders.into_iter().take(usize::try_from(left).expect("less than one a part")) {
        parts[index] += 1;
    }
    parts
}

fn equal_parts(total: u64, count: usize) -> Vec<u64> {
    let n = count as u64;
    (0..n).map(|index| total / n + u64::from(index < total % n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(total: u64, weights: &[u64], want: &[u64]) {
        assert_eq!(largest_remainder(total, weights), want, "{total} by {weights:?}");
    }

    #[test]
    fn parts_follow_the_table() {
        check(10, &[1, 1, 1], &[4, 3, 3]);
        check(5, &[3, 2, 1], &[2, 2, 1]);
        check(7, &[0, 7], &[0, 7]);
        check(3, &[0, 0], &[2, 1]);
        check(0, &[0, 3], &[0, 0]);
        check(9, &[], &[]);
        check(u64::MAX, &[u64::MAX, u64::MAX], &[u64::MAX / 2 + 1, u64::MAX / 2]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_stay_within_one_of_the_exact_share(
            total in 0u64..1_000_000, weights in prop::collection::vec(0u64..1000, 1..40)
        ) {
            let parts = largest_remainder(total, &weights);
            prop_assert_eq!(parts.iter().sum::<u64>(), total);
            let sum: u64 = weights.iter().sum();
            for (part, weight) in parts.iter().zip(&weights).filter(|_| sum > 0) {
                let floor = total * weight / sum;
                prop_assert!(*part == floor || (*part == floor + 1 && total * weight % sum > 0));
            }
        }

        #[test]
        fn a_total_up_to_the_weights_gives_no_part_more_than_its_weight(
            weights in prop::collection::vec(0u64..1000, 1..40), share in 0u64..=100
        ) {
            let total = weights.iter().sum::<u64>() * share / 100;
            let parts = largest_remainder(total, &weights);
            prop_assert!(parts.iter().zip(&weights).all(|(part, weight)| part <= weight));
        }
    }
}
