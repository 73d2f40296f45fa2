//! Writes of the facts after the freeze: purchases, deliveries, shares, refunds, stock, trips, sheets.
//! Each row is new; nothing here changes a row, except refunds that were not sent and the state of a purchase order.

use std::collections::BTreeMap;

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, RunQueryDsl};

use crate::domain::states::{PurchaseOrderState, RefundState};
use crate::domain::time::Moment;
use crate::store::backend::{Db, StoreError, insert_rows, on_either};
use crate::store::schema::*;

/// Declares rows of append-only tables and the function that adds them.
macro_rules! facts {
    ($(#[$meta:meta])* $add:ident, $row:ident, $table:ident { $($field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Insertable)]
        #[diesel(table_name = $table, treat_none_as_default_value = false)]
        pub struct $row {
            $(pub $field: $type,)+
        }

        pub fn $add(db: &mut Db, rows: &[$row]) -> Result<(), StoreError> {
            Ok(insert_rows!(db, $table::table, rows)?)
        }
    };
}

facts! {
    add_corrections, CorrectionRow, order_corrections {
        cycle_id: i64,
        order_id: i64,
        offer_no: i32,
        version: i32,
        action: String,
        line_no: i32,
        ordered_qty: i32,
        tolerance: i32,
        reason: String,
        corrected_at: i64,
    }
}

facts! {
    add_procurement, ProcurementRow, procurement_lines {
        cycle_id: i64,
        offer_no: i32,
        warehouse_id: i64,
        version: i32,
        ordered_qty: i64,
        tolerance_qty: i64,
        on_hand: i64,
        reserved_qty: i64,
        net_need: i64,
        threshold_met: bool,
        cases_suggested: i64,
        reason: String,
    }
}

facts! {
    add_purchase_orders, PurchaseOrderRow, purchase_orders {
        id: i64,
        cycle_id: i64,
        po_no: String,
        warehouse_id: i64,
        supplier_id: i64,
        state: String,
        sent_at: Option<i64>,
    }
}

facts! {
    add_purchase_lines, PurchaseLineRow, purchase_order_lines {
        cycle_id: i64,
        po_id: i64,
        line_no: i32,
        version: i32,
        offer_no: i32,
        cases: i64,
        planned_qty: i64,
        is_edited: bool,
        reason: String,
    }
}

facts! {
    add_receipts, ReceiptRow, receipt_lines {
        cycle_id: i64,
        po_id: i64,
        receipt_no: String,
        line_no: i32,
        count_no: i32,
        version: i32,
        arrived_qty: i64,
        rejected_qty: i64,
        broken_qty: i64,
        gross_g: Option<i64>,
        tare_g: Option<i64>,
        net_g: Option<i64>,
        reason_code: Option<String>,
        lot: Option<String>,
        best_before: Option<String>,
        qc: Option<String>,
        unit_price_fen: Option<i64>,
        closes: bool,
        received_at: i64,
    }
}

facts! {
    add_pins, PinRow, pins {
        cycle_id: i64,
        order_id: i64,
        offer_no: i32,
        version: i32,
        qty: i32,
        reason: String,
    }
}

facts! {
    add_offer_shares, OfferShareRow, offer_allocations {
        cycle_id: i64,
        offer_no: i32,
        warehouse_id: i64,
        version: i32,
        ordered_qty: i64,
        tolerance_qty: i64,
        supply_qty: i64,
        allocated_qty: i64,
        leftover_qty: i64,
        rule: String,
    }
}

facts! {
    add_line_shares, LineShareRow, allocations {
        cycle_id: i64,
        order_id: i64,
        offer_no: i32,
        version: i32,
        allocated_qty: i32,
        reason: &'static str,
    }
}

facts! {
    add_refunds, RefundRow, refunds {
        id: i64,
        cycle_id: i64,
        order_id: i64,
        run: i32,
        state: &'static str,
        amount_fen: i64,
    }
}

facts! {
    add_refund_lines, RefundLineRow, refund_lines {
        refund_id: i64,
        offer_no: i32,
        cause: &'static str,
        pieces: i32,
        amount_fen: i64,
    }
}

facts! {
    add_trips, TripRow, trips {
        cycle_id: i64,
        trip_no: String,
        version: i32,
        warehouse_id: i64,
        route_code: String,
        plate: Option<String>,
        driver: Option<String>,
        phone: Option<String>,
        capacity_g: Option<i64>,
        capacity_ml: Option<i64>,
        capacity_totes: Option<i32>,
    }
}

facts! {
    add_stock_moves, StockMoveRow, stock_moves {
        id: i64,
        warehouse_id: i64,
        sku_id: i64,
        kind: &'static str,
        cycle_id: Option<i64>,
        version: Option<i32>,
        qty: i64,
        lot: String,
        best_before: String,
        moved_at: i64,
    }
}

facts! {
    add_documents, DocumentRow, documents {
        cycle_id: i64,
        kind: &'static str,
        key: String,
        version: i32,
        doc_no: String,
        total_qty: i64,
    }
}

facts! {
    add_document_changes, DocumentChangeRow, document_changes {
        cycle_id: i64,
        kind: &'static str,
        key: String,
        version: i32,
        seq: i32,
        point_id: Option<i64>,
        offer_no: Option<i32>,
        order_id: Option<i64>,
        field: String,
        before_qty: i64,
        after_qty: i64,
        reason: &'static str,
    }
}

/// Moves a purchase order's state, noting when it was sent.
pub fn set_purchase_state(
    db: &mut Db,
    po_id: i64,
    state: PurchaseOrderState,
    sent_at: Option<Moment>,
) -> Result<(), StoreError> {
    use purchase_orders as t;
    let row = t::table.find(po_id);
    match sent_at {
        Some(at) => on_either!(db, conn => diesel::update(row)
            .set((t::state.eq(state.code()), t::sent_at.eq(Some(at.0))))
            .execute(conn))?,
        None => on_either!(db, conn => diesel::update(row).set(t::state.eq(state.code())).execute(conn))?,
    };
    Ok(())
}

/// Marks a draft purchase order as sent; `false` if it is no draft any more.
pub fn send_draft(db: &mut Db, po_id: i64, at: Moment) -> Result<bool, StoreError> {
    use purchase_orders as t;
    let draft = t::table.filter(t::id.eq(po_id)).filter(t::state.eq(PurchaseOrderState::Draft.code()));
    let change = (t::state.eq(PurchaseOrderState::Sent.code()), t::sent_at.eq(Some(at.0)));
    Ok(on_either!(db, conn => diesel::update(draft).set(change).execute(conn))? == 1)
}

/// How far each purchase order of a cycle has come, by id.
pub fn purchase_states(db: &mut Db, cycle_id: i64) -> Result<BTreeMap<i64, PurchaseOrderState>, StoreError> {
    use purchase_orders as t;
    let rows: Vec<(i64, String)> =
        on_either!(db, conn => t::table.filter(t::cycle_id.eq(cycle_id)).select((t::id, t::state)).load(conn))?;
    let state = |code: &str| PurchaseOrderState::parse(code).expect("the schema's CHECK lets only known states in");
    Ok(rows.into_iter().map(|(id, code)| (id, state(&code))).collect())
}

/// Refund lines of a cycle: (order id, refund id, state, offer_no, pieces, amount in fen, cause).
pub type RefundLine = (i64, i64, String, i32, i32, i64, String);

pub fn refund_lines_of(db: &mut Db, cycle_id: i64) -> Result<Vec<RefundLine>, StoreError> {
    use {refund_lines as l, refunds as t};
    Ok(on_either!(db, conn => l::table
        .inner_join(t::table)
        .filter(t::cycle_id.eq(cycle_id))
        .order((t::order_id, t::run, l::offer_no, l::cause))
        .select((t::order_id, t::id, t::state, l::offer_no, l::pieces, l::amount_fen, l::cause))
        .load(conn))?)
}

/// Takes back planned refunds, so that the next run may post anew. Sent ones stay for ever.
pub fn drop_planned_refunds(db: &mut Db, refund_ids: &[i64]) -> Result<(), StoreError> {
    use {refund_lines as l, refunds as t};
    for chunk in refund_ids.chunks(1_000) {
        let planned = t::table.filter(t::id.eq_any(chunk)).filter(t::state.eq(RefundState::Planned.code()));
        let own = l::table.filter(l::refund_id.eq_any(planned.clone().select(t::id)));
        on_either!(db, conn => diesel::delete(own).execute(conn))?;
        on_either!(db, conn => diesel::delete(planned).execute(conn))?;
    }
    Ok(())
}

/// One delivery's counts as stored, all of them: for recounts and repeats.
#[derive(Clone, Debug, diesel::Queryable)]
pub struct StoredReceipt {
    pub po_id: i64,
    pub receipt_no: String,
    pub line_no: i32,
    pub count_no: i32,
    pub arrived_qty: i64,
    pub rejected_qty: i64,
    pub broken_qty: i64,
    pub gross_g: Option<i64>,
    pub tare_g: Option<i64>,
    pub net_g: Option<i64>,
    pub reason_code: Option<String>,
    pub lot: Option<String>,
    pub best_before: Option<String>,
    pub qc: Option<String>,
    pub unit_price_fen: Option<i64>,
    pub closes: bool,
}

/// Every count of the cycle's deliveries, recounts after what they replace.
pub fn receipts_of(db: &mut Db, cycle_id: i64) -> Result<Vec<StoredReceipt>, StoreError> {
    use receipt_lines as t;
    Ok(on_either!(db, conn => t::table
        .filter(t::cycle_id.eq(cycle_id))
        .order((t::po_id, t::receipt_no, t::line_no, t::count_no))
        .select((
            t::po_id, t::receipt_no, t::line_no, t::count_no, t::arrived_qty, t::rejected_qty, t::broken_qty,
            t::gross_g, t::tare_g, t::net_g, t::reason_code, t::lot, t::best_before, t::qc, t::unit_price_fen,
            t::closes,
        ))
        .load(conn))?)
}

/// The cycle of a purchase order number: (cycle code, purchase order id).
pub fn cycle_of_purchase(db: &mut Db, po_no: &str) -> Result<Option<String>, StoreError> {
    use {cycles as c, purchase_orders as t};
    let found: Vec<String> = on_either!(db, conn => t::table
        .inner_join(c::table)
        .filter(t::po_no.eq(po_no))
        .select(c::cycle_code)
        .load(conn))?;
    Ok(found.into_iter().next())
}

/// The id of a cycle's purchase order with this number.
pub fn purchase_named(db: &mut Db, cycle_id: i64, po_no: &str) -> Result<Option<i64>, StoreError> {
    use purchase_orders as t;
    let own = t::table.filter(t::cycle_id.eq(cycle_id)).filter(t::po_no.eq(po_no)).select(t::id);
    Ok(on_either!(db, conn => own.first(conn).optional())?)
}
