//! What all residents see of open cycles: the goods, what was ordered of them so far, and where leaders hand out.

use std::collections::{HashMap, HashSet};

use chrono::Duration;

use crate::domain::absence::Leave;
use crate::domain::facts::{Cycle, Rounding};
use crate::domain::money::Fen;
use crate::domain::shop::OnSale;
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::flow::FlowError;
use crate::flow::count_totals::Totals;
use crate::flow::live_totals::LiveTotals;
use crate::store::absences;
use crate::store::backend::{Db, StoreError};
use crate::store::cycles::{self, CycleRow};
use crate::store::master::{self, PointRow, SkuRow, WarehouseRow};
use crate::store::offers::{self, OfferRow};

/// For so long after its cutoff a cycle is shown as closed, so that whoever comes late learns it there.
const SHOWN_AFTER: Duration = Duration::hours(12);

/// The shop as it stood at a moment. It holds nothing about any resident.
#[derive(Clone, Debug, Default)]
pub struct ShopFront {
    /// By code.
    pub leaders: HashMap<String, ShopLeader>,
    /// Those that take orders, the earliest cutoff first, then those that have closed lately.
    pub cycles: Vec<ShopCycle>,
    /// When the next one opens.
    pub opens_next: Option<Moment>,
}

#[derive(Clone, Debug)]
pub struct ShopLeader {
    pub name: String,
    /// By code.
    pub points: Vec<PointRow>,
    /// Days on which nobody is there, by the cycle whose goods are collected then.
    pub away: HashMap<i64, Leave>,
}

#[derive(Clone, Debug)]
pub struct ShopCycle {
    pub cycle: Cycle,
    pub goods: Vec<ShopGoods>,
    /// Whether all of it is bought for one warehouse.
    pub is_whole: bool,
}

#[derive(Clone, Debug)]
pub struct ShopGoods {
    pub sku_code: String,
    pub name: String,
    pub spec: String,
    pub unit: String,
    pub category: String,
    pub price: Fen,
    pub on_sale: OnSale,
    /// What a piece should weigh, where its price is for that weight.
    pub nominal_g: Option<u32>,
}

impl ShopCycle {
    /// Whether it takes orders now.
    pub fn is_open(&self, now: Moment) -> bool {
        let Cycle { state, opens_at, cutoff_at, .. } = self.cycle;
        state == CycleState::Open && (opens_at..cutoff_at).contains(&now)
    }
}

/// Reads the shop.
///
/// # Errors
/// What the database says.
pub fn shop_front(db: &mut Db, live: &LiveTotals, now: Moment) -> Result<ShopFront, FlowError> {
    let all = cycles::all(db)?;
    let drafts = all.iter().filter(|row| row.state == CycleState::Draft.code() && row.opens_at > now.0);
    let opens_next = drafts.map(|row| Moment(row.opens_at)).min();
    let points = master::point::all(db)?;
    let is_whole = bought_for(&master::warehouse::all(db)?, &points).len() == 1;
    let skus: HashMap<i64, SkuRow> = master::sku::all(db)?.into_iter().map(|sku| (sku.id, sku)).collect();
    let (mut shown, mut away) = (Vec::new(), HashMap::new());
    for row in all.iter().filter(|row| is_shown(row, now)) {
        away.insert(row.id, absences::nobody_there(db, row.card().pickup_date)?);
        shown.push(ShopCycle { goods: goods(db, live, row, &skus)?, cycle: row.card(), is_whole });
    }
    shown.sort_by_key(|shown| (!shown.is_open(now), shown.cycle.cutoff_at));
    let mut of_leader: HashMap<i64, Vec<PointRow>> = HashMap::new();
    points.into_iter().for_each(|point| of_leader.entry(point.leader_id).or_default().push(point));
    let leader = |row: master::LeaderRow| {
        let points = of_leader.remove(&row.id).unwrap_or_default();
        let away = away.iter().filter_map(|(cycle_id, leaves)| Some((*cycle_id, *leaves.get(&row.id)?))).collect();
        (row.leader_code, ShopLeader { name: row.name, points, away })
    };
    let leaders = master::leader::all(db)?.into_iter().map(leader).collect();
    Ok(ShopFront { leaders, cycles: shown, opens_next })
}

fn is_shown(row: &CycleRow, now: Moment) -> bool {
    let Cycle { state, opens_at, cutoff_at, .. } = row.card();
    match state {
        CycleState::Open => opens_at <= now,
        CycleState::Draft | CycleState::Cancelled => false,
        // One that was frozen by hand lies ahead of its cutoff.
        _ => row.frozen_at.is_some_and(|at| now < Moment(at).plus(SHOWN_AFTER)) && cutoff_at.plus(SHOWN_AFTER) > now,
    }
}

/// The warehouses that goods are bought for: the topmost above each point's.
fn bought_for(warehouses: &[WarehouseRow], points: &[PointRow]) -> HashSet<i64> {
    let parents: HashMap<i64, Option<i64>> = warehouses.iter().map(|row| (row.id, row.parent_id)).collect();
    let top = |id: i64| {
        // A chain of parents is no longer than there are warehouses.
        (0..parents.len()).fold(id, |id, _| parents.get(&id).copied().flatten().unwrap_or(id))
    };
    points.iter().map(|point| top(point.warehouse_id)).collect()
}

fn goods(
    db: &mut Db,
    live: &LiveTotals,
    row: &CycleRow,
    skus: &HashMap<i64, SkuRow>,
) -> Result<Vec<ShopGoods>, FlowError> {
    // Hints call for more, so what closed needs no sums; and its orders would be counted anew with each reading.
    let totals = if row.state == CycleState::Open.code() { live.read(db, &row.cycle_code)? } else { Totals::default() };
    let sums: HashMap<&str, (u64, u64)> = totals
        .skus
        .iter()
        .map(|sum| (sum.code.as_str(), (sum.ordered_qty, sum.cap.map_or(sum.ordered_qty, |cap| cap.sold_qty))))
        .collect();
    let rounding = row.card().rounding;
    let mut goods = Vec::new();
    for offer in offers::of_cycle(db, row.id)? {
        let sku = skus.get(&offer.sku_id).ok_or(StoreError::DamagedRow("offers"))?;
        let ordered = sums.get(sku.sku_code.as_str()).copied().unwrap_or_default();
        goods.push(listed(&offer, sku, ordered, rounding));
    }
    Ok(goods)
}

fn listed(offer: &OfferRow, sku: &SkuRow, (ordered, sold): (u64, u64), rounding: Rounding) -> ShopGoods {
    let whole = |count: Option<i32>| count.map(i32::unsigned_abs);
    ShopGoods {
        sku_code: sku.sku_code.clone(),
        name: sku.name.clone(),
        spec: sku.spec.clone(),
        unit: sku.unit.clone(),
        category: sku.category.clone().unwrap_or_default(),
        price: Fen(offer.sale_price_fen),
        on_sale: OnSale {
            ordered,
            sold,
            stock_cap: whole(offer.stock_cap),
            limit: whole(offer.limit_per_resident),
            threshold: offer.threshold_qty.unsigned_abs(),
            case_size: offer.case_size.unsigned_abs(),
            rounding: offer.rounding.as_deref().and_then(Rounding::parse).unwrap_or(rounding),
            keeps_stock: sku.keeps_stock,
        },
        nominal_g: whole(sku.nominal_weight_g).filter(|_| sku.is_variable_weight),
    }
}
