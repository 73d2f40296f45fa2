//! What is wanted: the taking-part pieces per (offer, receiving warehouse), after corrections.

use crate::domain::book::Book;
use crate::domain::procurement::OfferDemand;

/// The demands of a cycle in (warehouse, offer) order; pairs without any line are left out.
///
/// `on_hand` tells the free stock of (warehouse_ix, offer_ix).
pub fn demands(book: &Book, on_hand: impl Fn(u32, u32) -> u64) -> Vec<OfferDemand> {
    let offers = book.offers.len();
    let mut sums = vec![(0u64, 0u64, 0u64); offers * book.warehouses.len()];
    for line in 0..book.lines.order_ix.len() {
        let point = book.orders.point_ix[book.lines.order_ix[line] as usize];
        let at = book.receiving_warehouse(point) as usize * offers + book.lines.offer_ix[line] as usize;
        let sum = &mut sums[at];
        sum.0 += u64::from(book.lines.ordered[line]);
        sum.1 += u64::from(book.lines.tolerance[line]);
        sum.2 += 1;
    }
    let asked = |(at, &(ordered_qty, tolerance_qty, lines)): (usize, &(u64, u64, u64))| {
        let (warehouse_ix, offer_ix) = ((at / offers) as u32, (at % offers) as u32);
        (lines > 0).then(|| OfferDemand {
            offer_ix,
            warehouse_ix,
            ordered_qty,
            tolerance_qty,
            on_hand: on_hand(warehouse_ix, offer_ix),
        })
    };
    sums.iter().enumerate().filter_map(asked).collect()
}
