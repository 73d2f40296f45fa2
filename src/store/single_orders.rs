//! Single orders: found by number, held, changed. Whole cycles are read by `book`.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable, RunQueryDsl};
use rustc_hash::FxHashMap;

use crate::domain::states::OrderState;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, insert_many, on_either, on_postgres};
use crate::store::orders::{NewLine, NewOrder};
use crate::store::schema::{imports, order_lines, orders};

/// An order's row.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct OrderRow {
    pub cycle_id: i64,
    pub id: i64,
    pub order_no: String,
    pub point_id: i64,
    pub leader_id: i64,
    pub resident_id: i64,
    pub details_id: i64,
    pub chain_no: Option<i32>,
    pub state: String,
    pub placed_at: i64,
    pub paid_at: Option<i64>,
    pub remark: Option<String>,
    pub content_hash: Option<i64>,
    pub import_id: Option<i64>,
}

impl OrderRow {
    pub fn state(&self) -> OrderState {
        OrderState::parse(&self.state).expect("the schema's CHECK lets only known states in")
    }
}

/// A line of an order as it was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct LineRow {
    pub offer_no: i32,
    pub line_no: i32,
    pub ordered_qty: i32,
    pub tolerance: i32,
}

/// Writes a batch of orders that came over the network, in foreign-key order.
pub fn insert(db: &mut Db, new: &[NewOrder], lines: &[NewLine]) -> Result<(), StoreError> {
    insert_many!(db, orders::table, new)?;
    insert_many!(db, order_lines::table, lines)?;
    Ok(())
}

/// The order with this number; one of an import on its way in is not there yet.
pub fn find(db: &mut Db, order_no: &str) -> Result<Option<OrderRow>, StoreError> {
    Ok(find_all(db, &[order_no])?.pop())
}

/// The orders with these numbers, in no order; those of imports on their way in are not there yet.
pub fn find_all(db: &mut Db, order_nos: &[&str]) -> Result<Vec<OrderRow>, StoreError> {
    let staging = imports_on_their_way(db)?;
    let mut found = Vec::new();
    for order_nos in order_nos.chunks(500) {
        let rows: Vec<OrderRow> =
            on_either!(db, conn => orders::table.filter(orders::order_no.eq_any(order_nos)).load(conn))?;
        found.extend(rows.into_iter().filter(|row| row.import_id.is_none_or(|id| !staging.contains(&id))));
    }
    Ok(found)
}

fn imports_on_their_way(db: &mut Db) -> Result<Vec<i64>, StoreError> {
    Ok(on_either!(db, conn => imports::table.filter(imports::state.eq("staging")).select(imports::id).load(conn))?)
}

/// An order by its id.
pub fn by_id(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Option<OrderRow>, StoreError> {
    Ok(on_either!(db, conn => orders::table.find((cycle_id, order_id)).first(conn).optional())?)
}

/// Holds an order until the transaction ends and reads it as it then stands.
pub fn hold(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Option<OrderRow>, StoreError> {
    hold_all(db, cycle_id, &[order_id])?;
    by_id(db, cycle_id, order_id)
}

/// Holds orders until the transaction ends. A transaction that writes to SQLite holds everything.
pub fn hold_all(db: &mut Db, cycle_id: i64, order_ids: &[i64]) -> Result<(), StoreError> {
    let rows = orders::table.filter(orders::cycle_id.eq(cycle_id)).filter(orders::id.eq_any(order_ids));
    // All take them in the same order, so that nobody waits for somebody who waits.
    let rows = rows.order(orders::id).select(orders::id).for_update();
    let held: Option<QueryResult<Vec<i64>>> = on_postgres!(db, conn => rows.load(conn));
    held.transpose()?;
    Ok(())
}

/// The lines of an order, by line number.
pub fn lines(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Vec<LineRow>, StoreError> {
    use order_lines as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq(order_id))
        .order(t::line_no)
        .select((t::offer_no, t::line_no, t::ordered_qty, t::tolerance))
        .load(conn))?)
}

/// The orders of leaders in a cycle that are neither cancelled nor expired, in order of ids; those of imports on their
/// way in are not among them.
pub fn standing_of(db: &mut Db, cycle_id: i64, leader_ids: &[i64]) -> Result<Vec<OrderRow>, StoreError> {
    let staging = imports_on_their_way(db)?;
    let own: Vec<OrderRow> = on_either!(db, conn => orders::table
        .filter(orders::cycle_id.eq(cycle_id))
        .filter(orders::leader_id.eq_any(leader_ids))
        .filter(orders::state.eq_any([OrderState::Unpaid.code(), OrderState::Paid.code()]))
        .order(orders::id)
        .load(conn))?;
    Ok(own.into_iter().filter(|row| row.import_id.is_none_or(|id| !staging.contains(&id))).collect())
}

/// The lines of all orders of leaders in a cycle, by order, in no order.
pub fn lines_of_leaders(
    db: &mut Db,
    cycle_id: i64,
    leader_ids: &[i64],
) -> Result<FxHashMap<i64, Vec<LineRow>>, StoreError> {
    use order_lines as t;
    let own = || {
        orders::table
            .filter(orders::cycle_id.eq(cycle_id))
            .filter(orders::leader_id.eq_any(leader_ids))
            .select(orders::id)
    };
    let rows: Vec<(i64, LineRow)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq_any(own()))
        .select((t::order_id, (t::offer_no, t::line_no, t::ordered_qty, t::tolerance)))
        .load(conn))?;
    let mut lines: FxHashMap<i64, Vec<LineRow>> = FxHashMap::default();
    rows.into_iter().for_each(|(order_id, line)| lines.entry(order_id).or_default().push(line));
    Ok(lines)
}

/// How many orders of a cycle go to a point.
pub fn count_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<i64, StoreError> {
    let own = orders::table.filter(orders::cycle_id.eq(cycle_id)).filter(orders::point_id.eq(point_id));
    Ok(on_either!(db, conn => own.count().get_result(conn))?)
}

/// Moves an order to a state, with its place in the queue where it is given one.
pub fn set_state(
    db: &mut Db,
    cycle_id: i64,
    order_id: i64,
    state: OrderState,
    paid_at: Option<Moment>,
) -> Result<(), StoreError> {
    let row = orders::table.find((cycle_id, order_id));
    match paid_at {
        Some(at) => {
            let change = (orders::state.eq(state.code()), orders::paid_at.eq(Some(at.0)));
            on_either!(db, conn => diesel::update(row).set(change).execute(conn))?;
        }
        None => {
            on_either!(db, conn => diesel::update(row).set(orders::state.eq(state.code())).execute(conn))?;
        }
    }
    Ok(())
}
