//! Who collects together, where a leader said otherwise than phone and room do.

use std::collections::HashMap;

use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl};

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{household_links, orders};

#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = household_links, treat_none_as_default_value = false)]
pub struct LinkRow {
    pub point_id: i64,
    pub resident_id: i64,
    /// The newest of a resident at a point is in force.
    pub link_no: i32,
    /// Made by the phone; the same twice is one change.
    pub change_id: String,
    /// Those of one group collect together; empty: as phone and room say.
    pub group_key: String,
    pub before_key: String,
    pub made_by: String,
    pub made_at: i64,
}

/// The links in force at a point, by resident.
pub fn in_force(db: &mut Db, point_id: i64) -> Result<HashMap<i64, LinkRow>, StoreError> {
    use household_links as t;
    let rows: Vec<LinkRow> =
        on_either!(db, conn => t::table.filter(t::point_id.eq(point_id)).order(t::link_no).load(conn))?;
    Ok(rows.into_iter().map(|row| (row.resident_id, row)).collect())
}

/// The links that a change made.
pub fn of_change(db: &mut Db, change_id: &str) -> Result<Vec<LinkRow>, StoreError> {
    use household_links as t;
    Ok(on_either!(db, conn => t::table.filter(t::change_id.eq(change_id)).load(conn))?)
}

pub fn add(db: &mut Db, links: &[LinkRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, household_links::table, links)?)
}

/// The groups of a cycle's orders at a point, by order id; none where nobody was put anywhere.
pub fn groups_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<HashMap<i64, String>, StoreError> {
    let mut links = in_force(db, point_id)?;
    links.retain(|_, link| !link.group_key.is_empty());
    if links.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, i64)> = on_either!(db, conn => orders::table
        .filter(orders::cycle_id.eq(cycle_id))
        .filter(orders::point_id.eq(point_id))
        .select((orders::id, orders::resident_id))
        .load(conn))?;
    let group = |resident: i64| links.get(&resident).map(|link| link.group_key.clone());
    Ok(rows.into_iter().filter_map(|(order, resident)| Some((order, group(resident)?))).collect())
}

/// How many links there are at points. None is ever taken away, so another number is another state.
pub fn count_at(db: &mut Db, point_ids: &[i64]) -> Result<i64, StoreError> {
    use household_links as t;
    Ok(on_either!(db, conn => t::table.filter(t::point_id.eq_any(point_ids)).count().get_result(conn))?)
}
