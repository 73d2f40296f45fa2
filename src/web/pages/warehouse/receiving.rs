//! 收货: the lines of a purchase order as a table to be counted into, with what came in earlier deliveries.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::domain::access::Operation;
use crate::domain::book::{Book, PurchaseOrder, PurchaseOrderLine};
use crate::domain::documents::{receipt_no as numbered, receiving_sheet_no};
use crate::store::backend::Db;
use crate::store::supply::{StoredReceipt, receipts_of};
use crate::web::answers::{Shared, ask, page_answer};
use crate::web::caller::{Caller, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::pages::warehouse::{Head, frame, head, may, supply};
use crate::web::site::Site;
use crate::web::words::{Lang, count, segment};

#[derive(Template)]
#[template(path = "pages/warehouse/receiving.html")]
struct ReceivingPage {
    frame: Frame,
    head: Head,
    orders: Vec<OrderRow>,
    shown: Option<Shown>,
    /// Why nothing can be received at present.
    blocks: Option<String>,
    lines_open: String,
}

/// A purchase order in the list.
struct OrderRow {
    address: String,
    po_no: String,
    supplier: String,
    warehouse: Option<String>,
    due_at: String,
    complete: usize,
    lines: usize,
    short: u64,
    is_here: bool,
    /// SKU codes and barcodes, a blank between them: a scan finds its order.
    codes: String,
}

/// The purchase order that is counted.
struct Shown {
    po_no: String,
    supplier: String,
    /// The number of the delivery that is counted.
    receipt_no: String,
    /// Whether an earlier delivery is counted again.
    is_recount: bool,
    deliveries: Vec<Delivery>,
    lines: Vec<LineRow>,
    next: Option<String>,
    new_delivery: String,
    sheet_no: String,
}

struct Delivery {
    receipt_no: String,
    address: String,
    pieces: String,
    is_here: bool,
}

struct LineRow {
    sku_code: String,
    barcode: String,
    name: String,
    spec: String,
    unit: String,
    case_size: u32,
    planned: u64,
    planned_words: String,
    /// What other deliveries than the one shown brought.
    before: u64,
    rejected_before: u64,
    is_closed: bool,
    /// What this delivery's last count said.
    counted: Option<Counted>,
}

struct Counted {
    cases: u64,
    loose: u64,
    rejected: u64,
    closes: bool,
}

/// Which purchase order, and which of its deliveries is counted again.
#[derive(Debug, Deserialize)]
pub struct ReceivingQuery {
    po: Option<String>,
    receipt: Option<String>,
}

/// `GET /warehouse/{code}/receiving`
pub async fn show(
    site: Shared,
    request: HttpRequest,
    (caller, visitor): (Caller, Visitor),
    code: web::Path<String>,
    query: web::Query<ReceivingQuery>,
) -> HttpResponse {
    let lang = Lang::of(&request);
    let done = ask(&site, move |site, db| page(site, db, &code, &query, &caller, visitor, lang));
    page_answer(lang, done.await)
}

fn page(
    site: &Site,
    db: &mut Db,
    code: &str,
    query: &ReceivingQuery,
    caller: &Caller,
    visitor: Visitor,
    lang: Lang,
) -> Result<ReceivingPage, WebError> {
    let (head, row) = head(site, db, code, "/receiving", lang)?;
    let book = supply(site, db, &row)?;
    let can = may(caller, Operation::ReceiveGoods) && row.card().state.after_receiving().is_ok();
    let blocks = (!can).then(|| blocked(book.as_ref(), lang));
    let book = book.unwrap_or_default();
    let stored = receipts_of(db, row.id)?;
    let chosen = chosen(&book, query.po.as_deref())?;
    let orders = book.purchase_orders.iter().enumerate();
    let orders = orders.map(|(at, po)| order_row(&book, po, Some(at) == chosen, lang)).collect::<Vec<_>>();
    let open: usize = orders.iter().map(|order| order.lines - order.complete).sum();
    let shown = match chosen {
        Some(at) => Some(shown(&book, at, &stored, query.receipt.as_deref(), lang)?),
        None => None,
    };
    let frame = frame(site, visitor, code, "/receiving", lang);
    Ok(ReceivingPage { frame, head, orders, shown, blocks, lines_open: count(open as u64) })
}

fn blocked(book: Option<&Book>, lang: Lang) -> String {
    let words = match book {
        None => lang.say("还没截单，截单并采购汇总后才能收货", "Goods can be received after the cutoff and the plan"),
        Some(book) if book.purchase_orders.is_empty() => {
            lang.say("还没有采购单，采购汇总后才能收货", "There are no purchase orders before the plan")
        }
        Some(_) => lang.say("这个团期已结束，只能查看", "This cycle is over and can only be looked at"),
    };
    words.to_owned()
}

/// The purchase order asked for, else the first that is not complete, else the first.
fn chosen(book: &Book, po_no: Option<&str>) -> Result<Option<usize>, WebError> {
    let orders = &book.purchase_orders;
    if let Some(po_no) = po_no.filter(|no| !no.is_empty()) {
        let found = orders.iter().position(|po| po.po_no == po_no);
        return found.map(Some).ok_or_else(|| WebError::missing("采购单", "purchase order", po_no));
    }
    let open = orders.iter().position(|po| po.lines.iter().any(|line| line.expected_qty() > 0));
    Ok(open.or((!orders.is_empty()).then_some(0)))
}

fn address(book: &Book, po_no: &str, lang: Lang) -> String {
    lang.to(&format!("/warehouse/{}/receiving?po={}", segment(&book.cycle.cycle_code), segment(po_no)))
}

fn order_row(book: &Book, po: &PurchaseOrder, is_here: bool, lang: Lang) -> OrderRow {
    let supplier = &book.suppliers[po.supplier_ix as usize];
    let has_several = book.purchase_orders.iter().any(|other| other.warehouse_ix != po.warehouse_ix);
    let closed = po.lines.iter().filter(|line| line.is_closed);
    let short = |line: &PurchaseOrderLine| line.planned_qty.saturating_sub(line.arrived_qty + line.rejected_qty);
    let codes = po.lines.iter().flat_map(|line| {
        let offer = &book.offers[line.offer_ix as usize];
        [Some(offer.sku_code.as_str()), offer.barcode.as_deref()].into_iter().flatten()
    });
    OrderRow {
        address: address(book, &po.po_no, lang),
        po_no: po.po_no.clone(),
        supplier: supplier.name.clone(),
        warehouse: has_several.then(|| book.warehouses[po.warehouse_ix as usize].name.clone()),
        due_at: supplier.due_at.clone().unwrap_or_default(),
        complete: po.lines.iter().filter(|line| line.expected_qty() == 0).count(),
        lines: po.lines.len(),
        short: closed.map(short).sum(),
        is_here,
        codes: codes.collect::<Vec<_>>().join(" "),
    }
}

/// The newest counts of the purchase order by (delivery, line), deliveries in the order of their numbers.
fn newest<'s>(po: &PurchaseOrder, stored: &'s [StoredReceipt]) -> Vec<&'s StoredReceipt> {
    let own = stored.iter().filter(|row| row.po_id == po.id);
    let mut newest: HashMap<(&str, i32), &StoredReceipt> = HashMap::new();
    for row in own {
        newest.insert((row.receipt_no.as_str(), row.line_no), row);
    }
    let mut rows: Vec<&StoredReceipt> = newest.into_values().collect();
    rows.sort_by(|a, b| (&a.receipt_no, a.line_no).cmp(&(&b.receipt_no, b.line_no)));
    rows
}

fn shown(
    book: &Book,
    at: usize,
    stored: &[StoredReceipt],
    receipt: Option<&str>,
    lang: Lang,
) -> Result<Shown, WebError> {
    let po = &book.purchase_orders[at];
    let counts = newest(po, stored);
    let sheet_no = receiving_sheet_no(&po.po_no);
    let mut numbers: Vec<&str> = counts.iter().map(|row| row.receipt_no.as_str()).collect();
    numbers.dedup();
    let again = receipt.filter(|no| !no.is_empty());
    if let Some(no) = again.filter(|no| !numbers.contains(no)) {
        return Err(WebError::missing("收货次号", "delivery", no));
    }
    let free = (1..).map(|n| numbered(&sheet_no, n)).find(|no| !numbers.contains(&no.as_str()));
    let receipt_no = again.map(str::to_owned).or(free).unwrap_or_default();
    let own = address(book, &po.po_no, lang);
    let pieces = |no: &str| counts.iter().filter(|row| row.receipt_no == no).map(|row| row.arrived_qty as u64).sum();
    let deliveries = numbers.iter().map(|no| Delivery {
        receipt_no: (*no).to_owned(),
        address: format!("{own}&receipt={}", segment(no)),
        pieces: count(pieces(no)),
        is_here: again == Some(no),
    });
    let next = book.purchase_orders.iter().enumerate().cycle().skip(at + 1).take(book.purchase_orders.len() - 1);
    let mut next = next.filter(|(_, po)| po.lines.iter().any(|line| line.expected_qty() > 0));
    Ok(Shown {
        po_no: po.po_no.clone(),
        supplier: book.suppliers[po.supplier_ix as usize].name.clone(),
        deliveries: deliveries.collect(),
        lines: po.lines.iter().map(|line| line_row(book, line, &counts, &receipt_no, lang)).collect(),
        next: next.next().map(|(_, po)| address(book, &po.po_no, lang)),
        new_delivery: own,
        is_recount: again.is_some(),
        receipt_no,
        sheet_no,
    })
}

fn line_row(book: &Book, line: &PurchaseOrderLine, counts: &[&StoredReceipt], receipt_no: &str, lang: Lang) -> LineRow {
    let offer = &book.offers[line.offer_ix as usize];
    let (mut before, mut rejected_before, mut counted) = (0, 0, None);
    for row in counts.iter().filter(|row| row.line_no == line.line_no as i32) {
        let (arrived, rejected) = (row.arrived_qty as u64, row.rejected_qty as u64);
        if row.receipt_no == receipt_no {
            let size = u64::from(offer.case_size.max(1));
            counted = Some(Counted { cases: arrived / size, loose: arrived % size, rejected, closes: row.closes });
        } else {
            before += arrived;
            rejected_before += rejected;
        }
    }
    let words = lang.say("箱", "cases");
    LineRow {
        sku_code: offer.sku_code.clone(),
        barcode: offer.barcode.clone().unwrap_or_default(),
        name: offer.name.clone(),
        spec: offer.spec.clone(),
        unit: offer.unit.clone(),
        case_size: offer.case_size,
        planned: line.planned_qty,
        planned_words: format!("{} {words} × {}", line.cases, offer.case_size),
        before,
        rejected_before,
        is_closed: line.is_closed,
        counted,
    }
}
