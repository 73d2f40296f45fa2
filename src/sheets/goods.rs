//! Pieces due per point and SKU: what the picking, sorting and dispatch sheets add up.

use std::ops::Range;

use crate::sheets::press::Press;

/// Pieces of one SKU, named by its place in the picking order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    pub rank: u32,
    pub qty: u64,
}

/// Portions by point; none is zero.
#[derive(Debug)]
pub struct Goods {
    first: Vec<u32>,
    portions: Vec<Portion>,
    ranks: usize,
}

impl Goods {
    /// Adds up the lines of each point.
    pub fn count(press: &Press<'_>) -> Goods {
        let (book, ranks) = (press.book, press.pick_order.len());
        let mut first = vec![0u32];
        let mut portions = Vec::new();
        let mut adder = Adder::new(ranks);
        for point in 0..book.points.len() as u32 {
            for &order in press.orders_of_point(point) {
                for line in book.lines_of(order) {
                    adder.add(press.pick_rank(book.lines.offer_ix[line]), u64::from(press.due(line)));
                }
            }
            adder.take_into(&mut portions);
            first.push(portions.len() as u32);
        }
        Goods { first, portions, ranks }
    }

    /// What goes to a point, in picking order.
    pub fn of_point(&self, point_ix: usize) -> &[Portion] {
        &self.portions[self.first[point_ix] as usize..self.first[point_ix + 1] as usize]
    }

    /// What goes to a run of points together, in picking order.
    pub fn of_points(&self, points: Range<usize>) -> Vec<Portion> {
        let mut adder = Adder::new(self.ranks);
        for portion in &self.portions[self.first[points.start] as usize..self.first[points.end] as usize] {
            adder.add(portion.rank, portion.qty);
        }
        let mut sums = Vec::new();
        adder.take_into(&mut sums);
        sums
    }

    /// What goes to a run of points, by SKU: for each in picking order its (point_ix, pieces) in slot order.
    pub fn by_sku(&self, points: Range<usize>) -> Vec<(u32, Vec<(u32, u64)>)> {
        let mut by_rank: Vec<Vec<(u32, u64)>> = vec![Vec::new(); self.ranks];
        for point in points {
            for portion in self.of_point(point) {
                by_rank[portion.rank as usize].push((point as u32, portion.qty));
            }
        }
        by_rank
            .into_iter()
            .zip(0..)
            .filter(|(shares, _)| !shares.is_empty())
            .map(|(shares, rank)| (rank, shares))
            .collect()
    }
}

/// Sums by rank, reused from point to point.
struct Adder {
    sums: Vec<u64>,
    touched: Vec<u32>,
}

impl Adder {
    fn new(ranks: usize) -> Adder {
        Adder { sums: vec![0; ranks], touched: Vec::new() }
    }

    fn add(&mut self, rank: u32, qty: u64) {
        let sum = &mut self.sums[rank as usize];
        if *sum == 0 && qty > 0 {
            self.touched.push(rank);
        }
        *sum += qty;
    }

    /// Appends the sums in picking order and starts again from nothing.
    fn take_into(&mut self, out: &mut Vec<Portion>) {
        self.touched.sort_unstable();
        for rank in self.touched.drain(..) {
            out.push(Portion { rank, qty: std::mem::take(&mut self.sums[rank as usize]) });
        }
    }
}
