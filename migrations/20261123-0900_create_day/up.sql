-- One set for SQLite and PostgreSQL; src/store/backend.rs expands the four tokens and nothing else.
-- Money is whole fen, weights grams, volumes millilitres, times microseconds since 1970 UTC,
-- times of day 'HH:MM', dates 'YYYY-MM-DD', coordinates ten-millionths of a degree, shares basis points.

-- Who makes ids at present: ten bits of every id name the writer (store/ids.rs).
CREATE TABLE id_writers (
    writer_no INTEGER NOT NULL PRIMARY KEY CHECK (writer_no BETWEEN 0 AND 1023),
    leased_from BIGINT NOT NULL,
    leased_until BIGINT NOT NULL CHECK (leased_until >= leased_from)
);

-- ---------------------------------------------------------------- master data, as last imported

CREATE TABLE suppliers (
    id {{id}},
    supplier_code TEXT {{text_c}} NOT NULL UNIQUE,
    name TEXT {{text_c}} NOT NULL,
    contact TEXT {{text_c}},
    phone TEXT {{text_c}},
    email TEXT {{text_c}},
    min_order_value_fen BIGINT NOT NULL CHECK (min_order_value_fen >= 0),
    below_min_value TEXT NOT NULL CHECK (below_min_value IN ('flag', 'cancel', 'ignore')),
    due_at TEXT
);

CREATE TABLE skus (
    id {{id}},
    sku_code TEXT {{text_c}} NOT NULL UNIQUE,
    name TEXT {{text_c}} NOT NULL,
    spec TEXT {{text_c}} NOT NULL,
    unit TEXT {{text_c}} NOT NULL,
    supplier_id BIGINT NOT NULL REFERENCES suppliers (id),
    category TEXT {{text_c}},
    temp_zone TEXT NOT NULL CHECK (temp_zone IN ('ambient', 'chilled', 'frozen')),
    barcode TEXT {{text_c}},
    supplier_sku TEXT {{text_c}},
    case_size INTEGER NOT NULL CHECK (case_size > 0),
    moq INTEGER NOT NULL CHECK (moq >= 0),
    order_multiple INTEGER NOT NULL CHECK (order_multiple > 0),
    price_unit TEXT NOT NULL CHECK (price_unit IN ('piece', 'case', 'kg', 'jin')),
    unit_price_fen BIGINT CHECK (unit_price_fen >= 0),
    tax_bp INTEGER CHECK (tax_bp >= 0),
    nominal_weight_g INTEGER CHECK (nominal_weight_g > 0),
    is_variable_weight BOOLEAN NOT NULL,
    sub_units INTEGER CHECK (sub_units > 0),
    volume_ml INTEGER CHECK (volume_ml > 0),
    zone TEXT {{text_c}},
    keeps_stock BOOLEAN NOT NULL
);

CREATE TABLE warehouses (
    id {{id}},
    warehouse_code TEXT {{text_c}} NOT NULL UNIQUE,
    name TEXT {{text_c}} NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('central', 'grid')),
    parent_id BIGINT REFERENCES warehouses (id),
    longitude_e7 BIGINT,
    latitude_e7 BIGINT,
    given_longitude_e7 BIGINT,
    given_latitude_e7 BIGINT,
    given_datum TEXT CHECK (given_datum IN ('wgs84', 'gcj02', 'bd09'))
);

CREATE TABLE vehicles (
    id {{id}},
    plate TEXT {{text_c}} NOT NULL UNIQUE,
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    driver TEXT {{text_c}} NOT NULL,
    phone TEXT {{text_c}},
    capacity_g BIGINT CHECK (capacity_g > 0),
    capacity_ml BIGINT CHECK (capacity_ml > 0),
    capacity_totes INTEGER CHECK (capacity_totes > 0),
    shift_start TEXT,
    shift_end TEXT
);

CREATE TABLE leaders (
    id {{id}},
    leader_code TEXT {{text_c}} NOT NULL UNIQUE,
    name TEXT {{text_c}} NOT NULL,
    phone TEXT {{text_c}} NOT NULL,
    email TEXT {{text_c}},
    commission_bp INTEGER CHECK (commission_bp BETWEEN 0 AND 10000),
    tier TEXT {{text_c}}
);

CREATE TABLE pickup_points (
    id {{id}},
    point_code TEXT {{text_c}} NOT NULL UNIQUE,
    name TEXT {{text_c}} NOT NULL,
    leader_id BIGINT NOT NULL REFERENCES leaders (id),
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    compound TEXT {{text_c}},
    address TEXT {{text_c}},
    longitude_e7 BIGINT,
    latitude_e7 BIGINT,
    given_longitude_e7 BIGINT,
    given_latitude_e7 BIGINT,
    given_datum TEXT CHECK (given_datum IN ('wgs84', 'gcj02', 'bd09')),
    window_start TEXT,
    window_end TEXT,
    report_by TEXT,
    route_code TEXT {{text_c}},
    stop_seq INTEGER CHECK (stop_seq >= 0)
);
CREATE INDEX pickup_points_by_leader ON pickup_points (leader_id);

-- A resident as they gave themselves. Rows of one person share (leader_id, identity) and differ in
-- edition: orders point at the person (edition 0) and at the details they were placed with.
CREATE TABLE residents (
    id {{id}},
    leader_id BIGINT NOT NULL REFERENCES leaders (id),
    identity TEXT {{text_c}} NOT NULL,
    edition INTEGER NOT NULL CHECK (edition >= 0),
    name TEXT {{text_c}},
    nickname TEXT {{text_c}},
    phone TEXT {{text_c}},
    building TEXT {{text_c}},
    unit_no TEXT {{text_c}},
    room TEXT {{text_c}},
    leader_note TEXT {{text_c}},
    UNIQUE (leader_id, identity, edition)
);

-- ---------------------------------------------------------------- the cycle and its orders

CREATE TABLE cycles (
    id {{id}},
    cycle_code TEXT {{text_c}} NOT NULL UNIQUE,
    name TEXT {{text_c}} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'frozen', 'procured', 'receiving', 'allocated', 'dispatched', 'settled', 'cancelled')),
    version INTEGER NOT NULL CHECK (version >= 0),
    opens_at BIGINT NOT NULL,
    cutoff_at BIGINT NOT NULL,
    pickup_date TEXT NOT NULL,
    payment TEXT NOT NULL CHECK (payment IN ('at_pickup', 'in_person', 'online')),
    rounding TEXT NOT NULL CHECK (rounding IN ('up', 'fill', 'down', 'nearest')),
    shortage_rule TEXT NOT NULL CHECK (shortage_rule IN ('first_paid', 'proportional', 'equal_share', 'leader_balanced', 'most_households', 'pinned')),
    pay_grace_min INTEGER NOT NULL CHECK (pay_grace_min >= 0),
    pay_within_min INTEGER NOT NULL CHECK (pay_within_min > 0),
    after_sales_days INTEGER CHECK (after_sales_days >= 0),
    auto_send BOOLEAN NOT NULL,
    frozen_at BIGINT,
    CHECK (opens_at < cutoff_at),
    CHECK ((version = 0) = (frozen_at IS NULL))
);

-- What the catalogue said when the SKU went on sale, so that later changes cannot drift into the cycle.
CREATE TABLE offers (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    offer_no INTEGER NOT NULL CHECK (offer_no >= 0),
    sku_id BIGINT NOT NULL REFERENCES skus (id),
    supplier_id BIGINT NOT NULL REFERENCES suppliers (id),
    sale_price_fen BIGINT NOT NULL CHECK (sale_price_fen >= 0),
    limit_per_resident INTEGER CHECK (limit_per_resident > 0),
    threshold_qty INTEGER NOT NULL CHECK (threshold_qty >= 0),
    stock_cap INTEGER CHECK (stock_cap >= 0),
    rounding TEXT CHECK (rounding IN ('up', 'fill', 'down', 'nearest')),
    round_up_at_pct INTEGER NOT NULL CHECK (round_up_at_pct BETWEEN 1 AND 100),
    below_moq TEXT NOT NULL CHECK (below_moq IN ('raise', 'cancel')),
    shortage_rule TEXT CHECK (shortage_rule IN ('first_paid', 'proportional', 'equal_share', 'leader_balanced', 'most_households', 'pinned')),
    price_unit TEXT NOT NULL CHECK (price_unit IN ('piece', 'case', 'kg', 'jin')),
    unit_price_fen BIGINT CHECK (unit_price_fen >= 0),
    case_size INTEGER NOT NULL CHECK (case_size > 0),
    moq INTEGER NOT NULL CHECK (moq >= 0),
    order_multiple INTEGER NOT NULL CHECK (order_multiple > 0),
    weight_policy TEXT NOT NULL CHECK (weight_policy IN ('refund_only', 'both')),
    weight_cap_bp INTEGER CHECK (weight_cap_bp >= 0),
    weight_min_g INTEGER CHECK (weight_min_g > 0),
    weight_max_g INTEGER CHECK (weight_max_g > 0),
    weight_tolerance_bp INTEGER NOT NULL CHECK (weight_tolerance_bp >= 0),
    PRIMARY KEY (cycle_id, offer_no),
    UNIQUE (cycle_id, sku_id)
) {{clustered}};

-- A file on its way in: its rows are invisible until state turns from staging to done.
CREATE TABLE imports (
    id {{id}},
    kind TEXT NOT NULL,
    cycle_id BIGINT REFERENCES cycles (id),
    file_name TEXT {{text_c}} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staging', 'done')),
    owner TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    row_count BIGINT NOT NULL CHECK (row_count >= 0)
);

CREATE TABLE orders (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    id BIGINT NOT NULL,
    order_no TEXT {{text_c}} NOT NULL UNIQUE,
    point_id BIGINT NOT NULL REFERENCES pickup_points (id),
    leader_id BIGINT NOT NULL REFERENCES leaders (id),
    resident_id BIGINT NOT NULL REFERENCES residents (id),
    details_id BIGINT NOT NULL REFERENCES residents (id),
    chain_no INTEGER CHECK (chain_no > 0),
    state TEXT NOT NULL CHECK (state IN ('unpaid', 'paid', 'cancelled', 'expired')),
    placed_at BIGINT NOT NULL,
    paid_at BIGINT,
    remark TEXT {{text_c}},
    content_hash BIGINT,
    import_id BIGINT REFERENCES imports (id),
    CHECK (state <> 'paid' OR paid_at IS NOT NULL),
    PRIMARY KEY (cycle_id, id)
) {{clustered}};
CREATE INDEX orders_by_point ON orders (cycle_id, point_id, id);

CREATE TABLE order_lines (
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    line_no INTEGER NOT NULL CHECK (line_no > 0),
    ordered_qty INTEGER NOT NULL CHECK (ordered_qty BETWEEN 1 AND 9999),
    tolerance INTEGER NOT NULL CHECK (tolerance BETWEEN 0 AND 9999),
    PRIMARY KEY (cycle_id, order_id, offer_no),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

-- ---------------------------------------------------------------- what the freeze writes

-- Each committed step that changed a printed fact. Version 1 is the freeze.
CREATE TABLE cycle_versions (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    version INTEGER NOT NULL CHECK (version > 0),
    step TEXT NOT NULL,
    committed_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, version)
);

CREATE TABLE cycle_suppliers (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    supplier_id BIGINT NOT NULL REFERENCES suppliers (id),
    supplier_code TEXT {{text_c}} NOT NULL,
    name TEXT {{text_c}} NOT NULL,
    contact TEXT {{text_c}},
    phone TEXT {{text_c}},
    email TEXT {{text_c}},
    min_order_value_fen BIGINT NOT NULL,
    below_min_value TEXT NOT NULL,
    due_at TEXT,
    PRIMARY KEY (cycle_id, supplier_id)
) {{clustered}};

CREATE TABLE cycle_skus (
    cycle_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    sku_code TEXT {{text_c}} NOT NULL,
    name TEXT {{text_c}} NOT NULL,
    spec TEXT {{text_c}} NOT NULL,
    unit TEXT {{text_c}} NOT NULL,
    category TEXT {{text_c}},
    temp_zone TEXT NOT NULL,
    barcode TEXT {{text_c}},
    supplier_sku TEXT {{text_c}},
    tax_bp INTEGER,
    nominal_weight_g INTEGER,
    is_variable_weight BOOLEAN NOT NULL,
    sub_units INTEGER,
    volume_ml INTEGER,
    zone TEXT {{text_c}},
    keeps_stock BOOLEAN NOT NULL,
    PRIMARY KEY (cycle_id, offer_no),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

CREATE TABLE cycle_warehouses (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    warehouse_code TEXT {{text_c}} NOT NULL,
    name TEXT {{text_c}} NOT NULL,
    kind TEXT NOT NULL,
    receiving_warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    PRIMARY KEY (cycle_id, warehouse_id)
) {{clustered}};

CREATE TABLE cycle_points (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    point_id BIGINT NOT NULL REFERENCES pickup_points (id),
    point_code TEXT {{text_c}} NOT NULL,
    name TEXT {{text_c}} NOT NULL,
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    leader_id BIGINT NOT NULL REFERENCES leaders (id),
    leader_code TEXT {{text_c}} NOT NULL,
    leader_name TEXT {{text_c}} NOT NULL,
    leader_phone TEXT {{text_c}} NOT NULL,
    compound TEXT {{text_c}},
    address TEXT {{text_c}},
    longitude_e7 BIGINT,
    latitude_e7 BIGINT,
    window_start TEXT,
    window_end TEXT,
    report_by TEXT,
    route_code TEXT {{text_c}} NOT NULL,
    stop_seq INTEGER NOT NULL,
    slot_no INTEGER NOT NULL,
    PRIMARY KEY (cycle_id, point_id),
    UNIQUE (cycle_id, warehouse_id, slot_no)
) {{clustered}};

CREATE TABLE closing_figures (
    cycle_id BIGINT NOT NULL PRIMARY KEY REFERENCES cycles (id),
    order_count BIGINT NOT NULL,
    line_count BIGINT NOT NULL,
    pieces BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    checksum TEXT NOT NULL
);

-- Orders as they arrived, by hour: kept with the closing figures for comparison with later cycles.
CREATE TABLE cycle_hours (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    hour_at BIGINT NOT NULL,
    order_count BIGINT NOT NULL,
    pieces BIGINT NOT NULL,
    sales_fen BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, hour_at)
);

-- ---------------------------------------------------------------- facts after the freeze
-- Each carries the cycle's version at which it was committed; the newest row of a key is in force,
-- so the cycle can be read as it stood at any version.

-- ordered_qty is the line's quantity from this version on; 0 = cancelled.
CREATE TABLE order_corrections (
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    action TEXT NOT NULL CHECK (action IN ('add', 'change', 'cancel')),
    line_no INTEGER NOT NULL CHECK (line_no > 0),
    ordered_qty INTEGER NOT NULL CHECK (ordered_qty BETWEEN 0 AND 9999),
    tolerance INTEGER NOT NULL CHECK (tolerance BETWEEN 0 AND 9999),
    reason TEXT {{text_c}} NOT NULL,
    corrected_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, order_id, offer_no, version),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

-- What procure decided per offer and receiving warehouse, with the figures it decided on.
CREATE TABLE procurement_lines (
    cycle_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    version INTEGER NOT NULL CHECK (version > 1),
    ordered_qty BIGINT NOT NULL CHECK (ordered_qty >= 0),
    tolerance_qty BIGINT NOT NULL CHECK (tolerance_qty >= 0),
    on_hand BIGINT NOT NULL CHECK (on_hand >= 0),
    reserved_qty BIGINT NOT NULL CHECK (reserved_qty BETWEEN 0 AND on_hand),
    net_need BIGINT NOT NULL CHECK (net_need >= 0),
    threshold_met BOOLEAN NOT NULL,
    cases_suggested BIGINT NOT NULL CHECK (cases_suggested >= 0),
    reason TEXT NOT NULL,
    PRIMARY KEY (cycle_id, offer_no, warehouse_id, version),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

CREATE TABLE purchase_orders (
    id {{id}},
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    po_no TEXT {{text_c}} NOT NULL UNIQUE,
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    supplier_id BIGINT NOT NULL REFERENCES suppliers (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'sent', 'accepted', 'received', 'closed')),
    sent_at BIGINT,
    UNIQUE (cycle_id, warehouse_id, supplier_id)
);

-- cases × case size = planned_qty; the newest version of a line is in force.
CREATE TABLE purchase_order_lines (
    cycle_id BIGINT NOT NULL,
    po_id BIGINT NOT NULL REFERENCES purchase_orders (id),
    line_no INTEGER NOT NULL CHECK (line_no > 0),
    version INTEGER NOT NULL CHECK (version > 1),
    offer_no INTEGER NOT NULL,
    cases BIGINT NOT NULL CHECK (cases >= 0),
    planned_qty BIGINT NOT NULL CHECK (planned_qty >= 0),
    is_edited BOOLEAN NOT NULL,
    reason TEXT {{text_c}} NOT NULL,
    PRIMARY KEY (cycle_id, po_id, line_no, version),
    UNIQUE (cycle_id, po_id, offer_no, version),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

-- One count of one line of one delivery. A recount is a new row (count_no 2 and on) and replaces the earlier one.
CREATE TABLE receipt_lines (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    po_id BIGINT NOT NULL REFERENCES purchase_orders (id),
    receipt_no TEXT {{text_c}} NOT NULL,
    line_no INTEGER NOT NULL CHECK (line_no > 0),
    count_no INTEGER NOT NULL CHECK (count_no > 0),
    version INTEGER NOT NULL CHECK (version > 1),
    arrived_qty BIGINT NOT NULL CHECK (arrived_qty >= 0),
    rejected_qty BIGINT NOT NULL CHECK (rejected_qty >= 0),
    broken_qty BIGINT NOT NULL CHECK (broken_qty BETWEEN 0 AND rejected_qty),
    gross_g BIGINT CHECK (gross_g >= 0),
    tare_g BIGINT CHECK (tare_g >= 0),
    net_g BIGINT CHECK (net_g >= 0),
    reason_code TEXT {{text_c}},
    lot TEXT {{text_c}},
    best_before TEXT,
    qc TEXT {{text_c}},
    unit_price_fen BIGINT CHECK (unit_price_fen >= 0),
    closes BOOLEAN NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, po_id, receipt_no, line_no, count_no)
) {{clustered}};

CREATE TABLE pins (
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    qty INTEGER NOT NULL CHECK (qty BETWEEN 0 AND 19998),
    reason TEXT {{text_c}} NOT NULL,
    PRIMARY KEY (cycle_id, order_id, offer_no, version),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id)
) {{clustered}};

-- How the supply of one offer at one receiving warehouse was shared.
CREATE TABLE offer_allocations (
    cycle_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    version INTEGER NOT NULL CHECK (version > 1),
    ordered_qty BIGINT NOT NULL CHECK (ordered_qty >= 0),
    tolerance_qty BIGINT NOT NULL CHECK (tolerance_qty >= 0),
    supply_qty BIGINT NOT NULL CHECK (supply_qty >= 0),
    allocated_qty BIGINT NOT NULL CHECK (allocated_qty >= 0),
    leftover_qty BIGINT NOT NULL CHECK (leftover_qty = supply_qty - allocated_qty),
    rule TEXT NOT NULL,
    PRIMARY KEY (cycle_id, offer_no, warehouse_id, version),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

-- Lines that got something else than their ordered_qty, and each later change of them.
CREATE TABLE allocations (
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    allocated_qty INTEGER NOT NULL CHECK (allocated_qty >= 0),
    reason TEXT NOT NULL,
    PRIMARY KEY (cycle_id, order_id, offer_no, version),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id)
) {{clustered}};

CREATE TABLE refunds (
    id {{id}},
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    run INTEGER NOT NULL CHECK (run > 1),
    state TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'done', 'failed')),
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    UNIQUE (cycle_id, order_id, run),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id)
);

CREATE TABLE refund_lines (
    refund_id BIGINT NOT NULL REFERENCES refunds (id),
    offer_no INTEGER NOT NULL,
    cause TEXT NOT NULL,
    pieces INTEGER NOT NULL CHECK (pieces >= 0),
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    PRIMARY KEY (refund_id, offer_no, cause)
) {{clustered}};

CREATE TABLE trips (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    trip_no TEXT {{text_c}} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    route_code TEXT {{text_c}} NOT NULL,
    plate TEXT {{text_c}},
    driver TEXT {{text_c}},
    phone TEXT {{text_c}},
    capacity_g BIGINT,
    capacity_ml BIGINT,
    capacity_totes INTEGER,
    PRIMARY KEY (cycle_id, trip_no, version)
) {{clustered}};

-- The stock ledger: the book figure of (warehouse, sku, lot) is the sum of its moves.
CREATE TABLE stock_moves (
    id {{id}},
    warehouse_id BIGINT NOT NULL REFERENCES warehouses (id),
    sku_id BIGINT NOT NULL REFERENCES skus (id),
    kind TEXT NOT NULL CHECK (kind IN ('count', 'cycle')),
    cycle_id BIGINT REFERENCES cycles (id),
    version INTEGER,
    qty BIGINT NOT NULL CHECK (qty <> 0),
    lot TEXT {{text_c}} NOT NULL,
    best_before TEXT NOT NULL,
    moved_at BIGINT NOT NULL
);
CREATE INDEX stock_moves_by_sku ON stock_moves (warehouse_id, sku_id);
CREATE INDEX stock_moves_by_cycle ON stock_moves (cycle_id);

-- The register of sheets: at which versions a sheet's own rows changed, and what they then added up to.
CREATE TABLE documents (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    kind TEXT NOT NULL,
    key TEXT {{text_c}} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    doc_no TEXT {{text_c}} NOT NULL,
    total_qty BIGINT NOT NULL CHECK (total_qty >= 0),
    PRIMARY KEY (cycle_id, kind, key, version)
) {{clustered}};

-- The rows of a difference sheet: what a superseded sheet said, and what it says from this version on.
CREATE TABLE document_changes (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    kind TEXT NOT NULL,
    key TEXT {{text_c}} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    seq INTEGER NOT NULL CHECK (seq > 0),
    point_id BIGINT REFERENCES pickup_points (id),
    offer_no INTEGER,
    order_id BIGINT,
    field TEXT NOT NULL,
    before_qty BIGINT NOT NULL,
    after_qty BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (cycle_id, kind, key, version, seq)
) {{clustered}};

{{append_only cycle_versions}}
{{append_only closing_figures}}
{{append_only order_corrections}}
{{append_only procurement_lines}}
{{append_only purchase_order_lines}}
{{append_only receipt_lines}}
{{append_only pins}}
{{append_only offer_allocations}}
{{append_only allocations}}
{{append_only trips}}
{{append_only stock_moves}}
{{append_only documents}}
{{append_only document_changes}}
