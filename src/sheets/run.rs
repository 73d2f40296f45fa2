//! One print run: sheets in the order in which the night uses them, and what belongs to a route together.

use std::io::Write;

use crate::domain::documents::DocumentKind;
use crate::sheets::document::{Document, SheetError, list};
use crate::sheets::press::Press;

/// All documents as the work goes: receiving, shortages, the great pick, sowing; then route by route its pick list and
/// dispatch sheet, and stop by stop what goes along; notices of changes last.
pub fn work_order<'a>(press: &Press<'a>) -> Vec<Document<'a>> {
    let mut documents = list(press);
    // Equal places stay as the list has them: kind after kind, each in its own order.
    documents.sort_by_key(|document| place(press, document));
    documents
}

/// Stage of the work, route, stop (0: the route's own), kind.
fn place(press: &Press<'_>, document: &Document<'_>) -> (u8, usize, usize, DocumentKind) {
    use DocumentKind::*;
    let of_route = |route: Option<usize>| (6, route.unwrap_or(usize::MAX), 0, document.kind);
    match document.kind {
        ProcurementSummary => (0, 0, 0, document.kind),
        PurchaseOrder => (1, 0, 0, document.kind),
        ReceivingSheet => (2, 0, 0, document.kind),
        ShortageNotice => (3, 0, 0, document.kind),
        PickList => (4, 0, 0, document.kind),
        SowingSort => (5, 0, 0, document.kind),
        PickListRoute | DispatchSheet => of_route(press.routes.iter().position(|route| route.trip_no == document.key)),
        PickListPoint | HandoverSlip | PickupList | Label | ShortageNoticePoint => {
            let point = press.find_point(document.key).map(|ix| ix as usize);
            let is_on = |point: usize| press.routes.iter().position(|route| route.points.contains(&point));
            let (stage, route, _, kind) = of_route(point.and_then(is_on));
            (stage, route, point.map_or(usize::MAX, |point| point + 1), kind)
        }
        DifferenceSheet => (7, 0, 0, document.kind),
    }
}

/// Writes these documents as one page, each beginning on a sheet of paper of its own.
///
/// # Errors
/// Where the book lacks what a document is about, or writing fails.
pub fn print_some_html(press: &Press<'_>, documents: &[Document<'_>], out: &mut dyn Write) -> Result<(), SheetError> {
    let title = format!("{} {} v{}", press.book.cycle.name, press.book.cycle.cycle_code, press.book.version);
    crate::sheets::html::print_run(press, &title, documents, out)
}
