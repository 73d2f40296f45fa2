//! What is short, SKU by SKU: what the buyer and the warehouse want to know first after an allocation.

use std::collections::BTreeSet;

use crate::domain::book::Book;

/// A SKU of which somebody gets less than ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    pub offer_ix: u32,
    /// Pieces ordered of it, by those who go short and by the others.
    pub ordered: u64,
    /// Pieces there are to share.
    pub supply: u64,
    /// Pieces that orders go without.
    pub short: u64,
    pub points: usize,
    pub residents: usize,
}

/// The short SKUs of an allocated book, in SKU order.
pub fn shortages(book: &Book) -> Vec<Shortage> {
    let mut sums = vec![(0u64, 0u64, BTreeSet::new(), BTreeSet::new()); book.offers.len()];
    for line in 0..book.lines.order_ix.len() {
        let order = book.lines.order_ix[line] as usize;
        let sum = &mut sums[book.lines.offer_ix[line] as usize];
        let short = book.short(line);
        sum.0 += u64::from(book.lines.ordered[line]);
        if short > 0 {
            sum.1 += u64::from(short);
            sum.2.insert(book.orders.point_ix[order]);
            sum.3.insert(book.orders.resident[order]);
        }
    }
    let supply = |offer: u32| -> u64 {
        book.allocations.iter().filter(|(key, _)| key.0 == offer).map(|(_, share)| share.supply_qty).sum()
    };
    let found = sums.into_iter().zip(0..).filter(|((_, short, ..), _)| *short > 0);
    found
        .map(|((ordered, short, points, residents), offer_ix)| Shortage {
            offer_ix,
            ordered,
            supply: supply(offer_ix),
            short,
            points: points.len(),
            residents: residents.len(),
        })
        .collect()
}
