//! 分配: what is there is shared out to lines; shortages, refunds and leftovers follow.

mod bounds;
mod save;
mod share;

use crate::domain::book::Book;
use crate::domain::errors::{RuleError, Step};
use crate::domain::facts::ShortageRule;
use crate::domain::money::Fen;
use crate::flow::load_cycle::{frozen_book, refused};
use crate::flow::plan_refunds::plan_refunds;
use crate::flow::{Desk, FlowError, until_saved};
use crate::store::backend::Db;
use crate::store::book::Want;

use bounds::Bounds;
use share::Shares;

/// What an allocation did.
#[derive(Clone, Debug)]
pub struct Allocated {
    /// Whether anything was written by this call.
    pub is_changed: bool,
    /// Lines whose share was changed by this call.
    pub lines_changed: u64,
    /// What this run plans to give back.
    pub refunds: Fen,
    /// The book as it stands now.
    pub book: Book,
}

/// Shares out what arrived and is expected, by the offers' rules, or by `rule` for the whole cycle. Repeated, it changes
/// only what deliveries, corrections or pins have changed meanwhile.
///
/// # Errors
/// `not_found`; `wrong_state` before goods were received and once settled.
pub fn allocate_goods(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    rule: Option<ShortageRule>,
) -> Result<Allocated, FlowError> {
    until_saved(|| {
        let mut book = frozen_book(db, desk, cycle_code, None, Want::Queue, Step::Allocate)?;
        let state = book.cycle.state.after_allocation().map_err(|_: RuleError| refused(&book.cycle, Step::Allocate))?;
        let bounds = Bounds::read(db, &book)?;
        let shares = Shares::decide(&book, &bounds, rule);
        let is_first = book.allocations.is_empty();
        let changes = shares.apply(&mut book, is_first);
        let refunds = plan_refunds(db, &book, |_| true)?;
        let amount = refunds.total();
        let done = save::save(db, desk, &mut book, (state, &bounds), &shares, &changes, &refunds)?;
        let lines_changed = shares.lines.len() as u64;
        Ok(done.map(|is_changed| Allocated { is_changed, lines_changed, refunds: amount, book }))
    })
}
