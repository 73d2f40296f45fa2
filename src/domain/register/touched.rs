//! Which sheets print a figure that a step changed.

use std::collections::{BTreeMap, BTreeSet};

use super::{LineChange, StepChanges, Touched};
use crate::domain::book::Book;
use crate::domain::documents::{Change, DocumentKind};
use crate::domain::reason::Reason;

/// Every sheet that prints one of the step's changes, with what changed on it.
pub fn sheets(book: &Book, step: &StepChanges) -> Touched {
    let mut touched = Touched::new();
    summaries(book, step, &mut touched);
    purchases(book, step, &mut touched);
    if !book.allocations.is_empty() {
        let mut lines: Vec<&LineChange> = step.lines.iter().collect();
        lines.sort_by_key(|change| place(book, change));
        households(book, &lines, &mut touched);
        sums(book, &lines, &mut touched);
        shortages(book, &lines, step, &mut touched);
        known_short(book, &lines, &mut touched);
    }
    for &line in &step.weights {
        let point = book.orders.point_ix[book.lines.order_ix[line as usize] as usize];
        entry(&mut touched, DocumentKind::PickupList, book.points[point as usize].point_code.clone());
    }
    for trip_no in &step.trips {
        entry(&mut touched, DocumentKind::DispatchSheet, trip_no.clone());
    }
    for trip_no in &step.trip_lists {
        entry(&mut touched, DocumentKind::PickListRoute, trip_no.clone());
    }
    for &point in &step.placed {
        let point = &book.points[point as usize];
        entry(&mut touched, DocumentKind::PickListPoint, point.point_code.clone());
        entry(&mut touched, DocumentKind::SowingSort, warehouse_code(book, point.warehouse_ix));
    }
    touched
}

fn place(book: &Book, change: &LineChange) -> (u32, u32, u32) {
    let order = book.lines.order_ix[change.line as usize];
    (book.orders.point_ix[order as usize], book.lines.offer_ix[change.line as usize], order)
}

fn summaries(book: &Book, step: &StepChanges, touched: &mut Touched) {
    let mut ordered: BTreeMap<(u32, u32), (i64, Reason)> = BTreeMap::new();
    for change in &step.lines {
        if change.ordered.0 == change.ordered.1 && change.tolerance.0 == change.tolerance.1 {
            continue;
        }
        let (point, offer, _) = place(book, change);
        let sum = ordered.entry((book.receiving_warehouse(point), offer)).or_insert((0, change.reason));
        sum.0 += i64::from(change.ordered.1) - i64::from(change.ordered.0);
    }
    for (&(warehouse, offer), &(delta, reason)) in &ordered {
        let after: u64 = ordered_at(book, warehouse, offer);
        let rows = entry(touched, DocumentKind::ProcurementSummary, warehouse_code(book, warehouse));
        push(rows, (None, Some(offer), None), "ordered_qty", after.wrapping_add_signed(-delta), after, reason);
    }
    for &warehouse in &step.summaries {
        entry(touched, DocumentKind::ProcurementSummary, warehouse_code(book, warehouse));
    }
}

fn ordered_at(book: &Book, warehouse: u32, offer: u32) -> u64 {
    let here = |&line: &usize| {
        let point = book.orders.point_ix[book.lines.order_ix[line] as usize];
        book.lines.offer_ix[line] == offer && book.receiving_warehouse(point) == warehouse
    };
    (0..book.lines.order_ix.len()).filter(here).map(|line| u64::from(book.lines.ordered[line])).sum()
}

fn purchases(book: &Book, step: &StepChanges, touched: &mut Touched) {
    for change in &step.plan {
        let (before, after) = change.planned;
        for kind in [DocumentKind::PurchaseOrder, DocumentKind::ReceivingSheet] {
            let rows = entry(touched, kind, change.po_no.clone());
            push(rows, (None, Some(change.offer_ix), None), "planned_qty", before, after, change.reason);
        }
        let summary = warehouse_code(book, change.warehouse_ix);
        let rows = entry(touched, DocumentKind::ProcurementSummary, summary);
        push(rows, (None, Some(change.offer_ix), None), "planned_qty", before, after, change.reason);
    }
}

fn households(book: &Book, lines: &[&LineChange], touched: &mut Touched) {
    for change in lines {
        if change.ordered.0 == change.ordered.1 && change.allocated.0 == change.allocated.1 {
            continue;
        }
        let (point, offer, order) = place(book, change);
        let point_code = &book.points[point as usize].point_code;
        let about = (Some(point), Some(offer), Some(order));
        let (field, (before, after)) = match change.allocated {
            (before, after) if before != after => ("allocated_qty", (before, after)),
            _ => ("ordered_qty", change.ordered),
        };
        let kinds: &[DocumentKind] = match field {
            "allocated_qty" => &[DocumentKind::PickupList, DocumentKind::Label],
            _ => &[DocumentKind::PickupList],
        };
        for &kind in kinds {
            let rows = entry(touched, kind, point_code.clone());
            push(rows, about, field, before.into(), after.into(), change.reason);
        }
    }
}

/// The change of a sum of allocated pieces, and why.
type Deltas<K> = BTreeMap<K, (i64, Reason)>;

fn sums(book: &Book, lines: &[&LineChange], touched: &mut Touched) {
    let mut by_point: Deltas<(u32, u32)> = Deltas::new();
    for change in lines {
        let (point, offer, _) = place(book, change);
        let sum = by_point.entry((offer, point)).or_insert((0, change.reason));
        sum.0 += i64::from(change.allocated.1) - i64::from(change.allocated.0);
    }
    by_point.retain(|_, (delta, _)| *delta != 0);
    let totals = allocated_of(book, by_point.keys().map(|&(offer, _)| offer).collect());
    let (routes, route_of_point) = book.routes();
    let warehouse_of = |point: u32| book.points[point as usize].warehouse_ix;
    for (&(offer, point), &(delta, reason)) in &by_point {
        let after = totals.get(&(offer, point)).copied().unwrap_or(0);
        let before = after.wrapping_add_signed(-delta);
        let about = (Some(point), Some(offer), None);
        let point_code = &book.points[point as usize].point_code;
        for (kind, key, field) in [
            (DocumentKind::PickListPoint, point_code.clone(), "qty"),
            (DocumentKind::HandoverSlip, point_code.clone(), "due_qty"),
            (DocumentKind::SowingSort, warehouse_code(book, warehouse_of(point)), "qty"),
        ] {
            push(entry(touched, kind, key), about, field, before, after, reason);
        }
    }
    grouped(&by_point, &totals, &|point| route_of_point[point as usize], &mut |route, about, sums, reason| {
        let rows = entry(touched, DocumentKind::PickListRoute, routes[route as usize].trip_no.clone());
        push(rows, about, "to_pick", sums.0, sums.1, reason);
    });
    grouped(&by_point, &totals, &warehouse_of, &mut |warehouse, about, sums, reason| {
        let rows = entry(touched, DocumentKind::PickList, warehouse_code(book, warehouse));
        push(rows, about, "to_pick", sums.0, sums.1, reason);
    });
    stops(book, &by_point, &mut |point, sums, reason| {
        let trip_no = routes[route_of_point[point as usize] as usize].trip_no.clone();
        push(
            entry(touched, DocumentKind::DispatchSheet, trip_no),
            (Some(point), None, None),
            "pieces",
            sums.0,
            sums.1,
            reason,
        );
    });
}

/// What the row of a difference sheet is about: point, offer, order.
type About = (Option<u32>, Option<u32>, Option<u32>);

/// Changes of (offer, group of points), with the sums before and after.
fn grouped(
    by_point: &Deltas<(u32, u32)>,
    totals: &BTreeMap<(u32, u32), u64>,
    group_of: &dyn Fn(u32) -> u32,
    visit: &mut dyn FnMut(u32, About, (u64, u64), Reason),
) {
    let mut deltas: Deltas<(u32, u32)> = Deltas::new();
    for (&(offer, point), &(delta, reason)) in by_point {
        deltas.entry((group_of(point), offer)).or_insert((0, reason)).0 += delta;
    }
    deltas.retain(|_, (delta, _)| *delta != 0);
    let mut after: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for (&(offer, point), &qty) in totals {
        *after.entry((group_of(point), offer)).or_default() += qty;
    }
    for (&(group, offer), &(delta, reason)) in &deltas {
        let now = after.get(&(group, offer)).copied().unwrap_or(0);
        visit(group, (None, Some(offer), None), (now.wrapping_add_signed(-delta), now), reason);
    }
}

/// Stops whose load changed, with all their pieces before and after.
fn stops(book: &Book, by_point: &Deltas<(u32, u32)>, visit: &mut dyn FnMut(u32, (u64, u64), Reason)) {
    let mut deltas: Deltas<u32> = Deltas::new();
    for (&(_, point), &(delta, reason)) in by_point {
        deltas.entry(point).or_insert((0, reason)).0 += delta;
    }
    if deltas.is_empty() || book.trips.is_empty() {
        return;
    }
    let mut after = vec![0u64; book.points.len()];
    for line in 0..book.lines.order_ix.len() {
        let point = book.orders.point_ix[book.lines.order_ix[line] as usize];
        after[point as usize] += u64::from(book.lines.allocated[line]);
    }
    for (point, (delta, reason)) in deltas {
        let now = after[point as usize];
        visit(point, (now.wrapping_add_signed(-delta), now), reason);
    }
}

/// Allocated pieces per (offer, point) of the offers named.
fn allocated_of(book: &Book, offers: BTreeSet<u32>) -> BTreeMap<(u32, u32), u64> {
    let mut totals = BTreeMap::new();
    let mut wanted = vec![false; book.offers.len()];
    offers.iter().for_each(|&offer| wanted[offer as usize] = true);
    for line in 0..book.lines.order_ix.len() {
        let offer = book.lines.offer_ix[line];
        if wanted[offer as usize] {
            let point = book.orders.point_ix[book.lines.order_ix[line] as usize];
            *totals.entry((offer, point)).or_default() += u64::from(book.lines.allocated[line]);
        }
    }
    totals
}

fn shortages(book: &Book, lines: &[&LineChange], step: &StepChanges, touched: &mut Touched) {
    let mut gaps: Deltas<u32> = Deltas::new();
    for change in lines {
        let (short_before, short_after) = change.short;
        if short_before == short_after && change.ordered.0 == change.ordered.1 {
            continue;
        }
        let (point, offer, order) = place(book, change);
        gaps.entry(offer).or_insert((0, change.reason)).0 += i64::from(short_after) - i64::from(short_before);
        if short_before > 0 || short_after > 0 {
            let key = book.points[point as usize].point_code.clone();
            let rows = entry(touched, DocumentKind::ShortageNoticePoint, key);
            let (before, after) = (change.allocated.0.into(), change.allocated.1.into());
            push(rows, (Some(point), Some(offer), Some(order)), "allocated_qty", before, after, change.reason);
        }
    }
    let short = short_of(book, gaps.keys().copied().collect());
    for (&offer, &(delta, reason)) in &gaps {
        let after = short.get(&offer).copied().unwrap_or(0);
        let rows = entry(touched, DocumentKind::ShortageNotice, book.offers[offer as usize].sku_code.clone());
        push(rows, (None, Some(offer), None), "gap_qty", after.wrapping_add_signed(-delta), after, reason);
    }
    for change in &step.supplies {
        let rows = entry(touched, DocumentKind::ShortageNotice, book.offers[change.offer_ix as usize].sku_code.clone());
        let (before, after) = change.supply;
        push(rows, (None, Some(change.offer_ix), None), "supply_qty", before, after, Reason::ShortDelivery);
    }
}

/// Goods of which a point goes without more, or less, than its handover slip says.
fn known_short(book: &Book, lines: &[&LineChange], touched: &mut Touched) {
    let mut deltas: Deltas<(u32, u32)> = Deltas::new();
    for change in lines {
        let (point, offer, _) = place(book, change);
        let sum = deltas.entry((point, offer)).or_insert((0, change.reason));
        sum.0 += i64::from(change.short.1) - i64::from(change.short.0);
    }
    deltas.retain(|_, (delta, _)| *delta != 0);
    let mut after: BTreeMap<(u32, u32), u64> = deltas.keys().map(|&key| (key, 0)).collect();
    for line in 0..if deltas.is_empty() { 0 } else { book.lines.order_ix.len() } {
        let point = book.orders.point_ix[book.lines.order_ix[line] as usize];
        if let Some(sum) = after.get_mut(&(point, book.lines.offer_ix[line])) {
            *sum += u64::from(book.short(line));
        }
    }
    for (&(point, offer), &(delta, reason)) in &deltas {
        let now = after[&(point, offer)];
        let rows = entry(touched, DocumentKind::HandoverSlip, book.points[point as usize].point_code.clone());
        let about = (Some(point), Some(offer), None);
        push(rows, about, "known_short", now.wrapping_add_signed(-delta), now, reason);
    }
}

fn short_of(book: &Book, offers: BTreeSet<u32>) -> BTreeMap<u32, u64> {
    let mut short = BTreeMap::new();
    for line in 0..book.lines.order_ix.len() {
        let offer = book.lines.offer_ix[line];
        if offers.contains(&offer) {
            *short.entry(offer).or_default() += u64::from(book.short(line));
        }
    }
    short
}

fn warehouse_code(book: &Book, warehouse: u32) -> String {
    book.warehouses[warehouse as usize].warehouse_code.clone()
}

fn entry(touched: &mut Touched, kind: DocumentKind, key: String) -> &mut Vec<Change> {
    touched.entry((kind, key)).or_default()
}

/// Adds a row, unless the figure is the same as before.
fn push(rows: &mut Vec<Change>, about: About, field: &str, before: u64, after: u64, reason: Reason) {
    if before != after {
        let (point_ix, offer_ix, order_ix) = about;
        rows.push(Change { point_ix, offer_ix, order_ix, field: field.to_owned(), before, after, reason });
    }
}
