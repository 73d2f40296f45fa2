//! 称重: a piece is weighed and gets a label. Labels change no share of anybody; what they move is settled later.

use serde::{Deserialize, Serialize};

use crate::domain::errors::{RuleError, Step};
use crate::domain::facts::Cycle;
use crate::domain::states::CycleState;
use crate::domain::weighing::{Weighing, next_number, number_of, shown};
use crate::flow::answered::Sender;
use crate::flow::bind_label::{Binder, bind_to};
use crate::flow::intake::{Within, no_order};
use crate::flow::people::missing;
use crate::flow::receive_at_point::offer_no;
use crate::flow::{Desk, FlowError, answered, load_cycle};
use crate::store::backend::Db;
use crate::store::cycles::{self, Hold};
use crate::store::weights::{self, LabelRow, VoidRow};
use crate::store::{point_goods, single_orders};

/// The route under which keys of labels are kept.
const ROUTE: &str = "POST /weights";

/// A piece on the scale.
#[derive(Clone, Debug)]
pub struct WeighGoods {
    pub cycle_code: String,
    pub sku_code: String,
    pub actual_weight_g: u32,
    /// None: the desk's next number.
    pub weigh_no: Option<String>,
    /// The point in whose slot it is put.
    pub point_code: Option<String>,
    /// Whose it is, where it is packed for a household.
    pub order_no: Option<String>,
    /// Somebody looked: an unusual weight is right.
    pub is_confirmed: bool,
    pub sender: Sender,
}

/// The label of a piece.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Weighed {
    pub weigh_no: String,
    pub sku_code: String,
    pub actual_weight_g: u32,
    /// What the piece costs.
    pub price_fen: i64,
    pub point_code: Option<String>,
    pub order_no: Option<String>,
}

/// Notes a piece's weight under a number of its own. The same under the same key is the same label.
///
/// # Errors
/// `not_found` for the cycle, goods, point or order; `wrong_state` before the freeze and once settled; `not_weighed`;
/// `weight_outside_range` until it is confirmed; `weigh_no_taken`; what `bind_to` refuses; `key_reused`.
pub fn weigh_goods(db: &mut Db, desk: &Desk, act: &WeighGoods) -> Result<Weighed, FlowError> {
    db.write_locking(|db| {
        if let Some(answer) = answered::first(db, ROUTE, &act.sender)? {
            return Ok(answer);
        }
        let cycle = held(db, &act.cycle_code)?;
        let offer_no = offer_no(db, &cycle, &act.sku_code)?;
        let (weighing, name) = weights::weighing(db, cycle.id, offer_no)?.ok_or_else(|| not_weighed(&act.sku_code))?;
        if !act.is_confirmed && !weighing.is_usual(act.actual_weight_g) {
            return Err(unusual(&weighing, &name, act.actual_weight_g).into());
        }
        let order = match &act.order_no {
            Some(no) => {
                let found = single_orders::find(db, no)?.filter(|order| order.cycle_id == cycle.id);
                Some(found.ok_or_else(|| no_order(no))?)
            }
            None => None,
        };
        let point_id = match &act.point_code {
            Some(code) => {
                let found = point_goods::find(db, cycle.id, code)?;
                Some(found.ok_or_else(|| missing("自提点", "pickup point", code))?.point_id)
            }
            None => order.as_ref().map(|order| order.point_id),
        };
        let weigh_no = free_number(db, cycle.id, act.weigh_no.as_deref())?;
        let label = LabelRow {
            cycle_id: cycle.id,
            number: number_of(&weigh_no),
            weigh_no: weigh_no.clone(),
            offer_no,
            point_id,
            actual_weight_g: act.actual_weight_g as i32,
            is_confirmed: act.is_confirmed,
            version: cycle.version as i32,
            weighed_by: act.sender.by.clone(),
            weighed_at: desk.now.0,
        };
        weights::add_labels(db, &[label])?;
        if let Some(order) = &order {
            let binder = Binder { bound_by: &act.sender.by, recorded_by: &act.sender.by, device_at: desk.now };
            bind_to(db, desk, &cycle, &weigh_no, order, &Within::All, &binder)?;
        }
        let answer = Weighed {
            weigh_no,
            sku_code: act.sku_code.clone(),
            actual_weight_g: act.actual_weight_g,
            price_fen: weighing.price_of(act.actual_weight_g)?.0,
            point_code: act.point_code.clone(),
            order_no: act.order_no.clone(),
        };
        answered::keep(db, desk, ROUTE, cycle.id, &act.sender, &answer)?;
        Ok(answer)
    })
}

/// The number asked for, if no other label has it; else the next one.
fn free_number(db: &mut Db, cycle_id: i64, asked: Option<&str>) -> Result<String, FlowError> {
    if let Some(no) = asked {
        if weights::label(db, cycle_id, no)?.is_some() {
            let (zh, en) = (
                format!("称签号 {no} 已经用过；换一个号，或先看那张称签对不对"),
                format!("label {no} is taken: use another number, or look whether that label is right"),
            );
            return Err(RuleError::Refused { code: "weigh_no_taken", zh, en }.into());
        }
        return Ok(no.to_owned());
    }
    let next = next_number(weights::greatest_number(db, cycle_id)?);
    let full = || RuleError::TooLarge { what: "weigh_no".into() };
    Ok(next.ok_or_else(full)?.to_string())
}

/// A label that does not count from here on. Said again it changes nothing.
///
/// # Errors
/// `not_found` for the cycle and the label; `wrong_state` before the freeze and once settled.
pub fn void_label(db: &mut Db, desk: &Desk, cycle_code: &str, weigh_no: &str, by: &str) -> Result<bool, FlowError> {
    db.write_locking(|db| {
        let cycle = held(db, cycle_code)?;
        let label = weights::label(db, cycle.id, weigh_no)?.ok_or_else(|| missing("称签", "label", weigh_no))?;
        if label.is_void {
            return Ok(false);
        }
        let row = VoidRow {
            cycle_id: cycle.id,
            weigh_no: weigh_no.to_owned(),
            version: cycle.version as i32,
            voided_by: by.to_owned(),
            voided_at: desk.now.0,
        };
        weights::add_void(db, &row)?;
        Ok::<_, FlowError>(true)
    })
}

/// The cycle, held alone until the transaction ends, if goods of it may be weighed.
///
/// # Errors
/// `not_found`; `wrong_state`.
pub(super) fn held(db: &mut Db, cycle_code: &str) -> Result<Cycle, FlowError> {
    let found = load_cycle::card(db, cycle_code)?;
    cycles::hold(db, &[found.id], Hold::Alone)?;
    let cycle = load_cycle::card(db, cycle_code)?;
    if !is_weighed_in(cycle.state) {
        return Err(load_cycle::refused(&cycle, Step::Weigh).into());
    }
    Ok(cycle)
}

/// Whether goods are weighed and labels bound in this state.
pub fn is_weighed_in(state: CycleState) -> bool {
    state.is_frozen() && state != CycleState::Settled
}

/// Goods that are not sold by weight.
pub(super) fn not_weighed(sku_code: &str) -> RuleError {
    RuleError::Refused {
        code: "not_weighed",
        zh: format!("{sku_code} 不是称重商品；先在商品资料里标为称重商品并填标重，下一团起生效"),
        en: format!("{sku_code} is not sold by weight: mark it in the catalogue, it counts from the next cycle on"),
    }
}

fn unusual(weighing: &Weighing, name: &str, grams: u32) -> RuleError {
    let (least, most) = weighing.range_g();
    let words = shown(u64::from(grams));
    RuleError::Refused {
        code: "weight_outside_range",
        zh: format!("{name} 称出 {words}，一般在 {least}–{most} g；再称一次，确实没错就确认"),
        en: format!("{name}: {grams} g is outside of {least}–{most} g; weigh it again, and confirm it if it is right"),
    }
}
