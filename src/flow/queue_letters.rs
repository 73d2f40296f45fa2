//! Letters that steps want sent: queued in the step's own transaction, rendered and sent later.

use std::collections::BTreeMap;

use crate::domain::access::Role;
use crate::domain::book::{Book, PurchaseOrder};
use crate::domain::documents::difference_key;
use crate::domain::letters::{Addressee, Template, address_fault};
use crate::domain::states::PurchaseOrderState;
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError};
use crate::store::ids::IdMaker;
use crate::store::master;
use crate::store::outbox::{NewLetter, queue};
use crate::store::supply::purchase_states;

/// A purchase order that no mail can bring to its supplier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithoutMail {
    pub po_no: String,
    pub supplier_code: String,
    pub supplier: String,
    /// `no_address` or `bad_address`.
    pub fault: &'static str,
}

/// A letter about a cycle as it stood at a version.
fn about(book: &Book, version: u32, id: i64, key: String, template: Template, to: Addressee) -> NewLetter {
    NewLetter {
        id,
        business_key: format!("{}:{key}", template.code()),
        template,
        to,
        cycle_id: Some(book.cycle.id),
        po_id: None,
        version: Some(version),
        sealed: None,
        fault: None,
    }
}

/// Queues a letter for each purchase order, whole or only what changed of it at this version. Those that cannot be
/// mailed are dead from the start, and told.
fn to_suppliers(
    db: &mut Db,
    ids: &mut IdMaker,
    now: Moment,
    (book, version): (&Book, u32),
    template: Template,
    orders: &[&PurchaseOrder],
) -> Result<Vec<WithoutMail>, StoreError> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let emails: BTreeMap<i64, Option<String>> =
        master::supplier::all(db)?.into_iter().map(|row| (row.id, row.email)).collect();
    let (mut letters, mut without) = (Vec::new(), Vec::new());
    for po in orders {
        let supplier = &book.suppliers[po.supplier_ix as usize];
        let fault = address_fault(emails.get(&supplier.id).and_then(Option::as_deref));
        if let Some(fault) = fault {
            without.push(WithoutMail {
                po_no: po.po_no.clone(),
                supplier_code: supplier.supplier_code.clone(),
                supplier: supplier.name.clone(),
                fault,
            });
        }
        let key = match template {
            Template::PurchaseChange => difference_key(&po.po_no, version),
            _ => po.po_no.clone(),
        };
        let letter = about(book, version, ids.next_id(), key, template, Addressee::Supplier(supplier.id));
        letters.push(NewLetter { po_id: Some(po.id), fault, ..letter });
    }
    queue(db, &letters, now)?;
    Ok(without)
}

/// Queues purchase orders that leave the house now.
pub fn purchases_sent(
    db: &mut Db,
    ids: &mut IdMaker,
    now: Moment,
    book: &Book,
    orders: &[&PurchaseOrder],
) -> Result<Vec<WithoutMail>, StoreError> {
    to_suppliers(db, ids, now, (book, book.cycle.version), Template::PurchaseOrder, orders)
}

/// Queues what a step changed, at this version, of purchase orders that had left the house: their suppliers get only
/// the difference. `book` is as it stands after the step; `changed` names its purchase orders by (warehouse, supplier).
pub fn purchases_changed<'k>(
    db: &mut Db,
    ids: &mut IdMaker,
    now: Moment,
    (book, version): (&Book, u32),
    changed: impl Iterator<Item = &'k (u32, u32)>,
) -> Result<(), StoreError> {
    let keys: Vec<&(u32, u32)> = changed.collect();
    // What the book was read with may be out of date: an order sent meanwhile does not change the cycle's version.
    let states = purchase_states(db, book.cycle.id)?;
    let has_left = |po: &&PurchaseOrder| states.get(&po.id).is_some_and(|state| *state != PurchaseOrderState::Draft);
    let orders: Vec<&PurchaseOrder> = book
        .purchase_orders
        .iter()
        .filter(|po| keys.contains(&&(po.warehouse_ix, po.supplier_ix)))
        .filter(has_left)
        .collect();
    to_suppliers(db, ids, now, (book, version), Template::PurchaseChange, &orders)?;
    Ok(())
}

/// Queues the procurement summary of a cycle for the buyers; once a cycle.
pub fn summary_ready(
    db: &mut Db,
    ids: &mut IdMaker,
    now: Moment,
    (book, version): (&Book, u32),
) -> Result<(), StoreError> {
    let (key, to) = (book.cycle.cycle_code.clone(), Addressee::Role(Role::Buyer));
    let letter = about(book, version, ids.next_id(), key, Template::ProcurementSummary, to);
    queue(db, &[letter], now).map(|_| ())
}

/// Queues the sheets of the night for the warehouse, as they stand at this version.
pub fn sheets_ready(
    db: &mut Db,
    ids: &mut IdMaker,
    now: Moment,
    (book, version): (&Book, u32),
) -> Result<(), StoreError> {
    let key = format!("{}-v{version}", book.cycle.cycle_code);
    let letter = about(book, version, ids.next_id(), key, Template::NightPack, Addressee::Role(Role::Warehouse));
    queue(db, &[letter], now).map(|_| ())
}

/// Queues a reminder for each of these leaders, once a cycle.
pub fn remind_leaders(
    db: &mut Db,
    ids: &mut IdMaker,
    now: Moment,
    (cycle_id, cycle_code): (i64, &str),
    leaders: &[(i64, String)],
) -> Result<usize, StoreError> {
    let letter = |(leader_id, leader_code): &(i64, String)| NewLetter {
        id: ids.next_id(),
        business_key: format!("{}:{cycle_code}:{leader_code}", Template::CutoffReminder.code()),
        template: Template::CutoffReminder,
        to: Addressee::Leader(*leader_id),
        cycle_id: Some(cycle_id),
        po_id: None,
        version: None,
        sealed: None,
        fault: None,
    };
    let letters: Vec<NewLetter> = leaders.iter().map(letter).collect();
    queue(db, &letters, now)
}

/// What a secret is sealed for that a letter carries.
pub const IN_LETTERS: &str = "secret-in-letter";

/// An invitation to someone who has an address.
#[derive(Clone, Debug)]
pub struct InviteLetter {
    pub id: i64,
    pub user_id: i64,
    pub invitation_id: i64,
    /// The token of the link, sealed for [`IN_LETTERS`] and its user: a letter's row never holds it openly.
    pub sealed_token: String,
}

/// Queues an invitation. Part of the transaction that makes it.
///
/// # Errors
/// What the database says.
pub fn queue_invite(db: &mut Db, now: Moment, invite: InviteLetter) -> Result<(), StoreError> {
    let letter = NewLetter {
        id: invite.id,
        business_key: format!("{}:{}", Template::Invite.code(), invite.invitation_id),
        template: Template::Invite,
        to: Addressee::User(invite.user_id),
        cycle_id: None,
        po_id: None,
        version: None,
        sealed: Some(invite.sealed_token),
        fault: None,
    };
    queue(db, &[letter], now).map(|_| ())
}
