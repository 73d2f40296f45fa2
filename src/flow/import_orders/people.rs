//! Who ordered: matching the people of a file with those already known.

use rustc_hash::FxHashMap;

use crate::domain::resident_identity::Given;
use crate::flow::FlowError;
use crate::flow::import_orders::inspect::hash64;
use crate::flow::import_orders::keys::{Keys, key128};
use crate::imports::orders::OrderLineDraft;
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::orders::{self, NewResident};

/// The residents known so far. A person is found by leader and identity, and has an edition for each way in which they
/// gave name, phone and room.
#[derive(Default)]
pub struct People {
    keys: Keys,
    /// By the numbers of their keys.
    persons: Vec<Person>,
    /// Further editions: (person, details) → row id.
    editions: FxHashMap<u128, i64>,
}

struct Person {
    id: i64,
    /// Hash of the details of edition 0.
    details: u64,
    editions: i32,
}

/// What a line says of its resident.
fn given<'a>(line: &'a OrderLineDraft<'_>) -> Given<'a> {
    Given {
        name: line.resident.as_deref(),
        nickname: line.nickname.as_deref(),
        phone: line.phone.as_deref(),
        building: line.building.as_deref(),
        unit_no: line.unit_no.as_deref(),
        room: line.room.as_deref(),
    }
}

impl People {
    pub fn load(db: &mut Db) -> Result<People, FlowError> {
        let mut people = People::default();
        orders::each_resident(db, &mut |row| {
            let key = key128(&(row.leader_id, row.identity.as_str()));
            let fields = [0, 1, 2, 3, 4, 5].map(|at| row.fields[at].as_deref());
            if row.edition == 0 {
                people.enter(key, Person { id: row.id, details: hash64(&fields), editions: 1 });
            } else if let Some(person) = people.keys.find(key) {
                let person = &mut people.persons[person];
                person.editions = person.editions.max(row.edition + 1);
                people.editions.insert(key128(&(key, hash64(&fields))), row.id);
            }
        })?;
        Ok(people)
    }

    fn enter(&mut self, key: u128, person: Person) {
        self.keys.enter(key);
        self.persons.push(person);
    }

    /// The person and the details row of an order; rows that do not exist yet go to `new`.
    pub fn of(
        &mut self,
        leader_id: i64,
        line: &OrderLineDraft<'_>,
        compound: &str,
        ids: &mut IdMaker,
        new: &mut Vec<NewResident>,
    ) -> (i64, i64) {
        let identity = given(line).identity(compound, &line.order_no);
        let key = key128(&(leader_id, identity.as_str()));
        let fields = [&line.resident, &line.nickname, &line.phone, &line.building, &line.unit_no, &line.room]
            .map(|field| field.as_deref());
        let details = hash64(&fields);
        let mut row = |id: i64, edition: i32| {
            let [name, nickname, phone, building, unit_no, room] = fields.map(|field| field.map(str::to_owned));
            let leader_note = line.leader_note.as_deref().map(str::to_owned);
            let identity = identity.clone();
            new.push(NewResident {
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
        };
        let Some(person) = self.keys.find(key) else {
            let id = ids.next_id();
            row(id, 0);
            self.enter(key, Person { id, details, editions: 1 });
            return (id, id);
        };
        let person = &mut self.persons[person];
        if person.details == details {
            return (person.id, person.id);
        }
        let details_id = *self.editions.entry(key128(&(key, details))).or_insert_with(|| {
            let id = ids.next_id();
            row(id, person.editions);
            person.editions += 1;
            id
        });
        (person.id, details_id)
    }
}
