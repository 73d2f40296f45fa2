//! Finding a cycle and reading its book, for steps and for whoever only looks.

use crate::domain::book::Book;
use crate::domain::errors::{RuleError, StateName, Step};
use crate::domain::facts::Cycle;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::book::{self, Want};
use crate::store::cycles::{self, CycleRow};

/// The cycle's row.
///
/// # Errors
/// `not_found`.
pub fn row(db: &mut Db, cycle_code: &str) -> Result<CycleRow, FlowError> {
    let thing = StateName { code: "cycle", zh: "团期" };
    let missing = || RuleError::NotFound { thing, key: cycle_code.to_owned() };
    Ok(cycles::find(db, cycle_code)?.ok_or_else(missing)?)
}

/// The cycle's card.
///
/// # Errors
/// `not_found`.
pub fn card(db: &mut Db, cycle_code: &str) -> Result<Cycle, FlowError> {
    Ok(row(db, cycle_code)?.card())
}

/// The book of a frozen cycle, read from one snapshot.
///
/// # Errors
/// `not_found`; `wrong_state` before the freeze, in the words of `step`.
pub fn frozen_book(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    version: Option<u32>,
    want: Want,
    step: Step,
) -> Result<Book, FlowError> {
    db.read(|db| book_within(db, desk, cycle_code, version, want, step))
}

/// The same, for whoever reads more in the same snapshot.
///
/// # Errors
/// As [`frozen_book`].
pub fn book_within(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    version: Option<u32>,
    want: Want,
    step: Step,
) -> Result<Book, FlowError> {
    let cycle = card(db, cycle_code)?;
    if !cycle.state.is_frozen() {
        return Err(refused(&cycle, step).into());
    }
    Ok(book::load(db, &cycle, version, want, desk.zone)?)
}

/// The refusal of a step by the cycle's state.
pub fn refused(cycle: &Cycle, step: Step) -> RuleError {
    RuleError::StepRefused { cycle_code: cycle.cycle_code.clone(), state: cycle.state, step }
}
