//! Links for suppliers: each purchase order that was sent has one, which can be taken back and made anew.

use crate::domain::errors::{RuleError, StateName};
use crate::domain::purchase_link;
use crate::domain::server_key::ServerKey;
use crate::domain::states::CycleState;
use crate::domain::time::Moment;
use crate::flow::people::refused;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::cycles;
use crate::store::ids::IdMaker;
use crate::store::purchase_answers::{self, LinkRow, add_links};
use crate::store::security_log::{self, Entry};

/// A link that nobody has looked at.
pub fn new_link(id: i64, po_id: i64, at: Moment) -> LinkRow {
    LinkRow { id, po_id, made_at: at.0, read_at: None, revoked_at: None }
}

/// What an open link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub link_id: i64,
    pub po_id: i64,
    pub cycle_code: String,
}

/// What a link's token opens. It serves until it is taken back or its cycle ends.
///
/// # Errors
/// `purchase_link_over`, whatever the reason.
pub fn opened(db: &mut Db, key: &ServerKey, token: &str) -> Result<Opened, FlowError> {
    let link_id = purchase_link::link_id(key, token).ok_or_else(link_over)?;
    let (link, cycle_id) = purchase_answers::link(db, link_id)?.ok_or_else(link_over)?;
    let cycle = cycles::by_id(db, cycle_id)?.ok_or_else(link_over)?.card();
    let is_over = matches!(cycle.state, CycleState::Settled | CycleState::Cancelled);
    if link.revoked_at.is_some() || is_over {
        return Err(link_over().into());
    }
    Ok(Opened { link_id, po_id: link.po_id, cycle_code: cycle.cycle_code })
}

/// Notes that the supplier looks at the order; only the first look counts.
///
/// # Errors
/// What the database says.
pub fn note_read(db: &mut Db, desk: &Desk, opened: &Opened) -> Result<(), FlowError> {
    db.write(|db| Ok(purchase_answers::note_read(db, opened.link_id, desk.now)?))
}

/// Takes back the links of a purchase order and makes a new one; only takes them back where `is_renewed` is false.
///
/// # Errors
/// `not_found`; `purchase_not_sent` for one that never left the house, whatever became of it since.
pub fn replace_link(
    db: &mut Db,
    desk: &Desk,
    actor: &str,
    po_no: &str,
    is_renewed: bool,
) -> Result<Option<i64>, FlowError> {
    let thing = StateName { code: "purchase order", zh: "采购单" };
    let mut ids = IdMaker::lease(db, desk.now)?;
    let id = ids.next_id();
    ids.release(db)?;
    db.write(|db| {
        let missing = || RuleError::NotFound { thing, key: po_no.to_owned() };
        let (po_id, sent_at) = purchase_answers::order_named(db, po_no)?.ok_or_else(missing)?;
        if sent_at.is_none() {
            let (zh, en) = ("采购单还没发出，发出后才有链接", "the purchase order was not sent yet");
            return Err(refused("purchase_not_sent", zh, en).into());
        }
        purchase_answers::revoke_links(db, po_id, desk.now)?;
        if is_renewed {
            add_links(db, &[new_link(id, po_id, desk.now)])?;
        }
        let act = if is_renewed { "purchase_link_made" } else { "purchase_link_revoked" };
        let entry = Entry { act, actor, subject: po_no, ..Entry::default() };
        security_log::append(db, desk.now, entry)?;
        Ok::<_, FlowError>(is_renewed.then_some(id))
    })
}

/// What is said of a link that leads nowhere, whatever the reason.
pub fn link_over() -> RuleError {
    refused(
        "purchase_link_over",
        "这个链接已失效，请向采购要新的链接",
        "this link does not serve any more; ask the buyer for a new one",
    )
}
