//! Orders as they come in, and what the freeze copies into a cycle.

diesel::table! {
    imports (id) {
        id -> BigInt,
        kind -> Text,
        cycle_id -> Nullable<BigInt>,
        file_name -> Text,
        state -> Text,
        owner -> Text,
        started_at -> BigInt,
        touched_at -> BigInt,
        row_count -> BigInt,
    }
}

diesel::table! {
    orders (cycle_id, id) {
        cycle_id -> BigInt,
        id -> BigInt,
        order_no -> Text,
        point_id -> BigInt,
        leader_id -> BigInt,
        resident_id -> BigInt,
        details_id -> BigInt,
        chain_no -> Nullable<Integer>,
        state -> Text,
        placed_at -> BigInt,
        paid_at -> Nullable<BigInt>,
        remark -> Nullable<Text>,
        content_hash -> Nullable<BigInt>,
        import_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    order_lines (cycle_id, order_id, offer_no) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        line_no -> Integer,
        ordered_qty -> Integer,
        tolerance -> Integer,
    }
}

diesel::table! {
    cycle_versions (cycle_id, version) {
        cycle_id -> BigInt,
        version -> Integer,
        step -> Text,
        committed_at -> BigInt,
    }
}

diesel::table! {
    cycle_suppliers (cycle_id, supplier_id) {
        cycle_id -> BigInt,
        supplier_id -> BigInt,
        supplier_code -> Text,
        name -> Text,
        contact -> Nullable<Text>,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        min_order_value_fen -> BigInt,
        below_min_value -> Text,
        due_at -> Nullable<Text>,
    }
}

diesel::table! {
    cycle_skus (cycle_id, offer_no) {
        cycle_id -> BigInt,
        offer_no -> Integer,
        sku_code -> Text,
        name -> Text,
        spec -> Text,
        unit -> Text,
        category -> Nullable<Text>,
        temp_zone -> Text,
        barcode -> Nullable<Text>,
        supplier_sku -> Nullable<Text>,
        tax_bp -> Nullable<Integer>,
        nominal_weight_g -> Nullable<Integer>,
        is_variable_weight -> Bool,
        sub_units -> Nullable<Integer>,
        volume_ml -> Nullable<Integer>,
        zone -> Nullable<Text>,
        keeps_stock -> Bool,
    }
}

diesel::table! {
    cycle_warehouses (cycle_id, warehouse_id) {
        cycle_id -> BigInt,
        warehouse_id -> BigInt,
        warehouse_code -> Text,
        name -> Text,
        kind -> Text,
        receiving_warehouse_id -> BigInt,
    }
}

diesel::table! {
    cycle_points (cycle_id, point_id) {
        cycle_id -> BigInt,
        point_id -> BigInt,
        point_code -> Text,
        name -> Text,
        warehouse_id -> BigInt,
        leader_id -> BigInt,
        leader_code -> Text,
        leader_name -> Text,
        leader_phone -> Text,
        compound -> Nullable<Text>,
        address -> Nullable<Text>,
        longitude_e7 -> Nullable<BigInt>,
        latitude_e7 -> Nullable<BigInt>,
        window_start -> Nullable<Text>,
        window_end -> Nullable<Text>,
        report_by -> Nullable<Text>,
        route_code -> Text,
        stop_seq -> Integer,
        slot_no -> Integer,
    }
}

diesel::table! {
    closing_figures (cycle_id) {
        cycle_id -> BigInt,
        order_count -> BigInt,
        line_count -> BigInt,
        pieces -> BigInt,
        amount_fen -> BigInt,
        checksum -> Text,
    }
}

diesel::table! {
    cycle_hours (cycle_id, hour_at) {
        cycle_id -> BigInt,
        hour_at -> BigInt,
        order_count -> BigInt,
        pieces -> BigInt,
        sales_fen -> BigInt,
    }
}
