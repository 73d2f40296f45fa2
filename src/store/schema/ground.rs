//! The ground of the city: districts, named places, service areas.

diesel::table! {
    districts (id) {
        id -> BigInt,
        name -> Text,
        adcode -> Nullable<Text>,
        shape -> Text,
        given_shape -> Text,
        given_datum -> Text,
    }
}

diesel::table! {
    places (id) {
        id -> BigInt,
        district -> Text,
        name -> Text,
        seq -> Integer,
        address -> Nullable<Text>,
        longitude_e7 -> BigInt,
        latitude_e7 -> BigInt,
        given_longitude_e7 -> BigInt,
        given_latitude_e7 -> BigInt,
        given_datum -> Text,
    }
}

diesel::table! {
    service_areas (id) {
        id -> BigInt,
        point_id -> BigInt,
        shape -> Text,
        given_shape -> Text,
        given_datum -> Text,
    }
}
