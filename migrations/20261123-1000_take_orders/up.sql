-- Orders over the network: what makes a repeat harmless, what bounds an offer, what opens a bag, what was paid, and who
-- took what home. Orders, lines and residents stay where imports write them too.

-- One number for each thing that servers keep in memory: whoever changes such a thing behind them adds one.
-- 'catalogue': leaders, points, SKUs and offers. 'orders': orders that came in by another door than a server's queue,
-- and residents that were erased.
CREATE TABLE stamps (
    name TEXT {{text_c}} NOT NULL PRIMARY KEY,
    stamp BIGINT NOT NULL
) {{clustered}};
INSERT INTO stamps VALUES ('catalogue', 0), ('orders', 0);

-- An act that was answered with 2xx, by whoever asked, the route and their own key. The answer holds ids and sums only;
-- the body is known by its SHA-256 in base64.
CREATE TABLE idempotency_keys (
    principal TEXT {{text_c}} NOT NULL,
    route TEXT {{text_c}} NOT NULL,
    key TEXT {{text_c}} NOT NULL,
    body_sha256 TEXT {{text_c}} NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 200 AND 299),
    answer TEXT {{text_c}} NOT NULL,
    cycle_id BIGINT REFERENCES cycles (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (principal, route, key)
) {{clustered}};

-- The next number of our own orders in a cycle. Servers take them in blocks, so there are gaps and no queue.
CREATE TABLE order_series (
    cycle_id BIGINT NOT NULL PRIMARY KEY REFERENCES cycles (id),
    next_no BIGINT NOT NULL CHECK (next_no > 0)
);

-- Pieces of standing orders of an offer that has a stock_cap or a limit_per_resident. A row is right or it is not
-- there: a missing one is counted anew from the orders, together with resident_counters of the same offer.
CREATE TABLE offer_counters (
    cycle_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    sold_qty BIGINT NOT NULL CHECK (sold_qty >= 0),
    PRIMARY KEY (cycle_id, offer_no),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

CREATE TABLE resident_counters (
    cycle_id BIGINT NOT NULL,
    offer_no INTEGER NOT NULL,
    resident_id BIGINT NOT NULL REFERENCES residents (id),
    ordered_qty BIGINT NOT NULL CHECK (ordered_qty >= 0),
    PRIMARY KEY (cycle_id, offer_no, resident_id),
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
) {{clustered}};

-- Who placed an order over the network, and the code that opens its bag: sealed with the server's key, beside a keyed
-- hash by which it is found. No two open codes of a point are the same.
CREATE TABLE pickup_codes (
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    point_id BIGINT NOT NULL REFERENCES pickup_points (id),
    placed_by TEXT {{text_c}} NOT NULL,
    code_hash BIGINT NOT NULL,
    sealed_code TEXT {{text_c}} NOT NULL,
    is_open BOOLEAN NOT NULL,
    PRIMARY KEY (cycle_id, order_id),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id)
) {{clustered}};
CREATE UNIQUE INDEX pickup_codes_open ON pickup_codes (point_id, code_hash) WHERE is_open;

-- Wrong codes at a point, or for an order: too many within ten minutes lock the code field, and nothing else.
-- order_id 0 stands for the whole point.
CREATE TABLE code_failures (
    point_id BIGINT NOT NULL REFERENCES pickup_points (id),
    order_id BIGINT NOT NULL,
    failures INTEGER NOT NULL CHECK (failures > 0),
    since BIGINT NOT NULL,
    PRIMARY KEY (point_id, order_id)
) {{clustered}};

-- Money received for an order. What came after it could count (paid_after_cutoff) goes back in full.
CREATE TABLE payments (
    id {{id}},
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('at_pickup', 'in_person', 'online')),
    amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
    paid_after_cutoff BOOLEAN NOT NULL,
    received_by TEXT {{text_c}} NOT NULL,
    received_at BIGINT NOT NULL,
    UNIQUE (cycle_id, order_id),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id)
);

-- Unpaid orders of an online cycle, which give back what they hold at expires_at.
CREATE TABLE payment_holds (
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, order_id),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id)
) {{clustered}};
CREATE INDEX payment_holds_by_time ON payment_holds (expires_at);

-- Live totals of open cycles where several servers share a database: each adds to rows of its own, and their sum is the
-- total. kind 'cycle' (key 0) | 'offer' (offer_no) | 'leader' (leader_id); writer_no -1: counted from the orders.
CREATE TABLE live_totals (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    kind TEXT NOT NULL CHECK (kind IN ('cycle', 'offer', 'leader')),
    key BIGINT NOT NULL,
    writer_no INTEGER NOT NULL,
    orders BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    ordered_qty BIGINT NOT NULL,
    tolerance_qty BIGINT NOT NULL,
    unpaid_qty BIGINT NOT NULL,
    sales_fen BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, kind, key, writer_no)
) {{clustered}};

-- A household took goods home, or gave them back (reverses). The id is made by the phone, so a repeat is one event.
CREATE TABLE pickup_events (
    event_id TEXT {{text_c}} NOT NULL PRIMARY KEY,
    cycle_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    reverses TEXT {{text_c}} UNIQUE REFERENCES pickup_events (event_id),
    method TEXT NOT NULL CHECK (method IN ('qr', 'code', 'room', 'phone_tail', 'chain_no', 'nickname', 'name')),
    source TEXT NOT NULL CHECK (source IN ('single', 'bulk', 'paper', 'offline')),
    code_failed BOOLEAN NOT NULL,
    reason TEXT {{text_c}},
    handed_by TEXT {{text_c}} NOT NULL,
    recorded_by TEXT {{text_c}} NOT NULL,
    device_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    CHECK (reverses IS NULL OR reason IS NOT NULL),
    FOREIGN KEY (cycle_id, order_id) REFERENCES orders (cycle_id, id)
) {{clustered}};
CREATE INDEX pickup_events_by_order ON pickup_events (cycle_id, order_id);

-- Pieces of each line that an event handed over; below zero where it took them back.
CREATE TABLE pickup_lines (
    event_id TEXT {{text_c}} NOT NULL REFERENCES pickup_events (event_id),
    offer_no INTEGER NOT NULL,
    handed_qty INTEGER NOT NULL CHECK (handed_qty <> 0),
    PRIMARY KEY (event_id, offer_no)
) {{clustered}};

{{append_only payments}}
{{append_only pickup_events}}
{{append_only pickup_lines}}
