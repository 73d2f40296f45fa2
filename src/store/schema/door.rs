//! At the door: photos of goods.

diesel::table! {
    photos (id) {
        id -> BigInt,
        cycle_id -> BigInt,
        point_id -> BigInt,
        order_id -> Nullable<BigInt>,
        offer_no -> Nullable<Integer>,
        case_no -> Nullable<Integer>,
        count_no -> Nullable<Integer>,
        image -> Binary,
        recorded_by -> Text,
        device_at -> BigInt,
        recorded_at -> BigInt,
    }
}
