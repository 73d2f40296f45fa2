//! The tables, as diesel sees them. Kept in step with `migrations/` by a test.

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

diesel::table! {
    imports (id) {
        id -> BigInt,
        kind -> Text,
        cycle_id -> Nullable<BigInt>,
        file_name -> Text,
        state -> Text,
        owner -> Text,
        started_at -> BigInt,
        touched_at -> BigInt,
        row_count -> BigInt,
    }
}

diesel::table! {
    orders (cycle_id, id) {
        cycle_id -> BigInt,
        id -> BigInt,
        order_no -> Text,
        point_id -> BigInt,
        leader_id -> BigInt,
        resident_id -> BigInt,
        details_id -> BigInt,
        chain_no -> Nullable<Integer>,
        state -> Text,
        placed_at -> BigInt,
        paid_at -> Nullable<BigInt>,
        remark -> Nullable<Text>,
        content_hash -> Nullable<BigInt>,
        import_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    order_lines (cycle_id, order_id, offer_no) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        line_no -> Integer,
        ordered_qty -> Integer,
        tolerance -> Integer,
    }
}

diesel::table! {
    cycle_versions (cycle_id, version) {
        cycle_id -> BigInt,
        version -> Integer,
        step -> Text,
        committed_at -> BigInt,
    }
}

diesel::table! {
    cycle_suppliers (cycle_id, supplier_id) {
        cycle_id -> BigInt,
        supplier_id -> BigInt,
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
    cycle_skus (cycle_id, offer_no) {
        cycle_id -> BigInt,
        offer_no -> Integer,
        sku_code -> Text,
        name -> Text,
        spec -> Text,
        unit -> Text,
        category -> Nullable<Text>,
        temp_zone -> Text,
        barcode -> Nullable<Text>,
        supplier_sku -> Nullable<Text>,
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
    cycle_warehouses (cycle_id, warehouse_id) {
        cycle_id -> BigInt,
        warehouse_id -> BigInt,
        warehouse_code -> Text,
        name -> Text,
        kind -> Text,
        receiving_warehouse_id -> BigInt,
    }
}

diesel::table! {
    cycle_points (cycle_id, point_id) {
        cycle_id -> BigInt,
        point_id -> BigInt,
        point_code -> Text,
        name -> Text,
        warehouse_id -> BigInt,
        leader_id -> BigInt,
        leader_code -> Text,
        leader_name -> Text,
        leader_phone -> Text,
        compound -> Nullable<Text>,
        address -> Nullable<Text>,
        longitude_e7 -> Nullable<BigInt>,
        latitude_e7 -> Nullable<BigInt>,
        window_start -> Nullable<Text>,
        window_end -> Nullable<Text>,
        report_by -> Nullable<Text>,
        route_code -> Text,
        stop_seq -> Integer,
        slot_no -> Integer,
    }
}

diesel::table! {
    closing_figures (cycle_id) {
        cycle_id -> BigInt,
        order_count -> BigInt,
        line_count -> BigInt,
        pieces -> BigInt,
        amount_fen -> BigInt,
        checksum -> Text,
    }
}

diesel::table! {
    cycle_hours (cycle_id, hour_at) {
        cycle_id -> BigInt,
        hour_at -> BigInt,
        order_count -> BigInt,
        pieces -> BigInt,
        sales_fen -> BigInt,
    }
}

diesel::table! {
    order_corrections (cycle_id, order_id, offer_no, version) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        version -> Integer,
        action -> Text,
        line_no -> Integer,
        ordered_qty -> Integer,
        tolerance -> Integer,
        reason -> Text,
        corrected_at -> BigInt,
    }
}

diesel::table! {
    procurement_lines (cycle_id, offer_no, warehouse_id, version) {
        cycle_id -> BigInt,
        offer_no -> Integer,
        warehouse_id -> BigInt,
        version -> Integer,
        ordered_qty -> BigInt,
        tolerance_qty -> BigInt,
        on_hand -> BigInt,
        reserved_qty -> BigInt,
        net_need -> BigInt,
        threshold_met -> Bool,
        cases_suggested -> BigInt,
        reason -> Text,
    }
}

diesel::table! {
    purchase_orders (id) {
        id -> BigInt,
        cycle_id -> BigInt,
        po_no -> Text,
        warehouse_id -> BigInt,
        supplier_id -> BigInt,
        state -> Text,
        sent_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    purchase_order_lines (cycle_id, po_id, line_no, version) {
        cycle_id -> BigInt,
        po_id -> BigInt,
        line_no -> Integer,
        version -> Integer,
        offer_no -> Integer,
        cases -> BigInt,
        planned_qty -> BigInt,
        is_edited -> Bool,
        reason -> Text,
    }
}

diesel::table! {
    receipt_lines (cycle_id, po_id, receipt_no, line_no, count_no) {
        cycle_id -> BigInt,
        po_id -> BigInt,
        receipt_no -> Text,
        line_no -> Integer,
        count_no -> Integer,
        version -> Integer,
        arrived_qty -> BigInt,
        rejected_qty -> BigInt,
        broken_qty -> BigInt,
        gross_g -> Nullable<BigInt>,
        tare_g -> Nullable<BigInt>,
        net_g -> Nullable<BigInt>,
        reason_code -> Nullable<Text>,
        lot -> Nullable<Text>,
        best_before -> Nullable<Text>,
        qc -> Nullable<Text>,
        unit_price_fen -> Nullable<BigInt>,
        closes -> Bool,
        received_at -> BigInt,
    }
}

diesel::table! {
    pins (cycle_id, order_id, offer_no, version) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        version -> Integer,
        qty -> Integer,
        reason -> Text,
    }
}

diesel::table! {
    offer_allocations (cycle_id, offer_no, warehouse_id, version) {
        cycle_id -> BigInt,
        offer_no -> Integer,
        warehouse_id -> BigInt,
        version -> Integer,
        ordered_qty -> BigInt,
        tolerance_qty -> BigInt,
        supply_qty -> BigInt,
        allocated_qty -> BigInt,
        leftover_qty -> BigInt,
        rule -> Text,
    }
}

diesel::table! {
    allocations (cycle_id, order_id, offer_no, version) {
        cycle_id -> BigInt,
        order_id -> BigInt,
        offer_no -> Integer,
        version -> Integer,
        allocated_qty -> Integer,
        reason -> Text,
    }
}

diesel::table! {
    refunds (id) {
        id -> BigInt,
        cycle_id -> BigInt,
        order_id -> BigInt,
        run -> Integer,
        state -> Text,
        amount_fen -> BigInt,
    }
}

diesel::table! {
    refund_lines (refund_id, offer_no, cause) {
        refund_id -> BigInt,
        offer_no -> Integer,
        cause -> Text,
        pieces -> Integer,
        amount_fen -> BigInt,
    }
}

diesel::table! {
    trips (cycle_id, trip_no, version) {
        cycle_id -> BigInt,
        trip_no -> Text,
        version -> Integer,
        warehouse_id -> BigInt,
        route_code -> Text,
        plate -> Nullable<Text>,
        driver -> Nullable<Text>,
        phone -> Nullable<Text>,
        capacity_g -> Nullable<BigInt>,
        capacity_ml -> Nullable<BigInt>,
        capacity_totes -> Nullable<Integer>,
    }
}

diesel::table! {
    stock_moves (id) {
        id -> BigInt,
        warehouse_id -> BigInt,
        sku_id -> BigInt,
        kind -> Text,
        cycle_id -> Nullable<BigInt>,
        version -> Nullable<Integer>,
        qty -> BigInt,
        lot -> Text,
        best_before -> Text,
        moved_at -> BigInt,
    }
}

diesel::table! {
    documents (cycle_id, kind, key, version) {
        cycle_id -> BigInt,
        kind -> Text,
        key -> Text,
        version -> Integer,
        doc_no -> Text,
        total_qty -> BigInt,
    }
}

diesel::table! {
    document_changes (cycle_id, kind, key, version, seq) {
        cycle_id -> BigInt,
        kind -> Text,
        key -> Text,
        version -> Integer,
        seq -> Integer,
        point_id -> Nullable<BigInt>,
        offer_no -> Nullable<Integer>,
        order_id -> Nullable<BigInt>,
        field -> Text,
        before_qty -> BigInt,
        after_qty -> BigInt,
        reason -> Text,
    }
}

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

diesel::allow_tables_to_appear_in_same_query!(
    id_writers,
    suppliers,
    skus,
    warehouses,
    vehicles,
    leaders,
    pickup_points,
    residents,
    cycles,
    offers,
    imports,
    orders,
    order_lines,
    cycle_versions,
    cycle_suppliers,
    cycle_skus,
    cycle_warehouses,
    cycle_points,
    closing_figures,
    cycle_hours,
    order_corrections,
    procurement_lines,
    purchase_orders,
    purchase_order_lines,
    receipt_lines,
    pins,
    offer_allocations,
    allocations,
    refunds,
    refund_lines,
    trips,
    stock_moves,
    documents,
    document_changes,
    stamps,
    idempotency_keys,
    order_series,
    offer_counters,
    resident_counters,
    pickup_codes,
    code_failures,
    payments,
    payment_holds,
    live_totals,
    pickup_events,
    pickup_lines,
    users,
    user_roles,
    invitations,
    sessions,
    access_tokens,
    access_token_leaders,
    sign_in_throttles,
    security_log,
    leases,
    cycle_clocks,
    outbox,
    pickup_disputes,
    purchase_links,
    purchase_answers,
    sheet_copies,
    wrong_goods,
    wrong_goods_words,
    screen_locks,
    screen_pins,
    leader_receipts,
    leader_receipt_lines,
    loss_choices,
    handover_losses,
    after_sales_cases,
    household_links,
);

diesel::joinable!(refund_lines -> refunds (refund_id));
diesel::joinable!(purchase_orders -> cycles (cycle_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(user_roles -> users (user_id));
diesel::joinable!(cycle_clocks -> cycles (cycle_id));
diesel::joinable!(purchase_links -> purchase_orders (po_id));
diesel::joinable!(documents -> cycles (cycle_id));
