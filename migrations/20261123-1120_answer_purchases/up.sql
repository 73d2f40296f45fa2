-- What suppliers are asked and what they answer.

-- A link under which a supplier reads and answers one purchase order. The secret in it is made of the row's id and the
-- server's key: nothing that opens it stands in the database.
CREATE TABLE purchase_links (
    id {{id}},
    po_id BIGINT NOT NULL REFERENCES purchase_orders (id),
    made_at BIGINT NOT NULL,
    -- When the supplier first looked at the order.
    read_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX purchase_links_by_order ON purchase_links (po_id);

-- How many of the cases it was asked for a supplier will deliver. The newest answer of a line is in force until the
-- buyer changes the line: until the line has a newer version than the answer.
CREATE TABLE purchase_answers (
    cycle_id BIGINT NOT NULL REFERENCES cycles (id),
    po_id BIGINT NOT NULL REFERENCES purchase_orders (id),
    line_no INTEGER NOT NULL CHECK (line_no > 0),
    answer_no INTEGER NOT NULL CHECK (answer_no > 0),
    -- The cycle's version once the answer was entered.
    version INTEGER NOT NULL CHECK (version > 1),
    asked_cases BIGINT NOT NULL CHECK (asked_cases >= 0),
    cases BIGINT NOT NULL CHECK (cases BETWEEN 0 AND asked_cases),
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (cycle_id, po_id, line_no, answer_no)
) {{clustered}};
{{append_only purchase_answers}}
