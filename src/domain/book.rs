//! The book of one frozen cycle as it stood at a version, in memory, with dense indexes.
//!
//! `store` fills it with one ordered query per table; steps decide on it and sheets print from it. A large day
//! (240,000 orders, 720,000 lines) takes some tens of MiB, because orders and lines are columns, not objects.
//! Every `*_ix` is an index into the vector of that name in [`Book`].

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use crate::domain::documents::{Change, DocumentKind, Issue};
use crate::domain::facts::{Cycle, Offer, Point, Supplier, Vehicle, Warehouse};
use crate::domain::grouped::Grouped;
use crate::domain::money::Fen;
use crate::domain::people::People;
use crate::domain::reason::Reason;
use crate::domain::route_plan::RoutePlan;
use crate::domain::states::PurchaseOrderState;
use crate::domain::texts::Texts;
use crate::domain::time::{Moment, Zone};
use crate::domain::totes::ToteCounts;
use crate::domain::weighing::LineWeight;

/// Everything that is known of a frozen cycle at `version`.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub cycle: Cycle,
    pub zone: Zone,
    /// The version the book shows: `cycle.version`, or an earlier one.
    pub version: u32,
    /// When each version was committed; index 0 is version 1 (the freeze).
    pub committed_at: Vec<Moment>,
    /// In bytes of the warehouse code.
    pub warehouses: Vec<Warehouse>,
    /// In bytes of the supplier code.
    pub suppliers: Vec<Supplier>,
    /// In bytes of the SKU code. Lines name offers by their index here, not by `offer_no`.
    pub offers: Vec<Offer>,
    /// In walking order: warehouse code, route, stop, slot.
    pub points: Vec<Point>,
    pub orders: Orders,
    pub lines: Lines,
    /// One per (offer, receiving warehouse) with demand, in (warehouse_ix, offer_ix) order. Empty before `procure`.
    pub procurement: Vec<ProcurementLine>,
    /// In order of their numbers. Empty before `procure`.
    pub purchase_orders: Vec<PurchaseOrder>,
    /// How each (offer_ix, receiving warehouse_ix) was shared. Empty before `allocate`.
    pub allocations: BTreeMap<(u32, u32), OfferAllocation>,
    /// In order of their numbers. Empty before `dispatch`.
    pub trips: Vec<Trip>,
    /// What was planned for the vehicles of each warehouse, in warehouse_ix order. Empty before `dispatch`.
    pub plans: Vec<RoutePlan>,
    /// Totes that points still had when goods were dispatched to them, by point_ix. Empty before `dispatch`.
    pub owed_totes: BTreeMap<u32, ToteCounts>,
    /// The newest issue of each sheet at or before `version`.
    pub documents: BTreeMap<(DocumentKind, String), Issue>,
    /// The rows of each difference sheet, by its key.
    pub changes: BTreeMap<String, Vec<Change>>,
    /// Made when it is first asked for, and shared by whoever reads the book.
    pub orders_by_point: OnceLock<Grouped>,
}

/// The orders that take part, in id order: parallel columns.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    pub id: Vec<i64>,
    pub point_ix: Vec<u32>,
    /// The person (dense number, the same for the same resident across orders).
    pub resident: Vec<u32>,
    /// Queue time; see DOMAIN's queue order (paid_at, order_no as bytes, line_no).
    pub paid_at: Vec<Moment>,
    /// Whether the money is there (`paid`), or still to be collected (`unpaid`, `at_pickup` only).
    pub is_paid: Vec<bool>,
    /// 0 = none.
    pub chain_no: Vec<u32>,
    pub order_no: Texts,
    /// Lines of order i are `first_line[i]..first_line[i + 1]`; one longer than the others.
    pub first_line: Vec<u32>,
    /// Names, rooms and remarks; left empty by steps that need none.
    pub people: People,
}

impl Orders {
    /// Adds other orders behind its own; lines are joined to neither yet.
    pub fn append(&mut self, behind: Orders) {
        self.id.extend(behind.id);
        self.point_ix.extend(behind.point_ix);
        self.resident.extend(behind.resident);
        self.paid_at.extend(behind.paid_at);
        self.is_paid.extend(behind.is_paid);
        self.chain_no.extend(behind.chain_no);
        self.order_no.append(&behind.order_no);
        self.people.append(behind.people);
    }
}

/// Order lines with the corrections up to the book's version applied, by (order, offer_no): parallel columns.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    pub order_ix: Vec<u32>,
    pub offer_ix: Vec<u32>,
    pub line_no: Vec<u16>,
    /// 0 for a cancelled line.
    pub ordered: Vec<u32>,
    pub tolerance: Vec<u32>,
    /// Pieces given. Equals `ordered` where no row says otherwise; meaningless before the first allocation.
    pub allocated: Vec<u32>,
    /// Why a line's allocated differs from its ordered, by line index.
    pub reasons: HashMap<u32, Reason>,
    /// Pieces paid for (ordered + tolerance at its greatest) where a correction made it differ from the present.
    pub charged: HashMap<u32, u32>,
    /// Pieces asked for since goods were last shared out, by line index: they wait for the next allocation (待分配),
    /// and are neither short nor to be refunded before.
    pub waiting: HashMap<u32, u32>,
    /// When a corrected-in line (补单) joined the queue, by line index.
    pub added_at: HashMap<u32, Moment>,
    /// Held quantity of a pinned line, by line index.
    pub pins: HashMap<u32, u32>,
    /// What the weights of a line moved when they were last settled, by line index.
    pub weights: HashMap<u32, LineWeight>,
    /// 交接损差: pieces given that never reached their household, as far as they are in the books, by line index.
    pub lost: HashMap<u32, u32>,
}

/// What `procure` decided for one offer at one receiving warehouse, and on which figures.
#[derive(Clone, Debug)]
pub struct ProcurementLine {
    pub offer_ix: u32,
    pub warehouse_ix: u32,
    pub ordered_qty: u64,
    pub tolerance_qty: u64,
    pub on_hand: u64,
    pub reserved_qty: u64,
    pub net_need: u64,
    pub threshold_met: bool,
    pub cases_suggested: u64,
    pub reason: Option<Reason>,
}

#[derive(Clone, Debug)]
pub struct PurchaseOrder {
    pub id: i64,
    pub po_no: String,
    pub warehouse_ix: u32,
    pub supplier_ix: u32,
    pub state: PurchaseOrderState,
    /// In line_no order.
    pub lines: Vec<PurchaseOrderLine>,
}

#[derive(Clone, Debug)]
pub struct PurchaseOrderLine {
    pub line_no: u32,
    pub offer_ix: u32,
    pub cases: u64,
    /// cases × the offer's case size.
    pub planned_qty: u64,
    /// Whether the buyer overwrote the cases, and in which words.
    pub is_edited: bool,
    pub reason: String,
    /// Sums over the deliveries' newest counts.
    pub arrived_qty: u64,
    pub rejected_qty: u64,
    pub is_closed: bool,
    /// Unit price of the newest delivery that named one, else the offer's.
    pub unit_price: Option<Fen>,
}

impl PurchaseOrderLine {
    /// What may still come: planned − arrived − rejected until receiving of the line is closed, then nothing.
    pub fn expected_qty(&self) -> u64 {
        if self.is_closed { 0 } else { self.planned_qty.saturating_sub(self.arrived_qty + self.rejected_qty) }
    }
}

/// How the supply of one offer at one receiving warehouse was shared.
#[derive(Clone, Debug)]
pub struct OfferAllocation {
    pub ordered_qty: u64,
    pub tolerance_qty: u64,
    pub supply_qty: u64,
    pub allocated_qty: u64,
    pub leftover_qty: u64,
    /// The rule in force, by its code name (`first_paid`).
    pub rule: String,
    pub version: u32,
}

/// One vehicle's round along one route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trip {
    pub trip_no: String,
    pub warehouse_ix: u32,
    pub route_code: String,
    /// None where the warehouse has fewer vehicles than routes.
    pub vehicle: Option<Vehicle>,
}

impl Book {
    /// When `version` was committed.
    pub fn committed_at(&self, version: u32) -> Moment {
        self.committed_at[version as usize - 1]
    }

    /// The orders of a point, in the order they came.
    pub fn orders_of_point(&self, point_ix: u32) -> &[u32] {
        let by_point = self.orders_by_point.get_or_init(|| {
            let points = &self.orders.point_ix;
            Grouped::new(self.points.len(), points.iter().zip(0..).map(|(&point, order)| (point as usize, order)))
        });
        by_point.of(point_ix as usize)
    }

    /// The warehouse that buys for a point: the topmost ancestor of the point's own.
    pub fn receiving_warehouse(&self, point_ix: u32) -> u32 {
        let own = self.points[point_ix as usize].warehouse_ix;
        self.warehouses[own as usize].receiving_ix
    }

    /// Line indexes of an order.
    pub fn lines_of(&self, order_ix: u32) -> std::ops::Range<usize> {
        let order = order_ix as usize;
        self.orders.first_line[order] as usize..self.orders.first_line[order + 1] as usize
    }

    /// Whether the line's offer has been allocated at the line's receiving warehouse.
    pub fn is_allocated(&self, line: usize) -> bool {
        let point = self.orders.point_ix[self.lines.order_ix[line] as usize];
        self.allocations.contains_key(&(self.lines.offer_ix[line], self.receiving_warehouse(point)))
    }

    /// Pieces of a line that were paid for: its ordered + tolerance at its greatest.
    pub fn charged(&self, line: usize) -> u32 {
        let now = self.lines.ordered[line] + self.lines.tolerance[line];
        self.lines.charged.get(&(line as u32)).copied().unwrap_or(now)
    }

    /// Pieces of a line that wait for the next allocation.
    pub fn waiting(&self, line: usize) -> u32 {
        self.lines.waiting.get(&(line as u32)).copied().unwrap_or(0)
    }

    /// What a line costs more by its weight as it was last settled; below zero where it weighs less.
    pub fn weight_adjustment(&self, line: usize) -> Fen {
        self.lines.weights.get(&(line as u32)).map_or(Fen::ZERO, |weight| weight.adjustment.amount)
    }

    /// Pieces of what it was given that never reached its household, as far as that is in the books.
    pub fn lost(&self, line: usize) -> u32 {
        self.lines.lost.get(&(line as u32)).map_or(0, |lost| (*lost).min(self.lines.allocated[line]))
    }

    /// Pieces that the line goes without: ordered when goods were shared out, and not given.
    pub fn short(&self, line: usize) -> u32 {
        self.lines.ordered[line].saturating_sub(self.lines.allocated[line] + self.waiting(line))
    }

    /// Adds an empty line to an order, behind its others, and tells its index. Lines behind it move by one.
    pub fn add_line(&mut self, order_ix: u32, offer_ix: u32, at: Moment) -> u32 {
        let range = self.lines_of(order_ix);
        let line_no = range.clone().map(|line| self.lines.line_no[line]).max().unwrap_or(0) + 1;
        let place = range.end;
        let lines = &mut self.lines;
        lines.order_ix.insert(place, order_ix);
        lines.offer_ix.insert(place, offer_ix);
        lines.line_no.insert(place, line_no);
        lines.ordered.insert(place, 0);
        lines.tolerance.insert(place, 0);
        lines.allocated.insert(place, 0);
        let place = place as u32;
        shift(&mut lines.reasons, place);
        shift(&mut lines.charged, place);
        shift(&mut lines.waiting, place);
        shift(&mut lines.added_at, place);
        shift(&mut lines.pins, place);
        shift(&mut lines.weights, place);
        shift(&mut lines.lost, place);
        lines.added_at.insert(place, at);
        self.orders.first_line[order_ix as usize + 1..].iter_mut().for_each(|first| *first += 1);
        place
    }
}

/// Moves the entries of lines from `place` on by one.
fn shift<T>(map: &mut HashMap<u32, T>, place: u32) {
    *map = std::mem::take(map).into_iter().map(|(line, value)| (line + u32::from(line >= place), value)).collect();
}

/// A route of a cycle, and the number of the trip that serves it.
#[derive(Clone, Debug)]
pub struct Route {
    pub warehouse_ix: u32,
    pub route_code: String,
    pub trip_no: String,
}
