//! Pickup codes for a batch of orders, drawn from what is free at each point.

use rustc_hash::FxHashSet;

use crate::domain::pickup_code::{CodeSafe, PickupCode};
use crate::flow::FlowError;
use crate::store::backend::{Db, StoreError};
use crate::store::pickup_codes::{self, CodeRow};

/// An order that needs a code.
#[derive(Clone, Copy, Debug)]
pub struct Codeless<'o> {
    pub order_id: i64,
    pub point_id: i64,
    pub placed_by: &'o str,
}

/// How often codes are drawn anew for those whose number was taken.
const ROUNDS_MAX: usize = 32;

/// Gives each order a code and writes it; the codes come back in the order of the orders.
///
/// # Errors
/// What the database says.
pub fn give(
    db: &mut Db,
    safe: &CodeSafe,
    cycle_id: i64,
    orders: &[Codeless<'_>],
) -> Result<Vec<PickupCode>, FlowError> {
    let mut given: Vec<Option<PickupCode>> = vec![None; orders.len()];
    let mut missing: Vec<usize> = (0..orders.len()).collect();
    for _ in 0..ROUNDS_MAX {
        let mut tried = FxHashSet::default();
        let mut rows = Vec::with_capacity(missing.len());
        for (at, random) in missing.iter().copied().zip(randoms(missing.len())?) {
            let Codeless { order_id, point_id, placed_by } = orders[at];
            let code = PickupCode::draw(random, |code| tried.contains(&(point_id, safe.hash(point_id, code))));
            let code = code.expect("a batch has fewer orders than there are codes");
            let code_hash = safe.hash(point_id, code);
            tried.insert((point_id, code_hash));
            given[at] = Some(code);
            let (sealed_code, placed_by) = (safe.seal(order_id, code), placed_by.to_owned());
            rows.push(CodeRow { cycle_id, order_id, point_id, placed_by, code_hash, sealed_code, is_open: true });
        }
        if pickup_codes::insert_free(db, &rows)? == rows.len() {
            return Ok(given.into_iter().flatten().collect());
        }
        let mut still = Vec::new();
        for at in missing {
            if pickup_codes::of_order(db, cycle_id, orders[at].order_id)?.is_none() {
                still.push(at);
            }
        }
        missing = still;
    }
    Err(StoreError::Unavailable("取货码已用尽（a pickup point has no free code）".into()).into())
}

/// Random numbers of the operating system.
fn randoms(count: usize) -> Result<Vec<u64>, FlowError> {
    let mut bytes = vec![0; count * 8];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let (numbers, _) = bytes.as_chunks::<8>();
    Ok(numbers.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect())
}
