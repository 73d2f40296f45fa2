//! 错货: what came that nobody ordered, and the buyer's word on it. Both are kept; neither changes what was received.

use chrono::Duration;

use crate::domain::account::shown_line;
use crate::domain::errors::RuleError;
use crate::domain::money::Fen;
use crate::domain::paper::WrongWord;
use crate::domain::time::Moment;
use crate::flow::answered::event_reused;
use crate::flow::load_cycle::card;
use crate::flow::people::{missing, refused};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::ids::IdMaker;
use crate::store::offers;
use crate::store::supply::purchase_named;
use crate::store::wrong_goods::{self, WordRow, WrongRow};

/// How long the desk waits for the buyer where it names no time.
const WAIT: Duration = Duration::minutes(30);
/// Characters of what came.
const WHAT_MAX: usize = 80;
/// Pieces of one report.
const QTY_MAX: u32 = 1_000_000;

/// What came.
#[derive(Clone, Debug)]
pub struct WrongGoods<'a> {
    /// The sender's own name for the report: the same again is nothing new.
    pub event_id: &'a str,
    pub what: &'a str,
    pub qty: u32,
    /// The purchase order it came with.
    pub po_no: Option<&'a str>,
    /// The goods it came instead of, by SKU code.
    pub instead_of: Option<&'a str>,
    /// None: half an hour from now.
    pub wait_until: Option<Moment>,
    pub user_id: Option<i64>,
}

/// Notes what came; returns its id.
///
/// # Errors
/// `not_found` for a cycle, purchase order or offer; `bad_wrong_goods` for no words or pieces;
/// `key_reused` where the report's name was given to another one.
pub fn report_wrong_goods(db: &mut Db, desk: &Desk, cycle_code: &str, new: &WrongGoods<'_>) -> Result<i64, FlowError> {
    let what = shown_line(new.what, WHAT_MAX).filter(|_| (1..=QTY_MAX).contains(&new.qty)).ok_or_else(bad)?;
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    db.write(|db| {
        let cycle = card(db, cycle_code)?;
        let po_id = match new.po_no {
            Some(no) => {
                let found = purchase_named(db, cycle.id, no)?;
                Some(found.ok_or_else(|| missing("采购单", "purchase order", no))?)
            }
            None => None,
        };
        let offer_no = match new.instead_of {
            Some(code) => {
                let found = offers::of_sku(db, cycle.id, code)?;
                Some(found.ok_or_else(|| missing("商品", "SKU", code))?)
            }
            None => None,
        };
        let row = WrongRow {
            id,
            event_id: new.event_id.to_owned(),
            cycle_id: cycle.id,
            po_id,
            offer_no,
            what: what.clone(),
            qty: i64::from(new.qty),
            wait_until: new.wait_until.unwrap_or_else(|| desk.now.plus(WAIT)).0,
            user_id: new.user_id,
            found_at: desk.now.0,
        };
        if let Some(known) = wrong_goods::reported(db, new.event_id)? {
            return if is_same(&known, &row, new.wait_until) { Ok(known.id) } else { Err(event_reused().into()) };
        }
        wrong_goods::insert(db, &row)?;
        Ok(id)
    })
}

/// Whether a report was noted as it is sent now; a time that was not named says nothing.
fn is_same(known: &WrongRow, row: &WrongRow, wait_until: Option<Moment>) -> bool {
    let said = |row: &WrongRow| (row.cycle_id, row.po_id, row.offer_no, row.what.clone(), row.qty);
    said(known) == said(row) && wait_until.is_none_or(|at| at.0 == known.wait_until)
}

/// Notes the buyer's word; a later one takes the place of an earlier one, the same again is nothing new.
///
/// # Errors
/// `not_found`; `give_back_missing` where goods are sent out instead of others and nobody said what goes back a piece.
pub fn decide_wrong_goods(
    db: &mut Db,
    desk: &Desk,
    id: i64,
    (word, give_back): (WrongWord, Option<Fen>),
    user_id: Option<i64>,
) -> Result<(), FlowError> {
    let give_back = give_back.filter(|_| word == WrongWord::Substitute);
    if (word == WrongWord::Substitute) != give_back.is_some_and(|amount| amount.0 >= 0) {
        return Err(refused(
            "give_back_missing",
            "替代发货要写明每件退多少差价，没有差价写 0",
            "say how much goes back for each piece that is sent out instead; 0 for nothing",
        )
        .into());
    }
    db.write(|db| {
        let wrong = wrong_goods::find(db, id)?.ok_or_else(|| missing("错货", "wrong goods", &id.to_string()))?;
        let last = wrong_goods::words(db, &[wrong.id])?.remove(&wrong.id);
        let said = (word.code(), give_back.map(|amount| amount.0));
        if last.as_ref().is_some_and(|last| (last.word.as_str(), last.give_back_fen) == said) {
            return Ok(());
        }
        let row = WordRow {
            wrong_id: wrong.id,
            seq: last.map_or(1, |last| last.seq + 1),
            word: said.0.to_owned(),
            give_back_fen: said.1,
            user_id,
            said_at: desk.now.0,
        };
        Ok::<_, FlowError>(wrong_goods::say(db, &row)?)
    })
}

fn bad() -> RuleError {
    refused(
        "bad_wrong_goods",
        "请写来的是什么（1–80 字）和多少件（1–1000000）",
        "say what came (1 to 80 characters) and how many (1 to 1,000,000)",
    )
}
