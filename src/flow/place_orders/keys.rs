//! Keys of orders: what was answered under a key is answered again, whatever has happened since.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::domain::errors::RuleError;
use crate::domain::facts::Cycle;
use crate::domain::money::Fen;
use crate::flow::FlowError;
use crate::flow::intake::{Clerk, Turn};
use crate::flow::place_orders::{ActKey, Candidate, PlaceOrder, Placed, PlacedAt};
use crate::store::backend::{Db, StoreError};
use crate::store::idempotency::{self, KnownKey, NewKey};
use crate::store::{pickup_codes, single_orders};

/// The route under which keys of orders are kept.
const ROUTE: &str = "POST /orders";
/// The status of an order that is in.
const CREATED: i32 = 201;

/// What is kept of an answer: enough to say it again.
#[derive(Debug, Deserialize, Serialize)]
struct Answer {
    cycle_id: i64,
    order_id: i64,
    total_fen: i64,
}

/// An order that cannot come in, and why.
pub type Refused<'o> = (usize, &'o PlaceOrder, FlowError);

/// Answers those whose key is known, where that must be known beforehand: before a refusal, and before a repeat is
/// counted against a bound.
pub fn answer_known<'o>(
    clerk: &Clerk,
    turn: &mut Turn<'_>,
    candidates: &mut Vec<Candidate<'o>>,
    refused: &mut Vec<Refused<'o>>,
    look_first: bool,
    verdicts: &mut Vec<PlacedAt>,
) -> Result<(), FlowError> {
    let asked = candidates.iter().filter(|candidate| look_first || !candidate.draft.bounded.is_empty());
    let orders = asked.map(|candidate| candidate.order).chain(refused.iter().map(|(_, order, _)| *order));
    let keys: Vec<(&str, &str)> = orders.map(|order| (order.by.as_str(), order.key.key.as_str())).collect();
    let known = idempotency::find(turn.db, ROUTE, &keys)?;
    if known.is_empty() {
        return Ok(());
    }
    let known: FxHashSet<(&str, &str)> = known.iter().map(|key| (key.principal.as_str(), key.key.as_str())).collect();
    let is_known = |order: &PlaceOrder| known.contains(&(order.by.as_str(), order.key.key.as_str()));
    let mut repeats: Vec<(usize, &PlaceOrder)> = Vec::new();
    candidates.retain(|candidate| {
        let known = is_known(candidate.order);
        repeats.extend(known.then_some((candidate.at, candidate.order)));
        !known
    });
    refused.retain(|(at, order, _)| {
        let known = is_known(order);
        repeats.extend(known.then_some((*at, *order)));
        !known
    });
    for (at, order) in repeats {
        verdicts.push((at, first_answer(clerk, turn, order)?));
    }
    Ok(())
}

/// Notes the keys of orders that come in; takes out and returns those whose key turns out to be known.
pub fn claim<'o>(
    turn: &mut Turn<'_>,
    cycle: &Cycle,
    candidates: &mut Vec<Candidate<'o>>,
) -> Result<Vec<(usize, &'o PlaceOrder)>, FlowError> {
    let mut rows: Vec<NewKey<'_>> = candidates.iter().map(|candidate| key_row(turn, cycle, candidate)).collect();
    // All servers write keys in one order, so that two of them never wait for each other.
    rows.sort_unstable_by_key(|row| (row.principal, row.key));
    if idempotency::insert_new(turn.db, &rows)? == rows.len() {
        return Ok(Vec::new());
    }
    drop(rows);
    let keys: Vec<(&str, &str)> =
        candidates.iter().map(|candidate| (candidate.order.by.as_str(), candidate.order.key.key.as_str())).collect();
    let known = idempotency::find(turn.db, ROUTE, &keys)?;
    let ids: FxHashMap<(&str, &str), i64> = known
        .iter()
        .map(|key| Ok(((key.principal.as_str(), key.key.as_str()), answer(key)?.order_id)))
        .collect::<Result<_, StoreError>>()?;
    let is_ours = |candidate: &Candidate<'_>| {
        ids.get(&(candidate.order.by.as_str(), candidate.order.key.key.as_str())) == Some(&candidate.draft.order_id)
    };
    if candidates.iter().any(|candidate| !is_ours(candidate) && !candidate.draft.bounded.is_empty()) {
        // Another server took this very key while its order was being counted here.
        return Err(StoreError::Raced.into());
    }
    let repeats = candidates.iter().filter(|candidate| !is_ours(candidate));
    let repeats = repeats.map(|candidate| (candidate.at, candidate.order)).collect();
    candidates.retain(is_ours);
    Ok(repeats)
}

fn key_row<'o>(turn: &Turn<'_>, cycle: &Cycle, candidate: &Candidate<'o>) -> NewKey<'o> {
    let (order, draft) = (candidate.order, &candidate.draft);
    let answer = Answer { cycle_id: cycle.id, order_id: draft.order_id, total_fen: draft.total.0 };
    let ActKey { key, body_sha256 } = &order.key;
    NewKey {
        principal: &order.by,
        route: ROUTE,
        key,
        body_sha256,
        status: CREATED,
        answer: serde_json::to_string(&answer).expect("three numbers can be written as JSON"),
        cycle_id: Some(cycle.id),
        created_at: turn.now().0,
    }
}

/// The first answer to an order's key.
///
/// # Errors
/// As a verdict: `key_reused` where the key was used for something else.
pub fn first_answer(
    clerk: &Clerk,
    turn: &mut Turn<'_>,
    order: &PlaceOrder,
) -> Result<Result<Placed, FlowError>, FlowError> {
    let found = idempotency::find(turn.db, ROUTE, &[(&order.by, &order.key.key)])?;
    let known = found.first().ok_or(StoreError::Raced)?;
    if known.body_sha256 != order.key.body_sha256 {
        return Ok(Err(key_reused().into()));
    }
    Ok(Ok(placed(clerk, turn.db, &answer(known)?)?))
}

fn placed(clerk: &Clerk, db: &mut Db, answer: &Answer) -> Result<Placed, FlowError> {
    let Answer { cycle_id, order_id, total_fen } = *answer;
    let row = single_orders::by_id(db, cycle_id, order_id)?.ok_or_else(damaged)?;
    let code = pickup_codes::of_order(db, cycle_id, order_id)?;
    let code = code.and_then(|row| clerk.safe.open(order_id, &row.sealed_code));
    Ok(Placed { cycle_id, order_id, order_no: row.order_no, total: Fen(total_fen), code, is_repeat: true })
}

fn answer(known: &KnownKey) -> Result<Answer, StoreError> {
    serde_json::from_str(&known.answer).map_err(|_| damaged())
}

fn damaged() -> StoreError {
    StoreError::DamagedRow("idempotency_keys")
}

/// The key belongs to another body.
pub fn key_reused() -> RuleError {
    RuleError::Refused {
        code: "key_reused",
        zh: "这个 Idempotency-Key 已用于另一内容".into(),
        en: "this Idempotency-Key was used for another body".into(),
    }
}
