//! On the road: trips, stops, totes, and where two counts differ.

diesel::table! {
    trip_events (cycle_id, event_id) {
        cycle_id -> BigInt,
        event_id -> Text,
        trip_no -> Text,
        version -> Integer,
        act -> Text,
        remark -> Nullable<Text>,
        told_by -> Text,
        recorded_by -> Text,
        device_at -> BigInt,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    stop_events (cycle_id, event_id) {
        cycle_id -> BigInt,
        event_id -> Text,
        point_id -> BigInt,
        trip_no -> Text,
        version -> Integer,
        act -> Text,
        handed_by -> Text,
        received_by -> Nullable<Text>,
        remark -> Nullable<Text>,
        recorded_by -> Text,
        device_at -> BigInt,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    stop_moves (cycle_id, point_id, move_no) {
        cycle_id -> BigInt,
        point_id -> BigInt,
        move_no -> Integer,
        event_id -> Text,
        version -> Integer,
        trip_no -> Text,
        reason -> Text,
        recorded_by -> Text,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    stop_photos (id) {
        id -> BigInt,
        cycle_id -> BigInt,
        event_id -> Text,
        point_id -> BigInt,
        image -> Binary,
        recorded_by -> Text,
        device_at -> BigInt,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    tote_moves (id) {
        id -> BigInt,
        event_id -> Text,
        cycle_id -> Nullable<BigInt>,
        plate -> Nullable<Text>,
        point_id -> Nullable<BigInt>,
        kind -> Text,
        act -> Text,
        qty -> BigInt,
        reason -> Nullable<Text>,
        recorded_by -> Text,
        moved_at -> BigInt,
    }
}

diesel::table! {
    point_totes (cycle_id, point_id, kind) {
        cycle_id -> BigInt,
        point_id -> BigInt,
        kind -> Text,
        version -> Integer,
        owed_qty -> BigInt,
    }
}

diesel::table! {
    discrepancies (id) {
        id -> BigInt,
        cycle_id -> BigInt,
        event_id -> Text,
        hop -> Text,
        problem -> Text,
        warehouse_id -> BigInt,
        point_id -> Nullable<BigInt>,
        offer_no -> Integer,
        seq -> Integer,
        version -> Integer,
        given_qty -> BigInt,
        found_qty -> BigInt,
        count_no -> Nullable<Integer>,
        trip_no -> Nullable<Text>,
        liable_party -> Text,
        recorded_by -> Text,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    discrepancy_words (discrepancy_id, word_no) {
        discrepancy_id -> BigInt,
        word_no -> Integer,
        event_id -> Text,
        remedy -> Text,
        liable_party -> Text,
        qty -> BigInt,
        amount_fen -> BigInt,
        other_id -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        recorded_by -> Text,
        recorded_at -> BigInt,
    }
}
