//! What was told of the goods at a point: counted, lost on the way, found bad.

use std::collections::HashMap;

use crate::domain::book::Book;
use crate::domain::facts::Payment;
use crate::domain::route_plan::clock;
use crate::domain::time::{Moment, Zone};
use crate::store::after_sales::{self, CaseRow};
use crate::store::backend::Db;
use crate::store::leader_receipts::{self, ReceiptLineRow, ReceiptRow};
use crate::store::photos::{self, Shows};
use crate::store::{household_links, refunds};
use crate::web::api::leader_day::on_pickup_date;
use crate::web::api::leader_day::parts::{DayArrival, DayCase, DayDifference, DayLabel, DayReceipt};
use crate::web::api::photos::photo_link;
use crate::web::errors::WebError;

/// What was told of a point in a cycle.
pub struct AtPoint {
    cases: HashMap<(i64, i32), Vec<DayCase>>,
    queue: HashMap<i64, u32>,
    groups: HashMap<i64, String>,
    cash_back: HashMap<i64, i64>,
    eta: Option<String>,
    report_by: Option<String>,
    receipt: Option<DayReceipt>,
}

impl AtPoint {
    /// Reads it. Call it inside a read snapshot.
    pub fn read(db: &mut Db, book: &Book, point_ix: u32, zone: Zone) -> Result<AtPoint, WebError> {
        let point = &book.points[point_ix as usize];
        let (cycle_id, point_id) = (book.cycle.id, point.id);
        let cases = after_sales::at_point(db, cycle_id, point_id)?;
        let photos = photos::at_point(db, cycle_id, point_id)?;
        let told = |rows: Vec<CaseRow>| rows.into_iter().map(|row| case(row, &photos, zone)).collect();
        let receipt = leader_receipts::in_force(db, cycle_id, point_id)?;
        Ok(AtPoint {
            cases: cases.into_iter().map(|(line, rows)| (line, told(rows))).collect(),
            queue: queue(book, point_ix),
            groups: household_links::groups_at(db, cycle_id, point_id)?,
            cash_back: match book.cycle.payment {
                // What was paid online goes back the way it came.
                Payment::Online => HashMap::new(),
                Payment::AtPickup | Payment::InPerson => refunds::planned_at(db, cycle_id, point_id)?,
            },
            eta: eta(book, point_ix, zone),
            report_by: point.report_by.as_deref().and_then(|time| on_pickup_date(book, time, zone)),
            receipt: receipt.map(|(receipt, lines)| counted(book, receipt, &lines, &photos, zone)),
        })
    }

    pub fn cases(&self, order_id: i64, offer_no: u32) -> Vec<DayCase> {
        self.cases.get(&(order_id, offer_no as i32)).cloned().unwrap_or_default()
    }

    /// An order's place in the queue of the point, from 1.
    pub fn queue(&self, order_id: i64) -> u32 {
        self.queue.get(&order_id).copied().unwrap_or(0)
    }

    /// The group that a leader put an order's resident into.
    pub fn group(&self, order_id: i64) -> Option<String> {
        self.groups.get(&order_id).cloned()
    }

    /// What is to be given back for an order in cash, in fen.
    pub fn cash_back(&self, order_id: i64) -> i64 {
        self.cash_back.get(&order_id).copied().unwrap_or(0)
    }

    /// What came, with the places of its cycle and its point.
    pub fn arrival(self, cycle: usize, point: usize, labels: Vec<DayLabel>) -> DayArrival {
        DayArrival { cycle, point, eta: self.eta, report_by: self.report_by, receipt: self.receipt, labels }
    }
}

fn eta(book: &Book, point_ix: u32, zone: Zone) -> Option<String> {
    let call = book.planned_stop(point_ix)?.served.as_ref().ok()?;
    on_pickup_date(book, &clock(call.arrives_s), zone)
}

fn queue(book: &Book, point_ix: u32) -> HashMap<i64, u32> {
    let orders = &book.orders;
    let mut own: Vec<usize> = (0..orders.id.len()).filter(|&at| orders.point_ix[at] == point_ix).collect();
    own.sort_by(|&a, &b| {
        orders.paid_at[a].cmp(&orders.paid_at[b]).then_with(|| orders.order_no.get(a).cmp(orders.order_no.get(b)))
    });
    own.into_iter().zip(1..).map(|(at, place)| (orders.id[at], place)).collect()
}

/// Photos by what they show.
type Photos = HashMap<Shows, Vec<i64>>;

fn links(photos: &Photos, shows: Shows) -> Vec<String> {
    photos.get(&shows).into_iter().flatten().map(|id| photo_link(*id)).collect()
}

fn case(row: CaseRow, photos: &Photos, zone: Zone) -> DayCase {
    DayCase {
        photos: links(photos, Shows::Case(row.order_id, row.offer_no, row.case_no)),
        problem: row.problem,
        measure: row.measure,
        part: row.part,
        whole: row.whole,
        amount_fen: row.amount_fen,
        by: row.reported_by,
        at: zone.rfc3339(Moment(row.recorded_at)),
    }
}

fn counted(book: &Book, receipt: ReceiptRow, lines: &[ReceiptLineRow], photos: &Photos, zone: Zone) -> DayReceipt {
    let sku =
        |no: i32| book.offers.iter().find(|offer| offer.offer_no as i32 == no).map(|offer| offer.sku_code.clone());
    let lines = lines.iter().map(|line| DayDifference {
        sku_code: sku(line.offer_no).unwrap_or_default(),
        due_qty: line.due_qty,
        short_qty: line.short_qty,
        over_qty: line.over_qty,
        broken_qty: line.broken_qty,
        wrong_qty: line.wrong_qty,
    });
    DayReceipt {
        photos: links(photos, Shows::Count(receipt.count_no)),
        count_no: receipt.count_no,
        is_unsigned: receipt.is_unsigned,
        due_qty: receipt.due_qty,
        lines: lines.collect(),
        by: receipt.counted_by,
        at: zone.rfc3339(Moment(receipt.recorded_at)),
    }
}
