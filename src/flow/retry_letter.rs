//! A letter that did not arrive, or that waits, is sent again on somebody's word.

use crate::domain::errors::{RuleError, StateName};
use crate::domain::letters::LetterState;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::outbox::{self, Letter};

/// Queues a dead or waiting letter at once, for another day of tries, under the same Message-ID.
///
/// # Errors
/// `not_found`; `wrong_state` for one that was sent, or is being sent at this moment.
pub fn retry_letter(db: &mut Db, desk: &Desk, id: i64) -> Result<Letter, FlowError> {
    let thing = StateName { code: "letter", zh: "邮件" };
    let missing = || RuleError::NotFound { thing, key: id.to_string() };
    db.write(|db| {
        let letter = outbox::find(db, id)?.ok_or_else(missing)?;
        let state = letter.state();
        let may = matches!(state, LetterState::Dead | LetterState::Queued);
        if !may || !outbox::queue_again(db, id, state, desk.now)? {
            let (from, to) = (state.name(), LetterState::Queued.name());
            return Err(RuleError::IllegalMove { thing, key: id.to_string(), from, to }.into());
        }
        Ok(outbox::find(db, id)?.ok_or_else(missing)?)
    })
}
