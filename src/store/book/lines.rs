//! Lines by an ordered scan, joined to the orders, with the corrections up to the book's version applied.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};

use crate::domain::book::Book;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, each_row, on_either};
use crate::store::book::orders::{Residents, Scan};
use crate::store::book::{Want, orders};
use crate::store::schema::{order_corrections, order_lines};

/// `shared_at` is the version at which goods were last shared out, if they were.
pub fn load(
    db: &mut Db,
    book: &mut Book,
    want: Want,
    shared_at: Option<u32>,
    staging: &[i64],
) -> Result<(), StoreError> {
    let corrected = corrections(db, book, shared_at)?;
    let cycle_id = book.cycle.id;
    let mut merge = Merge { corrected, offer_ix: offer_index(book), order: 0 };
    match want {
        Want::Supply => return Ok(()),
        Want::Demand => orders::points(db, book, staging)?,
        Want::Queue => orders::figures(db, book, staging)?,
        Want::Everything => {
            let (scan, mut residents) = (Scan::of(book, staging), Residents::default());
            let read = |db: &mut Db, ids| Ok((scan.stretch(db, &ids)?, whole_lines(db, cycle_id, &ids)?));
            let ids = orders::ids(db, cycle_id)?;
            db.read_stretches(ids, read, |(orders, lines)| {
                orders.append_to(&mut book.orders, &mut residents);
                lines.into_iter().for_each(|line| merge.line(book, line));
            })?;
            merge.finish(book);
            return Ok(());
        }
    }
    scan_quantities(db, cycle_id, &mut |line| merge.line(book, line))?;
    merge.finish(book);
    Ok(())
}

/// The place of each offer_no among the book's offers.
fn offer_index(book: &Book) -> Vec<u32> {
    let length = book.offers.iter().map(|offer| offer.offer_no as usize + 1).max().unwrap_or(0);
    let mut ix_of = vec![u32::MAX; length];
    for (ix, offer) in book.offers.iter().enumerate() {
        ix_of[offer.offer_no as usize] = ix as u32;
    }
    ix_of
}

/// A row of `order_lines`.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct LineRow {
    pub order_id: i64,
    pub offer_no: i32,
    pub line_no: i32,
    pub ordered_qty: i32,
    pub tolerance: i32,
}

/// Visits the cycle's lines in (order, offer_no) order, those of invisible orders too. Their numbers are left out: a
/// column less of a large day is a tenth of the scan.
pub fn scan_quantities(db: &mut Db, cycle_id: i64, visit: &mut dyn FnMut(LineRow)) -> Result<(), StoreError> {
    use order_lines as t;
    let query = t::table.filter(t::cycle_id.eq(cycle_id)).order((t::order_id, t::offer_no)).select((
        t::order_id,
        t::offer_no,
        t::ordered_qty,
        t::tolerance,
    ));
    let mut row = |(order_id, offer_no, ordered_qty, tolerance): (i64, i32, i32, i32)| {
        visit(LineRow { order_id, offer_no, line_no: 0, ordered_qty, tolerance });
    };
    each_row!(db, (i64, i32, i32, i32), query, row);
    Ok(())
}

/// The lines of orders with these ids, with their numbers, in (order, offer_no) order, those of invisible orders too.
fn whole_lines(db: &mut Db, cycle_id: i64, ids: &Range<i64>) -> Result<Vec<LineRow>, StoreError> {
    use order_lines as t;
    let of_ids =
        t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::order_id.ge(ids.start)).filter(t::order_id.lt(ids.end));
    let query = of_ids.order((t::order_id, t::offer_no)).select((
        t::order_id,
        t::offer_no,
        t::line_no,
        t::ordered_qty,
        t::tolerance,
    ));
    let mut lines = Vec::new();
    each_row!(db, LineRow, query, |line| lines.push(line));
    Ok(lines)
}

/// A line's corrections up to the book's version, in one.
#[derive(Clone, Debug)]
struct Corrected {
    line_no: i32,
    ordered_qty: i32,
    tolerance: i32,
    charged_max: i32,
    /// The newest quantity of those that were there when goods were last shared out; None if none was.
    shared: Option<i32>,
    /// The least quantity since; None if goods were not shared out, or nothing was corrected since.
    least_since: Option<i32>,
    first_at: Moment,
}

impl Corrected {
    /// Pieces asked for since goods were last shared out, on a line that was frozen with `frozen` pieces.
    fn raised(&self, frozen: i32) -> u32 {
        let least = self.least_since.map_or(self.ordered_qty, |least| least.min(self.shared.unwrap_or(frozen)));
        (self.ordered_qty - least) as u32
    }
}

/// The newest correction per (order id, offer_no), with the greatest quantity ever charged for it.
type Corrections = HashMap<i64, BTreeMap<i32, Corrected>>;

/// (order id, offer_no, version), (line_no, ordered_qty, tolerance, corrected_at).
type CorrectionColumns = ((i64, i32, i32), (i32, i32, i32, i64));

fn corrections(db: &mut Db, book: &Book, shared_at: Option<u32>) -> Result<Corrections, StoreError> {
    use order_corrections as t;
    let rows: Vec<CorrectionColumns> = on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(book.cycle.id))
        .filter(t::version.le(book.version as i32))
        .order((t::order_id, t::offer_no, t::version))
        .select(((t::order_id, t::offer_no, t::version), (t::line_no, t::ordered_qty, t::tolerance, t::corrected_at)))
        .load(conn))?;
    let mut found = Corrections::new();
    for ((order_id, offer_no, version), (line_no, ordered_qty, tolerance, at)) in rows {
        let first = Corrected {
            line_no,
            ordered_qty,
            tolerance,
            charged_max: 0,
            shared: None,
            least_since: None,
            first_at: Moment(at),
        };
        let entry = found.entry(order_id).or_default().entry(offer_no).or_insert(first);
        entry.ordered_qty = ordered_qty;
        entry.tolerance = tolerance;
        entry.charged_max = entry.charged_max.max(ordered_qty + tolerance);
        match shared_at {
            Some(shared_at) if version as u32 <= shared_at => entry.shared = Some(ordered_qty),
            Some(_) => entry.least_since = Some(entry.least_since.map_or(ordered_qty, |least| least.min(ordered_qty))),
            None => {}
        }
    }
    Ok(found)
}

/// Joins the ordered scan of lines to the ordered orders, and the corrections to both.
struct Merge {
    corrected: Corrections,
    offer_ix: Vec<u32>,
    /// The order whose lines are being read.
    order: usize,
}

impl Merge {
    fn line(&mut self, book: &mut Book, row: LineRow) {
        while self.order < book.orders.id.len() && book.orders.id[self.order] < row.order_id {
            self.close_order(book);
        }
        if self.order < book.orders.id.len() && book.orders.id[self.order] == row.order_id {
            self.open_order(book);
            self.push(book, row);
        }
    }

    fn finish(&mut self, book: &mut Book) {
        while self.order < book.orders.id.len() {
            self.close_order(book);
        }
        book.orders.first_line.push(book.lines.order_ix.len() as u32);
    }

    fn open_order(&self, book: &mut Book) {
        if book.orders.first_line.len() == self.order {
            book.orders.first_line.push(book.lines.order_ix.len() as u32);
        }
    }

    /// Ends an order: what corrections added to it comes after its own lines.
    fn close_order(&mut self, book: &mut Book) {
        self.open_order(book);
        if let Some(added) = self.corrected.remove(&book.orders.id[self.order]) {
            for (offer_no, line) in added {
                let row = LineRow {
                    order_id: book.orders.id[self.order],
                    offer_no,
                    line_no: line.line_no,
                    ordered_qty: line.ordered_qty,
                    tolerance: line.tolerance,
                };
                self.push(book, row);
                let ix = book.lines.order_ix.len() as u32 - 1;
                book.lines.charged.insert(ix, line.charged_max as u32);
                book.lines.waiting.insert(ix, line.raised(0));
                book.lines.added_at.insert(ix, line.first_at);
            }
        }
        self.order += 1;
    }

    fn push(&mut self, book: &mut Book, row: LineRow) {
        let ix = book.lines.order_ix.len() as u32;
        let (mut ordered, mut tolerance) = (row.ordered_qty, row.tolerance);
        if !self.corrected.is_empty()
            && let Some(correction) = self.corrected.get_mut(&row.order_id).and_then(|c| c.remove(&row.offer_no))
        {
            book.lines.charged.insert(ix, correction.charged_max.max(ordered + tolerance) as u32);
            book.lines.waiting.insert(ix, correction.raised(ordered));
            (ordered, tolerance) = (correction.ordered_qty, correction.tolerance);
        }
        let lines = &mut book.lines;
        lines.order_ix.push(self.order as u32);
        lines.offer_ix.push(self.offer_ix[row.offer_no as usize]);
        lines.line_no.push(row.line_no as u16);
        lines.ordered.push(ordered as u32);
        lines.tolerance.push(tolerance as u32);
        lines.allocated.push(ordered as u32);
    }
}
