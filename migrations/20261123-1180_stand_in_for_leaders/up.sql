-- 请假: days on which a leader is away. Another leader stands in, or nobody does, and no orders are taken for goods that
-- are collected on those days.
CREATE TABLE leader_absences (
    id {{id}},
    leader_id BIGINT NOT NULL REFERENCES leaders (id),
    from_date TEXT {{text_c}} NOT NULL,
    to_date TEXT {{text_c}} NOT NULL,
    stand_in_id BIGINT REFERENCES leaders (id),
    made_by TEXT {{text_c}} NOT NULL,
    made_at BIGINT NOT NULL,
    -- Taken back: by whom, and when.
    ended_by TEXT {{text_c}},
    ended_at BIGINT,
    CHECK (from_date <= to_date),
    CHECK (stand_in_id <> leader_id),
    CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE INDEX leader_absences_by_leader ON leader_absences (leader_id);
CREATE INDEX leader_absences_by_stand_in ON leader_absences (stand_in_id);
