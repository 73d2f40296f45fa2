//! 缺货通知: a SKU of which less can be given than was ordered; and its annex, who at a point gets less.

use std::collections::{BTreeSet, HashSet};

use crate::domain::facts::ShortageRule;
use crate::domain::money::Fen;
use crate::domain::reason::Reason;
use crate::sheets::cell::{Cell, Sink};
use crate::sheets::facts::{Fact, fact};
use crate::sheets::masks::{ERASED, push_name};
use crate::sheets::press::Press;

/// One row over all warehouses that gave out the SKU.
pub fn print(press: &Press<'_>, offer_ix: u32, sink: &mut dyn Sink) {
    let (book, offer) = (press.book, press.offer(offer_ix));
    let reduced = press.reduced_lines(offer_ix);
    let (mut points, mut residents) = (HashSet::new(), HashSet::new());
    let (mut gap, mut refunds) = (0u64, Fen::ZERO);
    for &line in reduced {
        let order = book.lines.order_ix[line as usize] as usize;
        points.insert(book.orders.point_ix[order]);
        residents.insert(book.orders.resident[order]);
        gap += u64::from(press.short(line as usize));
        refunds += press.refund(line as usize);
    }
    let ordered =
        press.demand().iter().filter(|demand| demand.offer_ix == offer_ix).map(|demand| demand.ordered_qty).sum();
    let shared = || book.allocations.range((offer_ix, 0)..=(offer_ix, u32::MAX)).map(|(_, shared)| shared);
    let rules: BTreeSet<&str> = shared().map(|shared| rule_words(&shared.rule)).collect();
    sink.row(&[
        Cell::Text(&offer.sku_code),
        Cell::Text(&offer.name),
        Cell::count(ordered),
        Cell::count(shared().map(|shared| shared.supply_qty).sum()),
        Cell::count(gap),
        Cell::Text(&rules.into_iter().collect::<Vec<_>>().join("、")),
        Cell::Text(action(press, reduced)),
        Cell::count(points.len() as u64),
        Cell::count(residents.len() as u64),
        Cell::Yuan(refunds),
    ]);
}

/// The rule in force, or the reason that took its place.
fn rule_words(code: &str) -> &str {
    let rule = ShortageRule::parse(code).map(ShortageRule::zh);
    rule.or_else(|| Reason::parse(code).map(Reason::zh)).unwrap_or(code)
}

/// How it is handled: paid lines are refunded, of unpaid ones less is collected.
fn action(press: &Press<'_>, reduced: &[u32]) -> &'static str {
    let is_paid = |line: &u32| press.book.orders.is_paid[press.book.lines.order_ix[*line as usize] as usize];
    match (reduced.iter().any(is_paid), reduced.iter().all(is_paid)) {
        (true, true) => "退款",
        (true, false) => "已付退款，未付少收",
        (false, _) => "提货时少收",
    }
}

/// The reduced lines of a point, household after household.
pub fn print_point(press: &Press<'_>, point_ix: u32, sink: &mut dyn Sink) {
    let book = press.book;
    let mut resident = String::new();
    let mut lines: Vec<usize> = Vec::new();
    for &order in press.households(point_ix).orders() {
        lines.clear();
        lines.extend(book.lines_of(order).filter(|&line| press.is_reduced(line)));
        lines.sort_unstable_by_key(|&line| book.lines.offer_ix[line]);
        if lines.is_empty() {
            continue;
        }
        resident.clear();
        name_resident(&mut resident, press, order);
        let room = press.person(order).address();
        for &line in &lines {
            let offer = press.offer(book.lines.offer_ix[line]);
            sink.row(&[
                Cell::Text(&offer.sku_code),
                Cell::Text(&offer.name),
                Cell::Text(&resident),
                Cell::Text(&room),
                Cell::Int(i64::from(book.lines.ordered[line])),
                Cell::Int(i64::from(press.due(line))),
                Cell::Yuan(press.refund(line)),
            ]);
        }
    }
}

pub fn facts_point(press: &Press<'_>, point_ix: u32) -> Vec<Fact> {
    let point = &press.book.points[point_ix as usize];
    vec![fact("自提点", &point.name), fact("团长", &point.leader_name)]
}

/// Appends a resident's masked name; without a name the nickname, the room, the phone's tail or the order number.
pub fn name_resident(out: &mut String, press: &Press<'_>, order: u32) {
    let person = press.person(order);
    if person.is_erased {
        out.push_str(ERASED);
    } else if !person.name.is_empty() {
        push_name(out, person.name);
    } else if person.nickname.is_empty() && person.room.is_empty() && person.phone.is_empty() {
        out.push_str(press.book.orders.order_no.get(order as usize));
    } else {
        out.push_str(&crate::sheets::masks::hide(person.nickname, ""));
    }
}
