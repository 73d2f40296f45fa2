//! What a figure was at a version, added up from the rows that were in force then.

use std::collections::HashMap;

use crate::check::day::Day;
use crate::domain::states::OrderState;

/// Where the pieces of a group come from, at some version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Supply {
    pub reserved: i64,
    pub arrived: i64,
    /// What may still come: nothing once receiving of the line is closed.
    pub expected: i64,
}

impl Supply {
    pub fn total(self) -> i64 {
        self.reserved.saturating_add(self.arrived).saturating_add(self.expected)
    }
}

impl Day {
    /// (ordered, tolerance) of a group.
    pub fn demand_at(&self, group: u32, version: i32) -> (i64, i64) {
        let changes = self.demand_changes.of(group).iter().filter(|change| change.1 <= version);
        changes.fold(self.frozen_demand[group as usize], |sum, (_, _, by)| (sum.0 + by.0, sum.1 + by.1))
    }

    /// Pieces ordered of the whole offer, over all warehouses.
    pub fn offer_demand_at(&self, offer: u32, version: i32) -> i64 {
        let warehouses = 0..self.warehouses.len() as u32;
        warehouses.map(|warehouse| self.demand_at(self.group(offer, warehouse), version).0).sum()
    }

    /// (ordered, tolerance) of a line.
    pub fn line_at(&self, line: u32, version: i32) -> (i64, i64) {
        let frozen = &self.lines[line as usize];
        let (ordered, tolerance) = self
            .corrections
            .at(line, version)
            .map_or((frozen.frozen_ordered, frozen.frozen_tolerance), |row| (row.ordered_qty, row.tolerance));
        (i64::from(ordered), i64::from(tolerance))
    }

    /// What a line of a group that was shared had been given.
    pub fn allocated_at(&self, line: u32, version: i32) -> i64 {
        match self.allocations.at(line, version) {
            Some(row) => i64::from(row.allocated_qty),
            None => self.line_at(line, version).0,
        }
    }

    /// Pieces of a line that waited for the next sharing: asked for since the last one, and not given.
    pub fn waiting_at(&self, line: u32, version: i32) -> i64 {
        let corrections = self.corrections.of(line);
        let shared_at = self.shared_at.iter().rfind(|at| **at <= version).copied();
        let (Some(shared_at), false) = (shared_at, corrections.is_empty()) else { return 0 };
        let since = corrections.iter().filter(|row| (shared_at + 1..=version).contains(&row.1));
        let least = since.fold(self.line_at(line, shared_at).0, |least, row| least.min(row.2.ordered_qty.into()));
        let now = self.line_at(line, version).0;
        (now - least).min(now - self.allocated_at(line, version)).max(0)
    }

    /// Pieces that a line whose group was shared went without; what waited is not among them.
    pub fn short_at(&self, line: u32, version: i32) -> i64 {
        let lacks = self.line_at(line, version).0 - self.allocated_at(line, version);
        if lacks > 0 { lacks - self.waiting_at(line, version) } else { 0 }
    }

    /// Pieces that a line goes without now; what waits is not among them.
    pub fn short_now(&self, line: u32) -> i64 {
        let row = &self.lines[line as usize];
        (i64::from(row.ordered) - row.allocated - self.waiting_at(line, self.cycle().version)).max(0)
    }

    /// What all lines of a group that was shared had been given.
    pub fn group_allocated_at(&self, group: u32, version: i32) -> i64 {
        let touched = self.touched_lines.of(group).iter().map(|(_, _, line)| *line);
        let taking_part = touched.filter(|&line| self.orders[self.lines[line as usize].order as usize].takes_part);
        let differences = taking_part.map(|line| self.allocated_at(line, version) - self.line_at(line, version).0);
        self.demand_at(group, version).0 + differences.sum::<i64>()
    }

    /// The purchase lines of each group that has any.
    pub fn bought(&self) -> HashMap<u32, Vec<u32>> {
        let mut bought: HashMap<u32, Vec<u32>> = HashMap::new();
        for (purchase_line, _, row) in self.purchases.all_newest() {
            let (po, _) = self.purchase_lines[purchase_line as usize];
            let warehouse_id = self.purchase_orders[po as usize].warehouse_id;
            if let Some(group) = self.group_of_row(row.offer_no, warehouse_id) {
                bought.entry(group).or_default().push(purchase_line);
            }
        }
        bought
    }

    /// The supply of a group; `purchase_lines` are those that [`Day::bought`] gives for it.
    pub fn supply_at(&self, group: u32, purchase_lines: &[u32], version: i32) -> Supply {
        let reserved = self.procurement.at(group, version).map_or(0, |row| row.reserved_qty);
        purchase_lines.iter().fold(Supply { reserved, ..Supply::default() }, |sum, &line| {
            let (arrived, expected) = self.purchase_line_at(line, version);
            let arrived = sum.arrived.saturating_add(arrived);
            Supply { arrived, expected: sum.expected.saturating_add(expected), ..sum }
        })
    }

    /// (arrived, expected) of a purchase line: per delivery the newest count speaks.
    fn purchase_line_at(&self, purchase_line: u32, version: i32) -> (i64, i64) {
        let planned = self.purchases.at(purchase_line, version).map_or(0, |row| row.planned_qty);
        let mut counts = HashMap::new();
        for (_, _, row) in self.receipts.of(purchase_line).iter().filter(|row| row.1 <= version) {
            let newest = counts.entry(row.receipt_no.as_str()).or_insert(row);
            if newest.count_no < row.count_no {
                *newest = row;
            }
        }
        let arrived = counts.values().fold(0i64, |sum, row| sum.saturating_add(row.arrived_qty));
        let came = counts.values().fold(arrived, |sum, row| sum.saturating_add(row.rejected_qty));
        let is_closed = counts.values().any(|row| row.closes);
        (arrived, if is_closed { 0 } else { planned.saturating_sub(came).max(0) })
    }

    /// Whether a line's refund counts: its group was shared, or nothing of it is wanted any more.
    pub fn is_settled(&self, line: u32) -> bool {
        let row = &self.lines[line as usize];
        row.ordered == 0 && row.tolerance == 0
            || self.group_of(row).is_some_and(|group| self.shares.newest(group).is_some())
    }

    /// What must go back for a line of a paid order, in fen: pieces paid for that it was
    /// not given or that never reached its household, less what weighs more.
    pub fn line_target(&self, line: u32) -> i128 {
        if !self.is_settled(line) {
            return 0;
        }
        let row = &self.lines[line as usize];
        let price = i128::from(self.offers[row.offer as usize].sale_price_fen);
        let decided = i128::from(row.charged - self.waiting_at(line, self.cycle().version));
        let weight = self.weights.newest(line).map_or(0, |settled| i128::from(settled.adjustment_fen));
        let given = row.allocated - self.losses.of(line).min(row.allocated);
        let missing = (decided - i128::from(given)).max(0);
        (price * missing - weight).max(0).min((price * decided).max(0))
    }

    /// What must go back for the lines of an order, and what was paid for them, in fen.
    pub fn refund_target(&self, order: u32) -> (i128, i128) {
        if self.orders[order as usize].state != OrderState::Paid {
            return (0, 0);
        }
        let mut sums = (0, 0);
        for ix in self.lines_of(order) {
            let line = &self.lines[ix];
            let price = i128::from(self.offers[line.offer as usize].sale_price_fen);
            sums.1 += price * i128::from(line.charged);
            sums.0 += self.line_target(ix as u32);
        }
        sums
    }
}
