//! How many connections are open, of everybody and of each address: beyond the bounds the next one is turned away.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts open connections.
pub struct Doors {
    all_max: usize,
    each_max: usize,
    /// Addresses whose number is not bounded: proxies that speak for others.
    is_trusted: Box<dyn Fn(IpAddr) -> bool + Send + Sync>,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    open: usize,
    refused: u64,
    of_address: HashMap<IpAddr, usize>,
}

/// A place of one connection, given back when it is dropped.
pub struct Entry {
    doors: Arc<Doors>,
    address: Option<IpAddr>,
}

impl Doors {
    /// `all_max` and `each_max` are the most connections of everybody and of one address.
    pub fn new(
        all_max: usize,
        each_max: usize,
        is_trusted: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    ) -> Arc<Doors> {
        Arc::new(Doors { all_max, each_max, is_trusted: Box::new(is_trusted), counts: Mutex::default() })
    }

    /// A place for a connection from this address; None: there is none left.
    pub fn enter(self: &Arc<Doors>, address: IpAddr) -> Option<Entry> {
        let counted = (!(self.is_trusted)(address)).then(|| network(address));
        let mut counts = self.counts();
        let is_full = counts.open >= self.all_max
            || counted.is_some_and(|address| counts.of_address.get(&address).is_some_and(|n| *n >= self.each_max));
        if is_full {
            counts.refused += 1;
            return None;
        }
        counts.open += 1;
        if let Some(address) = counted {
            *counts.of_address.entry(address).or_default() += 1;
        }
        Some(Entry { doors: self.clone(), address: counted })
    }

    /// Connections that are open now.
    pub fn open(&self) -> usize {
        self.counts().open
    }

    /// Connections that were turned away since the start.
    pub fn refused(&self) -> u64 {
        self.counts().refused
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut counts = self.doors.counts();
        counts.open -= 1;
        if let Some(address) = self.address
            && let Some(count) = counts.of_address.get_mut(&address)
        {
            *count -= 1;
            if *count == 0 {
                counts.of_address.remove(&address);
            }
        }
    }
}

/// What counts as one address: in IPv6 a whole /64 belongs to one line.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_cannot_take_the_places_of_all() {
        let doors = Doors::new(5, 2, |address| address == ip("10.0.0.1"));
        let mut inside = vec![doors.enter(ip("2001:db8::1")), doors.enter(ip("2001:db8::2:3:4:5"))];
        assert!(inside.iter().all(Option::is_some));
        assert!(doors.enter(ip("2001:db8::7")).is_none(), "the same /64");
        inside.extend((0..3).map(|_| doors.enter(ip("10.0.0.1"))));
        assert!(inside.iter().all(Option::is_some), "a trusted proxy speaks for many");
        assert!(doors.enter(ip("192.0.2.1")).is_none(), "the house is full");
        assert_eq!((doors.open(), doors.refused()), (5, 2));
        drop(inside);
        assert_eq!(doors.open(), 0);
        assert!(doors.enter(ip("::ffff:192.0.2.1")).is_some() && doors.counts().of_address.is_empty());
    }
}
