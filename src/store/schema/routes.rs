//! Planned routes: what vehicles drive, and what a person holds fast.

diesel::table! {
    route_plans (cycle_id, warehouse_id, version) {
        cycle_id -> BigInt,
        warehouse_id -> BigInt,
        version -> Integer,
        method -> Text,
        reason -> Nullable<Text>,
        seed -> BigInt,
        iterations -> BigInt,
        input -> Text,
        depot_longitude_e7 -> Nullable<BigInt>,
        depot_latitude_e7 -> Nullable<BigInt>,
        driving_mfen -> BigInt,
        vehicles_mfen -> BigInt,
        overtime_mfen -> BigInt,
        other_drivers_mfen -> BigInt,
        usual_stops -> Integer,
        moved_stops -> Integer,
    }
}

diesel::table! {
    planned_trips (cycle_id, warehouse_id, version, trip_no) {
        cycle_id -> BigInt,
        warehouse_id -> BigInt,
        version -> Integer,
        trip_no -> Text,
        route_code -> Text,
        plate -> Nullable<Text>,
        shift_from_s -> Nullable<Integer>,
        shift_until_s -> Nullable<Integer>,
        departs_s -> Nullable<Integer>,
        returns_s -> Nullable<Integer>,
        back_s -> Nullable<Integer>,
        back_m -> Nullable<Integer>,
        drive_s -> BigInt,
        distance_m -> BigInt,
        weight_g -> BigInt,
        volume_ml -> BigInt,
        totes -> Integer,
    }
}

diesel::table! {
    planned_stops (cycle_id, warehouse_id, version, point_id) {
        cycle_id -> BigInt,
        warehouse_id -> BigInt,
        version -> Integer,
        point_id -> BigInt,
        trip_no -> Text,
        stop_seq -> Integer,
        opens_s -> Integer,
        closes_s -> Integer,
        arrives_s -> Nullable<Integer>,
        begins_s -> Nullable<Integer>,
        leaves_s -> Nullable<Integer>,
        drive_s -> Nullable<Integer>,
        distance_m -> Nullable<Integer>,
        weight_g -> BigInt,
        volume_ml -> BigInt,
        totes -> Integer,
        usual_driver -> Nullable<Text>,
        fault -> Nullable<Text>,
    }
}

diesel::table! {
    route_edits (cycle_id, version, seq) {
        cycle_id -> BigInt,
        version -> Integer,
        seq -> Integer,
        act -> Text,
        point_id -> Nullable<BigInt>,
        plate -> Nullable<Text>,
        edited_by -> Text,
    }
}
