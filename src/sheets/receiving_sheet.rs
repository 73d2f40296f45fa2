//! 收货单: what should come on a purchase order, with room for what comes.

use crate::domain::book::PurchaseOrder;
use crate::domain::documents::receipt_no;
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::facts::{Fact, fact};
use crate::sheets::press::Press;

/// Columns the receiving hand fills.
const BLANKS: usize = 14;

pub fn print(press: &Press<'_>, order: &PurchaseOrder, doc_no: &str, sink: &mut dyn Sink) {
    let first = receipt_no(doc_no, 1);
    for line in &order.lines {
        let offer = press.offer(line.offer_ix);
        let mut cells = [Cell::Blank; 9 + BLANKS];
        cells[..9].copy_from_slice(&[
            Cell::Text(&order.po_no),
            Cell::Int(i64::from(line.line_no)),
            Cell::Text(&offer.sku_code),
            Cell::Text(&offer.name),
            Cell::Int(i64::from(offer.case_size)),
            Cell::Text(&offer.unit),
            Cell::count(line.cases),
            Cell::count(line.planned_qty),
            Cell::Text(&first),
        ]);
        sink.row(&cells);
    }
}

pub fn facts(press: &Press<'_>, order: &PurchaseOrder, doc_no: &str) -> Vec<Fact> {
    vec![
        fact("采购单号", &order.po_no),
        fact("供应商", &press.book.suppliers[order.supplier_ix as usize].name),
        fact("收货仓", &press.book.warehouses[order.warehouse_ix as usize].name),
        fact("收货次号", format!("{}（第二车写 -2）", receipt_no(doc_no, 1))),
    ]
}
