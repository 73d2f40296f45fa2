//! What a resident's order says of itself, in words: where it stands, and what it comes to.

use crate::domain::facts::Payment;
use crate::domain::keeping::kept_until;
use crate::domain::money::Fen;
use crate::domain::refunds::{due_amount, weighed_due};
use crate::domain::route_plan::clock;
use crate::domain::states::{CycleState, OrderState};
use crate::domain::time::{Moment, Zone};
use crate::flow::order_page::{OrderPage, PageLine};
use crate::web::words::{Lang, day, yuan};

/// Where an order stands: the one thing its resident wants to know, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub title: String,
    pub words: String,
    /// How it is marked: settled, open, void or cancelled.
    pub mark: &'static str,
}

impl Standing {
    fn new(mark: &'static str, title: impl Into<String>, words: impl Into<String>) -> Standing {
        Standing { title: title.into(), words: words.into(), mark }
    }
}

/// Pieces of a line that wait at the point.
pub fn waiting(line: &PageLine) -> i64 {
    (line.given_qty().unwrap_or(0) - line.handed_qty).max(0)
}

/// When the pickup window of the order's point ends; without one, with the day.
pub fn window_end(page: &OrderPage, zone: Zone) -> Option<Moment> {
    let end = page.point.window_end.as_deref().unwrap_or("23:59");
    zone.parse(&format!("{} {end}", page.cycle.pickup_date))
}

/// Whether it counts only once it is paid for.
pub fn is_unpaid(page: &OrderPage) -> bool {
    page.state == OrderState::Unpaid && page.cycle.payment != Payment::AtPickup && page.payment.is_none()
}

/// Where an order stands now.
pub fn standing(page: &OrderPage, lang: Lang, now: Moment, zone: Zone) -> Standing {
    match page.state {
        OrderState::Cancelled => cancelled(page, lang),
        OrderState::Expired => Standing::new(
            "cancelled",
            lang.say("没有付款，已失效", "Not paid, no longer valid"),
            lang.say("这一单不会备货。下一期可以再订。", "Nothing is bought for it. Order again in the next cycle."),
        ),
        OrderState::Unpaid if is_unpaid(page) => unpaid(page, lang, zone),
        OrderState::Unpaid | OrderState::Paid => on_its_way(page, lang, now, zone),
    }
}

fn cancelled(page: &OrderPage, lang: Lang) -> Standing {
    let is_cash = page.cycle.payment != Payment::Online;
    let words = match (&page.payment, lang) {
        (Some(paid), Lang::Zh) if is_cash => format!("已付 ¥{}，找团长全额退现金。", yuan(Fen(paid.amount_fen))),
        (Some(paid), Lang::En) if is_cash => {
            format!("¥{} was paid; your leader gives all of it back in cash.", yuan(Fen(paid.amount_fen)))
        }
        (Some(paid), Lang::Zh) => format!("已付 ¥{}，全额退回。", yuan(Fen(paid.amount_fen))),
        (Some(paid), Lang::En) => format!("¥{} was paid and goes back in full.", yuan(Fen(paid.amount_fen))),
        (None, _) => lang.say("没有付过款，不用退款。", "Nothing was paid, nothing goes back.").to_owned(),
    };
    Standing::new("cancelled", lang.say("已取消", "Cancelled"), words)
}

fn unpaid(page: &OrderPage, lang: Lang, zone: Zone) -> Standing {
    let until = page.held_until.unwrap_or(page.cycle.cutoff_at);
    let (until, amount) = (zone.minute(until), yuan(ordered_total(page)));
    let until = until.get(5..).unwrap_or_default();
    let words = match lang {
        Lang::Zh => format!("请在 {until} 前把 ¥{amount} 付给团长；团长记了收款，这一单才算数。"),
        Lang::En => format!("Pay ¥{amount} to the leader before {until}; it counts once the leader has noted it."),
    };
    Standing::new("void", lang.say("待付款", "To be paid"), words)
}

fn on_its_way(page: &OrderPage, lang: Lang, now: Moment, zone: Zone) -> Standing {
    let (left, handed) =
        (page.lines.iter().map(waiting).sum::<i64>(), page.lines.iter().map(|line| line.handed_qty).sum::<i64>());
    let is_shared = page.lines.iter().any(|line| line.allocated_qty.is_some());
    let pickup = pickup_time(page, lang);
    if page.cycle.state == CycleState::Open {
        let cutoff = zone.minute(page.cycle.cutoff_at);
        let cutoff = cutoff.get(5..).unwrap_or_default();
        let words = match lang {
            Lang::Zh => format!("{cutoff} 截单，{pickup} 提货。"),
            Lang::En => format!("Cutoff {cutoff}, pickup {pickup}."),
        };
        return Standing::new("open", lang.say("已下单", "Ordered"), words);
    }
    if page.cycle.state == CycleState::Cancelled {
        return Standing::new(
            "cancelled",
            lang.say("这一团取消了", "This cycle was called off"),
            lang.say("付过的款全额退回。", "What was paid goes back in full."),
        );
    }
    if !is_shared {
        return Standing::new("open", lang.say("已截单，正在备货", "Closed, being prepared"), pickup);
    }
    if left == 0 && handed > 0 {
        return Standing::new("settled", lang.say("已提货", "Collected"), "");
    }
    if left == 0 {
        let words = lang
            .say("这一单的货都没有到，付过的款按下面退回。", "None of it came; what was paid goes back as told below.");
        return Standing::new("cancelled", lang.say("全部缺货", "Nothing came"), words);
    }
    waits(page, lang, now, zone, left)
}

/// Goods are there, or will be: when to come, also where the time has gone by.
fn waits(page: &OrderPage, lang: Lang, now: Moment, zone: Zone, left: i64) -> Standing {
    let pickup = pickup_time(page, lang);
    let Some(end) = window_end(page, zone).filter(|end| now > *end) else {
        let title = match lang {
            Lang::Zh => format!("{left} 件待提"),
            Lang::En => format!("{left} to collect"),
        };
        return Standing::new("open", title, pickup);
    };
    let waiting_lines = page.lines.iter().filter(|line| waiting(line) > 0);
    let kept = waiting_lines.map(|line| kept_until(end, line.temp_zone)).min().unwrap_or(end);
    let minute = zone.minute(kept);
    let kept_words = minute.get(5..).unwrap_or_default();
    let (title, words) = match (lang, now <= kept) {
        (Lang::Zh, true) => {
            ("已过提货时间".to_owned(), format!("还有 {left} 件没提，给你留到 {kept_words}，来之前先联系团长。"))
        }
        (Lang::Zh, false) => {
            ("逾期未提".to_owned(), format!("还有 {left} 件没提，已过保留时间（{kept_words}），请联系团长。"))
        }
        (Lang::En, true) => (
            "Past the pickup window".to_owned(),
            format!("{left} still to collect, kept until {kept_words}. Talk to the leader before you come."),
        ),
        (Lang::En, false) => (
            "Overdue".to_owned(),
            format!("{left} not collected and past what they are kept for ({kept_words}). Talk to the leader."),
        ),
    };
    Standing::new("void", title, words)
}

/// When the goods are to be at the point: told until the leader has counted them.
pub fn eta(page: &OrderPage, lang: Lang) -> Option<String> {
    let time = clock(page.arrives_s.filter(|_| page.received_at.is_none())?);
    Some(match lang {
        Lang::Zh => format!("预计 {time} 到"),
        Lang::En => format!("Goods expected at {time}"),
    })
}

/// The pickup date and the point's window.
pub fn pickup_time(page: &OrderPage, lang: Lang) -> String {
    let date = day(page.cycle.pickup_date, lang);
    let date = date.get(5..).unwrap_or_default();
    match (&page.point.window_start, &page.point.window_end) {
        (Some(start), Some(end)) => format!("{date} {start}–{end}"),
        _ => date.to_owned(),
    }
}

/// What is paid for the order as it stands, tolerance included.
pub fn ordered_total(page: &OrderPage) -> Fen {
    let amount =
        |line: &PageLine| due_amount(line.price, line.ordered_qty.unsigned_abs() + line.tolerance.unsigned_abs());
    page.lines.iter().filter_map(|line| amount(line).ok()).sum()
}

/// What the goods that are given cost, by weight where that is settled; what was ordered, before they are shared out.
pub fn given_total(page: &OrderPage) -> Fen {
    let given = |line: &PageLine| u32::try_from(line.given_qty().unwrap_or(i64::from(line.ordered_qty))).ok();
    page.lines.iter().filter_map(|line| weighed_due(line.price, given(line)?, line.weight_adjustment()).ok()).sum()
}
