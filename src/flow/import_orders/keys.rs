//! A million hashed keys in little memory: each gets a number, in the order in which they come.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// A slot that holds no number yet.
const FREE: u32 = u32::MAX;

/// 128 bits that stand for a value in a table of a million.
pub fn key128(value: &impl Hash) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(salt);
        value.hash(&mut hasher);
        hasher.finish()
    };
    u128::from(half(1)) << 64 | u128::from(half(2))
}

/// Numbers keys from 0. A map from keys to numbers would hold each key in a slot of 32 bytes, half of them free; here a
/// slot is the number alone.
#[derive(Default)]
pub struct Keys {
    keys: Vec<u128>,
    /// Numbers of the keys, each at or behind the place that its key's bits name; a power of two of them.
    slots: Vec<u32>,
}

impl Keys {
    /// The number of a key that was entered.
    pub fn find(&self, key: u128) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let number = self.slots[self.slot_of(key)];
        (number != FREE).then_some(number as usize)
    }

    /// Enters a key that [`Keys::find`] does not know; returns its number.
    pub fn enter(&mut self, key: u128) -> usize {
        if self.keys.len() * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let slot = self.slot_of(key);
        debug_assert_eq!(self.slots[slot], FREE, "a key is entered once");
        let number = self.keys.len();
        self.slots[slot] = u32::try_from(number).expect("a file has fewer keys than 32 bits count");
        self.keys.push(key);
        number
    }

    /// The slot that holds the key's number, or the free one where it would be.
    fn slot_of(&self, key: u128) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = key as usize & mask;
        while self.slots[slot] != FREE && self.keys[self.slots[slot] as usize] != key {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let length = (self.slots.len() * 2).max(64);
        self.slots = Vec::new();
        self.slots = vec![FREE; length];
        for number in 0..self.keys.len() {
            let slot = self.slot_of(self.keys[number]);
            self.slots[slot] = number as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_numbered_as_they_come_and_found_again() {
        let mut keys = Keys::default();
        assert_eq!(keys.find(7), None);
        // Keys of the same low bits crowd into neighbouring slots.
        let all: Vec<u128> = (0..1_000u128).map(|key| (key << 20) | (key % 3)).collect();
        for (number, &key) in all.iter().enumerate() {
            assert_eq!(keys.find(key), None);
            assert_eq!(keys.enter(key), number);
        }
        assert!(all.iter().enumerate().all(|(number, &key)| keys.find(key) == Some(number)));
        assert_eq!(keys.find(1_000 << 20), None);
    }
}
