-- What happens at the desk beside the books: paper, goods that nobody ordered, a screen left alone. Nothing here changes
-- a figure of a cycle.

-- Copies of a sheet: printed, handed out (issued), taken back (collected). version is the sheet's own. The sender names
-- the act by event_id, so that the same act counts once.
CREATE TABLE sheet_copies (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    event_id TEXT {{text_c}} NOT NULL,
    kind TEXT {{text_c}} NOT NULL,
    key TEXT {{text_c}} NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    act TEXT NOT NULL CHECK (act IN ('printed', 'issued', 'collected')),
    copies INTEGER NOT NULL CHECK (copies BETWEEN 1 AND 999),
    -- Who did it; empty for a machine.
    user_id BIGINT REFERENCES users (id),
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, event_id, kind, key)
) {{clustered}};

-- 错货: what came that no purchase order names. It waits for the buyer's word until wait_until.
CREATE TABLE wrong_goods (
    id {{id}},
    event_id TEXT {{text_c}} NOT NULL UNIQUE,
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    -- The purchase order that it came with, where the desk knows.
    po_id BIGINT REFERENCES purchase_orders (id),
    -- Of the cycle's offers: the goods that it came instead of, where the desk knows.
    offer_no INTEGER,
    what TEXT {{text_c}} NOT NULL,
    qty BIGINT NOT NULL CHECK (qty BETWEEN 1 AND 1000000),
    wait_until BIGINT NOT NULL,
    user_id BIGINT REFERENCES users (id),
    found_at BIGINT NOT NULL,
    FOREIGN KEY (cycle_id, offer_no) REFERENCES offers (cycle_id, offer_no)
);
CREATE INDEX wrong_goods_by_cycle ON wrong_goods (cycle_id, id);

-- The buyer's word: back to the supplier, sent out instead, kept aside. The newest counts.
CREATE TABLE wrong_goods_words (
    wrong_id BIGINT NOT NULL REFERENCES wrong_goods (id),
    seq INTEGER NOT NULL CHECK (seq > 0),
    word TEXT NOT NULL CHECK (word IN ('reject', 'substitute', 'hold')),
    -- Given back to each resident for a piece that is sent out instead.
    give_back_fen BIGINT CHECK (give_back_fen >= 0),
    user_id BIGINT REFERENCES users (id),
    said_at BIGINT NOT NULL,
    PRIMARY KEY (wrong_id, seq),
    CHECK ((word = 'substitute') = (give_back_fen IS NOT NULL))
) {{clustered}};

-- Sessions whose screen is locked: they answer nothing but unlocking. A session that ended leaves nothing to open.
CREATE TABLE screen_locks (
    session_id BIGINT NOT NULL PRIMARY KEY,
    locked_at BIGINT NOT NULL
);

-- A short number that unlocks the screen, and nothing else: argon2id.
CREATE TABLE screen_pins (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES users (id),
    pin_hash TEXT {{text_c}} NOT NULL,
    set_at BIGINT NOT NULL
);

{{append_only sheet_copies}}
{{append_only wrong_goods}}
{{append_only wrong_goods_words}}
