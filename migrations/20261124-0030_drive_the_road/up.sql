-- On the road: what is told of trips, of stops and of totes once goods are loaded, and where two counts differ. Nothing here
-- changes a printed figure of a cycle. Each act bears a name that its sender made (event_id), so that it counts once.

-- 已装车, 已出发, 车坏了, 已回仓. version is the cycle's when it was told.
CREATE TABLE trip_events (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    event_id TEXT {{text_c}} NOT NULL,
    trip_no TEXT {{text_c}} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    act TEXT NOT NULL CHECK (act IN ('loaded', 'departed', 'broken_down', 'returned')),
    remark TEXT {{text_c}},
    -- Who says so, as the phone has it.
    told_by TEXT {{text_c}} NOT NULL,
    recorded_by TEXT {{text_c}} NOT NULL,
    device_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, event_id)
) {{clustered}};

-- 到达, 交接 (both names), 无人签收. A stop that was left unsigned may be signed for afterwards (后补).
CREATE TABLE stop_events (
    cycle_id BIGINT NOT NULL,
    event_id TEXT {{text_c}} NOT NULL,
    point_id BIGINT NOT NULL,
    trip_no TEXT {{text_c}} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    act TEXT NOT NULL CHECK (act IN ('arrived', 'handed_over', 'left')),
    handed_by TEXT {{text_c}} NOT NULL,
    received_by TEXT {{text_c}},
    remark TEXT {{text_c}},
    recorded_by TEXT {{text_c}} NOT NULL,
    device_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    CHECK ((act = 'handed_over') = (received_by IS NOT NULL)),
    PRIMARY KEY (cycle_id, event_id),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id)
) {{clustered}};
CREATE INDEX stop_events_by_point ON stop_events (cycle_id, point_id);

-- A stop that another trip drives on, because the first truck cannot. The newest of a point is in force.
CREATE TABLE stop_moves (
    cycle_id BIGINT NOT NULL,
    point_id BIGINT NOT NULL,
    move_no INTEGER NOT NULL CHECK (move_no > 0),
    event_id TEXT {{text_c}} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 1),
    trip_no TEXT {{text_c}} NOT NULL,
    reason TEXT {{text_c}} NOT NULL,
    recorded_by TEXT {{text_c}} NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, point_id, move_no),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id)
) {{clustered}};

-- Photos of what was left at a point unsigned. Their ids are of the same kind as those of photos.
CREATE TABLE stop_photos (
    id {{id}},
    cycle_id BIGINT NOT NULL,
    event_id TEXT {{text_c}} NOT NULL,
    point_id BIGINT NOT NULL,
    -- A JPEG.
    image BYTEA NOT NULL,
    recorded_by TEXT {{text_c}} NOT NULL,
    device_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    CHECK (LENGTH(image) <= 307200),
    FOREIGN KEY (cycle_id, event_id) REFERENCES stop_events (cycle_id, event_id)
);
CREATE INDEX stop_photos_by_event ON stop_photos (cycle_id, event_id);

-- 筐箱往来: totes that change hands. out: to the point, or to the driver where no point is named; back: from there;
-- adjusted: the balance of either is put right, up or down, with a reason. A driver is known by the plate.
CREATE TABLE tote_moves (
    id {{id}},
    event_id TEXT {{text_c}} NOT NULL,
    cycle_id BIGINT REFERENCES cycles (id),
    plate TEXT {{text_c}},
    point_id BIGINT REFERENCES pickup_points (id),
    kind TEXT NOT NULL CHECK (kind IN ('tote', 'box', 'ice')),
    act TEXT NOT NULL CHECK (act IN ('out', 'back', 'adjusted')),
    qty BIGINT NOT NULL CHECK (qty <> 0),
    reason TEXT {{text_c}},
    recorded_by TEXT {{text_c}} NOT NULL,
    moved_at BIGINT NOT NULL,
    UNIQUE (event_id, kind, act),
    CHECK (act = 'adjusted' OR qty > 0),
    CHECK ((act = 'adjusted') = (reason IS NOT NULL)),
    CHECK ((act = 'adjusted') = (cycle_id IS NULL)),
    CHECK (plate IS NOT NULL OR point_id IS NOT NULL)
);
CREATE INDEX tote_moves_by_point ON tote_moves (point_id);
CREATE INDEX tote_moves_by_plate ON tote_moves (plate);

-- What points still had when goods were dispatched to them: 上次欠筐 on the handover slip. Written once for a point.
CREATE TABLE point_totes (
    cycle_id BIGINT NOT NULL,
    point_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tote', 'box', 'ice')),
    version INTEGER NOT NULL CHECK (version > 1),
    owed_qty BIGINT NOT NULL CHECK (owed_qty <> 0),
    PRIMARY KEY (cycle_id, point_id, kind),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id)
) {{clustered}};

-- 差异: two counts of the same goods that differ, on which hop. The newest of (hop, problem, warehouse, point, offer) is in
-- force; equal counts say that nothing differs any more.
CREATE TABLE discrepancies (
    id {{id}},
    cycle_id BIGINT NOT NULL,
    event_id TEXT {{text_c}} NOT NULL,
    hop TEXT NOT NULL CHECK (hop IN ('supplier_central', 'central_grid', 'dock_truck', 'truck_point', 'point_resident')),
    problem TEXT NOT NULL CHECK (problem IN ('short', 'over', 'broken', 'wrong')),
    warehouse_id BIGINT NOT NULL,
    point_id BIGINT,
    offer_no INTEGER NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    version INTEGER NOT NULL CHECK (version > 1),
    -- What was given on, and what was found.
    given_qty BIGINT NOT NULL CHECK (given_qty >= 0),
    found_qty BIGINT NOT NULL CHECK (found_qty >= 0),
    -- The leader's count that found it.
    count_no INTEGER,
    trip_no TEXT {{text_c}},
    -- By rule; a decision may say otherwise.
    liable_party TEXT NOT NULL CHECK (liable_party IN ('supplier', 'central', 'grid', 'driver', 'leader', 'platform')),
    recorded_by TEXT {{text_c}} NOT NULL,
    recorded_at BIGINT NOT NULL,
    CHECK ((hop IN ('supplier_central', 'central_grid')) = (point_id IS NULL)),
    CHECK (count_no IS NULL OR hop = 'truck_point'),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no),
    FOREIGN KEY (cycle_id, warehouse_id) REFERENCES cycle_warehouses (cycle_id, warehouse_id),
    FOREIGN KEY (cycle_id, point_id) REFERENCES cycle_points (cycle_id, point_id)
);
CREATE INDEX discrepancies_by_cycle ON discrepancies (cycle_id, id);

-- What becomes of a difference: who bears it, and what is due from whom. The newest word counts. A swap names the other
-- difference of the same goods that it makes up for.
CREATE TABLE discrepancy_words (
    discrepancy_id BIGINT NOT NULL REFERENCES discrepancies (id),
    word_no INTEGER NOT NULL CHECK (word_no > 0),
    event_id TEXT {{text_c}} NOT NULL,
    remedy TEXT NOT NULL CHECK (remedy IN ('refund', 'claim', 'deduction', 'swap', 'none')),
    liable_party TEXT NOT NULL CHECK (liable_party IN ('supplier', 'central', 'grid', 'driver', 'leader', 'platform')),
    -- Pieces that it settles: of a swap, those that went to the other point.
    qty BIGINT NOT NULL CHECK (qty > 0),
    amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
    other_id BIGINT REFERENCES discrepancies (id),
    reason TEXT {{text_c}},
    recorded_by TEXT {{text_c}} NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (discrepancy_id, word_no),
    CHECK ((remedy = 'swap') = (other_id IS NOT NULL)),
    CHECK (remedy NOT IN ('swap', 'none') OR amount_fen = 0)
) {{clustered}};

{{append_only trip_events}}
{{append_only stop_events}}
{{append_only stop_moves}}
{{append_only stop_photos}}
{{append_only tote_moves}}
{{append_only point_totes}}
{{append_only discrepancies}}
{{append_only discrepancy_words}}
