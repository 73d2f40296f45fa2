//! The letter to the buyers: the cutoff is done, this is to be bought.

use askama::Template;

use crate::domain::book::Book;
use crate::domain::documents::DocumentKind;
use crate::domain::money::Fen;
use crate::domain::procurement::{order_value, short_of_min_value};
use crate::mail::message::Written;
use crate::mail::settings::MailLang;
use crate::mail::write::{Unwritable, both, csv_of};
use crate::sheets::{Press, list};

struct Row<'a> {
    po_no: &'a str,
    supplier: &'a str,
    cases: u64,
    pieces: u64,
    amount: String,
    /// What it lacks of the supplier's minimum; empty where nothing.
    short: String,
}

struct Summary<'a> {
    lang: MailLang,
    cycle: &'a str,
    cycle_code: &'a str,
    orders: usize,
    ordered: u64,
    unmet: usize,
    rows: Vec<Row<'a>>,
    amount: String,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/procurement_summary.txt", escape = "none")]
struct Text<'a>(&'a Summary<'a>);

#[derive(Template)]
#[template(path = "mail/procurement_summary.html")]
struct Page<'a>(&'a Summary<'a>);

/// The plan by supplier, and the procurement summary of each warehouse as CSV.
pub fn summary(book: &Book, lang: MailLang, link: Option<String>) -> Result<Written, Unwritable> {
    let (mut rows, mut total) = (Vec::new(), Fen::ZERO);
    for po in &book.purchase_orders {
        let supplier = &book.suppliers[po.supplier_ix as usize];
        let lines = po.lines.iter().map(|line| (line.offer_ix, line.planned_qty));
        let value = order_value(&book.offers, lines).map_err(|_| Unwritable::because("too_large"))?.known;
        let short = short_of_min_value(supplier, value);
        total += value;
        rows.push(Row {
            po_no: &po.po_no,
            supplier: &supplier.name,
            cases: po.lines.iter().map(|line| line.cases).sum(),
            pieces: po.lines.iter().map(|line| line.planned_qty).sum(),
            amount: format!("¥{value}"),
            short: if short > Fen::ZERO { format!("¥{short}") } else { String::new() },
        });
    }
    let code = &book.cycle.cycle_code;
    let letter = Summary {
        lang,
        cycle: &book.cycle.name,
        cycle_code: code,
        orders: book.orders.id.len(),
        ordered: book.procurement.iter().map(|line| line.ordered_qty).sum(),
        unmet: book.procurement.iter().filter(|line| !line.threshold_met).count(),
        rows,
        amount: format!("¥{total}"),
        link: link.map_or_else(String::new, |base| format!("{base}{code}")),
    };
    let subject = format!("{} {code}", lang.say("【采购汇总】团期", "Procurement summary of cycle"));
    let mut written = both(subject, &Text(&letter), &Page(&letter))?;
    let press = Press::new(book);
    for document in list(&press).iter().filter(|document| document.kind == DocumentKind::ProcurementSummary) {
        written.attachments.push(csv_of(&press, document.kind, document.key)?);
    }
    Ok(written)
}
