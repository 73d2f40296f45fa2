//! The documents of a cycle: which were issued, where each is filed, and which rows it has.

use std::io;

use crate::domain::book::{Book, PurchaseOrder};
use crate::domain::documents::{DocumentKind, Issue};
use crate::domain::natural_order::natural_cmp;
use crate::sheets::cell::Sink;
use crate::sheets::facts::Fact;
use crate::sheets::press::{Press, Route};
use crate::sheets::{
    difference_sheet, dispatch_sheet, handover_slip, label, pick_list, pickup_list, procurement_summary,
    purchase_order, receiving_sheet, shortage_notice, sowing_sort,
};

/// A document that was issued.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    pub kind: DocumentKind,
    /// What it is about: a code or number, by kind.
    pub key: &'a str,
    pub issue: &'a Issue,
}

/// Why a document was not printed.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// Its register entry names something that is not in the book.
    #[error("{} {key}: 账上没有这个对象 (the book has no such thing)", kind.zh())]
    NotInBook { kind: DocumentKind, key: String },
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What a document is about, found in the book.
enum Subject<'p, 'a> {
    Warehouse(u32),
    PurchaseOrder(&'a PurchaseOrder),
    Offer(u32),
    Point(u32),
    Route(&'p Route),
    Changes,
}

/// All documents of a book in the order of the night: kind after kind; of each kind points in slot order, all else by
/// key.
pub fn list<'a>(press: &Press<'a>) -> Vec<Document<'a>> {
    let book = press.book;
    let mut documents: Vec<Document<'a>> =
        book.documents.iter().map(|((kind, key), issue)| Document { kind: *kind, key, issue }).collect();
    let place = |document: &Document<'_>| match document.kind {
        kind if kind.is_of_point() => press.find_point(document.key),
        _ => None,
    };
    documents.sort_by(|a, b| {
        a.kind.cmp(&b.kind).then_with(|| place(a).cmp(&place(b))).then_with(|| natural_cmp(a.key, b.key))
    });
    documents
}

impl<'a> Document<'a> {
    /// The document of that kind and key, if it was issued.
    pub fn find(book: &'a Book, kind: DocumentKind, key: &str) -> Option<Document<'a>> {
        let ((kind, key), issue) = book.documents.get_key_value(&(kind, key.to_string()))?;
        Some(Document { kind: *kind, key, issue })
    }

    /// Where its file goes: `05_pick_list/W01.csv`.
    pub fn path(&self, extension: &str) -> String {
        format!("{}/{}.{extension}", self.kind.folder(), self.key)
    }

    /// Sends the document's rows into a sink.
    ///
    /// # Errors
    /// Where the book lacks what the document is about.
    pub fn rows(&self, press: &Press<'_>, sink: &mut dyn Sink) -> Result<(), SheetError> {
        use DocumentKind::*;
        match (self.kind, self.subject(press)?) {
            (ProcurementSummary, Subject::Warehouse(ix)) => procurement_summary::print(press, ix, sink),
            (PickList, Subject::Warehouse(ix)) => pick_list::print(press, ix, sink),
            (_, Subject::Warehouse(ix)) => sowing_sort::print(press, ix, sink),
            (PurchaseOrder, Subject::PurchaseOrder(order)) => purchase_order::print(press, order, sink),
            (_, Subject::PurchaseOrder(order)) => receiving_sheet::print(press, order, &self.issue.doc_no, sink),
            (_, Subject::Offer(ix)) => shortage_notice::print(press, ix, sink),
            (ShortageNoticePoint, Subject::Point(ix)) => shortage_notice::print_point(press, ix, sink),
            (PickListPoint, Subject::Point(ix)) => pick_list::print_point(press, ix, sink),
            (HandoverSlip, Subject::Point(ix)) => handover_slip::print(press, ix, &self.issue.doc_no, sink),
            (Label, Subject::Point(ix)) => label::print(press, ix, sink),
            (_, Subject::Point(ix)) => pickup_list::print(press, ix, sink),
            (PickListRoute, Subject::Route(route)) => pick_list::print_route(press, route, sink),
            (_, Subject::Route(route)) => dispatch_sheet::print(press, route, sink),
            (_, Subject::Changes) => difference_sheet::print(press, self.key, sink),
        }
        Ok(())
    }

    /// What its head block says beside what all head blocks say.
    ///
    /// # Errors
    /// As [`Document::rows`].
    pub fn facts(&self, press: &Press<'_>) -> Result<Vec<Fact>, SheetError> {
        use DocumentKind::*;
        Ok(match (self.kind, self.subject(press)?) {
            (ProcurementSummary, Subject::Warehouse(ix)) => procurement_summary::facts(press, ix),
            (PickList, Subject::Warehouse(ix)) => pick_list::facts(press, ix),
            (_, Subject::Warehouse(ix)) => sowing_sort::facts(press, ix),
            (PurchaseOrder, Subject::PurchaseOrder(order)) => purchase_order::facts(press, order),
            (_, Subject::PurchaseOrder(order)) => receiving_sheet::facts(press, order, &self.issue.doc_no),
            (_, Subject::Offer(_)) => Vec::new(),
            (ShortageNoticePoint, Subject::Point(ix)) => shortage_notice::facts_point(press, ix),
            (PickListPoint | Label, Subject::Point(ix)) => pick_list::facts_point(press, ix),
            (HandoverSlip, Subject::Point(ix)) => handover_slip::facts(press, ix),
            (_, Subject::Point(ix)) => pickup_list::facts(press, ix),
            (PickListRoute, Subject::Route(route)) => pick_list::facts_route(press, route),
            (_, Subject::Route(route)) => dispatch_sheet::facts(press, route),
            (_, Subject::Changes) => difference_sheet::facts(self.key),
        })
    }

    /// The thing it is about, in words: a warehouse, a supplier, goods, a route or a point.
    ///
    /// # Errors
    /// As [`Document::rows`].
    pub fn about(&self, press: &Press<'_>) -> Result<String, SheetError> {
        let book = press.book;
        Ok(match self.subject(press)? {
            Subject::Warehouse(ix) => book.warehouses[ix as usize].name.clone(),
            Subject::PurchaseOrder(order) => book.suppliers[order.supplier_ix as usize].name.clone(),
            Subject::Offer(ix) => press.offer(ix).name.clone(),
            Subject::Point(ix) => book.points[ix as usize].name.clone(),
            Subject::Route(route) => {
                format!("{} {}", book.warehouses[route.warehouse_ix as usize].name, route.route_code)
            }
            Subject::Changes => self.key.to_string(),
        })
    }

    fn subject<'p, 'b>(&self, press: &'p Press<'b>) -> Result<Subject<'p, 'b>, SheetError> {
        use DocumentKind::*;
        let subject = match self.kind {
            ProcurementSummary | PickList | SowingSort => press.find_warehouse(self.key).map(Subject::Warehouse),
            PurchaseOrder | ReceivingSheet => {
                press.book.purchase_orders.iter().find(|order| order.po_no == self.key).map(Subject::PurchaseOrder)
            }
            ShortageNotice => press.find_offer(self.key).map(Subject::Offer),
            ShortageNoticePoint | PickListPoint | HandoverSlip | PickupList | Label => {
                press.find_point(self.key).map(Subject::Point)
            }
            PickListRoute | DispatchSheet => press.find_route(self.key).map(Subject::Route),
            DifferenceSheet => Some(Subject::Changes),
        };
        subject.ok_or_else(|| SheetError::NotInBook { kind: self.kind, key: self.key.to_string() })
    }
}
