//! From the rows of a receipts file to counts that are new.

use std::collections::HashMap;

use crate::domain::book::{Book, PurchaseOrder, PurchaseOrderLine};
use crate::domain::time::Moment;
use crate::flow::import_file::{Imported, Reading};
use crate::imports::fault::FaultKind;
use crate::imports::receipts::ReceiptDraft;
use crate::store::supply::{ReceiptRow, StoredReceipt};

/// The newest count of (purchase order id, receipt number, line number).
type Newest<'a> = HashMap<(i64, &'a str, i32), &'a StoredReceipt>;

/// The counts of a file that are not stored yet. The same count again is nothing; another count of the same delivery
/// is a fault unless it says that it is a recount.
pub fn new_counts(
    book: &Book,
    stored: &[StoredReceipt],
    reading: &mut Reading<ReceiptDraft>,
    now: Moment,
) -> (Vec<ReceiptRow>, Imported) {
    let mut newest = Newest::new();
    for row in stored {
        newest.insert((row.po_id, row.receipt_no.as_str(), row.line_no), row);
    }
    let drafts = std::mem::take(&mut reading.drafts);
    let keys: Vec<_> = drafts.iter().map(|d| (d.row, format!("{} {} {}", d.po_no, d.receipt_no, d.sku_code))).collect();
    reading.refuse_repeats("sku_code", &keys);
    let mut imported = Imported { rows: drafts.len() as u64, ..Imported::default() };
    let mut rows = Vec::new();
    for draft in &drafts {
        let Some((po, line)) = find(book, reading, draft) else { continue };
        let Some(arrived) = arrived_qty(book, line, reading, draft) else { continue };
        let old = newest.get(&(po.id, draft.receipt_no.as_str(), line.line_no as i32));
        let mut row = row(book, po, line, draft, arrived, old.map_or(1, |old| old.count_no + 1), now);
        if let Some(old) = old.filter(|_| draft.recount) {
            keep_unsaid(&mut row, old);
        }
        match old {
            None => imported.new += 1,
            Some(old) if same(old, &row) => {
                imported.same += 1;
                continue;
            }
            Some(_) if draft.recount => imported.changed += 1,
            Some(old) => {
                let value = format!("{}：{} → {}", draft.receipt_no, old.arrived_qty, arrived);
                reading.fault(draft.row, FaultKind::ReceiptDiffers, "receipt_no", &value, "");
                continue;
            }
        }
        rows.push(row);
    }
    (rows, imported)
}

fn find<'a>(
    book: &'a Book,
    reading: &mut Reading<ReceiptDraft>,
    draft: &ReceiptDraft,
) -> Option<(&'a PurchaseOrder, &'a PurchaseOrderLine)> {
    let Some(po) = book.purchase_orders.iter().find(|po| po.po_no == draft.po_no) else {
        reading.fault(draft.row, FaultKind::UnknownCode, "po_no", &draft.po_no, "");
        return None;
    };
    let line = po.lines.iter().find(|line| book.offers[line.offer_ix as usize].sku_code == draft.sku_code);
    if line.is_none() {
        let detail = format!("{} 没有这个商品 does not name this SKU", po.po_no);
        reading.fault(draft.row, FaultKind::OutOfBounds, "sku_code", &draft.sku_code, &detail);
    }
    line.map(|line| (po, line))
}

/// Accepted pieces: as given, or cases × case size + loose pieces; where both are given they must agree.
fn arrived_qty(
    book: &Book,
    line: &PurchaseOrderLine,
    reading: &mut Reading<ReceiptDraft>,
    draft: &ReceiptDraft,
) -> Option<i64> {
    let case_size = i64::from(book.offers[line.offer_ix as usize].case_size);
    let counted = (draft.arrived_cases.is_some() || draft.loose_pieces.is_some())
        .then(|| i64::from(draft.arrived_cases.unwrap_or(0)) * case_size + i64::from(draft.loose_pieces.unwrap_or(0)));
    match (draft.arrived_qty.map(i64::from), counted) {
        (Some(pieces), Some(counted)) if pieces != counted => {
            let detail = format!("{counted}");
            reading.fault(draft.row, FaultKind::CountDiffers, "arrived_qty", &pieces.to_string(), &detail);
            None
        }
        (Some(pieces), _) => Some(pieces),
        (None, counted) => counted,
    }
}

fn row(
    book: &Book,
    po: &PurchaseOrder,
    line: &PurchaseOrderLine,
    draft: &ReceiptDraft,
    arrived_qty: i64,
    count_no: i32,
    now: Moment,
) -> ReceiptRow {
    ReceiptRow {
        cycle_id: book.cycle.id,
        po_id: po.id,
        receipt_no: draft.receipt_no.clone(),
        line_no: line.line_no as i32,
        count_no,
        version: 0,
        arrived_qty,
        rejected_qty: draft.rejected_qty.into(),
        broken_qty: draft.broken_qty.into(),
        gross_g: draft.gross_g.map(i64::from),
        tare_g: draft.tare_g.map(i64::from),
        net_g: draft.net_g.map(i64::from),
        reason_code: draft.reason_code.clone(),
        lot: draft.lot.clone(),
        best_before: draft.best_before.map(|date| date.to_string()),
        qc: draft.qc.clone(),
        unit_price_fen: draft.unit_price.map(|price| price.0),
        closes: draft.closes,
        received_at: now.0,
    }
}

/// A recount says anew how many came. What it leaves unsaid of lot, dates, weights and the like stands as it was noted
/// before: an empty cell takes nothing away. The three weights are of one weighing and stand or go together.
fn keep_unsaid(row: &mut ReceiptRow, old: &StoredReceipt) {
    fn keep<T: Clone>(new: &mut Option<T>, old: &Option<T>) {
        if new.is_none() {
            new.clone_from(old);
        }
    }
    if row.gross_g.is_none() && row.tare_g.is_none() && row.net_g.is_none() {
        (row.gross_g, row.tare_g, row.net_g) = (old.gross_g, old.tare_g, old.net_g);
    }
    keep(&mut row.reason_code, &old.reason_code);
    keep(&mut row.lot, &old.lot);
    keep(&mut row.best_before, &old.best_before);
    keep(&mut row.qc, &old.qc);
    keep(&mut row.unit_price_fen, &old.unit_price_fen);
    // What was broken is part of what is rejected.
    row.broken_qty = row.broken_qty.max(old.broken_qty).min(row.rejected_qty);
}

/// Whether a stored count says what the row says.
fn same(old: &StoredReceipt, row: &ReceiptRow) -> bool {
    (old.arrived_qty, old.rejected_qty, old.broken_qty) == (row.arrived_qty, row.rejected_qty, row.broken_qty)
        && (old.gross_g, old.tare_g, old.net_g) == (row.gross_g, row.tare_g, row.net_g)
        && (&old.reason_code, &old.lot, &old.best_before) == (&row.reason_code, &row.lot, &row.best_before)
        && (&old.qc, old.unit_price_fen, old.closes) == (&row.qc, row.unit_price_fen, row.closes)
}

/// The row that takes what is still expected of a line as arrived.
pub fn as_planned(
    book: &Book,
    po: &PurchaseOrder,
    line: &PurchaseOrderLine,
    receipt_no: &str,
    now: Moment,
) -> ReceiptRow {
    ReceiptRow {
        cycle_id: book.cycle.id,
        po_id: po.id,
        receipt_no: receipt_no.to_owned(),
        line_no: line.line_no as i32,
        count_no: 1,
        version: 0,
        arrived_qty: line.expected_qty() as i64,
        rejected_qty: 0,
        broken_qty: 0,
        gross_g: None,
        tare_g: None,
        net_g: None,
        reason_code: None,
        lot: None,
        best_before: None,
        qc: None,
        unit_price_fen: None,
        closes: true,
        received_at: now.0,
    }
}
