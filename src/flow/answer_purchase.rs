//! 供应商回复: a supplier says per line how many of the cases it will deliver. Fewer lower what is planned, as the
//! buyer's own edit does; the same answer again changes nothing.

use std::collections::HashMap;

use crate::domain::book::{Book, PurchaseOrder, PurchaseOrderLine};
use crate::domain::errors::Step;
use crate::domain::purchase_answers::{Answer, Standing};
use crate::domain::reason::Reason;
use crate::domain::states::PurchaseOrderState;
use crate::domain::time::Moment;
use crate::flow::edit_plan::{Edit, apply, enter};
use crate::flow::load_cycle::{book_within, card, frozen_book};
use crate::flow::people::refused;
use crate::flow::procure::need_plan;
use crate::flow::purchase_links::{Opened, link_over};
use crate::flow::{Desk, FlowError, until_saved};
use crate::store::backend::{Db, StoreError};
use crate::store::book::Want;
use crate::store::purchase_answers::{self, AnswerRow};
use crate::store::supply::{purchase_states, set_purchase_state};

/// What a supplier answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// Cases that will come, by line_no.
    pub cases: Vec<(u32, u64)>,
    /// Cases that the supplier was shown as asked for, by line_no: only that is answered.
    pub seen: Vec<(u32, u64)>,
    /// Whether every line that has no answer yet will come in full.
    pub is_rest_accepted: bool,
}

/// Where the lines of a cycle's purchase orders stand with their suppliers.
#[derive(Clone, Debug, Default)]
pub struct Standings {
    newest: HashMap<(i64, i32), AnswerRow>,
    versions: HashMap<(i64, i32), i32>,
}

impl Standings {
    /// Reads them; call it in the snapshot of the book it is asked about.
    ///
    /// # Errors
    /// What the database says.
    pub fn read(db: &mut Db, cycle_id: i64) -> Result<Standings, StoreError> {
        let versions = purchase_answers::line_versions(db, cycle_id)?;
        let answers = purchase_answers::answers_of(db, cycle_id)?;
        let newest = answers.into_iter().map(|row| ((row.po_id, row.line_no), row)).collect();
        Ok(Standings { newest, versions })
    }

    /// Where a line stands.
    pub fn of(&self, po: &PurchaseOrder, line: &PurchaseOrderLine) -> Standing {
        let key = (po.id, line.line_no as i32);
        let newest = self.newest.get(&key).map(|row| Answer {
            version: row.version.unsigned_abs(),
            asked_cases: row.asked_cases.unsigned_abs(),
            cases: row.cases.unsigned_abs(),
        });
        Standing::of(line.cases, self.versions.get(&key).map_or(0, |version| version.unsigned_abs()), newest)
    }

    /// When a purchase order was last answered, if it was.
    pub fn answered_at(&self, po_id: i64) -> Option<Moment> {
        self.newest.values().filter(|row| row.po_id == po_id).map(|row| Moment(row.answered_at)).max()
    }

    fn next_no(&self, po_id: i64, line_no: u32) -> i32 {
        self.newest.get(&(po_id, line_no as i32)).map_or(1, |row| row.answer_no + 1)
    }
}

/// Enters what a supplier answers.
///
/// # Errors
/// `answer_over` for a line whose goods were counted to the end; `answer_too_many` for more cases than were asked for;
/// `answer_outdated` for a line that asks for something else by now than the supplier was shown; `wrong_state` where the
/// cycle has no plan. Nothing was then entered.
pub fn answer_purchase(db: &mut Db, desk: &Desk, opened: &Opened, answered: &Answered) -> Result<(), FlowError> {
    until_saved(|| {
        let (supply, standings) = db.read(|db| {
            let book = book_within(db, desk, &opened.cycle_code, None, Want::Supply, Step::Plan)?;
            let standings = Standings::read(db, book.cycle.id)?;
            Ok::<_, FlowError>((book, standings))
        })?;
        need_plan(&supply, Step::Plan)?;
        let po = supply.purchase_orders.iter().find(|po| po.id == opened.po_id).ok_or_else(link_over)?;
        let news = decide(po, &standings, answered)?;
        if news.is_empty() {
            return Ok(Some(()));
        }
        let is_whole = is_answered(po, &standings, &news);
        if news.iter().all(|(line, _, cases)| line.cases == *cases) {
            return enter_answers(db, desk, opened, &supply, &rows(po, &standings, &news, desk), is_whole);
        }
        // What is planned changes, and with it sheets that are made of the orders' lines.
        let mut book = frozen_book(db, desk, &opened.cycle_code, None, Want::Demand, Step::Plan)?;
        if book.cycle.version != supply.cycle.version {
            return Ok(None);
        }
        let answers = rows(po, &standings, &news, desk);
        let edits = apply(&mut book, edits(po, &news), Reason::Shortage);
        db.write(|db| {
            if !are_next(db, book.cycle.id, &answers)? {
                return Ok(None);
            }
            let Some(version) = enter(db, desk, &book, &edits)? else { return Ok(None) };
            write_answers(db, desk, opened, book.cycle.id, &answers, (version, is_whole))?;
            Ok(Some(()))
        })
    })
}

/// A line that gets a new answer, the cases it was asked for, and those that will come.
type New<'b> = (&'b PurchaseOrderLine, u64, u64);

fn decide<'b>(po: &'b PurchaseOrder, standings: &Standings, answered: &Answered) -> Result<Vec<New<'b>>, FlowError> {
    let mut news = Vec::new();
    for line in &po.lines {
        let standing = standings.of(po, line);
        let of_line = |rows: &[(u32, u64)]| rows.iter().find(|row| row.0 == line.line_no).map(|row| row.1);
        let given = of_line(&answered.cases);
        let is_rest = answered.is_rest_accepted && standing.is_awaited() && !line.is_closed;
        let Some(cases) = given.or_else(|| is_rest.then_some(standing.asked_cases)) else { continue };
        if standing.answered == Some(cases) {
            continue;
        }
        if line.is_closed || po.state == PurchaseOrderState::Closed {
            let (zh, en) = ("货已收齐，不能再改回复；有出入请打电话", "the goods were counted; please call instead");
            return Err(refused("answer_over", zh, en).into());
        }
        if of_line(&answered.seen) != Some(standing.asked_cases) {
            let (zh, en) = ("采购刚改了箱数，请看新的数再回复", "the cases were just changed; look at the new figures");
            return Err(refused("answer_outdated", zh, en).into());
        }
        if cases > standing.asked_cases {
            let (zh, en) = ("回复的箱数比订的多，请改成不超过订的箱数", "more cases than were asked for");
            return Err(refused("answer_too_many", zh, en).into());
        }
        news.push((line, standing.asked_cases, cases));
    }
    Ok(news)
}

/// Whether every line has an answer once the new ones are entered.
fn is_answered(po: &PurchaseOrder, standings: &Standings, news: &[New<'_>]) -> bool {
    let is_new = |line: &PurchaseOrderLine| news.iter().any(|(new, ..)| new.line_no == line.line_no);
    po.lines.iter().all(|line| is_new(line) || line.is_closed || !standings.of(po, line).is_awaited())
}

fn edits(po: &PurchaseOrder, news: &[New<'_>]) -> Vec<Edit> {
    let edit = |(line, asked, cases): &New<'_>| Edit {
        warehouse_ix: po.warehouse_ix,
        supplier_ix: po.supplier_ix,
        offer_ix: line.offer_ix,
        cases: *cases,
        reason: match *cases {
            0 => format!("供应商没有（订 {asked} 箱）"),
            cases if cases < *asked => format!("供应商只有 {cases} 箱（订 {asked} 箱）"),
            cases => format!("供应商改回 {cases} 箱"),
        },
    };
    news.iter().filter(|(line, _, cases)| line.cases != *cases).map(edit).collect()
}

fn rows(po: &PurchaseOrder, standings: &Standings, news: &[New<'_>], desk: &Desk) -> Vec<AnswerRow> {
    let row = |(line, asked, cases): &New<'_>| AnswerRow {
        cycle_id: 0,
        po_id: po.id,
        line_no: line.line_no as i32,
        answer_no: standings.next_no(po.id, line.line_no),
        version: 0,
        asked_cases: *asked as i64,
        cases: *cases as i64,
        answered_at: desk.now.0,
    };
    news.iter().map(row).collect()
}

/// Enters answers that change no plan; None if another step came first.
fn enter_answers(
    db: &mut Db,
    desk: &Desk,
    opened: &Opened,
    book: &Book,
    answers: &[AnswerRow],
    is_whole: bool,
) -> Result<Option<()>, FlowError> {
    db.write(|db| {
        let cycle = card(db, &opened.cycle_code)?;
        if cycle.version != book.cycle.version || !are_next(db, cycle.id, answers)? {
            return Ok(None);
        }
        write_answers(db, desk, opened, cycle.id, answers, (cycle.version, is_whole))?;
        Ok(Some(()))
    })
}

/// Whether nobody has answered these lines meanwhile: of two same answers at once the second decides anew.
fn are_next(db: &mut Db, cycle_id: i64, answers: &[AnswerRow]) -> Result<bool, FlowError> {
    let standings = Standings::read(db, cycle_id)?;
    Ok(answers.iter().all(|row| standings.next_no(row.po_id, row.line_no.unsigned_abs()) == row.answer_no))
}

fn write_answers(
    db: &mut Db,
    desk: &Desk,
    opened: &Opened,
    cycle_id: i64,
    answers: &[AnswerRow],
    (version, is_whole): (u32, bool),
) -> Result<(), FlowError> {
    let entered = |row: &AnswerRow| AnswerRow { cycle_id, version: version as i32, ..row.clone() };
    purchase_answers::add_answers(db, &answers.iter().map(entered).collect::<Vec<_>>())?;
    purchase_answers::note_read(db, opened.link_id, desk.now)?;
    let state = purchase_states(db, cycle_id)?.get(&opened.po_id).copied();
    if is_whole && state == Some(PurchaseOrderState::Sent) {
        set_purchase_state(db, opened.po_id, PurchaseOrderState::Accepted, None)?;
    }
    Ok(())
}
