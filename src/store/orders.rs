//! Orders on their way in, and questions about single orders. Whole cycles are read by `book`.

use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel::{ExpressionMethods, Insertable, QueryDsl, RunQueryDsl};

use crate::domain::states::OrderState;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, each_row, in_columns, insert_many, on_either};
use crate::store::schema::{imports, order_lines, orders, residents};

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = orders, treat_none_as_default_value = false)]
pub struct NewOrder {
    pub cycle_id: i64,
    pub id: i64,
    pub order_no: String,
    pub point_id: i64,
    pub leader_id: i64,
    pub resident_id: i64,
    pub details_id: i64,
    pub chain_no: Option<i32>,
    pub state: &'static str,
    pub placed_at: i64,
    pub paid_at: Option<i64>,
    pub remark: Option<String>,
    pub content_hash: Option<i64>,
    pub import_id: Option<i64>,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = order_lines, treat_none_as_default_value = false)]
pub struct NewLine {
    pub cycle_id: i64,
    pub order_id: i64,
    pub offer_no: i32,
    pub line_no: i32,
    pub ordered_qty: i32,
    pub tolerance: i32,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = residents, treat_none_as_default_value = false)]
pub struct NewResident {
    pub id: i64,
    pub leader_id: i64,
    pub identity: String,
    pub edition: i32,
    pub name: Option<String>,
    pub nickname: Option<String>,
    pub phone: Option<String>,
    pub building: Option<String>,
    pub unit_no: Option<String>,
    pub room: Option<String>,
    pub leader_note: Option<String>,
}

in_columns!(NewOrder => orders {
    cycle_id: BigInt, id: BigInt, order_no: Text, point_id: BigInt, leader_id: BigInt, resident_id: BigInt,
    details_id: BigInt, chain_no: Nullable<Integer>, state: Text, placed_at: BigInt, paid_at: Nullable<BigInt>,
    remark: Nullable<Text>, content_hash: Nullable<BigInt>, import_id: Nullable<BigInt>,
});
in_columns!(NewLine => order_lines {
    cycle_id: BigInt, order_id: BigInt, offer_no: Integer, line_no: Integer, ordered_qty: Integer, tolerance: Integer,
});
in_columns!(NewResident => residents {
    id: BigInt, leader_id: BigInt, identity: Text, edition: Integer, name: Nullable<Text>, nickname: Nullable<Text>,
    phone: Nullable<Text>, building: Nullable<Text>, unit_no: Nullable<Text>, room: Nullable<Text>,
});

/// Writes a chunk in foreign-key order.
pub fn insert(
    db: &mut Db,
    new_residents: &[NewResident],
    new_orders: &[NewOrder],
    new_lines: &[NewLine],
) -> Result<(), StoreError> {
    insert_many!(db, residents::table, new_residents)?;
    insert_many!(db, orders::table, new_orders)?;
    insert_many!(db, order_lines::table, new_lines)?;
    Ok(())
}

/// What is known of an order number: its cycle, what its content hashed to, and the import it came with.
#[derive(diesel::Queryable)]
pub struct KnownOrder {
    pub order_no: String,
    pub cycle_id: i64,
    pub id: i64,
    pub content_hash: Option<i64>,
    pub import_id: Option<i64>,
}

/// Which of these order numbers exist, in any cycle.
pub fn known(db: &mut Db, order_nos: &[&str]) -> Result<Vec<KnownOrder>, StoreError> {
    let mut found = Vec::new();
    for chunk in order_nos.chunks(1_000) {
        let rows: Vec<KnownOrder> = on_either!(db, conn => orders::table
            .filter(orders::order_no.eq_any(chunk))
            .select((orders::order_no, orders::cycle_id, orders::id, orders::content_hash, orders::import_id))
            .load(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Whether there is any order at all: the first import of a database need not look for known numbers.
pub fn any(db: &mut Db) -> Result<bool, StoreError> {
    let first = orders::table.select(orders::id).limit(1);
    let found: Vec<i64> = on_either!(db, conn => first.load(conn))?;
    Ok(!found.is_empty())
}

/// A resident as stored, for matching.
pub struct KnownResident {
    pub id: i64,
    pub leader_id: i64,
    pub identity: String,
    pub edition: i32,
    pub fields: [Option<String>; 7],
}

/// The columns of a stored resident, as one row is read.
type ResidentColumns = (
    (i64, i64, String, i32),
    (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>),
);

/// Visits every resident of the platform, editions of a person in order.
pub fn each_resident(db: &mut Db, visit: &mut dyn FnMut(KnownResident)) -> Result<(), StoreError> {
    use residents::*;
    let query = residents::table
        .order((leader_id, identity, edition))
        .select(((id, leader_id, identity, edition), (name, nickname, phone, building, unit_no, room, leader_note)));
    let mut visit_row = |((row_id, row_leader, row_identity, row_edition), f): ResidentColumns| {
        visit(KnownResident {
            id: row_id,
            leader_id: row_leader,
            identity: row_identity,
            edition: row_edition,
            fields: [f.0, f.1, f.2, f.3, f.4, f.5, f.6],
        });
    };
    each_row!(db, ResidentColumns, query, visit_row);
    Ok(())
}

/// What the closing figures need of an order.
#[derive(diesel::Queryable)]
pub struct OrderHead {
    pub id: i64,
    pub order_no: String,
    pub placed_at: i64,
    pub import_id: Option<i64>,
}

/// Visits the heads of the orders that take part, in id order.
pub fn each_head(
    db: &mut Db,
    cycle_id: i64,
    unpaid_too: bool,
    visit: &mut dyn FnMut(OrderHead),
) -> Result<(), StoreError> {
    use orders as t;
    let states: &[&str] = if unpaid_too { &["paid", "unpaid"] } else { &["paid"] };
    let query = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::state.eq_any(states)).order(t::id).select((
        t::id,
        t::order_no,
        t::placed_at,
        t::import_id,
    ));
    each_row!(db, OrderHead, query, visit);
    Ok(())
}

/// When and where an order was placed.
#[derive(diesel::Queryable)]
pub struct OrderPlace {
    pub id: i64,
    pub point_id: i64,
    pub placed_at: i64,
    pub import_id: Option<i64>,
}

/// Visits the places of the orders that take part, in id order.
pub fn each_place(
    db: &mut Db,
    cycle_id: i64,
    unpaid_too: bool,
    visit: &mut dyn FnMut(OrderPlace),
) -> Result<(), StoreError> {
    use orders as t;
    let states: &[&str] = if unpaid_too { &["paid", "unpaid"] } else { &["paid"] };
    let query = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::state.eq_any(states)).order(t::id).select((
        t::id,
        t::point_id,
        t::placed_at,
        t::import_id,
    ));
    each_row!(db, OrderPlace, query, visit);
    Ok(())
}

/// What totals need of an order.
#[derive(diesel::Queryable)]
pub struct StandingOrder {
    pub id: i64,
    pub leader_id: i64,
    pub state: String,
    pub import_id: Option<i64>,
}

/// Visits the orders that are neither cancelled nor expired, in id order.
pub fn each_standing(db: &mut Db, cycle_id: i64, visit: &mut dyn FnMut(StandingOrder)) -> Result<(), StoreError> {
    use orders as t;
    let query = t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::state.eq_any(["paid", "unpaid"]))
        .order(t::id)
        .select((t::id, t::leader_id, t::state, t::import_id));
    each_row!(db, StandingOrder, query, visit);
    Ok(())
}

/// Orders that never came to count expire with the freeze; how many did.
pub fn expire_unpaid(db: &mut Db, cycle_id: i64) -> Result<usize, StoreError> {
    let unpaid =
        orders::table.filter(orders::cycle_id.eq(cycle_id)).filter(orders::state.eq(OrderState::Unpaid.code()));
    let expired = orders::state.eq(OrderState::Expired.code());
    Ok(on_either!(db, conn => diesel::update(unpaid).set(expired).execute(conn))?)
}

// ---------------------------------------------------------------- imports on their way in

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = imports)]
pub struct NewImport<'a> {
    pub id: i64,
    pub kind: &'a str,
    pub cycle_id: Option<i64>,
    pub file_name: &'a str,
    pub state: &'static str,
    pub owner: &'a str,
    pub started_at: i64,
    pub touched_at: i64,
    pub row_count: i64,
}

/// An import that has not become visible: (id, owner, when it last wrote).
pub type Staging = (i64, String, Moment);

pub fn start_import(db: &mut Db, import: &NewImport<'_>) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(imports::table).values(import).execute(conn))?;
    Ok(())
}

/// Imports into this cycle that are still invisible.
pub fn staging(db: &mut Db, cycle_id: i64) -> Result<Vec<Staging>, StoreError> {
    let rows: Vec<(i64, String, i64)> = on_either!(db, conn => imports::table
        .filter(imports::cycle_id.eq(cycle_id))
        .filter(imports::state.eq("staging"))
        .order(imports::id)
        .select((imports::id, imports::owner, imports::touched_at))
        .load(conn))?;
    Ok(rows.into_iter().map(|(id, owner, at)| (id, owner, Moment(at))).collect())
}

/// Notes that the import goes on; `false` if another process has discarded it.
pub fn touch_import(db: &mut Db, import_id: i64, rows_so_far: i64, at: Moment) -> Result<bool, StoreError> {
    let own = imports::table.filter(imports::id.eq(import_id)).filter(imports::state.eq("staging"));
    let change = (imports::touched_at.eq(at.0), imports::row_count.eq(rows_so_far));
    Ok(on_either!(db, conn => diesel::update(own).set(change).execute(conn))? == 1)
}

/// The flip that makes an import's rows visible; `false` if another process has discarded it.
pub fn finish_import(db: &mut Db, import_id: i64) -> Result<bool, StoreError> {
    let own = imports::table.filter(imports::id.eq(import_id)).filter(imports::state.eq("staging"));
    Ok(on_either!(db, conn => diesel::update(own).set(imports::state.eq("done")).execute(conn))? == 1)
}

/// Takes away up to 5,000 staged orders of a dead import; `true` once nothing of it is left.
pub fn discard_some(db: &mut Db, cycle_id: i64, import_id: i64) -> Result<bool, StoreError> {
    let ids: Vec<i64> = on_either!(db, conn => orders::table
        .filter(orders::cycle_id.eq(cycle_id))
        .filter(orders::import_id.eq(import_id))
        .order(orders::id)
        .limit(5_000)
        .select(orders::id)
        .load(conn))?;
    for chunk in ids.chunks(1_000) {
        let lines =
            order_lines::table.filter(order_lines::cycle_id.eq(cycle_id)).filter(order_lines::order_id.eq_any(chunk));
        on_either!(db, conn => diesel::delete(lines).execute(conn))?;
        let gone = orders::table.filter(orders::cycle_id.eq(cycle_id)).filter(orders::id.eq_any(chunk));
        on_either!(db, conn => diesel::delete(gone).execute(conn))?;
    }
    if ids.is_empty() {
        on_either!(db, conn => diesel::delete(imports::table.find(import_id)).execute(conn))?;
    }
    Ok(ids.is_empty())
}
