//! Why a number is what it is: the reasoning behind a SKU's purchase and sharing, and behind one order line.
//!
//! Each step that applied is told in order, in Chinese and English, with the figures it rests on. Steps that did not
//! apply are left out, and while the day is not over the last step says what comes next. The words name orders and
//! points, never people.
//!
//! | of a SKU, per receiving warehouse | of a line |
//! |---|---|
//! | `demand` `correction` `threshold` `stock` `net_need` `cases` `moq` `order_multiple` `min_value` `buyer_edit` `planned` `surplus` | `demand` `correction` `queue` `threshold` |
//! | `arrived` `expected` `supply` `rule` `allocated` `leftover` `refund` | `rule` `pin` `point_share` `share` `kept` `allocated` `refund` `due` |
//! | `next` | `next` |

use crate::domain::book::Book;
use crate::domain::money::Fen;

mod group;
mod line;
mod min_value;
mod part;
mod purchase;
mod rounding;
mod sharing;
mod supply;
mod weight;
mod words;

use group::Group;

/// The same said twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

/// One step of a reasoning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainStep {
    /// Stable, for machines; see the module's table.
    pub code: &'static str,
    /// The receiving warehouse the step is about.
    pub warehouse_code: Option<String>,
    /// What the words rest on: pieces, cases or counts, and whole fen where the key ends in `_fen`.
    pub figures: Vec<(&'static str, i64)>,
    pub words: Words,
}

/// Why a number is what it is, step by step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub title: Words,
    pub steps: Vec<ExplainStep>,
}

/// The way of one offer from demand to stock, at each receiving warehouse that had to do with it.
///
/// `offer_ix` is an index into `book.offers`; names and rooms need not be loaded.
pub fn explain_sku(book: &Book, offer_ix: u32) -> Explanation {
    let offer = &book.offers[offer_ix as usize];
    let (cycle, sku, name) = (&book.cycle.cycle_code, &offer.sku_code, &offer.name);
    let title = Words {
        zh: format!("团期 {cycle} · 商品 {sku} {name}：从订购到分配"),
        en: format!("Cycle {cycle} · SKU {sku} {name}: from demand to allocation"),
    };
    let mut steps = Vec::new();
    for warehouse_ix in group::warehouses_of(book, offer_ix) {
        let group = Group::of(book, offer_ix, warehouse_ix);
        let mut here = purchase::steps(&group);
        here.extend(supply::steps(&group));
        here.extend(next(&group, group.claims.iter().any(|claim| group.waits(claim))));
        steps.extend(here.into_iter().map(|step| group.place(step)));
    }
    if steps.is_empty() {
        let unit = words::Unit::of(offer);
        let (zh, en) =
            (format!("订购 {}：没有人订购", unit.qty(0u32)), format!("{} ordered: nobody wants it", unit.qty(0u32)));
        steps.push(ExplainStep::new("demand", zh, en).figure("ordered_qty", 0u32));
    }
    Explanation { title, steps }
}

/// Why an order line gets what it gets: its place in the queue, the rule, and the money that follows.
///
/// `line` is an index into the columns of `book.lines`; names and rooms need not be loaded.
pub fn explain_line(book: &Book, line: u32) -> Explanation {
    let at = line as usize;
    let (order, offer_ix) = (book.lines.order_ix[at] as usize, book.lines.offer_ix[at]);
    let offer = &book.offers[offer_ix as usize];
    let warehouse_ix = book.receiving_warehouse(book.orders.point_ix[order]);
    let group = Group::of(book, offer_ix, warehouse_ix);
    let (order_no, sku, name) = (book.orders.order_no.get(order), &offer.sku_code, &offer.name);
    let title = Words {
        zh: format!("团期 {} · 订单 {order_no} · 商品 {sku} {name}：这一单为什么是这个数", book.cycle.cycle_code),
        en: format!("Cycle {} · order {order_no} · SKU {sku} {name}: why this figure", book.cycle.cycle_code),
    };
    let mut steps = line::steps(&group, at);
    steps.extend(line::next(&group, at));
    Explanation { title, steps: steps.into_iter().map(|step| group.place(step)).collect() }
}

/// What the day does next with an offer that is not shared out yet, or has lines that wait to be.
fn next(group: &Group, waits: bool) -> Option<ExplainStep> {
    use crate::domain::states::CycleState::{Cancelled, Settled};
    let book = group.book;
    if matches!(book.cycle.state, Cancelled | Settled) {
        return None;
    }
    if group.shared.is_some() {
        let (zh, en) =
            ("下一步：再次分配，补单按排队参加", "next: another allocation, in which late additions take part");
        return waits.then(|| ExplainStep::new("next", zh, en));
    }
    Some(if book.procurement.is_empty() {
        ExplainStep::new("next", "下一步：采购汇总，定下要买的箱数", "next: procurement decides how many cases to buy")
    } else if !group::has_received(book) {
        ExplainStep::new("next", "下一步：收货，点清实到件数", "next: the goods are received and counted")
    } else {
        ExplainStep::new("next", "下一步：分配，把到货分到每一单", "next: what came is shared out to the lines")
    })
}

impl ExplainStep {
    fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> ExplainStep {
        let words = Words { zh: zh.into(), en: en.into() };
        ExplainStep { code, warehouse_code: None, figures: Vec::new(), words }
    }

    fn figure(mut self, key: &'static str, value: impl Into<u64>) -> ExplainStep {
        let value = i64::try_from(value.into()).expect("the quantities of a cycle were checked at intake");
        self.figures.push((key, value));
        self
    }

    fn fen(mut self, key: &'static str, amount: Fen) -> ExplainStep {
        self.figures.push((key, amount.0));
        self
    }

    /// Adds to the words.
    fn also(mut self, zh: &str, en: &str) -> ExplainStep {
        self.words.zh.push_str(zh);
        self.words.en.push_str(en);
        self
    }
}

#[cfg(test)]
mod rule_tests;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
