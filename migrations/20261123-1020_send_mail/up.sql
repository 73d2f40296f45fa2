-- Work that repeats by itself, and the letters it sends. The outbox holds no body, no name and no address: a letter is
-- rendered from the books when it is sent.

-- Which server does a kind of background work at present. A lease that ran out may be taken by another.
CREATE TABLE leases (
    name TEXT {{text_c}} NOT NULL PRIMARY KEY,
    holder TEXT {{text_c}} NOT NULL,
    until_at BIGINT NOT NULL
);

-- What the cutoff clock has done of a cycle. follows_at: since when the work after the freeze is due.
CREATE TABLE cycle_clocks (
    cycle_id BIGINT NOT NULL PRIMARY KEY REFERENCES cycles (id),
    reminded_at BIGINT,
    follows_at BIGINT,
    prepared_at BIGINT
);

-- Letters to be sent, and what became of them. business_key says what a letter is about, so that it is sent once. A
-- letter to a role is shared out into one row for each of its people. message_id is fixed before the first try and
-- stays; sealed holds a secret that the letter must carry, under the server's key, until it is sent.
CREATE TABLE outbox (
    id {{id}},
    business_key TEXT {{text_c}} NOT NULL UNIQUE,
    template TEXT NOT NULL CHECK (template IN ('purchase_order', 'purchase_change', 'procurement_summary', 'night_pack', 'cutoff_reminder', 'invite')),
    recipient TEXT NOT NULL CHECK (recipient IN ('supplier', 'leader', 'role', 'user', 'address')),
    supplier_id BIGINT REFERENCES suppliers (id),
    leader_id BIGINT REFERENCES leaders (id),
    user_id BIGINT REFERENCES users (id),
    role TEXT CHECK (role IN ('buyer', 'warehouse')),
    address_hash TEXT {{text_c}},
    cycle_id BIGINT REFERENCES cycles (id),
    po_id BIGINT REFERENCES purchase_orders (id),
    version INTEGER CHECK (version > 0),
    sealed TEXT {{text_c}},
    message_id TEXT {{text_c}} UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'shared', 'dead')),
    tries INTEGER NOT NULL CHECK (tries >= 0),
    next_try_at BIGINT NOT NULL,
    give_up_at BIGINT NOT NULL,
    last_error TEXT {{text_c}},
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    CHECK (recipient <> 'supplier' OR supplier_id IS NOT NULL),
    CHECK (recipient <> 'leader' OR leader_id IS NOT NULL),
    CHECK (recipient <> 'role' OR role IS NOT NULL),
    CHECK (recipient <> 'user' OR user_id IS NOT NULL),
    CHECK (recipient <> 'address' OR address_hash IS NOT NULL),
    CHECK (state NOT IN ('sending', 'sent') OR message_id IS NOT NULL),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX outbox_by_state ON outbox (state, next_try_at);
CREATE INDEX outbox_by_purchase ON outbox (po_id, id);
