//! The labels of a point: those in its slot, and those of its households.

use std::collections::BTreeSet;

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{orders, weighed_labels, weight_bindings, weight_voids};
use crate::store::weights::{Label, named};

/// A label that counts, at a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointLabel {
    pub weigh_no: String,
    pub offer_no: i32,
    pub actual_weight_g: i32,
    /// Whose it is.
    pub order_id: Option<i64>,
}

/// The labels of a point that count, by weigh_no.
pub fn at_point(db: &mut Db, cycle_id: i64, point_id: i64) -> Result<Vec<PointLabel>, StoreError> {
    use {orders as o, weighed_labels as l, weight_bindings as b};
    let in_slot: Vec<String> = on_either!(db, conn => l::table
        .filter(l::cycle_id.eq(cycle_id))
        .filter(l::point_id.eq(point_id))
        .select(l::weigh_no)
        .load(conn))?;
    let bound: Vec<(String, i64)> = on_either!(db, conn => o::table
        .inner_join(b::table.on(b::cycle_id.eq(o::cycle_id).and(b::order_id.eq(o::id.nullable()))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq(point_id))
        .select((b::weigh_no, o::id))
        .load(conn))?;
    let own: BTreeSet<i64> = bound.iter().map(|(_, order_id)| *order_id).collect();
    let all: BTreeSet<String> = in_slot.into_iter().chain(bound.into_iter().map(|(no, _)| no)).collect();
    let labels = named(db, cycle_id, &all.into_iter().collect::<Vec<_>>())?.into_values();
    // One that was bound here before and lies in another slot is of that one.
    let is_here = |label: &Label| {
        let is_own = label.order_id.is_some_and(|id| own.contains(&id));
        !label.is_void && (label.row.point_id == Some(point_id) || is_own)
    };
    let told = |label: Label| PointLabel {
        offer_no: label.row.offer_no,
        actual_weight_g: label.row.actual_weight_g,
        order_id: label.order_id,
        weigh_no: label.row.weigh_no,
    };
    Ok(labels.filter(is_here).map(told).collect())
}

/// How much was noted of labels at points. Nothing is ever taken away, so another number is another state.
pub fn count_at(db: &mut Db, cycle_id: i64, point_ids: &[i64]) -> Result<i64, StoreError> {
    use {orders as o, weighed_labels as l, weight_bindings as b, weight_voids as v};
    let labels: i64 = on_either!(db, conn => l::table
        .filter(l::cycle_id.eq(cycle_id))
        .filter(l::point_id.eq_any(point_ids))
        .count()
        .get_result(conn))?;
    let voids: i64 = on_either!(db, conn => l::table
        .inner_join(v::table.on(v::cycle_id.eq(l::cycle_id).and(v::weigh_no.eq(l::weigh_no))))
        .filter(l::cycle_id.eq(cycle_id))
        .filter(l::point_id.eq_any(point_ids))
        .count()
        .get_result(conn))?;
    let released: i64 = on_either!(db, conn => l::table
        .inner_join(b::table.on(b::cycle_id.eq(l::cycle_id).and(b::weigh_no.eq(l::weigh_no))))
        .filter(l::cycle_id.eq(cycle_id))
        .filter(l::point_id.eq_any(point_ids))
        .count()
        .get_result(conn))?;
    let bound: i64 = on_either!(db, conn => o::table
        .inner_join(b::table.on(b::cycle_id.eq(o::cycle_id).and(b::order_id.eq(o::id.nullable()))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::point_id.eq_any(point_ids))
        .count()
        .get_result(conn))?;
    Ok(labels + voids + released + bound)
}
