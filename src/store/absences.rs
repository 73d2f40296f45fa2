//! Days on which leaders are away.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, NullableExpressionMethods, OptionalExtension, QueryDsl,
    Queryable, RunQueryDsl,
};

use crate::domain::absence::Leave;
use crate::domain::time::{Moment, parse_date};
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::leader_absences as t;

#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = t, treat_none_as_default_value = false)]
pub struct AbsenceRow {
    pub id: i64,
    pub leader_id: i64,
    pub from_date: String,
    pub to_date: String,
    /// Who stands in; None: nobody, and no orders are taken.
    pub stand_in_id: Option<i64>,
    pub made_by: String,
    pub made_at: i64,
    pub ended_by: Option<String>,
    pub ended_at: Option<i64>,
}

impl AbsenceRow {
    /// Its days.
    ///
    /// # Errors
    /// `DamagedRow`.
    pub fn leave(&self) -> Result<Leave, StoreError> {
        let date = |text: &str| parse_date(text).ok_or(StoreError::DamagedRow("leader_absences"));
        Ok(Leave { from: date(&self.from_date)?, to: date(&self.to_date)? })
    }
}

/// Those of leaders and of whom they stand in for that stand and are not over on a day, the earliest first.
pub fn around(db: &mut Db, leader_ids: &[i64], day: NaiveDate) -> Result<Vec<AbsenceRow>, StoreError> {
    let theirs = t::leader_id.eq_any(leader_ids).nullable().or(t::stand_in_id.eq_any(leader_ids));
    let rows = t::table.filter(t::ended_at.is_null()).filter(t::to_date.ge(day.to_string())).filter(theirs);
    Ok(on_either!(db, conn => rows.order((t::from_date, t::id)).load(conn))?)
}

/// For whom a leader stands in on a day.
pub fn stood_in_for(db: &mut Db, leader_id: i64, day: NaiveDate) -> Result<Vec<i64>, StoreError> {
    let day = day.to_string();
    let rows = t::table
        .filter(t::stand_in_id.eq(leader_id))
        .filter(t::ended_at.is_null())
        .filter(t::from_date.le(&day))
        .filter(t::to_date.ge(&day));
    Ok(on_either!(db, conn => rows.select(t::leader_id).order(t::leader_id).load(conn))?)
}

/// The leaders for whom nobody is there on a day, and how long.
pub fn nobody_there(db: &mut Db, day: NaiveDate) -> Result<HashMap<i64, Leave>, StoreError> {
    let day = day.to_string();
    let rows = t::table
        .filter(t::stand_in_id.is_null())
        .filter(t::ended_at.is_null())
        .filter(t::from_date.le(&day))
        .filter(t::to_date.ge(&day));
    let rows: Vec<AbsenceRow> = on_either!(db, conn => rows.load(conn))?;
    rows.into_iter().map(|row| Ok((row.leader_id, row.leave()?))).collect()
}

pub fn find(db: &mut Db, id: i64) -> Result<Option<AbsenceRow>, StoreError> {
    Ok(on_either!(db, conn => t::table.find(id).first(conn).optional())?)
}

pub fn add(db: &mut Db, row: &AbsenceRow) -> Result<(), StoreError> {
    on_either!(db, conn => diesel::insert_into(t::table).values(row).execute(conn))?;
    Ok(())
}

/// Takes one back.
pub fn end(db: &mut Db, id: i64, by: &str, at: Moment) -> Result<(), StoreError> {
    let set = (t::ended_by.eq(by), t::ended_at.eq(at.0));
    on_either!(db, conn => diesel::update(t::table.find(id)).set(set).execute(conn))?;
    Ok(())
}
