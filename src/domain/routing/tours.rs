//! A plan under construction: the stops of each vehicle as a ring through its depot, what room is left, when each stop
//! is reached. Every change can be taken back, which is cheaper than a copy of the whole.

use super::ground::{Ground, NONE};

/// A stop or, behind the stops, a vehicle's depot: the ring of vehicle v begins and ends at node `stops + v`.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub prev: u32,
    pub next: u32,
    /// The vehicle, or [`NONE`] for a stop that nobody serves.
    pub route: u32,
    pub place: u32,
    /// The leg to `next`.
    pub out: i32,
}

/// When a stop is served. A depot's `leave` is the beginning, its `begin` and `latest` are the end of the route.
#[derive(Clone, Copy, Default)]
pub(super) struct Clock {
    pub begin: i32,
    pub leave: i32,
    /// The latest beginning at which all after it is still in time.
    pub latest: i32,
    /// Seconds of waiting behind this stop: a delay shorter than that does not reach the depot.
    pub wait_after: i32,
    /// Seconds of driving and unloading from the depot until here.
    pub work: i32,
    /// The latest departure from the depot that all stops up to here allow.
    pub depart_by: i32,
}

/// What a vehicle has left.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub free: [i64; 3],
    pub left: i32,
    pub size: u32,
    pub overtime: i64,
}

#[derive(Clone, Copy)]
enum Act {
    Linked(u32),
    Unlinked { stop: u32, after: u32 },
}

#[derive(Clone)]
pub(super) struct Tours {
    pub nodes: Vec<Node>,
    pub clocks: Vec<Clock>,
    pub rooms: Vec<Room>,
    pub absent: Vec<u32>,
    /// Vehicles that have a stop.
    pub used: u32,
    /// Legs, vehicles, overtime and drivers; without what stands in `absent`.
    pub cost: i64,
    empties: Vec<Vec<u32>>,
    is_noted: Vec<bool>,
    acts: Vec<Act>,
    touched: Vec<u32>,
    absent_before: Vec<u32>,
    cost_before: i64,
}

impl Tours {
    /// All vehicles empty, all stops absent.
    pub(super) fn new(ground: &Ground) -> Tours {
        let stops = ground.stops as u32;
        let lone = |stop| Node { prev: stop, next: stop, route: NONE, place: stop, out: 0 };
        let depot = |(v, van): (u32, &super::ground::Van)| Node {
            prev: stops + v,
            next: stops + v,
            route: v,
            place: van.place,
            out: 0,
        };
        let nodes: Vec<Node> = (0..stops).map(lone).chain((0u32..).zip(&ground.vans).map(depot)).collect();
        let room = |van: &super::ground::Van| {
            let left = if van.is_locked { i32::MIN / 2 } else { van.stops_max };
            Room { free: van.capacity, left, size: 0, overtime: 0 }
        };
        let mut tours = Tours {
            clocks: vec![Clock::default(); if ground.is_timed { nodes.len() } else { 0 }],
            nodes,
            rooms: ground.vans.iter().map(room).collect(),
            absent: (0..stops).collect(),
            used: 0,
            cost: 0,
            empties: ground.classes.iter().map(|class| class.iter().rev().copied().collect()).collect(),
            is_noted: vec![true; ground.vans.len()],
            acts: Vec::new(),
            touched: Vec::new(),
            absent_before: Vec::new(),
            cost_before: 0,
        };
        (0..ground.vans.len() as u32).for_each(|van| tours.tell_time(ground, van));
        tours
    }

    /// What the search makes small: the cost, and a price for each stop that nobody serves.
    pub(super) fn value(&self, ground: &Ground) -> i64 {
        self.cost + self.absent.len() as i64 * ground.unserved
    }

    /// The stops of a vehicle in their order.
    pub(super) fn stops_of(&self, ground: &Ground, van: u32) -> Vec<u32> {
        let depot = ground.stops as u32 + van;
        let mut stops = Vec::with_capacity(self.rooms[van as usize].size as usize);
        let mut at = self.nodes[depot as usize].next;
        while at != depot {
            stops.push(at);
            at = self.nodes[at as usize].next;
        }
        stops
    }

    /// Whether the vehicle has room for the stop's load. One branch for all limits: the sign of any difference.
    #[inline]
    pub(super) fn fits(&self, demand: &[i64; 3], van: u32) -> bool {
        let room = &self.rooms[van as usize];
        let [g, ml, totes] = room.free;
        let short = g.wrapping_sub(demand[0]) | ml.wrapping_sub(demand[1]) | totes.wrapping_sub(demand[2]);
        (short | i64::from(room.left - 1)) >= 0
    }

    /// An empty vehicle of a class.
    pub(super) fn empty_of(&mut self, class: usize) -> Option<u32> {
        while let Some(&van) = self.empties[class].last() {
            if self.rooms[van as usize].size == 0 {
                return Some(van);
            }
            self.empties[class].pop();
            self.is_noted[van as usize] = false;
        }
        None
    }

    /// Puts an absent stop behind a node. It stays in `absent` until the caller takes it out.
    pub(super) fn link(&mut self, ground: &Ground, stop: u32, after: u32) {
        self.join(ground, stop, after);
        self.acts.push(Act::Linked(stop));
        self.tell_time(ground, self.nodes[stop as usize].route);
    }

    /// Takes a stop out. Times are told by [`Tours::settle`] once all of a ruin is out.
    pub(super) fn unlink(&mut self, ground: &Ground, stop: u32) {
        let after = self.part(ground, stop);
        self.acts.push(Act::Unlinked { stop, after });
        self.absent.push(stop);
    }

    pub(super) fn settle(&mut self, ground: &Ground) {
        for at in 0..self.touched.len() {
            self.tell_time(ground, self.touched[at]);
        }
    }

    /// From here on changes can be taken back.
    pub(super) fn begin(&mut self) {
        self.acts.clear();
        self.touched.clear();
        self.absent_before.clone_from(&self.absent);
        self.cost_before = self.cost;
    }

    pub(super) fn take_back(&mut self, ground: &Ground) {
        for at in (0..self.acts.len()).rev() {
            match self.acts[at] {
                Act::Linked(stop) => drop(self.part(ground, stop)),
                Act::Unlinked { stop, after } => self.join(ground, stop, after),
            }
        }
        std::mem::swap(&mut self.absent, &mut self.absent_before);
        self.settle(ground);
        self.cost = self.cost_before;
    }

    fn join(&mut self, ground: &Ground, stop: u32, after: u32) {
        let Node { next, route, place, out, .. } = self.nodes[after as usize];
        let into = ground.leg(place, stop);
        let onward = ground.leg(stop, self.nodes[next as usize].place);
        self.nodes[after as usize].next = stop;
        self.nodes[after as usize].out = into as i32;
        self.nodes[next as usize].prev = stop;
        self.nodes[stop as usize] = Node { prev: after, next, route, place: stop, out: onward as i32 };
        self.cost += into + onward - i64::from(out) + ground.driver_price(stop, route);
        let room = &mut self.rooms[route as usize];
        let demand = &ground.demand[stop as usize];
        (0..3).for_each(|part| room.free[part] -= demand[part]);
        room.left -= 1;
        room.size += 1;
        if room.size == 1 {
            self.used += 1;
            self.cost += ground.vans[route as usize].use_price;
        }
        self.touch(route);
    }

    /// Returns the node before.
    fn part(&mut self, ground: &Ground, stop: u32) -> u32 {
        let Node { prev, next, route, out, .. } = self.nodes[stop as usize];
        let before = self.nodes[prev as usize];
        let straight = ground.leg(before.place, self.nodes[next as usize].place);
        self.nodes[prev as usize].next = next;
        self.nodes[prev as usize].out = straight as i32;
        self.nodes[next as usize].prev = prev;
        self.nodes[stop as usize].route = NONE;
        self.cost += straight - i64::from(before.out) - i64::from(out) - ground.driver_price(stop, route);
        let room = &mut self.rooms[route as usize];
        let demand = &ground.demand[stop as usize];
        (0..3).for_each(|part| room.free[part] += demand[part]);
        room.left += 1;
        room.size -= 1;
        if room.size == 0 {
            self.used -= 1;
            self.cost -= ground.vans[route as usize].use_price;
            if !self.is_noted[route as usize] {
                self.is_noted[route as usize] = true;
                self.empties[ground.class_of[route as usize] as usize].push(route);
            }
        }
        self.touch(route);
        prev
    }

    fn touch(&mut self, route: u32) {
        if !self.touched.contains(&route) {
            self.touched.push(route);
        }
    }
}
