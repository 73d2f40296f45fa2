//! 有问题: goods of a line are not as they should be. The case says what of the price goes back; deciding it comes later.

use std::collections::HashSet;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::domain::after_sales::{CaseLine, Measure, Problem, report_until};
use crate::domain::errors::{RuleError, StateName};
use crate::domain::facts::TempZone;
use crate::domain::money::Fen;
use crate::domain::time::Moment;
use crate::flow::answered::Sender;
use crate::flow::intake::{Within, no_order};
use crate::flow::one_order::reached;
use crate::flow::receive_at_point::offer_no;
use crate::flow::{Desk, FlowError, answered};
use crate::store::after_sales::{self, CaseRow};
use crate::store::backend::{Db, StoreError};
use crate::store::cycles::{self, CycleRow};
use crate::store::pickups::EventRow;
use crate::store::point_goods::{self, SoldSku};
use crate::store::shared_out::SharedOut;
use crate::store::single_orders::{self, OrderRow};
use crate::store::{leader_receipts, pickups};

/// The route under which keys of cases are kept.
const ROUTE: &str = "POST /after-sales";

/// How long a problem may have waited on a phone for a connection.
const WAITED_MAX: Duration = Duration::days(3);

/// A problem as it is told.
#[derive(Clone, Debug)]
pub struct ReportProblem {
    pub order_no: String,
    pub sku_code: String,
    pub problem: Problem,
    pub measure: Measure,
    /// So many pieces, or of what pieces hold, or of a hundred.
    pub part: u32,
    pub remark: Option<String>,
    /// Who reports, as the phone says.
    pub reported_by: String,
    pub device_at: Moment,
    pub within: Within,
    pub sender: Sender,
}

/// A case that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Reported {
    pub order_no: String,
    pub sku_code: String,
    /// 1 for the first of a line.
    pub case_no: i32,
    pub part: u32,
    pub whole: u32,
    pub amount_fen: i64,
}

/// Takes a case. The same under the same key is the same case.
///
/// # Errors
/// `not_found` for an order out of reach, a SKU that it does not have; `nothing_there`, `bad_part`, `all_refunded`;
/// `too_late` once the time to report is over; `key_reused`.
pub fn report_problem(db: &mut Db, desk: &Desk, act: &ReportProblem) -> Result<Reported, FlowError> {
    db.write_locking(|db| {
        if let Some(answer) = answered::first(db, ROUTE, &act.sender)? {
            return Ok(answer);
        }
        let order = reached(db, &act.order_no, &act.within)?;
        let order = single_orders::hold(db, order.cycle_id, order.id)?.ok_or_else(|| no_order(&act.order_no))?;
        let cycle = cycles::by_id(db, order.cycle_id)?.ok_or(StoreError::DamagedRow("orders"))?;
        let offer_no = offer_no(db, &cycle.card(), &act.sku_code)?;
        let sold = point_goods::sold(db, cycle.id, offer_no)?.ok_or(StoreError::DamagedRow("offers"))?;
        let qty = given(db, &order, offer_no, &act.sku_code)?;
        in_time(db, desk, &cycle, &order, &sold, act.device_at)?;
        let earlier = after_sales::of_order(db, cycle.id, order.id)?;
        let earlier: Vec<CaseRow> = earlier.into_iter().filter(|row| row.offer_no == offer_no).collect();
        let before = Fen(earlier.iter().map(|row| row.amount_fen).sum());
        let sub_units = sold.sub_units.map(i32::unsigned_abs);
        let line = CaseLine { unit_price: Fen(sold.sale_price_fen), qty, sub_units, before };
        let (whole, amount) = line.amount(act.measure, act.part)?;
        let case = CaseRow {
            cycle_id: cycle.id,
            order_id: order.id,
            offer_no,
            case_no: earlier.last().map_or(1, |row| row.case_no + 1),
            problem: act.problem.code().to_owned(),
            measure: act.measure.code().to_owned(),
            part: act.part as i32,
            whole: whole as i32,
            amount_fen: amount.0,
            remark: act.remark.clone(),
            reported_by: act.reported_by.clone(),
            recorded_by: act.sender.by.clone(),
            device_at: act.device_at.0,
            recorded_at: desk.now.0,
        };
        after_sales::record(db, &case)?;
        let (order_no, sku_code) = (order.order_no, act.sku_code.clone());
        let answer =
            Reported { order_no, sku_code, case_no: case.case_no, part: act.part, whole, amount_fen: amount.0 };
        answered::keep(db, desk, ROUTE, cycle.id, &act.sender, &answer)?;
        Ok(answer)
    })
}

/// Pieces of a line that its household gets or got.
fn given(db: &mut Db, order: &OrderRow, offer_no: i32, sku_code: &str) -> Result<u32, FlowError> {
    let (cycle_id, ids) = (order.cycle_id, [order.id]);
    let shared = SharedOut::read(db, cycle_id)?;
    let lines = pickups::lines_in_force(db, cycle_id, &ids, |_, offer_no| shared.covers(order.point_id, offer_no))?;
    let line = lines.get(&order.id).and_then(|lines| lines.iter().find(|line| line.offer_no == offer_no));
    let missing = || RuleError::NotFound { thing: StateName { code: "sku", zh: "商品" }, key: sku_code.to_owned() };
    let allocated = line.ok_or_else(missing)?.allocated_qty.unwrap_or(0);
    let losses = leader_receipts::losses_of(db, cycle_id, &ids)?;
    let lost = losses.get(&order.id).and_then(|lines| lines.get(&offer_no)).copied().unwrap_or(0);
    Ok(u32::try_from(i64::from(allocated) - lost).unwrap_or(0))
}

/// Whether there is time left to report: from the last pickup that stands, else from the point's count, else from the
/// pickup date. What was reported without a connection counts by the phone's clock.
fn in_time(
    db: &mut Db,
    desk: &Desk,
    cycle: &CycleRow,
    order: &OrderRow,
    sold: &SoldSku,
    device_at: Moment,
) -> Result<(), FlowError> {
    let events = pickups::events_of(db, order.cycle_id, order.id)?;
    let reversed: HashSet<&str> = events.iter().filter_map(|event| event.reverses.as_deref()).collect();
    let stands = |event: &&EventRow| event.reverses.is_none() && !reversed.contains(event.event_id.as_str());
    let picked = events.iter().filter(stands).map(|event| Moment(event.recorded_at)).max();
    let mut counted = || leader_receipts::in_force(db, order.cycle_id, order.point_id);
    let from = match picked {
        Some(at) => Some(at),
        None => counted()?.map(|(receipt, _)| Moment(receipt.recorded_at)),
    };
    // Where neither is known, from the end of the day on which the goods were to be there.
    let from = from.or_else(|| desk.zone.parse(&format!("{} 23:59", cycle.pickup_date)));
    let zone = TempZone::parse(&sold.temp_zone).ok_or(StoreError::DamagedRow("cycle_skus"))?;
    let days = cycle.after_sales_days.map(i32::unsigned_abs);
    let until = from.map(|from| report_until(from, zone, days));
    let told_at = device_at.clamp(desk.now.plus(-WAITED_MAX), desk.now);
    match until {
        Some(until) if told_at >= until => {
            let end = desk.zone.minute(until);
            let (zh, en) = (format!("售后到 {end} 为止"), format!("problems could be reported until {end}"));
            Err(RuleError::Refused { code: "too_late", zh, en }.into())
        }
        _ => Ok(()),
    }
}
