//! What has been ordered so far, by a recount of the rows: of open cycles and frozen ones alike.

use std::collections::{BTreeMap, HashMap};

use crate::domain::facts::Cycle;
use crate::domain::states::OrderState;
use crate::domain::tally::{Counted, Sums, Tally, Way};
use crate::domain::window::takes_part;
use crate::flow::FlowError;
use crate::flow::load_cycle::card;
use crate::store::backend::Db;
use crate::store::book::scan_quantities;
use crate::store::single_orders::{self, LineRow};
use crate::store::{master, offers, orders};

/// The sums of a cycle's orders: those that take part, and beside them what is unpaid and does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub orders: u64,
    pub lines: u64,
    pub ordered_qty: u64,
    /// Pieces of orders that do not take part because they are unpaid.
    pub unpaid_qty: u64,
    /// sale price × ordered, in fen.
    pub sales_fen: i64,
    /// By code.
    pub skus: Vec<Sum>,
    pub leaders: Vec<Sum>,
    pub suppliers: Vec<Sum>,
}

/// The sums of one SKU, leader or supplier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub code: String,
    /// Of leaders only.
    pub orders: u64,
    pub lines: u64,
    pub ordered_qty: u64,
    pub tolerance_qty: u64,
    /// Of a SKU with a cap on what may be sold, where all orders are counted.
    pub cap: Option<Cap>,
}

/// How far an offer's `stock_cap` is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    pub stock_cap: u32,
    /// Pieces that count towards it: paid for or not, without tolerance.
    pub sold_qty: u64,
}

impl Sum {
    fn of(code: &str, sums: &Sums) -> Sum {
        let whole = |figure: i64| u64::try_from(figure).unwrap_or(0);
        Sum {
            code: code.to_owned(),
            orders: whole(sums.orders),
            lines: whole(sums.lines),
            ordered_qty: whole(sums.ordered_qty),
            tolerance_qty: whole(sums.tolerance_qty),
            cap: None,
        }
    }

    /// With the cap of its offer.
    fn capped(self, stock_cap: Option<i32>, sums: &Sums) -> Sum {
        let sold_qty = u64::try_from(sums.ordered_qty + sums.unpaid_qty).unwrap_or(0);
        Sum { cap: stock_cap.map(|cap| Cap { stock_cap: cap.unsigned_abs(), sold_qty }), ..self }
    }
}

/// Counts a cycle's orders in one read snapshot.
///
/// # Errors
/// `not_found`.
pub fn count_totals(db: &mut Db, cycle_code: &str) -> Result<Totals, FlowError> {
    db.read(|db| {
        let cycle = card(db, cycle_code)?;
        let tally = count(db, &cycle)?;
        name(db, cycle.id, &tally)
    })
}

/// Counts the orders of these leaders alone, in one read snapshot.
///
/// # Errors
/// `not_found`.
pub fn count_leaders(db: &mut Db, cycle_code: &str, leader_ids: &[i64]) -> Result<Totals, FlowError> {
    db.read(|db| {
        let cycle = card(db, cycle_code)?;
        let prices: HashMap<i32, i64> =
            offers::of_cycle(db, cycle.id)?.into_iter().map(|row| (row.offer_no, row.sale_price_fen)).collect();
        let mut tally = Tally::default();
        let mut lines = single_orders::lines_of_leaders(db, cycle.id, leader_ids)?;
        for row in single_orders::standing_of(db, cycle.id, leader_ids)? {
            let counts = takes_part(row.state(), cycle.payment);
            tally.order(Way::In, row.leader_id, counts);
            for LineRow { offer_no, ordered_qty, tolerance, .. } in lines.remove(&row.id).unwrap_or_default() {
                let counted = Counted { offer_no, ordered_qty, tolerance, price_fen: prices[&offer_no] };
                tally.line(Way::In, row.leader_id, counts, counted);
            }
        }
        let mut totals = name(db, cycle.id, &tally)?;
        // How much all the others have sold is nothing that a leader's own orders tell.
        totals.skus.iter_mut().for_each(|sku| sku.cap = None);
        Ok(totals)
    })
}

/// Counts the orders of a cycle that stand, within the transaction at hand.
pub fn count(db: &mut Db, cycle: &Cycle) -> Result<Tally, FlowError> {
    let staging: Vec<i64> = orders::staging(db, cycle.id)?.into_iter().map(|(id, _, _)| id).collect();
    let prices: HashMap<i32, i64> =
        offers::of_cycle(db, cycle.id)?.into_iter().map(|row| (row.offer_no, row.sale_price_fen)).collect();
    let mut tally = Tally::default();
    // Id, leader, and whether the order counts.
    let mut heads: Vec<(i64, i64, bool)> = Vec::new();
    orders::each_standing(db, cycle.id, &mut |row| {
        if row.import_id.is_none_or(|id| !staging.contains(&id)) {
            let state = OrderState::parse(&row.state).unwrap_or(OrderState::Unpaid);
            let counts = takes_part(state, cycle.payment);
            tally.order(Way::In, row.leader_id, counts);
            heads.push((row.id, row.leader_id, counts));
        }
    })?;
    let mut at = 0;
    scan_quantities(db, cycle.id, &mut |line| {
        while at < heads.len() && heads[at].0 < line.order_id {
            at += 1;
        }
        if let Some(&(id, leader, counts)) = heads.get(at)
            && id == line.order_id
        {
            let (ordered_qty, tolerance) = (line.ordered_qty, line.tolerance);
            let price_fen = prices[&line.offer_no];
            tally.line(Way::In, leader, counts, Counted { offer_no: line.offer_no, ordered_qty, tolerance, price_fen });
        }
    })?;
    Ok(tally)
}

/// The totals with codes in place of numbers and ids.
pub fn name(db: &mut Db, cycle_id: i64, tally: &Tally) -> Result<Totals, FlowError> {
    let sku_codes: HashMap<i64, String> = master::sku::all(db)?.into_iter().map(|row| (row.id, row.sku_code)).collect();
    let supplier_codes: HashMap<i64, String> =
        master::supplier::all(db)?.into_iter().map(|row| (row.id, row.supplier_code)).collect();
    let mut suppliers: BTreeMap<i64, Sums> = BTreeMap::new();
    let mut skus = Vec::new();
    for offer in offers::of_cycle(db, cycle_id)? {
        // What is unpaid alone is of interest where it uses up a cap.
        let is_told = |sums: &&Sums| sums.lines > 0 || offer.stock_cap.is_some();
        if let Some(sums) = tally.offers.get(&offer.offer_no).filter(is_told) {
            skus.push(Sum::of(&sku_codes[&offer.sku_id], sums).capped(offer.stock_cap, sums));
            let supplier = suppliers.entry(offer.supplier_id).or_default();
            supplier.lines += sums.lines;
            supplier.ordered_qty += sums.ordered_qty;
            supplier.tolerance_qty += sums.tolerance_qty;
        }
    }
    let mut suppliers: Vec<Sum> = suppliers.iter().map(|(id, sums)| Sum::of(&supplier_codes[id], sums)).collect();
    let mut leaders: Vec<Sum> = master::leader::all(db)?
        .iter()
        .filter_map(|row| tally.leaders.get(&row.id).map(|sums| Sum::of(&row.leader_code, sums)))
        .collect();
    for sums in [&mut skus, &mut suppliers, &mut leaders] {
        sums.sort_by(|a, b| a.code.cmp(&b.code));
    }
    let whole = |figure: i64| u64::try_from(figure).unwrap_or(0);
    Ok(Totals {
        orders: whole(tally.cycle.orders),
        lines: whole(tally.cycle.lines),
        ordered_qty: whole(tally.cycle.ordered_qty),
        unpaid_qty: whole(tally.cycle.unpaid_qty),
        sales_fen: tally.cycle.sales_fen,
        skus,
        leaders,
        suppliers,
    })
}
