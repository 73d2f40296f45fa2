//! The register of sheets: which sheets exist, what they add up to, and which of them a step supersedes.
//!
//! A sheet keeps its version until its own rows change. So a step names what it changed (lines, purchases, supplies),
//! and this module finds the sheets that print it.
//!
//! | a step changed | superseded | its difference sheet lists |
//! |---|---|---|
//! | a line's pieces | pickup list and labels of the point | the household's line |
//! | the sum of (SKU, point) | the point's pick list, handover slip; sowing sheet of its warehouse | the SKU at that slot |
//! | the sum of (SKU, route) or (SKU, warehouse) | pick list of the route, of the warehouse | the SKU |
//! | pieces of a stop | dispatch sheet of the trip | the stop |
//! | a line's shortfall | shortage notice of the SKU, annex of the point | the gap, the household's line |
//! | a line's 称重差额 | pickup list of the point | – (nobody has to move goods) |
//! | the shortfall of (SKU, point) | handover slip of the point | the SKU |
//! | ordered pieces | procurement summary of the receiving warehouse | the SKU |
//! | planned pieces | purchase order, receiving sheet, procurement summary | the SKU |
//! | a point's route or stop | the point's pick list; sowing sheet of its warehouse; lists of the trips | nothing: no figure |

mod touched;

use std::collections::BTreeMap;

use crate::domain::book::{Book, Route};
use crate::domain::documents::{Change, DocumentKind, difference_key, receiving_sheet_no, trip_ordinal};
use crate::domain::reason::Reason;

/// A line whose figures a step changed: each pair is (before, after).
#[derive(Clone, Debug)]
pub struct LineChange {
    pub line: u32,
    pub ordered: (u32, u32),
    pub tolerance: (u32, u32),
    pub allocated: (u32, u32),
    /// Pieces that go without: what waits for the next allocation is not among them.
    pub short: (u32, u32),
    pub reason: Reason,
}

/// A purchase line whose planned pieces a step changed.
#[derive(Clone, Debug)]
pub struct PlanChange {
    pub warehouse_ix: u32,
    pub po_no: String,
    pub offer_ix: u32,
    pub planned: (u64, u64),
    pub reason: Reason,
}

/// A supply (offer, receiving warehouse) that a step changed.
#[derive(Clone, Debug)]
pub struct SupplyChange {
    pub offer_ix: u32,
    pub supply: (u64, u64),
}

/// Everything a step changed.
#[derive(Clone, Debug, Default)]
pub struct StepChanges {
    pub lines: Vec<LineChange>,
    pub plan: Vec<PlanChange>,
    pub supplies: Vec<SupplyChange>,
    /// Receiving warehouses whose procurement figures (stock, suggestion) changed without a change of plan.
    pub summaries: Vec<u32>,
    /// Lines that cost another amount by their weight.
    pub weights: Vec<u32>,
    /// Trips whose vehicle, stops or times changed.
    pub trips: Vec<String>,
    /// Trips that have other points.
    pub trip_lists: Vec<String>,
    /// Points (by index) that have another route or stop.
    pub placed: Vec<u32>,
}

/// A sheet to be entered in the register at the step's version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIssue {
    pub kind: DocumentKind,
    pub key: String,
    pub doc_no: String,
    pub total_qty: u64,
    /// Rows of the difference sheet; empty for a sheet's first issue.
    pub changes: Vec<Change>,
}

/// The sheets that a step issues or supersedes. `book` is as it stands after the step, with the register of before.
pub fn issues(book: &Book, step: &StepChanges, version: u32) -> Vec<NewIssue> {
    let mut touched = touched::sheets(book, step);
    let mut issues = Vec::new();
    for sheet in expected(book) {
        let key = (sheet.kind, sheet.key.clone());
        let changes = touched.remove(&key);
        if !book.documents.contains_key(&key) {
            issues.push(sheet);
        } else if let Some(changes) = changes {
            issues.push(NewIssue { changes, ..sheet });
        }
    }
    let differences: Vec<NewIssue> =
        issues.iter().filter(|issue| !issue.changes.is_empty()).map(|issue| difference(issue, version)).collect();
    issues.extend(differences);
    issues
}

fn difference(issue: &NewIssue, version: u32) -> NewIssue {
    let key = difference_key(&issue.doc_no, version);
    NewIssue {
        kind: DocumentKind::DifferenceSheet,
        doc_no: key.clone(),
        key,
        total_qty: issue.changes.iter().map(|change| change.before.abs_diff(change.after)).sum(),
        changes: Vec::new(),
    }
}

/// Every sheet that exists as the book stands, with its total; those already issued stay for ever.
fn expected(book: &Book) -> Vec<NewIssue> {
    let totals = Totals::of(book);
    let mut sheets = Vec::new();
    purchase_sheets(book, &totals, &mut sheets);
    if !book.allocations.is_empty() {
        shortage_sheets(book, &totals, &mut sheets);
        warehouse_sheets(book, &totals, &mut sheets);
    }
    let issued = |kind: DocumentKind, key: &str| book.documents.contains_key(&(kind, key.to_owned()));
    sheets.retain(|sheet| sheet.exists || issued(sheet.issue.kind, &sheet.issue.key));
    sheets.into_iter().map(|sheet| sheet.issue).collect()
}

/// A sheet that may exist.
struct Candidate {
    exists: bool,
    issue: NewIssue,
}

fn candidate(book: &Book, exists: bool, kind: DocumentKind, key: &str, ordinal: usize, total_qty: u64) -> Candidate {
    let doc_no = kind.doc_no(&book.cycle.cycle_code, ordinal);
    Candidate { exists, issue: NewIssue { kind, key: key.to_owned(), doc_no, total_qty, changes: Vec::new() } }
}

fn purchase_sheets(book: &Book, totals: &Totals, sheets: &mut Vec<Candidate>) {
    for (ix, warehouse) in book.warehouses.iter().enumerate() {
        let exists = book.procurement.iter().any(|line| line.warehouse_ix as usize == ix);
        let total = totals.ordered_by_receiving[ix];
        let kind = DocumentKind::ProcurementSummary;
        sheets.push(candidate(book, exists, kind, &warehouse.warehouse_code, ix + 1, total));
    }
    for po in &book.purchase_orders {
        let total_qty = po.lines.iter().map(|line| line.planned_qty).sum();
        let numbers = [po.po_no.clone(), receiving_sheet_no(&po.po_no)];
        for (kind, doc_no) in [DocumentKind::PurchaseOrder, DocumentKind::ReceivingSheet].into_iter().zip(numbers) {
            let issue = NewIssue { kind, key: po.po_no.clone(), doc_no, total_qty, changes: Vec::new() };
            sheets.push(Candidate { exists: true, issue });
        }
    }
}

fn shortage_sheets(book: &Book, totals: &Totals, sheets: &mut Vec<Candidate>) {
    for (ix, offer) in book.offers.iter().enumerate() {
        let short = totals.short_by_offer[ix];
        sheets.push(candidate(book, short > 0, DocumentKind::ShortageNotice, &offer.sku_code, ix + 1, short));
    }
    let ordinals = book.ordinals_of_points();
    for (ix, point) in book.points.iter().enumerate() {
        let short = totals.short_by_point[ix];
        let kind = DocumentKind::ShortageNoticePoint;
        sheets.push(candidate(book, short > 0, kind, &point.point_code, ordinals[ix], short));
    }
}

fn warehouse_sheets(book: &Book, totals: &Totals, sheets: &mut Vec<Candidate>) {
    for (ix, warehouse) in book.warehouses.iter().enumerate() {
        let here = |point: &usize| book.points[*point].warehouse_ix as usize == ix;
        let (exists, total) = totals.over((0..book.points.len()).filter(here));
        for kind in [DocumentKind::PickList, DocumentKind::SowingSort] {
            sheets.push(candidate(book, exists, kind, &warehouse.warehouse_code, ix + 1, total));
        }
    }
    let (routes, route_of_point) = book.routes();
    for (ix, Route { trip_no, .. }) in routes.iter().enumerate() {
        let here = |point: &usize| route_of_point[*point] as usize == ix;
        let (exists, total) = totals.over((0..book.points.len()).filter(here));
        let ordinal = trip_ordinal(trip_no).unwrap_or(ix + 1);
        sheets.push(candidate(book, exists, DocumentKind::PickListRoute, trip_no, ordinal, total));
        let dispatched = exists && book.trips.iter().any(|trip| trip.trip_no == *trip_no);
        sheets.push(candidate(book, dispatched, DocumentKind::DispatchSheet, trip_no, ordinal, total));
    }
    let (ordinals, trips) = (book.ordinals_of_points(), book.trips_of_points());
    for (ix, point) in book.points.iter().enumerate() {
        let (has_lines, total) = (totals.has_lines[ix], totals.allocated_by_point[ix]);
        for kind in [DocumentKind::PickListPoint, DocumentKind::PickupList, DocumentKind::Label] {
            sheets.push(candidate(book, has_lines, kind, &point.point_code, ordinals[ix], total));
        }
        let dispatched = has_lines && trips[ix].is_some();
        sheets.push(candidate(book, dispatched, DocumentKind::HandoverSlip, &point.point_code, ordinals[ix], total));
    }
}

/// Sums over all lines, in one pass.
struct Totals {
    has_lines: Vec<bool>,
    allocated_by_point: Vec<u64>,
    short_by_point: Vec<u64>,
    short_by_offer: Vec<u64>,
    ordered_by_receiving: Vec<u64>,
}

impl Totals {
    fn of(book: &Book) -> Totals {
        let mut totals = Totals {
            has_lines: vec![false; book.points.len()],
            allocated_by_point: vec![0; book.points.len()],
            short_by_point: vec![0; book.points.len()],
            short_by_offer: vec![0; book.offers.len()],
            ordered_by_receiving: vec![0; book.warehouses.len()],
        };
        let lines = &book.lines;
        for line in 0..lines.order_ix.len() {
            let point = book.orders.point_ix[lines.order_ix[line] as usize];
            let (ordered, allocated) = (u64::from(lines.ordered[line]), u64::from(lines.allocated[line]));
            let short = u64::from(book.short(line));
            totals.has_lines[point as usize] = true;
            totals.allocated_by_point[point as usize] += allocated;
            totals.short_by_point[point as usize] += short;
            totals.short_by_offer[lines.offer_ix[line] as usize] += short;
            totals.ordered_by_receiving[book.receiving_warehouse(point) as usize] += ordered;
        }
        totals
    }

    /// Whether any of the points has lines, and what they get together.
    fn over(&self, points: impl Iterator<Item = usize>) -> (bool, u64) {
        points
            .fold((false, 0), |(any, sum), point| (any || self.has_lines[point], sum + self.allocated_by_point[point]))
    }
}

/// Superseded sheets with the rows of their difference sheets.
type Touched = BTreeMap<(DocumentKind, String), Vec<Change>>;
