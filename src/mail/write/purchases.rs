//! Letters to suppliers: a purchase order, or what changed of one.

use askama::Template;

use crate::domain::book::{Book, PurchaseOrder};
use crate::domain::cost::PriceTerms;
use crate::domain::documents::{DocumentKind, difference_key};
use crate::domain::facts::{Supplier, Warehouse};
use crate::domain::procurement::order_value;
use crate::mail::message::Written;
use crate::mail::settings::MailLang;
use crate::mail::write::{Unwritable, both, csv_of};
use crate::sheets::Press;
use crate::store::outbox::Letter;

struct OrderRow<'a> {
    name: &'a str,
    spec: &'a str,
    supplier_sku: &'a str,
    unit: &'a str,
    cases: u64,
    case_size: u32,
    pieces: u64,
    /// Empty where nobody said.
    price: String,
    amount: String,
}

struct Order<'a> {
    lang: MailLang,
    po_no: &'a str,
    supplier: &'a Supplier,
    warehouse: &'a Warehouse,
    cycle: &'a str,
    due_at: String,
    rows: Vec<OrderRow<'a>>,
    cases: u64,
    pieces: u64,
    amount: String,
    /// Where the supplier answers.
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "mail/purchase_order.txt", escape = "none")]
struct OrderText<'a>(&'a Order<'a>);

#[derive(Template)]
#[template(path = "mail/purchase_order.html")]
struct OrderPage<'a>(&'a Order<'a>);

/// The purchase order a letter is about.
fn find<'b>(book: &'b Book, letter: &Letter) -> Result<&'b PurchaseOrder, Unwritable> {
    let found = book.purchase_orders.iter().find(|po| Some(po.id) == letter.po_id);
    found.ok_or_else(|| Unwritable::because("no_purchase_order"))
}

/// Latest arrival: the supplier's time of day on the pickup date. Empty where none was agreed.
fn due_at(book: &Book, supplier: &Supplier) -> String {
    supplier.due_at.as_ref().map_or_else(String::new, |time| format!("{} {time}", book.cycle.pickup_date))
}

/// A purchase order with its lines, and as CSV beside it.
pub fn order(book: &Book, letter: &Letter, lang: MailLang, link: Option<String>) -> Result<Written, Unwritable> {
    let po = find(book, letter)?;
    let supplier = &book.suppliers[po.supplier_ix as usize];
    let bought = || po.lines.iter().filter(|line| line.planned_qty > 0);
    let row = |line: &crate::domain::book::PurchaseOrderLine| {
        let offer = &book.offers[line.offer_ix as usize];
        let price = offer.unit_price.map_or_else(String::new, |price| format!("¥{price}/{}", offer.price_unit.zh()));
        let amount = PriceTerms::of(offer).cost_amount(line.planned_qty);
        OrderRow {
            name: &offer.name,
            spec: &offer.spec,
            supplier_sku: offer.supplier_sku.as_deref().unwrap_or(""),
            unit: &offer.unit,
            cases: line.cases,
            case_size: offer.case_size,
            pieces: line.planned_qty,
            price,
            amount: amount.map_or_else(String::new, |amount| format!("¥{amount}")),
        }
    };
    let value = order_value(&book.offers, bought().map(|line| (line.offer_ix, line.planned_qty)));
    let value = value.map_err(|_| Unwritable::because("too_large"))?;
    let letter = Order {
        lang,
        po_no: &po.po_no,
        supplier,
        warehouse: &book.warehouses[po.warehouse_ix as usize],
        cycle: &book.cycle.name,
        due_at: due_at(book, supplier),
        rows: bought().map(row).collect(),
        cases: bought().map(|line| line.cases).sum(),
        pieces: bought().map(|line| line.planned_qty).sum(),
        amount: format!("¥{}{}", value.known, if value.has_unknown { "+" } else { "" }),
        link,
    };
    let subject = format!("{} {}", lang.say("【采购单】", "Purchase order"), po.po_no);
    let mut written = both(subject, &OrderText(&letter), &OrderPage(&letter))?;
    written.attachments.push(csv_of(&Press::new(book), DocumentKind::PurchaseOrder, &po.po_no)?);
    Ok(written)
}

struct ChangeRow<'a> {
    name: &'a str,
    spec: &'a str,
    unit: &'a str,
    before: u64,
    after: u64,
    /// With its sign.
    change: String,
}

struct Difference<'a> {
    lang: MailLang,
    po_no: &'a str,
    version: u32,
    supplier: &'a Supplier,
    warehouse: &'a Warehouse,
    due_at: String,
    rows: Vec<ChangeRow<'a>>,
    /// Where the supplier answers.
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "mail/purchase_change.txt", escape = "none")]
struct ChangeText<'a>(&'a Difference<'a>);

#[derive(Template)]
#[template(path = "mail/purchase_change.html")]
struct ChangePage<'a>(&'a Difference<'a>);

/// What changed of a purchase order that the supplier has: only that, and marked as a change.
pub fn change(book: &Book, letter: &Letter, lang: MailLang, link: Option<String>) -> Result<Written, Unwritable> {
    let po = find(book, letter)?;
    let supplier = &book.suppliers[po.supplier_ix as usize];
    let key = difference_key(&po.po_no, book.version);
    let changes = book.changes.get(&key).ok_or_else(|| Unwritable::because("sheet_not_in_book"))?;
    let rows = changes.iter().filter_map(|change| {
        let offer = &book.offers[change.offer_ix? as usize];
        let by = i128::from(change.after) - i128::from(change.before);
        let (name, spec, unit) = (offer.name.as_str(), offer.spec.as_str(), offer.unit.as_str());
        Some(ChangeRow { name, spec, unit, before: change.before, after: change.after, change: format!("{by:+}") })
    });
    let letter = Difference {
        lang,
        po_no: &po.po_no,
        version: book.version,
        supplier,
        warehouse: &book.warehouses[po.warehouse_ix as usize],
        due_at: due_at(book, supplier),
        rows: rows.collect(),
        link,
    };
    let subject = format!("{} {} v{}", lang.say("【改单】采购单", "Changed purchase order"), po.po_no, book.version);
    let mut written = both(subject, &ChangeText(&letter), &ChangePage(&letter))?;
    written.attachments.push(csv_of(&Press::new(book), DocumentKind::DifferenceSheet, &key)?);
    Ok(written)
}
