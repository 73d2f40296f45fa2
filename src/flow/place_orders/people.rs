//! Who ordered: the people of a batch, matched with those already known.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::flow::FlowError;
use crate::flow::place_orders::Person;
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::orders::NewResident;
use crate::store::residents::{self, ResidentRow};

/// The person and the details row of an order.
#[derive(Clone, Copy, Debug)]
pub struct Matched {
    pub resident_id: i64,
    pub details_id: i64,
}

/// The six fields in which people give themselves.
type Fields = [Option<String>; 6];

#[derive(Default)]
struct Known {
    /// (id, what was said), edition by edition.
    editions: Vec<(i64, Fields)>,
    next_edition: i32,
}

/// The people of a batch.
#[derive(Default)]
pub struct People {
    known: FxHashMap<(i64, String), Known>,
    new: Vec<NewResident>,
}

impl People {
    /// Looks up everybody that a batch names by (leader, identity).
    pub fn load(db: &mut Db, wanted: &[(i64, &str)]) -> Result<People, FlowError> {
        let distinct: FxHashSet<(i64, &str)> = wanted.iter().copied().collect();
        let mut distinct: Vec<(i64, &str)> = distinct.into_iter().collect();
        distinct.sort_unstable();
        let mut people = People::default();
        for row in residents::editions(db, &distinct)? {
            let ResidentRow { id, leader_id, identity, edition, name, nickname, phone, building, unit_no, room } = row;
            let known = people.known.entry((leader_id, identity)).or_default();
            known.editions.push((id, [name, nickname, phone, building, unit_no, room]));
            known.next_edition = edition + 1;
        }
        Ok(people)
    }

    /// The rows of one order's resident; those that do not exist yet are made.
    pub fn matched(&mut self, leader_id: i64, identity: &str, person: &Person, ids: &mut IdMaker) -> Matched {
        let Person { name, nickname, phone, building, unit_no, room } = person.clone();
        let fields = [name, nickname, phone, building, unit_no, room];
        let known = self.known.entry((leader_id, identity.to_owned())).or_default();
        let details_id = match known.editions.iter().find(|(_, said)| *said == fields) {
            Some((id, _)) => *id,
            None => {
                let id = ids.next_id();
                let [name, nickname, phone, building, unit_no, room] = fields.clone();
                let (identity, edition, leader_note) = (identity.to_owned(), known.next_edition, None);
                self.new.push(NewResident {
                    id,
                    leader_id,
                    identity,
                    edition,
                    name,
                    nickname,
                    phone,
                    building,
                    unit_no,
                    room,
                    leader_note,
                });
                known.editions.push((id, fields));
                known.next_edition += 1;
                id
            }
        };
        Matched { resident_id: known.editions[0].0, details_id }
    }

    /// The new rows that orders which came in refer to, in the order that all servers write them in.
    pub fn new_rows(self, used: &[Matched]) -> Vec<NewResident> {
        if self.new.is_empty() {
            return self.new;
        }
        let used: FxHashSet<i64> = used.iter().flat_map(|row| [row.resident_id, row.details_id]).collect();
        let mut new: Vec<NewResident> = self.new.into_iter().filter(|row| used.contains(&row.id)).collect();
        new.sort_unstable_by(|a, b| (a.leader_id, &a.identity, a.edition).cmp(&(b.leader_id, &b.identity, b.edition)));
        new
    }
}
