//! 采购单: what one supplier is to bring to one warehouse.

use crate::domain::book::PurchaseOrder;
use crate::domain::cost::PriceTerms;
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::facts::{Fact, fact, joined};
use crate::sheets::press::Press;

pub fn print(press: &Press<'_>, order: &PurchaseOrder, sink: &mut dyn Sink) {
    let supplier = &press.book.suppliers[order.supplier_ix as usize];
    let deliver_to = &press.book.warehouses[order.warehouse_ix as usize].name;
    let due_at = due_at(press, order);
    for line in &order.lines {
        let offer = press.offer(line.offer_ix);
        // The price agreed on: what a delivery says later is the statement's, and leaves a sent order as it is.
        let terms = PriceTerms::of(offer);
        let unit = &offer.unit;
        let pieces = format!("{} 箱 × {} {unit} = {} {unit}", line.cases, offer.case_size, line.planned_qty);
        let weight = offer.nominal_weight_g.map_or(Cell::Blank, |grams| Cell::Int(i64::from(grams)));
        sink.row(&[
            Cell::Text(&order.po_no),
            Cell::Text(&supplier.name),
            Cell::Text(deliver_to),
            Cell::Text(&due_at),
            Cell::Int(i64::from(line.line_no)),
            Cell::Text(&offer.sku_code),
            Cell::text(offer.supplier_sku.as_deref()),
            Cell::text(offer.barcode.as_deref()),
            Cell::Text(&offer.name),
            Cell::Text(&offer.spec),
            Cell::Int(i64::from(offer.case_size)),
            Cell::count(line.cases),
            Cell::Text(unit),
            Cell::Said(i64::try_from(line.planned_qty).expect("counts of a day fit an i64"), &pieces),
            weight,
            Cell::Text(offer.price_unit.zh()),
            terms.price_qty(line.planned_qty).map_or(Cell::Blank, |qty| Cell::Decimal(qty as i64)),
            Cell::yuan(offer.unit_price),
            Cell::yuan(terms.cost_amount(line.planned_qty)),
        ]);
    }
}

pub fn facts(press: &Press<'_>, order: &PurchaseOrder) -> Vec<Fact> {
    let supplier = &press.book.suppliers[order.supplier_ix as usize];
    let contact = joined(&[Some(&supplier.name), supplier.contact.as_deref(), supplier.phone.as_deref()], " ");
    vec![
        fact("采购单号", &order.po_no),
        fact("供应商", contact),
        fact("送货仓", &press.book.warehouses[order.warehouse_ix as usize].name),
        fact("最晚到货", due_at(press, order)),
    ]
}

/// Latest arrival: the supplier's time of day on the pickup date. Empty where none was agreed.
fn due_at(press: &Press<'_>, order: &PurchaseOrder) -> String {
    let supplier = &press.book.suppliers[order.supplier_ix as usize];
    supplier.due_at.as_ref().map_or_else(String::new, |time| format!("{} {time}", press.book.cycle.pickup_date))
}
