//! 发采购单: draft purchase orders are marked as sent.

use crate::domain::errors::{RuleError, StateName, Step};
use crate::domain::states::PurchaseOrderState;
use crate::flow::load_cycle::frozen_book;
use crate::flow::procure::need_plan;
use crate::flow::{Desk, FlowError};
use crate::store::backend::Db;
use crate::store::book::Want;
use crate::store::supply::set_purchase_state;

/// Marks the drafts of a cycle, or of one supplier of it, as sent; returns the numbers of those sent now.
///
/// # Errors
/// `not_found` for the cycle or the supplier; `wrong_state` before `procure`.
pub fn send_purchases(
    db: &mut Db,
    desk: &Desk,
    cycle_code: &str,
    supplier_code: Option<&str>,
) -> Result<Vec<String>, FlowError> {
    let book = frozen_book(db, desk, cycle_code, None, Want::Supply, Step::Send)?;
    need_plan(&book, Step::Send)?;
    let of_supplier =
        |supplier_ix: u32| supplier_code.is_none_or(|code| book.suppliers[supplier_ix as usize].supplier_code == code);
    let chosen: Vec<_> = book.purchase_orders.iter().filter(|po| of_supplier(po.supplier_ix)).collect();
    if let (Some(code), true) = (supplier_code, chosen.is_empty()) {
        let thing = StateName { code: "supplier with a purchase order", zh: "有采购单的供应商" };
        return Err(RuleError::NotFound { thing, key: code.to_owned() }.into());
    }
    let drafts: Vec<_> = chosen.into_iter().filter(|po| po.state == PurchaseOrderState::Draft).collect();
    db.write(|db| {
        for po in &drafts {
            set_purchase_state(db, po.id, PurchaseOrderState::Sent, Some(desk.now))?;
        }
        Ok::<_, FlowError>(())
    })?;
    Ok(drafts.into_iter().map(|po| po.po_no.clone()).collect())
}
