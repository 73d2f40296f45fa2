//! What taking orders, money and pickups over the network needs.

diesel::table! {
    stamps (name) {
        name -> Text,
        stamp -> BigInt,
    }
}

diesel::table! {
    idempotency_keys (principal, route, key) {
        principal -> Text,
        route -> Text,
        key -> Text,
        body_sha256 -> Text,
        status -> Integer,
        answer -> Text,
        cycle_id -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    order_series (cycle_id) {
        cycle_id -> BigInt,
        next_no -> BigInt,
    }
}

diesel::table! {
    offer_counters (cycle_id, offer_no) {
        cycle_id -> BigInt,
        offer_no -> Integer,
        sold_qty -> BigInt,
    }
}

diesel::table! {
    resident_counters (cycle_id, offer_no, resident_id) {
        cycle_id -> BigInt,
        offer_no -> Integer,
        resident_id -> BigInt,
        ordered_qty -> BigInt,
    }
}

diesel::table! {
    pickup_codes (cycle_id, order_id) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        point_id -> BigInt,
        placed_by -> Text,
        code_hash -> BigInt,
        sealed_code -> Text,
        is_open -> Bool,
    }
}

diesel::table! {
    code_failures (point_id, order_id) {
        point_id -> BigInt,
        order_id -> BigInt,
        failures -> Integer,
        since -> BigInt,
    }
}

diesel::table! {
    payments (id) {
        id -> BigInt,
        cycle_id -> BigInt,
        order_id -> BigInt,
        kind -> Text,
        amount_fen -> BigInt,
        paid_after_cutoff -> Bool,
        received_by -> Text,
        received_at -> BigInt,
    }
}

diesel::table! {
    payment_holds (cycle_id, order_id) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    live_totals (cycle_id, kind, key, writer_no) {
        cycle_id -> BigInt,
        kind -> Text,
        key -> BigInt,
        writer_no -> Integer,
        orders -> BigInt,
        lines -> BigInt,
        ordered_qty -> BigInt,
        tolerance_qty -> BigInt,
        unpaid_qty -> BigInt,
        sales_fen -> BigInt,
    }
}

diesel::table! {
    pickup_events (event_id) {
        event_id -> Text,
        cycle_id -> BigInt,
        order_id -> BigInt,
        reverses -> Nullable<Text>,
        method -> Text,
        source -> Text,
        code_failed -> Bool,
        reason -> Nullable<Text>,
        handed_by -> Text,
        recorded_by -> Text,
        device_at -> BigInt,
        recorded_at -> BigInt,
        is_proxy -> Bool,
    }
}

diesel::table! {
    pickup_lines (event_id, offer_no) {
        event_id -> Text,
        offer_no -> Integer,
        handed_qty -> Integer,
    }
}
