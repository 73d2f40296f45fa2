//! Which grid warehouse each point should hang on: the shortest ways in all that the warehouses' capacities allow.

/// The points cannot all be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapacityShort {
    pub points: u64,
    pub capacity: u64,
}

/// Assigns every point to a warehouse so that none takes more points than it can and the sum of all ways is least.
///
/// `metres[point][warehouse]` is the way; `capacity[warehouse]` counts points. Answers the warehouse of each point.
/// Points are added one by one along the cheapest chain of moves, which keeps the assignment the best one at every step
/// (successive shortest paths); of equal chains the first warehouse wins, so the answer is the same on every run.
///
/// # Errors
/// [`CapacityShort`] where all capacities together are less than the points.
pub fn assign(metres: &[Vec<u64>], capacity: &[u32]) -> Result<Vec<usize>, CapacityShort> {
    let room: u64 = capacity.iter().map(|&room| u64::from(room)).sum();
    let points = metres.len() as u64;
    if room < points {
        return Err(CapacityShort { points, capacity: room });
    }
    let mut held = Held { metres, of: vec![0; metres.len()], by: vec![Vec::new(); capacity.len()] };
    for point in 0..metres.len() {
        let chain = held.cheapest_chain(point, capacity);
        held.follow(point, &chain);
    }
    Ok(held.of)
}

/// Who is where so far.
struct Held<'a> {
    metres: &'a [Vec<u64>],
    of: Vec<usize>,
    by: Vec<Vec<usize>>,
}

impl Held<'_> {
    /// The warehouses of the cheapest chain: the new point goes to the first, which passes a point on to the second, and
    /// so on to one with room.
    fn cheapest_chain(&self, point: usize, capacity: &[u32]) -> Vec<usize> {
        let count = capacity.len();
        let way = |point: usize, warehouse: usize| i128::from(self.metres[point][warehouse]);
        let moves: Vec<Vec<Option<i128>>> = (0..count)
            .map(|from| {
                let dearer = |to: usize| self.by[from].iter().map(|p| way(*p, to) - way(*p, from)).min();
                (0..count).map(|to| if to == from { None } else { dearer(to) }).collect()
            })
            .collect();
        let mut cost: Vec<i128> = (0..count).map(|warehouse| way(point, warehouse)).collect();
        let mut before: Vec<Option<usize>> = vec![None; count];
        // There is no chain that gains by going round in a ring, so as many rounds as there are warehouses settle it.
        for _ in 0..count {
            for from in (0..count).filter(|from| self.by[*from].len() == capacity[*from] as usize) {
                for to in 0..count {
                    let passed = moves[from][to].map(|dearer| cost[from] + dearer).filter(|passed| *passed < cost[to]);
                    if let Some(passed) = passed {
                        (cost[to], before[to]) = (passed, Some(from));
                    }
                }
            }
        }
        let free = (0..count).filter(|warehouse| self.by[*warehouse].len() < capacity[*warehouse] as usize);
        let last = free.min_by_key(|warehouse| cost[*warehouse]).expect("there is room for every point");
        let mut chain: Vec<usize> = std::iter::successors(Some(last), |warehouse| before[*warehouse]).collect();
        chain.reverse();
        chain
    }

    /// Puts the point into the first warehouse of the chain and passes one on from each to the next.
    fn follow(&mut self, point: usize, chain: &[usize]) {
        let mut coming = point;
        for (at, &warehouse) in chain.iter().enumerate() {
            let going = chain.get(at + 1).map(|&next| {
                let dearer = |p: usize| i128::from(self.metres[p][next]) - i128::from(self.metres[p][warehouse]);
                let held = &self.by[warehouse];
                let place = (0..held.len()).min_by_key(|&place| (dearer(held[place]), held[place]));
                self.by[warehouse].swap_remove(place.expect("a full warehouse holds points"))
            });
            self.by[warehouse].push(coming);
            self.of[coming] = warehouse;
            match going {
                Some(point) => coming = point,
                None => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total(metres: &[Vec<u64>], of: &[usize]) -> u64 {
        of.iter().enumerate().map(|(point, warehouse)| metres[point][*warehouse]).sum()
    }

    /// The least total over every assignment there is.
    fn least(metres: &[Vec<u64>], room: &mut [u32]) -> Option<u64> {
        let Some((first, rest)) = metres.split_first() else { return Some(0) };
        let mut best = None;
        for warehouse in 0..room.len() {
            if room[warehouse] > 0 {
                room[warehouse] -= 1;
                let sum = least(rest, room).map(|sum| sum + first[warehouse]);
                room[warehouse] += 1;
                best = [best, sum].into_iter().flatten().min();
            }
        }
        best
    }

    #[test]
    fn with_room_for_all_each_point_goes_to_the_nearest() {
        let metres = vec![vec![10, 20], vec![30, 5], vec![7, 7]];
        assert_eq!(assign(&metres, &[3, 3]), Ok(vec![0, 1, 0]));
    }

    #[test]
    fn whoever_gives_way_is_who_loses_least() {
        let metres = vec![vec![10, 100], vec![10, 12], vec![10, 50]];
        assert_eq!(assign(&metres, &[2, 2]), Ok(vec![0, 1, 0]));
    }

    #[test]
    fn too_little_room_is_said_with_both_figures() {
        assert_eq!(assign(&[vec![1], vec![2]], &[1]), Err(CapacityShort { points: 2, capacity: 1 }));
        assert_eq!(assign(&[vec![]], &[]), Err(CapacityShort { points: 1, capacity: 0 }));
        assert_eq!(assign(&[], &[]), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn no_other_assignment_is_shorter(
            metres in prop::collection::vec(prop::collection::vec(0..50_u64, 3), 1..7),
            mut room in prop::collection::vec(0..4_u32, 3),
        ) {
            match assign(&metres, &room) {
                Err(short) => prop_assert!(short.capacity < metres.len() as u64),
                Ok(of) => {
                    for (warehouse, room) in room.iter().enumerate() {
                        prop_assert!(of.iter().filter(|at| **at == warehouse).count() <= *room as usize);
                    }
                    prop_assert_eq!(Some(total(&metres, &of)), least(&metres, &mut room));
                }
            }
        }
    }
}
