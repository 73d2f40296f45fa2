//! Acts under a sender's own key: what was answered the first time is answered again, whatever has happened since.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::errors::RuleError;
use crate::flow::place_orders::{ActKey, key_reused};
use crate::flow::{Desk, FlowError};
use crate::store::backend::{Db, StoreError};
use crate::store::idempotency::{self, NewKey};

/// Who sends an act, under which key of their own.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The name under which the caller's keys are counted.
    pub by: String,
    pub key: ActKey,
}

/// The status of an act that was taken.
const OK: i32 = 200;

/// The first answer under this key of a route, if there is one.
///
/// # Errors
/// `key_reused` where it was given to another body.
pub fn first<T: DeserializeOwned>(db: &mut Db, route: &str, sender: &Sender) -> Result<Option<T>, FlowError> {
    let known = idempotency::find(db, route, &[(&sender.by, &sender.key.key)])?;
    let Some(known) = known.first() else { return Ok(None) };
    if known.body_sha256 != sender.key.body_sha256 {
        return Err(key_reused().into());
    }
    let damaged = |_| StoreError::DamagedRow("idempotency_keys");
    Ok(Some(serde_json::from_str(&known.answer).map_err(damaged)?))
}

/// An act whose name was given to another one before.
pub fn event_reused() -> RuleError {
    RuleError::Refused {
        code: "key_reused",
        zh: "这一笔先前已经记下，内容和现在的不同；请先刷新看清，再存就是另一笔".into(),
        en: "this was noted before with other words; reload and look first, sent again it is another one".into(),
    }
}

/// Keeps the answer with what it answers, in one transaction. It holds codes, numbers and sums only.
///
/// # Errors
/// `Raced` where another transaction came first under this key: the next look finds its answer.
pub fn keep(
    db: &mut Db,
    desk: &Desk,
    route: &str,
    cycle_id: i64,
    sender: &Sender,
    answer: &impl Serialize,
) -> Result<(), StoreError> {
    let row = NewKey {
        principal: &sender.by,
        route,
        key: &sender.key.key,
        body_sha256: &sender.key.body_sha256,
        status: OK,
        answer: serde_json::to_string(answer).expect("codes and numbers can be written as JSON"),
        cycle_id: Some(cycle_id),
        created_at: desk.now.0,
    };
    if idempotency::insert_new(db, &[row])? == 1 { Ok(()) } else { Err(StoreError::Raced) }
}
