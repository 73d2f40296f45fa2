//! 开团: a draft cycle begins to take orders.

use crate::domain::errors::Step;
use crate::domain::states::CycleState;
use crate::domain::window::opened_at;
use crate::flow::load_cycle::{card, refused};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::cycles;

/// Opens a cycle by hand; an open one stays as it is. Returns whether it was opened now.
///
/// # Errors
/// `not_found`; `wrong_state` from the freeze on.
pub fn open_cycle(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<bool, FlowError> {
    db.write(|db| {
        let cycle = card(db, cycle_code)?;
        match cycle.state {
            CycleState::Open => Ok(false),
            CycleState::Draft => Ok(cycles::open(db, cycle.id, opened_at(cycle.opens_at, desk.now))?),
            _ => Err(refused(&cycle, Step::Open).into()),
        }
    })
}
