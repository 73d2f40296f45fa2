//! 提货清单: who collects what at a point, household after household.

use crate::domain::money::Fen;
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::dispatch_sheet::window;
use crate::sheets::facts::{Fact, fact, joined};
use crate::sheets::masks::{hide, phone_tail};
use crate::sheets::press::Press;
use crate::sheets::shortage_notice::name_resident;

pub fn print(press: &Press<'_>, point_ix: u32, sink: &mut dyn Sink) {
    let households = press.households(point_ix);
    let listed = Listed::of_orders(press, households.orders());
    let (mut resident, mut place) = (String::new(), 0);
    for (seq, household) in (1i64..).zip(households.iter()) {
        for &order in household {
            print_order(press, seq, order, listed.of_order(place), &mut resident, sink);
            place += 1;
        }
    }
}

/// The figures of orders and their lines, read before any is printed: one order's lie far from the next one's, and a
/// processor fetches ahead only where little is done between.
struct Listed {
    /// Chain number, and where its lines end.
    orders: Vec<(u32, usize)>,
    lines: Vec<Line>,
}

struct Line {
    offer_ix: u32,
    ordered: u32,
    due: u32,
    /// 称重差额, where the line costs another amount by its weight.
    weight: Fen,
    to_collect: Fen,
}

impl Listed {
    fn of_orders(press: &Press<'_>, orders: &[u32]) -> Listed {
        let mut listed =
            Listed { orders: Vec::with_capacity(orders.len()), lines: Vec::with_capacity(orders.len() * 4) };
        let (book, mut lines) = (press.book, Vec::new());
        for &order in orders {
            list_lines(press, order, &mut lines);
            listed.lines.extend(lines.iter().map(|&line| Line {
                offer_ix: book.lines.offer_ix[line],
                ordered: book.lines.ordered[line],
                due: press.due(line),
                weight: book.weight_adjustment(line),
                to_collect: press.to_collect(line),
            }));
            listed.orders.push((book.orders.chain_no[order as usize], listed.lines.len()));
        }
        listed
    }

    /// The chain number and the lines of the order at a place.
    fn of_order(&self, place: usize) -> (u32, &[Line]) {
        let start = if place == 0 { 0 } else { self.orders[place - 1].1 };
        let (chain_no, end) = self.orders[place];
        (chain_no, &self.lines[start..end])
    }
}

/// The cells at the beginning of a row that say whose order it is.
const ORDER_CELLS: usize = 8;

fn print_order(
    press: &Press<'_>,
    seq: i64,
    order: u32,
    (chain_no, lines): (u32, &[Line]),
    resident: &mut String,
    sink: &mut dyn Sink,
) {
    let person = press.person(order);
    resident.clear();
    name_resident(resident, press, order);
    let nickname = hide(person.nickname, person.name);
    let remark = hide(person.remark, person.name);
    for (nth, line) in lines.iter().enumerate() {
        let offer = press.offer(line.offer_ix);
        let cells = [
            Cell::Int(seq),
            if chain_no == 0 { Cell::Blank } else { Cell::Int(i64::from(chain_no)) },
            Cell::Text(person.building),
            Cell::Text(person.unit_no),
            Cell::Text(person.room),
            Cell::Text(resident),
            Cell::Text(&nickname),
            Cell::Text(phone_tail(person.phone)),
            Cell::Text(&offer.name),
            Cell::Text(&offer.spec),
            Cell::Text(&offer.unit),
            Cell::Int(i64::from(line.ordered)),
            Cell::Int(i64::from(line.due)),
            if line.weight == Fen::ZERO { Cell::Blank } else { Cell::Yuan(line.weight) },
            Cell::Yuan(line.to_collect),
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
