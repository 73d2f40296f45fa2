//! What is known of the lines of one order: what the goods are called, why a line got less, what goes back for it.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
};

use crate::domain::money::Fen;
use crate::domain::states::RefundState;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, on_either};
use crate::store::schema::{allocations, cycle_skus, offers, payment_holds, refund_lines, refunds, skus};

/// What goods are called, and cost.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct GoodsRow {
    pub offer_no: i32,
    pub name: String,
    pub spec: String,
    pub unit: String,
    pub temp_zone: String,
    pub sale_price_fen: i64,
}

/// The goods of these offers: as the freeze copied them into the cycle, before it as the catalogue has them.
pub fn goods(db: &mut Db, cycle_id: i64, offer_nos: &[i32]) -> Result<Vec<GoodsRow>, StoreError> {
    use {cycle_skus as c, offers as o, skus as s};
    let copied: Vec<GoodsRow> = on_either!(db, conn => c::table
        .inner_join(o::table.on(o::cycle_id.eq(c::cycle_id).and(o::offer_no.eq(c::offer_no))))
        .filter(c::cycle_id.eq(cycle_id))
        .filter(c::offer_no.eq_any(offer_nos))
        .select((c::offer_no, c::name, c::spec, c::unit, c::temp_zone, o::sale_price_fen))
        .load(conn))?;
    if !copied.is_empty() {
        return Ok(copied);
    }
    Ok(on_either!(db, conn => o::table
        .inner_join(s::table.on(s::id.eq(o::sku_id)))
        .filter(o::cycle_id.eq(cycle_id))
        .filter(o::offer_no.eq_any(offer_nos))
        .select((o::offer_no, s::name, s::spec, s::unit, s::temp_zone, o::sale_price_fen))
        .load(conn))?)
}

/// The code of the newest reason of each line of an order that got something else than it ordered, by offer; several of
/// an offer in the order of their versions.
pub fn reasons(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Vec<(i32, String)>, StoreError> {
    use allocations as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .filter(t::order_id.eq(order_id))
        .order((t::offer_no, t::version))
        .select((t::offer_no, t::reason))
        .load(conn))?)
}

/// Money that goes back for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRefund {
    pub offer_no: i32,
    /// Where the money is.
    pub state: RefundState,
    pub amount: Fen,
    /// Since when, where it is known.
    pub changed_at: Option<Moment>,
}

/// What goes back for each line of an order.
pub fn refunds_of(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Vec<LineRefund>, StoreError> {
    use {refund_lines as l, refunds as t};
    let rows: Vec<(i32, String, i64, Option<i64>)> = on_either!(db, conn => l::table
        .inner_join(t::table)
        .filter(t::cycle_id.eq(cycle_id).and(t::order_id.eq(order_id)))
        .order((t::run, l::offer_no, l::cause))
        .select((l::offer_no, t::state, l::amount_fen, t::changed_at))
        .load(conn))?;
    let state = |code: &str| RefundState::parse(code).expect("the schema's CHECK lets only known states in");
    let refund = |(offer_no, code, fen, at): (i32, String, i64, Option<i64>)| LineRefund {
        offer_no,
        state: state(&code),
        amount: Fen(fen),
        changed_at: at.map(Moment),
    };
    Ok(rows.into_iter().map(refund).collect())
}

/// Until when an unpaid order of an online cycle holds what it ordered.
pub fn held_until(db: &mut Db, cycle_id: i64, order_id: i64) -> Result<Option<Moment>, StoreError> {
    let row = payment_holds::table.find((cycle_id, order_id)).select(payment_holds::expires_at);
    let at: Option<i64> = on_either!(db, conn => row.first(conn).optional())?;
    Ok(at.map(Moment))
}
