//! Weighed labels, whose they are, and what they moved when weights were settled.

mod lines;
mod point;

pub use lines::{AdjustmentRow, add_adjustments, adjustments_of_order, given_away, load_into};
pub use point::{PointLabel, at_point, count_at};

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::dsl::max;
use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl,
};

use crate::domain::money::Fen;
use crate::domain::weighing::{Weighing, WeightPolicy, WeightRule};
use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::{cycle_skus, offers, weighed_labels, weight_bindings, weight_voids};

/// A weighed label: one piece of goods.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = weighed_labels, treat_none_as_default_value = false)]
pub struct LabelRow {
    pub cycle_id: i64,
    pub weigh_no: String,
    pub number: Option<i32>,
    pub offer_no: i32,
    pub point_id: Option<i64>,
    pub actual_weight_g: i32,
    pub is_confirmed: bool,
    pub version: i32,
    pub weighed_by: String,
    pub weighed_at: i64,
}

/// A label that does not count.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = weight_voids, treat_none_as_default_value = false)]
pub struct VoidRow {
    pub cycle_id: i64,
    pub weigh_no: String,
    pub version: i32,
    pub voided_by: String,
    pub voided_at: i64,
}

/// Whose a label is from here on; nobody's without an order.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, Queryable)]
#[diesel(table_name = weight_bindings, treat_none_as_default_value = false)]
pub struct BindingRow {
    pub cycle_id: i64,
    pub weigh_no: String,
    pub bind_no: i32,
    pub order_id: Option<i64>,
    pub version: i32,
    pub bound_by: String,
    pub recorded_by: String,
    pub device_at: i64,
    pub recorded_at: i64,
}

/// A label as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub row: LabelRow,
    pub is_void: bool,
    /// Whose it is, and how often that was said.
    pub order_id: Option<i64>,
    pub bind_no: i32,
}

impl Label {
    /// The grams of a label that counts for an order.
    pub fn grams(&self) -> u32 {
        self.row.actual_weight_g.unsigned_abs()
    }
}

/// How many are asked for at a time: a statement has only so many places.
const AT_ONCE: usize = 500;

/// All labels of a cycle as they stand, by weigh_no.
pub fn of_cycle(db: &mut Db, cycle_id: i64) -> Result<BTreeMap<String, Label>, StoreError> {
    use {weighed_labels as l, weight_bindings as b, weight_voids as v};
    let rows = on_either!(db, conn => l::table.filter(l::cycle_id.eq(cycle_id)).load(conn))?;
    let void = on_either!(db, conn => v::table.filter(v::cycle_id.eq(cycle_id)).select(v::weigh_no).load(conn))?;
    let bound = on_either!(db, conn => b::table
        .filter(b::cycle_id.eq(cycle_id))
        .order((b::weigh_no, b::bind_no))
        .select((b::weigh_no, b::bind_no, b::order_id))
        .load(conn))?;
    Ok(joined(rows, void, bound))
}

/// These labels as they stand; those that are not there are left out.
pub fn named(db: &mut Db, cycle_id: i64, weigh_nos: &[String]) -> Result<BTreeMap<String, Label>, StoreError> {
    use {weighed_labels as l, weight_bindings as b, weight_voids as v};
    let mut labels = BTreeMap::new();
    for some in weigh_nos.chunks(AT_ONCE) {
        let own = l::table.filter(l::cycle_id.eq(cycle_id)).filter(l::weigh_no.eq_any(some));
        let rows = on_either!(db, conn => own.load(conn))?;
        let own = v::table.filter(v::cycle_id.eq(cycle_id)).filter(v::weigh_no.eq_any(some)).select(v::weigh_no);
        let void = on_either!(db, conn => own.load(conn))?;
        let bound = on_either!(db, conn => b::table
            .filter(b::cycle_id.eq(cycle_id))
            .filter(b::weigh_no.eq_any(some))
            .order((b::weigh_no, b::bind_no))
            .select((b::weigh_no, b::bind_no, b::order_id))
            .load(conn))?;
        labels.extend(joined(rows, void, bound));
    }
    Ok(labels)
}

/// `bound`: (weigh_no, bind_no, order id), the newest of a label last.
fn joined(rows: Vec<LabelRow>, void: Vec<String>, bound: Vec<(String, i32, Option<i64>)>) -> BTreeMap<String, Label> {
    let label = |row: LabelRow| (row.weigh_no.clone(), Label { row, is_void: false, order_id: None, bind_no: 0 });
    let mut labels: BTreeMap<String, Label> = rows.into_iter().map(label).collect();
    void.iter().for_each(|no| labels.get_mut(no).into_iter().for_each(|label| label.is_void = true));
    for (weigh_no, bind_no, order_id) in bound {
        if let Some(label) = labels.get_mut(&weigh_no) {
            (label.order_id, label.bind_no) = (order_id, bind_no);
        }
    }
    labels
}

/// One label as it stands.
pub fn label(db: &mut Db, cycle_id: i64, weigh_no: &str) -> Result<Option<Label>, StoreError> {
    Ok(named(db, cycle_id, &[weigh_no.to_owned()])?.remove(weigh_no))
}

/// The labels that count for an order, by weigh_no.
pub fn of_order(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Vec<Label>, StoreError> {
    use weight_bindings as b;
    let ever: Vec<String> = on_either!(db, conn => b::table
        .filter(b::cycle_id.eq(cycle_id))
        .filter(b::order_id.eq(order_id))
        .select(b::weigh_no)
        .distinct()
        .load(conn))?;
    let mut labels = named(db, cycle_id, &ever)?;
    labels.retain(|_, label| !label.is_void && label.order_id == Some(order_id));
    Ok(labels.into_values().collect())
}

/// The greatest number of a cycle's labels.
pub fn greatest_number(db: &mut Db, cycle_id: i64) -> Result<Option<i32>, StoreError> {
    use weighed_labels as l;
    Ok(on_either!(db, conn => l::table.filter(l::cycle_id.eq(cycle_id)).select(max(l::number)).first(conn))?)
}

/// How many labels, voids and bindings there are. None is ever taken away, so other numbers are another state.
pub fn counts(db: &mut Db, cycle_id: i64) -> Result<[i64; 3], StoreError> {
    use {weighed_labels as l, weight_bindings as b, weight_voids as v};
    Ok([
        on_either!(db, conn => l::table.filter(l::cycle_id.eq(cycle_id)).count().get_result(conn))?,
        on_either!(db, conn => v::table.filter(v::cycle_id.eq(cycle_id)).count().get_result(conn))?,
        on_either!(db, conn => b::table.filter(b::cycle_id.eq(cycle_id)).count().get_result(conn))?,
    ])
}

pub fn add_labels(db: &mut Db, rows: &[LabelRow]) -> Result<(), StoreError> {
    Ok(insert_rows!(db, weighed_labels::table, rows)?)
}

pub fn add_void(db: &mut Db, row: &VoidRow) -> Result<(), StoreError> {
    Ok(insert_rows!(db, weight_voids::table, std::slice::from_ref(row))?)
}

/// Adds bindings.
///
/// # Errors
/// `Raced` where somebody else said whose one of them is at the same moment.
pub fn add_bindings(db: &mut Db, rows: &[BindingRow]) -> Result<(), StoreError> {
    let added = insert_rows!(db, weight_bindings::table, rows, or_nothing)?;
    if added == rows.len() { Ok(()) } else { Err(StoreError::Raced) }
}

/// What an offer of a frozen cycle says of weighing, and what it is called; None where it is not weighed.
pub fn weighing(db: &mut Db, cycle_id: i64, offer_no: i32) -> Result<Option<(Weighing, String)>, StoreError> {
    use {cycle_skus as s, offers as o};
    #[expect(clippy::type_complexity, reason = "the columns of one row")]
    let row: Option<(i64, String, Option<i32>, Option<i32>, Option<i32>, i32, Option<i32>, bool, String)> = on_either!(db, conn => o::table
        .inner_join(s::table.on(s::cycle_id.eq(o::cycle_id).and(s::offer_no.eq(o::offer_no))))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::offer_no.eq(offer_no))
        .select((
            o::sale_price_fen, o::weight_policy, o::weight_cap_bp, o::weight_min_g, o::weight_max_g,
            o::weight_tolerance_bp, s::nominal_weight_g, s::is_variable_weight, s::name,
        ))
        .first(conn)
        .optional())?;
    let Some((price, policy, cap, min, max, tolerance, nominal, is_variable, name)) = row else { return Ok(None) };
    let whole = |n: Option<i32>| n.map(i32::unsigned_abs);
    let rule = WeightRule {
        policy: WeightPolicy::parse(&policy).ok_or(StoreError::DamagedRow("offers"))?,
        cap_bp: whole(cap),
        min_g: whole(min),
        max_g: whole(max),
        tolerance_bp: tolerance.unsigned_abs(),
    };
    let nominal_g = whole(nominal).filter(|grams| is_variable && *grams > 0);
    Ok(nominal_g.map(|nominal_g| (Weighing { unit_price: Fen(price), nominal_g, rule }, name)))
}

/// Order numbers by id, for those that labels name.
pub fn order_nos(db: &mut Db, cycle_id: i64, ids: &HashSet<i64>) -> Result<HashMap<i64, String>, StoreError> {
    use crate::store::schema::orders as t;
    let ids: Vec<i64> = ids.iter().copied().collect();
    let mut found = HashMap::new();
    for some in ids.chunks(500) {
        let own = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::id.eq_any(some)).select((t::id, t::order_no));
        let rows: Vec<(i64, String)> = on_either!(db, conn => own.load(conn))?;
        found.extend(rows);
    }
    Ok(found)
}
