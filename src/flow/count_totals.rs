//! What has been ordered so far, by a recount of the rows: of open cycles and frozen ones alike.

use std::collections::{BTreeMap, HashMap};

use crate::domain::states::OrderState;
use crate::domain::window::takes_part;
use crate::flow::FlowError;
use crate::flow::load_cycle::card;
use crate::store::backend::Db;
use crate::store::book::scan_quantities;
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
}

impl Sum {
    fn add(&mut self, ordered: u64, tolerance: u64) {
        self.lines += 1;
        self.ordered_qty += ordered;
        self.tolerance_qty += tolerance;
    }
}

/// Counts a cycle's orders in one read snapshot.
///
/// # Errors
/// `not_found`.
pub fn count_totals(db: &mut Db, cycle_code: &str) -> Result<Totals, FlowError> {
    counted(db, cycle_code, |_| true)
}

/// Counts the orders of these leaders alone, in one read snapshot.
///
/// # Errors
/// `not_found`.
pub fn count_leaders(db: &mut Db, cycle_code: &str, leader_ids: &[i64]) -> Result<Totals, FlowError> {
    counted(db, cycle_code, |leader_id| leader_ids.contains(&leader_id))
}

fn counted(db: &mut Db, cycle_code: &str, is_wanted: impl Fn(i64) -> bool) -> Result<Totals, FlowError> {
    db.read(|db| {
        let cycle = card(db, cycle_code)?;
        let staging: Vec<i64> = orders::staging(db, cycle.id)?.into_iter().map(|(id, _, _)| id).collect();
        // Id, leader, and whether the order counts.
        let mut heads: Vec<(i64, i64, bool)> = Vec::new();
        orders::each_standing(db, cycle.id, &mut |row| {
            if is_wanted(row.leader_id) && row.import_id.is_none_or(|id| !staging.contains(&id)) {
                let state = OrderState::parse(&row.state).unwrap_or(OrderState::Unpaid);
                heads.push((row.id, row.leader_id, takes_part(state, cycle.payment)));
            }
        })?;
        let mut counted = Counted::new(db, cycle.id)?;
        counted.heads(&heads);
        let mut at = 0;
        scan_quantities(db, cycle.id, &mut |line| {
            while at < heads.len() && heads[at].0 < line.order_id {
                at += 1;
            }
            if let Some(&(id, leader, counts)) = heads.get(at)
                && id == line.order_id
            {
                counted.line(leader, counts, line.offer_no, line.ordered_qty as u64, line.tolerance as u64);
            }
        })?;
        Ok(counted.finish())
    })
}

struct Counted {
    totals: Totals,
    /// Price, SKU code and supplier code by offer_no.
    terms: HashMap<i32, (i64, String, String)>,
    leader_codes: HashMap<i64, String>,
    skus: HashMap<i32, Sum>,
    leaders: HashMap<i64, Sum>,
}

impl Counted {
    fn new(db: &mut Db, cycle_id: i64) -> Result<Counted, FlowError> {
        let skus: HashMap<i64, String> = master::sku::all(db)?.into_iter().map(|row| (row.id, row.sku_code)).collect();
        let suppliers: HashMap<i64, String> =
            master::supplier::all(db)?.into_iter().map(|row| (row.id, row.supplier_code)).collect();
        let terms = offers::of_cycle(db, cycle_id)?
            .into_iter()
            .map(|row| {
                let codes = (skus[&row.sku_id].clone(), suppliers[&row.supplier_id].clone());
                (row.offer_no, (row.sale_price_fen, codes.0, codes.1))
            })
            .collect();
        let leader_codes = master::leader::all(db)?.into_iter().map(|row| (row.id, row.leader_code)).collect();
        let (totals, skus, leaders) = (Totals::default(), HashMap::new(), HashMap::new());
        Ok(Counted { totals, terms, leader_codes, skus, leaders })
    }

    fn heads(&mut self, heads: &[(i64, i64, bool)]) {
        for (_, leader, _) in heads.iter().filter(|(_, _, counts)| *counts) {
            self.totals.orders += 1;
            self.leaders.entry(*leader).or_default().orders += 1;
        }
    }

    fn line(&mut self, leader: i64, counts: bool, offer_no: i32, ordered: u64, tolerance: u64) {
        if !counts {
            self.totals.unpaid_qty += ordered;
            return;
        }
        self.totals.lines += 1;
        self.totals.ordered_qty += ordered;
        self.totals.sales_fen += self.terms[&offer_no].0 * ordered as i64;
        self.skus.entry(offer_no).or_default().add(ordered, tolerance);
        self.leaders.entry(leader).or_default().add(ordered, tolerance);
    }

    fn finish(mut self) -> Totals {
        let mut suppliers: BTreeMap<String, Sum> = BTreeMap::new();
        for (offer_no, sum) in self.skus {
            let (_, sku_code, supplier_code) = &self.terms[&offer_no];
            let supplier = suppliers.entry(supplier_code.clone()).or_default();
            supplier.code.clone_from(supplier_code);
            supplier.lines += sum.lines;
            supplier.ordered_qty += sum.ordered_qty;
            supplier.tolerance_qty += sum.tolerance_qty;
            self.totals.skus.push(Sum { code: sku_code.clone(), ..sum });
        }
        for (leader, sum) in self.leaders {
            self.totals.leaders.push(Sum { code: self.leader_codes[&leader].clone(), ..sum });
        }
        self.totals.suppliers = suppliers.into_values().collect();
        self.totals.skus.sort_by(|a, b| a.code.cmp(&b.code));
        self.totals.leaders.sort_by(|a, b| a.code.cmp(&b.code));
        self.totals
    }
}
