//! 改单通知: what changed on a sheet that was already handed out.

use crate::domain::documents::{Change, DocumentKind};
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::columns::layout;
use crate::sheets::facts::{Fact, fact};
use crate::sheets::press::Press;
use crate::sheets::shortage_notice::name_resident;

pub fn print(press: &Press<'_>, key: &str, sink: &mut dyn Sink) {
    let changed = changed_kind(key);
    for change in press.changes_of(key) {
        let point = change.point_ix.map(|ix| &press.book.points[ix as usize]);
        let offer = change.offer_ix.map(|ix| press.offer(ix));
        let (before, after) = (count(change.before), count(change.after));
        let reason = reason(press, changed, change);
        sink.row(&[
            point.map_or(Cell::Blank, |point| Cell::Int(i64::from(point.slot_no))),
            Cell::text(point.map(|point| point.route_code.as_str())),
            Cell::text(point.map(|point| point.name.as_str())),
            Cell::text(offer.map(|offer| offer.name.as_str())),
            Cell::text(offer.map(|offer| offer.unit.as_str())),
            Cell::Int(before),
            Cell::Int(after),
            Cell::Int(after - before),
            Cell::Text(&reason),
        ]);
    }
}

pub fn facts(key: &str) -> Vec<Fact> {
    let (doc_no, version) = key.rsplit_once("-v").unwrap_or((key, ""));
    let title = changed_kind(key).map_or("", DocumentKind::zh);
    vec![fact("原单据", format!("{title} {doc_no}")), fact("新版本", format!("v{version}（旧版作废）"))]
}

fn count(value: u64) -> i64 {
    i64::try_from(value).expect("counts of a day fit an i64")
}

/// The kind of the changed sheet, by the letters its number begins with.
fn changed_kind(key: &str) -> Option<DocumentKind> {
    let prefix = key.split('-').next()?;
    DocumentKind::ALL.iter().copied().find(|kind| kind.prefix() == prefix)
}

/// Who and which column where it is not plain, then why: `1502 王*芳 · 订购 · 改单`.
fn reason(press: &Press<'_>, changed: Option<DocumentKind>, change: &Change) -> String {
    let mut words = String::new();
    if let Some(order) = change.order_ix {
        let (address, mut name) = (press.person(order).address(), String::new());
        name_resident(&mut name, press, order);
        words = [address, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        words.push_str(" · ");
    }
    let other_column = changed.filter(|&kind| leading_quantity(kind) != change.field);
    if let Some(head) = other_column.and_then(|kind| layout(kind).zh_of(&change.field)) {
        words.push_str(head);
        words.push_str(" · ");
    }
    words.push_str(change.reason.zh());
    words
}

/// The column a kind of sheet is about: its changes need no name.
pub fn leading_quantity(kind: DocumentKind) -> &'static str {
    use DocumentKind::*;
    match kind {
        ProcurementSummary | PurchaseOrder => "planned_qty",
        ReceivingSheet => "expected_qty",
        ShortageNotice => "gap_qty",
        ShortageNoticePoint | PickupList | Label => "allocated_qty",
        PickList | PickListRoute | PickListPoint => "to_pick",
        SowingSort => "qty",
        DispatchSheet => "pieces",
        HandoverSlip => "due_qty",
        DifferenceSheet => "after",
    }
}
