//! Photos of goods, and what they show.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl,
};

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{after_sales_cases, cycle_points, leader_receipts, photos};

/// A photo as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = photos, treat_none_as_default_value = false)]
pub struct PhotoRow {
    pub id: i64,
    pub cycle_id: i64,
    pub point_id: i64,
    /// The case that it shows: order, offer, number of the case; else `count_no`.
    pub order_id: Option<i64>,
    pub offer_no: Option<i32>,
    pub case_no: Option<i32>,
    /// The count at the point that it shows.
    pub count_no: Option<i32>,
    /// A JPEG.
    pub image: Vec<u8>,
    pub recorded_by: String,
    pub device_at: i64,
    pub recorded_at: i64,
}

/// What a photo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shows {
    /// A case: order id, offer_no, number of the case.
    Case(i64, i32, i32),
    /// A count at the point, by its number.
    Count(i32),
}

pub fn record(db: &mut Db, photo: &PhotoRow) -> Result<(), StoreError> {
    Ok(insert_rows!(db, photos::table, std::slice::from_ref(photo))?)
}

/// A photo with the leader at whose point it was taken.
pub fn find(db: &mut Db, id: i64) -> Result<Option<(Vec<u8>, i64)>, StoreError> {
    use {cycle_points as p, photos as t};
    Ok(on_either!(db, conn => t::table
        .inner_join(p::table.on(p::cycle_id.eq(t::cycle_id).and(p::point_id.eq(t::point_id))))
        .filter(t::id.eq(id))
        .select((t::image, p::leader_id))
        .first(conn)
        .optional())?)
}

/// The photos of a point by what they show, the earliest first.
pub fn at_point(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<HashMap<Shows, Vec<i64>>, StoreError> {
    use photos as t;
    type Row = (i64, Option<i64>, Option<i32>, Option<i32>, Option<i32>);
    let rows: Vec<Row> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::point_id.eq(point_id))
        .order(t::id)
        .select((t::id, t::order_id, t::offer_no, t::case_no, t::count_no))
        .load(conn))?;
    let mut known: HashMap<Shows, Vec<i64>> = HashMap::new();
    for (id, order_id, offer_no, case_no, count_no) in rows {
        let shows = match (order_id, offer_no, case_no, count_no) {
            (Some(order_id), Some(offer_no), Some(case_no), None) => Shows::Case(order_id, offer_no, case_no),
            (None, None, None, Some(count_no)) => Shows::Count(count_no),
            _ => return Err(StoreError::DamagedRow("photos")),
        };
        known.entry(shows).or_default().push(id);
    }
    Ok(known)
}

/// How many photos there are at points. None is ever taken away, so another number is another state.
pub fn count_at(db: &mut Db, cycle_id: i64, point_ids: &[i64]) -> Result<i64, StoreError> {
    use photos as t;
    let rows = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::point_id.eq_any(point_ids));
    Ok(on_either!(db, conn => rows.count().get_result(conn))?)
}

/// The newest case of a line that this person reported.
pub fn case_by(db: &mut Db, cycle_id: i64, order_id: i64, offer_no: i32, by: &str) -> Result<Option<i32>, StoreError> {
    use after_sales_cases as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq(order_id))
        .filter(t::offer_no.eq(offer_no))
        .filter(t::recorded_by.eq(by))
        .select(max(t::case_no))
        .first(conn))?)
}

/// The newest count at a point that this person noted.
pub fn count_by(db: &mut Db, cycle_id: i64, point_id: i64, by: &str) -> Result<Option<i32>, StoreError> {
    use leader_receipts as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::point_id.eq(point_id))
        .filter(t::recorded_by.eq(by))
        .select(max(t::count_no))
        .first(conn))?)
}
