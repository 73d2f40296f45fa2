//! The last local search: turns, moves and exchanges of tails, each tried with a whole new route and its exact price,
//! until none makes the plan cheaper.

use super::ground::{Ground, NONE};
use super::savings::{can_drive, lay};
use super::tours::Tours;

/// Neighbours beside which a stop is tried.
const NEAR_TRIED: usize = 20;
/// Passes over all stops; a search that has cooled down needs two or three.
const PASSES_MAX: usize = 20;

/// Improves what the search left, and leaves locked routes alone.
pub(super) fn polish(ground: &Ground, tours: &mut Tours) {
    let routes: Vec<Vec<u32>> = (0..ground.vans.len() as u32).map(|van| tours.stops_of(ground, van)).collect();
    let mut desk = Desk { ground, route_of: vec![NONE; ground.stops], prices: vec![0; routes.len()], routes };
    for van in 0..desk.routes.len() {
        desk.prices[van] = desk.price(van, &desk.routes[van]).unwrap_or(0);
        desk.routes[van].iter().for_each(|&stop| desk.route_of[stop as usize] = van as u32);
    }
    let before = desk.total();
    for _ in 0..PASSES_MAX {
        let moved = (0..ground.stops as u32).filter(|&stop| desk.improve(stop)).count();
        if moved == 0 {
            break;
        }
    }
    if desk.total() < before {
        relay(ground, tours, &desk.routes);
    }
}

/// Lays the improved routes. What was absent stays absent.
fn relay(ground: &Ground, tours: &mut Tours, routes: &[Vec<u32>]) {
    let absent = std::mem::take(&mut tours.absent);
    *tours = Tours::new(ground);
    (0u32..).zip(routes).for_each(|(van, stops)| lay(ground, tours, van, stops));
    tours.absent = absent;
}

struct Desk<'a> {
    ground: &'a Ground,
    routes: Vec<Vec<u32>>,
    prices: Vec<i64>,
    route_of: Vec<u32>,
}

impl Desk<'_> {
    fn total(&self) -> i64 {
        self.prices.iter().sum()
    }

    /// What a route of these stops costs; None where the vehicle cannot drive it.
    fn price(&self, van: usize, stops: &[u32]) -> Option<i64> {
        let ground = self.ground;
        let it = &ground.vans[van];
        if stops.is_empty() {
            return Some(0);
        }
        let allowed = |&stop: &u32| ground.pinned[stop as usize] == NONE || ground.pinned[stop as usize] == van as u32;
        if !stops.iter().all(allowed) || !can_drive(ground, it, stops) {
            return None;
        }
        let mut price = it.use_price + self.legs(van, stops);
        price += stops.iter().map(|&stop| ground.driver_price(stop, van as u32)).sum::<i64>();
        if ground.is_timed {
            let mut leave = it.from_s;
            let mut place = it.place;
            for &stop in stops {
                let begin = (leave + ground.time(place, stop)).max(ground.ready[stop as usize]);
                leave = begin + ground.service[stop as usize];
                place = stop;
            }
            price += ground.overtime(it, leave + ground.time(place, it.place));
        }
        Some(price)
    }

    fn legs(&self, van: usize, stops: &[u32]) -> i64 {
        let depot = self.ground.vans[van].place;
        let mut place = depot;
        let mut sum = 0;
        for &stop in stops {
            sum += self.ground.leg(place, stop);
            place = stop;
        }
        sum + self.ground.leg(place, depot)
    }

    /// Tries everything with this stop and its neighbours; true if something was cheaper.
    fn improve(&mut self, stop: u32) -> bool {
        let neighbours = self.ground.near(stop).len().min(NEAR_TRIED);
        (0..neighbours).any(|at| {
            let other = self.ground.near(stop)[at].stop;
            let (from, to) = (self.route_of[stop as usize], self.route_of[other as usize]);
            let is_free = |route: u32| route != NONE && !self.ground.vans[route as usize].is_locked;
            if !is_free(from) || !is_free(to) {
                return false;
            }
            let (from, to) = (from as usize, to as usize);
            if from == to {
                self.improve_within(from, stop, other)
            } else {
                self.improve_between((from, stop), (to, other))
            }
        })
    }

    fn at(&self, route: usize, stop: u32) -> usize {
        self.routes[route].iter().position(|&it| it == stop).expect("route_of names the route that holds the stop")
    }

    /// Turns the way between two stops round, or moves one behind the other.
    fn improve_within(&mut self, route: usize, stop: u32, other: u32) -> bool {
        let (i, j) = (self.at(route, stop), self.at(route, other));
        let (first, last) = (i.min(j), i.max(j));
        let mut turned = self.routes[route].clone();
        turned[first + 1..=last].reverse();
        let mut turned_before = self.routes[route].clone();
        turned_before[first..last].reverse();
        let mut moved = self.routes[route].clone();
        moved.remove(i);
        let behind = moved.iter().position(|&it| it == other).expect("the other stop was not moved");
        let mut ahead = moved.clone();
        moved.insert(behind + 1, stop);
        ahead.insert(behind, stop);
        [turned, turned_before, moved, ahead].into_iter().any(|stops| self.take_if_cheaper(route, stops))
    }

    /// Moves up to three stops over, swaps two, or exchanges the tails.
    fn improve_between(&mut self, from: (usize, u32), to: (usize, u32)) -> bool {
        let (i, j) = (self.at(from.0, from.1), self.at(to.0, to.1));
        let (a, b) = (&self.routes[from.0], &self.routes[to.0]);
        let mut pairs: Vec<(Vec<u32>, Vec<u32>)> = Vec::with_capacity(9);
        for length in 1..=3.min(a.len() - i) {
            let rest = [&a[..i], &a[i + length..]].concat();
            pairs.push((rest.clone(), [&b[..=j], &a[i..i + length], &b[j + 1..]].concat()));
            pairs.push((rest, [&b[..j], &a[i..i + length], &b[j..]].concat()));
        }
        for beside in [j.checked_sub(1), Some(j + 1).filter(|&it| it < b.len())].into_iter().flatten() {
            let (mut left, mut right) = (a.clone(), b.clone());
            std::mem::swap(&mut left[i], &mut right[beside]);
            pairs.push((left, right));
        }
        pairs.push(([&a[..=i], &b[j..]].concat(), [&b[..j], &a[i + 1..]].concat()));
        pairs.push(([&a[..i], &b[j + 1..]].concat(), [&b[..=j], &a[i..]].concat()));
        pairs.into_iter().any(|(left, right)| self.take_both_if_cheaper((from.0, left), (to.0, right)))
    }

    fn take_if_cheaper(&mut self, route: usize, stops: Vec<u32>) -> bool {
        if self.legs(route, &stops) >= self.legs(route, &self.routes[route]) {
            return false;
        }
        let Some(price) = self.price(route, &stops).filter(|&price| price < self.prices[route]) else { return false };
        (self.routes[route], self.prices[route]) = (stops, price);
        true
    }

    fn take_both_if_cheaper(&mut self, left: (usize, Vec<u32>), right: (usize, Vec<u32>)) -> bool {
        let old = self.legs(left.0, &self.routes[left.0]) + self.legs(right.0, &self.routes[right.0]);
        if self.legs(left.0, &left.1) + self.legs(right.0, &right.1) >= old {
            return false;
        }
        let prices = self.price(left.0, &left.1).zip(self.price(right.0, &right.1));
        let Some((price_left, price_right)) = prices else { return false };
        if price_left + price_right >= self.prices[left.0] + self.prices[right.0] {
            return false;
        }
        for ((route, stops), price) in [(left, price_left), (right, price_right)] {
            stops.iter().for_each(|&stop| self.route_of[stop as usize] = route as u32);
            (self.routes[route], self.prices[route]) = (stops, price);
        }
        true
    }
}
