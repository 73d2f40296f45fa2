//! What the cutoff clock has to do, and what it has done of each cycle.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::cycles::CycleRow;
use crate::store::schema::{cycle_clocks as t, cycles};

/// The cycles that the clock may still move, the nearest cutoff first.
///
/// # Errors
/// What the database says.
pub fn moving(db: &mut Db) -> Result<Vec<CycleRow>, StoreError> {
    let states = [CycleState::Draft.code(), CycleState::Open.code()];
    Ok(on_either!(db, conn => cycles::table
        .filter(cycles::state.eq_any(states))
        .order((cycles::cutoff_at, cycles::cycle_code))
        .load(conn))?)
}

/// Whether the leaders of a cycle were reminded.
///
/// # Errors
/// What the database says.
pub fn is_reminded(db: &mut Db, cycle_id: i64) -> Result<bool, StoreError> {
    let at: Option<Option<i64>> =
        on_either!(db, conn => t::table.find(cycle_id).select(t::reminded_at).first(conn).optional())?;
    Ok(at.flatten().is_some())
}

/// Notes that the leaders of a cycle were reminded. Part of a write transaction.
///
/// # Errors
/// What the database says.
pub fn set_reminded(db: &mut Db, cycle_id: i64, at: Moment) -> Result<(), StoreError> {
    make_row(db, cycle_id)?;
    let row = t::table.find(cycle_id);
    on_either!(db, conn => diesel::update(row).set(t::reminded_at.eq(Some(at.0))).execute(conn))?;
    Ok(())
}

/// Notes that the work after a freeze is due. Part of the freeze's transaction.
///
/// # Errors
/// What the database says.
pub fn set_follows(db: &mut Db, cycle_id: i64, at: Moment) -> Result<(), StoreError> {
    make_row(db, cycle_id)?;
    let row = t::table.find(cycle_id);
    on_either!(db, conn => diesel::update(row).set(t::follows_at.eq(Some(at.0))).execute(conn))?;
    Ok(())
}

/// Notes that the work after a freeze is done; `false` if it was already.
///
/// # Errors
/// What the database says.
pub fn set_prepared(db: &mut Db, cycle_id: i64, at: Moment) -> Result<bool, StoreError> {
    let open = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::prepared_at.is_null());
    Ok(on_either!(db, conn => diesel::update(open).set(t::prepared_at.eq(Some(at.0))).execute(conn))? == 1)
}

/// Codes of the cycles frozen since `since` whose work after the freeze is not done.
///
/// # Errors
/// What the database says.
pub fn unprepared(db: &mut Db, since: Moment) -> Result<Vec<String>, StoreError> {
    Ok(on_either!(db, conn => t::table
        .inner_join(cycles::table)
        .filter(t::prepared_at.is_null())
        .filter(t::follows_at.ge(since.0))
        .order((t::follows_at, cycles::cycle_code))
        .select(cycles::cycle_code)
        .load(conn))?)
}

fn make_row(db: &mut Db, cycle_id: i64) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(t::table)
        .values(t::cycle_id.eq(cycle_id))
        .on_conflict(t::cycle_id)
        .do_nothing()
        .execute(conn))?;
    Ok(())
}
