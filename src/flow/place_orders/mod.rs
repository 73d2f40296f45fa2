//! Orders that come in one by one, from pages, leaders and machines: as many as wait, in one transaction.
//!
//! Each order gets its own verdict. The cycle is held, so none slips in after the freeze; bounded offers are counted
//! under lock; a key that was used before gets its first answer, also after the cutoff.

mod bounds;
mod codes;
mod keys;
mod people;
mod resolve;
mod save;
mod series;
mod shelf;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::domain::absence::nobody_there;
use crate::domain::errors::RuleError;
use crate::domain::facts::Cycle;
use crate::domain::money::Fen;
use crate::domain::pickup_code::PickupCode;
use crate::domain::resident_identity::Given;
use crate::domain::window::{Intake, check_intake};
use crate::flow::FlowError;
use crate::flow::intake::{Clerk, Turn, Within};
use crate::store::absences;
use crate::store::backend::AsStoreError;

pub use bounds::{Bounds, Taken};
pub use keys::key_reused;
use people::{Matched, People};
use resolve::{Draft, resolve};
pub use series::Series;
pub use shelf::{Catalogue, OnSale, Shelf};

/// What a resident said of themselves. Texts are sound already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub name: Option<String>,
    pub nickname: Option<String>,
    /// Eleven digits.
    pub phone: Option<String>,
    pub building: Option<String>,
    pub unit_no: Option<String>,
    pub room: Option<String>,
}

impl Person {
    pub fn given(&self) -> Given<'_> {
        Given {
            name: self.name.as_deref(),
            nickname: self.nickname.as_deref(),
            phone: self.phone.as_deref(),
            building: self.building.as_deref(),
            unit_no: self.unit_no.as_deref(),
            room: self.room.as_deref(),
        }
    }
}

/// Pieces of one SKU, within the bounds of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub sku_code: String,
    pub qty: u32,
    pub tolerance: u32,
}

/// The caller's own name for an act, and what they said then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActKey {
    pub key: String,
    /// SHA-256 of the body as it came, in base64.
    pub body_sha256: String,
}

/// An order as it is asked for.
#[derive(Clone, Debug)]
pub struct PlaceOrder {
    /// Who asks, as in `Caller::key`.
    pub by: String,
    pub key: ActKey,
    pub within: Within,
    pub cycle_code: String,
    pub leader_code: String,
    pub point_code: Option<String>,
    pub chain_no: Option<u32>,
    pub person: Person,
    pub lines: Vec<Wanted>,
    /// Whether the money is in the leader's or the machine's hands already.
    pub is_paid: bool,
    pub remark: Option<String>,
}

/// An order that is in.
#[derive(Clone, Debug)]
pub struct Placed {
    pub cycle_id: i64,
    pub order_id: i64,
    pub order_no: String,
    pub total: Fen,
    /// For the resident alone. None where the server's key has changed since.
    pub code: Option<PickupCode>,
    /// Whether the key had been used before, and this is its first answer again.
    pub is_repeat: bool,
}

/// The place of an order in the batch, and what became of it.
pub type PlacedAt = (usize, Result<Placed, FlowError>);

/// An order that is about to be written: its place in the batch, what was asked, what that means.
struct Candidate<'o> {
    at: usize,
    order: &'o PlaceOrder,
    draft: Draft,
}

/// Takes a batch of orders: (place in the batch, order). Cycles follow each other by id, so that batches of several
/// servers hold them in the same order.
///
/// # Errors
/// What the database says: the whole batch is then lost.
pub fn place(
    clerk: &mut Clerk,
    turn: &mut Turn<'_>,
    orders: &[(usize, &PlaceOrder)],
) -> Result<Vec<PlacedAt>, FlowError> {
    let mut verdicts = Vec::with_capacity(orders.len());
    let mut by_cycle: BTreeMap<i64, Vec<(usize, &PlaceOrder)>> = BTreeMap::new();
    for (at, order) in orders {
        match clerk.shelf.cycle_id(turn.db, &order.cycle_code) {
            Ok(cycle_id) => by_cycle.entry(cycle_id).or_default().push((*at, order)),
            Err(error) if error.as_store_error().is_some() => return Err(error),
            Err(refused) => verdicts.push((*at, Err(refused))),
        }
    }
    for (cycle_id, mut waiting) in by_cycle {
        let cycle = clerk.hold_cycle(turn, cycle_id)?;
        let mut is_first = true;
        // Orders of one key are taken in turn: the later ones find the first one's answer.
        while !waiting.is_empty() {
            let mut keys = FxHashSet::default();
            let (now, later): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|(_, order)| keys.insert((order.by.as_str(), order.key.key.as_str())));
            take(clerk, turn, &cycle, now, !is_first, &mut verdicts)?;
            (waiting, is_first) = (later, false);
        }
    }
    Ok(verdicts)
}

/// Takes orders of one cycle whose keys all differ. `look_first`: some keys are likely known.
fn take(
    clerk: &mut Clerk,
    turn: &mut Turn<'_>,
    cycle: &Cycle,
    orders: Vec<(usize, &PlaceOrder)>,
    look_first: bool,
    verdicts: &mut Vec<PlacedAt>,
) -> Result<(), FlowError> {
    let leaders = clerk.shelf.leaders(turn.db)?;
    let catalogue = clerk.shelf.catalogue(turn.db, cycle.id)?;
    let away = absences::nobody_there(turn.db, cycle.pickup_date)?;
    let window = check_intake(cycle, turn.desk.zone, turn.now(), Intake::Network);
    let (mut candidates, mut refused) = (Vec::new(), Vec::new());
    for (at, order) in orders {
        let resolved = window.clone().map_err(FlowError::from).and_then(|()| resolve(order, &leaders, &catalogue));
        let resolved = resolved.and_then(|draft| match away.get(&draft.leader_id) {
            Some(leave) => Err(nobody_there(leave).into()),
            None => Ok(draft),
        });
        match resolved {
            Ok(draft) => candidates.push(Candidate { at, order, draft }),
            Err(error) => refused.push((at, order, error)),
        }
    }
    keys::answer_known(clerk, turn, &mut candidates, &mut refused, look_first, verdicts)?;
    verdicts.extend(refused.into_iter().map(|(at, _, error)| (at, Err(error))));
    for candidate in &mut candidates {
        candidate.draft.order_no = clerk.series.next(turn.db, cycle)?;
        candidate.draft.order_id = turn.ids.next_id();
    }
    let (mut candidates, people, matched, bounds) = bounded(turn, cycle, &catalogue, candidates, verdicts)?;
    let repeats = keys::claim(turn, cycle, &mut candidates)?;
    for (at, order) in repeats {
        verdicts.push((at, keys::first_answer(clerk, turn, order)?));
    }
    let matched: Vec<Matched> = candidates.iter().map(|candidate| matched[candidate.draft.person_at]).collect();
    let codes = save::save(clerk, turn, cycle, &candidates, &matched, people)?;
    bounds.save(turn, &catalogue)?;
    verdicts.extend(candidates.into_iter().zip(codes).map(|(candidate, code)| {
        let Draft { order_id, order_no, total, .. } = candidate.draft;
        (candidate.at, Ok(Placed { cycle_id: cycle.id, order_id, order_no, total, code: Some(code), is_repeat: false }))
    }));
    Ok(())
}

/// Finds who ordered and lets through what stays within the bounds, in the order of arrival.
fn bounded<'o>(
    turn: &mut Turn<'_>,
    cycle: &Cycle,
    catalogue: &Catalogue,
    mut candidates: Vec<Candidate<'o>>,
    verdicts: &mut Vec<PlacedAt>,
) -> Result<(Vec<Candidate<'o>>, People, Vec<Matched>, Bounds), FlowError> {
    for candidate in &mut candidates {
        let draft = &mut candidate.draft;
        draft.identity = candidate.order.person.given().identity(&draft.compound, &draft.order_no);
    }
    let wanted: Vec<(i64, &str)> =
        candidates.iter().map(|candidate| (candidate.draft.leader_id, candidate.draft.identity.as_str())).collect();
    let mut people = People::load(turn.db, &wanted)?;
    let mut matched = Vec::with_capacity(candidates.len());
    for (at, candidate) in candidates.iter_mut().enumerate() {
        let draft = &mut candidate.draft;
        matched.push(people.matched(draft.leader_id, &draft.identity, &candidate.order.person, turn.ids));
        draft.person_at = at;
    }
    let counted = candidates.iter().zip(&matched).flat_map(|(candidate, person)| {
        candidate.draft.bounded.iter().map(|taken| (taken.offer_no, person.resident_id))
    });
    let counted: Vec<(i32, i64)> = counted.collect();
    let mut bounds = Bounds::load(turn.db, cycle.id, &counted)?;
    candidates.retain(|candidate| {
        let draft = &candidate.draft;
        let taken = bounds.take(catalogue, matched[draft.person_at].resident_id, &draft.bounded);
        taken.map_err(|refused: RuleError| verdicts.push((candidate.at, Err(refused.into())))).is_ok()
    });
    Ok((candidates, people, matched, bounds))
}
