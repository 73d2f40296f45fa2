//! What is sold, by whom, through whom, and the cycles that sell it.

diesel::table! {
    id_writers (writer_no) {
        writer_no -> Integer,
        leased_from -> BigInt,
        leased_until -> BigInt,
    }
}

diesel::table! {
    suppliers (id) {
        id -> BigInt,
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
    skus (id) {
        id -> BigInt,
        sku_code -> Text,
        name -> Text,
        spec -> Text,
        unit -> Text,
        supplier_id -> BigInt,
        category -> Nullable<Text>,
        temp_zone -> Text,
        barcode -> Nullable<Text>,
        supplier_sku -> Nullable<Text>,
        case_size -> Integer,
        moq -> Integer,
        order_multiple -> Integer,
        price_unit -> Text,
        unit_price_fen -> Nullable<BigInt>,
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
    warehouses (id) {
        id -> BigInt,
        warehouse_code -> Text,
        name -> Text,
        kind -> Text,
        parent_id -> Nullable<BigInt>,
        longitude_e7 -> Nullable<BigInt>,
        latitude_e7 -> Nullable<BigInt>,
        given_longitude_e7 -> Nullable<BigInt>,
        given_latitude_e7 -> Nullable<BigInt>,
        given_datum -> Nullable<Text>,
    }
}

diesel::table! {
    vehicles (id) {
        id -> BigInt,
        plate -> Text,
        warehouse_id -> BigInt,
        driver -> Text,
        phone -> Nullable<Text>,
        capacity_g -> Nullable<BigInt>,
        capacity_ml -> Nullable<BigInt>,
        capacity_totes -> Nullable<Integer>,
        shift_start -> Nullable<Text>,
        shift_end -> Nullable<Text>,
    }
}

diesel::table! {
    leaders (id) {
        id -> BigInt,
        leader_code -> Text,
        name -> Text,
        phone -> Text,
        email -> Nullable<Text>,
        commission_bp -> Nullable<Integer>,
        tier -> Nullable<Text>,
    }
}

diesel::table! {
    pickup_points (id) {
        id -> BigInt,
        point_code -> Text,
        name -> Text,
        leader_id -> BigInt,
        warehouse_id -> BigInt,
        compound -> Nullable<Text>,
        address -> Nullable<Text>,
        longitude_e7 -> Nullable<BigInt>,
        latitude_e7 -> Nullable<BigInt>,
        given_longitude_e7 -> Nullable<BigInt>,
        given_latitude_e7 -> Nullable<BigInt>,
        given_datum -> Nullable<Text>,
        window_start -> Nullable<Text>,
        window_end -> Nullable<Text>,
        report_by -> Nullable<Text>,
        route_code -> Nullable<Text>,
        stop_seq -> Nullable<Integer>,
    }
}

diesel::table! {
    residents (id) {
        id -> BigInt,
        leader_id -> BigInt,
        identity -> Text,
        edition -> Integer,
        name -> Nullable<Text>,
        nickname -> Nullable<Text>,
        phone -> Nullable<Text>,
        building -> Nullable<Text>,
        unit_no -> Nullable<Text>,
        room -> Nullable<Text>,
        leader_note -> Nullable<Text>,
    }
}

diesel::table! {
    cycles (id) {
        id -> BigInt,
        cycle_code -> Text,
        name -> Text,
        state -> Text,
        version -> Integer,
        opens_at -> BigInt,
        cutoff_at -> BigInt,
        pickup_date -> Text,
        payment -> Text,
        rounding -> Text,
        shortage_rule -> Text,
        pay_grace_min -> Integer,
        pay_within_min -> Integer,
        after_sales_days -> Nullable<Integer>,
        auto_send -> Bool,
        frozen_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    offers (cycle_id, offer_no) {
        cycle_id -> BigInt,
        offer_no -> Integer,
        sku_id -> BigInt,
        supplier_id -> BigInt,
        sale_price_fen -> BigInt,
        limit_per_resident -> Nullable<Integer>,
        threshold_qty -> Integer,
        stock_cap -> Nullable<Integer>,
        rounding -> Nullable<Text>,
        round_up_at_pct -> Integer,
        below_moq -> Text,
        shortage_rule -> Nullable<Text>,
        price_unit -> Text,
        unit_price_fen -> Nullable<BigInt>,
        case_size -> Integer,
        moq -> Integer,
        order_multiple -> Integer,
        weight_policy -> Text,
        weight_cap_bp -> Nullable<Integer>,
        weight_min_g -> Nullable<Integer>,
        weight_max_g -> Nullable<Integer>,
        weight_tolerance_bp -> Integer,
    }
}
