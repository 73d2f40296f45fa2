//! 发采购单: draft purchase orders leave the house, each in a letter to its supplier and under a link to answer by.

use crate::domain::book::{Book, PurchaseOrder};
use crate::domain::errors::{RuleError, StateName, Step};
use crate::domain::states::PurchaseOrderState;
use crate::flow::load_cycle::{card, frozen_book};
use crate::flow::procure::need_plan;
use crate::flow::purchase_links::new_link;
use crate::flow::queue_letters::{WithoutMail, purchases_sent, sheets_ready};
use crate::flow::{Desk, FlowError, until_saved};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::ids::IdMaker;
use crate::store::purchase_answers::add_links;
use crate::store::supply::send_draft;

/// What sending did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentPurchases {
    /// Numbers of the purchase orders sent now.
    pub po_nos: Vec<String>,
    /// Those of them that no mail can bring to their supplier: somebody has to call.
    pub without_mail: Vec<WithoutMail>,
}

/// Which drafts leave the house; by default all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen<'a> {
    /// Those of one supplier.
    pub supplier_code: Option<&'a str>,
    /// One purchase order.
    pub po_no: Option<&'a str>,
}

/// Marks the chosen drafts of a cycle as sent, makes their links and queues their letters.
///
/// # Errors
/// `not_found` for the cycle, the supplier or the purchase order; `wrong_state` before `procure`.
pub fn send_purchases(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    chosen: Chosen<'_>,
) -> Result<SentPurchases, FlowError> {
    until_saved(|| {
        let book = frozen_book(db, desk, cycle_code, None, Want::Supply, Step::Send)?;
        need_plan(&book, Step::Send)?;
        let drafts = drafts(&book, chosen)?;
        if drafts.is_empty() {
            return Ok(Some(SentPurchases::default()));
        }
        let mut ids = IdMaker::lease(db, desk.now)?;
        let sent = db.write(|db| -> Result<Option<SentPurchases>, FlowError> {
            // The letters show the plan that was read: an edit that came in between must be read first.
            if card(db, cycle_code)?.version != book.cycle.version {
                return Ok(None);
            }
            let mut leaving = Vec::new();
            for po in &drafts {
                if send_draft(db, po.id, desk.now)? {
                    leaving.push(*po);
                }
            }
            let link = |po: &&PurchaseOrder| new_link(ids.next_id(), po.id, desk.now);
            add_links(db, &leaving.iter().map(link).collect::<Vec<_>>())?;
            let without_mail = purchases_sent(db, &mut ids, desk.now, &book, &leaving)?;
            if !leaving.is_empty() {
                sheets_ready(db, &mut ids, desk.now, (&book, book.cycle.version))?;
            }
            let po_nos = leaving.into_iter().map(|po| po.po_no.clone()).collect();
            Ok(Some(SentPurchases { po_nos, without_mail }))
        })?;
        ids.release(db)?;
        Ok(sent)
    })
}

fn drafts<'b>(book: &'b Book, which: Chosen<'_>) -> Result<Vec<&'b PurchaseOrder>, FlowError> {
    let of_supplier = |po: &PurchaseOrder| {
        which.supplier_code.is_none_or(|code| book.suppliers[po.supplier_ix as usize].supplier_code == code)
    };
    let is_named = |po: &PurchaseOrder| which.po_no.is_none_or(|po_no| po.po_no == po_no);
    let chosen: Vec<_> = book.purchase_orders.iter().filter(|po| of_supplier(po) && is_named(po)).collect();
    let missing = match which {
        Chosen { po_no: Some(po_no), .. } => Some((StateName { code: "purchase order", zh: "采购单" }, po_no)),
        Chosen { supplier_code: Some(code), .. } => {
            Some((StateName { code: "supplier with a purchase order", zh: "有采购单的供应商" }, code))
        }
        _ => None,
    };
    if let (Some((thing, key)), true) = (missing, chosen.is_empty()) {
        return Err(RuleError::NotFound { thing, key: key.to_owned() }.into());
    }
    Ok(chosen.into_iter().filter(|po| po.state == PurchaseOrderState::Draft).collect())
}
