//! Lists of indexes by group in two allocations: lines of an offer, orders of a point.

/// `of(group)` gives the members of a group, in the order they were given.
#[derive(Clone, Debug)]
pub struct Grouped {
    first: Vec<u32>,
    members: Vec<u32>,
}

impl Grouped {
    /// Groups members by number. `pairs` yields (group, member) and is walked twice.
    pub fn new(groups: usize, pairs: impl Iterator<Item = (usize, u32)> + Clone) -> Grouped {
        let mut first = vec![0u32; groups + 1];
        for (group, _) in pairs.clone() {
            first[group + 1] += 1;
        }
        for group in 0..groups {
            first[group + 1] += first[group];
        }
        let mut next = first.clone();
        let mut members = vec![0u32; first[groups] as usize];
        for (group, member) in pairs {
            members[next[group] as usize] = member;
            next[group] += 1;
        }
        Grouped { first, members }
    }

    /// The members of a group.
    pub fn of(&self, group: usize) -> &[u32] {
        &self.members[self.first[group] as usize..self.first[group + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_within_a_group() {
        let groups = Grouped::new(3, [(2, 10), (0, 11), (2, 12)].into_iter());
        assert_eq!((groups.of(0), groups.of(1), groups.of(2)), (&[11][..], &[][..], &[10, 12][..]));
    }
}
