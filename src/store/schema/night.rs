//! From corrections to sheets: what happens to a frozen cycle.

diesel::table! {
    order_corrections (cycle_id, order_id, offer_no, version) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        version -> Integer,
        action -> Text,
        line_no -> Integer,
        ordered_qty -> Integer,
        tolerance -> Integer,
        reason -> Text,
        corrected_at -> BigInt,
    }
}

diesel::table! {
    procurement_lines (cycle_id, offer_no, warehouse_id, version) {
        cycle_id -> BigInt,
        offer_no -> Integer,
        warehouse_id -> BigInt,
        version -> Integer,
        ordered_qty -> BigInt,
        tolerance_qty -> BigInt,
        on_hand -> BigInt,
        reserved_qty -> BigInt,
        net_need -> BigInt,
        threshold_met -> Bool,
        cases_suggested -> BigInt,
        reason -> Text,
    }
}

diesel::table! {
    purchase_orders (id) {
        id -> BigInt,
        cycle_id -> BigInt,
        po_no -> Text,
        warehouse_id -> BigInt,
        supplier_id -> BigInt,
        state -> Text,
        sent_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    purchase_order_lines (cycle_id, po_id, line_no, version) {
        cycle_id -> BigInt,
        po_id -> BigInt,
        line_no -> Integer,
        version -> Integer,
        offer_no -> Integer,
        cases -> BigInt,
        planned_qty -> BigInt,
        is_edited -> Bool,
        reason -> Text,
    }
}

diesel::table! {
    receipt_lines (cycle_id, po_id, receipt_no, line_no, count_no) {
        cycle_id -> BigInt,
        po_id -> BigInt,
        receipt_no -> Text,
        line_no -> Integer,
        count_no -> Integer,
        version -> Integer,
        arrived_qty -> BigInt,
        rejected_qty -> BigInt,
        broken_qty -> BigInt,
        gross_g -> Nullable<BigInt>,
        tare_g -> Nullable<BigInt>,
        net_g -> Nullable<BigInt>,
        reason_code -> Nullable<Text>,
        lot -> Nullable<Text>,
        best_before -> Nullable<Text>,
        qc -> Nullable<Text>,
        unit_price_fen -> Nullable<BigInt>,
        closes -> Bool,
        received_at -> BigInt,
    }
}

diesel::table! {
    pins (cycle_id, order_id, offer_no, version) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        version -> Integer,
        qty -> Integer,
        reason -> Text,
    }
}

diesel::table! {
    offer_allocations (cycle_id, offer_no, warehouse_id, version) {
        cycle_id -> BigInt,
        offer_no -> Integer,
        warehouse_id -> BigInt,
        version -> Integer,
        ordered_qty -> BigInt,
        tolerance_qty -> BigInt,
        supply_qty -> BigInt,
        allocated_qty -> BigInt,
        leftover_qty -> BigInt,
        rule -> Text,
    }
}

diesel::table! {
    allocations (cycle_id, order_id, offer_no, version) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        version -> Integer,
        allocated_qty -> Integer,
        reason -> Text,
    }
}

diesel::table! {
    refunds (id) {
        id -> BigInt,
        cycle_id -> BigInt,
        order_id -> BigInt,
        run -> Integer,
        state -> Text,
        amount_fen -> BigInt,
        changed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    refund_lines (refund_id, offer_no, cause) {
        refund_id -> BigInt,
        offer_no -> Integer,
        cause -> Text,
        pieces -> Integer,
        amount_fen -> BigInt,
    }
}

diesel::table! {
    trips (cycle_id, trip_no, version) {
        cycle_id -> BigInt,
        trip_no -> Text,
        version -> Integer,
        warehouse_id -> BigInt,
        route_code -> Text,
        plate -> Nullable<Text>,
        driver -> Nullable<Text>,
        phone -> Nullable<Text>,
        capacity_g -> Nullable<BigInt>,
        capacity_ml -> Nullable<BigInt>,
        capacity_totes -> Nullable<Integer>,
    }
}

diesel::table! {
    stock_moves (id) {
        id -> BigInt,
        warehouse_id -> BigInt,
        sku_id -> BigInt,
        kind -> Text,
        cycle_id -> Nullable<BigInt>,
        version -> Nullable<Integer>,
        qty -> BigInt,
        lot -> Text,
        best_before -> Text,
        moved_at -> BigInt,
    }
}

diesel::table! {
    documents (cycle_id, kind, key, version) {
        cycle_id -> BigInt,
        kind -> Text,
        key -> Text,
        version -> Integer,
        doc_no -> Text,
        total_qty -> BigInt,
    }
}

diesel::table! {
    document_changes (cycle_id, kind, key, version, seq) {
        cycle_id -> BigInt,
        kind -> Text,
        key -> Text,
        version -> Integer,
        seq -> Integer,
        point_id -> Nullable<BigInt>,
        offer_no -> Nullable<Integer>,
        order_id -> Nullable<BigInt>,
        field -> Text,
        before_qty -> BigInt,
        after_qty -> BigInt,
        reason -> Text,
    }
}
