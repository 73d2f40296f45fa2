//! From codes to ids: what an order means in this cycle, or everything that is wrong with it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::errors::{RuleError, StateName};
use crate::domain::money::Fen;
use crate::domain::order_limits::{Priced, order_total};
use crate::flow::FlowError;
use crate::flow::place_orders::PlaceOrder;
use crate::flow::place_orders::bounds::Taken;
use crate::flow::place_orders::shelf::{Catalogue, Leader, OnSale, Point};
use crate::imports::fault::{Fault, FaultKind, Faults};

/// A line as it will be written.
#[derive(Clone, Copy, Debug)]
pub struct DraftLine {
    pub offer_no: i32,
    pub qty: i32,
    pub tolerance: i32,
    pub price: Fen,
}

/// An order as it will be written. Number, id and person are filled in once it is known to be new.
#[derive(Clone, Debug)]
pub struct Draft {
    pub leader_id: i64,
    pub point_id: i64,
    pub compound: String,
    pub lines: Vec<DraftLine>,
    /// The lines whose offer has a cap or a limit.
    pub bounded: Vec<Taken>,
    pub total: Fen,
    pub order_no: String,
    pub order_id: i64,
    pub identity: String,
    /// The place of its person among those of the batch.
    pub person_at: usize,
}

/// What an order means.
///
/// # Errors
/// `not_found` for a leader who does not exist or is out of reach; all faults of points and lines; `too_large`.
pub fn resolve(
    order: &PlaceOrder,
    leaders: &FxHashMap<String, Leader>,
    catalogue: &Catalogue,
) -> Result<Draft, FlowError> {
    let leader = leaders.get(&order.leader_code).filter(|leader| order.within.serves(leader.id));
    let leader = leader.ok_or_else(|| RuleError::NotFound {
        thing: StateName { code: "leader", zh: "团长" },
        key: order.leader_code.clone(),
    })?;
    let mut faults = Faults::default();
    let point = point_of(leader, order).map_err(|fault| faults.push(fault)).ok();
    let mut lines = Vec::with_capacity(order.lines.len());
    let mut bounded = Vec::new();
    let mut seen = FxHashSet::default();
    for (at, wanted) in order.lines.iter().enumerate() {
        let fault = |kind| fault(kind, &format!("lines[{at}].sku"), &wanted.sku_code, &order.cycle_code);
        let Some(OnSale { offer_no, price, .. }) = catalogue.by_sku.get(&wanted.sku_code) else {
            faults.push(fault(FaultKind::NotOnSale));
            continue;
        };
        if !seen.insert(offer_no) {
            faults.push(fault(FaultKind::DuplicateRow));
        }
        if catalogue.by_no[offer_no].1.is_bounded() {
            bounded.push(Taken { offer_no: *offer_no, qty: i64::from(wanted.qty) });
        }
        let (qty, tolerance) = (wanted.qty as i32, wanted.tolerance as i32);
        lines.push(DraftLine { offer_no: *offer_no, qty, tolerance, price: *price });
    }
    let Some(point) = point.filter(|_| faults.is_empty()) else { return Err(FlowError::Faults(faults)) };
    let priced =
        |line: &DraftLine| Priced { price: line.price, qty: line.qty as u32, tolerance: line.tolerance as u32 };
    let total = order_total(lines.iter().map(priced))?;
    Ok(Draft {
        leader_id: leader.id,
        point_id: point.id,
        compound: point.compound.clone(),
        lines,
        bounded,
        total,
        order_no: String::new(),
        order_id: 0,
        identity: String::new(),
        person_at: 0,
    })
}

fn point_of<'l>(leader: &'l Leader, order: &PlaceOrder) -> Result<&'l Point, Fault> {
    match (&order.point_code, &leader.points[..]) {
        (None, [only]) => Ok(only),
        (None, several) => {
            let codes: Vec<&str> = several.iter().map(|point| point.point_code.as_str()).collect();
            Err(fault(FaultKind::PointNeeded, "point", "", &codes.join("、")))
        }
        (Some(code), points) => {
            let found = points.iter().find(|point| point.point_code == *code);
            found.ok_or_else(|| fault(FaultKind::UnknownCode, "point", code, ""))
        }
    }
}

/// A fault of a field of the order.
fn fault(kind: FaultKind, field: &str, value: &str, detail: &str) -> Fault {
    Fault::new(&"order".into(), 0, kind).cell(field, value).detail(detail)
}
