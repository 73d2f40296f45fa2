//! DOMAIN 3.9 on a simulated cycle: no piece and no fen appears or vanishes.

use super::world::{Line, World};
use crate::domain::money::Fen;

/// After each allocation: every line within its bounds, every (offer, warehouse) in balance.
pub fn check(world: &World) {
    for line in &world.lines {
        check_line(line);
    }
    for (&key, shared) in &world.shared {
        let (offer_ix, warehouse_ix) = key;
        let keeps = world.offers[offer_ix as usize].keeps_stock;
        let opening = if keeps { world.stock[&key] } else { 0 };
        let decided = world.plan.lines.iter().find(|line| (line.offer_ix, line.warehouse_ix) == key);
        let reserved = decided.map_or(0, |line| line.reserved_qty);
        let bought = world.bought.iter().filter(|b| (b.offer_ix, b.warehouse_ix) == (offer_ix, warehouse_ix));
        let came: u64 = bought.map(|bought| bought.arrived() + bought.expected()).sum();
        let lines = world.lines_of(key);
        let allocated: u64 = lines.iter().map(|i| u64::from(world.lines[*i].allocated.unwrap_or(0))).sum();
        assert_eq!(shared.supply, reserved + came, "{key:?}: the supply is what is reserved, came and is expected");
        assert!(reserved <= opening, "{key:?}: no more is reserved than there is");
        // Opening stock + arrived + expected = allocated + closing stock, but for what is missing.
        let closing = opening - reserved + shared.leftover;
        assert_eq!(opening + came + shared.missing, allocated + closing, "{key:?}: {shared:?}");
    }
}

fn check_line(line: &Line) {
    let Some(allocated) = line.allocated else { return };
    let short = line.ordered.saturating_sub(allocated);
    let extra = allocated.saturating_sub(line.ordered);
    assert!(extra <= line.tolerance, "no more than its tolerance: {line:?}");
    let unused_tolerance = line.tolerance - extra;
    assert_eq!(line.ordered + line.tolerance, allocated + short + unused_tolerance, "{line:?}");
    assert!(line.handed <= allocated, "what was handed over stays: {line:?}");
    assert!(allocated + line.refunded <= line.charged, "what was refunded stays closed: {line:?}");
}

/// At the end: paid = kept + refunded for paid orders, and nothing went back to others.
pub fn check_money(world: &World) {
    for line in &world.lines {
        let price = world.offers[line.offer_ix as usize].sale_price;
        let times = |pieces: u32| Fen(price.0 * i64::from(pieces));
        let kept = times(line.allocated.expect("everything is shared at the end"));
        if world.orders[line.order_ix].is_paid {
            assert_eq!(times(line.charged), kept + line.refunded_fen, "{line:?}");
        } else {
            assert_eq!(line.refunded_fen, Fen::ZERO, "{line:?}");
        }
    }
}
