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
pub fn count(book: &Book) -> Vec<Demand> {
    let (lines, orders) = (&book.lines, &book.orders);
    let offers = book.offers.len();
    let receiving: Vec<usize> = (0..book.points.len() as u32).map(|p| book.receiving_warehouse(p) as usize).collect();
    let live = (0..lines.offer_ix.len()).filter(|&line| lines.ordered[line] > 0);
    let by_pair = Grouped::new(
        book.warehouses.len() * offers,
        live.map(|line| {
            let point = orders.point_ix[lines.order_ix[line] as usize] as usize;
            (receiving[point] * offers + lines.offer_ix[line] as usize, line as u32)
        }),
    );
    let leader_of_point = leaders(book);
    let mut seen_resident = Seen::new(orders.resident.iter().max().map_or(0, |&max| max as usize + 1));
    let mut seen_leader = Seen::new(book.points.len());
    let mut demand = Vec::new();
    for pair in 0..book.warehouses.len() * offers {
        let members = by_pair.of(pair);
        if members.is_empty() {
            continue;
        }
        let mut row =
            Demand { warehouse_ix: (pair / offers) as u32, offer_ix: (pair % offers) as u32, ..Demand::default() };
        for &line in members {
            let order = lines.order_ix[line as usize] as usize;
            row.ordered_qty += u64::from(lines.ordered[line as usize]);
            row.tolerance_qty += u64::from(lines.tolerance[line as usize]);
            row.line_count += 1;
            row.resident_count += seen_resident.is_new(orders.resident[order] as usize, pair);
            row.leader_count += seen_leader.is_new(leader_of_point[orders.point_ix[order] as usize], pair);
        }
        demand.push(row);
    }
    demand
}

/// A dense number for each point's leader.
fn leaders(book: &Book) -> Vec<usize> {
    let mut numbers = HashMap::new();
    book.points
        .iter()
        .map(|point| {
            let next = numbers.len();
            *numbers.entry(point.leader_id).or_insert(next)
        })
        .collect()
}

/// Tells whether something was met before in the present round, without clearing between rounds.
struct Seen {
    last_round: Vec<u32>,
}

impl Seen {
    fn new(things: usize) -> Seen {
        Seen { last_round: vec![u32::MAX; things] }
    }

    /// 1 the first time in a round, then 0.
    fn is_new(&mut self, thing: usize, round: usize) -> u64 {
        let round = round as u32;
        let is_new = self.last_round[thing] != round;
        self.last_round[thing] = round;
        u64::from(is_new)
    }
}
