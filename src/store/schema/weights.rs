//! Weighing: labels, whose they are, and what they moved.

diesel::table! {
    weighed_labels (cycle_id, weigh_no) {
        cycle_id -> BigInt,
        weigh_no -> Text,
        number -> Nullable<Integer>,
        offer_no -> Integer,
        point_id -> Nullable<BigInt>,
        actual_weight_g -> Integer,
        is_confirmed -> Bool,
        version -> Integer,
        weighed_by -> Text,
        weighed_at -> BigInt,
    }
}

diesel::table! {
    weight_voids (cycle_id, weigh_no) {
        cycle_id -> BigInt,
        weigh_no -> Text,
        version -> Integer,
        voided_by -> Text,
        voided_at -> BigInt,
    }
}

diesel::table! {
    weight_bindings (cycle_id, weigh_no, bind_no) {
        cycle_id -> BigInt,
        weigh_no -> Text,
        bind_no -> Integer,
        order_id -> Nullable<BigInt>,
        version -> Integer,
        bound_by -> Text,
        recorded_by -> Text,
        device_at -> BigInt,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    weight_adjustments (cycle_id, order_id, offer_no, version) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        version -> Integer,
        pieces -> Integer,
        weighed_pieces -> Integer,
        actual_weight_g -> BigInt,
        adjustment_fen -> BigInt,
        given_away_fen -> BigInt,
    }
}
