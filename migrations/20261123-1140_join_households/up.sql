-- Who collects together, where a leader said otherwise than phone and room do. The newest link of a resident at a point is
-- in force; an empty group_key puts them back to where phone and room say. A change is one act that can be undone.
CREATE TABLE household_links (
    point_id BIGINT NOT NULL REFERENCES pickup_points (id),
    resident_id BIGINT NOT NULL REFERENCES residents (id),
    link_no INTEGER NOT NULL CHECK (link_no > 0),
    change_id TEXT {{text_c}} NOT NULL,
    group_key TEXT {{text_c}} NOT NULL,
    -- The group before, for the undo.
    before_key TEXT {{text_c}} NOT NULL,
    made_by TEXT {{text_c}} NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (point_id, resident_id, link_no)
) {{clustered}};
CREATE INDEX household_links_by_change ON household_links (change_id);

{{append_only household_links}}
