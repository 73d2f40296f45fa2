//! Who may what, and what works in the background.

diesel::table! {
    users (id) {
        id -> BigInt,
        login_name -> Text,
        display_name -> Text,
        email -> Nullable<Text>,
        state -> Text,
        leader_id -> Nullable<BigInt>,
        warehouse_id -> Nullable<BigInt>,
        vehicle_id -> Nullable<BigInt>,
        password_hash -> Nullable<Text>,
        totp_sealed -> Nullable<Text>,
        totp_step -> Nullable<BigInt>,
        helps_until -> Nullable<BigInt>,
        made_at -> BigInt,
    }
}

diesel::table! {
    user_roles (user_id, role) {
        user_id -> BigInt,
        role -> Text,
    }
}

diesel::table! {
    invitations (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Text,
        made_at -> BigInt,
        ends_at -> BigInt,
        used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        token_hash -> Text,
        kind -> Text,
        factor -> Text,
        device -> Text,
        made_at -> BigInt,
        seen_at -> BigInt,
        ends_at -> BigInt,
    }
}

diesel::table! {
    access_tokens (id) {
        id -> BigInt,
        name -> Text,
        token_hash -> Text,
        scopes -> Text,
        made_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    access_token_leaders (token_id, leader_id) {
        token_id -> BigInt,
        leader_id -> BigInt,
    }
}

diesel::table! {
    sign_in_throttles (subject) {
        subject -> Text,
        wrong -> Integer,
        last_at -> BigInt,
    }
}

diesel::table! {
    security_log (chain, seq) {
        chain -> Integer,
        seq -> BigInt,
        at -> BigInt,
        act -> Text,
        actor -> Text,
        subject -> Text,
        detail -> Text,
        request_id -> Text,
        hash -> Text,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        until_at -> BigInt,
    }
}

diesel::table! {
    cycle_clocks (cycle_id) {
        cycle_id -> BigInt,
        reminded_at -> Nullable<BigInt>,
        follows_at -> Nullable<BigInt>,
        prepared_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        business_key -> Text,
        template -> Text,
        recipient -> Text,
        supplier_id -> Nullable<BigInt>,
        leader_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        role -> Nullable<Text>,
        address_hash -> Nullable<Text>,
        cycle_id -> Nullable<BigInt>,
        po_id -> Nullable<BigInt>,
        version -> Nullable<Integer>,
        sealed -> Nullable<Text>,
        message_id -> Nullable<Text>,
        state -> Text,
        tries -> Integer,
        next_try_at -> BigInt,
        give_up_at -> BigInt,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
        sent_at -> Nullable<BigInt>,
    }
}
