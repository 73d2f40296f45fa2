//! The ledger of totes: who has how many, and what points still had when goods were dispatched to them.

use std::collections::{BTreeMap, HashMap};

use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::totes::{ToteCounts, ToteKind};
use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{point_totes, tote_moves};

/// A row of `tote_moves`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = tote_moves, treat_none_as_default_value = false)]
pub struct ToteMoveRow {
    pub id: i64,
    pub event_id: String,
    pub cycle_id: Option<i64>,
    pub plate: Option<String>,
    /// None: between the warehouse and the driver.
    pub point_id: Option<i64>,
    pub kind: String,
    pub act: String,
    pub qty: i64,
    pub reason: Option<String>,
    pub recorded_by: String,
    pub moved_at: i64,
}

/// A row of `point_totes`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = point_totes, treat_none_as_default_value = false)]
pub struct PointTotesRow {
    pub cycle_id: i64,
    pub point_id: i64,
    pub kind: String,
    pub version: i32,
    pub owed_qty: i64,
}

pub fn record(db: &mut Db, rows: &[ToteMoveRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, tote_moves::table, rows)?)
}

/// What was told under an act's name.
pub fn told(db: &mut Db, event_id: &str) -> Result<Vec<ToteMoveRow>, StoreError> {
    use tote_moves as t;
    Ok(on_either!(db, conn => t::table.filter(t::event_id.eq(event_id)).order(t::id).load(conn))?)
}

/// The moves of a cycle's stops.
pub fn of_cycle(db: &mut Db, cycle_id: i64) -> Result<Vec<ToteMoveRow>, StoreError> {
    use tote_moves as t;
    Ok(on_either!(db, conn => t::table.filter(t::cycle_id.eq(cycle_id)).order(t::id).load(conn))?)
}

/// Sums of the ledger: (plate, point, kind, act) and pieces.
type Sum = (Option<String>, Option<i64>, String, String, i64);

fn sums(db: &mut Db) -> Result<Vec<Sum>, StoreError> {
    use tote_moves as t;
    Ok(on_either!(db, conn => t::table
        .group_by((t::plate, t::point_id, t::kind, t::act))
        .select((t::plate, t::point_id, t::kind, t::act, sql::<BigInt>("CAST(SUM(qty) AS BIGINT)")))
        .load(conn))?)
}

/// Who has how many totes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    /// By point id.
    pub points: HashMap<i64, ToteCounts>,
    /// By plate.
    pub drivers: BTreeMap<String, ToteCounts>,
}

/// Every balance as it stands.
///
/// # Errors
/// A row that no step writes; what the database says.
pub fn balances(db: &mut Db) -> Result<Balances, StoreError> {
    let mut balances = Balances::default();
    for (plate, point_id, kind, act, qty) in sums(db)? {
        let kind = ToteKind::parse(&kind).ok_or(StoreError::DamagedRow("tote_moves"))?;
        let to_point = if act == "back" { -qty } else { qty };
        if let Some(point_id) = point_id {
            *balances.points.entry(point_id).or_default().of_mut(kind) += to_point;
        }
        // What goes to a point leaves its driver; what the warehouse gives out is the driver's.
        let to_driver = if point_id.is_some() { -to_point } else { to_point };
        if let Some(plate) = plate.filter(|_| act != "adjusted" || point_id.is_none()) {
            *balances.drivers.entry(plate).or_default().of_mut(kind) += to_driver;
        }
    }
    balances.points.retain(|_, counts| !counts.is_zero());
    balances.drivers.retain(|_, counts| !counts.is_zero());
    Ok(balances)
}

/// Notes what points still have as goods are dispatched to them.
pub fn carry(db: &mut Db, rows: &[PointTotesRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, point_totes::table, rows)?)
}

/// What points still had, by point id.
///
/// # Errors
/// A row that no step writes; what the database says.
pub fn carried(db: &mut Db, cycle_id: i64, version: u32) -> Result<HashMap<i64, ToteCounts>, StoreError> {
    use point_totes as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::version.le(version as i32));
    let rows: Vec<PointTotesRow> = on_either!(db, conn => own.load(conn))?;
    let mut carried: HashMap<i64, ToteCounts> = HashMap::new();
    for row in rows {
        let kind = ToteKind::parse(&row.kind).ok_or(StoreError::DamagedRow("point_totes"))?;
        *carried.entry(row.point_id).or_default().of_mut(kind) = row.owed_qty;
    }
    Ok(carried)
}
