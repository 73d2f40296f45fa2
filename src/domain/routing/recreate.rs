//! Recreate: puts absent stops back, each where it costs least (greedy insertion with blinks of Christiaens & Vanden
//! Berghe 2020). In one case of a hundred it does not see a place, which is enough to leave the beaten path.

use super::chance::Chance;
use super::ground::{Ground, NONE};
use super::tours::Tours;

/// One place in so many is overlooked (the paper's β).
const BLINK_ONE_IN: u32 = 100;

/// In which order absent stops are put back.
#[derive(Clone, Copy)]
enum Order {
    Chance,
    Bulk,
    Far,
    Near,
    WindowShort,
    WindowEarly,
    WindowLate,
}

pub(super) struct Recreate {
    /// (times chosen, order), by the weights of the paper.
    orders: Vec<(usize, Order)>,
    weights: usize,
    /// Share of an average vehicle, in millionths.
    bulk: Vec<i64>,
    /// From the nearest depot and back.
    distance: Vec<i64>,
    near_tried: usize,
    queue: Vec<(i64, u32)>,
}

/// Where a stop goes and what that costs.
#[derive(Clone, Copy)]
struct Best {
    price: i64,
    after: u32,
}

impl Recreate {
    pub(super) fn new(ground: &Ground, near_tried: usize) -> Recreate {
        let mut orders = vec![(4, Order::Chance), (4, Order::Bulk), (2, Order::Far), (1, Order::Near)];
        if ground.is_timed {
            orders.extend([(2, Order::WindowShort), (2, Order::WindowEarly), (2, Order::WindowLate)]);
        }
        let bulk = |demand: &[i64; 3]| {
            let share = |part: usize| {
                let whole: i128 = ground.vans.iter().map(|van| i128::from(van.capacity[part])).sum();
                (i128::from(demand[part]) * 1_000_000 * ground.vans.len() as i128 / whole.max(1)) as i64
            };
            share(0).max(share(1)).max(share(2))
        };
        let distance = |stop: u32| {
            let there = ground.vans.iter().map(|van| ground.leg(van.place, stop) + ground.leg(stop, van.place));
            there.min().unwrap_or(0)
        };
        Recreate {
            weights: orders.iter().map(|(weight, _)| weight).sum(),
            orders,
            bulk: ground.demand.iter().map(bulk).collect(),
            distance: (0..ground.stops as u32).map(distance).collect(),
            near_tried: near_tried.min(ground.near_count),
            queue: Vec::new(),
        }
    }

    /// Puts back what can be. What finds no place stays absent.
    pub(super) fn recreate(&mut self, ground: &Ground, tours: &mut Tours, chance: &mut Chance) {
        self.line_up(ground, tours, chance);
        tours.absent.clear();
        for at in 0..self.queue.len() {
            let stop = self.queue[at].1;
            match self.best(ground, tours, chance, stop) {
                Some(best) => tours.link(ground, stop, best.after),
                None => tours.absent.push(stop),
            }
        }
    }

    fn line_up(&mut self, ground: &Ground, tours: &Tours, chance: &mut Chance) {
        let mut thrown = chance.below(self.weights);
        let mut order = Order::Chance;
        for &(weight, named) in &self.orders {
            if thrown < weight {
                order = named;
                break;
            }
            thrown -= weight;
        }
        self.queue.clear();
        self.queue.extend(tours.absent.iter().map(|&stop| (0, stop)));
        // Shuffled first: equal keys then fall by chance, not by the order of the ruin.
        chance.shuffle(&mut self.queue);
        let key = |stop: usize| match order {
            Order::Chance => 0,
            Order::Bulk => -self.bulk[stop],
            Order::Far => -self.distance[stop],
            Order::Near => self.distance[stop],
            Order::WindowShort => i64::from(ground.due[stop] - ground.ready[stop]),
            Order::WindowEarly => i64::from(ground.ready[stop]),
            Order::WindowLate => -i64::from(ground.due[stop]),
        };
        if !matches!(order, Order::Chance) {
            self.queue.iter_mut().for_each(|(rank, stop)| *rank = key(*stop as usize));
            self.queue.sort_by_key(|&(rank, _)| rank);
        }
    }

    fn best(&self, ground: &Ground, tours: &mut Tours, chance: &mut Chance, stop: u32) -> Option<Best> {
        let pinned = ground.pinned[stop as usize];
        if pinned != NONE {
            return best_in(ground, tours, stop, pinned);
        }
        let mut best = Best { price: i64::MAX, after: NONE };
        self.best_near(ground, tours, chance, (stop, &mut best));
        best_empty(ground, tours, (stop, &mut best));
        if best.after == NONE {
            // Nothing near has room: look everywhere rather than give up.
            let all = (0..ground.vans.len() as u32).filter_map(|van| best_in(ground, tours, stop, van));
            return all.min_by_key(|best| best.price);
        }
        Some(best)
    }

    /// The places beside the stop's neighbours.
    #[inline]
    fn best_near(&self, ground: &Ground, tours: &Tours, chance: &mut Chance, search: (u32, &mut Best)) {
        let (stop, best) = search;
        let demand = ground.demand[stop as usize];
        let row = ground.row(stop);
        let neighbours = &ground.near(stop)[..self.near_tried];
        let radius = neighbours.last().map_or(0, |near| i64::from(near.to_it));
        let stops = ground.stops as u32;
        for near in neighbours {
            let node = tours.nodes[near.stop as usize];
            if node.route == NONE || !tours.fits(&demand, node.route) {
                continue;
            }
            let driver = ground.driver_price(stop, node.route);
            let next = tours.nodes[node.next as usize].place;
            let price = i64::from(near.from_it) + i64::from(row[next as usize]) - i64::from(node.out) + driver;
            if price < best.price {
                consider(ground, tours, chance, (stop, near.stop, price), best);
            }
            // Before the neighbour: only where the one before is no neighbour itself, whose own turn covers the place.
            let prev = tours.nodes[node.prev as usize];
            let from_prev =
                if ground.is_symmetric { i64::from(row[prev.place as usize]) } else { ground.leg(prev.place, stop) };
            if from_prev < radius && node.prev < stops {
                continue;
            }
            let price = from_prev + i64::from(near.to_it) - i64::from(prev.out) + driver;
            if price < best.price {
                consider(ground, tours, chance, (stop, node.prev, price), best);
            }
        }
    }
}

/// Takes a place that is better than the best, unless it comes too late or a blink hides it.
#[inline]
fn consider(ground: &Ground, tours: &Tours, chance: &mut Chance, place: (u32, u32, i64), best: &mut Best) {
    let (stop, after, price) = place;
    let Some(delay) = tours.delay_price(ground, stop, after) else { return };
    if price + delay < best.price && !chance.once_in(BLINK_ONE_IN) {
        *best = Best { price: price + delay, after };
    }
}

/// A vehicle that is not yet used: one of each class.
fn best_empty(ground: &Ground, tours: &mut Tours, search: (u32, &mut Best)) {
    let (stop, best) = search;
    for class in 0..ground.classes.len() {
        let Some(van) = tours.empty_of(class) else { continue };
        let it = &ground.vans[van as usize];
        let legs = ground.leg(it.place, stop) + ground.leg(stop, it.place);
        let price = legs + it.use_price + ground.driver_price(stop, van);
        if price >= best.price || !tours.fits(&ground.demand[stop as usize], van) {
            continue;
        }
        let depot = ground.stops as u32 + van;
        if let Some(delay) = tours.delay_price(ground, stop, depot)
            && price + delay < best.price
        {
            *best = Best { price: price + delay, after: depot };
        }
    }
}

/// The best place in one vehicle.
fn best_in(ground: &Ground, tours: &Tours, stop: u32, van: u32) -> Option<Best> {
    if !tours.fits(&ground.demand[stop as usize], van) {
        return None;
    }
    let mut best = Best { price: i64::MAX, after: NONE };
    let first_use = if tours.rooms[van as usize].size == 0 { ground.vans[van as usize].use_price } else { 0 };
    let fixed = first_use + ground.driver_price(stop, van);
    let depot = ground.stops as u32 + van;
    let mut at = depot;
    loop {
        let node = tours.nodes[at as usize];
        let legs = ground.leg(node.place, stop) + ground.leg(stop, tours.nodes[node.next as usize].place);
        let price = legs - i64::from(node.out) + fixed;
        if price < best.price
            && let Some(delay) = tours.delay_price(ground, stop, at)
            && price + delay < best.price
        {
            best = Best { price: price + delay, after: at };
        }
        at = node.next;
        if at == depot {
            return Some(best).filter(|best| best.after != NONE);
        }
    }
}
