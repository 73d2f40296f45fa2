//! Everything that a resident's page tells of one order, from one snapshot: no name, no phone, no room of theirs.

use std::collections::HashMap;

use crate::domain::after_sales::{Measure, Problem};
use crate::domain::facts::{Cycle, TempZone};
use crate::domain::money::Fen;
use crate::domain::pickup::PickupMethod;
use crate::domain::pickup_code::{CodeSafe, PickupCode};
use crate::domain::reason::Reason;
use crate::domain::refunds::top_up;
use crate::domain::states::OrderState;
use crate::domain::time::Moment;
use crate::domain::weighing::Adjustment;
use crate::flow::FlowError;
use crate::flow::intake::no_order;
use crate::store::backend::{Db, StoreError};
use crate::store::master::PointRow;
use crate::store::order_facts::{self, GoodsRow, LineRefund};
use crate::store::payments::{self, PaymentRow};
use crate::store::pickups::EventRow;
use crate::store::shared_out::lines_of_order;
use crate::store::single_orders::OrderRow;
use crate::store::{
    after_sales, cycles, leader_receipts, master, pickup_codes, pickup_disputes, pickups, route_plans, single_orders,
    weights,
};

/// An order as its resident sees it.
#[derive(Clone, Debug)]
pub struct OrderPage {
    pub order_no: String,
    pub cycle: Cycle,
    pub after_sales_days: Option<u32>,
    pub leader_code: String,
    /// The leader's work phone.
    pub leader_phone: String,
    pub point: PointRow,
    pub state: OrderState,
    pub placed_at: Moment,
    pub payment: Option<PaymentRow>,
    /// Until when it waits to be paid for, where it does.
    pub held_until: Option<Moment>,
    pub lines: Vec<PageLine>,
    /// When the goods are to be at the point, as a second of the pickup date, where their route is planned.
    pub arrives_s: Option<i32>,
    /// When the leader counted what came to the point.
    pub received_at: Option<Moment>,
    /// The earliest first.
    pub pickups: Vec<PagePickup>,
    /// None once everything was handed out, and for imported orders.
    pub code: Option<PickupCode>,
}

#[derive(Clone, Debug)]
pub struct PageLine {
    pub offer_no: i32,
    pub name: String,
    pub spec: String,
    pub unit: String,
    pub temp_zone: TempZone,
    pub price: Fen,
    /// After all corrections.
    pub ordered_qty: i32,
    pub tolerance: i32,
    /// None before the goods were shared out.
    pub allocated_qty: Option<i32>,
    /// Pieces that were shared out to it and could not be handed out: they were missing or spoilt at the point.
    pub lost_qty: i64,
    pub handed_qty: i64,
    /// Why it got something else than was ordered.
    pub reason: Option<Reason>,
    pub refunds: Vec<LineRefund>,
    /// The earliest first.
    pub cases: Vec<PageCase>,
    /// What its pieces weigh, where some of them have labels or its weight was settled.
    pub weight: Option<PageWeight>,
}

/// What the pieces of a line weigh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageWeight {
    /// The grams of each piece with a label.
    pub labels_g: Vec<u32>,
    /// What that moved; None before weights were settled.
    pub settled: Option<Adjustment>,
}

impl PageLine {
    /// What it costs more by its weight as that was settled.
    pub fn weight_adjustment(&self) -> Fen {
        self.weight.as_ref().and_then(|weight| weight.settled).map_or(Fen::ZERO, |settled| settled.amount)
    }

    /// 待补款: what is to be paid for more weight of a line that was paid for.
    pub fn top_up(&self) -> Fen {
        let charged = self.ordered_qty.unsigned_abs() + self.tolerance.unsigned_abs();
        let given = self.allocated_qty.map_or(charged, i32::unsigned_abs);
        top_up(self.price, charged, given, self.weight_adjustment()).unwrap_or(Fen::ZERO)
    }

    /// Pieces that its household gets or got; None before the goods were shared out.
    pub fn given_qty(&self) -> Option<i64> {
        self.allocated_qty.map(|allocated| (i64::from(allocated) - self.lost_qty).max(0))
    }
}

/// What was reported of a line, and what of its price that is.
#[derive(Clone, Copy, Debug)]
pub struct PageCase {
    pub problem: Problem,
    pub measure: Measure,
    pub part: i32,
    pub whole: i32,
    pub amount: Fen,
}

/// A pickup, taken back or not.
#[derive(Clone, Debug)]
pub struct PagePickup {
    pub event_id: String,
    pub at: Moment,
    pub by: String,
    pub method: Option<PickupMethod>,
    pub pieces: i64,
    pub reversed_at: Option<Moment>,
    /// Since when the resident says that it was not them.
    pub disputed_at: Option<Moment>,
}

/// Reads an order's page.
///
/// # Errors
/// `not_found`.
pub fn order_page(db: &mut Db, order_no: &str, safe: &CodeSafe) -> Result<OrderPage, FlowError> {
    db.read(|db| {
        let order = single_orders::find(db, order_no)?.ok_or_else(|| no_order(order_no))?;
        let damaged = || StoreError::DamagedRow("orders");
        let row = cycles::by_id(db, order.cycle_id)?.ok_or_else(damaged)?;
        let leader = master::leader::by_id(db, order.leader_id)?.ok_or_else(damaged)?;
        let code = pickup_codes::of_order(db, order.cycle_id, order.id)?.filter(|row| row.is_open);
        Ok(OrderPage {
            after_sales_days: row.after_sales_days.map(i32::unsigned_abs),
            cycle: row.card(),
            leader_code: leader.leader_code,
            leader_phone: leader.phone,
            point: master::point::by_id(db, order.point_id)?.ok_or_else(damaged)?,
            state: order.state(),
            placed_at: Moment(order.placed_at),
            payment: payments::of_order(db, order.cycle_id, order.id)?,
            held_until: order_facts::held_until(db, order.cycle_id, order.id)?,
            lines: lines(db, &order)?,
            arrives_s: route_plans::arrival(db, order.cycle_id, order.point_id)?,
            received_at: leader_receipts::in_force(db, order.cycle_id, order.point_id)?
                .map(|(receipt, _)| Moment(receipt.recorded_at)),
            pickups: pickups_of(db, &order)?,
            code: code.and_then(|row| safe.open(order.id, &row.sealed_code)),
            order_no: order.order_no,
        })
    })
}

fn lines(db: &mut Db, order: &OrderRow) -> Result<Vec<PageLine>, FlowError> {
    let (cycle_id, ids) = (order.cycle_id, [order.id]);
    let in_force = lines_of_order(db, cycle_id, order.point_id, order.id)?;
    let handed = pickups::handed(db, cycle_id, &ids)?.remove(&order.id).unwrap_or_default();
    let lost = leader_receipts::losses_of(db, cycle_id, &ids)?.remove(&order.id).unwrap_or_default();
    let mut cases = cases_of(db, order)?;
    let mut weights = weights_of(db, order)?;
    let offer_nos: Vec<i32> = in_force.iter().map(|line| line.offer_no).collect();
    let goods = order_facts::goods(db, cycle_id, &offer_nos)?;
    let mut goods: HashMap<i32, GoodsRow> = goods.into_iter().map(|row| (row.offer_no, row)).collect();
    // The newest comes last, and stays.
    let reasons: HashMap<i32, String> = order_facts::reasons(db, cycle_id, order.id)?.into_iter().collect();
    let mut refunds: HashMap<i32, Vec<LineRefund>> = HashMap::new();
    for refund in order_facts::refunds_of(db, cycle_id, order.id)? {
        refunds.entry(refund.offer_no).or_default().push(refund);
    }
    let places: HashMap<i32, i32> =
        single_orders::lines(db, cycle_id, order.id)?.into_iter().map(|row| (row.offer_no, row.line_no)).collect();
    let mut lines = Vec::with_capacity(in_force.len());
    for line in in_force {
        let offer_no = line.offer_no;
        let called = goods.remove(&offer_no).ok_or(StoreError::DamagedRow("offers"))?;
        lines.push(PageLine {
            offer_no,
            name: called.name,
            spec: called.spec,
            unit: called.unit,
            temp_zone: TempZone::parse(&called.temp_zone).unwrap_or(TempZone::Ambient),
            price: Fen(called.sale_price_fen),
            ordered_qty: line.ordered_qty,
            tolerance: line.tolerance,
            allocated_qty: line.allocated_qty,
            lost_qty: lost.get(&offer_no).copied().unwrap_or(0),
            handed_qty: handed.get(&offer_no).copied().unwrap_or(0),
            reason: reasons.get(&offer_no).and_then(|code| Reason::parse(code)),
            refunds: refunds.remove(&offer_no).unwrap_or_default(),
            cases: cases.remove(&offer_no).unwrap_or_default(),
            weight: weights.remove(&offer_no),
        });
    }
    // As they were ordered; what was added later comes last.
    lines.sort_by_key(|line| (places.get(&line.offer_no).copied().unwrap_or(i32::MAX), line.offer_no));
    Ok(lines)
}

/// What the pieces of an order's lines weigh, by offer.
fn weights_of(db: &mut Db, order: &OrderRow) -> Result<HashMap<i32, PageWeight>, StoreError> {
    let mut found: HashMap<i32, PageWeight> = HashMap::new();
    let new = || PageWeight { labels_g: Vec::new(), settled: None };
    for label in weights::of_order(db, order.cycle_id, order.id)? {
        found.entry(label.row.offer_no).or_insert_with(new).labels_g.push(label.grams());
    }
    for (offer_no, weight) in weights::adjustments_of_order(db, order.cycle_id, order.id)? {
        found.entry(offer_no).or_insert_with(new).settled = Some(weight.adjustment);
    }
    Ok(found)
}

/// What was reported of an order's lines, by offer.
fn cases_of(db: &mut Db, order: &OrderRow) -> Result<HashMap<i32, Vec<PageCase>>, StoreError> {
    let damaged = || StoreError::DamagedRow("after_sales_cases");
    let mut cases: HashMap<i32, Vec<PageCase>> = HashMap::new();
    for row in after_sales::of_order(db, order.cycle_id, order.id)? {
        cases.entry(row.offer_no).or_default().push(PageCase {
            problem: Problem::parse(&row.problem).ok_or_else(damaged)?,
            measure: Measure::parse(&row.measure).ok_or_else(damaged)?,
            part: row.part,
            whole: row.whole,
            amount: Fen(row.amount_fen),
        });
    }
    Ok(cases)
}

fn pickups_of(db: &mut Db, order: &OrderRow) -> Result<Vec<PagePickup>, FlowError> {
    let events = pickups::events_of(db, order.cycle_id, order.id)?;
    let (reversals, handed): (Vec<EventRow>, Vec<EventRow>) =
        events.into_iter().partition(|event| event.reverses.is_some());
    let ids: Vec<&str> = handed.iter().map(|event| event.event_id.as_str()).collect();
    let disputed = pickup_disputes::in_force(pickup_disputes::of_events(db, &ids)?);
    let mut told = Vec::with_capacity(handed.len());
    for event in handed {
        let reversal = reversals.iter().find(|one| one.reverses.as_deref() == Some(event.event_id.as_str()));
        let lines = pickups::lines_of_event(db, &event.event_id)?;
        told.push(PagePickup {
            at: Moment(event.recorded_at),
            by: event.handed_by,
            method: PickupMethod::parse(&event.method),
            pieces: lines.iter().map(|line| i64::from(line.handed_qty)).sum(),
            reversed_at: reversal.map(|reversal| Moment(reversal.recorded_at)),
            disputed_at: disputed.get(&event.event_id).copied(),
            event_id: event.event_id,
        });
    }
    Ok(told)
}
