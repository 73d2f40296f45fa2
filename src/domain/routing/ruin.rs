//! Ruin: takes strings of neighbouring stops out of neighbouring routes (adjacent string removal of Christiaens & Vanden
//! Berghe, "Slack Induction by String Removals for Vehicle Routing Problems", Transportation Science 54(2), 2020).
//! Holes that lie side by side give each other room, which single stops taken out here and there do not.

use super::chance::Chance;
use super::ground::{Ground, NONE};
use super::tours::Tours;

/// How many stops a ruin takes out on average, and how long a string may be (the paper's c̄ and L max).
#[derive(Clone, Copy, Debug)]
pub(super) struct RuinSize {
    pub average: f64,
    pub string_max: f64,
}

/// One string in two keeps some stops in its middle (α), most often one (β).
const KEEP_ONE_IN: u32 = 2;
const KEEP_MORE_ONE_IN: u32 = 100;

/// What a ruin remembers while it works, kept to spare allocations.
pub(super) struct Ruin {
    size: RuinSize,
    ruined: Vec<u32>,
    string: Vec<u32>,
}

impl Ruin {
    pub(super) fn new(size: RuinSize) -> Ruin {
        Ruin { size, ruined: Vec::new(), string: Vec::new() }
    }

    pub(super) fn ruin(&mut self, ground: &Ground, tours: &mut Tours, chance: &mut Chance) {
        let served = ground.stops - tours.absent.len();
        let string_max = self.size.string_max.min((served as f64 / f64::from(tours.used.max(1))).max(1.0));
        let strings_max = (4.0 * self.size.average / (1.0 + string_max) - 1.0).max(1.0);
        let strings = (chance.share() * strings_max + 1.0) as usize;
        let seed = chance.below(ground.stops) as u32;
        self.ruined.clear();
        self.take_string(ground, tours, chance, (seed, string_max));
        for near in ground.near(seed) {
            if self.ruined.len() >= strings {
                break;
            }
            self.take_string(ground, tours, chance, (near.stop, string_max));
        }
        tours.settle(ground);
    }

    /// Takes a string with this stop in it, unless its route has lost one.
    fn take_string(&mut self, ground: &Ground, tours: &mut Tours, chance: &mut Chance, at: (u32, f64)) {
        let (stop, string_max) = at;
        let route = tours.nodes[stop as usize].route;
        if route == NONE || self.ruined.contains(&route) || ground.vans[route as usize].is_locked {
            return;
        }
        self.ruined.push(route);
        let size = tours.rooms[route as usize].size as usize;
        let longest = string_max.min(size as f64);
        let length = ((chance.share() * longest + 1.0) as usize).min(size);
        let mut kept = 0;
        if length > 1 && length < size && chance.once_in(KEEP_ONE_IN) {
            kept = 1;
            while length + kept < size && chance.once_in(KEEP_MORE_ONE_IN) {
                kept += 1;
            }
        }
        self.choose(ground, tours, chance, (stop, length + kept));
        let keep_from = if kept > 0 { 1 + chance.below(length - 1) } else { length };
        for (index, &stop) in self.string.iter().enumerate() {
            if !(keep_from..keep_from + kept).contains(&index) {
                tours.unlink(ground, stop);
            }
        }
    }

    /// A string of that length with the stop in it, at a place of chance.
    fn choose(&mut self, ground: &Ground, tours: &Tours, chance: &mut Chance, want: (u32, usize)) {
        let (stop, length) = want;
        let is_stop = |at: u32| (at as usize) < ground.stops;
        let walk = |step: fn(&super::tours::Node) -> u32| {
            let (mut at, mut count) = (step(&tours.nodes[stop as usize]), 0);
            while count < length - 1 && is_stop(at) {
                at = step(&tours.nodes[at as usize]);
                count += 1;
            }
            count
        };
        let (ahead, behind) = (walk(|node| node.prev), walk(|node| node.next));
        let least = (length - 1).saturating_sub(behind);
        let mut at = stop;
        for _ in 0..least + chance.below(ahead - least + 1) {
            at = tours.nodes[at as usize].prev;
        }
        self.string.clear();
        for _ in 0..length {
            self.string.push(at);
            at = tours.nodes[at as usize].next;
        }
    }
}
