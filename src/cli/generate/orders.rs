//! The orders of a synthetic day, in the order in which they arrive.

use std::io::{self, Write};

use super::catalogue::{Catalogue, is_fill, sku_code};
use super::dice::{Dice, Purpose};
use super::people::{Resident, remark};
use super::places::{Places, leader_code, point_code};
use super::{Day, Rows};
use crate::domain::share::largest_remainder;

/// The window from 06:00 to 23:00 as (begin, end in seconds of the day, share of orders in ten-thousandths).
///
/// The last two minutes take 9.6 % of all: about 1/1250 of the day's orders a second.
const ARRIVALS: &[(u64, u64, u64)] = &[
    (21_600, 32_400, 800),
    (32_400, 43_200, 1500),
    (43_200, 64_800, 2000),
    (64_800, 75_600, 2200),
    (75_600, 81_000, 1540),
    (81_000, 82_680, 1000),
    (82_680, 82_800, 960),
];

/// Lines of an order and their frequency in hundredths: 3 on average, about.
const LINE_COUNTS: &[(u8, u64)] = &[(1, 15), (2, 25), (3, 26), (4, 18), (5, 10), (6, 6)];
const LINES_MAX: u8 = 8;

#[rustfmt::skip]
const HEADS: &[&str] = &[
    "order_no", "leader_code", "point_code", "chain_no", "resident", "nickname", "phone", "building", "unit_no", "room",
    "paid_at", "remark", "sku_code", "ordered_qty", "tolerance",
];

/// What is on sale, ready to be drawn from.
struct Shelf {
    sku_codes: Vec<String>,
    /// Running sums of the goods' weights.
    cumulated: Vec<u64>,
    tolerance_permille: u64,
}

/// One line of an order: the SKU's index, pieces, extra pieces accepted.
type Line = (usize, u64, u64);

/// Writes all order lines, telling `progress` how many are done.
pub fn write(day: &Day, out: &mut impl Write, progress: &mut dyn FnMut(u64)) -> io::Result<()> {
    let shelf = Shelf::new(&day.catalogue);
    let leaders = leaders_by_arrival(&day.places, day.seed);
    let line_counts = line_counts(day.figures.orders, day.figures.lines, day.seed);
    let mut seconds = arrival_seconds(day.figures.orders);
    let mut placed = vec![0_u64; day.figures.leaders as usize];
    let (mut rows, mut head, mut done) = (Rows::default(), Rows::default(), 0);
    HEADS.iter().for_each(|name| {
        rows.text(name);
    });
    rows.end();
    for (index, (&leader, &count)) in leaders.iter().zip(&line_counts).enumerate() {
        let mut dice = Dice::of(day.seed, Purpose::Order, index as u64, 0);
        placed[usize::from(leader)] += 1;
        let second = seconds.next().expect("each order has its time of arrival");
        head.clear();
        write_head(day, index, leader.into(), placed[usize::from(leader)], second, &mut dice, &mut head);
        for (sku, qty, tolerance) in shelf.fill_basket(count.into(), &mut dice) {
            rows.fields(&head).text(&shelf.sku_codes[sku]).number(qty).number_or_empty(tolerance).end();
        }
        done += u64::from(count);
        if rows.bytes().len() > 1 << 16 {
            out.write_all(rows.bytes())?;
            rows.clear();
            progress(done);
        }
    }
    out.write_all(rows.bytes())?;
    progress(done);
    Ok(())
}

/// The columns that all lines of an order share.
fn write_head(day: &Day, index: usize, leader: u64, chain_no: u64, second: u64, dice: &mut Dice, head: &mut Rows) {
    // One order in twenty comes from somebody who has ordered already.
    let number = if dice.chance(50) { 1 + dice.below(chain_no) } else { chain_no };
    let resident = Resident::of(day.seed, leader, number);
    let points = day.places.points_of(leader);
    let point = points.start + resident.home % (points.end - points.start);
    head.plain(format_args!("{}-{:07}", day.order_prefix, index + 1));
    head.text(&leader_code(leader)).text(&point_code(point)).number(chain_no);
    head.text(&resident.name).text(&resident.nickname).text(&resident.phone);
    head.text(&resident.building).text(&resident.unit_no).text(&resident.room);
    // A few never pay, and so do not take part.
    if dice.chance(3) {
        head.text("");
    } else {
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        head.plain(format_args!("{} {hour:02}:{minute:02}:{second:02}", super::DATE));
    }
    head.text(remark(dice));
}

impl Shelf {
    fn new(catalogue: &Catalogue) -> Shelf {
        let weights = catalogue.goods.iter().map(|good| good.weight);
        Shelf {
            sku_codes: (0..catalogue.goods.len()).map(sku_code).collect(),
            cumulated: weights.scan(0, |sum, weight| Some(add(sum, weight))).collect(),
            tolerance_permille: catalogue.tolerance_permille(),
        }
    }

    fn fill_basket(&self, count: usize, dice: &mut Dice) -> Vec<Line> {
        let mut basket: Vec<Line> = Vec::with_capacity(count);
        let total = *self.cumulated.last().expect("something is on sale");
        while basket.len() < count {
            let drawn = dice.below(total);
            let sku = self.cumulated.partition_point(|sum| *sum <= drawn);
            if basket.iter().all(|(other, ..)| *other != sku) {
                let qty = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 4][dice.below(20) as usize];
                let offers_tolerance = is_fill(sku) && dice.chance(self.tolerance_permille);
                let tolerance = if offers_tolerance { 1 + dice.below(3) } else { 0 };
                basket.push((sku, qty, tolerance));
            }
        }
        basket
    }
}

fn add(sum: &mut u64, weight: u64) -> u64 {
    *sum += weight;
    *sum
}

/// Whose order arrives when: each leader as often as the group is large, well mixed.
fn leaders_by_arrival(places: &Places, seed: u64) -> Vec<u16> {
    let mut leaders = Vec::new();
    for (leader, size) in places.group_sizes.iter().enumerate() {
        let leader = u16::try_from(leader).expect("a day has at most 10,000 leaders");
        leaders.extend(std::iter::repeat_n(leader, *size as usize));
    }
    Dice::of(seed, Purpose::Sequence, 0, 0).shuffle(&mut leaders);
    leaders
}

/// How many lines each order has: drawn, then moved by single lines until they add up.
fn line_counts(orders: u64, lines: u64, seed: u64) -> Vec<u8> {
    let mut dice = Dice::of(seed, Purpose::LineCounts, 0, 0);
    let mut counts: Vec<u8> = (0..orders).map(|_| draw_line_count(&mut dice)).collect();
    let mut sum: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    while sum != lines {
        let count = &mut counts[dice.below(orders) as usize];
        if sum < lines && *count < LINES_MAX {
            *count += 1;
            sum += 1;
        } else if sum > lines && *count > 1 {
            *count -= 1;
            sum -= 1;
        }
    }
    counts
}

fn draw_line_count(dice: &mut Dice) -> u8 {
    let mut drawn = dice.below(100);
    for (count, frequency) in LINE_COUNTS {
        match drawn.checked_sub(*frequency) {
            None => return *count,
            Some(rest) => drawn = rest,
        }
    }
    unreachable!("the frequencies add up to a hundred")
}

/// Seconds of the day at which the orders arrive, ascending.
fn arrival_seconds(orders: u64) -> impl Iterator<Item = u64> {
    let shares: Vec<u64> = ARRIVALS.iter().map(|(.., share)| *share).collect();
    let counts = largest_remainder(orders, &shares);
    ARRIVALS
        .iter()
        .zip(counts)
        .flat_map(|((begin, end, _), count)| (0..count).map(move |i| begin + i * (end - begin) / count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_ascend_and_peak_before_the_cutoff() {
        let seconds: Vec<u64> = arrival_seconds(240_000).collect();
        assert_eq!(seconds.len(), 240_000);
        assert!(seconds.is_sorted() && seconds[0] == 21_600 && seconds[239_999] == 82_799);
        let last_minute = seconds.iter().filter(|second| **second >= 82_740).count();
        assert!((11_000..12_000).contains(&last_minute), "192 orders a second, not {last_minute} in the last minute");
    }

    #[test]
    fn line_counts_add_up() {
        let counts = line_counts(2_400, 7_200, 5);
        assert_eq!(counts.iter().map(|count| u64::from(*count)).sum::<u64>(), 7_200);
        assert!(counts.iter().all(|count| (1..=LINES_MAX).contains(count)));
    }
}
