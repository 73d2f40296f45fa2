//! Decides the shares of every (offer, receiving warehouse). Lines are looked at one by one only where supply and
//! demand differ, something is pinned, or an earlier allocation left exceptions.

use std::collections::BTreeMap;

use crate::domain::allocation::{Claim, nothing, shortfall_reason};
use crate::domain::book::{Book, OfferAllocation, ProcurementLine};
use crate::domain::facts::ShortageRule;
use crate::domain::reallocation::{Placed, reallocate, upper_bound};
use crate::domain::reason::Reason;
use crate::domain::register::{LineChange, StepChanges, SupplyChange};
use crate::flow::allocate_goods::bounds::Bounds;

/// A line's new share.
#[derive(Clone, Copy, Debug)]
pub struct LineShare {
    pub line: u32,
    pub allocated: u32,
    pub reason: Option<Reason>,
}

/// What an allocation decides: everything that differs from before.
#[derive(Debug, Default)]
pub struct Shares {
    /// New or changed headers by (offer_ix, warehouse_ix).
    pub offers: BTreeMap<(u32, u32), OfferAllocation>,
    /// Lines whose share changes.
    pub lines: Vec<LineShare>,
}

/// One offer at one receiving warehouse: its sums, and its lines where they are needed.
#[derive(Clone, Debug, Default)]
struct Group {
    lines: u64,
    ordered: u64,
    tolerance: u64,
    is_special: bool,
    members: Vec<u32>,
}

/// What there is of an offer at a receiving warehouse.
#[derive(Clone, Copy, Debug, Default)]
struct Supply {
    reserved: u64,
    planned: u64,
    arrived_or_expected: u64,
}

impl Supply {
    fn pieces(&self) -> u64 {
        self.reserved + self.arrived_or_expected
    }
}

impl Shares {
    /// Decides on the book as it stands.
    pub fn decide(book: &Book, bounds: &Bounds, rule: Option<ShortageRule>) -> Shares {
        let supplies = supplies(book);
        let mut groups = sums(book);
        let offers = book.offers.len();
        let needs_lines = |at: usize, group: &Group| {
            let supply = supplies[at].pieces();
            let line = procurement_line(book, at);
            group.is_special
                || supply < group.ordered
                || (group.tolerance > 0 && supply > group.ordered)
                || line.is_some_and(|line| !line.threshold_met)
        };
        let wanted: Vec<bool> = groups.iter().enumerate().map(|(at, group)| needs_lines(at, group)).collect();
        collect_members(book, &wanted, &mut groups);
        let mut shares = Shares::default();
        for (at, group) in groups.iter().enumerate() {
            let key = ((at % offers) as u32, (at / offers) as u32);
            if group.lines == 0 && supplies[at].pieces() == 0 && !book.allocations.contains_key(&key) {
                continue;
            }
            shares.offer((book, bounds), key, group, supplies[at], rule);
        }
        shares.lines.sort_unstable_by_key(|share| share.line);
        shares
    }

    fn offer(
        &mut self,
        (book, bounds): (&Book, &Bounds),
        key: (u32, u32),
        group: &Group,
        supply: Supply,
        rule: Option<ShortageRule>,
    ) {
        let offer = &book.offers[key.0 as usize];
        let rule = rule.unwrap_or(offer.shortage_rule);
        let (pieces, at) = (supply.pieces(), key.1 as usize * book.offers.len() + key.0 as usize);
        let line = procurement_line(book, at);
        let mut allocated = group.ordered;
        if !group.members.is_empty() {
            let short =
                line.map_or(Reason::Shortage, |line| shortfall_reason(line, offer.case_size, supply.planned, pieces));
            let is_met = line.is_none_or(|line| line.threshold_met);
            let placed: Vec<Placed<'_>> = group.members.iter().map(|&line| placed(book, bounds, line)).collect();
            let given = self::given(&placed, pieces, rule, short, is_met);
            allocated = given.iter().map(|share| u64::from(share.allocated)).sum();
            // A line that waited is decided on now, even where it gets nothing.
            let changed = |share: &LineShare| {
                let line = share.line as usize;
                share.allocated != book.lines.allocated[line] || book.waiting(line) > 0
            };
            self.lines.extend(given.into_iter().filter(changed));
        }
        let share = OfferAllocation {
            ordered_qty: group.ordered,
            tolerance_qty: group.tolerance,
            supply_qty: pieces,
            allocated_qty: allocated,
            leftover_qty: pieces.saturating_sub(allocated),
            rule: rule.code().to_owned(),
            version: 0,
        };
        if book.allocations.get(&key).is_none_or(|old| !same(old, &share)) {
            self.offers.insert(key, share);
        }
    }

    /// Enters the shares in the book; tells the register what changed since sheets were issued.
    pub fn apply(&self, book: &mut Book, is_first: bool) -> StepChanges {
        let mut changes = StepChanges::default();
        for share in &self.lines {
            let at = share.line as usize;
            let (before, short) = (book.lines.allocated[at], book.short(at));
            book.lines.allocated[at] = share.allocated;
            book.lines.waiting.remove(&share.line);
            if !is_first {
                let (ordered, tolerance) = (book.lines.ordered[at], book.lines.tolerance[at]);
                changes.lines.push(LineChange {
                    line: share.line,
                    ordered: (ordered, ordered),
                    tolerance: (tolerance, tolerance),
                    allocated: (before, share.allocated),
                    short: (short, book.short(at)),
                    reason: share.reason.unwrap_or(Reason::Restored),
                });
            }
            match share.reason {
                Some(reason) => book.lines.reasons.insert(share.line, reason),
                None => book.lines.reasons.remove(&share.line),
            };
        }
        let mut supplies: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
        for (&(offer, warehouse), share) in &self.offers {
            let before = book.allocations.get(&(offer, warehouse)).map_or(0, |old| old.supply_qty);
            let sum = supplies.entry(offer).or_default();
            *sum = (sum.0 + before, sum.1 + share.supply_qty);
            book.allocations.insert((offer, warehouse), share.clone());
        }
        if !is_first {
            let moved = supplies.into_iter().filter(|(_, supply)| supply.0 != supply.1);
            changes.supplies = moved.map(|(offer_ix, supply)| SupplyChange { offer_ix, supply }).collect();
        }
        changes
    }
}

fn same(old: &OfferAllocation, new: &OfferAllocation) -> bool {
    (old.ordered_qty, old.tolerance_qty, old.supply_qty) == (new.ordered_qty, new.tolerance_qty, new.supply_qty)
        && (old.allocated_qty, old.leftover_qty, &old.rule) == (new.allocated_qty, new.leftover_qty, &new.rule)
}

/// The procurement line of a group, by its place (warehouse × offers + offer).
fn procurement_line(book: &Book, at: usize) -> Option<&ProcurementLine> {
    let key = ((at / book.offers.len()) as u32, (at % book.offers.len()) as u32);
    let found = book.procurement.binary_search_by_key(&key, |line| (line.warehouse_ix, line.offer_ix));
    found.ok().map(|place| &book.procurement[place])
}

fn supplies(book: &Book) -> Vec<Supply> {
    let offers = book.offers.len();
    let mut supplies = vec![Supply::default(); offers * book.warehouses.len()];
    for line in &book.procurement {
        supplies[line.warehouse_ix as usize * offers + line.offer_ix as usize].reserved = line.reserved_qty;
    }
    for po in &book.purchase_orders {
        for line in &po.lines {
            let supply = &mut supplies[po.warehouse_ix as usize * offers + line.offer_ix as usize];
            supply.planned += line.planned_qty;
            supply.arrived_or_expected += line.arrived_qty + line.expected_qty();
        }
    }
    supplies
}

fn group_of(book: &Book, line: usize) -> usize {
    let point = book.orders.point_ix[book.lines.order_ix[line] as usize];
    book.receiving_warehouse(point) as usize * book.offers.len() + book.lines.offer_ix[line] as usize
}

fn sums(book: &Book) -> Vec<Group> {
    let mut groups = vec![Group::default(); book.offers.len() * book.warehouses.len()];
    for line in 0..book.lines.order_ix.len() {
        let group = &mut groups[group_of(book, line)];
        group.lines += 1;
        group.ordered += u64::from(book.lines.ordered[line]);
        group.tolerance += u64::from(book.lines.tolerance[line]);
        group.is_special |= book.lines.allocated[line] != book.lines.ordered[line];
    }
    for &line in book.lines.pins.keys() {
        groups[group_of(book, line as usize)].is_special = true;
    }
    groups
}

fn collect_members(book: &Book, wanted: &[bool], groups: &mut [Group]) {
    for line in 0..book.lines.order_ix.len() {
        let at = group_of(book, line);
        if wanted[at] {
            groups[at].members.push(line as u32);
        }
    }
}

fn given(placed: &[Placed<'_>], supply: u64, rule: ShortageRule, short: Reason, is_met: bool) -> Vec<LineShare> {
    let given = if is_met {
        reallocate(placed, supply, rule, short).given
    } else {
        let claims: Vec<Claim<'_>> = placed.iter().map(|line| line.claim).collect();
        nothing(&claims, supply, short).given
    };
    given
        .into_iter()
        .map(|given| LineShare { line: given.line, allocated: given.allocated, reason: given.reason })
        .collect()
}

fn placed<'a>(book: &'a Book, bounds: &Bounds, line: u32) -> Placed<'a> {
    let at = line as usize;
    let order = book.lines.order_ix[at] as usize;
    let (ordered, tolerance) = (book.lines.ordered[at], book.lines.tolerance[at]);
    let claim = Claim {
        line,
        point_ix: book.orders.point_ix[order],
        ordered,
        tolerance,
        paid_at: book.lines.added_at.get(&line).copied().unwrap_or(book.orders.paid_at[order]),
        order_no: book.orders.order_no.get(order),
        line_no: book.lines.line_no[at],
        pin: book.lines.pins.get(&line).copied(),
    };
    Placed {
        claim,
        previous: book.is_allocated(at).then_some(book.lines.allocated[at]),
        lower: bounds.handed(book, at),
        upper: upper_bound(ordered, tolerance, book.charged(at), bounds.refunded(book, at)),
        hold: bounds.hold(book, book.orders.point_ix[order]),
    }
}
