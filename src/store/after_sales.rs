//! Cases of goods that were not as they should be.

use std::collections::HashMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl};

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{after_sales_cases, orders};

#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = after_sales_cases, treat_none_as_default_value = false)]
pub struct CaseRow {
    pub cycle_id: i64,
    pub order_id: i64,
    pub offer_no: i32,
    /// 1 for the first of a line.
    pub case_no: i32,
    pub problem: String,
    pub measure: String,
    pub part: i32,
    pub whole: i32,
    pub amount_fen: i64,
    pub remark: Option<String>,
    pub reported_by: String,
    pub recorded_by: String,
    pub device_at: i64,
    pub recorded_at: i64,
}

/// The cases of an order, by line.
pub fn of_order(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Vec<CaseRow>, StoreError> {
    use after_sales_cases as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq(order_id))
        .order((t::offer_no, t::case_no))
        .load(conn))?)
}

/// The cases at a point, by (order id, offer_no), each line's in order.
pub fn at_point(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<HashMap<(i64, i32), Vec<CaseRow>>, StoreError> {
    use {after_sales_cases as t, orders as o};
    let rows: Vec<CaseRow> = on_either!(db, conn => o::table
        .inner_join(t::table.on(t::cycle_id.eq(o::cycle_id).and(t::order_id.eq(o::id))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq(point_id))
        .order((t::order_id, t::offer_no, t::case_no))
        .select(after_sales_cases::all_columns)
        .load(conn))?;
    let mut cases: HashMap<(i64, i32), Vec<CaseRow>> = HashMap::new();
    rows.into_iter().for_each(|row| cases.entry((row.order_id, row.offer_no)).or_default().push(row));
    Ok(cases)
}

pub fn record(db: &mut Db, case: &CaseRow) -> Result<(), StoreError> {
    Ok(insert_rows!(db, after_sales_cases::table, std::slice::from_ref(case))?)
}

/// How many cases there are at points. None is ever taken away, so another number is another state.
pub fn count_at(db: &mut Db, cycle_id: i64, point_ids: &[i64]) -> Result<i64, StoreError> {
    use {after_sales_cases as t, orders as o};
    Ok(on_either!(db, conn => o::table
        .inner_join(t::table.on(t::cycle_id.eq(o::cycle_id).and(t::order_id.eq(o::id))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq_any(point_ids))
        .count()
        .get_result(conn))?)
}
