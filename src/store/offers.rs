//! Offers: the SKUs on sale in a cycle, with their terms copied in.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::{
    AsChangeset, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
};

use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::counters;
use crate::store::cycles::{self, Hold};
use crate::store::schema::{offers, order_lines, skus};
use crate::store::stamps::{self, Stamp};

#[derive(Clone, Debug, PartialEq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = offers, primary_key(cycle_id, offer_no))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct OfferRow {
    pub cycle_id: i64,
    pub offer_no: i32,
    pub sku_id: i64,
    pub supplier_id: i64,
    pub sale_price_fen: i64,
    pub limit_per_resident: Option<i32>,
    pub threshold_qty: i32,
    pub stock_cap: Option<i32>,
    pub rounding: Option<String>,
    pub round_up_at_pct: i32,
    pub below_moq: String,
    pub shortage_rule: Option<String>,
    pub price_unit: String,
    pub unit_price_fen: Option<i64>,
    pub case_size: i32,
    pub moq: i32,
    pub order_multiple: i32,
    pub weight_policy: String,
    pub weight_cap_bp: Option<i32>,
    pub weight_min_g: Option<i32>,
    pub weight_max_g: Option<i32>,
    pub weight_tolerance_bp: i32,
}

/// The offers of a cycle, by number.
pub fn of_cycle(db: &mut Db, cycle_id: i64) -> Result<Vec<OfferRow>, StoreError> {
    Ok(on_either!(db, conn => offers::table
        .filter(offers::cycle_id.eq(cycle_id))
        .order(offers::offer_no)
        .load(conn))?)
}

/// How many offers each of these cycles has; one without any is not among them.
pub fn counts(db: &mut Db, cycle_ids: &[i64]) -> Result<HashMap<i64, i64>, StoreError> {
    let own = offers::table.filter(offers::cycle_id.eq_any(cycle_ids)).group_by(offers::cycle_id);
    let rows: Vec<(i64, i64)> = on_either!(db, conn => own.select((offers::cycle_id, count_star())).load(conn))?;
    Ok(rows.into_iter().collect())
}

/// The number of the offer that a cycle makes of a SKU.
pub fn of_sku(db: &mut Db, cycle_id: i64, sku_code: &str) -> Result<Option<i32>, StoreError> {
    let own = offers::table.inner_join(skus::table.on(skus::id.eq(offers::sku_id)));
    let own = own.filter(offers::cycle_id.eq(cycle_id)).filter(skus::sku_code.eq(sku_code)).select(offers::offer_no);
    Ok(on_either!(db, conn => own.first(conn).optional())?)
}

/// Adds `new` offers and rewrites `changed` ones, whose pieces are then counted anew. No order comes in meanwhile.
pub fn save(db: &mut Db, new: &[OfferRow], changed: &[OfferRow]) -> Result<(), StoreError> {
    let mut cycle_ids: Vec<i64> = new.iter().chain(changed).map(|row| row.cycle_id).collect();
    cycle_ids.sort_unstable();
    cycle_ids.dedup();
    if cycle_ids.is_empty() {
        return Ok(());
    }
    cycles::hold(db, &cycle_ids, Hold::Alone)?;
    stamps::raise(db, Stamp::Catalogue)?;
    insert_rows!(db, offers::table, new)?;
    for row in changed {
        on_either!(db, conn => diesel::update(offers::table.find((row.cycle_id, row.offer_no)))
            .set(row)
            .execute(conn))?;
        counters::forget(db, row.cycle_id, Some(row.offer_no))?;
    }
    Ok(())
}

/// Whether anything of the offer was ordered yet.
pub fn is_ordered(db: &mut Db, cycle_id: i64, offer_no: i32) -> Result<bool, StoreError> {
    let lines =
        order_lines::table.filter(order_lines::cycle_id.eq(cycle_id)).filter(order_lines::offer_no.eq(offer_no));
    Ok(on_either!(db, conn => diesel::select(diesel::dsl::exists(lines)).get_result(conn))?)
}
