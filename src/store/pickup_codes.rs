//! Pickup codes: sealed, found by a keyed hash, no two open ones of a point the same.

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};

use diesel::sql_types::{BigInt, Bool, Text};

use crate::store::backend::{Db, StoreError, in_columns, insert_many, on_either};
use crate::store::schema::pickup_codes;

#[derive(Clone, Debug, PartialEq, Insertable, Queryable)]
#[diesel(table_name = pickup_codes, treat_none_as_default_value = false)]
pub struct CodeRow {
    pub cycle_id: i64,
    pub order_id: i64,
    pub point_id: i64,
    pub placed_by: String,
    pub code_hash: i64,
    pub sealed_code: String,
    pub is_open: bool,
}

in_columns!(CodeRow => pickup_codes {
    cycle_id: BigInt, order_id: BigInt, point_id: BigInt, placed_by: Text, code_hash: BigInt, sealed_code: Text,
    is_open: Bool,
});

/// Gives orders their codes, leaving out those whose code is taken at the point; returns how many got theirs.
pub fn insert_free(db: &mut Db, rows: &[CodeRow]) -> Result<usize, StoreError> {
    Ok(insert_many!(db, pickup_codes::table, rows, or_nothing)?)
}

/// The code row of an order; imported orders have none.
pub fn of_order(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Option<CodeRow>, StoreError> {
    Ok(on_either!(db, conn => pickup_codes::table.find((cycle_id, order_id)).first(conn).optional())?)
}

/// The open order whose code hashes so at a point.
pub fn open_at(db: &mut Db, point_id: i64, code_hash: i64) -> Result<Option<CodeRow>, StoreError> {
    Ok(on_either!(db, conn => pickup_codes::table
        .filter(pickup_codes::point_id.eq(point_id))
        .filter(pickup_codes::code_hash.eq(code_hash))
        .filter(pickup_codes::is_open)
        .first(conn)
        .optional())?)
}

/// Opens the code of an order again, unless its number has gone to another order of the point meanwhile.
pub fn reopen(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<(), StoreError> {
    let Some(row) = of_order(db, cycle_id, order_id)?.filter(|row| !row.is_open) else { return Ok(()) };
    if open_at(db, row.point_id, row.code_hash)?.is_none() {
        let row = pickup_codes::table.find((cycle_id, order_id));
        on_either!(db, conn => diesel::update(row).set(pickup_codes::is_open.eq(true)).execute(conn))?;
    }
    Ok(())
}

/// Closes the codes of orders that are done with, so that their numbers are free again.
pub fn close(db: &mut Db, cycle_id: i64, order_ids: &[i64]) -> Result<(), StoreError> {
    use pickup_codes as t;
    for order_ids in order_ids.chunks(500) {
        let rows = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::order_id.eq_any(order_ids)).filter(t::is_open);
        on_either!(db, conn => diesel::update(rows).set(t::is_open.eq(false)).execute(conn))?;
    }
    Ok(())
}
