//! What a leader is told before the cutoff: how many orders stand, and which are not marked as paid.

use std::collections::BTreeMap;

use diesel::{ExpressionMethods, QueryDsl};

use crate::store::backend::{Db, StoreError, each_row};
use crate::store::orders::staging;
use crate::store::schema::orders as t;

/// Orders of one leader that stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub orders: u64,
    /// Numbers of those that are not paid, in the order they came; at most [`UNPAID_MAX`].
    pub unpaid_nos: Vec<String>,
    pub unpaid: u64,
}

/// Numbers kept for one leader: nobody reads more of them in a mail.
pub const UNPAID_MAX: usize = 60;

#[derive(diesel::Queryable)]
struct Head {
    leader_id: i64,
    state: String,
    order_no: String,
    import_id: Option<i64>,
}

/// Standing orders of a cycle by leader id, in one pass.
///
/// # Errors
/// What the database says.
pub fn standing_by_leader(db: &mut Db, cycle_id: i64) -> Result<BTreeMap<i64, Standing>, StoreError> {
    let hidden: Vec<i64> = staging(db, cycle_id)?.into_iter().map(|(id, _, _)| id).collect();
    let mut found: BTreeMap<i64, Standing> = BTreeMap::new();
    let query = t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::state.eq_any(["paid", "unpaid"]))
        .order(t::id)
        .select((t::leader_id, t::state, t::order_no, t::import_id));
    let mut visit = |head: Head| {
        if head.import_id.is_some_and(|id| hidden.contains(&id)) {
            return;
        }
        let standing = found.entry(head.leader_id).or_default();
        standing.orders += 1;
        if head.state == "unpaid" {
            standing.unpaid += 1;
            if standing.unpaid_nos.len() < UNPAID_MAX {
                standing.unpaid_nos.push(head.order_no);
            }
        }
    };
    each_row!(db, Head, query, visit);
    Ok(found)
}
