//! All raw rows of one cycle, in dense rows with indexes in place of ids.
//!
//! A *group* is one offer at one receiving warehouse: everything from demand to allocation is computed per group.

use crate::check::counters::Counters;
use crate::check::handover::Handover;
use crate::check::losses::Losses;
use crate::check::road::Road;
use crate::check::routes::Routes;
use crate::check::rows::{
    AdjustmentRow, AllocationRow, AnswerRow, ChangeRow, ChangedFigureRow, ClosingRow, CorrectionRow, CycleRow,
    DocumentRow, HourRow, MoveRow, OfferRow, PersonRow, PinRow, ProcurementRow, PurchaseLineRow, PurchaseOrderRow,
    ReceiptRow, RefundLineRow, RefundRow, ShareRow, SupplierRow, TripRow,
};
use crate::check::weights::Scale;
use crate::domain::states::{CycleState, OrderState};
use crate::domain::texts::Texts;

/// An index that leads nowhere: the row it should name is missing.
pub const NONE: u32 = u32::MAX;

/// Rows by key and version, so that the row in force at a version is found by bisection.
#[derive(Debug)]
pub struct Ledger<T> {
    rows: Vec<(u32, i32, T)>,
}

impl<T> Default for Ledger<T> {
    fn default() -> Self {
        Ledger { rows: Vec::new() }
    }
}

impl<T> Ledger<T> {
    /// Takes rows of (key, version, row) in any order.
    pub fn new(mut rows: Vec<(u32, i32, T)>) -> Ledger<T> {
        rows.sort_by_key(|&(key, version, _)| (key, version));
        Ledger { rows }
    }

    /// The rows of a key, oldest version first.
    pub fn of(&self, key: u32) -> &[(u32, i32, T)] {
        let start = self.rows.partition_point(|row| row.0 < key);
        let length = self.rows[start..].partition_point(|row| row.0 == key);
        &self.rows[start..start + length]
    }

    /// The row in force at `version`.
    pub fn at(&self, key: u32, version: i32) -> Option<&T> {
        self.of(key).iter().rev().find(|row| row.1 <= version).map(|row| &row.2)
    }

    pub fn newest(&self, key: u32) -> Option<&T> {
        self.of(key).last().map(|row| &row.2)
    }

    /// Every row as (key, version, row), by key and version.
    pub fn all(&self) -> &[(u32, i32, T)] {
        &self.rows
    }

    /// The newest row of each key.
    pub fn all_newest(&self) -> impl Iterator<Item = (u32, i32, &T)> {
        self.rows.chunk_by(|a, b| a.0 == b.0).map(|rows| {
            let (key, version, row) = rows.last().expect("chunk_by gives no empty chunk");
            (*key, *version, row)
        })
    }
}

/// A warehouse as copied at the freeze.
#[derive(Debug)]
pub struct Warehouse {
    pub id: i64,
    pub warehouse_code: String,
    pub receiving_id: i64,
    /// Index of the warehouse that buys for this one, or [`NONE`].
    pub receiving: u32,
}

/// A pickup point as copied at the freeze.
#[derive(Debug)]
pub struct Point {
    pub id: i64,
    pub point_code: String,
    /// Index of its own warehouse, or [`NONE`].
    pub warehouse: u32,
    /// Index of its receiving warehouse, or [`NONE`].
    pub receiving: u32,
    /// As filed; a plan may say otherwise.
    pub route_code: String,
    pub stop_seq: i32,
    pub slot_no: i32,
}

/// An order that can be seen; its number is in [`Day::order_nos`].
#[derive(Debug)]
pub struct Order {
    pub id: i64,
    pub state: OrderState,
    pub takes_part: bool,
    /// Index of its point, or [`NONE`].
    pub point: u32,
    pub placed_at: i64,
    pub paid_at: Option<i64>,
    /// Its lines begin here and end where the next order's begin.
    pub first_line: u32,
}

/// One (order, offer), as frozen and as it stands after all corrections.
#[derive(Debug, Default)]
pub struct Line {
    pub order: u32,
    pub offer: u32,
    pub line_no: i32,
    /// Whether the line came by a correction; it then has no row in `order_lines`.
    pub is_added: bool,
    pub frozen_ordered: i32,
    pub frozen_tolerance: i32,
    pub ordered: i32,
    pub tolerance: i32,
    /// The greatest ordered + tolerance the line ever had: what was paid for.
    pub charged: i64,
    /// What it has been given; 0 before the first allocation.
    pub allocated: i64,
}

/// A row that belongs to nothing.
#[derive(Debug)]
pub struct Stray {
    pub table: &'static str,
    pub row: String,
    pub lacks: &'static str,
}

/// All rows of one cycle.
#[derive(Debug, Default)]
pub struct Day {
    pub cycle: Option<CycleRow>,
    pub state: CycleState,
    pub row_count: u64,
    pub versions: Vec<i32>,
    /// The versions at which goods were shared out.
    pub shared_at: Vec<i32>,
    pub warehouses: Vec<Warehouse>,
    pub points: Vec<Point>,
    pub suppliers: Vec<SupplierRow>,
    /// By offer_no.
    pub offers: Vec<OfferRow>,
    /// By id.
    pub orders: Vec<Order>,
    pub order_nos: Texts,
    /// By (order, offer).
    pub lines: Vec<Line>,
    pub people: Vec<PersonRow>,
    pub closing: Option<ClosingRow>,
    pub hours: Vec<HourRow>,
    /// Key: line.
    pub corrections: Ledger<CorrectionRow>,
    /// Key: line.
    pub allocations: Ledger<AllocationRow>,
    /// Key: line.
    pub pins: Ledger<PinRow>,
    /// Key: group.
    pub procurement: Ledger<ProcurementRow>,
    /// Key: group.
    pub shares: Ledger<ShareRow>,
    pub purchase_orders: Vec<PurchaseOrderRow>,
    /// (index of the purchase order, line_no), in that order.
    pub purchase_lines: Vec<(u32, i32)>,
    /// Key: purchase line.
    pub purchases: Ledger<PurchaseLineRow>,
    /// Key: purchase line.
    pub answers: Ledger<AnswerRow>,
    /// Key: purchase line.
    pub receipts: Ledger<ReceiptRow>,
    /// By order id and run.
    pub refunds: Vec<RefundRow>,
    /// By refund id.
    pub refund_lines: Vec<RefundLineRow>,
    pub trips: Vec<TripRow>,
    pub routes: Routes,
    pub moves: Vec<MoveRow>,
    /// By (kind, key, version).
    pub documents: Vec<DocumentRow>,
    pub changes: Vec<ChangeRow>,
    pub changed_figures: Vec<ChangedFigureRow>,
    pub strays: Vec<Stray>,
    pub counters: Counters,
    pub handover: Handover,
    pub scale: Scale,
    /// Lines as their weights were settled. Key: line.
    pub weights: Ledger<AdjustmentRow>,
    /// What of the losses at points stands in the books.
    pub losses: Losses,
    pub road: Road,
    /// Sums of the frozen lines by group: (ordered, tolerance).
    pub frozen_demand: Vec<(i64, i64)>,
    /// What corrections added to them. Key: group.
    pub demand_changes: Ledger<(i64, i64)>,
    /// The lines of a group that have a row in `allocations`, as (line). Key: group, version: the line's first.
    pub touched_lines: Ledger<u32>,
}

impl Day {
    pub fn cycle(&self) -> &CycleRow {
        self.cycle.as_ref().expect("a day is loaded from its cycle's row")
    }

    /// Whether the order rows are final.
    pub fn is_frozen(&self) -> bool {
        self.cycle().version > 0
    }

    /// Whether the cycle has come to `state`, and was not called off.
    pub fn has_reached(&self, state: CycleState) -> bool {
        self.state >= state && self.state != CycleState::Cancelled
    }

    pub fn offer_of(&self, offer_no: i32) -> Option<u32> {
        let found = self.offers.binary_search_by_key(&offer_no, |offer| offer.offer_no);
        found.ok().map(|ix| ix as u32)
    }

    pub fn purchase_line_of(&self, po_id: i64, line_no: i32) -> Option<u32> {
        let po = self.purchase_orders.binary_search_by_key(&po_id, |po| po.id).ok()?;
        self.purchase_lines.binary_search(&(po as u32, line_no)).ok().map(|line| line as u32)
    }

    pub fn warehouse_of(&self, id: i64) -> Option<u32> {
        self.warehouses.iter().position(|warehouse| warehouse.id == id).map(|ix| ix as u32)
    }

    pub fn order_of(&self, id: i64) -> Option<u32> {
        self.orders.binary_search_by_key(&id, |order| order.id).ok().map(|ix| ix as u32)
    }

    /// The lines of an order, as indexes.
    pub fn lines_of(&self, order: u32) -> std::ops::Range<usize> {
        let order = order as usize;
        let end = self.orders.get(order + 1).map_or(self.lines.len(), |next| next.first_line as usize);
        self.orders[order].first_line as usize..end
    }

    pub fn line_of(&self, order_id: i64, offer_no: i32) -> Option<u32> {
        let (order, offer) = (self.order_of(order_id)?, self.offer_of(offer_no)?);
        let range = self.lines_of(order);
        let found = self.lines[range.clone()].binary_search_by_key(&offer, |line| line.offer);
        found.ok().map(|at| (range.start + at) as u32)
    }

    /// The group of an offer at a receiving warehouse, both by index.
    pub fn group(&self, offer: u32, warehouse: u32) -> u32 {
        offer * self.warehouses.len() as u32 + warehouse
    }

    /// The group of a line, if its point and warehouse are known.
    pub fn group_of(&self, line: &Line) -> Option<u32> {
        let receiving = self.points.get(self.orders[line.order as usize].point as usize)?.receiving;
        (receiving != NONE).then(|| self.group(line.offer, receiving))
    }

    /// The group of (offer_no, warehouse_id), if both are known.
    pub fn group_of_row(&self, offer_no: i32, warehouse_id: i64) -> Option<u32> {
        Some(self.group(self.offer_of(offer_no)?, self.warehouse_of(warehouse_id)?))
    }

    pub fn offer_of_group(&self, group: u32) -> &OfferRow {
        &self.offers[group as usize / self.warehouses.len()]
    }

    pub fn warehouse_of_group(&self, group: u32) -> &Warehouse {
        &self.warehouses[group as usize % self.warehouses.len()]
    }

    /// The lines of orders that take part, with their indexes.
    pub fn taking_part(&self) -> impl Iterator<Item = (u32, &Line)> {
        (0..).zip(&self.lines).filter(|(_, line)| self.orders[line.order as usize].takes_part)
    }

    pub fn name_of_order(&self, order: u32) -> String {
        format!("order_no={}", self.order_nos.get(order as usize))
    }

    pub fn name_of_line(&self, line: u32) -> String {
        let line = &self.lines[line as usize];
        format!("{} sku_code={}", self.name_of_order(line.order), self.offers[line.offer as usize].sku_code)
    }

    pub fn name_of_group(&self, group: u32) -> String {
        let warehouse = &self.warehouse_of_group(group).warehouse_code;
        format!("sku_code={} warehouse_code={warehouse}", self.offer_of_group(group).sku_code)
    }

    pub fn name_of_purchase_line(&self, purchase_line: u32) -> String {
        let (po, line_no) = self.purchase_lines[purchase_line as usize];
        format!("po_no={} line_no={line_no}", self.purchase_orders[po as usize].po_no)
    }
}
