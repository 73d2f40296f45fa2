//! The warehouse's desk: a night is looked at from its board, and each of its works has a page of its own.

pub mod board;
pub mod paper;
pub mod printing;
pub mod receiving;
pub mod road;
mod route_map;
pub mod routes;
pub mod steps;
pub mod stock;
pub mod void;
pub mod weigh_labels;
pub mod weighing;
pub mod wrong_goods;

use chrono::Duration;

use crate::domain::access::Operation;
use crate::domain::book::Book;
use crate::domain::errors::Step;
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::flow::load_cycle::frozen_book;
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::cycles::{self, CycleRow};
use crate::web::caller::{Caller, Principal, Visitor};
use crate::web::errors::WebError;
use crate::web::pages::frame::Frame;
use crate::web::site::Site;
use crate::web::words::{Lang, day, segment};

/// A night that began longer ago is not tonight's.
const TONIGHT: Duration = Duration::hours(36);
/// Nights that the desk offers beside the one it shows.
const NIGHTS_MAX: usize = 12;

/// What stands above every page of the desk: which night, which work.
pub struct Head {
    pub code: String,
    pub name: String,
    pub state: &'static str,
    pub state_words: String,
    pub version: u32,
    pub pickup: String,
    pub tabs: Vec<Tab>,
    pub others: Vec<Tab>,
    pub as_of: String,
}

/// A way to another page of the desk.
pub struct Tab {
    pub address: String,
    pub name: String,
    pub is_here: bool,
}

/// The works of a night: the last part of their address, and their names.
const WORKS: [(&str, &str, &str); 9] = [
    ("", "看板", "Board"),
    ("/receiving", "收货", "Receiving"),
    ("/wrong-goods", "错货", "Wrong goods"),
    ("/stock", "盘点", "Stock"),
    ("/sheets", "打印", "Printing"),
    ("/paper", "补录", "From paper"),
    ("/weighing", "称重", "Weighing"),
    ("/routes", "线路", "Routes"),
    ("/road", "在路上", "On the road"),
];

/// The night that the desk works on: the one that was cut off last, if that was tonight; else the one that closes next;
/// else the last one.
pub fn tonight(rows: &[CycleRow], now: Moment) -> Option<&CycleRow> {
    let state = |row: &CycleRow| row.card().state;
    let is_tonight = |row: &&CycleRow| {
        let cut = Moment(row.frozen_at.unwrap_or(row.cutoff_at));
        state(row).is_frozen() && state(row) != CycleState::Settled && now < cut.plus(TONIGHT)
    };
    let closes_next = || rows.iter().rev().find(|row| state(row) == CycleState::Open);
    let is_of_use = |row: &&CycleRow| state(row) != CycleState::Cancelled;
    rows.iter().find(is_tonight).or_else(closes_next).or_else(|| rows.iter().find(is_of_use))
}

/// The head of a page of the desk.
///
/// # Errors
/// `not_found` for the cycle.
pub fn head(site: &Site, db: &mut Db, code: &str, work: &str, lang: Lang) -> Result<(Head, CycleRow), WebError> {
    let (rows, desk) = (cycles::all(db)?, site.desk());
    let row = rows.iter().find(|row| row.cycle_code == code);
    let row = row.cloned().ok_or_else(|| WebError::missing("团期", "cycle", code))?;
    let card = row.card();
    let at = |code: &str, work: &str| lang.to(&format!("/warehouse/{}{work}", segment(code)));
    let tab = |&(path, zh, en): &(&str, &'static str, &'static str)| Tab {
        address: at(code, path),
        name: lang.say(zh, en).to_owned(),
        is_here: path == work,
    };
    let other = |row: &CycleRow| Tab {
        address: at(&row.cycle_code, work),
        name: format!("{} {} · {}", row.name, row.cycle_code, lang.state(row.card().state)),
        is_here: row.cycle_code == code,
    };
    let head = Head {
        state: card.state.code(),
        state_words: lang.state(card.state),
        version: card.version,
        pickup: day(card.pickup_date, lang),
        tabs: WORKS.iter().map(tab).collect(),
        others: rows.iter().filter(|other| other.cycle_code != code).take(NIGHTS_MAX).map(other).collect(),
        as_of: desk.zone.minute(desk.now).get(11..).unwrap_or_default().to_owned(),
        code: card.cycle_code,
        name: card.name,
    };
    Ok((head, row))
}

/// The frame of a page of the desk.
pub fn frame(site: &Site, visitor: Visitor, code: &str, work: &str, lang: Lang) -> Frame {
    let here = format!("/warehouse/{}{work}", segment(code));
    Frame::new(lang, here).seen_by(visitor, site.desk().zone)
}

/// The cards, purchases and deliveries of a frozen cycle; None before the freeze.
///
/// # Errors
/// What the database says.
pub fn supply(site: &Site, db: &mut Db, row: &CycleRow) -> Result<Option<Book>, WebError> {
    if !row.card().state.is_frozen() {
        return Ok(None);
    }
    Ok(Some(frozen_book(db, &site.desk(), &row.cycle_code, None, Want::Supply, Step::PrintSheets)?))
}

/// Whether the one who looks may also do it.
pub fn may(caller: &Caller, operation: Operation) -> bool {
    match &caller.principal {
        Principal::Person { roles, .. } => operation.widest(roles).is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Zone;

    fn cycle(code: &str, state: CycleState, cutoff: &str) -> CycleRow {
        let at = Zone::default().parse(cutoff).expect("a time").0;
        CycleRow {
            id: 1,
            cycle_code: code.to_owned(),
            name: String::new(),
            state: state.code().to_owned(),
            version: 0,
            opens_at: at - 1,
            cutoff_at: at,
            pickup_date: "2026-11-23".to_owned(),
            payment: "at_pickup".to_owned(),
            rounding: "up".to_owned(),
            shortage_rule: "first_paid".to_owned(),
            pay_grace_min: 3,
            pay_within_min: 15,
            after_sales_days: None,
            auto_send: false,
            frozen_at: state.is_frozen().then_some(at),
        }
    }

    #[test]
    fn the_desk_shows_the_night_that_is_worked_on() {
        let now = Zone::default().parse("2026-11-23 02:00").expect("a time");
        let check = |rows: &[(&str, CycleState, &str)], want: Option<&str>| {
            let rows: Vec<CycleRow> = rows.iter().map(|(code, state, cutoff)| cycle(code, *state, cutoff)).collect();
            assert_eq!(tonight(&rows, now).map(|row| row.cycle_code.as_str()), want);
        };
        use CycleState::{Cancelled, Draft, Frozen, Open, Settled};
        check(&[], None);
        check(&[("next", Open, "2026-11-23 23:00"), ("last", Frozen, "2026-11-22 23:00")], Some("last"));
        check(&[("late", Open, "2026-11-24 23:00"), ("next", Open, "2026-11-23 23:00")], Some("next"));
        check(&[("next", Open, "2026-11-23 23:00"), ("old", Frozen, "2026-11-20 23:00")], Some("next"));
        check(&[("off", Cancelled, "2026-11-22 23:00"), ("done", Settled, "2026-11-21 23:00")], Some("done"));
        check(&[("new", Draft, "2026-11-24 23:00")], Some("new"));
    }
}
