//! What acts on single orders share: finding and holding one, what it holds and costs, and how it counts.

use crate::domain::facts::Cycle;
use crate::domain::money::Fen;
use crate::domain::order_limits::{Priced, order_total};
use crate::domain::tally::{Counted, Way};
use crate::flow::FlowError;
use crate::flow::intake::{Clerk, OrderAct, Turn, Within, no_order};
use crate::flow::place_orders::{Bounds, Catalogue, Taken};
use crate::store::backend::Db;
use crate::store::single_orders::{self, LineRow, OrderRow};
use crate::store::{payments, pickup_codes};

/// An order held until the transaction ends, its cycle and its lines.
pub struct Held {
    pub cycle: Cycle,
    pub order: OrderRow,
    pub lines: Vec<LineRow>,
}

/// The order, if it is within the caller's reach.
///
/// # Errors
/// `not_found`.
pub fn reached(db: &mut Db, order_no: &str, within: &Within) -> Result<OrderRow, FlowError> {
    let order = single_orders::find(db, order_no)?.ok_or_else(|| no_order(order_no))?;
    if is_reached(db, &order, within)? { Ok(order) } else { Err(no_order(order_no).into()) }
}

/// Whether an order is within the caller's reach.
///
/// # Errors
/// What the database says.
pub fn is_reached(db: &mut Db, order: &OrderRow, within: &Within) -> Result<bool, FlowError> {
    Ok(match within {
        Within::All => true,
        Within::Leaders(ids) => ids.contains(&order.leader_id),
        Within::Placed(by) => {
            pickup_codes::of_order(db, order.cycle_id, order.id)?.is_some_and(|row| row.placed_by == *by)
        }
    })
}

/// Holds the order an act names.
///
/// # Errors
/// `not_found`.
pub fn hold(clerk: &mut Clerk, turn: &mut Turn<'_>, act: &OrderAct) -> Result<Held, FlowError> {
    let order = reached(turn.db, &act.order_no, &act.within)?;
    hold_row(clerk, turn, &order)
}

/// Holds an order that was found before.
pub fn hold_row(clerk: &mut Clerk, turn: &mut Turn<'_>, order: &OrderRow) -> Result<Held, FlowError> {
    let cycle = clerk.hold_cycle(turn, order.cycle_id)?;
    let held = single_orders::hold(turn.db, order.cycle_id, order.id)?;
    let order = held.ok_or_else(|| no_order(&order.order_no))?;
    let lines = single_orders::lines(turn.db, order.cycle_id, order.id)?;
    Ok(Held { cycle, order, lines })
}

/// What a resident pays for an order as it was placed.
pub fn total(catalogue: &Catalogue, lines: &[LineRow]) -> Result<Fen, FlowError> {
    let priced = |line: &LineRow| Priced {
        price: catalogue.by_no[&line.offer_no].1.price,
        qty: line.ordered_qty as u32,
        tolerance: line.tolerance as u32,
    };
    Ok(order_total(lines.iter().map(priced))?)
}

/// Counts an order into the totals, or out of them.
pub fn count(turn: &mut Turn<'_>, catalogue: &Catalogue, held: &Held, way: Way, takes_part: bool) {
    let leader_id = held.order.leader_id;
    let tally = turn.tally(held.cycle.id);
    tally.order(way, leader_id, takes_part);
    for line in &held.lines {
        let price_fen = catalogue.by_no[&line.offer_no].1.price.0;
        let LineRow { offer_no, ordered_qty, tolerance, .. } = *line;
        tally.line(way, leader_id, takes_part, Counted { offer_no, ordered_qty, tolerance, price_fen });
    }
}

/// Gives back everything an order holds that will not come in: pieces, its code, and the time it was given to pay. The
/// order still stands, so that it is part of what may have to be counted anew.
pub fn let_go(turn: &mut Turn<'_>, catalogue: &Catalogue, held: &Held) -> Result<(), FlowError> {
    let Held { cycle, order, lines } = held;
    let bounded = lines.iter().filter(|line| catalogue.by_no[&line.offer_no].1.is_bounded());
    let taken: Vec<Taken> =
        bounded.map(|line| Taken { offer_no: line.offer_no, qty: i64::from(line.ordered_qty) }).collect();
    let pairs: Vec<(i32, i64)> = taken.iter().map(|line| (line.offer_no, order.resident_id)).collect();
    let mut bounds = Bounds::load(turn.db, cycle.id, &pairs)?;
    bounds.give_back(order.resident_id, &taken);
    bounds.save(turn, catalogue)?;
    payments::release(turn.db, cycle.id, order.id)?;
    Ok(pickup_codes::close(turn.db, cycle.id, &[order.id])?)
}
