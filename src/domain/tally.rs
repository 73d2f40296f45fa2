//! Sums of a cycle's orders, by offer and by leader, that orders can be added to and taken from.

use rustc_hash::FxHashMap;

/// The sums of one cycle, offer or leader. What is unpaid and does not take part stands in `unpaid_qty` alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub orders: i64,
    pub lines: i64,
    pub ordered_qty: i64,
    pub tolerance_qty: i64,
    pub unpaid_qty: i64,
    pub sales_fen: i64,
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        self.orders += other.orders;
        self.lines += other.lines;
        self.ordered_qty += other.ordered_qty;
        self.tolerance_qty += other.tolerance_qty;
        self.unpaid_qty += other.unpaid_qty;
        self.sales_fen += other.sales_fen;
    }

    fn is_nothing(&self) -> bool {
        *self == Sums::default()
    }
}

/// A line as it is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    pub offer_no: i32,
    pub ordered_qty: i32,
    pub tolerance: i32,
    pub price_fen: i64,
}

/// Whether an order comes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    In,
    Out,
}

/// The sums of a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub cycle: Sums,
    /// By offer_no. Holds no offer without pieces, paid or not.
    pub offers: FxHashMap<i32, Sums>,
    /// By leader id. Holds no leader without orders.
    pub leaders: FxHashMap<i64, Sums>,
}

impl Tally {
    /// Counts an order's head; one that does not take part counts by its lines alone.
    pub fn order(&mut self, way: Way, leader_id: i64, takes_part: bool) {
        if takes_part {
            let sums = Sums { orders: way.sign(), ..Sums::default() };
            self.put(None, Some(leader_id), &sums);
        }
    }

    /// Counts a line of an order.
    pub fn line(&mut self, way: Way, leader_id: i64, takes_part: bool, line: Counted) {
        let (sign, qty) = (way.sign(), i64::from(line.ordered_qty));
        if !takes_part {
            self.put(Some(line.offer_no), None, &Sums { unpaid_qty: sign * qty, ..Sums::default() });
            return;
        }
        let sums = Sums {
            lines: sign,
            ordered_qty: sign * qty,
            tolerance_qty: sign * i64::from(line.tolerance),
            sales_fen: sign * qty * line.price_fen,
            ..Sums::default()
        };
        self.put(Some(line.offer_no), Some(leader_id), &sums);
    }

    /// Adds all sums of another.
    pub fn merge(&mut self, other: &Tally) {
        self.cycle.add(&other.cycle);
        for (offer_no, sums) in &other.offers {
            put(&mut self.offers, *offer_no, sums);
        }
        for (leader_id, sums) in &other.leaders {
            put(&mut self.leaders, *leader_id, sums);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.cycle.is_nothing() && self.offers.is_empty() && self.leaders.is_empty()
    }

    fn put(&mut self, offer_no: Option<i32>, leader_id: Option<i64>, sums: &Sums) {
        self.cycle.add(sums);
        offer_no.into_iter().for_each(|offer_no| put(&mut self.offers, offer_no, sums));
        leader_id.into_iter().for_each(|leader_id| put(&mut self.leaders, leader_id, sums));
    }
}

fn put<K: std::hash::Hash + Eq>(map: &mut FxHashMap<K, Sums>, key: K, more: &Sums) {
    use std::collections::hash_map::Entry;
    match map.entry(key) {
        Entry::Occupied(mut known) => {
            known.get_mut().add(more);
            if known.get().is_nothing() {
                known.remove();
            }
        }
        Entry::Vacant(free) => {
            free.insert(*more);
        }
    }
}

impl Way {
    fn sign(self) -> i64 {
        match self {
            Way::In => 1,
            Way::Out => -1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_and_goes_again_leaves_nothing() {
        let line = |offer_no, ordered_qty| Counted { offer_no, ordered_qty, tolerance: 1, price_fen: 250 };
        let count = |tally: &mut Tally, way, takes_part| {
            tally.order(way, 7, takes_part);
            tally.line(way, 7, takes_part, line(0, 2));
            tally.line(way, 7, takes_part, line(3, 1));
        };
        let mut tally = Tally::default();
        count(&mut tally, Way::In, true);
        let whole = Sums { orders: 1, lines: 2, ordered_qty: 3, tolerance_qty: 2, unpaid_qty: 0, sales_fen: 750 };
        assert_eq!((tally.cycle, tally.leaders[&7]), (whole, whole));
        assert_eq!(
            tally.offers[&3],
            Sums { orders: 0, lines: 1, ordered_qty: 1, tolerance_qty: 1, unpaid_qty: 0, sales_fen: 250 }
        );
        let mut other = Tally::default();
        count(&mut other, Way::Out, true);
        count(&mut other, Way::In, false);
        tally.merge(&other);
        assert_eq!(tally.cycle, Sums { unpaid_qty: 3, ..Sums::default() });
        let unpaid = |unpaid_qty| Sums { unpaid_qty, ..Sums::default() };
        assert_eq!((tally.offers[&0], tally.offers[&3], tally.leaders.len()), (unpaid(2), unpaid(1), 0));
        count(&mut tally, Way::Out, false);
        assert!(tally.is_empty());
    }
}
