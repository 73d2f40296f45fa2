//! What the books know of goods that were lost at points.

diesel::table! {
    loss_postings (cycle_id, point_id, offer_no, choice_no) {
        cycle_id -> BigInt,
        point_id -> BigInt,
        offer_no -> Integer,
        choice_no -> Integer,
        version -> Integer,
    }
}
