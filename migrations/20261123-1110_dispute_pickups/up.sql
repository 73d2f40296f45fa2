-- 不是我: a resident says that they did not take what a pickup handed out, or takes that back. The newest word on a
-- pickup is in force.
CREATE TABLE pickup_disputes (
    event_id TEXT {{text_c}} NOT NULL REFERENCES pickup_events (event_id),
    seq INTEGER NOT NULL CHECK (seq > 0),
    is_disputed BOOLEAN NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, seq)
) {{clustered}};

{{append_only pickup_disputes}}
