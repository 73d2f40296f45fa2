//! What leaders counted at their points, and who goes without what did not come.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::dsl::max;
use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use rustc_hash::FxHashMap;

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{handover_losses, leader_receipt_lines, leader_receipts, loss_choices};

#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = leader_receipts, treat_none_as_default_value = false)]
pub struct ReceiptRow {
    pub cycle_id: i64,
    pub point_id: i64,
    /// The newest of a point is in force.
    pub count_no: i32,
    /// The cycle's version that the due is of.
    pub version: i32,
    pub due_qty: i64,
    /// Left at the door, nobody signed.
    pub is_unsigned: bool,
    pub remark: Option<String>,
    pub counted_by: String,
    pub recorded_by: String,
    pub device_at: i64,
    pub recorded_at: i64,
}

/// Where the two counts of a SKU differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = leader_receipt_lines, treat_none_as_default_value = false)]
pub struct ReceiptLineRow {
    pub cycle_id: i64,
    pub point_id: i64,
    pub count_no: i32,
    pub offer_no: i32,
    pub due_qty: i64,
    pub short_qty: i32,
    pub over_qty: i32,
    pub broken_qty: i32,
    pub wrong_qty: i32,
}

/// A choice of who goes without.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = loss_choices, treat_none_as_default_value = false)]
pub struct ChoiceRow {
    pub cycle_id: i64,
    pub point_id: i64,
    pub offer_no: i32,
    /// The newest of an offer at a point is in force.
    pub choice_no: i32,
    pub chosen_by: String,
    pub recorded_by: String,
    pub recorded_at: i64,
}

/// Pieces that a line goes without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = handover_losses, treat_none_as_default_value = false)]
pub struct LossRow {
    pub cycle_id: i64,
    pub point_id: i64,
    pub offer_no: i32,
    pub choice_no: i32,
    pub order_id: i64,
    pub lost_qty: i32,
}

/// The count in force at a point, with where it differs.
pub fn in_force(
    db: &mut Db,
    cycle_id: i64,
    point_id: i64,
) -> Result<Option<(ReceiptRow, Vec<ReceiptLineRow>)>, StoreError> {
    use {leader_receipt_lines as l, leader_receipts as t};
    let newest: Option<ReceiptRow> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::point_id.eq(point_id))
        .order(t::count_no.desc())
        .first(conn)
        .optional())?;
    let Some(receipt) = newest else { return Ok(None) };
    let lines: Vec<ReceiptLineRow> = on_either!(db, conn => l::table
        .filter(l::cycle_id.eq(cycle_id))
        .filter(l::point_id.eq(point_id))
        .filter(l::count_no.eq(receipt.count_no))
        .order(l::offer_no)
        .load(conn))?;
    Ok(Some((receipt, lines)))
}

/// Records a count.
pub fn record(db: &mut Db, receipt: &ReceiptRow, lines: &[ReceiptLineRow]) -> Result<(), StoreError> {
    insert_rows!(db, leader_receipts::table, std::slice::from_ref(receipt))?;
    Ok(insert_rows!(db, leader_receipt_lines::table, lines)?)
}

/// Records a choice.
pub fn choose(db: &mut Db, choice: &ChoiceRow, losses: &[LossRow]) -> Result<(), StoreError> {
    insert_rows!(db, loss_choices::table, std::slice::from_ref(choice))?;
    Ok(insert_rows!(db, handover_losses::table, losses)?)
}

/// The number of the choice in force of each offer at a point.
pub fn choices_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<HashMap<i32, i32>, StoreError> {
    use loss_choices as t;
    let rows: Vec<(i32, Option<i32>)> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::point_id.eq(point_id))
        .group_by(t::offer_no)
        .select((t::offer_no, max(t::choice_no)))
        .load(conn))?;
    Ok(rows.into_iter().filter_map(|(offer_no, choice_no)| Some((offer_no, choice_no?))).collect())
}

/// Losses in force at a point, by (order id, offer_no).
pub fn losses_at(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<HashMap<(i64, i32), i64>, StoreError> {
    use handover_losses as t;
    let in_force = choices_at(db, cycle_id, point_id)?;
    if in_force.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<LossRow> = on_either!(db, conn =>
        t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::point_id.eq(point_id)).load(conn))?;
    let stands = |row: &LossRow| in_force.get(&row.offer_no) == Some(&row.choice_no);
    Ok(rows.into_iter().filter(stands).map(|row| ((row.order_id, row.offer_no), i64::from(row.lost_qty))).collect())
}

/// Losses in force of each of these orders, by offer.
pub fn losses_of(
    db: &mut Db,
    cycle_id: i64,
    order_ids: &[i64],
) -> Result<FxHashMap<i64, FxHashMap<i32, i64>>, StoreError> {
    use handover_losses as t;
    let mut rows: Vec<LossRow> = Vec::new();
    for order_ids in order_ids.chunks(500) {
        let some: Vec<LossRow> = on_either!(db, conn =>
            t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::order_id.eq_any(order_ids)).load(conn))?;
        rows.extend(some);
    }
    let mut in_force: HashMap<i64, HashMap<i32, i32>> = HashMap::new();
    let mut losses: FxHashMap<i64, FxHashMap<i32, i64>> = FxHashMap::default();
    for row in rows {
        let choices = match in_force.entry(row.point_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(choices_at(db, cycle_id, row.point_id)?),
        };
        if choices.get(&row.offer_no) == Some(&row.choice_no) {
            losses.entry(row.order_id).or_default().insert(row.offer_no, i64::from(row.lost_qty));
        }
    }
    Ok(losses)
}

/// How many counts and choices there are of points. None is ever taken away, so another number is another state.
pub fn count_at(db: &mut Db, cycle_id: i64, point_ids: &[i64]) -> Result<i64, StoreError> {
    use {leader_receipts as r, loss_choices as c};
    let receipts: i64 = on_either!(db, conn => r::table
        .filter(r::cycle_id.eq(cycle_id)).filter(r::point_id.eq_any(point_ids)).count().get_result(conn))?;
    let choices: i64 = on_either!(db, conn => c::table
        .filter(c::cycle_id.eq(cycle_id)).filter(c::point_id.eq_any(point_ids)).count().get_result(conn))?;
    Ok(receipts + choices)
}
