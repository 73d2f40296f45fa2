//! Deliveries that come over the network: what was answered under a caller's key is answered again.

use serde::{Deserialize, Serialize};

use crate::domain::states::CycleState;
use crate::flow::import_file::Imported;
use crate::flow::place_orders::{ActKey, key_reused};
use crate::flow::{Desk, FlowError};
use crate::store::backend::{Db, StoreError};
use crate::store::idempotency::{self, NewKey};

/// Who sends deliveries, under which key of their own.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The name under which the caller's keys are counted.
    pub by: String,
    pub key: ActKey,
}

/// What came of deliveries, as it was answered the first time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Received {
    /// The code of the cycle's state.
    pub state: String,
    pub version: u32,
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
}

impl Received {
    pub fn new(imported: Imported, state: CycleState, version: u32) -> Received {
        let Imported { rows, new, changed, same } = imported;
        Received { state: state.code().to_owned(), version, rows, new, changed, same }
    }
}

/// The status of deliveries that were taken.
const OK: i32 = 200;

fn route(cycle_code: &str) -> String {
    format!("POST /cycles/{cycle_code}/receipts")
}

/// The first answer under this key, if there is one.
///
/// # Errors
/// `key_reused` where it was given to another body.
pub fn first_answer(db: &mut Db, cycle_code: &str, sender: &Sender) -> Result<Option<Received>, FlowError> {
    let known = idempotency::find(db, &route(cycle_code), &[(&sender.by, &sender.key.key)])?;
    let Some(known) = known.first() else { return Ok(None) };
    if known.body_sha256 != sender.key.body_sha256 {
        return Err(key_reused().into());
    }
    let damaged = |_| StoreError::DamagedRow("idempotency_keys");
    Ok(Some(serde_json::from_str(&known.answer).map_err(damaged)?))
}

/// Keeps the answer with what it answers, in one transaction.
///
/// # Errors
/// `Raced` where another transaction came first under this key: the next look finds its answer.
pub fn keep(
    db: &mut Db,
    desk: &Desk,
    (cycle_id, cycle_code): (i64, &str),
    sender: &Sender,
    answer: &Received,
) -> Result<(), StoreError> {
    let row = NewKey {
        principal: &sender.by,
        route: &route(cycle_code),
        key: &sender.key.key,
        body_sha256: &sender.key.body_sha256,
        status: OK,
        answer: serde_json::to_string(answer).expect("numbers and a code can be written as JSON"),
        cycle_id: Some(cycle_id),
        created_at: desk.now.0,
    };
    if idempotency::insert_new(db, &[row])? == 1 { Ok(()) } else { Err(StoreError::Raced) }
}
