//! 截单之后: closing figures, draft purchase orders, and, where the cycle says so, their sending.

use chrono::Duration;

use crate::domain::states::CycleState;
use crate::flow::cutoff::{BY_THE_CLOCK, cutoff};
use crate::flow::load_cycle::{card, row};
use crate::flow::procure::procure;
use crate::flow::send_purchases::{Chosen, SentPurchases, send_purchases};
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::clocks;

/// A freeze that lies further back is history: whoever froze it goes on by hand.
const FRESH: Duration = Duration::hours(24);

/// Codes of the cycles that were frozen of late and wait for the work after it.
///
/// # Errors
/// What the database says.
pub fn unprepared(db: &mut Db, desk: &Desk) -> Result<Vec<String>, FlowError> {
    Ok(clocks::unprepared(db, desk.now.plus(-FRESH))?)
}

/// What was prepared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// Whether draft purchase orders were written now.
    pub is_procured: bool,
    /// What `auto_send` sent.
    pub sent: SentPurchases,
}

/// Does what follows a freeze, or what a server that broke down left of it. Each part happens once, however often it is
/// called; where people have gone on by hand, it leaves their work alone.
///
/// # Errors
/// `not_found`; `wrong_state` before the freeze; whatever keeps a part from happening. The next call goes on from there.
pub fn prepare_cycle(db: &mut Db, desk: &Desk, cycle_code: &str) -> Result<Prepared, FlowError> {
    let mut prepared = Prepared::default();
    let closed = cutoff(db, desk, BY_THE_CLOCK, cycle_code)?;
    if closed.cycle.state == CycleState::Frozen {
        prepared.is_procured = procure(db, desk, cycle_code, false)?.is_changed;
    }
    let cycle = row(db, cycle_code)?;
    if cycle.auto_send && card(db, cycle_code)?.state == CycleState::Procured {
        prepared.sent = send_purchases(db, desk, cycle_code, Chosen::default())?;
    }
    db.write(|db| clocks::set_prepared(db, cycle.id, desk.now))?;
    Ok(prepared)
}
