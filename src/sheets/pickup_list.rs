//! 提货清单: who collects what at a point, household after household.

use crate::sheets::cell::{Cell, Sink};
use crate::sheets::dispatch_sheet::window;
use crate::sheets::facts::{Fact, fact, joined};
use crate::sheets::masks::{hide, phone_tail};
use crate::sheets::press::Press;
use crate::sheets::shortage_notice::name_resident;

pub fn print(press: &Press<'_>, point_ix: u32, sink: &mut dyn Sink) {
    let (mut resident, mut lines) = (String::new(), Vec::new());
    for (seq, household) in (1i64..).zip(press.households(point_ix).iter()) {
        for &order in household {
            print_order(press, seq, order, &mut resident, &mut lines, sink);
        }
    }
}

/// The cells at the beginning of a row that say whose order it is.
const ORDER_CELLS: usize = 8;

fn print_order(
    press: &Press<'_>,
    seq: i64,
    order: u32,
    resident: &mut String,
    lines: &mut Vec<usize>,
    sink: &mut dyn Sink,
) {
    let (orders, at) = (&press.book.orders, order as usize);
    let person = press.person(order);
    resident.clear();
    name_resident(resident, press, order);
    let nickname = hide(person.nickname, person.name);
    let remark = hide(person.remark, person.name);
    let chain_no = if orders.chain_no[at] == 0 { Cell::Blank } else { Cell::Int(i64::from(orders.chain_no[at])) };
    list_lines(press, order, lines);
    for (nth, &line) in lines.iter().enumerate() {
        let offer = press.offer(press.book.lines.offer_ix[line]);
        let cells = [
            Cell::Int(seq),
            chain_no,
            Cell::Text(person.building),
            Cell::Text(person.unit_no),
            Cell::Text(person.room),
            Cell::Text(resident),
            Cell::Text(&nickname),
            Cell::Text(phone_tail(person.phone)),
            Cell::Text(&offer.name),
            Cell::Text(&offer.spec),
            Cell::Text(&offer.unit),
            Cell::Int(i64::from(press.book.lines.ordered[line])),
            Cell::Int(i64::from(press.due(line))),
            Cell::Blank,
            Cell::Yuan(press.to_collect(line)),
            Cell::Text(&remark),
        ];
        sink.row_like_last(if nth == 0 { 0 } else { ORDER_CELLS }, &cells);
    }
}

/// The lines of an order that the list names, by SKU code: also those that get nothing, but not those cancelled before
/// any money came.
pub fn list_lines(press: &Press<'_>, order: u32, lines: &mut Vec<usize>) {
    let book = press.book;
    let is_paid = book.orders.is_paid[order as usize];
    lines.clear();
    lines
        .extend(book.lines_of(order).filter(|&line| {
            book.lines.ordered[line] > 0 || press.due(line) > 0 || (is_paid && book.charged(line) > 0)
        }));
    lines.sort_unstable_by_key(|&line| book.lines.offer_ix[line]);
}

pub fn facts(press: &Press<'_>, point_ix: u32) -> Vec<Fact> {
    let point = &press.book.points[point_ix as usize];
    vec![
        fact("自提点", &point.name),
        fact("团长", joined(&[Some(&point.leader_name), Some(&point.leader_phone)], " ")),
        fact("地址", point.address.as_deref().unwrap_or("")),
        fact("提货时段", window(point.window_start.as_deref(), point.window_end.as_deref())),
        fact("请在此前报差异", point.report_by.as_deref().unwrap_or("")),
        fact("户数", press.households(point_ix).iter().count()),
    ]
}
