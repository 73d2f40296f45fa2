//! Whose a weighed label is: said at the door when the piece is handed over, or where it is packed for a household.

use serde::{Deserialize, Serialize};

use crate::domain::errors::{RuleError, Step};
use crate::domain::facts::Cycle;
use crate::domain::states::OrderState;
use crate::domain::time::Moment;
use crate::domain::weighing::shown;
use crate::flow::answered::Sender;
use crate::flow::intake::{Within, no_order};
use crate::flow::one_order::{is_reached, reached};
use crate::flow::people::missing;
use crate::flow::weigh_goods::is_weighed_in;
use crate::flow::{Desk, FlowError, answered, load_cycle};
use crate::store::backend::Db;
use crate::store::cycles::{self, Hold};
use crate::store::point_goods;
use crate::store::shared_out::lines_of_order;
use crate::store::single_orders::{self, OrderRow};
use crate::store::weights::{self, BindingRow, Label};

/// The route under which keys of bindings are kept.
const ROUTE: &str = "POST /weights/bind";

/// Says whose a label is.
#[derive(Clone, Debug)]
pub struct BindLabel {
    pub cycle_code: String,
    pub weigh_no: String,
    /// None: nobody's any more.
    pub order_no: Option<String>,
    /// The goods that the label was taken for, where the sender says so.
    pub sku_code: Option<String>,
    /// Who handed it over, as the phone says.
    pub bound_by: String,
    pub device_at: Moment,
    pub within: Within,
    pub sender: Sender,
}

/// A label as it stands after that.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Bound {
    pub weigh_no: String,
    pub order_no: Option<String>,
    pub actual_weight_g: u32,
}

/// Who says whose a label is, and when.
#[derive(Clone, Copy, Debug)]
pub struct Binder<'a> {
    pub bound_by: &'a str,
    pub recorded_by: &'a str,
    pub device_at: Moment,
}

/// Says whose a label is; the same under the same key, or said again, changes nothing.
///
/// # Errors
/// `not_found` for the cycle, the label, an order out of reach; `wrong_state`; `other_goods`; what `bind_to` refuses;
/// `key_reused`.
pub fn bind_label(db: &mut Db, desk: &Desk, act: &BindLabel) -> Result<Bound, FlowError> {
    db.write_locking(|db| {
        if let Some(answer) = answered::first(db, ROUTE, &act.sender)? {
            return Ok(answer);
        }
        let found = load_cycle::card(db, &act.cycle_code)?;
        cycles::hold(db, &[found.id], Hold::Shared)?;
        let cycle = load_cycle::card(db, &act.cycle_code)?;
        if !is_weighed_in(cycle.state) {
            return Err(load_cycle::refused(&cycle, Step::Weigh).into());
        }
        let binder = Binder { bound_by: &act.bound_by, recorded_by: &act.sender.by, device_at: act.device_at };
        let label = match &act.order_no {
            Some(order_no) => {
                let order = reached(db, order_no, &act.within)?;
                if order.cycle_id != cycle.id {
                    return Err(no_order(order_no).into());
                }
                is_of(db, &cycle, act)?;
                bind_to(db, desk, &cycle, &act.weigh_no, &order, &act.within, &binder)?
            }
            None => release(db, desk, &cycle, act, &binder)?,
        };
        let answer =
            Bound { weigh_no: act.weigh_no.clone(), order_no: act.order_no.clone(), actual_weight_g: label.grams() };
        answered::keep(db, desk, ROUTE, cycle.id, &act.sender, &answer)?;
        Ok(answer)
    })
}

/// Whether the label is of the goods that it was taken for.
fn is_of(db: &mut Db, cycle: &Cycle, act: &BindLabel) -> Result<(), FlowError> {
    let Some(sku_code) = &act.sku_code else { return Ok(()) };
    let label = known(db, cycle, &act.weigh_no)?;
    let name = weights::weighing(db, cycle.id, label.row.offer_no)?.map(|(_, name)| name).unwrap_or_default();
    if point_goods::offer_no(db, cycle.id, sku_code)? == Some(label.row.offer_no) {
        return Ok(());
    }
    Err(refused(
        "other_goods",
        format!("称签 {} 是{name}，不是这种商品；请核对称签号", act.weigh_no),
        format!("label {} is of {name}, not of these goods: check its number", act.weigh_no),
    )
    .into())
}

fn known(db: &mut Db, cycle: &Cycle, weigh_no: &str) -> Result<Label, FlowError> {
    Ok(weights::label(db, cycle.id, weigh_no)?.ok_or_else(|| missing("称签", "label", weigh_no))?)
}

/// Gives a label to an order. Call it while the cycle is held.
///
/// # Errors
/// `not_found`; `label_void`, `label_taken`, `other_point`, `other_goods`, `labels_enough`.
pub(super) fn bind_to(
    db: &mut Db,
    desk: &Desk,
    cycle: &Cycle,
    weigh_no: &str,
    order: &OrderRow,
    within: &Within,
    binder: &Binder<'_>,
) -> Result<Label, FlowError> {
    let order = single_orders::hold(db, cycle.id, order.id)?.ok_or_else(|| no_order(&order.order_no))?;
    let mut label = known(db, cycle, weigh_no)?;
    let is_elsewhere = label.row.point_id.is_some_and(|point| point != order.point_id);
    // What lies at another leader's point looks as if it did not exist.
    if is_elsewhere && !matches!(within, Within::All) {
        return Err(missing("称签", "label", weigh_no).into());
    }
    if label.order_id == Some(order.id) && !label.is_void {
        return Ok(label);
    }
    check(db, cycle, &label, &order)?;
    let row = binding(cycle, &label, Some(order.id), desk, binder);
    weights::add_bindings(db, &[row])?;
    label.order_id = Some(order.id);
    Ok(label)
}

fn check(db: &mut Db, cycle: &Cycle, label: &Label, order: &OrderRow) -> Result<(), FlowError> {
    let (no, words) = (&label.row.weigh_no, shown(u64::from(label.grams())));
    if label.is_void {
        let (zh, en) =
            (format!("称签 {no} 已作废，请用重新称的那张"), format!("label {no} is void: use the newer one"));
        return Err(refused("label_void", zh, en).into());
    }
    if label.order_id.is_some() {
        let zh = format!("称签 {no}（{words}）已经给了别的住户；请核对称签号，给错了先在那一户取下");
        let en = format!("label {no} was given to another household: check the number, or take it off there first");
        return Err(refused("label_taken", zh, en).into());
    }
    if label.row.point_id.is_some_and(|point| point != order.point_id) {
        let zh = format!("称签 {no} 在别的自提点的格口；请核对称签号，货若真在这里请告诉仓库");
        let en = format!("label {no} is of another point's slot: check the number, or tell the warehouse");
        return Err(refused("other_point", zh, en).into());
    }
    let lines = lines_of_order(db, cycle.id, order.point_id, order.id)?;
    let Some(line) = lines.iter().find(|line| line.offer_no == label.row.offer_no) else {
        let zh = format!("称签 {no} 的商品不在订单 {} 里；请核对称签号", order.order_no);
        let en = format!("order {} has none of the goods of label {no}: check the number", order.order_no);
        return Err(refused("other_goods", zh, en).into());
    };
    let takes_part = matches!(order.state(), OrderState::Paid | OrderState::Unpaid);
    let given = line.allocated_qty.filter(|_| takes_part).and_then(|qty| usize::try_from(qty).ok()).unwrap_or(0);
    let own = weights::of_order(db, cycle.id, order.id)?;
    if own.iter().filter(|one| one.row.offer_no == label.row.offer_no).count() >= given {
        let zh = format!("订单 {} 这种商品应提 {given} 份，都已有称签；给错了先取下一张", order.order_no);
        let en = format!("order {} gets {given} of these and has labels for all: take one off first", order.order_no);
        return Err(refused("labels_enough", zh, en).into());
    }
    Ok(())
}

/// Takes a label off whoever has it; one that nobody has stays as it is.
fn release(db: &mut Db, desk: &Desk, cycle: &Cycle, act: &BindLabel, binder: &Binder<'_>) -> Result<Label, FlowError> {
    let mut label = known(db, cycle, &act.weigh_no)?;
    let Some(order_id) = label.order_id else { return Ok(label) };
    let order = single_orders::hold(db, cycle.id, order_id)?;
    let is_own = match &order {
        Some(order) => is_reached(db, order, &act.within)?,
        None => false,
    };
    if !is_own {
        return Err(missing("称签", "label", &act.weigh_no).into());
    }
    let row = binding(cycle, &label, None, desk, binder);
    weights::add_bindings(db, &[row])?;
    label.order_id = None;
    Ok(label)
}

fn binding(cycle: &Cycle, label: &Label, order_id: Option<i64>, desk: &Desk, binder: &Binder<'_>) -> BindingRow {
    BindingRow {
        cycle_id: cycle.id,
        weigh_no: label.row.weigh_no.clone(),
        bind_no: label.bind_no + 1,
        order_id,
        version: cycle.version as i32,
        bound_by: binder.bound_by.to_owned(),
        recorded_by: binder.recorded_by.to_owned(),
        device_at: binder.device_at.0,
        recorded_at: desk.now.0,
    }
}

fn refused(code: &'static str, zh: String, en: String) -> RuleError {
    RuleError::Refused { code, zh, en }
}
