//! 交接损差 in the books: the choices of who goes without that refunds were worked out for.

use std::collections::{BTreeMap, HashMap};

use diesel::dsl::{exists, not};
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::book::Book;
use crate::domain::states::{CycleState, RefundState};
use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{cycles, handover_losses, loss_choices, loss_postings, refund_lines, refunds};

/// The cause of refunds for goods that were lost at a point.
pub const CAUSE: &str = "handover_loss";

/// A choice by (point, offer), and its number.
pub type Choices = BTreeMap<(i64, i32), i32>;

#[derive(Clone, Debug, Insertable, Queryable)]
#[diesel(table_name = loss_postings, treat_none_as_default_value = false)]
pub struct PostingRow {
    pub cycle_id: i64,
    pub point_id: i64,
    pub offer_no: i32,
    pub choice_no: i32,
    pub version: i32,
}

/// The choices in force of a cycle.
pub fn choices(db: &mut Db, cycle_id: i64) -> Result<Choices, StoreError> {
    use loss_choices as t;
    let rows: Vec<(i64, i32, i32)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .order((t::point_id, t::offer_no, t::choice_no))
        .select((t::point_id, t::offer_no, t::choice_no))
        .load(conn))?;
    Ok(rows.into_iter().map(|(point, offer, choice)| ((point, offer), choice)).collect())
}

/// The choices that stood in the books at a version.
pub fn posted(db: &mut Db, cycle_id: i64, version: u32) -> Result<Choices, StoreError> {
    use loss_postings as t;
    let rows: Vec<(i64, i32, i32)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::version.le(version as i32))
        .order((t::point_id, t::offer_no, t::choice_no))
        .select((t::point_id, t::offer_no, t::choice_no))
        .load(conn))?;
    Ok(rows.into_iter().map(|(point, offer, choice)| ((point, offer), choice)).collect())
}

/// What lines go without by these choices, by (order id, offer_no).
pub fn losses_by(db: &mut Db, cycle_id: i64, choices: &Choices) -> Result<HashMap<(i64, i32), u32>, StoreError> {
    use handover_losses as t;
    if choices.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, i32, i32, i64, i32)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .select((t::point_id, t::offer_no, t::choice_no, t::order_id, t::lost_qty))
        .load(conn))?;
    let stands = |row: &(i64, i32, i32, i64, i32)| choices.get(&(row.0, row.1)) == Some(&row.2);
    Ok(rows.into_iter().filter(stands).map(|(_, offer, _, order, qty)| ((order, offer), qty.unsigned_abs())).collect())
}

/// Enters in a book what lines had lost at its version; `find` tells the line of (order id, offer_no).
pub fn load_into(
    db: &mut Db,
    book: &mut Book,
    find: impl Fn(&Book, i64, i32) -> Option<u32>,
) -> Result<(), StoreError> {
    let choices = posted(db, book.cycle.id, book.version)?;
    for ((order_id, offer_no), lost) in losses_by(db, book.cycle.id, &choices)? {
        if let Some(line) = find(book, order_id, offer_no) {
            book.lines.lost.insert(line, lost);
        }
    }
    Ok(())
}

/// Notes that these choices stand in the books.
pub fn post(db: &mut Db, rows: &[PostingRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, loss_postings::table, rows)?)
}

/// Cycles that are not settled and have a choice in force which is not in the books, by code.
pub fn unposted_cycles(db: &mut Db) -> Result<Vec<String>, StoreError> {
    use {cycles as c, loss_choices as l, loss_postings as p};
    let states = [CycleState::Allocated.code(), CycleState::Dispatched.code(), CycleState::Receiving.code()];
    let is_posted = p::table
        .filter(p::cycle_id.eq(l::cycle_id))
        .filter(p::point_id.eq(l::point_id))
        .filter(p::offer_no.eq(l::offer_no))
        .filter(p::choice_no.ge(l::choice_no));
    let unposted = l::table.filter(l::cycle_id.eq(c::id)).filter(not(exists(is_posted)));
    Ok(on_either!(db, conn => c::table
        .filter(c::state.eq_any(states))
        .filter(exists(unposted))
        .order(c::cycle_code)
        .select(c::cycle_code)
        .load(conn))?)
}

/// Pieces of an offer whose refund for a loss has left the house, by order, of these orders.
pub fn sent_losses(
    db: &mut Db,
    cycle_id: i64,
    offer_no: i32,
    order_ids: &[i64],
) -> Result<HashMap<i64, u32>, StoreError> {
    use {refund_lines as l, refunds as t};
    let mut sums = HashMap::new();
    for order_ids in order_ids.chunks(500) {
        let rows: Vec<(i64, i32)> = on_either!(db, conn => l::table
            .inner_join(t::table)
            .filter(t::cycle_id.eq(cycle_id))
            .filter(t::order_id.eq_any(order_ids))
            .filter(t::state.eq_any([RefundState::Sent.code(), RefundState::Done.code()]))
            .filter(l::cause.eq(CAUSE))
            .filter(l::offer_no.eq(offer_no))
            .select((t::order_id, l::pieces))
            .load(conn))?;
        for (order_id, pieces) in rows {
            *sums.entry(order_id).or_default() += pieces.unsigned_abs();
        }
    }
    Ok(sums)
}
