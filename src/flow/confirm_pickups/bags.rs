//! What the orders of a batch of pickups still have at the point: read together, kept up to date while the batch goes on,
//! written together.

use rustc_hash::FxHashMap;

use crate::domain::facts::Cycle;
use crate::domain::pickup::AtHand;
use crate::flow::FlowError;
use crate::flow::confirm_pickups::ConfirmPickups;
use crate::flow::intake::{Clerk, Turn, Within, no_order};
use crate::flow::one_order::is_reached;
use crate::store::leader_receipts;
use crate::store::pickup_codes;
use crate::store::pickups::{self, EventLineRow, EventRow, LineInForce};
use crate::store::single_orders::{self, OrderRow};

/// The bags of a batch.
#[derive(Default)]
pub struct Bags {
    /// Orders that pickups name, by number.
    orders: FxHashMap<String, OrderRow>,
    /// Events of these pickups that were recorded before, and those of this batch.
    events: FxHashMap<String, EventRow>,
    /// By cycle and order, once held.
    bags: FxHashMap<(i64, i64), Bag>,
    new_events: Vec<EventRow>,
    new_lines: Vec<EventLineRow>,
    /// Orders that have nothing left, by cycle.
    emptied: FxHashMap<i64, Vec<i64>>,
}

/// What an order has at the point.
pub struct Bag {
    lines: Vec<LineInForce>,
    handed: FxHashMap<i32, i64>,
    /// Pieces that never reached the point, or not as they should.
    lost: FxHashMap<i32, i64>,
}

impl Bag {
    /// The lines that were shared out.
    pub fn at_hand(&self) -> Vec<AtHand> {
        let shared =
            self.lines.iter().filter_map(|line| line.allocated_qty.map(|allocated| (line.offer_no, allocated)));
        let at_hand = |(offer_no, allocated): (i32, i32)| AtHand {
            offer_no,
            allocated: i64::from(allocated) - self.lost.get(&offer_no).copied().unwrap_or(0),
            handed: self.handed.get(&offer_no).copied().unwrap_or(0),
        };
        shared.map(at_hand).collect()
    }

    /// Whether every line was given what it gets, and nothing of it is left.
    fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.allocated_qty.is_some()) && self.at_hand().iter().all(|line| line.left() == 0)
    }
}

impl Bags {
    /// Reads what the pickups of a batch are known to need; what only shows on the way is read then.
    ///
    /// # Errors
    /// What the database says.
    pub fn gather(clerk: &mut Clerk, turn: &mut Turn<'_>, acts: &[&ConfirmPickups]) -> Result<Bags, FlowError> {
        let events = || acts.iter().flat_map(|act| &act.events);
        let ids: Vec<&str> = events().map(|event| event.event_id.as_str()).collect();
        let numbers: Vec<&str> = events().filter_map(|event| event.order_no.as_deref()).collect();
        let mut bags = Bags::default();
        bags.events.extend(pickups::events(turn.db, &ids)?.into_iter().map(|row| (row.event_id.clone(), row)));
        bags.orders
            .extend(single_orders::find_all(turn.db, &numbers)?.into_iter().map(|row| (row.order_no.clone(), row)));
        // Nobody makes others wait for an order that is out of their reach.
        let mut own: FxHashMap<i64, Vec<OrderRow>> = FxHashMap::default();
        for act in acts {
            for event in act.events.iter().filter(|event| !bags.events.contains_key(&event.event_id)) {
                let order = event.order_no.as_ref().and_then(|order_no| bags.orders.get(order_no));
                if let Some(order) = order.filter(|order| act.within.reaches_all_of(order.leader_id)) {
                    own.entry(order.cycle_id).or_default().push(order.clone());
                }
            }
        }
        let mut own: Vec<(i64, Vec<OrderRow>)> = own.into_iter().collect();
        own.sort_unstable_by_key(|(cycle_id, _)| *cycle_id);
        for (cycle_id, orders) in own {
            let cycle = clerk.hold_cycle(turn, cycle_id)?;
            bags.hold(clerk, turn, &cycle, &orders)?;
        }
        Ok(bags)
    }

    /// An event that was recorded before, also in this batch.
    pub fn event(&self, event_id: &str) -> Option<&EventRow> {
        self.events.get(event_id)
    }

    /// The order with this number, if it is within the caller's reach.
    ///
    /// # Errors
    /// `not_found`.
    pub fn reached(&self, turn: &mut Turn<'_>, order_no: &str, within: &Within) -> Result<OrderRow, FlowError> {
        let order = self.orders.get(order_no).ok_or_else(|| no_order(order_no))?;
        if is_reached(turn.db, order, within)? { Ok(order.clone()) } else { Err(no_order(order_no).into()) }
    }

    /// Whether the order of a known event is within the reach of whoever tells of the event again.
    ///
    /// # Errors
    /// `not_found`.
    pub fn reach_again(&self, turn: &mut Turn<'_>, known: &EventRow, within: &Within) -> Result<(), FlowError> {
        let order = single_orders::by_id(turn.db, known.cycle_id, known.order_id)?.ok_or_else(|| no_order("?"))?;
        if is_reached(turn.db, &order, within)? { Ok(()) } else { Err(no_order(&order.order_no).into()) }
    }

    /// The bag of an order, held until the transaction ends.
    ///
    /// # Errors
    /// `not_found` for an order that went meanwhile.
    pub fn open(
        &mut self,
        clerk: &mut Clerk,
        turn: &mut Turn<'_>,
        cycle: &Cycle,
        order: &OrderRow,
    ) -> Result<&Bag, FlowError> {
        let key = (order.cycle_id, order.id);
        if !self.bags.contains_key(&key) {
            self.hold(clerk, turn, cycle, std::slice::from_ref(order))?;
        }
        Ok(self.bags.get(&key).ok_or_else(|| no_order(&order.order_no))?)
    }

    fn hold(
        &mut self,
        clerk: &mut Clerk,
        turn: &mut Turn<'_>,
        cycle: &Cycle,
        orders: &[OrderRow],
    ) -> Result<(), FlowError> {
        let mut ids: Vec<i64> = orders.iter().map(|order| order.id).collect();
        ids.sort_unstable();
        ids.dedup();
        single_orders::hold_all(turn.db, cycle.id, &ids)?;
        let shared = clerk.shared_out(turn, cycle)?;
        let mut handed = pickups::handed(turn.db, cycle.id, &ids)?;
        let mut losses = leader_receipts::losses_of(turn.db, cycle.id, &ids)?;
        let point_of: FxHashMap<i64, i64> = orders.iter().map(|order| (order.id, order.point_id)).collect();
        let is_shared = |order_id: i64, offer_no: i32| shared.covers(point_of[&order_id], offer_no);
        for (order_id, lines) in pickups::lines_in_force(turn.db, cycle.id, &ids, is_shared)? {
            let handed = handed.remove(&order_id).unwrap_or_default();
            let lost = losses.remove(&order_id).unwrap_or_default();
            self.bags.insert((cycle.id, order_id), Bag { lines, handed, lost });
        }
        Ok(())
    }

    /// The event that counts for an order whose goods are gone: the last that was not taken back.
    ///
    /// # Errors
    /// What the database says.
    pub fn latest(&self, turn: &mut Turn<'_>, order: &OrderRow) -> Result<Option<EventRow>, FlowError> {
        let own = |event: &&EventRow| (event.cycle_id, event.order_id) == (order.cycle_id, order.id);
        if let Some(event) = self.new_events.iter().filter(own).max_by_key(|event| &event.event_id) {
            return Ok(Some(event.clone()));
        }
        let events = pickups::events_of(turn.db, order.cycle_id, order.id)?;
        Ok(events.into_iter().rev().find(|event| event.reverses.is_none()))
    }

    /// Hands out pieces of an order whose bag is open: (offer_no, pieces).
    pub fn hand_out(&mut self, event: EventRow, out: &[(i32, i32)]) {
        let bag = self.bags.get_mut(&(event.cycle_id, event.order_id)).expect("the bag is open");
        for &(offer_no, handed_qty) in out {
            *bag.handed.entry(offer_no).or_default() += i64::from(handed_qty);
            self.new_lines.push(EventLineRow { event_id: event.event_id.clone(), offer_no, handed_qty });
        }
        if bag.is_empty() {
            self.emptied.entry(event.cycle_id).or_default().push(event.order_id);
        }
        self.events.insert(event.event_id.clone(), event.clone());
        self.new_events.push(event);
    }

    /// Writes what was handed out so far.
    ///
    /// # Errors
    /// What the database says.
    pub fn write(&mut self, turn: &mut Turn<'_>) -> Result<(), FlowError> {
        pickups::record(turn.db, &self.new_events, &self.new_lines)?;
        self.new_events.clear();
        self.new_lines.clear();
        for (cycle_id, mut order_ids) in self.emptied.drain() {
            order_ids.sort_unstable();
            pickup_codes::close(turn.db, cycle_id, &order_ids)?;
        }
        Ok(())
    }
}
