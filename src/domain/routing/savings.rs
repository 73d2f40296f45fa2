//! The first plan (Clarke & Wright 1964): every stop on a tour of its own, then tours joined end to beginning where that
//! saves most, as long as one vehicle can drive them.

use super::ground::{Ground, NONE, Van};
use super::tours::Tours;

/// Neighbours whose tours may be joined.
const NEAR_JOINED: usize = 40;

/// Fills empty vehicles. Stops whose tour finds no vehicle stay absent: the recreation looks after them.
pub(super) fn start_with_savings(ground: &Ground, tours: &mut Tours) {
    let free: Vec<u32> = (0..ground.vans.len() as u32)
        .filter(|&van| tours.rooms[van as usize].size == 0 && !ground.vans[van as usize].is_locked)
        .collect();
    let Some(largest) = free.iter().map(|&van| &ground.vans[van as usize]).max_by_key(|van| van.capacity) else {
        return;
    };
    let stops = tours.absent.iter().copied().filter(|&stop| ground.pinned[stop as usize] == NONE);
    let mut joined = Joined::new(ground, largest, stops);
    for (_, from, to) in joined.savings() {
        joined.join(from, to);
    }
    let mut chains: Vec<Vec<u32>> = joined.chains.into_iter().filter(|chain| !chain.is_empty()).collect();
    let weight = |chain: &[u32]| chain.iter().map(|&stop| ground.demand[stop as usize][0]).sum::<i64>();
    chains.sort_by_key(|chain| (-weight(chain), chain[0]));
    let mut vans: Vec<u32> = free;
    vans.sort_by_key(|&van| (std::cmp::Reverse(ground.vans[van as usize].capacity), van));
    for chain in chains {
        let drives = |&van: &u32| can_drive(ground, &ground.vans[van as usize], &chain);
        let Some(at) = vans.iter().position(drives) else { continue };
        let van = vans.remove(at);
        tours.absent.retain(|stop| !chain.contains(stop));
        lay(ground, tours, van, &chain);
    }
}

/// Puts stops into a vehicle one behind the other.
pub(super) fn lay(ground: &Ground, tours: &mut Tours, van: u32, stops: &[u32]) {
    let mut after = ground.stops as u32 + van;
    for &stop in stops {
        tours.link(ground, stop, after);
        after = stop;
    }
}

struct Joined<'a> {
    ground: &'a Ground,
    van: &'a Van,
    chains: Vec<Vec<u32>>,
    chain_of: Vec<u32>,
}

impl<'a> Joined<'a> {
    fn new(ground: &'a Ground, van: &'a Van, stops: impl Iterator<Item = u32>) -> Joined<'a> {
        let mut joined = Joined { ground, van, chains: Vec::new(), chain_of: vec![NONE; ground.stops] };
        for stop in stops {
            joined.chain_of[stop as usize] = joined.chains.len() as u32;
            joined.chains.push(vec![stop]);
        }
        joined
    }

    /// (less what is saved, from, to), the largest saving first.
    fn savings(&self) -> Vec<(i64, u32, u32)> {
        let mut savings = Vec::new();
        for from in (0..self.ground.stops as u32).filter(|&stop| self.chain_of[stop as usize] != NONE) {
            let home = self.ground.leg(from, self.van.place);
            for near in self.ground.near(from).iter().take(NEAR_JOINED) {
                let saved = home + self.ground.leg(self.van.place, near.stop) - i64::from(near.to_it);
                if saved > 0 && self.chain_of[near.stop as usize] != NONE {
                    savings.push((-saved, from, near.stop));
                }
            }
        }
        savings.sort_unstable();
        savings
    }

    fn join(&mut self, from: u32, to: u32) {
        let (first, second) = (self.chain_of[from as usize] as usize, self.chain_of[to as usize] as usize);
        if first == second || self.chains[first].last() != Some(&from) || self.chains[second].first() != Some(&to) {
            return;
        }
        let mut whole = self.chains[first].clone();
        whole.extend(&self.chains[second]);
        if can_drive(self.ground, self.van, &whole) {
            self.chains[second].iter().for_each(|&stop| self.chain_of[stop as usize] = first as u32);
            self.chains[second].clear();
            self.chains[first] = whole;
        }
    }
}

/// Whether the vehicle can serve the stops in this order, by walking it.
pub(super) fn can_drive(ground: &Ground, van: &Van, stops: &[u32]) -> bool {
    let mut free = van.capacity;
    for &stop in stops {
        (0..3).for_each(|part| free[part] -= ground.demand[stop as usize][part]);
    }
    free.iter().all(|&part| part >= 0)
        && stops.len() <= van.stops_max.max(0) as usize
        && (!ground.is_timed || is_in_time(ground, van, stops))
}

fn is_in_time(ground: &Ground, van: &Van, stops: &[u32]) -> bool {
    let (mut leave, mut work, mut depart_by, mut place) = (van.from_s, 0, i32::MAX / 2, van.place);
    for &stop in stops {
        let at = stop as usize;
        let drive = ground.time(place, stop);
        let begin = (leave + drive).max(ground.ready[at]);
        if begin > ground.due[at] {
            return false;
        }
        depart_by = depart_by.min(ground.due[at] - work - drive);
        work += drive + ground.service[at];
        leave = begin + ground.service[at];
        place = stop;
    }
    let home = ground.time(place, van.place);
    let back = leave + home;
    let depart_by = depart_by.min(van.back_by_s - work - home).clamp(van.from_s, back.max(van.from_s));
    back <= van.back_by_s && (back - depart_by).max(work + home) <= van.duration_max_s
}
