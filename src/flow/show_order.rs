//! One order as its resident, its leader or a machine may see it: no name, no phone, no room.

use crate::domain::money::Fen;
use crate::domain::pickup_code::{CodeSafe, PickupCode};
use crate::domain::states::OrderState;
use crate::domain::time::Moment;
use crate::flow::FlowError;
use crate::flow::intake::Within;
use crate::flow::one_order::{reached, total};
use crate::flow::place_orders::Shelf;
use crate::store::backend::{Db, StoreError};
use crate::store::payments::{self, PaymentRow};
use crate::store::shared_out::lines_of_order;
use crate::store::{cycles, master, pickup_codes, pickups, single_orders};

/// An order with its codes in place of ids.
#[derive(Clone, Debug)]
pub struct ShownOrder {
    pub order_no: String,
    pub cycle_code: String,
    pub leader_code: String,
    pub point_code: String,
    pub state: OrderState,
    pub placed_at: Moment,
    pub paid_at: Option<Moment>,
    /// What is paid for the order as it was placed.
    pub total: Fen,
    pub lines: Vec<ShownLine>,
    pub payment: Option<PaymentRow>,
    /// For the resident alone; None once everything was handed out, and for imported orders.
    pub code: Option<PickupCode>,
}

#[derive(Clone, Debug)]
pub struct ShownLine {
    pub sku_code: String,
    pub price: Fen,
    /// After all corrections.
    pub ordered_qty: i32,
    pub tolerance: i32,
    /// None before the goods were shared out.
    pub allocated_qty: Option<i32>,
    pub handed_qty: i64,
}

/// Shows an order from one snapshot.
///
/// # Errors
/// `not_found`, also for an order out of reach.
pub fn show_order(db: &mut Db, order_no: &str, within: &Within, safe: &CodeSafe) -> Result<ShownOrder, FlowError> {
    db.read(|db| {
        let order = reached(db, order_no, within)?;
        let cycle = cycles::by_id(db, order.cycle_id)?.ok_or(StoreError::DamagedRow("orders"))?;
        let catalogue = Shelf::default().catalogue(db, order.cycle_id)?;
        let handed = pickups::handed(db, order.cycle_id, &[order.id])?.remove(&order.id).unwrap_or_default();
        let lines = lines_of_order(db, order.cycle_id, order.point_id, order.id)?;
        let lines = lines.into_iter().map(|line| {
            let (sku_code, on_sale) = &catalogue.by_no[&line.offer_no];
            ShownLine {
                sku_code: sku_code.clone(),
                price: on_sale.price,
                ordered_qty: line.ordered_qty,
                tolerance: line.tolerance,
                allocated_qty: line.allocated_qty,
                handed_qty: handed.get(&line.offer_no).copied().unwrap_or(0),
            }
        });
        let lines = lines.collect();
        let point = master::point::by_id(db, order.point_id)?;
        let leader = master::leader::by_id(db, order.leader_id)?;
        let code = pickup_codes::of_order(db, order.cycle_id, order.id)?.filter(|row| row.is_open);
        Ok(ShownOrder {
            total: total(&catalogue, &single_orders::lines(db, order.cycle_id, order.id)?)?,
            payment: payments::of_order(db, order.cycle_id, order.id)?,
            code: code.and_then(|row| safe.open(order.id, &row.sealed_code)),
            state: order.state(),
            placed_at: Moment(order.placed_at),
            paid_at: order.paid_at.map(Moment),
            order_no: order.order_no,
            cycle_code: cycle.cycle_code,
            leader_code: leader.map_or_else(String::new, |row| row.leader_code),
            point_code: point.map_or_else(String::new, |row| row.point_code),
            lines,
        })
    })
}
