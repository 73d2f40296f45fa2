//! What people note on their pages.

diesel::table! {
    leader_receipts (cycle_id, point_id, count_no) {
        cycle_id -> BigInt,
        point_id -> BigInt,
        count_no -> Integer,
        version -> Integer,
        due_qty -> BigInt,
        is_unsigned -> Bool,
        remark -> Nullable<Text>,
        counted_by -> Text,
        recorded_by -> Text,
        device_at -> BigInt,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    leader_receipt_lines (cycle_id, point_id, count_no, offer_no) {
        cycle_id -> BigInt,
        point_id -> BigInt,
        count_no -> Integer,
        offer_no -> Integer,
        due_qty -> BigInt,
        short_qty -> Integer,
        over_qty -> Integer,
        broken_qty -> Integer,
        wrong_qty -> Integer,
    }
}

diesel::table! {
    loss_choices (cycle_id, point_id, offer_no, choice_no) {
        cycle_id -> BigInt,
        point_id -> BigInt,
        offer_no -> Integer,
        choice_no -> Integer,
        chosen_by -> Text,
        recorded_by -> Text,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    handover_losses (cycle_id, point_id, offer_no, choice_no, order_id) {
        cycle_id -> BigInt,
        point_id -> BigInt,
        offer_no -> Integer,
        choice_no -> Integer,
        order_id -> BigInt,
        lost_qty -> Integer,
    }
}

diesel::table! {
    after_sales_cases (cycle_id, order_id, offer_no, case_no) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        case_no -> Integer,
        problem -> Text,
        measure -> Text,
        part -> Integer,
        whole -> Integer,
        amount_fen -> BigInt,
        remark -> Nullable<Text>,
        reported_by -> Text,
        recorded_by -> Text,
        device_at -> BigInt,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    pickup_disputes (event_id, seq) {
        event_id -> Text,
        seq -> Integer,
        is_disputed -> Bool,
        said_at -> BigInt,
    }
}

diesel::table! {
    purchase_links (id) {
        id -> BigInt,
        po_id -> BigInt,
        made_at -> BigInt,
        read_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    purchase_answers (cycle_id, po_id, line_no, answer_no) {
        cycle_id -> BigInt,
        po_id -> BigInt,
        line_no -> Integer,
        answer_no -> Integer,
        version -> Integer,
        asked_cases -> BigInt,
        cases -> BigInt,
        answered_at -> BigInt,
    }
}

diesel::table! {
    sheet_copies (cycle_id, event_id, kind, key) {
        cycle_id -> BigInt,
        event_id -> Text,
        kind -> Text,
        key -> Text,
        version -> Integer,
        act -> Text,
        copies -> Integer,
        user_id -> Nullable<BigInt>,
        noted_at -> BigInt,
    }
}

diesel::table! {
    wrong_goods (id) {
        id -> BigInt,
        event_id -> Text,
        cycle_id -> BigInt,
        po_id -> Nullable<BigInt>,
        offer_no -> Nullable<Integer>,
        what -> Text,
        qty -> BigInt,
        wait_until -> BigInt,
        user_id -> Nullable<BigInt>,
        found_at -> BigInt,
    }
}

diesel::table! {
    wrong_goods_words (wrong_id, seq) {
        wrong_id -> BigInt,
        seq -> Integer,
        word -> Text,
        give_back_fen -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        said_at -> BigInt,
    }
}

diesel::table! {
    screen_locks (session_id) {
        session_id -> BigInt,
        locked_at -> BigInt,
    }
}

diesel::table! {
    screen_pins (user_id) {
        user_id -> BigInt,
        pin_hash -> Text,
        set_at -> BigInt,
    }
}

diesel::table! {
    household_links (point_id, resident_id, link_no) {
        point_id -> BigInt,
        resident_id -> BigInt,
        link_no -> Integer,
        change_id -> Text,
        group_key -> Text,
        before_key -> Text,
        made_by -> Text,
        made_at -> BigInt,
    }
}

diesel::table! {
    leader_absences (id) {
        id -> BigInt,
        leader_id -> BigInt,
        from_date -> Text,
        to_date -> Text,
        stand_in_id -> Nullable<BigInt>,
        made_by -> Text,
        made_at -> BigInt,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}
