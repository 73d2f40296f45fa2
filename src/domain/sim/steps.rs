//! What people do to a simulated cycle, in any order the rules allow.

use super::chance::Chance;
use super::model;
use super::world::{Bought, Line, SharedOut, World};
use crate::domain::allocation::{Claim, nothing, shortfall_reason};
use crate::domain::case_rounding::{CaseTerms, Demand};
use crate::domain::money::Fen;
use crate::domain::procurement::{OfferDemand, PlanEdit, plan};
use crate::domain::reallocation::{Hold, Placed, Reallocated, reallocate, upper_bound};
use crate::domain::reason::Reason;
use crate::domain::refunds::{LineAccount, refund_run};
use crate::domain::time::Moment;

/// Plans the purchases, now and then with edits of the buyer, and holds the plan against the model.
pub fn procure(world: &mut World, chance: &mut Chance) {
    let mut demands = world.demands();
    demands.sort_by_key(|demand| (demand.warehouse_ix, demand.offer_ix));
    check_suggestions(world, &demands);
    let mut edits = Vec::new();
    for demand in &demands {
        if chance.in_hundred(15) {
            edits.push(PlanEdit {
                warehouse_ix: demand.warehouse_ix,
                supplier_ix: chance.index(world.suppliers.len()) as u32,
                offer_ix: demand.offer_ix,
                cases: chance.between(0, 5),
                reason: "改".into(),
            });
        }
    }
    world.plan = plan(&world.offers, &world.suppliers, &demands, &edits).expect("small numbers");
    for order in &world.plan.orders {
        for line in &order.lines {
            assert_eq!(line.planned_qty, line.cases * u64::from(world.offers[line.offer_ix as usize].case_size));
            world.bought.push(Bought {
                offer_ix: line.offer_ix,
                warehouse_ix: order.warehouse_ix,
                planned_qty: line.planned_qty,
                receipts: Vec::new(),
                is_closed: false,
            });
        }
    }
}

/// Without edits, each line's cases are the model's. `demands` come in the plan's order.
fn check_suggestions(world: &mut World, demands: &[OfferDemand]) {
    let suggested = plan(&world.offers, &world.suppliers, demands, &[]).expect("small numbers");
    assert_eq!(suggested.lines.len(), demands.len());
    for (line, demand) in suggested.lines.iter().zip(demands) {
        let offer = &world.offers[line.offer_ix as usize];
        let free_stock = if offer.keeps_stock { demand.on_hand } else { 0 };
        let wanted = Demand { ordered_qty: demand.ordered_qty, tolerance_qty: demand.tolerance_qty, free_stock };
        let whole: u64 = demands.iter().filter(|d| d.offer_ix == line.offer_ix).map(|d| d.ordered_qty).sum();
        let goes_ahead = whole >= u64::from(offer.threshold_qty);
        let is_bought = goes_ahead && line.reason != Some(Reason::BelowMinValue);
        let cases = if is_bought { model::cases(wanted, &CaseTerms::from(offer)) } else { 0 };
        assert_eq!(line.cases_suggested, cases, "{line:?}");
        if !goes_ahead {
            world.met.count("below threshold");
        }
    }
}

/// One random act, and a new allocation where it moved supply or demand.
pub fn something_happens(world: &mut World, chance: &mut Chance) {
    match chance.between(0, 9) {
        0..=2 => deliver(world, chance),
        3 => recount(world, chance),
        4 => correct(world, chance),
        5 => add_line(world, chance),
        6 => pin(world, chance),
        7 => move_goods_on(world, chance),
        8 => hand_over(world, chance),
        _ => refund(world),
    }
    allocate(world);
}

/// The rest comes or does not, everything is closed, shared and refunded.
pub fn finish(world: &mut World, chance: &mut Chance) {
    deliver(world, chance);
    world.bought.iter_mut().for_each(|bought| bought.is_closed = true);
    allocate(world);
    refund(world);
}

fn deliver(world: &mut World, chance: &mut Chance) {
    for bought in world.bought.iter_mut().filter(|bought| !bought.is_closed) {
        if chance.in_hundred(60) {
            let too_many = if chance.in_hundred(20) { 3 } else { 0 };
            let arrived = chance.between(0, bought.expected() + too_many);
            let rejected = if chance.in_hundred(15) { chance.between(0, 3) } else { 0 };
            bought.receipts.push((arrived, rejected));
            bought.is_closed = chance.in_hundred(25);
        }
    }
}

fn recount(world: &mut World, chance: &mut Chance) {
    for bought in &mut world.bought {
        if let Some((arrived, _)) = bought.receipts.last_mut() {
            *arrived = if chance.in_hundred(50) { arrived.saturating_sub(chance.between(1, 4)) } else { *arrived + 1 };
        }
    }
}

/// Changes or cancels a line that is not on its way yet, never below what was handed over.
fn correct(world: &mut World, chance: &mut Chance) {
    if world.lines.is_empty() {
        return;
    }
    let index = chance.index(world.lines.len());
    let line = &mut world.lines[index];
    if line.hold == Hold::Loaded || line.ordered == 0 {
        return;
    }
    let ordered = if chance.in_hundred(40) { 0 } else { chance.qty(1, 8) };
    if ordered < line.handed {
        return;
    }
    line.ordered = ordered;
    if ordered == 0 {
        line.tolerance = 0;
    }
    line.charged = line.charged.max(line.ordered + line.tolerance);
}

fn add_line(world: &mut World, chance: &mut Chance) {
    let order_ix = chance.index(world.orders.len());
    let offer_ix = chance.index(world.offers.len()) as u32;
    let taken = |line: &Line| line.order_ix == order_ix && line.offer_ix == offer_ix;
    if world.lines.iter().any(taken) {
        return;
    }
    let line_no = 1 + world.lines.iter().filter(|line| line.order_ix == order_ix).count() as u16;
    world.clock += 1;
    let added_at = Some(Moment(world.clock));
    world.lines.push(Line { added_at, ..Line::new(order_ix, offer_ix, line_no, chance.qty(1, 4), 0) });
}

fn pin(world: &mut World, chance: &mut Chance) {
    if !world.lines.is_empty() {
        let index = chance.index(world.lines.len());
        world.lines[index].pin = chance.in_hundred(80).then(|| chance.qty(0, 9));
    }
}

/// Sows an offer at a point, or loads what is sown there.
fn move_goods_on(world: &mut World, chance: &mut Chance) {
    let point_ix = chance.index(world.points.len()) as u32;
    let loads = chance.in_hundred(30);
    for line in &mut world.lines {
        let here = world.orders[line.order_ix].point_ix == point_ix;
        line.hold = match line.hold {
            Hold::Free if here && line.allocated.is_some() => Hold::Sown,
            Hold::Sown if here && loads => Hold::Loaded,
            as_it_is => as_it_is,
        };
    }
}

fn hand_over(world: &mut World, chance: &mut Chance) {
    for line in &mut world.lines {
        let waiting = line.allocated.unwrap_or(0) - line.handed;
        if waiting > 0 && chance.in_hundred(10) {
            line.handed += chance.qty(1, waiting);
        }
    }
}

/// Shares each offer at each warehouse again.
fn allocate(world: &mut World) {
    let keys: Vec<(u32, u32)> = world.stock.keys().copied().collect();
    for key in keys {
        let indexes = world.lines_of(key);
        let placed: Vec<Placed> = indexes.iter().map(|i| place(world, *i)).collect();
        let (supply, short) = supply_of(world, key);
        let again = share_again(world, key, &placed, supply, short);
        for (index, given) in indexes.iter().zip(&again.given) {
            let line = &mut world.lines[*index];
            assert!(given.reason.is_some() || given.allocated == line.ordered, "a line off its order says why");
            if given.reason == Some(Reason::Restored) {
                world.met.count("restored");
            }
            line.allocated = Some(given.allocated);
        }
        again.gives_back.keys().for_each(|_| world.met.count("given back"));
        let shared = SharedOut { supply, leftover: again.leftover, missing: again.missing };
        world.shared.insert(key, shared);
        count_kinds(world, &indexes, shared);
    }
}

/// A, and why lines get less than they ordered if it is too little.
fn supply_of(world: &World, key: (u32, u32)) -> (u64, Reason) {
    let bought = || world.bought.iter().filter(|bought| (bought.offer_ix, bought.warehouse_ix) == key);
    let came: u64 = bought().map(|bought| bought.arrived() + bought.expected()).sum();
    let planned = bought().map(|bought| bought.planned_qty).sum();
    let Some(line) = world.plan.lines.iter().find(|line| (line.offer_ix, line.warehouse_ix) == key) else {
        return (came, Reason::Shortage);
    };
    let supply = line.reserved_qty + came;
    (supply, shortfall_reason(line, world.offers[key.0 as usize].case_size, planned, supply))
}

/// The allocation of one (offer, warehouse), held against the model where nothing bends the rule.
fn share_again(world: &World, key: (u32, u32), placed: &[Placed], supply: u64, short: Reason) -> Reallocated {
    let claims: Vec<Claim> = placed.iter().map(|placed| placed.claim).collect();
    if short == Reason::ThresholdNotMet {
        let shared = nothing(&claims, supply, short);
        return Reallocated { given: shared.given, leftover: shared.leftover, ..Reallocated::default() };
    }
    let rule = world.offers[key.0 as usize].shortage_rule;
    let again = reallocate(placed, supply, rule, short);
    let is_untouched =
        |p: &Placed| p.hold == Hold::Free && p.lower == 0 && p.upper == p.claim.ordered + p.claim.tolerance;
    if placed.iter().all(is_untouched) {
        let got = again.given.iter().map(|given| given.allocated).collect();
        let by_model: (Vec<u32>, u64) = model::allocate(&claims, supply, rule);
        assert_eq!((got, again.leftover), by_model, "{rule:?} {key:?}");
    }
    again
}

fn place(world: &World, index: usize) -> Placed<'_> {
    let line = &world.lines[index];
    Placed {
        claim: world.claim(index),
        previous: line.allocated,
        lower: line.handed,
        upper: upper_bound(line.ordered, line.tolerance, line.charged, line.refunded),
        hold: line.hold,
    }
}

fn count_kinds(world: &mut World, indexes: &[usize], shared: SharedOut) {
    let lines = || indexes.iter().map(|i| (world.lines[*i].ordered, world.lines[*i].allocated.unwrap_or(0)));
    let kinds = [
        ("short", lines().any(|(ordered, got)| got < ordered)),
        ("extra", lines().any(|(ordered, got)| got > ordered)),
        ("leftover", shared.leftover > 0),
        ("missing", shared.missing > 0),
    ];
    for (kind, _) in kinds.into_iter().filter(|(_, is_so)| *is_so) {
        world.met.count(kind);
    }
}

/// One run over all paid orders; everything is sent at once.
fn refund(world: &mut World) {
    for order_ix in 0..world.orders.len() {
        let of_order: Vec<usize> = (0..world.lines.len()).filter(|i| world.lines[*i].order_ix == order_ix).collect();
        // A line that took part in no allocation yet waits.
        let shared: Vec<usize> = of_order.iter().copied().filter(|i| world.lines[*i].allocated.is_some()).collect();
        let price = |line: &Line| world.offers[line.offer_ix as usize].sale_price;
        let account = |i: &usize| {
            let line = &world.lines[*i];
            LineAccount {
                key: *i as u32,
                unit_price: price(line),
                charged: line.charged,
                allocated: line.allocated.expect("only shared lines"),
                lost: 0,
                weight: Fen::ZERO,
                posted_pieces: line.refunded,
                posted_lost: 0,
                posted: line.refunded_fen,
            }
        };
        let accounts: Vec<LineAccount> = shared.iter().map(account).collect();
        let paid = |i: &usize| Fen(price(&world.lines[*i]).0 * i64::from(world.lines[*i].charged));
        let paid = if world.orders[order_ix].is_paid { of_order.iter().map(paid).sum() } else { Fen::ZERO };
        if let Some(run) = refund_run(paid, &accounts).expect("small amounts") {
            world.met.count("refund");
            for posted in run.lines {
                let line = &mut world.lines[posted.key as usize];
                line.refunded += posted.pieces;
                line.refunded_fen += posted.amount;
            }
        }
    }
}
