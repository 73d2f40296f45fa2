//! Who belongs together at a point, and in which order they stand on every sheet.

use std::cmp::Ordering;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::domain::natural_order::natural_cmp;
use crate::domain::people::Person;
use crate::sheets::press::Press;

/// The orders of a point by household.
///
/// A household is who gave the same phone; without a phone, the same building, unit and room; without a room, the
/// resident. Households stand by building, unit and room in natural order, then chain number, then order number, of
/// their first order; their orders likewise, but those that name no room come behind those that do.
pub struct Households {
    orders: Vec<u32>,
    ends: Vec<u32>,
}

impl Households {
    /// The households of a point.
    pub fn of_point(press: &Press<'_>, point_ix: u32) -> Households {
        let mut members: Vec<Member<'_>> =
            press.orders_of_point(point_ix).iter().map(|&order| Member::new(press, order)).collect();
        members.sort_unstable_by(|a, b| match (a.plain_room, b.plain_room) {
            (Some(room_a), Some(room_b)) => room_a.cmp(&room_b).then_with(|| by_room(press, a, b)),
            _ => by_room(press, a, b),
        });
        let sorted = behind_their_room(members);
        let mut number_of: FxHashMap<Key<'_>, u32> = FxHashMap::with_capacity_and_hasher(sorted.len(), FxBuildHasher);
        let mut numbered: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
        for member in &sorted {
            let next = number_of.len() as u32;
            numbered.push((*number_of.entry(member.key()).or_insert(next), member.order));
        }
        // Stable, so that the orders of a household keep their order.
        numbered.sort_by_key(|&(household, _)| household);
        let mut households = Households { orders: Vec::with_capacity(numbered.len()), ends: Vec::new() };
        for (place, &(household, order)) in numbered.iter().enumerate() {
            households.orders.push(order);
            if numbered.get(place + 1).is_none_or(|&(next, _)| next != household) {
                households.ends.push(place as u32 + 1);
            }
        }
        households
    }

    /// The orders of each household.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.orders[start as usize..end as usize])
    }

    /// All orders, household after household.
    pub fn orders(&self) -> &[u32] {
        &self.orders
    }
}

/// An order with who it is for, read once: where a person's texts lie is far from those of the next order.
struct Member<'a> {
    order: u32,
    resident: u32,
    person: Person<'a>,
    plain_room: Option<u64>,
}

impl<'a> Member<'a> {
    fn new(press: &Press<'a>, order: u32) -> Member<'a> {
        let person = press.person(order);
        let resident = press.book.orders.resident[order as usize];
        Member { order, resident, person, plain_room: plain_room(&person) }
    }

    fn is_housed(&self) -> bool {
        let Person { building, unit_no, room, .. } = self.person;
        !(building.is_empty() && unit_no.is_empty() && room.is_empty())
    }

    fn key(&self) -> Key<'a> {
        match (self.person.phone, self.person.room) {
            ("", "") => Key::Resident(self.resident),
            ("", room) => Key::Room(self.person.building, self.person.unit_no, room),
            (phone, _) => Key::Phone(phone),
        }
    }
}

/// What tells that orders of different cycles are one household's: the phone, else the room. None where only the
/// resident would, whose number holds within a cycle alone.
pub fn lasting_key<'a>(person: &Person<'a>) -> Option<(&'a str, &'a str, &'a str)> {
    match (person.phone, person.room) {
        ("", "") => None,
        ("", room) => Some((person.building, person.unit_no, room)),
        (phone, _) => Some((phone, "", "")),
    }
}

/// Moves orders without a room behind the others where an order of the same household names one, so that the household
/// stands where it lives.
fn behind_their_room(sorted: Vec<Member<'_>>) -> Vec<Member<'_>> {
    if sorted.iter().all(Member::is_housed) {
        return sorted;
    }
    let (housed, roomless): (Vec<Member<'_>>, Vec<Member<'_>>) = sorted.into_iter().partition(Member::is_housed);
    let known: FxHashSet<Key<'_>> = housed.iter().map(Member::key).collect();
    let (behind, mut ordered): (Vec<Member<'_>>, Vec<Member<'_>>) =
        roomless.into_iter().partition(|member| known.contains(&member.key()));
    ordered.extend(housed);
    ordered.extend(behind);
    ordered
}

/// What makes orders one household.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Phone(&'a str),
    Room(&'a str, &'a str, &'a str),
    Resident(u32),
}

/// Building, unit and room in one number that sorts as they do; none unless all three are small plain numbers or empty.
///
/// The room alone may have leading zeros, because nothing is compared after it but what a tie compares anyway.
fn plain_room(person: &Person<'_>) -> Option<u64> {
    let Person { building, unit_no, room, .. } = *person;
    if building.starts_with('0') || unit_no.starts_with('0') {
        return None;
    }
    Some(plain_number(building, 20)? << 44 | plain_number(unit_no, 12)? << 32 | plain_number(room, 32)?)
}

/// A number from 1 for digits, 0 for nothing; none for other texts and past `bits`.
fn plain_number(text: &str, bits: u32) -> Option<u64> {
    if text.is_empty() {
        return Some(0);
    }
    let is_plain = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u64>().ok().filter(|_| is_plain)? + 1;
    (number < 1 << bits).then_some(number)
}

fn by_room(press: &Press<'_>, a: &Member<'_>, b: &Member<'_>) -> Ordering {
    let orders = &press.book.orders;
    let (at_a, at_b) = (a.order as usize, b.order as usize);
    natural_cmp(a.person.building, b.person.building)
        .then_with(|| natural_cmp(a.person.unit_no, b.person.unit_no))
        .then_with(|| natural_cmp(a.person.room, b.person.room))
        .then_with(|| orders.chain_no[at_a].cmp(&orders.chain_no[at_b]))
        .then_with(|| orders.order_no.get(at_a).cmp(orders.order_no.get(at_b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::People;
    use crate::sheets::sample;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_short_form_of_a_room_sorts_as_the_room_does(rooms in prop::array::uniform2(("[0-9a]{0,3}", "[0-9]{0,2}", "[0-9]{0,4}"))) {
            let mut book = sample::book();
            let mut people = People::default();
            for (building, unit_no, room) in &rooms {
                people.push(&Person { building, unit_no, room, ..Person::default() });
            }
            book.orders.people = people;
            book.orders.chain_no[0] = book.orders.chain_no[1];
            let press = Press::new(&book);
            let (one, other) = (Member::new(&press, 0), Member::new(&press, 1));
            if let (Some(a), Some(b)) = (one.plain_room, other.plain_room) {
                prop_assert!(a == b || a.cmp(&b) == by_room(&press, &one, &other));
            }
        }
    }
}
