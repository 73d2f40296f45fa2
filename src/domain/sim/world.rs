//! The state of a simulated cycle, and a random one to begin with.

use std::collections::BTreeMap;

use super::chance::Chance;
use crate::domain::allocation::Claim;
use crate::domain::facts::{BelowMinValue, BelowMoq, Offer, PriceUnit, Rounding, ShortageRule, Supplier, TempZone};
use crate::domain::money::Fen;
use crate::domain::procurement::{OfferDemand, Procurement};
use crate::domain::reallocation::Hold;
use crate::domain::time::Moment;
use crate::domain::weighing::WeightRule;

pub struct World {
    pub offers: Vec<Offer>,
    pub suppliers: Vec<Supplier>,
    /// Receiving warehouse of each point.
    pub points: Vec<u32>,
    pub orders: Vec<Order>,
    pub lines: Vec<Line>,
    /// Free stock by (offer_ix, warehouse_ix) at the start.
    pub stock: BTreeMap<(u32, u32), u64>,
    pub plan: Procurement,
    pub bought: Vec<Bought>,
    pub shared: BTreeMap<(u32, u32), SharedOut>,
    /// Now, for corrections that come in.
    pub clock: i64,
    pub met: Met,
}

pub struct Order {
    pub order_no: String,
    pub point_ix: u32,
    pub paid_at: Moment,
    pub is_paid: bool,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub order_ix: usize,
    pub offer_ix: u32,
    pub line_no: u16,
    pub ordered: u32,
    pub tolerance: u32,
    pub charged: u32,
    pub added_at: Option<Moment>,
    pub pin: Option<u32>,
    pub allocated: Option<u32>,
    pub handed: u32,
    pub hold: Hold,
    pub refunded: u32,
    pub refunded_fen: Fen,
}

/// A purchase order line and what came of it.
pub struct Bought {
    pub offer_ix: u32,
    pub warehouse_ix: u32,
    pub planned_qty: u64,
    /// (arrived, rejected) of each delivery, as counted last.
    pub receipts: Vec<(u64, u64)>,
    pub is_closed: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct SharedOut {
    pub supply: u64,
    pub leftover: u64,
    pub missing: u64,
}

/// What happened at least once.
#[derive(Debug, Default)]
pub struct Met(BTreeMap<&'static str, u32>);

impl Met {
    pub fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub fn add(&mut self, other: &Met) {
        other.0.keys().for_each(|what| self.count(what));
    }

    pub fn all(&self) -> bool {
        let kinds = ["missing", "given back", "restored", "short", "extra", "refund", "leftover", "below threshold"];
        kinds.iter().all(|what| self.0.contains_key(what))
    }
}

impl Bought {
    pub fn arrived(&self) -> u64 {
        self.receipts.iter().map(|(arrived, _)| arrived).sum()
    }

    pub fn expected(&self) -> u64 {
        let came: u64 = self.receipts.iter().map(|(arrived, rejected)| arrived + rejected).sum();
        if self.is_closed { 0 } else { self.planned_qty.saturating_sub(came) }
    }
}

impl World {
    pub fn of(chance: &mut Chance) -> World {
        let suppliers = (0..chance.between(1, 3)).map(|_| supplier(chance)).collect::<Vec<_>>();
        let offers = (0..chance.qty(1, 4)).map(|no| offer(no, suppliers.len() as u64, chance)).collect::<Vec<_>>();
        let warehouses = chance.qty(1, 2);
        let points = (0..chance.between(1, 6)).map(|_| chance.qty(0, warehouses - 1)).collect::<Vec<_>>();
        let mut stock = BTreeMap::new();
        for offer_ix in 0..offers.len() as u32 {
            for warehouse_ix in 0..warehouses {
                stock.insert((offer_ix, warehouse_ix), if chance.in_hundred(40) { chance.between(0, 15) } else { 0 });
            }
        }
        let mut world = World {
            offers,
            suppliers,
            points,
            stock,
            orders: Vec::new(),
            lines: Vec::new(),
            plan: Procurement::default(),
            bought: Vec::new(),
            shared: BTreeMap::new(),
            clock: 1_000,
            met: Met::default(),
        };
        for number in 0..chance.between(1, 25) {
            world.place_order(number, chance);
        }
        world
    }

    fn place_order(&mut self, number: u64, chance: &mut Chance) {
        let order_ix = self.orders.len();
        self.orders.push(Order {
            order_no: format!("{}{number}", chance.pick(&["A", "a", "接", "0"])),
            point_ix: chance.index(self.points.len()) as u32,
            // Few different times, so that the order number has to decide.
            paid_at: Moment(chance.between(0, 9) as i64),
            is_paid: chance.in_hundred(70),
        });
        let mut line_no = 0;
        for offer_ix in 0..self.offers.len() as u32 {
            if chance.in_hundred(60) {
                line_no += 1;
                let (ordered, tolerance) = (chance.qty(1, 6), if chance.in_hundred(30) { chance.qty(1, 4) } else { 0 });
                self.lines.push(Line::new(order_ix, offer_ix, line_no, ordered, tolerance));
            }
        }
    }

    pub fn warehouse_of(&self, line: &Line) -> u32 {
        self.points[self.orders[line.order_ix].point_ix as usize]
    }

    /// Indexes of the lines of one offer at one warehouse.
    pub fn lines_of(&self, (offer_ix, warehouse_ix): (u32, u32)) -> Vec<usize> {
        let here = |line: &Line| line.offer_ix == offer_ix && self.warehouse_of(line) == warehouse_ix;
        (0..self.lines.len()).filter(|i| here(&self.lines[*i])).collect()
    }

    pub fn demands(&self) -> Vec<OfferDemand> {
        let demand = |(&(offer_ix, warehouse_ix), &on_hand): (&(u32, u32), &u64)| {
            let lines = self.lines_of((offer_ix, warehouse_ix));
            let sum = |of: fn(&Line) -> u32| lines.iter().map(|i| u64::from(of(&self.lines[*i]))).sum();
            let (ordered_qty, tolerance_qty) = (sum(|line| line.ordered), sum(|line| line.tolerance));
            OfferDemand { offer_ix, warehouse_ix, ordered_qty, tolerance_qty, on_hand }
        };
        self.stock.iter().map(demand).filter(|demand| demand.ordered_qty > 0).collect()
    }

    pub fn claim(&self, index: usize) -> Claim<'_> {
        let line = &self.lines[index];
        let order = &self.orders[line.order_ix];
        Claim {
            line: index as u32,
            point_ix: order.point_ix,
            ordered: line.ordered,
            tolerance: line.tolerance,
            paid_at: line.added_at.unwrap_or(order.paid_at),
            order_no: &order.order_no,
            line_no: line.line_no,
            pin: line.pin,
        }
    }
}

impl Line {
    pub fn new(order_ix: usize, offer_ix: u32, line_no: u16, ordered: u32, tolerance: u32) -> Line {
        Line {
            order_ix,
            offer_ix,
            line_no,
            ordered,
            tolerance,
            charged: ordered + tolerance,
            added_at: None,
            pin: None,
            allocated: None,
            handed: 0,
            hold: Hold::Free,
            refunded: 0,
            refunded_fen: Fen::ZERO,
        }
    }
}

fn supplier(chance: &mut Chance) -> Supplier {
    Supplier {
        id: 0,
        supplier_code: String::new(),
        name: String::new(),
        contact: None,
        phone: None,
        email: None,
        min_order_value: Fen(chance.between(0, 6_000) as i64),
        below_min_value: chance.pick(BelowMinValue::ALL),
        due_at: None,
    }
}

fn offer(offer_no: u32, suppliers: u64, chance: &mut Chance) -> Offer {
    Offer {
        offer_no,
        sku_id: 0,
        sku_code: format!("S{offer_no}"),
        name: String::new(),
        spec: String::new(),
        unit: String::new(),
        category: None,
        temp_zone: TempZone::Ambient,
        barcode: None,
        supplier_sku: None,
        supplier_ix: chance.between(0, suppliers - 1) as u32,
        sale_price: Fen(chance.between(1, 900) as i64),
        limit_per_resident: None,
        threshold_qty: if chance.in_hundred(25) { chance.qty(1, 40) } else { 0 },
        stock_cap: None,
        rounding: chance.pick(Rounding::ALL),
        round_up_at_pct: chance.qty(1, 100),
        below_moq: chance.pick(BelowMoq::ALL),
        shortage_rule: chance.pick(ShortageRule::ALL),
        price_unit: chance.pick(PriceUnit::ALL),
        unit_price: chance.in_hundred(90).then(|| Fen(chance.between(0, 2_000) as i64)),
        case_size: chance.pick(&[1, 3, 4, 5, 6, 8, 12]),
        moq: chance.pick(&[0, 0, 7, 10, 30]),
        order_multiple: chance.pick(&[1, 1, 4, 5]),
        nominal_weight_g: chance.in_hundred(80).then(|| chance.qty(50, 2_000)),
        is_variable_weight: false,
        weight: WeightRule::default(),
        sub_units: None,
        volume_ml: None,
        zone: None,
        keeps_stock: chance.in_hundred(50),
    }
}
