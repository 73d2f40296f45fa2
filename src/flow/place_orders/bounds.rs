//! Stock caps and limits of a batch: counters held, decided on in the order of arrival, written once.

use std::collections::BTreeMap;

use crate::domain::errors::RuleError;
use crate::domain::order_limits::{cap_warning, check_limit, check_stock};
use crate::flow::FlowError;
use crate::flow::intake::{CapWarning, Turn};
use crate::flow::place_orders::shelf::{Catalogue, OnSale};
use crate::store::backend::Db;
use crate::store::counters::{self, Had};

/// What one order takes of a bounded offer.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    pub offer_no: i32,
    pub qty: i64,
}

struct Sold {
    before: i64,
    now: i64,
}

/// The counters that a batch touches, held until its transaction ends.
#[derive(Default)]
pub struct Bounds {
    cycle_id: i64,
    sold: BTreeMap<i32, Sold>,
    /// By (offer, resident): how many, and whether that changed.
    had: BTreeMap<(i32, i64), (i64, bool)>,
}

impl Bounds {
    /// Holds the counters of these offers and reads what these residents have of them.
    pub fn load(db: &mut Db, cycle_id: i64, wanted: &[(i32, i64)]) -> Result<Bounds, FlowError> {
        let mut offer_nos: Vec<i32> = wanted.iter().map(|(offer_no, _)| *offer_no).collect();
        offer_nos.sort_unstable();
        offer_nos.dedup();
        let mut bounds = Bounds { cycle_id, ..Bounds::default() };
        if offer_nos.is_empty() {
            return Ok(bounds);
        }
        let sold = held(db, cycle_id, &offer_nos)?;
        bounds.sold = sold.into_iter().map(|(offer_no, now)| (offer_no, Sold { before: now, now })).collect();
        let had = counters::had(db, cycle_id, wanted)?;
        bounds.had = had.into_iter().map(|row| ((row.offer_no, row.resident_id), (row.ordered_qty, false))).collect();
        Ok(bounds)
    }

    /// Takes what an order asks for, or nothing of it.
    ///
    /// # Errors
    /// `sold_out`, `over_limit`.
    pub fn take(&mut self, catalogue: &Catalogue, resident_id: i64, lines: &[Taken]) -> Result<(), RuleError> {
        for line in lines {
            let (sku_code, on_sale) = &catalogue.by_no[&line.offer_no];
            let OnSale { limit_per_resident, stock_cap, .. } = *on_sale;
            let whole = |count: i64| u64::try_from(count).unwrap_or(0);
            if let Some(cap) = stock_cap {
                check_stock(sku_code, cap, whole(self.sold[&line.offer_no].now), whole(line.qty))?;
            }
            if let Some(limit) = limit_per_resident {
                let so_far = self.had.get(&(line.offer_no, resident_id)).map_or(0, |(had, _)| *had);
                check_limit(sku_code, limit, whole(so_far), whole(line.qty))?;
            }
        }
        self.give(resident_id, lines, 1);
        Ok(())
    }

    /// Gives back what an order had.
    pub fn give_back(&mut self, resident_id: i64, lines: &[Taken]) {
        self.give(resident_id, lines, -1);
    }

    fn give(&mut self, resident_id: i64, lines: &[Taken], sign: i64) {
        for line in lines {
            self.sold.get_mut(&line.offer_no).expect("the counters of a batch are all held").now += sign * line.qty;
            let had = self.had.entry((line.offer_no, resident_id)).or_insert((0, false));
            *had = (had.0 + sign * line.qty, true);
        }
    }

    /// Writes what changed, and notes each cap that came near its end.
    pub fn save(self, turn: &mut Turn<'_>, catalogue: &Catalogue) -> Result<(), FlowError> {
        let cycle_id = self.cycle_id;
        for (offer_no, Sold { before, now }) in self.sold.into_iter().filter(|(_, sold)| sold.before != sold.now) {
            counters::set_sold(turn.db, cycle_id, offer_no, now)?;
            let (sku_code, on_sale) = &catalogue.by_no[&offer_no];
            let whole = |count: i64| u64::try_from(count).unwrap_or(0);
            let crossed = on_sale.stock_cap.and_then(|cap| cap_warning(cap, whole(before), whole(now)));
            let cycle_code = turn.cycle_code(cycle_id).to_owned();
            turn.warnings.extend(crossed.map(|percent| CapWarning { cycle_code, sku_code: sku_code.clone(), percent }));
        }
        for ((offer_no, resident_id), (ordered_qty, _)) in self.had.into_iter().filter(|(_, (_, changed))| *changed) {
            counters::set_had(turn.db, Had { cycle_id, offer_no, resident_id, ordered_qty })?;
        }
        Ok(())
    }
}

/// The counters of offers (rising), counted anew where they are missing.
fn held(db: &mut Db, cycle_id: i64, offer_nos: &[i32]) -> Result<Vec<(i32, i64)>, FlowError> {
    let sold = counters::sold(db, cycle_id, offer_nos)?;
    if sold.len() == offer_nos.len() {
        return Ok(sold);
    }
    counters::alone(db, cycle_id)?;
    let there = counters::sold(db, cycle_id, offer_nos)?;
    for offer_no in offer_nos.iter().filter(|offer_no| !there.iter().any(|(known, _)| known == *offer_no)) {
        counters::recount(db, cycle_id, *offer_no)?;
    }
    Ok(counters::sold(db, cycle_id, offer_nos)?)
}
