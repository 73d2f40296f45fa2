//! Live demand per (receiving warehouse, offer), counted from the lines as they stand.

use std::collections::HashMap;

use crate::domain::book::Book;
use crate::domain::grouped::Grouped;

/// What is wanted of one offer at one receiving warehouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    pub warehouse_ix: u32,
    pub offer_ix: u32,
    pub ordered_qty: u64,
    pub tolerance_qty: u64,
    pub line_count: u64,
    /// Different residents.
    pub resident_count: u64,
    /// Different leaders.
    pub leader_count: u64,
}

/// Counts the demand of a book, in (warehouse_ix, offer_ix) order; pairs nobody wants are left out.
///
/// Leader after leader, so that one mark a pair tells whether a leader was counted. A resident with one order is counted
/// where they are met, because an order names an offer once; those with several are sorted out afterwards.
pub fn count(book: &Book) -> Vec<Demand> {
    let (lines, orders) = (&book.lines, &book.orders);
    let offers = book.offers.len();
    let orders_of = orders_of_residents(book);
    let (leaders, points_of_leader) = points_by_leader(book);
    let mut rows = vec![Demand::default(); book.warehouses.len() * offers];
    let mut last_leader = vec![u32::MAX; rows.len()];
    let mut to_sort: Vec<(u32, u32)> = Vec::new();
    for leader in 0..leaders {
        for &point in points_of_leader.of(leader as usize) {
            let first_pair = book.receiving_warehouse(point) as usize * offers;
            for &order in book.orders_of_point(point) {
                let resident = orders.resident[order as usize];
                let is_only = orders_of[resident as usize] == 1;
                for line in book.lines_of(order).filter(|&line| lines.ordered[line] > 0) {
                    let pair = first_pair + lines.offer_ix[line] as usize;
                    let row = &mut rows[pair];
                    row.ordered_qty += u64::from(lines.ordered[line]);
                    row.tolerance_qty += u64::from(lines.tolerance[line]);
                    row.line_count += 1;
                    row.leader_count += u64::from(std::mem::replace(&mut last_leader[pair], leader) != leader);
                    if is_only {
                        row.resident_count += 1;
                    } else {
                        to_sort.push((pair as u32, resident));
                    }
                }
            }
        }
    }
    to_sort.sort_unstable();
    to_sort.dedup();
    to_sort.into_iter().for_each(|(pair, _)| rows[pair as usize].resident_count += 1);
    for (pair, row) in rows.iter_mut().enumerate() {
        (row.warehouse_ix, row.offer_ix) = ((pair / offers) as u32, (pair % offers) as u32);
    }
    rows.retain(|row| row.line_count > 0);
    rows
}

/// How many orders each resident has.
fn orders_of_residents(book: &Book) -> Vec<u32> {
    let residents = &book.orders.resident;
    let mut orders_of = vec![0; residents.iter().max().map_or(0, |&most| most as usize + 1)];
    residents.iter().for_each(|&resident| orders_of[resident as usize] += 1);
    orders_of
}

/// How many leaders there are, and the points of each.
fn points_by_leader(book: &Book) -> (u32, Grouped) {
    let mut numbers = HashMap::new();
    let mut leader_of = Vec::with_capacity(book.points.len());
    for point in &book.points {
        let next = numbers.len() as u32;
        leader_of.push(*numbers.entry(point.leader_id).or_insert(next));
    }
    let pairs = leader_of.iter().zip(0..).map(|(&leader, point)| (leader as usize, point));
    (numbers.len() as u32, Grouped::new(numbers.len(), pairs))
}
